//! Candidate pairs by sketches, in bounded memory: keys and pairs are sorted
//! in runs on disk.
//!
//! The pairs are the same as in memory, because only equal keys decide which
//! documents share a bucket, not where the keys are sorted.

use std::ops::Range;

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::buckets::MAX_BUCKET;
use crate::near::candidate::{FINGERPRINT_BOUNDS, Sketches, fingerprints, sketches};
use crate::near::crowds::Crowds;
use crate::near::hamming::{Blocks, Comparison, Found};
use crate::near::pair::Pair;
use crate::near::pair_room;
use crate::near::shingle::Shingling;
use crate::near::sketch::Sketching;
use crate::near::verify::{PairCriterion, verify};
use crate::spill::{Sorter, SpillFile, SpillFolder, Tape};

/// Documents that are sketched before their keys are written: enough for long
/// writes. Fewer where the memory budget is small.
const SKETCH_BATCH: usize = 1 << 16;

/// Entries of small groups that are compared together in parallel, so that
/// the threads are not started for every group.
const COMPARE_BATCH: usize = 1 << 16;

/// The candidates that the sketches suggest, on disk.
pub(super) struct Candidates {
    /// Pairs to count, sorted, each once: the earlier document above, the
    /// later below.
    pairs: Tape<u64>,
    /// Documents that oversized buckets hold together, sorted.
    pub(super) crowds: Vec<Vec<DocId>>,
}

impl Candidates {
    /// Keeps the pairs that will not be joined anyway.
    fn new(spill_folder: &SpillFolder, pairs: Sorter<'_, u64>, crowds: Crowds) -> Result<Self> {
        let mut remaining = Tape::new(spill_folder)?;
        let mut pairs = pairs.finish()?;
        while let Some(pair) = pairs.next()? {
            if !crowds.are_one((pair >> 32) as u32, pair as u32) {
                remaining.push(pair)?;
            }
        }
        Ok(Candidates {
            pairs: remaining,
            crowds: crowds
                .into_members()
                .into_iter()
                .map(|crowd| crowd.into_iter().map(DocId).collect())
                .collect(),
        })
    }

    /// Returns the number of pairs to count.
    pub(super) fn count(&self) -> u64 {
        self.pairs.len()
    }

    /// Counts the pairs, and returns those that reach the threshold.
    pub(super) fn verify(
        self,
        corpus: &Corpus,
        criterion: PairCriterion,
        ctx: &Context,
    ) -> Result<Vec<Pair>> {
        let mut found = Vec::new();
        let mut pairs: Vec<(DocId, DocId)> = Vec::new();
        self.pairs.each(|piece| {
            let docs = |pair: &u64| (DocId((pair >> 32) as u32), DocId(*pair as u32));
            ctx.check()?;
            pairs.clear();
            pairs.extend(piece.iter().map(docs));
            found.extend(verify(corpus, &pairs, criterion, ctx));
            pair_room::check(found.len() as u64, ctx)
        })?;
        Ok(found)
    }
}

/// Returns the pairs of documents that agree in a band of their MinHash
/// signatures.
///
/// The keys go to disk, band by band, four bytes each, and are sorted one
/// band at a time.
pub(super) fn by_minhash(
    corpus: &Corpus,
    spill_folder: &SpillFolder,
    docs: &[DocId],
    sketching: Sketching,
    ctx: &Context,
) -> Result<Candidates> {
    let bands = sketching.banding.bands() as usize;
    let columns = Columns::write(spill_folder, docs, bands, |docs| {
        sketches(corpus, docs, sketching, ctx)
    })?;
    let mut crowds = Crowds::new(corpus.len());
    let mut pairs = Sorter::new(spill_folder).distinct();
    for band in 0..bands {
        ctx.check()?;
        let mut entries = Sorter::new(spill_folder);
        columns.each(band, |at, key| {
            entries.push(u64::from(key) << 32 | u64::from(docs[at].0))
        })?;
        let mut links: Vec<(u32, u32)> = Vec::new();
        let mut last = None;
        let pair_group = |group: &[u64]| {
            for (at, a) in group.iter().enumerate() {
                let others = group[at + 1..].iter().map(|b| *b as u32);
                pairs.extend(
                    others
                        .filter(|b| !crowds.are_one(*a as u32, *b))
                        .map(|b| a << 32 | u64::from(b)),
                )?;
            }
            Ok(())
        };
        entries.finish()?.groups(
            |entry| entry >> 32,
            MAX_BUCKET,
            pair_group,
            |entry| {
                let (key, doc) = (entry >> 32, entry as u32);
                if let Some((_, other)) = last.filter(|(last, _)| *last == key)
                    && !crowds.are_one(other, doc)
                {
                    links.push((other, doc));
                }
                last = Some((key, doc));
            },
        )?;
        if !links.is_empty() {
            links.iter().for_each(|(a, b)| crowds.link(*a, *b));
            crowds.settle();
        }
    }
    Candidates::new(spill_folder, pairs, crowds)
}

/// The keys of all bands on disk.
struct Columns {
    file: SpillFile,
    /// For each chunk of documents, their range and where its first band
    /// begins; the bands follow each other.
    chunks: Vec<(Range<usize>, u64)>,
    empty: BitVec,
}

