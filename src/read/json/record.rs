//! From a JSON object to the fields of a record.

use std::collections::BTreeMap;
use std::fmt;

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::read::Fields;
use crate::read::collector::RawRecord;
use crate::read::fields::FieldRole;
use crate::read::json::repair::repair;
use crate::read::json::unescape::unescape;
use crate::read::selector::is_blank;

/// Largest number of keys that are looked for in a record: they stand in an
/// array on the stack, and names with more would be a mistake.
const KEYS_MAX: usize = 24;

/// How deep lists may stand in each other to be joined as one text.
const DEPTH_MAX: usize = 8;

/// Fields of an object in a list that hold its words: those of chat messages
/// in the forms that are common.
const CONTENT_KEYS: [&str; 5] = ["content", "text", "value", "parts", "message"];

/// The keys that are looked for in objects, and what they fill.
#[derive(Clone, Debug)]
pub(crate) struct JsonFields {
    keys: Vec<String>,
    roles: [JsonRole; FieldRole::COUNT],
}

#[derive(Clone, Debug)]
struct JsonRole {
    /// The name as the user wrote it.
    name: String,
    alternatives: Vec<Vec<JsonName>>,
    /// The key, if there is nothing to choose, to join or to descend.
    only: Option<usize>,
}

/// A name of a field: a key of the record, or a path that begins with one.
#[derive(Clone, Debug)]
struct JsonName {
    whole: usize,
    path: Option<(usize, Vec<String>)>,
}

impl JsonFields {
    /// Parses the names; or returns why they are too many.
    pub(crate) fn new(fields: &Fields) -> Result<JsonFields, String> {
        let mut keys: Vec<String> = Vec::new();
        let mut index = |key: &str| {
            keys.iter()
                .position(|known| known == key)
                .unwrap_or_else(|| {
                    keys.push(key.to_owned());
                    keys.len() - 1
                })
        };
        let roles = FieldRole::ALL.map(|role| {
            let selector = fields.selector(role);
            let mut name_of = |name: &String| JsonName {
                whole: index(name),
                path: name.split_once('.').map(|(root, rest)| {
                    (index(root), rest.split('.').map(str::to_owned).collect())
                }),
            };
            let alternatives: Vec<Vec<JsonName>> = selector
                .alternatives()
                .iter()
                .map(|names| names.iter().map(&mut name_of).collect())
                .collect();
            let only = match alternatives.as_slice() {
                [names] => match names.as_slice() {
                    [name] if name.path.is_none() => Some(name.whole),
                    _ => None,
                },
                _ => None,
            };
            JsonRole {
                name: fields.name(role).to_owned(),
                alternatives,
                only,
            }
        });
        if keys.len() > KEYS_MAX {
            return Err(format!(
                "{} names of fields, at most {KEYS_MAX} can be looked for; name fewer",
                keys.len()
            ));
        }
        Ok(JsonFields { keys, roles })
    }
}

/// Strings that are not parts of the input, one per role, and the repaired
/// input.
#[derive(Default)]
pub(super) struct Buffers {
    roles: [String; FieldRole::COUNT],
    repaired: String,
}

/// The values of the wanted keys.
struct RawValues<'a> {
    of_keys: [Option<&'a RawValue>; KEYS_MAX],
    /// Whether there is a key that has two.
    is_repeated: bool,
}

impl<'a> std::ops::Index<usize> for RawValues<'a> {
    type Output = Option<&'a RawValue>;

    fn index(&self, key: usize) -> &Self::Output {
        &self.of_keys[key]
    }
}

/// What a user should know of a record that was read.
struct Noted {
    /// Whether it has characters that can't be decoded.
    damaged: bool,
    /// Whether a field that was read stands twice.
    is_repeated: bool,
}

