//! What a pair by containment has to show beside its count: long runs that
//! both texts have.

mod runs;

use rayon::prelude::*;

use crate::bucket_sort::sort_hashed_places;
use crate::corpus::{Corpus, DocId};
use crate::near::pair::{Measure, Pair};

use runs::each_run;

/// Units from which on a text is so long that it has nearly all short windows of
/// any other, and a run or two by chance.
const LONG: usize = 1 << 16;

/// Part of the shorter text that such runs must cover where the other one is
/// long, one in so many. Of an excerpt in which every sixteenth Han character or
/// every fifth word was changed, they still cover half.
const COVERED_PART: usize = 3;

/// Units of shorter texts, about, that are looked for in a longer one together.
const TOGETHER: usize = 1 << 17;

/// A pair that has to show a witness: the longer text, the shorter one, and
/// where the pair stands.
type Asked = (DocId, DocId, usize);

/// Leaves the pairs by containment that have a witness, and those that are as
/// alike as that as a whole.
///
/// Takes time in proportion to the shorter texts of the pairs and to each longer
/// one once for [`TOGETHER`] units of these, and memory in proportion to these.
pub(super) fn retain(corpus: &Corpus, threshold: f64, pairs: &mut Vec<Pair>) {
    let is_alike = |pair: &Pair| pair.similarity(Measure::Jaccard) >= threshold;
    let mut asked: Vec<Asked> = pairs
        .iter()
        .enumerate()
        .filter(|(_, pair)| !is_alike(pair))
        .map(|(at, pair)| {
            let len = |doc| corpus.normalized_len(doc);
            match len(pair.a) <= len(pair.b) {
                true => (pair.b, pair.a, at),
                false => (pair.a, pair.b, at),
            }
        })
        .collect();
    // A long text has many shorter ones, and is read once for all of them.
    asked.par_sort_unstable();
    let without: Vec<usize> = together(corpus, &asked)
        .into_par_iter()
        .flat_map_iter(|asked| without_witness(corpus, asked))
        .collect();
    let mut keep = vec![true; pairs.len()];
    for at in without {
        keep[at] = false;
    }
    let mut keep = keep.into_iter();
    pairs.retain(|_| keep.next().unwrap_or(true));
}

/// Returns the pairs, which are sorted, in parts of one longer text each.
fn together<'a>(corpus: &Corpus, asked: &'a [Asked]) -> Vec<&'a [Asked]> {
    let mut parts = Vec::new();
    for same in asked.chunk_by(|one, next| one.0 == next.0) {
        let (mut start, mut units) = (0, 0);
        for (at, (_, shorter, _)) in same.iter().enumerate() {
            units += corpus.normalized_len(*shorter);
            if units >= TOGETHER {
                parts.push(&same[start..=at]);
                (start, units) = (at + 1, 0);
            }
        }
        parts.push(&same[start..]);
    }
    parts
}

/// Returns which pairs of one longer text have no witness.
fn without_witness(corpus: &Corpus, asked: &[Asked]) -> Vec<usize> {
    let Some((longer, ..)) = asked.first() else {
        return Vec::new();
    };
    let longer = corpus.normalized(*longer);
    let texts: Vec<Shorter> = asked
        .iter()
        .map(|(_, shorter, _)| Shorter::of(corpus.normalized(*shorter), longer))
        .collect();
    let covered = are_covered(&texts, longer);
    let uncovered = asked.iter().zip(covered).filter(|(_, is)| !is);
    uncovered.map(|((.., at), _)| *at).collect()
}

/// A text that a longer one has to cover.
#[derive(Clone, Copy)]
struct Shorter<'a> {
    units: &'a [u16],
    /// Units that must be covered.
    least: usize,
}

impl<'a> Shorter<'a> {
    fn of(units: &'a [u16], longer: &[u16]) -> Self {
        let least = match longer.len() > LONG {
            true => units.len().div_ceil(COVERED_PART),
            false => 1,
        };
        let least = least.max(1);
        Shorter { units, least }
    }
}

/// Returns for each text whether runs that weigh [`WEIGHT`](runs::WEIGHT), and
/// that the longer text has, cover as much of it as they must.
///
/// From each place the shortest run of that weight is determined by what
/// follows it, so what two texts share in longer ones is covered by these.
fn are_covered(texts: &[Shorter], longer: &[u16]) -> Vec<bool> {
    let mut is_covered = vec![false; texts.len()];
    // Most pairs share long passages, for which a few of the runs will do.
    for every in [SPARSE, 1] {
        let open: Vec<usize> = (0..texts.len()).filter(|at| !is_covered[*at]).collect();
        let of_open: Vec<Shorter> = open.iter().map(|at| texts[*at]).collect();
        for (at, units) in open.iter().zip(covered(&of_open, longer, every)) {
            is_covered[*at] = units >= texts[*at].least;
        }
    }
    is_covered
}

/// One run of this many is looked for at first.
const SPARSE: usize = 16;

/// A run of a shorter text.
#[derive(Clone, Copy)]
struct Run {
    hash: u64,
    /// Which of the texts it stands in.
    text: u32,
    start: u32,
    end: u32,
    is_shared: bool,
    /// Whether this is the first run of its hash, and all of these need no more
    /// comparing.
    is_settled: bool,
}

