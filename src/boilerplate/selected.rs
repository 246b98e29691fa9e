//! Counts that tell the boilerplate of some documents of a corpus, most of
//! whose windows need not be counted.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::counts::WindowCounts;
use crate::boilerplate::filter::Filter;
use crate::boilerplate::options::BoilerplateOptions;
use crate::boilerplate::stretches::{Window, touches_none};
use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{append_sampled, sampled, sampled_places};
use crate::corpus::{Corpus, DocId};
use crate::span::UnitSpan;

/// A sampled window of a text of which it is known whether it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Counted(u32);

impl Counted {
    /// Neither counted nor part of boilerplate.
    const NEITHER: Counted = Counted(u32::MAX);
    /// Perhaps a part of boilerplate, and counted since.
    const SINCE: Counted = Counted(u32::MAX - 1);

    /// Returns the position of the window in the counts that were known before,
    /// if it is there.
    fn position(self) -> Option<u32> {
        (self.0 < Counted::SINCE.0).then_some(self.0)
    }
}

/// The sampled windows of a text, in its order.
struct Windows {
    counted: Vec<Counted>,
    /// Where they begin.
    places: Vec<u32>,
}

/// Counts that tell the boilerplate of some documents.
pub(crate) struct SelectedCounts<'a> {
    /// The counts that were known before.
    known: &'a WindowCounts,
    /// For each of the documents that may have any, its sampled windows.
    windows: Vec<Option<Windows>>,
    /// The counts of the windows that may be part of it beside the known ones.
    since: WindowCounts,
}

impl<'a> SelectedCounts<'a> {
    /// Counts what tells the boilerplate of `docs`, beside the windows that
    /// `known` has already. `filter` has the windows of all documents, and
    /// `others` are those among which any other window stands.
    ///
    /// A pass over `docs`, and, unless none of them has other boilerplate, one
    /// over `others`. Takes eight bytes for a window of a document that may have
    /// boilerplate.
    pub(crate) fn new(
        corpus: &Corpus,
        others: &[DocId],
        docs: &[DocId],
        filter: &Filter,
        known: &'a WindowCounts,
    ) -> SelectedCounts<'a> {
        let found: Vec<Option<(Windows, Vec<u64>)>> = docs
            .par_iter()
            .map_init(Vec::new, |hashes, doc| {
                let units = corpus.normalized(*doc);
                hashes.clear();
                append_sampled(units, hashes);
                let windows = in_long_runs(filter, units, hashes, known)?;
                let since = windows.counted.iter().zip(&*hashes);
                let since = since.filter(|(counted, _)| **counted == Counted::SINCE);
                let since = since.map(|(_, hash)| *hash).collect();
                Some((windows, since))
            })
            .collect();
        let (mut windows, mut keys) = (Vec::with_capacity(docs.len()), Vec::new());
        for found in found {
            windows.push(found.map(|(windows, since)| {
                keys.extend(since);
                windows
            }));
        }
        keys.par_sort_unstable();
        keys.dedup();
        keys.shrink_to_fit();
        SelectedCounts {
            known,
            windows,
            since: count(corpus, others, WindowSet::new(keys), known.options()),
        }
    }

    /// Returns the boilerplate of a document, by its number among those asked
    /// for, and the positions of its windows outside of it in the counts that
    /// were known before; `None` if it has none.
    pub(crate) fn stretches(&self, nth: usize, units: &[u16]) -> Option<(Vec<UnitSpan>, Vec<u32>)> {
        let Windows { counted, places } = self.windows[nth].as_ref()?;
        let known = |counted: &Counted| match counted.position() {
            Some(position) => self.known.documents_at(position),
            None => 0,
        };
        let mut documents: Vec<u32> = counted.iter().map(known).collect();
        if counted.contains(&Counted::SINCE) {
            let mut hashes = sampled(units);
            let mut nths: Vec<usize> = Vec::new();
            for (nth, counted) in counted.iter().enumerate() {
                if *counted == Counted::SINCE {
                    hashes[nths.len()] = hashes[nth];
                    nths.push(nth);
                }
            }
            hashes.truncate(nths.len());
            self.since.windows().look_up(&hashes, |at, position| {
                documents[nths[at]] = self.since.documents_at(position);
            });
        }
        let options = self.known.options();
        let stretches = options.stretches_at(units, &documents, || places.clone());
        if stretches.is_empty() {
            return None;
        }
        let outside = places.iter().zip(counted);
        let outside = outside.filter(|(at, _)| touches_none(&stretches, **at));
        let positions = outside.filter_map(|(_, counted)| counted.position());
        let positions = positions.collect();
        Some((stretches, positions))
    }
}

/// Counts in how many documents each of some windows stands.
fn count(
    corpus: &Corpus,
    docs: &[DocId],
    windows: WindowSet,
    options: &BoilerplateOptions,
) -> WindowCounts {
    let mut documents = Vec::new();
    documents.resize_with(windows.len(), AtomicU32::default);
    if windows.len() > 0 {
        docs.par_iter().for_each_init(
            || (Vec::new(), Vec::new()),
            |(hashes, here), doc| {
                hashes.clear();
                here.clear();
                append_sampled(corpus.normalized(*doc), hashes);
                windows.look_up(hashes, |_, position| here.push(position));
                here.sort_unstable();
                here.dedup();
                for at in here {
                    documents[*at as usize].fetch_add(1, Relaxed);
                }
            },
        );
    }
    let documents = documents.into_iter().map(AtomicU32::into_inner).collect();
    WindowCounts::of_windows(windows, documents, *options)
}

/// Returns the sampled windows of a text in which a row of windows may be
/// frequent that is long enough for boilerplate; `None` if there is no such
/// row. `hashes` are the windows in text order.
fn in_long_runs(
    filter: &Filter,
    units: &[u16],
    hashes: &[u64],
    known: &WindowCounts,
) -> Option<Windows> {
    let options = known.options();
    let are_in_a_row = |frequent: &[bool]| frequent.windows(2).any(|two| two == [true; 2]);
    let mut is_frequent = Vec::with_capacity(hashes.len());
    filter.each(hashes, |_, may_be| is_frequent.push(may_be));
    if !are_in_a_row(&is_frequent) {
        return None;
    }
    // Most texts are done with once the few windows that passed are known.
    let nths: Vec<usize> = (0..hashes.len()).filter(|nth| is_frequent[*nth]).collect();
    let passed: Vec<u64> = nths.iter().map(|nth| hashes[*nth]).collect();
    known.windows().look_up(&passed, |at, position| {
        is_frequent[nths[at]] = known.documents_at(position) >= options.min_documents;
    });
    if !are_in_a_row(&is_frequent) {
        return None;
    }
    let mut counted = vec![Counted::NEITHER; hashes.len()];
    known.windows().look_up(hashes, |nth, at| {
        counted[nth] = Counted(at);
    });
    let places = sampled_places(units);
    let windows: Vec<Window> = places
        .iter()
        .zip(&is_frequent)
        .map(|(at, is_frequent)| Window::new(*at, if *is_frequent { u32::MAX } else { 0 }))
        .collect();
    let runs = options.long_runs(units, &windows);
    for nth in runs.iter().cloned().flatten() {
        if counted[nth] == Counted::NEITHER {
            counted[nth] = Counted::SINCE;
        }
    }
    (!runs.is_empty()).then_some(Windows { counted, places })
}
