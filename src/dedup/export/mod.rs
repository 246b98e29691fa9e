//! The documents that stay, their records byte for byte as they came.
//!
//! Nothing is kept in memory for this: the inputs are read a second time, by
//! the locations that the first reading noted.

mod folder;
mod lines;
mod plan;
mod sink;
#[cfg(feature = "parquet")]
mod table;
#[cfg(not(feature = "parquet"))]
#[path = "no_table.rs"]
mod table;

use std::io::Write;
use std::path::Path;

use crate::corpus::{Corpus, DocId, Location};
use crate::error::{Error, Result};
use crate::read::original::{FileHead, InputReader, free_memory, parquet_file_of};
use crate::read::walk::{Compression, Input, InputKind};
use crate::read::{Inputs, ReadOptions};
use crate::write::{Format, OutputSet, Target};
use lines::Lines;
pub use plan::{ExportPlan, Form};
use sink::{Out, compression_of};
use table::Table;

pub use folder::ExportFolder;

/// Returns the format of records that the name of a file asks for, which may be
/// compressed; nothing if it asks for none, or for Parquet that is compressed
/// once more.
pub fn record_format(path: &Path) -> Option<Format> {
    if compression_of(path) == Compression::Plain {
        return Format::of_path(path);
    }
    let format = Format::of_path(&path.with_extension(""))?;
    (format != Format::Parquet).then_some(format)
}

/// Begins a file for records that are written anew, compressed as its name says;
/// `-` is the standard output.
///
/// # Errors
///
/// [`Error::Output`] if it can't be made.
pub fn record_target(outputs: &OutputSet, path: &Path) -> Result<Target> {
    if path == Path::new("-") {
        return Ok(Target::Stdout);
    }
    if compression_of(path) == Compression::Plain {
        return outputs.file(path).map(Target::File);
    }
    Ok(Target::Other(Box::new(Out::create(path, Some(outputs))?)))
}

/// The documents of one input.
struct Part<'a> {
    number: u32,
    input: &'a Input,
    docs: std::ops::Range<u32>,
}

/// Returns the documents of each input, in order.
fn parts<'a>(inputs: &'a Inputs, corpus: &'a Corpus) -> impl Iterator<Item = Part<'a>> {
    let mut next = 0;
    (0..).zip(inputs.iter()).map(move |(number, input)| {
        let start = next;
        while (next as usize) < corpus.len() && corpus.location(DocId(next)).input == number {
            next += 1;
        }
        Part {
            number,
            input,
            docs: start..next,
        }
    })
}

impl Part<'_> {
    /// Returns whether the input could not even be opened.
    fn is_unreadable(&self, options: &ReadOptions) -> bool {
        self.docs.is_empty()
            && match self.input.kind {
                InputKind::Parquet => parquet_file_of(self.input, options.limit).is_err(),
                _ => InputReader::open(self.input, self.input.kind, options).is_err(),
            }
    }

    fn locations<'a>(
        &self,
        corpus: &'a Corpus,
        keep: &'a dyn Fn(DocId) -> bool,
    ) -> impl Iterator<Item = (Location, bool)> + use<'a> {
        let docs = self.docs.clone().map(DocId);
        docs.map(move |doc| (corpus.location(doc), keep(doc)))
    }

    /// Returns the rows of Parquet that stay.
    fn rows(&self, corpus: &Corpus, keep: &dyn Fn(DocId) -> bool) -> Vec<u64> {
        let docs = self.docs.clone().map(DocId);
        docs.filter(|doc| keep(*doc))
            .map(|doc| corpus.location(doc).span.start)
            .collect()
    }

    /// Returns the rows of Parquet that are no documents.
    fn other_rows(&self, corpus: &Corpus, options: &ReadOptions) -> Result<Vec<u64>> {
        let opened = parquet_file_of(self.input, options.limit);
        let table = opened.map_err(|what| Error::Format {
            input: self.input.name.clone(),
            what,
        })?;
        let mut docs = self
            .docs
            .clone()
            .map(|doc| corpus.location(DocId(doc)).span.start)
            .peekable();
        let rows = 0..table.rows();
        Ok(rows.filter(|row| docs.next_if_eq(row).is_none()).collect())
    }
}

