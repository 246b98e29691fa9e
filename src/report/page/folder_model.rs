//! The model of a page, read from a scan's folder.

use std::borrow::Cow;
use std::collections::HashMap;

use bitvec::vec::BitVec;

use crate::error::Result;
use crate::graph::EdgeKind;
use crate::phrases::DocumentReuse;
use crate::records::decisions::{Action, DecisionRecord};
use crate::records::edges::EdgeRecord;
use crate::records::near::ClusterRecord;
use crate::records::scan_files;
use crate::records::texts::TextRecord;
use crate::report::page::folder::{NodeRecord, ScanFolder};
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
        let read = |_, line: &[u8]| {
            let record: ClusterRecord<'_> = serde_json::from_slice(line)?;
            let members = record.members.iter();
            let members = members.filter_map(|one| Some((self.node(&one.id)?, one.similarity)));
            Ok(Some(PageCluster {
                number: record.cluster,
                size: record.size,
                representative: self.node(&record.representative),
                members: members.collect(),
            }))
        };
        self.folder.each(scan_files::CLUSTERS, read, |cluster| {
            for &(node, _) in &cluster.members {
                cluster_of[node as usize] = cluster.number;
            }
            clusters.push(cluster);
        })?;
        Ok((clusters, cluster_of))
    }

    /// Returns the decisions on nodes that are in a cluster or dropped, and the
    /// set of all dropped nodes.
    fn decisions(&self, cluster_of: &[u64]) -> Result<(Decisions, BitVec)> {
        let mut decisions: Decisions = Vec::new();
        decisions.resize_with(self.model.nodes.len(), || None);
        let mut all_dropped = self.no_nodes();
        let read = |_, line: &[u8]| {
            let record: DecisionRecord<'_> = serde_json::from_slice(line)?;
            let Some(node) = self.node(&record.id) else {
                return Ok(None);
            };
            let drop = record.action == Action::Drop;
            let decision = PageDecision {
                drop,
                duplicate_of: record.duplicate_of.and_then(|id| self.node(&id)),
                similarity: record.similarity,
                relation: record.relation,
                reason: record.reason.map(Cow::into_owned),
            };
            Ok((drop || cluster_of[node as usize] > 0).then_some((node, decision)))
        };
        self.folder
            .each(scan_files::DECISIONS, read, |(node, decision)| {
                all_dropped.set(node as usize, decision.drop);
                decisions[node as usize] = Some(Box::new(decision));
            })?;
        Ok((decisions, all_dropped))
    }

    fn documents(&self) -> Result<(Vec<Option<DocumentShares>>, ShareSums)> {
        let mut sums = ShareSums::default();
        let mut shares_of = vec![None; self.model.nodes.len()];
        let read = |_, line: &[u8]| serde_json::from_slice(line).map(Some);
        self.folder
            .each(scan_files::DOCUMENTS, read, |record: DocumentReuse| {
                sums.add(&record);
                if let Some(node) = self.node(&record.id) {
                    shares_of[node as usize] = Some(DocumentShares::of(&record));
                }
            })?;
        Ok((shares_of, sums))
    }

    fn edges(&self) -> Result<Vec<PageEdge>> {
        let mut edges = Vec::new();
        let read = |number, line: &[u8]| {
            let record: EdgeRecord<'_> = serde_json::from_slice(line)?;
            let nodes = self.node(&record.a).zip(self.node(&record.b));
            Ok(nodes.map(|(a, b)| PageEdge {
                a,
                b,
                near: record.kind == EdgeKind::NearDuplicate,
                relation: record.relation as u8,
                jaccard: record.jaccard as f32,
                shared: record.shared_chars,
                coverage_a: record.coverage_a as f32,
                coverage_b: record.coverage_b as f32,
                longest: record.longest_shared,
                record: number,
            }))
        };
        self.folder
            .each(scan_files::EDGES, read, |edge| edges.push(edge))?;
        Ok(edges)
    }

    /// Returns the set of nodes whose text the folder has, and the first line
    /// of those without a title.
    fn texts(&self) -> Result<(BitVec, HashMap<u32, String>)> {
        let mut texts = self.no_nodes();
        let mut first_lines = HashMap::new();
        let read = |record: TextRecord<'_>| {
            let node = self.node(&record.id)?;
            let is_untitled = self.model.nodes[node as usize].is_untitled();
            let line = is_untitled.then(|| first_line(&record.text)).flatten();
            Some((node, line))
        };
        self.folder.each_text(read, |(node, line)| {
            texts.set(node as usize, true);
            if let Some(line) = line {
                first_lines.insert(node, line);
            }
        })?;
        Ok((texts, first_lines))
    }
}
