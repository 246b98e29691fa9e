//! Counts, for each of 64 bit positions, how many words have it set.

/// Number of words that share one carry into the upper planes.
const BLOCK: usize = 8;

/// Returns the word that has a bit set where more than half of `words` do.
///
/// Counters are kept as bit planes and added 64 at a time; eight words at a
/// time pass through carry-save adders before they reach the planes
/// (Harley and Seal, in Warren, *Hacker's Delight*, 5-1).
pub(crate) fn majority(words: &[u64]) -> u64 {
    let mut planes = [0u64; 64];
    let (mut ones, mut twos, mut fours) = (0u64, 0u64, 0u64);
    let blocks = words.chunks_exact(BLOCK);
    let rest = blocks.remainder();
    for block in blocks {
        let (twos_a, o) = add(ones, block[0], block[1]);
        let (twos_b, o) = add(o, block[2], block[3]);
        let (fours_a, t) = add(twos, twos_a, twos_b);
        let (twos_a, o) = add(o, block[4], block[5]);
        let (twos_b, o) = add(o, block[6], block[7]);
        let (fours_b, t) = add(t, twos_a, twos_b);
        let (eights, f) = add(fours, fours_a, fours_b);
        (ones, twos, fours) = (o, t, f);
        ripple(&mut planes[3..], eights);
    }
    planes[..3].copy_from_slice(&[ones, twos, fours]);
    for &word in rest {
        ripple(&mut planes, word);
    }
    more_than(&planes, words.len() as u64 / 2)
}

/// Adds three bits in each position; returns the carries and the sums.
#[inline(always)]
fn add(a: u64, b: u64, c: u64) -> (u64, u64) {
    let half = a ^ b;
    ((a & b) | (half & c), half ^ c)
}

#[inline(always)]
fn ripple(planes: &mut [u64], mut carry: u64) {
    for plane in planes {
        if carry == 0 {
            break;
        }
        let sum = *plane ^ carry;
        carry &= *plane;
        *plane = sum;
    }
}

/// Returns the positions whose counter is greater than `limit`.
fn more_than(planes: &[u64; 64], limit: u64) -> u64 {
    let (mut greater, mut equal) = (0u64, u64::MAX);
    for (level, plane) in planes.iter().enumerate().rev() {
        let bit = if limit >> level & 1 == 1 { u64::MAX } else { 0 };
        greater |= equal & plane & !bit;
        equal &= !(plane ^ bit);
    }
    greater
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    fn naive(words: &[u64]) -> u64 {
        (0..64)
            .filter(|bit| {
                words.iter().filter(|word| *word >> bit & 1 == 1).count() * 2 > words.len()
            })
            .map(|bit| 1 << bit)
            .sum()
    }

    #[test]
    fn majority_equals_counting_bit_by_bit() {
        for len in [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 1000] {
            let mixed: Vec<u64> = (0..len).map(mix).collect();
            let skewed: Vec<u64> = (0..len)
                .map(|i| mix(i) | mix(i + 1) & 0xffff_0000)
                .collect();
            for words in [
                mixed,
                skewed,
                vec![u64::MAX; len as usize],
                vec![0; len as usize],
            ] {
                assert_eq!(majority(&words), naive(&words), "{len} words");
            }
        }
    }
}
