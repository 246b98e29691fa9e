//! What a corpus has of the wording of some documents, counted in memory.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::append_sampled;
use crate::boilerplate::{BoilerplateOptions, Filter, LazyBoilerplate, WindowCounts, distinct};
use crate::bucket_sort::{rank, sort_positions};
use crate::corpus::{Corpus, DocId};
use crate::prefetch::{prefetch, prefetched};
use crate::relation::stories::{Stories, typical};
use crate::relation::wording::hits::Hits;
use crate::relation::wording::numbers::{Distinct, Numbers};
use crate::relation::wording::part::{Asked, Part, Stretches, docs_of, is_of_long};
use crate::relation::wording::told::{Found, Known, Tells, told};

/// Documents whose windows are looked up at a time.
const CHUNK: usize = 1 << 8;

/// How many windows ahead a counter is fetched.
const AHEAD: usize = 32;

/// Added to the number of documents that have the wording of a pair before it
/// is held against a least number of stories, for the rounding of logarithms.
const ROUNDING: f64 = 1e-6;

/// What was counted.
pub(super) struct Counted {
    /// In how many documents each window of the documents asked for stands.
    pub(super) counts: WindowCounts,
    pub(super) stretches: Stretches,
    pub(super) stories: Stories,
    /// The pairs whose stories were counted, in order.
    pub(super) pairs: Vec<[DocId; 2]>,
}

/// Counts what the corpus has of the wording of pairs; `boilerplate` is used
/// where it was counted before.
pub(super) fn count(corpus: &Corpus, asked: &[Asked], boilerplate: &LazyBoilerplate) -> Counted {
    let options = boilerplate.options();
    let docs = docs_of(asked);
    let all = distinct(corpus);
    let tells = match boilerplate.at_hand() {
        Some(counts) => Tells::Counts(counts),
        None => {
            let lens = all.iter().map(|doc| corpus.normalized_len(*doc) as u64);
            Tells::Filter(Filter::for_units(lens.sum(), options.min_documents))
        }
    };
    let samples: Vec<Vec<u64>> = docs
        .par_iter()
        .map_init(Vec::new, |hashes, doc| {
            hashes.clear();
            append_sampled(corpus.normalized(*doc), hashes);
            hashes.clone()
        })
        .collect();
    // In text order.
    let (windows, of_asked) = rank(samples);
    let windows = WindowSet::new(windows);
    let (counts, hits) = counted(corpus, &all, (&docs, &of_asked), windows, options, &tells);

    // To read the hashes at random would take longer.
    let of_long = of_long(counts.windows().keys());
    let (parts, of_asked): (Vec<Part<u32>>, Vec<Vec<u32>>) = docs
        .par_iter()
        .zip(of_asked)
        .map_init(Vec::new, |documents, (doc, positions)| {
            documents.clear();
            counts.append_documents_at(&positions, documents);
            let units = corpus.normalized(*doc);
            let part = Part::new(
                units,
                &options,
                documents,
                &positions,
                |at| of_long[*at as usize],
                |outside| sort_positions(outside, of_long.len()),
            );
            // Where there is boilerplate, they are looked at again.
            let kept = match part.stretches.is_empty() {
                true => Vec::new(),
                false => positions,
            };
            (part, kept)
        })
        .unzip();
    // Stories are counted for these pairs, and for the windows that two of
    // their documents have.
    let is_wanted = |asked: &&Asked| {
        let parts = asked
            .docs
            .map(|doc| docs.binary_search(&doc).map(|at| &parts[at]));
        match parts {
            [Ok(a), Ok(b)] => may_change(asked, [a, b], &counts),
            _ => true,
        }
    };
    let wanted: Vec<Asked> = asked.par_iter().filter(is_wanted).copied().collect();
    let wanted_docs = docs_of(&wanted);
    let wanted_parts: Vec<&Part<u32>> = wanted_docs
        .iter()
        .filter_map(|doc| docs.binary_search(doc).ok())
        .map(|at| &parts[at])
        .collect();
    let (shared, most) = shared(&wanted_parts, &counts);
    let mut stories = Stories::new(wanted_docs);
    for part in wanted_parts {
        stories.add(shared.of(&part.outside));
    }
    let stretches = Stretches::of(&docs, parts);
    let found = match most.is_empty() {
        true => Vec::new(),
        false => found(&all, &hits, &shared),
    };
    let known = Known {
        docs: &docs,
        stretches: &stretches,
        windows: &of_asked,
        counts: &counts,
    };
    let told = told(corpus, &all, found, known, &tells, &shared);
    let told = told.iter().map(|(story, windows)| (*story, &windows[..]));
    stories.count(&most, told);
    let mut pairs: Vec<[DocId; 2]> = wanted.iter().map(|asked| asked.docs).collect();
    pairs.par_sort_unstable();
    Counted {
        counts,
        stretches,
        stories,
        pairs,
    }
}

