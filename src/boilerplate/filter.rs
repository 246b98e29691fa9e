//! Which windows of a corpus may be frequent, told by small counters.

use std::ops::Range;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::windows::sampled;
use crate::corpus::{Corpus, DocId};
use crate::prefetch::prefetch;

/// Documents that are looked at together where memory is bounded.
pub(super) const BATCH: usize = 1 << 14;

/// Small counters that windows share by the upper bits of their hashes: those
/// whose counter is low need not be counted exactly.
pub(super) struct Filter {
    counters: Vec<AtomicU8>,
    /// How far to the right the bits of a counter stand.
    shift: u32,
    pub(super) least: u8,
}

impl Filter {
    /// Counters are as many as two to one of these: 16 MB at most. Fewer let
    /// more windows through, which are then counted exactly.
    const BITS: std::ops::RangeInclusive<u32> = 10..=24;

    /// Counts go no higher than about this.
    const FULL: u8 = 100;

    pub(super) fn new(corpus: &Corpus, docs: &[DocId], least: u32) -> Self {
        let lens = docs.iter().map(|doc| corpus.normalized_len(*doc) as u64);
        let bits = u64::BITS - lens.sum::<u64>().leading_zeros();
        let bits = bits.clamp(*Self::BITS.start(), *Self::BITS.end());
        let mut counters = Vec::new();
        counters.resize_with(1 << bits, AtomicU8::default);
        let filter = Filter {
            counters,
            shift: u64::BITS - bits,
            least: least.min(Self::FULL.into()) as u8,
        };
        for docs in docs.chunks(BATCH) {
            docs.par_iter().for_each(|doc| {
                filter.each_counter(&sampled(corpus.normalized(*doc)), |_, counter| {
                    if counter.load(Relaxed) < Self::FULL {
                        counter.fetch_add(1, Relaxed);
                    }
                });
            });
        }
        filter
    }

    /// Calls `found` with each window and its counter, which is fetched a few
    /// windows ahead: it seldom lies in the cache.
    pub(super) fn each_counter(&self, hashes: &[u64], mut found: impl FnMut(u64, &AtomicU8)) {
        const AHEAD: usize = 16;
        let at = |hash: u64| (hash >> self.shift) as usize;
        for (nth, hash) in hashes.iter().enumerate() {
            if let Some(ahead) = hashes.get(nth + AHEAD) {
                prefetch(&self.counters, at(*ahead));
            }
            found(*hash, &self.counters[at(*hash)]);
        }
    }

    /// Returns the sampled windows of some documents that may be frequent, each
    /// once a document.
    pub(super) fn passed(&self, corpus: &Corpus, docs: &[DocId], range: Range<u64>) -> Vec<u64> {
        docs.par_iter()
            .flat_map_iter(|doc| {
                let mut passed = Vec::new();
                self.each_counter(&sampled(corpus.normalized(*doc)), |hash, counter| {
                    if counter.load(Relaxed) >= self.least && range.contains(&hash) {
                        passed.push(hash);
                    }
                });
                passed.sort_unstable();
                passed.dedup();
                passed
            })
            .collect()
    }
}
