//! Finds pairs that are worth counting, from sketches.

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::band_key;
use crate::near::banding::Banding;
use crate::near::buckets::{Columns, in_buckets};
use crate::near::hamming;
use crate::near::minhash::MinHasher;
use crate::near::prefilter::{BbitSketch, Prefilter, mark};
use crate::near::shingle::{self, Shingling};
use crate::near::simhash::fingerprint;

/// What a [`CROWD`](crate::near::buckets::CROWD) is among fingerprints, where comparing is a thousand times
/// cheaper and large groups of strangers are usual.
pub(super) const CROWD_OF_FINGERPRINTS: usize = 4096;

/// Documents that are sketched before their keys are packed.
pub(super) const SKETCHED: usize = 1 << 14;

/// What the sketches suggest.
pub(crate) struct Candidates {
    /// Pairs to count, sorted, each once, the earlier document first.
    pub(crate) pairs: Vec<(DocId, DocId)>,
    /// Documents in crowded buckets, sorted: to be joined with one another.
    pub(crate) crowded: Vec<DocId>,
}

/// Returns the pairs of documents that agree in a band of their MinHash
/// signatures.
///
/// Signatures are not kept, only some bits of each band's key and a mark,
/// as many as a [`Prefilter`] needs to tell most strangers apart.
pub(super) fn by_minhash(
    corpus: &Corpus,
    mut docs: Vec<DocId>,
    sketching: Sketching,
    sieve: Prefilter,
    advance: impl Fn(usize) + Sync,
) -> Candidates {
    let bands = sketching.banding.bands() as usize;
    let mut columns = Columns::new(bands, sieve);
    // Those too short for a key leave no gap.
    let mut kept = 0;
    for start in (0..docs.len()).step_by(SKETCHED) {
        let end = docs.len().min(start + SKETCHED);
        let mut sketches = sketches(corpus, &docs[start..end], sketching, &advance);
        for at in sketches.empty.iter_zeros() {
            docs[kept] = docs[start + at];
            kept += 1;
        }
        sketches.drop_empty(bands);
        columns.push(&sketches.keys, &sketches.marks);
    }
    docs.truncate(kept);
    let (pairs, crowded) = in_buckets(&columns, || {
        let mut sketcher = Sketcher::new(sketching);
        let docs = &docs;
        move |place: usize, keys: &mut [u32]| {
            sketcher.sketch(corpus.normalized(docs[place]), keys);
        }
    });
    drop(columns);
    Candidates {
        pairs: pairs
            .into_iter()
            .map(|pair| (docs[(pair >> 32) as usize], docs[pair as u32 as usize]))
            .collect(),
        crowded: crowded.iter_ones().map(|at| docs[at]).collect(),
    }
}

/// How documents are sketched.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sketching {
    pub(super) shingling: Shingling,
    pub(super) banding: Banding,
    pub(super) seed: u64,
}

/// Sketches one document after another; the room of one thread.
struct Sketcher {
    sketching: Sketching,
    hasher: MinHasher,
    hashes: Vec<u64>,
    signature: Vec<u32>,
}

impl Sketcher {
    fn new(sketching: Sketching) -> Self {
        let slots = sketching.banding.slots();
        Sketcher {
            sketching,
            hasher: MinHasher::new(slots, sketching.seed),
            hashes: Vec::new(),
            signature: vec![0; slots as usize],
        }
    }

    /// Fills in the keys of all bands, and returns the mark of a document;
    /// none if it is too short to have any.
    fn sketch(&mut self, units: &[u16], keys: &mut [u32]) -> Option<BbitSketch> {
        self.hashes.clear();
        shingle::append_hashes(self.sketching.shingling, units, &mut self.hashes);
        if !self.hasher.sketch(&self.hashes, &mut self.signature) {
            return None;
        }
        let rows = self.sketching.banding.rows() as usize;
        for ((key, rows), band) in keys.iter_mut().zip(self.signature.chunks(rows)).zip(0..) {
            *key = band_key(band, rows);
        }
        Some(mark(&self.signature))
    }
}

/// What is kept of some documents' signatures.
pub(super) struct Sketches {
    /// The keys of all bands of each document.
    pub(super) keys: Vec<u32>,
    /// The mark of each.
    marks: Vec<BbitSketch>,
    /// Which of them are too short to have any.
    pub(super) empty: BitVec,
}

impl Sketches {
    /// Closes the gaps.
    fn drop_empty(&mut self, bands: usize) {
        if self.empty.any() {
            let mut kept = 0;
            for at in self.empty.iter_zeros() {
                self.keys
                    .copy_within(at * bands..(at + 1) * bands, kept * bands);
                self.marks[kept] = self.marks[at];
                kept += 1;
            }
            self.keys.truncate(kept * bands);
            self.marks.truncate(kept);
        }
    }
}

/// Returns the keys of all bands of each document, and their marks.
pub(super) fn sketches(
    corpus: &Corpus,
    docs: &[DocId],
    sketching: Sketching,
    advance: impl Fn(usize) + Sync,
) -> Sketches {
    let bands = sketching.banding.bands() as usize;
    let mut keys = vec![0u32; docs.len() * bands];
    let marks: Vec<Option<BbitSketch>> = keys
        .par_chunks_mut(bands)
        .zip(docs)
        .map_init(
            || Sketcher::new(sketching),
            |sketcher, (keys, doc)| {
                let units = corpus.normalized(*doc);
                advance(units.len());
                sketcher.sketch(units, keys)
            },
        )
        .collect();
    Sketches {
        keys,
        empty: marks.iter().map(Option::is_none).collect(),
        marks: marks.into_iter().map(Option::unwrap_or_default).collect(),
    }
}

/// Returns the pairs of documents whose SimHash fingerprints differ in at
/// most `max_distance` bits.
pub(crate) fn by_simhash(
    corpus: &Corpus,
    docs: &[DocId],
    shingling: Shingling,
    max_distance: u32,
    seed: u64,
    advance: impl Fn(usize) + Sync,
) -> Candidates {
    let bits = fingerprints(corpus, docs, shingling, seed, advance);
    let (docs, bits): (Vec<DocId>, Vec<u64>) = docs
        .iter()
        .zip(bits)
        .filter_map(|(doc, bits)| Some((*doc, bits?)))
        .unzip();
    let found = hamming::search(&bits, max_distance, CROWD_OF_FINGERPRINTS);
    let crowded: BitVec =
        found
            .crowded
            .iter()
            .fold(bitvec::bitvec![0; docs.len()], |mut set, at| {
                set.set(*at as usize, true);
                set
            });
    let both = |near: &&hamming::Near| crowded[near.a as usize] && crowded[near.b as usize];
    Candidates {
        pairs: found
            .pairs
            .iter()
            .filter(|near| !both(near))
            .map(|near| (docs[near.a as usize], docs[near.b as usize]))
            .collect(),
        crowded: found.crowded.iter().map(|at| docs[*at as usize]).collect(),
    }
}

/// Returns the fingerprint of each document, none where there is no shingle.
pub(super) fn fingerprints(
    corpus: &Corpus,
    docs: &[DocId],
    shingling: Shingling,
    seed: u64,
    advance: impl Fn(usize) + Sync,
) -> Vec<Option<u64>> {
    docs.par_iter()
        .map_init(
            || (Vec::new(), Vec::new()),
            |(hashes, room), doc| {
                let units = corpus.normalized(*doc);
                hashes.clear();
                shingle::append_hashes(shingling, units, hashes);
                advance(units.len());
                fingerprint(hashes, seed, room)
            },
        )
        .collect()
}
