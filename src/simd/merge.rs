//! Counts the values that two sorted slices share.

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
