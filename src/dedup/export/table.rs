//! Copies rows of Parquet, column by column, with their schema.

use std::sync::Arc;

use parquet::basic::{Compression, ZstdLevel};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::column::writer::{ColumnWriter, ColumnWriterImpl};
use parquet::data_type::DataType;
use parquet::errors::{ParquetError, Result as ParquetResult};
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::FileReader;
use parquet::file::writer::SerializedFileWriter;

use crate::caught::caught;
use crate::dedup::export::sink::Out;
use crate::error::{Error, Result};
use crate::read::RecordLimit;
use crate::read::original::parquet_file_of;
use crate::read::parquet::{Allowance, ParquetFile};
use crate::read::walk::Input;

/// A Parquet file that rows of others are copied into.
pub(super) struct Table {
    /// Until the first input gives the schema.
    out: Option<Out>,
    writer: Option<SerializedFileWriter<Out>>,
    path: std::path::PathBuf,
}

impl Table {
    pub(super) fn new(out: Out, path: &std::path::Path) -> Self {
        Table {
            out: Some(out),
            writer: None,
            path: path.to_owned(),
        }
    }

    fn failed(&self, error: ParquetError) -> Error {
        Error::Output {
            path: self.path.clone(),
            source: error.into(),
        }
    }

    /// Takes schema, metadata and compression from the first input.
    fn begin(&mut self, metadata: &ParquetMetaData) -> Result<()> {
        let Some(out) = self.out.take() else {
            return Ok(());
        };
        let file = metadata.file_metadata();
        let mut properties = WriterProperties::builder()
            .set_key_value_metadata(file.key_value_metadata().cloned())
            .set_max_row_group_row_count(None);
        if let Some(group) = metadata.row_groups().first() {
            for column in group.columns() {
                let compression = match column.compression() {
                    // This one can be read by few and written by none.
                    Compression::LZO => Compression::ZSTD(ZstdLevel::default()),
                    compression => compression,
                };
                properties =
                    properties.set_column_compression(column.column_path().clone(), compression);
            }
        }
        let schema = file.schema_descr().root_schema_ptr();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties.build()));
        self.writer = Some(writer.map_err(|error| self.failed(error))?);
        Ok(())
    }

    pub(super) fn finish(self) -> Result<()> {
        let path = self.path;
        let failed = |error: ParquetError| Error::Output {
            path: path.clone(),
            source: error.into(),
        };
        match (self.writer, self.out) {
            (Some(writer), _) => writer.into_inner().map_err(failed)?.finish(),
            (None, Some(out)) => out.finish(),
            (None, None) => Ok(()),
        }
    }
}

/// Copies the rows of one input that stay.
///
/// `rows` are the numbers of the rows wanted, ascending. Memory is that of a
/// batch and of one column of a row group as it is written; what a page may take
/// is bounded by `limit`.
pub(super) fn copy(
    input: &Input,
    rows: &[u64],
    limit: RecordLimit,
    kept: &mut Table,
) -> Result<()> {
    let in_the_way = |what: String| Error::Format {
        input: input.name.clone(),
        what,
    };
    let table = parquet_file_of(input, limit).map_err(in_the_way)?;
    let file = table.file();
    kept.begin(file.metadata())?;
    let mut first = 0u64;
    let mut rest = rows;
    for group in 0..file.metadata().num_row_groups() {
        let count = file.metadata().row_group(group).num_rows();
        let end = first + u64::try_from(count).unwrap_or(0);
        let (wanted, others) = rest.split_at(rest.partition_point(|row| *row < end));
        rest = others;
        if !wanted.is_empty() {
            let limit = limit.of_copies();
            let mut refusal = None;
            let copied =
                caught(|| copy_group(&table, group, first, wanted, limit, kept, &mut refusal));
            let copied = copied.unwrap_or_else(|| Err(ParquetError::General("damaged".to_owned())));
            copied.map_err(|error| {
                if let Some(what) = refusal {
                    return in_the_way(format!("row group {} can't be copied: {what}", group + 1));
                }
                in_the_way(format!(
                    "row group {} can't be copied ({error}); fetch the file again",
                    group + 1
                ))
            })?;
        }
        first = end;
    }
    Ok(())
}

