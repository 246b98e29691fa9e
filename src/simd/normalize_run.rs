//! Decodes UTF-8 and maps it through a table, as long as the characters are
//! plain.

use std::mem::MaybeUninit;

/// Most bytes that are decoded before the output grows again; bounds the
/// memory that a text of a gigabyte takes beyond its result.
const STRIDE: usize = 1 << 14;

/// Units that the output has room for beyond one for each byte: kernels write
/// whole vectors.
pub(super) const SLACK: usize = 64;

/// The value of a hyphen, which is dropped between letters of ASCII and needs
/// more elsewhere.
pub(crate) const HYPHEN: u16 = 0xD805;

#[inline(always)]
fn is_special(value: u16) -> bool {
    value & 0xF800 == 0xD800
}

/// Returns whether a unit is an ASCII digit.
#[inline(always)]
pub(crate) fn is_digit(unit: u16) -> bool {
    unit.wrapping_sub(u16::from(b'0')) < 10
}

/// Returns whether a digit comes last of the first `len` units, given whether
/// one stands before them.
///
/// # Safety
///
/// The first `len` units must have been written.
#[inline(always)]
pub(super) unsafe fn ends_with_digit(out: &[MaybeUninit<u16>], len: usize, before: bool) -> bool {
    match out[..len].last() {
        // SAFETY: the caller says so.
        Some(last) => is_digit(unsafe { last.assume_init() }),
        None => before,
    }
}

/// Room for units, and for the byte span of each unit's character; of spans
/// there may be none, where none are asked for.
pub(super) struct Room<'a> {
    pub(super) units: &'a mut [MaybeUninit<u16>],
    pub(super) starts: &'a mut [MaybeUninit<u32>],
    pub(super) ends: &'a mut [MaybeUninit<u32>],
}

impl<'a> Room<'a> {
    fn without_spans(units: &'a mut [MaybeUninit<u16>]) -> Self {
        Room {
            units,
            starts: &mut [],
            ends: &mut [],
        }
    }
}

/// Maps the characters from `at` on and appends the units to `out`; returns the offset of
/// the first character whose table value is a surrogate (or that needs four
/// bytes, or that is dropped between a digit and what may be another), or the
/// length of `bytes`.
///
/// `bytes` must be UTF-8; if it is not, the result is meaningless but safe.
pub(crate) fn units(
    bytes: &[u8],
    at: usize,
    table: &[u16; 0x1_0000],
    mut after_digit: bool,
    out: &mut Vec<u16>,
) -> usize {
    let mut at = at;
    loop {
        let stop = (at + STRIDE).min(bytes.len());
        // One unit for each byte is the most that can come.
        out.reserve(stop - at + SLACK);
        let mut room = Room::without_spans(out.spare_capacity_mut());
        let (next, len) = run_fastest::<false>(bytes, at, stop, table, after_digit, &mut room);
        // SAFETY: the loop wrote these.
        unsafe {
            after_digit = ends_with_digit(room.units, len, after_digit);
            out.set_len(out.len() + len);
        }
        at = next;
        if at < stop || at >= bytes.len() {
            return at;
        }
    }
}

/// As [`units`], with the byte span of each unit's character.
pub(crate) fn units_and_spans(
    bytes: &[u8],
    at: usize,
    table: &[u16; 0x1_0000],
    mut after_digit: bool,
    out: &mut Vec<u16>,
    starts: &mut Vec<u32>,
    ends: &mut Vec<u32>,
) -> usize {
    let mut at = at;
    loop {
        let stop = (at + STRIDE).min(bytes.len());
        let most = stop - at + SLACK;
        out.reserve(most);
        starts.reserve(most);
        ends.reserve(most);
        let mut room = Room {
            units: out.spare_capacity_mut(),
            starts: starts.spare_capacity_mut(),
            ends: ends.spare_capacity_mut(),
        };
        let (next, len) = run_fastest::<true>(bytes, at, stop, table, after_digit, &mut room);
        at = next;
        // SAFETY: the loop wrote as many of all three.
        unsafe {
            after_digit = ends_with_digit(room.units, len, after_digit);
            out.set_len(out.len() + len);
            starts.set_len(starts.len() + len);
            ends.set_len(ends.len() + len);
        }
        if at < stop || at >= bytes.len() {
            return at;
        }
    }
}

/// The loop by the fastest instructions that the processor has.
#[inline]
fn run_fastest<const SPANS: bool>(
    bytes: &[u8],
    at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    after_digit: bool,
    room: &mut Room<'_>,
) -> (usize, usize) {
    #[cfg(target_arch = "x86_64")]
    if crate::simd::avx512::can_normalize() {
        let normalize = crate::simd::avx512::normalize::<SPANS>;
        // SAFETY: the processor was just asked.
        return unsafe { normalize(bytes, at, stop, table, after_digit, room) };
    }
    // SAFETY: none were written before.
    unsafe { run::<SPANS>(bytes, at, stop, table, after_digit, room, 0) }
}

