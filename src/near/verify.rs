//! Counts exactly what candidate pairs share.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::near::bitmap::Bitmap;
use crate::near::hash_ranges::{self, Counts};
use crate::near::jump_table::Jumps;
use crate::near::pair::{Measure, Pair};
use crate::near::shingle::{self, Shingling};
use crate::prefetch::prefetch;

/// Most normalized code units whose shingle sets are kept at a time; a set takes
/// eight bytes a unit, so that 16 million units are 128 MB. A larger budget
/// saves recomputing sets that several batches need.
const SET_BUDGET_UNITS: usize = 16 << 20;

/// Bytes that a set takes for a normalized code unit; sets are cut to size only
/// when they are done.
const SET_BYTES_PER_UNIT: usize = 8;

/// Candidates whose bitmaps a core compares at a time.
const CHUNK: usize = 1 << 10;

/// Candidates between the prefetching of a bitmap and its reading.
const AHEAD: usize = 8;

/// What a pair must reach to be listed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairCriterion {
    pub(crate) shingling: Shingling,
    pub(crate) measure: Measure,
    pub(crate) threshold: f64,
}

/// Returns the candidates that reach the threshold, with exact counts, in
/// the order given.
///
/// Pairs that share documents should stand near each other, so that each set
/// is computed once. Memory is bounded whatever the number of candidates.
pub(crate) fn verify(
    corpus: &Corpus,
    candidates: &[(DocId, DocId)],
    criterion: PairCriterion,
    ctx: &Context,
) -> Vec<Pair> {
    verify_known(corpus, candidates, criterion, &[], ctx)
}

/// A document and its shingles, sorted.
pub(crate) type KnownSet<'a> = (DocId, &'a [u64]);

/// Returns the set of a document, if it is known.
fn known_set<'a>(known: &[KnownSet<'a>], doc: DocId) -> Option<&'a [u64]> {
    let at = known.binary_search_by_key(&doc, |set| set.0).ok()?;
    Some(known[at].1)
}

/// Returns the same as [`verify`], where the sets of some documents are known,
/// sorted by document.
pub(crate) fn verify_known(
    corpus: &Corpus,
    candidates: &[(DocId, DocId)],
    criterion: PairCriterion,
    known: &[KnownSet<'_>],
    ctx: &Context,
) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut rest = candidates;
    let budget = budget(corpus);
    while !rest.is_empty() && !ctx.is_cancelled() {
        if let Some((a, b)) = too_long(corpus, rest[0], known, budget) {
            let pair = count_within(corpus, criterion.shingling, (a, b), budget);
            let reaches = pair.similarity(criterion.measure) >= criterion.threshold;
            pairs.extend((pair.shared > 0 && reaches).then_some(pair));
            ctx.advance(1);
            rest = &rest[1..];
            continue;
        }
        let (count, docs) = batch(corpus, rest, budget);
        let promising = promising(corpus, &rest[..count], docs, known, criterion);
        let docs = docs_of(&promising);
        let sets: Vec<Cow<'_, [u64]>> = docs
            .par_iter()
            .map(|doc| match known_set(known, *doc) {
                Some(set) => Cow::Borrowed(set),
                None => Cow::Owned(shingle::set(criterion.shingling, corpus.normalized(*doc))),
            })
            .collect();
        let set = |doc: DocId| docs.binary_search(&doc).map_or(&[][..], |at| &sets[at]);
        let of_one = promising.par_chunk_by(|one, next| one.0 == next.0);
        let found = of_one.flat_map_iter(|same| {
            let jumps = Jumps::of(set(same[0].0), same.iter().map(|(_, b)| set(*b)));
            let pair = move |&(a, b): &(DocId, DocId)| {
                compare(&jumps, set(a).len(), set(b), criterion).map(|pair| Pair { a, b, ..pair })
            };
            same.iter().filter_map(pair)
        });
        pairs.par_extend(found);
        ctx.advance(count);
        rest = &rest[count..];
    }
    pairs
}

