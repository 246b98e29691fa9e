//! Which windows may stand twice, in a few bits for each.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::hash::mix;

/// Places for each window. One in four or five windows that stand once then
/// shares its place with another, and one in twenty does so twice.
const PLACES_A_WINDOW: usize = 4;

/// Places that windows fall into by their hashes, and which of them took one
/// window or several.
struct Places {
    seen: Vec<AtomicU64>,
    twice: Vec<AtomicU64>,
    number: u64,
}

impl Places {
    fn new(windows: usize) -> Self {
        let words = (windows * PLACES_A_WINDOW).div_ceil(64).max(1);
        let zeros = || (0..words).map(|_| AtomicU64::new(0)).collect();
        Places {
            seen: zeros(),
            twice: zeros(),
            number: words as u64 * 64,
        }
    }

    fn place(&self, hash: u64) -> (usize, u64) {
        let place = ((u128::from(hash) * u128::from(self.number)) >> 64) as u64;
        ((place / 64) as usize, 1 << (place % 64))
    }

    /// Notes a window. Whichever thread comes first, the bits are the same in
    /// the end.
    fn add(&self, hash: u64) {
        let (word, bit) = self.place(hash);
        if self.seen[word].fetch_or(bit, Ordering::Relaxed) & bit != 0 {
            self.twice[word].fetch_or(bit, Ordering::Relaxed);
        }
    }

    fn took_several(&self, hash: u64) -> bool {
        let (word, bit) = self.place(hash);
        self.twice[word].load(Ordering::Relaxed) & bit != 0
    }

    /// Returns how many of the windows that were added share a place with
    /// another, given how many there were, and forgets which took one.
    fn settle(&mut self, windows: usize) -> usize {
        let seen = count(&std::mem::take(&mut self.seen));
        // Each place that took several windows counts its first one too.
        windows - seen + count(&self.twice)
    }
}

fn count(words: &[AtomicU64]) -> usize {
    let ones = words.iter();
    ones.map(|word| word.load(Ordering::Relaxed).count_ones() as usize)
        .sum()
}

/// The windows that may stand twice: those that share a place with another, and
/// among these those that do so again by another hash. Few that stand once are
/// left.
pub(super) struct WindowFilter {
    first: Places,
    second: Places,
    /// Number of different windows that may stand twice.
    pub(super) places: usize,
}

impl WindowFilter {
    /// Returns the filter of all windows. `each` hands over the hash of every
    /// window, in any order and on any threads, twice in all.
    pub(super) fn new(windows: usize, each: impl Fn(&(dyn Fn(u64) + Sync))) -> Self {
        let mut first = Places::new(windows);
        each(&|hash| first.add(hash));
        let shared = first.settle(windows);
        let mut second = Places::new(shared);
        each(&|hash| {
            if first.took_several(hash) {
                second.add(mix(hash));
            }
        });
        second.seen = Vec::new();
        let places = count(&second.twice);
        WindowFilter {
            first,
            second,
            places,
        }
    }

    /// Returns whether a window may stand twice; if it does, it may.
    pub(super) fn has(&self, hash: u64) -> bool {
        self.first.took_several(hash) && self.second.took_several(mix(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_passes_and_little_else() {
        // 20,000 windows stand once, 500 twice.
        let hash = |n: u64| mix(n ^ 0x5eed);
        let filter = WindowFilter::new(21_000, |add| {
            (0..20_500).for_each(|n| add(hash(n)));
            (0..500).for_each(|n| add(hash(n)));
        });
        assert!((0..500).all(|n| filter.has(hash(n))));
        let others = (500..20_500).filter(|n| filter.has(hash(*n))).count();
        // A quarter share a place, of which a quarter share one again: 5 %.
        assert!(others < 1_300, "{others}");
        assert!((500..1_200).contains(&filter.places), "{}", filter.places);
    }

    #[test]
    fn no_window_and_a_single_one_pass_nothing() {
        let none = WindowFilter::new(0, |_| ());
        assert!(!none.has(1));
        let one = WindowFilter::new(1, |add| add(7));
        assert!(!one.has(7));
        assert_eq!(one.places, 0);
    }
}
