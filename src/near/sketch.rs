//! Sketches of one text after another, for the candidate search and for engines
//! that keep the keys themselves.

use crate::hash::{band_key, wide_band_key};
use crate::near::banding::Banding;
use crate::near::minhash::MinHasher;
use crate::near::prefilter::{BbitSketch, bbit_sketch};
use crate::near::shingle::{self, Shingling};

/// Units of a text that are hashed at a time where it has more.
const BLOCK: usize = 1 << 20;

/// How documents are sketched: all that a sketch depends on, besides the
/// normalized text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketching {
    /// The kind and length of shingles.
    pub shingling: Shingling,
    /// How the signature is cut into bands.
    pub banding: Banding,
    /// The seed of the hash functions.
    pub seed: u64,
}

/// Sketches one document after another, with the buffers of one thread.
///
/// # Examples
///
/// Two texts become candidates of each other where a band has the same key:
///
/// ```
/// use leitong::near::sketch::{Sketcher, Sketching};
/// use leitong::near::{Banding, Shingling, shingle};
/// use leitong::text::normalize::Normalizer;
///
/// let banding = Banding::solve(0.8, 0.999)?;
/// let shingling = Shingling::default();
/// let mut sketcher = Sketcher::new(Sketching { shingling, banding, seed: 1 });
/// let normalizer = Normalizer::new(Default::default());
/// let texts = ["各地要落实联防联控、群防群治的要求。", "各地要落實聯防聯控、群防群治的要求"];
/// let normalized = texts.map(|text| {
///     let mut units = Vec::new();
///     normalizer.normalize_into(text, &mut units);
///     units
/// });
/// let keys = normalized.each_ref().map(|units| sketcher.band_keys(units).unwrap());
/// assert_eq!(keys[0].len(), banding.bands() as usize);
/// assert_eq!(keys[0], keys[1]);
///
/// // What they share is then counted exactly.
/// let [left, right] = normalized.each_ref().map(|units| shingle::set(shingling, units));
/// assert_eq!(shingle::shared(&left, &right), left.len());
/// # Ok::<(), leitong::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sketcher {
    sketching: Sketching,
    hasher: MinHasher,
    hashes: Vec<u64>,
    signature: Vec<u32>,
}

impl Sketcher {
    /// Returns a sketcher that works in one way.
    pub fn new(sketching: Sketching) -> Self {
        let slots = sketching.banding.slots();
        Sketcher {
            sketching,
            hasher: MinHasher::new(slots, sketching.seed),
            hashes: Vec::new(),
            signature: vec![0; slots as usize],
        }
    }

    /// Returns the MinHash signature of a normalized text, `None` if it is too
    /// short to have a shingle.
    ///
    /// The share of slots in which two signatures agree is an estimate of the
    /// Jaccard similarity, with a standard error of at most
    /// `sqrt(s (1 - s) / slots)`.
    pub fn signature(&mut self, normalized: &[u16]) -> Option<&[u32]> {
        match self.sketching.shingling {
            Shingling::Chars(len) if normalized.len() > BLOCK => {
                self.signature_by_blocks(normalized, len, BLOCK)
            }
            shingling => {
                self.hashes.clear();
                shingle::append_hashes(shingling, normalized, &mut self.hashes);
                self.hasher
                    .sketch(&self.hashes, &mut self.signature)
                    .then_some(&self.signature)
            }
        }
    }

    /// The same for a text of which the hashes of `block` characters at a time are
    /// held: those of a whole book would take four times its units.
    fn signature_by_blocks(
        &mut self,
        normalized: &[u16],
        len: usize,
        block: usize,
    ) -> Option<&[u32]> {
        let shingling = Shingling::Chars(len);
        if shingle::is_shorter(shingling, normalized) {
            return None;
        }
        let hashes = &mut self.hashes;
        let blocks = |found: &mut dyn FnMut(&mut [u64])| {
            for part in shingle::overlapping(normalized, len, block) {
                hashes.clear();
                shingle::append_hashes(shingling, part, hashes);
                found(hashes);
            }
        };
        self.hasher.sketch_blocks(blocks, &mut self.signature);
        Some(&self.signature)
    }

    /// Returns the key of each band of a normalized text, `None` if it is too
    /// short to have a shingle.
    ///
    /// The candidate search in memory compares the upper bits of these keys.
    pub fn band_keys(&mut self, normalized: &[u16]) -> Option<Vec<u64>> {
        let rows = self.sketching.banding.rows() as usize;
        let bands = self.signature(normalized)?.chunks(rows);
        Some(
            bands
                .zip(0..)
                .map(|(rows, band)| wide_band_key(band, rows))
                .collect(),
        )
    }

    /// Writes the keys of all bands, and returns the b-bit sketch of a document;
    /// `None` if it is too short to have a shingle.
    pub(super) fn sketch(&mut self, units: &[u16], keys: &mut [u32]) -> Option<BbitSketch> {
        let rows = self.sketching.banding.rows() as usize;
        let signature = self.signature(units)?;
        for ((key, rows), band) in keys.iter_mut().zip(signature.chunks(rows)).zip(0..) {
            *key = band_key(band, rows);
        }
        Some(bbit_sketch(signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_signature_by_blocks_is_that_of_the_whole(
            text in "(渡|口|𠀀|船){0,80}(一二三){0,40}",
            len in 1_usize..7,
            block in 1_usize..40,
        ) {
            let units: Vec<u16> = text.encode_utf16().collect();
            let shingling = Shingling::Chars(len);
            let banding = Banding::solve(0.8, 0.99).unwrap();
            let mut sketcher = Sketcher::new(Sketching { shingling, banding, seed: 5 });
            let whole = sketcher.signature(&units).map(<[u32]>::to_vec);
            let by_blocks = sketcher.signature_by_blocks(&units, len, block);
            prop_assert_eq!(by_blocks.map(<[u32]>::to_vec), whole);
        }
    }
}
