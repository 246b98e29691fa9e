//! Compares a block of numbers with a limit: a bit for each that is less.

/// Most numbers in a block: the bits of the mask.
pub(crate) const BLOCK: usize = 32;

/// Returns the mask of the numbers that are less than `limit`, of up to
/// [`BLOCK`]; the first one has the lowest bit.
#[inline(always)]
pub(crate) fn scalar<T: Copy + PartialOrd>(block: &[T], limit: T) -> u32 {
    let set = |bits, (at, number): (usize, &T)| bits | u32::from(*number < limit) << at;
    block.iter().enumerate().fold(0, set)
}

/// As [`scalar`]; a full block is compared at once.
#[inline(always)]
pub(crate) fn bytes(block: &[u8], limit: u8) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if let Some(block) = block.first_chunk::<BLOCK>() {
        return full(block, limit);
    }
    scalar(block, limit)
}

/// Compares a full block with SSE2, which every x86-64 processor has.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn full(block: &[u8; BLOCK], limit: u8) -> u32 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_max_epu8, _mm_movemask_epi8, _mm_set1_epi8,
    };
    let (halves, _) = block.as_chunks::<16>();
    let [low, high] = [0, 1].map(|half| {
        // SAFETY: every x86-64 processor has SSE2.
        unsafe {
            let numbers: __m128i = std::mem::transmute(halves[half]);
            let at_least =
                _mm_cmpeq_epi8(_mm_max_epu8(numbers, _mm_set1_epi8(limit as i8)), numbers);
            !_mm_movemask_epi8(at_least) as u16
        }
    });
    u32::from(low) | u32::from(high) << 16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_block_at_once_gives_the_mask_of_one_by_one(
            block in prop::collection::vec(any::<u8>(), 0..=BLOCK), limit in any::<u8>()
        ) {
            prop_assert_eq!(bytes(&block, limit), scalar(&block, limit));
        }

        #[test]
        fn prop_each_bit_is_its_number(
            block in prop::collection::vec(0_u8..4, BLOCK), limit in 0_u8..5
        ) {
            let bits = bytes(&block, limit);
            for (at, number) in block.into_iter().enumerate() {
                prop_assert_eq!(bits >> at & 1 == 1, number < limit);
            }
        }
    }
}
