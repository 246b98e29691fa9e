//! What a corpus has of the wording of some documents: in how many documents
//! each of their windows stands, what is boilerplate in them, and in how many
//! stories the rest stands.

use std::ops::{Deref, Range};
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{WINDOW, sampled, sampled_places};
use crate::boilerplate::{BoilerplateOptions, LazyBoilerplate, WindowCounts, cut, distinct};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::relation::stories::{Stories, story};
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

/// What a corpus has of the wording of some documents.
pub(crate) struct Wording<'a> {
    counts: Counts<'a>,
    /// The boilerplate of those documents that have any, by document.
    stretches: Vec<(DocId, Vec<Range<u32>>)>,
    stories: Stories,
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
    /// Counts, over all documents, what has the wording of `docs`, which are
    /// sorted.
    ///
    /// Boilerplate is left out of stories; in other documents it is what
    /// `docs` have of it. Documents with one wording count once, and so do
    /// documents that state the same figures: a wire story in forty papers is
    /// one story, a bulletin of forty days is forty. One of the figures, that
    /// with the least hash, stands for all, so that an edited version nearly
    /// always counts as the same story. A document without figures is told by
    /// its wording.
    ///
    /// One pass over the documents asked for and one over all, which takes a
    /// byte of memory a character; with a spill folder, `boilerplate` is
    /// counted over all documents and memory is bounded.
    ///
    /// # Errors
    ///
    /// Fails if the corpus has a spill folder that can't be written or read.
    pub(crate) fn count(
        corpus: &Corpus,
        docs: Vec<DocId>,
        boilerplate: &'a LazyBoilerplate,
    ) -> Result<Wording<'a>> {
        let nothing = || Wording {
            counts: Counts::Own(WindowCounts::default()),
            stretches: Vec::new(),
            stories: Stories::default(),
        };
        if docs.is_empty() {
            return Ok(nothing());
        }
        corpus.expect_random_access(false);
        match corpus.spill_folder() {
            Some(spill_folder) => {
                let counts = boilerplate.get(corpus)?;
                with_spill_folder(corpus, docs, counts, spill_folder)
            }
            None => Ok(at_once(corpus, docs, boilerplate.options())),
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
    /// looked at.
    pub(crate) fn stories(&self, a: DocId, b: DocId) -> Option<f64> {
        self.stories.of(a, b)
    }
}

