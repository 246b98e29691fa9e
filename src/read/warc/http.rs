//! The answer of a web server, as a web archive keeps it.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::read::limit::RecordLimit;
use crate::read::warc::scan::field;

/// An answer: its code, the type of its contents, and these, unpacked.
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
}

/// Reads an answer; or says why its contents can't be read.
pub(super) fn read(bytes: &[u8], limit: RecordLimit) -> Result<Answer, String> {
    let (head, body) = split(bytes);
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
    let chunks = is_chunked.then(|| unchunked(body)).flatten();
    let mut body = chunks.unwrap_or_else(|| body.to_vec());
    for encoding in encodings.iter().rev() {
        body = unpacked(body, encoding, limit)?;
    }
    answer.body = body;
    Ok(answer)
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

/// Joins chunks (RFC 9112, §7.1); nothing if these are none.
fn unchunked(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    let mut rest = bytes;
    loop {
        let end = memchr::memchr(b'\n', rest)?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let size = line.split(';').next().unwrap_or("").trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = &rest[end + 1..];
        if size == 0 {
            return Some(joined);
        }
        joined.extend_from_slice(rest.get(..size)?);
        rest = &rest[size..];
        rest = rest.strip_prefix(b"\r\n").or(rest.strip_prefix(b"\n"))?;
    }
}

fn unpacked(body: Vec<u8>, encoding: &str, limit: RecordLimit) -> Result<Vec<u8>, String> {
    let most = limit.bytes();
    let mut bytes = Vec::new();
    let is_gzip = body.starts_with(&[0x1f, 0x8b]);
    let read = match encoding {
        "gzip" | "x-gzip" if is_gzip => MultiGzDecoder::new(&body[..])
            .take(most + 1)
            .read_to_end(&mut bytes),
        // Unpacked already.
        "gzip" | "x-gzip" => return Ok(body),
        "deflate" => match ZlibDecoder::new(&body[..])
            .take(most + 1)
            .read_to_end(&mut bytes)
        {
            Ok(read) => Ok(read),
            Err(_) => {
                bytes.clear();
                DeflateDecoder::new(&body[..])
                    .take(most + 1)
                    .read_to_end(&mut bytes)
            }
        },
        other => return Err(format!("an answer packed with {other}, which is not read")),
    };
    if bytes.len() as u64 > most {
        return Err(match limit.is_bomb(bytes.len() as u64, body.len() as u64) {
            true => limit.bomb(bytes.len() as u64, body.len() as u64),
            false => limit.exceeded("document"),
        });
    }
    match read {
        Ok(_) => Ok(bytes),
        // A page that was cut short while it was fetched.
        Err(_) if !bytes.is_empty() => Ok(bytes),
        Err(_) => Err(format!("an answer that says it is {encoding} and is not")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined_and_what_is_none_stays() {
        assert_eq!(
            unchunked(b"3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n").unwrap(),
            b"abcde"
        );
        assert_eq!(unchunked(b"<html>"), None);
        assert_eq!(unchunked(b"ff\r\nabc"), None);
        let plain = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/HTML\r\n\r\n<p>a</p>";
        let answer = read(plain, RecordLimit::default()).unwrap();
        assert_eq!(answer.body, b"<p>a</p>");
        assert_eq!((answer.code, &*answer.content_type), (200, "text/html"));
    }
}
