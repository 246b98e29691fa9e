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
        let [id, text, title, date, source] =
            FieldRole::ALL.map(|role| role.default_name().to_owned());
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
    /// Returns the name of the field that fills `role`.
    pub(crate) fn name(&self, role: FieldRole) -> &str {
        match role {
            FieldRole::Id => &self.id,
            FieldRole::Text => &self.text,
            FieldRole::Title => &self.title,
            FieldRole::Date => &self.date,
            FieldRole::Source => &self.source,
        }
    }

    /// Returns whether the user chose the name of `role`, and so expects it to
    /// be there.
    pub(crate) fn is_chosen(&self, role: FieldRole) -> bool {
        self.name(role) != role.default_name()
    }
}

/// One of the five roles that a field of a record can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldRole {
    Id,
    Text,
    Title,
    Date,
    Source,
}

impl FieldRole {
    pub(crate) const ALL: [FieldRole; 5] = [
        FieldRole::Id,
        FieldRole::Text,
        FieldRole::Title,
        FieldRole::Date,
        FieldRole::Source,
    ];

    /// The field's name when the user gives none.
    pub(crate) fn default_name(self) -> &'static str {
        match self {
            FieldRole::Id => "id",
            FieldRole::Text => "text",
            FieldRole::Title => "title",
            FieldRole::Date => "date",
            FieldRole::Source => "source",
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
