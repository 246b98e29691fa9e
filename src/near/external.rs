//! Finds and counts candidates in bounded memory: what the sketches give is
//! sorted in runs on disk.
//!
//! The same pairs as in memory come out: which documents meet depends on
//! equal keys alone, not on where keys are sorted.

use std::ops::Range;

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::buckets::CROWD;
use crate::near::candidate::{CROWD_OF_FINGERPRINTS, Sketches, Sketching, fingerprints, sketches};
use crate::near::hamming::Blocks;
use crate::near::pair::Pair;
use crate::near::shingle::Shingling;
use crate::near::verify::{Bar, verify};
use crate::spill::{Sorter, SpillFile, SpillFolder, Tape};

/// Documents that are sketched before their keys are written.
const SKETCHED: usize = 1 << 16;

/// Entries of small groups that are compared in parallel.
const COMPARED: usize = 1 << 16;

/// What the sketches suggest, on disk.
pub(super) struct Candidates {
    /// Pairs to count, sorted, each once: the earlier document above, the
    /// later below.
    pairs: Tape<u64>,
    /// Documents in crowded buckets, sorted.
    pub(super) crowded: Vec<DocId>,
}

impl Candidates {
    /// Takes the pairs that are not joined anyway.
    fn new(spill_folder: &SpillFolder, pairs: Sorter<'_, u64>, crowded: &BitVec) -> Result<Self> {
        let mut kept = Tape::new(spill_folder)?;
        let mut pairs = pairs.finish()?;
        while let Some(pair) = pairs.next()? {
            if !(crowded[(pair >> 32) as usize] && crowded[pair as u32 as usize]) {
                kept.push(pair)?;
            }
        }
        Ok(Candidates {
            pairs: kept,
            crowded: crowded.iter_ones().map(|at| DocId(at as u32)).collect(),
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
        bar: Bar,
        advance: impl Fn(usize) + Sync,
    ) -> Result<Vec<Pair>> {
        let mut found = Vec::new();
        let mut pairs: Vec<(DocId, DocId)> = Vec::new();
        self.pairs.each(|piece| {
            let docs = |pair: &u64| (DocId((pair >> 32) as u32), DocId(*pair as u32));
            pairs.clear();
            pairs.extend(piece.iter().map(docs));
            found.extend(verify(corpus, &pairs, bar, &advance));
            Ok(())
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
    advance: impl Fn(usize) + Sync,
) -> Result<Candidates> {
    let bands = sketching.banding.bands() as usize;
    let columns = Columns::write(spill_folder, docs, bands, |docs| {
        sketches(corpus, docs, sketching, &advance)
    })?;
    let mut crowded: BitVec = bitvec::bitvec![0; corpus.len()];
    let mut pairs = Sorter::new(spill_folder).distinct();
    for band in 0..bands {
        let mut entries = Sorter::new(spill_folder);
        columns.each(band, |at, key| {
            entries.push(u64::from(key) << 32 | u64::from(docs[at].0))
        })?;
        let mut crowd: BitVec = BitVec::new();
        let met = |group: &[u64]| {
            for (at, a) in group.iter().enumerate() {
                let a_crowded = crowded[*a as u32 as usize];
                let others = group[at + 1..].iter().map(|b| *b as u32);
                pairs.extend(
                    others
                        .filter(|b| !(a_crowded && crowded[*b as usize]))
                        .map(|b| a << 32 | u64::from(b)),
                )?;
            }
            Ok(())
        };
        entries.finish()?.groups(
            |entry| entry >> 32,
            CROWD,
            met,
            |entry| {
                if crowd.is_empty() {
                    crowd.resize(corpus.len(), false);
                }
                crowd.set(entry as u32 as usize, true);
            },
        )?;
        if !crowd.is_empty() {
            crowded |= crowd;
        }
    }
    Candidates::new(spill_folder, pairs, &crowded)
}

/// The keys of all bands on disk.
struct Columns {
    file: SpillFile,
    /// For each stretch of documents, which they are and where its first
    /// band begins; the bands follow each other.
    stretches: Vec<(Range<usize>, u64)>,
    empty: BitVec,
}

impl Columns {
    fn write(
        spill_folder: &SpillFolder,
        docs: &[DocId],
        bands: usize,
        sketch: impl Fn(&[DocId]) -> Sketches,
    ) -> Result<Self> {
        // Twice: as they are made, and by band.
        let len = (spill_folder.buffer_bytes() / (bands * 8)).clamp(1, SKETCHED);
        let mut columns = Columns {
            file: spill_folder.file()?,
            stretches: Vec::new(),
            empty: BitVec::with_capacity(docs.len()),
        };
        let mut turned = Vec::new();
        for (number, docs) in docs.chunks(len).enumerate() {
            let Sketches { keys, empty, .. } = sketch(docs);
            columns.empty.extend_from_bitslice(&empty);
            turned.resize(keys.len(), 0);
            turned
                .par_chunks_mut(docs.len())
                .enumerate()
                .for_each(|(band, column)| {
                    let keys = keys.iter().skip(band).step_by(bands);
                    column.iter_mut().zip(keys).for_each(|(to, key)| *to = *key);
                });
            let places = columns.file.append(&[bytemuck::cast_slice(&turned)])?;
            let start = number * len;
            let range = start..start + docs.len();
            columns.stretches.push((range, places[0]));
        }
        Ok(columns)
    }

    /// Hands on the keys of a band, with the places of their documents.
    fn each(&self, band: usize, mut take: impl FnMut(usize, u32) -> Result<()>) -> Result<()> {
        let mut keys: Vec<u32> = Vec::new();
        for (range, at) in &self.stretches {
            keys.resize(range.len(), 0);
            let at = at + (band * range.len() * size_of::<u32>()) as u64;
            self.file.read_at(bytemuck::cast_slice_mut(&mut keys), at)?;
            for (place, key) in range.clone().zip(&keys) {
                if !self.empty[place] {
                    take(place, *key)?;
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
    advance: impl Fn(usize) + Sync,
) -> Result<Candidates> {
    let mut bits: Vec<u64> = Vec::with_capacity(docs.len());
    let mut places: Vec<DocId> = Vec::with_capacity(docs.len());
    for docs in docs.chunks(SKETCHED) {
        let made = fingerprints(corpus, docs, shingling, seed, &advance);
        for (doc, made) in docs.iter().zip(made) {
            if let Some(made) = made {
                places.push(*doc);
                bits.push(made);
            }
        }
    }
    let blocks = Blocks::choose(bits.len(), max_distance);
    let mut crowded: BitVec = bitvec::bitvec![0; corpus.len()];
    let mut pairs = Sorter::new(spill_folder).distinct();
    for free in blocks.choices() {
        let key_bits = !blocks.bits_of(free);
        let mut table = Sorter::new(spill_folder);
        for (f, place) in bits.iter().zip(0u32..) {
            let key = f & key_bits;
            table.push([(key >> 32) as u32, key as u32, place])?;
        }
        let near = |group: &[u32]| -> Vec<u64> {
            let mut near = Vec::new();
            for (at, a) in group.iter().enumerate() {
                for b in &group[at + 1..] {
                    let differ = bits[*a as usize] ^ bits[*b as usize];
                    if differ.count_ones() <= max_distance && blocks.first_choice(differ) == free {
                        let [a, b] = [a, b].map(|at| u64::from(places[*at as usize].0));
                        near.push(a << 32 | b);
                    }
                }
            }
            near
        };
        let mut waiting = Waiting::default();
        table.finish()?.groups(
            |[high, low, _]| (*high, *low),
            CROWD_OF_FINGERPRINTS,
            |group| {
                if group.len() > 1 {
                    waiting.add(group.iter().map(|[_, _, place]| *place));
                }
                if waiting.members.len() >= COMPARED {
                    pairs.extend(waiting.compare(&near))?;
                }
                Ok(())
            },
            |[_, _, place]| crowded.set(places[place as usize].index(), true),
        )?;
        pairs.extend(waiting.compare(&near))?;
    }
    Candidates::new(spill_folder, pairs, &crowded)
}

/// Groups that wait to be compared in parallel.
#[derive(Default)]
struct Waiting {
    members: Vec<u32>,
    ends: Vec<usize>,
}

impl Waiting {
    fn add(&mut self, group: impl Iterator<Item = u32>) {
        self.members.extend(group);
        self.ends.push(self.members.len());
    }

    fn compare(&mut self, near: &(impl Fn(&[u32]) -> Vec<u64> + Sync)) -> Vec<u64> {
        let members = &self.members;
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let groups: Vec<&[u32]> = starts
            .zip(&self.ends)
            .map(|(start, end)| &members[start..*end])
            .collect();
        let found: Vec<Vec<u64>> = groups.par_iter().map(|group| near(group)).collect();
        self.members.clear();
        self.ends.clear();
        found.into_iter().flatten().collect()
    }
}
