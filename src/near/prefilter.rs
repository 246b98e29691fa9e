//! How much of a band's key is kept, and which pairs pass beside it.
//!
//! Whole keys of 32 bits for every band take 120 bytes a document. Of the
//! bits of a key most only tell strangers apart, again for every band; a mark
//! of 96 bits for the whole document, one for each of as many slots, tells
//! them apart as well \[LK10\]. So a few bits of each key are kept, and of two
//! documents that agree in them the marks are compared.

use crate::near::banding::Banding;

/// What tells strangers apart in all bands.
pub(crate) type BbitSketch = [u32; 3];

/// Bits of a mark. Of strangers who meet, with 96 at 0.8 one of three
/// thousand passes, with 64 one of 33, with 32 more than every second.
const MARK_BITS: u32 = 96;

/// Of the pairs at the threshold, the share that the marks may lose: a
/// millionth of those that the bands miss anyway.
const LOSS: f64 = 1e-6;

/// Strangers that pass for each document, at the most. Each costs a count of
/// what the two share, one or two microseconds for short texts.
const STRANGERS: f64 = 0.2;

/// Marks that are compared for each document in all bands, at the most; each
/// takes a nanosecond or two.
const COMPARED: f64 = 48.0;

/// Bits of a key that are kept at least. Fewer would save nothing that
/// counts: the corpus is small.
pub(super) const LEAST_KEY_BITS: u32 = 20;

/// All the bits of a key.
const KEY_BITS: u32 = u32::BITS;

/// What is kept of a key, and what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefilter {
    /// Bits of each key that are kept, the upper ones.
    pub(super) key_bits: u32,
    /// Bits in which the marks of a pair may differ.
    pub(super) most_apart: u32,
}

impl Prefilter {
    /// Keeps all keys whole, and lets every pair pass.
    pub(crate) const OPEN: Prefilter = Prefilter {
        key_bits: KEY_BITS,
        most_apart: MARK_BITS,
    };

    /// Returns what suffices for a corpus of `docs` documents.
    ///
    /// A pair at the threshold differs in half of the slots that do not
    /// agree, a pair of strangers in half of all. Where the threshold is low
    /// marks tell little, and more of each key is kept.
    pub(super) fn solve(docs: usize, banding: Banding, threshold: f64, recall: f64) -> Self {
        let bits = banding.slots().min(MARK_BITS);
        let differs = (1.0 - threshold) / 2.0;
        let loss = LOSS * (1.0 - recall);
        let most_apart = (0..bits)
            .find(|most| 1.0 - at_most(*most, bits, differs) <= loss)
            .unwrap_or(bits);
        let pass = at_most(most_apart, bits, 0.5);
        let key_bits = (LEAST_KEY_BITS..KEY_BITS)
            .find(|key_bits| {
                let meetings =
                    f64::from(banding.bands()) * docs as f64 / 2.0f64.powi(*key_bits as i32 + 1);
                meetings <= COMPARED && meetings * pass <= STRANGERS
            })
            .unwrap_or(KEY_BITS);
        Prefilter {
            key_bits,
            most_apart,
        }
    }

    /// Returns whether a pair with these marks is counted.
    #[inline]
    pub(super) fn passes(self, left: BbitSketch, right: BbitSketch) -> bool {
        let [a, b, c] = [0, 1, 2].map(|at| left[at] ^ right[at]);
        let two = u64::from(a) << 32 | u64::from(b);
        two.count_ones() + c.count_ones() <= self.most_apart
    }
}

/// Returns the mark of a signature: the lowest bit of each of its first
/// 96 slots \[LK10\].
pub(super) fn mark(signature: &[u32]) -> BbitSketch {
    let mut slots = [0; MARK_BITS as usize];
    let len = signature.len().min(slots.len());
    slots[..len].copy_from_slice(&signature[..len]);
    // Eight slots at a time, whose bits are set apart at the end.
    const EACH: u32 = MARK_BITS / 8;
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
    fn a_larger_corpus_and_a_lower_threshold_keep_more_of_a_key() {
        let sieve = |docs, threshold| {
            let banding = Banding::solve(threshold, 0.999).unwrap();
            Prefilter::solve(docs, banding, threshold, 0.999)
        };
        assert_eq!(sieve(1_000, 0.8).key_bits, LEAST_KEY_BITS);
        assert_eq!(sieve(3_000_000, 0.8).key_bits, LEAST_KEY_BITS);
        assert!(sieve(100_000_000, 0.8).key_bits >= 24);
        assert!(sieve(3_000_000, 0.5).key_bits >= 26);
        assert_eq!(sieve(usize::MAX, 0.8).key_bits, KEY_BITS);
        assert_eq!(sieve(1_000, 1.0).most_apart, 0);
    }

    /// Pairs at the threshold pass, every one of them, whatever their length.
    #[test]
    fn marks_of_pairs_at_the_threshold_are_near() {
        for threshold in [0.5, 0.8, 0.9] {
            let banding = Banding::solve(threshold, 0.999).unwrap();
            let sieve = Prefilter::solve(1_000_000, banding, threshold, 0.999);
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
                    let one = mark(&signature);
                    hasher.sketch(&right, &mut signature);
                    assert!(
                        sieve.passes(one, mark(&signature)),
                        "{threshold} {len} {trial}"
                    );
                }
            }
        }
    }

    #[test]
    fn strangers_seldom_pass() {
        let banding = Banding::solve(0.8, 0.999).unwrap();
        let sieve = Prefilter::solve(1_000_000, banding, 0.8, 0.999);
        let random = |i: u64| [3 * i, 3 * i + 1, 3 * i + 2].map(|i| mix(i) as u32);
        let passed = (0..2_000_000u64)
            .filter(|i| sieve.passes(random(2 * i), random(2 * i + 1)))
            .count();
        let expected = at_most(sieve.most_apart, MARK_BITS, 0.5) * 2e6;
        assert!(expected < 2_000.0, "{expected}");
        assert!(
            (passed as f64 - expected).abs() <= 4.0 * expected.sqrt(),
            "{passed} {expected}"
        );
    }
}
