//! An index of the seeds that stand in several documents of a corpus.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::passages::search::postings::{Entry, Postings, PostingsBuilder};
use crate::passages::search::seed::{
    LONG_UNITS, MOST_UNITS, Seed, each_long_seed, each_seed, each_seed_fetched,
};
use crate::prefetch::prefetch;
use crate::spill::{Sorted, Sorter, SpillFolder};

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

/// The parts that share the memory budget where the lists are on disk: two
/// sorters, the filter of seeds that stand once, and mapped pages.
const SHARES: usize = 4;

/// Units of the documents whose seeds are collected together before they are
/// handed to a sorter: 4 MB of entries at the most.
const COLLECTED_UNITS: usize = 1 << 18;

impl SeedIndex {
    /// Returns the index of these documents of a corpus.
    ///
    /// A filter of two bits a slot drops what stands once, which is most; the
    /// rest is sorted by hash, no more than [`MOST_ENTRIES`] at a time. No seed
    /// is left out by sampling. `O(n log n)`.
    ///
    /// Where the memory budget says so, seeds are sorted and lists are kept on
    /// disk, and the filter is made for some of the hashes at a time: that
    /// leaves a bit a unit in memory.
    ///
    /// # Errors
    ///
    /// Fails if the folder of the memory budget can't be written or read, or
    /// when the run is cancelled.
    pub(super) fn new(corpus: &Corpus, docs: &[DocId], ctx: &Context) -> Result<Self> {
        match ctx.memory().filter(|folder| folder.is_tight()) {
            Some(spill_folder) => SeedIndex::on_disk(corpus, docs, spill_folder, ctx),
            None => SeedIndex::held(corpus, docs),
        }
    }

    fn held(corpus: &Corpus, docs: &[DocId]) -> Result<Self> {
        let mut common = CommonWording::new(corpus);
        let repeated = Repeated::new(corpus, docs, Slots::of_all(corpus, docs));
        let passes = (repeated.count.div_ceil(MOST_ENTRIES)).next_power_of_two();
        let shift = 64 - passes.trailing_zeros();
        let mut few = PostingsBuilder::held();
        for pass in 0..passes as u64 {
            let is_of_pass = |hash: u64| passes == 1 || hash >> shift == pass;
            let mut entries = collect(docs, |doc, out| {
                repeated.each(corpus.normalized(doc), |seed| {
                    if is_of_pass(seed.hash) {
                        out.push(entry(doc, seed));
                    }
                });
            });
            entries.par_sort_unstable();
            for same in entries.chunk_by(|one, other| one.hash == other.hash) {
                match documents(same) {
                    0 | 1 => {}
                    2..=FEW => few.push(same)?,
                    _ => same.iter().for_each(|entry| common.set(entry)),
                }
            }
        }
        drop(repeated);
        let few = few.finish(corpus.len())?;

        let mut entries = collect(docs, |doc, out| common.long_seeds(corpus, doc, out));
        entries.par_sort_unstable();
        let mut long = PostingsBuilder::held();
        for same in entries.chunk_by(|one, other| one.hash == other.hash) {
            if documents(same) > 1 {
                long.push(same)?;
            }
        }
        let long = long.finish(corpus.len())?;
        Ok(SeedIndex { few, long, common })
    }

