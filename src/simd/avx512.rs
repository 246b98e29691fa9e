//! Eight numbers or sixteen characters at a time, on processors with AVX-512.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use crate::simd::normalize_run::ends_with_digit;
use crate::simd::window_hash::xxh3::{FACTOR, FLIP_HIGH, FLIP_LOW};
use crate::simd::{normalize_run, scatter_min, window_hash};

/// Returns whether the processor has what hashing and scattering need.
#[inline]
pub(crate) fn is_here() -> bool {
    std::arch::is_x86_feature_detected!("avx512f")
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
        && std::arch::is_x86_feature_detected!("popcnt")
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

/// Appends the hashes of windows as [`window_hash::append`] does; windows have
/// 5 to 8 units.
///
/// # Safety
///
/// The processor must have what [`is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
pub(super) unsafe fn hash_windows(units: &[u16], len: usize, hashes: &mut Vec<u64>) {
    hashes.reserve(units.len());
    let at = each_eight(units, len, |_, hash| {
        let mut eight = [0u64; 8];
        // SAFETY: the array holds the 64 bytes that are written.
        unsafe { _mm512_storeu_si512(eight.as_mut_ptr().cast(), hash) };
        hashes.extend_from_slice(&eight);
    });
    window_hash::plain(&units[at..], len, hashes);
}

/// Appends those hashes of windows of which no bit of `mask` is set; windows
/// have 5 to 8 units.
///
/// # Safety
///
/// The processor must have what [`is_here`] asks for, and `popcnt`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,popcnt")]
pub(super) unsafe fn sample_windows(units: &[u16], len: usize, mask: u64, hashes: &mut Vec<u64>) {
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
/// The processor must have what [`is_here`] asks for, and `popcnt`.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,popcnt")]
pub(super) unsafe fn sample_places(units: &[u16], len: usize, mask: u64, places: &mut Vec<u64>) {
    let unwanted = _mm512_set1_epi64(mask as i64);
    let first = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    let at = each_eight(units, len, |at, hash| {
        let here = _mm512_add_epi64(first, _mm512_set1_epi64(at as i64));
        append_chosen(places, _mm512_testn_epi64_mask(hash, unwanted), here);
    });
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

/// Lowers slots as [`scatter_min::scatter`] does; there are fewer than 2³².
///
/// # Safety
///
/// The processor must have what [`is_here`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq")]
pub(super) unsafe fn scatter(slots: &mut [u64], shingles: &[u64], round: u64, seed: u64) {
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
        for (place, value) in places.as_flattened().iter().zip(values.as_flattened()) {
            // With a check the compiler branches on the minimum too, which is
            // twice as slow as all of the rest.
            // SAFETY: a number below 2³², times the count, over 2³², is less
            // than the count.
            let slot = unsafe { slots.get_unchecked_mut(*place as usize) };
            *slot = (*slot).min(*value);
        }
    }
    scatter_min::plain(slots, rest, round, seed);
}

/// Bytes of sixteen characters of three bytes each.
const SIXTEEN: usize = 48;

/// Characters in a row below which the scalar loop is as fast.
const FEWEST: u32 = 4;

/// Characters of ASCII in a row from which on they are taken by bytes.
const FEWEST_ASCII: u32 = 16;

/// Bytes that the scalar loop takes where the vectors can't go on.
const PLAIN_STRIDE: usize = 12;

/// Normalizes as [`normalize_run::run`] does; is fastest where `out` has
/// [`SLACK`](normalize_run::SLACK) units more than bytes are read.
///
/// # Safety
///
/// The processor must have what [`can_normalize`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
pub(super) unsafe fn normalize(
    bytes: &[u8],
    mut at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    after_digit: bool,
    out: &mut [MaybeUninit<u16>],
) -> (usize, usize) {
    let ascii = ascii_table(table);
    let mut len = 0;
    while at < stop {
        // SAFETY: the units before `len` were written.
        let digit = unsafe { ends_with_digit(out, len, after_digit) };
        let rest = &mut out[len..];
        let (next, more) = normalize_blocks(bytes, at, stop, table, ascii, digit, rest);
        (at, len) = (next, len + more);
        // SAFETY: as above.
        let digit = unsafe { ends_with_digit(out, len, after_digit) };
        let end = (at + PLAIN_STRIDE).min(stop);
        // SAFETY: as above.
        (at, len) = unsafe {
            normalize_run::run::<false>(bytes, at, end, table, digit, out, len, &mut [], &mut [])
        };
        if at < end {
            break;
        }
    }
    (at, len)
}

/// Returns the units of ASCII as bytes; those of 128 and above stand for units
/// that need the table.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn ascii_table(table: &[u16; 0x1_0000]) -> [__m512i; 2] {
    let narrow = |from: usize| {
        let units: &[u16] = &table[from..from + 32];
        // SAFETY: the slice holds the 64 bytes that are read.
        _mm512_cvtusepi16_epi8(unsafe { _mm512_loadu_si512(units.as_ptr().cast()) })
    };
    let join = |low, high| _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
    [join(narrow(0), narrow(32)), join(narrow(64), narrow(96))]
}

/// Normalizes sixteen characters at a time, as long as all have three bytes, or
/// up to 64 that all have one, and none is special.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
fn normalize_blocks(
    bytes: &[u8],
    mut at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    ascii: [__m512i; 2],
    after_digit: bool,
    out: &mut [MaybeUninit<u16>],
) -> (usize, usize) {
    let mut after_digit = u16::from(after_digit);
    // The last byte of a character below, the middle one above it; then the
    // first one below a byte that is zero.
    let tails = _mm256_setr_epi8(
        2, 1, 5, 4, 8, 7, 11, 10, 14, 13, 17, 16, 20, 19, 23, 22, //
        26, 25, 29, 28, 32, 31, 35, 34, 38, 37, 41, 40, 44, 43, 47, 46,
    );
    let heads = _mm256_setr_epi8(
        0, 63, 3, 63, 6, 63, 9, 63, 12, 63, 15, 63, 18, 63, 21, 63, //
        24, 63, 27, 63, 30, 63, 33, 63, 36, 63, 39, 63, 42, 63, 45, 63,
    );
    let mut len = 0;
    while at < stop {
        if bytes[at] < 0x80
            && let (Some(block), Some(output)) =
                (bytes.get(at..at + 64), out.get_mut(len..len + 64))
        {
            // SAFETY: the slice holds the 64 bytes that are read.
            let block = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
            let count = _mm512_movepi8_mask(block).trailing_zeros();
            if count >= FEWEST_ASCII {
                let taken = ascii_block(block, count, table, ascii, u64::from(after_digit));
                if taken.characters < FEWEST {
                    break;
                }
                let kept = _mm512_maskz_compress_epi8(taken.keep, taken.values);
                let low = _mm512_cvtepu8_epi16(_mm512_castsi512_si256(kept));
                let high = _mm512_cvtepu8_epi16(_mm512_extracti64x4_epi64(kept, 1));
                // SAFETY: the slice holds the 128 bytes that are written.
                unsafe {
                    let output: *mut __m512i = output.as_mut_ptr().cast();
                    _mm512_storeu_si512(output, low);
                    _mm512_storeu_si512(output.add(1), high);
                }
                after_digit = u16::from(taken.ends_with_digit);
                len += taken.keep.count_ones() as usize;
                at += match taken.characters {
                    64 => 64,
                    fewer => fewer as usize,
                };
                continue;
            }
        }
        let (Some(block), Some(output)) = (bytes.get(at..at + SIXTEEN), out.get_mut(len..len + 16))
        else {
            break;
        };
        // SAFETY: the mask lets the 48 bytes of the slice be read, no more;
        // the others are zero.
        let block = unsafe { _mm512_maskz_loadu_epi8((1 << SIXTEEN) - 1, block.as_ptr().cast()) };
        let pick = |places| {
            let places = _mm512_castsi256_si512(places);
            _mm512_castsi512_si256(_mm512_permutexvar_epi8(places, block))
        };
        let head = pick(heads);
        let of_three = _mm256_cmpeq_epi16_mask(
            _mm256_and_si256(head, _mm256_set1_epi16(0xF0)),
            _mm256_set1_epi16(0xE0),
        );
        let (codes, characters, width) = if of_three & 1 == 1 {
            let tail = pick(tails);
            let last = _mm256_and_si256(tail, _mm256_set1_epi16(0x3F));
            let middle = _mm256_and_si256(_mm256_srli_epi16(tail, 2), _mm256_set1_epi16(0xFC0));
            let first = _mm256_slli_epi16(head, 12);
            let codes = _mm256_or_si256(first, _mm256_or_si256(middle, last));
            (codes, of_three.trailing_ones(), 3)
        } else {
            let beyond = _mm512_movepi8_mask(block) | 1 << 16;
            let codes = _mm256_cvtepu8_epi16(_mm512_castsi512_si128(block));
            (codes, beyond.trailing_zeros(), 1)
        };
        if characters < FEWEST {
            break;
        }
        let mut code = [0u16; 16];
        // SAFETY: the array holds the 32 bytes that are written.
        unsafe { _mm256_storeu_si256(code.as_mut_ptr().cast(), codes) };
        let to = |at: usize| table[usize::from(code[at])] as i16;
        #[rustfmt::skip]
        let values = _mm256_setr_epi16(
            to(0), to(1), to(2), to(3), to(4), to(5), to(6), to(7),
            to(8), to(9), to(10), to(11), to(12), to(13), to(14), to(15),
        );
        let special = _mm256_cmpeq_epi16_mask(
            _mm256_and_si256(values, _mm256_set1_epi16(0xF800_u16 as i16)),
            _mm256_set1_epi16(0xD800_u16 as i16),
        );
        let mut mask = ((1u32 << characters) - 1) as u16;
        let mut characters = characters;
        let there = _mm256_test_epi16_mask(values, values);
        let from_zero = _mm256_sub_epi16(values, _mm256_set1_epi16(i16::from(b'0')));
        let digits = _mm256_cmplt_epu16_mask(from_zero, _mm256_set1_epi16(10)) & mask;
        let mut rare = special & mask;
        // By branches, which are foreseen, so that the next step need not wait
        // for this one.
        if digits | after_digit != 0 {
            // What is dropped after a digit needs more, too, unless a letter
            // follows, in this block, after one or two that are dropped.
            let letters = there & !digits & !special & mask;
            let soon = letters | (!there & letters >> 1);
            rare |= !there & (digits << 1 | after_digit) & !(soon >> 1) & mask;
            after_digit = digits >> (characters - 1) & 1;
        }
        if rare != 0 {
            characters = rare.trailing_zeros();
            if characters < FEWEST {
                break;
            }
            mask = ((1u32 << characters) - 1) as u16;
            after_digit = digits >> (characters - 1) & 1;
        }
        let keep = there & mask;
        let kept = _mm256_maskz_compress_epi16(keep, values);
        // SAFETY: the slice holds the 32 bytes that are written.
        unsafe { _mm256_storeu_si256(output.as_mut_ptr().cast(), kept) };
        len += keep.count_ones() as usize;
        // By a branch, which is foreseen, so that the next step need not
        // wait for this one's count.
        at += width
            * if characters == 16 {
                16
            } else {
                characters as usize
            };
    }
    (at, len)
}

/// What becomes of a block of ASCII.
struct AsciiBlock {
    /// The units of its characters.
    values: __m512i,
    /// Those of them that stay.
    keep: u64,
    /// How many of its characters, from the first on, need nothing more.
    characters: u32,
    /// Whether the last of these is a digit.
    ends_with_digit: bool,
}

/// Maps the first `count` bytes of a block, which are ASCII.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
fn ascii_block(
    block: __m512i,
    count: u32,
    table: &[u16; 0x1_0000],
    ascii: [__m512i; 2],
    after_digit: u64,
) -> AsciiBlock {
    let first = |count: u32| u64::MAX >> (64 - count);
    let mut mask = first(count);
    let values = _mm512_permutex2var_epi8(ascii[0], block, ascii[1]);
    let special = _mm512_movepi8_mask(values);
    let there = _mm512_test_epi8_mask(values, values);
    let from_zero = _mm512_sub_epi8(values, _mm512_set1_epi8(b'0' as i8));
    let digits = _mm512_cmplt_epu8_mask(from_zero, _mm512_set1_epi8(10)) & mask;
    let mut rare = special & mask;
    let mut dropped = !there;
    if rare != 0 && table[usize::from(b'-')] == normalize_run::HYPHEN {
        // Hyphens between letters are dropped.
        let hyphens = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8(b'-' as i8));
        let small = _mm512_or_si512(block, _mm512_set1_epi8(0x20));
        let from_a = _mm512_sub_epi8(small, _mm512_set1_epi8(b'a' as i8));
        let letters = _mm512_cmplt_epu8_mask(from_a, _mm512_set1_epi8(26));
        let in_words = hyphens & (letters << 1) & (letters >> 1);
        rare &= !in_words;
        dropped |= in_words;
    }
    if digits | after_digit != 0 {
        // As in blocks of other characters.
        let letters = there & !digits & !special & mask;
        let soon = letters | (!there & letters >> 1);
        rare |= !there & (digits << 1 | after_digit) & !(soon >> 1) & mask;
    }
    let mut characters = count;
    if rare != 0 {
        characters = rare.trailing_zeros();
        mask = match characters {
            0 => 0,
            some => first(some),
        };
    }
    AsciiBlock {
        values,
        keep: !dropped & mask,
        characters,
        ends_with_digit: digits & mask & !(mask >> 1) != 0,
    }
}
