//! From rows of CSV or TSV, under a header, to the fields of records.

mod dialect;
mod row;
mod swallowed;

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memchr_iter;

use crate::corpus::Location;
use crate::read::ReadOptions;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding::{self, Decoded, Detected};
use crate::read::fields::FieldRole;
use crate::read::selector::ColumnSelector;
use crate::read::sink::Sink;
use crate::span::Span;
pub use dialect::{Quote, TableOptions};
pub(crate) use row::{Dialect, RowState};
use row::{Row, RowFault};
use swallowed::Widths;

/// The header of a CSV file, and how its rows are read.
#[derive(Debug)]
pub(crate) struct CsvHeader {
    columns: [ColumnSelector; FieldRole::COUNT],
    /// The name of the text's field, as the user wrote it.
    text_name: String,
    names: Vec<String>,
    /// Number of columns up to the last that has a name.
    named: usize,
    /// The bytes of the header, to tell it where it stands again.
    bytes: Vec<u8>,
    dialect: Dialect,
    encoding: Detected,
    /// Whether the encoding is known from elsewhere than the bytes of the rows.
    is_named: bool,
    start: usize,
    banner_lines: usize,
}

impl CsvHeader {
    /// Returns the length of the header in bytes, byte order mark included.
    pub(crate) fn start(&self) -> usize {
        self.start
    }

    /// Returns the name of the encoding of the rows.
    pub(crate) fn encoding_name(&self) -> &'static str {
        self.encoding.encoding.name()
    }

    /// Returns how the rows are written.
    pub(crate) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the names of the columns.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Returns whether all rows in `bytes` fit the header, and each line is
    /// one; of a single column no line is plainly a row.
    fn fits_all(&self, bytes: &[u8]) -> bool {
        let mut row = Row::default();
        let mut is_plain = self.named > 1;
        while is_plain && row.read(bytes, self.dialect) {
            is_plain = row.fits(bytes, self.named, self.names.len())
                && memchr::memchr(b'\n', &bytes[row.start..row.end]).is_none();
        }
        is_plain
    }

    /// Returns whether a row is the header once more, as in tables that were
    /// put one after the other, each with its mark or without. A header of one
    /// column may be a text.
    fn is_again(&self, bytes: &[u8], row: &Row) -> bool {
        let row = bytes.get(row.start..row.end).unwrap_or(&[]);
        let marked = row.strip_prefix(b"\xef\xbb\xbf");
        (self.named > 1 || marked.is_some()) && marked.unwrap_or(row) == self.bytes
    }

    /// Returns what a user should know of the header.
    pub(crate) fn warnings(&self) -> impl Iterator<Item = String> {
        let banner = match self.banner_lines {
            0 => None,
            1 => Some("1 line above the header was left out".to_owned()),
            lines => Some(format!("{lines} lines above the header were left out")),
        };
        let mut seen = std::collections::HashSet::new();
        let twice = self
            .names
            .iter()
            .find(|name| !name.is_empty() && !seen.insert(*name));
        let twice = twice
            .map(|twice| format!("several columns are named {twice:?}; the first of them is read"));
        banner.into_iter().chain(twice)
    }
}

/// Reads the header from the first bytes of a file, which are the whole of it
/// if `is_whole`. It has no columns if the file is empty.
///
/// `by_name` is the delimiter that the file's name speaks of, `named` the
/// encoding if it is known.
pub(crate) fn read_header(
    head: &[u8],
    is_whole: bool,
    by_name: u8,
    named: Option<&'static Encoding>,
    options: &ReadOptions,
) -> Result<CsvHeader, String> {
    // Tools that put a mark before what has one leave two.
    let mut rows = head;
    while let Some(rest) = rows.strip_prefix(b"\xef\xbb\xbf") {
        rows = rest;
    }
    let named = match rows.len() < head.len() {
        true => Some(UTF_8),
        false => named,
    };
    let encoding = named.map_or_else(|| encoding::detect(head), Detected::certain);
    if [UTF_16LE, UTF_16BE].contains(&encoding.encoding) {
        return Err("UTF-16 without a byte order mark; name its encoding".to_owned());
    }
    let text = options.fields.selector(FieldRole::Text);
    let layout = dialect::layout(rows, is_whole, by_name, options.table, &text);
    rows = &rows[layout.header..];
    let mut header = Row::default();
    header.read(rows, layout.dialect);
    if !is_whole && header.next >= rows.len() {
        return Err("no end of the header in the first megabyte; is it CSV?".to_owned());
    }
    let names: Vec<String> = (0..header.len())
        .filter_map(|index| header.get(rows, index, layout.dialect))
        .map(|name| column_name(&name, Some(encoding.encoding)))
        .collect();
    let columns = FieldRole::ALL.map(|role| {
        let selector = options.fields.selector(role);
        selector.among_columns(|name| names.iter().position(|column| column == name))
    });
    Ok(CsvHeader {
        columns,
        text_name: options.fields.text.clone(),
        named: header.len_named(rows),
        bytes: rows.get(header.start..header.end).unwrap_or(&[]).to_vec(),
        names,
        dialect: layout.dialect,
        encoding,
        is_named: named.is_some(),
        start: head.len() - rows.len() + header.next,
        banner_lines: layout.banner_lines,
    })
}

