//! Lists of the places at which a seed stands, in memory or on disk.

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::error::Result;
use crate::prefetch::prefetch;
use crate::spill::{Column, ColumnWriter, Sorter, SpillFolder};

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

/// A place of a seed: its document, and where it begins there. Numbers without
/// names, because they are read from a mapped file as they lie there.
pub(super) type Posting = [u32; 2];

/// Returns the document of a place.
#[inline(always)]
pub(super) fn doc_of(&[doc, _]: &Posting) -> DocId {
    DocId(doc)
}

/// Returns where a seed begins in its document.
#[inline(always)]
pub(super) fn start_of(&[_, start]: &Posting) -> u32 {
    start
}

/// A seed of a document, and the list of its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Instance {
    pub(super) start: u32,
    list: u32,
}

/// The same as it is stored: begin and list.
type StoredInstance = [u32; 2];

fn instance(&[start, list]: &StoredInstance) -> Instance {
    Instance { start, list }
}

/// Lists of places, and for each document the lists in which it stands.
pub(super) struct Postings {
    places: Column<Posting>,
    /// Where each list ends.
    ends: Column<usize>,
    /// In the order of documents and places.
    instances: Column<StoredInstance>,
    /// Where the instances of each document begin, and the last ones end.
    of_doc: Vec<usize>,
}

/// Takes lists of places, and makes [`Postings`] of them.
pub(super) enum PostingsBuilder<'a> {
    /// In memory: places and ends, as they are stored.
    Held(Vec<Posting>, Vec<usize>),
    /// On disk.
    Spilled(SpilledLists<'a>),
}

/// Lists on their way to the disk: each place after the first one of its list.
///
/// Lists that begin near one another then lie near one another, so that a
/// passage, whose seeds are as many lists, is read from one page.
pub(super) struct SpilledLists<'a> {
    spill_folder: &'a SpillFolder,
    sorter_bytes: usize,
    places: Sorter<'a, [u32; 4]>,
}

impl<'a> PostingsBuilder<'a> {
    /// Returns a builder in memory.
    pub(super) fn held() -> Self {
        PostingsBuilder::Held(Vec::new(), Vec::new())
    }

    /// Returns one that sorts in `sorter_bytes` of memory, and later in twice
    /// as much.
    pub(super) fn spilled(spill_folder: &'a SpillFolder, sorter_bytes: usize) -> Self {
        PostingsBuilder::Spilled(SpilledLists {
            spill_folder,
            sorter_bytes,
            places: Sorter::of_bytes(spill_folder, sorter_bytes),
        })
    }

    /// Appends a list, given in the order of documents and places.
    pub(super) fn push(&mut self, entries: &[Entry]) -> Result<()> {
        let of_docs = entries.chunk_by(|one, other| one.doc == other.doc);
        let kept = of_docs.flat_map(|of_doc| of_doc.iter().take(MOST_IN_DOCUMENT));
        let kept = kept.map(|entry| [entry.doc.0, entry.start]);
        match self {
            PostingsBuilder::Held(places, ends) => {
                places.extend(kept);
                ends.push(places.len());
                Ok(())
            }
            PostingsBuilder::Spilled(lists) => {
                let Some(first) = entries.first() else {
                    return Ok(());
                };
                let [first_doc, first_start] = [first.doc.0, first.start];
                let sorted = kept.map(|[doc, start]| [first_doc, first_start, doc, start]);
                lists.places.extend(sorted)
            }
        }
    }

    /// Returns the lists, and those of each of `documents` documents.
    pub(super) fn finish(self, documents: usize) -> Result<Postings> {
        match self {
            PostingsBuilder::Held(places, ends) => Ok(held(places, ends, documents)),
            PostingsBuilder::Spilled(lists) => lists.finish(documents),
        }
    }
}

