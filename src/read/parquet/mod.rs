//! From the row groups of a Parquet file to the fields of records.

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use parquet::basic::Type;
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::corpus::Location;
use crate::error::{Error, Result};
use crate::read::Fields;
use crate::read::collector::{Collector, RawRecord};
use crate::read::fields::FieldRole;
use crate::read::jsonl::Origin;
use crate::read::sink::Sink;
use crate::read::source::{self, Source};
use crate::span::Span;
use column::ColumnBatch;

mod column;
mod iso;

/// Number of rows that are decoded at a time: a page of short texts, or a few MB of
/// long ones.
const BATCH_ROWS: usize = 256;

/// More rows than any row group has.
const ROWS_MAX: i64 = 1 << 40;

/// An opened Parquet file.
pub(crate) struct ParquetFile {
    file: SerializedFileReader<Bytes>,
    // The map of a file on disk.
    mapped: Option<source::Bytes>,
    names: Vec<String>,
    // The column that fills each role.
    at: [Option<usize>; 5],
    // The number of rows before each row group.
    first_rows: Vec<u64>,
}

/// A source's bytes, as the `bytes` crate can share them.
struct SharedBytes(source::Bytes);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl ParquetFile {
    /// Reads the footer of a file; a compressed one is unpacked into memory.
    pub(crate) fn open(
        source: Source,
        fields: &Fields,
    ) -> std::result::Result<ParquetFile, String> {
        let bytes = source.into_bytes()?;
        let mapped = matches!(bytes, source::Bytes::Mapped(..)).then(|| bytes.clone());
        let bytes = Bytes::from_owner(SharedBytes(bytes));
        let len = bytes.len() as u64;
        // The crate panics on some damaged footers.
        let opened = catch_unwind(AssertUnwindSafe(|| SerializedFileReader::new(bytes)));
        let file = opened
            .unwrap_or_else(|_| Err(broken_off()))
            .map_err(|error| {
                format!(
                    "not a whole Parquet file ({}); fetch it again",
                    in_short(&error)
                )
            })?;
        let metadata = file.metadata();
        if !is_sound(metadata, len) {
            return Err(
                "not a whole Parquet file (its footer is damaged); fetch it again".to_owned(),
            );
        }
        let columns = metadata.file_metadata().schema_descr().columns();
        let names: Vec<String> = columns
            .iter()
            .map(|column| column.path().string())
            .collect();
        let at = FieldRole::ALL.map(|role| names.iter().position(|name| name == fields.name(role)));
        let mut first_rows = Vec::with_capacity(metadata.num_row_groups());
        let mut rows = 0u64;
        for group in metadata.row_groups() {
            first_rows.push(rows);
            rows = rows.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
        }
        Ok(ParquetFile {
            file,
            mapped,
            names,
            at,
            first_rows,
        })
    }

    /// Returns the file, to read its columns.
    pub(crate) fn file(&self) -> &SerializedFileReader<Bytes> {
        &self.file
    }

