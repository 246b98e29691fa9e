//! In how many documents of different wording each window stands.

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::boilerplate::filter::{BATCH, Filter};
use crate::boilerplate::options::BoilerplateOptions;
use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{SAMPLE, WINDOW, each_window, is_sampled};
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::prefetch::{prefetch, prefetched};
use crate::span::UnitSpan;
use crate::spill::{Sorter, SpillFolder};

/// Windows that are sorted at a time: 128 MB.
const AT_ONCE: u64 = 16 << 20;

/// Documents from which on a window is counted exactly: one that stands in
/// fewer is as good as a text's own.
const COUNTED: u32 = 3;

/// The sampled windows that stand in enough documents, with exact counts.
///
/// Documents with one wording count once. By default, there are none.
#[derive(Default)]
pub struct WindowCounts {
    pub(super) options: BoilerplateOptions,
    windows: WindowSet,
    /// For each window, in the order of the hashes, its documents.
    documents: Vec<u32>,
}

/// Returns how many documents a window stands in, where that is enough to be
/// told.
fn if_counted(documents: u32, options: &BoilerplateOptions) -> u32 {
    match documents >= least(options) {
        true => documents,
        false => 0,
    }
}

fn least(options: &BoilerplateOptions) -> u32 {
    options.min_documents.min(COUNTED)
}

impl WindowCounts {
    /// Counts the windows of all documents.
    ///
    /// Two passes over the corpus: one fills a table of small counters, in
    /// which several windows may share one, and one counts exactly those that
    /// may be frequent. Of a large corpus a share of the windows is counted at
    /// a time, with a pass each, or they are sorted in the spill folder.
    ///
    /// # Errors
    ///
    /// Fails if the corpus has a spill folder that can't be written or read.
    pub fn new(corpus: &Corpus, options: BoilerplateOptions) -> Result<WindowCounts> {
        corpus.expect_random_access(false);
        let docs = match corpus.spill_folder() {
            Some(spill_folder) => distinct_within(corpus, spill_folder)?,
            None => distinct(corpus),
        };
        let least = least(&options);
        let filter = Filter::new(corpus, &docs, least);
        let (mut windows, mut documents) = (Vec::new(), Vec::new());
        let mut add = |window: u64, count: u32| {
            if count >= least {
                windows.push(window);
                documents.push(count);
            }
        };
        match corpus.spill_folder() {
            Some(spill_folder) => {
                let mut sorter = Sorter::new(spill_folder);
                for docs in docs.chunks(BATCH) {
                    sorter.extend(filter.passed(corpus, docs, 0..u64::MAX))?;
                }
                let mut sorted = sorter.finish()?;
                let mut last = None;
                let mut count = 0;
                while let Some(window) = sorted.next()? {
                    if last != Some(window) {
                        last.into_iter().for_each(|last| add(last, count));
                        (last, count) = (Some(window), 0);
                    }
                    count += 1;
                }
                last.into_iter().for_each(|last| add(last, count));
            }
            None => {
                let units: u64 = docs
                    .iter()
                    .map(|doc| corpus.normalized_len(*doc) as u64)
                    .sum();
                let parts = (units / SAMPLE).div_ceil(AT_ONCE).max(1);
                let part = u64::MAX / parts;
                for at in 0..parts {
                    let end = if at + 1 == parts {
                        u64::MAX
                    } else {
                        (at + 1) * part
                    };
                    let mut passed = filter.passed(corpus, &docs, at * part..end);
                    passed.par_sort_unstable();
                    for same in passed.chunk_by(|a, b| a == b) {
                        add(same[0], same.len() as u32);
                    }
                }
            }
        }
        Ok(WindowCounts {
            options,
            windows: WindowSet::new(windows),
            documents,
        })
    }

    /// Returns the counts of these windows and documents, each window once.
    /// Those that stand in too few documents are left out.
    ///
    /// Windows come from [`counted_windows`](crate::boilerplate::counted_windows),
    /// counted over all documents of different wording by whoever has them; a
    /// table that holds only the windows of some documents tells the
    /// boilerplate of these.
    pub fn from_counts(
        counts: impl IntoIterator<Item = (u64, u32)>,
        options: BoilerplateOptions,
    ) -> WindowCounts {
        let least = least(&options);
        let mut counts: Vec<(u64, u32)> = counts
            .into_iter()
            .filter(|(_, documents)| *documents >= least)
            .collect();
        counts.par_sort_unstable();
        let (windows, documents) = counts.into_iter().unzip();
        WindowCounts::of_windows(WindowSet::new(windows), documents, options)
    }

    /// Returns the counts of these windows alone, of which `documents` holds
    /// one each.
    pub(crate) fn of_windows(
        windows: WindowSet,
        documents: Vec<u32>,
        options: BoilerplateOptions,
    ) -> WindowCounts {
        WindowCounts {
            options,
            windows,
            documents,
        }
    }

    /// Returns the windows that are counted.
    pub(crate) fn windows(&self) -> &WindowSet {
        &self.windows
    }

    /// Returns what counts as boilerplate.
    pub(crate) fn options(&self) -> &BoilerplateOptions {
        &self.options
    }