/// Orders places in memory by document.
fn held(places: Vec<Posting>, ends: Vec<usize>, documents: usize) -> Postings {
    let mut of_doc = vec![0; documents + 1];
    for place in &places {
        of_doc[doc_of(place).index() + 1] += 1;
    }
    add_up(&mut of_doc);
    // Each goes to its document first, which leaves small lists to sort.
    let mut instances = vec![[0; 2]; places.len()];
    let mut next = of_doc.clone();
    let mut from = 0;
    for (list, end) in (0..).zip(&ends) {
        for place in &places[from..*end] {
            let next = &mut next[doc_of(place).index()];
            instances[*next] = [start_of(place), list];
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
    Postings {
        places: places.into(),
        ends: ends.into(),
        instances: instances.into(),
        of_doc,
    }
}

/// Turns counts into sums.
fn add_up(counts: &mut [usize]) {
    for at in 1..counts.len() {
        counts[at] += counts[at - 1];
    }
}

impl SpilledLists<'_> {
    fn finish(self, documents: usize) -> Result<Postings> {
        let SpilledLists {
            spill_folder,
            sorter_bytes,
            places,
        } = self;
        let mut sorted = places.finish()?;
        let mut places = ColumnWriter::new(spill_folder)?;
        let mut ends = ColumnWriter::new(spill_folder)?;
        let mut by_document = Sorter::of_bytes(spill_folder, sorter_bytes);
        let mut of_doc = vec![0; documents + 1];
        let mut last = None;
        while let Some([first_doc, first_start, doc, start]) = sorted.next()? {
            let first = Some([first_doc, first_start]);
            if last != first && last.is_some() {
                ends.push(places.len())?;
            }
            last = first;
            by_document.push([doc, start, ends.len() as u32])?;
            places.push([doc, start])?;
            of_doc[doc as usize + 1] += 1;
        }
        if last.is_some() {
            ends.push(places.len())?;
        }
        drop(sorted);
        add_up(&mut of_doc);
        let mut instances = ColumnWriter::new(spill_folder)?;
        let mut sorted = by_document.finish()?;
        while let Some([_, start, list]) = sorted.next()? {
            instances.push([start, list])?;
        }
        drop(sorted);
        let window = spill_folder.window_bytes();
        Ok(Postings {
            places: places.finish().and_then(|file| file.map(window))?,
            ends: ends.finish().and_then(|file| file.map(window))?,
            instances: instances.finish().and_then(|file| file.map(window))?,
            of_doc,
        })
    }
}

impl Postings {
    /// Returns the listed seeds of a document, in order, each some seeds after
    /// its list was prefetched: the lists lie in the order of their hashes.
    pub(super) fn fetched(&self, doc: DocId) -> impl Iterator<Item = Instance> {
        let instances = self.stored(doc);
        let later = |at: usize| instances.get(at).map(|later| later[1] as usize);
        instances.iter().enumerate().map(move |(at, stored)| {
            if let Some(list) = later(at + 2 * AHEAD) {
                self.ends.prefetch(list);
            }
            if let (Some(list), Column::Held(places)) = (later(at + AHEAD), &self.places) {
                prefetch(places, self.first(list));
            }
            instance(stored)
        })
    }

    /// Returns the listed seeds of a document, in order.
    #[inline]
    pub(super) fn of(&self, doc: DocId) -> impl Iterator<Item = Instance> {
        self.stored(doc).iter().map(instance)
    }

    #[inline]
    fn stored(&self, doc: DocId) -> &[StoredInstance] {
        let range = self.of_doc[doc.index()]..self.of_doc[doc.index() + 1];
        self.instances.slice(range)
    }

    /// Returns the places of a seed, in the order of documents.
    #[inline]
    pub(super) fn places(&self, instance: &Instance) -> &[Posting] {
        let list = instance.list as usize;
        self.places.slice(self.first(list)..self.ends.at(list))
    }

    /// Returns where a list begins.
    #[inline]
    fn first(&self, list: usize) -> usize {
        list.checked_sub(1).map_or(0, |before| self.ends.at(before))
    }
}
