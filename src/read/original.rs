//! Reads the original bytes of records a second time, by their locations.

use crate::read::buffer::{Buffer, BufferPool};
use crate::read::chunk;
use crate::read::chunk::HEAD_BYTES;
use crate::read::csv;
use crate::read::parquet::ParquetFile;
pub(crate) use crate::read::source::free_memory;
use crate::read::source::{self, Source};
use crate::read::walk::{Input, InputKind};
use crate::read::{Fields, ReadOptions, RecordLimit};

/// Number of bytes that are handed on at a time: enough that a call costs
/// nothing, few enough for the cache.
const PIECE_BYTES: usize = 256 << 10;

/// Returns what an input holds, told from its first bytes where its name does
/// not say, and the bytes before its first record, if it holds lines or rows.
///
/// What cannot be read is reported when it is read.
pub(crate) fn kind_and_head(input: &Input, options: &ReadOptions) -> (InputKind, FileHead) {
    let has_head = |kind| {
        matches!(
            kind,
            InputKind::Jsonl | InputKind::Lines | InputKind::Csv(_)
        )
    };
    let mut kind = chunk::kind_by_name(input, options);
    let is_told_by_contents = matches!(kind, InputKind::Sniff | InputKind::Json | InputKind::Jsonl);
    if !is_told_by_contents && !has_head(kind) {
        return (kind, FileHead::default());
    }
    let mut source = match source::open(input, options.limit) {
        Ok(source) => source,
        Err(_) if kind == InputKind::Sniff => return (InputKind::Text, FileHead::default()),
        Err(_) => return (kind, FileHead::default()),
    };
    if is_told_by_contents {
        let head = source.head(HEAD_BYTES);
        kind = chunk::kind_by_contents(kind, head, head.len() < HEAD_BYTES, options);
    }
    let head = has_head(kind).then(|| head_of(source, kind, options).ok());
    (kind, head.flatten().unwrap_or_default())
}

/// The bytes before the first record of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileHead {
    /// All its bytes: a byte order mark, and of CSV the header with its end.
    pub(crate) bytes: Vec<u8>,
    /// The names of the columns.
    pub(crate) names: Vec<String>,
    /// The encoding of the rows.
    pub(crate) encoding: &'static str,
    /// The byte between the fields of rows.
    pub(crate) delimiter: u8,
}

/// Reads the bytes before the first record.
fn head_of(source: Source, kind: InputKind, options: &ReadOptions) -> Result<FileHead, String> {
    let of_records = chunk::records_source(source, kind, options);
    let (mut source, encoding) = (of_records.source, of_records.encoding);
    let head = source.head(HEAD_BYTES);
    let InputKind::Csv(delimiter) = kind else {
        let mark = head.len() - chunk::without_mark(head).len();
        return Ok(FileHead {
            bytes: head[..mark].to_vec(),
            ..FileHead::default()
        });
    };
    let is_whole = head.len() < HEAD_BYTES;
    let header = csv::read_header(head, is_whole, delimiter, encoding.named, options)?;
    let start = header.start();
    let end = start + end_of_line(&head[start..], head[..start].last().copied());
    Ok(FileHead {
        bytes: head[..end].to_vec(),
        names: header.names().to_vec(),
        encoding: header.encoding_name(),
        delimiter: header.dialect().delimiter,
    })
}

/// Returns how many of the bytes after a row end it; the reader leaves the
/// second half of CR LF.
fn end_of_line(rest: &[u8], last: Option<u8>) -> usize {
    match (last, rest) {
        (Some(b'\r'), [b'\n', ..]) => 1,
        (Some(b'\n' | b'\r'), _) => 0,
        _ => terminator(rest),
    }
}

/// Returns the length in bytes of the line end at the front of `rest`.
pub(crate) fn terminator(rest: &[u8]) -> usize {
    match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    }
}

/// The decompressed bytes of an input, front to back.
pub(crate) struct InputReader {
    source: Source,
    /// Bytes that were read ahead, from `read` on.
    ahead: Buffer,
    read: usize,
    at: u64,
    fault: Option<String>,
}

impl InputReader {
    /// Opens an input again; records that are decoded before they are cut are
    /// read as UTF-8, as they were when their locations were noted.
    pub(crate) fn open(
        input: &Input,
        kind: InputKind,
        options: &ReadOptions,
    ) -> Result<InputReader, String> {
        let source = source::open(input, options.limit)?;
        Ok(InputReader {
            source: chunk::records_source(source, kind, options).source,
            ahead: BufferPool::default().take(PIECE_BYTES),
            read: 0,
            at: 0,
            fault: None,
        })
    }

    /// Returns the offset of the next byte.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Returns the next bytes, at least `len` unless the input ends before.
    pub(crate) fn peek(&mut self, len: usize) -> &[u8] {
        let missing = len.saturating_sub(self.ahead.len() - self.read);
        if missing > 0 && self.fault.is_none() {
            self.ahead.remove_first(self.read);
            self.read = 0;
            let wanted = missing.max(PIECE_BYTES);
            if let Err(error) = self.source.read_into(wanted, &mut self.ahead) {
                self.fault = Some(self.source.broken(&error));
            }
        }
        &self.ahead[self.read..]
    }

    /// Hands the bytes up to `end` to `take`, piece by piece, or those up to
    /// the end of the input; returns whether `end` was reached.
    pub(crate) fn pass<E>(
        &mut self,
        end: u64,
        mut take: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<bool, E> {
        while self.at < end {
            let left = usize::try_from(end - self.at).unwrap_or(usize::MAX);
            let piece = self.peek(1);
            let piece = &piece[..piece.len().min(left).min(PIECE_BYTES)];
            if piece.is_empty() {
                return Ok(false);
            }
            take(piece)?;
            let len = piece.len();
            self.at += len as u64;
            self.read += len;
        }
        Ok(true)
    }
}

/// Opens a table for its columns.
pub(crate) fn parquet_file_of(input: &Input, limit: RecordLimit) -> Result<ParquetFile, String> {
    ParquetFile::open(source::open(input, limit)?, &Fields::default())
}
