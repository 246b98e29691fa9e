//! Documents that were read lately, normalized: wording that many documents have
//! leads each draft to the same first ones.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::hash::TextHash;
use crate::library::document::StoredDocument;
use crate::two_generations::TwoGenerations;

/// Bytes of the documents that were read lately, after which those that nobody
/// asked for again begin to go; twice as many are held at most.
const ROOM: usize = 16 << 20;

/// Bytes of a document that is held.
const LONGEST: usize = 1 << 18;

/// A document, and its text normalized.
pub(super) struct Text {
    pub(super) document: StoredDocument,
    pub(super) units: Vec<u16>,
    pub(super) wording: TextHash,
}

impl Text {
    fn len_bytes(&self) -> usize {
        2 * self.units.len() + self.document.text.len()
    }
}

/// A document of a segment that never changes: the number of its file, and its
/// number there.
pub(super) type Key = (u64, u32);

/// Documents that were read lately, for all generations of a library.
pub(super) struct ReadLately(Mutex<TwoGenerations<Key, Text>>);

impl Default for ReadLately {
    fn default() -> Self {
        ReadLately(Mutex::new(TwoGenerations::new(ROOM)))
    }
}

impl ReadLately {
    /// Returns a document, if it was read lately.
    pub(super) fn get(&self, key: Key) -> Option<Arc<Text>> {
        self.generations().get(key)
    }

    /// Takes a document that was read, unless it is too long.
    pub(super) fn put(&self, key: Key, text: &Arc<Text>) {
        let bytes = text.len_bytes();
        if bytes <= LONGEST {
            self.generations().put(key, text.clone(), bytes);
        }
    }

    fn generations(&self) -> MutexGuard<'_, TwoGenerations<Key, Text>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
