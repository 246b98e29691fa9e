//! Counts that tell the boilerplate of some documents of a corpus.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::counts::WindowCounts;
use crate::boilerplate::filter::Filter;
use crate::boilerplate::options::BoilerplateOptions;
use crate::boilerplate::stretches::Window;
use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{sampled, sampled_places};
use crate::corpus::{Corpus, DocId};

impl WindowCounts {
    /// Returns counts that tell the boilerplate of `docs`, which are among
    /// `all`, and hold no other windows than may be part of it.
    ///
    /// A pass over `all` with small counters, one over `docs`, and, unless none
    /// has boilerplate, one over `all` for the exact counts.
    pub(crate) fn of_documents(
        corpus: &Corpus,
        all: &[DocId],
        docs: &[DocId],
        options: BoilerplateOptions,
    ) -> WindowCounts {
        let filter = Filter::new(corpus, all, options.min_documents);
        let mut windows: Vec<u64> = docs
            .par_iter()
            .flat_map_iter(|doc| in_long_runs(&filter, corpus.normalized(*doc), &options))
            .collect();
        windows.par_sort_unstable();
        windows.dedup();
        windows.shrink_to_fit();
        let windows = WindowSet::new(windows);
        if windows.len() == 0 {
            return WindowCounts::of_windows(windows, Vec::new(), options);
        }
        let mut counters = Vec::new();
        counters.resize_with(windows.len(), AtomicU32::default);
        all.par_iter().for_each(|doc| {
            let mut here = windows.positions(&sampled(corpus.normalized(*doc)));
            here.sort_unstable();
            here.dedup();
            for at in here {
                counters[at as usize].fetch_add(1, Relaxed);
            }
        });
        let documents = counters.into_iter().map(AtomicU32::into_inner).collect();
        WindowCounts::of_windows(windows, documents, options)
    }
}

/// Returns the windows of a text that stand in a row of windows that may be
/// frequent, where it is long enough for boilerplate.
fn in_long_runs(filter: &Filter, units: &[u16], options: &BoilerplateOptions) -> Vec<u64> {
    let hashes = sampled(units);
    let mut is_frequent = Vec::with_capacity(hashes.len());
    filter.each_counter(&hashes, |_, counter| {
        is_frequent.push(counter.load(Relaxed) >= filter.least);
    });
    if !is_frequent.windows(2).any(|two| two == [true; 2]) {
        return Vec::new();
    }
    let places = sampled_places(units).into_iter().zip(&is_frequent);
    let windows: Vec<Window> = places
        .map(|(at, is_frequent)| Window::new(at, if *is_frequent { u32::MAX } else { 0 }))
        .collect();
    let runs = options.long_runs(units, &windows).into_iter();
    runs.flat_map(|run| &hashes[run]).copied().collect()
}
