//! An index of the seeds that stand in several documents of a corpus.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::passages::search::postings::{Entry, Postings};
use crate::passages::search::seed::{
    LONG_UNITS, MOST_UNITS, Seed, each_long_seed, each_seed, each_seed_fetched,
};
use crate::prefetch::prefetch;

/// Most documents with a seed that is evidence of reuse. What more have is
/// common wording: it weighs nothing, and its pairs are never enumerated.
pub(super) const FEW: usize = 16;

/// Long seeds of which the one with the least hash is kept: a shared run of
/// [`LONG_UNITS`] units and this many less one has a kept seed.
const LONG_WINDOW: usize = 29;

/// Most seeds that are sorted at a time; 16 bytes each.
const MOST_ENTRIES: usize = 1 << 24;

/// Slots of the filter for each unit of text.
const SLOTS: usize = 8;

/// The seeds of a corpus.
pub(super) struct SeedIndex {
    /// Seeds that a few documents have.
    pub(super) few: Postings,
    /// Long seeds that hold nothing but common ones.
    pub(super) long: Postings,
    common: CommonWording,
}

impl SeedIndex {
    /// Returns the index of these documents of a corpus.
    ///
    /// A filter of two bits a slot drops what stands once, which is most; the
    /// rest is sorted by hash, no more than [`MOST_ENTRIES`] at a time. No seed
    /// is left out by sampling. `O(n log n)`.
    pub(super) fn new(corpus: &Corpus, docs: &[DocId]) -> Self {
        let mut common = CommonWording::new(corpus);
        let repeated = Repeated::new(corpus, docs);
        let passes = (repeated.count.div_ceil(MOST_ENTRIES)).next_power_of_two();
        let shift = 64 - passes.trailing_zeros();
        let mut few = Postings::default();
        for pass in 0..passes as u64 {
            let is_of_pass = |hash: u64| passes == 1 || hash >> shift == pass;
            let mut entries = collect(docs, |doc, out| {
                let fetch = |seed: &Seed| repeated.fetch(seed.hash);
                each_seed_fetched(corpus.normalized(doc), fetch, |seed| {
                    if is_of_pass(seed.hash) && repeated.has(seed.hash) {
                        out.push(entry(doc, seed));
                    }
                });
            });
            entries.par_sort_unstable();
            for same in entries.chunk_by(|one, other| one.hash == other.hash) {
                match documents(same) {
                    0 | 1 => {}
                    2..=FEW => few.push(same),
                    _ => same.iter().for_each(|entry| common.set(entry)),
                }
            }
        }
        drop(repeated);
        few.finish(corpus.len());

        let mut entries = collect(docs, |doc, out| {
            long_seeds(corpus.normalized(doc), |seed| {
                let last = seed.end as usize - MOST_UNITS;
                if common.all(doc, seed.start as usize, last + 1) {
                    out.push(entry(doc, seed));
                }
            });
        });
        entries.par_sort_unstable();
        let mut long = Postings::default();
        for same in entries.chunk_by(|one, other| one.hash == other.hash) {
            if documents(same) > 1 {
                long.push(same);
            }
        }
        long.finish(corpus.len());
        SeedIndex { few, long, common }
    }

    /// Returns the number of units in a stretch of a document that stand in no
    /// seed of more than [`FEW`] documents.
    pub(super) fn own_units(&self, units: &[u16], doc: DocId, from: u32, to: u32) -> u32 {
        let (from, to) = (from as usize, to as usize);
        // A seed that reaches into the stretch begins shortly before it.
        let before = from.saturating_sub(MOST_UNITS);
        let after = (to + MOST_UNITS).min(units.len());
        let mut own = 0;
        let mut covered = from;
        each_seed(&units[before..after], |seed| {
            let (start, end) = (before + seed.start as usize, before + seed.end as usize);
            if start < to && end > covered && self.common.has(doc, start) {
                own += start.saturating_sub(covered);
                covered = end.max(covered);
            }
        });
        (own + to.saturating_sub(covered)) as u32
    }
}

fn entry(doc: DocId, seed: Seed) -> Entry {
    Entry {
        hash: seed.hash,
        doc,
        start: seed.start,
    }
}

/// Returns the number of documents of sorted entries.
fn documents(entries: &[Entry]) -> usize {
    entries.chunk_by(|one, other| one.doc == other.doc).count()
}

