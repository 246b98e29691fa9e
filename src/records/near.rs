//! The records of near-duplicates: pairs and clusters.

use std::io::Write;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::graph::Cluster;
use crate::near::Pair;
use crate::relation::Relation;
use crate::write::ColumnTable;
use crate::write::output::OutputDir;
use crate::write::table::{Cell, Format, Kind, TableOptions, TableWriter, json_string};

/// Columns of pairs.
pub(crate) const PAIR_COLUMNS: &[(&str, Kind)] = &[
    ("a", Kind::Text),
    ("b", Kind::Text),
    ("jaccard", Kind::Float),
    ("containment_a", Kind::Float),
    ("containment_b", Kind::Float),
    ("relation", Kind::Text),
];

/// Columns of the flat form: a row for each member.
pub(crate) const CLUSTER_COLUMNS: &[(&str, Kind)] = &[
    ("cluster", Kind::Int),
    ("size", Kind::Int),
    ("representative", Kind::Text),
    ("id", Kind::Text),
    ("similarity", Kind::Float),
];

/// Writes `pairs.jsonl` (or `.csv`, `.tsv`, `.parquet`); `relations` are those of
/// the pairs, in their order. Returns the number of cells that were cut.
pub fn write_pairs(
    dir: &OutputDir,
    options: &TableOptions,
    corpus: &Corpus,
    pairs: &[Pair],
    relations: &[Relation],
) -> Result<u64> {
    let mut table = TableWriter::new(
        options,
        PAIR_COLUMNS,
        dir.file(&format!("pairs.{}", options.format))?,
    )?;
    pair_rows(&mut table, corpus, pairs, relations)?;
    table.finish()
}

/// Returns the pairs as a table in memory.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn pair_table(corpus: &Corpus, pairs: &[Pair], relations: &[Relation]) -> Result<ColumnTable> {
    let mut table = TableWriter::in_memory(PAIR_COLUMNS);
    pair_rows(&mut table, corpus, pairs, relations)?;
    Ok(table.into_columns())
}

fn pair_rows(
    table: &mut TableWriter,
    corpus: &Corpus,
    pairs: &[Pair],
    relations: &[Relation],
) -> Result<()> {
    pairs
        .iter()
        .zip(relations)
        .try_for_each(|(pair, relation)| {
            table.row(&[
                Cell::Text(corpus.id(pair.a)),
                Cell::Text(corpus.id(pair.b)),
                Cell::Float(pair.jaccard()),
                Cell::Float(pair.containment_a()),
                Cell::Float(pair.containment_b()),
                Cell::Text(relation.name()),
            ])
        })
}

/// Writes `clusters.jsonl`, a line for each cluster; in CSV and Parquet, which
/// hold no lists, and where columns are named, a row for each member. Returns the
/// number of cells that were cut.
pub fn write_clusters(
    dir: &OutputDir,
    options: &TableOptions,
    corpus: &Corpus,
    clusters: &[Cluster],
) -> Result<u64> {
    let mut out = dir.file(&format!("clusters.{}", options.format))?;
    if options.format == Format::Jsonl && options.columns.is_none() {
        for (cluster, number) in clusters.iter().zip(1..) {
            let line = cluster_line(corpus, cluster, number);
            out.write_all(line.as_bytes())
                .map_err(|error| out.failed(error))?;
        }
        return out.finish().map(|()| 0);
    }
    let mut table = TableWriter::new(options, CLUSTER_COLUMNS, out)?;
    cluster_rows(&mut table, corpus, clusters)?;
    table.finish()
}

/// Returns the clusters as a table in memory, a row for each member.
///
/// # Errors
///
/// As [`pair_table`].
pub fn cluster_table(corpus: &Corpus, clusters: &[Cluster]) -> Result<ColumnTable> {
    let mut table = TableWriter::in_memory(CLUSTER_COLUMNS);
    cluster_rows(&mut table, corpus, clusters)?;
    Ok(table.into_columns())
}

fn cluster_rows(table: &mut TableWriter, corpus: &Corpus, clusters: &[Cluster]) -> Result<()> {
    for (cluster, number) in clusters.iter().zip(1..) {
        for member in &cluster.members {
            table.row(&[
                Cell::Int(number),
                Cell::Int(cluster.members.len() as u64),
                Cell::Text(corpus.id(cluster.representative())),
                Cell::Text(corpus.id(member.doc)),
                Cell::Float(member.similarity),
            ])?;
        }
    }
    Ok(())
}

fn cluster_line(corpus: &Corpus, cluster: &Cluster, number: u64) -> String {
    let mut line = format!(
        "{{\"cluster\":{number},\"size\":{},\"representative\":{},\"members\":[",
        cluster.members.len(),
        json_string(corpus.id(cluster.representative()))
    );
    for (at, member) in cluster.members.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        line.push_str(&format!(
            "{{\"id\":{},\"similarity\":{:?}}}",
            json_string(corpus.id(member.doc)),
            member.similarity
        ));
    }
    line.push_str("]}\n");
    line
}
