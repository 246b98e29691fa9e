//! Counts that tell the boilerplate of some documents of a corpus, most of
//! whose windows need not be counted.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use crate::boilerplate::counts::WindowCounts;
use crate::boilerplate::filter::Filter;
use crate::boilerplate::options::BoilerplateOptions;
use crate::boilerplate::stretches::Following;
use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{append_sampled, append_sampled_and_places};
use crate::bucket_sort::rank;
use crate::corpus::{Corpus, DocId};
use crate::span::UnitSpan;

/// The documents of a window that are counted since.
const SINCE: u32 = u32::MAX;

/// Those of the sampled windows of a text that were counted before.
#[derive(Clone, Copy)]
pub(crate) struct KnownWindows<'a> {
    /// Their positions in the counts, in text order.
    pub(crate) positions: &'a [u32],
    /// A bit for each sampled window, from the lowest on: whether it is one.
    pub(crate) marks: &'a [u64],
}

impl<'a> KnownWindows<'a> {
    /// Returns the number of each among the sampled windows, and its position.
    pub(crate) fn iter(self) -> impl Iterator<Item = (usize, u32)> + 'a {
        let words = self.marks.iter().enumerate();
        let nths = words.flat_map(|(word, marks)| {
            let without_lowest = |rest: u64| rest & rest.wrapping_sub(1);
            let rest = std::iter::successors(Some(*marks), move |rest| Some(without_lowest(*rest)));
            rest.take_while(|rest| *rest != 0)
                .map(move |rest| word * u64::BITS as usize + rest.trailing_zeros() as usize)
        });
        nths.zip(self.positions.iter().copied())
    }

    /// Returns the positions of those that touch none of some stretches;
    /// `places` are where the sampled windows begin.
    pub(crate) fn apart(self, stretches: &[UnitSpan], places: &[u32]) -> Vec<u32> {
        let mut stretches = Following(stretches);
        self.iter()
            .filter(|(nth, _)| stretches.touch_none(places[*nth]))
            .map(|(_, position)| position)
            .collect()
    }
}

/// The sampled windows of a text, in its order.
struct Windows {
    /// The documents that have each, as far as it may be part of boilerplate.
    documents: Vec<u32>,
    /// Where they begin.
    places: Vec<u32>,
}

/// The boilerplate of a text, and the positions of its windows outside of it
/// in the counts that were known before.
pub(crate) type Told = (Vec<UnitSpan>, Vec<u32>);

/// A document that may have boilerplate.
enum Found<T> {
    /// It has this, as the counts tell that were known before.
    Told(Told),
    /// Its windows, and in text order those that are counted since.
    Counted(Windows, Vec<T>),
}

/// Counts that tell the boilerplate of some documents.
pub(crate) struct SelectedCounts<'a> {
    /// What counts as boilerplate.
    options: &'a BoilerplateOptions,
    /// Those of the documents that may have any.
    found: Vec<Option<Found<u32>>>,
    /// The counts of the windows that may be part of it beside the known ones.
    since: WindowCounts,
}

