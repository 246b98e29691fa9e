use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::passages::changes::{ChangeOptions, Hunk, HunkKind};
use crate::passages::edit::Editor;
use crate::passages::halves::Halves;
use crate::passages::naive;
use crate::passages::passage::{Aligner, PassageOptions, Passages, passages};
use crate::passages::tile::Tiler;
use crate::passages::tiles::{Run, Tiles};
use crate::span::UnitSpan;

fn units(text: &str) -> Vec<u16> {
    text.encode_utf16().collect()
}

fn shared(a: &str, b: &str) -> Passages {
    passages(&units(a), &units(b), &PassageOptions::default())
}

#[test]
fn a_passage_is_found_and_bridged_over_a_changed_word() {
    let (a, b) = (
        "今天上午八点雨水从山上流下来淹没了三条街道",
        "目击者说今天上午九点雨水从山上流下来淹没了五条街道",
    );
    let options = PassageOptions {
        min_length: 5,
        bridge: 1,
    };
    let found = passages(&units(a), &units(b), &options);
    // 八点 and 九点 differ in one character, 三 and 五 too, but what follows
    // that is too short to count.
    assert_eq!(found.list.len(), 1);
    assert_eq!(
        (found.list[0].a, found.list[0].b),
        ((5..17).into(), (9..21).into())
    );
    assert_eq!((found.shared_chars, found.longest_shared), (12, 12));
}

#[test]
fn passages_that_changed_places_are_both_found() {
    let (x, y) = ("春天到了公园里的花都开了", "秋天到了山上的叶子都红了");
    let found = shared(&[x, y].concat(), &[y, x].concat());
    assert_eq!(found.list.len(), 2);
    assert_eq!((found.coverage_a, found.coverage_b), (1.0, 1.0));
    assert_eq!(found.list[0].a, (0..12).into());
    assert_eq!(found.list[0].b, (12..24).into());
}

#[test]
fn a_passage_is_matched_once_however_often_the_other_has_it() {
    let x = "春天到了公园里的花都开了";
    let found = shared(x, &[x, x, x].concat());
    assert_eq!(found.list.len(), 1);
    assert_eq!(found.shared_chars, 12);
    assert!((found.coverage_b - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn lengths_count_characters_and_pairs_of_surrogates_stay_whole() {
    // Both begin with the same high half, and only that is equal.
    let (a, b) = ("𠀀𠀁𠀂𠀃春夏秋冬", "𠀄𠀁𠀂𠀃春夏秋冬");
    let options = PassageOptions {
        min_length: 7,
        bridge: 0,
    };
    let found = passages(&units(a), &units(b), &options);
    assert_eq!(found.list.len(), 1);
    assert_eq!(found.list[0].a, (2..12).into());
    assert_eq!(found.shared_chars, 7);
    assert_eq!(found.coverage_a, 7.0 / 8.0);
}

#[test]
fn empty_and_short_texts_share_nothing() {
    for (a, b, coverage) in [
        ("", "", 1.0),
        ("", "春", 0.0),
        ("春", "", 0.0),
        ("春", "春", 0.0),
    ] {
        let found = shared(a, b);
        assert!(found.list.is_empty());
        assert_eq!(found.coverage_a, coverage, "{a} {b}");
    }
}

#[test]
fn texts_that_repeat_themselves_take_little_time() {
    let n = 1_000_000;
    let one = vec![u16::from(b'a'); n];
    let mut shifted = vec![u16::from(b'b')];
    shifted.extend(&one);
    let mut broken = one.clone();
    for at in (0..n).step_by(997) {
        broken[at] = u16::from(b'c');
    }
    let period = |len: usize, from: usize| -> Vec<u16> {
        (0..n).map(|at| ((at + from) % len) as u16).collect()
    };
    let cases = [
        ("shifted", one.clone(), shifted),
        ("broken", one, broken),
        ("period 7", period(7, 0), period(7, 3)),
        ("period 1000", period(1000, 0), period(1000, 3)),
        ("periods 30, 31", period(30, 0), period(31, 3)),
    ];
    let mut aligner = Aligner::default();
    for (name, a, b) in cases {
        let begin = Instant::now();
        let found = aligner.passages(&a, &b, &PassageOptions::default());
        let time = begin.elapsed();
        assert!(found.coverage_a > 0.2, "{name}: {}", found.coverage_a);
        assert!(time < Duration::from_secs(20), "{name}: {time:?}");
    }
}

/// Texts of few characters repeat themselves and share much.
fn text(symbols: u32, len: usize) -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..symbols, 0..len)
}

/// A text and an edited copy of it.
fn edited() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let edits = prop::collection::vec((0..100usize, 0..12usize, text(50, 12)), 0..4);
    (text(50, 80), edits).prop_map(|(a, edits)| {
        let mut b = a.clone();
        for (at, gone, come) in edits {
            let at = at.min(b.len());
            let end = (at + gone).min(b.len());
            b.splice(at..end, come);
        }
        (a, b)
    })
}