fn copy_group(
    table: &ParquetFile,
    group: usize,
    first: u64,
    wanted: &[u64],
    limit: RecordLimit,
    kept: &mut Table,
    refusal: &mut Option<String>,
) -> ParquetResult<()> {
    let reader = table.file().get_row_group(group)?;
    let Some(writer) = &mut kept.writer else {
        return Ok(());
    };
    let mut writer = writer.next_row_group()?;
    let mut column = 0;
    while let Some(mut to) = writer.next_column()? {
        let pages = table.pages_of(group, [column].into_iter(), limit);
        let pages = pages.map_err(|what| refused(what, refusal))?.of(column);
        let (from, allowance) = table.open_column(&*reader, column, limit)?;
        let chunk = reader.metadata().column(column);
        let descriptor = chunk.column_descr();
        let levels = Levels {
            definition: descriptor.max_def_level(),
            repetition: descriptor.max_rep_level(),
        };
        let batches = Batches {
            rows: pages.batch_rows(descriptor, chunk.encodings(), limit),
            allowance: allowance.clone(),
        };
        macro_rules! copy {
            ($($reader:ident $writer:ident),*) => {
                match (from, to.untyped()) {
                    $((ColumnReader::$reader(from), ColumnWriter::$writer(to)) => {
                        copy_column(from, to, levels, &batches, first, wanted)
                    })*
                    _ => return Err(ParquetError::General("column of another type".to_owned())),
                }
            };
        }
        let copied = copy!(
            BoolColumnReader BoolColumnWriter,
            Int32ColumnReader Int32ColumnWriter,
            Int64ColumnReader Int64ColumnWriter,
            Int96ColumnReader Int96ColumnWriter,
            FloatColumnReader FloatColumnWriter,
            DoubleColumnReader DoubleColumnWriter,
            ByteArrayColumnReader ByteArrayColumnWriter,
            FixedLenByteArrayColumnReader FixedLenByteArrayColumnWriter
        );
        *refusal = allowance.refusal();
        copied?;
        to.close()?;
        column += 1;
    }
    writer.close()?;
    Ok(())
}

/// Keeps why a page was refused.
fn refused(what: String, refusal: &mut Option<String>) -> ParquetError {
    *refusal = Some(what.clone());
    ParquetError::General(what)
}

/// The deepest levels of a column.
#[derive(Clone, Copy)]
struct Levels {
    definition: i16,
    repetition: i16,
}

/// How much of a column is decoded at a time.
struct Batches {
    rows: usize,
    allowance: Allowance,
}

fn copy_column<T: DataType>(
    mut from: ColumnReaderImpl<T>,
    to: &mut ColumnWriterImpl<'_, T>,
    levels: Levels,
    batches: &Batches,
    first: u64,
    wanted: &[u64],
) -> ParquetResult<()> {
    let (mut definitions, mut repetitions) = (Vec::new(), Vec::new());
    let mut values: Vec<T::T> = Vec::new();
    let mut row = first;
    let mut wanted = wanted.iter().copied().peekable();
    while wanted.peek().is_some() {
        definitions.clear();
        repetitions.clear();
        values.clear();
        let mut read = 0;
        batches.allowance.begin();
        for _ in 0..2 {
            (read, _, _) = from.read_records(
                batches.rows,
                Some(&mut definitions),
                Some(&mut repetitions),
                &mut values,
            )?;
            if read > 0 {
                break;
            }
            batches.allowance.need();
        }
        if read == 0 {
            return Err(ParquetError::General(
                "fewer rows than announced".to_owned(),
            ));
        }
        // Flat columns have no repetitions, required ones no definitions.
        let slots = if levels.definition > 0 {
            definitions.len()
        } else if levels.repetition > 0 {
            repetitions.len()
        } else {
            read
        };
        let mut next = values.drain(..);
        let mut kept_values = Vec::new();
        let (mut kept_definitions, mut kept_repetitions) = (Vec::new(), Vec::new());
        let mut stays = false;
        for slot in 0..slots {
            let repetition = repetitions.get(slot).copied().unwrap_or(0);
            let definition = definitions.get(slot).copied().unwrap_or(levels.definition);
            if repetition == 0 {
                stays = wanted.next_if_eq(&row).is_some();
                row += 1;
            }
            let value = (definition == levels.definition)
                .then(|| next.next())
                .flatten();
            if stays {
                kept_values.extend(value);
                kept_definitions.push(definition);
                kept_repetitions.push(repetition);
            }
        }
        drop(next);
        if kept_definitions.is_empty() {
            continue;
        }
        to.write_batch(
            &kept_values,
            (levels.definition > 0).then_some(kept_definitions.as_slice()),
            (levels.repetition > 0).then_some(kept_repetitions.as_slice()),
        )?;
    }
    Ok(())
}
