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

/// A place as the symbol text has it, with the string that it belongs to.
#[derive(Clone, Copy)]
struct Wanted {
    document: DocId,
    /// In characters from the beginning of the document.
    offset: u32,
    /// The index of the interval.
    owner: u32,
}

/// Places that are looked up together: 24 MB of them. Each batch folds the
/// documents that it touches once more.
pub(crate) const BATCH: u64 = 2_000_000;

/// Returns where to cut a list of intervals, given by their occurrences, so
/// that the places of each piece are looked up together.
pub(crate) fn batches(
    occurrences: impl ExactSizeIterator<Item = u64>,
) -> Vec<std::ops::Range<usize>> {
    let intervals = occurrences.len();
    let mut batches = Vec::new();
    let mut start = 0;
    let mut places = 0;
    for (at, occurrences) in occurrences.enumerate() {
        if places > 0 && places + occurrences > BATCH {
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

/// Returns the places of every interval, each sorted by document and start.
///
/// Folds every document that has one of them once, in parallel. Takes time
/// linear in those documents and `O(m log m)` in the `m` places.
pub(crate) fn find(
    corpus: &Corpus,
    text: &SymbolText,
    suffixes: &SuffixArray,
    intervals: &[Interval],
) -> Vec<Vec<Occurrence>> {
    let mut wanted = Vec::new();
    for (owner, interval) in (0..).zip(intervals) {
        for &position in &suffixes.positions[interval.first as usize..=interval.last as usize] {
            let document = text.document_at(position as u32);
            let offset = position as u32 - text.start(document);
            for &document in text.members(document) {
                wanted.push(Wanted {
                    document,
                    offset,
                    owner,
                });
            }
        }
    }
    wanted.par_sort_unstable_by_key(|w| (w.document, w.offset, w.owner));
    let in_documents: Vec<&[Wanted]> = wanted.chunk_by(|a, b| a.document == b.document).collect();
    let mut found: Vec<Vec<Occurrence>> = intervals
        .iter()
        .map(|i| Vec::with_capacity(i.occurrences as usize))
        .collect();
    // Documents at once: enough for all cores, few enough to hold.
    const AT_ONCE: usize = 1024;
    for some in in_documents.chunks(AT_ONCE) {
        let placed: Vec<Vec<Occurrence>> = some
            .par_iter()
            .map(|in_document| {
                let folded = WayBack::new(corpus.unfold(in_document[0].document));
                let place = |w: &Wanted| {
                    let length = intervals[w.owner as usize].length;
                    let (start, end) = folded.span(w.offset, length);
                    Occurrence {
                        document: w.document,
                        start,
                        end,
                    }
                };
                in_document.iter().map(place).collect()
            })
            .collect();
        for (in_document, placed) in some.iter().zip(placed) {
            for (wanted, occurrence) in in_document.iter().zip(placed) {
                found[wanted.owner as usize].push(occurrence);
            }
        }
    }
    found
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
