//! Passages that stand in an earlier text: windows of the normalized text, found
//! by rolling hashes and compared character by character.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::{Cut, LevelOptions};
use crate::error::Result;
use crate::hash::mix;
use crate::span::Span;
use crate::text::normalize::Normalized;

/// A part of a normalized text that goes, and where its beginning stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitCut {
    pub(super) doc: DocId,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first: DocId,
    pub(super) first_start: usize,
}

/// Returns whether a text must not be cut between two units: inside a
/// character, a number or a word of letters.
pub(super) fn is_joined(before: u16, after: u16) -> bool {
    if (0xdc00..0xe000).contains(&after) {
        return true;
    }
    let c = |unit: u16| char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}');
    let (before, after) = (c(before), c(after));
    let is_ascii = |c: char| c.is_ascii_alphanumeric() || ".%-:/,".contains(c);
    // Letters of scripts that have blanks between words.
    let is_letter = |c: char| c.is_alphabetic() && c < '\u{1100}';
    is_ascii(before) && is_ascii(after) || is_letter(before) && is_letter(after)
}

/// Returns the part of a run of units that can be cut.
pub(super) fn cuttable(units: &[u16], run: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = run;
    let joined = |at: usize| at > 0 && at < units.len() && is_joined(units[at - 1], units[at]);
    while start < end && joined(start) {
        start += 1;
    }
    while start < end && joined(end) {
        end -= 1;
    }
    start..end
}

/// Returns the passages that go, document by document in the given order.
pub(super) fn unit_cuts(
    corpus: &Corpus,
    order: &[DocId],
    length: usize,
    ctx: &Context,
) -> Result<Vec<UnitCut>> {
    let windows = order.iter().map(|doc| {
        let units = corpus.normalized(*doc).len();
        (units + 1).saturating_sub(length)
    });
    let twice = WindowFilter::new(windows.sum());
    order.par_iter().for_each(|doc| {
        if ctx.is_cancelled() {
            return;
        }
        rolling(corpus.normalized(*doc), length, |_, hash| twice.add(hash));
    });
    ctx.check()?;
    let mut kept = KeptWindows {
        corpus,
        length,
        places: HashMap::new(),
    };
    let mut cuts = Vec::new();
    let mut hashes: Vec<u64> = Vec::new();
    for doc in order {
        ctx.check()?;
        hashes.clear();
        rolling(corpus.normalized(*doc), length, |_, hash| {
            // 0 stands for a window that stands once.
            hashes.push(if twice.has(hash) { hash.max(1) } else { 0 });
        });
        scan(&mut kept, *doc, &hashes, &mut cuts);
    }
    Ok(cuts)
}

/// Scans one text: what its windows repeat goes, the others are kept.
fn scan(kept: &mut KeptWindows<'_>, doc: DocId, hashes: &[u64], cuts: &mut Vec<UnitCut>) {
    let corpus = kept.corpus;
    let units = corpus.normalized(doc);
    let length = kept.length;
    // The next window to keep; windows are kept as soon as they stand whole
    // before the one that is looked at.
    let mut next = 0;
    let mut at = 0;
    while at < hashes.len() {
        while next + length <= at {
            kept.keep(hashes[next], doc, next);
            next += 1;
        }
        let Some(first) = kept.find(hashes[at], doc, at, None) else {
            at += 1;
            continue;
        };
        // The windows after it, as far as each is kept too, in pieces that
        // stand together in one text.
        let mut pieces = vec![(at, first)];
        let (mut last, mut place) = (at, first);
        while last + 1 < hashes.len() {
            let Some(other) = kept.find(hashes[last + 1], doc, last + 1, Some(place)) else {
                break;
            };
            last += 1;
            if other != (place.0, place.1 + 1) {
                pieces.push((last, other));
            }
            place = other;
        }
        let run = cuttable(units, at..last + length);
        if run.is_empty() {
            at += 1;
            continue;
        }
        while next + length <= run.start {
            kept.keep(hashes[next], doc, next);
            next += 1;
        }
        // A piece reaches to the end of its last window; of those that hold a
        // character the last one reaches farthest.
        let mut start = run.start;
        while start < run.end {
            let nth = pieces.partition_point(|(from, _)| *from <= start) - 1;
            let (from, (other, other_at)) = pieces[nth];
            let last_of_piece = pieces.get(nth + 1).map_or(last, |(next, _)| next - 1);
            let end = (last_of_piece + length).min(run.end);
            cuts.push(UnitCut {
                doc,
                start,
                end,
                first: other,
                first_start: other_at + (start - from),
            });
            start = end;
        }
        at = run.end;
        next = run.end;
    }
    while next < hashes.len() {
        kept.keep(hashes[next], doc, next);
        next += 1;
    }
}

