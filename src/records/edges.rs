//! `edges.jsonl`: what two documents have in common.

use std::borrow::Cow;

use serde::Deserialize;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::graph::{Edge, EdgeKind};
use crate::relation::Relation;
use crate::write::ColumnTable;
use crate::write::lines::Target;
use crate::write::record::record;
use crate::write::table::{TableOptions, TableWriter};

record! {
    /// An edge of the graph of documents.
    #[derive(Debug, Deserialize)]
    pub(crate) struct EdgeRecord<'a> {
        a: Cow<'a, str>,
        b: Cow<'a, str>,
        kind: EdgeKind,
        relation: Relation,
        jaccard: f64,
        shared_chars: u32,
        formula_chars: u32,
        coverage_a: f64,
        coverage_b: f64,
        longest_shared: u32,
        weight: f64,
    }
}

impl<'a> EdgeRecord<'a> {
    fn of(corpus: &'a Corpus, edge: &Edge) -> Self {
        EdgeRecord {
            a: corpus.id(edge.a).into(),
            b: corpus.id(edge.b).into(),
            kind: edge.kind,
            relation: edge.relation,
            jaccard: edge.jaccard,
            shared_chars: edge.shared_chars,
            formula_chars: edge.formula_chars,
            coverage_a: edge.coverage_a,
            coverage_b: edge.coverage_b,
            longest_shared: edge.longest_shared,
            weight: edge.weight,
        }
    }
}

/// Writes edges, and returns the number of cells that a spreadsheet could not
/// hold and that were cut.
pub fn write_edges(
    corpus: &Corpus,
    edges: &[Edge],
    options: &TableOptions,
    target: Target,
) -> Result<u64> {
    let mut table = TableWriter::of::<EdgeRecord<'_>>(options, &[], target)?;
    rows(&mut table, corpus, edges)?;
    table.finish()
}

/// Returns edges as a table in memory.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn edge_table(corpus: &Corpus, edges: &[Edge]) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<EdgeRecord<'_>>(&[]);
    rows(&mut table, corpus, edges)?;
    Ok(table.into_columns())
}

fn rows(table: &mut TableWriter, corpus: &Corpus, edges: &[Edge]) -> Result<()> {
    /// Edges whose records are held at a time.
    const BATCH: usize = 1 << 14;
    edges.chunks(BATCH).try_for_each(|edges| {
        let records = edges.iter().map(|edge| EdgeRecord::of(corpus, edge));
        table.records(&records.collect::<Vec<_>>())
    })
}
