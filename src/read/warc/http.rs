//! The answer of a web server, as a web archive keeps it.

use std::io::Read;

use flate2::bufread::GzDecoder;
use flate2::{Decompress, FlushDecompress, Status};

use crate::read::encoding::binary_kind;
use crate::read::limit::RecordLimit;
use crate::read::warc::chunked;
use crate::read::warc::scan::field;

/// An answer: its code, the type of its contents, and these, unpacked.
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    /// What is wrong with the contents, which are there up to that place.
    pub(super) fault: Option<String>,
}

/// Reads an answer; or says why its contents can't be read.
pub(super) fn read(bytes: &[u8], limit: RecordLimit) -> Result<Answer, String> {
    let (head, body) = last_answer(bytes);
    let mut lines = head.split(|byte| *byte == b'\n');
    let status = lines.next().unwrap_or(&[]);
    let code = String::from_utf8_lossy(status);
    let code = code
        .split_ascii_whitespace()
        .nth(1)
        .and_then(|code| code.parse().ok());
    let mut answer = Answer {
        code: code.ok_or("no answer of a web server (no status line)")?,
        content_type: String::new(),
        body: Vec::new(),
        fault: None,
    };
    let (mut encodings, mut is_chunked) = (Vec::new(), false);
    for line in lines {
        let Some((name, value)) = field(line.trim_ascii()) else {
            continue;
        };
        let value = String::from_utf8_lossy(value).to_ascii_lowercase();
        match name.as_slice() {
            b"content-type" => answer.content_type = value,
            b"content-encoding" => {
                let names = value.split(',').map(|name| name.trim().to_owned());
                encodings.extend(names.filter(|name| !name.is_empty() && name != "identity"));
            }
            b"transfer-encoding" => is_chunked = value.contains("chunked"),
            _ => {}
        }
    }
    // What crawlers unpacked they often still call packed.
    let chunks = is_chunked.then(|| chunked::joined(body)).flatten();
    let (mut body, is_whole) = chunks.unwrap_or_else(|| (body.to_vec(), true));
    if !is_whole {
        let what = "an answer whose chunks are cut short or damaged, so it was read as far as \
                    they go; fetch the archive again";
        answer.fault = Some(what.to_owned());
    }
    // And some pack what they do not call so.
    let is_text = answer.content_type.starts_with("text/");
    if encodings.is_empty() && is_text && body.starts_with(&GZIP) {
        encodings.push("gzip".to_owned());
    }
    for encoding in encodings.iter().rev() {
        let is_whole;
        (body, is_whole) = unpacked(body, encoding, limit)?;
        if !is_whole && answer.fault.is_none() {
            answer.fault = Some(format!(
                "an answer whose {encoding} data is cut short or damaged, so it was read up to \
                 there; fetch the archive again"
            ));
        }
    }
    answer.body = body;
    Ok(answer)
}

/// Returns the head and the contents of the last answer: before it others may
/// stand that only say that one comes (100 Continue), or that a proxy is there.
fn last_answer(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (mut head, mut body) = split(bytes);
    loop {
        let code = head.split(|byte| *byte == b' ').nth(1).unwrap_or(&[]);
        let has_fields = memchr::memchr(b'\n', head).is_some();
        let is_before = code.starts_with(b"1") || !has_fields;
        if !is_before || !body.starts_with(b"HTTP/") {
            return (head, body);
        }
        (head, body) = split(body);
    }
}

/// Returns the head and the contents.
fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let wide = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| (at, at + 4));
    let narrow = memchr::memmem::find(bytes, b"\n\n").map(|at| (at, at + 2));
    let (head, body) = [wide, narrow]
        .into_iter()
        .flatten()
        .min()
        .unwrap_or((bytes.len(), bytes.len()));
    (&bytes[..head], &bytes[body..])
}

