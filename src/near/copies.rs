//! Groups documents whose normalized texts are the same.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::spill::{Sorter, SpillFolder};

/// The documents, grouped by normalized text.
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
            // Repeats only for texts whose hashes collide.
            while rest.len() > 1 {
                let (group, others) = first_group(corpus, rest);
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

    /// Groups all documents of a corpus, but for the groups themselves in
    /// bounded memory.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder can't be written or read.
    pub(crate) fn with_spill_folder(corpus: &Corpus, spill_folder: &SpillFolder) -> Result<Self> {
        // Half of a hash is enough to bring copies together.
        let mut sorter = Sorter::new(spill_folder);
        for doc in corpus.docs() {
            let half = (corpus.text_hash(doc).0 >> 64) as u64;
            sorter.push([(half >> 32) as u32, half as u32, doc.0])?;
        }
        let mut sorted = sorter.finish()?;
        corpus.expect_random_access(true);
        // Pairs of a group's first document and a member: sorted, they are
        // the groups in order.
        let mut grouped = Sorter::new(spill_folder);
        let mut same: Vec<DocId> = Vec::new();
        let mut last = None;
        loop {
            let next = sorted.next()?;
            let key = next.map(|[high, low, _]| (high, low));
            if key != last {
                while same.len() > 1 {
                    let (group, others) = first_group(corpus, std::mem::take(&mut same));
                    if group.len() > 1 {
                        let first = u64::from(group[0].0) << 32;
                        grouped.extend(group.iter().map(|doc| first | u64::from(doc.0)))?;
                    }
                    same = others;
                }
                same.clear();
                last = key;
            }
            match next {
                Some([_, _, doc]) => same.push(DocId(doc)),
                None => break,
            }
        }
        drop(sorted);
        corpus.expect_random_access(false);
        let mut copies = CopyGroups {
            is_copy: bitvec::bitvec![0; corpus.len()],
            ..CopyGroups::default()
        };
        let mut grouped = grouped.finish()?;
        while let Some(entry) = grouped.next()? {
            let (first, doc) = ((entry >> 32) as u32, DocId(entry as u32));
            if doc.0 != first {
                copies.is_copy.set(doc.index(), true);
            } else if !copies.members.is_empty() {
                copies.ends.push(copies.members.len() as u32);
            }
            copies.members.push(doc);
        }
        if !copies.members.is_empty() {
            copies.ends.push(copies.members.len() as u32);
        }
        Ok(copies)
    }

    /// Returns no groups, for a corpus of `documents` documents.
    #[cfg(test)]
    pub(crate) fn empty(documents: usize) -> Self {
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

    /// Returns the group that begins with a document, if there is one.
    pub fn group(&self, first: DocId) -> Option<&[DocId]> {
        let start = |at: usize| {
            if at == 0 {
                0
            } else {
                self.ends[at - 1] as usize
            }
        };
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.members[start(middle)] < first {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let group = &self.members[start(low)..*self.ends.get(low)? as usize];
        (group[0] == first).then_some(group)
    }

    /// Returns whether an earlier document has the same normalized text.
    pub fn is_copy(&self, doc: DocId) -> bool {
        self.is_copy[doc.index()]
    }

    /// Returns the number of documents that an earlier one equals.
    pub fn count(&self) -> usize {
        self.is_copy.count_ones()
    }
}

/// Separates the documents that have the text of the first one from the others.
fn first_group(corpus: &Corpus, docs: Vec<DocId>) -> (Vec<DocId>, Vec<DocId>) {
    let first = corpus.normalized(docs[0]);
    docs.into_iter()
        .partition(|doc| corpus.normalized(*doc) == first)
}
