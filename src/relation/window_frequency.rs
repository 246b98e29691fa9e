//! In how many stories of a corpus the wording stands that two documents
//! share: a frame stands in many, a story in few.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::boilerplate::WindowCounts;
use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{each_window, sampled};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::hash::mix;
use crate::relation::figures::{FigureKind, figures};
use crate::spill::{Sorter, SpillFolder};

/// Documents that are sampled together where memory is bounded.
const BATCH: usize = 1 << 14;

/// The number of stories of a corpus that have the wording of some documents.
#[derive(Default)]
pub(crate) struct WindowFrequency {
    /// The documents that were asked for, sorted.
    docs: Vec<DocId>,
    /// For each of them, one after another, the windows that another one has
    /// too, sorted.
    windows: Vec<u32>,
    /// Where the windows of each begin, and the last ones end.
    starts: Vec<u32>,
    /// For each window, the number of stories that have it.
    stories: Vec<u32>,
}

impl WindowFrequency {
    /// Counts, over all documents, the stories that have the wording of
    /// `docs`, which are sorted.
    ///
    /// Boilerplate is left out. Documents with one wording count once, and so
    /// do documents that state the same figures: a wire story in forty papers
    /// is one story, a bulletin of forty days is forty. One of the figures,
    /// that with the least hash, stands for all, so that an edited version
    /// nearly always counts as the same story. A document without figures is
    /// told by its wording.
    ///
    /// One pass over the documents asked for and one over all; with a spill folder
    /// one more over those asked for, in bounded memory.
    pub(crate) fn count(
        corpus: &Corpus,
        docs: Vec<DocId>,
        boilerplate: &WindowCounts,
    ) -> Result<WindowFrequency> {
        let counting = Counting {
            corpus,
            boilerplate,
        };
        match corpus.spill_folder() {
            _ if docs.is_empty() => Ok(WindowFrequency::default()),
            Some(spill_folder) => counting.with_spill_folder(docs, spill_folder),
            None => Ok(counting.at_once(docs)),
        }
    }

    fn of_docs(docs: Vec<DocId>) -> WindowFrequency {
        WindowFrequency {
            docs,
            starts: vec![0],
            ..WindowFrequency::default()
        }
    }

    /// Adds the windows of the next document.
    fn add(&mut self, windows: &[u32]) {
        self.windows.extend_from_slice(windows);
        self.starts.push(self.windows.len() as u32);
    }

    fn windows(&self, doc: DocId) -> Option<&[u32]> {
        let at = self.docs.binary_search(&doc).ok()?;
        Some(&self.windows[self.starts[at] as usize..self.starts[at + 1] as usize])
    }

    /// Returns the geometric mean of the stories that have what two of the
    /// documents share; `None` if nothing of it was looked at.
    pub(crate) fn of(&self, a: DocId, b: DocId) -> Option<f64> {
        let (a, b) = (self.windows(a)?, self.windows(b)?);
        let (mut i, mut j, mut count, mut sum) = (0, 0, 0u32, 0.0);
        while i < a.len() && j < b.len() {
            if a[i] == b[j] {
                count += 1;
                sum += f64::from(self.stories[a[i] as usize]).ln();
            }
            let (left, right) = (a[i], b[j]);
            i += usize::from(left <= right);
            j += usize::from(right <= left);
        }
        (count > 0).then(|| (sum / f64::from(count)).exp())
    }
}

/// Units from which on a document asked for shows fewer of its windows.
const LONG: usize = 1_000;

/// One of so many windows of a long document is looked at: sixty and more of
/// them tell its wording as well as all.
const LONG_SAMPLE: u64 = 16;

/// What is counted, and what is left out.
struct Counting<'a> {
    corpus: &'a Corpus,
    boilerplate: &'a WindowCounts,
}

