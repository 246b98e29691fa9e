//! Lists of the places at which a seed stands.

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::prefetch::prefetch;

/// Most places of one seed in one document that are kept: a text that repeats
/// itself without end is aligned by its first repeats.
pub(super) const MOST_IN_DOCUMENT: usize = 4;

/// Seeds whose lists are fetched while earlier ones are read.
const AHEAD: usize = 8;

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
        let mut of_doc = vec![0; documents + 1];
        for place in &self.places {
            of_doc[place.doc.index() + 1] += 1;
        }
        for at in 1..of_doc.len() {
            of_doc[at] += of_doc[at - 1];
        }
        // Each goes to its document first, which leaves small lists to sort.
        let none = Instance {
            doc: DocId(0),
            start: 0,
            list: 0,
        };
        let mut instances = vec![none; self.places.len()];
        let mut next = of_doc.clone();
        let mut from = 0;
        for (list, end) in self.ends.iter().enumerate() {
            for place in &self.places[from..*end] {
                let next = &mut next[place.doc.index()];
                instances[*next] = Instance {
                    doc: place.doc,
                    start: place.start,
                    list: list as u32,
                };
                *next += 1;
            }
            from = *end;
        }
        let mut lists = Vec::with_capacity(documents);
        let mut rest = instances.as_mut_slice();
        for ends in of_doc.windows(2) {
            let (list, others) = rest.split_at_mut(ends[1] - ends[0]);
            lists.push(list);
            rest = others;
        }
        lists
            .into_par_iter()
            .with_min_len(64)
            .for_each(|list| list.sort_unstable());
        self.instances = instances;
        self.of_doc = of_doc;
    }

    /// Returns the listed seeds of a document, in order, each some seeds after
    /// its list was prefetched: the lists lie in the order of their hashes.
    pub(super) fn fetched(&self, doc: DocId) -> impl Iterator<Item = &Instance> {
        let instances = self.of(doc);
        let later = |at: usize| instances.get(at).map(|later| later.list as usize);
        instances.iter().enumerate().map(move |(at, instance)| {
            if let Some(list) = later(at + 2 * AHEAD) {
                prefetch(&self.ends, list);
            }
            if let Some(list) = later(at + AHEAD) {
                prefetch(&self.places, self.first(list));
            }
            instance
        })
    }

    /// Returns the listed seeds of a document, in order.
    #[inline]
    pub(super) fn of(&self, doc: DocId) -> &[Instance] {
        &self.instances[self.of_doc[doc.index()]..self.of_doc[doc.index() + 1]]
    }

    /// Returns the places of a seed, in the order of documents.
    #[inline]
    pub(super) fn places(&self, instance: &Instance) -> &[Posting] {
        let list = instance.list as usize;
        &self.places[self.first(list)..self.ends[list]]
    }

    /// Returns where a list begins.
    #[inline]
    fn first(&self, list: usize) -> usize {
        list.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}
