//! Rows of named columns as Apache Parquet; memory is bounded by a row group.

use std::path::PathBuf;
use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::Type;

use crate::error::{Error, Result};
use crate::write::output::OutputFile;
use crate::write::table::{Cell, Kind};

/// Rows that wait in memory until Parquet writes them as a row group.
const ROW_GROUP: usize = 1 << 16;

/// A Parquet file that is being written.
pub(super) struct ParquetSink {
    path: PathBuf,
    writer: SerializedFileWriter<OutputFile>,
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

fn schema(columns: &[(&str, Kind)], gaps: bool) -> ParquetResult<Arc<Type>> {
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
    /// Begins a file of these columns; with `gaps`, any cell may be absent.
    pub(super) fn begin(columns: &[(&str, Kind)], gaps: bool, out: OutputFile) -> Result<Self> {
        let path = out.path().to_owned();
        let failed = |error: ParquetError| Error::Output {
            path: path.clone(),
            source: error.into(),
        };
        let schema = schema(columns, gaps).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .build();
        let writer =
            SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(failed)?;
        let columns = columns.iter().map(|(_, kind)| Column {
            cells: match kind {
                Kind::Text => Cells::Text(Vec::new()),
                Kind::Int => Cells::Int(Vec::new()),
                Kind::Float => Cells::Float(Vec::new()),
            },
            levels: Vec::new(),
        });
        Ok(ParquetSink {
            path,
            writer,
            columns: columns.collect(),
            gaps,
            rows: 0,
        })
    }

    /// Writes a row, its cells in the order of the columns.
    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (&mut column.cells, cell) {
                (Cells::Text(column), Cell::Text(text) | Cell::Json(text)) => {
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
        self.try_write_group().map_err(|error| Error::Output {
            path: self.path.clone(),
            source: error.into(),
        })
    }

    fn try_write_group(&mut self) -> ParquetResult<()> {
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

    /// Writes what is left and lets the file appear.
    pub(super) fn finish(mut self) -> Result<()> {
        self.write_group()?;
        match self.writer.into_inner() {
            Ok(out) => out.finish(),
            Err(error) => Err(Error::Output {
                path: self.path,
                source: error.into(),
            }),
        }
    }
}