/// Returns how many units of each shorter text are covered by shared runs, of
/// those that begin at one place in `every`, or how many a single run covers if
/// that is enough.
fn covered(texts: &[Shorter], longer: &[u16], every: usize) -> Vec<usize> {
    let mut runs: Vec<Run> = Vec::new();
    for (text, shorter) in (0..).zip(texts) {
        each_run(shorter.units, |hash, start, end| {
            if start % every == 0 {
                runs.push(Run {
                    hash,
                    text,
                    start: start as u32,
                    end: end as u32,
                    is_shared: false,
                    is_settled: false,
                });
            }
            true
        });
    }
    let mut sums = vec![0; texts.len()];
    if runs.is_empty() {
        return sums;
    }
    sort(&mut runs);
    let filter = RunFilter::new(&runs);
    let mut is_done = vec![false; texts.len()];
    let mut open = texts.len();
    each_run(longer, |hash, start, end| {
        if !filter.may_have(hash) {
            return true;
        }
        let from = runs.partition_point(|run| run.hash < hash);
        // What a text repeats is compared once.
        let is_open = |run: &Run| run.hash == hash && !run.is_settled;
        if !runs.get(from).is_some_and(is_open) {
            return true;
        }
        let mut is_settled = true;
        let same = runs[from..].iter_mut().take_while(|run| run.hash == hash);
        for run in same.filter(|run| !run.is_shared) {
            let text = run.text as usize;
            if is_done[text] {
                continue;
            }
            let units = &texts[text].units[run.start as usize..run.end as usize];
            run.is_shared = *units == longer[start..end];
            is_settled &= run.is_shared;
            if run.is_shared && end - start >= texts[text].least {
                is_done[text] = true;
                sums[text] = end - start;
                open -= 1;
            }
        }
        runs[from].is_settled = is_settled;
        open > 0
    });
    runs.retain(|run| run.is_shared && !is_done[run.text as usize]);
    runs.sort_unstable_by_key(|run| (run.text, run.start));
    for same in runs.chunk_by(|one, next| one.text == next.text) {
        let mut until = 0;
        for run in same {
            sums[run.text as usize] += (run.end.max(until) - run.start.max(until)) as usize;
            until = until.max(run.end);
        }
    }
    sums
}

/// Sorts runs, which are in the order of the texts, by hash and by that order.
fn sort(runs: &mut Vec<Run>) {
    let hashes = runs.iter().map(|run| run.hash);
    let mut places: Vec<(u64, u32)> = hashes.zip(0..).collect();
    sort_hashed_places(&mut places);
    let sorted = places.iter().map(|(_, at)| runs[*at as usize]);
    *runs = sorted.collect();
}

/// Bits for the hashes of some runs, of which few are set.
struct RunFilter {
    words: Vec<u64>,
    shift: u32,
}

impl RunFilter {
    fn new(runs: &[Run]) -> Self {
        let bits = (usize::BITS - runs.len().leading_zeros() + 3).clamp(12, 32);
        let mut filter = RunFilter {
            words: vec![0; 1 << (bits - 6)],
            shift: 64 - bits,
        };
        for run in runs {
            let bit = run.hash >> filter.shift;
            filter.words[(bit >> 6) as usize] |= 1 << (bit & 63);
        }
        filter
    }

    fn may_have(&self, hash: u64) -> bool {
        let bit = hash >> self.shift;
        self.words[(bit >> 6) as usize] >> (bit & 63) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::runs::{BASE, SPREAD, WEIGHT, weigh};
    use super::*;
    use proptest::prelude::*;

    fn is_covered(units: &[u16], longer: &[u16], least: usize) -> bool {
        are_covered(&[Shorter { units, least }], longer)[0]
    }

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

    /// Most bits that the filter finds set are those of other runs.
    #[test]
    fn runs_are_found_after_many_others_that_pass_the_filter() {
        let mut state = 1_u64;
        let mut random = |len: usize| -> Vec<u16> {
            let next = |_| {
                state = state.wrapping_mul(BASE).wrapping_add(SPREAD);
                0x4e00 + (state >> 52) as u16
            };
            (0..len).map(next).collect()
        };
        let shorter = random(2_000);
        let mut longer = random(20_000);
        assert!(!is_covered(&shorter, &longer, 1));
        for at in [0, 700, 1_987] {
            longer.truncate(20_000);
            longer.extend(&shorter[at..at + 13]);
            assert!(is_covered(&shorter, &longer, 1), "{at}");
        }
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
            without_witness(&corpus, &[(DocId(1), DocId(0), 0)]).is_empty()
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

        #[test]
        fn prop_texts_are_covered_together_as_each_alone(
            texts in prop::collection::vec("([a-c]{0,20}|[甲乙]{0,9}|7){0,5}", 0..8),
            longer in "([a-c]{0,20}|[甲乙]{0,9}|7){0,9}",
            common in "[a-c]{0,40}|[甲乙a]{0,20}",
        ) {
            let texts: Vec<Vec<u16>> = (0..).zip(&texts)
                .map(|(at, text)| units(&match at % 3 {
                    0 => format!("{common}{text}"),
                    1 => format!("{text}{common}"),
                    _ => text.clone(),
                }))
                .collect();
            let longer = units(&format!("{longer}{common}"));
            let texts: Vec<Shorter> = texts.iter().zip([1, 1, 9, 14].iter().cycle())
                .map(|(units, least)| Shorter { units, least: *least })
                .collect();
            let alone = |text: &Shorter| covered_by_definition(text.units, &longer) >= text.least;
            let alone: Vec<bool> = texts.iter().map(alone).collect();
            prop_assert_eq!(are_covered(&texts, &longer), alone);
        }
    }
}
