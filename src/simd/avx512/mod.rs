//! Eight numbers or sixteen characters at a time, on processors with AVX-512.

mod bits;
mod normalize;
mod scatter;
mod windows;

use std::arch::x86_64::*;

pub(super) use bits::{common_bits, mark_digits, one_sided};
pub(super) use normalize::normalize;
pub(super) use scatter::scatter;
pub(super) use windows::{hash_windows, sample_places, sample_windows, sample_windows_and_places};

/// Returns whether the processor has what hashing and scattering need.
#[inline]
pub(crate) fn is_here() -> bool {
    std::arch::is_x86_feature_detected!("popcnt")
        && std::arch::is_x86_feature_detected!("avx512f")
        && std::arch::is_x86_feature_detected!("avx512bw")
        && std::arch::is_x86_feature_detected!("avx512dq")
}

/// Returns whether the processor has what normalizing needs.
#[inline]
pub(crate) fn can_normalize() -> bool {
    is_here()
        && std::arch::is_x86_feature_detected!("avx512vl")
        && std::arch::is_x86_feature_detected!("avx512vbmi")
        && std::arch::is_x86_feature_detected!("avx512vbmi2")
}

/// Returns whether the processor counts the bits of words in vectors.
#[inline]
pub(crate) fn can_count() -> bool {
    is_here() && std::arch::is_x86_feature_detected!("avx512vpopcntdq")
}

/// Returns the two halves of each 128-bit product, one xored into the other;
/// `b_high` is `b >> 32`.
#[inline]
#[target_feature(enable = "avx512f")]
fn multiply_and_xor(a: __m512i, b: __m512i, b_high: __m512i) -> __m512i {
    let lower = _mm512_set1_epi64(0xffff_ffff);
    let a_high = _mm512_srli_epi64(a, 32);
    let low = _mm512_mul_epu32(a, b);
    let cross = _mm512_add_epi64(_mm512_mul_epu32(a_high, b), _mm512_srli_epi64(low, 32));
    let middle = _mm512_add_epi64(_mm512_mul_epu32(a, b_high), _mm512_and_si512(cross, lower));
    let high = _mm512_add_epi64(
        _mm512_mul_epu32(a_high, b_high),
        _mm512_add_epi64(_mm512_srli_epi64(cross, 32), _mm512_srli_epi64(middle, 32)),
    );
    let low = _mm512_or_si512(_mm512_slli_epi64(middle, 32), _mm512_and_si512(low, lower));
    _mm512_xor_si512(high, low)
}
