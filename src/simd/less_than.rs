//! Which numbers of a block are below one: a bit each.

/// Numbers in a block, at most: bits of what is returned.
pub(crate) const BLOCK: usize = 32;

/// Returns which of up to [`BLOCK`] numbers are below `limit`; the first one
/// is the lowest bit.
#[inline(always)]
pub(crate) fn plain<T: Copy + PartialOrd>(block: &[T], limit: T) -> u32 {
    let below = |bits, (at, number): (usize, &T)| bits | u32::from(*number < limit) << at;
    block.iter().enumerate().fold(0, below)
}

/// As [`plain`], all at once where the block is full.
#[inline(always)]
pub(crate) fn bytes(block: &[u8], limit: u8) -> u32 {
    #[cfg(target_arch = "x86_64")]
    if let Some(block) = block.first_chunk::<BLOCK>() {
        return full(block, limit);
    }
    plain(block, limit)
}

/// Every processor of this kind has what this takes (SSE2).
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn full(block: &[u8; BLOCK], limit: u8) -> u32 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi8, _mm_max_epu8, _mm_movemask_epi8, _mm_set1_epi8,
    };
    let (halves, _) = block.as_chunks::<16>();
    let [low, high] = [0, 1].map(|half| {
        // SAFETY: all of these are in every processor of this kind.
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
        fn prop_all_at_once_is_one_by_one(
            block in prop::collection::vec(any::<u8>(), 0..=BLOCK), limit in any::<u8>()
        ) {
            prop_assert_eq!(bytes(&block, limit), plain(&block, limit));
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