/// Returns the delimiter of bytes of an unknown kind if they are plainly a
/// table with the text's column.
pub(crate) fn table_delimiter(head: &[u8], is_whole: bool, options: &ReadOptions) -> Option<u8> {
    let text = options.fields.selector(FieldRole::Text);
    dialect::is_table(head, is_whole, &text)
}

/// Returns whether a table would be cut inside of characters whose second byte
/// is one of ASCII: its delimiter or quote is one of those, or a backslash.
pub(crate) fn cuts_characters(
    head: &[u8],
    is_whole: bool,
    by_name: u8,
    options: &ReadOptions,
) -> bool {
    let text = options.fields.selector(FieldRole::Text);
    let Dialect {
        delimiter,
        quote,
        has_backslashes,
        skips_blanks: _,
    } = dialect::layout(head, is_whole, by_name, options.table, &text).dialect;
    let may_be_second = |byte: u8| matches!(byte, b'0'..=b'9' | b'@'..=b'~');
    has_backslashes || may_be_second(delimiter) || quote.is_some_and(may_be_second)
}

/// Returns the name in a field of the header.
fn column_name(field: &[u8], encoding: Option<&'static Encoding>) -> String {
    let encoding = encoding.unwrap_or_else(|| encoding::detect(field).encoding);
    let decoded = encoding::decode_as(field, encoding);
    decoded.text.trim().to_owned()
}

/// Reads the rows of a chunk.
pub(crate) fn read_rows<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    header: &CsvHeader,
    collector: &mut Collector<S>,
) {
    let mut row = Row::default();
    let mut line = origin.line;
    let mut counted = 0;
    let mut again = 0u64;
    while !collector.is_over() && row.read(bytes, header.dialect) {
        line += memchr_iter(b'\n', &bytes[counted..row.start]).count() as u64;
        counted = row.start;
        let location = Location {
            input: origin.input,
            span: Span {
                start: origin.offset + row.start as u64,
                end: origin.offset + row.end as u64,
            },
            line,
        };
        if row.fault == Some(RowFault::Unclosed) {
            let what = recover(bytes, &mut row, header);
            collector.skip(origin.input, origin.name, line, what);
            continue;
        }
        let lines = lines_within(bytes, &row);
        if lines > 1 && are_rows(bytes, &row, header) {
            let what = format!(
                "a quote opened in this line is closed {} lines below, and the lines between are \
                 rows, so they were read and this line was left out; double the quote and \
                 enclose the field, or read the table as one whose quotes are text",
                lines - 1
            );
            let line_len = memchr::memchr2(b'\n', b'\r', &bytes[row.start..row.end]);
            row.next = row.start + line_len.map_or(0, |at| at + 1);
            collector.skip(origin.input, origin.name, line, what);
            continue;
        }
        if header.is_again(bytes, &row) {
            again += 1;
            continue;
        }
        match row_fault(bytes, &row, header) {
            Some(mut what) => {
                if lines > 1 {
                    what.push_str(&format!(" (a row of {lines} lines)"));
                }
                collector.skip(origin.input, origin.name, line, what);
            }
            None => read_row(bytes, &row, header, origin, location, collector),
        }
    }
    collector.headers_again(origin.input, again);
}

/// Returns the number of lines that a row takes.
fn lines_within(bytes: &[u8], row: &Row) -> usize {
    let row = bytes.get(row.start..row.end).unwrap_or(&[]);
    match memchr_iter(b'\n', row).count() {
        0 => memchr_iter(b'\r', row).count() + 1,
        ends => ends + 1,
    }
}

/// Returns whether the lines of one row are plainly rows.
fn are_rows(bytes: &[u8], row: &Row, header: &CsvHeader) -> bool {
    let widths = Widths {
        named: header.named,
        all: header.names.len(),
    };
    let row = bytes.get(row.start..row.end).unwrap_or(&[]);
    swallowed::are_rows(row, header.dialect, widths)
}

