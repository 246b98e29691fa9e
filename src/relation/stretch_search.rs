//! How often stretches of one text stand in another, asked many times.

use std::collections::BTreeMap;

use memchr::memmem;

use crate::bucket_sort::sort_hashed_places;
use crate::simd::window_hash;

/// Lookups of one length that scan the text; those after them look into its
/// windows, sorted, so that a text with many changed places takes no time in
/// proportion to both.
const SCANS: u32 = 8;

/// A text in which short stretches are looked up.
pub(super) struct StretchSearch<'a> {
    units: &'a [u16],
    by_length: BTreeMap<usize, Lookups>,
}

#[derive(Default)]
struct Lookups {
    scans: u32,
    /// Hashes of the windows with their places, sorted.
    windows: Option<Vec<(u64, u32)>>,
}

impl<'a> StretchSearch<'a> {
    pub(super) fn new(units: &'a [u16]) -> Self {
        StretchSearch {
            units,
            by_length: BTreeMap::new(),
        }
    }

    /// Returns how often a stretch stands in the text, places that overlap
    /// included; an empty one never does.
    ///
    /// Takes a pass over the text for the first of a length, then a search in
    /// its sorted windows.
    pub(super) fn count(&mut self, stretch: &[u16]) -> usize {
        let len = stretch.len();
        if len == 0 || len > self.units.len() {
            return 0;
        }
        let lookups = self.by_length.entry(len).or_default();
        if lookups.windows.is_none() && lookups.scans < SCANS {
            lookups.scans += 1;
            return scan(self.units, stretch).count();
        }
        let units = self.units;
        let windows = self.windows(len);
        let mut hashes = Vec::new();
        window_hash::append(stretch, len, &mut hashes);
        let hash = hashes[0];
        let first = windows.partition_point(|(other, _)| *other < hash);
        let equal = windows[first..].iter();
        let equal = equal.take_while(|(other, _)| *other == hash);
        let equal = equal.filter(|(_, at)| units[*at as usize..].starts_with(stretch));
        equal.count()
    }

    /// Returns whether a stretch stands in the text.
    pub(super) fn has(&mut self, stretch: &[u16]) -> bool {
        self.count(stretch) > 0
    }

    /// Returns the hashes of the windows of a length with their places, sorted.
    fn windows(&mut self, len: usize) -> &[(u64, u32)] {
        let units = self.units;
        let lookups = self.by_length.entry(len).or_default();
        lookups.windows.get_or_insert_with(|| {
            let mut hashes = Vec::new();
            window_hash::append(units, len, &mut hashes);
            let mut windows: Vec<(u64, u32)> = hashes.into_iter().zip(0..).collect();
            sort_hashed_places(&mut windows);
            windows
        })
    }
}

/// Returns the places of a stretch, which has a unit, in a text.
fn scan<'a>(units: &'a [u16], stretch: &'a [u16]) -> impl Iterator<Item = usize> + 'a {
    let finder = memmem::Finder::new(bytemuck::cast_slice(stretch));
    let bytes: &[u8] = bytemuck::cast_slice(units);
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let at = from + finder.find(&bytes[from..])?;
            // Places overlap, and bytes of two units are none.
            from = at + 1;
            if at % 2 == 0 {
                return Some(at / 2);
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_stretches_are_counted_as_a_scan_counts_them(
            text in "[ab甲]{0,60}", asked in prop::collection::vec("[ab甲]{0,4}", 1..60)
        ) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut search = StretchSearch::new(&units);
            for stretch in asked {
                let stretch: Vec<u16> = stretch.encode_utf16().collect();
                let expected = (0..units.len())
                    .filter(|at| !stretch.is_empty() && units[*at..].starts_with(&stretch))
                    .count();
                prop_assert_eq!(search.count(&stretch), expected);
                prop_assert_eq!(search.has(&stretch), expected > 0);
            }
        }
    }
}
