//! Groups documents by their verified pairs.

use std::cmp::Reverse;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::graph::adjacency::Adjacency;
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
        /// Connected components: every pair joins its documents.
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

/// A group of two documents or more.
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

/// Returns the clusters of `documents` documents by verified pairs, the largest
/// first.
///
/// `similarity` counts the members of a component that make no pair with its
/// representative. Takes near linear time in the pairs; the result is the same
/// for any number of threads.
pub fn clusters(
    kind: ClusterKind,
    documents: usize,
    pairs: &[Pair],
    copies: &CopyGroups,
    measure: Measure,
    similarity: impl Fn(DocId, DocId) -> f64 + Sync,
) -> Vec<Cluster> {
    linked_clusters(
        kind,
        documents,
        pairs,
        |_| true,
        copies,
        measure,
        similarity,
    )
}

/// Returns the clusters by those of the pairs for whose number `is_linked` is
/// true, as [`clusters`] does of all.
pub(crate) fn linked_clusters(
    kind: ClusterKind,
    documents: usize,
    pairs: &[Pair],
    is_linked: impl Fn(usize) -> bool + Clone,
    copies: &CopyGroups,
    measure: Measure,
    similarity: impl Fn(DocId, DocId) -> f64 + Sync,
) -> Vec<Cluster> {
    let neighbours = Adjacency::of_linked_pairs(documents, pairs, is_linked, copies);
    let mut taken: bitvec::vec::BitVec = bitvec::bitvec![0; documents];
    let mut clusters: Vec<Cluster> = Vec::new();
    for centre in by_partners(documents, &neighbours, copies) {
        if taken.replace(centre.index(), true) {
            continue;
        }
        let mut points = vec![ClusterMember {
            doc: centre,
            similarity: 1.0,
        }];
        match kind {
            ClusterKind::Star => {
                for &(doc, pair) in neighbours.of(centre.index()) {
                    if !taken.replace(doc as usize, true) {
                        points.push(ClusterMember {
                            doc: DocId(doc),
                            similarity: pairs[pair as usize].similarity(measure),
                        });
                    }
                }
            }
            ClusterKind::Components => {
                let reached = component(centre, &neighbours, &mut taken);
                let near: HashMap<u32, u32> =
                    neighbours.of(centre.index()).iter().copied().collect();
                let members = reached.into_par_iter().map(|doc| ClusterMember {
                    doc,
                    similarity: match near.get(&doc.0) {
                        Some(pair) => pairs[*pair as usize].similarity(measure),
                        None => similarity(centre, doc),
                    },
                });
                points.par_extend(members);
            }
        }
        let members = with_copies(points, copies);
        if members.len() > 1 {
            clusters.push(Cluster { members });
        }
    }
    // No two have one representative.
    clusters.sort_unstable_by_key(|cluster| {
        let size = Reverse(cluster.members.len());
        (size, cluster.representative())
    });
    clusters
}

/// Returns the first documents of all texts that have partners, those with the
/// most partners first.
///
/// Copies share their neighbours, so a group is one point whose weight is its
/// size.
fn by_partners(
    documents: usize,
    neighbours: &Adjacency,
    copies: &CopyGroups,
) -> impl Iterator<Item = DocId> {
    let mut weights = vec![1u32; documents];
    for group in copies.iter() {
        weights[group[0].index()] = group.len() as u32;
    }
    // Fewer than there are documents, so 32 bits hold their number: inverted
    // above, that the most come first, the document below.
    let mut order: Vec<u64> = (0..documents as u32)
        .map(DocId)
        .filter(|doc| !copies.is_copy(*doc))
        .map(|doc| {
            let others = neighbours.of(doc.index()).iter();
            let others: u32 = others.map(|(other, _)| weights[*other as usize]).sum();
            (others + weights[doc.index()] - 1, doc)
        })
        .filter(|(partners, _)| *partners > 0)
        .map(|(partners, doc)| u64::from(!partners) << 32 | u64::from(doc.0))
        .collect();
    drop(weights);
    order.par_sort_unstable();
    order.into_iter().map(|partners| DocId(partners as u32))
}

/// Returns what can be reached from a document and is not taken, and takes it.
fn component(centre: DocId, neighbours: &Adjacency, taken: &mut bitvec::vec::BitVec) -> Vec<DocId> {
    let mut reached = Vec::new();
    let mut open = vec![centre];
    while let Some(doc) = open.pop() {
        for &(other, _) in neighbours.of(doc.index()) {
            if !taken.replace(other as usize, true) {
                open.push(DocId(other));
                reached.push(DocId(other));
            }
        }
    }
    reached
}

/// Returns the members of a cluster, given the first document of each text:
/// with its copies, in the order of [`Cluster::members`].
fn with_copies(points: Vec<ClusterMember>, copies: &CopyGroups) -> Vec<ClusterMember> {
    let group = |doc| copies.group(doc).unwrap_or_default();
    let len = points.iter().map(|point| group(point.doc).len().max(1));
    // Of millions of clusters each byte counts.
    let mut members = Vec::with_capacity(len.sum());
    for point in points {
        members.push(point);
        let others = group(point.doc).iter().skip(1);
        members.extend(others.map(|doc| ClusterMember { doc: *doc, ..point }));
    }
    members[1..].sort_by(|a, b| {
        b.similarity
            .total_cmp(&a.similarity)
            .then(a.doc.cmp(&b.doc))
    });
    members
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
    fn a_star_has_only_documents_that_are_like_its_centre() {
        // A chain 0-1-2-3-4: each like the next only.
        let pairs = [pair(0, 1, 9), pair(1, 2, 9), pair(2, 3, 9), pair(3, 4, 9)];
        let none = CopyGroups::empty(5);
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
            &CopyGroups::empty(4),
            Measure::Jaccard,
            |_, _| 0.0,
        );
        assert_eq!(ids(&star), [vec![2, 3, 0, 1]]);
        assert_eq!(star[0].members[1].similarity, 1.0);
    }
}
