//! The numbers of those windows that matter, and lists of windows in which each
//! stands once.

use crate::prefetch::{prefetch, prefetched};

/// How many windows ahead is fetched what is read at random.
const AHEAD: usize = 32;

/// The windows that matter, numbered.
pub(super) struct Numbers {
    /// For each position in the counts the number of its window, `u32::MAX` if
    /// it does not matter.
    pub(super) by_position: Vec<u32>,
}

impl Numbers {
    /// Returns the numbers of those of some windows that matter.
    pub(super) fn of<'a>(&'a self, positions: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
        let fetch = |at: &u32| prefetch(&self.by_position, *at as usize);
        let numbers = prefetched(positions, AHEAD, fetch).map(|at| self.by_position[*at as usize]);
        numbers.filter(|number| *number != u32::MAX)
    }
}

/// Memory in which the repeated ones of a few numbers are found: a hash table
/// that fits a cache where the numbers of a text do.
#[derive(Default)]
pub(super) struct Distinct {
    table: Vec<u32>,
}

impl Distinct {
    /// Leaves the first one of equal numbers, none of which is `u32::MAX`.
    pub(super) fn retain_first(&mut self, numbers: &mut Vec<u32>) {
        const NONE: u32 = u32::MAX;
        let bits = (2 * numbers.len()).next_power_of_two().ilog2().max(1);
        self.table.clear();
        self.table.resize(1 << bits, NONE);
        let last = self.table.len() - 1;
        numbers.retain(|number| {
            // The golden ratio spreads what follows one another.
            let mut slot = (number.wrapping_mul(0x9E37_79B9) >> (u32::BITS - bits)) as usize;
            loop {
                match self.table[slot] {
                    NONE => {
                        self.table[slot] = *number;
                        return true;
                    }
                    other if other == *number => return false,
                    _ => slot = (slot + 1) & last,
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_the_first_ones_are_those_that_a_list_has_not_yet(
            lists in prop::collection::vec(
                prop::collection::vec(prop_oneof![0_u32..40, 0..u32::MAX], 0..100),
                1..4,
            ),
        ) {
            let mut distinct = Distinct::default();
            for list in lists {
                let mut truth: Vec<u32> = Vec::new();
                for number in &list {
                    if !truth.contains(number) {
                        truth.push(*number);
                    }
                }
                let mut numbers = list;
                distinct.retain_first(&mut numbers);
                prop_assert_eq!(numbers, truth);
            }
        }

        #[test]
        fn prop_numbers_are_those_of_the_windows_that_matter(
            by_position in prop::collection::vec(prop_oneof![Just(u32::MAX), 0_u32..9], 1..9),
            positions in prop::collection::vec(any::<prop::sample::Index>(), 0..80),
        ) {
            let positions: Vec<u32> = positions.iter().map(|at| at.index(by_position.len()) as u32).collect();
            let all = positions.iter().map(|at| by_position[*at as usize]);
            let truth: Vec<u32> = all.filter(|number| *number != u32::MAX).collect();
            let numbers = Numbers { by_position };
            prop_assert_eq!(numbers.of(&positions).collect::<Vec<u32>>(), truth);
        }
    }
}
