//! What a corpus has of the wording of some documents: in how many documents
//! each of their windows stands, what is boilerplate in them, and in how many
//! stories the rest stands.
//!
//! All of it depends on the texts of a pair and on two tables of whole numbers,
//! the documents of each window and the stories of each window, never on the
//! pairs that are asked for: the tables are counted here for the windows that
//! matter, or given by whoever counted them over parts of a corpus
//! ([`CorpusCounts`]).

use std::ops::{Deref, Range};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::sampled;
use crate::boilerplate::{BoilerplateOptions, LazyBoilerplate, WindowCounts, apart, cut, distinct};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::relation::stories::{Stories, story};
use crate::relation::story_tally::StoryCounts;
use crate::spill::{Sorter, SpillFolder};

/// Documents that are sampled together where memory is bounded.
const BATCH: usize = 1 << 14;

/// Documents whose windows are looked up at a time.
const CHUNK: usize = 1 << 8;

/// Units from which on a document asked for shows fewer of its windows when
/// stories are counted.
const LONG: usize = 1_000;

/// One of so many windows of a long document is looked at: sixty and more of
/// them tell its wording as well as all.
const LONG_SAMPLE: u64 = 16;

/// Added to the number of documents that have the wording of a pair before it
/// is held against a least number of stories, for the rounding of logarithms.
const ROUNDING: f64 = 1e-6;

/// A pair whose relation depends on what the corpus has of its wording.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) docs: [DocId; 2],
    /// Fewest stories that may change its relation, if neither text has
    /// boilerplate.
    pub(crate) least: f64,
}

/// What a whole corpus has of the wording of the documents of a part.
#[derive(Clone, Copy)]
pub struct CorpusCounts<'a> {
    /// In how many documents of different wording each window stands.
    pub windows: &'a WindowCounts,
    /// In how many stories each window stands outside of boilerplate.
    pub stories: &'a StoryCounts,
}

/// What a corpus has of the wording of some documents.
pub(crate) struct Wording<'a> {
    counts: Counts<'a>,
    /// The boilerplate of those documents that have any, by document.
    stretches: Vec<(DocId, Vec<Range<u32>>)>,
    stories: Stories,
    /// The pairs whose stories were counted, in order; `None` for all.
    counted: Option<Vec<[DocId; 2]>>,
}

/// Counts of the windows of all documents, or of those asked for alone.
enum Counts<'a> {
    Own(WindowCounts),
    Lent(&'a WindowCounts),
}

impl Deref for Counts<'_> {
    type Target = WindowCounts;

    fn deref(&self) -> &WindowCounts {
        match self {
            Counts::Own(counts) => counts,
            Counts::Lent(counts) => counts,
        }
    }
}

