//! The passages that one text shares with others, one pair at a time.

use crate::corpus::DocId;
use crate::passages::search::align::{Aligned, Anchor, EVIDENT_RUN, Limits, PairAligner};
use crate::passages::search::moved::moved;
use crate::passages::search::passage_search::{
    EVIDENCE, EVIDENT_SCORE, PassageSearch, ReusedPassage, characters,
};
use crate::passages::search::postings::MOST_IN_DOCUMENT;
use crate::passages::search::seed::{each_seed, weight};
use crate::span::UnitSpan;

/// Fewest slots of the filter of seeds, as a power of two: most seeds of other
/// texts are none of these.
const FILTER_BITS: u32 = 16;

/// Slots of the filter for each seed.
const SLOTS: usize = 8;

/// Looks for the passages that a text shares with one other text after another,
/// as [`PassageSearch`] finds those of a
/// corpus, but for one thing: what counts as evidence does not depend on how
/// many other documents have it.
pub struct PairSearch<'a> {
    a: &'a [u16],
    limits: Limits,
    /// The seeds of the text, sorted: hash, start.
    seeds: Vec<(u64, u32)>,
    /// The first seed of each bucket of hashes.
    buckets: Vec<u32>,
    bucket_shift: u32,
    /// For each seed of the list, how often the other text has it.
    seen: Vec<u8>,
    filter: Vec<u64>,
    filter_shift: u32,
    aligner: PairAligner,
    places: Vec<Anchor>,
    /// The places of the seed that was looked up last, and those of the next:
    /// where each begins in the text, and its number in `places`.
    open: [Vec<(u32, usize)>; 2],
}

impl<'a> PairSearch<'a> {
    /// Returns a search for passages of a normalized text.
    pub fn new(a: &'a [u16], min_length: u32, min_identity: f64) -> Self {
        let mut seeds = Vec::with_capacity(a.len());
        each_seed(a, |seed| seeds.push((seed.hash, seed.start)));
        seeds.sort_unstable();
        let mut kept: Vec<(u64, u32)> = Vec::with_capacity(seeds.len());
        for same in seeds.chunk_by(|one, other| one.0 == other.0) {
            kept.extend(same.iter().take(MOST_IN_DOCUMENT));
        }
        let (filter_shift, slots) = parts((SLOTS * kept.len()).max(1 << FILTER_BITS));
        let mut filter = vec![0; slots / 64];
        for (hash, _) in &kept {
            let (word, bit) = slot(*hash, filter_shift);
            filter[word] |= bit;
        }
        let (bucket_shift, count) = parts(kept.len().max(2));
        let mut buckets = Vec::with_capacity(count);
        let mut first = 0;
        for bucket in 0..count as u64 {
            buckets.push(first as u32);
            let of_bucket = kept[first..].iter();
            first += of_bucket
                .take_while(|(hash, _)| hash >> bucket_shift == bucket)
                .count();
        }
        PairSearch {
            a,
            limits: Limits {
                min_length,
                min_identity,
            },
            seen: vec![0; kept.len()],
            seeds: kept,
            buckets,
            bucket_shift,
            filter,
            filter_shift,
            aligner: PairAligner::default(),
            places: Vec::new(),
            open: Default::default(),
        }
    }

    /// Changes what counts as a passage from now on.
    pub fn set(&mut self, options: PassageSearch) {
        self.limits = options.limits();
    }

    /// Returns the passages that the text shares with another one, in its
    /// order; all of their characters count as own. `docs` names both texts in
    /// what is returned.
    pub fn with(&mut self, docs: [DocId; 2], b: &[u16]) -> Vec<ReusedPassage> {
        self.seen.fill(0);
        self.places.clear();
        let PairSearch {
            seeds,
            buckets,
            bucket_shift,
            seen,
            filter,
            filter_shift,
            places,
            open: [open, next],
            ..
        } = self;
        let mut last = None;
        each_seed(b, |seed| {
            let (word, bit) = slot(seed.hash, *filter_shift);
            if filter[word] & bit == 0 {
                return;
            }
            let bucket = buckets[(seed.hash >> *bucket_shift) as usize] as usize;
            let before = seeds[bucket..]
                .iter()
                .take_while(|(hash, _)| *hash < seed.hash);
            let first = bucket + before.count();
            let same = seeds[first..]
                .iter()
                .take_while(|(hash, _)| *hash == seed.hash);
            if last.is_none_or(|last: u32| last + 1 != seed.start) {
                open.clear();
            }
            last = Some(seed.start);
            next.clear();
            for (at, (_, start)) in same.enumerate() {
                if at == 0 {
                    if usize::from(seen[first]) == MOST_IN_DOCUMENT {
                        break;
                    }
                    seen[first] += 1;
                }
                // A shared run is one place, however many seeds it has.
                let place = match open.iter().find(|(a, _)| a + 1 == *start) {
                    Some((_, place)) => {
                        places[*place].len += 1;
                        *place
                    }
                    None => {
                        places.push(Anchor {
                            a: *start,
                            b: seed.start,
                            len: 1,
                        });
                        places.len() - 1
                    }
                };
                next.push((*start, place));
            }
            std::mem::swap(open, next);
        });
        let mut found = Vec::new();
        if !self.places.is_empty() {
            let texts = [self.a, b];
            self.aligner
                .align(texts, &mut self.places, 0, 0, &self.limits, &mut found);
        }
        let passages = found
            .into_iter()
            .filter_map(|aligned| self.passage(docs, aligned));
        let mut passages: Vec<ReusedPassage> = passages.collect();
        let spans: Vec<_> = passages
            .iter()
            .map(|passage| (passage.span_a, passage.span_b))
            .collect();
        for (passage, is_moved) in passages.iter_mut().zip(moved(&spans)) {
            passage.moved = is_moved;
        }
        passages
    }

