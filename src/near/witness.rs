//! What a pair by containment has to show beside its count: a long run that
//! both texts have.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::mix;
use crate::near::pair::{Measure, Pair};
use crate::text::letters::is_spaced;

/// Characters of Han or kana in a run that is a witness: what checks for
/// copied Chinese text ask about.
const HAN_CHARS: u32 = 13;

/// Letters of scripts with spaces in such a run: five or six words. Windows of
/// five letters are common to all texts of a language, so a long book has
/// nearly all windows of any note; this many letters in a row it has not.
const LETTERS: u32 = 30;

/// What a run must weigh; a character weighs as many of these as its kind
/// needs fewer characters.
const WEIGHT: u32 = HAN_CHARS * LETTERS;

/// Leaves the pairs by containment that have a witness, and those that are as
/// alike as that as a whole.
///
/// Takes time in proportion to the texts of the pairs, and memory in
/// proportion to the shorter one of each.
pub(super) fn retain(corpus: &Corpus, threshold: f64, pairs: &mut Vec<Pair>) {
    let keep: Vec<bool> = pairs
        .par_iter()
        .map(|pair| {
            pair.similarity(Measure::Jaccard) >= threshold || has_witness(corpus, pair.a, pair.b)
        })
        .collect();
    let mut keep = keep.into_iter();
    pairs.retain(|_| keep.next().unwrap_or(true));
}

fn has_witness(corpus: &Corpus, a: DocId, b: DocId) -> bool {
    let (a, b) = (corpus.normalized(a), corpus.normalized(b));
    let (shorter, longer) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    share_run(shorter, longer)
}

/// Returns whether two texts share a run that weighs [`WEIGHT`].
///
/// From each place the shortest run of that weight is determined by what
/// follows it, so two texts share a longer one only if they share one of
/// these.
fn share_run(shorter: &[u16], longer: &[u16]) -> bool {
    // Most pairs share long passages, in which a few of the runs will do.
    [SPARSE, 1]
        .into_iter()
        .any(|every| share_one_of(shorter, longer, every))
}

/// One run of this many is looked for at first.
const SPARSE: usize = 16;

/// Does the same with the runs that begin at one place in `every` of the
/// shorter text.
fn share_one_of(shorter: &[u16], longer: &[u16], every: usize) -> bool {
    let mut runs: Vec<(u64, u32, u32)> = Vec::new();
    let mut filter = [0_u64; 1 << (FILTER_BITS - 6)];
    each_run(shorter, |hash, start, end| {
        if start % every == 0 {
            runs.push((hash, start as u32, end as u32));
            let bit = hash >> (64 - FILTER_BITS);
            filter[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
        false
    });
    runs.sort_unstable();
    !runs.is_empty()
        && each_run(longer, |hash, start, end| {
            let bit = hash >> (64 - FILTER_BITS);
            if filter[(bit >> 6) as usize] >> (bit & 63) & 1 == 0 {
                return false;
            }
            let from = runs.partition_point(|run| run.0 < hash);
            let same = runs[from..].iter().take_while(|run| run.0 == hash);
            same.into_iter()
                .any(|run| shorter[run.1 as usize..run.2 as usize] == longer[start..end])
        })
}

/// Bits of a hash that the filter before the list tells apart: 512 bytes.
const FILTER_BITS: u32 = 12;

/// Calls `found` with the hash, the start and the end of the shortest run of
/// [`WEIGHT`] from each place, until it returns true; returns whether it did.
fn each_run(units: &[u16], mut found: impl FnMut(u64, usize, usize) -> bool) -> bool {
    /// Odd, so that the powers never vanish.
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    let (mut hash, mut power, mut weight) = (0_u64, 1_u64, 0);
    let mut end = 0;
    for start in 0..units.len() {
        while weight < WEIGHT && end < units.len() {
            hash = hash.wrapping_mul(BASE).wrapping_add(mix(units[end].into()));
            power = power.wrapping_mul(BASE);
            weight += weigh(units[end]);
            end += 1;
        }
        if weight < WEIGHT {
            return false;
        }
        if found(hash, start, end) {
            return true;
        }
        power = power.wrapping_mul(inverse(BASE));
        hash = hash.wrapping_sub(mix(units[start].into()).wrapping_mul(power));
        weight -= weigh(units[start]);
    }
    false
}

/// Returns the inverse of an odd number modulo 2^64, by Newton's iteration.
const fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

/// Returns what a character weighs: the second half of a surrogate pair
/// nothing, for the pair is one character.
fn weigh(unit: u16) -> u32 {
    if unit & 0xFC00 == 0xDC00 {
        0
    } else if is_spaced(unit) || unit == 0x20 || (0x30..=0x39).contains(&unit) {
        HAN_CHARS
    } else {
        LETTERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// Tries every run.
    fn share_run_by_definition(a: &[u16], b: &[u16]) -> bool {
        (0..a.len()).any(|start| {
            (start + 1..=a.len()).any(|end| {
                let run = &a[start..end];
                run.iter().map(|unit| weigh(*unit)).sum::<u32>() >= WEIGHT
                    && b.windows(run.len()).any(|window| window == run)
            })
        })
    }

    #[test]
    fn thirteen_characters_of_han_or_thirty_letters_are_a_witness() {
        let han = "守住社区这道防线不能有丝毫放松";
        let part = |n: usize| units(&han.chars().take(n).collect::<String>());
        assert!(share_run(&part(13), &units(han)));
        assert!(!share_run(&part(12), &units(han)));
        let latin = "abcdefghijklmnopqrstuvwxyzabcdefgh";
        assert!(share_run(&units(&latin[..30]), &units(latin)));
        assert!(!share_run(&units(&latin[..29]), &units(latin)));
        assert!(!share_run(&[], &[]));
    }

    proptest! {
        #[test]
        fn prop_a_witness_is_found_where_there_is_one(
            a in "([a-c]{0,20}|[甲乙]{0,9}|7){0,5}", b in "([a-c]{0,20}|[甲乙]{0,9}|7){0,5}",
            common in "[a-c]{0,40}|[甲乙a]{0,20}",
        ) {
            let (a, b) = (units(&format!("{a}{common}{b}")), units(&format!("{b}{common}")));
            prop_assert_eq!(share_run(&a, &b), share_run_by_definition(&a, &b));
        }
    }
}
