//! `passages.jsonl`: the passages that two documents share.

use rayon::prelude::*;
use serde::Serialize;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::graph::{Edge, EdgePassage};
use crate::write::ColumnTable;
use crate::write::lines::{Lines, json, push_json};
use crate::write::table::{Cell, Kind, TableWriter};

/// Columns of the table; the passages are JSON in a cell.
const PASSAGE_COLUMNS: &[(&str, Kind)] = &[
    ("a", Kind::Text),
    ("b", Kind::Text),
    ("kind", Kind::Text),
    ("relation", Kind::Text),
    ("jaccard", Kind::Float),
    ("shared_chars", Kind::Int),
    ("formula_chars", Kind::Int),
    ("coverage_a", Kind::Float),
    ("coverage_b", Kind::Float),
    ("longest_shared", Kind::Int),
    ("passages", Kind::Text),
];

#[derive(Serialize)]
struct PassagesRecord<'a> {
    a: &'a str,
    b: &'a str,
    kind: &'static str,
    relation: &'static str,
    jaccard: f64,
    shared_chars: u32,
    formula_chars: u32,
    coverage_a: f64,
    coverage_b: f64,
    longest_shared: u32,
    passages: Vec<SpanRecord>,
}

/// A passage: bytes `start..end` of each text.
#[derive(Serialize)]
struct SpanRecord {
    a: [u64; 2],
    b: [u64; 2],
    formula: bool,
}

/// Writes a line for each edge; the corpus must have kept its texts.
pub fn write(lines: &mut Lines, corpus: &Corpus, edges: &[(Edge, Vec<EdgePassage>)]) -> Result<()> {
    // Edges are sorted by document, so its offset map serves for all of them.
    let per_core = edges
        .len()
        .div_ceil(4 * rayon::current_num_threads())
        .max(1);
    let made: Vec<Vec<u8>> = edges
        .par_chunks(per_core)
        .map(|edges| {
            let mut made = Vec::new();
            let mut left = LastOffsets::new(corpus);
            let mut right = LastOffsets::new(corpus);
            for (edge, passages) in edges {
                push_json(
                    &mut made,
                    &record(corpus, edge, passages, [&mut left, &mut right]),
                );
                made.push(b'\n');
            }
            made
        })
        .collect();
    made.iter().try_for_each(|some| lines.bytes(some))
}

/// Returns the edges with their passages as a table in memory; the corpus must
/// have kept its texts.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn passage_table(corpus: &Corpus, edges: &[(Edge, Vec<EdgePassage>)]) -> Result<ColumnTable> {
    let mut table = TableWriter::in_memory(PASSAGE_COLUMNS);
    let mut left = LastOffsets::new(corpus);
    let mut right = LastOffsets::new(corpus);
    for (edge, passages) in edges {
        let record = record(corpus, edge, passages, [&mut left, &mut right]);
        table.row(&[
            Cell::Text(record.a),
            Cell::Text(record.b),
            Cell::Text(record.kind),
            Cell::Text(record.relation),
            Cell::Float(record.jaccard),
            Cell::Int(record.shared_chars.into()),
            Cell::Int(record.formula_chars.into()),
            Cell::Float(record.coverage_a),
            Cell::Float(record.coverage_b),
            Cell::Int(record.longest_shared.into()),
            Cell::Json(&json(&record.passages)),
        ])?;
    }
    Ok(table.into_columns())
}

fn record<'a>(
    corpus: &'a Corpus,
    edge: &Edge,
    passages: &[EdgePassage],
    [left, right]: [&mut LastOffsets; 2],
) -> PassagesRecord<'a> {
    PassagesRecord {
        a: corpus.id(edge.a),
        b: corpus.id(edge.b),
        kind: edge.kind.name(),
        relation: edge.relation.name(),
        jaccard: edge.jaccard,
        shared_chars: edge.shared_chars,
        formula_chars: edge.formula_chars,
        coverage_a: edge.coverage_a,
        coverage_b: edge.coverage_b,
        longest_shared: edge.longest_shared,
        passages: passages
            .iter()
            .map(|passage| SpanRecord {
                a: left.span(edge.a, passage.a.clone()),
                b: right.span(edge.b, passage.b.clone()),
                formula: passage.formula,
            })
            .collect(),
    }
}

/// The offset map of the last document, from units to bytes of its text.
struct LastOffsets<'a> {
    corpus: &'a Corpus,
    last: Option<(DocId, crate::text::normalize::Normalized)>,
}

impl<'a> LastOffsets<'a> {
    fn new(corpus: &'a Corpus) -> Self {
        LastOffsets { corpus, last: None }
    }

    fn span(&mut self, doc: DocId, units: std::ops::Range<u32>) -> [u64; 2] {
        let normalized = match &mut self.last {
            Some((last, normalized)) if *last == doc => normalized,
            last => &mut last.insert((doc, self.corpus.with_offsets(doc))).1,
        };
        let span = normalized.span(units.start as usize, units.end as usize);
        [span.start, span.end]
    }
}
