//! All that the folder says about documents, clusters and edges, by number.

use std::collections::HashMap;

use bitvec::vec::BitVec;

use crate::date::Moment;
use crate::error::Result;
use crate::relation::Relation;
use crate::report::page::folder::{
    ClusterRecord, DecisionRecord, DocumentRecord, EdgeRecord, Node, Normalizer, TextId,
};

/// Two documents, as the page knows them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// Nodes, the first in input order first.
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) near: bool,
    /// Place in [`Relation::ALL`].
    pub(super) relation: u8,
    pub(super) jaccard: f32,
    pub(super) shared: u32,
    pub(super) coverage_a: f32,
    pub(super) coverage_b: f32,
    pub(super) longest: u32,
    /// Where its passages stand: which line of `passages.jsonl`.
    pub(super) record: u32,
}

impl Edge {
    /// Returns how strong it is, as `graph.json` has it.
    pub(super) fn weight(&self) -> f32 {
        self.jaccard.max(self.coverage_a).max(self.coverage_b)
    }
}

/// A cluster, its members as nodes.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) number: u64,
    pub(super) size: u64,
    pub(super) representative: Option<u32>,
    pub(super) members: Vec<(u32, f64)>,
}

/// What `documents.jsonl` says of one document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measures {
    pub(super) r: f64,
    pub(super) shared: f64,
    pub(super) formula: f64,
}

/// Sums over `documents.jsonl`, in characters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) characters: f64,
    pub(super) shared: [f64; 4],
    pub(super) formula: f64,
}

/// What was decided on each node, where that is shown.
pub(super) type Decisions = Vec<Option<Box<DecisionRecord>>>;

/// The folder, read but for texts, passages and phrases.
pub(super) struct PageModel<'a> {
    pub(super) nodes: &'a [Node],
    pub(super) index: HashMap<&'a str, u32>,
    pub(super) moments: Vec<Option<Moment>>,
    pub(super) clusters: Vec<Cluster>,
    /// Of each node, the number of its cluster, or 0.
    pub(super) cluster_of: Vec<u64>,
    /// Of each node in a cluster.
    pub(super) decisions: Decisions,
    pub(super) dropped: BitVec,
    pub(super) measures: Vec<Option<Measures>>,
    pub(super) sums: Sums,
    pub(super) edges: Vec<Edge>,
    /// Nodes whose text the folder has.
    pub(super) texts: BitVec,
}

impl<'a> PageModel<'a> {
    /// Reads the folder; one of a scan that looked for no `reuse` has no
    /// `documents.jsonl`.
    pub(super) fn read(folder: &Normalizer, nodes: &'a [Node], reuse: bool) -> Result<Self> {
        let index: HashMap<&str, u32> = (0..)
            .zip(nodes)
            .map(|(n, node)| (node.id.as_str(), n))
            .collect();
        let files = Files {
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
            false => Ok((vec![None; nodes.len()], Sums::of_lengths(nodes))),
        };
        let ((decided, measured), (edges, texts)) = rayon::join(
            || rayon::join(decided, measured),
            || rayon::join(|| files.edges(), || files.texts()),
        );
        let (clusters, cluster_of, decisions, dropped) = decided?;
        let (measures, sums) = measured?;
        let moment = |node: &Node| node.date.as_deref().and_then(Moment::parse);
        Ok(PageModel {
            nodes,
            moments: nodes.iter().map(moment).collect(),
            clusters,
            cluster_of,
            decisions,
            dropped,
            measures,
            sums,
            edges: edges?,
            texts: texts?,
            index,
        })
    }

    /// Returns the node with an id; none if the graph has no such document.
    pub(super) fn node(&self, id: &str) -> Option<u32> {
        self.index.get(id).copied()
    }

    /// Sorts the edges, the strongest first, and then returns the documents
    /// in the order in which they deserve room: members of clusters, the
    /// largest cluster first, then the others by their strongest edge.
    pub(super) fn rank(&mut self, members_each: usize) -> Vec<u32> {
        // The input's order breaks ties, so the order is the same anywhere.
        self.edges.sort_by(|x, y| {
            let strength = |edge: &Edge| (edge.weight(), edge.shared);
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
        for node in members.chain(ends) {
            if !seen.replace(node as usize, true) {
                ranked.push(node);
            }
        }
        ranked
    }
}

impl Sums {
    /// Returns the sums where nothing is known but the lengths.
    fn of_lengths(nodes: &[Node]) -> Self {
        Sums {
            characters: nodes.iter().map(|node| node.length_chars as f64).sum(),
            ..Sums::default()
        }
    }
}

/// The files of a folder, by the numbers of its nodes.
struct Files<'a> {
    folder: &'a Normalizer<'a>,
    nodes: usize,
    index: &'a HashMap<&'a str, u32>,
}

impl Files<'_> {
    fn node(&self, id: &str) -> Option<u32> {
        self.index.get(id).copied()
    }

    /// Returns no node.
    fn none(&self) -> BitVec {
        BitVec::repeat(false, self.nodes)
    }

    /// Returns the clusters, and of each node the number of its own.
    fn clusters(&self) -> Result<(Vec<Cluster>, Vec<u64>)> {
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
                clusters.push(Cluster {
                    number: record.cluster,
                    size: record.size,
                    representative: self.node(&record.representative),
                    members,
                });
                true
            })?;
        Ok((clusters, cluster_of))
    }

    /// Returns the decisions on what is in a cluster or goes, and what goes.
    fn decisions(&self, cluster_of: &[u64]) -> Result<(Decisions, BitVec)> {
        let mut decisions: Decisions = Vec::new();
        decisions.resize_with(self.nodes, || None);
        let mut all_dropped = self.none();
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

    fn documents(&self) -> Result<(Vec<Option<Measures>>, Sums)> {
        let mut sums = Sums::default();
        let mut measures = vec![None; self.nodes];
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
                    measures[node as usize] = Some(Measures {
                        r: record.r_measure,
                        shared: record.shared_13,
                        formula: record.formula,
                    });
                }
                true
            })?;
        Ok((measures, sums))
    }

    fn edges(&self) -> Result<Vec<Edge>> {
        let mut edges = Vec::new();
        let read = |number, line: &[u8]| {
            let record: EdgeRecord<serde::de::IgnoredAny> = serde_json::from_slice(line)?;
            Ok(Some((number, record)))
        };
        self.folder
            .each_as("passages.jsonl", read, |(number, record)| {
                let (Some(a), Some(b)) = (self.node(&record.a), self.node(&record.b)) else {
                    return true;
                };
                let relation: Relation = record.relation.parse().unwrap_or(Relation::Reuse);
                edges.push(Edge {
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

    /// Returns the nodes whose text the folder has.
    fn texts(&self) -> Result<BitVec> {
        let mut texts = self.none();
        self.folder.each_text(|text: TextId| {
            if let Some(node) = self.node(&text.id) {
                texts.set(node as usize, true);
            }
            true
        })?;
        Ok(texts)
    }
}