    fn passage(&self, [a, b]: [DocId; 2], aligned: Aligned) -> Option<ReusedPassage> {
        let span_a = aligned.a();
        let stretch = span_a.of(self.a);
        let evident_run = EVIDENT_RUN.min(self.limits.min_length);
        if !aligned.runs().iter().any(|run| run.len >= evident_run) {
            let of_a_unit = weight(stretch) / stretch.len() as f64;
            let least = (f64::from(self.limits.min_length) / f64::from(EVIDENT_RUN)).min(1.0);
            if weight(stretch) < EVIDENCE * least
                || of_a_unit * f64::from(aligned.score()) < EVIDENT_SCORE * least
            {
                return None;
            }
        }
        let gaps = aligned.runs().windows(2).map(|pair| {
            let (one, next) = (pair[0], pair[1]);
            let gap_a = UnitSpan::from(one.a + one.len..next.a);
            (gap_a, UnitSpan::from(one.b + one.len..next.b))
        });
        let length = characters(self.a, span_a);
        Some(ReusedPassage {
            a,
            b,
            length,
            identity: aligned.identity(),
            own: length,
            edits: gaps.filter(|(a, b)| a.len() + b.len() > 0).collect(),
            moved: false,
            span_b: aligned.b(),
            span_a,
        })
    }
}

/// Returns a power of two of `least` parts or more, and the shift that turns a
/// hash into the number of its part.
fn parts(least: usize) -> (u32, usize) {
    let parts = least.next_power_of_two();
    (u64::BITS - parts.trailing_zeros(), parts)
}

fn slot(hash: u64, shift: u32) -> (usize, u64) {
    let slot = hash >> shift;
    ((slot >> 6) as usize, 1 << (slot & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::corpus::Corpus;
    use proptest::prelude::*;

    /// Returns the longest common run by the definition.
    fn longest_run(a: &[u16], b: &[u16]) -> usize {
        let mut before = vec![0; b.len() + 1];
        let mut best = 0;
        for unit in a {
            let mut row = vec![0; b.len() + 1];
            for (at, other) in b.iter().enumerate() {
                if unit == other {
                    row[at + 1] = before[at] + 1;
                    best = best.max(row[at + 1]);
                }
            }
            before = row;
        }
        best
    }

    proptest! {
        #[test]
        fn prop_two_documents_have_the_passages_of_their_corpus(
            pieces in prop::collection::vec("[甲乙丙丁戊己庚辛壬癸]{1,40}", 3..6),
            order in prop::collection::vec((0_usize..6, 0_usize..6), 1..6),
        ) {
            let piece = |at: usize| pieces[at % pieces.len()].as_str();
            let a: String = order.iter().map(|(one, _)| piece(*one)).collect();
            let b: String = order.iter().map(|(_, other)| piece(*other)).collect();
            prop_assume!(a != b);
            let corpus = Corpus::from_texts([("a", a.as_str()), ("b", b.as_str())], Default::default());
            let docs: Vec<DocId> = corpus.docs().collect();
            let expected = PassageSearch::default().run(&corpus, &Context::default()).unwrap();
            let mut search = PairSearch::new(corpus.normalized(docs[0]), PassageSearch::MIN_LENGTH, PassageSearch::MIN_IDENTITY);
            let found = search.with([docs[0], docs[1]], corpus.normalized(docs[1]));
            prop_assert_eq!(&found, &expected);
            // Again with the same buffers.
            prop_assert_eq!(search.with([docs[0], docs[1]], corpus.normalized(docs[1])), found);
        }

        #[test]
        fn prop_a_shared_run_of_twenty_characters_is_in_a_passage(
            left in "[甲乙丙a-c]{0,30}", right in "[丁戊己d-f]{0,30}", shared in "[庚辛壬癸a-z]{20,25}",
        ) {
            let units = |text: String| text.encode_utf16().collect::<Vec<u16>>();
            let (a, b) = (units(format!("{left}{shared}")), units(format!("{shared}{right}")));
            let found = PairSearch::new(&a, 20, 0.6).with([DocId(0), DocId(1)], &b);
            prop_assert!(longest_run(&a, &b) >= 20);
            prop_assert!(!found.is_empty());
        }
    }
}