/// The scalar loop, which defines the result: returns the offset where it
/// stopped and how many of the first units of `room` are written then; `len` of
/// them were before.
///
/// Reads up to the end of `bytes` at most, and passes `stop` by part of a
/// character at most.
///
/// # Safety
///
/// The first `len` units of `room` must have been written.
#[inline(always)]
pub(super) unsafe fn run<const SPANS: bool>(
    bytes: &[u8],
    mut at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    mut after_digit: bool,
    room: &mut Room<'_>,
    mut len: usize,
) -> (usize, usize) {
    let Room {
        units,
        starts,
        ends,
    } = room;
    while at < stop {
        let Some((value, width)) = decode(bytes, at, table) else {
            break;
        };
        let mut value = value;
        if is_special(value) | (after_digit & (value == 0)) {
            let known = match value {
                0 => {
                    // SAFETY: the loop wrote the units before `len`.
                    let before = unsafe { units[..len].assume_init_ref() };
                    after_number(bytes, at, width, table, before)
                }
                HYPHEN => in_word(bytes, at),
                _ => None,
            };
            let Some(known) = known else {
                break;
            };
            value = known;
        }
        after_digit = is_digit(value);
        // Every value is written, and the length grows only if it is not
        // zero: there is no branch to mispredict.
        units[len].write(value);
        if SPANS {
            starts[len].write(at as u32);
            ends[len].write((at + width) as u32);
        }
        len += usize::from(value != 0);
        at += width;
    }
    (at, len)
}

