//! Looks at the head of each input before the work begins.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::read::chunk::before_cut::{RecordsEncoding, records_source};
use crate::read::chunk::format::{HEAD_BYTES, kind_by_contents, kind_by_name, without_mark};
use crate::read::fields::FieldRole;
use crate::read::json::{self, JsonFields};
use crate::read::parquet::ParquetFile;
use crate::read::source::{self, Source};
use crate::read::walk::{Input, InputKind, Inputs};
use crate::read::{Fields, ReadOptions, csv};

/// What the head of each input showed.
pub(crate) struct Plan {
    /// The inputs' kinds, as far as they are known. Of small files that were
    /// found in folders and have no ending that tells, they are not: opening
    /// each twice would cost as much as reading it.
    pub(super) kinds: Vec<InputKind>,
    /// The keys that are looked for in JSON.
    pub(super) json: Arc<JsonFields>,
    /// Files of a folder that lack a field, each with a message.
    pub(super) lacking_fields: HashMap<usize, String>,
    /// Streams that can't be opened a second time.
    pub(super) parked: HashMap<usize, Source>,
    /// What a user should know of the fields, in input order.
    pub(super) warnings: Vec<String>,
}

/// Size in bytes from which on a file is looked at before the work begins,
/// even if its name tells nothing.
const LARGE_BYTES: u64 = 1 << 20;

/// Looks at the head of each input that may hold records.
///
/// # Errors
///
/// [`Error::Field`] if a field that is needed isn't there, in a file that was
/// named; one that was found in a folder is skipped with the same message.
/// What can't be read at all is no error yet.
pub(crate) fn plan(inputs: &Inputs, options: &ReadOptions) -> Result<Plan> {
    options.check()?;
    let json = JsonFields::new(&options.fields).map_err(|what| Error::Option {
        option: "names of fields".to_owned(),
        what,
    })?;
    let mut plan = Plan {
        kinds: Vec::with_capacity(inputs.len()),
        json: Arc::new(json),
        lacking_fields: HashMap::new(),
        parked: HashMap::new(),
        warnings: Vec::new(),
    };
    for (index, input) in inputs.iter().enumerate() {
        let kind = kind_by_name(input, options);
        plan.kinds.push(kind);
        let is_known = matches!(
            kind,
            InputKind::Text
                | InputKind::Html
                | InputKind::Subtitles
                | InputKind::Docx
                | InputKind::Pdf
                | InputKind::Warc
        );
        let is_small = kind == InputKind::Sniff && !input.named && input.len_bytes < LARGE_BYTES;
        if input.regular && (is_known || is_small) {
            continue;
        }
        let Ok(mut source) = source::open(input, options.limit) else {
            continue;
        };
        let head = source.head(HEAD_BYTES);
        let kind = kind_by_contents(kind, head, head.len() < HEAD_BYTES, options);
        plan.kinds[index] = kind;
        let checked = match kind {
            InputKind::Parquet if input.regular => {
                // The table takes the source; a file can be opened again.
                let Ok(table) = ParquetFile::open(source, &options.fields) else {
                    continue;
                };
                let checked =
                    check_names(table.names(), &options.fields, &FieldRole::ALL, true, input)
                        .and_then(|()| table.check_types(&input.name, &options.fields));
                let warning = table.warning();
                let warning = warning.map(|what| format!("{}: {what}", input.name));
                plan.warnings.extend(warning);
                plan.note(index, input, checked)?;
                continue;
            }
            InputKind::Jsonl | InputKind::Json | InputKind::Csv(_) => {
                let of_records = records_source(source, kind, options);
                source = of_records.source;
                let encoding = of_records.encoding;
                let head = source.head(HEAD_BYTES);
                let is_whole = head.len() < HEAD_BYTES;
                let warning = lacking_of_records(head, is_whole, kind, options);
                let warning = warning.map(|what| format!("{}: {what}", input.name));
                plan.warnings.extend(warning);
                check_fields(head, is_whole, kind, encoding, options, input)
            }
            _ => Ok(()),
        };
        plan.note(index, input, checked)?;
        if !input.regular {
            plan.parked.insert(index, source);
        }
    }
    Ok(plan)
}