/// Goes on after the line with a quote that is never closed, if all lines
/// after it are plainly rows, or else to the end; returns what to say.
fn recover(bytes: &[u8], row: &mut Row, header: &CsvHeader) -> String {
    let rest = bytes.get(row.start..).unwrap_or(&[]);
    let line_len = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
    let after = &rest[line_len..];
    if !after.trim_ascii().is_empty() && header.fits_all(after) {
        row.next = row.start + line_len;
        return "a quote opened in this line is never closed, so the line was left out; close it, \
                or say how the file is quoted"
            .to_owned();
    }
    row.next = bytes.len();
    match memchr_iter(b'\n', rest.trim_ascii_end()).count() + 1 {
        1 => "a quote opened in this row, the last one, is never closed; close it, or fetch the \
              file again"
            .to_owned(),
        lines => format!(
            "a quote opened in this row is never closed, so the {lines} lines from here to the \
             end were not read; close it, or say how the file is quoted"
        ),
    }
}

/// Returns what is wrong with a row.
fn row_fault(bytes: &[u8], row: &Row, header: &CsvHeader) -> Option<String> {
    let what = match row.fault {
        Some(RowFault::QuoteInside) => {
            "a quote inside a quoted field; double it, or say how the file is quoted".to_owned()
        }
        _ if !row.fits(bytes, header.named, header.names.len()) => {
            let fields = if row.len() == 1 { "field" } else { "fields" };
            format!(
                "a row of {} {fields} under a header of {}; enclose fields that hold {} in quotes",
                row.len(),
                header.names.len(),
                delimiter_name(header.dialect.delimiter),
            )
        }
        _ => return None,
    };
    Some(what)
}

fn delimiter_name(delimiter: u8) -> String {
    match delimiter {
        b',' => "commas".to_owned(),
        b'\t' => "tabs".to_owned(),
        b';' => "semicolons".to_owned(),
        other => format!("{:?}", char::from(other)),
    }
}

fn read_row<S: Sink>(
    bytes: &[u8],
    row: &Row,
    header: &CsvHeader,
    origin: Origin<'_>,
    location: Location,
    collector: &mut Collector<S>,
) {
    let mut replaced = 0;
    let [id, text, title, date, source, further] = std::array::from_fn(|at| {
        let columns = &header.columns[at];
        if let Some(column) = columns.only() {
            let decoded = field_text(row.get(bytes, column, header.dialect)?, header.encoding);
            replaced += decoded.replaced;
            return Some(decoded);
        }
        let mut text_encoding = Detected::certain(UTF_8);
        let separator = FieldRole::ALL[at].separator();
        let joined = columns.join(separator, |column, joined| {
            let Some(field) = row.get(bytes, column, header.dialect) else {
                return false;
            };
            let decoded = field_text(field, header.encoding);
            replaced += decoded.replaced;
            text_encoding = header.encoding;
            joined.push_str(&decoded.text);
            true
        })?;
        Some(Decoded {
            text: Cow::Owned(joined),
            encoding: text_encoding.encoding.name(),
            replaced: 0,
            is_certain: text_encoding.is_certain,
        })
    });
    let Some(text) = text else {
        let what = format!("no field {:?}; mend the row", header.text_name);
        return collector.skip(origin.input, origin.name, location.line, what);
    };
    let is_doubtful = !header.is_named && encoding::is_doubtful_ascii(&text.text);
    let record = RawRecord {
        id: id.as_ref().map(|id| &*id.text),
        text: &text.text,
        title: title.as_ref().map(|title| &*title.text),
        date: date.as_ref().map(|date| &*date.text),
        source: source.as_ref().map(|source| &*source.text),
        further: further.as_ref().map(|further| &*further.text),
        encoding: text.encoding,
        is_certain: text.is_certain && !is_doubtful,
        damaged: replaced > 0,
        is_repeated: false,
    };
    collector.record(origin.name, &record, location);
    if collector.wants_others() {
        for (column, name) in header.names.iter().enumerate() {
            if let Some(field) = row.get(bytes, column, header.dialect) {
                collector.other(name, &field_text(field, header.encoding).text);
            }
        }
    }
}

/// Decodes a field. In UTF-8 each field may be in another encoding: tables
/// are put together from several sources.
fn field_text(field: Cow<'_, [u8]>, encoding: Detected) -> Decoded<'_> {
    match field {
        Cow::Borrowed(field) => decode_field(field, encoding),
        Cow::Owned(field) => decode_field(&field, encoding).into_owned(),
    }
}

fn decode_field(field: &[u8], encoding: Detected) -> Decoded<'_> {
    if encoding.encoding != UTF_8 {
        return Decoded {
            is_certain: encoding.is_certain,
            ..encoding::decode_as(field, encoding.encoding)
        };
    }
    match simdutf8::basic::from_utf8(field) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: UTF_8.name(),
            replaced: 0,
            is_certain: true,
        },
        Err(_) => encoding::decode(field),
    }
}
