//! The documents of the log, with tables in memory that grow with it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::library::document::StoredDocument;
use crate::library::lists::{Cut, List};
use crate::library::segment::{Keys, WINDOW_CUT};

/// A document of the log, and what it is found by.
#[derive(Debug)]
pub(super) struct RecentDocument {
    pub(super) document: StoredDocument,
    pub(super) keys: Arc<Keys>,
}

/// The first documents of a log, those that one generation sees.
///
/// Documents are only ever added behind, so all generations of a log share its
/// tables, and an addition costs what it adds: some 20 microseconds for 1,000
/// characters, and 15 KB of memory.
#[derive(Clone, Default)]
pub(super) struct Recent {
    shared: Arc<RwLock<Tables>>,
    len: u32,
    units: u64,
}

#[derive(Default)]
struct Tables {
    documents: Vec<Arc<RecentDocument>>,
    ids: Table,
    wordings: Table,
    windows: Table,
    bands: Table,
}

/// Documents by a hash, in order.
type Table = HashMap<u64, Numbers, BuildHasherDefault<HashItself>>;

/// Most hashes belong to one document.
enum Numbers {
    One(u32),
    Many(Vec<u32>),
}

impl Numbers {
    fn push(&mut self, doc: u32) {
        match self {
            Numbers::One(first) if *first != doc => *self = Numbers::Many(vec![*first, doc]),
            Numbers::Many(all) if all.last() != Some(&doc) => all.push(doc),
            // A text may have a key twice.
            _ => {}
        }
    }

    fn as_slice(&self) -> &[u32] {
        match self {
            Numbers::One(doc) => std::slice::from_ref(doc),
            Numbers::Many(all) => all,
        }
    }
}

/// Takes a hash as it is: it is one already.
#[derive(Default)]
struct HashItself(u64);

impl Hasher for HashItself {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn insert(table: &mut Table, hash: u64, doc: u32) {
    match table.entry(hash) {
        Entry::Occupied(mut numbers) => numbers.get_mut().push(doc),
        Entry::Vacant(entry) => drop(entry.insert(Numbers::One(doc))),
    }
}

impl Tables {
    fn push(&mut self, document: Arc<RecentDocument>) {
        let doc = self.documents.len() as u32;
        insert(&mut self.ids, document.keys.id, doc);
        insert(&mut self.wordings, document.keys.wording, doc);
        for hash in &document.keys.windows {
            insert(&mut self.windows, *hash, doc);
        }
        for hash in &document.keys.bands {
            insert(&mut self.bands, *hash, doc);
        }
        self.documents.push(document);
    }
}

impl Recent {
    /// Returns the number of documents, those that were removed since included.
    pub(super) fn docs(&self) -> u32 {
        self.len
    }

    /// Returns the UTF-16 units of all normalized texts.
    pub(super) fn units(&self) -> u64 {
        self.units
    }

    /// Returns whether both are the beginnings of one log.
    pub(super) fn is_same_log(&self, other: &Recent) -> bool {
        Arc::ptr_eq(&self.shared, &other.shared)
    }

    /// Adds a document behind the others.
    pub(super) fn push(&mut self, document: Arc<RecentDocument>) {
        let is_last = self.tables().documents.len() == self.len as usize;
        if !is_last {
            // Another generation went on from here: this one goes its own way.
            let documents = self.tables().documents[..self.len as usize].to_vec();
            let mut alone = Tables::default();
            documents.into_iter().for_each(|one| alone.push(one));
            self.shared = Arc::new(RwLock::new(alone));
        }
        self.len += 1;
        self.units += document.keys.units;
        self.tables_mut().push(document);
    }

    /// Returns a document.
    ///
    /// # Panics
    ///
    /// Panics if there is no document with this number.
    pub(super) fn get(&self, doc: u32) -> Arc<RecentDocument> {
        assert!(doc < self.len, "{doc} of {}", self.len);
        self.tables().documents[doc as usize].clone()
    }

    /// Returns the documents from a number on.
    pub(super) fn from(&self, doc: u32) -> Vec<Arc<RecentDocument>> {
        self.tables().documents[doc.min(self.len) as usize..self.len as usize].to_vec()
    }

    /// Calls `found` as a segment does; see
    /// [`Segment::with_windows`](crate::library::segment::Segment::with_windows).
    pub(super) fn with_windows(&self, hashes: &[u64], found: impl FnMut(usize, &List)) {
        self.find_all(|tables| &tables.windows, hashes, Some(WINDOW_CUT), found);
    }

    /// Calls `found` with the documents that have each of some keys of bands.
    pub(super) fn with_bands(&self, keys: &[u64], found: impl FnMut(usize, &List)) {
        self.find_all(|tables| &tables.bands, keys, None, found);
    }

