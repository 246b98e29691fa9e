//! What inputs hold, by their names, by the options and by their first bytes.

use std::sync::Arc;

use encoding_rs::Encoding;
use memchr::memchr_iter;
use serde::de::IgnoredAny;

use crate::read::ReadOptions;
use crate::read::chunk::before_cut::{RecordsEncoding, decoded_before_cut};
use crate::read::chunk::cut::Cut;
use crate::read::collector::{Collector, Origin};
use crate::read::csv::{self, CsvHeader};
use crate::read::encoding::{self, Detected};
use crate::read::fields::InputFormat;
use crate::read::json::{self, JsonFields};
use crate::read::limit::RecordLimit;
use crate::read::lines;
use crate::read::office;
use crate::read::sink::Sink;
use crate::read::subtitles;
use crate::read::walk::{Input, InputKind};
use crate::read::warc::{self, WarcScan};

/// Number of bytes in which the header, or the first records, must end.
pub(crate) const HEAD_BYTES: usize = 1 << 20;

/// Number of characters of a text in which the signs of a format are looked
/// for.
const SNIFFED_BYTES: usize = 4096;

/// Returns what an input holds by its name and the options.
pub(crate) fn kind_by_name(input: &Input, options: &ReadOptions) -> InputKind {
    match options.format {
        Some(InputFormat::Text) if options.lines => InputKind::Lines,
        Some(InputFormat::Text) => InputKind::Text,
        Some(InputFormat::Html) => InputKind::Html,
        Some(InputFormat::Subtitles) => InputKind::Subtitles,
        Some(InputFormat::Docx) => InputKind::Docx,
        Some(InputFormat::Pdf) => InputKind::Pdf,
        Some(InputFormat::Warc) => InputKind::Warc,
        Some(InputFormat::Jsonl) => InputKind::Jsonl,
        Some(InputFormat::Json) => InputKind::Json,
        Some(InputFormat::Csv) => InputKind::Csv(b','),
        Some(InputFormat::Tsv) => InputKind::Csv(b'\t'),
        Some(InputFormat::Parquet) => InputKind::Parquet,
        None if options.lines && matches!(input.kind, InputKind::Text | InputKind::Sniff) => {
            InputKind::Lines
        }
        None => input.kind,
    }
}

/// Returns what an input holds, if its name leaves that to its first bytes.
pub(crate) fn kind_by_contents(
    kind: InputKind,
    head: &[u8],
    is_whole: bool,
    options: &ReadOptions,
) -> InputKind {
    match kind {
        InputKind::Sniff => sniff(head, is_whole, options),
        InputKind::Jsonl | InputKind::Json if options.format.is_none() => {
            let decoded = head_text(head, is_whole, InputKind::Json, options);
            json_kind(decoded.as_deref().unwrap_or(head), kind)
        }
        kind => kind,
    }
}

/// Returns the head as UTF-8 if it must be decoded before it is cut.
fn head_text(
    head: &[u8],
    is_whole: bool,
    kind: InputKind,
    options: &ReadOptions,
) -> Option<Vec<u8>> {
    let decoded = decoded_before_cut(head, is_whole, kind, options)?;
    let (text, _) = decoded.encoding.decode_with_bom_removal(head);
    Some(text.into_owned().into_bytes())
}