/// The windows of what stays, by their hashes.
struct KeptWindows<'a> {
    corpus: &'a Corpus,
    length: usize,
    places: HashMap<u64, (DocId, u32)>,
}

impl KeptWindows<'_> {
    fn window(&self, (doc, at): (DocId, usize)) -> &[u16] {
        &self.corpus.normalized(doc)[at..at + self.length]
    }

    /// Keeps a window, unless one of its wording is kept already.
    fn keep(&mut self, hash: u64, doc: DocId, at: usize) {
        if hash == 0 {
            return;
        }
        let mut key = hash;
        while let Some((other, start)) = self.places.get(&key) {
            if self.window((*other, *start as usize)) == self.window((doc, at)) {
                return;
            }
            // Another wording has this hash.
            key = mix(key);
        }
        self.places.insert(key, (doc, at as u32));
    }

    /// Returns where a window is kept. `before` is the place of the window
    /// before it: right behind it, one character is left to compare.
    fn find(
        &self,
        hash: u64,
        doc: DocId,
        at: usize,
        before: Option<(DocId, usize)>,
    ) -> Option<(DocId, usize)> {
        if hash == 0 {
            return None;
        }
        let mut key = hash;
        loop {
            let (other, start) = self.places.get(&key)?;
            let place = (*other, *start as usize);
            let follows = before.is_some_and(|(doc, at)| (doc, at + 1) == place);
            let (one, other) = (self.window((doc, at)), self.window(place));
            let is_equal = match follows {
                true => one.last() == other.last(),
                false => one == other,
            };
            if is_equal {
                return Some(place);
            }
            key = mix(key);
        }
    }
}

/// The base of the rolling hash, an odd number of no structure.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hands the hash of every window to `take`, in order (Karp and Rabin, modulo
/// 2^64, mixed at the end).
fn rolling(units: &[u16], length: usize, mut take: impl FnMut(usize, u64)) {
    if units.len() < length {
        return;
    }
    // Each unit becomes a number of 64 bits, so that sums modulo 2^64 are no
    // sums of small numbers.
    let value = |unit: u16| mix(u64::from(unit) + 1);
    let drop = (1..length).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = 0u64;
    for (at, &unit) in units.iter().enumerate() {
        if at >= length {
            let gone = value(units[at - length]).wrapping_mul(drop);
            hash = hash.wrapping_sub(gone);
        }
        hash = hash.wrapping_mul(BASE).wrapping_add(value(unit));
        if at + 1 >= length {
            take(at + 1 - length, mix(hash));
        }
    }
}

/// Which windows may stand twice: two bits for each of at least four times as
/// many places as there are windows.
struct WindowFilter {
    seen: Vec<AtomicU64>,
    twice: Vec<AtomicU64>,
    mask: u64,
}

impl WindowFilter {
    fn new(windows: usize) -> Self {
        let places = (windows * 4).next_power_of_two().max(64);
        let words = || (0..places / 64).map(|_| AtomicU64::new(0)).collect();
        WindowFilter {
            seen: words(),
            twice: words(),
            mask: places as u64 - 1,
        }
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let place = hash & self.mask;
        ((place / 64) as usize, 1 << (place % 64))
    }