    /// Returns the documents that have a wording.
    pub(super) fn with_wording(&self, hash: u64) -> List {
        let mut list = List::default();
        self.find(&self.tables().wordings, hash, None, &mut list);
        list
    }

    /// Returns the documents that may have the id of this hash.
    pub(super) fn with_id(&self, hash: u64) -> List {
        let mut list = List::default();
        self.find(&self.tables().ids, hash, None, &mut list);
        list
    }

    fn find_all(
        &self,
        table: impl Fn(&Tables) -> &Table,
        hashes: &[u64],
        cut: Option<Cut>,
        mut found: impl FnMut(usize, &List),
    ) {
        let mut list = List::default();
        for (nth, hash) in hashes.iter().enumerate() {
            // The writer waits for one look-up at most.
            self.find(table(&self.tables()), *hash, cut, &mut list);
            if list.count > 0 {
                found(nth, &list);
            }
        }
    }

    fn find(&self, table: &Table, hash: u64, cut: Option<Cut>, list: &mut List) {
        list.docs.clear();
        let all = table.get(&hash).map_or(&[][..], Numbers::as_slice);
        // Later documents belong to later generations.
        let seen = &all[..all.partition_point(|doc| *doc < self.len)];
        list.count = seen.len() as u64;
        let kept = match cut {
            Some(cut) if seen.len() > cut.most => cut.kept,
            _ => seen.len(),
        };
        list.docs.extend_from_slice(&seen[..kept]);
    }

    fn tables(&self) -> RwLockReadGuard<'_, Tables> {
        self.shared.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn tables_mut(&self) -> RwLockWriteGuard<'_, Tables> {
        self.shared.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::lists;
    use proptest::prelude::*;

    fn document(windows: Vec<u64>) -> Arc<RecentDocument> {
        let keys = Keys {
            id: windows.len() as u64,
            windows: windows.into(),
            units: 7,
            ..Keys::default()
        };
        Arc::new(RecentDocument {
            document: StoredDocument::default(),
            keys: Arc::new(keys),
        })
    }

    proptest! {
        #[test]
        fn prop_each_generation_finds_what_a_table_of_its_documents_finds(
            documents in prop::collection::vec(prop::collection::vec(0_u64..12, 0..6), 0..40),
        ) {
            let mut generations = vec![Recent::default()];
            for windows in &documents {
                let mut next = generations.last().unwrap().clone();
                next.push(document(windows.clone()));
                generations.push(next);
            }
            let hash = crate::hash::mix;
            for (len, recent) in generations.iter().enumerate() {
                prop_assert_eq!(recent.docs() as usize, len);
                prop_assert_eq!(recent.units(), 7 * len as u64);
                let bits = lists::doc_bits(len);
                let entries = documents[..len].iter().zip(0..).flat_map(|(windows, doc)| {
                    windows.iter().map(move |one| lists::packed(hash(*one), doc, bits))
                });
                let (directory, bytes) =
                    lists::build(entries.collect(), bits, Some(WINDOW_CUT)).unwrap();
                let table = lists::Table::new(&directory, bytes.len()).unwrap();
                let mut found = vec![List::default(); 12];
                let all: Vec<u64> = (0..12).collect();
                recent.with_windows(&all, |nth, list| found[nth] = list.clone());
                for (one, found) in all.iter().zip(&found) {
                    prop_assert_eq!(found, &table.find(&directory, &bytes, hash(*one)).unwrap());
                }
            }
        }
    }

    #[test]
    fn a_common_window_keeps_its_number_and_its_first_documents() {
        let mut recent = Recent::default();
        for _ in 0..300 {
            recent.push(document(vec![5]));
        }
        let mut found = List::default();
        recent.with_windows(&[4, 5], |nth, list| {
            assert_eq!(nth, 1);
            found = list.clone();
        });
        assert_eq!(found.count, 300);
        assert_eq!(found.docs, (0..16).collect::<Vec<_>>());
    }

    #[test]
    fn two_generations_that_go_on_from_one_do_not_see_each_other() {
        let mut one = Recent::default();
        one.push(document(vec![1]));
        let mut other = one.clone();
        one.push(document(vec![1, 2]));
        other.push(document(vec![1, 2, 3]));
        assert!(!one.is_same_log(&other));
        for (recent, len) in [(&one, 2), (&other, 3)] {
            assert_eq!(recent.get(1).keys.windows.len(), len);
            assert_eq!(recent.with_id(len as u64).docs, [1]);
            assert!(recent.with_id(5 - len as u64).docs.is_empty());
        }
    }
}
