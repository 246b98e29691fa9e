//! The neighbours of every document, as lists of the numbers of its pairs.

use rayon::prelude::*;

use crate::near::{CopyGroups, Pair};

/// Documents that share an entry of the index into a list: where their pairs
/// begin. What is left to search has some tens of pairs.
const BLOCK: usize = 32;

/// Which pairs are edges, listed by either end.
///
/// Takes 8 bytes an edge, and a quarter of a byte a document. The pairs
/// themselves are with the caller, who passes the same to every method.
#[derive(Clone, Debug, Default)]
pub struct Adjacency {
    by_first: EndList,
    by_second: EndList,
}

impl Adjacency {
    /// Returns the neighbours of the documents by their pairs, numbered in the
    /// order of `pairs`, which are sorted.
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
        is_linked: impl Fn(usize) -> bool,
        copies: &CopyGroups,
    ) -> Self {
        debug_assert!(pairs.is_sorted_by_key(|pair| pair.a));
        let edges = (0u32..).zip(pairs);
        let edges = edges.filter(|(_, pair)| !copies.is_copy(pair.a) && !copies.is_copy(pair.b));
        let edges = edges.filter(|(number, _)| is_linked(*number as usize));
        let by_first: Vec<u32> = edges.map(|(number, _)| number).collect();
        let mut by_second = by_first.clone();
        by_second.par_sort_unstable_by_key(|number| (second(pairs, *number), *number));
        Adjacency {
            by_first: EndList::new(documents, by_first, |number| first(pairs, number)),
            by_second: EndList::new(documents, by_second, |number| second(pairs, number)),
        }
    }

    /// Returns the neighbours of a document, in order, each with the number of
    /// the pair.
    pub fn of<'a>(
        &'a self,
        pairs: &'a [Pair],
        document: usize,
    ) -> impl Iterator<Item = (u32, u32)> + Clone + use<'a> {
        let [before, after] = self.lists(pairs, document);
        let before = before.iter().map(|number| (first(pairs, *number), *number));
        let after = after.iter().map(|number| (second(pairs, *number), *number));
        before.chain(after)
    }

    /// Returns the number of edges at a document.
    pub fn degree(&self, pairs: &[Pair], document: usize) -> usize {
        self.lists(pairs, document)
            .into_iter()
            .map(<[u32]>::len)
            .sum()
    }

    /// Returns the numbers of the pairs with the documents before this one, and
    /// with those after it.
    fn lists(&self, pairs: &[Pair], document: usize) -> [&[u32]; 2] {
        let document = document as u32;
        [
            self.by_second.of(document, |number| second(pairs, number)),
            self.by_first.of(document, |number| first(pairs, number)),
        ]
    }
}

fn first(pairs: &[Pair], number: u32) -> u32 {
    pairs[number as usize].a.0
}

fn second(pairs: &[Pair], number: u32) -> u32 {
    pairs[number as usize].b.0
}

/// Numbers of edges, sorted by one of their ends.
#[derive(Clone, Debug, Default)]
struct EndList {
    numbers: Vec<u32>,
    /// For each [`BLOCK`] of documents where their edges begin; then the end.
    starts: Vec<u32>,
}

impl EndList {
    /// Returns a list, given the end of each edge.
    fn new(documents: usize, numbers: Vec<u32>, end: impl Fn(u32) -> u32) -> Self {
        let mut at = 0;
        let starts = (0..=documents.div_ceil(BLOCK)).map(|block| {
            let is_before = |number: &u32| (end(*number) as usize) < block * BLOCK;
            at += numbers[at..]
                .iter()
                .take_while(|number| is_before(number))
                .count();
            at as u32
        });
        let starts = starts.collect();
        EndList { numbers, starts }
    }

    /// Returns the edges with this end.
    fn of(&self, document: u32, end: impl Fn(u32) -> u32) -> &[u32] {
        let block = document as usize / BLOCK;
        let of_block = self.starts[block] as usize..self.starts[block + 1] as usize;
        let numbers = &self.numbers[of_block];
        let before = numbers.partition_point(|number| end(*number) < document);
        let numbers = &numbers[before..];
        &numbers[..numbers.partition_point(|number| end(*number) == document)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::DocId;
    use proptest::prelude::*;

    fn pair(a: u32, b: u32) -> Pair {
        Pair {
            a: DocId(a),
            b: DocId(b),
            shared: 1,
            len_a: 1,
            len_b: 1,
        }
    }

    proptest! {
        #[test]
        fn prop_every_edge_is_in_the_lists_of_both_its_ends(
            edges in prop::collection::btree_set((0u32..100, 0u32..100), 0..200),
            modulus in 1usize..4,
        ) {
            let edges = edges.into_iter().filter(|(a, b)| a < b);
            let pairs: Vec<Pair> = edges.map(|(a, b)| pair(a, b)).collect();
            let none = CopyGroups::empty(100);
            let is_linked = |number: usize| number.is_multiple_of(modulus);
            let adjacency = Adjacency::of_linked_pairs(100, &pairs, is_linked, &none);
            for node in 0..100u32 {
                let linked = (0u32..).zip(&pairs).filter(|(number, _)| is_linked(*number as usize));
                let expected: Vec<(u32, u32)> = linked
                    .filter_map(|(number, pair)| match (pair.a.0, pair.b.0) {
                        (a, b) if a == node => Some((b, number)),
                        (a, b) if b == node => Some((a, number)),
                        _ => None,
                    })
                    .collect();
                let of: Vec<(u32, u32)> = adjacency.of(&pairs, node as usize).collect();
                prop_assert_eq!(adjacency.degree(&pairs, node as usize), expected.len());
                prop_assert_eq!(of, expected);
            }
        }
    }
}
