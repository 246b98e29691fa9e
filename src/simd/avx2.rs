//! Four numbers at a time, on processors with AVX2.

use std::arch::x86_64::*;
use std::hint::black_box;

use crate::simd::common_bits::{self, Row};
use crate::simd::digits::OTHERS;
use crate::simd::window_hash::xxh3::{FACTOR, FLIP_HIGH, FLIP_LOW};
use crate::simd::{digits, one_sided, scatter_min, window_hash};

/// Returns whether the processor has what this file needs.
#[inline]
pub(crate) fn is_here() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

/// Counts as [`one_sided::count`] does.
///
/// # Safety
///
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn one_sided(left: &[u64], right: &[u64]) -> [usize; 2] {
    one_sided::plain(left, right)
}

/// Counts as [`common_bits::count`] does.
///
/// # Safety
///
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn common_bits(row: &Row, rows: &[Row], counts: &mut [u32]) {
    common_bits::plain(row, rows, counts);
}

/// Marks as [`digits::mark`] does.
///
/// # Safety
///
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn mark_digits(units: &[u16], others: &[u16; OTHERS], marks: &mut Vec<u64>) {
    let others = others.map(|other| _mm256_set1_epi16(other as i16));
    let (below, above) = (_mm256_set1_epi16(0x2f), _mm256_set1_epi16(0x3a));
    digits::each_block(units, marks, |block| {
        let is_one = |sixteen: &[u16; 16]| {
            // SAFETY: the array holds the 32 bytes that are read.
            let units = unsafe { _mm256_loadu_si256(sixteen.as_ptr().cast()) };
            // Units from 0x8000 on are negative here, and below 0 as well.
            let is_digit = _mm256_and_si256(
                _mm256_cmpgt_epi16(units, below),
                _mm256_cmpgt_epi16(above, units),
            );
            others.iter().fold(is_digit, |any, other| {
                _mm256_or_si256(any, _mm256_cmpeq_epi16(units, *other))
            })
        };
        let marks_of = |[low, high]: &[[u16; 16]; 2]| {
            let packed = _mm256_packs_epi16(is_one(low), is_one(high));
            // Packing takes turns between the halves of the two.
            let in_order = _mm256_permute4x64_epi64(packed, 0b11_01_10_00);
            u64::from(_mm256_movemask_epi8(in_order) as u32)
        };
        let halves = block.as_chunks::<16>().0.as_chunks::<2>().0;
        marks_of(&halves[0]) | marks_of(&halves[1]) << 32
    });
}

/// Returns the two halves of each 128-bit product, one xored into the other;
/// `b_high` is `b >> 32`.
#[inline]
#[target_feature(enable = "avx2")]
fn multiply_and_xor(a: __m256i, b: __m256i, b_high: __m256i) -> __m256i {
    let lower = _mm256_set1_epi64x(0xffff_ffff);
    let a_high = _mm256_srli_epi64(a, 32);
    let low = _mm256_mul_epu32(a, b);
    let cross = _mm256_add_epi64(_mm256_mul_epu32(a_high, b), _mm256_srli_epi64(low, 32));
    let middle = _mm256_add_epi64(_mm256_mul_epu32(a, b_high), _mm256_and_si256(cross, lower));
    let high = _mm256_add_epi64(
        _mm256_mul_epu32(a_high, b_high),
        _mm256_add_epi64(_mm256_srli_epi64(cross, 32), _mm256_srli_epi64(middle, 32)),
    );
    let low = _mm256_or_si256(_mm256_slli_epi64(middle, 32), _mm256_and_si256(low, lower));
    _mm256_xor_si256(high, low)
}

/// Returns the lower halves of the products.
#[inline]
#[target_feature(enable = "avx2")]
fn multiply(a: __m256i, b: __m256i, b_high: __m256i) -> __m256i {
    let cross = _mm256_add_epi64(
        _mm256_mul_epu32(_mm256_srli_epi64(a, 32), b),
        _mm256_mul_epu32(a, b_high),
    );
    _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(cross, 32))
}

