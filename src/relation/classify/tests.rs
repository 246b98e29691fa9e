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
fn a_notice_of_another_day_under_another_title_is_news_of_its_own_but_a_reprint_is_none() {
    let evidence = Evidence {
        other_title: true,
        one_day: Some(false),
        ..Evidence::default()
    };
    let class = |is_part| Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        has_own: false,
        other_days: false,
        other_figure: false,
        is_part,
        is_most: false,
        states_same: false,
    };
    assert_eq!(class(true).beside(evidence, None), Relation::Reuse);
    assert_eq!(class(false).beside(evidence, None), Relation::Version);
}

#[test]
fn one_title_without_a_day_makes_one_story_of_nearly_one_text_whatever_the_corpus_has() {
    let class = |is_most, other_figure| Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        has_own: true,
        other_days: false,
        other_figure,
        is_part: false,
        is_most,
        states_same: false,
    };
    let evidence = Evidence {
        same_title_undated: true,
        ..Evidence::default()
    };
    let of = |is_most, other_figure| class(is_most, other_figure).beside(evidence, Some(9.0));
    assert_eq!(of(true, false), Relation::Version);
    assert_eq!(of(false, false), Relation::Template);
    assert_eq!(of(true, true), Relation::Template);
    let other = Evidence::default();
    assert_eq!(
        class(true, false).beside(other, Some(9.0)),
        Relation::Template
    );
}

#[test]
fn neither_a_form_nor_a_title_speaks_against_texts_that_state_the_same() {
    let class = |states_same| Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        has_own: false,
        other_days: false,
        other_figure: true,
        is_part: false,
        is_most: false,
        states_same,
    };
    let evidence = Evidence {
        other_subject: true,
        ..Evidence::default()
    };
    assert_eq!(class(true).beside(evidence, None), Relation::Version);
    assert_eq!(class(false).beside(evidence, None), Relation::Template);
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
