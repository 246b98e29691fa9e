//! Bits of words and marks of characters, eight words or 32 characters at a time.

use std::arch::x86_64::*;

use crate::simd::common_bits::{self, Row};
use crate::simd::digits::{Others, SLOTS};
use crate::simd::{digits, one_sided};

/// How far to the right the slot of a character stands in its product.
const SLOT_SHIFT: u32 = u16::BITS - SLOTS.ilog2();

/// Counts as [`one_sided::count`] does.
///
/// # Safety
///
/// The processor must have what [`super::can_count`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vpopcntdq")]
pub(in crate::simd) unsafe fn one_sided(left: &[u64], right: &[u64]) -> [usize; 2] {
    one_sided::plain(left, right)
}

/// Counts as [`common_bits::count`] does.
///
/// # Safety
///
/// The processor must have what [`super::can_count`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vpopcntdq")]
pub(in crate::simd) unsafe fn common_bits(row: &Row, rows: &[Row], counts: &mut [u32]) {
    common_bits::plain(row, rows, counts);
}

/// Marks as [`digits::mark`] does.
///
/// # Safety
///
/// The processor must have what [`super::is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw")]
pub(in crate::simd) unsafe fn mark_digits(units: &[u16], others: &Others, marks: &mut Vec<u64>) {
    // SAFETY: the array holds the 64 bytes that are read.
    let slots = unsafe { _mm512_loadu_si512(others.slots.as_ptr().cast()) };
    let multiplier = _mm512_set1_epi16(others.multiplier as i16);
    let (zero, ten) = (_mm512_set1_epi16(0x30), _mm512_set1_epi16(10));
    digits::each_block(units, marks, |block| {
        let marks_of = |half: &[u16; 32]| {
            // SAFETY: the array holds the 64 bytes that are read.
            let units = unsafe { _mm512_loadu_si512(half.as_ptr().cast()) };
            let is_digit = _mm512_cmplt_epu16_mask(_mm512_sub_epi16(units, zero), ten);
            let slot = _mm512_srli_epi16::<SLOT_SHIFT>(_mm512_mullo_epi16(units, multiplier));
            let other = _mm512_permutexvar_epi16(slot, slots);
            u64::from(is_digit | _mm512_cmpeq_epi16_mask(units, other))
        };
        let halves = block.as_chunks::<32>().0;
        marks_of(&halves[0]) | marks_of(&halves[1]) << 32
    });
}