/// Returns the candidates that may reach the threshold by the bitmaps of their
/// documents, which are given in order.
///
/// Most candidates that fall short do so by more than the bitmaps are unsure
/// of, and whatever has no other candidate is never sorted.
fn promising(
    corpus: &Corpus,
    candidates: &[(DocId, DocId)],
    docs: Vec<DocId>,
    known: &[KnownSet<'_>],
    criterion: PairCriterion,
) -> Vec<(DocId, DocId)> {
    let PairCriterion {
        measure, threshold, ..
    } = criterion;
    if threshold <= 0.0 {
        return candidates.to_vec();
    }
    let bitmaps: Vec<Bitmap> = docs
        .par_iter()
        .map_init(Vec::new, |hashes, doc| {
            if let Some(set) = known_set(known, *doc) {
                return Bitmap::new(set);
            }
            hashes.clear();
            shingle::append_hashes(criterion.shingling, corpus.normalized(*doc), hashes);
            Bitmap::new(hashes)
        })
        .collect();
    let place = |doc: &DocId| docs.partition_point(|other| other < doc);
    let promising = candidates.par_chunks(CHUNK).flat_map_iter(|chunk| {
        let places: Vec<(usize, usize)> = chunk.iter().map(|(a, b)| (place(a), place(b))).collect();
        let may_reach = |nth: usize| {
            // First where the words of a bitmap are, then the words.
            if let Some((_, later)) = places.get(nth + 2 * AHEAD) {
                prefetch(&bitmaps, *later);
            }
            if let Some((_, later)) = places.get(nth + AHEAD) {
                bitmaps[*later].prefetch();
            }
            let (a, b) = places[nth];
            bitmaps[a].may_reach(&bitmaps[b], measure, threshold)
        };
        let promising = (0..chunk.len()).filter(|nth| may_reach(*nth));
        promising.map(|nth| chunk[nth]).collect::<Vec<_>>()
    });
    promising.collect()
}

/// Returns the documents of some pairs, sorted, each once.
fn docs_of(pairs: &[(DocId, DocId)]) -> Vec<DocId> {
    let mut docs: Vec<DocId> = pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    docs.sort_unstable();
    docs.dedup();
    docs
}

/// Returns the number of code units whose sets may be kept at a time.
fn budget(corpus: &Corpus) -> usize {
    corpus
        .spill_folder()
        .map_or(SET_BUDGET_UNITS, |spill_folder| {
            SET_BUDGET_UNITS.min(spill_folder.buffer_bytes() / SET_BYTES_PER_UNIT)
        })
}

/// Takes as many candidates as the budget allows, at least one; returns their
/// number and their documents, sorted.
fn batch(corpus: &Corpus, candidates: &[(DocId, DocId)], budget: usize) -> (usize, Vec<DocId>) {
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
        if count > 0 && units + new > budget {
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

/// Returns a pair if its sets are not known and exceed the budget by themselves.
fn too_long(
    corpus: &Corpus,
    (a, b): (DocId, DocId),
    known: &[KnownSet<'_>],
    budget: usize,
) -> Option<(DocId, DocId)> {
    let is_known = |doc: DocId| known_set(known, doc).is_some();
    let units = corpus.normalized_len(a) + corpus.normalized_len(b);
    (units > budget && !is_known(a) && !is_known(b)).then_some((a, b))
}

/// Returns the counts of two sorted sets, of which one has `len` hashes, if they
/// reach the threshold.
fn compare(a: &Jumps<'_>, len: usize, b: &[u64], criterion: PairCriterion) -> Option<Pair> {
    let least = criterion
        .measure
        .least_shared(len, b.len(), criterion.threshold);
    let shared = a.shared(b, least)?;
    let pair = Pair {
        a: DocId(0),
        b: DocId(0),
        shared: shared as u32,
        len_a: len as u32,
        len_b: b.len() as u32,
    };
    (pair.similarity(criterion.measure) >= criterion.threshold).then_some(pair)
}

/// Returns the exact counts of every pair given, in that order.
///
/// Pairs that share documents should stand near each other, as in [`verify`].
pub(crate) fn count_all(
    corpus: &Corpus,
    shingling: Shingling,
    pairs: &[(DocId, DocId)],
) -> Vec<Pair> {
    let criterion = PairCriterion {
        shingling,
        measure: Measure::Jaccard,
        threshold: 0.0,
    };
    let counted = verify(corpus, pairs, criterion, &Context::default());
    // Pairs that share nothing are not among the verified ones.
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

/// Returns the exact counts of two documents, whether they reach a threshold or
/// not.
pub fn count(corpus: &Corpus, shingling: Shingling, a: DocId, b: DocId) -> Pair {
    count_within(corpus, shingling, (a, b), budget(corpus))
}

/// Returns the exact counts of two documents, whose sets are made only if they
/// fit the budget.
fn count_within(
    corpus: &Corpus,
    shingling: Shingling,
    (a, b): (DocId, DocId),
    budget: usize,
) -> Pair {
    let texts = [a, b].map(|doc| corpus.normalized(doc));
    let Counts { shared, lens } = match texts.iter().map(|units| units.len()).sum::<usize>() {
        units if units > budget => {
            hash_ranges::count(shingling, texts, budget * SET_BYTES_PER_UNIT)
        }
        _ => Counts::of(&texts.map(|units| shingle::set(shingling, units))),
    };
    Pair {
        a,
        b,
        shared: shared as u32,
        len_a: lens[0] as u32,
        len_b: lens[1] as u32,
    }
}
