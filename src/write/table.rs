//! Rows of named columns, as JSON Lines, CSV or Parquet.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::error::Result;
use crate::named::named_enum;
use crate::write::output::OutputFile;

named_enum! {
    /// The format of the records that a run writes.
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

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Int,
    /// A ratio or a score.
    Float,
}

/// One cell of a row, of its column's kind.
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

/// Rows that are gathered before Parquet writes them as a row group.
const ROW_GROUP: usize = 1 << 16;

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

struct ParquetSink {
    out: OutputFile,
    writer: SerializedFileWriter<std::fs::File>,
    columns: Vec<Column>,
    gaps: bool,
    rows: usize,
}

/// The cells of a column, and where there are none.
struct Column {
    cells: Cells,
    /// 1 for a cell that is there, 0 for a gap; empty in a table without.
    levels: Vec<i16>,
}

enum Cells {
    Text(Vec<ByteArray>),
    Int(Vec<i64>),
    Float(Vec<f64>),
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
        mut out: OutputFile,
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
            Format::Parquet => {
                let file = out.reopen()?;
                let schema =
                    parquet_schema(&columns, gaps).map_err(|error| out.failed(error.into()))?;
                let level = ZstdLevel::default();
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .build();
                let writer = SerializedFileWriter::new(file, schema, Arc::new(properties))
                    .map_err(|error| out.failed(error.into()))?;
                let cells = columns.iter().map(|(_, kind)| match kind {
                    Kind::Text => Cells::Text(Vec::new()),
                    Kind::Int => Cells::Int(Vec::new()),
                    Kind::Float => Cells::Float(Vec::new()),
                });
                let columns = cells.map(|cells| Column {
                    cells,
                    levels: Vec::new(),
                });
                Sink::Parquet(Box::new(ParquetSink {
                    out,
                    writer,
                    columns: columns.collect(),
                    gaps,
                    rows: 0,
                }))
            }
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

fn parquet_schema(
    columns: &[(&str, Kind)],
    gaps: bool,
) -> std::result::Result<Arc<parquet::schema::types::Type>, parquet::errors::ParquetError> {
    let mut message = String::from("message leitong {");
    let repetition = if gaps { "OPTIONAL" } else { "REQUIRED" };
    for (name, kind) in columns {
        let kind = match kind {
            Kind::Text => format!("{repetition} BYTE_ARRAY {name} (UTF8);"),
            Kind::Int => format!("{repetition} INT64 {name};"),
            Kind::Float => format!("{repetition} DOUBLE {name};"),
        };
        message.push_str(&kind);
    }
    message.push('}');
    parse_message_type(&message).map(Arc::new)
}

impl ParquetSink {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (&mut column.cells, cell) {
                (Cells::Text(column), Cell::Text(text)) => {
                    column.push(ByteArray::from(text.as_bytes().to_vec()))
                }
                (Cells::Int(column), Cell::Int(number)) => column.push(*number as i64),
                (Cells::Float(column), Cell::Float(number)) => column.push(*number),
                (_, Cell::Absent) => debug_assert!(self.gaps, "the table has gaps"),
                _ => debug_assert!(false, "a cell has its column's kind"),
            }
            if self.gaps {
                column.levels.push(i16::from(*cell != Cell::Absent));
            }
        }
        self.rows += 1;
        if self.rows == ROW_GROUP {
            self.write_group()
        } else {
            Ok(())
        }
    }

    fn write_group(&mut self) -> Result<()> {
        self.try_write_group()
            .map_err(|error| self.out.failed(error.into()))
    }

    fn try_write_group(&mut self) -> std::result::Result<(), parquet::errors::ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.writer.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column()? else {
                break;
            };
            let levels = self.gaps.then_some(column.levels.as_slice());
            match &mut column.cells {
                Cells::Text(cells) => {
                    writer
                        .typed::<ByteArrayType>()
                        .write_batch(cells, levels, None)?;
                    cells.clear();
                }
                Cells::Int(cells) => {
                    writer
                        .typed::<Int64Type>()
                        .write_batch(cells, levels, None)?;
                    cells.clear();
                }
                Cells::Float(cells) => {
                    writer
                        .typed::<DoubleType>()
                        .write_batch(cells, levels, None)?;
                    cells.clear();
                }
            }
            column.levels.clear();
            writer.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        self.write_group()?;
        match self.writer.close() {
            Ok(_) => self.out.finish(),
            Err(error) => Err(self.out.failed(error.into())),
        }
    }
}
