//! The records of passages: a line each, edits included.

use std::borrow::Cow;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::graph::Direction;
use crate::passages::{Hunk, HunkKind, ReusedPassage, is_quoted};
use crate::relation::change_kind;
use crate::span::{Span, UnitSpan};
use crate::text::normalize::Normalized;
use crate::text::quotes::quoted;
use crate::write::ColumnTable;
use crate::write::lines::Target;
use crate::write::record::record;
use crate::write::table::{TableOptions, TableWriter};

/// Passages whose places are looked up together: documents with several of
/// them are normalized once, and memory stays bounded.
const BATCH: usize = 1 << 15;

/// Units on either side of a passage that tell what an edit at its end
/// changes: the rest of a number or of a date.
const CONTEXT: u32 = 16;

/// An edit of a passage, with its places in both texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub(crate) struct EditRecord<'a> {
    pub(crate) kind: Cow<'a, str>,
    pub(crate) what: Cow<'a, str>,
    pub(crate) a: [u64; 2],
    pub(crate) b: [u64; 2],
}

record! {
    /// A line of `passages.jsonl`, and a passage of `leitong check`.
    #[derive(Clone, Debug, Serialize, Deserialize)]
    #[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
    pub(crate) struct PassageRecord<'a> {
        #[serde(borrow)]
        a: Cow<'a, str>,
        #[serde(borrow)]
        b: Cow<'a, str>,
        span_a: [u64; 2],
        span_b: [u64; 2],
        length: u32,
        identity: f64,
        own: u32,
        edits: Vec<EditRecord<'a>>,
        moved: bool,
        quoted: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        first: Option<Cow<'a, str>>,
    }
}

impl<'a> PassageRecord<'a> {
    fn of(
        corpus: &Corpus,
        passage: &ReusedPassage,
        places: &[Places; 2],
        id: impl Fn(DocId) -> &'a str,
    ) -> Self {
        let span = |side: usize| [places[side].span.start, places[side].span.end];
        PassageRecord {
            a: id(passage.a).into(),
            b: id(passage.b).into(),
            span_a: span(0),
            span_b: span(1),
            length: passage.length,
            identity: passage.identity,
            own: passage.own,
            edits: edits(corpus, passage, places),
            moved: passage.moved,
            quoted: places.iter().any(|side| side.quoted),
            first: first(corpus, passage).map(Cow::from),
        }
    }
}

/// Returns the records of passages, in their order; texts must have been kept.
/// `known` is a document whose places are known already, `id` names documents.
pub(crate) fn passage_records<'a>(
    corpus: &Corpus,
    passages: &[ReusedPassage],
    known: (DocId, &Normalized),
    id: impl Fn(DocId) -> &'a str,
) -> Vec<PassageRecord<'a>> {
    let places = places(corpus, passages, Some(known));
    let records = passages.iter().zip(&places);
    records
        .map(|(passage, places)| PassageRecord::of(corpus, passage, places, &id))
        .collect()
}

/// Returns which document has a passage first, as far as dates tell.
fn first(corpus: &Corpus, passage: &ReusedPassage) -> Option<&'static str> {
    match Direction::between(corpus, passage.a, passage.b) {
        Direction::Forward => Some("a"),
        Direction::Backward => Some("b"),
        Direction::Tie => Some("same"),
        Direction::Unknown => None,
    }
}

/// One side of a passage.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    doc: DocId,
    passage: u32,
    is_b: bool,
}

impl Side {
    /// Returns the units of this side, and those of each edit.
    fn of(self, passage: &ReusedPassage) -> (UnitSpan, impl Iterator<Item = UnitSpan>) {
        let is_b = self.is_b;
        let edits = passage.edits.iter();
        let edits = edits.map(move |(a, b)| if is_b { *b } else { *a });
        match is_b {
            true => (passage.span_b, edits),
            false => (passage.span_a, edits),
        }
    }
}

/// Returns the sides of passages, sorted by document.
fn by_document(passages: &[ReusedPassage]) -> Vec<Side> {
    let sides = passages.iter().enumerate().flat_map(|(at, passage)| {
        [(passage.a, false), (passage.b, true)].map(|(doc, is_b)| Side {
            doc,
            passage: at as u32,
            is_b,
        })
    });
    let mut sides: Vec<Side> = sides.collect();
    sides.par_sort_unstable();
    sides
}

/// The places of one side of a passage in the text.
#[derive(Clone, Default)]
struct Places {
    span: Span,
    edits: Vec<Span>,
    /// Whether it stands between quotation marks.
    quoted: bool,
}

