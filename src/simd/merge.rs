//! Counts the values that two sorted slices share.

/// Returns how many values two sorted slices without repetitions share, or
/// `None` as soon as it is sure that they share fewer than `at_least`.
///
/// Merges from both ends at once: each step of a merge waits for the one before
/// it, and the two ends do not wait for one another.
pub(crate) fn shared(mut left: &[u64], mut right: &[u64], at_least: usize) -> Option<usize> {
    let mut count = 0;
    loop {
        let fewer = left.len().min(right.len());
        if count + fewer < at_least {
            return None;
        }
        // In steps, so that the check for giving up costs little; each takes one
        // value of a slice or none from either end.
        let steps = (fewer / 2).min(64);
        if steps == 0 {
            break;
        }
        let (mut l, mut r) = (0, 0);
        let (mut l_end, mut r_end) = (left.len(), right.len());
        for _ in 0..steps {
            let (a, b) = (left[l], right[r]);
            count += usize::from(a == b);
            l += usize::from(a <= b);
            r += usize::from(b <= a);
            let (a, b) = (left[l_end - 1], right[r_end - 1]);
            count += usize::from(a == b);
            l_end -= usize::from(a >= b);
            r_end -= usize::from(b >= a);
        }
        (left, right) = (&left[l..l_end], &right[r..r_end]);
    }
    // One of them has one value, or none.
    let (short, long) = match left.len() < right.len() {
        true => (left, right),
        false => (right, left),
    };
    let found = |value: &&u64| long.binary_search(value).is_ok();
    count += short.iter().filter(found).count();
    (count >= at_least).then_some(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_counts_what_two_sets_have_and_gives_up_only_when_sure() {
        let cases = [
            (0, 5, 1),
            (1, 1, 1),
            (1, 9, 1),
            (2, 3, 2),
            (3, 2, 2),
            (31, 31, 2),
            (64, 64, 3),
        ];
        for (n, m, step) in
            cases
                .into_iter()
                .chain([(65, 64, 2), (1000, 1000, 7), (7, 900, 1), (900, 8, 2)])
        {
            let left: Vec<u64> = (0..n).map(|i| i * 2).collect();
            let right: Vec<u64> = (0..m).map(|i| i * step).collect();
            let plain = left.iter().filter(|x| right.contains(x)).count();
            for at_least in 0..=plain {
                assert_eq!(shared(&left, &right, at_least), Some(plain));
            }
            assert_eq!(shared(&left, &right, plain + 1), None);
        }
    }
}