impl<'a> Wording<'a> {
    /// Counts, over all documents, what has the wording of some pairs.
    ///
    /// Boilerplate is left out of stories, in each document what is boilerplate
    /// there. Documents with one wording count once, and so do documents that
    /// state the same figures: a wire story in forty papers is one story, a
    /// bulletin of forty days is forty. One of the figures, that with the least
    /// hash, stands for all, so that an edited version nearly always counts as
    /// the same story. A document without figures is told by its wording.
    ///
    /// A window stands in as many stories as documents at most, so stories are
    /// counted only for pairs whose wording stands in enough documents to
    /// change their relation.
    ///
    /// One pass over the documents asked for and one over all, which takes a
    /// byte of memory a character, and two more over all if stories are
    /// counted; with a spill folder, `boilerplate` is counted over all
    /// documents and memory is bounded.
    ///
    /// # Errors
    ///
    /// Fails if the corpus has a spill folder that can't be written or read.
    pub(crate) fn count(
        corpus: &Corpus,
        asked: &[Asked],
        boilerplate: &'a LazyBoilerplate,
    ) -> Result<Wording<'a>> {
        if asked.is_empty() {
            return Ok(Wording {
                counts: Counts::Own(WindowCounts::default()),
                stretches: Vec::new(),
                stories: Stories::default(),
                counted: None,
            });
        }
        corpus.expect_random_access(false);
        match corpus.spill_folder() {
            Some(spill_folder) => {
                let counts = boilerplate.get(corpus)?;
                with_spill_folder(corpus, docs_of(asked), counts, spill_folder)
            }
            None => Ok(at_once(corpus, asked, boilerplate)),
        }
    }

    /// Returns the same from the counts of a whole corpus of which `corpus` may
    /// be a part.
    pub(crate) fn given(corpus: &Corpus, asked: &[Asked], known: CorpusCounts<'a>) -> Wording<'a> {
        let docs = docs_of(asked);
        let options = known.windows.options();
        let parts: Vec<Part<u64>> = docs
            .par_iter()
            .map(|doc| {
                let units = corpus.normalized(*doc);
                let sample = sampled(units);
                let documents = known.windows.documents_of(&sample);
                Part::new(units, options, &documents, sample, |window| *window)
            })
            .collect();
        let mut windows: Vec<u64> = parts
            .iter()
            .flat_map(|part| &part.outside)
            .copied()
            .collect();
        windows.par_sort_unstable();
        windows.dedup();
        let mut stories = Stories::new(docs);
        for part in &parts {
            let at = |window: &u64| windows.binary_search(window).ok().map(|at| at as u32);
            stories.add(part.outside.iter().filter_map(at));
        }
        stories.set(windows.iter().map(|window| known.stories.stories(*window)));
        Wording {
            counts: Counts::Lent(known.windows),
            stretches: stretches_of(stories.docs(), parts),
            stories,
            counted: None,
        }
    }

    /// Returns counts that hold for the windows of the documents asked for.
    pub(crate) fn counts(&self) -> &WindowCounts {
        &self.counts
    }

    /// Returns one of the documents without its boilerplate; `None` if it has
    /// none.
    pub(crate) fn without(&self, corpus: &Corpus, doc: DocId) -> Option<Vec<u16>> {
        let at = self.stretches.binary_search_by_key(&doc, |(doc, _)| *doc);
        let (_, stretches) = &self.stretches[at.ok()?];
        Some(cut(corpus.normalized(doc), stretches))
    }

    /// Returns the geometric mean of the stories that have what two of the
    /// documents share outside of boilerplate; `None` if nothing of it was
    /// looked at, or if they are too few to change the relation.
    pub(crate) fn stories(&self, a: DocId, b: DocId) -> Option<f64> {
        match &self.counted {
            Some(counted) if counted.binary_search(&[a, b]).is_err() => None,
            _ => self.stories.of(a, b),
        }
    }
}

/// Returns the documents of some pairs, sorted.
fn docs_of(asked: &[Asked]) -> Vec<DocId> {
    let mut docs: Vec<DocId> = asked.iter().flat_map(|asked| asked.docs).collect();
    docs.par_sort_unstable();
    docs.dedup();
    docs
}

/// What is looked at of a document that is asked for.
struct Part<T> {
    /// Its boilerplate.
    stretches: Vec<Range<u32>>,
    /// Sampled windows outside of it, sorted.
    outside: Vec<T>,
}

impl<T: Copy + Ord> Part<T> {
    /// Takes the sampled windows of a text in its order, the documents that
    /// have each, and their hashes.
    fn new(
        units: &[u16],
        options: &BoilerplateOptions,
        documents: &[u32],
        windows: Vec<T>,
        hash: impl Fn(&T) -> u64,
    ) -> Part<T> {
        let stretches = options.stretches(units, documents);
        let mut outside = match stretches.is_empty() {
            true => windows,
            false => apart(units, &stretches, &windows),
        };
        if units.len() > LONG {
            outside.retain(|window| hash(window).is_multiple_of(LONG_SAMPLE));
        }
        outside.sort_unstable();
        outside.dedup();
        Part { stretches, outside }
    }
}

/// Returns the boilerplate of those documents that have any.
fn stretches_of<T>(docs: &[DocId], parts: Vec<Part<T>>) -> Vec<(DocId, Vec<Range<u32>>)> {
    let all = docs
        .iter()
        .zip(parts)
        .map(|(doc, part)| (*doc, part.stretches));
    all.filter(|(_, stretches)| !stretches.is_empty()).collect()
}

/// The windows of some documents that are counted: positions, each once a
/// document, one document after another.
struct Hits {
    positions: Vec<u32>,
    ends: Vec<u32>,
}

impl Hits {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.positions[start as usize..*end as usize])
    }
}

