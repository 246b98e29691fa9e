//! Occurrences: from positions in the concatenated text to spans of the original texts.

use std::cell::OnceCell;

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::prefetch::{prefetch, prefetched, with_later};
use crate::suffix::concat::ConcatText;
use crate::suffix::forms::{self, Form, Forms, Rewritten};
use crate::suffix::interval::Interval;
use crate::suffix::place::Occurrence;
use crate::suffix::place_limit::PlaceLimit;
use crate::suffix::suffix_array::SuffixArray;
use crate::suffix::whole_numbers::WholeNumbers;
use crate::text::normalize::Normalized;

/// Returns how many occurrences are looked up together: 20 MB of them, or 4.3
/// bytes a symbol of the text, less than selecting phrases has freed; where the
/// order of the suffixes is on disk, what there is room for.
///
/// Each batch normalizes the documents that it touches once more.
pub(crate) fn batch_len(suffixes: &SuffixArray) -> u64 {
    /// An occurrence, with its index by document and its span, or with the form
    /// in which it is written.
    const OCCURRENCE_BYTES: usize = 52;
    let most = (suffixes.positions.len() / 12).max(400_000);
    suffixes.batch_len(OCCURRENCE_BYTES, most) as u64
}

/// Returns where to cut a list of intervals, given by the number of their
/// occurrences, so that at most `batch_len` occurrences are looked up together,
/// or those of one interval.
pub(crate) fn batches(
    counts: impl ExactSizeIterator<Item = u64>,
    batch_len: u64,
) -> Vec<std::ops::Range<usize>> {
    let intervals = counts.len();
    let mut batches = Vec::new();
    let mut start = 0;
    let mut in_batch = 0;
    for (at, count) in counts.enumerate() {
        if in_batch > 0 && in_batch + count > batch_len {
            batches.push(start..at);
            start = at;
            in_batch = 0;
        }
        in_batch += count;
    }
    if start < intervals {
        batches.push(start..intervals);
    }
    batches
}

/// The occurrences of some intervals, one interval after another.
pub(crate) struct Occurrences {
    occurrences: Vec<Occurrence>,
    /// Where those of each interval end.
    ends: Vec<usize>,
    /// Whether every occurrence of an interval is written as it is normalized.
    as_normalized: Vec<bool>,
    /// The place of each interval among these, if they are in another order.
    places: Option<Vec<u32>>,
    forms: Forms,
}

impl Occurrences {
    /// Returns whether all occurrences of an interval are written as they are
    /// normalized, without any other variant.
    pub(crate) fn as_normalized(&self, interval: usize) -> bool {
        self.as_normalized[self.place(interval)]
    }

    /// Returns how the occurrences of an interval are written; nothing where all
    /// are written as they are normalized, or the interval is longer than
    /// [`forms::LONGEST`].
    pub(crate) fn forms<'a>(&'a self, corpus: &'a Corpus, interval: usize) -> Vec<Form<'a>> {
        self.forms.of(corpus, self.place(interval))
    }

    #[inline]
    fn place(&self, interval: usize) -> usize {
        let places = self.places.as_ref();
        places.map_or(interval, |places| places[interval] as usize)
    }

    /// Returns the occurrences of an interval, by document and start.
    pub(crate) fn of(&self, interval: usize) -> &[Occurrence] {
        let place = self.place(interval);
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.occurrences[start..self.ends[place]]
    }

    /// Sorts those of each interval by document and start.
    fn sort(&mut self) {
        let mut rest = self.occurrences.as_mut_slice();
        let mut start = 0;
        let mut of_intervals = Vec::with_capacity(self.ends.len());
        for &end in &self.ends {
            let (here, after) = rest.split_at_mut(end - start);
            of_intervals.push(here);
            (rest, start) = (after, end);
        }
        of_intervals
            .into_par_iter()
            .with_min_len(256)
            .for_each(|occurrences| occurrences.sort_unstable());
    }
}

/// Occurrences and intervals between the prefetching and the reading.
const AHEAD: usize = 8;

