//! What a page needs of documents, clusters, decisions and edges, by number of
//! the document in the input.

use std::collections::HashMap;

use bitvec::vec::BitVec;

use crate::date::Moment;
use crate::relation::Relation;
use crate::report::page::context::one_line;
use crate::report::shares::{DocumentShares, ShareSums};

/// A document.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageDocument<'a> {
    pub(super) id: &'a str,
    pub(super) title: Option<&'a str>,
    pub(super) date: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    pub(super) length_chars: u64,
}

impl PageDocument<'_> {
    /// Returns whether the first line of its text stands for its title.
    pub(super) fn is_untitled(&self) -> bool {
        self.title.unwrap_or("").trim().is_empty()
    }
}

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

/// The decision on a document.
#[derive(Clone, Debug)]
pub(super) struct PageDecision {
    pub(super) drop: bool,
    pub(super) duplicate_of: Option<u32>,
    pub(super) similarity: Option<f64>,
    pub(super) relation: Option<Relation>,
    pub(super) reason: Option<String>,
}

/// What a page shows, except texts, passages and phrases. A node is the number
/// of a document in the input.
pub(super) struct PageModel<'a> {
    pub(super) nodes: Vec<PageDocument<'a>>,
    pub(super) index: HashMap<&'a str, u32>,
    pub(super) moments: Vec<Option<Moment>>,
    pub(super) clusters: Vec<PageCluster>,
    /// The number of each node's cluster, or 0.
    pub(super) cluster_of: Vec<u64>,
    /// Decisions on the nodes that are in a cluster or dropped.
    pub(super) decisions: Vec<Option<Box<PageDecision>>>,
    pub(super) dropped: BitVec,
    pub(super) shares_of: Vec<Option<DocumentShares>>,
    pub(super) sums: ShareSums,
    pub(super) edges: Vec<PageEdge>,
    /// Nodes whose text is at hand.
    pub(super) texts: BitVec,
    /// The first line of the text of nodes without a title.
    pub(super) first_lines: HashMap<u32, String>,
}

impl<'a> PageModel<'a> {
    /// Returns the page's model of documents alone, of which nothing is known.
    pub(super) fn new(nodes: Vec<PageDocument<'a>>) -> Self {
        let moment = |node: &PageDocument| node.date.and_then(Moment::parse);
        let no_nodes = bitvec::bitvec![0; nodes.len()];
        PageModel {
            index: (0..).zip(&nodes).map(|(n, node)| (node.id, n)).collect(),
            moments: nodes.iter().map(moment).collect(),
            clusters: Vec::new(),
            cluster_of: vec![0; nodes.len()],
            decisions: nodes.iter().map(|_| None).collect(),
            dropped: no_nodes.clone(),
            shares_of: vec![None; nodes.len()],
            sums: ShareSums {
                characters: nodes.iter().map(|node| node.length_chars as f64).sum(),
                ..ShareSums::default()
            },
            edges: Vec::new(),
            texts: no_nodes,
            first_lines: HashMap::new(),
            nodes,
        }
    }

    /// Returns the node with an id; `None` if there is no such document.
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

/// Returns the first line of a text that says something, cut to the length of
/// a title.
pub(super) fn first_line(text: &str) -> Option<String> {
    /// Characters of a long headline.
    const CHARS: usize = 60;
    let says = |line: &&str| line.chars().any(char::is_alphanumeric);
    let line = text.lines().find(says)?.trim();
    // Where the text is marked up, its title is not its first line.
    (!line.starts_with('<')).then(|| one_line(line.chars(), CHARS))
}
