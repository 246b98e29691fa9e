//! The records of reused phrases.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::corpus::Corpus;
use crate::error::Result;
use crate::phrases::{Parts, Phrase, PhraseKind, Variant};
use crate::records::occurrences::{
    OCCURRENCES, OccurrenceRecord, OccurrenceWriter, occurrence_records,
};
use crate::records::phrase_lines::PhraseLines;
use crate::records::timeline::TimelineKeys;
use crate::write::ColumnTable;
use crate::write::lines::{Lines, Target, json};
use crate::write::record::Record;
use crate::write::table::{Cell, Format, Kind, TableOptions, TableWriter};

/// A line of `phrases.jsonl`, with the keys in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhraseRecord<'a> {
    /// The normalized phrase.
    pub phrase: Cow<'a, str>,
    /// Its commonest surface form.
    pub display: Cow<'a, str>,
    /// Normalized characters.
    pub length: u32,
    /// Documents that contain it.
    pub documents: u32,
    /// Its occurrences.
    pub occurrences: u64,
    /// Its score; comparable within a run.
    pub score: f64,
    /// Its kind.
    pub kind: PhraseKind,
    /// Its surface forms, commonest first.
    pub variants: Cow<'a, [Variant]>,
    /// Where it occurs, if that is part of the record.
    #[serde(rename = "where", borrow, skip_serializing_if = "Option::is_none")]
    pub locations: Option<Vec<OccurrenceRecord<'a>>>,
    /// What the score is made of.
    pub parts: Parts,
    /// The phrase that stands for its family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<Cow<'a, str>>,
    /// Number of sources of its documents; this and what follows if dates and
    /// sources were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<u32>,
    /// First date of its documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_date: Option<String>,
    /// Last date of its documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_date: Option<String>,
    /// The first document of the first date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_document: Option<Cow<'a, str>>,
    /// Number of documents in each month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<Cow<'a, BTreeMap<String, u32>>>,
}

impl<'a> PhraseRecord<'a> {
    /// Returns the record of a phrase; with `timeline`, dates and sources are
    /// part of it.
    pub fn new(corpus: &'a Corpus, phrase: &'a Phrase, timeline: bool) -> Self {
        PhraseRecord {
            locations: Some(occurrence_records(corpus, &phrase.locations)),
            ..PhraseRecord::without_locations(corpus, phrase, timeline)
        }
    }

    /// Returns the record without where the phrase occurs.
    pub(super) fn without_locations(
        corpus: &'a Corpus,
        phrase: &'a Phrase,
        timeline: bool,
    ) -> Self {
        let timeline = TimelineKeys::of(corpus, timeline.then_some(&phrase.timeline));
        PhraseRecord {
            phrase: phrase.phrase.as_str().into(),
            display: phrase.display.as_str().into(),
            length: phrase.length,
            documents: phrase.documents,
            occurrences: phrase.occurrences,
            score: phrase.score,
            kind: phrase.kind,
            variants: phrase.variants.as_slice().into(),
            locations: None,
            parts: phrase.parts,
            family: phrase.family.as_deref().map(Cow::from),
            sources: timeline.sources,
            first_date: timeline.first_date,
            last_date: timeline.last_date,
            first_document: timeline.first_document,
            months: timeline.months,
        }
    }
}

