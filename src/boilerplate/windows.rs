//! The windows of a text that are counted: a quarter of them, chosen by
//! content, so that the same ones are counted in every document.

use crate::simd::window_hash;

/// Length of a window, in units: that of a passage at least.
pub(crate) const WINDOW: usize = 8;

/// One of this many windows is counted: a power of two.
pub(crate) const SAMPLE: u64 = 4;

/// Windows that are hashed at a time.
const AT_ONCE: usize = 1 << 12;

/// Returns whether a window with this hash is counted.
pub(crate) fn is_sampled(hash: u64) -> bool {
    hash.is_multiple_of(SAMPLE)
}

/// Calls `found` with the hashes of all windows, in text order, some thousand
/// at a time, and the place of the first of them.
pub(crate) fn each_window(units: &[u16], mut found: impl FnMut(usize, &[u64])) {
    let mut hashes = Vec::with_capacity(units.len().min(AT_ONCE));
    for first in (0..units.len()).step_by(AT_ONCE) {
        let end = units.len().min(first + AT_ONCE + WINDOW - 1);
        hashes.clear();
        window_hash::append(&units[first..end], WINDOW, &mut hashes);
        found(first, &hashes);
    }
}

/// Returns the hashes of the sampled windows, in text order.
pub(crate) fn sampled(units: &[u16]) -> Vec<u64> {
    let mut sampled = Vec::with_capacity(units.len() / SAMPLE as usize + 16);
    append_sampled(units, &mut sampled);
    sampled
}

/// Appends the hashes of the sampled windows, in text order.
pub(crate) fn append_sampled(units: &[u16], sampled: &mut Vec<u64>) {
    window_hash::append_sample(units, WINDOW, SAMPLE - 1, sampled);
}

/// Returns where the sampled windows begin, in text order.
pub(crate) fn sampled_places(units: &[u16]) -> Vec<u32> {
    let mut places = Vec::with_capacity(units.len() / SAMPLE as usize + 16);
    window_hash::append_places(units, WINDOW, SAMPLE - 1, &mut places);
    places.into_iter().map(|at| at as u32).collect()
}

/// Appends the hashes of the sampled windows and where they begin, in text
/// order.
pub(crate) fn append_sampled_and_places(
    units: &[u16],
    sampled: &mut Vec<u64>,
    places: &mut Vec<u64>,
) {
    window_hash::append_sample_and_places(units, WINDOW, SAMPLE - 1, (sampled, places));
}

/// Returns the windows of a normalized text that are counted, as hashes in
/// ascending order, each once.
///
/// Whoever counts over a corpus that no machine holds counts these: in how many
/// documents of different wording each stands
/// ([`WindowCounts::from_counts`](crate::boilerplate::WindowCounts::from_counts)).
pub fn counted_windows(units: &[u16]) -> Vec<u64> {
    sample(units)
}

/// Returns the hashes of the sampled windows, sorted, each once.
pub(crate) fn sample(units: &[u16]) -> Vec<u64> {
    let mut sample = sampled(units);
    sample.sort_unstable();
    sample.dedup();
    sample
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{mix, shingle_hash};

    #[test]
    fn windows_are_those_of_the_text_however_long_it_is() {
        for len in [0, 1, 7, 8, 9, 4_095, 4_096, 4_103, 4_104, 9_000] {
            let units: Vec<u16> = (0..len).map(|at| mix(at) as u16).collect();
            let hashes = units.windows(WINDOW).map(shingle_hash);
            let wanted: Vec<u64> = hashes.filter(|hash| hash % 4 == 0).collect();
            assert_eq!(sampled(&units), wanted, "{len}");
            let hashes = units.windows(WINDOW).map(shingle_hash).zip(0..);
            let wanted: Vec<u32> = hashes
                .filter(|(hash, _)| hash % 4 == 0)
                .map(|(_, at)| at)
                .collect();
            assert_eq!(sampled_places(&units), wanted, "{len}");
            let mut places = Vec::new();
            each_window(&units, |first, hashes| {
                places.extend((first..).zip(hashes).map(|(at, hash)| (at, *hash)));
            });
            let all = units.windows(WINDOW).map(shingle_hash).enumerate();
            assert_eq!(places, all.collect::<Vec<_>>(), "{len}");
        }
    }
}
