//! What a pair by containment has to show beside its count: long runs that
//! both texts have.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::mix;
use crate::near::pair::{Measure, Pair};
use crate::text::letters::is_spaced;

/// Units from which on a text is so long that it has nearly all short windows of
/// any other, and a run or two by chance.
const LONG: usize = 1 << 16;

/// Part of the shorter text that such runs must cover where the other one is
/// long, one in so many. Of an excerpt in which every sixteenth Han character or
/// every fifth word was changed, they still cover half.
const COVERED_PART: usize = 3;

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
    let least = match longer.len() > LONG {
        true => shorter.len().div_ceil(COVERED_PART),
        false => 1,
    };
    is_covered(shorter, longer, least.max(1))
}

/// Returns whether runs that weigh [`WEIGHT`], and that the longer text has,
/// cover `least` units of the shorter one.
///
/// From each place the shortest run of that weight is determined by what
/// follows it, so what two texts share in longer ones is covered by these.
fn is_covered(shorter: &[u16], longer: &[u16], least: usize) -> bool {
    // Most pairs share long passages, for which a few of the runs will do.
    [SPARSE, 1]
        .into_iter()
        .any(|every| covered(shorter, longer, every, least) >= least)
}

/// One run of this many is looked for at first.
const SPARSE: usize = 16;

/// A run of the shorter text.
struct Run {
    hash: u64,
    start: u32,
    end: u32,
    is_shared: bool,
}

/// Returns how many units of the shorter text are covered by shared runs, of
/// those that begin at one place in `every`; once a run covers `enough` of them
/// no others are looked for.
fn covered(shorter: &[u16], longer: &[u16], every: usize, enough: usize) -> usize {
    let mut runs: Vec<Run> = Vec::new();
    let mut filter = [0_u64; 1 << (FILTER_BITS - 6)];
    each_run(shorter, |hash, start, end| {
        if start % every == 0 {
            runs.push(Run {
                hash,
                start: start as u32,
                end: end as u32,
                is_shared: false,
            });
            let bit = hash >> (64 - FILTER_BITS);
            filter[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
        true
    });
    if runs.is_empty() {
        return 0;
    }
    runs.sort_unstable_by_key(|run| (run.hash, run.start));
    each_run(longer, |hash, start, end| {
        let bit = hash >> (64 - FILTER_BITS);
        if filter[(bit >> 6) as usize] >> (bit & 63) & 1 == 0 {
            return true;
        }
        let from = runs.partition_point(|run| run.hash < hash);
        let same = runs[from..].iter_mut().take_while(|run| run.hash == hash);
        for run in same.filter(|run| !run.is_shared) {
            run.is_shared = shorter[run.start as usize..run.end as usize] == longer[start..end];
            if run.is_shared && end - start >= enough {
                return false;
            }
        }
        true
    });
    runs.retain(|run| run.is_shared);
    runs.sort_unstable_by_key(|run| run.start);
    let (mut sum, mut until) = (0, 0);
    for run in &runs {
        sum += run.end.max(until) - run.start.max(until);
        until = until.max(run.end);
    }
    sum as usize
}

/// Bits of a hash that the filter before the list tells apart: 512 bytes.
const FILTER_BITS: u32 = 12;

/// Calls `found` with the hash, the start and the end of the shortest run of
/// [`WEIGHT`] from each place, as long as it returns true.
fn each_run(units: &[u16], mut found: impl FnMut(u64, usize, usize) -> bool) {
    /// Odd, so that the powers never vanish.
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    const INVERSE: u64 = inverse(BASE);
    let (mut hash, mut power, mut weight) = (0_u64, 1_u64, 0);
    let mut end = 0;
    for start in 0..units.len() {
        // A pair of surrogates is not parted.
        while end < units.len() && (weight < WEIGHT || weigh(units[end]) == 0) {
            hash = hash.wrapping_mul(BASE).wrapping_add(mix(units[end].into()));
            power = power.wrapping_mul(BASE);
            weight += weigh(units[end]);
            end += 1;
        }
        if weight < WEIGHT {
            return;
        }
        if !found(hash, start, end) {
            return;
        }
        power = power.wrapping_mul(INVERSE);
        hash = hash.wrapping_sub(mix(units[start].into()).wrapping_mul(power));
        weight -= weigh(units[start]);
    }
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

    /// Looks for the shortest run of the weight from every place.
    fn covered_by_definition(a: &[u16], b: &[u16]) -> usize {
        let mut is_covered = vec![false; a.len()];
        for start in 0..a.len() {
            let weighs = |end: &usize| a[start..*end].iter().map(|unit| weigh(*unit)).sum::<u32>();
            let shortest = (start + 1..=a.len()).find(|end| weighs(end) >= WEIGHT);
            if let Some(end) = shortest
                && b.windows(end - start)
                    .any(|window| *window == a[start..end])
            {
                is_covered[start..end].fill(true);
            }
        }
        is_covered.iter().filter(|is| **is).count()
    }

    fn third(of: &[u16]) -> usize {
        of.len().div_ceil(COVERED_PART)
    }

    #[test]
    fn thirteen_characters_of_han_or_thirty_letters_are_a_witness() {
        let han = "守住社区这道防线不能有丝毫放松";
        let part = |n: usize| units(&han.chars().take(n).collect::<String>());
        assert!(is_covered(&part(13), &units(han), 1));
        assert!(!is_covered(&part(12), &units(han), 1));
        let latin = "abcdefghijklmnopqrstuvwxyzabcdefgh";
        assert!(is_covered(&units(&latin[..30]), &units(latin), 1));
        assert!(!is_covered(&units(&latin[..29]), &units(latin), 1));
        assert!(!is_covered(&[], &[], 1));
    }

    #[test]
    fn one_run_is_no_witness_in_a_long_text() {
        let turn = "at the end of the year as a whole the people of ";
        let note = format!(
            "{turn}{}",
            "ferry across the lower bay ran again. ".repeat(3)
        );
        let text = |sentences: usize, end: &str| {
            let sentences = "Nobody knew who had planted the elms. ".repeat(sentences);
            format!("{sentences}{turn}hills were green. {end}")
        };
        let has_witness = |longer: String| {
            let texts = [("note", note.as_str()), ("longer", longer.as_str())];
            let corpus = Corpus::from_texts(texts, Default::default());
            has_witness(&corpus, DocId(0), DocId(1))
        };
        assert!(has_witness(text(9, "")));
        assert!(!has_witness(text(LONG / 20, "")));
        assert!(has_witness(text(LONG / 20, &note[20..])));
    }

    proptest! {
        #[test]
        fn prop_a_text_is_covered_by_the_runs_that_the_other_has(
            a in "([a-c]{0,20}|[甲乙]{0,9}|7){0,5}", b in "([a-c]{0,20}|[甲乙]{0,9}|7){0,5}",
            common in "[a-c]{0,40}|[甲乙a]{0,20}",
        ) {
            let (a, b) = (units(&format!("{a}{common}{b}")), units(&format!("{b}{common}")));
            let covered = covered_by_definition(&a, &b);
            for least in [1, third(&a).max(1)] {
                prop_assert_eq!(is_covered(&a, &b, least), covered >= least);
            }
        }
    }
}
