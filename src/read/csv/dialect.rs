//! Tells from the first rows of a table how it is written.

use crate::read::csv::row::{Dialect, Row, RowFault, RowState};
use crate::read::selector::Selector;

/// How tables are written, as far as the user says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// The byte between fields.
    pub delimiter: Option<u8>,
    /// What encloses fields.
    pub quote: Option<Quote>,
    /// Number of lines above the header.
    pub skip_rows: Option<u64>,
}

/// What encloses a field that holds delimiters or line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Nothing: quotes are text.
    None,
    /// This byte; inside a field it is doubled.
    Doubled(u8),
    /// Double quotes; inside a field they follow a backslash.
    Backslash,
}

/// Largest number of lines above a header that are looked through for it.
/// Banners of exports have one to five.
const BANNER_LINES_MAX: usize = 20;

/// The most bytes of a header with names of several lines: cells of
/// spreadsheets have such names, with notes in them.
const HEADER_BYTES_MAX: usize = 64 << 10;

/// Number of rows that must fit a way of writing before it is believed;
/// enough for any file that keeps to one.
const ROWS_TRIED: usize = 2000;

/// Delimiters that are tried where none is given, the likelier first.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Of a table with tabs: the fields that begin with a quote show that quotes
/// are text if one in this many is not enclosed. Fewer are errors.
const STRAY_QUOTE_SHARE: usize = 4;

/// Where the header is, and how it and the rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) dialect: Dialect,
    /// Where the header begins.
    pub(super) header: usize,
    /// Number of lines above it that were found and not asked for.
    pub(super) banner_lines: usize,
}

/// Returns the layout of a table that begins with `head`.
///
/// `by_name` is the delimiter that the file's name speaks of, `text` what its
/// header must have. A table in which no header has it is laid out as its name
/// says.
pub(super) fn layout(
    head: &[u8],
    is_whole: bool,
    by_name: u8,
    options: TableOptions,
    text: &Selector,
) -> Layout {
    let mut start = 0;
    let mut delimiter = options.delimiter;
    if let Some((separator, len)) = separator_line(head) {
        start = len;
        delimiter = delimiter.or(Some(separator));
    }
    for _ in 0..options.skip_rows.unwrap_or(0) {
        start += line_len(&head[start..]);
    }
    let first_quote = match options.quote {
        Some(Quote::None) => None,
        Some(Quote::Doubled(quote)) => Some(quote),
        Some(Quote::Backslash) | None => Some(b'"'),
    };
    let dialect = |delimiter| Dialect {
        delimiter,
        quote: first_quote,
        has_backslashes: options.quote == Some(Quote::Backslash),
        skips_blanks: false,
    };
    let delimiters: Vec<u8> = match delimiter {
        Some(delimiter) => vec![delimiter],
        None => {
            let others = DELIMITERS.into_iter().filter(|other| *other != by_name);
            std::iter::once(by_name).chain(others).collect()
        }
    };
    let lines = match options.skip_rows {
        Some(_) => 1,
        None => BANNER_LINES_MAX + 1,
    };
    let mut header = (start, dialect(delimiters[0]), 0);
    let mut at = start;
    'lines: for line in 0..lines {
        for delimiter in &delimiters {
            if has_text_column(&head[at..], dialect(*delimiter), text) {
                header = (at, dialect(*delimiter), line);
                break 'lines;
            }
        }
        let len = line_len(&head[at..]);
        if len == 0 {
            break;
        }
        at += len;
    }
    let (header, mut dialect, banner_lines) = header;
    if options.quote.is_none() {
        dialect = quoting(&head[header..], is_whole, dialect);
    }
    Layout {
        dialect,
        header,
        banner_lines,
    }
}

/// Rows, with the header, that show a table whose header reads as prose does.
const PROSE_ROWS: usize = 4;

/// Returns whether bytes of an unknown kind are plainly a table: the first
/// line has the text column beside another, and the rows fit.
pub(super) fn is_table(head: &[u8], is_whole: bool, text: &Selector) -> Option<u8> {
    DELIMITERS.into_iter().find(|delimiter| {
        let dialect = Dialect {
            delimiter: *delimiter,
            quote: Some(b'"'),
            has_backslashes: false,
            skips_blanks: false,
        };
        let start = separator_line(head).map_or(0, |(_, len)| len);
        let head = &head[start..];
        if !has_text_column(head, dialect, text) {
            return false;
        }
        let mut row = Row::default();
        row.read(head, dialect);
        let width = row.len();
        let is_named = |index| {
            row.get(head, index, dialect)
                .is_some_and(|name| !name.is_empty())
        };
        if !(0..width).all(is_named) {
            return false;
        }
        let quoted = quoting(head, is_whole, dialect);
        let (good, bad) = fit(head, is_whole, quoted);
        // In prose many lines have a comma, and blanks stand behind it.
        let line = &head[..line_len(head)];
        let is_prose = *delimiter == b',' && memchr::memmem::find(line, b", ").is_some();
        let least = if is_prose { PROSE_ROWS } else { 2 };
        width > 1 && good >= least && good > bad && (!is_prose || bad == 0)
    })
}

