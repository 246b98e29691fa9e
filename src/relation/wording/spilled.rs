//! What a corpus has of the wording of some documents, counted with keys sorted
//! on disk.

use rayon::prelude::*;

use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::sampled;
use crate::boilerplate::{WindowCounts, apart, cut};
use crate::bucket_sort::sort_hashes;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::relation::stories::{Stories, story};
use crate::relation::wording::part::{Part, Stretches, is_of_long};
use crate::spill::{Sorter, SpillFolder};

/// Documents that are sampled together.
const BATCH: usize = 1 << 14;

/// Returns the boilerplate of some documents, and in how many stories the rest
/// stands. `counts` are those of all windows; samples are taken a second time
/// rather than kept.
pub(super) fn count(
    corpus: &Corpus,
    docs: Vec<DocId>,
    counts: &WindowCounts,
    spill_folder: &SpillFolder,
) -> Result<(Stretches, Stories)> {
    let part_of = |doc: &DocId| {
        let units = corpus.normalized(*doc);
        let sample = sampled(units);
        let documents = counts.documents_of(&sample);
        Part::new(
            units,
            counts.options(),
            &documents,
            &sample,
            is_of_long,
            sort_hashes,
        )
    };
    let mut keys = Sorter::new(spill_folder);
    let mut stretches = Stretches::default();
    for docs in docs.chunks(BATCH) {
        let parts: Vec<Part<u64>> = docs.par_iter().map(part_of).collect();
        for (doc, part) in docs.iter().zip(parts) {
            keys.extend(part.outside)?;
            stretches.push(*doc, part.stretches);
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
    Ok((stretches, stories))
}
