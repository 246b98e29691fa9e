//! Finds all fingerprints within a few bits of each other without comparing
//! all, by block permutations \[MJS07\].
//!
//! The 64 bits are cut into `m` blocks. Two fingerprints that differ in at
//! most `k` bits differ in at most `k` blocks, so they agree in some `m - k`
//! of them: for each choice of `m - k` blocks the fingerprints are sorted by
//! those bits, and only neighbours with equal bits are compared.

use rayon::prelude::*;

use crate::near::simhash::BITS;

/// Largest distance that is searched for; beyond it the number of block
/// choices grows past any use.
pub const MAX_DISTANCE: u32 = 16;

/// Cost of sorting one fingerprint into a table, in comparisons (measured,
/// bench `simhash/search`).
const SORT_COST: f64 = 60.0;

/// A pair of fingerprints, by their positions in the slice, and their distance
/// in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// Position of the first, smaller than `b`.
    pub a: u32,
    /// Position of the second.
    pub b: u32,
    /// Number of bits that differ.
    pub distance: u32,
}

/// Returns every pair of fingerprints that differ in at most `max_distance`
/// bits, sorted.
///
/// About `C(m, k) · n` steps for the best `m`: a million fingerprints within
/// three bits take well under a second on two cores. The result itself can
/// be quadratic if all are alike.
///
/// # Panics
///
/// Panics if `max_distance` is greater than [`MAX_DISTANCE`].
pub fn pairs_within(fingerprints: &[u64], max_distance: u32) -> Vec<Near> {
    search(fingerprints, max_distance, Bounds::NONE).pairs
}

/// What a search or a part of it finds.
#[derive(Default)]
pub(super) struct Found {
    /// The pairs; sorted where a search is done.
    pub(super) pairs: Vec<Near>,
    /// Fingerprints that are too many to be paired with one another here.
    pub(super) links: Vec<(u32, u32)>,
}

/// How many fingerprints are compared and paired.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Most fingerprints with one key that are compared with one another;
    /// larger groups are linked.
    pub(super) group: usize,
    /// Most pairs that one fingerprint begins in a group; where it has more,
    /// it is linked with all that are near it.
    pub(super) pairs: usize,
}

impl Bounds {
    const NONE: Bounds = Bounds {
        group: usize::MAX,
        pairs: usize::MAX,
    };
}

/// Returns the same as [`pairs_within`] within the bounds, and links what
/// exceeds them.
pub(super) fn search(fingerprints: &[u64], max_distance: u32, bounds: Bounds) -> Found {
    assert!(
        max_distance <= MAX_DISTANCE,
        "a distance of at most {MAX_DISTANCE} bits"
    );
    let blocks = Blocks::choose(fingerprints.len(), max_distance);
    let found: Vec<Found> = blocks
        .choices()
        .into_par_iter()
        .map(|free| search_table(fingerprints, max_distance, &blocks, free, bounds))
        .collect();
    let mut pairs = Vec::with_capacity(found.iter().map(|f| f.pairs.len()).sum());
    let mut links = Vec::new();
    for part in found {
        pairs.extend(part.pairs);
        links.extend(part.links);
    }
    pairs.par_sort_unstable();
    Found { pairs, links }
}

fn search_table(
    fingerprints: &[u64],
    max_distance: u32,
    blocks: &Blocks,
    free: u64,
    bounds: Bounds,
) -> Found {
    let key_bits = !blocks.bits_of(free);
    let mut table: Vec<(u64, u32)> = fingerprints
        .iter()
        .zip(0u32..)
        .map(|(f, index)| (f & key_bits, index))
        .collect();
    table.sort_unstable();
    let required = blocks.required(free);
    let mut found = Found::default();
    for group in table.chunk_by(|a, b| a.0 == b.0) {
        let group: Vec<u32> = group.iter().map(|(_, index)| *index).collect();
        if group.len() > bounds.group {
            found
                .links
                .extend(group[1..].iter().map(|b| (group[0], *b)));
        } else {
            let comparison = Comparison {
                fingerprints,
                max_distance,
                required: &required,
            };
            comparison.compare(&group, bounds.pairs, &mut found);
        }
    }
    found
}

/// How the fingerprints of one table are compared.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'a> {
    pub(super) fingerprints: &'a [u64],
    pub(super) max_distance: u32,
    /// Blocks that differ in every pair that the table reports, as
    /// [`Blocks::required`] returns them.
    pub(super) required: &'a [u64],
}

impl Comparison<'_> {
    /// Adds the pairs of a group with one key that this table reports, and
    /// the links of fingerprints that have more than `max_pairs`.
    pub(super) fn compare(&self, group: &[u32], max_pairs: usize, found: &mut Found) {
        for (at, &a) in group.iter().enumerate() {
            let left = self.fingerprints[a as usize];
            let first = found.pairs.len();
            for &b in &group[at + 1..] {
                let differ = left ^ self.fingerprints[b as usize];
                let distance = differ.count_ones();
                // A pair may share several tables; the first one reports it. Most
                // pairs of a family lack the first block that is asked for.
                let is_first = || self.required.iter().all(|block| differ & block != 0);
                if distance <= self.max_distance && is_first() {
                    found.pairs.push(Near { a, b, distance });
                }
            }
            if found.pairs.len() - first > max_pairs {
                let near = found.pairs.drain(first..);
                found.links.extend(near.map(|near| (near.a, near.b)));
            }
        }
    }
}

/// The cut of 64 bits into blocks, of which `free` may differ.
pub(super) struct Blocks {
    /// Bits of each block.
    masks: Vec<u64>,
    free: u32,
}

