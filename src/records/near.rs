//! The records of near-duplicates: pairs and clusters.

use std::io::Write;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::graph::Cluster;
use crate::near::Pair;
use crate::relation::Relation;
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
    for (pair, relation) in pairs.iter().zip(relations) {
        table.row(&[
            Cell::Text(corpus.id(pair.a)),
            Cell::Text(corpus.id(pair.b)),
            Cell::Float(pair.jaccard()),
            Cell::Float(pair.containment_a()),
            Cell::Float(pair.containment_b()),
            Cell::Text(relation.name()),
        ])?;
    }
    table.finish()
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
    table.finish()
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
