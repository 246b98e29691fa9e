//! Tests of the rules beside the weights, on features as pairs have them.

use super::*;
use crate::relation::features::{FigureCounts, Slots};

/// A bulletin of 148 characters that stands whole, in three pieces, in one of
/// 397, both of a mould that 400 stories have.
fn bulletin_in_a_longer_one() -> Features {
    Features {
        len_a: 148,
        len_b: 397,
        shared_chars: 148,
        longest_shared: 63,
        coverage_a: 1.0,
        coverage_b: 0.37,
        aligned: 148,
        only_b: 249,
        longest_alone: 200,
        gaps: 3,
        figures: FigureCounts {
            shared: 6,
            only_b: 12,
            ..FigureCounts::default()
        },
        stories: Some(400.0),
        ..Features::default()
    }
}

#[test]
fn a_text_that_says_nothing_else_is_one_story_however_common_its_wording_is() {
    let contained = bulletin_in_a_longer_one();
    assert!(contained.relation().is_one_story());
    // Another number in one place, or none at all, and the mould decides.
    let other_figure = Features {
        slots: Slots {
            numbers: 1,
            ..Slots::default()
        },
        replaced_a: 2,
        replaced_b: 2,
        ..contained.clone()
    };
    assert_eq!(other_figure.relation(), Relation::Template);
    let without_figures = Features {
        figures: FigureCounts::default(),
        ..contained
    };
    assert!(!without_figures.states_no_other_figure());
}

#[test]
fn the_dateline_of_a_text_cut_out_of_a_far_longer_one_is_nothing_else() {
    let dated = |len_b| Features {
        len_b,
        aligned: 136,
        replaced_a: 12,
        replaced_b: 30,
        slots: Slots {
            texts: 1,
            ..Slots::default()
        },
        ..bulletin_in_a_longer_one()
    };
    assert_eq!(dated(397).relation(), Relation::Excerpt);
    assert!(!dated(200).relation().is_one_story());
    // A name in two places is that of another.
    let named = Features {
        slots: Slots {
            names: 2,
            ..Slots::default()
        },
        ..dated(397)
    };
    assert!(!named.relation().is_one_story());
}

#[test]
fn an_excerpt_is_cut_out_in_any_number_of_pieces_and_a_version_has_words_of_its_own() {
    let shortened = |aligned, len_b, headline| Features {
        len_a: 200,
        len_b,
        shared_chars: aligned,
        longest_shared: 60,
        coverage_a: f64::from(aligned) / 200.0,
        coverage_b: 0.6,
        aligned,
        only_b: len_b - aligned,
        only_a: 200 - aligned,
        gaps: 12,
        headline,
        figures: FigureCounts {
            shared: 6,
            ..FigureCounts::default()
        },
        ..Features::default()
    };
    assert_eq!(shortened(200, 300, 0).relation(), Relation::Excerpt);
    assert_eq!(shortened(172, 300, 0).relation(), Relation::Excerpt);
    assert_eq!(shortened(160, 300, 0).relation(), Relation::Version);
    assert_eq!(shortened(200, 220, 0).relation(), Relation::Version);
    assert_eq!(shortened(200, 240, 0).relation(), Relation::Excerpt);
    assert_eq!(shortened(200, 240, 30).relation(), Relation::Version);
    let other_figure = Features {
        slots: Slots {
            numbers: 1,
            ..Slots::default()
        },
        ..shortened(190, 300, 0)
    };
    assert_eq!(other_figure.relation(), Relation::Version);
}

#[test]
fn three_letters_of_a_text_of_its_own_weigh_as_one_character() {
    // A table of rates under one sentence, with other rates in it.
    let table = Features {
        len_a: 311,
        len_b: 291,
        shared_chars: 174,
        longest_shared: 114,
        coverage_a: 0.56,
        coverage_b: 0.6,
        aligned: 201,
        replaced_a: 68,
        replaced_b: 29,
        only_a: 42,
        only_b: 61,
        gaps: 2,
        slots: Slots {
            numbers: 9,
            texts: 1,
            ..Slots::default()
        },
        is_spaced: true,
        ..Features::default()
    };
    assert_eq!(table.relation(), Relation::Template);
    let of_han = Features {
        is_spaced: false,
        ..table
    };
    assert_eq!(of_han.relation(), Relation::Reuse);
}

