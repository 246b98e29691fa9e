//! Lists of the places at which a seed stands.

use crate::corpus::DocId;

/// Most places of one seed in one document that are kept: a text that repeats
/// itself without end is aligned by its first repeats.
pub(super) const MOST_IN_DOCUMENT: usize = 4;

/// A seed at its place, to be sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) hash: u64,
    pub(super) doc: DocId,
    pub(super) start: u32,
}

/// A place of a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting {
    pub(super) doc: DocId,
    pub(super) start: u32,
}

/// A seed of a document, and the list of its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Instance {
    doc: DocId,
    pub(super) start: u32,
    list: u32,
}

/// Lists of places, and for each document the lists in which it stands.
#[derive(Default)]
pub(super) struct Postings {
    places: Vec<Posting>,
    /// Where each list ends.
    ends: Vec<usize>,
    /// In the order of documents and places.
    instances: Vec<Instance>,
    /// Where the instances of each document begin, and the last ones end.
    of_doc: Vec<usize>,
}

impl Postings {
    /// Appends a list, given in the order of documents and places.
    pub(super) fn push(&mut self, entries: &[Entry]) {
        for of_doc in entries.chunk_by(|one, other| one.doc == other.doc) {
            let kept = of_doc.iter().take(MOST_IN_DOCUMENT);
            self.places.extend(kept.map(|entry| Posting {
                doc: entry.doc,
                start: entry.start,
            }));
        }
        self.ends.push(self.places.len());
    }

    /// Orders the places by document, for `documents` documents.
    pub(super) fn finish(&mut self, documents: usize) {
        use rayon::prelude::*;
        let mut instances = Vec::with_capacity(self.places.len());
        let mut from = 0;
        for (list, end) in self.ends.iter().enumerate() {
            instances.extend(self.places[from..*end].iter().map(|place| Instance {
                doc: place.doc,
                start: place.start,
                list: list as u32,
            }));
            from = *end;
        }
        instances.par_sort_unstable();
        let mut of_doc = vec![0; documents + 1];
        for instance in &instances {
            of_doc[instance.doc.index() + 1] += 1;
        }
        for at in 1..of_doc.len() {
            of_doc[at] += of_doc[at - 1];
        }
        self.instances = instances;
        self.of_doc = of_doc;
    }

    /// Returns the listed seeds of a document, in order.
    pub(super) fn of(&self, doc: DocId) -> &[Instance] {
        &self.instances[self.of_doc[doc.index()]..self.of_doc[doc.index() + 1]]
    }

    /// Returns the places of a seed, in the order of documents.
    pub(super) fn places(&self, instance: &Instance) -> &[Posting] {
        let list = instance.list as usize;
        let from = list.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.places[from..self.ends[list]]
    }
}
