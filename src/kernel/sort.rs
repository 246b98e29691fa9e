//! Sorts hashes, which are spread evenly, faster than a comparison sort.

/// Below this a comparison sort is faster (bench `verify/sort`).
const SMALL: usize = 256;

/// Sorts hashes in ascending order.
///
/// The values must be spread about evenly over all 64 bits for speed; any
/// values are sorted right. One pass deals them out to as many buckets as
/// a few of them share, then each bucket is sorted: `O(n)` expected.
pub(crate) fn sort_hashes(hashes: &mut Vec<u64>) {
    let len = hashes.len();
    if len < SMALL || u32::try_from(len).is_err() {
        hashes.sort_unstable();
        return;
    }
    // About four hashes a bucket, so that the last step is an insertion sort.
    let bits = (usize::BITS - 1 - len.leading_zeros())
        .saturating_sub(2)
        .min(16);
    let shift = 64 - bits;
    let mut ends = vec![0u32; 1 << bits];
    for &hash in hashes.iter() {
        ends[(hash >> shift) as usize] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        let count = *end;
        *end = sum;
        sum += count;
    }
    let mut sorted = vec![0u64; len];
    for &hash in hashes.iter() {
        let end = &mut ends[(hash >> shift) as usize];
        sorted[*end as usize] = hash;
        *end += 1;
    }
    let mut start = 0;
    for &end in &ends {
        sorted[start..end as usize].sort_unstable();
        start = end as usize;
    }
    *hashes = sorted;
}

/// Returns how many values two sorted slices without repetitions share, or
/// `None` as soon as it is sure that they share fewer than `at_least`.
pub(crate) fn shared(left: &[u64], right: &[u64], at_least: usize) -> Option<usize> {
    let (mut l, mut r, mut count) = (0, 0, 0);
    while l < left.len() && r < right.len() {
        // In steps, so that the check for giving up costs little.
        let steps = (left.len() - l).min(right.len() - r).min(64);
        if count + (left.len() - l).min(right.len() - r) < at_least {
            return None;
        }
        for _ in 0..steps {
            let (a, b) = (left[l], right[r]);
            count += usize::from(a == b);
            l += usize::from(a <= b);
            r += usize::from(b <= a);
        }
    }
    (count >= at_least).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn any_values_are_sorted() {
        for len in [0, 1, 7, 255, 256, 257, 1000, 5000] {
            for scale in [1, 1 << 40, u64::MAX] {
                let mut hashes: Vec<u64> = (0..len).map(|i| mix(i) % scale).collect();
                let mut plain = hashes.clone();
                plain.sort_unstable();
                sort_hashes(&mut hashes);
                assert_eq!(hashes, plain, "{len} values below {scale}");
            }
        }
    }

    #[test]
    fn shared_counts_what_two_sets_have_and_gives_up_only_when_sure() {
        for (n, step) in [(0, 1), (1, 1), (31, 2), (64, 3), (65, 2), (1000, 7)] {
            let left: Vec<u64> = (0..n).map(|i| i * 2).collect();
            let right: Vec<u64> = (0..n).map(|i| i * step).collect();
            let plain = left.iter().filter(|x| right.contains(x)).count();
            for at_least in 0..=plain {
                assert_eq!(shared(&left, &right, at_least), Some(plain));
            }
            assert_eq!(shared(&left, &right, plain + 1), None);
        }
    }
}
