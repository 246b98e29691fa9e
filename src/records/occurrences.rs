//! Where a phrase occurs: in its record, or in a table beside it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::error::Result;
use crate::suffix::Occurrence;
use crate::write::lines::Target;
use crate::write::record::record;
use crate::write::table::{TableOptions, TableWriter};

/// An occurrence in the record of its phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OccurrenceRecord<'a> {
    /// The document.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// The byte of its text where the occurrence begins.
    pub start: u32,
    /// The byte where it ends.
    pub end: u32,
}

record! {
    /// A row of the table of places.
    pub(crate) struct OccurrenceRow<'a> {
        phrase: Cow<'a, str>,
        id: Cow<'a, str>,
        start: u32,
        end: u32,
    }
}

/// The column of occurrences in the records of phrases.
pub(super) const OCCURRENCES: &str = "where";

/// Returns occurrences as they stand in a record.
pub(super) fn occurrence_records<'a>(
    corpus: &'a Corpus,
    occurrences: &[Occurrence],
) -> Vec<OccurrenceRecord<'a>> {
    let record = |occurrence: &Occurrence| OccurrenceRecord {
        id: corpus.id(occurrence.document).into(),
        start: occurrence.start,
        end: occurrence.end,
    };
    occurrences.iter().map(record).collect()
}

/// Writes where phrases occur: nowhere, or into a table of their own.
pub(super) struct OccurrenceWriter(Option<TableWriter>);

impl OccurrenceWriter {
    /// Begins the table, if there is to be one.
    pub(super) fn new(options: &TableOptions, target: Option<Target>) -> Result<Self> {
        let all = TableOptions {
            columns: None,
            ..options.clone()
        };
        let begin = |target| TableWriter::of::<OccurrenceRow<'_>>(&all, &[], target);
        target.map(begin).transpose().map(OccurrenceWriter)
    }

    /// Returns the columns that the records of the phrases lack.
    pub(super) fn without(&self, options: &TableOptions) -> &'static [&'static str] {
        match self.0.is_some() || options.no_places {
            true => &[OCCURRENCES],
            false => &[],
        }
    }

    /// Writes where a phrase occurs.
    pub(super) fn write(
        &mut self,
        corpus: &Corpus,
        phrase: &str,
        occurrences: &[Occurrence],
    ) -> Result<()> {
        let Some(table) = &mut self.0 else {
            return Ok(());
        };
        occurrences.iter().try_for_each(|occurrence| {
            table.record(&OccurrenceRow {
                phrase: phrase.into(),
                id: corpus.id(occurrence.document).into(),
                start: occurrence.start,
                end: occurrence.end,
            })
        })
    }

    /// Ends the table; returns the number of cells that a spreadsheet could not
    /// hold and that were cut.
    pub(super) fn finish(self) -> Result<u64> {
        self.0.map_or(Ok(0), TableWriter::finish)
    }
}
