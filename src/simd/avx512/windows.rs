//! Hashes of windows, eight at a time.

use std::arch::x86_64::*;

use super::multiply_and_xor;
use crate::simd::window_hash;
use crate::simd::window_hash::xxh3::{FACTOR, FLIP_HIGH, FLIP_LOW};

/// Appends the hashes of windows as [`window_hash::append`] does; windows have
/// 5 to 8 units.
///
/// # Safety
///
/// The processor must have what [`super::is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
pub(in crate::simd) unsafe fn hash_windows(units: &[u16], len: usize, hashes: &mut Vec<u64>) {
    hashes.reserve(units.len());
    let at = each_eight(units, len, |_, hash| {
        let before = hashes.len();
        hashes.reserve(8);
        // SAFETY: the vector has room for the eight numbers that are written.
        unsafe {
            _mm512_storeu_si512(hashes.as_mut_ptr().add(before).cast(), hash);
            hashes.set_len(before + 8);
        }
    });
    window_hash::plain(&units[at..], len, hashes);
}

/// Appends those hashes of windows of which no bit of `mask` is set; windows
/// have 5 to 8 units.
///
/// # Safety
///
/// The processor must have what [`super::is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,popcnt")]
pub(in crate::simd) unsafe fn sample_windows(
    units: &[u16],
    len: usize,
    mask: u64,
    hashes: &mut Vec<u64>,
) {
    let unwanted = _mm512_set1_epi64(mask as i64);
    let at = each_eight(units, len, |_, hash| {
        append_chosen(hashes, _mm512_testn_epi64_mask(hash, unwanted), hash);
    });
    window_hash::sample_plain(&units[at..], len, mask, hashes);
}

/// Appends the places where these windows begin.
///
/// # Safety
///
/// The processor must have what [`super::is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,popcnt")]
pub(in crate::simd) unsafe fn sample_places(
    units: &[u16],
    len: usize,
    mask: u64,
    places: &mut Vec<u64>,
) {
    let unwanted = _mm512_set1_epi64(mask as i64);
    let first = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    let at = each_eight(units, len, |at, hash| {
        let here = _mm512_add_epi64(first, _mm512_set1_epi64(at as i64));
        append_chosen(places, _mm512_testn_epi64_mask(hash, unwanted), here);
    });
    window_hash::places_plain(units, at, len, mask, places);
}

/// Appends those hashes of windows, and the places where these begin.
///
/// # Safety
///
/// The processor must have what [`super::is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,popcnt")]
pub(in crate::simd) unsafe fn sample_windows_and_places(
    units: &[u16],
    len: usize,
    mask: u64,
    (hashes, places): (&mut Vec<u64>, &mut Vec<u64>),
) {
    let unwanted = _mm512_set1_epi64(mask as i64);
    let first = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    let at = each_eight(units, len, |at, hash| {
        let here = _mm512_add_epi64(first, _mm512_set1_epi64(at as i64));
        let chosen = _mm512_testn_epi64_mask(hash, unwanted);
        append_chosen(hashes, chosen, hash);
        append_chosen(places, chosen, here);
    });
    window_hash::sample_plain(&units[at..], len, mask, hashes);
    window_hash::places_plain(units, at, len, mask, places);
}

/// Appends those of eight numbers that are chosen.
#[inline]
#[target_feature(enable = "avx512f,popcnt")]
fn append_chosen(numbers: &mut Vec<u64>, chosen: __mmask8, eight: __m512i) {
    let len = numbers.len();
    numbers.reserve(8);
    // SAFETY: the vector has room for eight more numbers, all of which are
    // written; those chosen come first, and the length counts them alone.
    unsafe {
        let to = numbers.as_mut_ptr().add(len);
        _mm512_storeu_si512(to.cast(), _mm512_maskz_compress_epi64(chosen, eight));
        numbers.set_len(len + chosen.count_ones() as usize);
    }
}

/// Calls `found` with eight windows in a row after another, the place of the
/// first and the hashes of all, and returns the place of the first window that
/// is left.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
fn each_eight(units: &[u16], len: usize, mut found: impl FnMut(usize, __m512i)) -> usize {
    assert!((5..=8).contains(&len), "one formula of XXH3");
    let (flip_low, flip_high) = (
        _mm512_set1_epi64(FLIP_LOW as i64),
        _mm512_set1_epi64(FLIP_HIGH as i64),
    );
    let bytes = _mm512_set1_epi64(2 * len as i64);
    // Four units from each of eight places in a row.
    let first_four = _mm512_setr_epi64(
        0x0003_0002_0001_0000,
        0x0004_0003_0002_0001,
        0x0005_0004_0003_0002,
        0x0006_0005_0004_0003,
        0x0007_0006_0005_0004,
        0x0008_0007_0006_0005,
        0x0009_0008_0007_0006,
        0x000a_0009_0008_0007,
    );
    let last_four = _mm512_add_epi16(first_four, _mm512_set1_epi16(len as i16 - 4));
    let swapped = _mm512_broadcast_i32x4(_mm_setr_epi8(
        7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8,
    ));
    let mut at = 0;
    // Each step looks at 16 units; the last it needs is number 7 + 8.
    while let Some(sixteen) = units.get(at..at + 16) {
        // SAFETY: the slice holds the 32 bytes that are read.
        let sixteen = unsafe { _mm256_loadu_si256(sixteen.as_ptr().cast()) };
        let sixteen = _mm512_castsi256_si512(sixteen);
        let x = _mm512_xor_si512(_mm512_permutexvar_epi16(first_four, sixteen), flip_low);
        let y = _mm512_xor_si512(_mm512_permutexvar_epi16(last_four, sixteen), flip_high);
        let product = multiply_and_xor(x, y, _mm512_srli_epi64(y, 32));
        let mut hash = _mm512_add_epi64(
            _mm512_add_epi64(_mm512_shuffle_epi8(x, swapped), y),
            _mm512_add_epi64(product, bytes),
        );
        hash = _mm512_xor_si512(hash, _mm512_srli_epi64(hash, 37));
        hash = _mm512_mullo_epi64(hash, _mm512_set1_epi64(FACTOR as i64));
        hash = _mm512_xor_si512(hash, _mm512_srli_epi64(hash, 32));
        found(at, hash);
        at += 8;
    }
    at
}
