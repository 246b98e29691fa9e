//! Cuts an input that holds records as text at their ends.

use std::sync::Arc;

use memchr::memchr_iter;

use crate::read::ReadOptions;
use crate::read::buffer::{Buffer, BufferPool};
use crate::read::chunk::before_cut::{RecordsSource, records_source};
use crate::read::chunk::cut::Cut;
use crate::read::chunk::format::{HEAD_BYTES, RecordFormat, RecordHead, record_head};
use crate::read::chunk::{CHUNK_BYTES, Work};
use crate::read::json::JsonFields;
use crate::read::source::Source;
use crate::read::walk::{Input, InputKind};

/// The memory of a chunk in bytes: what is read at a time, after the part of a
/// record that the chunk before left over.
const CAPACITY_BYTES: usize = CHUNK_BYTES + CHUNK_BYTES / 4;

/// An input that holds records as text, cut at their ends.
pub(super) struct Records {
    input: u32,
    source: Source,
    format: RecordFormat,
    cut: Cut,
    // The bytes from the next record's start on.
    buffer: Buffer,
    buffers: BufferPool,
    // Up to where ends were looked for in the buffer.
    scanned: usize,
    // Where the buffer starts in the whole input.
    offset: u64,
    line: u64,
    warnings: Vec<String>,
    fault: Option<String>,
    /// Whether the source has no more.
    ended: bool,
    counted: u64,
    len_on_disk: u64,
}

impl Records {
    /// Steps over the byte order mark and the header; or says why not.
    pub(super) fn open(
        number: u32,
        input: &Input,
        kind: InputKind,
        source: Source,
        options: &ReadOptions,
        json: &Arc<JsonFields>,
        buffers: BufferPool,
    ) -> Result<Records, String> {
        let RecordsSource {
            mut source,
            encoding,
        } = records_source(source, kind, options);
        let head = source.head(HEAD_BYTES);
        let is_whole = head.len() < HEAD_BYTES;
        let RecordHead {
            format,
            cut,
            start,
            line,
            warnings,
        } = record_head(head, is_whole, kind, encoding, options, json)?;
        // The head was read without a fault as far as it is there.
        let mut passed = Vec::new();
        let fault = source.read_more(start as u64, &mut passed).err();
        let fault = fault.map(|error| source.broken(&error));
        Ok(Records {
            input: number,
            source,
            format,
            cut,
            buffer: buffers.take(CAPACITY_BYTES),
            buffers,
            scanned: 0,
            offset: start as u64,
            line,
            warnings,
            fault,
            ended: false,
            counted: 0,
            len_on_disk: input.len_bytes,
        })
    }

    /// Returns the next piece of work and how many bytes on disk it takes up.
    pub(super) fn next(&mut self) -> Option<(Work, u64)> {
        let records = self.cut.records_before(self.line);
        if !self.ended
            && let Some(what) = self.source.too_many(records)
        {
            self.fault = Some(what);
            self.ended = true;
        }
        let cut = if self.ended { None } else { self.next_cut() };
        let work = cut.or_else(|| {
            self.ended = true;
            self.last()
        })?;
        let done = if self.ended {
            self.len_on_disk
        } else {
            self.source.on_disk()
        };
        let on_disk = done.saturating_sub(self.counted);
        self.counted += on_disk;
        Some((work, on_disk))
    }

    /// Reads on until a record has ended; `None` at the end of the input.
    ///
    /// Keeps no more of a record than one may take.
    fn next_cut(&mut self) -> Option<Work> {
        loop {
            self.read_piece();
            let piece = self.buffer.get(self.scanned..).unwrap_or(&[]);
            if piece.is_empty() {
                return None;
            }
            let end = self.cut.scan(piece).map(|end| self.scanned + end);
            self.scanned += piece.len();
            if let Some(end) = end {
                return Some(self.take_up_to(end));
            }
            if self.scanned as u64 > self.source.limit().bytes() {
                return Some(self.pass_over());
            }
        }
    }

    fn read_piece(&mut self) {
        if self.fault.is_none()
            && let Err(error) = self.source.read_into(CHUNK_BYTES, &mut self.buffer)
        {
            self.fault = Some(self.source.broken(&error));
        }
    }

    /// Passes the record that the buffer begins with, which is too long to be
    /// read, and says so.
    fn pass_over(&mut self) -> Work {
        let first = self.line;
        self.forget(self.buffer.len());
        loop {
            self.read_piece();
            if self.buffer.is_empty() {
                break;
            }
            let end = self.cut.first_end(&self.buffer);
            self.forget(end.unwrap_or(self.buffer.len()));
            if end.is_some() {
                break;
            }
        }
        let limit = self.source.limit();
        let what = match (self.line - first, self.cut.is_quoted()) {
            (0 | 1, _) => limit.exceeded("record"),
            (lines, false) => format!("{} ({lines} lines were left out)", limit.exceeded("record")),
            (lines, true) => format!(
                "a quote opened in this row is never closed, so {lines} lines from here to the \
                 end were not read; close it, or say how the file is quoted"
            ),
        };
        Work::Refused {
            input: self.input,
            line: first,
            what,
        }
    }

    /// Drops the first bytes of the buffer, all of which were looked at.
    fn forget(&mut self, len: usize) {
        self.line += memchr_iter(b'\n', &self.buffer[..len]).count() as u64;
        self.offset += len as u64;
        self.buffer.remove_first(len);
        self.scanned = 0;
    }

    /// Returns what follows the last end of a record, then what is wrong with
    /// the end.
    fn last(&mut self) -> Option<Work> {
        if let Some(what) = self.fault.take() {
            // What was read of the next record is part of the fault.
            self.scanned = 0;
            self.cut = Cut::Lines;
            return Some(Work::Refused {
                input: self.input,
                line: self.line,
                what,
            });
        }
        if self.scanned > 0 {
            return Some(self.take_up_to(self.scanned));
        }
        // Said once.
        let cut = std::mem::replace(&mut self.cut, Cut::Lines);
        cut.is_inside_array().then(|| Work::Refused {
            input: self.input,
            line: self.line,
            what: "the JSON array has no end, so records behind this line may be missing; fetch \
                   the file again"
                .to_owned(),
        })
    }

    fn take_up_to(&mut self, end: usize) -> Work {
        let rest = self.buffer.get(end..).unwrap_or(&[]);
        let mut next = self.buffers.take(CAPACITY_BYTES);
        next.extend_from_slice(rest);
        let mut bytes = std::mem::replace(&mut self.buffer, next);
        bytes.truncate(end);
        self.scanned -= end;
        let (offset, line) = (self.offset, self.line);
        self.offset += bytes.len() as u64;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        Work::Records {
            input: self.input,
            bytes,
            offset,
            line,
            format: self.format.clone(),
            warnings: std::mem::take(&mut self.warnings),
        }
    }
}
