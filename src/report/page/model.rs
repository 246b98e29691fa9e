//! What the folder says about documents, clusters and edges, by number of the
//! document in the input.

use std::collections::HashMap;

use bitvec::vec::BitVec;

use crate::date::Moment;
use crate::error::Result;
use crate::relation::Relation;
use crate::report::page::context::one_line;
use crate::report::page::folder::{
    ClusterRecord, DecisionRecord, DocumentRecord, EdgeRecord, NodeRecord, ScanFolder, TextIdRecord,
};

/// Two documents that are alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageEdge {
    /// Nodes, the first in input order first.
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) near: bool,
    /// Index in [`Relation::ALL`].
    pub(super) relation: u8,
    pub(super) jaccard: f32,
    pub(super) shared: u32,
    pub(super) coverage_a: f32,
    pub(super) coverage_b: f32,
    pub(super) longest: u32,
    /// Its line in `edges.jsonl`, from 0.
    pub(super) record: u32,
}

impl PageEdge {
    /// Returns its weight, defined as in `graph.json`.
    pub(super) fn weight(&self) -> f32 {
        self.jaccard.max(self.coverage_a).max(self.coverage_b)
    }
}

/// A cluster, its members as nodes.
#[derive(Debug)]
pub(super) struct PageCluster {
    pub(super) number: u64,
    pub(super) size: u64,
    pub(super) representative: Option<u32>,
    pub(super) members: Vec<(u32, f64)>,
}

/// Shares of a document that are reused, from `documents.jsonl`.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReuseShares {
    pub(super) r: f64,
    pub(super) shared: f64,
    pub(super) formula: f64,
}

/// ShareSums over `documents.jsonl`, in characters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ShareSums {
    pub(super) characters: f64,
    pub(super) shared: [f64; 4],
    pub(super) formula: f64,
}

/// The decision on each node, if the page shows it.
pub(super) type Decisions = Vec<Option<Box<DecisionRecord>>>;

/// The records of a folder except texts, passages and phrases.
pub(super) struct PageModel<'a> {
    pub(super) nodes: &'a [NodeRecord],
    pub(super) index: HashMap<&'a str, u32>,
    pub(super) moments: Vec<Option<Moment>>,
    pub(super) clusters: Vec<PageCluster>,
    /// The number of each node's cluster, or 0.
    pub(super) cluster_of: Vec<u64>,
    /// Decisions on the nodes that are in a cluster or dropped.
    pub(super) decisions: Decisions,
    pub(super) dropped: BitVec,
    pub(super) shares_of: Vec<Option<ReuseShares>>,
    pub(super) sums: ShareSums,
    pub(super) edges: Vec<PageEdge>,
    /// Nodes whose text the folder has.
    pub(super) texts: BitVec,
    /// The first line of the text of nodes without a title.
    pub(super) first_lines: HashMap<u32, String>,
}

impl<'a> PageModel<'a> {
    /// Reads the folder. It has no `documents.jsonl` if the scan did not look
    /// for `reuse`.
    pub(super) fn read(folder: &ScanFolder, nodes: &'a [NodeRecord], reuse: bool) -> Result<Self> {
        let index: HashMap<&str, u32> = (0..)
            .zip(nodes)
            .map(|(n, node)| (node.id.as_str(), n))
            .collect();
        let files = RecordReader {
            folder,
            nodes: nodes.len(),
            index: &index,
        };
        let decided = || {
            let (clusters, cluster_of) = files.clusters()?;
            let (decisions, dropped) = files.decisions(&cluster_of)?;
            Ok((clusters, cluster_of, decisions, dropped))
        };
        let measured = || match reuse {
            true => files.documents(),
            false => Ok((vec![None; nodes.len()], ShareSums::of_lengths(nodes))),
        };
        let ((decided, measured), (edges, texts)) = rayon::join(
            || rayon::join(decided, measured),
            || rayon::join(|| files.edges(), || files.texts(nodes)),
        );
        let (clusters, cluster_of, decisions, dropped) = decided?;
        let (shares_of, sums) = measured?;
        let (texts, first_lines) = texts?;
        let moment = |node: &NodeRecord| node.date.as_deref().and_then(Moment::parse);
        Ok(PageModel {
            nodes,
            moments: nodes.iter().map(moment).collect(),
            clusters,
            cluster_of,
            decisions,
            dropped,
            shares_of,
            sums,
            edges: edges?,
            texts,
            first_lines,
            index,
        })
    }

    /// Returns the node with an id; `None` if the graph has no such document.
    pub(super) fn node(&self, id: &str) -> Option<u32> {
        self.index.get(id).copied()
    }

