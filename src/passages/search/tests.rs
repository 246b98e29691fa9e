use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::hash::mix;
use crate::passages::search::naive::smith_waterman;
use crate::passages::{GroupMember, PassageGroup, PassageSearch, ReusedPassage};
use crate::span::UnitSpan;
use crate::spill::SpillFolder;
use crate::text::normalize::{NormalizeSteps, Normalizer};

/// Returns Han characters without any order, the same for one seed; each is
/// one unit of the normalized text.
fn wording(seed: u64, len: usize) -> Vec<char> {
    static POOL: LazyLock<Vec<char>> = LazyLock::new(|| {
        let normalizer = Normalizer::new(NormalizeSteps::default());
        let is_plain = |character: &char| {
            let mut units = Vec::new();
            normalizer.normalize_into(&character.to_string(), &mut units);
            units == [*character as u16]
        };
        ('\u{4e00}'..'\u{6000}').filter(is_plain).collect()
    });
    let character = |at| POOL[(mix(seed << 20 | at) % POOL.len() as u64) as usize];
    (0..len as u64).map(character).collect()
}

fn search(texts: &[String]) -> (Corpus, Vec<ReusedPassage>) {
    let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
    let texts = ids.iter().zip(texts);
    let texts = texts.map(|(id, text)| (id.as_str(), text.as_str()));
    let corpus = Corpus::from_texts(texts, Default::default());
    let found = PassageSearch::default().run(&corpus, &Context::default());
    (corpus, found.unwrap())
}

fn text(parts: &[&[char]]) -> String {
    parts.concat().into_iter().collect()
}

fn spans(found: &[ReusedPassage]) -> Vec<(Range<u32>, Range<u32>)> {
    let span = |passage: &ReusedPassage| (passage.span_a.into(), passage.span_b.into());
    found.iter().map(span).collect()
}

/// How a character is edited.
#[derive(Clone, Copy, Debug)]
enum Change {
    Replaced,
    Inserted,
    Deleted,
}

