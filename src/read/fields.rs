//! The names of the fields that make a record, and how inputs are read.

use std::collections::HashSet;

use encoding_rs::Encoding;

use crate::error::{Error, Result};
use crate::named::named_enum;
use crate::read::csv::TableOptions;
use crate::read::limit::RecordLimit;
use crate::read::path_fields::PathFields;
use crate::read::selection::Selection;
use crate::read::selector::Selector;

/// The names of the fields that make a record of JSON, CSV or Parquet.
///
/// Two fields may share one name; only `text` is required. A name with dots
/// is a path into the record (`meta.text`), several names with commas are an
/// order of preference (`text,正文,content`), and names with `+` are joined
/// (`title+body`). A field whose whole name is written like that comes first.
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
    /// A further field that is kept as it is, such as a score; empty for none.
    pub further: String,
    /// Whether all other fields of JSON, CSV and Parquet are kept as further
    /// columns: strings as they are, other values as the JSON that they are, or
    /// as text where a column of Parquet holds them.
    pub others: bool,
}

impl Default for Fields {
    fn default() -> Self {
        let [id, text, title, date, source, _] =
            FieldRole::ALL.map(|role| role.default_name().to_owned());
        Fields {
            id,
            text,
            title,
            date,
            source,
            further: String::new(),
            others: false,
        }
    }
}

impl Fields {
    /// Returns the names that fill a role.
    pub(crate) fn role_names(&self) -> HashSet<String> {
        let selectors = FieldRole::ALL.map(|role| self.selector(role));
        let names = selectors.iter().flat_map(Selector::names);
        names.map(str::to_owned).collect()
    }

    /// Returns the name of the field that fills `role`.
    pub(crate) fn name(&self, role: FieldRole) -> &str {
        match role {
            FieldRole::Id => &self.id,
            FieldRole::Text => &self.text,
            FieldRole::Title => &self.title,
            FieldRole::Date => &self.date,
            FieldRole::Source => &self.source,
            FieldRole::Further => &self.further,
        }
    }

    /// Returns whether the user chose the name of `role`, and so expects it to
    /// be there.
    pub(crate) fn is_chosen(&self, role: FieldRole) -> bool {
        match role {
            FieldRole::Further => !self.further.is_empty(),
            _ => self.name(role) != role.default_name(),
        }
    }

    /// Returns the parsed name of the field that fills `role`.
    pub(crate) fn selector(&self, role: FieldRole) -> Selector {
        Selector::parse(self.name(role))
    }
}

/// One of the six roles that a field of a record can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldRole {
    Id,
    Text,
    Title,
    Date,
    Source,
    Further,
}

impl FieldRole {
    /// Number of roles.
    pub(crate) const COUNT: usize = 6;

    pub(crate) const ALL: [FieldRole; FieldRole::COUNT] = [
        FieldRole::Id,
        FieldRole::Text,
        FieldRole::Title,
        FieldRole::Date,
        FieldRole::Source,
        FieldRole::Further,
    ];

    /// The field's name when the user gives none.
    pub(crate) fn default_name(self) -> &'static str {
        match self {
            FieldRole::Id => "id",
            FieldRole::Text => "text",
            FieldRole::Title => "title",
            FieldRole::Date => "date",
            FieldRole::Source => "source",
            FieldRole::Further => "further field",
        }
    }

    /// What stands between values that are joined: texts are paragraphs of
    /// their own, other fields are one line.
    pub(crate) fn separator(self) -> &'static str {
        match self {
            FieldRole::Text => "\n",
            _ => " ",
        }
    }
}

named_enum! {
    /// A format that is read whatever an input's name says.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum InputFormat("input format") {
        /// One document: plain text.
        Text = "txt",
        /// One document: a web page.
        Html = "html",
        /// One document: subtitles.
        Subtitles = "srt",
        /// One document: an office document.
        Docx = "docx",
        /// One document: a PDF.
        Pdf = "pdf",
        /// A JSON object per line.
        Jsonl = "jsonl",
        /// An array of JSON objects, or objects one after the other.
        Json = "json",
        /// Rows of fields with commas between them.
        Csv = "csv",
        /// Rows of fields with tabs between them.
        Tsv = "tsv",
        /// Rows of a Parquet file.
        Parquet = "parquet",
        /// Records of a web archive.
        Warc = "warc",
    }
}

/// How inputs are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The names of the fields.
    pub fields: Fields,
    /// Whether the first record or file that can't be read ends the run.
    pub strict: bool,
    /// The format of all inputs; by default names and contents tell it.
    pub format: Option<InputFormat>,
    /// Whether each line of a text file is a document.
    pub lines: bool,
    /// The encoding of all inputs that have no byte order mark; by default
    /// their bytes tell it.
    pub encoding: Option<&'static Encoding>,
    /// How CSV and TSV are written; by default their first rows tell it.
    pub table: TableOptions,
    /// The most that a document or a record may take.
    pub limit: RecordLimit,
    /// Which of the documents are wanted.
    pub selection: Selection,
    /// Fields that stand in the paths of files.
    pub path_fields: Option<PathFields>,
}

impl ReadOptions {
    /// Checks that the options go together.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if a format of records is asked for and lines too,
    /// or if the names of fields are too many.
    pub(crate) fn check(&self) -> Result<()> {
        let wrong = |option: &str, what: &str| {
            Err(Error::Option {
                option: option.to_owned(),
                what: what.to_owned(),
            })
        };
        if self.lines
            && self
                .format
                .is_some_and(|format| format != InputFormat::Text)
        {
            return wrong(
                "lines",
                "a document per line is plain text, not another format; leave one of them out",
            );
        }
        Ok(())
    }
}
