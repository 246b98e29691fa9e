//! The records of repeats, and of phrases that were known before.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::phrases::{PhraseKind, Repeat, Variant};
use crate::records::occurrences::{OccurrenceRecord, OccurrenceWriter, occurrence_records};
use crate::records::timeline::TimelineKeys;
use crate::write::lines::Target;
use crate::write::record::record;
use crate::write::table::{TableOptions, TableWriter};

record! {
    /// A repeat as a line of `phrases.jsonl`.
    #[derive(Clone, Debug, Serialize)]
    pub struct RepeatRecord<'a> {
        /// The normalized repeat.
        phrase: Cow<'a, str>,
        /// Its commonest surface form.
        display: Cow<'a, str>,
        /// Normalized characters.
        length: u32,
        /// Documents that contain it.
        documents: u32,
        /// Its occurrences.
        occurrences: u64,
        /// Its kind, if it is of a list of phrases.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<PhraseKind>,
        /// Its surface forms, commonest first.
        variants: Cow<'a, [Variant]>,
        /// Where it occurs.
        locations as "where": Vec<OccurrenceRecord<'a>>,
        /// Number of sources of its documents; this and what follows if dates
        /// and sources were asked for.
        #[serde(skip_serializing_if = "Option::is_none")]
        sources: Option<u32>,
        /// First date of its documents.
        #[serde(skip_serializing_if = "Option::is_none")]
        first_date: Option<String>,
        /// Last date of its documents.
        #[serde(skip_serializing_if = "Option::is_none")]
        last_date: Option<String>,
        /// The first document of the first date.
        #[serde(skip_serializing_if = "Option::is_none")]
        first_document: Option<Cow<'a, str>>,
        /// Number of documents in each month.
        #[serde(skip_serializing_if = "Option::is_none")]
        months: Option<Cow<'a, BTreeMap<String, u32>>>,
    }
}

impl<'a> RepeatRecord<'a> {
    /// Returns the record of a repeat.
    pub fn new(corpus: &'a Corpus, repeat: &'a Repeat) -> Self {
        let timeline = TimelineKeys::of(corpus, repeat.timeline.as_ref());
        RepeatRecord {
            phrase: repeat.phrase.as_str().into(),
            display: repeat.display.as_str().into(),
            length: repeat.length,
            documents: repeat.documents,
            occurrences: repeat.occurrences,
            kind: repeat.kind,
            variants: repeat.variants.as_slice().into(),
            locations: occurrence_records(corpus, &repeat.locations),
            sources: timeline.sources,
            first_date: timeline.first_date,
            last_date: timeline.last_date,
            first_document: timeline.first_document,
            months: timeline.months,
        }
    }
}

/// Writes the records of repeats.
pub struct RepeatWriter {
    table: TableWriter,
    occurrences: OccurrenceWriter,
}

impl RepeatWriter {
    /// Begins the records; `places` is the table of places, where these are not
    /// to stand in the records.
    ///
    /// # Errors
    ///
    /// [`Error::Output`](crate::Error::Output) if Parquet is to go to the
    /// standard output.
    pub fn new(options: &TableOptions, target: Target, places: Option<Target>) -> Result<Self> {
        let occurrences = OccurrenceWriter::new(options, places)?;
        let without = occurrences.without(options);
        Ok(RepeatWriter {
            table: TableWriter::of::<RepeatRecord<'_>>(options, without, target)?,
            occurrences,
        })
    }

    /// Writes a repeat.
    pub fn write(&mut self, corpus: &Corpus, repeat: &Repeat) -> Result<()> {
        let places = &mut self.occurrences;
        places.write(corpus, &repeat.phrase, &repeat.locations)?;
        self.table.record(&RepeatRecord::new(corpus, repeat))
    }

    /// Writes what is buffered, and ends the files; returns the number of cells
    /// that a spreadsheet could not hold and that were cut.
    pub fn finish(self) -> Result<u64> {
        Ok(self.occurrences.finish()? + self.table.finish()?)
    }
}