/// Returns wording with a change every so many characters.
fn edited(wording: &[char], change: Change, every: usize, phase: usize) -> Vec<char> {
    let mut edited = Vec::new();
    for (at, character) in wording.iter().enumerate() {
        let is_changed = (at + phase).is_multiple_of(every);
        match change {
            Change::Deleted if is_changed => {}
            Change::Replaced if is_changed => edited.push('〇'),
            Change::Inserted if is_changed => edited.extend(['〇', *character]),
            _ => edited.push(*character),
        }
    }
    edited
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Among random characters nothing agrees by chance, so that what is found
    /// must be the best local alignment, but for a few units at its ends.
    #[test]
    fn prop_what_is_found_is_the_best_local_alignment(
        seed in 0_u64..1_000, len in 60_usize..240, every in 8_usize..20, phase in 0_usize..8,
        change in prop::sample::select(vec![Change::Replaced, Change::Inserted, Change::Deleted]),
        before in prop::array::uniform2(0_usize..60), after in prop::array::uniform2(0_usize..60),
    ) {
        let passage = wording(seed, len);
        let other = edited(&passage, change, every, phase);
        let around = |side: u64, len: usize| wording(5_000 + 4 * seed + side, len);
        let texts = [
            text(&[&around(0, before[0]), &passage, &around(1, after[0])]),
            text(&[&around(2, before[1]), &other, &around(3, after[1])]),
        ];
        let (corpus, found) = search(&texts);
        let [a, b] = [0, 1].map(|doc| corpus.normalized(DocId(doc)));
        let (best_a, best_b, _) = smith_waterman(a, b);
        prop_assert_eq!(found.len(), 1);
        let passage = &found[0];
        for (span, best) in [(&passage.span_a, best_a), (&passage.span_b, best_b)] {
            prop_assert!(span.start.abs_diff(best.start) <= 3, "{:?} {:?}", span, best);
            prop_assert!(span.end.abs_diff(best.end) <= 3, "{:?} {:?}", span, best);
        }
        // Outside of its edits a passage is equal, and its edits are none.
        let (mut at, mut bt) = (passage.span_a.start, passage.span_b.start);
        let mut equal = 0;
        let [end_a, end_b] = [passage.span_a, passage.span_b].map(|span| UnitSpan::from(span.end..span.end));
        for (edit_a, edit_b) in passage.edits.iter().chain([&(end_a, end_b)]) {
            let run = &a[at as usize..edit_a.start as usize];
            prop_assert_eq!(run, &b[bt as usize..edit_b.start as usize]);
            equal += run.len();
            (at, bt) = (edit_a.end, edit_b.end);
        }
        let columns = passage.edits.iter().map(|(a, b)| a.len().max(b.len())).sum::<usize>() + equal;
        prop_assert_eq!(passage.identity, equal as f64 / columns as f64);
        prop_assert_eq!(passage.length as usize, passage.span_a.len());
    }

    /// Many documents with the same few pieces: some in more than sixteen, some
    /// several times in one, under budgets so small that filters are made for
    /// parts of the hashes and runs are merged.
    #[test]
    fn prop_lists_on_disk_find_what_lists_in_memory_find(
        pieces in prop::collection::vec(prop::collection::vec(0_u64..6, 1..4), 2..26),
        len in 20_usize..70, budget in 2_000_usize..40_000,
    ) {
        let documents: Vec<String> = pieces
            .iter()
            .zip(100..)
            .map(|(pieces, own)| {
                let shared = pieces.iter().map(|piece| wording(*piece, len + 9 * *piece as usize));
                text(&[&wording(own, 15), &shared.collect::<Vec<_>>().concat()])
            })
            .collect();
        let (corpus, expected) = search(&documents);
        let dir = tempfile::tempdir().unwrap();
        let spill_folder = SpillFolder::new(dir.path(), budget).unwrap();
        spill_folder.set_suffixes_on_disk(1);
        let ctx = Context::default().with_memory(Arc::new(spill_folder));
        let found = PassageSearch::default().run(&corpus, &ctx).unwrap();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn prop_every_run_of_thirty_is_in_a_passage(
        seed in 0_u64..1_000, len in 30_usize..60, before in 0_usize..20, after in 0_usize..20,
    ) {
        let run = wording(seed, len);
        let around = |side: u64, len: usize| wording(5_000 + 4 * seed + side, len);
        let (_, found) = search(&[
            text(&[&around(0, before), &run, &around(1, after)]),
            text(&[&around(2, after), &run, &around(3, before)]),
        ]);
        let at = [before, after].map(|start| start as u32..(start + len) as u32);
        prop_assert_eq!(found.len(), 1);
        prop_assert!(found[0].span_a.start <= at[0].start && found[0].span_a.end >= at[0].end);
        prop_assert!(found[0].span_b.start <= at[1].start && found[0].span_b.end >= at[1].end);
    }
}

#[test]
fn runs_of_thirteen_join_a_passage_over_forty_characters() {
    let (long, short) = (wording(1, 80), wording(2, 13));
    let texts = |gap: usize| {
        let gaps = [3, 4].map(|seed| wording(seed, gap));
        [
            text(&[&long, &gaps[0], &short, &wording(5, 50)]),
            text(&[&long, &gaps[1], &short, &wording(6, 50)]),
        ]
    };
    let (_, found) = search(&texts(40));
    assert_eq!(spans(&found), [(0..133, 0..133)]);
    assert_eq!(found[0].edits, [((80..120).into(), (80..120).into())]);
    let (_, found) = search(&texts(41));
    assert_eq!(spans(&found), [(0..80, 0..80)]);
}

#[test]
fn chance_matches_of_eight_characters_are_no_passage() {
    let word = wording(1, 8);
    let texts: Vec<String> = (0..4)
        .map(|at| text(&[&wording(10 + at, 200), &word, &wording(20 + at, 200)]))
        .collect();
    assert_eq!(spans(&search(&texts).1), []);
}

#[test]
fn clauses_in_another_order_are_passages_of_which_the_shorter_one_moved() {
    let (one, two) = (wording(1, 60), wording(2, 40));
    let (_, found) = search(&[
        text(&[&one, &two, &wording(3, 30)]),
        text(&[&wording(4, 30), &two, &one]),
    ]);
    assert_eq!(spans(&found), [(0..60, 70..130), (60..100, 30..70)]);
    assert_eq!([found[0].moved, found[1].moved], [false, true]);
}

#[test]
fn a_passage_that_stands_twice_is_found_twice() {
    let passage = wording(1, 100);
    let (_, found) = search(&[
        text(&[&wording(2, 50), &passage, &wording(3, 50)]),
        text(&[&passage, &wording(4, 80), &passage]),
    ]);
    assert_eq!(spans(&found), [(50..150, 0..100), (50..150, 180..280)]);
}

#[test]
fn a_nested_passage_is_part_of_the_longer_one_and_a_passage_elsewhere() {
    let inner = wording(1, 50);
    let outer = [wording(2, 40), inner.clone(), wording(3, 40)].concat();
    let (_, found) = search(&[
        text(&[&outer, &wording(4, 40)]),
        text(&[&wording(5, 40), &outer]),
        text(&[&wording(6, 40), &inner, &wording(7, 40)]),
    ]);
    let pairs = found
        .iter()
        .map(|passage| (passage.a.0, passage.b.0, passage.length));
    let pairs: Vec<_> = pairs.collect();
    assert_eq!(pairs, [(0, 1, 130), (0, 2, 50), (1, 2, 50)]);
}

#[test]
fn script_readings_and_punctuation_make_no_edit() {
    let (_, found) = search(&[
        "各地要落实联防联控、群防群治的要求，守住社区这道防线，不漏一户、不漏一人，把防控网织密织牢。".into(),
        "先写别的话。各地要落實聯(lián)防聯(lián)控 群防群治的要求 守住社區這道防線 不漏一戶 不漏一人 把防控網織密織牢".into(),
    ]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].identity, found[0].length), (1.0, 40));
}