    /// Returns whether both files have the same columns.
    pub(crate) fn has_schema_of(&self, other: &ParquetFile) -> bool {
        let schema = |table: &ParquetFile| {
            let file = table.file.metadata().file_metadata();
            file.schema_descr().root_schema_ptr()
        };
        schema(self).get_fields() == schema(other).get_fields()
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> u64 {
        let groups = self.file.metadata().row_groups().iter();
        groups
            .map(|group| u64::try_from(group.num_rows()).unwrap_or(0))
            .sum()
    }

    /// Returns the names of all columns, nested ones with dots.
    pub(crate) fn names(&self) -> &[String] {
        &self.names
    }

    /// Checks that the text column holds one string a row.
    pub(crate) fn check_types(&self, input: &str, fields: &Fields) -> Result<()> {
        let Some(column) = self.at[FieldRole::Text as usize].and_then(|at| self.column(at)) else {
            return Ok(());
        };
        let kind = column.physical_type();
        if column.max_rep_level() == 0
            && matches!(kind, Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY)
        {
            return Ok(());
        }
        let list = if column.max_rep_level() > 0 {
            "a list of "
        } else {
            ""
        };
        let what = format!(
            "column {:?} is {list}{kind}, not a string; name the column that holds the text",
            fields.text
        );
        Err(Error::Format {
            input: input.to_owned(),
            what,
        })
    }

    /// Returns the number of row groups.
    pub(crate) fn groups(&self) -> usize {
        self.first_rows.len()
    }

    /// Returns how many bytes a row group takes up on disk.
    pub(crate) fn len_on_disk(&self, group: usize) -> u64 {
        let metadata = self.file.metadata().row_groups().get(group);
        metadata.map_or(0, |group| {
            u64::try_from(group.compressed_size()).unwrap_or(0)
        })
    }

    fn column(&self, at: usize) -> Option<&ColumnDescriptor> {
        let columns = self
            .file
            .metadata()
            .file_metadata()
            .schema_descr()
            .columns();
        columns.get(at).map(|column| &**column)
    }

    /// Opens the columns of a row group, and returns for each role which of
    /// them fills it.
    fn open_group(
        &self,
        group: usize,
    ) -> parquet::errors::Result<(Vec<ColumnBatch>, [Option<usize>; 5])> {
        let reader = self.file.get_row_group(group)?;
        let mut opened: Vec<(usize, ColumnBatch)> = Vec::new();
        let mut roles = [None; 5];
        for (role, at) in roles.iter_mut().zip(self.at) {
            let Some(at) = at else { continue };
            if let Some(known) = opened.iter().position(|(other, _)| *other == at) {
                *role = Some(known);
                continue;
            }
            let Some(descriptor) = self.column(at).filter(|column| column.max_rep_level() == 0)
            else {
                continue;
            };
            let column = ColumnBatch::new(reader.get_column_reader(at)?, descriptor);
            *role = Some(opened.len());
            opened.push((at, column));
        }
        Ok((
            opened.into_iter().map(|(_, column)| column).collect(),
            roles,
        ))
    }

    /// Reads the rows of a row group.
    ///
    /// What can't be decoded ends the group; the rows before it are read.
    pub(crate) fn read_group<S: Sink>(
        &self,
        group: usize,
        origin: Origin<'_>,
        fields: &Fields,
        collector: &mut Collector<S>,
    ) {
        let first = self.first_rows.get(group).copied().unwrap_or(0);
        let rows = self
            .file
            .metadata()
            .row_groups()
            .get(group)
            .map_or(0, |group| group.num_rows());
        let rows = u64::try_from(rows).unwrap_or(0);
        let mut done = 0;
        let fault = (|| -> parquet::errors::Result<()> {
            let opened = catch_unwind(AssertUnwindSafe(|| self.open_group(group)));
            let (mut columns, roles) = opened.unwrap_or_else(|_| Err(broken_off()))?;
            let mut buffers: [String; 5] = Default::default();
            while done < rows && !collector.is_over() {
                let wanted = (rows - done).min(BATCH_ROWS as u64) as usize;
                let read = catch_unwind(AssertUnwindSafe(|| read_batch(&mut columns, wanted)));
                let read = read.unwrap_or_else(|_| Err(broken_off()))?;
                if read == 0 {
                    return Err(ParquetError::General(
                        "fewer rows than announced".to_owned(),
                    ));
                }
                for index in 0..read {
                    let row = first + done + index as u64;
                    let span = Span {
                        start: row,
                        end: row + 1,
                    };
                    let location = Location {
                        input: origin.input,
                        span,
                        line: row + 1,
                    };
                    read_row(
                        &mut columns,
                        index,
                        &roles,
                        fields,
                        &mut buffers,
                        origin,
                        location,
                        collector,
                    );
                }
                done += read as u64;
            }
            Ok(())
        })();
        if let Err(error) = fault {
            let left = rows - done;
            let what = format!(
                "{left} rows from here on can't be decoded ({}); fetch the file again",
                in_short(&error)
            );
            collector.skip(origin.input, origin.name, first + done + 1, what);
        }
        self.give_back(group);
    }

    /// Returns the pages of a row group to the system.
    fn give_back(&self, group: usize) {
        let metadata = self.file.metadata().row_groups().get(group);
        let (Some(source::Bytes::Mapped(map, _)), Some(metadata)) = (&self.mapped, metadata) else {
            return;
        };
        for column in metadata.columns() {
            let (start, len) = column.byte_range();
            map.release(start as usize..start.saturating_add(len) as usize);
        }
    }
}

/// Returns whether all parts of a file lie inside it, as the crate assumes.
fn is_sound(metadata: &ParquetMetaData, len: u64) -> bool {
    metadata.row_groups().iter().all(|group| {
        let columns = group.columns().iter().all(|column| {
            let start = column
                .dictionary_page_offset()
                .unwrap_or(column.data_page_offset());
            let (start, size) = (
                u64::try_from(start),
                u64::try_from(column.compressed_size()),
            );
            start.is_ok_and(|start| size.is_ok_and(|size| start.saturating_add(size) <= len))
        });
        columns && (0..=ROWS_MAX).contains(&group.num_rows())
    })
}

fn broken_off() -> ParquetError {
    ParquetError::General("damaged".to_owned())
}

/// Number of characters of an error that a message repeats.
const ERROR_CHARS: usize = 200;

/// The first line of an error, without the crate's own prefix.
fn in_short(error: &ParquetError) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("Parquet error: ")
        .chars()
        .take(ERROR_CHARS)
        .collect()
}