/// A file of records, begun before the long work.
pub struct ExportFile {
    sink: Sink,
}

enum Sink {
    Lines(Lines),
    Table(Box<Table>),
    List(Out),
}

impl ExportFile {
    /// Begins a file for records of one form; `-` is the standard output. It is
    /// compressed if its name ends with `.gz` or `.zst`.
    pub fn create(outputs: &OutputSet, path: &Path, form: Form) -> Result<Self> {
        let out = Out::create(path, Some(outputs))?;
        let sink = match form {
            Form::Lines | Form::TextLines | Form::Rows(_) => Sink::Lines(Lines::new(out)),
            Form::Array => Sink::Lines(Lines::new(out).in_array(true)),
            Form::Table => Sink::Table(Box::new(Table::new(out, path))),
            // Form::Archive is refused by the plan.
            Form::List | Form::Archive => Sink::List(out),
        };
        Ok(ExportFile { sink })
    }

    /// Writes the documents that stay, in input order.
    pub fn write(
        mut self,
        plan: &ExportPlan,
        inputs: &Inputs,
        corpus: &Corpus,
        keep: &dyn Fn(DocId) -> bool,
    ) -> Result<()> {
        for part in parts(inputs, corpus) {
            let head = plan.head(part.number);
            match &mut self.sink {
                _ if part.is_unreadable(plan.options()) => {}
                Sink::Lines(lines) => {
                    let kind = plan.kind(part.number);
                    let locations = part.locations(corpus, keep);
                    lines::copy(
                        part.input,
                        kind,
                        head,
                        plan.options(),
                        locations,
                        Some(lines),
                        None,
                    )?;
                }
                Sink::Table(table) => {
                    let rows = part.rows(corpus, keep);
                    table::copy(part.input, &rows, plan.options().limit, table)?;
                }
                Sink::List(out) => {
                    if part.docs.clone().map(DocId).any(keep) {
                        write_path(out, part.input)?;
                    }
                }
            }
        }
        self.finish()
    }

    /// Writes what could not be read as a record, as it came: lines of JSON and rows of CSV, rows of Parquet without a
    /// text, the paths of files.
    ///
    /// Bytes that cannot be decompressed are not written.
    pub fn write_rejects(
        mut self,
        plan: &ExportPlan,
        inputs: &Inputs,
        corpus: &Corpus,
    ) -> Result<()> {
        if let Sink::Lines(lines) = self.sink {
            // What could not be read can't stand in an array.
            self.sink = Sink::Lines(lines.in_array(false));
        }
        for part in parts(inputs, corpus) {
            match &mut self.sink {
                Sink::Lines(_) | Sink::Table(_) if part.is_unreadable(plan.options()) => {}
                Sink::Lines(lines) => {
                    let (kind, head) = (plan.kind(part.number), plan.head(part.number));
                    let none = |_| false;
                    let locations = part.locations(corpus, &none);
                    lines::copy(
                        part.input,
                        kind,
                        head,
                        plan.options(),
                        locations,
                        None,
                        Some(lines),
                    )?;
                }
                Sink::Table(table) => {
                    let options = plan.options();
                    let rows = part.other_rows(corpus, options)?;
                    table::copy(part.input, &rows, options.limit, table)?;
                }
                Sink::List(out) => {
                    if part.docs.is_empty() {
                        write_path(out, part.input)?;
                    }
                }
            }
        }
        self.finish()
    }

    fn finish(self) -> Result<()> {
        free_memory();
        match self.sink {
            Sink::Lines(lines) => lines.finish(),
            Sink::Table(table) => table.finish(),
            Sink::List(out) => out.finish(),
        }
    }
}

/// Writes the path of a file as it was given, a line.
fn write_path(out: &mut Out, input: &Input) -> Result<()> {
    let Some(path) = &input.path else {
        return Ok(());
    };
    #[cfg(unix)]
    let bytes = std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str());
    #[cfg(not(unix))]
    let bytes = path.to_string_lossy();
    #[cfg(not(unix))]
    let bytes = bytes.as_bytes();
    out.write_all(bytes)
        .and_then(|()| out.write_all(b"\n"))
        .map_err(|error| out.failed(error))
}