    fn on_disk(
        corpus: &Corpus,
        docs: &[DocId],
        spill_folder: &SpillFolder,
        ctx: &Context,
    ) -> Result<Self> {
        let share = spill_folder.budget() / SHARES;
        let mut common = CommonWording::new(corpus);
        let mut few = PostingsBuilder::spilled(spill_folder, share);
        for slots in Slots::within(corpus, docs, share) {
            let repeated = Repeated::new(corpus, docs, slots);
            let mut sorter = Sorter::of_bytes(spill_folder, share);
            for docs in runs(corpus, docs) {
                ctx.check()?;
                let entries = collect(docs, |doc, out| {
                    repeated.each(corpus.normalized(doc), |seed| out.push(entry(doc, seed)));
                });
                sorter.extend(entries.iter().map(sorted))?;
            }
            drop(repeated);
            let mut groups = Groups::new(sorter)?;
            while let Some(same) = groups.next(FEW, |entry| common.set(entry))? {
                if documents(same) > 1 {
                    few.push(same)?;
                }
            }
        }
        let few = few.finish(corpus.len())?;

        let mut long = PostingsBuilder::spilled(spill_folder, share);
        let mut sorter = Sorter::of_bytes(spill_folder, share);
        for docs in runs(corpus, docs) {
            ctx.check()?;
            let entries = collect(docs, |doc, out| common.long_seeds(corpus, doc, out));
            sorter.extend(entries.iter().map(sorted))?;
        }
        let mut groups = Groups::new(sorter)?;
        while let Some(same) = groups.next(usize::MAX, |_| {})? {
            if documents(same) > 1 {
                long.push(same)?;
            }
        }
        let long = long.finish(corpus.len())?;
        Ok(SeedIndex { few, long, common })
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

/// Returns an entry as it is sorted on disk, in the same order.
fn sorted(entry: &Entry) -> [u64; 2] {
    [
        entry.hash,
        u64::from(entry.doc.0) << 32 | u64::from(entry.start),
    ]
}

/// Cuts documents into runs of [`COLLECTED_UNITS`], or of one document.
fn runs<'a>(corpus: &'a Corpus, docs: &'a [DocId]) -> impl Iterator<Item = &'a [DocId]> {
    let mut rest = docs;
    std::iter::from_fn(move || {
        let mut units = 0;
        let fits = |doc: &&DocId| {
            let is_first = units == 0;
            units += corpus.normalized_len(**doc);
            is_first || units <= COLLECTED_UNITS
        };
        let len = rest.iter().take_while(fits).count();
        let run;
        (run, rest) = rest.split_at(len);
        (len > 0).then_some(run)
    })
}

/// Sorted entries, seed by seed.
struct Groups {
    sorted: Sorted<[u64; 2]>,
    /// The first entry of the next seed.
    next: Option<Entry>,
    same: Vec<Entry>,
}

impl Groups {
    fn new(sorter: Sorter<'_, [u64; 2]>) -> Result<Self> {
        let mut groups = Groups {
            sorted: sorter.finish()?,
            next: None,
            same: Vec::new(),
        };
        groups.next = groups.read()?;
        Ok(groups)
    }

    fn read(&mut self) -> Result<Option<Entry>> {
        let entry = |[hash, place]: [u64; 2]| Entry {
            hash,
            doc: DocId((place >> 32) as u32),
            start: place as u32,
        };
        Ok(self.sorted.next()?.map(entry))
    }

    /// Returns the entries of the next seed, in order; none of them, but an
    /// empty list, if more than `most` documents have it: then `common` takes
    /// each.
    fn next(&mut self, most: usize, mut common: impl FnMut(&Entry)) -> Result<Option<&[Entry]>> {
        let Some(first) = self.next.take() else {
            return Ok(None);
        };
        self.same.clear();
        self.same.push(first);
        let mut documents = 1;
        let mut last = first.doc;
        loop {
            let entry = self.read()?;
            let Some(entry) = entry.filter(|entry| entry.hash == first.hash) else {
                self.next = entry;
                break;
            };
            documents += usize::from(entry.doc != last);
            last = entry.doc;
            if documents <= most {
                self.same.push(entry);
                continue;
            }
            self.same.drain(..).for_each(|entry| common(&entry));
            common(&entry);
        }
        Ok(Some(&self.same))
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

/// The slots of a filter, and which hashes have one.
#[derive(Clone, Copy)]
struct Slots {
    /// A power of two.
    count: usize,
    /// What the upper bits of a hash must be, and how far down they are
    /// shifted; nothing where all hashes have a slot.
    upper: Option<(u32, u64)>,
}

impl Slots {
    /// Returns the slots of all seeds of some documents together.
    fn of_all(corpus: &Corpus, docs: &[DocId]) -> Slots {
        Slots {
            count: Slots::wanted(corpus, docs).next_power_of_two().max(1 << 10),
            upper: None,
        }
    }

    /// Returns slots of some of the seeds at a time, so that each filter fills
    /// `bytes` or less.
    fn within(corpus: &Corpus, docs: &[DocId], bytes: usize) -> Vec<Slots> {
        const SLOTS_PER_BYTE: usize = 4;
        let all = Slots::of_all(corpus, docs);
        let most = 1 << (bytes * SLOTS_PER_BYTE).max(1 << 10).ilog2();
        if all.count <= most {
            return vec![all];
        }
        let wanted = Slots::wanted(corpus, docs);
        let parts = wanted.div_ceil(most).next_power_of_two() as u64;
        let shift = 64 - parts.trailing_zeros();
        let of_part = |part| Slots {
            count: most,
            upper: (parts > 1).then_some((shift, part)),
        };
        (0..parts).map(of_part).collect()
    }

    fn wanted(corpus: &Corpus, docs: &[DocId]) -> usize {
        let units: usize = docs.iter().map(|doc| corpus.normalized_len(*doc)).sum();
        SLOTS * units
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        self.upper
            .is_none_or(|(shift, upper)| hash >> shift == upper)
    }
}

/// Which seeds stand twice or more, with some that don't: two bits a slot.
struct Repeated {
    words: Vec<AtomicU64>,
    slots: Slots,
    /// Places that stand twice, counted from the second on, doubled.
    count: usize,
}

impl Repeated {
    /// Returns those of the seeds that have a slot.
    fn new(corpus: &Corpus, docs: &[DocId], slots: Slots) -> Self {
        let mut words = Vec::new();
        words.resize_with(slots.count / 32, || AtomicU64::new(0));
        let repeated = Repeated {
            words,
            slots,
            count: 0,
        };
        let count = docs
            .par_iter()
            .map(|doc| {
                let mut count = 0;
                let fetch = |seed: &Seed| repeated.fetch(seed.hash);
                each_seed_fetched(corpus.normalized(*doc), fetch, |seed| {
                    if !slots.has(seed.hash) {
                        return;
                    }
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

    /// Calls `found` for the seeds of a text that may stand twice.
    fn each(&self, units: &[u16], mut found: impl FnMut(Seed)) {
        let fetch = |seed: &Seed| self.fetch(seed.hash);
        each_seed_fetched(units, fetch, |seed| {
            if self.slots.has(seed.hash) && self.has(seed.hash) {
                found(seed);
            }
        });
    }

    #[inline]
    fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.slot(hash);
        word.load(Relaxed) & (2 * bit) != 0
    }

    /// Fetches the word of a slot ahead.
    #[inline]
    fn fetch(&self, hash: u64) {
        if self.slots.has(hash) {
            prefetch(&self.words, (hash as usize & (self.slots.count - 1)) / 32);
        }
    }

    /// Returns the word of a slot, and the lower of its two bits.
    #[inline]
    fn slot(&self, hash: u64) -> (&AtomicU64, u64) {
        let slot = hash as usize & (self.slots.count - 1);
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

    /// Adds the long seeds of a document that hold nothing but common ones.
    fn long_seeds(&self, corpus: &Corpus, doc: DocId, out: &mut Vec<Entry>) {
        long_seeds(corpus.normalized(doc), |seed| {
            let last = seed.end as usize - MOST_UNITS;
            if self.all(doc, seed.start as usize, last + 1) {
                out.push(entry(doc, seed));
            }
        });
    }

    fn all(&self, doc: DocId, from: usize, to: usize) -> bool {
        let first = self.firsts[doc.index()];
        self.bits[first + from..first + to].all()
    }
}