fn at_once<'a>(corpus: &Corpus, asked: &[Asked], boilerplate: &'a LazyBoilerplate) -> Wording<'a> {
    let options = boilerplate.options();
    let docs = docs_of(asked);
    let samples: Vec<Vec<u64>> = docs
        .par_iter()
        .map(|doc| sampled(corpus.normalized(*doc)))
        .collect();
    let mut keys = samples.concat();
    keys.par_sort_unstable();
    keys.dedup();
    keys.shrink_to_fit();
    let windows = WindowSet::new(keys);
    // In text order: all of them are among the windows.
    let of_asked: Vec<Vec<u32>> = samples
        .into_par_iter()
        .map(|sample| windows.positions(&sample))
        .collect();
    let all = distinct(corpus);
    let (counts, hits) = counted(corpus, &all, &docs, &of_asked, windows, options);

    let parts: Vec<Part<u32>> = docs
        .par_iter()
        .zip(of_asked)
        .map(|(doc, positions)| {
            let documents: Vec<u32> = positions
                .iter()
                .map(|at| counts.documents_at(*at))
                .collect();
            let units = corpus.normalized(*doc);
            let hash = |at: &u32| counts.windows().key(*at);
            Part::new(units, &options, &documents, positions, hash)
        })
        .collect();
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
    let mut asked_have = vec![0u8; counts.windows().len()];
    let wanted_docs = docs_of(&wanted);
    let wanted_parts = || {
        let at = |doc: &DocId| docs.binary_search(doc).ok();
        wanted_docs.iter().filter_map(at).map(|at| &parts[at])
    };
    for at in wanted_parts().flat_map(|part| &part.outside) {
        let have = &mut asked_have[*at as usize];
        *have = have.saturating_add(1);
    }
    let mut shared = vec![u32::MAX; asked_have.len()];
    let mut most = Vec::new();
    for (at, have) in asked_have.into_iter().enumerate() {
        if have > 1 {
            shared[at] = most.len() as u32;
            most.push(counts.documents_in_all(at as u32));
        }
    }
    let is_shared = |at: &u32| Some(shared[*at as usize]).filter(|window| *window != u32::MAX);
    let mut stories = Stories::new(wanted_docs.clone());
    for part in wanted_parts() {
        stories.add(part.outside.iter().filter_map(is_shared));
    }
    let found = if most.is_empty() {
        Vec::new()
    } else {
        told(corpus, &all, &hits, boilerplate, &counts, is_shared)
    };
    stories.count(
        &most,
        found
            .iter()
            .map(|(story, found)| (*story, found.as_slice())),
    );
    let mut pairs: Vec<[DocId; 2]> = wanted.iter().map(|asked| asked.docs).collect();
    pairs.par_sort_unstable();
    Wording {
        counts: Counts::Own(counts),
        stretches: stretches_of(&docs, parts),
        stories,
        counted: Some(pairs),
    }
}

/// Returns whether the stories of what two documents share may change their
/// relation: there are no more of them than documents.
fn may_change(asked: &Asked, parts: [&Part<u32>; 2], counts: &WindowCounts) -> bool {
    let [a, b] = parts.map(|part| part.outside.as_slice());
    let (mut i, mut j, mut count, mut sum, mut most) = (0, 0, 0u32, 0.0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            let documents = counts.documents_in_all(a[i]).max(1);
            count += 1;
            sum += libm::log(f64::from(documents));
            most = most.max(documents);
        }
        let (left, right) = (a[i], b[j]);
        i += usize::from(left <= right);
        j += usize::from(right <= left);
    }
    // Two stories change nothing. What stands outside of boilerplate has
    // log-odds of its own.
    let has_boilerplate = parts.iter().any(|part| !part.stretches.is_empty());
    let mean = libm::exp(sum / f64::from(count.max(1)));
    asked.least == 0.0 || most > 2 && (has_boilerplate || mean + ROUNDING >= asked.least)
}

/// Returns the story and the shared windows of each document that has any of
/// them outside of boilerplate.
fn told(
    corpus: &Corpus,
    all: &[DocId],
    hits: &[Hits],
    boilerplate: &LazyBoilerplate,
    counts: &WindowCounts,
    is_shared: impl Fn(&u32) -> Option<u32> + Sync,
) -> Vec<(u32, Vec<u32>)> {
    let found: Vec<(DocId, Vec<u32>)> = all
        .par_chunks(CHUNK)
        .zip(hits)
        .flat_map_iter(|(docs, hits)| {
            let found = docs.iter().zip(hits.iter());
            let one = |(doc, hits): (&DocId, &[u32])| {
                (
                    *doc,
                    hits.iter().filter_map(&is_shared).collect::<Vec<u32>>(),
                )
            };
            found.map(one).filter(|(_, found)| !found.is_empty())
        })
        .collect();
    let own;
    let told_by = match boilerplate.at_hand() {
        Some(counts) => counts,
        None => {
            let docs: Vec<DocId> = found.iter().map(|(doc, _)| *doc).collect();
            own = WindowCounts::of_documents(corpus, all, &docs, boilerplate.options());
            &own
        }
    };
    let one = |(doc, found): (DocId, Vec<u32>)| {
        let units = corpus.normalized(doc);
        let stretches = told_by.stretches(units);
        if stretches.is_empty() {
            return (story(units), found);
        }
        let outside = apart(units, &stretches, &sampled(units));
        let positions = counts.windows().positions(&outside);
        let mut found: Vec<u32> = positions.iter().filter_map(&is_shared).collect();
        found.sort_unstable();
        found.dedup();
        (story(&cut(units, &stretches)), found)
    };
    found.into_par_iter().map(one).collect()
}

