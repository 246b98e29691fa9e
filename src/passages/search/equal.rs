//! The length of equal stretches, compared many units at a time.

/// Units that are compared at once.
const WIDE: usize = 16;

/// Returns the length of the longest common prefix.
#[inline]
pub(super) fn common_prefix(a: &[u16], b: &[u16]) -> usize {
    let most = a.len().min(b.len());
    let (a, b) = (&a[..most], &b[..most]);
    // Most stretches end at once.
    if most == 0 || a[0] != b[0] {
        return 0;
    }
    let wide = a
        .chunks_exact(WIDE)
        .zip(b.chunks_exact(WIDE))
        .take_while(|(a, b)| a == b)
        .count();
    let from = wide * WIDE;
    let rest = a[from..].iter().zip(&b[from..]);
    from + rest.take_while(|(a, b)| a == b).count()
}

/// Returns the length of the longest common suffix.
#[inline]
pub(super) fn common_suffix(a: &[u16], b: &[u16]) -> usize {
    let most = a.len().min(b.len());
    let (a, b) = (&a[a.len() - most..], &b[b.len() - most..]);
    if most == 0 || a[most - 1] != b[most - 1] {
        return 0;
    }
    let wide = a
        .rchunks_exact(WIDE)
        .zip(b.rchunks_exact(WIDE))
        .take_while(|(a, b)| a == b)
        .count();
    let to = most - wide * WIDE;
    let rest = a[..to].iter().rev().zip(b[..to].iter().rev());
    wide * WIDE + rest.take_while(|(a, b)| a == b).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_stretches_are_measured_at_every_length() {
        for len in [0, 1, 7, 15, 16, 17, 31, 32, 33, 100] {
            for differs in 0..=len {
                let a: Vec<u16> = (0..len).collect();
                let mut b = a.clone();
                if let Some(unit) = b.get_mut(usize::from(differs)) {
                    *unit += 1000;
                }
                let suffix = usize::from(len - differs.min(len)).saturating_sub(1);
                let suffix = if differs == len {
                    usize::from(len)
                } else {
                    suffix
                };
                assert_eq!(common_prefix(&a, &b), usize::from(differs), "{len}");
                assert_eq!(common_suffix(&a, &b), suffix, "{len} {differs}");
            }
        }
    }
}