/// Checks that the first records have the fields that are needed.
fn check_fields(
    head: &[u8],
    is_whole: bool,
    kind: InputKind,
    encoding: RecordsEncoding,
    options: &ReadOptions,
    input: &Input,
) -> Result<()> {
    let fields = &options.fields;
    if let InputKind::Csv(delimiter) = kind {
        let Ok(header) = csv::read_header(head, is_whole, delimiter, encoding.named, options)
        else {
            // Reported when it is read.
            return Ok(());
        };
        return check_names(header.names(), fields, &FieldRole::ALL, true, input);
    }
    let found = json::field_names(without_mark(head), is_whole, kind == InputKind::Jsonl);
    check_names(
        &found,
        fields,
        &[FieldRole::Text, FieldRole::Id],
        false,
        input,
    )
}

/// Returns a message if none of the first records in JSON has a field that is
/// to be joined with another.
fn lacking_of_records(
    head: &[u8],
    is_whole: bool,
    kind: InputKind,
    options: &ReadOptions,
) -> Option<String> {
    let are_lines = kind == InputKind::Jsonl;
    let selector = options.fields.selector(FieldRole::Text);
    if !selector.is_joined() || matches!(kind, InputKind::Csv(_)) {
        return None;
    }
    let found = json::field_names(without_mark(head), is_whole, are_lines);
    let lacking = selector.lacking_of(&found)?;
    Some(format!(
        "the first records have no field {lacking:?} to join; check its name"
    ))
}

/// Returns a message if the first records of a small file lack a field.
pub(crate) fn lacking_field(
    bytes: &[u8],
    kind: InputKind,
    encoding: RecordsEncoding,
    options: &ReadOptions,
    input: &Input,
) -> Option<String> {
    let error = check_fields(bytes, true, kind, encoding, options, input).err()?;
    Some(without_name(&error.to_string(), &input.name))
}

/// Returns a message without the name of the input that it begins with.
fn without_name(message: &str, name: &str) -> String {
    let rest = message
        .strip_prefix(name)
        .map(|rest| rest.trim_start_matches(':'));
    rest.unwrap_or(message).trim_start().to_owned()
}

impl Plan {
    /// Returns the keys that are looked for in JSON.
    pub(crate) fn json(&self) -> Arc<JsonFields> {
        self.json.clone()
    }

    /// Takes what a user should know.
    pub(crate) fn take_warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    /// Passes an error on if the input was named, else remembers it.
    fn note(&mut self, index: usize, input: &Input, checked: Result<()>) -> Result<()> {
        match checked {
            Err(error) if !input.named => {
                let what = without_name(&error.to_string(), &input.name);
                self.lacking_fields.insert(index, what);
                Ok(())
            }
            checked => checked,
        }
    }
}

/// Checks that `found`, if it is known, has the text and all of `expected`
/// that the user chose a name for; of a table also all that are joined.
fn check_names(
    found: &[String],
    fields: &Fields,
    expected: &[FieldRole],
    is_table: bool,
    input: &Input,
) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    for role in expected.iter().copied() {
        let name = fields.name(role);
        let needed = role == FieldRole::Text || fields.is_chosen(role);
        let selector = fields.selector(role);
        let mut lacking = (!selector.is_among(found)).then_some(name);
        // Records may lack a field that others have; rows can't.
        if is_table {
            lacking = lacking.or_else(|| selector.lacking_of(found));
        }
        if let Some(lacking) = lacking.filter(|_| needed) {
            let mut listed = String::new();
            for (index, name) in found.iter().enumerate() {
                if index == FIELDS_LISTED || listed.len() > 200 {
                    listed.push_str(", …");
                    break;
                }
                listed.push_str(if index > 0 { ", " } else { "" });
                listed.extend(name.chars().take(40).filter(|c| !c.is_control()));
            }
            return Err(Error::Field {
                input: input.name.clone(),
                field: lacking.to_owned(),
                found: listed,
                role: role.default_name(),
            });
        }
    }
    Ok(())
}

/// Number of fields that a message lists: about as many as fit on two lines.
const FIELDS_LISTED: usize = 20;