impl Blocks {
    /// Returns the cut into the number of blocks that costs least for `count`
    /// fingerprints.
    pub(super) fn choose(count: usize, max_distance: u32) -> Self {
        let count = count as f64;
        let cost = |blocks: u32| {
            let mut tables = 1.0;
            for i in 0..max_distance {
                tables *= f64::from(blocks - i) / f64::from(i + 1);
            }
            let key_bits = f64::from(BITS * (blocks - max_distance) / blocks);
            tables * (SORT_COST + count / 2.0 / libm::exp2(key_bits))
        };
        let mut best = max_distance + 1;
        for blocks in max_distance + 2..=(max_distance + 8).min(BITS) {
            if cost(blocks) < cost(best) {
                best = blocks;
            }
        }
        let masks = (0..best)
            .map(|block| {
                let (start, end) = (BITS * block / best, BITS * (block + 1) / best);
                (start..end).fold(0u64, |mask, bit| mask | 1 << bit)
            })
            .collect();
        Blocks {
            masks,
            free: max_distance,
        }
    }

    /// Returns every choice of free blocks, as sets of block numbers.
    pub(super) fn choices(&self) -> Vec<u64> {
        let mut choices = vec![0u64];
        for block in 0..self.masks.len() {
            let with: Vec<u64> = choices
                .iter()
                .filter(|choice| choice.count_ones() < self.free)
                .map(|choice| choice | 1 << block)
                .collect();
            choices.extend(with);
        }
        choices.retain(|choice| choice.count_ones() == self.free);
        choices
    }

    pub(super) fn bits_of(&self, choice: u64) -> u64 {
        self.masks
            .iter()
            .enumerate()
            .filter(|(b, _)| choice >> b & 1 == 1)
            .fold(0, |bits, (_, mask)| bits | mask)
    }

    /// Returns the bits of each block that must differ in a pair, so that of all
    /// choices that hold its differences this one reports it.
    ///
    /// That is the choice of the blocks that differ, filled up with the lowest
    /// others: so whatever is free above the lowest block that is not must differ.
    pub(super) fn required(&self, free: u64) -> Vec<u64> {
        let lowest = free.trailing_ones() as usize;
        let above = self.masks.iter().enumerate().skip(lowest);
        let required = above.filter(|(block, _)| free >> block & 1 == 1);
        required.map(|(_, mask)| *mask).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use proptest::prelude::*;

    /// Returns the one choice that reports a pair with these bits different:
    /// the blocks that differ, filled up with the lowest others.
    fn first_choice(blocks: &Blocks, differ: u64) -> u64 {
        let mut choice = 0u64;
        for (block, mask) in blocks.masks.iter().enumerate() {
            if differ & mask != 0 {
                choice |= 1 << block;
            }
        }
        for block in 0..blocks.masks.len() {
            if choice.count_ones() >= blocks.free {
                break;
            }
            choice |= 1 << block;
        }
        choice
    }

    #[test]
    fn a_pair_is_reported_by_its_first_choice_alone() {
        for (count, most) in [(1 << 12, 10), (1 << 16, 10), (1 << 20, 3)] {
            let blocks = Blocks::choose(count, most);
            for seed in 0..200 {
                let differ = (0..most).fold(0, |bits, at| {
                    bits | 1 << (mix(seed * 16 + u64::from(at)) % u64::from(BITS))
                });
                let holding = blocks.choices().into_iter();
                let holding = holding.filter(|free| differ & !blocks.bits_of(*free) == 0);
                let reports = |free: &u64| blocks.required(*free).iter().all(|b| differ & b != 0);
                let reporting: Vec<u64> = holding.filter(reports).collect();
                assert_eq!(reporting, [first_choice(&blocks, differ)], "{differ:x}");
            }
        }
    }

    fn naive(fingerprints: &[u64], max_distance: u32) -> Vec<Near> {
        let mut pairs = Vec::new();
        for (a, left) in fingerprints.iter().enumerate() {
            for (b, right) in fingerprints.iter().enumerate().skip(a + 1) {
                let distance = (left ^ right).count_ones();
                if distance <= max_distance {
                    pairs.push(Near {
                        a: a as u32,
                        b: b as u32,
                        distance,
                    });
                }
            }
        }
        pairs
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn prop_block_search_equals_comparing_all(
            seeds in prop::collection::vec(0u64..6, 0..80),
            flips in prop::collection::vec(prop::collection::vec(0u32..64, 0..6), 80),
            max_distance in 0u32..8,
        ) {
            let fingerprints: Vec<u64> = seeds
                .iter()
                .zip(&flips)
                .map(|(seed, flips)| flips.iter().fold(mix(*seed), |f, bit| f ^ (1 << bit)))
                .collect();
            prop_assert_eq!(pairs_within(&fingerprints, max_distance), naive(&fingerprints, max_distance));
        }
    }

    #[test]
    fn the_number_of_blocks_does_not_change_what_is_found() {
        let fingerprints: Vec<u64> = (0..300)
            .map(|i| mix(i / 5) ^ (1 << (i % 5 * 11)) ^ (1 << (i % 3)))
            .collect();
        for max_distance in [0, 1, 3, 4, 6] {
            let expected = naive(&fingerprints, max_distance);
            for count in [10, 100_000, 1 << 30] {
                let blocks = Blocks::choose(count, max_distance);
                let mut pairs: Vec<Near> = blocks
                    .choices()
                    .into_iter()
                    .flat_map(|free| {
                        search_table(&fingerprints, max_distance, &blocks, free, Bounds::NONE).pairs
                    })
                    .collect();
                pairs.sort_unstable();
                assert_eq!(pairs, expected, "{max_distance} bits, blocks for {count}");
            }
        }
    }
}
