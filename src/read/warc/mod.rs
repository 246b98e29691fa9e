//! Web archives: pages of .warc and texts of .wet (ISO 28500).

mod chunked;
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
use scan::{field, is_head};

/// Returns whether bytes begin a web archive: with its name, alone on the line,
/// and a header that says of what type the record is.
pub(crate) fn is_warc(head: &[u8]) -> bool {
    head.starts_with(b"WARC/1.") && is_head_of_record(head)
}

/// Returns whether bytes that begin with the name of the format are the header
/// of a record.
fn is_head_of_record(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or(&[]);
    let is_type = |line: &[u8]| field(line).is_some_and(|(name, _)| name == b"warc-type");
    is_head(first.trim_ascii())
        && lines
            .take(HEADER_LINES)
            .take_while(|line| !line.trim_ascii().is_empty())
            .any(is_type)
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
    loop {
        let start = next_record(bytes, at);
        let passed = bytes.get(at..start.unwrap_or(bytes.len())).unwrap_or(&[]);
        if !is_padding(passed) {
            let line = line + count_lines(bytes, counted, at);
            let what = match start {
                Some(_) => format!(
                    "{} bytes that belong to no record; mend or fetch the archive again",
                    passed.len()
                ),
                None => "no record of a web archive from here on; mend or fetch the archive again"
                    .to_owned(),
            };
            collector.skip(origin.input, origin.name, line, what);
        }
        let Some(start) = start else { return };
        if collector.is_over() {
            return;
        }
        line += count_lines(bytes, counted, start);
        counted = start;
        let (header, contents) = header(bytes, start);
        let extent = match extent(bytes, contents, header.length, limit) {
            Ok(extent) => extent,
            Err(what) => return collector.skip(origin.input, origin.name, line, what),
        };
        at = extent.next;
        let location = Location {
            input: origin.input,
            span: Span {
                start: origin.offset + start as u64,
                end: origin.offset + extent.next as u64,
            },
            line,
        };
        if let Some(what) = extent.fault {
            collector.skip(origin.input, origin.name, line, what);
        }
        let body = bytes.get(contents..extent.end).unwrap_or(&[]);
        match page(&header, body, limit) {
            Ok(Some((kind, body, fault))) => {
                if let Some(what) = fault {
                    collector.skip(origin.input, origin.name, line, what);
                }
                document(&header, kind, &body, encoding, origin, location, collector);
            }
            Ok(None) => collector.other_record(origin.input),
            Err(what) => collector.skip(origin.input, origin.name, line, what),
        }
    }
}

fn count_lines(bytes: &[u8], from: usize, to: usize) -> u64 {
    memchr::memchr_iter(b'\n', &bytes[from..to]).count() as u64
}

/// Returns whether bytes between records, or behind the last one, are nothing
/// but line ends and zeros.
fn is_padding(bytes: &[u8]) -> bool {
    bytes
        .iter()
        .all(|byte| matches!(byte, b'\r' | b'\n' | b' ' | 0))
}

/// Where the contents of a record end.
struct Extent {
    end: usize,
    /// Where the next record begins, or the bytes end.
    next: usize,
    /// What is wrong with the length that it names.
    fault: Option<String>,
}

/// Returns where a record ends whose contents begin at `contents`: where its
/// length says, if a record begins there, and otherwise where the next one
/// begins; or why it can't be read.
fn extent(
    bytes: &[u8],
    contents: usize,
    length: Option<usize>,
    limit: RecordLimit,
) -> Result<Extent, String> {
    let named = length.and_then(|length| contents.checked_add(length));
    let head = next_head(bytes, contents);
    // A length that is too long by whole records ends before a head, too.
    let is_before_head = |end: &usize| head.is_none_or(|head| *end <= head);
    if let Some(end) = named.filter(|end| *end <= bytes.len() && is_before_head(end)) {
        let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let ends = bytes[end..].iter().take_while(|byte| is_line_end(byte));
        let next = end + ends.count();
        if bytes[next..].starts_with(b"WARC/") || is_padding(&bytes[next..]) {
            let fault = None;
            return Ok(Extent { end, next, fault });
        }
    }
    let there = bytes.len().saturating_sub(contents);
    let Some(next) = head else {
        // One that is as long as that would not have come here.
        let is_possible = |length: &usize| *length as u64 <= limit.bytes();
        let is_cut = named.is_none_or(|end| end > bytes.len());
        let fault = match length {
            Some(length) if is_cut && is_possible(&length) => {
                return Err(format!(
                    "a record of {length} bytes of which {there} are there; fetch the archive again"
                ));
            }
            Some(length) => format!(
                "a record that says it has {length} bytes, and none begins behind it, so all \
                 {there} that follow were read; mend its length, or fetch the archive again"
            ),
            None => "a record that does not say its length, so all that follows was read; mend \
                     it, or fetch the archive again"
                .to_owned(),
        };
        return Ok(Extent {
            end: bytes.len(),
            next: bytes.len(),
            fault: Some(fault),
        });
    };
    let end = end_before(bytes, contents, next);
    let fault = match length {
        Some(length) => format!(
            "a record that says it has {length} bytes, and the next one begins after {}, so it \
             was read up to there; mend its length, or fetch the archive again",
            end - contents
        ),
        None => "a record that does not say its length, so it was read up to the next one; mend \
                 it, or fetch the archive again"
            .to_owned(),
    };
    Ok(Extent {
        end,
        next,
        fault: Some(fault),
    })
}

