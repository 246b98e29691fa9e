//! Looks at the head of each input before the work begins.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::read::Fields;
use crate::read::fields::FieldRole;
use crate::read::parquet::ParquetFile;
use crate::read::source::{self, Source};
use crate::read::walk::{Input, InputKind, Inputs};
use crate::read::{csv, jsonl};

/// Number of bytes in which the header, or the first records, must end.
pub(super) const HEAD_BYTES: usize = 1 << 20;

/// What the head of each input showed.
pub(crate) struct Plan {
    /// The inputs' kinds, those told from the first bytes included.
    pub(super) kinds: Vec<InputKind>,
    /// Files of a folder that lack a field, each with a message.
    pub(super) lacking_fields: HashMap<usize, String>,
    /// Streams that can't be opened a second time.
    pub(super) parked: HashMap<usize, Source>,
}

/// Looks at the head of each input that holds records.
///
/// # Errors
///
/// [`Error::Field`] if a field that is needed isn't there, in a file that was
/// named; one that was only met in a folder is left out with the same words.
/// What can't be read at all is no error yet.
pub(crate) fn plan(inputs: &Inputs, fields: &Fields) -> Result<Plan> {
    let mut plan = Plan {
        kinds: Vec::with_capacity(inputs.len()),
        lacking_fields: HashMap::new(),
        parked: HashMap::new(),
    };
    for (index, input) in inputs.iter().enumerate() {
        plan.kinds.push(input.kind);
        if matches!(input.kind, InputKind::Text | InputKind::Html) {
            continue;
        }
        let Ok(mut source) = source::open(input) else {
            continue;
        };
        let head = source.head(HEAD_BYTES);
        let kind = if input.kind == InputKind::Sniff {
            sniff(head)
        } else {
            input.kind
        };
        plan.kinds[index] = kind;
        let is_whole = head.len() < HEAD_BYTES;
        let checked = match kind {
            InputKind::Jsonl if refused(head).is_none() => {
                let found = jsonl::field_names(without_mark(head), is_whole);
                check_names(&found, fields, &[FieldRole::Text, FieldRole::Id], input)
            }
            InputKind::Csv(delimiter) if refused(head).is_none() => {
                let found =
                    csv::read_header(head, is_whole, delimiter, fields).map(|(_, names)| names);
                check_names(&found.unwrap_or_default(), fields, &FieldRole::ALL, input)
            }
            InputKind::Parquet if input.regular => {
                // The table takes the source; a file can be opened again.
                let Ok(table) = ParquetFile::open(source, fields) else {
                    continue;
                };
                let checked = check_names(table.names(), fields, &FieldRole::ALL, input)
                    .and_then(|()| table.check_types(&input.name, fields));
                plan.note(index, input, checked)?;
                continue;
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

impl Plan {
    /// Passes an error on if the input was named, else remembers it.
    fn note(&mut self, index: usize, input: &Input, checked: Result<()>) -> Result<()> {
        match checked {
            Err(error) if !input.named => {
                let what = error.to_string();
                let what = what
                    .strip_prefix(&input.name)
                    .map_or(what.as_str(), |rest| {
                        rest.trim_start_matches(':').trim_start()
                    });
                self.lacking_fields.insert(index, what.to_owned());
                Ok(())
            }
            checked => checked,
        }
    }
}

/// Tells JSONL from text.
pub(crate) fn sniff(head: &[u8]) -> InputKind {
    match without_mark(head).trim_ascii_start().first() {
        Some(b'{') if refused(head).is_none() => InputKind::Jsonl,
        _ => InputKind::Text,
    }
}

/// Takes the byte order mark of UTF-8 away.
pub(crate) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head)
}

/// Returns why records can't be read from bytes that begin like this.
pub(super) fn refused(head: &[u8]) -> Option<&'static str> {
    match head {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, b'{', ..] | [b'{', 0, ..] => {
            Some("UTF-16; records are read as UTF-8, so convert it with iconv -f UTF-16 -t UTF-8")
        }
        _ => None,
    }
}

/// Checks that `found`, if it is known, has the text and all of `expected`
/// that the user chose a name for.
fn check_names(
    found: &[String],
    fields: &Fields,
    expected: &[FieldRole],
    input: &Input,
) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    for role in expected.iter().copied() {
        let name = fields.name(role);
        let needed = role == FieldRole::Text || fields.is_chosen(role);
        if needed && !found.iter().any(|found| found == name) {
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
                field: name.to_owned(),
                found: listed,
                role: role.default_name(),
            });
        }
    }
    Ok(())
}

/// Number of fields that a message lists: about as many as fit on two lines.
const FIELDS_LISTED: usize = 20;
