//! Which story each document tells in which windows stand that matter, and
//! which of these stand outside of its boilerplate.

use rayon::prelude::*;

use crate::boilerplate::windows::sampled_places;
use crate::boilerplate::{Filter, KnownWindows, SelectedCounts, WindowCounts, apart, cut};
use crate::corpus::{Corpus, DocId};
use crate::relation::stories::story;
use crate::relation::wording::numbers::Numbers;
use crate::relation::wording::part::Stretches;

/// A document that has some of the windows that matter.
pub(super) struct Found<'a> {
    pub(super) doc: DocId,
    /// The numbers of these, each once.
    pub(super) windows: Vec<u32>,
    /// All its windows that are counted.
    pub(super) counted: KnownWindows<'a>,
}

/// What is known of the documents that were asked for.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// These documents, sorted.
    pub(super) docs: &'a [DocId],
    /// Their boilerplate.
    pub(super) stretches: &'a Stretches,
    /// The positions of the windows of those that have any, in text order.
    pub(super) windows: &'a [Vec<u32>],
    /// The counts of all their windows.
    pub(super) counts: &'a WindowCounts,
}

/// What tells the boilerplate of other documents.
pub(super) enum Tells<'a> {
    /// The counts of all windows.
    Counts(&'a WindowCounts),
    /// Small counters of the windows that no document asked for has: what may
    /// be boilerplate is counted.
    Filter(Filter),
}

/// Returns the story of each of some documents, and its windows outside of
/// boilerplate.
///
/// `all` are the documents of the corpus, each wording once; `numbers`
/// are those of the windows that matter.
pub(super) fn told(
    corpus: &Corpus,
    all: &[DocId],
    found: Vec<Found<'_>>,
    known: Known<'_>,
    tells: &Tells<'_>,
    numbers: &Numbers,
) -> Vec<(u32, Vec<u32>)> {
    let nth_asked = |doc: &DocId| known.docs.binary_search(doc);
    let (asked, others): (Vec<Found<'_>>, Vec<Found<'_>>) = found
        .into_iter()
        .partition(|found| nth_asked(&found.doc).is_ok());
    let of_asked = asked.into_par_iter().map_init(Vec::new, |marks, found| {
        let units = corpus.normalized(found.doc);
        match (known.stretches.get(found.doc), nth_asked(&found.doc)) {
            (Some(stretches), Ok(nth)) => {
                let windows = apart(units, stretches, &known.windows[nth]);
                let outside = those_of(&found.windows, numbers.of(&windows), marks);
                (story(&cut(units, stretches)), outside)
            }
            _ => (story(units), found.windows),
        }
    });
    let mut told: Vec<(u32, Vec<u32>)> = of_asked.collect();
    let selected = match tells {
        Tells::Filter(filter) if !others.is_empty() => {
            let docs = others.iter().map(|found| (found.doc, found.counted));
            let docs: Vec<(DocId, KnownWindows<'_>)> = docs.collect();
            // No document asked for has a window that is not counted.
            let rest = all.iter().filter(|doc| nth_asked(doc).is_err()).copied();
            let rest: Vec<DocId> = rest.collect();
            let counts = known.counts;
            Some(SelectedCounts::new(corpus, &rest, &docs, filter, counts))
        }
        _ => None,
    };
    let of_other = |marks: &mut Vec<u64>, (nth, found): (usize, Found<'_>)| {
        let units = corpus.normalized(found.doc);
        let (stretches, windows) = match (tells, &selected) {
            (Tells::Counts(counts), _) => {
                let stretches = counts.stretches(units);
                if stretches.is_empty() {
                    return (story(units), found.windows);
                }
                let windows = found.counted.apart(&stretches, &sampled_places(units));
                (stretches, windows)
            }
            (_, Some(selected)) => {
                let Some(told) = selected.stretches(nth, units, found.counted) else {
                    return (story(units), found.windows);
                };
                told
            }
            _ => return (story(units), found.windows),
        };
        let outside = those_of(&found.windows, numbers.of(&windows), marks);
        (story(&cut(units, &stretches)), outside)
    };
    let others = others.into_par_iter().enumerate();
    told.par_extend(others.map_init(Vec::new, of_other));
    told
}

/// Returns those of some windows, each of which is given once, that `numbers`
/// has, where there are no others, however often it has each. `marks` serves one
/// document after another: a bit for each window, none of which is set.
fn those_of(windows: &[u32], numbers: impl Iterator<Item = u32>, marks: &mut Vec<u64>) -> Vec<u32> {
    let place = |number: u32| ((number / u64::BITS) as usize, 1 << (number % u64::BITS));
    let words = windows.iter().max().map_or(0, |most| place(*most).0 + 1);
    marks.resize(words.max(marks.len()), 0);
    for number in numbers {
        let (word, bit) = place(number);
        if let Some(word) = marks.get_mut(word) {
            *word |= bit;
        }
    }
    let is_marked = |number: &&u32| {
        let (word, bit): (usize, u64) = place(**number);
        marks[word] & bit != 0
    };
    let those = windows.iter().filter(is_marked).copied().collect();
    for number in windows {
        marks[place(*number).0] = 0;
    }
    those
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_windows_that_some_numbers_have_are_those_of_a_sorted_set(
            documents in prop::collection::vec(prop::collection::vec(0_u32..300, 0..40), 1..4),
        ) {
            let mut marks = Vec::new();
            for numbers in documents {
                let mut truth = numbers.clone();
                truth.sort_unstable();
                truth.dedup();
                let all: Vec<u32> = (0..400).filter(|number| number % 3 == 0 || truth.contains(number)).collect();
                let those = those_of(&all, numbers.into_iter(), &mut marks);
                prop_assert_eq!(those, truth);
                prop_assert!(marks.iter().all(|word| *word == 0));
            }
        }
    }
}
