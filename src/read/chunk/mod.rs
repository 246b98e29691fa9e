//! Cuts the inputs, in order, into chunks that threads can work on apart.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::read::Fields;
use crate::read::csv::CsvHeader;
use crate::read::parquet::ParquetFile;
use crate::read::source::{self, Bytes};
use crate::read::walk::{InputKind, Inputs};
pub(crate) use plan::{Plan, plan, sniff, without_mark};
use records::Records;

mod cut;
mod plan;
mod records;

/// The size that chunks have if records allow: large enough that handing them
/// round costs nothing, small enough that all cores are busy on a file of
/// 20 MB and that a chunk on each stays in the cache.
const CHUNK_BYTES: usize = 2 << 20;

/// Largest number of small files in a chunk: opening one costs as much as
/// reading 20 KB.
const CHUNK_FILES: usize = 100;

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
        format: RecordFormat,
    },
    /// A row group of a Parquet file.
    RowGroup {
        input: u32,
        table: Arc<ParquetFile>,
        group: usize,
    },
    /// What can't be read, and why.
    Refused { input: u32, line: u64, what: String },
}

#[derive(Clone)]
pub(crate) enum RecordFormat {
    Jsonl,
    Csv(Arc<CsvHeader>),
}

/// The chunks of all inputs, in order.
pub(crate) struct Chunks<'a> {
    inputs: &'a Inputs,
    fields: &'a Fields,
    plan: Plan,
    stop: &'a AtomicBool,
    next_input: usize,
    next_index: usize,
    open: CurrentInput,
}

enum CurrentInput {
    Nothing,
    Records(Box<Records>),
    ParquetFile {
        input: u32,
        table: Arc<ParquetFile>,
        next: usize,
        left: u64,
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
            open: CurrentInput::Nothing,
        }
    }

    fn next_work(&mut self) -> Option<(Work, u64)> {
        loop {
            match &mut self.open {
                CurrentInput::Records(records) => match records.next() {
                    Some(work) => return Some(work),
                    None => self.open = CurrentInput::Nothing,
                },
                CurrentInput::ParquetFile {
                    input,
                    table,
                    next,
                    left,
                } if *next < table.groups() => {
                    let (input, group) = (*input, *next);
                    *next += 1;
                    let on_disk = table.len_on_disk(group).min(*left);
                    *left -= on_disk;
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
                CurrentInput::ParquetFile { .. } => self.open = CurrentInput::Nothing,
                CurrentInput::Nothing => {}
            }
            if matches!(self.open, CurrentInput::Nothing)
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
        if matches!(kind, InputKind::Text | InputKind::Html) && input.regular {
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
        if let Some(what) = self.plan.lacking_fields.remove(&index) {
            return Some(Some(refuse(what)));
        }
        let source = match self.plan.parked.remove(&index) {
            Some(source) => Ok(source),
            None => source::open(input),
        };
        let source = match source {
            Ok(source) => source,
            Err(what) => return Some(Some(refuse(what))),
        };
        let opened = match kind {
            InputKind::Text | InputKind::Html | InputKind::Sniff => {
                source.into_bytes().map(|bytes| {
                    Some((
                        Work::Document {
                            input: number,
                            bytes,
                        },
                        input.len_bytes,
                    ))
                })
            }
            InputKind::Parquet => ParquetFile::open(source, self.fields).map(|table| {
                self.open = CurrentInput::ParquetFile {
                    input: number,
                    table: Arc::new(table),
                    next: 0,
                    left: input.len_bytes,
                };
                None
            }),
            InputKind::Jsonl | InputKind::Csv(_) => {
                Records::open(number, input, kind, source, self.fields).map(|records| {
                    self.open = CurrentInput::Records(Box::new(records));
                    None
                })
            }
        };
        Some(opened.unwrap_or_else(|what| Some(refuse(what))))
    }

    /// Returns a chunk of one-document files from `first` on.
    fn files(&mut self, first: usize) -> (Work, u64) {
        let mut bytes = 0;
        let mut end = first;
        while let Some(input) = self.inputs.get(end as u32)
            && input.regular
            && matches!(
                self.plan.kinds.get(end),
                Some(InputKind::Text | InputKind::Html)
            )
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