/// Two texts of the same long pieces, put together and edited anew.
fn rearranged() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let pieces = prop::collection::vec(prop::collection::vec(0..50u32, 60..110), 2..4);
    let order = || prop::collection::vec((0..4usize, 0..110usize, 0..50u32), 1..5);
    (pieces, order(), order()).prop_map(|(pieces, a, b)| {
        let text = |order: Vec<(usize, usize, u32)>| {
            let edited = order.into_iter().map(|(nth, at, come)| {
                let mut piece = pieces[nth % pieces.len()].clone();
                let at = at.min(piece.len() - 1);
                piece[at] = come;
                piece
            });
            edited.collect::<Vec<_>>().concat()
        };
        (text(a), text(b))
    })
}

fn tiles(a: &[u32], b: &[u32], min_length: usize) -> Vec<Run> {
    let mut tiler = Tiler::default();
    tiler.tile(a, b, min_length);
    let mut runs = tiler.runs().to_vec();
    runs.sort();
    runs
}

/// Marks the tiles; panics if they overlap or are not equal.
fn taken(a: &[u32], b: &[u32], runs: &[Run]) -> (Vec<bool>, Vec<bool>) {
    let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
    for run in runs {
        for step in 0..run.len as usize {
            let (at_a, at_b) = (run.a as usize + step, run.b as usize + step);
            assert_eq!(a[at_a], b[at_b]);
            assert!(!taken_a[at_a] && !taken_b[at_b]);
            taken_a[at_a] = true;
            taken_b[at_b] = true;
        }
    }
    (taken_a, taken_b)
}

/// Whether head and tail are taken before all else.
fn near_equal(a: &[u32], b: &[u32]) -> bool {
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let rest = a[head..].iter().rev().zip(b[head..].iter().rev());
    let tail = rest.take_while(|(a, b)| a == b).count();
    (head + tail) * 2 >= a.len().min(b.len())
}