impl<'a> SelectedCounts<'a> {
    /// Counts what tells the boilerplate of `docs`, which come with those of
    /// their windows that `known` has already. `others` are the documents that have windows that
    /// `known` has not, and `filter` has these windows of them.
    ///
    /// A pass over `docs`, and, unless none of them has other boilerplate, one
    /// over `others`. Takes eight bytes at most for a window of a document that
    /// may have boilerplate.
    pub(crate) fn new(
        corpus: &Corpus,
        others: &[DocId],
        docs: &[(DocId, KnownWindows<'_>)],
        filter: &Filter,
        known: &'a WindowCounts,
    ) -> SelectedCounts<'a> {
        let found: Vec<Option<Found<u64>>> = docs
            .par_iter()
            .map_init(Scratch::default, |scratch, (doc, windows)| {
                let counted = (known, *windows);
                in_long_runs(filter, corpus.normalized(*doc), counted, scratch)
            })
            .collect();
        let mut hashes = Vec::new();
        let found: Vec<Option<Found<u32>>> = found
            .into_iter()
            .map(|found| {
                found.map(|found| match found {
                    Found::Told(told) => Found::Told(told),
                    Found::Counted(windows, since) => {
                        hashes.push(since);
                        Found::Counted(windows, Vec::new())
                    }
                })
            })
            .collect();
        let (keys, positions) = rank(hashes);
        let mut positions = positions.into_iter();
        let found = found.into_iter().map(|found| match found {
            Some(Found::Counted(windows, _)) => {
                // As many lists of positions as there were of hashes.
                Some(Found::Counted(windows, positions.next()?))
            }
            found => found,
        });
        SelectedCounts {
            options: known.options(),
            found: found.collect(),
            since: count(corpus, others, WindowSet::new(keys), known.options()),
        }
    }

    /// Returns the boilerplate of a document, by its number among those asked
    /// for, and the positions of its `known` windows outside of it; `None` if it
    /// has none.
    pub(crate) fn stretches(
        &self,
        nth: usize,
        units: &[u16],
        known: KnownWindows<'_>,
    ) -> Option<Told> {
        let (windows, since) = match self.found[nth].as_ref()? {
            Found::Told(told) => return Some(told.clone()),
            Found::Counted(windows, since) => (windows, since),
        };
        let mut since = since.iter();
        let documents = windows.documents.iter().map(|documents| match *documents {
            SINCE => since.next().map_or(0, |at| self.since.documents_at(*at)),
            documents => documents,
        });
        let documents: Vec<u32> = documents.collect();
        let places = &windows.places;
        let stretches = self.options.stretches_at(units, &documents, || places);
        (!stretches.is_empty()).then(|| {
            let outside = known.apart(&stretches, places);
            (stretches, outside)
        })
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

/// Memory that serves text after text.
#[derive(Default)]
struct Scratch {
    hashes: Vec<u64>,
    places: Vec<u64>,
    /// The documents of each window, and those of the ones known before.
    documents: Vec<u32>,
    of_known: Vec<u32>,
    /// The other windows, and which they are.
    others: Vec<u64>,
    other_nths: Vec<u32>,
}

/// Returns the boilerplate of a text, or, if some of its windows that may be part
/// of it are to be counted, these; `None` if no row of windows that may be
/// frequent is long enough for boilerplate.
fn in_long_runs(
    filter: &Filter,
    units: &[u16],
    (counts, known): (&WindowCounts, KnownWindows<'_>),
    scratch: &mut Scratch,
) -> Option<Found<u64>> {
    let options = counts.options();
    if !options.may_hold(units) {
        return None;
    }
    let Scratch {
        hashes,
        places,
        documents,
        of_known,
        others,
        other_nths,
    } = scratch;
    hashes.clear();
    places.clear();
    append_sampled_and_places(units, hashes, places);
    of_known.clear();
    counts.append_documents_at(known.positions, of_known);
    documents.clear();
    documents.resize(hashes.len(), 0);
    others.clear();
    other_nths.clear();
    let mut next = 0;
    let mut other = |from: usize, to: usize| {
        others.extend_from_slice(&hashes[from..to]);
        other_nths.extend(from as u32..to as u32);
    };
    for ((nth, _), count) in known.iter().zip(&*of_known) {
        documents[nth] = *count;
        other(next, nth);
        next = nth + 1;
    }
    other(next, hashes.len());
    let mut nth_of_other = other_nths.iter();
    filter.each(others, |_, may_be| {
        if let (Some(nth), true) = (nth_of_other.next(), may_be) {
            documents[*nth as usize] = SINCE;
        }
    });
    let is_frequent = |documents: &u32| *documents >= options.min_documents;
    let in_a_row = |two: &[u32]| two.iter().all(is_frequent);
    if !documents.windows(2).any(in_a_row) {
        return None;
    }
    let places: Vec<u32> = places.iter().map(|at| *at as u32).collect();
    let runs = options.long_runs(units, &places, documents);
    if runs.is_empty() {
        return None;
    }
    // No other window is a part of boilerplate.
    let mut since = Vec::new();
    let mut from = 0;
    for run in &runs {
        documents[from..run.start].fill(0);
        let of_run = run.clone().filter(|nth| documents[*nth] == SINCE);
        since.extend(of_run.map(|nth| hashes[nth]));
        from = run.end;
    }
    documents[from..].fill(0);
    if since.is_empty() {
        let stretches = options.stretches_in(units, &places, documents, runs);
        return (!stretches.is_empty()).then(|| {
            let outside = known.apart(&stretches, &places);
            Found::Told((stretches, outside))
        });
    }
    let documents = documents.clone();
    Some(Found::Counted(Windows { documents, places }, since))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::boilerplate::distinct;
    use crate::boilerplate::stretches::apart;
    use crate::boilerplate::windows::{sample, sampled};

    const KNOWN: &str = "本站转载文章只为传播信息，并不代表本站赞同其观点，\
        稿件涉及著作权等问题的，请作者在两周内同本站联系，本站核实以后将予以删除。";
    const OTHER: &str = "欢迎各位读者通过热线电话或者电子邮件向编辑部提供新闻线索，\
        一经采用即付稿酬，来稿请注明真实姓名和通信地址，本报对来稿有权删改。";

    /// Made-up syllables that no other document has.
    fn own(nth: u32) -> String {
        let syllables = (0..40).map(|at| char::from_u32(0xAC00 + nth * 40 + at).unwrap());
        syllables.collect()
    }

    #[test]
    fn boilerplate_is_that_of_counts_of_all_windows() {
        let texts: Vec<(String, String)> = (0..36)
            .map(|nth| {
                let known = if nth % 2 == 0 { KNOWN } else { "" };
                let other = if nth % 3 == 0 { OTHER } else { "" };
                (nth.to_string(), format!("{known}{}{other}", own(nth)))
            })
            .collect();
        let texts = texts.iter().map(|(id, text)| (id.as_str(), text.as_str()));
        let corpus = Corpus::from_texts(texts, Default::default());
        let options = BoilerplateOptions::default();
        let of_all = WindowCounts::new(&corpus, options).unwrap();
        let all = distinct(&corpus);
        // Neither of these has the other boilerplate.
        let is_asked = |doc: &DocId| [1, 2].contains(&doc.index());
        let (asked, others): (Vec<DocId>, Vec<DocId>) = all.iter().partition(|doc| is_asked(doc));
        let mut windows: Vec<u64> = asked
            .iter()
            .flat_map(|doc| sample(corpus.normalized(*doc)))
            .collect();
        windows.sort_unstable();
        windows.dedup();
        let known = count(&corpus, &all, WindowSet::new(windows.clone()), &options);
        let filter = Filter::for_units(10_000, options.min_documents);
        for doc in &others {
            let mut sample = sample(corpus.normalized(*doc));
            sample.retain(|window| windows.binary_search(window).is_err());
            filter.add(&sample);
        }
        let lists: Vec<(Vec<u32>, Vec<u64>)> = others
            .iter()
            .map(|doc| {
                let (mut positions, mut marks) = (Vec::new(), Vec::new());
                for (nth, window) in sampled(corpus.normalized(*doc)).into_iter().enumerate() {
                    marks.resize(nth / 64 + 1, 0);
                    if let Some(position) = known.windows().position(window) {
                        positions.push(position);
                        marks[nth / 64] |= 1 << (nth % 64);
                    }
                }
                (positions, marks)
            })
            .collect();
        let known_of = |nth: usize| KnownWindows {
            positions: &lists[nth].0,
            marks: &lists[nth].1,
        };
        let with_known: Vec<(DocId, KnownWindows<'_>)> = others
            .iter()
            .enumerate()
            .map(|(nth, doc)| (*doc, known_of(nth)))
            .collect();
        let selected = SelectedCounts::new(&corpus, &others, &with_known, &filter, &known);
        let (mut told, mut counted) = (0, 0);
        for (nth, doc) in others.iter().enumerate() {
            match &selected.found[nth] {
                Some(Found::Told(_)) => told += 1,
                Some(Found::Counted(..)) => counted += 1,
                None => {}
            }
            let units = corpus.normalized(*doc);
            let stretches = of_all.stretches(units);
            assert_eq!(
                stretches.is_empty(),
                doc.index() % 2 != 0 && doc.index() % 3 != 0
            );
            let expected = (!stretches.is_empty()).then(|| {
                let outside = apart(units, &stretches, &sampled(units));
                let positions = known.windows().positions(&outside);
                (stretches, positions)
            });
            assert_eq!(selected.stretches(nth, units, known_of(nth)), expected);
        }
        assert!(told > 0 && counted > 0);
    }
}
