//! Cuts an input that holds records as text at their ends.

use std::sync::Arc;

use memchr::memchr_iter;

use crate::read::ReadOptions;
use crate::read::chunk::cut::Cut;
use crate::read::chunk::format::{
    HEAD_BYTES, RecordFormat, RecordHead, record_head, records_source,
};
use crate::read::chunk::{CHUNK_BYTES, Work};
use crate::read::json::JsonFields;
use crate::read::source::{Bytes, Source};
use crate::read::walk::{Input, InputKind};

/// An input that holds records as text, cut at their ends.
pub(super) struct Records {
    input: u32,
    source: Source,
    format: RecordFormat,
    cut: Cut,
    // Of a stream: the bytes from the next chunk's start on.
    buffer: Vec<u8>,
    // Up to where ends were looked for: in the map, or in the buffer.
    scanned: usize,
    // Where the next chunk starts: in the map, or 0.
    start: usize,
    // The same in the whole input.
    offset: u64,
    line: u64,
    warning: Option<String>,
    fault: Option<String>,
    done: bool,
    counted: u64,
    len_on_disk: u64,
}

impl Records {
    /// Steps over the byte order mark and the header; or says why not.
    pub(super) fn open(
        number: u32,
        input: &Input,
        kind: InputKind,
        mut source: Source,
        options: &ReadOptions,
        json: &Arc<JsonFields>,
    ) -> Result<Records, String> {
        source = records_source(source, options);
        let head = source.head(HEAD_BYTES);
        let is_whole = head.len() < HEAD_BYTES;
        let RecordHead {
            format,
            cut,
            start,
            line,
            warning,
        } = record_head(head, is_whole, kind, options, json)?;
        let mut records = Records {
            input: number,
            source,
            format,
            cut,
            buffer: Vec::new(),
            scanned: start,
            start,
            offset: start as u64,
            line,
            warning,
            fault: None,
            done: false,
            counted: 0,
            len_on_disk: input.len_bytes,
        };
        if let Source::Stream(stream) = &mut records.source {
            // The head was read without a fault as far as it is there.
            let mut passed = Vec::new();
            records.fault = stream
                .read_more(start as u64, &mut passed)
                .err()
                .map(|e| stream.broken(&e));
            (records.start, records.scanned) = (0, 0);
        }
        Ok(records)
    }

    /// Returns the next piece of work and how many bytes on disk it takes up.
    pub(super) fn next(&mut self) -> Option<(Work, u64)> {
        if self.done {
            return None;
        }
        let work = self.next_cut().or_else(|| {
            self.done = true;
            self.last()
        })?;
        let done = if self.done {
            self.len_on_disk
        } else {
            match &self.source {
                Source::Map(_) => self.start as u64,
                Source::Stream(stream) => stream.on_disk(),
            }
        };
        let on_disk = done.saturating_sub(self.counted);
        self.counted += on_disk;
        Some((work, on_disk))
    }

    /// Reads on until a record has ended; `None` at the end of the input.
    fn next_cut(&mut self) -> Option<Work> {
        loop {
            let piece = match &mut self.source {
                Source::Map(map) => {
                    let end = map.len().min(self.scanned.saturating_add(CHUNK_BYTES));
                    map.get(self.scanned..end).unwrap_or(&[])
                }
                Source::Stream(stream) => {
                    if self.fault.is_none()
                        && let Err(error) = stream.read_more(CHUNK_BYTES as u64, &mut self.buffer)
                    {
                        self.fault = Some(stream.broken(&error));
                    }
                    self.buffer.get(self.scanned..).unwrap_or(&[])
                }
            };
            if piece.is_empty() {
                return None;
            }
            let end = self.cut.scan(piece).map(|end| self.scanned + end);
            self.scanned += piece.len();
            if let Some(end) = end {
                return Some(self.take_up_to(end));
            }
        }
    }

    /// Returns what follows the last end of a record.
    fn last(&mut self) -> Option<Work> {
        let (input, line) = (self.input, self.line);
        if let Some(what) = self.fault.take() {
            return Some(Work::Refused { input, line, what });
        }
        if self.scanned <= self.start {
            return None;
        }
        if let Some(what) = self.cut.fault() {
            return Some(Work::Refused {
                input,
                line,
                what: what.to_owned(),
            });
        }
        Some(self.take_up_to(self.scanned))
    }

    fn take_up_to(&mut self, end: usize) -> Work {
        let bytes = match &self.source {
            Source::Map(map) => {
                let range = self.start..end;
                self.start = end;
                Bytes::Mapped(map.clone(), range)
            }
            Source::Stream(_) => {
                let rest = self.buffer.get(end..).unwrap_or(&[]);
                let mut next = Vec::with_capacity(rest.len() + CHUNK_BYTES);
                next.extend_from_slice(rest);
                let mut bytes = std::mem::replace(&mut self.buffer, next);
                bytes.truncate(end);
                self.scanned -= end;
                Bytes::Owned(bytes)
            }
        };
        let (offset, line) = (self.offset, self.line);
        self.offset += bytes.len() as u64;
        self.line += memchr_iter(b'\n', &bytes).count() as u64;
        Work::Records {
            input: self.input,
            bytes,
            offset,
            line,
            format: self.format.clone(),
            warning: self.warning.take(),
        }
    }
}