proptest! {
    #[test]
    fn prop_tiles_are_those_of_plain_greedy_tiling(
        (a, b) in prop_oneof![edited(), (text(3, 60), text(3, 60))],
        min_length in 1..9usize,
    ) {
        prop_assume!(!near_equal(&a, &b));
        prop_assert_eq!(tiles(&a, &b, min_length), naive::tiles(&a, &b, min_length));
    }

    #[test]
    fn prop_tiles_of_long_texts_are_those_of_plain_greedy_tiling(
        (a, b) in rearranged(), min_length in 3..9usize,
    ) {
        prop_assume!(!near_equal(&a, &b));
        prop_assert_eq!(tiles(&a, &b, min_length), naive::tiles(&a, &b, min_length));
    }

    #[test]
    fn prop_no_run_is_left_over_however_texts_repeat_themselves(
        (a, b) in prop_oneof![edited(), (text(2, 90), text(2, 90)), (text(3, 90), text(2, 90))],
        min_length in 1..9usize,

    ) {
        let check = |runs: &[Run]| {
            let (taken_a, taken_b) = taken(&a, &b, runs);
            let left = naive::longest(&a, &b, &taken_a, &taken_b);
            assert!(left.is_none_or(|run| (run.len as usize) < min_length));
            assert!(runs.iter().all(|run| run.len as usize >= min_length));
        };
        check(&tiles(&a, &b, min_length));
        // By halving alone.
        let mut tiles = Tiles::default();
        tiles.free_all(a.len(), b.len());
        let longest = a.len().min(b.len()).max(min_length);
        Halves::default().fill(&a, &b, min_length, longest, &mut tiles);
        check(&tiles.runs);
        // Each tile is at least half as long as the longest that was left.
        let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
        for run in &tiles.runs {
            let left = naive::longest(&a, &b, &taken_a, &taken_b).map_or(0, |run| run.len);
            prop_assert!(run.len * 2 >= left, "{:?} of {}", run, left);
            for step in 0..run.len as usize {
                taken_a[run.a as usize + step] = true;
                taken_b[run.b as usize + step] = true;
            }
        }
    }

    #[test]
    fn prop_edits_are_those_that_are_found_on_all_diagonals(
        (a, b) in prop_oneof![edited(), (text(2, 30), text(2, 30))],
        most in 0..40usize,
    ) {
        let mut editor = Editor::default();
        let mut runs = Vec::new();
        let equal = |at_a: usize, at_b: usize| a[at_a] == b[at_b];
        let is_near = editor.runs((a.len(), b.len()), equal, most, &mut runs);
        let expected = naive::edit(&a, &b, most);
        prop_assert_eq!(is_near, expected.is_some());
        if let Some(expected) = expected {
            prop_assert_eq!(runs, expected);
            prop_assert!(!editor.is_far(&a, &b, most));
        }
    }

    #[test]
    fn prop_exchanging_the_texts_exchanges_the_sides(
        (a, b) in prop_oneof![edited(), (text(3, 60), text(3, 60))],
    ) {
        let narrow = |text: &[u32]| text.iter().map(|c| 0x4E00 + *c as u16).collect::<Vec<u16>>();
        let (a, b) = (narrow(&a), narrow(&b));
        let options = PassageOptions { min_length: 3, bridge: 2 };
        let (one, other) = (passages(&a, &b, &options), passages(&b, &a, &options));
        let mut turned: Vec<_> = other.list.iter().map(|p| (p.b, p.a, p.shared)).collect();
        turned.sort_by_key(|p| p.0.start);
        let plain: Vec<_> = one.list.iter().map(|p| (p.a, p.b, p.shared)).collect();
        prop_assert_eq!(plain, turned);
        prop_assert_eq!(one.shared_chars, other.shared_chars);
        let sum: u32 = one.list.iter().map(|p| p.shared).sum();
        prop_assert_eq!(sum, one.shared_chars);
        let (_, hunks) = Aligner::default().changes(&a, &b, &ChangeOptions { passages: options, effort: 8 });
        check_hunks(&a, &b, &hunks);
        let ends: Vec<_> = one.list.iter().flat_map(|p| [p.a.start, p.a.end]).collect();
        prop_assert!(ends.is_sorted());
    }
}

fn changes(a: &str, b: &str) -> Vec<(HunkKind, String, String)> {
    let (a, b) = (units(a), units(b));
    let (_, hunks) = Aligner::default().changes(&a, &b, &ChangeOptions::default());
    check_hunks(&a, &b, &hunks);
    let text = |units: &[u16], span: UnitSpan| String::from_utf16(span.of(units)).unwrap();
    hunks
        .iter()
        .map(|hunk| (hunk.kind, text(&a, hunk.a), text(&b, hunk.b)))
        .collect()
}

/// Hunks cover both texts from end to end, and what is called equal is.
fn check_hunks(a: &[u16], b: &[u16], hunks: &[Hunk]) {
    let (mut at_a, mut at_b) = (0, 0);
    for hunk in hunks {
        let same = hunk.a.of(a) == hunk.b.of(b);
        let (in_a, in_b) = (!hunk.a.is_empty(), !hunk.b.is_empty());
        match hunk.kind {
            HunkKind::Equal | HunkKind::MovedAway | HunkKind::MovedHere => {
                assert!(in_a && in_b && same)
            }
            HunkKind::Replaced => assert!(in_a && in_b),
            HunkKind::Inserted => assert!(!in_a && in_b),
            HunkKind::Deleted => assert!(in_a && !in_b),
        }
        if hunk.kind != HunkKind::MovedHere {
            assert_eq!(hunk.a.start, at_a, "{hunks:?}");
            at_a = hunk.a.end;
        }
        if hunk.kind != HunkKind::MovedAway {
            assert_eq!(hunk.b.start, at_b, "{hunks:?}");
            at_b = hunk.b.end;
        }
    }
    assert_eq!((at_a as usize, at_b as usize), (a.len(), b.len()));
    let moved = |kind| hunks.iter().filter(|hunk| hunk.kind == kind).count();
    assert_eq!(moved(HunkKind::MovedAway), moved(HunkKind::MovedHere));
}

