//! Recognizes encodings that write other scripts with bytes of ASCII alone.

use encoding_rs::{GB18030, ISO_2022_JP};
use memchr::memmem;

use crate::read::encoding::utf_16::is_common;
use crate::read::encoding::{is_whole, look};

/// Returns whether bytes are ASCII that changes to Japanese and back by escape
/// sequences, as mail does.
pub(super) fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    let Some(first) = memchr::memchr(0x1b, look(bytes, 0)) else {
        return false;
    };
    let look = look(bytes, first);
    let end = memmem::rfind(look, b"\x1b(").map_or(look.len(), |at| (at + 3).min(look.len()));
    let starts = [&b"\x1b$B"[..], b"\x1b$@", b"\x1b(J", b"\x1b(I"];
    starts.iter().any(|start| look.starts_with(start))
        && look.is_ascii()
        && is_whole(&look[..end], 0, ISO_2022_JP)
}

/// Returns whether bytes of ASCII seem to be UTF-7 or HZ, which mail was
/// written in once: neither is read, and both pass for plain text.
pub(super) fn may_be_mail(bytes: &[u8]) -> bool {
    let look = look(bytes, 0);
    is_utf_7(look) || is_hz(look)
}

/// Fewest characters beyond ASCII that UTF-7 is told by: code in Base64 reads
/// as a character by chance.
const FEWEST_UTF_7: usize = 8;

/// Returns whether each `+` begins characters in Base64 up to a `-`, or stands
/// for itself as `+-`.
fn is_utf_7(bytes: &[u8]) -> bool {
    let mut found = 0;
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
                Some(characters) if end != Some(&b'=') => found += characters,
                _ => return false,
            },
        }
    }
    found >= FEWEST_UTF_7
}

/// Returns the number of characters that digits of Base64 stand for, if all
/// are common ones beyond ASCII.
fn utf_7_characters(digits: &[u8]) -> Option<usize> {
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
    (is_filled_up && !units.is_empty() && characters.all(is_good)).then_some(units.len())
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

/// Returns whether the first text between `~{` and `~}` is Chinese once its
/// high bits are set.
fn is_hz(bytes: &[u8]) -> bool {
    let Some(start) = memmem::find(bytes, b"~{") else {
        return false;
    };
    let rest = &bytes[start + 2..];
    let Some(len) = memmem::find(rest, b"~}") else {
        return false;
    };
    let high: Vec<u8> = rest[..len].iter().map(|byte| byte | 0x80).collect();
    let text = GB18030.decode_without_bom_handling_and_without_replacement(&high);
    len >= 4 && text.is_some_and(|text| text.chars().all(|c| !c.is_ascii() && is_common(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_7_and_hz_are_told_from_plain_text() {
        let utf_7 = b"Date: +VtRiOZAadiA-, +W+l0OGC6XwB6Cw-. 1 +- 1";
        assert!(may_be_mail(utf_7));
        assert!(may_be_mail(b"mail: ~{VPND9z<R~} end"));
        for plain in [
            &b"C++ and x+foo-bar, a + b, 1+1=2"[..],
            b"key=AbCd+EfGhIjKlMnOpQrStUvWx/YZ==",
            b"~{ a set ~} of words",
            b"+VtRiOZAadiA-",
            b"",
        ] {
            assert!(!may_be_mail(plain), "{}", String::from_utf8_lossy(plain));
        }
    }
}