/// In a table the parts of the score have a column each.
impl Record for PhraseRecord<'_> {
    const COLUMNS: &'static [(&'static str, Kind)] = &[
        ("phrase", Kind::Text),
        ("display", Kind::Text),
        ("length", Kind::Int),
        ("documents", Kind::Int),
        ("occurrences", Kind::Int),
        ("score", Kind::Float),
        ("kind", Kind::Text),
        ("variants", Kind::Text),
        (OCCURRENCES, Kind::Text),
        ("independent", Kind::Int),
        ("spread", Kind::Float),
        ("free_left", Kind::Float),
        ("free_right", Kind::Float),
        ("whole", Kind::Float),
        ("cohesion", Kind::Float),
        ("entropy_left", Kind::Float),
        ("entropy_right", Kind::Float),
        ("family", Kind::Text),
        ("sources", Kind::Int),
        ("first_date", Kind::Text),
        ("last_date", Kind::Text),
        ("first_document", Kind::Text),
        ("months", Kind::Text),
    ];

    const GAPS: bool = true;

    fn with_cells<R>(&self, take: impl FnOnce(&[Cell<'_>]) -> R) -> R {
        let variants = json(&self.variants);
        let locations = self.locations.as_ref().map(json);
        let months = self.months.as_ref().map(json);
        let parts = self.parts;
        take(&[
            Cell::Text(&self.phrase),
            Cell::Text(&self.display),
            Cell::Int(self.length.into()),
            Cell::Int(self.documents.into()),
            Cell::Int(self.occurrences),
            Cell::Float(self.score),
            Cell::Text(self.kind.name()),
            Cell::Json(&variants),
            Cell::json_or_absent(locations.as_deref()),
            Cell::Int(parts.independent.into()),
            Cell::Float(parts.spread.into()),
            Cell::Float(parts.free_left.into()),
            Cell::Float(parts.free_right.into()),
            Cell::Float(parts.whole.into()),
            Cell::Float(parts.cohesion.into()),
            Cell::Float(parts.entropy_left.into()),
            Cell::Float(parts.entropy_right.into()),
            Cell::text_or_absent(self.family.as_deref()),
            self.sources.map_or(Cell::Absent, |n| Cell::Int(n.into())),
            Cell::text_or_absent(self.first_date.as_deref()),
            Cell::text_or_absent(self.last_date.as_deref()),
            Cell::text_or_absent(self.first_document.as_deref()),
            Cell::json_or_absent(months.as_deref()),
        ])
    }
}

/// Writes the records of phrases.
pub struct PhraseWriter {
    sink: Sink,
    /// The columns that the records lack.
    without: &'static [&'static str],
    occurrences: OccurrenceWriter,
}

enum Sink {
    /// A JSON object a line.
    Lines(Lines, PhraseLines),
    /// Rows of a table.
    Table(TableWriter),
}

impl PhraseWriter {
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
        let sink = match options.format == Format::Jsonl && options.columns.is_none() {
            true => Sink::Lines(Lines::new(target), PhraseLines::default()),
            false => Sink::Table(TableWriter::of::<PhraseRecord<'_>>(
                options, without, target,
            )?),
        };
        Ok(PhraseWriter {
            sink,
            without,
            occurrences,
        })
    }

    /// Writes phrases; with `timeline`, their dates and sources.
    pub fn write(&mut self, corpus: &Corpus, phrases: &[Phrase], timeline: bool) -> Result<()> {
        for phrase in phrases {
            let places = &mut self.occurrences;
            places.write(corpus, &phrase.phrase, &phrase.locations)?;
        }
        match &mut self.sink {
            Sink::Table(table) => rows(table, corpus, phrases, timeline),
            Sink::Lines(out, lines) => {
                let has_locations = !self.without.contains(&OCCURRENCES);
                let made = lines.make(corpus, phrases, timeline, has_locations);
                made.iter().try_for_each(|lines| out.bytes(lines))
            }
        }
    }

    /// Writes what is buffered, and ends the files; returns the number of cells
    /// that a spreadsheet could not hold and that were cut.
    pub fn finish(self) -> Result<u64> {
        let places = self.occurrences.finish()?;
        let records = match self.sink {
            Sink::Lines(lines, _) => lines.finish().map(|()| 0),
            Sink::Table(table) => table.finish(),
        };
        Ok(places + records?)
    }
}

/// Returns phrases as a table in memory; with `timeline`, their dates and
/// sources are part of it.
///
/// # Errors
///
/// None: the same rows can fail where they are written to a file.
pub fn phrase_table(corpus: &Corpus, phrases: &[Phrase], timeline: bool) -> Result<ColumnTable> {
    let mut table = TableWriter::of_in_memory::<PhraseRecord<'_>>(&[]);
    rows(&mut table, corpus, phrases, timeline)?;
    Ok(table.into_columns())
}

fn rows(
    table: &mut TableWriter,
    corpus: &Corpus,
    phrases: &[Phrase],
    timeline: bool,
) -> Result<()> {
    let mut records = phrases
        .iter()
        .map(|phrase| PhraseRecord::new(corpus, phrase, timeline));
    records.try_for_each(|record| table.record(&record))
}
