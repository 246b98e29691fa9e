//! Passages that go, from units of the normalized texts to bytes of the texts.

use std::ops::Range;

use bytemuck::Pod;
use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::cuts::{Cut, Cuts, CutsBuilder};
use crate::dedup::levels::repeated_windows::{UnitCut, unit_cuts};
use crate::dedup::levels::seams::{is_joined, is_parting};
use crate::dedup::levels::{BATCH_UNITS, LevelOptions};
use crate::error::Result;
use crate::span::Span;
use crate::spill::{Sorted, Sorter};
use crate::text::normalize::Normalized;

/// Most rows of one first text that are taken at a time.
const BATCH_ROWS: usize = 1 << 18;

/// A cut by where it stands first: the document and the unit there, the
/// document and the unit where it goes, and its length.
type FirstRow = [u64; 3];

/// A cut by where it goes: the document and the unit there, its length and the
/// document where it stands first, and the bytes there.
type PlaceRow = [u64; 4];

fn pair(high: usize, low: usize) -> u64 {
    (high as u64) << 32 | low as u64
}

fn halves(pair: u64) -> (usize, usize) {
    ((pair >> 32) as usize, pair as u32 as usize)
}

/// Returns the cuts in bytes of the texts. Offsets are made once for each text
/// that keeps something, and once for each that loses something.
pub(super) fn cuts(
    options: &LevelOptions,
    corpus: &Corpus,
    order: &[DocId],
    ctx: &Context,
) -> Result<Cuts> {
    let spill_folder = corpus.spill_folder();
    let mut by_first: Sorter<'_, FirstRow> = Sorter::within(spill_folder);
    let length = options.min_length.max(1) as usize;
    unit_cuts(corpus, order, length, ctx, |cut| {
        let UnitCut {
            doc,
            start,
            end,
            first,
            first_start,
        } = cut;
        by_first.push([
            pair(first.index(), first_start),
            pair(doc.index(), start),
            (end - start) as u64,
        ])
    })?;
    let mut by_place: Sorter<'_, PlaceRow> = Sorter::within(spill_folder);
    in_batches(corpus, by_first.finish()?, Some(BATCH_ROWS), |groups| {
        ctx.check()?;
        let rows = groups.par_iter().map(|rows| first_spans(corpus, rows));
        let rows: Vec<Vec<PlaceRow>> = rows.collect();
        by_place.extend(rows.into_iter().flatten())
    })?;
    let mut cuts = CutsBuilder::new(spill_folder)?;
    in_batches(corpus, by_place.finish()?, None, |groups| {
        ctx.check()?;
        let found = groups.par_iter().map(|rows| of_document(corpus, rows));
        let found: Vec<Vec<Cut>> = found.collect();
        let mut found = found.iter().flatten();
        found.try_for_each(|cut| cuts.push(cut.to_row()))
    })?;
    cuts.finish()
}

/// Passes on the rows of documents, some documents at a time. Rows of one
/// document are together, or with `most` in parts of at least so many.
fn in_batches<Row: Pod + Ord + AsRef<[u64]>>(
    corpus: &Corpus,
    mut sorted: Sorted<Row>,
    most: Option<usize>,
    mut take: impl FnMut(&[&[Row]]) -> Result<()>,
) -> Result<()> {
    let doc = |row: &Row| DocId((row.as_ref()[0] >> 32) as u32);
    let mut batch: Vec<Row> = Vec::new();
    let mut units = 0;
    loop {
        let next = sorted.next()?;
        let is_new = match (&next, batch.last()) {
            (Some(next), Some(last)) => doc(next) != doc(last),
            _ => true,
        };
        let is_full = units >= BATCH_UNITS && is_new
            || most.is_some_and(|most| batch.len() >= most)
            || next.is_none();
        if is_full && !batch.is_empty() {
            let groups: Vec<&[Row]> = batch.chunk_by(|a, b| doc(a) == doc(b)).collect();
            take(&groups)?;
            batch.clear();
            units = 0;
        }
        let Some(next) = next else { return Ok(()) };
        if is_new || batch.is_empty() {
            units += corpus.normalized_len(doc(&next));
        }
        batch.push(next);
    }
}

/// Returns the rows of one first text with the bytes there.
fn first_spans(corpus: &Corpus, rows: &[FirstRow]) -> Vec<PlaceRow> {
    let (first, _) = halves(rows[0][0]);
    let normalized = corpus.with_offsets(DocId(first as u32));
    rows.iter()
        .map(|[from, place, length]| {
            let (_, start) = halves(*from);
            let span = normalized.span(start, start + *length as usize);
            [*place, pair(*length as usize, first), span.start, span.end]
        })
        .collect()
}

/// Returns the cuts of one text.
fn of_document(corpus: &Corpus, rows: &[PlaceRow]) -> Vec<Cut> {
    let (doc, _) = halves(rows[0][0]);
    let doc = DocId(doc as u32);
    let normalized = corpus.with_offsets(doc);
    let text = corpus.text(doc).unwrap_or("");
    let mut cuts: Vec<Cut> = Vec::with_capacity(rows.len());
    for [place, length_first, first_start, first_end] in rows {
        let ((_, start), (length, first)) = (halves(*place), halves(*length_first));
        let mut span = in_text(text, &normalized, start..start + length);
        // Cuts that follow each other share no mark.
        let last = cuts.last();
        if let Some(last) =
            last.filter(|last| last.span.end >= u64::from(normalized.offsets.starts[start]))
        {
            span.start = span.start.max(last.span.end);
        }
        cuts.push(Cut {
            doc,
            span,
            length: length as u32,
            first: DocId(first as u32),
            first_span: Span {
                start: *first_start,
                end: *first_end,
            },
        });
    }
    cuts
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
    let is_parted = is_parting(&text[before..start]);
    if would_join && !is_parted {
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