    /// Sorts the edges, the strongest first, and returns the nodes in the order
    /// in which they get space: members of clusters, the largest cluster
    /// first, then others by their strongest edge, then those without an edge.
    pub(super) fn rank(&mut self, members_each: usize) -> Vec<u32> {
        // The order of the input breaks ties, which makes the order unique.
        self.edges.sort_by(|x, y| {
            let strength = |edge: &PageEdge| (edge.weight(), edge.shared);
            let (x_weight, x_shared) = strength(x);
            let (y_weight, y_shared) = strength(y);
            y_weight
                .total_cmp(&x_weight)
                .then(y_shared.cmp(&x_shared))
                .then(x.record.cmp(&y.record))
        });
        let mut ranked = Vec::new();
        let mut seen = bitvec::bitvec![0; self.nodes.len()];
        let clusters = self.clusters.iter();
        let members = clusters.flat_map(|c| c.members.iter().take(members_each).map(|m| m.0));
        let ends = self.edges.iter().flat_map(|edge| [edge.a, edge.b]);
        let rest = 0..self.nodes.len() as u32;
        for node in members.chain(ends).chain(rest) {
            if !seen.replace(node as usize, true) {
                ranked.push(node);
            }
        }
        ranked
    }
}

impl ShareSums {
    /// Returns the sums if only the lengths are known.
    fn of_lengths(nodes: &[NodeRecord]) -> Self {
        ShareSums {
            characters: nodes.iter().map(|node| node.length_chars as f64).sum(),
            ..ShareSums::default()
        }
    }
}

/// Reads the files of a folder with nodes in place of ids.
struct RecordReader<'a> {
    folder: &'a ScanFolder<'a>,
    nodes: usize,
    index: &'a HashMap<&'a str, u32>,
}

impl RecordReader<'_> {
    fn node(&self, id: &str) -> Option<u32> {
        self.index.get(id).copied()
    }

    /// Returns an empty set of nodes.
    fn no_nodes(&self) -> BitVec {
        BitVec::repeat(false, self.nodes)
    }

    /// Returns the clusters, and the number of each node's cluster.
    fn clusters(&self) -> Result<(Vec<PageCluster>, Vec<u64>)> {
        let mut clusters = Vec::new();
        let mut cluster_of = vec![0; self.nodes];
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
        decisions.resize_with(self.nodes, || None);
        let mut all_dropped = self.no_nodes();
        self.folder
            .each("decisions.jsonl", |record: DecisionRecord| {
                if let Some(node) = self.node(&record.id) {
                    let node = node as usize;
                    let dropped = record.action == "drop";
                    all_dropped.set(node, dropped);
                    if dropped || cluster_of[node] > 0 {
                        decisions[node] = Some(Box::new(record));
                    }
                }
                true
            })?;
        Ok((decisions, all_dropped))
    }

    fn documents(&self) -> Result<(Vec<Option<ReuseShares>>, ShareSums)> {
        let mut sums = ShareSums::default();
        let mut shares_of = vec![None; self.nodes];
        self.folder
            .each("documents.jsonl", |record: DocumentRecord| {
                let length = record.length as f64;
                sums.characters += length;
                let shares = [
                    record.shared_8,
                    record.shared_13,
                    record.shared_25,
                    record.shared_50,
                ];
                for (sum, share) in sums.shared.iter_mut().zip(shares) {
                    *sum += share * length;
                }
                sums.formula += record.formula * length;
                if let Some(node) = self.node(&record.id) {
                    shares_of[node as usize] = Some(ReuseShares {
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
    fn texts(&self, nodes: &[NodeRecord]) -> Result<(BitVec, HashMap<u32, String>)> {
        let mut texts = self.no_nodes();
        let mut first_lines = HashMap::new();
        self.folder.each_text(|text: TextIdRecord| {
            let Some(node) = self.node(&text.id) else {
                return true;
            };
            texts.set(node as usize, true);
            let title = nodes[node as usize].title.as_deref().unwrap_or("");
            if title.trim().is_empty()
                && let Some(line) = first_line(&text.text.0)
            {
                first_lines.insert(node, line);
            }
            true
        })?;
        Ok((texts, first_lines))
    }
}

/// Returns the first line of a text that says something, cut to the length of
/// a title.
fn first_line(text: &str) -> Option<String> {
    /// Characters of a long headline.
    const CHARS: usize = 60;
    let says = |line: &&str| line.chars().any(char::is_alphanumeric);
    let line = text.lines().find(says)?.trim();
    // Where the text is marked up, its title is not its first line.
    (!line.starts_with('<')).then(|| one_line(line.chars(), CHARS))
}