/// Decodes the next rows of all columns; returns how many.
fn read_batch(columns: &mut [ColumnBatch], rows: usize) -> parquet::errors::Result<usize> {
    let mut read = None;
    for column in columns {
        let rows = column.read(rows)?;
        if *read.get_or_insert(rows) != rows {
            return Err(ParquetError::General(
                "columns of different lengths".to_owned(),
            ));
        }
    }
    Ok(read.unwrap_or(rows))
}

#[expect(clippy::too_many_arguments)]
fn read_row<S: Sink>(
    columns: &mut [ColumnBatch],
    index: usize,
    roles: &[Option<usize>; 5],
    fields: &Fields,
    buffers: &mut [String; 5],
    origin: Origin<'_>,
    location: Location,
    collector: &mut Collector<S>,
) {
    for column in columns.iter_mut() {
        column.step(index);
    }
    let columns = &*columns;
    let mut replaced = 0;
    let mut encoding = "UTF-8";
    let mut values = [const { None }; 5];
    for (((value, at), buffer), role) in values
        .iter_mut()
        .zip(roles)
        .zip(buffers)
        .zip(FieldRole::ALL)
    {
        let column = at.and_then(|at| columns.get(at));
        *value = column.and_then(|column| column.text(index, buffer));
        if let Some(decoded) = value {
            replaced += decoded.replaced;
            collector.bytes_read += decoded.text.len() as u64;
            if role == FieldRole::Text {
                encoding = decoded.encoding;
            }
        }
    }
    let text_of = |role: FieldRole| values[role as usize].as_ref().map(|value| &*value.text);
    let Some(text) = text_of(FieldRole::Text) else {
        let what = format!(
            "the text in {:?} is null; mend or remove the row",
            fields.text
        );
        return collector.skip(origin.input, origin.name, location.line, what);
    };
    let found = RawRecord {
        id: text_of(FieldRole::Id),
        text,
        title: text_of(FieldRole::Title),
        date: text_of(FieldRole::Date),
        source: text_of(FieldRole::Source),
        encoding,
        damaged: replaced > 0,
    };
    collector.record(origin.name, &found, location);
}
