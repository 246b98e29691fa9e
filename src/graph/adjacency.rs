//! The neighbours of every node, in compressed sparse rows.

use crate::near::{CopyGroups, Pair};

/// Lists of neighbours: for each node the other ends of its edges, and the
/// numbers of these edges.
///
/// Takes 4 bytes a node and 16 an edge.
#[derive(Clone, Debug, Default)]
pub struct Adjacency {
    /// Where the list of each node begins, and the last one ends.
    starts: Vec<u32>,
    /// Neighbour and edge.
    neighbours: Vec<(u32, u32)>,
}

impl Adjacency {
    /// Returns the neighbours of `nodes` nodes, numbered from 0.
    ///
    /// `edges` are the ends of each edge and its number; a list has the order
    /// of `edges`. Takes `O(nodes + edges)` time, and walks the edges twice.
    pub fn new(nodes: usize, edges: impl Iterator<Item = ([u32; 2], u32)> + Clone) -> Self {
        let mut starts = vec![0_u32; nodes + 1];
        for end in edges.clone().flat_map(|(ends, _)| ends) {
            starts[end as usize + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut neighbours = vec![(0, 0); starts[nodes] as usize];
        for ([a, b], number) in edges {
            for (node, other) in [(a, b), (b, a)] {
                let slot = &mut next[node as usize];
                neighbours[*slot as usize] = (other, number);
                *slot += 1;
            }
        }
        Adjacency { starts, neighbours }
    }

    /// Returns the neighbours of the documents by their pairs, numbered in the
    /// order of `pairs`.
    ///
    /// A group of copies is one node, its first document: the others have no
    /// neighbours.
    pub fn of_pairs(documents: usize, pairs: &[Pair], copies: &CopyGroups) -> Self {
        Adjacency::of_linked_pairs(documents, pairs, |_| true, copies)
    }

    /// Returns the neighbours by those of the pairs for whose number `is_linked`
    /// is true.
    pub(crate) fn of_linked_pairs(
        documents: usize,
        pairs: &[Pair],
        is_linked: impl Fn(usize) -> bool + Clone,
        copies: &CopyGroups,
    ) -> Self {
        let edges = (0..).zip(pairs);
        let edges = edges.filter(|(_, pair)| !copies.is_copy(pair.a) && !copies.is_copy(pair.b));
        let edges = edges.filter(move |(number, _)| is_linked(*number as usize));
        Adjacency::new(
            documents,
            edges.map(|(number, pair)| ([pair.a.0, pair.b.0], number)),
        )
    }

    /// Returns the neighbours of a node, each with the number of the edge.
    pub fn of(&self, node: usize) -> &[(u32, u32)] {
        &self.neighbours[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// Returns the number of edges at a node.
    pub fn degree(&self, node: usize) -> u32 {
        self.starts[node + 1] - self.starts[node]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_edge_is_in_the_lists_of_both_its_ends() {
        let edges = [([0, 2], 7), ([2, 1], 8), ([0, 1], 9)];
        let adjacency = Adjacency::new(4, edges.iter().copied());
        assert_eq!(adjacency.of(0), [(2, 7), (1, 9)]);
        assert_eq!(adjacency.of(1), [(2, 8), (0, 9)]);
        assert_eq!(adjacency.of(2), [(0, 7), (1, 8)]);
        assert_eq!((adjacency.degree(2), adjacency.degree(3)), (2, 0));
    }
}
