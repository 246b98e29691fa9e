//! Bitmaps of shingle sets, which bound how alike two sets can be before either
//! is sorted \[STM20\].

use crate::corpus::DocId;
use crate::near::pair::{Measure, Pair};
use crate::prefetch::prefetch;
use crate::simd::one_sided;

/// Least number of bits for each window, of which there are twice as many at
/// most: enough that seven of eight shingles that one set alone has pick a bit
/// that the other has not.
const BITS_PER_WINDOW: usize = 8;

/// Number of bits of a word.
const WORD: usize = u64::BITS as usize;

/// The windows of a text, each as a bit that its hash picks; several may pick one.
pub(super) struct Bitmap {
    /// A power of two of words.
    words: Vec<u64>,
    /// Number of windows, which is at least the number of different ones.
    windows: usize,
}

impl Bitmap {
    /// Returns the bitmap of the hashes of a text's windows, in any order and
    /// with repetitions.
    pub(super) fn new(hashes: &[u64]) -> Self {
        let len = (hashes.len() * BITS_PER_WINDOW / WORD + 1).next_power_of_two();
        let mut words = vec![0u64; len];
        for hash in hashes {
            words[(hash >> 6) as usize & (len - 1)] |= 1 << (hash & 63);
        }
        Bitmap {
            words,
            windows: hashes.len(),
        }
    }

    /// Prefetches the words.
    #[inline]
    pub(super) fn prefetch(&self) {
        prefetch(&self.words, 0);
    }

    /// Returns whether the sets of two texts may reach a threshold; `false` only
    /// if they do not.
    ///
    /// A bit that one bitmap alone has is a shingle that one set alone has, and
    /// the sets are most alike if there are no others.
    pub(super) fn may_reach(&self, other: &Bitmap, measure: Measure, threshold: f64) -> bool {
        let (small, large) = match self.words.len() <= other.words.len() {
            true => (self, other),
            false => (other, self),
        };
        let [small_alone, large_alone] = match small.words.len() == large.words.len() {
            true => one_sided::count(&small.words, &large.words),
            false => one_sided::count(&small.words, &large.folded(small.words.len())),
        };
        let most = |bitmap: &Bitmap, alone: usize| bitmap.windows.saturating_sub(alone);
        let shared = most(small, small_alone).min(most(large, large_alone));
        let most_alike = Pair {
            a: DocId(0),
            b: DocId(0),
            shared: shared as u32,
            len_a: (shared + small_alone) as u32,
            len_b: (shared + large_alone) as u32,
        };
        most_alike.similarity(measure) >= threshold
    }

    /// Returns the words as a shorter bitmap of the same set has them.
    fn folded(&self, len: usize) -> Vec<u64> {
        let (first, others) = self.words.split_at(len);
        let mut folded = first.to_vec();
        for piece in others.chunks_exact(len) {
            for (to, word) in folded.iter_mut().zip(piece) {
                *to |= word;
            }
        }
        folded
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use proptest::prelude::*;
    use std::collections::HashSet;

    /// Windows of a text: numbers of a range, each mixed, every `twice`th repeated.
    fn windows(range: std::ops::Range<u64>, twice: u64) -> Vec<u64> {
        range
            .flat_map(|i| std::iter::repeat_n(mix(i), if i % twice == 0 { 3 } else { 1 }))
            .collect()
    }

    proptest! {
        /// The definition: sets of the hashes, and their similarity.
        #[test]
        fn prop_no_pair_that_reaches_the_threshold_is_ruled_out(
            len in prop::sample::select(vec![0u64, 1, 7, 8, 9, 63, 64, 65, 500, 3000]),
            start in 0u64..1200,
            other in prop::sample::select(vec![0u64, 1, 8, 70, 500, 3000, 20_000]),
            twice in prop::sample::select(vec![1u64, 2, 5, 1000]),
            measure in prop::sample::select(vec![Measure::Jaccard, Measure::Containment]),
        ) {
            let (left, right) = (windows(0..len, twice), windows(start..start + other, 7));
            let sets = [&left, &right].map(|windows| windows.iter().collect::<HashSet<_>>());
            let pair = Pair {
                a: DocId(0),
                b: DocId(1),
                shared: sets[0].intersection(&sets[1]).count() as u32,
                len_a: sets[0].len() as u32,
                len_b: sets[1].len() as u32,
            };
            let [one, two] = [&left, &right].map(|windows| Bitmap::new(windows));
            let similarity = pair.similarity(measure);
            for threshold in [similarity, similarity * 0.9, 1e-9] {
                if similarity >= threshold {
                    prop_assert!(one.may_reach(&two, measure, threshold));
                    prop_assert!(two.may_reach(&one, measure, threshold));
                }
            }
        }
    }

    #[test]
    fn pairs_a_tenth_below_the_threshold_are_ruled_out() {
        for len in [30u64, 500, 560, 5000] {
            for apart in [len / 3, len / 2, len] {
                let [one, two] = [0..len, apart..len + apart]
                    .map(|range| Bitmap::new(&windows(range, u64::MAX)));
                let shared = (len - apart) as f64;
                let similarity = shared / (2.0 * len as f64 - shared);
                let may_reach = one.may_reach(&two, Measure::Jaccard, similarity + 0.1);
                assert!(!may_reach, "{len} {apart}");
            }
        }
    }
}