    /// Notes a window. Whichever thread comes first, the bits are the same in
    /// the end.
    fn add(&self, hash: u64) {
        let (word, bit) = self.place(hash);
        if self.seen[word].fetch_or(bit, Ordering::Relaxed) & bit != 0 {
            self.twice[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn has(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.twice[word].load(Ordering::Relaxed) & bit != 0
    }
}

/// Returns the cuts in bytes of the texts.
pub(super) fn cuts(
    options: &LevelOptions,
    corpus: &Corpus,
    order: &[DocId],
    ctx: &Context,
) -> Result<Vec<Cut>> {
    let length = options.min_length.max(1) as usize;
    let found = unit_cuts(corpus, order, length, ctx)?;
    // Places in first texts, text by text: offsets are made once for each.
    let mut by_first: Vec<usize> = (0..found.len()).collect();
    by_first.sort_unstable_by_key(|at| (found[*at].first, *at));
    let groups: Vec<&[usize]> = by_first
        .chunk_by(|a, b| found[*a].first == found[*b].first)
        .collect();
    let first_spans = groups.par_iter().flat_map_iter(|group| {
        let normalized = corpus.with_offsets(found[group[0]].first);
        let spans = group.iter().map(|at| {
            let UnitCut {
                start,
                end,
                first_start,
                ..
            } = found[*at];
            (*at, normalized.span(first_start, first_start + end - start))
        });
        spans.collect::<Vec<_>>()
    });
    let mut first_spans: Vec<(usize, Span)> = first_spans.collect();
    first_spans.sort_unstable_by_key(|(at, _)| *at);
    let numbered: Vec<(usize, UnitCut)> = found.into_iter().enumerate().collect();
    let of_documents: Vec<&[(usize, UnitCut)]> =
        numbered.chunk_by(|a, b| a.1.doc == b.1.doc).collect();
    let cuts = of_documents.par_iter().flat_map_iter(|some| {
        let doc = some[0].1.doc;
        let normalized = corpus.with_offsets(doc);
        let text = corpus.text(doc).unwrap_or("");
        let mut cuts: Vec<Cut> = Vec::with_capacity(some.len());
        for (at, cut) in *some {
            let is_continued = cuts.last().is_some_and(|last| {
                last.span.end as usize >= normalized.offsets.starts[cut.start] as usize
            });
            let mut span = in_text(text, &normalized, cut.start..cut.end);
            if let Some(last) = cuts.last().filter(|_| is_continued) {
                span.start = span.start.max(last.span.end);
            }
            cuts.push(Cut {
                doc,
                span,
                length: (cut.end - cut.start) as u32,
                first: cut.first,
                first_span: first_spans[*at].1,
            });
        }
        cuts
    });
    Ok(cuts.collect())
}

/// Marks that open a quotation or a bracket, and so belong to what follows.
const OPENING: &[char] = &['“', '‘', '「', '『', '（', '《', '〈', '【', '(', '['];

/// Returns the bytes of a passage with the marks that belong to it: those that
/// open before it, those that stand after it in its line, and the line if nothing
/// else is in it.
fn in_text(text: &str, normalized: &Normalized, units: Range<usize>) -> Span {
    let offsets = &normalized.offsets;
    let before = units
        .start
        .checked_sub(1)
        .map_or(0, |at| offsets.ends[at] as usize);
    let mut start = (offsets.starts[units.start] as usize).max(before);
    let mut end = offsets.ends[units.end - 1] as usize;
    let after = offsets
        .starts
        .get(units.end)
        .map_or(text.len(), |at| (*at as usize).max(end));
    let opened = text[before..start].trim_end_matches(OPENING);
    start = before + opened.len();
    let would_join = units.start > 0
        && (normalized.units.get(units.end))
            .is_some_and(|unit| is_joined(normalized.units[units.start - 1], *unit));
    if would_join {
        // What stays on both sides must not become one number or word: a mark
        // stays between them, or else a character.
        if after == end && units.len() > 1 {
            end = offsets.starts[units.end - 1] as usize;
        }
        return Span::new(start, end.max(start));
    }
    let gap = &text[end..after];
    let line = gap
        .find('\n')
        .map_or(gap, |at| gap[..at].trim_end_matches('\r'));
    let closed = match line.len() == gap.len() && after < text.len() {
        true => line.trim_end_matches(OPENING),
        false => line,
    };
    end += closed.len();
    let indented = text[..start].trim_end_matches([' ', '\t', '\u{3000}']);
    let begins_line = indented.is_empty() || indented.ends_with('\n');
    if begins_line && indented.len() >= before {
        let rest = &text[end..];
        let line_end = ["\r\n", "\n"]
            .iter()
            .find(|line_end| rest.starts_with(**line_end));
        if line_end.is_some() || rest.is_empty() {
            start = indented.len();
        }
        end += line_end.map_or(0, |line_end| line_end.len());
    }
    Span::new(start, end)
}