#[test]
fn a_changed_number_is_one_change_and_a_cut_sentence_another() {
    use HunkKind::*;
    let found = changes(
        "本市今天新增病例12例治愈出院305人天气很好公园里人很多",
        "本市今天新增病例15例治愈出院315人公园里人很多",
    );
    let kinds: Vec<_> = found
        .iter()
        .map(|(kind, a, b)| (*kind, a.as_str(), b.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (Equal, "本市今天新增病例", "本市今天新增病例"),
            (Replaced, "12", "15"),
            (Equal, "例治愈出院", "例治愈出院"),
            (Replaced, "305", "315"),
            (Equal, "人", "人"),
            (Deleted, "天气很好", ""),
            (Equal, "公园里人很多", "公园里人很多"),
        ]
    );
}

#[test]
fn a_passage_that_moved_is_told_from_one_that_was_rewritten() {
    use HunkKind::*;
    let (x, y) = (
        "春天到了公园里的花都开了",
        "秋天到了山上的叶子都红了大家都去看",
    );
    let found = changes(&[x, y].concat(), &[y, x].concat());
    assert_eq!(
        found,
        [
            (MovedAway, x.to_owned(), x.to_owned()),
            (Equal, y.to_owned(), y.to_owned()),
            (MovedHere, x.to_owned(), x.to_owned()),
        ]
    );
}

#[test]
fn changes_in_large_texts_that_differ_everywhere_take_little_time() {
    let text = |seed: u64, words: u64| -> Vec<u16> {
        (0..300_000u64)
            .map(|at| 0x4E00 + (crate::hash::mix(seed << 32 | at) % words) as u16)
            .collect()
    };
    // Without a common run, with very many short ones, and reversed blocks.
    let blocks = text(1, 3_000);
    let turned: Vec<u16> = blocks.chunks(20).rev().flatten().copied().collect();
    for (name, a, b) in [
        ("other", text(1, 3_000), text(2, 3_000)),
        ("two symbols", text(1, 2), text(2, 2)),
        ("blocks turned", blocks, turned),
    ] {
        let begin = Instant::now();
        let (_, hunks) = Aligner::default().changes(&a, &b, &ChangeOptions::default());
        check_hunks(&a, &b, &hunks);
        let time = begin.elapsed();
        assert!(time < Duration::from_secs(20), "{name}: {time:?}");
    }
}

/// How long a pair takes; `cargo test --release -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn time_of_a_pair() {
    let word = |seed: u64| 0x4E00 + (crate::hash::mix(seed) % 3_000) as u16;
    let text = |seed: u64| {
        (0..1_000)
            .map(|at| word(seed * 1_000 + at))
            .collect::<Vec<u16>>()
    };
    let mut edited = text(1);
    for at in (50..950).step_by(100) {
        edited[at] = word(at as u64);
        edited.insert(at + 30, word(at as u64 + 7));
    }
    let cases = [("equal", text(1)), ("edited", edited), ("other", text(2))];
    let mut aligner = Aligner::default();
    let mut extractor = crate::relation::FeatureExtractor::default();
    for (name, other) in &cases {
        let begin = Instant::now();
        for _ in 0..10_000 {
            extractor.extract(&text(1), other);
        }
        println!("evidence, {name}: {:?} a pair", begin.elapsed() / 10_000);
    }
    for (name, other) in cases {
        let one = text(1);
        let begin = Instant::now();
        let mut sum = 0;
        for _ in 0..10_000 {
            sum += aligner
                .passages(&one, &other, &PassageOptions::default())
                .shared_chars;
        }
        println!(
            "{name}: {:?} a pair, {} shared",
            begin.elapsed() / 10_000,
            sum / 10_000
        );
    }
}
