//! How the occurrences of phrases are written: each surface form once, with its count.
//!
//! Forms are told apart while a document is normalized, when its text is at
//! hand. To read the text of every occurrence again would be a random access
//! each: a page of the disk, where texts are spilled.

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::{Corpus, DocId};
use crate::suffix::place::Occurrence;

/// Longest phrase, in characters, whose forms are told apart by their hashes:
/// hashing a longer one for each of its places would be more than constant work
/// a place.
pub(crate) const LONGEST: u32 = 64;

/// An occurrence that is written otherwise than normalized.
#[derive(Clone, Copy)]
pub(super) struct Rewritten {
    /// Its place among all occurrences.
    pub(super) index: u32,
    /// The hash of its text.
    pub(super) hash: u64,
}

impl Rewritten {
    /// Returns an occurrence with its text.
    pub(super) fn new(index: u32, text: &[u8]) -> Self {
        Rewritten {
            index,
            hash: xxh3_64(text),
        }
    }
}

/// A surface form of a phrase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form<'a> {
    pub(crate) text: &'a str,
    /// Number of occurrences that are written so.
    pub(crate) count: u64,
    /// Those of them in documents written in Simplified characters.
    pub(crate) simplified: u64,
}

/// The forms of some intervals, of one after another.
#[derive(Default)]
pub(super) struct Forms {
    groups: Vec<Group>,
    /// The intervals that have forms here, and where the groups of each end.
    ends: Vec<(u32, u32)>,
    /// Texts of the groups, as far as there is room.
    texts: String,
}

/// Occurrences of an interval that are written in the same way.
#[derive(Clone, Copy)]
struct Group {
    /// One of them.
    occurrence: Occurrence,
    count: u32,
    simplified: u32,
    /// Where its text begins, or [`NOWHERE`].
    text: u32,
}

/// Stands for a text that had no room.
const NOWHERE: u32 = u32::MAX;

impl Forms {
    /// Returns the forms of all intervals of which an occurrence is rewritten;
    /// `ends` is where the occurrences of each end.
    ///
    /// Takes `O(m log m)` time for `m` rewritten occurrences and the other ones
    /// of their intervals, 24 bytes a form, and up to 16 bytes an occurrence
    /// for the texts, which are read in the order of the documents.
    pub(super) fn new(
        corpus: &Corpus,
        occurrences: &[Occurrence],
        ends: &[usize],
        mut rewritten: Vec<Rewritten>,
        is_simplified: &(impl Fn(DocId) -> bool + Sync),
    ) -> Self {
        /// Bytes of texts for each occurrence.
        const TEXT_BYTES: usize = 16;
        rewritten.par_sort_unstable_by_key(|one| one.index);
        let mut forms = Forms::default();
        let (mut rest, mut interval) = (rewritten.as_mut_slice(), 0);
        while let Some(first) = rest.first() {
            let index = first.index as usize;
            interval += ends[interval..].partition_point(|end| *end <= index);
            let end = ends[interval];
            let here = rest.partition_point(|one| (one.index as usize) < end);
            let (of_interval, after) = rest.split_at_mut(here);
            let start = interval.checked_sub(1).map_or(0, |before| ends[before]);
            forms.add(occurrences, start..end, of_interval, is_simplified);
            forms
                .ends
                .push((interval as u32, forms.groups.len() as u32));
            rest = after;
        }
        drop(rewritten);
        forms.read_texts(corpus, occurrences.len() * TEXT_BYTES);
        forms
    }

    /// Adds the forms of an interval.
    fn add(
        &mut self,
        occurrences: &[Occurrence],
        all: std::ops::Range<usize>,
        rewritten: &mut [Rewritten],
        is_simplified: &impl Fn(DocId) -> bool,
    ) {
        let simplified = |at: usize| u32::from(is_simplified(occurrences[at].document));
        let mut as_normalized: Option<Group> = None;
        let mut others = rewritten.iter().map(|one| one.index as usize).peekable();
        for at in all {
            if others.next_if_eq(&at).is_some() {
                continue;
            }
            let group = as_normalized.get_or_insert(Group::of(occurrences[at]));
            group.count += 1;
            group.simplified += simplified(at);
        }
        self.groups.extend(as_normalized);
        rewritten.sort_unstable_by_key(|one| (one.hash, one.index));
        for same in rewritten.chunk_by(|a, b| a.hash == b.hash) {
            let mut group = Group::of(occurrences[same[0].index as usize]);
            group.count = same.len() as u32;
            group.simplified = same.iter().map(|one| simplified(one.index as usize)).sum();
            self.groups.push(group);
        }
    }

    /// Copies the texts of the forms, in the order of the documents, as far as
    /// `room` bytes suffice.
    fn read_texts(&mut self, corpus: &Corpus, room: usize) {
        let room = room.min(NOWHERE as usize);
        let mut order: Vec<u32> = (0..self.groups.len() as u32).collect();
        order.par_sort_unstable_by_key(|at| self.groups[*at as usize].occurrence);
        for at in order {
            let group = &mut self.groups[at as usize];
            let text = group.occurrence.text(corpus).unwrap_or("");
            if self.texts.len() + text.len() < room {
                group.text = self.texts.len() as u32;
                self.texts.push_str(text);
            }
        }
        self.texts.shrink_to_fit();
    }

    /// Returns the forms of an interval, by its place among all; none where
    /// all its occurrences are written as they are normalized.
    pub(super) fn of<'a>(&'a self, corpus: &'a Corpus, interval: usize) -> Vec<Form<'a>> {
        let found = self
            .ends
            .binary_search_by_key(&(interval as u32), |(interval, _)| *interval);
        let Ok(at) = found else {
            return Vec::new();
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].1);
        let groups = &self.groups[start as usize..self.ends[at].1 as usize];
        let form = |group: &Group| Form {
            text: self.text(corpus, group),
            count: u64::from(group.count),
            simplified: u64::from(group.simplified),
        };
        groups.iter().map(form).collect()
    }

    fn text<'a>(&'a self, corpus: &'a Corpus, group: &Group) -> &'a str {
        let Occurrence { start, end, .. } = group.occurrence;
        let text = match group.text {
            NOWHERE => group.occurrence.text(corpus),
            at => self.texts.get(at as usize..(at + end - start) as usize),
        };
        text.unwrap_or("")
    }
}

impl Group {
    fn of(occurrence: Occurrence) -> Self {
        Group {
            occurrence,
            count: 0,
            simplified: 0,
            text: NOWHERE,
        }
    }
}