/// Returns the occurrences of every interval: all of them, or as many as are
/// listed, spread evenly over the order of the suffixes; `is_simplified` says of a document
/// whether it is written in Simplified characters.
///
/// Takes time and memory like [`find_whole`].
pub(crate) fn find(
    corpus: &Corpus,
    text: &ConcatText,
    suffixes: &SuffixArray,
    intervals: &[Interval],
    limit: PlaceLimit,
    is_simplified: impl Fn(DocId) -> bool + Sync,
) -> Occurrences {
    let positions = |interval: &Interval| {
        let positions = suffixes.positions.slice(interval.ranks());
        let (all, most) = (positions.len(), limit.of(interval.length));
        let (taken, of_each) = match interval.occurrences <= most as u64 {
            true => (all, usize::MAX),
            // Equal documents share a position.
            false => (all.min(most), most / all.min(most)),
        };
        (0..taken).map(move |nth| (positions[nth * all / taken] as u32, of_each))
    };
    let found = in_concatenated_text(text, suffixes, intervals, limit, positions);
    suffixes.release_pages();
    spans_of(corpus, found, &is_simplified)
}

/// Returns the occurrences of every interval that begin and end outside
/// numbers.
///
/// Normalizes every document that contains one of them once, in parallel.
/// Takes time linear in those documents and `O(m log m)` in the `m` occurrences
/// of an interval, and up to 52 bytes an occurrence.
pub(crate) fn find_whole(
    corpus: &Corpus,
    text: &ConcatText,
    suffixes: &SuffixArray,
    intervals: &[Interval],
    is_simplified: impl Fn(DocId) -> bool + Sync,
) -> Occurrences {
    let whole = WholeNumbers::new(text, suffixes);
    let positions = |interval: &Interval| {
        let positions = whole.positions(*interval);
        positions.map(|position| (position, usize::MAX))
    };
    let limit = PlaceLimit::All;
    let found = in_concatenated_text(text, suffixes, intervals, limit, positions);
    suffixes.release_pages();
    spans_of(corpus, found, &is_simplified)
}

/// Replaces offsets in documents by spans of their texts.
fn spans_of(
    corpus: &Corpus,
    mut found: Occurrences,
    is_simplified: &(impl Fn(DocId) -> bool + Sync),
) -> Occurrences {
    let mut rewritten = Vec::new();
    let occurrences = &mut found.occurrences;
    let by_document = ByDocument::new(corpus.len(), occurrences);
    /// Documents that are normalized together: enough for all cores, few enough
    /// to hold.
    const BATCH_LEN: usize = 4096;
    let documents: Vec<u32> = (0..corpus.len() as u32).collect();
    for batch in documents.chunks(BATCH_LEN) {
        let spans: Vec<Spans> = batch
            .par_iter()
            .map_init(Normalized::default, |normalized, &document| {
                let here = by_document.of(document);
                let document = DocId(document);
                let spans = spans_in(corpus, document, here, occurrences, normalized);
                if !spans.rewritten.is_empty() {
                    // Its text is at hand.
                    is_simplified(document);
                }
                spans
            })
            .collect();
        for (&document, spans) in batch.iter().zip(spans) {
            let here = with_later(by_document.of(document), AHEAD);
            for ((&at, later), (start, end)) in here.zip(spans.spans) {
                if let Some(&later) = later {
                    prefetch(occurrences, later as usize);
                }
                let occurrence = &mut occurrences[at as usize];
                (occurrence.start, occurrence.end) = (start, end);
            }
            for at in spans.not_normalized {
                let place = found.ends.partition_point(|end| *end <= at as usize);
                found.as_normalized[place] = false;
            }
            rewritten.extend(spans.rewritten);
        }
    }
    drop(by_document);
    found.forms = Forms::new(
        corpus,
        &found.occurrences,
        &found.ends,
        rewritten,
        is_simplified,
    );
    found.sort();
    found
}

