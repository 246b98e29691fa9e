//! The names of the fields of JSON records.

use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::read::json::decode_record;
use crate::read::json::objects::ObjectScan;

/// Number of records whose fields are checked before the work begins: some
/// records lack a field, hardly ever ten in a row.
const CHECKED_RECORDS: usize = 10;

/// Number of field names from which on none are told: keeps a hostile record
/// from making the check quadratic.
const FIELD_NAMES_MAX: usize = 1000;

/// How deep the names of fields inside others are listed: deeper than any
/// record is that was seen (`data.article.body.plain`).
const DEPTH_MAX: usize = 16;

/// Returns the names of the fields of the first records in `head`, in the
/// order of their first appearance; nothing if it holds no whole record, or
/// more names than can be looked through.
///
/// A field of an object inside a record has a name with dots. What is not an
/// object is ignored here and reported when it is read.
pub(crate) fn field_names(head: &[u8], is_whole: bool, are_lines: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |record: &[u8]| {
        let decoded = decode_record(record, None);
        add_names(&decoded.text, "", 1, &mut found);
    };
    if are_lines {
        let mut lines = head.split(|byte| *byte == b'\n');
        if !is_whole {
            lines.next_back();
        }
        lines
            .filter(|line| !line.trim_ascii().is_empty())
            .take(CHECKED_RECORDS)
            .for_each(&mut add);
    } else {
        let mut scan = ObjectScan::default();
        let mut at = 0;
        for _ in 0..CHECKED_RECORDS {
            let Some(object) = scan.next(head, at) else {
                break;
            };
            at = object.end;
            add(&head[object]);
        }
    }
    if found.len() == FIELD_NAMES_MAX {
        found.clear();
    }
    found
}

fn add_names(object: &str, prefix: &str, depth: usize, found: &mut Vec<String>) {
    let mut json = serde_json::Deserializer::from_str(object);
    let fields = json.deserialize_map(FieldList).unwrap_or_default();
    for (name, value) in fields {
        let name = format!("{prefix}{name}");
        let inner = first_object(value.get());
        if found.len() < FIELD_NAMES_MAX && !found.contains(&name) {
            found.push(name.clone());
        }
        if let Some(inner) = inner
            && depth < DEPTH_MAX
        {
            add_names(inner, &format!("{name}."), depth + 1, found);
        }
    }
}

/// Returns the value if it is an object, or the first element of a list if
/// that is one.
fn first_object(value: &str) -> Option<&str> {
    let inner = value.strip_prefix('[').map_or(value, str::trim_start);
    if !inner.starts_with('{') {
        return None;
    }
    let object = ObjectScan::default().next(inner.as_bytes(), 0)?;
    inner.get(object)
}

/// Lists the fields of an object, in order.
struct FieldList;

impl<'de> Visitor<'de> for FieldList {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Ok(Some(field)) = map.next_entry() {
            fields.push(field);
        }
        Ok(fields)
    }
}
