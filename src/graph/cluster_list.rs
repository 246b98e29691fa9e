//! Clusters in columns, in memory or on disk.

use std::ops::Range;

use crate::corpus::DocId;
use crate::error::Result;
use crate::spill::{Column, ColumnBuilder, Sorter, SpillFolder};

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cluster<'a> {
    docs: &'a [u32],
    similarities: &'a [f64],
}

impl<'a> Cluster<'a> {
    /// Returns the number of members.
    #[expect(clippy::len_without_is_empty, reason = "no cluster is empty")]
    pub fn len(&self) -> usize {
        self.docs.len()
    }

    /// Returns all members: the representative first, then the most similar
    /// first, then in input order.
    pub fn members(&self) -> impl ExactSizeIterator<Item = ClusterMember> + Clone + use<'a> {
        let members = self.docs.iter().zip(self.similarities);
        members.map(|(doc, similarity)| ClusterMember {
            doc: DocId(*doc),
            similarity: *similarity,
        })
    }

    /// Returns the document with the most partners.
    pub fn representative(&self) -> DocId {
        DocId(self.docs[0])
    }

    /// Returns the lowest similarity of a member to the representative.
    pub fn lowest(&self) -> f64 {
        self.similarities.iter().copied().fold(1.0, f64::min)
    }
}

/// Clusters, the largest first; of equally large ones in the order of their
/// representatives.
///
/// Takes 12 bytes a member and 8 a cluster: memory, or, in a run that has a
/// memory budget, disk.
#[derive(Debug, Default)]
pub struct Clusters {
    docs: Column<u32>,
    similarities: Column<f64>,
    /// Where the members of each begin, and their number.
    places: Column<[u32; 2]>,
}

impl Clusters {
    /// Returns the number of clusters.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Returns whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns a cluster by its place in the order.
    pub fn get(&self, at: usize) -> Option<Cluster<'_>> {
        (at < self.len()).then(|| {
            let [start, len] = self.places.at(at).map(|number| number as usize);
            Cluster {
                docs: self.docs.slice(start..start + len),
                similarities: self.similarities.slice(start..start + len),
            }
        })
    }

    /// Returns the clusters in order.
    pub fn iter(&self) -> ClusterIter<'_> {
        ClusterIter {
            clusters: self,
            left: 0..self.len(),
        }
    }
}

impl<'a> IntoIterator for &'a Clusters {
    type Item = Cluster<'a>;
    type IntoIter = ClusterIter<'a>;

    fn into_iter(self) -> ClusterIter<'a> {
        self.iter()
    }
}

/// Clusters, one after the other.
#[derive(Clone, Debug)]
pub struct ClusterIter<'a> {
    clusters: &'a Clusters,
    left: Range<usize>,
}

impl<'a> Iterator for ClusterIter<'a> {
    type Item = Cluster<'a>;

    fn next(&mut self) -> Option<Cluster<'a>> {
        self.left.next().and_then(|at| self.clusters.get(at))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.left.size_hint()
    }
}

impl ExactSizeIterator for ClusterIter<'_> {}

/// Clusters being found, in any order.
pub(super) struct ClusterListBuilder<'a> {
    docs: ColumnBuilder<'a, u32>,
    similarities: ColumnBuilder<'a, f64>,
    /// Of each cluster its size, inverted, its representative, and where its
    /// members begin.
    places: Sorter<'a, [u32; 3]>,
    spill_folder: Option<&'a SpillFolder>,
}

impl<'a> ClusterListBuilder<'a> {
    /// Returns no clusters; with a folder they are written to it.
    pub(super) fn within(spill_folder: Option<&'a SpillFolder>) -> Result<Self> {
        Ok(ClusterListBuilder {
            docs: ColumnBuilder::within(spill_folder)?,
            similarities: ColumnBuilder::within(spill_folder)?,
            places: Sorter::within(spill_folder),
            spill_folder,
        })
    }

    /// Adds a cluster, whose representative no other has.
    pub(super) fn push(&mut self, members: &[ClusterMember]) -> Result<()> {
        // No more members than documents, whose numbers have 32 bits.
        let start = self.docs.len() as u32;
        self.places
            .push([!(members.len() as u32), members[0].doc.0, start])?;
        members.iter().try_for_each(|member| {
            self.docs.push(member.doc.0)?;
            self.similarities.push(member.similarity)
        })
    }

    /// Returns the clusters in order.
    pub(super) fn finish(self) -> Result<Clusters> {
        let mut sorted = self.places.finish()?;
        let mut places = ColumnBuilder::within(self.spill_folder)?;
        while let Some([len, _, start]) = sorted.next()? {
            places.push([start, !len])?;
        }
        Ok(Clusters {
            docs: self.docs.finish()?,
            similarities: self.similarities.finish()?,
            places: places.finish()?,
        })
    }
}
