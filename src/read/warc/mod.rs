//! Web archives: pages of .warc and texts of .wet (ISO 28500).

mod http;
mod scan;

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::corpus::Location;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding;
use crate::read::html;
use crate::read::limit::RecordLimit;
use crate::read::sink::Sink;
use crate::span::Span;
pub(crate) use scan::WarcScan;
use scan::field;

/// Returns whether bytes begin a web archive.
pub(crate) fn is_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/1.")
}

/// What the header of a record says.
#[derive(Default)]
struct Header {
    kind: String,
    uri: String,
    date: String,
    content_type: String,
    length: Option<usize>,
}

/// Reads the records of a chunk.
///
/// Pages and texts become documents: answers with code 200, resources and
/// conversions. All other records (requests, metadata, images) are counted.
pub(crate) fn read<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    encoding: Option<&'static Encoding>,
    limit: RecordLimit,
    collector: &mut Collector<S>,
) {
    let mut at = 0;
    let (mut line, mut counted) = (origin.line, 0);
    while let Some(start) = next_record(bytes, at) {
        if collector.is_over() {
            return;
        }
        line += memchr::memchr_iter(b'\n', &bytes[counted..start]).count() as u64;
        counted = start;
        let (header, contents) = header(bytes, start);
        let skip = |collector: &mut Collector<S>, what: String| {
            collector.skip(origin.input, origin.name, line, what);
        };
        let Some(length) = header.length else {
            skip(
                collector,
                "a record of a web archive without its length; mend or fetch the archive again"
                    .to_owned(),
            );
            at = contents.max(start + 1);
            continue;
        };
        let Some(body) = contents
            .checked_add(length)
            .and_then(|end| bytes.get(contents..end))
        else {
            let what = format!(
                "a record of {length} bytes of which {} are there; fetch the archive again",
                bytes.len().saturating_sub(contents)
            );
            return skip(collector, what);
        };
        let mut end = contents + length;
        while end < bytes.len() && end < contents + length + 4 && b"\r\n".contains(&bytes[end]) {
            end += 1;
        }
        at = end;
        let location = Location {
            input: origin.input,
            span: Span {
                start: origin.offset + start as u64,
                end: origin.offset + end as u64,
            },
            line,
        };
        match page(&header, body, limit) {
            Ok(Some((kind, body))) => {
                document(&header, kind, &body, encoding, origin, location, collector);
            }
            Ok(None) => collector.left_out.other_records += 1,
            Err(what) => skip(collector, what),
        }
    }
}

/// Returns where the next record begins.
fn next_record(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr::memmem::find(bytes.get(at..)?, b"WARC/")?;
        if found == 0 || found == from || bytes[found - 1] == b'\n' {
            return Some(found);
        }
        at = found + 1;
    }
}

/// Reads the header of a record, and returns where its contents begin.
fn header(bytes: &[u8], start: usize) -> (Header, usize) {
    let mut header = Header::default();
    let mut at = start;
    loop {
        let rest = &bytes[at..];
        let end = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        let line = rest[..end].trim_ascii();
        at += end;
        if line.is_empty() || end == 0 {
            return (header, at);
        }
        let Some((name, value)) = field(line) else {
            continue;
        };
        let value = String::from_utf8_lossy(value).into_owned();
        match name.as_slice() {
            b"warc-type" => header.kind = value.to_ascii_lowercase(),
            b"warc-target-uri" => {
                header.uri = value.trim_matches(['<', '>']).to_owned();
            }
            b"warc-date" => header.date = value,
            b"content-type" => header.content_type = value.to_ascii_lowercase(),
            b"content-length" => header.length = value.parse().ok(),
            _ => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Text,
}

/// What a document of an archive is, and its bytes, unpacked.
type Page<'a> = (Kind, Cow<'a, [u8]>);

/// Returns the page or text of a record, if it holds one.
fn page<'a>(
    header: &Header,
    body: &'a [u8],
    limit: RecordLimit,
) -> Result<Option<Page<'a>>, String> {
    let kind_of = |content_type: &str, body: &[u8]| {
        let name = content_type.split(';').next().unwrap_or("").trim();
        match name {
            "text/html" | "application/xhtml+xml" => Some(Kind::Html),
            "text/plain" => Some(Kind::Text),
            "" if body.trim_ascii_start().starts_with(b"<") => Some(Kind::Html),
            _ => None,
        }
    };
    match header.kind.as_str() {
        "response" if header.content_type.starts_with("application/http") => {
            let answer = http::read(body, limit)?;
            let kind = kind_of(&answer.content_type, &answer.body);
            Ok(kind
                .filter(|_| answer.code == 200)
                .map(|kind| (kind, Cow::Owned(answer.body))))
        }
        "response" | "resource" | "conversion" => {
            Ok(kind_of(&header.content_type, body).map(|kind| (kind, Cow::Borrowed(body))))
        }
        _ => Ok(None),
    }
}

/// Hands a page or text on as a document.
fn document<S: Sink>(
    header: &Header,
    kind: Kind,
    body: &[u8],
    encoding: Option<&'static Encoding>,
    origin: Origin<'_>,
    location: Location,
    collector: &mut Collector<S>,
) {
    let given = |value: &'_ str| !value.is_empty();
    let host = host(&header.uri);
    let record = RawRecord {
        id: Some(header.uri.as_str()).filter(|uri| given(uri)),
        date: Some(header.date.as_str()).filter(|date| given(date)),
        source: host,
        ..RawRecord::default()
    };
    if kind == Kind::Html {
        let page = html::page(body, encoding);
        let record = RawRecord {
            text: &page.text,
            title: page.title.as_deref(),
            encoding: page.encoding,
            is_certain: page.is_certain,
            damaged: page.replaced > 0,
            ..record
        };
        return collector.record(origin.name, &record, location);
    }
    let decoded = encoding::decode_with(body, encoding);
    let record = RawRecord {
        text: &decoded.text,
        encoding: decoded.encoding,
        is_certain: decoded.is_certain,
        damaged: decoded.replaced > 0,
        ..record
    };
    collector.record(origin.name, &record, location);
}

/// Returns the host of an address.
fn host(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = match host.starts_with('[') {
        true => host,
        false => host.split(':').next()?,
    };
    Some(host).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_end_where_their_length_says_however_the_pieces_fall() {
        let record = |body: &str| {
            format!(
                "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
                body.len()
            )
        };
        let records = ["甲\r\n\r\nWARC/1.0\r\n", "", "乙"].map(record);
        let archive = records.concat();
        let mut ends = Vec::new();
        let mut sum = 0;
        for record in &records {
            sum += record.len();
            ends.push(sum);
        }
        for size in [1, 2, 3, 7, 64, archive.len()] {
            let mut scan = WarcScan::default();
            let mut found = Vec::new();
            for (nth, piece) in archive.as_bytes().chunks(size).enumerate() {
                for at in 0..piece.len() {
                    if let Some(end) = scan.last_end(&piece[at..=at]) {
                        found.push(nth * size + at + end);
                    }
                }
            }
            assert_eq!(found, ends, "{size}");
        }
        assert_eq!(
            WarcScan::default().last_end(archive.as_bytes()),
            Some(archive.len())
        );
    }

    #[test]
    fn hosts_are_those_of_addresses() {
        for (uri, expected) in [
            ("https://news.example.cn/a/b?c", Some("news.example.cn")),
            ("http://user@example.cn:8080", Some("example.cn")),
            ("http://[::1]:80/", Some("[::1]:80")),
            ("urn:uuid:1", None),
        ] {
            assert_eq!(host(uri), expected);
        }
    }
}
