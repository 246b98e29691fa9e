//! Documents that were read lately, normalized: wording that many documents have
//! leads each draft to the same first ones.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::hash::TextHash;
use crate::library::document::StoredDocument;

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
#[derive(Default)]
pub(super) struct ReadLately(Mutex<TwoGenerations>);

/// What was asked for since the room was full the last time, and before.
#[derive(Default)]
struct TwoGenerations {
    young: HashMap<Key, Arc<Text>>,
    old: HashMap<Key, Arc<Text>>,
    /// Bytes of the young ones.
    bytes: usize,
}

impl TwoGenerations {
    fn get(&mut self, key: Key) -> Option<Arc<Text>> {
        if let Some(text) = self.young.get(&key) {
            return Some(text.clone());
        }
        let text = self.old.remove(&key)?;
        self.put(key, text.clone());
        Some(text)
    }

    fn put(&mut self, key: Key, text: Arc<Text>) {
        self.bytes += text.len_bytes();
        if self.bytes > ROOM {
            self.bytes = text.len_bytes();
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, text);
    }
}

impl ReadLately {
    /// Returns a document, if it was read lately.
    pub(super) fn get(&self, key: Key) -> Option<Arc<Text>> {
        self.generations().get(key)
    }

    /// Takes a document that was read, unless it is too long.
    pub(super) fn put(&self, key: Key, text: &Arc<Text>) {
        if text.len_bytes() <= LONGEST {
            self.generations().put(key, text.clone());
        }
    }

    fn generations(&self) -> MutexGuard<'_, TwoGenerations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_again_stays_and_the_rest_goes() {
        let text = || {
            Arc::new(Text {
                document: StoredDocument::default(),
                units: vec![0; LONGEST / 2],
                wording: TextHash(0),
            })
        };
        let mut lately = TwoGenerations::default();
        let fill = (ROOM / LONGEST) as u32;
        for nth in 0..10 * fill {
            lately.put((1, nth), text());
            assert!(lately.get((1, 0)).is_some());
            assert!(lately.young.len() + lately.old.len() <= 2 * fill as usize);
        }
        assert!(lately.get((1, 1)).is_none());
        // The same number in another file is another document.
        assert!(lately.get((2, 0)).is_none());
    }
}
