//! JSON Lines and arrays of JSON objects, to the fields of records.

mod names;
mod objects;
mod record;
mod repair;
mod unescape;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};
use memchr::memchr_iter;
use serde::de::IgnoredAny;

use crate::corpus::Location;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding::{self, Decoded};
use crate::read::sink::Sink;
use crate::span::Span;
pub(crate) use names::field_names;
pub(crate) use objects::ObjectScan;
use record::Buffers;
pub(crate) use record::JsonFields;

/// Returns whether bytes begin with a whole object, over however many lines.
pub(crate) fn begins_with_object(bytes: &[u8]) -> bool {
    let object = ObjectScan::default().next(bytes, 0);
    let object = object.and_then(|object| bytes.get(object));
    object.is_some_and(|object| serde_json::from_slice::<IgnoredAny>(object).is_ok())
}

/// Returns where the first object of a line ends.
pub(crate) fn end_of_object(line: &[u8]) -> Option<usize> {
    Some(ObjectScan::default().next(line, 0)?.end)
}

/// Reads the records of a chunk of whole lines.
///
/// Copies only strings with escapes and values that are joined, into buffers
/// that are used again.
pub(crate) fn read_lines<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    fields: &JsonFields,
    encoding: Option<&'static Encoding>,
    collector: &mut Collector<S>,
) {
    let mut buffers = Buffers::default();
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for (number, end) in (origin.line..).zip(ends) {
        let line = bytes.get(start..end).unwrap_or(&[]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.trim_ascii().is_empty() {
            let span = Span::new(start, start + line.len());
            read_one(
                line,
                span,
                number,
                origin,
                fields,
                encoding,
                &mut buffers,
                collector,
            );
            if collector.is_over() {
                return;
            }
        }
        start = end + 1;
    }
}

/// Reads the objects of a chunk of an array, or of objects one after the
/// other.
pub(crate) fn read_objects<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    fields: &JsonFields,
    encoding: Option<&'static Encoding>,
    collector: &mut Collector<S>,
) {
    let mut buffers = Buffers::default();
    let mut scan = ObjectScan::default();
    let (mut at, mut line) = (0, origin.line);
    while let Some(object) = scan.next(bytes, at) {
        let between = bytes.get(at..object.start).unwrap_or(&[]);
        skip_strangers(between, line, origin, collector);
        line += memchr_iter(b'\n', between).count() as u64;
        let text = bytes.get(object.clone()).unwrap_or(&[]);
        let span = Span::new(object.start, object.end);
        read_one(
            text,
            span,
            line,
            origin,
            fields,
            encoding,
            &mut buffers,
            collector,
        );
        line += memchr_iter(b'\n', text).count() as u64;
        at = object.end;
        if collector.is_over() {
            return;
        }
    }
    skip_strangers(bytes.get(at..).unwrap_or(&[]), line, origin, collector);
}

/// Reports what stands between objects and is no punctuation of an array.
fn skip_strangers<S: Sink>(
    between: &[u8],
    line: u64,
    origin: Origin<'_>,
    collector: &mut Collector<S>,
) {
    let is_punctuation =
        |byte: &u8| byte.is_ascii_whitespace() || b",[]\xef\xbb\xbf\x1e".contains(byte);
    let Some(first) = between.iter().position(|byte| !is_punctuation(byte)) else {
        return;
    };
    let (before, rest) = between.split_at(first);
    let line = line + memchr_iter(b'\n', before).count() as u64;
    let what = if rest.first() == Some(&b'{') {
        "a JSON object begins here and never ends; mend it, or fetch the file again"
    } else {
        "not a JSON object; mend or remove what stands between the objects"
    };
    collector.skip(origin.input, origin.name, line, what.to_owned());
}

#[expect(clippy::too_many_arguments)]
fn read_one<S: Sink>(
    bytes: &[u8],
    span: Span,
    line: u64,
    origin: Origin<'_>,
    fields: &JsonFields,
    encoding: Option<&'static Encoding>,
    buffers: &mut Buffers,
    collector: &mut Collector<S>,
) {
    let location = Location {
        input: origin.input,
        span: Span {
            start: origin.offset + span.start,
            end: origin.offset + span.end,
        },
        line,
    };
    let decoded = decode_record(bytes, encoding);
    match record::read(&decoded.text, fields, buffers) {
        Ok(record) => {
            let damaged = record.damaged || decoded.replaced > 0;
            let record = RawRecord {
                encoding: decoded.encoding,
                is_certain: decoded.is_certain,
                damaged,
                ..record
            };
            collector.record(origin.name, &record, location);
            if collector.wants_others() {
                record::others(&decoded.text, |name, value| collector.other(name, value));
            }
        }
        Err(what) => collector.skip(origin.input, origin.name, line, what),
    }
}

/// Decodes a record, and takes off the byte order mark, which files that were
/// joined have in the middle, and the separator of JSON text sequences
/// (RFC 7464).
fn decode_record<'a>(bytes: &'a [u8], encoding: Option<&'static Encoding>) -> Decoded<'a> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.strip_prefix(b"\x1e").unwrap_or(bytes);
    match (encoding, simdutf8::basic::from_utf8(bytes)) {
        (None, Ok(text)) => Decoded {
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            replaced: 0,
            is_certain: !encoding::is_doubtful_ascii(text),
        },
        (None, Err(_)) => encoding::decode(bytes),
        (Some(encoding), _) => encoding::decode_as(bytes, encoding),
    }
}