/// Returns the occurrences as the concatenated text has them: `start` counts
/// characters from the beginning of the document, and `end` is the length.
///
/// `positions` gives each position with the number of equal documents of which
/// it is listed.
fn in_concatenated_text<P: Iterator<Item = (u32, usize)>>(
    text: &ConcatText,
    suffixes: &SuffixArray,
    intervals: &[Interval],
    limit: PlaceLimit,
    positions: impl Fn(&Interval) -> P,
) -> Occurrences {
    let count: u64 = intervals
        .iter()
        .map(|interval| limit.listed(interval))
        .sum();
    let mut occurrences: Vec<Occurrence> = Vec::with_capacity(count as usize);
    let mut ends = Vec::with_capacity(intervals.len());
    let mut add = |interval: &Interval| {
        for (position, most) in positions(interval) {
            let document = text.document_at(position);
            let start = position - text.start(document);
            let of_member = |&document: &DocId| Occurrence {
                document,
                start,
                end: interval.length,
            };
            let members = text.members(document).iter().take(most);
            occurrences.extend(members.map(of_member));
        }
        ends.push(occurrences.len());
    };
    let places = if suffixes.room.is_some() {
        // Each page of an order on disk is read once.
        let mut by_rank: Vec<u32> = (0..intervals.len() as u32).collect();
        by_rank.sort_unstable_by_key(|at| intervals[*at as usize].first);
        let mut places = vec![0; intervals.len()];
        for (place, at) in (0..).zip(&by_rank) {
            add(&intervals[*at as usize]);
            places[*at as usize] = place;
        }
        Some(places)
    } else {
        /// Occurrences that are prefetched: most strings have no more.
        const OCCURRENCES: usize = 8;
        for (at, interval) in intervals.iter().enumerate() {
            if let Some(later) = intervals.get(at + 2 * AHEAD) {
                suffixes.prefetch(later.first);
            }
            if let Some(later) = intervals.get(at + AHEAD) {
                let ranks = later.first_ranks(OCCURRENCES);
                for &position in suffixes.positions.slice(ranks) {
                    text.prefetch(position as u32);
                }
            }
            add(interval);
        }
        None
    };
    Occurrences {
        occurrences,
        ends,
        as_normalized: vec![true; intervals.len()],
        places,
        forms: Forms::default(),
    }
}

/// The indexes of occurrences, document by document.
struct ByDocument {
    indexes: Vec<u32>,
    /// Where those of each document begin, and the end of the last.
    starts: Vec<u32>,
}

impl ByDocument {
    fn new(documents: usize, occurrences: &[Occurrence]) -> Self {
        let mut starts = vec![0_u32; documents + 1];
        for occurrence in occurrences {
            starts[occurrence.document.index() + 1] += 1;
        }
        for document in 0..documents {
            starts[document + 1] += starts[document];
        }
        let mut indexes = vec![0_u32; occurrences.len()];
        let mut next = starts.clone();
        for (at, occurrence) in (0..).zip(occurrences) {
            let next = &mut next[occurrence.document.index()];
            indexes[*next as usize] = at;
            *next += 1;
        }
        ByDocument { indexes, starts }
    }

    fn of(&self, document: u32) -> &[u32] {
        let document = document as usize;
        &self.indexes[self.starts[document] as usize..self.starts[document + 1] as usize]
    }
}

/// Returns the spans of some occurrences in the text of their document.
fn spans_in(
    corpus: &Corpus,
    document: DocId,
    indexes: &[u32],
    occurrences: &[Occurrence],
    normalized: &mut Normalized,
) -> Spans {
    let mut found = Spans::default();
    if indexes.is_empty() {
        return found;
    }
    let text = corpus.text(document).unwrap_or("");
    corpus.normalizer().normalize_with_offsets(text, normalized);
    let text = text.as_bytes();
    let normalized = CharOffsets::new(normalized);
    found.spans.reserve_exact(indexes.len());
    let fetch = |later: &u32| prefetch(occurrences, *later as usize);
    for &at in prefetched(indexes, AHEAD, fetch) {
        let Occurrence {
            start: offset,
            end: length,
            ..
        } = occurrences[at as usize];
        let (start, end) = normalized.span(offset, length);
        found.spans.push((start, end));
        if !normalized.is_written(offset, length, text, (start, end)) {
            found.not_normalized.push(at);
            if length <= forms::LONGEST {
                let form = &text[start as usize..end as usize];
                found.rewritten.push(Rewritten::new(at, form));
            }
        }
    }
    found
}

/// Where the occurrences in one document are in its text.
#[derive(Default)]
struct Spans {
    spans: Vec<(u32, u32)>,
    /// Indexes of the occurrences that are written otherwise than normalized.
    not_normalized: Vec<u32>,
    /// Those of them whose forms are told apart.
    rewritten: Vec<Rewritten>,
}