#[test]
fn copies_are_listed_with_the_first_and_it_with_all_others() {
    let copied = text(&[&wording(1, 90)]);
    let (_, found) = search(&[
        copied.clone(),
        copied.clone(),
        text(&[&wording(2, 40), &wording(1, 90)]),
        copied,
    ]);
    let pairs: Vec<_> = found
        .iter()
        .map(|passage| (passage.a.0, passage.b.0))
        .collect();
    assert_eq!(pairs, [(0, 1), (0, 2), (0, 3)]);
}

#[test]
fn common_wording_is_a_passage_from_sixty_characters_on_and_none_of_its_own() {
    let texts = |len: usize| {
        let shared = wording(1, len);
        // No two have the same character before or after it.
        let edges: Vec<[char; 1]> = wording(300, 120).into_iter().map(|edge| [edge]).collect();
        let text = |at: usize| {
            let [before, after] = [100, 200].map(|seed| wording(seed + at as u64, 50));
            text(&[&before, &edges[at], &shared, &edges[60 + at], &after])
        };
        (0..40).map(text).collect::<Vec<String>>()
    };
    assert_eq!(spans(&search(&texts(55)).1), []);
    let (_, found) = search(&texts(60));
    // Sixteen documents are compared with each other, the others with the
    // first: 144 pairs of 780. A second long seed that some of the documents
    // keep, because of what stands beside the wording, brings as many at most.
    assert!((144..288).contains(&found.len()), "{}", found.len());
    let with_first = found.iter().filter(|passage| passage.a.0 == 0);
    assert_eq!(with_first.count(), 39);
    assert!(
        found
            .iter()
            .all(|passage| passage.own == 0 && passage.length == 60)
    );
}

#[test]
fn documents_that_slide_along_a_text_are_found_with_few_others() {
    let long = wording(1, 4_000);
    let texts: Vec<String> = (0..300)
        .map(|at| text(&[&long[at * 10..at * 10 + 1_000]]))
        .collect();
    let (_, found) = search(&texts);
    for later in 1..300 {
        let with: Vec<_> = found
            .iter()
            .filter(|passage| passage.b.0 == later)
            .collect();
        assert!(with.iter().any(|passage| passage.length == 990), "{later}");
        assert!(with.len() <= 40, "{later}: {}", with.len());
    }
}

#[test]
fn texts_that_repeat_themselves_are_aligned_once() {
    let period: Vec<char> = wording(1, 7);
    let periodic = |times: usize| text(&[&period.repeat(times)]);
    let (_, found) = search(&[
        periodic(3_000),
        periodic(2_000),
        "一".repeat(20_000),
        "一".repeat(10_001),
    ]);
    let pairs: Vec<_> = found
        .iter()
        .map(|passage| (passage.a.0, passage.b.0, passage.length))
        .collect();
    assert_eq!(pairs, [(0, 1, 14_000), (2, 3, 10_001)]);
}

#[test]
fn a_text_shifted_against_itself_is_one_passage() {
    let long = wording(1, 20_000);
    let (_, found) = search(&[text(&[&long[..19_000]]), text(&[&long[1_000..]])]);
    assert_eq!(spans(&found), [(1_000..19_000, 0..18_000)]);
}