fn sniff(head: &[u8], is_whole: bool, options: &ReadOptions) -> InputKind {
    // A text may begin with the name of the format.
    if head.starts_with(b"PAR1") && simdutf8::basic::from_utf8(head).is_err() {
        return InputKind::Parquet;
    }
    if warc::is_warc(head) {
        return InputKind::Warc;
    }
    if office::is_pdf(head) {
        return InputKind::Pdf;
    }
    if office::is_docx(head) {
        return InputKind::Docx;
    }
    let begin = without_mark(head).trim_ascii_start();
    let like = match begin.first() {
        Some(b'{' | b'[') => InputKind::Json,
        _ => InputKind::Sniff,
    };
    let decoded = head_text(head, is_whole, like, options);
    let head = without_mark(decoded.as_deref().unwrap_or(head));
    let begin = head.trim_ascii_start();
    match begin.first() {
        Some(b'{' | b'[') if quotes_an_object(begin) => {}
        Some(b'{') => {
            let after = begin.get(1..).unwrap_or(&[]).trim_ascii_start();
            if matches!(after.first(), Some(b'"')) {
                return json_kind(head, InputKind::Sniff);
            }
        }
        Some(b'[') => {
            let after = begin.get(1..).unwrap_or(&[]).trim_ascii_start();
            if after.starts_with(b"{") {
                return InputKind::Json;
            }
        }
        Some(b'<') if is_page(begin) => return InputKind::Html,
        _ => {}
    }
    let first = begin.get(..SNIFFED_BYTES).unwrap_or(begin);
    if subtitles::is_subtitles(&String::from_utf8_lossy(first)) {
        return InputKind::Subtitles;
    }
    match csv::table_delimiter(head, is_whole, options) {
        Some(delimiter) => InputKind::Csv(delimiter),
        None => InputKind::Text,
    }
}

/// Returns whether an object at the beginning, or something like one, is part of
/// a sentence: words follow on its line, and no other line begins with one.
fn quotes_an_object(begin: &[u8]) -> bool {
    let first = memchr::memchr(b'\n', begin).unwrap_or(begin.len());
    let (line, rest) = begin.split_at(first);
    let is_in_sentence = match json::end_of_object(line) {
        Some(end) => {
            let after = line.get(end..).unwrap_or(&[]).trim_ascii_start();
            let after = after.strip_prefix(b"]").unwrap_or(after).trim_ascii_start();
            let is_sign = |byte: &u8| b",{[}]\x1e".contains(byte);
            after.first().is_some_and(|byte| !is_sign(byte))
        }
        None => {
            let read = serde_json::from_slice::<IgnoredAny>(line);
            read.is_err_and(|error| !error.is_eof())
        }
    };
    // What stands in quotes first is the name of a field.
    let is_name = line.splitn(3, |byte| *byte == b'"').nth(2);
    let is_name = is_name.map(|behind| behind.trim_ascii_start().first());
    let is_in_sentence = is_in_sentence || is_name.flatten().is_some_and(|byte| *byte != b':');
    let begins_one = |line: &[u8]| line.trim_ascii_start().starts_with(b"{");
    is_in_sentence && !rest.split(|byte| *byte == b'\n').any(begins_one)
}

