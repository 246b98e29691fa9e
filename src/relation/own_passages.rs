//! Which of two texts has a clause of which the other has no part.

use crate::boilerplate::credits::has_credit;
use crate::boilerplate::weight;
use crate::relation::figures::is_digit;
use crate::simd::window_hash;
use crate::span::UnitSpan;
use crate::text::letters::{A_CHARACTER, letters};

/// Least Han characters of a passage of its own, a clause; three letters of a
/// script with spaces weigh as much as one.
pub(super) const PASSAGE: u32 = 12;

/// The same of a passage that states a figure in digits: one case was taken off
/// again in some town.
const FIGURED_PASSAGE: u32 = 5;

/// The same where the other text is long: a statute that was amended has
/// another clause in the place of an old one.
const PASSAGE_BESIDE_LONG: u32 = 8;

/// Most Han characters of a passage that counts as credits if it has one of
/// their words: it says who wrote a text, or took or edited a picture.
const CREDITS: u32 = 40;

/// Units of a run that both texts must have for its characters to count as
/// shared, in texts of Han characters and in those of letters.
const SHARED: [usize; 2] = [5, 8];

/// The same where the other text is long: it has the words of a clause that it
/// lacks somewhere. With runs of [`SHARED`], 103 of 592 editions of statutes
/// went for one that lacks a clause of theirs.
pub(super) const SHARED_WITH_LONG: [usize; 2] = [8, 16];

/// Units of a long text.
pub(super) const LONG: usize = 2_000;

/// Bits of the filter for each window that is looked for: hardly one of those
/// that are not passes it.
const BITS: usize = 64;

/// Returns whether a text has a clause of which the other has no part: no run
/// of the other stands in it. `shared` is what the alignment found.
///
/// The alignment says of most of a version that the other text has it, so only
/// the windows around changed places are looked for, all of them in one pass
/// over the other text.
pub(super) fn has_passage(units: &[u16], other: &[u16], shared: &[UnitSpan]) -> bool {
    let (runs, least) = match other.len() > LONG {
        true => (SHARED_WITH_LONG, PASSAGE_BESIDE_LONG),
        false => (SHARED, PASSAGE),
    };
    let run = run_of(units, runs);
    let mut gaps = gaps(units, shared, run);
    gaps.retain(|gap| may_be_passage(gap.of(units), least));
    if gaps.is_empty() {
        return false;
    }
    let windows = gaps.iter().map(|gap| windows_of(*gap, units.len(), run));
    let stretches = windows.filter(|windows| !windows.is_empty());
    let stretches = stretches.map(|windows| &units[windows.start..windows.end + run - 1]);
    let mut there = windows_there(stretches, other, run).into_iter();
    gaps.iter().any(|gap| {
        let mut from = gap.start as usize;
        for at in windows_of(*gap, units.len(), run) {
            if there.next() == Some(true) {
                if at > from && is_passage(&units[from..at], least) {
                    return true;
                }
                from = from.max(at + run);
            }
        }
        let end = gap.end as usize;
        from < end && is_passage(&units[from..end], least)
    })
}

/// Returns the stretches of a text between those shared ones that hold a run.
fn gaps(units: &[u16], shared: &[UnitSpan], run: usize) -> Vec<UnitSpan> {
    let held = shared.iter().copied().filter(|span| span.len() >= run);
    let mut gaps = Vec::new();
    let mut from = 0;
    let end = UnitSpan::from(units.len() as u32..units.len() as u32);
    for span in held.chain([end]) {
        if span.start > from {
            gaps.push(UnitSpan::from(from..span.start));
        }
        from = span.end;
    }
    gaps
}

/// Returns where the windows begin that reach into a gap.
fn windows_of(gap: UnitSpan, len: usize, run: usize) -> std::ops::Range<usize> {
    let start = (gap.start as usize).saturating_sub(run - 1);
    let end = (gap.end as usize).min((len + 1).saturating_sub(run));
    start..end.max(start)
}

/// Returns for each window of some stretches, one after another, whether the
/// other text has it.
///
/// Takes a pass over the other text, however many windows are looked for.
pub(super) fn windows_there<'a>(
    stretches: impl Iterator<Item = &'a [u16]>,
    other: &[u16],
    run: usize,
) -> Vec<bool> {
    let mut hashes = Vec::new();
    let mut sorted: Vec<(u64, u32)> = Vec::new();
    for stretch in stretches {
        each_window(stretch, run, &mut hashes, |hash| {
            sorted.push((hash, sorted.len() as u32));
        });
    }
    sorted.sort_unstable();
    // Of equal windows the first one is marked.
    let mut is_first_there = vec![false; sorted.len()];
    let bits = (sorted.len() * BITS).next_power_of_two().max(64);
    let shift = u64::BITS - bits.trailing_zeros();
    let mut filter = vec![0_u64; bits / 64];
    for (hash, _) in &sorted {
        let bit = hash >> shift;
        filter[(bit / 64) as usize] |= 1 << (bit % 64);
    }
    each_window(other, run, &mut hashes, |hash| {
        let bit = hash >> shift;
        if filter[(bit / 64) as usize] >> (bit % 64) & 1 == 1 {
            let first = sorted.partition_point(|(asked, _)| *asked < hash);
            if sorted.get(first).is_some_and(|(asked, _)| *asked == hash) {
                is_first_there[first] = true;
            }
        }
    });
    let mut are_there = vec![false; sorted.len()];
    let mut first = 0;
    for equal in sorted.chunk_by(|(one, _), (next, _)| one == next) {
        for (_, nth) in equal {
            are_there[*nth as usize] = is_first_there[first];
        }
        first += equal.len();
    }
    are_there
}

