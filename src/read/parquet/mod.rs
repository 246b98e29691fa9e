//! From the row groups of a Parquet file to the fields of records.

use std::collections::HashSet;

use parquet::basic::Type;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{
    ChunkReader, FileReader, Length, RowGroupReader, SerializedFileReader,
};
use parquet::schema::types::ColumnDescriptor;

use crate::caught::caught;
use crate::error::{Error, Result};
use crate::read::blocks::Blocks;
use crate::read::fields::FieldRole;
use crate::read::selector::ColumnSelector;
use crate::read::source::Source;
use crate::read::{Fields, RecordLimit};
pub(crate) use guarded::Allowance;
use guarded::Guarded;
pub(crate) use pages::GroupPages;
use tally::Tally;

mod column;
mod deltas;
mod guarded;
mod iso;
mod pages;
mod rows;
mod tally;
mod zones;

/// More rows than any row group has.
const ROWS_MAX: i64 = 1 << 40;

/// The last bytes of a file whose footer is encrypted.
const ENCRYPTED: &[u8; 4] = b"PARE";

/// Bytes at the end of a file that say how long its footer is.
const TAIL: u64 = 8;

/// The part of the bytes of a record that a footer may have: in memory it takes
/// some times as much.
const FOOTER_SHARE: u64 = 4;

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
    tally: Tally,
}

impl ParquetFile {
    /// Reads the footer of a file; a compressed one is unpacked into memory.
    pub(crate) fn open(
        source: Source,
        fields: &Fields,
    ) -> std::result::Result<ParquetFile, String> {
        let limit = source.limit();
        let blocks = source.into_blocks()?;
        let pages = blocks.clone();
        let len = blocks.len();
        if ends_with(&blocks, ENCRYPTED) {
            return Err("an encrypted Parquet file; decrypt it first".to_owned());
        }
        let footer = footer_len(&blocks).unwrap_or(0);
        if footer.min(len) > limit.bytes() / FOOTER_SHARE {
            return Err(limit.exceeded_by("Parquet footer", footer, limit.bytes() / FOOTER_SHARE));
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
        if let Some(what) = limit.too_many("rows", rows, len) {
            return Err(what);
        }
        let tally = Tally::new(first_rows.len());
        Ok(ParquetFile {
            file,
            blocks: pages,
            names,
            columns,
            others,
            offsets,
            first_rows,
            tally,
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

    /// Returns what some columns of a row group take while they are read side by
    /// side; or why that is too much.
    pub(crate) fn pages_of(
        &self,
        group: usize,
        columns: impl Iterator<Item = usize>,
        limit: RecordLimit,
    ) -> std::result::Result<GroupPages, String> {
        let in_memory = match &self.blocks {
            Blocks::File { .. } => 0,
            Blocks::Owned(bytes) => bytes.len() as u64,
        };
        let mut pages = GroupPages::new(limit, in_memory);
        let group = self.file.metadata().row_groups().get(group);
        let chunks = group.map_or(&[][..], |group| group.columns());
        for at in columns {
            if let Some(chunk) = chunks.get(at) {
                pages.add(at, &self.blocks, chunk)?;
            }
        }
        Ok(pages)
    }

    /// Opens a column of a row group, with what its batches may take.
    pub(crate) fn open_column(
        &self,
        group: &dyn RowGroupReader,
        at: usize,
        limit: RecordLimit,
    ) -> parquet::errors::Result<(ColumnReader, Allowance)> {
        let schema = self.file.metadata().file_metadata().schema_descr();
        let allowance = Allowance::default();
        let pages = group.get_column_page_reader(at)?;
        let guarded = Guarded::new(pages, schema.column(at), allowance.clone(), limit);
        let reader = get_column_reader(schema.column(at), Box::new(guarded));
        Ok((reader, allowance))
    }
}

/// Returns how long the footer of a file says that it is.
fn footer_len(blocks: &Blocks) -> Option<u64> {
    let start = blocks.len().checked_sub(TAIL)?;
    let tail = blocks.get_bytes(start, TAIL as usize).ok()?;
    let len = tail.first_chunk()?;
    Some(u64::from(u32::from_le_bytes(*len)))
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
