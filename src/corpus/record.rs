//! What the reading stage hands on: records, their places, and the sum of a
//! reading.

use std::collections::BTreeMap;

use crate::error::Skipped;
pub use crate::progress::Progress;
use crate::span::Span;

/// The names of the fields that make a record of JSONL, CSV or Parquet.
///
/// Two fields may share one name. Only `text` must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The field that names the document.
    pub id: String,
    /// The field that holds its text.
    pub text: String,
    /// The field that holds its headline.
    pub title: String,
    /// The field that holds its date, in any form.
    pub date: String,
    /// The field that holds its publisher or site.
    pub source: String,
}

impl Default for Fields {
    fn default() -> Self {
        let [id, text, title, date, source] = Slot::ALL.map(|slot| slot.default_name().to_owned());
        Fields {
            id,
            text,
            title,
            date,
            source,
        }
    }
}

impl Fields {
    /// Returns the name of the field that fills `slot`.
    pub(crate) fn name(&self, slot: Slot) -> &str {
        match slot {
            Slot::Id => &self.id,
            Slot::Text => &self.text,
            Slot::Title => &self.title,
            Slot::Date => &self.date,
            Slot::Source => &self.source,
        }
    }

    /// Says whether the name of `slot` was chosen by the user, who then
    /// expects it to be there.
    pub(crate) fn is_chosen(&self, slot: Slot) -> bool {
        self.name(slot) != slot.default_name()
    }
}

/// One of the five places of a record that a field can fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Id,
    Text,
    Title,
    Date,
    Source,
}

impl Slot {
    pub(crate) const ALL: [Slot; 5] = [Slot::Id, Slot::Text, Slot::Title, Slot::Date, Slot::Source];

    /// The field's name when the user gives none.
    pub(crate) fn default_name(self) -> &'static str {
        match self {
            Slot::Id => "id",
            Slot::Text => "text",
            Slot::Title => "title",
            Slot::Date => "date",
            Slot::Source => "source",
        }
    }

    /// The command line's option that names the field.
    pub(crate) fn option(self) -> &'static str {
        match self {
            Slot::Id => "--id-field",
            Slot::Text => "--text-field",
            Slot::Title => "--title-field",
            Slot::Date => "--date-field",
            Slot::Source => "--source-field",
        }
    }
}

/// How inputs are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The names of the fields.
    pub fields: Fields,
    /// Whether the first record or file that can't be read ends the run.
    pub strict: bool,
}

/// A record as it was read, borrowed from the chunk or from a reused buffer.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The record's own id; without one, `<input name>:<line>`; for a
    /// one-document file its path below the INPUT. Not yet made unique.
    pub id: &'a str,
    /// The decoded text, markup of HTML files already taken away.
    pub text: &'a str,
    /// The headline, if there is one that is not empty.
    pub title: Option<&'a str>,
    /// The date as it was written, if there is one that is not empty.
    pub date: Option<&'a str>,
    /// The publisher or site, if there is one that is not empty.
    pub source: Option<&'a str>,
    /// Where the record stands.
    pub place: Place,
}

/// Where a record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The input's index in [`Inputs`](super::walk::Inputs).
    pub input: u32,
    /// The bytes of the decompressed input that the record covers, without
    /// the newline after it; in Parquet its row, `row..row + 1`.
    pub span: Span,
    /// The line where it begins, from 1 (in Parquet the row, from 1); 0 when
    /// the record is the whole file.
    pub line: u64,
}

/// Takes the records of one chunk, in order, on one thread.
pub trait Sink: Send {
    /// Takes the next record.
    fn record(&mut self, record: &Record<'_>);

    /// Learns that the chunk is over.
    fn close(&mut self) {}

    /// Returns whether it can take no more: then no chunk is begun any more.
    fn is_broken(&self) -> bool {
        false
    }
}

/// The outcome of a reading.
#[derive(Clone, Debug)]
pub struct Reading<S> {
    /// The filled sinks, one a chunk, in input order.
    pub sinks: Vec<S>,
    /// All that was left out, in input order, that which
    /// [`Inputs::find`](super::walk::Inputs::find) left out included.
    pub skipped: Vec<Skipped>,
    /// How many more were left out than `skipped` has entries: where a thousand
    /// in 2 MB can't be read, the rest of them are counted, not named.
    pub skipped_more: u64,
    /// Bytes read, after decompression.
    pub bytes_read: u64,
    /// Records in which bytes that could not be decoded, or lone surrogates,
    /// were replaced by U+FFFD.
    pub damaged: u64,
    /// Records by the encoding that they were read from.
    pub encodings: BTreeMap<&'static str, u64>,
}