/// Counts in how many of `all` documents each of some windows stands, which are
/// those of `docs`: `asked` holds them in text order.
fn counted(
    corpus: &Corpus,
    all: &[DocId],
    docs: &[DocId],
    asked: &[Vec<u32>],
    windows: WindowSet,
    options: BoilerplateOptions,
) -> (WindowCounts, Vec<Hits>) {
    let mut counters = Vec::new();
    counters.resize_with(windows.len(), AtomicU32::default);
    let hits: Vec<Hits> = all
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut hits = Hits {
                positions: Vec::new(),
                ends: Vec::with_capacity(chunk.len()),
            };
            for doc in chunk {
                let mut here = match docs.binary_search(doc) {
                    Ok(at) => asked[at].clone(),
                    Err(_) => windows.positions(&sampled(corpus.normalized(*doc))),
                };
                here.sort_unstable();
                here.dedup();
                for at in &here {
                    counters[*at as usize].fetch_add(1, Relaxed);
                }
                hits.positions.extend_from_slice(&here);
                hits.ends.push(hits.positions.len() as u32);
            }
            hits.positions.shrink_to_fit();
            hits
        })
        .collect();
    let documents = counters.into_iter().map(AtomicU32::into_inner).collect();
    (WindowCounts::of_windows(windows, documents, options), hits)
}

/// Counts the same with keys sorted on disk, and with samples taken a second
/// time rather than kept.
fn with_spill_folder<'a>(
    corpus: &Corpus,
    docs: Vec<DocId>,
    counts: &'a WindowCounts,
    spill_folder: &SpillFolder,
) -> Result<Wording<'a>> {
    let part_of = |doc: &DocId| {
        let units = corpus.normalized(*doc);
        let sample = sampled(units);
        let documents = counts.documents_of(&sample);
        Part::new(units, counts.options(), &documents, sample, |window| {
            *window
        })
    };
    let mut keys = Sorter::new(spill_folder);
    let mut stretches = Vec::new();
    for docs in docs.chunks(BATCH) {
        let parts: Vec<Part<u64>> = docs.par_iter().map(part_of).collect();
        for (doc, part) in docs.iter().zip(parts) {
            keys.extend(part.outside)?;
            if !part.stretches.is_empty() {
                stretches.push((*doc, part.stretches));
            }
        }
    }
    let mut shared: Vec<u64> = Vec::new();
    let mut keys = keys.finish()?;
    let mut last = None;
    while let Some(key) = keys.next()? {
        if last == Some(key) && shared.last() != Some(&key) {
            shared.push(key);
        }
        last = Some(key);
    }
    drop(keys);
    let shared = WindowSet::new(shared);
    let mut stories = Stories::new(docs);
    for at in (0..stories.docs().len()).step_by(BATCH) {
        let docs = &stories.docs()[at..(at + BATCH).min(stories.docs().len())];
        let windows: Vec<Vec<u32>> = docs
            .par_iter()
            .map(|doc| shared.positions(&part_of(doc).outside))
            .collect();
        windows.into_iter().for_each(|windows| stories.add(windows));
    }
    // The shared windows of a text (above) with its story (below).
    let seen_in = |doc: &DocId| {
        let units = corpus.normalized(*doc);
        let mut found = shared.positions(&sampled(units));
        if found.is_empty() {
            return Vec::new();
        }
        let stretches = counts.stretches(units);
        let story = if stretches.is_empty() {
            story(units)
        } else {
            found = shared.positions(&apart(units, &stretches, &sampled(units)));
            story(&cut(units, &stretches))
        };
        found.sort_unstable();
        found.dedup();
        let entry = |window: u32| u64::from(window) << 32 | u64::from(story);
        found.into_iter().map(entry).collect()
    };
    let mut seen = Sorter::new(spill_folder).distinct();
    let all: Vec<DocId> = corpus.docs().collect();
    for docs in all.chunks(BATCH) {
        let found: Vec<Vec<u64>> = docs.par_iter().map(seen_in).collect();
        seen.extend(found.into_iter().flatten())?;
    }
    let mut seen = seen.finish()?;
    stories.reserve(shared.len());
    while let Some(entry) = seen.next()? {
        stories.add_one((entry >> 32) as u32);
    }
    Ok(Wording {
        counts: Counts::Lent(counts),
        stretches,
        stories,
        counted: None,
    })
}