    /// Returns the documents that have the window at a position, however few.
    pub(crate) fn documents_in_all(&self, position: u32) -> u32 {
        self.documents[position as usize]
    }

    /// Returns the documents that have the window at a position; 0 if they are
    /// too few.
    #[inline]
    pub(crate) fn documents_at(&self, position: u32) -> u32 {
        if_counted(self.documents[position as usize], &self.options)
    }

    /// Adds to a list the same for each of some positions, which are in no
    /// order.
    pub(crate) fn append_documents_at(&self, positions: &[u32], documents: &mut Vec<u32>) {
        const AHEAD: usize = 32;
        let fetch = |at: &u32| prefetch(&self.documents, *at as usize);
        let positions = prefetched(positions, AHEAD, fetch);
        documents.extend(positions.map(|at| self.documents_at(*at)));
    }

    /// Returns the documents that have a sampled window; 0 if they are too
    /// few.
    pub(crate) fn documents(&self, window: u64) -> u32 {
        let at = self.windows.position(window);
        at.map_or(0, |at| self.documents_at(at))
    }

    /// Returns the same for each of some windows.
    pub(crate) fn documents_of(&self, windows: &[u64]) -> Vec<u32> {
        let mut documents = vec![0; windows.len()];
        self.windows
            .look_up(windows, |nth, at| documents[nth] = self.documents_at(at));
        documents
    }

    /// Returns the most documents that have one of the sampled windows in a
    /// span of a text; `None` if none is sampled there.
    pub(crate) fn most_within(&self, units: &[u16], span: UnitSpan) -> Option<u32> {
        let mut most = None;
        each_window(span.of(units), |_, hashes| {
            let sampled = hashes.iter().filter(|hash| is_sampled(**hash));
            most = sampled
                .map(|hash| Some(self.documents(*hash)))
                .max()
                .max(most);
        });
        most.flatten()
    }

    /// Returns the same of the windows that have a unit of the span.
    pub(crate) fn most_across(&self, units: &[u16], span: UnitSpan) -> Option<u32> {
        let margin = WINDOW as u32 - 1;
        let start = span.start.saturating_sub(margin);
        let end = (span.end + margin).min(units.len() as u32);
        self.most_within(units, UnitSpan { start, end })
    }
}

/// Returns the first document of each wording.
pub(crate) fn distinct(corpus: &Corpus) -> Vec<DocId> {
    let mut keys: Vec<_> = corpus
        .docs()
        .map(|doc| (corpus.text_hash(doc), doc))
        .collect();
    keys.par_sort_unstable();
    keys.dedup_by_key(|(hash, _)| *hash);
    let mut docs: Vec<DocId> = keys.into_iter().map(|(_, doc)| doc).collect();
    docs.par_sort_unstable();
    docs
}

/// Returns the same, with the hashes sorted in the spill folder: they take 32
/// bytes a document.
fn distinct_within(corpus: &Corpus, spill_folder: &SpillFolder) -> Result<Vec<DocId>> {
    let mut by_wording = Sorter::new(spill_folder);
    for doc in corpus.docs() {
        let hash = corpus.text_hash(doc).0;
        let [a, b, c, d] = [96, 64, 32, 0].map(|shift| (hash >> shift) as u32);
        by_wording.push([a, b, c, d, doc.0])?;
    }
    let mut is_first: BitVec = bitvec::bitvec![0; corpus.len()];
    let mut by_wording = by_wording.finish()?;
    let mut last = None;
    while let Some([hash @ .., doc]) = by_wording.next()? {
        if last.replace(hash) != Some(hash) {
            is_first.set(doc as usize, true);
        }
    }
    let docs = is_first.iter_ones().map(|at| DocId(at as u32));
    Ok(docs.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::windows::sample;
    use proptest::prelude::*;
    use std::collections::{HashMap, HashSet};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn prop_windows_are_counted_once_for_each_wording(
            texts in prop::collection::vec("[甲乙]{0,12}[a-c]{0,12}(本网所载稿件版权所有未经许可不得转载)?", 0..20),
            min_documents in 1_u32..4,
        ) {
            let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
            let named = ids.iter().map(String::as_str).zip(texts.iter().map(String::as_str));
            let corpus = Corpus::from_texts(named, Default::default());
            let dir = tempfile::tempdir().unwrap();
            let spill_folder = SpillFolder::new(dir.path(), 1 << 10).unwrap();
            let within = distinct_within(&corpus, &spill_folder).unwrap();
            prop_assert_eq!(within, distinct(&corpus));
            let options = BoilerplateOptions { min_documents, ..Default::default() };
            let counts = WindowCounts::new(&corpus, options).unwrap();
            let wordings: HashSet<&[u16]> = corpus.docs().map(|doc| corpus.normalized(doc)).collect();
            let mut truth: HashMap<u64, u32> = HashMap::new();
            for window in wordings.iter().flat_map(|units| sample(units)) {
                *truth.entry(window).or_default() += 1;
            }
            for (window, documents) in truth {
                let expected = if documents >= min_documents.min(COUNTED) { documents } else { 0 };
                prop_assert_eq!(counts.documents(window), expected);
            }
        }
    }
}
