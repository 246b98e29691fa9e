//! Decodes UTF-8 and folds it through a table, as long as the characters
//! are plain.

/// Most bytes that are decoded before more room is asked for; keeps the room
/// small for a text of a gigabyte.
const STRIDE: usize = 1 << 14;

/// Bytes that room is made for at first: room is filled with zeros, and in
/// a text of tags a call ends after a few characters.
const FIRST_STRIDE: usize = 1 << 6;

#[inline(always)]
fn is_special(value: u16) -> bool {
    value & 0xF800 == 0xD800
}

/// Folds from `at` on and appends the units to `out`; returns the offset of
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
        let (next, len) = run::<false>(bytes, at, stop, table, &mut out[begin..], &mut [], &mut []);
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
        let room = begin + (stop - at);
        out.resize(room, 0);
        starts.resize(room, 0);
        ends.resize(room, 0);
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

/// The loop itself: returns the offset it stopped at and the units written.
/// May read up to the end of `bytes`, and passes `stop` by part of a
/// character at most.
#[inline(always)]
fn run<const SPANS: bool>(
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
        // Written always, kept if it is not zero: no branch to mispredict.
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
