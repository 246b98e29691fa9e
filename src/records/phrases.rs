//! The records of reused phrases, repeats and formulaic documents.

use crate::corpus::Corpus;
use crate::date::Date;
use crate::error::Result;
use crate::phrases::{DocumentReuse, Family, Phrase, Repeat, Timeline};
use crate::records::phrase_lines::PhraseLines;
use crate::suffix::Occurrence;
use crate::write::ColumnTable;
use crate::write::lines::{Lines, Target, json};
use crate::write::table::{Cell, Format, Kind, TableOptions, TableWriter};

/// Columns of the flat form; lists are JSON in a cell.
pub(crate) const PHRASE_COLUMNS: &[(&str, Kind)] = &[
    ("phrase", Kind::Text),
    ("display", Kind::Text),
    ("length", Kind::Int),
    ("documents", Kind::Int),
    ("occurrences", Kind::Int),
    ("score", Kind::Float),
    ("kind", Kind::Text),
    ("variants", Kind::Text),
    ("where", Kind::Text),
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

/// Columns of repeats and known phrases.
pub(crate) const REPEAT_COLUMNS: &[(&str, Kind)] = &[
    ("phrase", Kind::Text),
    ("display", Kind::Text),
    ("length", Kind::Int),
    ("documents", Kind::Int),
    ("occurrences", Kind::Int),
    ("kind", Kind::Text),
    ("variants", Kind::Text),
    ("where", Kind::Text),
    ("sources", Kind::Int),
    ("first_date", Kind::Text),
    ("last_date", Kind::Text),
    ("first_document", Kind::Text),
    ("months", Kind::Text),
];

/// Columns of families: a row for each member.
pub(crate) const FAMILY_COLUMNS: &[(&str, Kind)] = &[
    ("family", Kind::Text),
    ("size", Kind::Int),
    ("phrase", Kind::Text),
    ("documents", Kind::Int),
];

/// Columns of the table of places.
const PLACE_COLUMNS: &[(&str, Kind)] = &[
    ("phrase", Kind::Text),
    ("id", Kind::Text),
    ("start", Kind::Int),
    ("end", Kind::Int),
];

/// The column of places in the other tables.
const PLACES: &str = "where";

const DOCUMENT_COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("length", Kind::Int),
    ("shared_8", Kind::Float),
    ("shared_13", Kind::Float),
    ("shared_25", Kind::Float),
    ("shared_50", Kind::Float),
    ("r_measure", Kind::Float),
    ("formula", Kind::Float),
];

/// A timeline, or none, as it stands in the last columns of a row.
struct TimelineCells<'a> {
    sources: Option<u32>,
    first_date: Option<String>,
    last_date: Option<String>,
    first_document: Option<&'a str>,
    months: Option<String>,
}

impl<'a> TimelineCells<'a> {
    fn of(corpus: &'a Corpus, times: Option<&Timeline>) -> Self {
        let shown = |date: Option<Date>| date.map(|date| date.to_string());
        TimelineCells {
            sources: times.map(|times| times.sources),
            first_date: shown(times.and_then(|times| times.first_date)),
            last_date: shown(times.and_then(|times| times.last_date)),
            first_document: times
                .and_then(|times| times.first_document)
                .map(|document| corpus.id(document)),
            months: times.map(|times| json(&times.months)),
        }
    }

    fn cells(&self) -> [Cell<'_>; 5] {
        [
            self.sources.map_or(Cell::Absent, |n| Cell::Int(n.into())),
            Cell::text_or_absent(self.first_date.as_deref()),
            Cell::text_or_absent(self.last_date.as_deref()),
            Cell::text_or_absent(self.first_document),
            self.months.as_deref().map_or(Cell::Absent, Cell::Json),
        ]
    }
}

/// Writes one kind of records in one format.
pub struct Records {
    sink: Sink,
    /// The table of places, if they have one of their own.
    places: Option<TableWriter>,
    /// Whether records list the places.
    has_places: bool,
}

enum Sink {
    /// A JSON object a line.
    Lines(Lines, PhraseLines),
    /// Rows of a table.
    Table(TableWriter),
}

impl Records {
    /// Begins the records of phrases; `places` is the table of places, where
    /// these are not to stand in the records.
    ///
    /// # Errors
    ///
    /// [`Error::Output`](crate::Error::Output) if Parquet is to go to the
    /// standard output.
    pub fn phrases(options: &TableOptions, target: Target, places: Option<Target>) -> Result<Self> {
        Records::new(options, PHRASE_COLUMNS, target, places)
    }

