//! Groups documents by their verified pairs.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::error::Result;
use crate::graph::adjacency::Adjacency;
use crate::graph::cluster_list::{ClusterListBuilder, ClusterMember, Clusters};
use crate::named::named_enum;
use crate::near::{CopyGroups, Measure, Pair};
use crate::spill::{Sorted, Sorter, SpillFolder};

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

/// Returns the clusters of `documents` documents by verified pairs, the largest
/// first.
///
/// `pairs` are sorted; `similarity` counts the members of a component that make
/// no pair with its representative. Takes near linear time in the pairs; the
/// result is the same for any number of threads.
///
/// # Errors
///
/// None: only clusters on disk can fail.
pub fn clusters(
    kind: ClusterKind,
    documents: usize,
    pairs: &[Pair],
    copies: &CopyGroups,
    measure: Measure,
    similarity: impl Fn(DocId, DocId) -> f64 + Sync,
) -> Result<Clusters> {
    let clustering = Clustering {
        kind,
        documents,
        pairs,
        copies,
        measure,
        spill_folder: None,
    };
    clustering.run(|_| true, similarity)
}

/// What clusters are made of.
#[derive(Clone, Copy)]
pub(crate) struct Clustering<'a> {
    pub(crate) kind: ClusterKind,
    pub(crate) documents: usize,
    /// Sorted.
    pub(crate) pairs: &'a [Pair],
    pub(crate) copies: &'a CopyGroups,
    pub(crate) measure: Measure,
    /// Where the clusters are written, and what is sorted for them; without it
    /// all is kept in memory.
    pub(crate) spill_folder: Option<&'a SpillFolder>,
}

impl Clustering<'_> {
    /// Returns the clusters by those of the pairs for whose number `is_linked`
    /// is true, as [`clusters`] does of all.
    ///
    /// With a spill folder, 8 bytes a pair and 4 bytes a document are kept in
    /// memory meanwhile, and of the clusters nothing.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder can't be written or read.
    pub(crate) fn run(
        self,
        is_linked: impl Fn(usize) -> bool,
        similarity: impl Fn(DocId, DocId) -> f64 + Sync,
    ) -> Result<Clusters> {
        let Clustering {
            kind,
            documents,
            pairs,
            copies,
            measure,
            spill_folder,
        } = self;
        let neighbours = Adjacency::of_linked_pairs(documents, pairs, is_linked, copies);
        let mut centres = self.by_partners(&neighbours)?;
        let mut taken: bitvec::vec::BitVec = bitvec::bitvec![0; documents];
        let mut list = ClusterListBuilder::within(spill_folder)?;
        while let Some(partners) = centres.next()? {
            let centre = DocId(partners as u32);
            if taken.replace(centre.index(), true) {
                continue;
            }
            let mut points = vec![ClusterMember {
                doc: centre,
                similarity: 1.0,
            }];
            match kind {
                ClusterKind::Star => {
                    for (doc, pair) in neighbours.of(pairs, centre.index()) {
                        if !taken.replace(doc as usize, true) {
                            points.push(ClusterMember {
                                doc: DocId(doc),
                                similarity: pairs[pair as usize].similarity(measure),
                            });
                        }
                    }
                }
                ClusterKind::Components => {
                    let reached = component(centre, pairs, &neighbours, &mut taken);
                    let near: HashMap<u32, u32> = neighbours.of(pairs, centre.index()).collect();
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
                list.push(&members)?;
            }
        }
        list.finish()
    }

    /// Returns the first documents of all texts that have partners, those with
    /// the most partners first: inverted, their number stands above the
    /// document.
    ///
    /// Copies share their neighbours, so a group is one point whose weight is
    /// its size.
    fn by_partners(&self, neighbours: &Adjacency) -> Result<Sorted<u64>> {
        let mut weights = vec![1u32; self.documents];
        for group in self.copies.iter() {
            weights[group[0].index()] = group.len() as u32;
        }
        // Fewer than there are documents, so 32 bits hold their number.
        let partners = |doc: &DocId| {
            let others = neighbours.of(self.pairs, doc.index());
            let others: u32 = others.map(|(other, _)| weights[other as usize]).sum();
            others + weights[doc.index()] - 1
        };
        let mut order = Sorter::within(self.spill_folder);
        let docs = (0..self.documents as u32).map(DocId);
        for doc in docs.filter(|doc| !self.copies.is_copy(*doc)) {
            let partners = partners(&doc);
            if partners > 0 {
                order.push(u64::from(!partners) << 32 | u64::from(doc.0))?;
            }
        }
        drop(weights);
        order.finish()
    }
}