/// Returns whether bytes begin as web pages do.
fn is_page(begin: &[u8]) -> bool {
    let starts = |word: &str| {
        let head = begin.get(..word.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
    };
    let names_html = || {
        let head = begin.get(..SNIFFED_BYTES).unwrap_or(begin);
        memchr::memmem::find(head, b"<html").is_some()
    };
    ["<!doctype html", "<html", "<head>", "<body"]
        .into_iter()
        .any(starts)
        || (starts("<?xml") || starts("<!--")) && names_html()
}

/// Tells lines of JSON from an array of objects, and from objects that take
/// several lines.
fn json_kind(head: &[u8], by_name: InputKind) -> InputKind {
    let begin = without_mark(head).trim_ascii_start();
    if begin.first() == Some(&b'[') {
        let after = begin.get(1..).unwrap_or(&[]).trim_ascii_start();
        return match after.first() {
            Some(b'{' | b']') | None => InputKind::Json,
            _ if by_name == InputKind::Json => InputKind::Json,
            _ => InputKind::Jsonl,
        };
    }
    let end = memchr::memchr(b'\n', begin);
    let line = begin.get(..end.unwrap_or(begin.len())).unwrap_or(&[]);
    if end.is_none() {
        return InputKind::Jsonl;
    }
    // Only what is cut off at the end of the line goes on in the next one. Where
    // the name speaks of lines it may be a broken one.
    match serde_json::from_slice::<IgnoredAny>(line) {
        Err(error) if error.is_eof() && !line.is_empty() => match by_name {
            InputKind::Jsonl if !json::begins_with_object(begin) => InputKind::Jsonl,
            _ => InputKind::Json,
        },
        _ => InputKind::Jsonl,
    }
}

/// Takes the byte order mark of UTF-8 away.
pub(crate) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// How the records of an input are read.
#[derive(Clone)]
pub(crate) enum RecordFormat {
    Jsonl(Arc<JsonFields>, Option<&'static Encoding>),
    Json(Arc<JsonFields>, Option<&'static Encoding>),
    Csv(Arc<CsvHeader>),
    Lines(Detected),
    Warc(Option<&'static Encoding>, RecordLimit),
}

/// The beginning of an input of records.
pub(crate) struct RecordHead {
    pub(crate) format: RecordFormat,
    pub(crate) cut: Cut,
    /// Number of bytes before the first record.
    pub(crate) start: usize,
    /// The number of the line where the first record begins.
    pub(crate) line: u64,
    /// What a user should know.
    pub(crate) warnings: Vec<String>,
}

/// Reads the beginning of an input that holds records as text.
pub(crate) fn record_head(
    head: &[u8],
    is_whole: bool,
    kind: InputKind,
    encoding: RecordsEncoding,
    options: &ReadOptions,
    json: &Arc<JsonFields>,
) -> Result<RecordHead, String> {
    let mark = head.len() - without_mark(head).len();
    let named = encoding.named.filter(|_| mark == 0);
    let mut warnings = Vec::from_iter(encoding.warning());
    let (format, cut, start) = match kind {
        InputKind::Csv(delimiter) => {
            let header = csv::read_header(head, is_whole, delimiter, encoding.named, options)?;
            warnings.extend(header.warnings());
            let (cut, start) = (Cut::rows(header.dialect()), header.start());
            (RecordFormat::Csv(Arc::new(header)), cut, start)
        }
        InputKind::Lines => {
            if ends_with_cr_alone(head) {
                return Err(
                    "lines end with CR alone; convert them to LF (tr '\\r' '\\n')".to_owned(),
                );
            }
            let detected = match named {
                Some(encoding) => Detected::certain(encoding),
                None => encoding::detect(without_mark(head)),
            };
            (RecordFormat::Lines(detected), Cut::Lines, mark)
        }
        InputKind::Warc => (
            RecordFormat::Warc(options.encoding, options.limit),
            Cut::Warc(WarcScan::new(options.limit.bytes())),
            0,
        ),
        InputKind::Json => (
            RecordFormat::Json(json.clone(), named),
            Cut::objects(),
            mark,
        ),
        _ => (RecordFormat::Jsonl(json.clone(), named), Cut::Lines, mark),
    };
    let before = head.get(..start).unwrap_or(&[]);
    Ok(RecordHead {
        format,
        cut,
        start,
        line: 1 + memchr_iter(b'\n', before).count() as u64,
        warnings,
    })
}

/// Returns whether the lines of a text end with CR alone, as on early Macs: it
/// has several, and no LF.
fn ends_with_cr_alone(head: &[u8]) -> bool {
    memchr::memchr(b'\n', head).is_none() && memchr_iter(b'\r', head.trim_ascii()).count() > 1
}

impl RecordFormat {
    /// Reads whole records.
    pub(crate) fn read<S: Sink>(
        &self,
        bytes: &[u8],
        origin: Origin<'_>,
        collector: &mut Collector<S>,
    ) {
        match self {
            RecordFormat::Jsonl(fields, encoding) => {
                json::read_lines(bytes, origin, fields, *encoding, collector);
            }
            RecordFormat::Json(fields, encoding) => {
                json::read_objects(bytes, origin, fields, *encoding, collector);
            }
            RecordFormat::Csv(header) => csv::read_rows(bytes, origin, header, collector),
            RecordFormat::Lines(encoding) => lines::read(bytes, origin, *encoding, collector),
            RecordFormat::Warc(encoding, limit) => {
                warc::read(bytes, origin, *encoding, *limit, collector);
            }
        }
    }
}
