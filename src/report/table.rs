//! Rows of named columns, as JSON Lines, CSV or Parquet.

use std::fmt;
use std::io::Write;
use std::str::FromStr;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

use crate::error::Result;
use crate::report::output::OutputFile;

/// The format of the records that a run writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// A JSON object a line.
    #[default]
    Jsonl,
    /// Comma-separated, with a header.
    Csv,
    /// Apache Parquet, compressed with zstd.
    Parquet,
}

impl Format {
    /// Returns the name that `--format` takes, which is also the file ending.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Parquet => "parquet",
        }
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        [Format::Jsonl, Format::Csv, Format::Parquet]
            .into_iter()
            .find(|format| format.name() == name)
            .ok_or_else(|| format!("no format {name:?}; choose jsonl, csv or parquet"))
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
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
    /// A string that may be missing.
    MaybeText,
    /// A whole number that may be missing.
    MaybeInt,
    /// A ratio or a score that may be missing.
    MaybeFloat,
}

impl Kind {
    fn may_be_missing(self) -> bool {
        matches!(self, Kind::MaybeText | Kind::MaybeInt | Kind::MaybeFloat)
    }
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
    /// Nothing, in a column that allows it: no key in JSON, an empty field in
    /// CSV, null in Parquet.
    Missing,
}

/// Rows that are gathered before Parquet writes them as a row group.
const ROW_GROUP: usize = 1 << 16;

/// Writes rows one by one; memory is bounded by a row group.
pub struct TableWriter {
    columns: &'static [(&'static str, Kind)],
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
    rows: usize,
}

struct Column {
    cells: Cells,
    /// Where values may be missing, 1 for each that is there, else 0.
    levels: Option<Vec<i16>>,
}

enum Cells {
    Text(Vec<ByteArray>),
    Int(Vec<i64>),
    Float(Vec<f64>),
}

impl Column {
    fn new(kind: Kind) -> Self {
        Column {
            cells: match kind {
                Kind::Text | Kind::MaybeText => Cells::Text(Vec::new()),
                Kind::Int | Kind::MaybeInt => Cells::Int(Vec::new()),
                Kind::Float | Kind::MaybeFloat => Cells::Float(Vec::new()),
            },
            levels: kind.may_be_missing().then(Vec::new),
        }
    }
}

impl TableWriter {
    /// Begins a table of these columns in `out`.
    pub fn new(
        format: Format,
        columns: &'static [(&'static str, Kind)],
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
                let schema = parquet_schema(columns).map_err(|error| out.failed(error.into()))?;
                let level = ZstdLevel::default();
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(level))
                    .build();
                let writer = SerializedFileWriter::new(file, schema, Arc::new(properties))
                    .map_err(|error| out.failed(error.into()))?;
                let columns = columns.iter().map(|(_, kind)| Column::new(*kind)).collect();
                Sink::Parquet(Box::new(ParquetSink {
                    out,
                    writer,
                    columns,
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
                let line = json_line(self.columns, cells);
                out.write_all(line.as_bytes())
                    .map_err(|error| out.failed(error))
            }
            Sink::Csv(writer) => {
                let fields = cells.iter().map(|cell| match cell {
                    Cell::Text(text) => (*text).to_owned(),
                    Cell::Int(number) => number.to_string(),
                    Cell::Float(number) => format!("{number:?}"),
                    Cell::Missing => String::new(),
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
        if *cell == Cell::Missing {
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
            Cell::Missing => {}
        }
    }
    line.push_str("}\n");
    line
}

/// Returns a string as JSON writes it.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn parquet_schema(
    columns: &[(&str, Kind)],
) -> std::result::Result<Arc<parquet::schema::types::Type>, parquet::errors::ParquetError> {
    let mut message = String::from("message leitong {");
    for (name, kind) in columns {
        let need = if kind.may_be_missing() {
            "OPTIONAL"
        } else {
            "REQUIRED"
        };
        let column = match kind {
            Kind::Text | Kind::MaybeText => format!("{need} BYTE_ARRAY {name} (UTF8);"),
            Kind::Int | Kind::MaybeInt => format!("{need} INT64 {name};"),
            Kind::Float | Kind::MaybeFloat => format!("{need} DOUBLE {name};"),
        };
        message.push_str(&column);
    }
    message.push('}');
    parse_message_type(&message).map(Arc::new)
}

impl ParquetSink {
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            if let Some(levels) = &mut column.levels {
                levels.push(i16::from(*cell != Cell::Missing));
            }
            match (&mut column.cells, cell) {
                (Cells::Text(cells), Cell::Text(text)) => {
                    cells.push(ByteArray::from(text.as_bytes().to_vec()))
                }
                (Cells::Int(cells), Cell::Int(number)) => cells.push(*number as i64),
                (Cells::Float(cells), Cell::Float(number)) => cells.push(*number),
                (_, Cell::Missing) => debug_assert!(column.levels.is_some()),
                _ => debug_assert!(false, "a cell has its column's kind"),
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
            let levels = column.levels.as_deref();
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
            if let Some(levels) = &mut column.levels {
                levels.clear();
            }
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
