//! Recognizes encodings that write other scripts with bytes of ASCII alone.

use encoding_rs::{GB18030, ISO_2022_JP};
use memchr::memmem;

use crate::read::encoding::plausible::plausibility;
use crate::read::encoding::seven_bit::KOREAN;
use crate::read::encoding::utf_16::is_common;
use crate::read::encoding::{is_whole, look};

/// Sequences that change to Japanese.
const TO_JAPANESE: [&[u8]; 4] = [b"\x1b$B", b"\x1b$@", b"\x1b(J", b"\x1b(I"];

/// Bytes of ASCII after which escape sequences are looked for no more: the head
/// of a mail is shorter.
const ASCII_BYTES: usize = 1 << 20;

/// Returns whether bytes are ASCII that changes to Japanese and back by escape
/// sequences, as mail does. A few stray bytes beyond ASCII don't change that.
pub(super) fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let Some(first) = first_escape(bytes) else {
        return false;
    };
    let look = look(bytes, first);
    let end = memmem::rfind(look, b"\x1b(").map_or(look.len(), |at| (at + 3).min(look.len()));
    if !TO_JAPANESE.iter().any(|start| look.starts_with(start)) {
        return false;
    }
    match look.is_ascii() {
        true => is_whole(&look[..end], 0, ISO_2022_JP) || has_whole_stretches(look),
        false => has_whole_stretches(look),
    }
}

/// Returns where the first escape sequence is; none is looked for far behind
/// text beyond ASCII.
fn first_escape(bytes: &[u8]) -> Option<usize> {
    let head = look(bytes, 0);
    let head = match head.is_ascii() {
        true => bytes.get(..ASCII_BYTES).unwrap_or(bytes),
        false => head,
    };
    memchr::memchr(0x1b, head)
}

/// Returns whether what stands between the change to Japanese and that back is
/// pairs of bytes in most places, and hardly anything beyond ASCII is anywhere.
fn has_whole_stretches(bytes: &[u8]) -> bool {
    let (mut whole, mut broken) = (0, 0);
    let mut rest = bytes;
    while let Some(start) = memmem::find(rest, b"\x1b$") {
        rest = rest.get(start + 3..).unwrap_or(&[]);
        let Some(len) = memmem::find(rest, b"\x1b(") else {
            break;
        };
        let stretch = &rest[..len];
        let is_pairs = len % 2 == 0 && stretch.iter().all(|byte| (0x21..=0x7e).contains(byte));
        *if is_pairs && len > 0 {
            &mut whole
        } else {
            &mut broken
        } += 1;
        rest = &rest[len..];
    }
    let beyond = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    whole > broken * 3 && beyond <= whole
}

/// Returns whether bytes are ASCII that changes to Korean and back.
pub(super) fn is_iso_2022_kr(bytes: &[u8]) -> bool {
    let Some(first) = first_escape(bytes) else {
        return false;
    };
    let look = look(bytes, first);
    look.starts_with(KOREAN) && memchr::memchr(0x0e, look).is_some() && look.is_ascii()
}

/// Returns whether bytes of ASCII write another script by sequences of signs, in
/// an encoding that is read.
pub(crate) fn is_escaped(bytes: &[u8]) -> bool {
    let head = look(bytes, 0);
    is_iso_2022_jp(bytes) || is_iso_2022_kr(bytes) || head.is_ascii() && is_hz(head)
}

/// Returns whether bytes of ASCII seem to be UTF-7, HZ or one of ISO-2022, which
/// mail was written in once: they pass for plain text.
pub(super) fn may_be_mail(bytes: &[u8]) -> bool {
    let head = look(bytes, 0);
    is_utf_7(head) || may_be_hz(head) || is_iso_2022_kr(bytes) || may_be_iso_2022(bytes)
}

/// What follows an escape to change to characters of two bytes: of ISO-2022-JP
/// and its editions 1, 2, 3 and 2004, which are not read.
const TO_TWO_BYTES: [&[u8]; 8] = [b"$@", b"$B", b"$A", b"$(C", b"$(D", b"$(O", b"$(P", b"$(Q"];

/// The same of ISO-2022-CN, which shifts to them later.
const TO_SHIFT_LATER: [&[u8]; 3] = [b"$)A", b"$)E", b"$)G"];

