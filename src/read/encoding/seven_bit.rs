//! Encodings of mail that write Korean and Chinese with bytes of ASCII alone:
//! ISO-2022-KR and HZ.

use std::borrow::Cow;

use encoding_rs::{EUC_KR, Encoding, GB18030};
use memchr::memmem;

use crate::read::encoding::Decoded;
use crate::read::encoding::within_ascii::{is_hz, is_iso_2022_kr};

/// What says that the text shifts to Korean.
pub(super) const KOREAN: &[u8] = b"\x1b$)C";

/// Decodes bytes in one of these encodings; nothing if they are in neither.
pub(super) fn decode(bytes: &[u8]) -> Option<Decoded<'static>> {
    // The bytes between shifts, with their high bits, are those of EUC.
    let (high, encoding, name): (_, &'static Encoding, _) = if is_iso_2022_kr(bytes) {
        (korean(bytes), EUC_KR, "ISO-2022-KR")
    } else if is_hz(bytes) {
        (chinese(bytes), GB18030, "HZ-GB-2312")
    } else {
        return None;
    };
    let (text, _) = encoding.decode_without_bom_handling(&high);
    let replaced = memmem::find_iter(text.as_bytes(), "\u{fffd}").count() as u64;
    Some(Decoded {
        text: Cow::Owned(text.into_owned()),
        encoding: name,
        replaced,
        is_certain: true,
    })
}

/// Returns ISO-2022-KR as EUC-KR: shift-out begins Korean, shift-in and the end
/// of a line end it.
fn korean(bytes: &[u8]) -> Vec<u8> {
    let mut high = Vec::with_capacity(bytes.len());
    let mut is_shifted = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if bytes[at..].starts_with(KOREAN) {
            at += KOREAN.len();
            continue;
        }
        at += 1;
        match byte {
            0x0e => is_shifted = true,
            0x0f => is_shifted = false,
            b'\n' | b'\r' => {
                is_shifted = false;
                high.push(*byte);
            }
            0x21..=0x7e if is_shifted => high.push(byte | 0x80),
            _ => high.push(*byte),
        }
    }
    high
}

/// Returns HZ as GB2312: `~{` begins Chinese, `~}` and the end of a line end it;
/// `~~` is a tilde, and one at the end of a line joins it with the next.
fn chinese(bytes: &[u8]) -> Vec<u8> {
    let mut high = Vec::with_capacity(bytes.len());
    let mut is_shifted = false;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'~', [b'}', tail @ ..]) if is_shifted => {
                is_shifted = false;
                tail
            }
            (b'~', [b'{', tail @ ..]) if !is_shifted => {
                is_shifted = true;
                tail
            }
            (b'~', [b'~', tail @ ..]) if !is_shifted => {
                high.push(b'~');
                tail
            }
            (b'~', [b'\n', tail @ ..] | [b'\r', b'\n', tail @ ..]) if !is_shifted => tail,
            (0x21..=0x7e, [second @ 0x21..=0x7e, tail @ ..]) if is_shifted => {
                high.extend([first | 0x80, second | 0x80]);
                tail
            }
            _ => {
                is_shifted &= !matches!(first, b'\n' | b'\r');
                high.push(*first);
                tail
            }
        };
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::encoding;

    /// Clears the high bits of a text in EUC, between shifts.
    fn shifted(text: &str, encoding: &'static Encoding, shifts: [&[u8]; 2]) -> Vec<u8> {
        let (bytes, _, _) = encoding.encode(text);
        let mut low = Vec::new();
        let mut is_high = false;
        for byte in bytes.iter() {
            if byte.is_ascii() == is_high {
                low.extend_from_slice(shifts[usize::from(is_high)]);
                is_high = !is_high;
            }
            low.push(byte & 0x7f);
        }
        if is_high {
            low.extend_from_slice(shifts[1]);
        }
        low
    }

    #[test]
    fn mail_in_korean_and_chinese_is_read() {
        let korean = "제목: 다음 주\n도서관은 야간 개관 시간을 연장합니다 (2024-03-05).\n";
        let bytes = [KOREAN, b"\n", &shifted(korean, EUC_KR, [b"\x0e", b"\x0f"])].concat();
        let read = encoding::decode(&bytes);
        assert_eq!(
            (read.text.trim_start(), read.encoding),
            (korean, "ISO-2022-KR")
        );
        let chinese = "Date: 2024\n图书馆下周起延长开放时间，请带证件。\n";
        let bytes = shifted(chinese, GB18030, [b"~{", b"~}"]);
        let read = encoding::decode(&bytes);
        assert_eq!((&*read.text, read.encoding), (chinese, "HZ-GB-2312"));
        assert!(read.is_certain);
        assert_eq!(super::chinese(b"a~~b ~\nc"), b"a~b c");
    }
}
