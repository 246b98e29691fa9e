//! Which windows of a corpus may be frequent, told by small counters.

use std::ops::Range;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::windows::{append_sampled, sampled};
use crate::bucket_sort::sort_hashes;
use crate::corpus::{Corpus, DocId};
use crate::prefetch::prefetch;

/// Documents that are looked at together where memory is bounded.
pub(super) const BATCH: usize = 1 << 14;

/// Small counters that windows share by the upper bits of their hashes: those
/// whose counter is low need not be counted exactly.
pub(crate) struct Filter {
    /// Two counters of four bits each.
    counters: Vec<AtomicU8>,
    /// How far to the right the bits of a counter stand.
    shift: u32,
    least: u8,
}

impl Filter {
    /// Counters are as many as two to one of these: 16 MB at most. Fewer let
    /// more windows through, which are then counted exactly.
    const BITS: std::ops::RangeInclusive<u32> = 10..=25;

    /// Counts go no higher: four bits hold no more.
    const FULL: u8 = 15;

    /// Returns counters for texts of so many units, in which nothing is counted
    /// yet; a window may be frequent that stands in `least` documents.
    pub(crate) fn for_units(units: u64, least: u32) -> Self {
        let bits = u64::BITS - units.leading_zeros();
        let bits = bits.clamp(*Self::BITS.start(), *Self::BITS.end());
        let mut counters = Vec::new();
        counters.resize_with(1 << (bits - 1), AtomicU8::default);
        Filter {
            counters,
            shift: u64::BITS - bits,
            least: least.min(Self::FULL.into()) as u8,
        }
    }

    /// Returns counters of the windows of some documents.
    pub(super) fn new(corpus: &Corpus, docs: &[DocId], least: u32) -> Self {
        let lens = docs.iter().map(|doc| corpus.normalized_len(*doc) as u64);
        let filter = Filter::for_units(lens.sum(), least);
        for docs in docs.chunks(BATCH) {
            docs.par_iter().for_each_init(Vec::new, |hashes, doc| {
                hashes.clear();
                append_sampled(corpus.normalized(*doc), hashes);
                filter.add(hashes);
            });
        }
        filter
    }

    /// Counts the sampled windows of a document.
    pub(crate) fn add(&self, hashes: &[u64]) {
        self.each_counter(hashes, |_, counters, half| {
            let one_more =
                |both: u8| (both >> half & Self::FULL < Self::FULL).then(|| both + (1 << half));
            // It fails where the counter is full.
            let _ = counters.fetch_update(Relaxed, Relaxed, one_more);
        });
    }

    /// Calls `found` with each window, and whether it may be frequent.
    pub(super) fn each(&self, hashes: &[u64], mut found: impl FnMut(u64, bool)) {
        self.each_counter(hashes, |hash, counters, half| {
            let count = counters.load(Relaxed) >> half & Self::FULL;
            found(hash, count >= self.least);
        });
    }

    /// Calls `found` with each window, the byte that has its counter, and how
    /// far to the right this stands in the byte. Bytes are fetched a few windows
    /// ahead: they seldom lie in the cache.
    fn each_counter(&self, hashes: &[u64], mut found: impl FnMut(u64, &AtomicU8, u32)) {
        const AHEAD: usize = 16;
        let at = |hash: u64| hash >> self.shift;
        for (nth, hash) in hashes.iter().enumerate() {
            if let Some(ahead) = hashes.get(nth + AHEAD) {
                prefetch(&self.counters, (at(*ahead) >> 1) as usize);
            }
            let at = at(*hash);
            let half = 4 * (at & 1) as u32;
            found(*hash, &self.counters[(at >> 1) as usize], half);
        }
    }

    /// Returns the sampled windows of some documents that may be frequent, each
    /// once a document.
    pub(super) fn passed(&self, corpus: &Corpus, docs: &[DocId], range: Range<u64>) -> Vec<u64> {
        docs.par_iter()
            .flat_map_iter(|doc| {
                let mut passed = Vec::new();
                self.each(&sampled(corpus.normalized(*doc)), |hash, may_be| {
                    if may_be && range.contains(&hash) {
                        passed.push(hash);
                    }
                });
                sort_hashes(&mut passed);
                passed.dedup();
                passed
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_counter_leaves_its_neighbours_alone() {
        let filter = Filter::for_units(0, 5);
        let window = |at: u64| at << filter.shift;
        for (at, times) in [(0, 40), (1, 4), (2, 5), (5, 40), (1023, 15)] {
            (0..times).for_each(|_| filter.add(&[window(at)]));
        }
        let windows: Vec<u64> = (0..1024).map(window).collect();
        let mut frequent = Vec::new();
        filter.each(&windows, |hash, may_be| {
            frequent.extend(may_be.then_some(hash >> filter.shift));
        });
        assert_eq!(frequent, [0, 2, 5, 1023]);
    }
}