/// Returns the fields of the object `text`, or what is wrong with it.
pub(super) fn read<'a>(
    text: &'a str,
    fields: &JsonFields,
    buffers: &'a mut Buffers,
) -> Result<RawRecord<'a>, String> {
    let Buffers { roles, repaired } = buffers;
    let raw = match parse(text, fields) {
        Ok(raw) => raw,
        Err(error) if error.is_data() => return Err(broken(&error)),
        Err(error) => {
            if !repair(text, repaired) {
                return Err(broken(&error));
            }
            parse(repaired, fields).map_err(|_| broken(&error))?
        }
    };
    let mut noted = Noted {
        damaged: false,
        is_repeated: raw.is_repeated,
    };
    if let Some(rows) = rows_of_columns(&raw, fields) {
        return Err(format!(
            "a table of {rows} rows by its columns, not a record; write a record on each line"
        ));
    }
    let mut values = [None; FieldRole::COUNT];
    let parts = values.iter_mut().zip(roles).zip(&fields.roles);
    for (((value, buffer), role), of) in parts.zip(FieldRole::ALL) {
        *value = match (of, role.only) {
            (FieldRole::Text, Some(key)) => text_of(raw[key], role, buffer, &mut noted)?,
            (_, Some(key)) => raw[key].and_then(|raw| literal(raw, buffer, &mut noted)),
            (_, None) => choose(&raw, role, &fields.keys, of, buffer, &mut noted)?,
        };
    }
    let [id, text, title, date, source, further] = values;
    let Some(text) = text else {
        let name = &fields.roles[FieldRole::Text as usize].name;
        return Err(format!(
            "no string field {name:?}; name the field that holds the text"
        ));
    };
    Ok(RawRecord {
        id,
        text,
        title,
        date,
        source,
        further,
        encoding: "UTF-8",
        is_certain: true,
        damaged: noted.damaged,
        is_repeated: noted.is_repeated,
    })
}

/// Returns the number of rows if an object holds a table, each field the list of
/// a column: the text and another field are lists of one length.
fn rows_of_columns(raw: &RawValues<'_>, fields: &JsonFields) -> Option<usize> {
    let list = |role: FieldRole| {
        let value = raw[fields.roles[role as usize].only?]?;
        value.get().starts_with('[').then(|| elements(value).len())
    };
    let rows = list(FieldRole::Text).filter(|rows| *rows > 1)?;
    let others = [
        FieldRole::Id,
        FieldRole::Title,
        FieldRole::Date,
        FieldRole::Source,
    ];
    let is_column = |role| list(role) == Some(rows);
    others.into_iter().any(is_column).then_some(rows)
}

/// Hands over all fields of an object but those that are null, in the order of
/// their names: strings as they are, other values as the JSON that they are.
pub(super) fn others(text: &str, mut found: impl FnMut(&str, &str)) {
    let mut repaired = String::new();
    let values: BTreeMap<String, &RawValue> = match serde_json::from_str(text) {
        Ok(values) => values,
        Err(_) if repair(text, &mut repaired) => {
            serde_json::from_str(&repaired).unwrap_or_default()
        }
        Err(_) => return,
    };
    let mut buffer = String::new();
    // Undecodable characters were counted when the record was read.
    let mut noted = Noted {
        damaged: false,
        is_repeated: false,
    };
    for (name, value) in values {
        if let Some(value) = literal(value, &mut buffer, &mut noted) {
            found(&name, value);
        }
    }
}

fn parse<'a>(text: &'a str, fields: &JsonFields) -> serde_json::Result<RawValues<'a>> {
    let mut json = serde_json::Deserializer::from_str(text);
    let raw = WantedFields(&fields.keys).deserialize(&mut json)?;
    json.end()?;
    Ok(raw)
}

fn broken(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let bare = text.split(" at line ").next().unwrap_or(&text);
    if error.is_data() {
        return format!("{bare} on each line; mend or remove the line");
    }
    let column = error.column();
    format!(
        "broken JSON at column {column} ({bare}); expected a JSON object on each line; mend or remove the line"
    )
}