/// Returns whether bytes of ASCII change to characters of two bytes by an escape
/// sequence, and these are there.
fn may_be_iso_2022(bytes: &[u8]) -> bool {
    let Some(first) = first_escape(bytes) else {
        return false;
    };
    let look = look(bytes, first);
    if !look.is_ascii() {
        return false;
    }
    let is_pair = |pair: &[u8]| pair.iter().all(|byte| (0x21..=0x7e).contains(byte));
    let shift = memchr::memrchr(0x0e, look).unwrap_or(0);
    memchr::memchr_iter(0x1b, look).any(|at| {
        let rest = &look[at + 1..];
        let mark = TO_TWO_BYTES.iter().find(|mark| rest.starts_with(mark));
        let pair = mark.and_then(|mark| rest.get(mark.len()..mark.len() + 2));
        let shifts_later = TO_SHIFT_LATER.iter().any(|mark| rest.starts_with(mark));
        pair.is_some_and(is_pair) || shifts_later && at < shift
    })
}

/// Fewest characters beyond ASCII that UTF-7 is told by: code in Base64 reads
/// as a character by chance.
const FEWEST_UTF_7: usize = 8;

/// Fewest of them where all are of East Asia and each run has its end, as words
/// of a short text have.
const FEWEST_OF_EAST_ASIA: usize = 3;

/// Returns whether each `+` begins characters in Base64 up to a `-`, or stands
/// for itself as `+-`.
fn is_utf_7(bytes: &[u8]) -> bool {
    let mut found = 0;
    let mut are_of_east_asia = true;
    let mut rest = bytes;
    while let Some(plus) = memchr::memchr(b'+', rest) {
        rest = &rest[plus + 1..];
        let is_digit = |byte: &u8| base64(*byte).is_some();
        let len = rest.iter().position(|byte| !is_digit(byte));
        // One that is cut off at the end tells nothing.
        let Some(len) = len else { break };
        let (digits, after) = rest.split_at(len);
        rest = after;
        match (len, after.first()) {
            (0, Some(b'-')) => {}
            (0, _) => return false,
            (_, end) => match utf_7_characters(digits) {
                Some((characters, of_east_asia)) if end != Some(&b'=') => {
                    found += characters;
                    are_of_east_asia &= of_east_asia && end == Some(&b'-');
                }
                _ => return false,
            },
        }
    }
    found >= FEWEST_UTF_7 || found >= FEWEST_OF_EAST_ASIA && are_of_east_asia
}

/// Returns the number of characters that digits of Base64 stand for, and whether
/// all are of East Asia, if all are common ones beyond ASCII.
fn utf_7_characters(digits: &[u8]) -> Option<(usize, bool)> {
    let (mut bits, mut held) = (0u32, 0);
    let mut units = Vec::new();
    for value in digits.iter().filter_map(|digit| base64(*digit)) {
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push((bits >> held) as u16);
            bits &= (1 << held) - 1;
        }
    }
    let is_filled_up = held < 6 && bits == 0;
    let mut characters = char::decode_utf16(units.iter().copied());
    let is_good =
        |c: Result<char, _>| c.is_ok_and(|c| !c.is_ascii() && (is_common(c) || c.is_alphabetic()));
    let is_of_east_asia =
        |unit: &u16| matches!(unit, 0x3000..=0x30ff | 0x4e00..=0x9fff | 0xac00..=0xd7a3);
    let of_east_asia = units.iter().all(is_of_east_asia);
    let is_text = is_filled_up && !units.is_empty() && characters.all(is_good);
    is_text.then_some((units.len(), of_east_asia))
}

