//! The form of the exported records, settled or refused before the work begins.

use std::ffi::OsStr;
use std::path::Path;

use crate::dedup::export::{FileHead, record_format};
use crate::error::{Error, Result};
use crate::read::original::{kind_and_head, parquet_file_of};
use crate::read::walk::{Input, InputKind};
use crate::read::{Inputs, ReadOptions, RecordLimit};
use crate::write::Format;

/// The form of exported records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Lines of JSON.
    Lines,
    /// Rows of CSV; the byte separates the fields.
    Rows(u8),
    /// Objects in an array of JSON.
    Array,
    /// Lines of text.
    TextLines,
    /// Rows of Parquet.
    Table,
    /// Pages of a web archive, which can only be written anew.
    Archive,
    /// A list of files that hold one document each.
    List,
}

impl Form {
    fn of(kind: InputKind) -> Form {
        match kind {
            InputKind::Jsonl => Form::Lines,
            InputKind::Json => Form::Array,
            InputKind::Lines => Form::TextLines,
            InputKind::Csv(delimiter) => Form::Rows(delimiter),
            InputKind::Parquet => Form::Table,
            InputKind::Warc => Form::Archive,
            InputKind::Text
            | InputKind::Html
            | InputKind::Subtitles
            | InputKind::Docx
            | InputKind::Pdf
            | InputKind::Sniff => Form::List,
        }
    }

    /// Returns the name of the form in messages.
    pub fn name(self) -> &'static str {
        match self {
            Form::Lines => "JSON Lines",
            Form::Array => "an array of JSON",
            Form::TextLines => "lines of text",
            Form::Rows(b'\t') => "TSV",
            Form::Rows(_) => "CSV",
            Form::Table => "Parquet",
            Form::Archive => "a web archive",
            Form::List => "files of one document",
        }
    }

    /// Returns the file endings of the form.
    fn endings(self) -> &'static [&'static str] {
        match self {
            Form::Lines => &["jsonl", "ndjson", "json"],
            Form::Array => &["json"],
            Form::TextLines => &["txt"],
            Form::Rows(b'\t') => &["tsv"],
            Form::Rows(_) => &["csv"],
            Form::Table => &["parquet"],
            Form::Archive => &[],
            Form::List => &["txt", "lst", "list"],
        }
    }
}

/// Kind and header of every input.
pub struct ExportPlan {
    kinds: Vec<InputKind>,
    heads: Vec<FileHead>,
    options: ReadOptions,
}

impl ExportPlan {
    /// Looks at the head of each input that holds records.
    pub fn new(inputs: &Inputs, options: &ReadOptions) -> Self {
        let looked = inputs.iter().map(|input| kind_and_head(input, options));
        let (kinds, heads) = looked.unzip();
        ExportPlan {
            kinds,
            heads,
            options: options.clone(),
        }
    }

    /// Bounds what a record, or a page of Parquet, may take when it is copied, as
    /// it was bounded when it was read.
    pub fn set_limit(&mut self, limit: RecordLimit) {
        self.options.limit = limit;
    }

    pub(super) fn options(&self) -> &ReadOptions {
        &self.options
    }

    pub(super) fn kind(&self, number: u32) -> InputKind {
        self.kinds[number as usize]
    }

    pub(super) fn head(&self, number: u32) -> &FileHead {
        &self.heads[number as usize]
    }

    /// Returns the format in which the documents must be written anew, because
    /// the inputs have several forms or `output` names another one; nothing if
    /// the records can be copied as they came, or if `output` names no format of
    /// records.
    pub fn rewritten(&self, output: &Path) -> Option<Format> {
        let format = record_format(output)?;
        let forms = self.kinds.iter().map(|kind| Form::of(*kind));
        let mut forms: Vec<Form> = forms.collect();
        forms.dedup();
        match forms.as_slice() {
            [] => None,
            [form] => other_ending(output, *form).map(|_| format),
            _ => Some(format),
        }
    }

    /// Returns whether an input holds records, which may have other fields than
    /// those that are read.
    pub fn has_records(&self) -> bool {
        self.kinds.iter().any(|kind| {
            matches!(
                kind,
                InputKind::Jsonl | InputKind::Json | InputKind::Csv(_) | InputKind::Parquet
            )
        })
    }

