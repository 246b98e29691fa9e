//! MinHash signatures in one pass over the shingles.
//!
//! The sketch is Fast Similarity Sketching \[DKT17\]: round `i` throws every
//! shingle into one random slot with a value that begins with `i`; each slot
//! keeps the smallest. A long text fills all slots in the first round, so it
//! costs one hash and one store a shingle, whatever the number of slots; a
//! short text takes a few rounds more, and its estimate is better than
//! that of as many independent hash functions. One-permutation hashing with
//! optimal densification \[Shr17\] was measured beside it: as fast, but less
//! exact on texts with fewer shingles than slots (bench `sketch`, test
//! `minhash_estimate_stays_within_four_standard_errors`).

use std::ops::Range;

use crate::hash::mix;
use crate::simd::scatter_min::{self, VALUE_BITS, draw, value};

/// Computes signatures, with the buffers of one thread.
#[derive(Clone, Debug)]
pub struct MinHasher {
    seed: u64,
    /// Round in the upper bits, hash in the lower 40.
    slots: Vec<u64>,
}

const EMPTY: u64 = u64::MAX;

/// Rounds after which at least as many different shingles as slots have
/// filled all of them in all but one of a few hundred texts. Where they have
/// not, shingles repeat, and repetitions are dropped before the rounds that
/// follow: a text of one character a million times is a set of one.
const ROUNDS_WITH_REPETITIONS: u64 = 12;

impl MinHasher {
    /// Returns a hasher for signatures of `slots` slots.
    pub fn new(slots: u32, seed: u64) -> Self {
        MinHasher {
            seed: mix(seed ^ 0x6c65_6974_6f6e_6721),
            slots: vec![EMPTY; slots as usize],
        }
    }

    /// Writes the signature of `shingles` to `signature`, and returns whether
    /// there was any shingle.
    ///
    /// Expected time `O(n + t log t)` for `n` shingles and `t` slots, and
    /// that of a sort where few of many shingles differ.
    ///
    /// # Panics
    ///
    /// Panics if `signature` has another length than the hasher's.
    pub fn sketch(&mut self, shingles: &[u64], signature: &mut [u32]) -> bool {
        assert_eq!(
            signature.len(),
            self.slots.len(),
            "a signature has the hasher's slots"
        );
        if shingles.is_empty() {
            return false;
        }
        let count = self.slots.len() as u64;
        self.slots.fill(EMPTY);
        let first = ROUNDS_WITH_REPETITIONS.min(2 * count);
        if !self.rounds(shingles, 0..first) {
            if (shingles.len() as u64) < count {
                self.rounds(shingles, first..2 * count);
            } else {
                let mut set = shingles.to_vec();
                set.sort_unstable();
                set.dedup();
                self.rounds(&set, first..2 * count);
            }
        }
        self.write(signature);
        true
    }

    /// Writes the signature that [`MinHasher::sketch`] writes, of shingles that
    /// `blocks` hands over block by block each time it is called; there must be
    /// one.
    ///
    /// Takes memory for one block and, where the shingles of a long text repeat so
    /// much that a round leaves slots empty, for each different one.
    pub(crate) fn sketch_blocks(
        &mut self,
        mut blocks: impl FnMut(&mut dyn FnMut(&mut [u64])),
        signature: &mut [u32],
    ) {
        let count = self.slots.len() as u64;
        self.slots.fill(EMPTY);
        let seed = self.seed_of(0);
        blocks(&mut |block| scatter_min::scatter(&mut self.slots, block, 0, seed));
        if self.slots.contains(&EMPTY) {
            let mut set: Vec<u64> = Vec::new();
            blocks(&mut |block| {
                block.sort_unstable();
                let known = set.len();
                let mut last = None;
                for &shingle in block.iter() {
                    if last != Some(shingle) && set[..known].binary_search(&shingle).is_err() {
                        set.push(shingle);
                    }
                    last = Some(shingle);
                }
                set.sort_unstable();
            });
            self.rounds(&set, 1..2 * count);
        }
        self.write(signature);
    }

    fn write(&self, signature: &mut [u32]) {
        for (to, slot) in signature.iter_mut().zip(&self.slots) {
            // The round takes part, so that the same low bits from two
            // rounds do not look alike.
            *to = (slot ^ (slot >> VALUE_BITS).wrapping_mul(0x9e37_79b1)) as u32;
        }
    }

