//! Groups documents by their verified pairs.

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::named::named_enum;
use crate::near::{CopyGroups, Measure, Pair};

named_enum! {
    /// How pairs become clusters.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub enum ClusterKind("kind of cluster") {
        /// Every member reaches the threshold with the representative: nothing
        /// is chained in \[APR04\].
        #[default]
        Star = "star",
        /// Whatever hangs together.
        Components = "components",
    }
}

/// A document in a cluster.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterMember {
    /// The document.
    pub doc: DocId,
    /// Its similarity to the representative, by the measure of the run; 1
    /// for the representative itself.
    pub similarity: f64,
}

/// Two documents or more that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// All members: the representative first, then the most similar first,
    /// then in input order.
    pub members: Vec<ClusterMember>,
}

impl Cluster {
    /// Returns the document with the most partners.
    pub fn representative(&self) -> DocId {
        self.members[0].doc
    }

    /// Returns the lowest similarity of a member to the representative.
    pub fn lowest(&self) -> f64 {
        self.members
            .iter()
            .map(|member| member.similarity)
            .fold(1.0, f64::min)
    }
}

/// One document for each normalized text, and who is like it.
struct Neighbours {
    starts: Vec<u32>,
    /// The neighbour, and which pair says so.
    edges: Vec<(DocId, u32)>,
}

impl Neighbours {
    /// Takes the pairs that no copy is in.
    fn new(documents: usize, pairs: &[Pair], copies: &CopyGroups) -> Self {
        let between = |pair: &Pair| !copies.is_copy(pair.a) && !copies.is_copy(pair.b);
        let mut starts = vec![0u32; documents + 1];
        for pair in pairs.iter().filter(|pair| between(pair)) {
            starts[pair.a.index() + 1] += 1;
            starts[pair.b.index() + 1] += 1;
        }
        for at in 0..documents {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut edges = vec![(DocId(0), 0); starts[documents] as usize];
        for (number, pair) in pairs.iter().enumerate() {
            if !between(pair) {
                continue;
            }
            for (doc, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
                let slot = &mut next[doc.index()];
                edges[*slot as usize] = (other, number as u32);
                *slot += 1;
            }
        }
        Neighbours { starts, edges }
    }

    fn of(&self, doc: DocId) -> &[(DocId, u32)] {
        &self.edges[self.starts[doc.index()] as usize..self.starts[doc.index() + 1] as usize]
    }
}

/// Clusters `documents` documents by verified pairs, the largest first.
///
/// `similarity` is asked for the members of a component that make no pair
/// with its representative. Near linear in the pairs; the same for any order
/// of threads.
pub fn clusters(
    kind: ClusterKind,
    documents: usize,
    pairs: &[Pair],
    copies: &CopyGroups,
    measure: Measure,
    similarity: impl Fn(DocId, DocId) -> f64 + Sync,
) -> Vec<Cluster> {
    // Copies share their neighbours, so a group is one point whose weight
    // is its size.
    let mut weights = vec![1u32; documents];
    for group in copies.iter() {
        weights[group[0].index()] = group.len() as u32;
    }
    let neighbours = Neighbours::new(documents, pairs, copies);
    let mut order: Vec<(Reverse<u64>, DocId)> = (0..documents as u32)
        .map(DocId)
        .filter(|doc| !copies.is_copy(*doc))
        .map(|doc| {
            let others: u64 = neighbours
                .of(doc)
                .iter()
                .map(|(other, _)| u64::from(weights[other.index()]))
                .sum();
            (Reverse(others + u64::from(weights[doc.index()]) - 1), doc)
        })
        .filter(|(partners, _)| partners.0 > 0)
        .collect();
    order.par_sort_unstable();

    let mut taken: bitvec::vec::BitVec = bitvec::bitvec![0; documents];
    let mut clusters: Vec<Cluster> = Vec::new();
    for (_, centre) in order {
        if taken.replace(centre.index(), true) {
            continue;
        }
        let mut points = vec![ClusterMember {
            doc: centre,
            similarity: 1.0,
        }];
        match kind {
            ClusterKind::Star => {
                for &(doc, pair) in neighbours.of(centre) {
                    if !taken.replace(doc.index(), true) {
                        points.push(ClusterMember {
                            doc,
                            similarity: pairs[pair as usize].similarity(measure),
                        });
                    }
                }
            }
            ClusterKind::Components => {
                let mut reached = vec![centre];
                while let Some(doc) = reached.pop() {
                    for &(other, _) in neighbours.of(doc) {
                        if !taken.replace(other.index(), true) {
                            reached.push(other);
                            points.push(ClusterMember {
                                doc: other,
                                similarity: f64::NAN,
                            });
                        }
                    }
                }
                let near: std::collections::HashMap<DocId, u32> =
                    neighbours.of(centre).iter().copied().collect();
                points[1..].par_iter_mut().for_each(|member| {
                    member.similarity = match near.get(&member.doc) {
                        Some(pair) => pairs[*pair as usize].similarity(measure),
                        None => similarity(centre, member.doc),
                    }
                });
            }
        }
        let mut members: Vec<ClusterMember> = points
            .into_iter()
            .flat_map(|point| {
                let docs = copies
                    .group(point.doc)
                    .map_or_else(|| vec![point.doc], <[DocId]>::to_vec);
                docs.into_iter()
                    .map(move |doc| ClusterMember { doc, ..point })
            })
            .collect();
        members[1..].sort_by(|a, b| {
            b.similarity
                .total_cmp(&a.similarity)
                .then(a.doc.cmp(&b.doc))
        });
        if members.len() > 1 {
            clusters.push(Cluster { members });
        }
    }
    clusters.sort_by_key(|cluster| (Reverse(cluster.members.len()), cluster.representative()));
    clusters
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: u32, b: u32, shared: u32) -> Pair {
        Pair {
            a: DocId(a),
            b: DocId(b),
            shared,
            len_a: 10,
            len_b: 10,
        }
    }

    fn ids(clusters: &[Cluster]) -> Vec<Vec<u32>> {
        clusters
            .iter()
            .map(|cluster| cluster.members.iter().map(|member| member.doc.0).collect())
            .collect()
    }

    #[test]
    fn a_star_takes_in_none_that_its_centre_is_not_like() {
        // A chain 0-1-2-3-4: each like the next only.
        let pairs = [pair(0, 1, 9), pair(1, 2, 9), pair(2, 3, 9), pair(3, 4, 9)];
        let none = CopyGroups::default_for(5);
        let star = clusters(
            ClusterKind::Star,
            5,
            &pairs,
            &none,
            Measure::Jaccard,
            |_, _| 0.0,
        );
        assert_eq!(ids(&star), [vec![1, 0, 2], vec![3, 4]]);
        let chain = clusters(
            ClusterKind::Components,
            5,
            &pairs,
            &none,
            Measure::Jaccard,
            |_, _| 0.25,
        );
        assert_eq!(ids(&chain), [vec![1, 0, 2, 3, 4]]);
        assert_eq!(chain[0].lowest(), 0.25);
    }

    #[test]
    fn the_centre_is_the_one_with_the_most_partners() {
        let pairs = [pair(0, 2, 9), pair(1, 2, 8), pair(2, 3, 10)];
        let star = clusters(
            ClusterKind::Star,
            4,
            &pairs,
            &CopyGroups::default_for(4),
            Measure::Jaccard,
            |_, _| 0.0,
        );
        assert_eq!(ids(&star), [vec![2, 3, 0, 1]]);
        assert_eq!(star[0].members[1].similarity, 1.0);
    }
}