/// Returns which of some windows are looked at in a long document.
fn of_long(windows: &[u64]) -> BitVec<u64> {
    let words = windows.par_chunks(u64::BITS as usize).map(|windows| {
        let bits = windows.iter().enumerate();
        bits.fold(0, |word, (bit, window)| {
            word | u64::from(is_of_long(window)) << bit
        })
    });
    let mut bits = BitVec::from_vec(words.collect());
    bits.truncate(windows.len());
    bits
}

/// Returns whether the stories of what two documents share may change their
/// relation: there are no more of them than documents.
fn may_change(asked: &Asked, parts: [&Part<u32>; 2], counts: &WindowCounts) -> bool {
    let [a, b] = parts.map(|part| part.outside.as_slice());
    let mut most = 0;
    let documents = |window| {
        let documents = counts.documents_in_all(window);
        most = most.max(documents);
        documents
    };
    let typical = typical(a, b, documents, asked.of_letters).unwrap_or(1.0);
    // Two stories change nothing. What stands outside of boilerplate has
    // log-odds of its own.
    let has_boilerplate = parts.iter().any(|part| !part.stretches.is_empty());
    asked.least == 0.0 || most > 2 && (has_boilerplate || typical + ROUNDING >= asked.least)
}

/// Returns the windows that two of some documents have outside of boilerplate,
/// numbered, and for each of them the documents that have it.
fn shared(parts: &[&Part<u32>], counts: &WindowCounts) -> (Numbers, Vec<u32>) {
    const NONE: u32 = u32::MAX;
    const ONE: u32 = u32::MAX - 1;
    let mut shared = vec![NONE; counts.windows().len()];
    for at in parts.iter().flat_map(|part| &part.outside) {
        let have = &mut shared[*at as usize];
        *have = if *have == NONE { ONE } else { 0 };
    }
    let mut most = Vec::new();
    for (at, number) in (0..).zip(&mut shared) {
        match *number {
            NONE | ONE => *number = NONE,
            _ => {
                *number = most.len() as u32;
                most.push(counts.documents_in_all(at));
            }
        }
    }
    let by_position = shared;
    (Numbers { by_position }, most)
}

/// Counts in how many of `all` documents each of some windows stands, which are
/// those of the documents `asked` for: these come with their windows in text
/// order. All other windows are added to the filter, if one is filled.
fn counted(
    corpus: &Corpus,
    all: &[DocId],
    asked: (&[DocId], &[Vec<u32>]),
    windows: WindowSet,
    options: BoilerplateOptions,
    tells: &Tells<'_>,
) -> (WindowCounts, Vec<Hits>) {
    let mut counters = Vec::new();
    counters.resize_with(windows.len(), AtomicU32::default);
    let hits: Vec<Hits> = all
        .par_chunks(CHUNK)
        .map_init(
            Default::default,
            |(hashes, others, here, distinct), chunk| {
                let (hashes, others): (&mut Vec<u64>, &mut Vec<u64>) = (hashes, others);
                let (here, distinct): (&mut Vec<u32>, &mut Distinct) = (here, distinct);
                let mut hits = Hits::for_documents(chunk.len());
                for doc in chunk {
                    if let Ok(at) = asked.0.binary_search(doc) {
                        hits.push_all(&asked.1[at]);
                    } else {
                        hashes.clear();
                        append_sampled(corpus.normalized(*doc), hashes);
                        others.clear();
                        hits.begin(hashes.len());
                        let mut next = 0;
                        windows.look_up(hashes, |nth, position| {
                            hits.push(nth, position);
                            others.extend_from_slice(&hashes[next..nth]);
                            next = nth + 1;
                        });
                        if let Tells::Filter(filter) = tells {
                            others.extend_from_slice(&hashes[next..]);
                            filter.add(others);
                        }
                    }
                    here.clear();
                    here.extend_from_slice(hits.begun());
                    hits.end();
                    distinct.retain_first(here);
                    let fetch = |at: &u32| prefetch(&counters, *at as usize);
                    for at in prefetched(here, AHEAD, fetch) {
                        counters[*at as usize].fetch_add(1, Relaxed);
                    }
                }
                hits.shrink();
                hits
            },
        )
        .collect();
    let documents = counters.into_iter().map(AtomicU32::into_inner).collect();
    (WindowCounts::of_windows(windows, documents, options), hits)
}

/// Returns the documents that have shared windows, with these.
fn found<'a>(all: &[DocId], hits: &'a [Hits], shared: &Numbers) -> Vec<Found<'a>> {
    all.par_chunks(CHUNK)
        .zip(hits)
        .flat_map_iter(|(docs, hits)| {
            let mut distinct = Distinct::default();
            let found = docs.iter().zip(hits.iter());
            found.filter_map(move |(doc, counted)| {
                let mut windows: Vec<u32> = shared.of(counted.positions).collect();
                distinct.retain_first(&mut windows);
                (!windows.is_empty()).then_some(Found {
                    doc: *doc,
                    windows,
                    counted,
                })
            })
        })
        .collect()
}
