//! Draws of shingles, eight at a time, and the slots that they lower.

use std::arch::x86_64::*;
use std::hint::black_box;

use super::multiply_and_xor;
use crate::simd::scatter_min;

/// Lowers slots as [`scatter_min::scatter`] does; there are fewer than 2³².
///
/// # Safety
///
/// The processor must have what [`super::is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
pub(in crate::simd) unsafe fn scatter(slots: &mut [u64], shingles: &[u64], round: u64, seed: u64) {
    let seeds = _mm512_set1_epi64(seed as i64);
    let (factor, factor_high) = (
        _mm512_set1_epi64(scatter_min::FACTOR as i64),
        _mm512_set1_epi64((scatter_min::FACTOR >> 32) as i64),
    );
    let count = _mm512_set1_epi64(slots.len() as i64);
    let bits = _mm512_set1_epi64((1 << scatter_min::VALUE_BITS) - 1);
    let round_above = _mm512_set1_epi64((round << scatter_min::VALUE_BITS) as i64);
    let (blocks, rest) = shingles.as_chunks::<16>();
    let (mut places, mut values) = ([[0u64; 8]; 2], [[0u64; 8]; 2]);
    for block in blocks {
        let halves = block.as_chunks::<8>().0;
        for ((half, places), values) in halves.iter().zip(&mut places).zip(&mut values) {
            // SAFETY: each array holds the 64 bytes that are read or written.
            let shingles = unsafe { _mm512_loadu_si512(half.as_ptr().cast()) };
            let draws = multiply_and_xor(_mm512_xor_si512(shingles, seeds), factor, factor_high);
            let place = _mm512_mul_epu32(_mm512_srli_epi64(draws, 32), count);
            let value = _mm512_or_si512(_mm512_and_si512(draws, bits), round_above);
            // SAFETY: as above.
            unsafe {
                _mm512_storeu_si512(places.as_mut_ptr().cast(), _mm512_srli_epi64(place, 32));
                _mm512_storeu_si512(values.as_mut_ptr().cast(), value);
            }
        }
        // Through memory: where the compiler takes each lane out of its vector
        // instead, a shingle takes 0.9 ns or 3 ns (measured), maybe by whether
        // the processor expects a slot to be the one that was stored last.
        let (places, values) = black_box((&places, &values));
        for (place, value) in places.as_flattened().iter().zip(values.as_flattened()) {
            // With a check the compiler branches on the minimum too.
            // SAFETY: a number below 2³², times the count, over 2³², is less
            // than the count.
            let slot = unsafe { slots.get_unchecked_mut(*place as usize) };
            *slot = (*slot).min(*value);
        }
    }
    scatter_min::plain(slots, rest, round, seed);
}
