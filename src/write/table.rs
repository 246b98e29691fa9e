//! Rows of named columns, as JSON Lines, CSV or Parquet.

use std::io::Write;

use crate::error::Result;
use crate::named::named_enum;
use crate::write::output::OutputFile;
use crate::write::parquet::ParquetSink;

named_enum! {
    /// The format of records; its name is also the file ending.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub enum Format("format") {
        /// A JSON object a line.
        #[default]
        Jsonl = "jsonl",
        /// Comma-separated, with a header.
        Csv = "csv",
        /// Apache Parquet, compressed with zstd.
        Parquet = "parquet",
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Int,
    /// A ratio or a score.
    Float,
}

/// One cell of a row, of the type of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// A string.
    Text(&'a str),
    /// A whole number.
    Int(u64),
    /// A ratio or a score.
    Float(f64),
    /// Nothing, in a table [`TableWriter::with_gaps`].
    Absent,
}

/// Writes rows one by one; memory is bounded by a row group.
pub struct TableWriter {
    columns: Vec<(&'static str, Kind)>,
    sink: Sink,
}

enum Sink {
    Jsonl(OutputFile),
    Csv(Box<csv::Writer<OutputFile>>),
    Parquet(Box<ParquetSink>),
}

impl TableWriter {
    /// Begins a table of these columns in `out`.
    pub fn new(format: Format, columns: &[(&'static str, Kind)], out: OutputFile) -> Result<Self> {
        TableWriter::begin(format, columns.to_vec(), false, out)
    }

    /// Begins a table in which any cell may be [`Cell::Absent`]: left out of
    /// a JSON object, empty in CSV, null in Parquet.
    pub fn with_gaps(
        format: Format,
        columns: Vec<(&'static str, Kind)>,
        out: OutputFile,
    ) -> Result<Self> {
        TableWriter::begin(format, columns, true, out)
    }

    fn begin(
        format: Format,
        columns: Vec<(&'static str, Kind)>,
        gaps: bool,
        out: OutputFile,
    ) -> Result<Self> {
        let sink = match format {
            Format::Jsonl => Sink::Jsonl(out),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                if let Err(error) = writer.write_record(columns.iter().map(|(name, _)| name)) {
                    return Err(writer.get_ref().failed(error.into()));
                }
                Sink::Csv(Box::new(writer))
            }
            Format::Parquet => Sink::Parquet(Box::new(ParquetSink::begin(&columns, gaps, out)?)),
        };
        Ok(TableWriter { columns, sink })
    }

    /// Writes a row, its cells in the order of the columns.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        match &mut self.sink {
            Sink::Jsonl(out) => {
                let line = json_line(&self.columns, cells);
                out.write_all(line.as_bytes())
                    .map_err(|error| out.failed(error))
            }
            Sink::Csv(writer) => {
                let fields = cells.iter().map(|cell| match cell {
                    Cell::Text(text) => (*text).to_owned(),
                    Cell::Int(number) => number.to_string(),
                    Cell::Float(number) => format!("{number:?}"),
                    Cell::Absent => String::new(),
                });
                match writer.write_record(fields) {
                    Ok(()) => Ok(()),
                    Err(error) => Err(writer.get_ref().failed(error.into())),
                }
            }
            Sink::Parquet(sink) => sink.row(cells),
        }
    }

    /// Writes what is left and lets the file appear.
    pub fn finish(self) -> Result<()> {
        match self.sink {
            Sink::Jsonl(out) => out.finish(),
            Sink::Csv(writer) => match writer.into_inner() {
                Ok(out) => out.finish(),
                Err(error) => {
                    let source =
                        std::io::Error::new(error.error().kind(), error.error().to_string());
                    Err(error.into_inner().get_ref().failed(source))
                }
            },
            Sink::Parquet(sink) => sink.finish(),
        }
    }
}

/// Returns the row as a JSON object, with the line's end.
fn json_line(columns: &[(&str, Kind)], cells: &[Cell<'_>]) -> String {
    let mut line = String::from("{");
    for ((name, _), cell) in columns.iter().zip(cells) {
        if *cell == Cell::Absent {
            continue;
        }
        if line.len() > 1 {
            line.push(',');
        }
        line.push_str(&json_string(name));
        line.push(':');
        match cell {
            Cell::Text(text) => line.push_str(&json_string(text)),
            Cell::Int(number) => line.push_str(&number.to_string()),
            Cell::Float(number) => line.push_str(&format!("{number:?}")),
            Cell::Absent => {}
        }
    }
    line.push_str("}\n");
    line
}

/// Returns a string as JSON writes it.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Appends a string as JSON writes it.
pub(crate) fn push_json_string(out: &mut String, text: &str) {
    let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().any(escaped) {
        out.push_str(&json_string(text));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}
