//! Finds pairs that are worth counting, from sketches.

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::band_key;
use crate::similarity::banding::Banding;
use crate::similarity::hamming;
use crate::similarity::minhash::MinHasher;
use crate::similarity::shingle::{self, Shingling};
use crate::similarity::simhash::fingerprint;

/// A bucket of more documents than this is not paired off, for that is
/// quadratic: its documents are joined exactly instead. A guess between
/// 32,000 pairs that nobody needed and a join for a small family; no bench
/// has settled it yet.
pub(super) const CROWD: usize = 256;

/// The same for fingerprints, where comparing is a thousand times cheaper
/// and large groups of strangers are usual.
pub(super) const CROWD_OF_FINGERPRINTS: usize = 4096;

/// Bands whose candidates are gathered before repetitions are dropped.
const BANDS_A_TURN: usize = 8;

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
/// Signatures are not kept, only four bytes a band; buckets are runs of
/// equal keys in a sorted list.
pub(crate) fn by_minhash(
    corpus: &Corpus,
    docs: &[DocId],
    shingling: Shingling,
    banding: Banding,
    seed: u64,
    advance: impl Fn(usize) + Sync,
) -> Candidates {
    let (keys, empty) = band_keys(corpus, docs, shingling, banding, seed, advance);
    let (pairs, crowded) = in_buckets(&keys, banding.bands() as usize, &empty);
    Candidates {
        pairs: pairs
            .into_iter()
            .map(|pair| ((pair >> 32) as usize, pair as u32 as usize))
            .filter(|(a, b)| !(crowded[*a] && crowded[*b]))
            .map(|(a, b)| (docs[a], docs[b]))
            .collect(),
        crowded: crowded.iter_ones().map(|at| docs[at]).collect(),
    }
}

/// Returns the keys of all bands of each document, and which documents are
/// too short to have any.
pub(super) fn band_keys(
    corpus: &Corpus,
    docs: &[DocId],
    shingling: Shingling,
    banding: Banding,
    seed: u64,
    advance: impl Fn(usize) + Sync,
) -> (Vec<u32>, BitVec) {
    let (bands, rows) = (banding.bands() as usize, banding.rows() as usize);
    let mut keys = vec![0u32; docs.len() * bands];
    let marks: Vec<bool> = keys
        .par_chunks_mut(bands)
        .zip(docs)
        .map_init(
            || {
                (
                    MinHasher::new(banding.slots(), seed),
                    Vec::new(),
                    vec![0u32; banding.slots() as usize],
                )
            },
            |(hasher, hashes, signature), (keys, doc)| {
                let units = corpus.folded(*doc);
                hashes.clear();
                shingle::append_hashes(shingling, units, hashes);
                advance(units.len());
                if !hasher.sketch(hashes, signature) {
                    return true;
                }
                for (band, key) in keys.iter_mut().enumerate() {
                    *key = band_key(band as u32, &signature[band * rows..(band + 1) * rows]);
                }
                false
            },
        )
        .collect();
    (keys, marks.into_iter().collect())
}

/// Returns the places (the earlier above, the later below) of documents that
/// have a key in common, sorted, and which documents stand in a crowd.
///
/// `keys` holds `bands` keys a document; documents marked `empty` have none.
pub(crate) fn in_buckets(keys: &[u32], bands: usize, empty: &BitVec) -> (Vec<u64>, BitVec) {
    let count = keys.len() / bands;
    let mut pairs: Vec<u64> = Vec::new();
    let mut crowded: BitVec = bitvec::bitvec![0; count];
    for first in (0..bands).step_by(BANDS_A_TURN) {
        let tables: Vec<Vec<u64>> = (first..bands.min(first + BANDS_A_TURN))
            .into_par_iter()
            .map(|band| {
                let mut entries: Vec<u64> = (0..count)
                    .filter(|at| !empty[*at])
                    .map(|at| u64::from(keys[at * bands + band]) << 32 | at as u64)
                    .collect();
                entries.sort_unstable();
                entries
            })
            .collect();
        // First who stands in a crowd, then the pairs: two that stand in a
        // crowd are joined anyway, in whatever bucket they meet.
        for entry in tables
            .iter()
            .flat_map(|table| runs(table).filter(|run| run.len() > CROWD))
            .flatten()
        {
            crowded.set(*entry as u32 as usize, true);
        }
        let found: Vec<Vec<u64>> = tables
            .par_iter()
            .map(|table| pairs_of_runs(table, &crowded))
            .collect();
        pairs.extend(found.into_iter().flatten());
        pairs.par_sort_unstable();
        pairs.dedup();
    }
    (pairs, crowded)
}

/// Returns the runs of entries with one key, of two or more.
fn runs(entries: &[u64]) -> impl Iterator<Item = &[u64]> {
    entries
        .chunk_by(|a, b| a >> 32 == b >> 32)
        .filter(|run| run.len() > 1)
}

/// Pairs off the entries (key above, document below) of each run of equal
/// keys that is no crowd.
fn pairs_of_runs(entries: &[u64], crowded: &BitVec) -> Vec<u64> {
    let mut pairs = Vec::new();
    for run in runs(entries).filter(|run| run.len() <= CROWD) {
        for (at, a) in run.iter().enumerate() {
            let a_crowded = crowded[*a as u32 as usize];
            let others = run[at + 1..].iter().map(|b| *b as u32);
            pairs.extend(
                others
                    .filter(|b| !(a_crowded && crowded[*b as usize]))
                    .map(|b| a << 32 | u64::from(b)),
            );
        }
    }
    pairs
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
                let units = corpus.folded(*doc);
                hashes.clear();
                shingle::append_hashes(shingling, units, hashes);
                advance(units.len());
                fingerprint(hashes, seed, room)
            },
        )
        .collect()
}