/// Returns the separator of the line `sep=;` that Excel writes and reads, and
/// the length of that line.
fn separator_line(head: &[u8]) -> Option<(u8, usize)> {
    let rest = head.strip_prefix(b"\"").unwrap_or(head);
    let rest = rest
        .strip_prefix(b"sep=")
        .or_else(|| rest.strip_prefix(b"SEP="))?;
    let (separator, rest) = rest.split_first()?;
    let rest = rest.strip_prefix(b"\"").unwrap_or(rest);
    let end = crate::read::csv::row::line_end(rest);
    (end > 0).then(|| (*separator, head.len() - rest.len() + end))
}

fn line_len(head: &[u8]) -> usize {
    memchr::memchr(b'\n', head).map_or(0, |at| at + 1)
}

/// Returns whether a row has a field with the name of the text column.
fn has_text_column(head: &[u8], dialect: Dialect, text: &Selector) -> bool {
    let mut row = Row::default();
    let mut line = &head[..memchr::memchr(b'\n', head).unwrap_or(head.len())];
    row.read(line, dialect);
    if row.fault == Some(RowFault::Unclosed) {
        // The name of a column may take several lines.
        line = &head[..head.len().min(HEADER_BYTES_MAX)];
        row = Row::default();
        row.read(line, dialect);
    }
    let names: Vec<String> = (0..row.len())
        .filter_map(|index| row.get(line, index, dialect))
        .map(|name| super::column_name(&name, None))
        .collect();
    row.fault.is_none() && text.is_among(&names)
}

/// Returns how many rows fit the header, and how many do not.
fn fit(head: &[u8], is_whole: bool, dialect: Dialect) -> (usize, usize) {
    let head = whole_rows(head, is_whole, dialect);
    let mut row = Row::default();
    let (mut good, mut bad) = (0, 0);
    let mut header = None;
    while good + bad < ROWS_TRIED && row.read(head, dialect) {
        let (named, width) = *header.get_or_insert((row.len_named(head), row.len()));
        let fits = row.fits(head, named, width);
        *if fits { &mut good } else { &mut bad } += 1;
    }
    (good, bad)
}

/// Returns `head` up to the end of its last whole row.
fn whole_rows(head: &[u8], is_whole: bool, dialect: Dialect) -> &[u8] {
    if is_whole {
        return head;
    }
    let end = dialect.last_end(&mut RowState::FieldStart, head);
    &head[..end.unwrap_or(head.len())]
}

/// Returns the dialect with the quoting that the rows show.
fn quoting(head: &[u8], is_whole: bool, doubled: Dialect) -> Dialect {
    let (_, doubled_bad) = fit(head, is_whole, doubled);
    let literal = Dialect {
        quote: None,
        ..doubled
    };
    let (enclosed, stray) = quoted_fields(whole_rows(head, is_whole, literal), literal);
    if doubled_bad == 0 {
        // Tables with tabs have no quoting by their standard, so one that
        // comes later is text.
        let has_none = doubled.delimiter == b'\t' && enclosed + stray == 0;
        return if has_none { literal } else { doubled };
    }
    let backslashes = Dialect {
        has_backslashes: true,
        ..doubled
    };
    let (_, backslashes_bad) = fit(head, is_whole, backslashes);
    if backslashes_bad == 0
        || backslashes_bad * 2 < doubled_bad && memchr::memmem::find(head, b"\\\"").is_some()
    {
        return backslashes;
    }
    let blanks = Dialect {
        skips_blanks: true,
        ..doubled
    };
    if memchr::memmem::find(head, &[doubled.delimiter, b' ', b'"']).is_some()
        && fit(head, is_whole, blanks).1 == 0
    {
        return blanks;
    }
    let single = Dialect {
        quote: Some(b'\''),
        ..doubled
    };
    let has_double = memchr::memchr(b'"', head).is_some();
    if !has_double && fit(head, is_whole, single).1 == 0 {
        return single;
    }
    let (_, literal_bad) = fit(head, is_whole, literal);
    // With commas a quote that is not closed is more often an accident, and
    // the text after it may be lost: the row is refused then.
    let is_text = doubled.delimiter == b'\t'
        && literal_bad < doubled_bad
        && stray * STRAY_QUOTE_SHARE >= enclosed;
    if is_text { literal } else { doubled }
}

/// Returns how many fields are enclosed in quotes, and how many begin with one
/// that does not enclose them; both where lines are rows.
fn quoted_fields(head: &[u8], literal: Dialect) -> (usize, usize) {
    let mut row = Row::default();
    let (mut enclosed, mut stray) = (0, 0);
    let mut rows = 0;
    while rows < ROWS_TRIED && row.read(head, literal) {
        rows += 1;
        for index in 0..row.len() {
            let field = row.get(head, index, literal).unwrap_or_default();
            let Some(inside) = field.strip_prefix(b"\"") else {
                continue;
            };
            let is_enclosed = inside.strip_suffix(b"\"").is_some_and(|inside| {
                let quotes = memchr::memchr_iter(b'"', inside).count();
                quotes == memchr::memmem::find_iter(inside, b"\"\"").count() * 2
            });
            *if is_enclosed {
                &mut enclosed
            } else {
                &mut stray
            } += 1;
        }
    }
    (enclosed, stray)
}