/// How gzip data begins.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Unpacks a body, and tells whether all of it could be unpacked; what is no
/// text then is none.
fn unpacked(body: Vec<u8>, encoding: &str, limit: RecordLimit) -> Result<(Vec<u8>, bool), String> {
    let most = limit.bytes();
    let (bytes, is_whole) = match encoding {
        "gzip" | "x-gzip" if body.starts_with(&GZIP) => gunzipped(&body, most),
        "deflate" if is_zlib(&body) => inflated(&body, true, most),
        "deflate" => inflated(&body, false, most),
        "gzip" | "x-gzip" => (Vec::new(), false),
        // Unpacked already, or the name of something else, such as `utf-8`.
        other if is_text(&body, other) => return Ok((body, true)),
        other => return Err(format!("an answer packed with {other}, which is not read")),
    };
    if bytes.len() as u64 > most {
        return Err(match limit.is_bomb(bytes.len() as u64, body.len() as u64) {
            true => limit.bomb(bytes.len() as u64, body.len() as u64),
            false => limit.exceeded("document"),
        });
    }
    let is_packed = body.starts_with(&GZIP) || is_zlib(&body);
    match is_whole {
        true => Ok((bytes, true)),
        // Unpacked already.
        false if !is_packed && binary_kind(&body).is_none() => Ok((body, true)),
        false if !bytes.is_empty() && binary_kind(&bytes).is_none() => Ok((bytes, false)),
        false => Err(format!("an answer that says it is {encoding} and is not")),
    }
}

/// Encodings of contents that are packed and not read.
const PACKED: [&str; 8] = [
    "br",
    "zstd",
    "compress",
    "x-compress",
    "dcb",
    "dcz",
    "bzip2",
    "xz",
];

/// Returns whether a body is text although it is said to be packed: UTF-8, or a
/// page, without signs of binary data; of one that is not said to be so any text.
fn is_text(body: &[u8], encoding: &str) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    let begins_page = || body.trim_ascii_start().starts_with(b"<");
    let is_plain = || simdutf8::basic::from_utf8(body).is_ok() || begins_page();
    binary_kind(body).is_none()
        && (!PACKED.contains(&encoding) || is_plain() && !body.iter().any(is_control))
}

/// Unpacks the members of gzip data up to a byte more than `most`, and tells
/// whether they are whole and nothing but line ends and zeros follows.
fn gunzipped(packed: &[u8], most: u64) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let mut rest = packed;
    while rest.starts_with(&GZIP) && bytes.len() as u64 <= most {
        let mut member = GzDecoder::new(rest);
        let room = most + 1 - bytes.len() as u64;
        if member.by_ref().take(room).read_to_end(&mut bytes).is_err() {
            return (bytes, false);
        }
        rest = member.into_inner();
    }
    (bytes, is_padding(rest))
}

/// Returns whether bytes behind packed data are line ends and zeros.
fn is_padding(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, 0 | b'\r' | b'\n'))
}

/// Returns whether bytes begin as zlib data (RFC 1950): a method and a size of
/// its window, with a check.
fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [method, check, ..] => {
            method & 0x8f == 8 && (u16::from(*method) << 8 | u16::from(*check)) % 31 == 0
        }
        _ => false,
    }
}

