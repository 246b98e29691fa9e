//! The stretches of a text that passages have taken.

use std::collections::BTreeMap;
use std::ops::Range;

/// Disjoint stretches of a text.
#[derive(Default)]
pub(super) struct Taken(BTreeMap<u32, u32>);

impl Taken {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes a stretch; what of it was taken before stays so.
    pub(super) fn take(&mut self, mut stretch: Range<u32>) {
        // The stretches that it touches become one with it.
        while let Some((&start, &end)) = self.0.range(..=stretch.end).next_back()
            && end >= stretch.start
        {
            self.0.remove(&start);
            stretch = stretch.start.min(start)..stretch.end.max(end);
        }
        self.0.insert(stretch.start, stretch.end);
    }

    /// Returns the free stretch around a unit, in a text of `len`; `None` if
    /// the unit is taken.
    pub(super) fn free_around(&self, at: u32, len: u32) -> Option<Range<u32>> {
        let before = self.0.range(..=at).next_back().map_or(0, |(_, end)| *end);
        let after = self
            .0
            .range(at + 1..)
            .next()
            .map_or(len, |(start, _)| *start);
        (before <= at).then_some(before..after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_unit_is_taken_once_a_stretch_holds_it(
            stretches in prop::collection::vec((0_u32..40, 1_u32..12), 0..8), at in 0_u32..50,
        ) {
            let mut taken = Taken::default();
            let mut bits = [false; 60];
            for (start, len) in stretches {
                taken.take(start..start + len);
                bits[start as usize..(start + len) as usize].fill(true);
            }
            let free = |at: usize| !bits[at];
            let expected = free(at as usize).then(|| {
                let start = (0..at as usize).rev().take_while(|at| free(*at)).last();
                let end = (at as usize..60).find(|at| !free(*at)).unwrap_or(60);
                start.unwrap_or(at as usize) as u32..end as u32
            });
            prop_assert_eq!(taken.free_around(at, 60), expected);
        }
    }
}
