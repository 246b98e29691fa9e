//! Tells binary data from text.

use encoding_rs::Encoding;

use crate::read::encoding::look;
use crate::read::encoding::utf_16::utf_16_without_mark;

/// Returns what the bytes are if they are not text.
pub(crate) fn binary_kind(bytes: &[u8]) -> Option<&'static str> {
    let magic = match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => "a PDF",
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            "an image"
        }
        [b'P', b'K', 3, 4, ..] => "a zip archive or an office document",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => "an office document",
        [0x7f, b'E', b'L', b'F', ..] => "a program",
        [0xfd, b'7', b'z', b'X', b'Z', ..] | [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, ..] => {
            "compressed in a way that is not read"
        }
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32",
        _ => "",
    };
    if !magic.is_empty() {
        return Some(magic);
    }
    if is_full_of_controls(look(bytes, 0))
        && Encoding::for_bom(bytes).is_none()
        && utf_16_without_mark(bytes, simdutf8::basic::from_utf8(bytes).is_ok()).is_none()
    {
        return Some("binary data (it is full of control characters)");
    }
    None
}

/// Returns whether there are more control characters than text ever has.
///
/// A row of NULs counts once: real pages are padded with thousands of them.
fn is_full_of_controls(look: &[u8]) -> bool {
    let (mut controls, mut others) = (0usize, 0usize);
    let mut last = 0;
    for byte in look.iter().copied() {
        match byte {
            0 => controls += usize::from(last != 0),
            0x01..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f => controls += 1,
            _ => others += 1,
        }
        last = byte;
    }
    controls > 2 && controls * 50 > others
}
