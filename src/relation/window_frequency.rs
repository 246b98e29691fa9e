//! In how many stories of a corpus the wording stands that two documents
//! share: a frame stands in many, a story in few.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::hash::mix;
use crate::relation::figures::{FigureKind, figures};
use crate::relation::shared_windows::SharedWindows;
use crate::simd::window_hash;
use crate::spill::{Sorter, SpillFolder};

/// Length of a window, in units: that of a passage at least.
const WINDOW: usize = 8;

/// One of this many windows is counted, chosen by content, so that the same
/// windows are counted in every document.
const SAMPLE: u64 = 4;

/// Most windows of documents in pairs that are counted; beyond it the sample is
/// thinner. Sixteen million take half a gigabyte while they are sorted.
const MOST_WINDOWS: u64 = 16 << 20;

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
    /// Documents with one wording count once, and so do documents that state
    /// the same figures: a wire story in forty papers is one story, a bulletin
    /// of forty days is forty. One of the figures, that with the least hash,
    /// stands for all, so that an edited version nearly always counts as the
    /// same story. A document without figures is told by the wording that it
    /// has beside what far more documents have: a disclaimer is no story.
    ///
    /// One pass over the documents asked for and one over all; with a spill folder
    /// one more over those asked for, in bounded memory.
    pub(crate) fn count(corpus: &Corpus, docs: Vec<DocId>) -> Result<WindowFrequency> {
        let units: u64 = docs
            .par_iter()
            .map(|doc| corpus.normalized_len(*doc) as u64)
            .sum();
        let mut every = SAMPLE;
        while units / every > MOST_WINDOWS {
            every *= 2;
        }
        match corpus.spill_folder() {
            _ if docs.is_empty() => Ok(WindowFrequency::default()),
            Some(spill_folder) => {
                WindowFrequency::count_with_spill_folder(corpus, docs, every, spill_folder)
            }
            None => Ok(WindowFrequency::count_at_once(corpus, docs, every)),
        }
    }

    fn count_at_once(corpus: &Corpus, docs: Vec<DocId>, every: u64) -> WindowFrequency {
        let sampled: Vec<Vec<u64>> = docs
            .par_iter()
            .map(|doc| sample(corpus.normalized(*doc), every))
            .collect();
        let mut keys: Vec<u64> = sampled.iter().flatten().copied().collect();
        keys.par_sort_unstable();
        // A window that only one document has is not shared.
        let shared: Vec<u64> = keys
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() > 1)
            .map(|same| same[0])
            .collect();
        drop(keys);
        let shared = SharedWindows::new(shared);
        let mut frequency = WindowFrequency::of_docs(docs);
        let windows: Vec<Vec<u32>> = sampled
            .par_iter()
            .map(|sample| shared.positions(sample))
            .collect();
        drop(sampled);
        windows.iter().for_each(|windows| frequency.add(windows));
        drop(windows);
        let counts = WindowCounts::new(corpus);
        let mut seen: Vec<u64> = corpus
            .docs()
            .collect::<Vec<DocId>>()
            .par_iter()
            .flat_map_iter(|doc| seen_in(corpus.normalized(*doc), every, &shared, &counts))
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
    fn count_with_spill_folder(
        corpus: &Corpus,
        docs: Vec<DocId>,
        every: u64,
        spill_folder: &SpillFolder,
    ) -> Result<WindowFrequency> {
        let mut keys = Sorter::new(spill_folder);
        for docs in docs.chunks(BATCH) {
            let sampled: Vec<Vec<u64>> = docs
                .par_iter()
                .map(|doc| sample(corpus.normalized(*doc), every))
                .collect();
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
        let shared = SharedWindows::new(shared);
        let mut frequency = WindowFrequency::of_docs(Vec::new());
        for docs in docs.chunks(BATCH) {
            let windows: Vec<Vec<u32>> = docs
                .par_iter()
                .map(|doc| shared.positions(&sample(corpus.normalized(*doc), every)))
                .collect();
            windows.iter().for_each(|windows| frequency.add(windows));
        }
        frequency.docs = docs;
        let counts = WindowCounts::new(corpus);
        let mut seen = Sorter::new(spill_folder).distinct();
        let all: Vec<DocId> = corpus.docs().collect();
        for docs in all.chunks(BATCH) {
            let found: Vec<Vec<u64>> = docs
                .par_iter()
                .map(|doc| seen_in(corpus.normalized(*doc), every, &shared, &counts))
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

/// Returns the hashes of the sampled windows, sorted, each once.
fn sample(units: &[u16], every: u64) -> Vec<u64> {
    let mut sample = sampled(units, every);
    sample.sort_unstable();
    sample.dedup();
    sample
}

/// Returns the hashes of the sampled windows, in text order; `every` is a
/// power of two.
fn sampled(units: &[u16], every: u64) -> Vec<u64> {
    let mut sampled = Vec::new();
    each_window(units, |hashes| {
        sampled.extend(hashes.iter().filter(|hash| **hash & (every - 1) == 0));
    });
    sampled
}

/// Calls `found` with the hashes of all windows, in text order, some thousand
/// at a time.
fn each_window(units: &[u16], mut found: impl FnMut(&[u64])) {
    const AT_ONCE: usize = 1 << 12;
    let mut hashes = Vec::with_capacity(units.len().min(AT_ONCE));
    for first in (0..units.len()).step_by(AT_ONCE) {
        let end = units.len().min(first + AT_ONCE + WINDOW - 1);
        hashes.clear();
        window_hash::append(&units[first..end], WINDOW, &mut hashes);
        found(&hashes);
    }
}

/// Returns the shared windows of a text (above) with its story (below).
fn seen_in(units: &[u16], every: u64, shared: &SharedWindows, counts: &WindowCounts) -> Vec<u64> {
    let mut found = shared.positions(&sampled(units, every));
    found.sort_unstable();
    found.dedup();
    let story = match found.is_empty() {
        true => 0,
        false => story(units, counts),
    };
    let entry = |window: u32| u64::from(window) << 32 | u64::from(story);
    found.into_iter().map(entry).collect()
}

/// Returns what stands for the figures of a document; where it states none,
/// for its wording.
fn story(units: &[u16], counts: &WindowCounts) -> u32 {
    let mut found = Vec::new();
    figures(units, &mut found);
    let figure = found
        .iter()
        .filter(|figure| figure.is_strong() || figure.kind == FigureKind::Day)
        .map(|figure| mix(figure.key))
        .min();
    let wording = || {
        let mut least = None;
        each_window(units, |hashes| {
            let here = hashes.iter().map(|hash| mix(*hash));
            least = here.chain(least).min();
        });
        least
    };
    let key = figure
        .or_else(|| own_wording(units, counts))
        .or_else(wording);
    (key.unwrap_or(0) >> 32) as u32
}

/// Sampled windows that a text has of its own, at least, for it to be told by
/// them: some sixteen characters, a short sentence.
const OWN_WINDOWS: usize = 2;

/// The part of a text that they must be, at least: a dateline or the name of
/// the paper makes no other story. A guess between the datelines of dispatches
/// (3 %) and the flashes under a disclaimer (8 %) that were read.
const OWN_PART: usize = 20;

/// Returns what stands for the wording that a text has beside what far more
/// documents have: one disclaimer under many items of news makes them no
/// story. `None` where hardly anything is left.
fn own_wording(units: &[u16], counts: &WindowCounts) -> Option<u64> {
    let windows = sampled(units, SAMPLE);
    let most = windows.iter().map(|hash| counts.of(*hash)).max()?;
    let is_own = |hash: &&u64| 2 * counts.of(**hash) < most;
    let (mut count, mut least) = (0, u64::MAX);
    for hash in windows.iter().filter(is_own) {
        count += 1;
        least = least.min(mix(*hash));
    }
    (count >= OWN_WINDOWS && count * OWN_PART >= windows.len()).then_some(least)
}

/// How often each sampled window stands in a corpus, at least: windows share a
/// counter by their upper bits. A corpus so large that all counters are full
/// has no own wording, and is told by all of it.
struct WindowCounts {
    counters: Vec<AtomicU32>,
}

impl WindowCounts {
    /// Counters are as many as two to this: 16 MB.
    const BITS: u32 = 22;

    /// Counts the windows of all documents, in one pass. It depends on nothing
    /// but the corpus, so a pair is judged alike whichever others are asked
    /// for.
    fn new(corpus: &Corpus) -> Self {
        let mut counters = Vec::new();
        counters.resize_with(1 << Self::BITS, AtomicU32::default);
        let counts = WindowCounts { counters };
        let docs: Vec<DocId> = corpus.docs().collect();
        for docs in docs.chunks(BATCH) {
            docs.par_iter().for_each(|doc| {
                each_window(corpus.normalized(*doc), |hashes| {
                    let sampled = hashes.iter().filter(|hash| **hash & (SAMPLE - 1) == 0);
                    sampled.for_each(|hash| {
                        counts.counter(*hash).fetch_add(1, Relaxed);
                    });
                });
            });
        }
        counts
    }

    fn counter(&self, hash: u64) -> &AtomicU32 {
        &self.counters[(hash >> (u64::BITS - Self::BITS)) as usize]
    }

    fn of(&self, hash: u64) -> u64 {
        u64::from(self.counter(hash).load(Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::shingle_hash;

    #[test]
    fn windows_are_those_of_the_text_however_long_it_is() {
        for len in [0, 1, 7, 8, 9, 4_095, 4_096, 4_103, 4_104, 9_000] {
            let units: Vec<u16> = (0..len).map(|at| mix(at) as u16).collect();
            let hashes = units.windows(WINDOW).map(shingle_hash);
            let wanted: Vec<u64> = hashes.filter(|hash| hash % 4 == 0).collect();
            assert_eq!(sampled(&units, 4), wanted, "{len}");
        }
    }
}
