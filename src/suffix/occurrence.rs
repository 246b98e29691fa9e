//! The way back: from positions in the symbol text to spans in the original texts.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::prefetch::prefetch;
use crate::span::Span;
use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::suffix_array::SuffixArray;
use crate::text::normalize::Normalized;

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
pub(crate) struct Occurrences {
    places: Vec<Occurrence>,
    /// Where those of each interval end.
    ends: Vec<usize>,
    /// Whether each interval is written at all its places as it is normalized.
    as_normalized: Vec<bool>,
}

impl Occurrences {
    /// Returns whether an interval is written at all its places as it is
    /// normalized, without any other variant.
    pub(crate) fn as_normalized(&self, interval: usize) -> bool {
        self.as_normalized[interval]
    }

    /// Returns the places of an interval, by document and start.
    pub(crate) fn of(&self, interval: usize) -> &[Occurrence] {
        let start = interval
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.places[start..self.ends[interval]]
    }
}

/// Occurrences and intervals between the fetching and the reading.
const AHEAD: usize = 8;

/// Returns the places of every interval.
///
/// Folds every document that has one of them once, in parallel. Takes time
/// linear in those documents and `O(m log m)` in the `m` places of an
/// interval, and 16 bytes a place.
pub(crate) fn find(
    corpus: &Corpus,
    text: &ConcatText,
    suffixes: &SuffixArray,
    intervals: &[Interval],
) -> Occurrences {
    // First the places as the symbol text has them: from the beginning of the
    // document, and with the length instead of the end.
    let count: u64 = intervals.iter().map(|interval| interval.occurrences).sum();
    let mut places: Vec<Occurrence> = Vec::with_capacity(count as usize);
    let mut ends = Vec::with_capacity(intervals.len());
    // Where the places of each document end, after those of all before it.
    let mut of_document = vec![0_u32; corpus.len() + 1];
    for (nth, interval) in intervals.iter().enumerate() {
        if let Some(ahead) = intervals.get(nth + AHEAD) {
            suffixes.prefetch(ahead.first);
        }
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
    let mut as_normalized = vec![true; intervals.len()];
    // Documents at once: enough for all cores, few enough to hold.
    const AT_ONCE: usize = 4096;
    let documents: Vec<u32> = (0..corpus.len() as u32).collect();
    let here = |document: u32| {
        let document = document as usize;
        &which[of_document[document] as usize..of_document[document + 1] as usize]
    };
    for some in documents.chunks(AT_ONCE) {
        let spans: Vec<Spans> = some
            .par_iter()
            .map_init(Normalized::default, |normalized, &document| {
                let mut found = Spans::default();
                let here = here(document);
                if here.is_empty() {
                    return found;
                }
                let text = corpus.text(DocId(document)).unwrap_or("").as_bytes();
                corpus.with_offsets_into(DocId(document), normalized);
                let normalized = CharOffsets::new(normalized);
                found.spans.reserve_exact(here.len());
                for (nth, &at) in here.iter().enumerate() {
                    if let Some(&ahead) = here.get(nth + AHEAD) {
                        prefetch(&places, ahead as usize);
                    }
                    let place = places[at as usize];
                    let (start, end) = normalized.span(place.start, place.end);
                    found.spans.push((start, end));
                    let written = &text[start as usize..end as usize];
                    if !normalized.is_written(place.start, place.end, written) {
                        found.otherwise.push(at);
                    }
                }
                found
            })
            .collect();
        for (&document, found) in some.iter().zip(spans) {
            let here = here(document);
            for (nth, (&at, (start, end))) in here.iter().zip(found.spans).enumerate() {
                if let Some(&ahead) = here.get(nth + AHEAD) {
                    prefetch(&places, ahead as usize);
                }
                let place = &mut places[at as usize];
                (place.start, place.end) = (start, end);
            }
            for at in found.otherwise {
                let interval = ends.partition_point(|end| *end <= at as usize);
                as_normalized[interval] = false;
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
    Occurrences {
        places,
        ends,
        as_normalized,
    }
}

/// Where the places in one document are in its text.
#[derive(Default)]
struct Spans {
    spans: Vec<(u32, u32)>,
    /// The places that are written otherwise than normalized.
    otherwise: Vec<u32>,
}

/// A normalized document, addressed by characters.
pub(crate) struct CharOffsets<'a> {
    normalized: &'a Normalized,
    /// The unit of each character, where they differ.
    units: Option<Vec<u32>>,
}

impl<'a> CharOffsets<'a> {
    pub(crate) fn new(normalized: &'a Normalized) -> Self {
        let second_half = |unit: u16| unit & 0xFC00 == 0xDC00;
        let units = normalized
            .units
            .iter()
            .any(|&unit| second_half(unit))
            .then(|| {
                let firsts = (0..)
                    .zip(&normalized.units)
                    .filter(|(_, unit)| !second_half(**unit));
                firsts
                    .map(|(at, _)| at)
                    .chain([normalized.units.len() as u32])
                    .collect()
            });
        CharOffsets { normalized, units }
    }

    /// Returns the bytes of the text that `length` characters came from.
    pub(crate) fn span(&self, offset: u32, length: u32) -> (u32, u32) {
        let span = self
            .normalized
            .span(self.unit(offset), self.unit(offset + length));
        (span.start as u32, span.end as u32)
    }

    /// Returns whether the bytes are the `length` characters in UTF-8, as
    /// they are normalized; says no of those beyond 16 bits.
    fn is_written(&self, offset: u32, length: u32, bytes: &[u8]) -> bool {
        let units = &self.normalized.units[self.unit(offset)..self.unit(offset + length)];
        let mut rest = bytes;
        units.iter().all(|&unit| {
            let low = |bits: u16| 0x80 | (unit >> bits & 0x3F) as u8;
            match (unit, rest) {
                (0..0x80, [a, after @ ..]) => {
                    rest = after;
                    *a == unit as u8
                }
                (0x80..0x800, [a, b, after @ ..]) => {
                    rest = after;
                    [*a, *b] == [0xC0 | (unit >> 6) as u8, low(0)]
                }
                (0x800..0xD800 | 0xE000.., [a, b, c, after @ ..]) => {
                    rest = after;
                    [*a, *b, *c] == [0xE0 | (unit >> 12) as u8, low(6), low(0)]
                }
                _ => false,
            }
        }) && rest.is_empty()
    }

    fn unit(&self, character: u32) -> usize {
        match &self.units {
            Some(units) => units[character as usize] as usize,
            None => character as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_what_is_written_as_folded_is_told(
            documents in prop::collection::vec("(联防联控|聯(lián)防|联、防|é|ａb|𠀀|甲){0,9}", 0..6)
        ) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus).unwrap();
            let mut intervals = Vec::new();
            index.walk(1, 1, |interval| intervals.push(interval));
            let places = find(&corpus, &index.text, &index.suffixes, &intervals);
            for (at, interval) in intervals.iter().enumerate() {
                let normalized = index.string(interval);
                let written = |place: &Occurrence| place.text(&corpus) == Some(&normalized);
                // Nothing is promised of characters beyond 16 bits.
                let expected = places.of(at).iter().all(written) && !normalized.contains('𠀀');
                prop_assert_eq!(places.as_normalized(at), expected, "{}", normalized);
            }
        }
    }
}
