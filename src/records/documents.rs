//! `documents.jsonl`: how formulaic each document is.

use crate::error::Result;
use crate::phrases::DocumentReuse;
use crate::write::ColumnTable;
use crate::write::lines::{Lines, Target};
use crate::write::record::Record;
use crate::write::table::{Cell, Format, Kind, TableOptions, TableWriter};

impl Record for DocumentReuse {
    const COLUMNS: &'static [(&'static str, Kind)] = &[
        ("id", Kind::Text),
        ("length", Kind::Int),
        ("shared_8", Kind::Float),
        ("shared_13", Kind::Float),
        ("shared_25", Kind::Float),
        ("shared_50", Kind::Float),
        ("r_measure", Kind::Float),
        ("formula", Kind::Float),
    ];

    const GAPS: bool = false;

    fn with_cells<R>(&self, take: impl FnOnce(&[Cell<'_>]) -> R) -> R {
        take(&[
            Cell::Text(&self.id),
            Cell::Int(self.length.into()),
            Cell::Float(self.shared_8),
            Cell::Float(self.shared_13),
            Cell::Float(self.shared_25),
            Cell::Float(self.shared_50),
            Cell::Float(self.r_measure),
            Cell::Float(self.formula),
        ])
    }
}

/// Writes how formulaic documents are; returns the number of cells that a
/// spreadsheet could not hold and that were cut.
///
/// # Errors
///
/// [`Error::Output`](crate::Error::Output) if they can't be written, or if
/// Parquet is to go to the standard output.
pub fn write_documents(
    options: &TableOptions,
    target: Target,
    documents: &[DocumentReuse],
) -> Result<u64> {
    if options.format == Format::Jsonl && options.columns.is_none() {
        let mut lines = Lines::new(target);
        documents.iter().try_for_each(|one| lines.write(one))?;
        return lines.finish().map(|()| 0);
    }
    let mut table = TableWriter::of::<DocumentReuse>(options, &[], target)?;
    documents.iter().try_for_each(|one| table.record(one))?;
    table.finish()
}

/// Returns how formulaic documents are, as a table in memory.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn document_table(documents: &[DocumentReuse]) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<DocumentReuse>(&[]);
    documents.iter().try_for_each(|one| table.record(one))?;
    Ok(table.into_columns())
}
