//! The prefilter of candidates: how many bits of a band's key are kept, and
//! which pairs pass a comparison of b-bit sketches.
//!
//! Whole keys of 32 bits for every band take 120 bytes a document. Most bits of
//! a key only tell unlike documents apart, again in every band; a b-bit sketch
//! of 96 bits for the whole document, one for each of as many slots, does that
//! as well \[LK10\]. So a few bits of each key are kept, and where two documents
//! agree in them their b-bit sketches are compared.

use crate::near::banding::Banding;

/// The lowest bit of each of a signature's first slots \[LK10\].
pub(crate) type BbitSketch = [u32; 3];

/// Bits of a b-bit sketch. Of unlike documents that share a bucket at a
/// threshold of 0.8, one of three thousand passes with 96 bits, one of 33 with
/// 64, more than every second with 32.
const SKETCH_BITS: u32 = 96;

/// Share of the pairs at the threshold that the comparison may lose: a
/// millionth of those that the bands miss anyway.
const LOSS: f64 = 1e-6;

/// Unlike pairs that pass for each document, at most. Each costs a count of
/// what the two share, one or two microseconds for short texts.
const FALSE_CANDIDATES: f64 = 0.2;

/// Sketches that are compared for each document in all bands, at most; each
/// comparison takes a nanosecond or two.
const COMPARISONS: f64 = 48.0;

/// Documents for which the bits of a key are chosen. A constant, because two
/// unlike keys that agree in the bits that are kept make a candidate too: with
/// fewer bits for a small corpus, a pair could be found there and nowhere
/// else. A larger corpus compares more sketches, three a document for each
/// million of documents.
const DOCUMENTS: f64 = (1u64 << 24) as f64;

/// Least number of bits of a key that are kept.
pub(super) const LEAST_KEY_BITS: u32 = 20;

/// Number of bits of a key.
const KEY_BITS: u32 = u32::BITS;

/// The bits that are kept of a key, and the distance at which a pair passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefilter {
    /// Number of upper bits of each key that are kept.
    pub(super) key_bits: u32,
    /// Most bits in which the sketches of a pair may differ.
    pub(super) max_distance: u32,
}

impl Prefilter {
    /// Keeps all keys whole, and lets every pair pass.
    pub(crate) const OPEN: Prefilter = Prefilter {
        key_bits: KEY_BITS,
        max_distance: SKETCH_BITS,
    };

    /// Returns the cheapest prefilter, whatever the number of documents.
    ///
    /// The sketches of a pair at the threshold differ in half of the slots
    /// that do not agree, those of an unlike pair in half of all. Where the
    /// threshold is low, sketches tell little, and more of each key is kept.
    pub(super) fn solve(banding: Banding, threshold: f64, recall: f64) -> Self {
        let bits = banding.slots().min(SKETCH_BITS);
        let differs = (1.0 - threshold) / 2.0;
        let loss = LOSS * (1.0 - recall);
        let max_distance = (0..bits)
            .find(|most| 1.0 - at_most(*most, bits, differs) <= loss)
            .unwrap_or(bits);
        let pass = at_most(max_distance, bits, 0.5);
        let key_bits = (LEAST_KEY_BITS..KEY_BITS)
            .find(|key_bits| {
                let meetings =
                    f64::from(banding.bands()) * DOCUMENTS / 2.0f64.powi(*key_bits as i32 + 1);
                meetings <= COMPARISONS && meetings * pass <= FALSE_CANDIDATES
            })
            .unwrap_or(KEY_BITS);
        Prefilter {
            key_bits,
            max_distance,
        }
    }

    /// Returns whether a pair with these sketches is counted.
    #[inline]
    pub(super) fn passes(self, left: BbitSketch, right: BbitSketch) -> bool {
        let [a, b, c] = [0, 1, 2].map(|at| left[at] ^ right[at]);
        let two = u64::from(a) << 32 | u64::from(b);
        two.count_ones() + c.count_ones() <= self.max_distance
    }
}

