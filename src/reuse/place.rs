//! The way back: from positions in the symbol text to spans in the original texts.

use rayon::prelude::*;

use super::alphabet::SymbolText;
use super::repeat::Interval;
use super::suffix_array::SuffixArray;
use crate::corpus::fold::Folded;
use crate::corpus::{Corpus, DocId};
use crate::span::Span;

/// A place where a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// The document.
    pub document: DocId,
    /// Where it begins in the document's text, in bytes.
    pub start: u32,
    /// Where it ends, in bytes.
    pub end: u32,
}

impl Occurrence {
    /// Returns its place in the document's text.
    pub fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// Returns it as it is written, if the corpus kept the text.
    pub fn text<'a>(&self, corpus: &'a Corpus) -> Option<&'a str> {
        corpus
            .text(self.document)?
            .get(self.start as usize..self.end as usize)
    }
}

/// Returns how many places are looked up together in a text of so many
/// symbols: 8 MB of them, or 1.6 bytes a symbol, less than what was freed
/// when the phrases were chosen.
/// Each batch folds the documents that it touches once more.
pub(crate) fn at_once(symbols: usize) -> u64 {
    (symbols as u64 / 10).max(500_000)
}

/// Returns where to cut a list of intervals, given by their occurrences, so
/// that up to `at_once` places are looked up together.
pub(crate) fn batches(
    occurrences: impl ExactSizeIterator<Item = u64>,
    at_once: u64,
) -> Vec<std::ops::Range<usize>> {
    let intervals = occurrences.len();
    let mut batches = Vec::new();
    let mut start = 0;
    let mut places = 0;
    for (at, occurrences) in occurrences.enumerate() {
        if places > 0 && places + occurrences > at_once {
            batches.push(start..at);
            start = at;
            places = 0;
        }
        places += occurrences;
    }
    if start < intervals {
        batches.push(start..intervals);
    }
    batches
}

/// The places of some intervals, one interval after another.
pub(crate) struct Places {
    places: Vec<Occurrence>,
    /// Where those of each interval end.
    ends: Vec<usize>,
}

impl Places {
    /// Returns the places of an interval, by document and start.
    pub(crate) fn of(&self, interval: usize) -> &[Occurrence] {
        let start = interval
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.places[start..self.ends[interval]]
    }
}

/// Returns the places of every interval.
///
/// Folds every document that has one of them once, in parallel. Takes time
/// linear in those documents and `O(m log m)` in the `m` places of an
/// interval, and 16 bytes a place.
pub(crate) fn find(
    corpus: &Corpus,
    text: &SymbolText,
    suffixes: &SuffixArray,
    intervals: &[Interval],
) -> Places {
    // First the places as the symbol text has them: from the beginning of the
    // document, and with the length instead of the end.
    let count: u64 = intervals.iter().map(|interval| interval.occurrences).sum();
    let mut places: Vec<Occurrence> = Vec::with_capacity(count as usize);
    let mut ends = Vec::with_capacity(intervals.len());
    // Where the places of each document end, after those of all before it.
    let mut of_document = vec![0_u32; corpus.len() + 1];
    for interval in intervals {
        for &position in &suffixes.positions[interval.first as usize..=interval.last as usize] {
            let document = text.document_at(position as u32);
            let start = position as u32 - text.start(document);
            for &document in text.members(document) {
                of_document[document.index() + 1] += 1;
                places.push(Occurrence {
                    document,
                    start,
                    end: interval.length,
                });
            }
        }
        ends.push(places.len());
    }
    for document in 0..corpus.len() {
        of_document[document + 1] += of_document[document];
    }
    // Then which they are, document by document.
    let mut which = vec![0_u32; places.len()];
    let mut next = of_document.clone();
    for (at, place) in (0..).zip(&places) {
        let next = &mut next[place.document.index()];
        which[*next as usize] = at;
        *next += 1;
    }
    drop(next);
    // Documents at once: enough for all cores, few enough to hold.
    const AT_ONCE: usize = 4096;
    let documents: Vec<u32> = (0..corpus.len() as u32).collect();
    let here = |document: u32| {
        let document = document as usize;
        &which[of_document[document] as usize..of_document[document + 1] as usize]
    };
    for some in documents.chunks(AT_ONCE) {
        let spans: Vec<Vec<(u32, u32)>> = some
            .par_iter()
            .map(|&document| {
                if here(document).is_empty() {
                    return Vec::new();
                }
                let folded = WayBack::new(corpus.unfold(DocId(document)));
                let span = |&at: &u32| {
                    let place = places[at as usize];
                    folded.span(place.start, place.end)
                };
                here(document).iter().map(span).collect()
            })
            .collect();
        for (&document, spans) in some.iter().zip(spans) {
            for (&at, (start, end)) in here(document).iter().zip(spans) {
                let place = &mut places[at as usize];
                (place.start, place.end) = (start, end);
            }
        }
    }
    let mut rest = places.as_mut_slice();
    let mut start = 0;
    let mut of_interval = Vec::with_capacity(intervals.len());
    for &end in &ends {
        let (here, after) = rest.split_at_mut(end - start);
        of_interval.push(here);
        (rest, start) = (after, end);
    }
    of_interval
        .into_par_iter()
        .with_min_len(256)
        .for_each(|places| places.sort_unstable());
    Places { places, ends }
}

/// A folded document, addressed by characters.
pub(crate) struct WayBack {
    folded: Folded,
    /// The unit of each character, where they differ.
    units: Option<Vec<u32>>,
}

impl WayBack {
    pub(crate) fn new(folded: Folded) -> Self {
        let second_half = |unit: u16| unit & 0xFC00 == 0xDC00;
        let units = folded.units.iter().any(|&unit| second_half(unit)).then(|| {
            let firsts = (0..)
                .zip(&folded.units)
                .filter(|(_, unit)| !second_half(**unit));
            firsts
                .map(|(at, _)| at)
                .chain([folded.units.len() as u32])
                .collect()
        });
        WayBack { folded, units }
    }

    /// Returns the bytes of the text that `length` characters came from.
    pub(crate) fn span(&self, offset: u32, length: u32) -> (u32, u32) {
        let unit = |character: u32| match &self.units {
            Some(units) => units[character as usize] as usize,
            None => character as usize,
        };
        let span = self.folded.span(unit(offset), unit(offset + length));
        (span.start as u32, span.end as u32)
    }
}
