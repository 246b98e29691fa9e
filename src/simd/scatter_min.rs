//! Scatters shingles over slots, each of which keeps its least value.

/// Bits of a slot's value that come from the draw; the round stands above.
pub(crate) const VALUE_BITS: u32 = 40;

/// Odd, and its bits are those of the golden ratio.
pub(super) const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// Returns 64 random bits for a shingle and a round's seed.
///
/// XXH3 has mixed the shingle already, so one multiplication is enough, its
/// two halves xored.
#[inline(always)]
pub(crate) fn draw(shingle: u64, seed: u64) -> u64 {
    let wide = u128::from(shingle ^ seed) * u128::from(FACTOR);
    (wide >> 64) as u64 ^ wide as u64
}

/// Returns the value that a draw offers a slot; an earlier round's is less.
#[inline(always)]
pub(crate) fn value(round: u64, draw: u64) -> u64 {
    (round << VALUE_BITS) | (draw & ((1 << VALUE_BITS) - 1))
}

/// Lowers the slot that each shingle draws to the value that it draws.
///
/// The upper half of a draw picks the slot, the lower 40 bits are the value;
/// the few that both see do no harm to the order in a slot.
///
/// # Panics
///
/// Panics if there are 2³² slots or more.
pub(crate) fn scatter(slots: &mut [u64], shingles: &[u64], round: u64, seed: u64) {
    assert!(
        u32::try_from(slots.len()).is_ok(),
        "slots are picked by 32 bits"
    );
    #[cfg(target_arch = "x86_64")]
    {
        use crate::simd::{avx2, avx512};
        if avx512::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx512::scatter(slots, shingles, round, seed) };
        }
        if avx2::is_here() {
            // SAFETY: the processor was just asked.
            return unsafe { avx2::scatter(slots, shingles, round, seed) };
        }
    }
    plain(slots, shingles, round, seed);
}

/// The scalar loop, which defines the result; the vector loops end with it.
pub(super) fn plain(slots: &mut [u64], shingles: &[u64], round: u64, seed: u64) {
    let count = slots.len() as u64;
    for &shingle in shingles {
        let draw = draw(shingle, seed);
        let slot = &mut slots[(((draw >> 32) * count) >> 32) as usize];
        *slot = (*slot).min(value(round, draw));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn kernels_scatter_as_the_scalar_loop_does() {
        for slots in [1, 2, 3, 128, 210, 1000] {
            for count in (0..70).chain([1000]) {
                let shingles: Vec<u64> = (0..count).map(|at| mix(at ^ count << 32)).collect();
                let mut truth = vec![u64::MAX; slots];
                let mut found = truth.clone();
                for round in 0..3 {
                    plain(&mut truth, &shingles, round, mix(round));
                    scatter(&mut found, &shingles, round, mix(round));
                }
                assert_eq!(found, truth, "{slots} slots, {count} shingles");
                #[cfg(target_arch = "x86_64")]
                if crate::simd::avx2::is_here() {
                    let mut found = vec![u64::MAX; slots];
                    for round in 0..3 {
                        // SAFETY: the processor was just asked.
                        unsafe {
                            crate::simd::avx2::scatter(&mut found, &shingles, round, mix(round))
                        };
                    }
                    assert_eq!(found, truth, "avx2: {slots} slots, {count} shingles");
                }
            }
        }
    }
}