impl Places {
    fn new(
        normalized: &Normalized,
        quotations: &[Span],
        side: &Side,
        passage: &ReusedPassage,
    ) -> Self {
        let place = |units: UnitSpan| match units.is_empty() {
            // What is missing is missing behind the character before.
            true => {
                let at = units.start.checked_sub(1);
                let at = at.map_or(0, |before| normalized.offsets.ends[before as usize]);
                Span::new(at as usize, at as usize)
            }
            false => normalized.span(units.start as usize, units.end as usize),
        };
        let (units, edits) = side.of(passage);
        let span = place(units);
        Places {
            quoted: is_quoted(quotations, span),
            span,
            edits: edits.map(place).collect(),
        }
    }
}

/// Writes passages; texts must have been kept. Returns the number of cells that
/// a spreadsheet could not hold and that were cut.
pub fn write_passages(
    corpus: &Corpus,
    passages: &[ReusedPassage],
    options: &TableOptions,
    target: Target,
) -> Result<u64> {
    let mut table = TableWriter::of::<PassageRecord<'_>>(options, &[], target)?;
    rows(&mut table, corpus, passages)?;
    table.finish()
}

/// Returns passages as a table in memory; texts must have been kept.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn passage_table(corpus: &Corpus, passages: &[ReusedPassage]) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<PassageRecord<'_>>(&[]);
    rows(&mut table, corpus, passages)?;
    Ok(table.into_columns())
}

fn rows(table: &mut TableWriter, corpus: &Corpus, passages: &[ReusedPassage]) -> Result<()> {
    for passages in passages.chunks(BATCH) {
        let places = places(corpus, passages, None);
        let records = passages.par_iter().zip(&places);
        let records: Vec<PassageRecord<'_>> = records
            .map(|(passage, places)| {
                PassageRecord::of(corpus, passage, places, |doc| corpus.id(doc))
            })
            .collect();
        table.records(&records)?;
    }
    Ok(())
}

/// Returns the places of both sides of each passage.
fn places(
    corpus: &Corpus,
    passages: &[ReusedPassage],
    known: Option<(DocId, &Normalized)>,
) -> Vec<[Places; 2]> {
    let found: Vec<Vec<(Side, Places)>> = by_document(passages)
        .par_chunk_by(|one, other| one.doc == other.doc)
        .map(|of_doc| {
            let doc = of_doc[0].doc;
            let normalized = match known.filter(|(known, _)| *known == doc) {
                Some((_, normalized)) => Cow::Borrowed(normalized),
                None => Cow::Owned(corpus.with_offsets(doc)),
            };
            let quotations = quoted(corpus.text(doc).unwrap_or(""));
            let place = |side: &Side| {
                let passage = &passages[side.passage as usize];
                (*side, Places::new(&normalized, &quotations, side, passage))
            };
            of_doc.iter().map(place).collect()
        })
        .collect();
    let mut places = vec![<[Places; 2]>::default(); passages.len()];
    for (side, place) in found.into_iter().flatten() {
        places[side.passage as usize][usize::from(side.is_b)] = place;
    }
    places
}

/// Returns the edits of a passage.
fn edits(
    corpus: &Corpus,
    passage: &ReusedPassage,
    places: &[Places; 2],
) -> Vec<EditRecord<'static>> {
    if passage.edits.is_empty() {
        return Vec::new();
    }
    let around = |doc: DocId, units: UnitSpan| {
        let text = corpus.normalized(doc);
        let from = units.start.saturating_sub(CONTEXT);
        let to = (units.end + CONTEXT).min(text.len() as u32);
        (&text[from as usize..to as usize], from)
    };
    let (a, from_a) = around(passage.a, passage.span_a);
    let (b, from_b) = around(passage.b, passage.span_b);
    let hunks: Vec<Hunk> = passage
        .edits
        .iter()
        .map(|(edit_a, edit_b)| Hunk {
            kind: match (edit_a.is_empty(), edit_b.is_empty()) {
                (true, _) => HunkKind::Inserted,
                (_, true) => HunkKind::Deleted,
                _ => HunkKind::Replaced,
            },
            a: (edit_a.start - from_a..edit_a.end - from_a).into(),
            b: (edit_b.start - from_b..edit_b.end - from_b).into(),
        })
        .collect();
    let what = change_kind(a, b, &hunks);
    let edits = hunks.iter().zip(what).enumerate();
    let edits = edits.map(|(at, (hunk, what))| {
        let span = |side: usize| {
            let span = places[side].edits[at];
            [span.start, span.end]
        };
        EditRecord {
            kind: match hunk.kind {
                HunkKind::Inserted => "inserted".into(),
                HunkKind::Deleted => "deleted".into(),
                _ => "replaced".into(),
            },
            what: what.map_or("text", |what| what.name()).into(),
            a: span(0),
            b: span(1),
        }
    });
    edits.collect()
}
