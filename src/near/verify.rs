//! Counts what candidate pairs really share.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::near::pair::{Measure, Pair};
use crate::near::shingle::{self, Shingling};
use crate::simd::merge::shared;

/// Room for the shingle sets of one turn, in normalized code units; a set takes
/// eight bytes a unit. Larger rooms save recomputing sets that several turns
/// need; 16 million units are 128 MB.
const ROOM_UNITS: usize = 16 << 20;

/// Memory that the sets of one turn take for a normalized code unit; they are cut
/// to size only when they are done.
const BYTES_A_UNIT: usize = 8;

/// What a pair must reach.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub(crate) shingling: Shingling,
    pub(crate) measure: Measure,
    pub(crate) threshold: f64,
}

/// Returns the candidates that reach the threshold, with exact counts, in
/// the order given.
///
/// Pairs that share documents should stand near each other: then each set is
/// made once. Memory is bounded whatever the number of candidates.
pub(crate) fn verify(
    corpus: &Corpus,
    candidates: &[(DocId, DocId)],
    bar: Bar,
    advance: impl Fn(usize) + Sync,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = candidates;
    while !rest.is_empty() {
        let (count, docs) = turn(corpus, rest);
        let sets: Vec<Vec<u64>> = docs
            .par_iter()
            .map(|doc| shingle::set(bar.shingling, corpus.normalized(*doc)))
            .collect();
        let set = |doc: DocId| docs.binary_search(&doc).map_or(&[][..], |at| &sets[at]);
        let found: Vec<Pair> = rest[..count]
            .par_iter()
            .filter_map(|&(a, b)| compare(set(a), set(b), bar).map(|pair| Pair { a, b, ..pair }))
            .collect();
        pairs.extend(found);
        advance(count);
        rest = &rest[count..];
    }
    pairs
}

/// Takes as many candidates as the room allows, at least one; returns their
/// number and their documents, sorted.
fn turn(corpus: &Corpus, candidates: &[(DocId, DocId)]) -> (usize, Vec<DocId>) {
    let room = corpus.spill_folder().map_or(ROOM_UNITS, |spill_folder| {
        ROOM_UNITS.min(spill_folder.buffer_bytes() / BYTES_A_UNIT)
    });
    let mut units = 0;
    let mut count = 0;
    let mut docs: Vec<DocId> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for &(a, b) in candidates {
        let new = [a, b]
            .into_iter()
            .filter(|doc| !seen.contains(doc))
            .map(|doc| corpus.normalized_len(doc))
            .sum::<usize>();
        if count > 0 && units + new > room {
            break;
        }
        for doc in [a, b] {
            if seen.insert(doc) {
                docs.push(doc);
            }
        }
        units += new;
        count += 1;
    }
    docs.sort_unstable();
    (count, docs)
}

/// Returns the counts of two sorted sets if they reach the threshold.
fn compare(a: &[u64], b: &[u64], bar: Bar) -> Option<Pair> {
    let least = bar.measure.least_shared(a.len(), b.len(), bar.threshold);
    let shared = shared(a, b, least)?;
    let pair = Pair {
        a: DocId(0),
        b: DocId(0),
        shared: shared as u32,
        len_a: a.len() as u32,
        len_b: b.len() as u32,
    };
    (pair.similarity(bar.measure) >= bar.threshold).then_some(pair)
}

/// Returns the exact counts of every pair given, in that order.
///
/// Pairs that share documents should stand near each other, as in [`verify`].
pub(crate) fn count_all(
    corpus: &Corpus,
    shingling: Shingling,
    pairs: &[(DocId, DocId)],
) -> Vec<Pair> {
    let bar = Bar {
        shingling,
        measure: Measure::Jaccard,
        threshold: 0.0,
    };
    let counted = verify(corpus, pairs, bar, |_| ());
    // What shares nothing does not come back.
    let mut counted = counted.into_iter().peekable();
    pairs
        .iter()
        .map(|&(a, b)| {
            counted
                .next_if(|pair| (pair.a, pair.b) == (a, b))
                .unwrap_or_else(|| count(corpus, shingling, a, b))
        })
        .collect()
}

/// Returns the exact counts of two documents, whatever they are.
pub fn count(corpus: &Corpus, shingling: Shingling, a: DocId, b: DocId) -> Pair {
    let (left, right) = (
        shingle::set(shingling, corpus.normalized(a)),
        shingle::set(shingling, corpus.normalized(b)),
    );
    let shared = shared(&left, &right, 0).unwrap_or(0);
    Pair {
        a,
        b,
        shared: shared as u32,
        len_a: left.len() as u32,
        len_b: right.len() as u32,
    }
}