/// Parts windows of a text, in text order, into those that don't touch its
/// boilerplate and those inside of it.
fn apart<T: Copy>(units: &[u16], stretches: &[Range<u32>], windows: &[T]) -> (Vec<T>, Vec<T>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for (at, window) in sampled_places(units).into_iter().zip(windows) {
        let end = at + WINDOW as u32;
        // The first stretch that ends behind the window's begin.
        let next = stretches.partition_point(|stretch| stretch.end <= at);
        match stretches.get(next) {
            Some(stretch) if stretch.start <= at && end <= stretch.end => inside.push(*window),
            Some(stretch) if stretch.start < end => {}
            _ => outside.push(*window),
        }
    }
    (outside, inside)
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

/// The boilerplate of a text, and its sampled windows outside and inside of it.
type Parts = (Vec<Range<u32>>, Vec<u32>, Vec<u32>);

fn at_once(corpus: &Corpus, docs: Vec<DocId>, options: BoilerplateOptions) -> Wording<'static> {
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
    let asked: Vec<Vec<u32>> = samples
        .into_par_iter()
        .map(|sample| windows.positions(&sample))
        .collect();
    let all = distinct(corpus);
    let (counts, hits) = counted(corpus, &all, &docs, &asked, windows, options);

    let parts: Vec<Parts> = docs
        .par_iter()
        .zip(asked)
        .map(|(doc, positions)| {
            let units = corpus.normalized(*doc);
            let documents: Vec<u32> = positions
                .iter()
                .map(|at| counts.documents_at(*at))
                .collect();
            let stretches = options.stretches(units, &documents);
            let (mut outside, inside) = match stretches.is_empty() {
                true => (positions, Vec::new()),
                false => apart(units, &stretches, &positions),
            };
            if units.len() > LONG {
                outside.retain(|at| counts.windows().key(*at).is_multiple_of(LONG_SAMPLE));
            }
            outside.sort_unstable();
            outside.dedup();
            (stretches, outside, inside)
        })
        .collect();
    // A window that only one document has is not shared.
    let mut asked_have = vec![0u8; counts.windows().len()];
    let mut is_inside = vec![false; counts.windows().len()];
    for (_, outside, inside) in &parts {
        for at in outside {
            let have = &mut asked_have[*at as usize];
            *have = have.saturating_add(1);
        }
        inside.iter().for_each(|at| is_inside[*at as usize] = true);
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
    let found: Vec<Vec<(u32, Vec<u32>)>> = all
        .par_chunks(CHUNK)
        .zip(hits)
        .map(|(docs, hits)| {
            let one = |(doc, hits): (&DocId, &[u32])| {
                let mut found: Vec<u32> = hits.iter().filter_map(is_shared).collect();
                if found.is_empty() {
                    return None;
                }
                let units = corpus.normalized(*doc);
                if hits
                    .iter()
                    .filter(|at| is_inside[**at as usize])
                    .nth(1)
                    .is_none()
                {
                    return Some((story(units), found));
                }
                let sample = sampled(units);
                let (mut documents, mut here) = (vec![0; sample.len()], vec![None; sample.len()]);
                counts.windows().look_up(&sample, |nth, at| {
                    here[nth] = is_shared(&at);
                    if is_inside[at as usize] {
                        documents[nth] = counts.documents_at(at);
                    }
                });
                let stretches = options.stretches(units, &documents);
                if stretches.is_empty() {
                    return Some((story(units), found));
                }
                found = apart(units, &stretches, &here)
                    .0
                    .into_iter()
                    .flatten()
                    .collect();
                found.sort_unstable();
                found.dedup();
                Some((story(&cut(units, &stretches)), found))
            };
            docs.iter().zip(hits.iter()).filter_map(one).collect()
        })
        .collect();
    let mut stories = Stories::new(docs);
    for (_, outside, _) in &parts {
        stories.add(outside.iter().filter_map(is_shared));
    }
    stories.count(
        &most,
        found
            .iter()
            .flatten()
            .map(|(story, found)| (*story, found.as_slice())),
    );
    let stretches = stories
        .docs()
        .iter()
        .zip(parts)
        .filter(|(_, (stretches, _, _))| !stretches.is_empty())
        .map(|(doc, (stretches, _, _))| (*doc, stretches))
        .collect();
    Wording {
        counts: Counts::Own(counts),
        stretches,
        stories,
    }
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
    let options = counts.options();
    let parts_of = |doc: &DocId| {
        let units = corpus.normalized(*doc);
        let sample = sampled(units);
        let stretches = options.stretches(units, &counts.documents_of(&sample));
        let (mut outside, inside) = match stretches.is_empty() {
            true => (sample, Vec::new()),
            false => apart(units, &stretches, &sample),
        };
        if units.len() > LONG {
            outside.retain(|window| window.is_multiple_of(LONG_SAMPLE));
        }
        outside.sort_unstable();
        outside.dedup();
        (stretches, outside, inside)
    };
    let mut keys = Sorter::new(spill_folder);
    let mut inside = Vec::new();
    let mut stretches = Vec::new();
    for docs in docs.chunks(BATCH) {
        let parts: Vec<_> = docs.par_iter().map(parts_of).collect();
        for (doc, (found, outside, within)) in docs.iter().zip(parts) {
            keys.extend(outside)?;
            inside.extend(within);
            if !found.is_empty() {
                stretches.push((*doc, found));
            }
        }
        inside.par_sort_unstable();
        inside.dedup();
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
    let inside = WindowSet::new(inside);
    let mut stories = Stories::new(docs);
    for at in (0..stories.docs().len()).step_by(BATCH) {
        let docs = &stories.docs()[at..(at + BATCH).min(stories.docs().len())];
        let windows: Vec<Vec<u32>> = docs
            .par_iter()
            .map(|doc| shared.positions(&parts_of(doc).1))
            .collect();
        windows.into_iter().for_each(|windows| stories.add(windows));
    }
    // The shared windows of a text (above) with its story (below).
    let seen_in = |doc: &DocId| {
        let units = corpus.normalized(*doc);
        let sample = sampled(units);
        let mut found = shared.positions(&sample);
        if found.is_empty() {
            return Vec::new();
        }
        let mut documents = vec![0; sample.len()];
        inside.look_up(&sample, |nth, _| {
            documents[nth] = counts.documents(sample[nth])
        });
        let stretches = options.stretches(units, &documents);
        let story = if stretches.is_empty() {
            story(units)
        } else {
            found = shared.positions(&apart(units, &stretches, &sample).0);
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
    })
}
