//! Values that were asked for lately, in bounded memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// What was asked for since the room was full the last time, and before: what
/// nobody asked for in between goes.
pub(crate) struct TwoGenerations<K, V> {
    young: HashMap<K, Kept<V>>,
    old: HashMap<K, Kept<V>>,
    /// Bytes of the young ones.
    bytes: usize,
    room: usize,
}

struct Kept<V> {
    value: Arc<V>,
    bytes: usize,
}

impl<K: Copy + Eq + Hash, V> TwoGenerations<K, V> {
    /// Returns none yet, with room for so many bytes; twice as many are held at
    /// most, if no value is larger than the room.
    pub(crate) fn new(room: usize) -> Self {
        TwoGenerations {
            young: HashMap::new(),
            old: HashMap::new(),
            bytes: 0,
            room,
        }
    }

    /// Returns a value, if it is still held.
    pub(crate) fn get(&mut self, key: K) -> Option<Arc<V>> {
        if let Some(kept) = self.young.get(&key) {
            return Some(kept.value.clone());
        }
        let Kept { value, bytes } = self.old.remove(&key)?;
        self.put(key, value.clone(), bytes);
        Some(value)
    }

    /// Takes a value of so many bytes; one that is held already stays.
    pub(crate) fn put(&mut self, key: K, value: Arc<V>, bytes: usize) {
        if self.young.contains_key(&key) {
            return;
        }
        self.bytes += bytes;
        if self.bytes > self.room {
            self.bytes = bytes;
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, Kept { value, bytes });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_again_stays_and_the_rest_goes() {
        let mut lately = TwoGenerations::new(64);
        for nth in 0..1_000 {
            lately.put((1, nth), Arc::new(nth), 8);
            // Another thread may have read the same.
            lately.put((1, nth), Arc::new(nth), 8);
            assert_eq!(lately.get((1, 0)).as_deref(), Some(&0));
            assert_eq!(lately.get((1, nth)).as_deref(), Some(&nth));
            let held = lately.young.values().chain(lately.old.values());
            assert!(held.map(|kept| kept.bytes).sum::<usize>() <= 2 * 64);
            let young = lately.young.values().map(|kept| kept.bytes);
            assert_eq!(young.sum::<usize>(), lately.bytes);
        }
        assert!(lately.get((1, 1)).is_none());
        assert!(lately.get((2, 0)).is_none());
    }
}
