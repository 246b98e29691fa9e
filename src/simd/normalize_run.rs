//! Decodes UTF-8 and maps it through a table, as long as the characters are
//! plain.

/// Most bytes that are decoded before the output grows again; bounds the
/// memory that a text of a gigabyte takes beyond its result.
const STRIDE: usize = 1 << 14;

/// Bytes that the output grows for at first: what it grows by is filled with
/// zeros, and in a text of tags a call ends after a few characters.
const FIRST_STRIDE: usize = 1 << 6;

#[inline(always)]
fn is_special(value: u16) -> bool {
    value & 0xF800 == 0xD800
}

/// Maps the characters from `at` on and appends the units to `out`; returns the offset of
/// the first character whose table value is a surrogate (or that needs four
/// bytes), or the length of `bytes`.
///
/// `bytes` must be UTF-8; if it is not, the result is meaningless but safe.
pub(crate) fn units(bytes: &[u8], at: usize, table: &[u16; 0x1_0000], out: &mut Vec<u16>) -> usize {
    let mut at = at;
    let mut stride = FIRST_STRIDE;
    loop {
        let stop = (at + stride).min(bytes.len());
        stride = (stride * 4).min(STRIDE);
        let begin = out.len();
        // One unit for each byte is the most that can come; the zeros that
        // are not overwritten are cut off again.
        out.resize(begin + (stop - at), 0);
        let (next, len) = run_units(bytes, at, stop, table, &mut out[begin..]);
        out.truncate(begin + len);
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
    out: &mut Vec<u16>,
    starts: &mut Vec<u32>,
    ends: &mut Vec<u32>,
) -> usize {
    let mut at = at;
    let mut stride = FIRST_STRIDE;
    loop {
        let stop = (at + stride).min(bytes.len());
        stride = (stride * 4).min(STRIDE);
        let begin = out.len();
        let enough = begin + (stop - at);
        out.resize(enough, 0);
        starts.resize(enough, 0);
        ends.resize(enough, 0);
        let (next, len) = run::<true>(
            bytes,
            at,
            stop,
            table,
            &mut out[begin..],
            &mut starts[begin..],
            &mut ends[begin..],
        );
        out.truncate(begin + len);
        starts.truncate(begin + len);
        ends.truncate(begin + len);
        at = next;
        if at < stop || at >= bytes.len() {
            return at;
        }
    }
}

/// The loop without spans, by the fastest instructions that the processor has.
#[inline]
fn run_units(
    bytes: &[u8],
    at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    out: &mut [u16],
) -> (usize, usize) {
    #[cfg(target_arch = "x86_64")]
    if crate::simd::avx512::can_normalize() {
        // SAFETY: the processor was just asked.
        return unsafe { crate::simd::avx512::normalize(bytes, at, stop, table, out) };
    }
    run::<false>(bytes, at, stop, table, out, &mut [], &mut [])
}

/// The scalar loop, which defines the result: returns the offset where it
/// stopped and the number of units that it wrote.
///
/// Reads up to the end of `bytes` at most, and passes `stop` by part of a
/// character at most.
#[inline(always)]
pub(super) fn run<const SPANS: bool>(
    bytes: &[u8],
    mut at: usize,
    stop: usize,
    table: &[u16; 0x1_0000],
    out: &mut [u16],
    starts: &mut [u32],
    ends: &mut [u32],
) -> (usize, usize) {
    let mut len = 0;
    while at < stop {
        let lead = bytes[at];
        let (value, width) = if lead >= 0xE0 {
            let Some(&[_, b1, b2]) = bytes
                .get(at..at + 3)
                .and_then(|b| <&[u8; 3]>::try_from(b).ok())
            else {
                break;
            };
            if lead >= 0xF0 {
                break;
            }
            let code = usize::from(lead & 0x0F) << 12
                | usize::from(b1 & 0x3F) << 6
                | usize::from(b2 & 0x3F);
            (table[code], 3)
        } else if lead < 0x80 {
            (table[usize::from(lead)], 1)
        } else {
            let Some(&b1) = bytes.get(at + 1) else { break };
            (
                table[usize::from(lead & 0x1F) << 6 | usize::from(b1 & 0x3F)],
                2,
            )
        };
        if is_special(value) {
            break;
        }
        // Every value is written, and the length grows only if it is not
        // zero: there is no branch to mispredict.
        out[len] = value;
        if SPANS {
            starts[len] = at as u32;
            ends[len] = (at + width) as u32;
        }
        len += usize::from(value != 0);
        at += width;
    }
    (at, len)
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
        let table = table();
        for seed in 0..3_000 {
            let text = text(seed << 32);
            let bytes = text.as_bytes();
            let mut found = vec![1, 2];
            let mut truth = vec![0; bytes.len()];
            let mut at = 0;
            while at < bytes.len() {
                let (end, len) =
                    run::<false>(bytes, at, bytes.len(), &table, &mut truth, &mut [], &mut []);
                let before = found.len();
                assert_eq!(units(bytes, at, &table, &mut found), end, "{seed}: {text}");
                assert_eq!(found[before..], truth[..len], "{seed}: {text}");
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
            assert!(units(&bytes, 0, &table, &mut out) <= bytes.len());
        }
    }
}
