//! Cuts the inputs, in order, into chunks that threads can work on apart.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::read::ReadOptions;
use crate::read::buffer::{Buffer, BufferPool};
use crate::read::parquet::ParquetFile;
use crate::read::source;
use crate::read::walk::{Compression, InputKind, Inputs};
pub(crate) use before_cut::{RecordsEncoding, decoded_before_cut, records_source};
pub(crate) use format::{
    HEAD_BYTES, RecordFormat, kind_by_contents, kind_by_name, record_head, without_mark,
};
pub(crate) use plan::{Plan, lacking_field, plan};
use records::Records;

mod before_cut;
mod cut;
mod format;
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
    /// Small files, opened where they are read.
    Files(Vec<(u32, InputKind)>),
    /// A document that came from a stream.
    Document {
        input: u32,
        kind: InputKind,
        bytes: Vec<u8>,
    },
    /// Whole records of one input, from `offset` and line `line` on.
    Records {
        input: u32,
        bytes: Buffer,
        offset: u64,
        line: u64,
        format: RecordFormat,
        /// What a user should know of the input; of its first chunk only.
        warnings: Vec<String>,
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

/// The chunks of all inputs, in order.
pub(crate) struct Chunks<'a> {
    inputs: &'a Inputs,
    options: &'a ReadOptions,
    plan: Plan,
    stop: &'a AtomicBool,
    next_input: usize,
    next_index: usize,
    open: CurrentInput,
    buffers: BufferPool,
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
        options: &'a ReadOptions,
        plan: Plan,
        stop: &'a AtomicBool,
    ) -> Chunks<'a> {
        Chunks {
            inputs,
            options,
            plan,
            stop,
            next_input: 0,
            next_index: 0,
            open: CurrentInput::Nothing,
            buffers: BufferPool::default(),
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
        if is_small(kind) && input.regular {
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
            None => source::open(input, self.options.limit),
        };
        let source = match source {
            Ok(source) => source,
            Err(what) => return Some(Some(refuse(what))),
        };
        let opened = match kind {
            InputKind::Text
            | InputKind::Html
            | InputKind::Subtitles
            | InputKind::Docx
            | InputKind::Pdf
            | InputKind::Sniff => source.into_bytes_after(|| {}).map(|bytes| {
                // A file without a byte is an empty text; a stream without one
                // had nothing to say.
                let work = (!bytes.is_empty()).then_some(Work::Document {
                    input: number,
                    kind,
                    bytes,
                });
                work.map(|work| (work, input.len_bytes))
            }),
            InputKind::Parquet => ParquetFile::open(source, &self.options.fields).map(|table| {
                self.open = CurrentInput::ParquetFile {
                    input: number,
                    table: Arc::new(table),
                    next: 0,
                    left: input.len_bytes,
                };
                None
            }),
            InputKind::Jsonl
            | InputKind::Json
            | InputKind::Lines
            | InputKind::Csv(_)
            | InputKind::Warc => {
                let json = &self.plan.json;
                let buffers = self.buffers.clone();
                let records =
                    Records::open(number, input, kind, source, self.options, json, buffers);
                records.map(|records| {
                    self.open = CurrentInput::Records(Box::new(records));
                    None
                })
            }
        };
        Some(opened.unwrap_or_else(|what| Some(refuse(what))))
    }

    /// Returns a chunk of one-document files from `first` on.
    fn files(&mut self, first: usize) -> (Work, u64) {
        let (mut bytes, mut on_disk) = (0, 0);
        let mut files = Vec::new();
        let mut end = first;
        while let Some(input) = self.inputs.get(end as u32)
            && input.regular
            && let Some(kind) = self.plan.kinds.get(end)
            && is_small(*kind)
            && !self.plan.lacking_fields.contains_key(&end)
            && (end == first || bytes < CHUNK_BYTES as u64 && end - first < CHUNK_FILES)
        {
            // What a compressed file unpacks to is not known: it is the last.
            bytes += match input.compression {
                Compression::Plain => input.len_bytes,
                _ => CHUNK_BYTES as u64,
            };
            on_disk += input.len_bytes;
            files.push((end as u32, *kind));
            end += 1;
        }
        self.next_input = end;
        (Work::Files(files), on_disk)
    }
}

/// Returns whether files of a kind are read whole. What a small file holds may
/// still be unknown.
fn is_small(kind: InputKind) -> bool {
    use InputKind::{Docx, Html, Pdf, Sniff, Subtitles, Text};
    matches!(kind, Text | Html | Subtitles | Docx | Pdf | Sniff)
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
