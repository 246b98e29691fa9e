//! Outlines of sets: bits of which a set's own tell how many shingles another
//! lacks at least, a few at a time.
//!
//! A text under a header that all have is tested against hundreds that share the
//! header and too little else. Comparing the outlines of two sets takes a few
//! vector instructions, where looking for shingles one by one takes hundreds of
//! steps until enough are missing.

use crate::simd::one_sided;

/// Least number of bits for each shingle, of which there are twice as many at
/// most: of shingles that one set alone has, seven of eight pick a bit that the
/// other has not.
const BITS_EACH: usize = 8;

/// Bits of a word, as a power of two.
const WORD: u32 = u64::BITS.ilog2();

/// The bits that the shingles of a set pick by the upper ends of their hashes.
pub(super) type Outline = Box<[u64]>;

/// Returns the outline of a set.
pub(super) fn outline(set: &[u64]) -> Outline {
    drawn(set, bits_of(set.len()))
}

/// Returns the logarithm of the bits of the outline of a set of some shingles.
fn bits_of(len: usize) -> u32 {
    let bits = (len * BITS_EACH).next_power_of_two().ilog2();
    bits.clamp(WORD, u32::BITS)
}

fn drawn(set: &[u64], bits: u32) -> Outline {
    let mut words = vec![0; 1 << (bits - WORD)];
    for hash in set {
        let bit = hash >> (u64::BITS - bits);
        words[(bit >> WORD) as usize] |= 1 << (bit % u64::from(u64::BITS));
    }
    words.into()
}

/// The outlines of one set, as fine as those of sets that it is compared with.
#[derive(Default)]
pub(super) struct Outlines {
    drawn: Vec<Outline>,
}

impl Outlines {
    /// Forgets the set.
    pub(super) fn clear(&mut self) {
        self.drawn.clear();
    }

    /// Returns how many shingles of another set, given its outline, are missing
    /// from `set` at least.
    pub(super) fn missing(&mut self, set: &[u64], other: &Outline) -> usize {
        let same = |own: &Outline| own.len() == other.len();
        let at = match self.drawn.iter().position(same) {
            Some(at) => at,
            None => {
                self.drawn.push(drawn(set, other.len().ilog2() + WORD));
                self.drawn.len() - 1
            }
        };
        let [_, missing] = one_sided::count(&self.drawn[at], other);
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use crate::near::join::bitmap_filter::{Bitmap, TestShingles};

    #[test]
    fn outlines_miss_no_more_than_the_bitmap_does_which_misses_no_more_than_there_are() {
        for len in [65u64, 100, 700, 5_000] {
            for apart in [0, 1, len / 9, len / 3, len] {
                let [one, other] = [0..len, apart..len + apart].map(|range| {
                    let mut set: Vec<u64> = range.map(mix).collect();
                    set.sort_unstable();
                    set
                });
                let missing = Outlines::default().missing(&one, &outline(&other));
                assert!(missing <= apart as usize, "{len} {apart}: {missing}");
                assert!(
                    missing * 2 + 4 >= apart as usize,
                    "{len} {apart}: {missing}"
                );
                let mut bitmap = Bitmap::default();
                bitmap.fill(&one);
                let shingles = TestShingles::new(&other, None).shingles;
                let needed = (0..=len as usize).rev();
                let by_bitmap = needed.take_while(|needed| !bitmap.may_have(&shingles, *needed));
                assert!(missing <= by_bitmap.count(), "{len} {apart}");
            }
        }
    }
}
