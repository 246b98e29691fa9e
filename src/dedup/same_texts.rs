//! Documents by normalized text: the copies of a text are one node of the graph
//! of near-duplicates, its first document.

use crate::corpus::DocId;
use crate::dedup::input::DedupInput;
use crate::graph::Adjacency;
use crate::near::CopyGroups;

/// The first document of each text, its copies, and the texts that are like it.
pub(super) struct SameTexts {
    /// For each document the first one with the same text.
    firsts: Vec<u32>,
    neighbours: Adjacency,
    copies: CopyGroups,
}

impl SameTexts {
    pub(super) fn new(input: &DedupInput<'_>) -> Self {
        let documents = input.corpus.len();
        let mut firsts: Vec<u32> = (0..documents as u32).collect();
        for group in input.copies.iter() {
            for doc in &group[1..] {
                firsts[doc.index()] = group[0].0;
            }
        }
        SameTexts {
            firsts,
            neighbours: Adjacency::of_pairs(documents, input.pairs, input.copies),
            copies: input.copies.clone(),
        }
    }

    /// Returns the first document with the same normalized text.
    pub(super) fn first(&self, doc: DocId) -> DocId {
        DocId(self.firsts[doc.index()])
    }

    /// Returns the texts that are like that of `first`, by their first
    /// documents, each with the number of the pair.
    pub(super) fn neighbours(
        &self,
        first: DocId,
    ) -> impl ExactSizeIterator<Item = (DocId, usize)> + use<'_> {
        let neighbours = self.neighbours.of(first.index()).iter();
        neighbours.map(|&(other, pair)| (DocId(other), pair as usize))
    }

    /// Returns the documents with the text of `first`, itself before the
    /// others.
    pub(super) fn members(&self, first: DocId) -> impl Iterator<Item = DocId> {
        let others = self
            .copies
            .group(first)
            .map_or(&[][..], |group| &group[1..]);
        std::iter::once(first).chain(others.iter().copied())
    }

    /// Returns a document with the same normalized text, if there is one.
    pub(super) fn copy_of(&self, doc: DocId) -> Option<DocId> {
        self.members(self.first(doc)).find(|other| *other != doc)
    }

    /// Returns whether any document has the text of `first` or is like it.
    pub(super) fn has_partner(&self, first: DocId) -> bool {
        self.neighbours.degree(first.index()) > 0 || self.copies.group(first).is_some()
    }
}
