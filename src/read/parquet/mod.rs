//! From the row groups of a Parquet file to the fields of records.

use std::borrow::Cow;
use std::collections::HashSet;

use parquet::basic::{Encoding, Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use crate::caught::caught;
use crate::corpus::Location;
use crate::error::{Error, Result};
use crate::read::blocks::Blocks;
use crate::read::collector::{Collector, Origin, RawRecord};
use crate::read::encoding::Decoded;
use crate::read::fields::FieldRole;
use crate::read::limit::size;
use crate::read::selector::ColumnSelector;
use crate::read::sink::Sink;
use crate::read::source::Source;
use crate::read::{Fields, RecordLimit};
use crate::span::Span;
use column::ColumnBatch;

mod column;
mod iso;
mod pages;
mod zones;

/// Number of rows that are decoded at a time: a page of short texts, or a few MB of
/// long ones.
const BATCH_ROWS: usize = 256;

/// The same where values are stored by what sets them apart, so that each is
/// as long as all that its page unpacks to in the worst case.
const BATCH_ROWS_BY_PREFIX: usize = 16;

/// Most bytes of values that are read of a row group, the last row left out:
/// offsets in what is read at a time have 32 bits.
const GROUP_BYTES_MAX: u64 = u32::MAX as u64;

/// More rows than any row group has.
const ROWS_MAX: i64 = 1 << 40;

/// The last bytes of a file whose footer is encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";

/// An opened Parquet file.
pub(crate) struct ParquetFile {
    file: SerializedFileReader<Blocks>,
    blocks: Blocks,
    names: Vec<String>,
    /// The columns that fill each role.
    columns: [ColumnSelector; FieldRole::COUNT],
    /// The columns that fill none and are kept too.
    others: Vec<usize>,
    /// The offset from UTC of times in each column, in minutes, where the
    /// program that wrote the file noted a zone.
    offsets: Vec<Option<i32>>,
    // The number of rows before each row group.
    first_rows: Vec<u64>,
}

impl ParquetFile {
    /// Reads the footer of a file; a compressed one is unpacked into memory.
    pub(crate) fn open(
        source: Source,
        fields: &Fields,
    ) -> std::result::Result<ParquetFile, String> {
        let blocks = source.into_blocks()?;
        let pages = blocks.clone();
        let len = blocks.len();
        if ends_with(&blocks, ENCRYPTED) {
            return Err("an encrypted Parquet file; decrypt it first".to_owned());
        }
        // The crate panics on some damaged footers.
        let opened = caught(|| SerializedFileReader::new(blocks));
        let file = opened
            .unwrap_or_else(|| Err(broken_off()))
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
        let mut names: Vec<String> = columns.iter().map(|column| name_of(column)).collect();
        let columns = FieldRole::ALL.map(|role| {
            let selector = fields.selector(role);
            selector.among_columns(|name| column_named(&names, name))
        });
        let others = match fields.others {
            true => columns_of_no_role(&names, &columns),
            false => Vec::new(),
        };
        let offsets = zones::offsets(metadata.file_metadata().key_value_metadata(), &names);
        // A list of messages can be named for their content.
        let lists: Vec<String> = names
            .iter()
            .filter_map(|name| name.strip_suffix(".content").map(str::to_owned))
            .filter(|name| !names.contains(name))
            .collect();
        names.extend(lists);
        let mut first_rows = Vec::with_capacity(metadata.num_row_groups());
        let mut rows = 0u64;
        for group in metadata.row_groups() {
            first_rows.push(rows);
            rows = rows.saturating_add(u64::try_from(group.num_rows()).unwrap_or(0));
        }
        Ok(ParquetFile {
            file,
            blocks: pages,
            names,
            columns,
            others,
            offsets,
            first_rows,
        })
    }

    /// Returns the columns that are read.
    fn columns_read(&self) -> impl Iterator<Item = usize> {
        let alternatives = self.columns.iter().flat_map(ColumnSelector::alternatives);
        alternatives.flatten().chain(&self.others).copied()
    }

    /// Returns the file, to read its columns.
    pub(crate) fn file(&self) -> &SerializedFileReader<Blocks> {
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

    /// Returns what a user should know of the columns.
    pub(crate) fn warning(&self) -> Option<String> {
        let mut read = self.columns.iter().flat_map(ColumnSelector::alternatives);
        let twice = read.find_map(|at| {
            let name = at.iter().find_map(|at| self.names.get(*at))?;
            let named = self.names.iter().filter(|other| *other == name);
            (named.count() > 1).then_some(name)
        })?;
        Some(format!(
            "several columns are named {twice:?}; the first of them is read"
        ))
    }

    /// Checks that the text column holds one string a row.
    pub(crate) fn check_types(&self, input: &str, fields: &Fields) -> Result<()> {
        let text = &self.columns[FieldRole::Text as usize];
        let mut columns = text.alternatives().iter().flatten();
        let Some(column) = columns.find_map(|at| {
            let column = self.column(*at)?;
            let is_text = matches!(
                column.physical_type(),
                Type::BYTE_ARRAY | Type::FIXED_LEN_BYTE_ARRAY
            );
            (!is_text).then_some(column)
        }) else {
            return Ok(());
        };
        let kind = column.physical_type();
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

    /// Opens the columns of a row group that are read, each with its position in
    /// the file.
    fn open_group(&self, group: usize) -> parquet::errors::Result<Vec<(usize, ColumnBatch)>> {
        let reader = self.file.get_row_group(group)?;
        let mut opened: Vec<(usize, ColumnBatch)> = Vec::new();
        for at in self.columns_read() {
            let Some(descriptor) = self.column(at) else {
                continue;
            };
            if opened.iter().all(|(other, _)| *other != at) {
                let offset = self.offsets.get(at).copied().flatten();
                let column = ColumnBatch::new(reader.get_column_reader(at)?, descriptor, offset);
                opened.push((at, column));
            }
        }
        Ok(opened)
    }

    /// Returns why the pages of the columns that are read would take too much
    /// memory, if they would.
    fn page_fault(&self, group: usize, limit: RecordLimit) -> Option<String> {
        let group = self.file.metadata().row_groups().get(group)?;
        let mut columns = self.columns_read().filter_map(|at| group.columns().get(at));
        columns.find_map(|column| pages::fault(&self.blocks, column, limit))
    }

    /// Returns how many rows of a group are decoded at a time.
    fn batch_rows(&self, group: usize) -> usize {
        let group = self.file.metadata().row_groups().get(group);
        let mut columns = group.into_iter().flat_map(|group| group.columns());
        let by_prefix = columns.any(|column| {
            let mut encodings = column.encodings();
            encodings.any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY)
        });
        if by_prefix {
            BATCH_ROWS_BY_PREFIX
        } else {
            BATCH_ROWS
        }
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
        if let Some(what) = self.page_fault(group, collector.limit()) {
            let what = format!("{rows} rows from here on can't be read: {what}");
            return collector.skip(origin.input, origin.name, first + 1, what);
        }
        let batch_rows = self.batch_rows(group);
        let packed = self.len_on_disk(group);
        let before = collector.bytes_read;
        let mut done = 0;
        let mut bomb = None;
        let fault = (|| -> parquet::errors::Result<()> {
            let opened = caught(|| self.open_group(group));
            let mut columns = opened.unwrap_or_else(|| Err(broken_off()))?;
            let mut buffers: [String; FieldRole::COUNT] = Default::default();
            while done < rows && !collector.is_over() {
                let wanted = (rows - done).min(batch_rows as u64) as usize;
                let read = caught(|| read_batch(&mut columns, wanted));
                let read = read.unwrap_or_else(|| Err(broken_off()))?;
                if read == 0 {
                    return Err(ParquetError::General(
                        "fewer rows than announced".to_owned(),
                    ));
                }
                for index in 0..read {
                    let unpacked = collector.bytes_read - before;
                    if collector.limit().is_bomb(unpacked, packed) {
                        done += index as u64;
                        bomb = Some(collector.limit().bomb(unpacked, packed));
                        return Ok(());
                    }
                    if unpacked > GROUP_BYTES_MAX - collector.limit().bytes() {
                        done += index as u64;
                        bomb = Some(format!(
                            "a row group of more than {}; write the file with smaller ones",
                            size(unpacked)
                        ));
                        return Ok(());
                    }
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
                    let origin = Origin {
                        line: row + 1,
                        ..origin
                    };
                    self.read_row(
                        &columns,
                        index,
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
        if let Some(what) = bomb {
            let what = format!("{} rows from here on were not read: {what}", rows - done);
            collector.skip(origin.input, origin.name, first + done + 1, what);
        } else if let Err(error) = fault {
            let left = rows - done;
            let what = format!(
                "{left} rows from here on can't be decoded ({}); fetch the file again",
                in_short(&error)
            );
            collector.skip(origin.input, origin.name, first + done + 1, what);
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

fn ends_with(blocks: &Blocks, magic: &[u8]) -> bool {
    let start = blocks.len().checked_sub(magic.len() as u64);
    let last = start.and_then(|start| blocks.get_bytes(start, magic.len()).ok());
    last.is_some_and(|last| *last == *magic)
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
fn read_batch(columns: &mut [(usize, ColumnBatch)], rows: usize) -> parquet::errors::Result<usize> {
    let mut read = None;
    for (_, column) in columns {
        let rows = column.read(rows)?;
        if *read.get_or_insert(rows) != rows {
            return Err(ParquetError::General(
                "columns of different lengths".to_owned(),
            ));
        }
    }
    Ok(read.unwrap_or(rows))
}

/// Returns the name of a column as users know it: the path without the levels
/// that lists have inside.
fn name_of(column: &ColumnDescriptor) -> String {
    let parts = column.path().parts();
    if column.max_rep_level() == 0 {
        return parts.join(".");
    }
    let is_inner = |part: &&String| {
        let inner = ["list", "element", "array", "bag", "array_element", "item"];
        !inner.contains(&part.as_str())
    };
    let names: Vec<&str> = parts.iter().filter(is_inner).map(String::as_str).collect();
    names.join(".")
}

/// Returns the columns that fill no role, of several with one name the first.
fn columns_of_no_role(
    names: &[String],
    columns: &[ColumnSelector; FieldRole::COUNT],
) -> Vec<usize> {
    let of_roles = columns.iter().flat_map(ColumnSelector::alternatives);
    let of_roles: HashSet<usize> = of_roles.flatten().copied().collect();
    let mut seen = HashSet::new();
    (0..names.len())
        .filter(|at| seen.insert(&names[*at]) && !of_roles.contains(at))
        .collect()
}

/// Returns the column of a name; of a list of messages that of their content.
fn column_named(names: &[String], name: &str) -> Option<usize> {
    let position = |name: &str| names.iter().position(|column| column == name);
    position(name).or_else(|| position(&format!("{name}.content")))
}

impl ParquetFile {
    #[expect(clippy::too_many_arguments)]
    fn read_row<S: Sink>(
        &self,
        columns: &[(usize, ColumnBatch)],
        index: usize,
        fields: &Fields,
        buffers: &mut [String; FieldRole::COUNT],
        origin: Origin<'_>,
        location: Location,
        collector: &mut Collector<S>,
    ) {
        let column_at = |at: usize| {
            let opened = columns.iter().find(|(other, _)| *other == at);
            opened.map(|(_, column)| column)
        };
        let most = collector.limit().bytes();
        let mut replaced = 0;
        let (mut encoding, mut is_certain) = ("UTF-8", true);
        let mut values = [const { None }; FieldRole::COUNT];
        let parts = values.iter_mut().zip(&self.columns).zip(buffers);
        for (((value, selector), buffer), role) in parts.zip(FieldRole::ALL) {
            *value = match selector.only() {
                Some(at) => column_at(at).and_then(|column| column.text(index, most, buffer)),
                None => {
                    let mut parts = Vec::new();
                    let joined = selector.join(role.separator(), |at, joined| {
                        let decoded =
                            column_at(at).and_then(|column| column.text(index, most, buffer));
                        let is_there = decoded.is_some();
                        if let Some(decoded) = decoded {
                            joined.push_str(&decoded.text);
                            parts.push((decoded.encoding, decoded.replaced, decoded.is_certain));
                        }
                        is_there
                    });
                    joined.map(|joined| Decoded {
                        text: Cow::Owned(joined),
                        encoding: parts.last().map_or("UTF-8", |part| part.0),
                        replaced: parts.iter().map(|part| part.1).sum(),
                        is_certain: parts.iter().all(|part| part.2),
                    })
                }
            };
            if let Some(decoded) = value {
                replaced += decoded.replaced;
                collector.bytes_read += decoded.text.len() as u64;
                if role == FieldRole::Text {
                    (encoding, is_certain) = (decoded.encoding, decoded.is_certain);
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
        let record = RawRecord {
            id: text_of(FieldRole::Id),
            text,
            title: text_of(FieldRole::Title),
            date: text_of(FieldRole::Date),
            source: text_of(FieldRole::Source),
            further: text_of(FieldRole::Further),
            encoding,
            is_certain,
            damaged: replaced > 0,
            is_repeated: false,
        };
        collector.record(origin.name, &record, location);
        if !collector.wants_others() {
            return;
        }
        let mut buffer = String::new();
        for at in &self.others {
            let value = column_at(*at).and_then(|column| column.text(index, most, &mut buffer));
            if let (Some(value), Some(name)) = (value, self.names.get(*at)) {
                collector.bytes_read += value.text.len() as u64;
                collector.other(name, &value.text);
            }
        }
    }
}