/// Returns the b-bit sketch of a signature: the lowest bit of each of its
/// first 96 slots \[LK10\]; 0 for slots that it does not have.
pub(super) fn bbit_sketch(signature: &[u32]) -> BbitSketch {
    let mut slots = [0; SKETCH_BITS as usize];
    let len = signature.len().min(slots.len());
    slots[..len].copy_from_slice(&signature[..len]);
    // Eight slots at a time, whose bits are set apart at the end.
    const EACH: u32 = SKETCH_BITS / 8;
    let mut lanes = [0u32; 8];
    for slots in slots.as_chunks::<8>().0 {
        for (lane, slot) in lanes.iter_mut().zip(slots) {
            *lane = *lane << 1 | slot & 1;
        }
    }
    let bits = lanes
        .iter()
        .fold(0u128, |bits, lane| bits << EACH | u128::from(*lane));
    [0, 32, 64].map(|shift| (bits >> shift) as u32)
}

/// Returns the probability that of `trials`, each of which hits with
/// `chance`, no more than `most` hit.
fn at_most(most: u32, trials: u32, chance: f64) -> f64 {
    let mut exactly = (1.0 - chance).powi(trials as i32);
    let mut sum = exactly;
    for hits in 0..most.min(trials) {
        exactly *= f64::from(trials - hits) / f64::from(hits + 1) * chance / (1.0 - chance);
        sum += exactly;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use crate::near::minhash::MinHasher;

    #[test]
    fn a_sum_of_chances_is_that_of_a_fair_coin_and_of_a_certain_one() {
        assert!((at_most(1, 3, 0.5) - 0.5).abs() < 1e-12);
        assert!((at_most(32, 64, 0.5) - 0.549_67).abs() < 1e-4);
        assert_eq!(at_most(0, 64, 0.0), 1.0);
        assert!((at_most(64, 64, 0.1) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_lower_threshold_keeps_more_of_a_key() {
        let prefilter = |threshold| {
            let banding = Banding::solve(threshold, 0.999).unwrap();
            Prefilter::solve(banding, threshold, 0.999)
        };
        let bits = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5].map(|threshold| prefilter(threshold).key_bits);
        assert!(bits.is_sorted(), "{bits:?}");
        assert!(bits[0] < 24 && bits[5] > 26, "{bits:?}");
        assert_eq!(prefilter(1.0).max_distance, 0);
    }

    /// Pairs at the threshold pass, every one of them, whatever their length.
    #[test]
    fn sketches_of_pairs_at_the_threshold_are_near() {
        for threshold in [0.5, 0.8, 0.9] {
            let banding = Banding::solve(threshold, 0.999).unwrap();
            let prefilter = Prefilter::solve(banding, threshold, 0.999);
            for len in [10u64, 40, 200, 1_000] {
                // Of `len` shingles in all, each document lacks one half of
                // what they do not share.
                let apart = ((1.0 - threshold) * len as f64).floor() as u64;
                for trial in 0..300 {
                    let member = |i: u64| mix(i ^ mix(trial * 31 + len));
                    let left: Vec<u64> = (0..len - apart / 2).map(member).collect();
                    let right: Vec<u64> = (apart - apart / 2..len).map(member).collect();
                    let mut hasher = MinHasher::new(banding.slots(), trial);
                    let mut signature = vec![0; banding.slots() as usize];
                    hasher.sketch(&left, &mut signature);
                    let one = bbit_sketch(&signature);
                    hasher.sketch(&right, &mut signature);
                    assert!(
                        prefilter.passes(one, bbit_sketch(&signature)),
                        "{threshold} {len} {trial}"
                    );
                }
            }
        }
    }

    #[test]
    fn unlike_pairs_seldom_pass() {
        let banding = Banding::solve(0.8, 0.999).unwrap();
        let prefilter = Prefilter::solve(banding, 0.8, 0.999);
        let random = |i: u64| [3 * i, 3 * i + 1, 3 * i + 2].map(|i| mix(i) as u32);
        let passed = (0..2_000_000u64)
            .filter(|i| prefilter.passes(random(2 * i), random(2 * i + 1)))
            .count();
        let expected = at_most(prefilter.max_distance, SKETCH_BITS, 0.5) * 2e6;
        assert!(expected < 2_000.0, "{expected}");
        assert!(
            (passed as f64 - expected).abs() <= 4.0 * expected.sqrt(),
            "{passed} {expected}"
        );
    }
}
