//! The records of near-duplicates: pairs and clusters.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::error::Result;
use crate::graph::{Cluster, Clusters};
use crate::near::Pair;
use crate::relation::Relation;
use crate::write::ColumnTable;
use crate::write::lines::Lines;
use crate::write::output::OutputDir;
use crate::write::record::record;
use crate::write::table::{Format, TableOptions, TableWriter};

record! {
    /// A line of `pairs.jsonl`.
    pub(crate) struct PairRecord<'a> {
        a: Cow<'a, str>,
        b: Cow<'a, str>,
        jaccard: f64,
        containment_a: f64,
        containment_b: f64,
        relation: Relation,
    }
}

/// A line of `clusters.jsonl`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ClusterRecord<'a> {
    pub(crate) cluster: u64,
    pub(crate) size: u64,
    pub(crate) representative: Cow<'a, str>,
    pub(crate) members: Vec<MemberRecord<'a>>,
}

/// A member of a cluster.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MemberRecord<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) similarity: f64,
}

record! {
    /// A member with its cluster: the flat form, for tables.
    pub(crate) struct MemberRow<'a> {
        cluster: u64,
        size: u64,
        representative: Cow<'a, str>,
        id: Cow<'a, str>,
        similarity: f64,
    }
}

/// Writes `pairs.jsonl` (or `.csv`, `.tsv`, `.parquet`); `relations` are those of
/// the pairs, in their order. Returns the number of cells that were cut.
pub fn write_pairs(
    dir: &OutputDir,
    options: &TableOptions,
    corpus: &Corpus,
    pairs: &[Pair],
    relations: &[Relation],
) -> Result<u64> {
    let out = dir.file(&format!("pairs.{}", options.format))?;
    let mut table = TableWriter::of::<PairRecord<'_>>(options, &[], out)?;
    pair_rows(&mut table, corpus, pairs, relations)?;
    table.finish()
}

/// Returns the pairs as a table in memory.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn pair_table(corpus: &Corpus, pairs: &[Pair], relations: &[Relation]) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<PairRecord<'_>>(&[]);
    pair_rows(&mut table, corpus, pairs, relations)?;
    Ok(table.into_columns())
}

fn pair_rows(
    table: &mut TableWriter,
    corpus: &Corpus,
    pairs: &[Pair],
    relations: &[Relation],
) -> Result<()> {
    let mut pairs = pairs.iter().zip(relations);
    pairs.try_for_each(|(pair, relation)| {
        table.record(&PairRecord {
            a: corpus.id(pair.a).into(),
            b: corpus.id(pair.b).into(),
            jaccard: pair.jaccard(),
            containment_a: pair.containment_a(),
            containment_b: pair.containment_b(),
            relation: *relation,
        })
    })
}

/// Writes `clusters.jsonl`, a line for each cluster; in CSV and Parquet, which
/// hold no lists, and where columns are named, a row for each member. Returns the
/// number of cells that were cut.
pub fn write_clusters(
    dir: &OutputDir,
    options: &TableOptions,
    corpus: &Corpus,
    clusters: &Clusters,
) -> Result<u64> {
    let out = dir.file(&format!("clusters.{}", options.format))?;
    if options.format == Format::Jsonl && options.columns.is_none() {
        let mut lines = Lines::new(out.into());
        for (cluster, number) in clusters.iter().zip(1..) {
            lines.write(&cluster_record(corpus, cluster, number))?;
        }
        return lines.finish().map(|()| 0);
    }
    let mut table = TableWriter::of::<MemberRow<'_>>(options, &[], out)?;
    member_rows(&mut table, corpus, clusters)?;
    table.finish()
}

/// Returns the clusters as a table in memory, a row for each member.
///
/// # Errors
///
/// As [`pair_table`].
pub fn cluster_table(corpus: &Corpus, clusters: &Clusters) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<MemberRow<'_>>(&[]);
    member_rows(&mut table, corpus, clusters)?;
    Ok(table.into_columns())
}

fn cluster_record<'a>(corpus: &'a Corpus, cluster: Cluster<'a>, number: u64) -> ClusterRecord<'a> {
    let members = cluster.members().map(|member| MemberRecord {
        id: corpus.id(member.doc).into(),
        similarity: member.similarity,
    });
    ClusterRecord {
        cluster: number,
        size: cluster.len() as u64,
        representative: corpus.id(cluster.representative()).into(),
        members: members.collect(),
    }
}

fn member_rows(table: &mut TableWriter, corpus: &Corpus, clusters: &Clusters) -> Result<()> {
    for (cluster, number) in clusters.iter().zip(1..) {
        for member in cluster.members() {
            table.record(&MemberRow {
                cluster: number,
                size: cluster.len() as u64,
                representative: corpus.id(cluster.representative()).into(),
                id: corpus.id(member.doc).into(),
                similarity: member.similarity,
            })?;
        }
    }
    Ok(())
}