/// Calls `found` with what stands for each window of a text, in order; `hashes`
/// serves text after text.
///
/// Long windows are told by those of their halves, of which many are hashed at
/// a time.
fn each_window(units: &[u16], run: usize, hashes: &mut Vec<u64>, mut found: impl FnMut(u64)) {
    /// Windows that are hashed at a time: few enough for the cache.
    const AT_ONCE: usize = 1 << 11;
    /// Units of the longest windows that are hashed many at a time.
    const MOST: usize = 8;
    /// Any odd number with bits all over.
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let len = match run > MOST && run.is_multiple_of(2) {
        true => run / 2,
        false => run,
    };
    let count = (units.len() + 1).saturating_sub(run);
    for first in (0..count).step_by(AT_ONCE) {
        let end = count.min(first + AT_ONCE);
        hashes.clear();
        window_hash::append(&units[first..end + run - 1], len, hashes);
        if len == run {
            hashes.iter().for_each(|hash| found(*hash));
            continue;
        }
        let halves = hashes.iter().zip(&hashes[len..]);
        halves.for_each(|(one, other)| found(one.wrapping_mul(FACTOR).wrapping_add(*other)));
    }
}

/// Returns the length of runs by the script of most of a text.
pub(super) fn run_of(units: &[u16], [of_characters, of_letters]: [usize; 2]) -> usize {
    match letters(units) * 2 > units.len() {
        true => of_letters,
        false => of_characters,
    }
}

/// Returns the least weight of a clause, in letters.
fn least_weight(units: &[u16], least: u32) -> u64 {
    let characters = match units.iter().any(|unit| is_digit(*unit)) {
        true => FIGURED_PASSAGE,
        false => least,
    };
    u64::from(characters * A_CHARACTER)
}

/// Returns whether any part of a stretch may be a clause.
fn may_be_passage(units: &[u16], least: u32) -> bool {
    weight(units) >= least_weight(units, least)
}

/// Returns whether a stretch of text is a clause: `least` Han characters, or
/// fewer and a figure, and no credits.
pub(super) fn is_passage(units: &[u16], least: u32) -> bool {
    let weight = weight(units);
    let is_long = weight >= u64::from(CREDITS * A_CHARACTER);
    weight >= least_weight(units, least) && (is_long || !has_credit(units))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::FeatureExtractor;
    use crate::relation::shared_spans::shared_spans;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The definition: window by window.
    fn has_passage_plainly(units: &[u16], other: &[u16]) -> bool {
        let (runs, least) = match other.len() > LONG {
            true => (SHARED_WITH_LONG, PASSAGE_BESIDE_LONG),
            false => (SHARED, PASSAGE),
        };
        let run = run_of(units, runs);
        let others: BTreeSet<&[u16]> = other.windows(run).collect();
        let mut is_shared = vec![false; units.len()];
        for (at, window) in units.windows(run).enumerate() {
            if others.contains(window) {
                is_shared[at..at + run].fill(true);
            }
        }
        let mut at = 0;
        is_shared.chunk_by(|one, next| one == next).any(|chunk| {
            at += chunk.len();
            !chunk[0] && is_passage(&units[at - chunk.len()..at], least)
        })
    }

    /// Texts of stretches that both may have, and some that one has.
    fn texts() -> impl Strategy<Value = [String; 2]> {
        let piece = prop_oneof![
            (0..6_usize).prop_map(|nth| {
                let pieces = [
                    "县里的图书馆昨天搬进新楼",
                    "藏书一共二十三万册",
                    "本报记者张三摄影报道",
                    "the old harbour wall was mended in spring",
                    "读者5册",
                    "头一批读者来自东城小学的孩子们",
                ];
                pieces[nth].replace(' ', "")
            }),
            "[甲乙丙3a]{0,14}",
        ];
        prop::collection::vec((piece, 0..4_u8), 0..12).prop_map(|pieces| {
            [1, 2].map(|side| {
                let of_side = pieces
                    .iter()
                    .filter(|(_, of)| *of == 0 || *of == 3 || *of == side);
                of_side.map(|(piece, _)| piece.as_str()).collect()
            })
        })
    }

    proptest! {
        #[test]
        fn prop_windows_are_there_that_any_place_of_the_other_text_has(
            stretches in prop::collection::vec(prop::collection::vec(0..2_u16, 0..40), 0..4),
            other in prop::collection::vec(0..2_u16, 0..3_000),
            run in prop::sample::select(vec![5_usize, 8, 16]),
        ) {
            let truth: Vec<bool> = stretches
                .iter()
                .flat_map(|stretch| stretch.windows(run))
                .map(|window| other.windows(run).any(|there| there == window))
                .collect();
            let stretches = stretches.iter().map(Vec::as_slice);
            prop_assert_eq!(windows_there(stretches, &other, run), truth);
        }

        #[test]
        fn prop_a_clause_is_found_as_all_windows_tell_it(texts in texts()) {
            let texts = texts.map(|text| text.encode_utf16().collect::<Vec<u16>>());
            let [a, b] = [&texts[0][..], &texts[1][..]];
            let mut extractor = FeatureExtractor::default();
            let [of_a, of_b] = shared_spans(&extractor.changes_of([a, b]).hunks);
            prop_assert_eq!(has_passage(a, b, &of_a), has_passage_plainly(a, b));
            prop_assert_eq!(has_passage(b, a, &of_b), has_passage_plainly(b, a));
        }
    }
}
