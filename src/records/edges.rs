//! `edges.jsonl`: what two documents have in common.

use crate::corpus::Corpus;
use crate::error::Result;
use crate::graph::Edge;
use crate::write::ColumnTable;
use crate::write::lines::Target;
use crate::write::table::{Cell, Kind, TableOptions, TableWriter};

/// Columns of the records.
const EDGE_COLUMNS: &[(&str, Kind)] = &[
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
    ("weight", Kind::Float),
];

/// Writes edges, and returns the number of cells that a spreadsheet could not
/// hold and that were cut.
pub fn write_edges(
    corpus: &Corpus,
    edges: &[Edge],
    options: &TableOptions,
    target: Target,
) -> Result<u64> {
    let mut table = TableWriter::new(options, EDGE_COLUMNS, target)?;
    rows(&mut table, corpus, edges)?;
    table.finish()
}

/// Returns edges as a table in memory.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn edge_table(corpus: &Corpus, edges: &[Edge]) -> Result<ColumnTable> {
    let mut table = TableWriter::in_memory(EDGE_COLUMNS);
    rows(&mut table, corpus, edges)?;
    Ok(table.into_columns())
}

fn rows(table: &mut TableWriter, corpus: &Corpus, edges: &[Edge]) -> Result<()> {
    for edge in edges {
        table.row(&[
            Cell::Text(corpus.id(edge.a)),
            Cell::Text(corpus.id(edge.b)),
            Cell::Text(edge.kind.name()),
            Cell::Text(edge.relation.name()),
            Cell::Float(edge.jaccard),
            Cell::Int(edge.shared_chars.into()),
            Cell::Int(edge.formula_chars.into()),
            Cell::Float(edge.coverage_a),
            Cell::Float(edge.coverage_b),
            Cell::Int(edge.longest_shared.into()),
            Cell::Float(edge.weight),
        ])?;
    }
    Ok(())
}
