//! Finds all fingerprints within a few bits of each other without comparing
//! all, by block permutations \[MJS07\].
//!
//! The 64 bits are cut into `m` blocks. Two fingerprints that differ in at
//! most `k` bits differ in at most `k` blocks, so they agree in some `m - k`
//! of them: for each choice of `m - k` blocks the fingerprints are sorted by
//! those bits, and only neighbours with equal bits are compared.

use rayon::prelude::*;

use crate::near::crowds::Crowds;
use crate::near::simhash::BITS;

/// Largest distance that is searched for; beyond it the number of block
/// choices grows past any use.
pub const MAX_DISTANCE: u32 = 16;

/// Cost of sorting one fingerprint into a table, in comparisons (measured,
/// bench `simhash/search`).
const SORT_COST: f64 = 60.0;

/// Tables that are searched before what they link is known to the next ones.
const TABLES_AT_ONCE: usize = 8;

/// Fewest fingerprints with one key of which it pays to know those of one crowd.
const LARGE: usize = 64;

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
    let mut crowds = Crowds::new(fingerprints.len());
    let mut all = Found::default();
    for choices in blocks.choices().chunks(TABLES_AT_ONCE) {
        let table = |free: &u64| {
            let required = blocks.required(*free);
            let comparison = Comparison {
                fingerprints,
                max_distance,
                required: &required,
                crowds: Some(&crowds),
            };
            search_table(comparison, !blocks.bits_of(*free), bounds)
        };
        let found: Vec<Found> = choices.par_iter().map(table).collect();
        for mut part in found {
            part.links.iter().for_each(|(a, b)| crowds.link(*a, *b));
            all.pairs.append(&mut part.pairs);
            all.links.append(&mut part.links);
        }
        crowds.settle();
    }
    all.pairs.par_sort_unstable();
    all
}

fn search_table(comparison: Comparison<'_>, key_bits: u64, bounds: Bounds) -> Found {
    let mut table: Vec<(u64, u32)> = comparison
        .fingerprints
        .iter()
        .zip(0u32..)
        .map(|(f, index)| (f & key_bits, index))
        .collect();
    table.sort_unstable();
    let mut found = Found::default();
    for group in table.chunk_by(|a, b| a.0 == b.0) {
        let group: Vec<u32> = group.iter().map(|(_, index)| *index).collect();
        if group.len() > bounds.group {
            found
                .links
                .extend(group[1..].iter().map(|b| (group[0], *b)));
        } else {
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
    /// What is linked already, if that is known: a pair within a crowd does not
    /// count, for the members of a crowd are joined.
    pub(super) crowds: Option<&'a Crowds>,
}

impl Comparison<'_> {
    /// Adds the pairs of a group with one key that this table reports, and
    /// the links of fingerprints that have more than `max_pairs`.
    pub(super) fn compare(&self, group: &[u32], max_pairs: usize, found: &mut Found) {
        let others = self.others(group);
        let mut passed = 0;
        for (at, &a) in group.iter().enumerate() {
            let left = self.fingerprints[a as usize];
            if let Some(others) = &others {
                let is_near = |(_, b): &(usize, u32)| {
                    (left ^ self.fingerprints[*b as usize]).count_ones() <= self.max_distance
                };
                if others.get(passed).is_some_and(|(other, _)| *other == at) {
                    passed += 1;
                } else if !others[passed..].iter().any(is_near) {
                    continue;
                }
            }
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

impl Comparison<'_> {
    /// Returns the places and members of a large group that are not of the crowd
    /// which most of it belongs to, if it may have one.
    ///
    /// A member of the crowd that is near none of these is compared with no other,
    /// for it has no pair that counts; one that is near any is compared with all,
    /// because how many are near it decides what becomes of that pair.
    fn others(&self, group: &[u32]) -> Option<Vec<(usize, u32)>> {
        let crowds = self.crowds?;
        if group.len() < LARGE {
            return None;
        }
        // The majority, if there is one, outlasts the votes against it.
        let (mut main, mut votes) = (group[0], 0);
        for one in group {
            if votes == 0 {
                main = *one;
            }
            match *one == main || crowds.are_one(main, *one) {
                true => votes += 1,
                false => votes -= 1,
            }
        }
        let places = group.iter().copied().enumerate();
        let others = places.filter(|(_, one)| *one != main && !crowds.are_one(main, *one));
        Some(others.collect())
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

    /// Returns the pairs that are of no crowd, and the crowds.
    fn outside(found: &Found, len: usize) -> (Vec<Near>, Vec<Vec<u32>>) {
        let mut crowds = Crowds::new(len);
        found.links.iter().for_each(|(a, b)| crowds.link(*a, *b));
        crowds.settle();
        let pairs = found.pairs.iter().copied();
        let pairs = pairs.filter(|near| !crowds.are_one(near.a, near.b));
        (pairs.collect(), crowds.into_members())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn prop_what_is_linked_already_changes_no_pair_outside_of_crowds_and_no_crowd(
            families in prop::collection::vec((0u64..9, 0u64..400, 0u32..9), 1..60),
            group in 60usize..300,
            pairs in 1usize..90,
        ) {
            // Families of all sizes, each of them close or spread out.
            let of_family = |&(seed, size, spread): &(u64, u64, u32)| {
                (0..size).map(move |nth| {
                    let flips = (0..spread).map(|at| mix(seed * 4096 + nth * 16 + u64::from(at)) % 64);
                    flips.fold(mix(seed), |bits, flip| bits ^ (1 << flip))
                })
            };
            let fingerprints: Vec<u64> = families.iter().flat_map(of_family).collect();
            let bounds = Bounds { group, pairs };
            for max_distance in [2, 4] {
                let blocks = Blocks::choose(fingerprints.len(), max_distance);
                let mut plain = Found::default();
                for free in blocks.choices() {
                    let comparison = Comparison {
                        fingerprints: &fingerprints,
                        max_distance,
                        required: &blocks.required(free),
                        crowds: None,
                    };
                    let part = search_table(comparison, !blocks.bits_of(free), bounds);
                    plain.pairs.extend(part.pairs);
                    plain.links.extend(part.links);
                }
                plain.pairs.sort_unstable();
                let found = search(&fingerprints, max_distance, bounds);
                let len = fingerprints.len();
                prop_assert_eq!(outside(&found, len), outside(&plain, len));
            }
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
                        let comparison = Comparison {
                            fingerprints: &fingerprints,
                            max_distance,
                            required: &blocks.required(free),
                            crowds: None,
                        };
                        search_table(comparison, !blocks.bits_of(free), Bounds::NONE).pairs
                    })
                    .collect();
                pairs.sort_unstable();
                assert_eq!(pairs, expected, "{max_distance} bits, blocks for {count}");
            }
        }
    }
}
