//! Tests of what titles, days and the corpus say of a pair that the weights call one
//! story.

use super::*;

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
        hints: Hints {
            is_told_by_heading: true,
            ..Hints::default()
        },
        has_own: false,
        is_line: false,
        aligned: 0.9,
        is_near: true,
        is_spread: false,
        is_rewritten: false,
        other_days: false,
        other_figure: false,
        is_part,
        is_piece: true,
        is_vague: false,
        by_provisions: false,
        states_same: false,
    };
    assert_eq!(class(true).beside(evidence, None), Relation::Reuse);
    assert_eq!(class(false).beside(evidence, None), Relation::Version);
    // A disclaimer that many texts have is no excerpt of one of them.
    let of_day = |is_part, stories| class(is_part).beside(Evidence::default(), Some(stories));
    assert_eq!(of_day(true, 40.0), Relation::Reuse);
    assert_eq!(of_day(true, 30.0), Relation::Version);
    assert_eq!(of_day(false, 40.0), Relation::Version);
    assert!(class(true).least_stories() <= THRESHOLDS.stock_stories);
}

#[test]
fn one_title_without_a_day_makes_one_story_of_nearly_one_text_whatever_the_corpus_has() {
    let class = |is_most, other_figure| Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        hints: Hints {
            is_told_by_heading: true,
            is_most,
            ..Hints::default()
        },
        has_own: true,
        is_line: false,
        aligned: 0.9,
        is_near: true,
        is_spread: false,
        is_rewritten: false,
        other_days: false,
        other_figure,
        is_part: false,
        is_piece: true,
        is_vague: false,
        by_provisions: false,
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
fn two_addresses_are_two_pages_and_what_amends_a_text_is_no_version_of_it() {
    let class = Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        hints: Hints {
            is_told_by_heading: true,
            ..Hints::default()
        },
        has_own: false,
        is_line: false,
        aligned: 0.9,
        is_near: true,
        is_spread: false,
        is_rewritten: false,
        other_days: false,
        other_figure: false,
        is_part: false,
        is_piece: true,
        is_vague: false,
        by_provisions: false,
        states_same: false,
    };
    let of = |evidence| class.beside(evidence, None);
    assert_eq!(of(Evidence::default()), Relation::Version);
    let other_address = Evidence {
        other_address: true,
        ..Evidence::default()
    };
    assert_eq!(of(other_address), Relation::Template);
    let amendment = Evidence {
        is_amendment: true,
        ..Evidence::default()
    };
    assert_eq!(of(amendment), Relation::Reuse);
}

#[test]
fn neither_a_form_nor_a_title_speaks_against_texts_that_state_the_same() {
    let class = |states_same| Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        hints: Hints {
            is_told_by_heading: true,
            ..Hints::default()
        },
        has_own: false,
        is_line: false,
        aligned: 0.9,
        is_near: true,
        is_spread: false,
        is_rewritten: false,
        other_days: false,
        other_figure: true,
        is_part: false,
        is_piece: true,
        is_vague: false,
        by_provisions: false,
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
fn a_text_brought_up_to_date_on_another_day_is_other_news_and_a_reprint_is_none() {
    let class = |aligned, is_line| Class::Story {
        odds: 3.0,
        story: Relation::Version,
        other: Relation::Template,
        hints: Hints {
            is_told_by_heading: true,
            ..Hints::default()
        },
        has_own: true,
        is_line,
        aligned,
        is_near: aligned >= 0.8,
        is_spread: false,
        is_rewritten: false,
        other_days: false,
        other_figure: false,
        is_part: false,
        is_piece: true,
        is_vague: false,
        by_provisions: false,
        states_same: false,
    };
    let day = |one_day| Evidence {
        one_day,
        same_news: one_day == Some(true),
        ..Evidence::default()
    };
    let (same, other) = (day(Some(true)), day(Some(false)));
    let few = Some(1.0);
    assert_eq!(class(0.8, false).beside(other, few), Relation::Template);
    assert_eq!(class(0.8, false).beside(same, few), Relation::Version);
    assert_eq!(class(0.9, false).beside(other, few), Relation::Version);
    // Many stories have the wording: a frame, unless both are of one day.
    let many = Some(9.0);
    assert_eq!(class(0.9, false).beside(same, many), Relation::Version);
    assert_eq!(class(0.7, false).beside(same, many), Relation::Template);
    assert_eq!(class(0.9, true).beside(other, many), Relation::Template);
}