/// Unpacks deflated data up to somewhat more than `most`, and tells whether it
/// is whole and nothing but line ends and zeros follows.
fn inflated(packed: &[u8], is_zlib: bool, most: u64) -> (Vec<u8>, bool) {
    const ROOM: usize = 1 << 16;
    let mut inflater = Decompress::new(is_zlib);
    let mut bytes = Vec::new();
    while bytes.len() as u64 <= most {
        bytes.reserve(ROOM);
        let before = (inflater.total_in(), bytes.len());
        let rest = packed.get(before.0 as usize..).unwrap_or(&[]);
        match inflater.decompress_vec(rest, &mut bytes, FlushDecompress::None) {
            Ok(Status::StreamEnd) => {
                let behind = packed.get(inflater.total_in() as usize..);
                return (bytes, is_padding(behind.unwrap_or(&[])));
            }
            Ok(_) if (inflater.total_in(), bytes.len()) != before => {}
            _ => break,
        }
    }
    (bytes, false)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const PAGE: &str = "<p>渡口的船还没有来，对岸已经点起了灯。</p>";

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn answer(fields: &str, body: &[u8]) -> Result<Answer, String> {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: text/HTML\r\n{fields}\r\n");
        read(&[head.as_bytes(), body].concat(), RecordLimit::default())
    }

    /// Text that does not pack to nothing.
    fn long_page() -> String {
        let number = |n: u64| format!("{PAGE}{}\n", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (1..2_000).map(number).collect()
    }

    const CHUNKED: &str = "Transfer-Encoding: chunked\r\n";

    #[test]
    fn bodies_that_are_whole_are_read_without_a_word() {
        let zipped = packed(PAGE.as_bytes());
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        zlib.write_all(PAGE.as_bytes()).unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        raw.write_all(PAGE.as_bytes()).unwrap();
        for (fields, body) in [
            (CHUNKED, PAGE.as_bytes()),
            ("Content-Encoding: gzip\r\n", PAGE.as_bytes()),
            ("Content-Encoding: gzip\r\n", &zipped),
            (
                "Content-Encoding: gzip\r\n",
                &[&zipped[..], b"\0\0"].concat(),
            ),
            ("", &zipped),
            ("Content-Encoding: deflate\r\n", PAGE.as_bytes()),
            ("Content-Encoding: br\r\n", PAGE.as_bytes()),
            ("Content-Encoding: utf-8\r\n", PAGE.as_bytes()),
            ("Content-Encoding: none\r\n", PAGE.as_bytes()),
            ("Content-Encoding: none, gzip\r\n", &zipped),
            ("Content-Encoding: deflate\r\n", &zlib.finish().unwrap()),
            ("Content-Encoding: deflate\r\n", &raw.finish().unwrap()),
        ] {
            let answer = answer(fields, body).unwrap();
            assert_eq!(answer.body, PAGE.as_bytes(), "{fields}");
            assert_eq!(answer.fault, None, "{fields}");
            assert_eq!((answer.code, &*answer.content_type), (200, "text/html"));
        }
    }

    #[test]
    fn of_bodies_that_are_cut_or_damaged_the_text_is_read_and_told() {
        let page = long_page();
        let zipped = packed(page.as_bytes());
        let half = &zipped[..zipped.len() / 2];
        let mut damaged = zipped.clone();
        damaged[zipped.len() / 2..][..40].fill(0xff);
        let in_chunks = |bytes: &[u8]| {
            let size = format!("{:x}\r\n", bytes.len());
            [size.as_bytes(), bytes, b"\r\n0\r\n\r\n"].concat()
        };
        let cut = |bytes: &[u8]| in_chunks(bytes)[..bytes.len() / 2].to_vec();
        let gzip = "Content-Encoding: gzip\r\n";
        let both = format!("{gzip}{CHUNKED}");
        for (fields, body) in [
            (gzip, half),
            (gzip, &damaged),
            ("", half),
            (CHUNKED, &cut(page.as_bytes())),
            (&*both, &cut(&zipped)),
            (&*both, &in_chunks(half)),
        ] {
            let answer = answer(fields, body).unwrap();
            assert!(answer.fault.is_some(), "{fields}");
            assert!(answer.body.len() > page.len() / 4, "{fields}");
            assert!(page.as_bytes().starts_with(&answer.body[..page.len() / 4]));
        }
        // Packed bytes are no text.
        assert!(answer("Content-Encoding: br\r\n", b"\x0b\x05\x80hello\x03").is_err());
        assert!(answer("Content-Encoding: zstd\r\n", b"\x28\xb5\x2f\xfd\x04").is_err());
        assert!(answer(gzip, &zipped[2..]).is_err());
        assert!(answer(gzip, &zipped[..10]).is_err());
    }

    #[test]
    fn the_last_of_several_answers_counts() {
        for before in [
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.0 200 Connection established\r\n\r\n",
        ] {
            let bytes = format!("{before}HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n潮水");
            let answer = read(bytes.as_bytes(), RecordLimit::default()).unwrap();
            let found = (answer.code, &*answer.content_type, &*answer.body);
            assert_eq!(found, (200, "text/plain", "潮水".as_bytes()));
        }
        let bytes = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nHTTP/1.1 404 a\r\n\r\nx";
        let answer = read(bytes.as_bytes(), RecordLimit::default()).unwrap();
        assert_eq!((answer.code, answer.body.len()), (200, 19));
    }
}
