//! Cuts the inputs, in order, into chunks that threads can work on apart.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::memchr_iter;

use super::csv::{self, Columns};
use super::cut::Cut;
use super::jsonl;
use super::parquet::Table;
use super::record::{Fields, Slot};
use super::source::{self, Bytes, Source};
use super::walk::{Input, Inputs, Kind};
use crate::error::{Error, Result};

/// The size that chunks have if records allow: large enough that handing them
/// round costs nothing, small enough that all cores are busy on a file of
/// 20 MB and that a chunk on each stays in the cache.
const CHUNK_BYTES: usize = 2 << 20;

/// How many small files make a chunk at most: opening one costs as much as
/// reading 20 KB.
const CHUNK_FILES: usize = 100;

/// How far into an input one looks before the work begins.
const HEAD_BYTES: usize = 1 << 20;

/// A piece of work for one thread.
pub(crate) struct Chunk {
    /// Its number, from 0, in input order.
    pub(crate) index: usize,
    /// How many bytes on disk are done with it.
    pub(crate) on_disk: u64,
    pub(crate) work: Work,
}

pub(crate) enum Work {
    /// One-document files, opened where they are read.
    Files(Range<usize>),
    /// A document that came from a stream.
    Document { input: u32, bytes: Bytes },
    /// Whole records of one input, from `offset` and line `line` on.
    Records {
        input: u32,
        bytes: Bytes,
        offset: u64,
        line: u64,
        format: Format,
    },
    /// A row group of a Parquet file.
    RowGroup {
        input: u32,
        table: Arc<Table>,
        group: usize,
    },
    /// What can't be read, and why.
    Refused { input: u32, line: u64, what: String },
}

#[derive(Clone)]
pub(crate) enum Format {
    Jsonl,
    Csv(Arc<Columns>),
}

/// What was learned by a look at the head of each input.
pub(crate) struct Plan {
    kinds: Vec<Kind>,
    // Streams that can't be opened a second time.
    parked: HashMap<usize, Source>,
}

/// Looks at the head of each input that holds records.
///
/// # Errors
///
/// [`Error::Field`] if a field that is needed isn't there. What can't be read
/// at all is no error yet.
pub(crate) fn plan(inputs: &Inputs, fields: &Fields) -> Result<Plan> {
    let mut plan = Plan {
        kinds: Vec::with_capacity(inputs.len()),
        parked: HashMap::new(),
    };
    for (index, input) in inputs.iter().enumerate() {
        plan.kinds.push(input.kind);
        if matches!(input.kind, Kind::Text | Kind::Html) {
            continue;
        }
        let Ok(mut source) = source::open(input) else {
            continue;
        };
        let head = source.head(HEAD_BYTES);
        let kind = if input.kind == Kind::Sniff {
            sniff(head)
        } else {
            input.kind
        };
        plan.kinds[index] = kind;
        let is_whole = head.len() < HEAD_BYTES;
        match kind {
            Kind::Jsonl if refused(head).is_none() => {
                let found = jsonl::field_names(without_mark(head), is_whole);
                check_names(&found, fields, &[Slot::Text, Slot::Id], input)?;
            }
            Kind::Csv(delimiter) if refused(head).is_none() => {
                let found = csv::columns(head, is_whole, delimiter, fields).map(|(_, names)| names);
                check_names(&found.unwrap_or_default(), fields, &Slot::ALL, input)?;
            }
            Kind::Parquet if input.regular => {
                if let Ok(table) = Table::open(source, fields) {
                    check_names(table.names(), fields, &Slot::ALL, input)?;
                    table.check_types(&input.name, fields)?;
                }
                continue;
            }
            _ => {}
        }
        if !input.regular {
            plan.parked.insert(index, source);
        }
    }
    Ok(plan)
}

/// Tells JSONL from text.
fn sniff(head: &[u8]) -> Kind {
    match without_mark(head).trim_ascii_start().first() {
        Some(b'{') if refused(head).is_none() => Kind::Jsonl,
        _ => Kind::Text,
    }
}

fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// Returns why records can't be read from bytes that begin like this.
fn refused(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'{', ..] | [b'{', 0, ..] => {
            Some("UTF-16; records are read as UTF-8, so convert it with iconv -f UTF-16 -t UTF-8")
        }
        _ => None,
    }
}

/// Checks that `found`, if it is known, has the text and all of `expected`
/// that the user chose a name for.
fn check_names(found: &[String], fields: &Fields, expected: &[Slot], input: &Input) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    for slot in expected.iter().copied() {
        let name = fields.name(slot);
        let needed = slot == Slot::Text || fields.is_chosen(slot);
        if needed && !found.iter().any(|found| found == name) {
            let mut listed = String::new();
            for (index, name) in found.iter().enumerate() {
                if index == FIELDS_LISTED || listed.len() > 200 {
                    listed.push_str(", …");
                    break;
                }
                listed.push_str(if index > 0 { ", " } else { "" });
                listed.extend(name.chars().take(40).filter(|c| !c.is_control()));
            }
            return Err(Error::Field {
                input: input.name.clone(),
                field: name.to_owned(),
                found: listed,
                option: slot.option(),
            });
        }
    }
    Ok(())
}

/// How many of an input's fields a message lists.
const FIELDS_LISTED: usize = 20;

/// The chunks of all inputs, in order.
pub(crate) struct Chunks<'a> {
    inputs: &'a Inputs,
    fields: &'a Fields,
    plan: Plan,
    stop: &'a AtomicBool,
    next_input: usize,
    next_index: usize,
    open: Open,
}

