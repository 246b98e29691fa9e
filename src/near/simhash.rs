//! SimHash fingerprints: 64 bits that differ in few places when two texts
//! share most of their shingles \[Cha02\].

use crate::hash::mix;
use crate::simd::bit_count::majority;

/// Bits in a fingerprint.
pub const BITS: u32 = 64;

/// Returns the fingerprint of a text's shingle hashes, `None` if there are
/// none; `buffer` is memory that is reused.
///
/// Repeated shingles weigh as often as they occur. Fingerprints are compared
/// by the number of bits that differ; those of different seeds have nothing
/// to do with each other. One pass, about 2 ns a shingle.
///
/// # Examples
///
/// ```
/// use leitong::near::simhash::fingerprint;
///
/// let one = fingerprint(&[1, 2, 3], 1, &mut Vec::new());
/// assert_eq!(one, fingerprint(&[3, 1, 2], 1, &mut Vec::new()));
/// assert_eq!(fingerprint(&[], 1, &mut Vec::new()), None);
/// ```
pub fn fingerprint(shingles: &[u64], seed: u64, buffer: &mut Vec<u64>) -> Option<u64> {
    if shingles.is_empty() {
        return None;
    }
    let seed = mix(seed ^ 0x7369_6d68_6173_6821);
    buffer.clear();
    buffer.extend(shingles.iter().map(|shingle| {
        let wide = u128::from(shingle ^ seed) * u128::from(0x9e37_79b9_7f4a_7c15_u64);
        (wide >> 64) as u64 ^ wide as u64
    }));
    Some(majority(buffer))
}

/// Returns the probability that two documents of equal size with this
/// Jaccard similarity differ in at most `max_distance` bits.
///
/// Each bit differs with probability `θ/π`, where `cos θ = 2s/(1 + s)` is
/// the cosine of two equally large sets \[Cha02, §3\].
pub fn found_probability(similarity: f64, max_distance: u32) -> f64 {
    let cosine = (2.0 * similarity / (1.0 + similarity)).clamp(0.0, 1.0);
    let p = cosine.acos() / std::f64::consts::PI;
    let mut term = (1.0 - p).powi(BITS as i32);
    let mut sum = term;
    for k in 1..=max_distance.min(BITS) {
        term *= f64::from(BITS - k + 1) / f64::from(k) * p / (1.0 - p);
        sum += term;
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_grows_with_what_two_sets_do_not_share() {
        const TRIALS: u64 = 300;
        for (len, shared) in [(1000u64, 950u64), (1000, 500), (1000, 0)] {
            let mut sum = 0;
            for trial in 0..TRIALS {
                let member = |i: u64| mix(i ^ mix(trial * 77));
                let a: Vec<u64> = (0..len).map(member).collect();
                let b: Vec<u64> = (len - shared..2 * len - shared).map(member).collect();
                let buffer = &mut Vec::new();
                let bits =
                    |set: &[u64], buffer: &mut Vec<u64>| fingerprint(set, trial, buffer).unwrap();
                sum += (bits(&a, buffer) ^ bits(&b, buffer)).count_ones();
            }
            let expected = 64.0 * (shared as f64 / len as f64).acos() / std::f64::consts::PI;
            let mean = f64::from(sum) / TRIALS as f64;
            let p = expected / 64.0;
            // Bits of one pair are not independent, so the bound is for pairs.
            let standard = (64.0 * p * (1.0 - p) / TRIALS as f64).sqrt();
            assert!(
                (mean - expected).abs() < 4.0 * standard + 0.5,
                "{shared}: {mean}, {expected}"
            );
        }
    }

    #[test]
    fn fingerprint_of_a_known_set_never_changes() {
        let set = [mix(1), mix(2), mix(3)];
        assert_eq!(
            fingerprint(&set, 1, &mut Vec::new()),
            Some(0x647e_bb94_c7b3_12ba)
        );
    }

    #[test]
    fn probabilities_are_those_of_the_binomial() {
        assert_eq!(found_probability(1.0, 0), 1.0);
        assert!((found_probability(0.3, 64) - 1.0).abs() < 1e-9);
        assert!(found_probability(0.8, 3) < 0.05);
        assert!(found_probability(0.8, 20) > 0.999);
    }
}
