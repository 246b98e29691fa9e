//! From rows of CSV or TSV, under a header, to the fields of records.

use std::borrow::Cow;

use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memchr_iter;

use crate::corpus::Location;
use crate::read::Fields;
use crate::read::collector::{Collector, RawRecord};
use crate::read::encoding::{self, Decoded};
use crate::read::fields::FieldRole;
use crate::read::jsonl::Origin;
use crate::read::sink::Sink;
use crate::span::Span;

/// The header of a CSV file, and how its rows are read.
#[derive(Debug)]
pub(crate) struct CsvHeader {
    at: [Option<usize>; 5],
    delimiter: u8,
    encoding: &'static Encoding,
    start: usize,
}

impl CsvHeader {
    /// Returns the length of the header in bytes, byte order mark included.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Returns the name of the encoding of the rows.
    pub(crate) fn encoding_name(&self) -> &'static str {
        self.encoding.name()
    }
}

/// Reads the header from the first bytes of a file, which are the whole of it
/// if `is_whole`; returns the columns and all their names. Both are empty if
/// the file is.
pub(crate) fn read_header(
    head: &[u8],
    is_whole: bool,
    delimiter: u8,
    fields: &Fields,
) -> Result<(CsvHeader, Vec<String>), String> {
    let encoding = if head.starts_with(b"\xef\xbb\xbf") {
        UTF_8
    } else {
        encoding::detect(head)
    };
    if [UTF_16LE, UTF_16BE].contains(&encoding) {
        return Err("UTF-16; save it as UTF-8, or convert it with iconv -t UTF-8".to_owned());
    }
    let rows = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut reader = reader(rows, delimiter);
    let mut header = ByteRecord::new();
    // Reading from memory can't fail.
    let _ = reader.read_byte_record(&mut header);
    let len = usize::try_from(reader.position().byte()).unwrap_or(rows.len());
    if !is_whole && len >= rows.len() {
        return Err("no end of the header in the first megabyte; is it CSV?".to_owned());
    }
    let names: Vec<String> = header
        .iter()
        .map(|name| field_text(name, encoding).text.trim().to_owned())
        .collect();
    let at = FieldRole::ALL.map(|role| names.iter().position(|name| name == fields.name(role)));
    let start = head.len() - rows.len() + len;
    Ok((
        CsvHeader {
            at,
            delimiter,
            encoding,
            start,
        },
        names,
    ))
}

/// Reads the rows of a chunk.
pub(crate) fn read_rows<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    columns: &CsvHeader,
    fields: &Fields,
    collector: &mut Collector<S>,
) {
    let mut reader = reader(bytes, columns.delimiter);
    let mut row = ByteRecord::new();
    let mut line = origin.line;
    let mut start = 0;
    while !collector.is_over() && matches!(reader.read_byte_record(&mut row), Ok(true)) {
        let end = usize::try_from(reader.position().byte()).unwrap_or(bytes.len());
        let raw = bytes.get(start..end).unwrap_or(&[]);
        // The crate counts the second half of CR LF, and blank lines, to the
        // row that follows.
        let lead = raw
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let tail = raw
            .iter()
            .rev()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let (blank, rest) = raw.split_at(lead.min(raw.len()));
        line += memchr_iter(b'\n', blank).count() as u64;
        let first = origin.offset + (start + lead) as u64;
        let last = (origin.offset + end as u64)
            .saturating_sub(tail as u64)
            .max(first);
        let location = Location {
            input: origin.input,
            span: Span {
                start: first,
                end: last,
            },
            line,
        };
        read_row(&row, columns, fields, origin, location, collector);
        line += memchr_iter(b'\n', rest).count() as u64;
        start = end;
    }
}

fn read_row<S: Sink>(
    row: &ByteRecord,
    columns: &CsvHeader,
    fields: &Fields,
    origin: Origin<'_>,
    location: Location,
    collector: &mut Collector<S>,
) {
    let [id, text, title, date, source] = columns.at.map(|at| {
        let field = at.and_then(|at| row.get(at));
        field.map(|field| field_text(field, columns.encoding))
    });
    let Some(text) = text else {
        let what = format!(
            "a row of {} fields, but {:?} is in field {}; mend the row",
            row.len(),
            fields.text,
            columns.at[FieldRole::Text as usize].map_or(0, |at| at + 1),
        );
        return collector.skip(origin.input, origin.name, location.line, what);
    };
    let all = [&id, &title, &date, &source];
    let replaced: u64 = all
        .iter()
        .filter_map(|field| field.as_ref())
        .map(|d| d.replaced)
        .sum();
    let found = RawRecord {
        id: id.as_ref().map(|id| &*id.text),
        text: &text.text,
        title: title.as_ref().map(|title| &*title.text),
        date: date.as_ref().map(|date| &*date.text),
        source: source.as_ref().map(|source| &*source.text),
        encoding: text.encoding,
        damaged: replaced + text.replaced > 0,
    };
    collector.record(origin.name, &found, location);
}

fn field_text<'a>(field: &'a [u8], encoding: &'static Encoding) -> Decoded<'a> {
    if encoding != UTF_8 {
        return encoding::decode_as(field, encoding);
    }
    match simdutf8::basic::from_utf8(field) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            replaced: 0,
        },
        Err(_) => encoding::decode(field),
    }
}

fn reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes)
}