impl Columns {
    fn write(
        spill_folder: &SpillFolder,
        docs: &[DocId],
        bands: usize,
        sketch: impl Fn(&[DocId]) -> Sketches,
    ) -> Result<Self> {
        // Two copies are in memory: by document, and by band.
        let len = (spill_folder.buffer_bytes() / (bands * 8)).clamp(1, SKETCH_BATCH);
        let mut columns = Columns {
            file: spill_folder.file()?,
            chunks: Vec::new(),
            empty: BitVec::with_capacity(docs.len()),
        };
        let mut transposed = Vec::new();
        for (number, docs) in docs.chunks(len).enumerate() {
            let Sketches { keys, empty, .. } = sketch(docs);
            columns.empty.extend_from_bitslice(&empty);
            transposed.resize(keys.len(), 0);
            transposed
                .par_chunks_mut(docs.len())
                .enumerate()
                .for_each(|(band, column)| {
                    let keys = keys.iter().skip(band).step_by(bands);
                    column.iter_mut().zip(keys).for_each(|(to, key)| *to = *key);
                });
            let offsets = columns.file.append(&[bytemuck::cast_slice(&transposed)])?;
            let start = number * len;
            let range = start..start + docs.len();
            columns.chunks.push((range, offsets[0]));
        }
        Ok(columns)
    }

    /// Calls `take` with the keys of a band and the indices of their documents.
    fn each(&self, band: usize, mut take: impl FnMut(usize, u32) -> Result<()>) -> Result<()> {
        let mut keys: Vec<u32> = Vec::new();
        for (range, at) in &self.chunks {
            keys.resize(range.len(), 0);
            let at = at + (band * range.len() * size_of::<u32>()) as u64;
            self.file.read_at(bytemuck::cast_slice_mut(&mut keys), at)?;
            for (index, key) in range.clone().zip(&keys) {
                if !self.empty[index] {
                    take(index, *key)?;
                }
            }
        }
        Ok(())
    }
}

/// Returns the pairs of documents whose SimHash fingerprints differ in at
/// most `max_distance` bits.
///
/// The fingerprints stay in memory; each table is sorted by itself.
pub(super) fn by_simhash(
    corpus: &Corpus,
    spill_folder: &SpillFolder,
    docs: &[DocId],
    shingling: Shingling,
    max_distance: u32,
    seed: u64,
    ctx: &Context,
) -> Result<Candidates> {
    let mut bits: Vec<u64> = Vec::with_capacity(docs.len());
    let mut sketched: Vec<DocId> = Vec::with_capacity(docs.len());
    for docs in docs.chunks(SKETCH_BATCH) {
        let made = fingerprints(corpus, docs, shingling, seed, ctx);
        for (doc, made) in docs.iter().zip(made) {
            if let Some(made) = made {
                sketched.push(*doc);
                bits.push(made);
            }
        }
    }
    let blocks = Blocks::choose(bits.len(), max_distance);
    let mut crowds = Crowds::new(corpus.len());
    let mut pairs = Sorter::new(spill_folder).distinct();
    for free in blocks.choices() {
        ctx.check()?;
        let key_bits = !blocks.bits_of(free);
        let mut table = Sorter::new(spill_folder);
        for (f, index) in bits.iter().zip(0u32..) {
            let key = f & key_bits;
            table.push([(key >> 32) as u32, key as u32, index])?;
        }
        let comparison = Comparison {
            fingerprints: &bits,
            max_distance,
            required: &blocks.required(free),
            crowds: None,
        };
        let doc = |at: u32| sketched[at as usize].0;
        let mut batch = GroupBatch::default();
        let mut last = None;
        let mut links: Vec<(u32, u32)> = Vec::new();
        let mut add = |found: Found, links: &mut Vec<(u32, u32)>| {
            links.extend(found.links.iter().map(|(a, b)| (doc(*a), doc(*b))));
            let near = found.pairs.iter();
            pairs.extend(near.map(|near| u64::from(doc(near.a)) << 32 | u64::from(doc(near.b))))
        };
        table.finish()?.groups(
            |[high, low, _]| (*high, *low),
            FINGERPRINT_BOUNDS.group,
            |group| {
                if group.len() > 1 {
                    batch.add(group.iter().map(|[_, _, index]| *index));
                }
                if batch.members.len() >= COMPARE_BATCH {
                    add(batch.compare(comparison), &mut links)?;
                }
                Ok(())
            },
            |[high, low, index]| {
                let (key, doc) = ((high, low), doc(index));
                if let Some((_, other)) = last.filter(|(last, _)| *last == key) {
                    crowds.link(other, doc);
                }
                last = Some((key, doc));
            },
        )?;
        add(batch.compare(comparison), &mut links)?;
        links.iter().for_each(|(a, b)| crowds.link(*a, *b));
    }
    crowds.settle();
    Candidates::new(spill_folder, pairs, crowds)
}

/// Groups that are compared together in parallel.
#[derive(Default)]
struct GroupBatch {
    members: Vec<u32>,
    ends: Vec<usize>,
}

impl GroupBatch {
    fn add(&mut self, group: impl Iterator<Item = u32>) {
        self.members.extend(group);
        self.ends.push(self.members.len());
    }

    fn compare(&mut self, comparison: Comparison<'_>) -> Found {
        let members = &self.members;
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let groups: Vec<&[u32]> = starts
            .zip(&self.ends)
            .map(|(start, end)| &members[start..*end])
            .collect();
        let parts: Vec<Found> = groups
            .par_iter()
            .map(|group| {
                let mut found = Found::default();
                comparison.compare(group, FINGERPRINT_BOUNDS.pairs, &mut found);
                found
            })
            .collect();
        self.members.clear();
        self.ends.clear();
        let mut found = Found::default();
        for part in parts {
            found.pairs.extend(part.pairs);
            found.links.extend(part.links);
        }
        found
    }
}
