//! The length of equal stretches, compared many units at a time.

use crate::simd::word;

/// Units that are compared at once in long stretches.
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
    let wide = a.as_chunks::<WIDE>().0.iter().zip(b.as_chunks::<WIDE>().0);
    let from = WIDE * wide.take_while(|(a, b)| a == b).count();
    let (a, b) = (a[from..].as_chunks(), b[from..].as_chunks());
    for (nth, (a, b)) in a.0.iter().zip(b.0).enumerate() {
        let differ = word::of(a) ^ word::of(b);
        if differ != 0 {
            return from + nth * word::UNITS + word::before_lowest(differ);
        }
    }
    let rest = a.1.iter().zip(b.1).take_while(|(a, b)| a == b);
    from + a.0.len() * word::UNITS + rest.count()
}

/// Returns the length of the longest common suffix.
#[inline]
pub(super) fn common_suffix(a: &[u16], b: &[u16]) -> usize {
    let most = a.len().min(b.len());
    let (a, b) = (&a[a.len() - most..], &b[b.len() - most..]);
    if most == 0 || a[most - 1] != b[most - 1] {
        return 0;
    }
    let (wide_a, wide_b) = (a.as_rchunks::<WIDE>().1, b.as_rchunks::<WIDE>().1);
    let wide = wide_a.iter().rev().zip(wide_b.iter().rev());
    let from = WIDE * wide.take_while(|(a, b)| a == b).count();
    let (a, b) = (a[..most - from].as_rchunks(), b[..most - from].as_rchunks());
    for (nth, (a, b)) in a.1.iter().rev().zip(b.1.iter().rev()).enumerate() {
        let differ = word::of(a) ^ word::of(b);
        if differ != 0 {
            return from + nth * word::UNITS + word::behind_highest(differ);
        }
    }
    let rest = a.0.iter().rev().zip(b.0.iter().rev());
    from + a.1.len() * word::UNITS + rest.take_while(|(a, b)| a == b).count()
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
