//! Tells binary data, and text in a wrapping that is not read, from text.

use encoding_rs::Encoding;

use crate::read::encoding::look;
use crate::read::encoding::utf_16::utf_16_without_mark;
use crate::read::encoding::within_ascii::is_escaped;

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
        [b'7', b'z', 0xbc, 0xaf, 0x27, 0x1c, ..] | [b'R', b'a', b'r', b'!', 0x1a, 7, ..] => {
            "an archive, which has to be unpacked first"
        }
        [0x1f, 0x9d, ..] | [0x5d, 0, 0, ..] => "compressed in a way that is not read",
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => "UTF-32",
        _ if bytes.starts_with(b"SQLite format 3\0") => "a database",
        _ if bytes.len() > TAR_AT && bytes[TAR_AT..].starts_with(b"ustar") => {
            "a tar archive, which has to be unpacked first"
        }
        _ if bytes.starts_with(b"Obj\x01") => "a table in Avro",
        _ if bytes.starts_with(b"ARROW1\0\0") => "a table in Arrow",
        _ if bytes.starts_with(b"{\\rtf") => "rich text (RTF)",
        _ if is_wrapped_mail(bytes) => "a mail or a page saved as a mail (MHTML)",
        _ => "",
    };
    if !magic.is_empty() {
        return Some(magic);
    }
    if is_full_of_controls(look(bytes, 0))
        && Encoding::for_bom(bytes).is_none()
        && !is_escaped(bytes)
        && utf_16_without_mark(bytes, simdutf8::basic::from_utf8(bytes).is_ok()).is_none()
    {
        return Some("binary data (it is full of control characters)");
    }
    None
}

/// Where a tar archive says that it is one, in the header of its first file.
const TAR_AT: usize = 257;

/// Bytes in which the head of a mail is looked for.
const MAIL_HEAD_BYTES: usize = 16 * 1024;

/// Returns whether a mail begins here whose body is not written as it reads:
/// in parts, in quoted-printable or in Base64, as browsers save pages too.
fn is_wrapped_mail(bytes: &[u8]) -> bool {
    let head = bytes.get(..MAIL_HEAD_BYTES).unwrap_or(bytes);
    let mut value = Vec::new();
    let mut name: &[u8] = b"";
    let (mut is_mime, mut is_wrapped) = (false, false);
    for line in head.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            return is_mime && is_wrapped;
        }
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            value.extend_from_slice(line);
        } else if line.starts_with(b"From ") && name.is_empty() {
            // The line above the head of a mail in a mailbox.
            continue;
        } else {
            let Some(colon) = memchr::memchr(b':', line) else {
                return false;
            };
            let (field, rest) = line.split_at(colon);
            let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            if field.is_empty() || !field.iter().all(is_name) {
                return false;
            }
            name = field;
            value = rest.get(1..).unwrap_or(b"").to_vec();
        }
        let begins = |with: &[u8]| {
            let value = value.trim_ascii();
            let begin = value.get(..with.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(with))
        };
        is_mime |= name.eq_ignore_ascii_case(b"mime-version");
        is_wrapped |= name.eq_ignore_ascii_case(b"content-type") && begins(b"multipart/");
        is_wrapped |= name.eq_ignore_ascii_case(b"content-transfer-encoding")
            && (begins(b"base64") || begins(b"quoted-printable"));
    }
    false
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
