//! Lines or paragraphs of the same wording: all of them, sorted by wording and
//! then by the order of reading.

use std::ops::Range;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::cuts::{Cut, Cuts, CutsBuilder};
use crate::dedup::levels::units::units;
use crate::dedup::levels::{LevelOptions, batches};
use crate::error::Result;
use crate::hash::{TextHash, text_hash};
use crate::span::Span;
use crate::spill::Sorter;
use crate::text::marks::{Mark, telling};

/// A line or paragraph that is long enough.
pub(super) struct Unit {
    pub(super) range: Range<usize>,
    /// Number of normalized characters.
    pub(super) length: u32,
    pub(super) hash: TextHash,
}

/// A unit in numbers: the halves of its hash, the place of its document in the
/// order of reading, its bytes, its length and its document.
type UnitRow = [u64; 6];

impl Unit {
    fn to_row(&self, rank: usize, doc: DocId) -> UnitRow {
        [
            (self.hash.0 >> 64) as u64,
            self.hash.0 as u64,
            rank as u64,
            self.range.start as u64,
            self.range.end as u64,
            u64::from(self.length) << 32 | u64::from(doc.0),
        ]
    }
}

/// Returns the cut of a unit that has the wording of an earlier one.
fn cut(unit: &UnitRow, first: &UnitRow) -> Cut {
    let span = |row: &UnitRow| Span {
        start: row[3],
        end: row[4],
    };
    Cut {
        doc: DocId(unit[5] as u32),
        span: span(unit),
        length: (unit[5] >> 32) as u32,
        first: DocId(first[5] as u32),
        first_span: span(first),
    }
}

/// Returns a hash of the words of a part and of the signs in it that say
/// something: ✓ in one line and ✗ in another.
fn wording_hash(normalized: &[u16], marks: &[Mark]) -> TextHash {
    let of_words = text_hash(normalized);
    let telling = telling(marks);
    if telling.is_empty() {
        return of_words;
    }
    let telling: Vec<u16> = telling.encode_utf16().collect();
    TextHash(of_words.0 ^ text_hash(&telling).0)
}

/// Returns the lines or paragraphs of a document that may be cut.
pub(super) fn of_document(options: &LevelOptions, corpus: &Corpus, doc: DocId) -> Vec<Unit> {
    let text = corpus.text(doc).unwrap_or("");
    let mut normalized = Vec::new();
    let units = units(text, options.level).into_iter();
    units
        .filter_map(|range| {
            normalized.clear();
            let part = &text[range.clone()];
            let removed = corpus
                .normalizer()
                .normalize_and_note(part, &mut normalized);
            let length = normalized.len() as u32;
            let is_approved = options
                .approved
                .as_ref()
                .is_none_or(|approved| approved.contains(&normalized));
            (length >= options.min_length.max(1) && is_approved).then(|| Unit {
                range,
                length,
                hash: wording_hash(&normalized, &removed.marks),
            })
        })
        .collect()
}

/// Returns the units after the first of the same wording.
pub(super) fn cuts(
    options: &LevelOptions,
    corpus: &Corpus,
    order: &[DocId],
    ctx: &Context,
) -> Result<Cuts> {
    let spill_folder = corpus.spill_folder();
    let mut sorter = Sorter::within(spill_folder);
    let mut rank = 0;
    for docs in batches(corpus, order) {
        ctx.check()?;
        let split = docs
            .par_iter()
            .map(|doc| of_document(options, corpus, *doc));
        let split: Vec<Vec<Unit>> = split.collect();
        for (doc, units) in docs.iter().zip(split) {
            sorter.extend(units.iter().map(|unit| unit.to_row(rank, *doc)))?;
            rank += 1;
            ctx.advance(corpus.normalized_len(*doc));
        }
    }
    let mut sorted = sorter.finish()?;
    let mut found = Sorter::within(spill_folder);
    let mut first: Option<UnitRow> = None;
    while let Some(unit) = sorted.next()? {
        match first.filter(|first| first[..2] == unit[..2]) {
            Some(first) => found.push(cut(&unit, &first).to_row())?,
            None => first = Some(unit),
        }
    }
    drop(sorted);
    ctx.check()?;
    let mut sorted = found.finish()?;
    let mut cuts = CutsBuilder::new(spill_folder)?;
    while let Some(row) = sorted.next()? {
        cuts.push(row)?;
    }
    cuts.finish()
}
