//! The records of reused phrases, repeats and formulaic documents.

use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::phrases::{DocumentReuse, Phrase, Repeat};
use crate::records::phrase_lines::PhraseLines;
use crate::write::lines::{Lines, Target, json};
use crate::write::table::{Cell, Format, Kind, TableWriter};

/// Columns of the flat form; lists are JSON in a cell.
const PHRASE_COLUMNS: &[(&str, Kind)] = &[
    ("phrase", Kind::Text),
    ("display", Kind::Text),
    ("length", Kind::Int),
    ("documents", Kind::Int),
    ("occurrences", Kind::Int),
    ("score", Kind::Float),
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
    ("kind", Kind::Text),
    ("family", Kind::Text),
    ("sources", Kind::Int),
    ("first_date", Kind::Text),
    ("last_date", Kind::Text),
    ("first_document", Kind::Text),
    ("months", Kind::Text),
];

const REPEAT_COLUMNS: &[(&str, Kind)] = &[
    ("phrase", Kind::Text),
    ("display", Kind::Text),
    ("length", Kind::Int),
    ("documents", Kind::Int),
    ("occurrences", Kind::Int),
    ("variants", Kind::Text),
    ("where", Kind::Text),
    ("kind", Kind::Text),
];

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

/// Writes one kind of records in one format.
pub enum Records {
    /// A JSON object a line.
    Lines(Lines, PhraseLines),
    /// Rows of a table.
    Table(TableWriter),
}

impl Records {
    /// Begins the records of phrases.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if a format other than lines is to go to the
    /// standard output.
    pub fn phrases(format: Format, target: Target) -> Result<Self> {
        Records::new(format, PHRASE_COLUMNS, target)
    }

    /// Begins the records of repeats.
    ///
    /// # Errors
    ///
    /// As [`Records::phrases`].
    pub fn repeats(format: Format, target: Target) -> Result<Self> {
        Records::new(format, REPEAT_COLUMNS, target)
    }

    /// Begins the records of documents.
    ///
    /// # Errors
    ///
    /// As [`Records::phrases`].
    pub fn documents(format: Format, target: Target) -> Result<Self> {
        Records::new(format, DOCUMENT_COLUMNS, target)
    }

    fn new(
        format: Format,
        columns: &'static [(&'static str, Kind)],
        target: Target,
    ) -> Result<Self> {
        match (format, target) {
            (Format::Jsonl, target) => {
                Ok(Records::Lines(Lines::new(target), PhraseLines::default()))
            }
            (_, Target::File(out)) => TableWriter::new(format, columns, out).map(Records::Table),
            (_, Target::Stdout) => Err(Error::Option {
                option: format!("`format {format}`"),
                what: "needs a file to write to; name it with -o".into(),
            }),
        }
    }

    /// Writes phrases; with `timeline`, their dates and sources.
    pub fn phrases_of(
        &mut self,
        corpus: &Corpus,
        phrases: &[Phrase],
        timeline: bool,
    ) -> Result<()> {
        match self {
            Records::Table(_) => phrases
                .iter()
                .try_for_each(|phrase| self.phrase(corpus, phrase, timeline)),
            Records::Lines(out, lines) => {
                let made = lines.make(corpus, phrases, timeline);
                made.iter().try_for_each(|lines| out.bytes(lines))
            }
        }
    }

    /// Writes a phrase; with `timeline`, its dates and sources.
    pub fn phrase(&mut self, corpus: &Corpus, phrase: &Phrase, timeline: bool) -> Result<()> {
        let record = phrase.record(corpus, timeline);
        let table = match self {
            Records::Lines(lines, _) => return lines.write(&record),
            Records::Table(table) => table,
        };
        let parts = phrase.parts;
        let [variants, places, months] = [
            json(&record.variants()),
            json(&record.locations()),
            json(&phrase.timeline.months),
        ];
        let date =
            |date: Option<crate::date::Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let (first, last) = (
            date(phrase.timeline.first_date),
            date(phrase.timeline.last_date),
        );
        table.row(&[
            Cell::Text(&phrase.phrase),
            Cell::Text(&phrase.display),
            Cell::Int(phrase.length.into()),
            Cell::Int(phrase.documents.into()),
            Cell::Int(phrase.occurrences),
            Cell::Float(phrase.score),
            Cell::Text(&variants),
            Cell::Text(&places),
            Cell::Int(parts.independent.into()),
            Cell::Float(parts.spread.into()),
            Cell::Float(parts.free_left.into()),
            Cell::Float(parts.free_right.into()),
            Cell::Float(parts.whole.into()),
            Cell::Float(parts.cohesion.into()),
            Cell::Float(parts.entropy_left.into()),
            Cell::Float(parts.entropy_right.into()),
            Cell::Text(phrase.kind.name()),
            Cell::Text(phrase.family.as_deref().unwrap_or("")),
            Cell::Int(phrase.timeline.sources.into()),
            Cell::Text(&first),
            Cell::Text(&last),
            Cell::Text(
                phrase
                    .timeline
                    .first_document
                    .map_or("", |doc| corpus.id(doc)),
            ),
            Cell::Text(&months),
        ])
    }

    /// Writes a repeat.
    pub fn repeat(&mut self, corpus: &Corpus, repeat: &Repeat) -> Result<()> {
        let record = repeat.record(corpus);
        let table = match self {
            Records::Lines(lines, _) => return lines.write(&record),
            Records::Table(table) => table,
        };
        let [variants, places] = [json(&record.variants()), json(&record.locations())];
        table.row(&[
            Cell::Text(&repeat.phrase),
            Cell::Text(&repeat.display),
            Cell::Int(repeat.length.into()),
            Cell::Int(repeat.documents.into()),
            Cell::Int(repeat.occurrences),
            Cell::Text(&variants),
            Cell::Text(&places),
            Cell::Text(repeat.kind.map_or("", crate::phrases::PhraseKind::name)),
        ])
    }

    /// Writes the record of how formulaic a document is.
    pub fn document(&mut self, reuse: &DocumentReuse) -> Result<()> {
        let table = match self {
            Records::Lines(lines, _) => return lines.write(reuse),
            Records::Table(table) => table,
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

    /// Writes what is buffered, and ends the file.
    pub fn finish(self) -> Result<()> {
        match self {
            Records::Lines(lines, _) => lines.finish(),
            Records::Table(table) => table.finish(),
        }
    }
}