/// Returns the value of a digit of Base64.
fn base64(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// Least score of a character between `~{` and `~}`: prose has 4 and more, words
/// of ASCII read as Chinese 2 and less. A guess.
const HZ_SCORE: i64 = 3;

/// Fewest characters that are told by that score; of fewer each must be common.
const FEWEST_HZ: i64 = 4;

/// Returns whether all that stands between `~{` and `~}` is common Chinese once
/// its high bits are set: pairs of bytes, closed on their line. The last may be
/// cut off by the end.
pub(super) fn is_hz(bytes: &[u8]) -> bool {
    let found = hz_stretches(bytes);
    found.are_whole && is_common_chinese(&found.high)
}

/// Returns whether what is whole of it is, so that this may be damaged HZ.
fn may_be_hz(bytes: &[u8]) -> bool {
    is_common_chinese(&hz_stretches(bytes).high)
}

fn is_common_chinese(high: &[u8]) -> bool {
    let characters = high.len() as i64 / 2;
    let least = match characters {
        0 | 1 => return false,
        2..FEWEST_HZ => 2 * HZ_SCORE,
        _ => HZ_SCORE,
    };
    plausibility(high, GB18030) >= characters * least
}

/// What stands between `~{` and `~}`.
struct HzStretches {
    /// All that is whole, with its high bits set.
    high: Vec<u8>,
    /// Whether all is.
    are_whole: bool,
}

fn hz_stretches(bytes: &[u8]) -> HzStretches {
    let mut found = HzStretches {
        high: Vec::new(),
        are_whole: true,
    };
    let is_pair = |pair: &&[u8]| matches!(pair, [0x21..=0x77, 0x21..=0x7e]);
    let mut rest = bytes;
    while let Some(tilde) = memchr::memchr(b'~', rest) {
        rest = &rest[tilde + 1..];
        match rest.first() {
            // A tilde is written as two.
            Some(b'~') => {
                rest = &rest[1..];
                continue;
            }
            Some(b'{') => rest = &rest[1..],
            _ => continue,
        }
        let len = 2 * rest.chunks(2).take_while(is_pair).count();
        let (stretch, after) = rest.split_at(len);
        let is_cut_off = matches!(after, [] | [b'~'] | [0x21..=0x77]);
        if after.starts_with(b"~}") && len > 0 {
            found.high.extend(stretch.iter().map(|byte| byte | 0x80));
        } else if !is_cut_off {
            found.are_whole = false;
        }
        rest = after.strip_prefix(b"~}").unwrap_or(after);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_7_and_hz_are_told_from_plain_text() {
        let utf_7 = b"Date: +VtRiOZAadiA-, +W+l0OGC6XwB6Cw-. 1 +- 1";
        assert!(may_be_mail(utf_7));
        assert!(may_be_mail(b"mail: ~{VPND9z<R~} end"));
        assert!(may_be_mail(b"{\"text\":\"+ZeVnLIqe-\"}"));
        for plain in [
            &b"C++ and x+foo-bar, a + b, 1+1=2"[..],
            b"key=AbCd+EfGhIjKlMnOpQrStUvWx/YZ==",
            b"~{ a set ~} of words",
            b"a+ZeVn b",
            b"1+AbCdEfGh-2",
            b"",
        ] {
            assert!(!may_be_mail(plain), "{}", String::from_utf8_lossy(plain));
        }
    }

    #[test]
    fn hz_is_whole_and_common_chinese_in_all_places() {
        let hz = "~{M<Ji9]QS3$?*7EJ1<d~}";
        for text in [
            hz.to_owned(),
            format!("a~~{{b {hz}\r\nDate: {hz} c\n"),
            format!("{hz} and ~{{6AU"),
        ] {
            assert!(is_hz(text.as_bytes()), "{text}");
        }
        for text in [
            "template ~{name~} and ~{date1~} are filled in",
            "dear ~{NAME~}, on ~{DATE~} in ~{CITY~}",
            "~{ITEM~}: ~{title1~}",
            "~{user~} ~{home~} ~{path~} ~{file~}",
            "(format t \"~{~a~^, ~}\" list)",
        ] {
            assert!(!may_be_mail(text.as_bytes()), "{text}");
        }
        // Where only some is, there is a doubt, and it is told.
        for text in [
            format!("{hz} Dear ~{{name1~}}"),
            format!("{hz} ~{{M<Ji\n9]~}}"),
            format!("{hz} ~{{M<J~}} x"),
        ] {
            assert!(!is_hz(text.as_bytes()), "{text}");
            assert!(may_be_mail(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn editions_of_iso_2022_that_are_not_read_are_a_doubt() {
        for mail in [
            "\x1b$(O$3$s\x1b(B",
            "words \x1b$(Q!!$3\x1b(B",
            "\x1b$B$3$s\x1b$(P!!\x1b(B",
            "\x1b$(D\"/\x1b(B",
            "\x1b$A<:VP\x1b(B",
            "\x1b$)A\x0e<:VP\x0f",
        ] {
            assert!(may_be_mail(mail.as_bytes()), "{mail:?}");
        }
        for plain in ["\x1b[31mred\x1b(B", "\x1b$) and so", "a \x1b$( b", "\x1b$A"] {
            assert!(!may_be_mail(plain.as_bytes()), "{plain:?}");
        }
    }

    #[test]
    fn japanese_is_told_by_its_escape_sequences() {
        let (japanese, _, _) = ISO_2022_JP.encode("件名: 開館\n来週から夜間も開きます。\n");
        let late = [&b"plain words\n".repeat(9_000), &*japanese].concat();
        let stray = [&japanese, &b"\xa9 x"[..]].concat();
        let cut = &japanese[..japanese.len() - 8];
        for bytes in [&*japanese, &late, &stray, cut] {
            assert!(is_iso_2022_jp(bytes));
        }
        for plain in [&b"\x1b[31mred\x1b(B"[..], b"\x1b$5 and \x1b(6", b""] {
            assert!(!is_iso_2022_jp(plain), "{plain:?}");
        }
    }
}
