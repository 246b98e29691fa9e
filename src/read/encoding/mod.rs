//! From the bytes of a document to its characters, with or without a label.

use std::borrow::Cow;

use encoding_rs::{
    BIG5, Encoding, GB18030, GBK, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE,
};
use memchr::memmem;

pub(crate) use binary::binary_kind;
pub(crate) use labelled::believed_label;
use legacy::detect_legacy;
use utf_16::utf_16_without_mark;
use within_ascii::{is_iso_2022_jp, may_be_mail};

mod binary;
mod labelled;
mod legacy;
mod plausible;
mod seven_bit;
#[cfg(test)]
mod tests;
mod utf_16;
mod within_ascii;

/// Number of bytes in which UTF-16 and binary data are looked for, which takes
/// next to no time.
const LOOK_BYTES: usize = 64 * 1024;

/// How many bytes the detector looks at, from the first beyond ASCII on: 50
/// characters are enough for certainty, and it reads but 10 MB a second.
const DETECTOR_BYTES: usize = 4096;

/// Least score of a character of two bytes that is clearly read right: such
/// text scores 4 a character and more, text that is read wrong 1 or less.
const CLEAR_SCORE: i64 = 2;

/// A text and what it was decoded from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The characters, without a byte order mark.
    pub text: Cow<'a, str>,
    /// The encoding's name, as the Encoding Standard writes it.
    pub encoding: &'static str,
    /// How many U+FFFD stand for bytes that could not be decoded.
    pub replaced: u64,
    /// Whether the bytes leave no doubt about the encoding.
    pub is_certain: bool,
}

impl Decoded<'_> {
    /// Returns the same with characters of its own.
    pub(crate) fn into_owned(self) -> Decoded<'static> {
        Decoded {
            text: Cow::Owned(self.text.into_owned()),
            ..self
        }
    }
}

/// An encoding, as bytes show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detected {
    pub(crate) encoding: &'static Encoding,
    /// Whether they leave no doubt.
    pub(crate) is_certain: bool,
}

impl Detected {
    /// Returns an encoding that is beyond doubt.
    pub(crate) fn certain(encoding: &'static Encoding) -> Detected {
        Detected {
            encoding,
            is_certain: true,
        }
    }
}

/// Decodes the bytes of one document: UTF-8, UTF-16, GB18030 (so GBK and
/// GB2312), Big5 with the HKSCS, Shift_JIS, EUC-JP, EUC-KR, windows-1252, what
/// mail was written in (ISO-2022-JP, ISO-2022-KR, HZ), or one of the encodings
/// of other scripts.
///
/// A byte order mark decides; then valid UTF-8; then what is UTF-8 but for a
/// few bytes; then what the bytes look like. Bytes that can't be decoded
/// become U+FFFD.
///
/// Valid UTF-8 is borrowed and costs one pass at memory speed.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(bytes.get(mark..).unwrap_or(&[]), encoding);
    }
    let detected = detect(bytes);
    // What is not certain and of ASCII alone may be shifted to other scripts.
    let shifted = (detected.encoding == UTF_8 && !detected.is_certain)
        .then(|| seven_bit::decode(bytes))
        .flatten();
    shifted.unwrap_or_else(|| decode_detected(bytes, detected))
}

/// Decodes the bytes of one document that is in `encoding` unless a byte
/// order mark says otherwise.
pub(crate) fn decode_with<'a>(bytes: &'a [u8], encoding: Option<&'static Encoding>) -> Decoded<'a> {
    match encoding {
        Some(encoding) if Encoding::for_bom(bytes).is_none() => decode_as(bytes, encoding),
        _ => decode(bytes),
    }
}

/// Decodes `bytes`, which have no byte order mark, as was detected.
pub(crate) fn decode_detected(bytes: &[u8], detected: Detected) -> Decoded<'_> {
    Decoded {
        is_certain: detected.is_certain,
        ..decode_as(bytes, detected.encoding)
    }
}

/// Decodes `bytes`, which bear no byte order mark, as `encoding`.
pub(crate) fn decode_as<'a>(bytes: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    if encoding == UTF_8
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Decoded {
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            replaced: 0,
            is_certain: true,
        };
    }
    let (text, damaged) = encoding.decode_without_bom_handling(bytes);
    let replaced = if damaged {
        memmem::find_iter(text.as_bytes(), "\u{fffd}").count()
    } else {
        0
    };
    Decoded {
        text,
        encoding: encoding.name(),
        replaced: replaced as u64,
        is_certain: true,
    }
}

