//! Documents by normalized text: the copies of a text are one node of the graph
//! of near-duplicates, its first document.

use bitvec::vec::BitVec;

use crate::corpus::DocId;
use crate::dedup::input::DedupInput;
use crate::graph::Adjacency;

/// Documents whose copies are counted together.
const BLOCK: usize = 512;

/// The first document of each text, and the texts that are like it.
///
/// Takes two bits a document, 4 bytes a copy, and what [`Adjacency`] takes.
pub(super) struct SameTexts {
    /// Whether an earlier document has the same text.
    is_copy: BitVec,
    /// Number of copies before each [`BLOCK`] of documents.
    copies_before: Vec<u32>,
    /// For each copy, in order, the first document with its text.
    firsts: Vec<DocId>,
    neighbours: Adjacency,
}

impl SameTexts {
    pub(super) fn new(input: &DedupInput<'_>) -> Self {
        let is_copy: BitVec = input
            .corpus
            .docs()
            .map(|doc| input.copies.is_copy(doc))
            .collect();
        let mut before = 0;
        let copies_before = is_copy.chunks(BLOCK).map(|block| {
            let here = before;
            before += block.count_ones() as u32;
            here
        });
        let copies_before = copies_before.collect();
        let mut texts = SameTexts {
            firsts: vec![DocId(0); is_copy.count_ones()],
            is_copy,
            copies_before,
            neighbours: Adjacency::of_pairs(input.corpus.len(), input.pairs, input.copies),
        };
        for group in input.copies.iter() {
            for doc in &group[1..] {
                let at = texts.place(*doc);
                texts.firsts[at] = group[0];
            }
        }
        texts
    }

    /// Returns the number of copies before a document.
    fn place(&self, doc: DocId) -> usize {
        let block = doc.index() / BLOCK;
        let within = &self.is_copy[block * BLOCK..doc.index()];
        self.copies_before[block] as usize + within.count_ones()
    }

    /// Returns the first document with the same normalized text.
    pub(super) fn first(&self, doc: DocId) -> DocId {
        match self.is_copy[doc.index()] {
            true => self.firsts[self.place(doc)],
            false => doc,
        }
    }

    /// Returns the texts that are like that of `first`, by their first
    /// documents, each with the number of the pair.
    pub(super) fn neighbours<'a>(
        &'a self,
        input: &DedupInput<'a>,
        first: DocId,
    ) -> impl Iterator<Item = (DocId, usize)> + use<'a> {
        let neighbours = self.neighbours.of(input.pairs, first.index());
        neighbours.map(|(other, pair)| (DocId(other), pair as usize))
    }

    /// Returns the number of texts that are like that of `first`.
    pub(super) fn degree(&self, input: &DedupInput<'_>, first: DocId) -> usize {
        self.neighbours.degree(input.pairs, first.index())
    }

    /// Returns a document with the same normalized text, if there is one.
    pub(super) fn copy_of(&self, input: &DedupInput<'_>, doc: DocId) -> Option<DocId> {
        members(input, self.first(doc)).find(|other| *other != doc)
    }

    /// Returns whether any document has the text of `first` or is like it.
    pub(super) fn has_partner(&self, input: &DedupInput<'_>, first: DocId) -> bool {
        self.degree(input, first) > 0 || input.copies.group(first).is_some()
    }
}

/// Returns the documents with the text of `first`, itself before the others.
pub(super) fn members<'a>(
    input: &DedupInput<'a>,
    first: DocId,
) -> impl Iterator<Item = DocId> + use<'a> {
    let others = input
        .copies
        .group(first)
        .map_or(&[][..], |group| &group[1..]);
    std::iter::once(first).chain(others.iter().copied())
}