#[test]
fn a_stretch_of_two_clauses_fills_no_slot_of_a_frame() {
    let notice = |longest_own| Features {
        len_a: 300,
        len_b: 320,
        shared_chars: 220,
        longest_shared: 190,
        coverage_a: 0.73,
        coverage_b: 0.69,
        aligned: 220,
        replaced_a: 80,
        replaced_b: 100,
        longest_own,
        slots: Slots {
            texts: 2,
            ..Slots::default()
        },
        ..Features::default()
    };
    assert_eq!(notice(50).relation(), Relation::Reuse);
    assert_eq!(notice(45).relation(), Relation::Template);
}

/// A report of 300 characters, 190 of which stand in one of 600, in runs of
/// 40 at most between other words.
fn rewritten() -> Features {
    Features {
        len_a: 300,
        len_b: 600,
        shared_chars: 170,
        longest_shared: 40,
        coverage_a: 0.57,
        coverage_b: 0.28,
        aligned: 190,
        replaced_a: 100,
        replaced_b: 120,
        only_a: 10,
        only_b: 290,
        longest_own: 30,
        gaps: 4,
        slots: Slots {
            texts: 8,
            ..Slots::default()
        },
        ..Features::default()
    }
}

#[test]
fn a_report_in_other_words_is_one_story_only_where_neither_title_nor_day_is_known() {
    let class = rewritten().class();
    assert!(class.is_rewritten(), "{class:?}");
    let bare = Evidence {
        is_bare: true,
        ..Evidence::default()
    };
    assert_eq!(class.beside(bare, None), Relation::Version);
    assert!(!class.beside(Evidence::default(), None).is_one_story());
    let headed = Evidence {
        same_heading: true,
        ..Evidence::default()
    };
    assert!(class.beside(headed, None).is_one_story());
    let other_facts = Features {
        figures: FigureCounts {
            only_a: 1,
            only_b: 1,
            ..FigureCounts::default()
        },
        ..rewritten()
    };
    assert!(!other_facts.class().beside(headed, None).is_one_story());
    // Too many others have the wording.
    assert!(!class.beside(bare, Some(40.0)).is_one_story());
    let other_number = Features {
        slots: Slots {
            numbers: 1,
            texts: 8,
            ..Slots::default()
        },
        ..rewritten()
    };
    assert!(!other_number.class().is_spread());
}

#[test]
fn one_block_that_is_nearly_all_they_share_makes_no_story() {
    let beside = |longest_shared| Features {
        len_a: 400,
        len_b: 1_000,
        shared_chars: 220,
        longest_shared,
        coverage_a: 0.55,
        coverage_b: 0.22,
        aligned: 220,
        replaced_a: 10,
        replaced_b: 10,
        only_a: 170,
        only_b: 770,
        longest_own: 45,
        gaps: 6,
        slots: Slots {
            texts: 1,
            ..Slots::default()
        },
        ..Features::default()
    };
    assert!(beside(120).relation().is_one_story());
    assert_eq!(beside(180).relation(), Relation::Reuse);
}

/// A flash of 75 letters, most of them in a story of 700.
fn flash() -> Features {
    Features {
        len_a: 75,
        len_b: 700,
        shared_chars: 40,
        longest_shared: 24,
        coverage_a: 0.53,
        coverage_b: 0.06,
        aligned: 58,
        replaced_a: 15,
        replaced_b: 60,
        only_a: 2,
        only_b: 580,
        longest_own: 9,
        gaps: 2,
        slots: Slots {
            texts: 2,
            ..Slots::default()
        },
        is_spaced: true,
        ..Features::default()
    }
}

#[test]
fn a_flash_is_the_story_of_its_day_under_a_title_that_says_the_same() {
    let class = flash().class();
    assert!(class.hints().is_flash, "{class:?}");
    let titled = Evidence {
        same_day_titles: true,
        one_day: Some(true),
        ..Evidence::default()
    };
    assert_eq!(class.beside(titled, None), Relation::Version);
    assert_eq!(class.beside(Evidence::default(), None), Relation::Template);
    let other_firm = Evidence {
        other_subject: true,
        ..titled
    };
    assert_eq!(class.beside(other_firm, None), Relation::Template);
    let own_clause = Features {
        longest_own: 24,
        ..flash()
    };
    assert!(!own_clause.class().hints().is_flash);
    // Nor is a line that says the same of the same two days of the month longer.
    let line = |shared_days| Features {
        len_b: 77,
        figures: FigureCounts {
            shared_days,
            days_a: 2,
            days_b: 2,
            ..FigureCounts::default()
        },
        ..flash()
    };
    assert!(line(2).class().hints().is_flash);
    assert!(!line(1).class().hints().is_flash);
}

