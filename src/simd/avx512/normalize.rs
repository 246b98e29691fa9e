//! Normalized characters, sixteen at a time, or up to 64 of ASCII.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use crate::simd::normalize_run;
use crate::simd::normalize_run::{Room, ends_with_digit};

/// Bytes of sixteen characters of three bytes each.
const SIXTEEN: usize = 48;

/// Characters in a row below which the scalar loop is as fast.
const FEWEST: u32 = 4;

/// Characters of ASCII in a row from which on they are taken by bytes.
const FEWEST_ASCII: u32 = 16;

/// Bytes that the scalar loop takes where the vectors can't go on.
const PLAIN_STRIDE: usize = 12;

/// Normalizes as [`normalize_run::run`] does; is fastest where `room` has
/// [`SLACK`](normalize_run::SLACK) units more than bytes are read.
///
/// # Safety
///
/// The processor must have what [`super::can_normalize`] asks for.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,popcnt")]
pub(in crate::simd) unsafe fn normalize<const SPANS: bool>(
    bytes: &[u8],
    mut at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    after_digit: bool,
    room: &mut Room<'_>,
) -> (usize, usize) {
    let ascii = ascii_table(table);
    let mut len = 0;
    while at < stop {
        // SAFETY: the units before `len` were written.
        let digit = unsafe { ends_with_digit(room.units, len, after_digit) };
        (at, len) = normalize_blocks::<SPANS>(bytes, (at, stop), table, ascii, digit, room, len);
        // SAFETY: as above.
        let digit = unsafe { ends_with_digit(room.units, len, after_digit) };
        let end = (at + PLAIN_STRIDE).min(stop);
        // SAFETY: as above.
        (at, len) = unsafe { normalize_run::run::<SPANS>(bytes, at, end, table, digit, room, len) };
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
fn normalize_blocks<const SPANS: bool>(
    bytes: &[u8],
    (mut at, stop): (usize, usize),
    table: &[u16; 0x1_0000],
    ascii: [__m512i; 2],
    after_digit: bool,
    room: &mut Room<'_>,
    mut len: usize,
) -> (usize, usize) {
    let Room {
        units: out,
        starts,
        ends,
    } = room;
    // Spans are written by sixteen, and room for them is room for units.
    let room = match SPANS {
        true => out.len().min(starts.len()).min(ends.len()),
        false => out.len(),
    };
    let out = &mut out[..room];
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
                if SPANS {
                    let mut from = len;
                    for nth in 0..4 {
                        let keep = (taken.keep >> (16 * nth)) as u16;
                        // SAFETY: 16 spans from here on lie in the 64 for which there is
                        // room: each block that is kept has as many or fewer.
                        unsafe { write_spans(at + 16 * nth, 1, keep, from, starts, ends) };
                        from += keep.count_ones() as usize;
                    }
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
        if SPANS {
            // SAFETY: there is room for sixteen.
            unsafe { write_spans(at, width, keep, len, starts, ends) };
        }
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

/// Writes the spans of those of sixteen characters that are kept, which have
/// `width` bytes each, from the span with index `len` on.
///
/// # Safety
///
/// There must be room for sixteen spans there.
#[inline]
#[target_feature(enable = "avx512f")]
unsafe fn write_spans(
    at: usize,
    width: usize,
    keep: u16,
    len: usize,
    starts: &mut [MaybeUninit<u32>],
    ends: &mut [MaybeUninit<u32>],
) {
    debug_assert!(len + 16 <= starts.len() && len + 16 <= ends.len());
    let nth = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    let width = _mm512_set1_epi32(width as i32);
    let from = _mm512_add_epi32(_mm512_set1_epi32(at as i32), _mm512_mullo_epi32(nth, width));
    let from = _mm512_maskz_compress_epi32(keep, from);
    // SAFETY: the caller says that the 64 bytes lie in each slice.
    unsafe {
        _mm512_storeu_si512(starts.as_mut_ptr().add(len).cast(), from);
        _mm512_storeu_si512(
            ends.as_mut_ptr().add(len).cast(),
            _mm512_add_epi32(from, width),
        );
    }
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