    /// Returns the form that the records of all inputs have.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if they have several forms, or headers or schemas that
    /// differ, or if the ending of `output` names another form.
    pub fn form(&self, inputs: &Inputs, output: &Path) -> Result<Form> {
        let wrong = |what: String| {
            Err(Error::Option {
                option: "`output`".to_owned(),
                what,
            })
        };
        let mut first: Option<(usize, &Input, Form)> = None;
        for (at, input) in inputs.iter().enumerate() {
            let form = Form::of(self.kinds[at]);
            let Some((first_at, first_input, first_form)) = first else {
                first = Some((at, input, form));
                continue;
            };
            if form != first_form {
                return wrong(format!(
                    "one file can't hold both {} ({}) and {} ({}); end its name with \
                     .jsonl, .csv or .parquet to write them anew, or name a folder with `copy-to` \
                     for what stays of each",
                    first_form.name(),
                    first_input.name,
                    form.name(),
                    input.name
                ));
            }
            self.check_alike(first_at, first_input, at, input)?;
        }
        let form = first.map_or(Form::List, |(_, _, form)| form);
        if form == Form::Archive {
            return wrong(
                "what stays of a web archive is written as records; end the name with .jsonl, .csv \
                 or .parquet"
                    .to_owned(),
            );
        }
        if form == Form::List {
            for input in inputs.iter() {
                check_listed(input)?;
            }
        }
        if form == Form::Table && output == Path::new("-") {
            return wrong("Parquet can't go to the standard output; name a file".to_owned());
        }
        if let Some(ending) = other_ending(output, form) {
            return wrong(format!(
                "the documents that stay are written as they came, as {}, which is not what \
                 .{ending} says; end the name with .{}",
                form.name(),
                form.endings().first().unwrap_or(&"txt")
            ));
        }
        Ok(form)
    }

    /// Checks that one file can hold the records of two inputs.
    fn check_alike(&self, at: usize, input: &Input, other: usize, second: &Input) -> Result<()> {
        let wrong = |what: String| {
            Err(Error::Option {
                option: "`output`".to_owned(),
                what,
            })
        };
        let cure = "name a folder with `copy-to` for what stays of each, or run once for each";
        match self.kinds[at] {
            InputKind::Csv(_) => {
                let (a, b) = (&self.heads[at], &self.heads[other]);
                if a.names.is_empty() || b.names.is_empty() {
                    return Ok(());
                }
                if a.names != b.names {
                    return wrong(format!(
                        "{} and {} have different headers; {cure}",
                        input.name, second.name
                    ));
                }
                if a.delimiter != b.delimiter {
                    return wrong(format!(
                        "{} and {} have different delimiters; {cure}",
                        input.name, second.name
                    ));
                }
                if a.encoding != b.encoding {
                    return wrong(format!(
                        "{} is in {}, {} in {}; {cure}",
                        input.name, a.encoding, second.name, b.encoding
                    ));
                }
            }
            InputKind::Parquet => {
                if let (Ok(a), Ok(b)) = (
                    parquet_file_of(input, self.options.limit),
                    parquet_file_of(second, self.options.limit),
                ) && !a.has_schema_of(&b)
                {
                    return wrong(format!(
                        "{} and {} have different columns; {cure}",
                        input.name, second.name
                    ));
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// Checks that a line of a list can name the file.
fn check_listed(input: &Input) -> Result<()> {
    let what = match &input.path {
        Some(path) if input.regular => {
            if !path.as_os_str().as_encoded_bytes().contains(&b'\n') {
                return Ok(());
            }
            "its name has a line end in it and can't stand in a list of files; use `copy-to`"
        }
        _ => "one text, of which there is no file to name; give records, or name files",
    };
    Err(Error::Format {
        input: input.name.clone(),
        what: what.to_owned(),
    })
}

/// Returns the ending of a name if the form is not written under it.
fn other_ending(output: &Path, form: Form) -> Option<String> {
    let name = output.file_name().and_then(OsStr::to_str)?;
    let name = name.to_ascii_lowercase();
    let name = name
        .strip_suffix(".gz")
        .or(name.strip_suffix(".zst"))
        .unwrap_or(&name);
    let ending = Path::new(name).extension().and_then(OsStr::to_str)?;
    // Lists and lines of text have no ending of their own.
    let is_free = matches!(form, Form::List | Form::TextLines);
    let known = ["jsonl", "ndjson", "json", "csv", "tsv", "parquet"];
    let is_written = form.endings().contains(&ending) || is_free && !known.contains(&ending);
    (!is_written).then(|| ending.to_owned())
}