/// A normalized document, addressed by characters.
pub(crate) struct CharOffsets<'a> {
    normalized: &'a Normalized,
    /// The unit of each character, where they differ.
    units: Option<Vec<u32>>,
    /// For each unit, how many before it are written otherwise than normalized;
    /// counted once a long phrase asks for it.
    rewritten: OnceCell<Vec<u32>>,
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
        CharOffsets {
            normalized,
            units,
            rewritten: OnceCell::new(),
        }
    }

    /// Returns the bytes of the text that `length` characters came from.
    pub(crate) fn span(&self, offset: u32, length: u32) -> (u32, u32) {
        let span = self
            .normalized
            .span(self.unit(offset), self.unit(offset + length));
        (span.start as u32, span.end as u32)
    }

    /// Returns whether a span of the document's text is the `length`
    /// characters in UTF-8, as they are normalized; says no of those beyond 16
    /// bits. Takes constant time, after one pass over the document, where the
    /// phrase is long: phrases may be as many and as long as the document.
    fn is_written(&self, offset: u32, length: u32, text: &[u8], (start, end): (u32, u32)) -> bool {
        let (first, last) = (self.unit(offset), self.unit(offset + length));
        if length <= forms::LONGEST {
            let units = &self.normalized.units[first..last];
            return is_utf8_of(&text[start as usize..end as usize], units);
        }
        let rewritten = self.rewritten.get_or_init(|| self.count_rewritten(text));
        // A gap before the first is none of its own.
        rewritten[last] == rewritten[first + 1]
            && is_utf8_of(
                &text[start as usize..self.normalized.offsets.ends[first] as usize],
                &self.normalized.units[first..=first],
            )
    }

    /// Returns, for each unit and the end, how many units before it are
    /// written otherwise than normalized, or after a gap.
    fn count_rewritten(&self, text: &[u8]) -> Vec<u32> {
        let Normalized { units, offsets } = self.normalized;
        let (mut count, mut end_before) = (0, 0);
        let mut counts = Vec::with_capacity(units.len() + 1);
        counts.push(0);
        for (at, unit) in units.iter().enumerate() {
            let (start, end) = (offsets.starts[at], offsets.ends[at]);
            let is_next = at == 0 || start == end_before;
            let own = &text[start as usize..end as usize];
            count += u32::from(!is_next || !is_utf8_of(own, std::slice::from_ref(unit)));
            counts.push(count);
            end_before = end;
        }
        counts
    }

    fn unit(&self, character: u32) -> usize {
        match &self.units {
            Some(units) => units[character as usize] as usize,
            None => character as usize,
        }
    }
}

/// Returns whether bytes are the UTF-8 of some units; says no of characters
/// beyond 16 bits.
fn is_utf8_of(bytes: &[u8], units: &[u16]) -> bool {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::suffix::Index;
    use crate::suffix::naive;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn prop_occurrences_written_as_normalized_are_recognized(
            documents in prop::collection::vec("(联防联控|聯(lián)防|联、防|é|ａb|𠀀|甲){0,9}(联防联控){0,20}(聯|联)", 0..6)
        ) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus, &Context::default()).unwrap();
            let mut intervals = Vec::new();
            index.walk(1, 1, |interval| intervals.push(interval));
            let occurrences = find(
                &corpus,
                &index.text,
                &index.suffixes,
                &intervals,
                PlaceLimit::All,
                |_| true,
            );
            for (at, interval) in intervals.iter().enumerate() {
                let normalized = index.string(interval);
                let written = |occurrence: &Occurrence| occurrence.text(&corpus) == Some(&normalized);
                // Nothing is promised of characters beyond 16 bits.
                let expected = occurrences.of(at).iter().all(written) && !normalized.contains('𠀀');
                prop_assert_eq!(occurrences.as_normalized(at), expected, "{}", normalized);
                let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
                for occurrence in occurrences.of(at) {
                    *counts.entry(occurrence.text(&corpus).unwrap()).or_default() += 1;
                }
                if expected || interval.length > forms::LONGEST {
                    counts.clear();
                }
                let forms = occurrences.forms(&corpus, at);
                let counted = forms.iter().map(|form| (form.text, form.count));
                prop_assert_eq!(counted.collect::<BTreeMap<_, _>>(), counts);
                prop_assert!(forms.iter().all(|form| form.simplified == form.count));
            }
        }
    }
}
