//! The segments of one generation, of which there are never more than eight.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::error::Result;
use crate::library::document::StoredDocument;
use crate::library::lists::List;
use crate::library::recent::{Recent, RecentDocument};
use crate::library::segment::{Keys, Segment, id_hash};

/// Segments on disk that a generation has at most. With the log, which is a
/// segment in memory, a query sees eight.
pub(super) const MOST_ON_DISK: usize = 7;

/// Where the documents of a part are.
#[derive(Clone)]
pub(super) enum Held {
    Segment(Arc<Segment>),
    Log(Recent),
}

impl Held {
    /// Returns the number of documents, those that were removed since included.
    pub(super) fn docs(&self) -> u32 {
        match self {
            Held::Segment(segment) => segment.docs(),
            Held::Log(recent) => recent.docs(),
        }
    }

    /// Returns the UTF-16 units of all normalized texts.
    pub(super) fn units(&self) -> u64 {
        match self {
            Held::Segment(segment) => segment.units(),
            Held::Log(recent) => recent.units(),
        }
    }

    /// Returns a document.
    pub(super) fn read(&self, doc: u32) -> Result<StoredDocument> {
        match self {
            Held::Segment(segment) => segment.read(doc),
            Held::Log(recent) => Ok(recent.get(doc).document.clone()),
        }
    }

    /// Calls `found` with the documents that keep each of some windows, and the
    /// number of the window among them.
    pub(super) fn with_windows(
        &self,
        hashes: &[u64],
        found: impl FnMut(usize, &List),
    ) -> Result<()> {
        match self {
            Held::Segment(segment) => segment.with_windows(hashes, found),
            Held::Log(recent) => {
                recent.with_windows(hashes, found);
                Ok(())
            }
        }
    }

    /// Calls `found` with the documents that have each of some keys of bands, and
    /// the number of the key among them.
    pub(super) fn with_bands(&self, keys: &[u64], found: impl FnMut(usize, &List)) -> Result<()> {
        match self {
            Held::Segment(segment) => segment.with_bands(keys, found),
            Held::Log(recent) => {
                recent.with_bands(keys, found);
                Ok(())
            }
        }
    }

    /// Returns the documents that may have a wording.
    pub(super) fn with_wording(&self, hash: u64) -> Result<List> {
        match self {
            Held::Segment(segment) => segment.with_wording(hash),
            Held::Log(recent) => Ok(recent.with_wording(hash)),
        }
    }

    /// Returns the documents that may have an id.
    pub(super) fn with_id(&self, id: &str) -> Result<List> {
        match self {
            Held::Segment(segment) => segment.with_id(id),
            Held::Log(recent) => Ok(recent.with_id(id_hash(id))),
        }
    }
}

/// A segment, and which of its documents are gone.
#[derive(Clone)]
pub(super) struct Part {
    /// The number of its file; `None` for the log.
    pub(super) id: Option<u64>,
    pub(super) held: Held,
    pub(super) deleted: Arc<BTreeSet<u32>>,
    /// What its documents are found by, if this process wrote it lately.
    pub(super) keys: Option<Arc<Vec<Arc<Keys>>>>,
}

impl Part {
    /// Returns a segment on disk of which nothing is gone.
    pub(super) fn on_disk(id: u64, segment: Segment) -> Part {
        Part {
            id: Some(id),
            held: Held::Segment(Arc::new(segment)),
            deleted: Arc::default(),
            keys: None,
        }
    }

    /// Returns the segment, if it is one on disk.
    pub(super) fn segment(&self) -> Option<&Segment> {
        match &self.held {
            Held::Segment(segment) => Some(segment),
            Held::Log(_) => None,
        }
    }

    /// Returns the number of documents that are still there.
    pub(super) fn live(&self) -> u64 {
        u64::from(self.held.docs()) - self.deleted.len() as u64
    }

    /// Returns the documents that are still there, in order.
    pub(super) fn docs(&self) -> impl DoubleEndedIterator<Item = u32> + '_ {
        (0..self.held.docs()).filter(|doc| !self.deleted.contains(doc))
    }

    /// Returns whether a document is still there.
    pub(super) fn has(&self, doc: u32) -> bool {
        !self.deleted.contains(&doc)
    }
}

/// The segments of one generation, the oldest first, and behind them the log.
#[derive(Clone)]
pub(super) struct Parts {
    all: Vec<Part>,
    /// What the last part holds.
    recent: Recent,
}

impl Parts {
    /// Returns the parts of a generation; `None` if there are more than seven
    /// segments.
    pub(super) fn new(
        segments: Vec<Part>,
        recent: Recent,
        deleted: Arc<BTreeSet<u32>>,
    ) -> Option<Parts> {
        let mut all = segments;
        if all.len() > MOST_ON_DISK || all.iter().any(|part| part.id.is_none()) {
            return None;
        }
        all.push(Part {
            id: None,
            held: Held::Log(recent.clone()),
            deleted,
            keys: None,
        });
        Some(Parts { all, recent })
    }

    /// Returns the segments on disk.
    pub(super) fn on_disk(&self) -> &[Part] {
        &self.all[..self.log_place()]
    }

    /// Returns the number of the log among the parts.
    pub(super) fn log_place(&self) -> usize {
        self.all.len() - 1
    }

    /// Returns the log as a part.
    pub(super) fn log(&self) -> &Part {
        &self.all[self.log_place()]
    }

    /// Returns the documents of the log, those that were removed since included.
    pub(super) fn recent(&self) -> &Recent {
        &self.recent
    }

    /// Marks a document as gone.
    pub(super) fn delete(&mut self, part: usize, doc: u32) {
        Arc::make_mut(&mut self.all[part].deleted).insert(doc);
    }

    /// Adds a document to the log.
    pub(super) fn push(&mut self, document: Arc<RecentDocument>) {
        self.recent.push(document);
        let last = self.log_place();
        self.all[last].held = Held::Log(self.recent.clone());
    }
}

impl Deref for Parts {
    type Target = [Part];

    fn deref(&self) -> &[Part] {
        &self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_generation_are_eight_at_most_and_the_log_is_the_last() {
        let none = Parts::new(Vec::new(), Recent::default(), Arc::default()).unwrap();
        assert_eq!((none.len(), none.on_disk().len()), (1, 0));
        assert_eq!((none.log_place(), none.log().live()), (0, 0));
        // Nothing but segments of files comes before the log.
        let log = none.log().clone();
        assert!(Parts::new(vec![log], Recent::default(), Arc::default()).is_none());
    }
}
