//! The hashes that are stored or compared, all of them XXH3.
//!
//! XXH3 is specified and stable, so a stored value means the same later and on
//! another machine; known-answer tests guard that.

use std::borrow::Cow;

use xxhash_rust::xxh3;

/// Identifies a text by its normalized characters: the XXH3-128 of them.
///
/// Two documents with one key are still compared unit by unit before they
/// are called copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextHash(pub u128);

/// Returns the hash of a shingle: XXH3-64 of its UTF-16 code units, low byte
/// first.
///
/// On short windows XXH3 is a single multiply, so a rolling hash gains
/// nothing here (see `docs/dependencies.md`).
#[inline(always)]
pub fn shingle_hash(units: &[u16]) -> u64 {
    xxh3::xxh3_64(&bytes_of(units))
}

/// Returns the hash of a word shingle from the hashes of its words.
#[inline]
pub fn words_hash(words: &[u64]) -> u64 {
    let mut hasher = xxh3::Xxh3::new();
    for word in words {
        hasher.update(&word.to_le_bytes());
    }
    hasher.digest()
}

/// Returns the hash that stands for a whole normalized text.
pub fn text_hash(units: &[u16]) -> TextHash {
    TextHash(xxh3::xxh3_128(&bytes_of(units)))
}

/// Returns the key of one band of a signature, from its rows: the upper half
/// of [`wide_band_key`].
#[inline]
pub fn band_key(band: u32, rows: &[u32]) -> u32 {
    (wide_band_key(band, rows) >> 32) as u32
}

/// Returns the key of one band of a signature in 64 bits, from its rows.
///
/// The band's number is the seed, so equal rows in two bands differ.
#[inline]
pub fn wide_band_key(band: u32, rows: &[u32]) -> u64 {
    let bytes: Cow<'_, [u8]> = if cfg!(target_endian = "little") {
        Cow::Borrowed(bytemuck::cast_slice(rows))
    } else {
        Cow::Owned(rows.iter().flat_map(|row| row.to_le_bytes()).collect())
    };
    xxh3::xxh3_64_with_seed(&bytes, u64::from(band))
}

/// Mixes 64 bits so that every input bit reaches every output bit
/// (the finaliser of SplitMix64, Steele et al. 2014).
#[inline(always)]
pub fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[inline(always)]
fn bytes_of(units: &[u16]) -> Cow<'_, [u8]> {
    if cfg!(target_endian = "little") {
        Cow::Borrowed(bytemuck::cast_slice(units))
    } else {
        Cow::Owned(units.iter().flat_map(|unit| unit.to_le_bytes()).collect())
    }
}

/// Sorts hashes whose upper bits are mixed: each goes to the bucket of these
/// bits, as there is about one for each hash, and what is left to do is to
/// exchange neighbours.
///
/// A third of the time of a sort by comparisons where most hashes differ, and
/// the time of one where few do.
pub(crate) fn sort_hashes(hashes: &mut Vec<u64>) {
    /// Fewest hashes for which it pays.
    const LEAST: usize = 64;
    /// Most hashes of a bucket that are left to insertion.
    const FEW: u32 = 16;
    if hashes.len() < LEAST || u32::try_from(hashes.len()).is_err() {
        return hashes.sort_unstable();
    }
    let bits = hashes.len().ilog2();
    let bucket = |hash: u64| (hash >> (u64::BITS - bits)) as usize;
    let mut ends = vec![0u32; 1 << bits];
    for hash in &*hashes {
        ends[bucket(*hash)] += 1;
    }
    let (mut sum, mut most) = (0, 0);
    for end in &mut ends {
        let start = sum;
        sum += *end;
        most = most.max(*end);
        *end = start;
    }
    let mut sorted = vec![0; hashes.len()];
    for hash in &*hashes {
        let next = &mut ends[bucket(*hash)];
        sorted[*next as usize] = *hash;
        *next += 1;
    }
    if most > FEW {
        let mut start = 0;
        for end in ends {
            if end - start > FEW {
                sorted[start as usize..end as usize].sort_unstable();
            }
            start = end;
        }
    }
    insert(&mut sorted);
    *hashes = sorted;
}

/// Sorts numbers by insertion, in time of how far each is from its place.
fn insert(numbers: &mut [u64]) {
    for next in 1..numbers.len() {
        let number = numbers[next];
        let mut at = next;
        while at > 0 && numbers[at - 1] > number {
            numbers[at] = numbers[at - 1];
            at -= 1;
        }
        numbers[at] = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    /// The values are those of the reference implementation.
    #[test]
    fn hash_of_a_known_shingle_never_changes() {
        assert_eq!(shingle_hash(&units("联防联控群")), 0x8cd6_e115_7ba4_31a4);
        assert_eq!(words_hash(&[1, 2]), 0x07ee_86c2_8144_6bef);
        assert_eq!(
            text_hash(&units("联防联控群防群治")),
            TextHash(0x975a_e3a4_6635_b62b_a6b9_0615_cf16_459b)
        );
        assert_eq!(band_key(7, &[1, 2, 3, 4]), 0x0686_5270);
        assert_eq!(wide_band_key(7, &[1, 2, 3, 4]) >> 32, 0x0686_5270);
    }

    #[test]
    fn hashes_are_sorted_as_any_numbers_are() {
        for len in [0, 1, 2, 63, 64, 65, 255, 256, 257, 1_000, 10_000] {
            // Mixed ones, few different ones, and some whose upper bits agree.
            let kinds: [fn(u64) -> u64; 4] = [mix, |i| mix(i % 7), |i| i, |i| mix(i) | 3 << 60];
            for kind in kinds {
                let mut hashes: Vec<u64> = (0..len).rev().map(kind).collect();
                let mut expected = hashes.clone();
                expected.sort_unstable();
                sort_hashes(&mut hashes);
                assert_eq!(hashes, expected, "{len}");
            }
        }
    }
}