/// Returns the table's value for the character at an offset, and its length in
/// bytes; nothing at the end, and for characters of four bytes.
#[inline(always)]
fn decode(bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> Option<(u16, usize)> {
    let lead = *bytes.get(at)?;
    if lead >= 0xE0 {
        let &[_, b1, b2] = bytes
            .get(at..at + 3)
            .and_then(|b| <&[u8; 3]>::try_from(b).ok())?;
        if lead >= 0xF0 {
            return None;
        }
        let code =
            usize::from(lead & 0x0F) << 12 | usize::from(b1 & 0x3F) << 6 | usize::from(b2 & 0x3F);
        Some((table[code], 3))
    } else if lead < 0x80 {
        Some((table[usize::from(lead)], 1))
    } else {
        let b1 = *bytes.get(at + 1)?;
        Some((
            table[usize::from(lead & 0x1F) << 6 | usize::from(b1 & 0x3F)],
            2,
        ))
    }
}

/// Returns what a hyphen between two letters becomes: nothing.
fn in_word(bytes: &[u8], at: usize) -> Option<u16> {
    let is_letter = |at: Option<usize>| bytes.get(at?).map(u8::is_ascii_alphabetic);
    let both = is_letter(at.checked_sub(1))? && is_letter(Some(at + 1))?;
    both.then_some(0)
}

/// Most characters that are dropped in a row before the look ahead gives up.
const DROPPED: usize = 3;

/// Returns what a character that is dropped elsewhere becomes after a digit,
/// where a look ahead can tell: 0 before a letter, or before a few that are
/// dropped and a letter; a decimal point, which stays before a digit; 0 for a
/// comma before a group of three.
#[cold]
fn after_number(
    bytes: &[u8],
    at: usize,
    width: usize,
    table: &[u16; 0x1_0000],
    before: &[u16],
) -> Option<u16> {
    let next = at + width;
    let mut ahead = next;
    for _ in 0..DROPPED {
        match decode(bytes, ahead, table)? {
            (0, width) => ahead += width,
            (value, _) if is_special(value) => return None,
            (value, _) if !is_digit(value) => return Some(0),
            _ => break,
        }
    }
    match bytes[at] {
        sign @ (b'.' | b':') if is_digit(decode(bytes, next, table)?.0) => Some(sign.into()),
        b',' => {
            // One to three digits, of which the first is known, then three
            // and a letter.
            let start = before.len().checked_sub(4)?;
            if before[start..].iter().all(|unit| is_digit(*unit)) {
                return None;
            }
            let digits = bytes.get(next..next + 3)?;
            let (after, _) = decode(bytes, next + 3, table)?;
            let is_group = digits.iter().all(u8::is_ascii_digit)
                && after != 0
                && !is_special(after)
                && !is_digit(after);
            is_group.then_some(0)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    /// A table of all kinds: some characters vanish, some change, a few are
    /// special.
    fn table() -> Box<[u16; 0x1_0000]> {
        let mut table = Box::new([0; 0x1_0000]);
        for (code, value) in (0u64..).zip(table.iter_mut()) {
            *value = match mix(code) % 50 {
                0..5 => 0,
                5..10 => 0x4e00 + (mix(code) >> 8) as u16 % 0x100,
                10 if code % 4 == 0 => 0xD800 + code as u16 % 6,
                _ if (0xD800..0xE000).contains(&code) => 0,
                _ => code as u16,
            };
        }
        table
    }

    /// A table such as texts in English meet.
    fn ascii_table() -> Box<[u16; 0x1_0000]> {
        let mut table = table();
        for (code, value) in (0u8..128).zip(table.iter_mut()) {
            *value = match code {
                b'0'..=b'9' | b'a'..=b'z' => code.into(),
                b'A'..=b'Z' => code.to_ascii_lowercase().into(),
                b'-' => HYPHEN,
                b'(' => 0xD804,
                b'%' => 0x140,
                b'$' => 0xE9,
                _ => 0,
            };
        }
        table
    }

    /// Words of ASCII with figures, hyphens and signs, and at times another
    /// character.
    fn ascii_text(seed: u64) -> String {
        let signs = b"  ,.:-'\"/ab";
        let mut text = String::new();
        for step in 0..mix(seed) % 120 {
            let draw = mix(seed << 20 | step);
            for letter in 0..draw % 9 {
                let digit = (draw >> 8).is_multiple_of(4);
                let letter = (mix(draw + letter) % if digit { 10 } else { 26 }) as u8;
                text.push(char::from(if digit { b'0' } else { b'a' } + letter));
            }
            for _ in 0..=(draw >> 16) % 2 {
                text.push(char::from(signs[(draw >> 24) as usize % signs.len()]));
            }
            match (draw >> 32) % 60 {
                0 => text.push('('),
                1 => text.push('$'),
                2 => text.push('%'),
                3 => text.push('é'),
                4 => text.push('联'),
                _ => {}
            }
        }
        text
    }

    /// Texts of runs: of one, two, three and four bytes a character.
    fn text(seed: u64) -> String {
        let mut text = String::new();
        let mut draw = seed;
        while text.len() < 300 && !mix(draw).is_multiple_of(40) {
            let (first, size) = [
                (0x20, 0x5f),
                (0x80, 0x700),
                (0x4e00, 0x5200),
                (0x3000, 0x30),
            ][(mix(draw) >> 8) as usize % 4];
            for _ in 0..(mix(draw) >> 16) % 60 {
                draw += 1;
                text.extend(char::from_u32(first + mix(draw) as u32 % size));
            }
            if mix(draw) % 9 == 8 {
                text.push('𠀀');
            }
            draw += 1;
        }
        text
    }

    #[test]
    fn prop_kernels_normalize_as_the_scalar_loop_does() {
        let (table, ascii_table) = (table(), ascii_table());
        for seed in 0..6_000 {
            let (text, table) = match seed % 2 {
                0 => (text(seed << 32), &table),
                _ => (ascii_text(seed << 32), &ascii_table),
            };
            let bytes = text.as_bytes();
            let mut found = vec![1, 2];
            let mut truth: Vec<u16> = Vec::with_capacity(bytes.len());
            let mut true_starts: Vec<u32> = Vec::with_capacity(bytes.len());
            let mut true_ends: Vec<u32> = Vec::with_capacity(bytes.len());
            let mut at = 0;
            while at < bytes.len() {
                let mut room = Room {
                    units: truth.spare_capacity_mut(),
                    starts: true_starts.spare_capacity_mut(),
                    ends: true_ends.spare_capacity_mut(),
                };
                let len = bytes.len();
                // SAFETY: none were written before.
                let (end, len) = unsafe { run::<true>(bytes, at, len, table, false, &mut room, 0) };
                let before = found.len();
                assert_eq!(
                    units(bytes, at, table, false, &mut found),
                    end,
                    "{seed}: {text}"
                );
                // SAFETY: the loop wrote these.
                let (truth, true_starts, true_ends) = unsafe {
                    (
                        room.units[..len].assume_init_ref(),
                        room.starts[..len].assume_init_ref(),
                        room.ends[..len].assume_init_ref(),
                    )
                };
                assert_eq!(found[before..], *truth, "{seed}: {text}");
                let (mut with_spans, mut starts, mut ends) = (vec![3], vec![4, 5], vec![6]);
                let spans = (&mut with_spans, &mut starts, &mut ends);
                let found = units_and_spans(bytes, at, table, false, spans.0, spans.1, spans.2);
                assert_eq!(found, end, "{seed}: {text}");
                assert_eq!(with_spans[1..], *truth, "{seed}: {text}");
                assert_eq!(starts[2..], *true_starts, "{seed}: {text}");
                assert_eq!(ends[1..], *true_ends, "{seed}: {text}");
                at = end;
                at += text[at..].chars().next().map_or(0, char::len_utf8);
            }
            assert_eq!(found[..2], [1, 2]);
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_read_within_their_bounds() {
        let table = table();
        for seed in 0..2_000u64 {
            let bytes: Vec<u8> = (0..seed % 200)
                .map(|at| mix(seed << 32 | at) as u8 | if seed % 2 == 0 { 0xE0 } else { 0 })
                .collect();
            let mut out = Vec::new();
            let end = units(&bytes, 0, &table, false, &mut out);
            assert!(end <= bytes.len());
            let (mut with_spans, mut starts, mut ends) = (Vec::new(), Vec::new(), Vec::new());
            let spans = (&mut with_spans, &mut starts, &mut ends);
            units_and_spans(&bytes, 0, &table, false, spans.0, spans.1, spans.2);
            assert!(with_spans.len() == starts.len() && starts.len() == ends.len());
            assert!(ends.iter().all(|end| *end as usize <= bytes.len()));
        }
    }
}