    /// Begins the records of repeats.
    ///
    /// # Errors
    ///
    /// As [`Records::phrases`].
    pub fn repeats(options: &TableOptions, target: Target, places: Option<Target>) -> Result<Self> {
        Records::new(options, REPEAT_COLUMNS, target, places)
    }

    /// Begins the records of documents.
    ///
    /// # Errors
    ///
    /// As [`Records::phrases`].
    pub fn documents(options: &TableOptions, target: Target) -> Result<Self> {
        Records::new(options, DOCUMENT_COLUMNS, target, None)
    }

    /// Begins the records of families.
    ///
    /// # Errors
    ///
    /// As [`Records::phrases`].
    pub fn families(options: &TableOptions, target: Target) -> Result<Self> {
        Records::new(options, FAMILY_COLUMNS, target, None)
    }

    /// Begins the records of phrases in memory, with their places.
    pub fn phrases_in_memory() -> Self {
        Records::in_memory(PHRASE_COLUMNS)
    }

    /// Begins the records of repeats in memory, with their places.
    pub fn repeats_in_memory() -> Self {
        Records::in_memory(REPEAT_COLUMNS)
    }

    /// Begins the records of documents in memory.
    pub fn documents_in_memory() -> Self {
        Records::in_memory(DOCUMENT_COLUMNS)
    }

    /// Begins the records of families in memory.
    pub fn families_in_memory() -> Self {
        Records::in_memory(FAMILY_COLUMNS)
    }

    fn in_memory(columns: &[(&'static str, Kind)]) -> Self {
        Records {
            sink: Sink::Table(TableWriter::in_memory(columns)),
            places: None,
            has_places: true,
        }
    }

    /// Returns the table of records in memory; one without a column if the
    /// records went to a file.
    pub fn into_columns(self) -> ColumnTable {
        match self.sink {
            Sink::Table(table) => table.into_columns(),
            Sink::Lines(..) => ColumnTable::default(),
        }
    }

    fn new(
        options: &TableOptions,
        columns: &'static [(&'static str, Kind)],
        target: Target,
        places: Option<Target>,
    ) -> Result<Self> {
        let is_asked_for = |name: &str| match &options.columns {
            Some(columns) => columns.iter().any(|column| column == name),
            None => true,
        };
        let has_places = places.is_none() && !options.no_places && is_asked_for(PLACES);
        let sink = if options.format == Format::Jsonl && options.columns.is_none() {
            Sink::Lines(Lines::new(target), PhraseLines::default())
        } else {
            let names = columns.iter().map(|(name, _)| *name);
            let names = names.filter(|name| is_asked_for(name));
            let names = names.filter(|name| has_places || *name != PLACES);
            let mut names: Vec<String> = names.map(str::to_owned).collect();
            if let Some(order) = &options.columns {
                names.sort_by_key(|name| order.iter().position(|column| column == name));
            }
            let options = TableOptions {
                columns: Some(names),
                ..options.clone()
            };
            Sink::Table(TableWriter::with_gaps(&options, columns, target)?)
        };
        let all = TableOptions {
            columns: None,
            ..options.clone()
        };
        Ok(Records {
            sink,
            places: places
                .map(|target| TableWriter::new(&all, PLACE_COLUMNS, target))
                .transpose()?,
            has_places,
        })
    }

    /// Writes the places of a phrase into their own table, if there is one.
    fn write_places(
        &mut self,
        corpus: &Corpus,
        phrase: &str,
        locations: &[Occurrence],
    ) -> Result<()> {
        let Some(table) = &mut self.places else {
            return Ok(());
        };
        locations.iter().try_for_each(|location| {
            table.row(&[
                Cell::Text(phrase),
                Cell::Text(corpus.id(location.document)),
                Cell::Int(location.start.into()),
                Cell::Int(location.end.into()),
            ])
        })
    }

    /// Writes phrases; with `timeline`, their dates and sources.
    pub fn phrases_of(
        &mut self,
        corpus: &Corpus,
        phrases: &[Phrase],
        timeline: bool,
    ) -> Result<()> {
        match &mut self.sink {
            Sink::Table(_) => phrases
                .iter()
                .try_for_each(|phrase| self.phrase(corpus, phrase, timeline)),
            Sink::Lines(out, lines) => {
                let made = lines.make(corpus, phrases, timeline, self.has_places);
                made.iter().try_for_each(|lines| out.bytes(lines))
            }
        }
    }

