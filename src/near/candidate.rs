//! Candidate pairs by sketches, in memory.

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::near::buckets::{MAX_BUCKET, bucket_pairs};
use crate::near::columns::Columns;
use crate::near::crowds::Crowds;
use crate::near::hamming;
use crate::near::prefilter::{BbitSketch, Prefilter};
use crate::near::shingle::{self, Shingling};
use crate::near::simhash::fingerprint;
use crate::near::sketch::{Sketcher, Sketching};

/// Fingerprints that are compared and paired. More are compared than
/// [`MAX_BUCKET`], because comparing is a thousand times cheaper than counting
/// and large groups of unlike texts are usual; no more are paired.
pub(super) const FINGERPRINT_BOUNDS: hamming::Bounds = hamming::Bounds {
    group: 4096,
    pairs: MAX_BUCKET,
};

/// Documents that are sketched before their keys are packed: enough for all
/// threads, while the unpacked keys of a batch take a few megabytes.
pub(super) const SKETCH_BATCH: usize = 1 << 14;

/// The candidates that the sketches suggest.
pub(crate) struct Candidates {
    /// Pairs to count, sorted, each once, the earlier document first.
    pub(crate) pairs: Vec<(DocId, DocId)>,
    /// Documents that oversized buckets hold together, sorted: to be joined
    /// with one another.
    pub(crate) crowds: Vec<Vec<DocId>>,
}

/// Returns the pairs of documents that agree in a band of their MinHash
/// signatures.
///
/// Signatures are not kept, only a b-bit sketch and as many bits of each band's
/// key as a [`Prefilter`] needs to rule out most unlike pairs.
pub(super) fn by_minhash(
    corpus: &Corpus,
    mut docs: Vec<DocId>,
    sketching: Sketching,
    prefilter: Prefilter,
    ctx: &Context,
) -> Candidates {
    let bands = sketching.banding.bands() as usize;
    let mut columns = Columns::new(bands, prefilter);
    // Documents that are too short for a key leave no gap.
    let mut filled = 0;
    for start in (0..docs.len()).step_by(SKETCH_BATCH) {
        let end = docs.len().min(start + SKETCH_BATCH);
        let mut sketches = sketches(corpus, &docs[start..end], sketching, ctx);
        for at in sketches.empty.iter_zeros() {
            docs[filled] = docs[start + at];
            filled += 1;
        }
        sketches.drop_empty(bands);
        columns.push(&sketches.keys, &sketches.bbit_sketches);
    }
    docs.truncate(filled);
    let (pairs, crowds) = bucket_pairs(&columns, || {
        let mut sketcher = Sketcher::new(sketching);
        let docs = &docs;
        move |index: usize, keys: &mut [u32]| {
            sketcher.sketch(corpus.normalized(docs[index]), keys);
        }
    });
    drop(columns);
    Candidates {
        pairs: pairs
            .into_iter()
            .map(|pair| (docs[(pair >> 32) as usize], docs[pair as u32 as usize]))
            .collect(),
        crowds: documents(crowds, &docs),
    }
}

/// Returns the members of crowds, which are numbered by their places in `docs`.
pub(super) fn documents(crowds: Crowds, docs: &[DocId]) -> Vec<Vec<DocId>> {
    let members = crowds.into_members().into_iter();
    let docs_of = |crowd: Vec<u32>| crowd.iter().map(|at| docs[*at as usize]).collect();
    members.map(docs_of).collect()
}

/// The keys and b-bit sketches of some documents.
pub(super) struct Sketches {
    /// The keys of all bands of each document.
    pub(super) keys: Vec<u32>,
    /// The b-bit sketch of each document.
    bbit_sketches: Vec<BbitSketch>,
    /// Which documents are too short to have any.
    pub(super) empty: BitVec,
}

impl Sketches {
    /// Removes the documents that have none.
    fn drop_empty(&mut self, bands: usize) {
        if self.empty.any() {
            let mut filled = 0;
            for at in self.empty.iter_zeros() {
                self.keys
                    .copy_within(at * bands..(at + 1) * bands, filled * bands);
                self.bbit_sketches[filled] = self.bbit_sketches[at];
                filled += 1;
            }
            self.keys.truncate(filled * bands);
            self.bbit_sketches.truncate(filled);
        }
    }
}

/// Returns the keys of all bands of each document, and their b-bit sketches.
pub(super) fn sketches(
    corpus: &Corpus,
    docs: &[DocId],
    sketching: Sketching,
    ctx: &Context,
) -> Sketches {
    let bands = sketching.banding.bands() as usize;
    let mut keys = vec![0u32; docs.len() * bands];
    let bbit_sketches: Vec<Option<BbitSketch>> = keys
        .par_chunks_mut(bands)
        .zip(docs)
        .map_init(
            || Sketcher::new(sketching),
            |sketcher, (keys, doc)| {
                // Of a cancelled run nothing is used.
                if ctx.is_cancelled() {
                    return None;
                }
                let units = corpus.normalized(*doc);
                ctx.advance(units.len());
                sketcher.sketch(units, keys)
            },
        )
        .collect();
    Sketches {
        keys,
        empty: bbit_sketches.iter().map(Option::is_none).collect(),
        bbit_sketches: bbit_sketches
            .into_iter()
            .map(Option::unwrap_or_default)
            .collect(),
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
    ctx: &Context,
) -> Candidates {
    let bits = fingerprints(corpus, docs, shingling, seed, ctx);
    let (docs, bits): (Vec<DocId>, Vec<u64>) = docs
        .iter()
        .zip(bits)
        .filter_map(|(doc, bits)| Some((*doc, bits?)))
        .unzip();
    let found = hamming::search(&bits, max_distance, FINGERPRINT_BOUNDS);
    let mut crowds = Crowds::new(docs.len());
    for &(a, b) in &found.links {
        crowds.link(a, b);
    }
    crowds.settle();
    Candidates {
        pairs: found
            .pairs
            .iter()
            .filter(|near| !crowds.are_one(near.a, near.b))
            .map(|near| (docs[near.a as usize], docs[near.b as usize]))
            .collect(),
        crowds: documents(crowds, &docs),
    }
}

/// Returns the fingerprint of each document, `None` where there is no shingle.
pub(super) fn fingerprints(
    corpus: &Corpus,
    docs: &[DocId],
    shingling: Shingling,
    seed: u64,
    ctx: &Context,
) -> Vec<Option<u64>> {
    docs.par_iter()
        .map_init(
            || (Vec::new(), Vec::new()),
            |(hashes, buffer), doc| {
                if ctx.is_cancelled() {
                    return None;
                }
                let units = corpus.normalized(*doc);
                hashes.clear();
                shingle::append_hashes(shingling, units, hashes);
                ctx.advance(units.len());
                fingerprint(hashes, seed, buffer)
            },
        )
        .collect()
}
