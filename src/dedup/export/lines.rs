//! Copies lines of JSON and rows of CSV, byte for byte.

use std::io::Write;

use crate::corpus::Location;
use crate::dedup::export::sink::Out;
use crate::error::{Error, Result};
use crate::read::ReadOptions;
use crate::read::original::{FileHead, InputReader, terminator};
use crate::read::walk::{Input, InputKind};

/// A file of lines or rows, one header before all.
pub(super) struct Lines {
    out: Out,
    /// Line end to write after a line that lacks its own.
    line_end: &'static [u8],
    last: Option<u8>,
    is_headed: bool,
    /// Whether the records stand in an array of JSON.
    is_array: bool,
}

impl Lines {
    pub(super) fn new(out: Out) -> Self {
        Lines {
            out,
            line_end: b"\n",
            last: None,
            is_headed: false,
            is_array: false,
        }
    }

    /// Returns the same with the records in an array.
    pub(super) fn in_array(self, is_array: bool) -> Self {
        Lines { is_array, ..self }
    }

    /// Writes the head of the first input; the others have the same.
    fn head(&mut self, head: &FileHead) -> Result<()> {
        if !self.is_headed && self.is_array {
            self.is_headed = true;
            return self.write(b"[\n");
        }
        if !self.is_headed {
            self.is_headed = true;
            if head.bytes.ends_with(b"\r\n") {
                self.line_end = b"\r\n";
            }
            self.write(&head.bytes)?;
            if head.names.is_empty() {
                // A byte order mark is not a line that needs an end.
                self.last = None;
            }
        }
        Ok(())
    }

    /// Begins a line; the last line of the previous input may lack its end.
    fn begin(&mut self) -> Result<()> {
        if self.is_array {
            let is_first = self.last == Some(b'\n');
            return if is_first { Ok(()) } else { self.write(b",\n") };
        }
        let is_open = self.last.is_some_and(|byte| byte != b'\n' && byte != b'\r');
        if is_open {
            self.write(self.line_end)?;
        }
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        if let Some(&last) = bytes.last() {
            self.last = Some(last);
        }
        self.out
            .write_all(bytes)
            .map_err(|error| self.out.failed(error))
    }

    pub(super) fn finish(mut self) -> Result<()> {
        if self.is_array {
            self.head(&FileHead::default())?;
            let end: &[u8] = if self.last == Some(b'\n') {
                b"]\n"
            } else {
                b"\n]\n"
            };
            self.write(end)?;
        }
        self.out.finish()
    }
}

/// Copies the records of one input: those that stay to `kept`, and what was
/// no record to `rejects`.
///
/// `records` are the locations of all records of the input in order, and
/// whether each stays.
pub(super) fn copy(
    input: &Input,
    kind: InputKind,
    head: &FileHead,
    options: &ReadOptions,
    records: impl Iterator<Item = (Location, bool)>,
    mut kept: Option<&mut Lines>,
    mut rejects: Option<&mut Lines>,
) -> Result<()> {
    let in_the_way = |what| Error::Format {
        input: input.name.clone(),
        what,
    };
    let mut reader = InputReader::open(input, kind, options).map_err(in_the_way)?;
    if let Some(kept) = kept.as_deref_mut() {
        kept.head(head)?;
    }
    if let Some(rejects) = rejects.as_deref_mut() {
        rejects.head(head)?;
    }
    let mut junk = Junk::new(kind);
    pass(&mut reader, head.bytes.len() as u64, input, |_| Ok(()))?;
    for (location, stays) in records {
        pass(&mut reader, location.span.start, input, |bytes| {
            junk.take(bytes, rejects.as_deref_mut())
        })?;
        junk.end();
        let mut into = kept.as_deref_mut().filter(|_| stays);
        if let Some(kept) = &mut into {
            kept.begin()?;
        }
        let mut take = |bytes: &[u8]| into.as_mut().map_or(Ok(()), |kept| kept.write(bytes));
        pass(&mut reader, location.span.end, input, &mut take)?;
        if kind != InputKind::Json {
            let end = reader.at() + terminator(reader.peek(2)) as u64;
            pass(&mut reader, end, input, take)?;
        }
    }
    if rejects.is_some() {
        // To the end, or to where it breaks off.
        reader.pass(u64::MAX, |bytes| junk.take(bytes, rejects.as_deref_mut()))?;
    }
    Ok(())
}

/// Passes the bytes up to `end`, which existed when the input was read.
fn pass(
    reader: &mut InputReader,
    end: u64,
    input: &Input,
    take: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    if reader.pass(end, take)? {
        return Ok(());
    }
    Err(Error::Format {
        input: input.name.clone(),
        what: "has become shorter since it was read; run again when nobody writes to it".to_owned(),
    })
}

/// The bytes between records: blank lines, and what could not be read.
struct Junk {
    is_csv: bool,
    /// Whether commas and brackets stand between the records.
    is_array: bool,
    /// Whether a part of this line was written.
    in_line: bool,
    /// Blanks at the head of a line, until other bytes follow.
    blanks: Vec<u8>,
}

impl Junk {
    fn new(kind: InputKind) -> Self {
        Junk {
            is_csv: matches!(kind, InputKind::Csv(_)),
            is_array: kind == InputKind::Json,
            in_line: false,
            blanks: Vec::new(),
        }
    }

    /// Writes lines that are not blank to `rejects`, if there is one. In CSV only
    /// line ends at the head are left out: later ones may be quoted.
    fn take(&mut self, bytes: &[u8], rejects: Option<&mut Lines>) -> Result<()> {
        let Some(rejects) = rejects else {
            return Ok(());
        };
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.in_line {
                let end = if self.is_csv {
                    rest.len()
                } else {
                    memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1)
                };
                rejects.write(&rest[..end])?;
                self.in_line = self.is_csv || rest[end - 1] != b'\n';
                rest = &rest[end..];
                continue;
            }
            let is_blank = |byte: &u8| {
                if self.is_csv {
                    matches!(byte, b'\r' | b'\n')
                } else {
                    byte.is_ascii_whitespace() || self.is_array && b",[]".contains(byte)
                }
            };
            let blank = rest.iter().take_while(|byte| is_blank(byte)).count();
            let (head, tail) = rest.split_at(blank);
            let line = memchr::memrchr(b'\n', head).map(|at| at + 1);
            if line.is_some() {
                self.blanks.clear();
            }
            self.blanks.extend_from_slice(&head[line.unwrap_or(0)..]);
            if !tail.is_empty() {
                rejects.begin()?;
                if !self.is_csv {
                    rejects.write(&self.blanks)?;
                }
                self.blanks.clear();
                self.in_line = true;
            }
            rest = tail;
        }
        Ok(())
    }

    /// Ends the bytes before a record.
    fn end(&mut self) {
        self.in_line = false;
        self.blanks.clear();
    }
}
