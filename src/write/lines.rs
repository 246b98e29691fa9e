//! Lines of JSON, to a file or the standard output.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use crate::error::{Error, Result};
use crate::write::output::OutputFile;

/// Where records go.
pub enum Target {
    /// The standard output.
    Stdout,
    /// A file that appears when it is whole.
    File(OutputFile),
    /// Whatever else takes bytes, such as a file that is compressed.
    Other(Box<dyn Receiver>),
}

/// Takes bytes up to an end.
pub trait Receiver: Write + Send {
    /// Writes what is buffered and lets the file appear.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] if it can't be written.
    fn close(self: Box<Self>) -> Result<()>;

    /// Returns the error of a failed write.
    fn failure(&self, source: io::Error) -> Error;
}

/// Lines to the standard output or a file.
pub enum Lines {
    /// The standard output.
    Stdout(io::BufWriter<io::Stdout>),
    /// A file that appears when it is whole.
    File(OutputFile),
    /// Whatever else takes bytes.
    Other(Box<dyn Receiver>),
}

impl From<OutputFile> for Target {
    fn from(file: OutputFile) -> Self {
        Target::File(file)
    }
}

impl Target {
    /// Returns the file, for formats that cannot be written to a stream.
    ///
    /// # Errors
    ///
    /// [`Error::Output`] for the standard output.
    pub(crate) fn into_file(self) -> Result<OutputFile> {
        match self {
            Target::File(file) => Ok(file),
            Target::Stdout => Err(stdout_failed(no_file())),
            Target::Other(out) => Err(out.failure(no_file())),
        }
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Lines::Stdout(out) => out.write(bytes),
            Lines::File(out) => out.write(bytes),
            Lines::Other(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Lines::Stdout(out) => out.flush(),
            Lines::File(out) => out.flush(),
            Lines::Other(out) => out.flush(),
        }
    }
}

impl Lines {
    /// Begins lines.
    pub fn new(target: Target) -> Self {
        match target {
            Target::Stdout => Lines::Stdout(io::BufWriter::with_capacity(1 << 16, io::stdout())),
            Target::File(out) => Lines::File(out),
            Target::Other(out) => Lines::Other(out),
        }
    }

    /// Returns the error of a failed write.
    pub(crate) fn failed(&self, source: io::Error) -> Error {
        match self {
            Lines::Stdout(_) => stdout_failed(source),
            Lines::File(out) => out.failed(source),
            Lines::Other(out) => out.failure(source),
        }
    }

    /// Writes a record as a line.
    pub fn write(&mut self, record: &impl Serialize) -> Result<()> {
        let mut line = json(record);
        line.push('\n');
        self.text(&line)
    }

    /// Writes text as it is.
    pub fn text(&mut self, text: &str) -> Result<()> {
        self.bytes(text.as_bytes())
    }

    /// Writes bytes as they are.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.write_all(bytes).map_err(|error| self.failed(error))
    }

    /// Writes what is buffered, and ends the file.
    pub fn finish(self) -> Result<()> {
        match self {
            Lines::Stdout(mut out) => out.flush().map_err(stdout_failed),
            Lines::File(out) => out.finish(),
            Lines::Other(out) => out.close(),
        }
    }
}

fn no_file() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "Parquet needs a file")
}

fn stdout_failed(source: io::Error) -> Error {
    Error::Output {
        path: PathBuf::from("-"),
        source,
    }
}

/// Returns a record as JSON.
pub(crate) fn json(record: &impl Serialize) -> String {
    // Records consist of strings and numbers, which can always be written.
    serde_json::to_string(record).unwrap_or_default()
}

/// Adds a record as JSON.
pub(crate) fn push_json(to: &mut Vec<u8>, record: &impl Serialize) {
    // As in [`json`]; and writing to memory cannot fail.
    let _ = serde_json::to_writer(to, record);
}
