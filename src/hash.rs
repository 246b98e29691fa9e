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
}