/// Returns the encoding of a document that bears no byte order mark.
pub(crate) fn detect(bytes: &[u8]) -> Detected {
    let valid = simdutf8::basic::from_utf8(bytes).is_ok();
    if let Some(encoding) = utf_16_without_mark(bytes, valid) {
        return Detected::certain(encoding);
    }
    if is_iso_2022_jp(bytes) {
        return Detected::certain(ISO_2022_JP);
    }
    if valid || is_nearly_utf_8(bytes) {
        return Detected {
            encoding: UTF_8,
            is_certain: !look(bytes, 0).is_ascii() || !may_be_mail(bytes),
        };
    }
    detect_legacy(bytes)
}

/// Returns whether a record of ASCII alone may be in an encoding of mail that is
/// not read in records.
pub(crate) fn is_doubtful_ascii(text: &str) -> bool {
    text.is_ascii() && may_be_mail(text.as_bytes())
}

/// Returns the encoding of records in UTF-16 or ISO-2022-JP, in which other
/// characters have the bytes of delimiters: they are decoded before they are
/// cut. Nothing for any other encoding.
pub(crate) fn decoded_before_cut(
    head: &[u8],
    named: Option<&'static Encoding>,
) -> Option<&'static Encoding> {
    let is_one =
        |encoding: &&'static Encoding| [UTF_16LE, UTF_16BE, ISO_2022_JP].contains(encoding);
    match (Encoding::for_bom(head), named) {
        (Some((encoding, _)), _) => Some(encoding).filter(is_one),
        (None, Some(encoding)) => Some(encoding).filter(is_one),
        (None, None) => {
            if is_iso_2022_jp(head) {
                return Some(ISO_2022_JP);
            }
            memchr::memchr(0, look(head, 0))?;
            utf_16_without_mark(head, simdutf8::basic::from_utf8(head).is_ok())
        }
    }
}

/// Returns whether the second byte of a character may be one of ASCII.
pub(crate) fn has_ascii_inside(encoding: &'static Encoding) -> bool {
    [GB18030, GBK, BIG5, SHIFT_JIS].contains(&encoding)
}

/// Fewest characters of East Asia that show text in UTF-8: by chance hardly
/// any other text has so many.
const FEWEST_OF_UTF_8: usize = 4;

/// Returns whether a line, or what stands between two quotes, is UTF-8 amid
/// bytes that are not.
pub(crate) fn is_partly_utf_8(bytes: &[u8]) -> bool {
    let is_end = |byte: &u8| matches!(byte, b'"' | b'\n');
    bytes.split(is_end).any(|piece| {
        piece.len() >= 3 * FEWEST_OF_UTF_8
            && simdutf8::basic::from_utf8(piece).is_ok_and(|text| {
                let of_east_asia = text.chars().filter(|c| *c >= '\u{2e80}');
                of_east_asia.count() >= FEWEST_OF_UTF_8
            })
    })
}

fn look(bytes: &[u8], from: usize) -> &[u8] {
    let end = from.saturating_add(LOOK_BYTES).min(bytes.len());
    bytes.get(from..end).unwrap_or(&[])
}

/// Returns whether the bytes without the last `cut` can all be decoded.
fn is_whole(bytes: &[u8], cut: usize, encoding: &'static Encoding) -> bool {
    let bytes = bytes.get(..bytes.len().saturating_sub(cut)).unwrap_or(&[]);
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .is_some()
}

/// Returns whether the bytes are UTF-8 but for a few, as in pages that were cut
/// in the middle of a character or put together from several.
///
/// Chinese in another encoding has five broken sequences for one that is
/// valid by chance.
fn is_nearly_utf_8(bytes: &[u8]) -> bool {
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        let text = chunk.valid();
        valid += text.bytes().filter(|byte| *byte >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid >= broken * 2
}

fn count_beyond_ascii(bytes: &[u8]) -> i64 {
    bytes.iter().filter(|byte| !byte.is_ascii()).count() as i64
}
