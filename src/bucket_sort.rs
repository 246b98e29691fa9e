//! Sorting of numbers that are spread evenly, such as hashes: each goes to the
//! bucket of its upper bits, and little is left to compare.

use rayon::prelude::*;

/// Fewest numbers for which buckets pay.
const LEAST: usize = 64;

/// Most numbers of a bucket that are left to insertion.
const FEW: u32 = 16;

/// Parts into which many numbers are divided, so that the buckets of one fit a
/// cache and threads share the work.
const PARTS: usize = 256;

/// Sorts hashes whose upper bits are mixed.
///
/// A third of the time of a sort by comparisons where most hashes differ, and
/// the time of one where few do.
pub(crate) fn sort_hashes(hashes: &mut Vec<u64>) {
    sort_spread(hashes, |hash| hash);
}

/// Sorts hashes with their places, as [`sort_hashes`] does.
pub(crate) fn sort_hashed_places(places: &mut Vec<(u64, u32)>) {
    sort_spread(places, |(hash, _)| hash);
}

/// Sorts positions among `len` items, which are spread evenly over them: those
/// of hashes in an order of all.
pub(crate) fn sort_positions(positions: &mut Vec<u32>, len: usize) {
    let shift = (len as u64).leading_zeros();
    sort_spread(positions, |at| u64::from(at) << shift);
}

/// Sorts numbers by buckets of the upper bits of `spread`, which keeps their
/// order: about one bucket for each number, so that what is left to do is to
/// exchange neighbours.
fn sort_spread<T: Copy + Ord + Default>(numbers: &mut Vec<T>, spread: impl Fn(T) -> u64) {
    if numbers.len() < LEAST || u32::try_from(numbers.len()).is_err() {
        return numbers.sort_unstable();
    }
    let bits = numbers.len().ilog2();
    let bucket = |number: T| (spread(number) >> (u64::BITS - bits)) as usize;
    let mut ends = vec![0u32; 1 << bits];
    for number in &*numbers {
        ends[bucket(*number)] += 1;
    }
    let (mut sum, mut most) = (0, 0);
    for end in &mut ends {
        let start = sum;
        sum += *end;
        most = most.max(*end);
        *end = start;
    }
    let mut sorted = vec![T::default(); numbers.len()];
    for number in &*numbers {
        let next = &mut ends[bucket(*number)];
        sorted[*next as usize] = *number;
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
    *numbers = sorted;
}

/// Sorts numbers by insertion, in time of how far each is from its place.
fn insert<T: Copy + Ord>(numbers: &mut [T]) {
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

/// Returns the hashes of some lists in order, each once, and for each list the
/// positions of its hashes among them, in its order; on the threads of the
/// current pool. The upper bits of hashes must be mixed.
///
/// To look the hashes up once they are sorted would read memory at random,
/// several times for each: here all but the buckets of a part is read and
/// written from the front to the back.
pub(crate) fn rank(lists: Vec<Vec<u64>>) -> (Vec<u64>, Vec<Vec<u32>>) {
    let len: usize = lists.iter().map(Vec::len).sum();
    let part_of = |hash: u64| (hash >> (u64::BITS - PARTS.ilog2())) as usize;
    let mut parts: Vec<Vec<u64>> = Vec::new();
    // Some more than the mean, so that few of them grow.
    parts.resize_with(PARTS, || Vec::with_capacity(len / PARTS * 17 / 16 + 16));
    for hash in lists.iter().flatten() {
        parts[part_of(*hash)].push(*hash);
    }
    let parts: Vec<(Vec<u64>, Vec<u32>)> = parts.into_par_iter().map(rank_part).collect();
    let mut distinct = Vec::with_capacity(parts.iter().map(|(distinct, _)| distinct.len()).sum());
    let mut ranks = Vec::with_capacity(PARTS);
    for (of_part, ranks_of_part) in parts {
        let first = distinct.len() as u32;
        ranks.push(ranks_of_part.into_iter().map(move |rank| first + rank));
        distinct.extend(of_part);
    }
    // The hashes come in the order in which they went to their parts.
    let positions = lists.into_iter().map(|list| {
        let ranked = list.iter().map(|hash| ranks[part_of(*hash)].next());
        ranked.flatten().collect()
    });
    let positions = positions.collect();
    (distinct, positions)
}

/// Returns the hashes of a part in order, each once, and for every one the
/// number of those before it.
fn rank_part(hashes: Vec<u64>) -> (Vec<u64>, Vec<u32>) {
    // The place of a hash stands below it.
    let mut placed: Vec<u128> = (0u32..)
        .zip(&hashes)
        .map(|(place, hash)| u128::from(*hash) << 32 | u128::from(place))
        .collect();
    // All hashes agree in the upper bits.
    sort_spread(&mut placed, |placed| {
        ((placed >> 32) as u64) << PARTS.ilog2()
    });
    let mut distinct: Vec<u64> = Vec::with_capacity(hashes.len());
    let mut ranks = vec![0; hashes.len()];
    for placed in placed {
        let hash = (placed >> 32) as u64;
        if distinct.last() != Some(&hash) {
            distinct.push(hash);
        }
        ranks[placed as u32 as usize] = distinct.len() as u32 - 1;
    }
    distinct.shrink_to_fit();
    (distinct, ranks)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::hash::mix;

    /// Mixed hashes, few different ones, and some whose upper bits agree.
    const KINDS: [fn(u64) -> u64; 4] = [mix, |i| mix(i % 7), |i| i, |i| mix(i) | 3 << 60];

    const LENS: [u64; 11] = [0, 1, 2, 63, 64, 65, 255, 256, 257, 1_000, 10_000];

    #[test]
    fn hashes_are_sorted_as_any_numbers_are() {
        for (len, kind) in LENS.iter().flat_map(|len| KINDS.map(|kind| (*len, kind))) {
            let mut hashes: Vec<u64> = (0..len).rev().map(kind).collect();
            let mut expected = hashes.clone();
            expected.sort_unstable();
            sort_hashes(&mut hashes);
            assert_eq!(hashes, expected, "{len}");
        }
    }

    #[test]
    fn positions_are_sorted_as_any_numbers_are() {
        for (len, kind) in LENS.iter().flat_map(|len| KINDS.map(|kind| (*len, kind))) {
            for among in [1, 2, 255, 256, 257, 100_000, u32::MAX as u64] {
                let position = |i| (kind(i) % among) as u32;
                let mut positions: Vec<u32> = (0..len).map(position).collect();
                let mut expected = positions.clone();
                expected.sort_unstable();
                sort_positions(&mut positions, among as usize);
                assert_eq!(positions, expected, "{len} of {among}");
            }
        }
    }

    #[test]
    fn ranks_are_those_of_a_set() {
        for (len, kind) in LENS.iter().flat_map(|len| KINDS.map(|kind| (*len, kind))) {
            let list = |nth: u64| (0..len).map(|i| kind(i + nth * len / 2)).collect();
            let lists: Vec<Vec<u64>> = (0..3).map(list).collect();
            let set: BTreeSet<u64> = lists.iter().flatten().copied().collect();
            let (distinct, positions) = rank(lists.clone());
            assert!(distinct.iter().eq(&set), "{len}");
            for (list, positions) in lists.iter().zip(positions) {
                let found = positions.iter().map(|at| distinct[*at as usize]);
                assert!(found.eq(list.iter().copied()), "{len}");
            }
        }
    }
}