    /// Returns the seed of a round.
    fn seed_of(&self, round: u64) -> u64 {
        mix(self.seed.wrapping_add(round))
    }

    /// Runs rounds until all slots are filled; returns whether they are.
    fn rounds(&mut self, shingles: &[u64], rounds: Range<u64>) -> bool {
        let count = self.slots.len() as u64;
        for round in rounds {
            let seed = self.seed_of(round);
            if round < count {
                scatter_min::scatter(&mut self.slots, shingles, round, seed);
            } else {
                // [DKT17, fig. 1]: the last rounds go to one slot each, so
                // that even a single shingle fills them all.
                let slot = (round - count) as usize;
                let least = shingles
                    .iter()
                    .map(|shingle| value(round, draw(*shingle, seed)))
                    .min();
                self.slots[slot] = self.slots[slot].min(least.unwrap_or(EMPTY));
            }
            if !self.slots.contains(&EMPTY) {
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(slots: u32, seed: u64, shingles: &[u64]) -> Option<Vec<u32>> {
        let mut signature = vec![0; slots as usize];
        MinHasher::new(slots, seed)
            .sketch(shingles, &mut signature)
            .then_some(signature)
    }

    /// The estimate of the Jaccard similarity: the share of slots that agree.
    fn jaccard(a: &[u32], b: &[u32]) -> f64 {
        let agree = a.iter().zip(b).filter(|(a, b)| a == b).count();
        agree as f64 / a.len() as f64
    }

    /// Two sets of `len` members with `shared` in common.
    fn sets(len: u64, shared: u64, salt: u64) -> (Vec<u64>, Vec<u64>) {
        let member = |i: u64| mix(i ^ mix(salt));
        (
            (0..len).map(member).collect(),
            (len - shared..2 * len - shared).map(member).collect(),
        )
    }

    #[test]
    fn equal_sets_agree_in_every_slot_and_an_empty_one_has_no_signature() {
        for len in [1, 2, 20, 1000] {
            let (a, _) = sets(len, 0, 7);
            let mut twice = a.repeat(300);
            twice.extend(a.iter().rev());
            assert_eq!(signature(210, 1, &a), signature(210, 1, &twice));
        }
        assert_eq!(signature(16, 1, &[]), None);
    }

    /// Over many pairs, the root of the mean squared error must not pass the
    /// standard error of as many independent hash functions, short texts
    /// included, but for what chance allows.
    #[test]
    fn minhash_estimate_stays_within_four_standard_errors() {
        const TRIALS: u64 = 600;
        for slots in [64u32, 210] {
            for (len, shared) in [(5u64, 4u64), (20, 10), (60, 50), (200, 100), (1000, 900)] {
                let truth = shared as f64 / (2 * len - shared) as f64;
                let (mut squares, mut sum) = (0.0, 0.0);
                for trial in 0..TRIALS {
                    let (a, b) = sets(len, shared, trial * 31 + len);
                    let a = signature(slots, trial, &a).unwrap();
                    let b = signature(slots, trial, &b).unwrap();
                    let error = jaccard(&a, &b) - truth;
                    squares += error * error;
                    sum += error;
                }
                let standard = (truth * (1.0 - truth) / f64::from(slots)).sqrt();
                let rmse = (squares / TRIALS as f64).sqrt();
                // The mean square of TRIALS normal errors varies by sqrt(2/TRIALS).
                let allowance = (1.0 + 4.0 * (2.0 / TRIALS as f64).sqrt()).sqrt();
                assert!(
                    rmse <= standard * allowance,
                    "{slots} slots, {shared} of {len}: {rmse} > {standard}"
                );
                let bias = sum / TRIALS as f64;
                assert!(
                    bias.abs() <= 4.0 * standard / (TRIALS as f64).sqrt(),
                    "{slots} {len}: bias {bias}"
                );
            }
        }
    }

    #[test]
    fn signature_of_a_known_set_never_changes() {
        let set = [mix(1), mix(2), mix(3)];
        assert_eq!(signature(8, 1, &set).unwrap(), KNOWN);
    }

    const KNOWN: &[u32] = &[
        987266520, 592768818, 1161645427, 2155158357, 2892374826, 3654538928, 1637141977,
        1715543017,
    ];
}