    /// Writes a phrase; with `timeline`, its dates and sources.
    pub fn phrase(&mut self, corpus: &Corpus, phrase: &Phrase, timeline: bool) -> Result<()> {
        self.write_places(corpus, &phrase.phrase, &phrase.locations)?;
        let has_places = self.has_places;
        let table = match &mut self.sink {
            Sink::Lines(..) => {
                return self.phrases_of(corpus, std::slice::from_ref(phrase), timeline);
            }
            Sink::Table(table) => table,
        };
        let parts = phrase.parts;
        let times = timeline.then_some(&phrase.timeline);
        let places = match has_places {
            true => json(&phrase.record(corpus, false).locations()),
            false => String::new(),
        };
        let variants = json(&phrase.variants);
        let times = TimelineCells::of(corpus, times);
        let [sources, first, last, first_document, months] = times.cells();
        table.row(&[
            Cell::Text(&phrase.phrase),
            Cell::Text(&phrase.display),
            Cell::Int(phrase.length.into()),
            Cell::Int(phrase.documents.into()),
            Cell::Int(phrase.occurrences),
            Cell::Float(phrase.score),
            Cell::Text(phrase.kind.name()),
            Cell::Json(&variants),
            Cell::Json(&places),
            Cell::Int(parts.independent.into()),
            Cell::Float(parts.spread.into()),
            Cell::Float(parts.free_left.into()),
            Cell::Float(parts.free_right.into()),
            Cell::Float(parts.whole.into()),
            Cell::Float(parts.cohesion.into()),
            Cell::Float(parts.entropy_left.into()),
            Cell::Float(parts.entropy_right.into()),
            Cell::text_or_absent(phrase.family.as_deref()),
            sources,
            first,
            last,
            first_document,
            months,
        ])
    }

    /// Writes a repeat.
    pub fn repeat(&mut self, corpus: &Corpus, repeat: &Repeat) -> Result<()> {
        self.write_places(corpus, &repeat.phrase, &repeat.locations)?;
        let record = match self.has_places {
            true => repeat.record(corpus),
            false => repeat.record_without_locations(corpus),
        };
        let table = match &mut self.sink {
            Sink::Lines(lines, _) => return lines.write(&record),
            Sink::Table(table) => table,
        };
        let [variants, places] = [json(&record.variants()), json(&record.locations())];
        let times = TimelineCells::of(corpus, repeat.timeline.as_ref());
        let [sources, first, last, first_document, months] = times.cells();
        table.row(&[
            Cell::Text(&repeat.phrase),
            Cell::Text(&repeat.display),
            Cell::Int(repeat.length.into()),
            Cell::Int(repeat.documents.into()),
            Cell::Int(repeat.occurrences),
            Cell::text_or_absent(repeat.kind.map(crate::phrases::PhraseKind::name)),
            Cell::Json(&variants),
            Cell::Json(&places),
            sources,
            first,
            last,
            first_document,
            months,
        ])
    }

    /// Writes a family: a line, or a row for each member.
    pub fn family(&mut self, family: &Family) -> Result<()> {
        let table = match &mut self.sink {
            Sink::Lines(lines, _) => return lines.write(family),
            Sink::Table(table) => table,
        };
        family.members.iter().try_for_each(|member| {
            table.row(&[
                Cell::Text(&family.family),
                Cell::Int(family.size as u64),
                Cell::Text(&member.phrase),
                Cell::Int(member.documents.into()),
            ])
        })
    }

    /// Writes the record of how formulaic a document is.
    pub fn document(&mut self, reuse: &DocumentReuse) -> Result<()> {
        let table = match &mut self.sink {
            Sink::Lines(lines, _) => return lines.write(reuse),
            Sink::Table(table) => table,
        };
        table.row(&[
            Cell::Text(&reuse.id),
            Cell::Int(reuse.length.into()),
            Cell::Float(reuse.shared_8),
            Cell::Float(reuse.shared_13),
            Cell::Float(reuse.shared_25),
            Cell::Float(reuse.shared_50),
            Cell::Float(reuse.r_measure),
            Cell::Float(reuse.formula),
        ])
    }

    /// Writes what is buffered, and ends the files; returns the number of cells
    /// that a spreadsheet could not hold and that were cut.
    pub fn finish(self) -> Result<u64> {
        let places = self.places.map_or(Ok(0), TableWriter::finish)?;
        let records = match self.sink {
            Sink::Lines(lines, _) => lines.finish().map(|()| 0),
            Sink::Table(table) => table.finish(),
        };
        Ok(places + records?)
    }
}
