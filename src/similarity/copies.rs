//! Groups documents whose folded texts are the same.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};

/// The documents, grouped by folded text.
#[derive(Clone, Debug, Default)]
pub struct CopyGroups {
    /// Groups of two or more, one after another, each in input order; the
    /// groups ordered by their first documents.
    members: Vec<DocId>,
    /// Where each group ends.
    ends: Vec<u32>,
    /// For each document, whether an earlier one has the same text.
    is_copy: bitvec::vec::BitVec,
}

impl CopyGroups {
    /// Groups all documents of a corpus.
    ///
    /// Sorts hashes of 128 bits, then compares each text with the first of
    /// its group, so that a collision of hashes can't make a copy. `O(n log n)`
    /// however many are equal.
    pub fn new(corpus: &Corpus) -> Self {
        let mut keys: Vec<_> = corpus
            .docs()
            .map(|doc| (corpus.text_hash(doc), doc))
            .collect();
        keys.par_sort_unstable();
        let mut groups: Vec<Vec<DocId>> = Vec::new();
        for same in keys
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() > 1)
        {
            let mut rest: Vec<DocId> = same.iter().map(|(_, doc)| *doc).collect();
            // One turn, but for texts whose hashes collide.
            while rest.len() > 1 {
                let first = corpus.folded(rest[0]);
                let (group, others) = rest
                    .into_iter()
                    .partition(|doc| corpus.folded(*doc) == first);
                groups.push(group);
                rest = others;
            }
        }
        groups.retain(|group| group.len() > 1);
        groups.sort_unstable_by_key(|group| group[0]);
        let mut copies = CopyGroups {
            is_copy: bitvec::bitvec![0; corpus.len()],
            ..CopyGroups::default()
        };
        for group in groups {
            for doc in &group[1..] {
                copies.is_copy.set(doc.index(), true);
            }
            copies.members.extend(group);
            copies.ends.push(copies.members.len() as u32);
        }
        copies
    }

    /// Returns no groups, for so many documents.
    #[cfg(test)]
    pub(crate) fn default_for(documents: usize) -> Self {
        CopyGroups {
            is_copy: bitvec::bitvec![0; documents],
            ..CopyGroups::default()
        }
    }

    /// Returns the groups of two or more documents.
    pub fn iter(&self) -> impl Iterator<Item = &[DocId]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.members[*start as usize..*end as usize])
    }

    /// Returns whether an earlier document has the same folded text.
    pub fn is_copy(&self, doc: DocId) -> bool {
        self.is_copy[doc.index()]
    }

    /// Returns the number of documents that an earlier one equals.
    pub fn count(&self) -> usize {
        self.is_copy.count_ones()
    }
}