/// Returns the text of the one field that holds it, borrowed where it can be.
fn text_of<'a>(
    raw: Option<&'a RawValue>,
    role: &JsonRole,
    buffer: &'a mut String,
    noted: &mut Noted,
) -> Result<Option<&'a str>, String> {
    let Some(raw) = raw else { return Ok(None) };
    match raw.get().as_bytes().first() {
        Some(b'"') => Ok(literal(raw, buffer, noted)),
        Some(b'n') => Err(not_a_string(&role.name, "null")),
        _ => {
            buffer.clear();
            append_text(raw, 0, buffer, noted).map_err(|kind| not_a_string(&role.name, kind))?;
            Ok(Some(buffer))
        }
    }
}

fn not_a_string(name: &str, kind: &str) -> String {
    format!("field {name:?} is {kind}, not a string; mend the record, or name another text field")
}

/// Returns the joined values of the first alternative that is not empty.
///
/// # Errors
///
/// Fails if a part of a text is no text: the rest would pass for the whole, and
/// texts of one title for copies. An alternative of nothing else is passed over
/// if a later one has words.
fn choose<'a>(
    raw: &RawValues<'a>,
    role: &JsonRole,
    keys: &[String],
    of: FieldRole,
    buffer: &'a mut String,
    noted: &mut Noted,
) -> Result<Option<&'a str>, String> {
    buffer.clear();
    let mut is_there = false;
    let mut is_repeated = false;
    let mut first_fault = None;
    for names in &role.alternatives {
        let mut fault = None;
        for name in names {
            let mut append = |value: &'a RawValue| {
                let before = buffer.len();
                if before > 0 {
                    buffer.push_str(of.separator());
                }
                let start = buffer.len();
                match append_value(value, of, buffer, noted) {
                    Ok(found) => is_there |= found,
                    Err(kind) => fault = fault.or(Some((name.whole, kind))),
                }
                if is_blank(&buffer[start..]) {
                    buffer.truncate(before);
                }
            };
            match (raw[name.whole], &name.path) {
                (Some(value), _) => append(value),
                (None, Some((root, path))) => {
                    if let Some(root) = raw[*root] {
                        is_repeated |= descend(root, path, 0, &mut append);
                    }
                }
                (None, None) => {}
            }
        }
        noted.is_repeated |= is_repeated;
        first_fault = first_fault.or(fault);
        if !buffer.is_empty() {
            match fault {
                Some(_) => break,
                None => return Ok(Some(buffer)),
            }
        }
    }
    match first_fault {
        Some((key, kind)) => Err(not_a_string(&keys[key], kind)),
        None => Ok(is_there.then_some(buffer.as_str())),
    }
}

/// Hands the values at the end of a path to `take`; lists on the way are
/// passed element by element. Returns whether a key of it stands twice.
fn descend<'a>(
    value: &'a RawValue,
    path: &[String],
    depth: usize,
    take: &mut impl FnMut(&'a RawValue),
) -> bool {
    let Some((key, rest)) = path.split_first() else {
        take(value);
        return false;
    };
    match value.get().as_bytes().first() {
        Some(b'{') => {
            let (child, is_repeated) = child(value, key);
            is_repeated | child.is_some_and(|child| descend(child, rest, depth, take))
        }
        Some(b'[') if depth < DEPTH_MAX => {
            let mut is_repeated = false;
            for element in elements(value) {
                is_repeated |= descend(element, path, depth + 1, take);
            }
            is_repeated
        }
        _ => false,
    }
}

/// Returns the value of a key of an object, and whether there are two.
fn child<'a>(object: &'a RawValue, key: &str) -> (Option<&'a RawValue>, bool) {
    let mut json = serde_json::Deserializer::from_str(object.get());
    let keys = [key.to_owned()];
    match WantedFields(&keys).deserialize(&mut json) {
        Ok(values) => (values[0], values.is_repeated),
        Err(_) => (None, false),
    }
}

fn elements(list: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(list.get()).unwrap_or_default()
}

fn append_value(
    value: &RawValue,
    of: FieldRole,
    into: &mut String,
    noted: &mut Noted,
) -> Result<bool, &'static str> {
    if of == FieldRole::Text {
        return append_text(value, 0, into, noted);
    }
    let mut buffer = String::new();
    let literal = literal(value, &mut buffer, noted);
    into.push_str(literal.unwrap_or(""));
    Ok(literal.is_some())
}