/// Two regulations of one mould, of 800 characters, aligned but for the given
/// characters, that state no figure.
fn unlike_regulations(aligned: u32, longest_own: u32) -> Features {
    Features {
        len_a: 800,
        len_b: 820,
        shared_chars: aligned - 20,
        longest_shared: 200,
        coverage_a: 0.6,
        coverage_b: 0.6,
        aligned,
        replaced_a: 800 - aligned,
        replaced_b: 820 - aligned,
        longest_own,
        slots: Slots {
            numbers: 6,
            texts: 10,
            ..Slots::default()
        },
        ..Features::default()
    }
}

#[test]
fn a_frame_may_have_a_longer_slot_where_it_is_most_of_a_text() {
    assert_eq!(unlike_regulations(640, 55).relation(), Relation::Template);
    assert_eq!(unlike_regulations(640, 80).relation(), Relation::Reuse);
    assert_eq!(unlike_regulations(580, 55).relation(), Relation::Reuse);
    assert_eq!(unlike_regulations(540, 30).relation(), Relation::Reuse);
}

#[test]
fn one_name_in_place_of_another_all_over_makes_a_frame() {
    let renamed = Features {
        slots: Slots {
            names: 4,
            texts: 8,
            repeated: 3,
            ..Slots::default()
        },
        ..unlike_regulations(480, 34)
    };
    assert_eq!(renamed.relation(), Relation::Template);
    let long = Features {
        slots: Slots {
            texts: 40,
            ..renamed.slots
        },
        ..renamed
    };
    assert_eq!(long.relation(), Relation::Reuse);
}

#[test]
fn what_has_moved_or_stands_in_a_far_longer_text_fills_no_frame() {
    let frame = unlike_regulations(640, 30);
    assert_eq!(frame.relation(), Relation::Template);
    let moved = Features {
        moved: 300,
        ..frame.clone()
    };
    assert_eq!(moved.relation(), Relation::Reuse);
    let quoted = Features {
        len_b: 9_000,
        ..frame
    };
    assert_eq!(quoted.relation(), Relation::Reuse);
}

#[test]
fn numbers_of_provisions_make_no_story_of_two_titles() {
    let relation = |shared_provisions, other_title| {
        let editions = Features {
            slots: Slots {
                texts: 8,
                ..Slots::default()
            },
            coverage_a: 0.9,
            gaps: 12,
            figures: FigureCounts {
                shared: 40,
                shared_provisions,
                only_a: 2,
                only_b: 1,
                ..FigureCounts::default()
            },
            ..unlike_regulations(760, 20)
        };
        let evidence = Evidence {
            other_title,
            other_subject: true,
            ..Evidence::default()
        };
        editions.class().beside(evidence, None)
    };
    assert_eq!(relation(0, true), Relation::Version);
    assert_eq!(relation(35, false), Relation::Version);
    assert_eq!(relation(35, true), Relation::Template);
}

#[test]
fn texts_that_neither_figure_nor_title_tells_apart_need_more_in_common() {
    let bare = Evidence {
        is_bare: true,
        ..Evidence::default()
    };
    let vague = |aligned| Features {
        slots: Slots {
            texts: 10,
            ..Slots::default()
        },
        gaps: 12,
        is_half_decoded: true,
        coverage_a: 0.8,
        coverage_b: 0.8,
        replaced_a: 40,
        replaced_b: 40,
        ..unlike_regulations(aligned, 20)
    };
    let relation = |aligned| vague(aligned).class().with_stories(None, bare);
    assert_eq!(relation(700), Relation::Template);
    assert_eq!(relation(730), Relation::Version);
    assert_eq!(vague(700).relation(), Relation::Version);
}

#[test]
fn one_number_of_a_long_text_may_be_another_in_an_excerpt() {
    let edition = |numbers| Features {
        len_a: 4_000,
        len_b: 7_000,
        shared_chars: 3_700,
        longest_shared: 80,
        coverage_a: 0.92,
        coverage_b: 0.53,
        aligned: 3_900,
        replaced_a: 60,
        replaced_b: 90,
        only_a: 40,
        only_b: 3_000,
        gaps: 60,
        slots: Slots {
            numbers,
            texts: 50,
            ..Slots::default()
        },
        figures: FigureCounts {
            shared: 5,
            ..FigureCounts::default()
        },
        ..Features::default()
    };
    assert_eq!(edition(1).relation(), Relation::Excerpt);
    assert_eq!(edition(2).relation(), Relation::Version);
}
