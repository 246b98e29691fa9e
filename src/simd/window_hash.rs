//! Hashes every window of a text.

use crate::hash::shingle_hash;

/// Lengths of windows that the vector loops hash: 9 to 16 bytes, for which
/// XXH3 is one formula.
#[cfg(target_arch = "x86_64")]
const LENS: std::ops::RangeInclusive<usize> = 5..=8;

/// Appends the hash of each window of `len` units, in order.
pub(crate) fn append(units: &[u16], len: usize, hashes: &mut Vec<u64>) {
    #[cfg(target_arch = "x86_64")]
    if LENS.contains(&len) {
        use crate::simd::{avx2, avx512};
        if avx512::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx512::hash_windows(units, len, hashes) };
        }
        if avx2::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx2::hash_windows(units, len, hashes) };
        }
    }
    plain(units, len, hashes);
}

/// Appends those hashes of the windows of `len` units of which no bit of `mask`
/// is set, in order.
pub(crate) fn append_sample(units: &[u16], len: usize, mask: u64, hashes: &mut Vec<u64>) {
    #[cfg(target_arch = "x86_64")]
    if LENS.contains(&len) {
        use crate::simd::avx512;
        if avx512::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx512::sample_windows(units, len, mask, hashes) };
        }
    }
    /// Windows that are hashed at a time.
    const AT_ONCE: usize = 1 << 8;
    let (mut here, mut kept) = (Vec::new(), [0; AT_ONCE]);
    for first in (0..units.len()).step_by(AT_ONCE) {
        here.clear();
        append(
            &units[first..units.len().min(first + AT_ONCE + len - 1)],
            len,
            &mut here,
        );
        // Which windows are sampled can't be foreseen: no branch depends on it.
        let mut count = 0;
        for hash in &here {
            kept[count & (AT_ONCE - 1)] = *hash;
            count += usize::from(hash & mask == 0);
        }
        hashes.extend_from_slice(&kept[..count]);
    }
}

/// Appends the places where the windows begin that [`append_sample`] chooses.
pub(crate) fn append_places(units: &[u16], len: usize, mask: u64, places: &mut Vec<u64>) {
    #[cfg(target_arch = "x86_64")]
    if LENS.contains(&len) {
        use crate::simd::avx512;
        if avx512::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx512::sample_places(units, len, mask, places) };
        }
    }
    places_plain(units, 0, len, mask, places);
}

/// Appends what [`append_sample`] and [`append_places`] do, in one pass.
pub(crate) fn append_sample_and_places(
    units: &[u16],
    len: usize,
    mask: u64,
    (hashes, places): (&mut Vec<u64>, &mut Vec<u64>),
) {
    #[cfg(target_arch = "x86_64")]
    if LENS.contains(&len) {
        use crate::simd::avx512;
        if avx512::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe {
                avx512::sample_windows_and_places(units, len, mask, (hashes, places))
            };
        }
    }
    append_sample(units, len, mask, hashes);
    append_places(units, len, mask, places);
}

/// The scalar loop, which defines the result; the vector loops end with it, from
/// the window at `first` on.
pub(super) fn places_plain(
    units: &[u16],
    first: usize,
    len: usize,
    mask: u64,
    places: &mut Vec<u64>,
) {
    let all = units[first..].windows(len).map(shingle_hash);
    let chosen = (first as u64..)
        .zip(all)
        .filter(|(_, hash)| hash & mask == 0);
    places.extend(chosen.map(|(at, _)| at));
}

/// The scalar loop, which defines the result; the vector loops end with it.
pub(super) fn sample_plain(units: &[u16], len: usize, mask: u64, hashes: &mut Vec<u64>) {
    let all = units.windows(len).map(shingle_hash);
    hashes.extend(all.filter(|hash| hash & mask == 0));
}

/// The scalar loop, which defines the result; the vector loops end with it.
pub(super) fn plain(units: &[u16], len: usize, hashes: &mut Vec<u64>) {
    hashes.extend(units.windows(len).map(shingle_hash));
}

/// What XXH3-64 does to the windows of 9 to 16 bytes, with seed 0.
///
/// `low` and `high` are the first and the last eight bytes:
/// `x = low ^ FLIP_LOW`, `y = high ^ FLIP_HIGH`, then `len + swapped(x) + y`
/// and the two halves of `x * y`, one xored into the other, are added, and
/// mixed by a shift of 37, this factor, and a shift of 32.
#[cfg(target_arch = "x86_64")]
pub(super) mod xxh3 {
    /// Bytes 24..32 of its secret, xored with bytes 32..40.
    pub(in crate::simd) const FLIP_LOW: u64 = 0x6782_737b_ea42_39b9;
    /// Bytes 40..48, xored with bytes 48..56.
    pub(in crate::simd) const FLIP_HIGH: u64 = 0xaf56_bc3b_0996_523a;
    pub(in crate::simd) const FACTOR: u64 = 0x1656_6791_9e37_79f9;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn kernels_hash_windows_as_xxh3_does() {
        for len in 1..12 {
            for count in (0..70).chain([1000]) {
                let units: Vec<u16> = (0..count).map(|at| mix(at ^ count) as u16).collect();
                let before = vec![7];
                let mut truth = before.clone();
                plain(&units, len, &mut truth);
                let mut found = before.clone();
                append(&units, len, &mut found);
                assert_eq!(found, truth, "{len} of {count}");
                for mask in [0, 3, 15] {
                    let mut truth = before.clone();
                    sample_plain(&units, len, mask, &mut truth);
                    let mut found = before.clone();
                    append_sample(&units, len, mask, &mut found);
                    assert_eq!(found, truth, "{len} of {count}, {mask}");
                    let (mut truth, mut found) = (before.clone(), before.clone());
                    places_plain(&units, 0, len, mask, &mut truth);
                    append_places(&units, len, mask, &mut found);
                    assert_eq!(found, truth, "{len} of {count}, {mask}");
                    let (mut hashes, mut places) = (before.clone(), before.clone());
                    let both = (&mut hashes, &mut places);
                    append_sample_and_places(&units, len, mask, both);
                    assert_eq!(places, truth, "{len} of {count}, {mask}");
                    let mut truth = before.clone();
                    sample_plain(&units, len, mask, &mut truth);
                    assert_eq!(hashes, truth, "{len} of {count}, {mask}");
                }
                #[cfg(target_arch = "x86_64")]
                if LENS.contains(&len) && crate::simd::avx2::is_here() {
                    let mut found = before;
                    // SAFETY: the processor was just asked.
                    unsafe { crate::simd::avx2::hash_windows(&units, len, &mut found) };
                    assert_eq!(found, truth, "avx2: {len} of {count}");
                }
            }
        }
    }
}