/// Appends the hashes of windows as [`window_hash::append`] does; windows have
/// 5 to 8 units.
///
/// # Safety
///
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn hash_windows(units: &[u16], len: usize, hashes: &mut Vec<u64>) {
    assert!((5..=8).contains(&len), "one formula of XXH3");
    let (flip_low, flip_high) = (
        _mm256_set1_epi64x(FLIP_LOW as i64),
        _mm256_set1_epi64x(FLIP_HIGH as i64),
    );
    let (factor, factor_high) = (
        _mm256_set1_epi64x(FACTOR as i64),
        _mm256_set1_epi64x((FACTOR >> 32) as i64),
    );
    let bytes = _mm256_set1_epi64x(2 * len as i64);
    // Four units from each of four places in a row.
    let four = _mm256_setr_epi8(
        0, 1, 2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6, 7, 8, 9, //
        4, 5, 6, 7, 8, 9, 10, 11, 6, 7, 8, 9, 10, 11, 12, 13,
    );
    let swapped = _mm256_broadcastsi128_si256(_mm_setr_epi8(
        7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8,
    ));
    hashes.reserve(units.len());
    let mut at = 0;
    // Each step looks at eight units from `at` and eight from `at + len - 4`.
    while at + len + 4 <= units.len() {
        let (first, last) = (&units[at..at + 8], &units[at + len - 4..at + len + 4]);
        // SAFETY: both slices hold the 16 bytes that are read.
        let (first, last) = unsafe {
            (
                _mm_loadu_si128(first.as_ptr().cast()),
                _mm_loadu_si128(last.as_ptr().cast()),
            )
        };
        let pick = |from| _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(from), four);
        let x = _mm256_xor_si256(pick(first), flip_low);
        let y = _mm256_xor_si256(pick(last), flip_high);
        let product = multiply_and_xor(x, y, _mm256_srli_epi64(y, 32));
        let mut hash = _mm256_add_epi64(
            _mm256_add_epi64(_mm256_shuffle_epi8(x, swapped), y),
            _mm256_add_epi64(product, bytes),
        );
        hash = _mm256_xor_si256(hash, _mm256_srli_epi64(hash, 37));
        hash = multiply(hash, factor, factor_high);
        hash = _mm256_xor_si256(hash, _mm256_srli_epi64(hash, 32));
        let mut four = [0u64; 4];
        // SAFETY: the array holds the 32 bytes that are written.
        unsafe { _mm256_storeu_si256(four.as_mut_ptr().cast(), hash) };
        hashes.extend_from_slice(&four);
        at += 4;
    }
    window_hash::plain(&units[at..], len, hashes);
}

/// Lowers slots as [`scatter_min::scatter`] does; there are fewer than 2³².
///
/// # Safety
///
/// The processor must have AVX2.
#[target_feature(enable = "avx2")]
pub(super) unsafe fn scatter(slots: &mut [u64], shingles: &[u64], round: u64, seed: u64) {
    let seeds = _mm256_set1_epi64x(seed as i64);
    let (factor, factor_high) = (
        _mm256_set1_epi64x(scatter_min::FACTOR as i64),
        _mm256_set1_epi64x((scatter_min::FACTOR >> 32) as i64),
    );
    let count = _mm256_set1_epi64x(slots.len() as i64);
    let bits = _mm256_set1_epi64x((1 << scatter_min::VALUE_BITS) - 1);
    let round_above = _mm256_set1_epi64x((round << scatter_min::VALUE_BITS) as i64);
    let (blocks, rest) = shingles.as_chunks::<16>();
    let (mut places, mut values) = ([[0u64; 4]; 4], [[0u64; 4]; 4]);
    for block in blocks {
        let quarters = block.as_chunks::<4>().0;
        for ((quarter, places), values) in quarters.iter().zip(&mut places).zip(&mut values) {
            // SAFETY: each array holds the 32 bytes that are read or written.
            let shingles = unsafe { _mm256_loadu_si256(quarter.as_ptr().cast()) };
            let draws = multiply_and_xor(_mm256_xor_si256(shingles, seeds), factor, factor_high);
            let place = _mm256_mul_epu32(_mm256_srli_epi64(draws, 32), count);
            let value = _mm256_or_si256(_mm256_and_si256(draws, bits), round_above);
            // SAFETY: as above.
            unsafe {
                _mm256_storeu_si256(places.as_mut_ptr().cast(), _mm256_srli_epi64(place, 32));
                _mm256_storeu_si256(values.as_mut_ptr().cast(), value);
            }
        }
        // Through memory, as with AVX-512.
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