/// Returns the end of contents without the two line ends before the next
/// record.
fn end_before(bytes: &[u8], contents: usize, next: usize) -> usize {
    let mut rest = &bytes[contents..next];
    for _ in 0..2 {
        rest = rest.strip_suffix(b"\n").unwrap_or(rest);
        rest = rest.strip_suffix(b"\r").unwrap_or(rest);
    }
    contents + rest.len()
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

/// Returns where the next record begins behind a blank line: a line that begins
/// one, and a header that says of what type it is.
fn next_head(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memmem::find_iter(bytes.get(from..)?, b"WARC/")
        .map(|at| from + at)
        .find(|at| {
            let before = &bytes[..*at];
            let is_behind_blank = before.ends_with(b"\n\n") || before.ends_with(b"\n\r\n");
            is_behind_blank && is_head_of_record(&bytes[*at..])
        })
}

/// The most lines of a header in which its type is looked for.
const HEADER_LINES: usize = 64;

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

/// What a document of an archive is, its bytes, unpacked, and what is wrong with
/// them.
type Page<'a> = (Kind, Cow<'a, [u8]>, Option<String>);

/// Returns the page or text of a record, if it holds one.
fn page<'a>(
    header: &Header,
    body: &'a [u8],
    limit: RecordLimit,
) -> Result<Option<Page<'a>>, String> {
    let kind_of = |content_type: &str, body: &[u8]| {
        // Some servers say it twice, or in quotes.
        let name = content_type.split([';', ',']).next().unwrap_or("");
        let name = name.trim_matches([' ', '\t', '"', '\'']);
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
                .map(|kind| (kind, Cow::Owned(answer.body), answer.fault)))
        }
        "response" | "resource" | "conversion" => {
            let kind = kind_of(&header.content_type, body);
            Ok(kind.map(|kind| (kind, Cow::Borrowed(body), None)))
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
        if page.text.is_empty() && !body.trim_ascii().is_empty() {
            // Pages that scripts would fill are no copies of each other.
            return collector.other_record(origin.input);
        }
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

    fn record(body: &str, length: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://a.example/{}\r\n\
             Content-Type: text/plain\r\n{length}\r\n{body}\r\n\r\n",
            body.len()
        )
    }

    fn right(body: &str) -> String {
        record(body, &format!("Content-Length: {}\r\n", body.len()))
    }

    /// Where ends are found in pieces of a size.
    fn ends(archive: &str, size: usize) -> Vec<usize> {
        let mut scan = WarcScan::new(1 << 20);
        let pieces = (0..).step_by(size).zip(archive.as_bytes().chunks(size));
        let found = pieces.filter_map(|(start, piece)| Some(start + scan.last_end(piece)?));
        found.collect()
    }

    #[test]
    fn types_that_are_said_twice_or_in_quotes_are_those_of_pages() {
        let header = |content_type: &str| Header {
            kind: "resource".to_owned(),
            content_type: content_type.to_owned(),
            ..Header::default()
        };
        for content_type in [
            "text/html, text/html; charset=utf-8",
            "text/html,text/html",
            "\"text/html\"",
            "'text/html'; charset=utf-8",
            " text/html ;x",
        ] {
            let page = page(&header(content_type), b"<p>x", RecordLimit::default());
            assert!(matches!(page, Ok(Some((Kind::Html, ..)))), "{content_type}");
        }
        let other = page(
            &header("image/png, text/html"),
            b"x",
            RecordLimit::default(),
        );
        assert!(matches!(other, Ok(None)));
    }

    #[test]
    fn records_end_where_their_length_says_however_the_pieces_fall() {
        let records = ["甲\r\n\r\nWARC/1.0\r\n", "", "乙", "丙"].map(right);
        let archive = records.concat();
        let mut all = Vec::new();
        let mut sum = 0;
        for record in &records {
            sum += record.len();
            all.push(sum);
        }
        // The last one is ended by the end of the file.
        all.pop();
        assert_eq!(ends(&archive, archive.len()), [all[2]]);
        for size in [1, 2, 3, 7, 64, 100] {
            let found = ends(&archive, size);
            assert!(found.iter().all(|end| all.contains(end)), "{size}");
        }
        assert_eq!(ends(&archive, 100).last(), all.last());
    }

    /// The texts that are read, and how many messages come with them.
    fn texts(archive: &str) -> (Vec<String>, usize) {
        struct Texts(Vec<String>);
        impl Sink for Texts {
            fn record(&mut self, record: &crate::corpus::Record<'_>) {
                self.0.push(record.text.to_owned());
            }
        }
        let options = crate::read::ReadOptions::default();
        let mut collector = Collector::new(Texts(Vec::new()), &options);
        let origin = Origin {
            input: 0,
            name: "a.warc",
            offset: 0,
            line: 1,
        };
        read(
            archive.as_bytes(),
            origin,
            None,
            RecordLimit::of(1 << 20),
            &mut collector,
        );
        (collector.sink.0, collector.skipped.len())
    }

    #[test]
    fn a_wrong_length_takes_nothing_from_other_records() {
        for wrong in [
            "Content-Length: 0\r\n",
            "Content-Length: 1\r\n",
            "Content-Length: 7\r\n",
            "Content-Length: 90\r\n",
            "Content-Length: 500\r\n",
            "Content-Length: 99999999999\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: many\r\n",
            "",
        ] {
            for at in 0..3 {
                let bodies = ["甲地今日有雨", "乙地明日放晴", "丙地昨日起风"];
                let records = bodies
                    .iter()
                    .enumerate()
                    .map(|(nth, body)| match nth == at {
                        true => record(body, wrong),
                        false => right(body),
                    });
                let archive: String = records.collect();
                let (found, told) = texts(&archive);
                assert_eq!(told, 1, "{wrong} at {at}: {found:?}");
                let is_last_and_cut_short = at == 2
                    && ["90", "500"]
                        .iter()
                        .any(|n| wrong.contains(&format!(" {n}\r")));
                let expected = match is_last_and_cut_short {
                    true => &bodies[..2],
                    false => &bodies[..],
                };
                let found: Vec<&str> = found.iter().map(|text| text.trim_end()).collect();
                assert_eq!(found, expected, "{wrong} at {at}");
            }
        }
    }

    #[test]
    fn a_length_that_ends_before_another_head_swallows_no_record() {
        let bodies = ["甲地今日有雨", "乙地明日放晴", "丙地昨日起风"];
        let second = right(bodies[1]);
        // With the line ends behind the second record, and without.
        for more in [0, 4] {
            let len = bodies[0].len() + 4 + second.len() - more;
            let first = record(bodies[0], &format!("Content-Length: {len}\r\n"));
            let (found, told) = texts(&[&*first, &second, &right(bodies[2])].concat());
            assert_eq!((found, told), (bodies.map(str::to_owned).to_vec(), 1));
        }
    }

    #[test]
    fn ends_are_found_again_behind_a_wrong_length() {
        for wrong in [
            "Content-Length: 3\r\n",
            "Content-Length: 77777777777\r\n",
            "",
        ] {
            let first = record("甲地今日有雨", wrong);
            let second = right("乙地明日放晴");
            let archive = [&*first, &second, &right("丙地昨日起风")].concat();
            let end = first.len() + second.len();
            assert_eq!(ends(&archive, archive.len()), [end], "{wrong}");
            assert_eq!(ends(&archive[..first.len() + 30], 9999), [first.len()]);
        }
    }

    #[test]
    fn what_is_no_record_is_told() {
        let archive = right("甲地今日有雨");
        assert_eq!(texts(&archive).1, 0);
        assert_eq!(texts(&format!("{archive}\0\0\r\n")).1, 0);
        assert_eq!(texts(&format!("a stray line\r\n{archive}")).1, 1);
        assert_eq!(texts("a stray line\r\n").1, 1);
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