impl Counting<'_> {
    /// Returns the windows of a document that are looked at outside of its
    /// boilerplate, and the sampled ones inside of it.
    fn sample_of(&self, doc: DocId) -> (Vec<u64>, Vec<u64>) {
        let units = self.corpus.normalized(doc);
        let (mut outside, inside) = self.boilerplate.sample_apart(units);
        if units.len() > LONG {
            outside.retain(|window| window.is_multiple_of(LONG_SAMPLE));
        }
        (outside, inside)
    }

    /// Returns the sampled windows of some documents outside of their
    /// boilerplate, and those inside of it to `inside`.
    fn sampled(&self, docs: &[DocId], inside: &mut Vec<u64>) -> Vec<Vec<u64>> {
        let (outside, found): (Vec<Vec<u64>>, Vec<Vec<u64>>) =
            docs.par_iter().map(|doc| self.sample_of(*doc)).unzip();
        inside.extend(found.into_iter().flatten());
        inside.par_sort_unstable();
        inside.dedup();
        outside
    }

    fn at_once(&self, docs: Vec<DocId>) -> WindowFrequency {
        let mut inside = Vec::new();
        let sampled = self.sampled(&docs, &mut inside);
        let inside = WindowSet::new(inside);
        let mut keys: Vec<u64> = sampled.iter().flatten().copied().collect();
        keys.par_sort_unstable();
        // A window that only one document has is not shared.
        let shared: Vec<u64> = keys
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() > 1)
            .map(|same| same[0])
            .collect();
        drop(keys);
        let shared = WindowSet::new(shared);
        let mut frequency = WindowFrequency::of_docs(docs);
        let windows: Vec<Vec<u32>> = sampled
            .par_iter()
            .map(|sample| shared.positions(sample))
            .collect();
        drop(sampled);
        windows.iter().for_each(|windows| frequency.add(windows));
        drop(windows);
        let mut seen: Vec<u64> = self
            .corpus
            .docs()
            .collect::<Vec<DocId>>()
            .par_iter()
            .flat_map_iter(|doc| self.seen_in(*doc, &shared, &inside))
            .collect();
        seen.par_sort_unstable();
        seen.dedup();
        frequency.stories = vec![0; shared.len()];
        for entry in &seen {
            frequency.stories[(entry >> 32) as usize] += 1;
        }
        frequency
    }

    /// Counts the same with keys sorted on disk, and with samples taken a
    /// second time rather than kept.
    fn with_spill_folder(
        &self,
        docs: Vec<DocId>,
        spill_folder: &SpillFolder,
    ) -> Result<WindowFrequency> {
        let mut keys = Sorter::new(spill_folder);
        let mut inside = Vec::new();
        for docs in docs.chunks(BATCH) {
            let sampled = self.sampled(docs, &mut inside);
            keys.extend(sampled.into_iter().flatten())?;
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
        let mut frequency = WindowFrequency::of_docs(Vec::new());
        for docs in docs.chunks(BATCH) {
            let windows: Vec<Vec<u32>> = docs
                .par_iter()
                .map(|doc| shared.positions(&self.sample_of(*doc).0))
                .collect();
            windows.iter().for_each(|windows| frequency.add(windows));
        }
        frequency.docs = docs;
        let mut seen = Sorter::new(spill_folder).distinct();
        let all: Vec<DocId> = self.corpus.docs().collect();
        for docs in all.chunks(BATCH) {
            let found: Vec<Vec<u64>> = docs
                .par_iter()
                .map(|doc| self.seen_in(*doc, &shared, &inside))
                .collect();
            seen.extend(found.into_iter().flatten())?;
        }
        frequency.stories = vec![0; shared.len()];
        let mut seen = seen.finish()?;
        while let Some(entry) = seen.next()? {
            frequency.stories[(entry >> 32) as usize] += 1;
        }
        Ok(frequency)
    }

    /// Returns the shared windows of a text (above) with its story (below).
    ///
    /// `inside` are windows of the boilerplate of the documents asked for: a
    /// document without any of these has no boilerplate that matters here.
    fn seen_in(&self, doc: DocId, shared: &WindowSet, inside: &WindowSet) -> Vec<u64> {
        let units = self.corpus.normalized(doc);
        let windows = sampled(units);
        let mut found = shared.positions(&windows);
        if found.is_empty() {
            return Vec::new();
        }
        let mut text = Cow::Borrowed(units);
        if inside.len() > 0
            && !inside.positions(&windows).is_empty()
            && let Some(left) = self.boilerplate.without_of(units, &windows)
        {
            found = shared.positions(&sampled(&left));
            text = Cow::Owned(left);
        }
        found.sort_unstable();
        found.dedup();
        let story = story(&text);
        let entry = |window: u32| u64::from(window) << 32 | u64::from(story);
        found.into_iter().map(entry).collect()
    }
}

/// Returns what stands for the figures of a text; where it states none, for its
/// wording.
fn story(units: &[u16]) -> u32 {
    let mut found = Vec::new();
    figures(units, &mut found);
    let figure = found
        .iter()
        .filter(|figure| figure.is_strong() || figure.kind == FigureKind::Day)
        .map(|figure| mix(figure.key))
        .min();
    let wording = || {
        let mut least = None;
        each_window(units, |_, hashes| {
            let here = hashes.iter().map(|hash| mix(*hash));
            least = here.chain(least).min();
        });
        least
    };
    (figure.or_else(wording).unwrap_or(0) >> 32) as u32
}
