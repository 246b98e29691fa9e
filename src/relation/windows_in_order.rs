//! Which windows of one text another has, asked from the first to the last: of
//! versions nearly each is the one that follows the one before.

use crate::bucket_sort::sort_hashes;

/// Windows among which the next one is looked for after a changed place.
const NEAR: usize = 64;

/// The windows of a text by their hashes.
pub(super) struct WindowsInOrder {
    hashes: Vec<u64>,
    /// The window that is expected next.
    next: usize,
    /// Windows that are asked for before the next one is looked for again, and
    /// how many there were the last time: text that has moved is not looked
    /// for at each window.
    pause: [usize; 2],
    /// The same hashes in order, once they are needed.
    sorted: Option<Vec<u64>>,
}

impl WindowsInOrder {
    pub(super) fn new(hashes: Vec<u64>) -> Self {
        WindowsInOrder {
            hashes,
            next: 0,
            pause: [0, 1],
            sorted: None,
        }
    }

    /// Returns whether the text has a window of this hash.
    pub(super) fn has(&mut self, hash: u64) -> bool {
        if self.hashes.get(self.next) == Some(&hash) {
            self.next += 1;
            return true;
        }
        let hashes = &self.hashes;
        let sorted = self.sorted.get_or_insert_with(|| {
            let mut sorted = hashes.clone();
            sort_hashes(&mut sorted);
            sorted
        });
        let is_there = sorted.binary_search(&hash).is_ok();
        if is_there {
            self.follow(hash);
        }
        is_there
    }

    /// Goes behind the next window of this hash, if it is near.
    fn follow(&mut self, hash: u64) {
        let [left, last] = &mut self.pause;
        if *left > 0 {
            *left -= 1;
            return;
        }
        let near = self.hashes[self.next..].iter().take(NEAR);
        match near.copied().position(|other| other == hash) {
            Some(at) => {
                self.next += at + 1;
                *last = 1;
            }
            None => {
                *left = *last;
                *last *= 2;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_windows_are_found_as_a_scan_finds_them(
            hashes in prop::collection::vec(0u64..40, 0..300),
            asked in prop::collection::vec(0u64..50, 0..300)
        ) {
            let mut windows = WindowsInOrder::new(hashes.clone());
            for hash in asked.iter().chain(&hashes) {
                prop_assert_eq!(windows.has(*hash), hashes.contains(hash));
            }
        }
    }
}