/// Returns what can be reached from a document and is not taken, and takes it.
fn component(
    centre: DocId,
    pairs: &[Pair],
    neighbours: &Adjacency,
    taken: &mut bitvec::vec::BitVec,
) -> Vec<DocId> {
    let mut reached = Vec::new();
    let mut open = vec![centre];
    while let Some(doc) = open.pop() {
        for (other, _) in neighbours.of(pairs, doc.index()) {
            if !taken.replace(other as usize, true) {
                open.push(DocId(other));
                reached.push(DocId(other));
            }
        }
    }
    reached
}

/// Returns the members of a cluster, given the first document of each text:
/// with its copies, in the order of [`members`](crate::graph::Cluster::members).
fn with_copies(points: Vec<ClusterMember>, copies: &CopyGroups) -> Vec<ClusterMember> {
    let group = |doc| copies.group(doc).unwrap_or_default();
    let len = points.iter().map(|point| group(point.doc).len().max(1));
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
    use proptest::prelude::*;

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

    fn ids(clusters: &Clusters) -> Vec<Vec<u32>> {
        clusters
            .iter()
            .map(|cluster| cluster.members().map(|member| member.doc.0).collect())
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
        )
        .unwrap();
        assert_eq!(ids(&star), [vec![1, 0, 2], vec![3, 4]]);
        let chain = clusters(
            ClusterKind::Components,
            5,
            &pairs,
            &none,
            Measure::Jaccard,
            |_, _| 0.25,
        )
        .unwrap();
        assert_eq!(ids(&chain), [vec![1, 0, 2, 3, 4]]);
        assert_eq!(chain.get(0).unwrap().lowest(), 0.25);
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
        )
        .unwrap();
        assert_eq!(ids(&star), [vec![2, 3, 0, 1]]);
        let first = star.get(0).unwrap();
        assert_eq!(first.members().nth(1).unwrap().similarity, 1.0);
    }

    proptest! {
        #[test]
        fn prop_clusters_on_disk_are_those_in_memory(
            edges in prop::collection::btree_map((0u32..60, 0u32..60), 1u32..=10, 0..120),
            is_star in any::<bool>(),
            modulus in 1usize..4,
        ) {
            let edges = edges.into_iter().filter(|((a, b), _)| a < b);
            let pairs: Vec<Pair> = edges.map(|((a, b), shared)| pair(a, b, shared)).collect();
            let copies = CopyGroups::empty(60);
            let dir = tempfile::tempdir().unwrap();
            // Room for few items, so that several runs are merged.
            let spill_folder = SpillFolder::new(dir.path(), 1 << 10).unwrap();
            let [held, written] = [None, Some(&spill_folder)].map(|spill_folder| {
                let clustering = Clustering {
                    kind: if is_star { ClusterKind::Star } else { ClusterKind::Components },
                    documents: 60,
                    pairs: &pairs,
                    copies: &copies,
                    measure: Measure::Jaccard,
                    spill_folder,
                };
                let is_linked = |number: usize| number.is_multiple_of(modulus);
                clustering.run(is_linked, |a, b| f64::from(a.0 + b.0) / 1e3).unwrap()
            });
            prop_assert_eq!(held.len(), written.len());
            for (one, other) in held.iter().zip(&written) {
                prop_assert!(one.members().eq(other.members()));
                prop_assert_eq!(one.len(), other.members().len());
            }
        }
    }
}
