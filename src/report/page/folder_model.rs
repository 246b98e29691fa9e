//! The model of a page, read from a scan's folder.

use std::collections::HashMap;

use bitvec::vec::BitVec;

use crate::error::Result;
use crate::relation::Relation;
use crate::report::page::folder::{
    ClusterRecord, DecisionRecord, DocumentRecord, EdgeRecord, NodeRecord, ScanFolder, TextIdRecord,
};
use crate::report::page::model::{
    PageCluster, PageDecision, PageDocument, PageEdge, PageModel, first_line,
};
use crate::report::shares::{DocumentShares, ShareSums};

/// Returns the model of a folder with the documents `nodes`. It has no
/// `documents.jsonl` if the scan did not look for `reuse`.
pub(super) fn read<'a>(
    folder: &ScanFolder,
    nodes: &'a [NodeRecord],
    reuse: bool,
) -> Result<PageModel<'a>> {
    let documents = nodes.iter().map(|node| PageDocument {
        id: &node.id,
        title: node.title.as_deref(),
        date: node.date.as_deref(),
        source: node.source.as_deref(),
        length_chars: node.length_chars,
    });
    let mut model = PageModel::new(documents.collect());
    let files = RecordReader {
        folder,
        model: &model,
    };
    let decided = || {
        let (clusters, cluster_of) = files.clusters()?;
        let (decisions, dropped) = files.decisions(&cluster_of)?;
        Ok((clusters, cluster_of, decisions, dropped))
    };
    let measured = || reuse.then(|| files.documents()).transpose();
    let ((decided, measured), (edges, texts)) = rayon::join(
        || rayon::join(decided, measured),
        || rayon::join(|| files.edges(), || files.texts()),
    );
    let (edges, measured) = (edges?, measured?);
    (
        model.clusters,
        model.cluster_of,
        model.decisions,
        model.dropped,
    ) = decided?;
    (model.texts, model.first_lines) = texts?;
    if let Some(measured) = measured {
        (model.shares_of, model.sums) = measured;
    }
    model.edges = edges;
    Ok(model)
}

/// The decision on each node, if the page shows it.
type Decisions = Vec<Option<Box<PageDecision>>>;

/// Reads the files of a folder with nodes in place of ids.
struct RecordReader<'a> {
    folder: &'a ScanFolder<'a>,
    model: &'a PageModel<'a>,
}

impl RecordReader<'_> {
    fn node(&self, id: &str) -> Option<u32> {
        self.model.node(id)
    }

    /// Returns an empty set of nodes.
    fn no_nodes(&self) -> BitVec {
        BitVec::repeat(false, self.model.nodes.len())
    }

    /// Returns the clusters, and the number of each node's cluster.
    fn clusters(&self) -> Result<(Vec<PageCluster>, Vec<u64>)> {
        let mut clusters = Vec::new();
        let mut cluster_of = vec![0; self.model.nodes.len()];
        self.folder
            .each("clusters.jsonl", |record: ClusterRecord| {
                let members: Vec<(u32, f64)> = record
                    .members
                    .iter()
                    .filter_map(|member| Some((self.node(&member.id)?, member.similarity)))
                    .collect();
                for &(node, _) in &members {
                    cluster_of[node as usize] = record.cluster;
                }
                clusters.push(PageCluster {
                    number: record.cluster,
                    size: record.size,
                    representative: self.node(&record.representative),
                    members,
                });
                true
            })?;
        Ok((clusters, cluster_of))
    }

    /// Returns the decisions on nodes that are in a cluster or dropped, and the
    /// set of all dropped nodes.
    fn decisions(&self, cluster_of: &[u64]) -> Result<(Decisions, BitVec)> {
        let mut decisions: Decisions = Vec::new();
        decisions.resize_with(self.model.nodes.len(), || None);
        let mut all_dropped = self.no_nodes();
        self.folder
            .each("decisions.jsonl", |record: DecisionRecord| {
                if let Some(node) = self.node(&record.id) {
                    let node = node as usize;
                    let dropped = record.action == "drop";
                    all_dropped.set(node, dropped);
                    if dropped || cluster_of[node] > 0 {
                        decisions[node] = Some(Box::new(PageDecision {
                            drop: dropped,
                            duplicate_of: record.duplicate_of.and_then(|id| self.node(&id)),
                            similarity: record.similarity,
                            relation: record.relation.and_then(|name| name.parse().ok()),
                            reason: record.reason,
                        }));
                    }
                }
                true
            })?;
        Ok((decisions, all_dropped))
    }

    fn documents(&self) -> Result<(Vec<Option<DocumentShares>>, ShareSums)> {
        let mut sums = ShareSums::default();
        let mut shares_of = vec![None; self.model.nodes.len()];
        self.folder
            .each("documents.jsonl", |record: DocumentRecord| {
                let shared = [
                    record.shared_8,
                    record.shared_13,
                    record.shared_25,
                    record.shared_50,
                ];
                sums.add(record.length as f64, shared, record.formula);
                if let Some(node) = self.node(&record.id) {
                    shares_of[node as usize] = Some(DocumentShares {
                        r: record.r_measure,
                        shared: record.shared_13,
                        formula: record.formula,
                    });
                }
                true
            })?;
        Ok((shares_of, sums))
    }

    fn edges(&self) -> Result<Vec<PageEdge>> {
        let mut edges = Vec::new();
        let read = |number, line: &[u8]| {
            let record: EdgeRecord = serde_json::from_slice(line)?;
            Ok(Some((number, record)))
        };
        self.folder
            .each_as("edges.jsonl", read, |(number, record)| {
                let (Some(a), Some(b)) = (self.node(&record.a), self.node(&record.b)) else {
                    return true;
                };
                let relation: Relation = record.relation.parse().unwrap_or(Relation::Reuse);
                edges.push(PageEdge {
                    a,
                    b,
                    near: record.kind == "near-duplicate",
                    relation: relation as u8,
                    jaccard: record.jaccard as f32,
                    shared: u32::try_from(record.shared_chars).unwrap_or(u32::MAX),
                    coverage_a: record.coverage_a as f32,
                    coverage_b: record.coverage_b as f32,
                    longest: u32::try_from(record.longest_shared).unwrap_or(u32::MAX),
                    record: number,
                });
                true
            })?;
        Ok(edges)
    }

    /// Returns the set of nodes whose text the folder has, and the first line
    /// of those without a title.
    fn texts(&self) -> Result<(BitVec, HashMap<u32, String>)> {
        let mut texts = self.no_nodes();
        let mut first_lines = HashMap::new();
        self.folder.each_text(|text: TextIdRecord| {
            let Some(node) = self.node(&text.id) else {
                return true;
            };
            texts.set(node as usize, true);
            if self.model.nodes[node as usize].is_untitled()
                && let Some(line) = first_line(&text.text.0)
            {
                first_lines.insert(node, line);
            }
            true
        })?;
        Ok((texts, first_lines))
    }
}
