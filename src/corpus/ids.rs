//! New ids for documents whose id is taken.

use std::collections::HashSet;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::spill::{Sorter, SpillFolder};

impl Corpus {
    /// Returns new ids for documents whose id an earlier one has: the id
    /// with `#2`, `#3` and so on, or the next number that is free.
    pub(super) fn unique_ids(&self) -> Vec<(DocId, String)> {
        let mut by_hash: Vec<(u64, DocId)> = self
            .docs()
            .map(|doc| (id_hash(self.read_id(doc)), doc))
            .collect();
        by_hash.sort_unstable();
        let taken = |id: &str| {
            let hash = id_hash(id);
            let from = by_hash.partition_point(|(other, _)| *other < hash);
            by_hash[from..]
                .iter()
                .take_while(|(other, _)| *other == hash)
                .any(|(_, doc)| self.read_id(*doc) == id)
        };
        let mut renamed = Vec::new();
        for same in by_hash.chunk_by(|a, b| a.0 == b.0) {
            let same: Vec<DocId> = same.iter().map(|(_, doc)| *doc).collect();
            self.rename(&same, taken, &mut renamed);
        }
        renamed.sort_unstable();
        renamed
    }

    /// As [`Corpus::unique_ids`], in bounded memory but for the new ids.
    pub(super) fn unique_ids_within(
        &self,
        spill_folder: &SpillFolder,
    ) -> Result<Vec<(DocId, String)>> {
        let mut sorter = Sorter::new(spill_folder);
        // A new id can be taken only by one that looks like it.
        let mut numbered = HashSet::new();
        for doc in self.docs() {
            let id = self.read_id(doc);
            let hash = id_hash(id);
            sorter.push([(hash >> 32) as u32, hash as u32, doc.0])?;
            if is_numbered(id) {
                numbered.insert(id_hash(id));
            }
        }
        let mut renamed = Vec::new();
        let mut same: Vec<DocId> = Vec::new();
        let mut last = None;
        let mut sorted = sorter.finish()?;
        // Where only the hashes agree, skipping a number does no harm.
        let taken = |id: &str| numbered.contains(&id_hash(id));
        loop {
            let next = sorted.next()?;
            let key = next.map(|[high, low, _]| (high, low));
            if key != last {
                self.rename(&same, taken, &mut renamed);
                same.clear();
                last = key;
            }
            match next {
                Some([_, _, doc]) => same.push(DocId(doc)),
                None => break,
            }
        }
        renamed.sort_unstable();
        Ok(renamed)
    }

    /// Appends new ids for the documents of `same` that have the id of the
    /// first; the hashes of their ids are equal.
    fn rename(
        &self,
        same: &[DocId],
        taken: impl Fn(&str) -> bool,
        renamed: &mut Vec<(DocId, String)>,
    ) {
        // Most ids occur once, and need not be read again.
        let [first, others @ ..] = same else { return };
        if others.is_empty() {
            return;
        }
        let id = self.read_id(*first);
        let mut number = 2u64;
        for doc in others {
            if self.read_id(*doc) != id {
                continue;
            }
            let mut new = format!("{id}#{number}");
            while taken(&new) {
                number += 1;
                new = format!("{id}#{number}");
            }
            number += 1;
            renamed.push((*doc, new));
        }
    }
}

fn id_hash(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_bytes())
}

/// Returns whether an id ends like one that was made unique.
fn is_numbered(id: &str) -> bool {
    id.rsplit_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}
