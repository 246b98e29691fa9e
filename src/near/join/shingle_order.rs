//! One order of all shingles, the rarest first.

use std::sync::atomic::{AtomicU16, Ordering};

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::near::shingle;
use crate::near::verify::PairCriterion;
use crate::prefetch::{prefetch, with_later};

/// Shingles between the prefetching of a counter and its use.
const AHEAD: usize = 16;

/// A counter of the documents that have a shingle. Half the memory of a wider one
/// is half of what is cleared and read at random.
pub(super) type Counter = AtomicU16;

/// Documents up to which a counter counts. It may come out higher by one for each
/// thread, which changes nothing: it counts as this.
const COUNTED: u16 = u16::MAX - (1 << 12);

/// Approximate counts of all shingles, and the number that each document has.
pub(super) struct ShingleOrder {
    counters: Vec<Counter>,
    /// Number of distinct shingles of each document.
    pub(super) sizes: Vec<u32>,
}

impl ShingleOrder {
    pub(super) fn count(
        corpus: &Corpus,
        docs: &[DocId],
        criterion: PairCriterion,
        ctx: &Context,
    ) -> Self {
        let bits = counter_bits(corpus, docs);
        let counters: Vec<Counter> = (0..1usize << bits).map(|_| Counter::new(0)).collect();
        let sizes = docs
            .par_iter()
            .map(|doc| {
                if ctx.is_cancelled() {
                    return 0;
                }
                let units = corpus.normalized(*doc);
                let set = shingle::set(criterion.shingling, units);
                for (hash, later) in with_later(&set, AHEAD) {
                    if let Some(later) = later {
                        prefetch(&counters, (later >> (64 - bits)) as usize);
                    }
                    let counter = &counters[(hash >> (64 - bits)) as usize];
                    if counter.load(Ordering::Relaxed) < COUNTED {
                        counter.fetch_add(1, Ordering::Relaxed);
                    }
                }
                ctx.advance(units.len());
                set.len() as u32
            })
            .collect();
        ShingleOrder { counters, sizes }
    }

    /// Returns how many documents have a shingle, or more; of very many, that they
    /// are many.
    pub(super) fn frequency(&self, hash: u64) -> u32 {
        let bits = self.counters.len().trailing_zeros();
        let count = self.counters[(hash >> (64 - bits)) as usize].load(Ordering::Relaxed);
        count.min(COUNTED).into()
    }

    /// Returns the rank of a shingle in the common order.
    fn rank(&self, hash: u64) -> (u32, u64) {
        (self.frequency(hash), hash)
    }

    /// Returns the `count` rarest of `hashes`, rarest first.
    pub(super) fn rarest(&self, hashes: &[u64], count: usize) -> Rarest {
        let count = count.min(hashes.len());
        if count == 0 {
            return Rarest::default();
        }
        let mut ranked: Vec<(u32, u64)> = hashes.iter().map(|hash| self.rank(*hash)).collect();
        if count < ranked.len() {
            ranked.select_nth_unstable(count - 1);
            ranked.truncate(count);
        }
        ranked.sort_unstable();
        Rarest {
            own: ranked.partition_point(|(frequency, _)| *frequency <= 1),
            hashes: ranked.into_iter().map(|(_, hash)| hash).collect(),
        }
    }
}

/// Some shingles of a document, the rarest first.
#[derive(Default)]
pub(super) struct Rarest {
    pub(super) hashes: Vec<u64>,
    /// Number of the first ones that no other document has.
    pub(super) own: usize,
}

/// Returns the number of bits of a hash that choose its counter.
pub(super) fn counter_bits(corpus: &Corpus, docs: &[DocId]) -> u32 {
    let total: usize = docs.iter().map(|doc| corpus.normalized_len(*doc)).sum();
    // Half as many counters as shingles: most counters then hold one or
    // two, and a shared one only makes a shingle look less rare.
    (usize::BITS - (total / 2).leading_zeros()).clamp(8, 26)
}
