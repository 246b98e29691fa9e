//! A count for each document, of which most are small.

use std::collections::HashMap;

/// Counts that begin at 0. Each takes a byte, and more only from 255 on.
pub(super) struct SmallCounts {
    low: Vec<u8>,
    /// The counts for which [`MANY`] stands.
    high: HashMap<u32, u32>,
}

/// Stands for a count of at least as many.
const MANY: u8 = u8::MAX;

impl SmallCounts {
    pub(super) fn new(len: usize) -> Self {
        SmallCounts {
            low: vec![0; len],
            high: HashMap::new(),
        }
    }

    /// Returns whether a count is 0.
    pub(super) fn is_zero(&self, at: usize) -> bool {
        self.low[at] == 0
    }

    /// Counts one more.
    pub(super) fn add(&mut self, at: usize) {
        match &mut self.low[at] {
            low if *low == MANY => *self.high.entry(at as u32).or_insert(u32::from(MANY)) += 1,
            low => {
                *low += 1;
                if *low == MANY {
                    self.high.insert(at as u32, u32::from(MANY));
                }
            }
        }
    }

    /// Counts one less; returns whether that leaves 0.
    ///
    /// # Panics
    ///
    /// Panics if the count is 0.
    pub(super) fn subtract(&mut self, at: usize) -> bool {
        match self.high.get_mut(&(at as u32)) {
            Some(high) => {
                *high -= 1;
                if *high < u32::from(MANY) {
                    self.high.remove(&(at as u32));
                    self.low[at] = MANY - 1;
                }
            }
            None => self.low[at] -= 1,
        }
        self.low[at] == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_small_counts_are_plain_counts(
            steps in prop::collection::vec((0usize..3, any::<bool>(), 1usize..300), 0..40),
        ) {
            let mut counts = SmallCounts::new(3);
            let mut plain = [0u32; 3];
            for (at, is_more, times) in steps {
                for _ in 0..times {
                    if is_more {
                        counts.add(at);
                        plain[at] += 1;
                    } else if plain[at] > 0 {
                        plain[at] -= 1;
                        prop_assert_eq!(counts.subtract(at), plain[at] == 0);
                    }
                    prop_assert_eq!(counts.is_zero(at), plain[at] == 0);
                }
            }
        }
    }
}