/// Returns what `each` finds in the documents, in their order.
fn collect(docs: &[DocId], each: impl Fn(DocId, &mut Vec<Entry>) + Sync) -> Vec<Entry> {
    let per_task = docs
        .len()
        .div_ceil(16 * rayon::current_num_threads())
        .max(1);
    let found: Vec<Vec<Entry>> = docs
        .par_chunks(per_task)
        .map(|docs| {
            let mut found = Vec::new();
            docs.iter().for_each(|doc| each(*doc, &mut found));
            found
        })
        .collect();
    found.concat()
}

/// Calls `found` with the long seeds of a text that have the least hash of
/// [`LONG_WINDOW`] in a row, in order.
fn long_seeds(units: &[u16], mut found: impl FnMut(Seed)) {
    if units.len() < LONG_UNITS + LONG_WINDOW - 1 {
        return;
    }
    // The seeds that may still be the least: their hashes rise.
    let mut rising = std::collections::VecDeque::<Seed>::new();
    let mut last = None;
    each_long_seed(units, |seed| {
        while rising.back().is_some_and(|back| back.hash > seed.hash) {
            rising.pop_back();
        }
        rising.push_back(seed);
        let oldest = (seed.start as usize + 1).checked_sub(LONG_WINDOW);
        let Some(oldest) = oldest else { return };
        while rising
            .front()
            .is_some_and(|front| (front.start as usize) < oldest)
        {
            rising.pop_front();
        }
        if let Some(least) = rising.front()
            && last != Some(least.start)
        {
            last = Some(least.start);
            found(*least);
        }
    });
}

/// Which seeds stand twice or more, with some that don't: two bits a slot.
struct Repeated {
    words: Vec<AtomicU64>,
    /// The bits of a hash that are its slot.
    mask: usize,
    /// Places that stand twice, counted from the second on, doubled.
    count: usize,
}

impl Repeated {
    fn new(corpus: &Corpus, docs: &[DocId]) -> Self {
        let units: usize = docs.iter().map(|doc| corpus.normalized_len(*doc)).sum();
        let slots = (SLOTS * units).next_power_of_two().max(1 << 10);
        let mut words = Vec::new();
        words.resize_with(slots / 32, || AtomicU64::new(0));
        let repeated = Repeated {
            words,
            mask: slots - 1,
            count: 0,
        };
        let count = docs
            .par_iter()
            .map(|doc| {
                let mut count = 0;
                let fetch = |seed: &Seed| repeated.fetch(seed.hash);
                each_seed_fetched(corpus.normalized(*doc), fetch, |seed| {
                    let (word, bit) = repeated.slot(seed.hash);
                    if word.load(Relaxed) & (2 * bit) != 0 {
                        count += 1;
                    } else if word.fetch_or(bit, Relaxed) & bit != 0 {
                        word.fetch_or(2 * bit, Relaxed);
                        count += 1;
                    }
                });
                count
            })
            .sum::<usize>();
        Repeated {
            count: 2 * count,
            ..repeated
        }
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.slot(hash);
        word.load(Relaxed) & (2 * bit) != 0
    }

    /// Fetches the word of a slot ahead.
    #[inline]
    fn fetch(&self, hash: u64) {
        prefetch(&self.words, (hash as usize & self.mask) / 32);
    }

    /// Returns the word of a slot, and the lower of its two bits.
    #[inline]
    fn slot(&self, hash: u64) -> (&AtomicU64, u64) {
        let slot = hash as usize & self.mask;
        (&self.words[slot / 32], 1 << (2 * (slot % 32)))
    }
}

/// A bit for each unit of each document: whether a seed begins there that more
/// than [`FEW`] documents have.
struct CommonWording {
    bits: bitvec::vec::BitVec<u64>,
    /// The first bit of each document.
    firsts: Vec<usize>,
}

impl CommonWording {
    fn new(corpus: &Corpus) -> Self {
        let mut next = 0;
        let firsts = corpus.docs().map(|doc| {
            let first = next;
            next += corpus.normalized_len(doc);
            first
        });
        let firsts = firsts.collect();
        CommonWording {
            bits: bitvec::vec::BitVec::repeat(false, next),
            firsts,
        }
    }

    fn set(&mut self, entry: &Entry) {
        let first = self.firsts[entry.doc.index()];
        self.bits.set(first + entry.start as usize, true);
    }

    #[inline]
    fn has(&self, doc: DocId, start: usize) -> bool {
        self.bits[self.firsts[doc.index()] + start]
    }

    fn all(&self, doc: DocId, from: usize, to: usize) -> bool {
        let first = self.firsts[doc.index()];
        self.bits[first + from..first + to].all()
    }
}