#[test]
fn long_texts_are_one_passage_or_a_short_one_whatever_else_they_hold() {
    let long = wording(1, 20_000);
    // Every fiftieth character is another one.
    let edited = edited(&long, Change::Replaced, 50, 7);
    let (_, found) = search(&[text(&[&long]), text(&[&edited])]);
    let lengths: Vec<u32> = found.iter().map(|passage| passage.length).collect();
    assert_eq!(lengths, [20_000]);
    assert_eq!(found[0].edits.len(), 400);
    // Nothing but 300 characters in the middle is the same.
    let shared = wording(2, 300);
    let around = |seed| [wording(seed, 10_000), wording(seed + 1, 10_000)];
    let [[before_a, after_a], [before_b, after_b]] = [3, 5].map(around);
    let (_, found) = search(&[
        text(&[&before_a, &shared, &after_a]),
        text(&[&before_b, &shared, &after_b]),
    ]);
    assert_eq!(spans(&found), [(10_000..10_300, 10_000..10_300)]);
}

#[test]
fn characters_outside_the_basic_plane_are_whole_and_count_once() {
    let rare: Vec<char> = (0..40)
        .map(|at| char::from_u32(0x20000 + at * 3).unwrap())
        .collect();
    let (_, found) = search(&[
        text(&[&wording(1, 20), &rare, &['𠀁']]),
        text(&[&rare, &['𠀂'], &wording(2, 30)]),
    ]);
    assert_eq!(spans(&found), [(20..100, 0..80)]);
    assert_eq!(found[0].length, 40);
}

fn groups(corpus: &Corpus, found: &[ReusedPassage], times: &[i64]) -> Vec<Vec<(u32, u32, u32)>> {
    let time = |doc: DocId| times[doc.index()];
    let groups = PassageSearch::default().groups(corpus, found, time);
    let member = |member: &GroupMember| (member.doc.0, member.span.start, member.span.end);
    let members = |group: &PassageGroup| group.members.iter().map(member).collect();
    groups.iter().map(members).collect()
}

#[test]
fn the_earliest_document_with_a_passage_represents_its_group() {
    let passage = wording(1, 80);
    let texts = [3, 5, 7].map(|seed| {
        text(&[
            &wording(seed, seed as usize),
            &passage,
            &wording(seed + 1, 40),
        ])
    });
    let (corpus, found) = search(&texts);
    let expected = vec![vec![(1, 5, 85), (2, 7, 87), (0, 3, 83)]];
    assert_eq!(groups(&corpus, &found, &[30, 10, 20]), expected);
}

#[test]
fn a_group_chains_nothing_that_is_unlike_its_representative() {
    // Each has half of the passage of the one before.
    let long = wording(1, 300);
    let texts: Vec<String> = (0..3)
        .map(|at| text(&[&long[at * 60..at * 60 + 100], &wording(5 + at as u64, 30)]))
        .collect();
    let (corpus, found) = search(&texts);
    let expected = vec![
        vec![(0, 60, 100), (1, 0, 40)],
        vec![(1, 60, 100), (2, 0, 40)],
    ];
    assert_eq!(groups(&corpus, &found, &[0, 0, 0]), expected);
}

#[test]
fn a_passage_of_many_documents_is_one_group_of_all_of_them() {
    let passage = wording(1, 100);
    let text = |at: u64| text(&[&wording(100 + at, 50), &passage, &wording(400 + at, 50)]);
    let texts: Vec<String> = (0..200).map(text).collect();
    let (corpus, found) = search(&texts);
    // The earliest is not the first of the input, with which all were found.
    let times: Vec<i64> = (0..200).map(|at| if at == 150 { 0 } else { 1 }).collect();
    let groups = groups(&corpus, &found, &times);
    assert_eq!(groups.len(), 1);
    assert_eq!(groups[0].len(), 200);
    assert_eq!(groups[0][0].0, 150);
}

#[test]
fn edited_copies_of_a_passage_in_many_documents_are_one_group() {
    let passage = wording(1, 200);
    let text = |at: u64| {
        let edited = edited(&passage, Change::Replaced, 50, at as usize % 50);
        text(&[&wording(100 + at, 50), &edited, &wording(400 + at, 50)])
    };
    let (corpus, found) = search(&(0..60).map(text).collect::<Vec<String>>());
    let later: BTreeSet<u32> = found.iter().map(|passage| passage.b.0).collect();
    assert_eq!(later, (1..60).collect());
    let groups = groups(&corpus, &found, &[0; 60]);
    assert_eq!(groups.iter().map(Vec::len).collect::<Vec<usize>>(), [60]);
}
