//! The names of the fields that make a record, and how inputs are read.

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