enum Open {
    Nothing,
    Records(Box<Records>),
    Table {
        input: u32,
        table: Arc<Table>,
        next: usize,
    },
}

impl<'a> Chunks<'a> {
    /// Returns the chunks; none begins after `stop` was set.
    pub(crate) fn new(
        inputs: &'a Inputs,
        fields: &'a Fields,
        plan: Plan,
        stop: &'a AtomicBool,
    ) -> Chunks<'a> {
        Chunks {
            inputs,
            fields,
            plan,
            stop,
            next_input: 0,
            next_index: 0,
            open: Open::Nothing,
        }
    }

    fn next_work(&mut self) -> Option<(Work, u64)> {
        loop {
            match &mut self.open {
                Open::Records(records) => match records.next() {
                    Some(work) => return Some(work),
                    None => self.open = Open::Nothing,
                },
                Open::Table { input, table, next } if *next < table.groups() => {
                    let (input, group) = (*input, *next);
                    *next += 1;
                    let on_disk = table.len_on_disk(group);
                    let table = table.clone();
                    return Some((
                        Work::RowGroup {
                            input,
                            table,
                            group,
                        },
                        on_disk,
                    ));
                }
                Open::Table { .. } => self.open = Open::Nothing,
                Open::Nothing => {}
            }
            if matches!(self.open, Open::Nothing)
                && let Some(work) = self.open_next()?
            {
                return Some(work);
            }
        }
    }

    /// Opens the next input, or returns it as one piece; `None` at the end.
    fn open_next(&mut self) -> Option<Option<(Work, u64)>> {
        let index = self.next_input;
        let input = self.inputs.get(u32::try_from(index).ok()?)?;
        let kind = *self.plan.kinds.get(index)?;
        if matches!(kind, Kind::Text | Kind::Html) && input.regular {
            return Some(Some(self.files(index)));
        }
        self.next_input += 1;
        let number = index as u32;
        let refuse = |what| {
            (
                Work::Refused {
                    input: number,
                    line: 0,
                    what,
                },
                input.len_bytes,
            )
        };
        let source = match self.plan.parked.remove(&index) {
            Some(source) => Ok(source),
            None => source::open(input),
        };
        let source = match source {
            Ok(source) => source,
            Err(what) => return Some(Some(refuse(what))),
        };
        let opened = match kind {
            Kind::Text | Kind::Html | Kind::Sniff => source.into_bytes().map(|bytes| {
                Some((
                    Work::Document {
                        input: number,
                        bytes,
                    },
                    input.len_bytes,
                ))
            }),
            Kind::Parquet => Table::open(source, self.fields).map(|table| {
                self.open = Open::Table {
                    input: number,
                    table: Arc::new(table),
                    next: 0,
                };
                None
            }),
            Kind::Jsonl | Kind::Csv(_) => Records::open(number, input, kind, source, self.fields)
                .map(|records| {
                    self.open = Open::Records(Box::new(records));
                    None
                }),
        };
        Some(opened.unwrap_or_else(|what| Some(refuse(what))))
    }

    /// Gathers one-document files from `first` on.
    fn files(&mut self, first: usize) -> (Work, u64) {
        let mut bytes = 0;
        let mut end = first;
        while let Some(input) = self.inputs.get(end as u32)
            && input.regular
            && matches!(self.plan.kinds.get(end), Some(Kind::Text | Kind::Html))
            && (end == first || bytes < CHUNK_BYTES as u64 && end - first < CHUNK_FILES)
        {
            bytes += input.len_bytes;
            end += 1;
        }
        self.next_input = end;
        (Work::Files(first..end), bytes)
    }
}

impl Iterator for Chunks<'_> {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        if self.stop.load(Ordering::Relaxed) {
            return None;
        }
        let (work, on_disk) = self.next_work()?;
        let index = self.next_index;
        self.next_index += 1;
        Some(Chunk {
            index,
            on_disk,
            work,
        })
    }
}

/// An input that holds records as text, cut at their ends.
struct Records {
    input: u32,
    source: Source,
    format: Format,
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
    fault: Option<String>,
    done: bool,
    counted: u64,
    len_on_disk: u64,
}

impl Records {
    fn open(
        number: u32,
        input: &Input,
        kind: Kind,
        mut source: Source,
        fields: &Fields,
    ) -> std::result::Result<Records, String> {
        let head = source.head(HEAD_BYTES);
        if let Some(what) = refused(head) {
            return Err(what.to_owned());
        }
        let (format, cut, start) = match kind {
            Kind::Csv(delimiter) => {
                let is_whole = head.len() < HEAD_BYTES;
                let (columns, _) = csv::columns(head, is_whole, delimiter, fields)?;
                let start = columns.start();
                (Format::Csv(Arc::new(columns)), Cut::rows(delimiter), start)
            }
            _ => (
                Format::Jsonl,
                Cut::Lines,
                head.len() - without_mark(head).len(),
            ),
        };
        let before = head.get(..start).unwrap_or(&[]);
        let line = 1 + memchr_iter(b'\n', before).count() as u64;
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

    fn next(&mut self) -> Option<(Work, u64)> {
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
        if self.cut.is_quoted() {
            let what = "a quote opened in this row is never closed, so the rows after it can't be \
                        told apart; close it";
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
        }
    }
}