/// Appends the words of a value: of a string itself, of a list those of its
/// elements, of an object in a list those of its content; returns whether
/// there was a string, or what else there was.
fn append_text(
    value: &RawValue,
    depth: usize,
    into: &mut String,
    noted: &mut Noted,
) -> Result<bool, &'static str> {
    let raw = value.get();
    match raw.as_bytes().first() {
        Some(b'"') => {
            let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
            noted.damaged |= unescape(inner.unwrap_or(""), into);
            Ok(true)
        }
        Some(b'n') => Ok(false),
        Some(b'[') if depth < DEPTH_MAX => {
            let elements = elements(value);
            let mut is_there = elements.is_empty();
            let begin = into.len();
            for element in elements {
                let before = into.len();
                if before > begin {
                    into.push('\n');
                }
                let start = into.len();
                is_there |= append_text(element, depth + 1, into, noted)
                    .map_err(|_| "a list of other things than strings")?;
                if into.len() == start {
                    into.truncate(before);
                }
            }
            match (depth, is_there) {
                (0, false) => Err("a list without strings"),
                _ => Ok(is_there),
            }
        }
        Some(b'{') if (1..=DEPTH_MAX).contains(&depth) => {
            // A message without words, such as a picture or the call of a tool,
            // adds none.
            let Some(content) = content_of(value, noted) else {
                return Ok(false);
            };
            if content.get() == "null" {
                return Ok(true);
            }
            let is_object = content.get().starts_with('{');
            match append_text(content, depth + 1, into, noted)? {
                // Words under a name that is not known.
                false if is_object => Err("an object"),
                is_there => Ok(is_there),
            }
        }
        Some(b'{') => Err("an object"),
        Some(b'[') => Err("an array"),
        Some(b't' | b'f') => Err("a truth value"),
        _ => Err("a number"),
    }
}

/// Returns what holds the words of an object in a list: the first of its fields
/// that do so and is not empty, else the first of them.
fn content_of<'a>(object: &'a RawValue, noted: &mut Noted) -> Option<&'a RawValue> {
    let mut first = None;
    for key in CONTENT_KEYS {
        let (content, is_repeated) = child(object, key);
        noted.is_repeated |= is_repeated;
        if let Some(content) = content {
            if !["null", "\"\"", "[]", "{}"].contains(&content.get()) {
                return Some(content);
            }
            first = first.or(Some(content));
        }
    }
    // One without a word is as good as one that is not there.
    first.filter(|content| content.get() != "{}")
}

/// Returns the characters of a string, the literal text of any other value,
/// nothing for null.
fn literal<'a>(raw: &'a RawValue, buffer: &'a mut String, noted: &mut Noted) -> Option<&'a str> {
    let raw = raw.get();
    if raw == "null" {
        return None;
    }
    let Some(inner) = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')) else {
        return Some(raw);
    };
    if memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(inner);
    }
    buffer.clear();
    noted.damaged |= unescape(inner, buffer);
    Some(buffer)
}

/// Reads the wanted fields of an object; of fields with one name, the last.
struct WantedFields<'f>(&'f [String]);

impl<'de> DeserializeSeed<'de> for WantedFields<'_> {
    type Value = RawValues<'de>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for WantedFields<'_> {
    type Value = RawValues<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = RawValues {
            of_keys: [None; KEYS_MAX],
            is_repeated: false,
        };
        while let Some(key) = map.next_key_seed(KeyIndex(self.0))? {
            match key {
                Some(key) => {
                    let value = map.next_value::<&RawValue>()?;
                    let before = values.of_keys[key].replace(value);
                    values.is_repeated |= before.is_some_and(|before| before.get() != value.get());
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(values)
    }
}

/// Reads a key, and returns which of the wanted ones it is.
struct KeyIndex<'f>(&'f [String]);

impl<'de> DeserializeSeed<'de> for KeyIndex<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyIndex<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|wanted| wanted == key))
    }
}
