//! The records of families of phrases.

use std::borrow::Cow;

use crate::error::Result;
use crate::phrases::Family;
use crate::write::ColumnTable;
use crate::write::lines::{Lines, Target};
use crate::write::record::record;
use crate::write::table::{Format, TableOptions, TableWriter};

record! {
    /// A phrase with its family: the flat form, for tables.
    pub(crate) struct FamilyRow<'a> {
        family: Cow<'a, str>,
        size: u64,
        phrase: Cow<'a, str>,
        documents: u32,
    }
}

/// Writes families, a line for each; in CSV and Parquet, which hold no lists,
/// and where columns are named, a row for each member. Returns the number of
/// cells that a spreadsheet could not hold and that were cut.
///
/// # Errors
///
/// [`Error::Output`](crate::Error::Output) if they can't be written, or if
/// Parquet is to go to the standard output.
pub fn write_families(options: &TableOptions, target: Target, families: &[Family]) -> Result<u64> {
    if options.format == Format::Jsonl && options.columns.is_none() {
        let mut lines = Lines::new(target);
        families.iter().try_for_each(|family| lines.write(family))?;
        return lines.finish().map(|()| 0);
    }
    let mut table = TableWriter::of::<FamilyRow<'_>>(options, &[], target)?;
    rows(&mut table, families)?;
    table.finish()
}

/// Returns families as a table in memory, a row for each member.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn family_table(families: &[Family]) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<FamilyRow<'_>>(&[]);
    rows(&mut table, families)?;
    Ok(table.into_columns())
}

fn rows(table: &mut TableWriter, families: &[Family]) -> Result<()> {
    for family in families {
        for member in &family.members {
            table.record(&FamilyRow {
                family: family.family.as_str().into(),
                size: family.size as u64,
                phrase: member.phrase.as_str().into(),
                documents: member.documents,
            })?;
        }
    }
    Ok(())
}
