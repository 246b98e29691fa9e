//! From a line of JSON to the fields of a record.

use std::borrow::Cow;
use std::fmt;

use memchr::{memchr, memchr_iter};
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::corpus::Location;
use crate::read::Fields;
use crate::read::collector::{Collector, RawRecord};
use crate::read::encoding::{self, Decoded};
use crate::read::fields::FieldRole;
use crate::read::sink::Sink;
use crate::span::Span;

/// Where the lines of a chunk come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) input: u32,
    pub(crate) name: &'a str,
    /// Bytes of the input before the chunk.
    pub(crate) offset: u64,
    /// The number of the chunk's first line, from 1.
    pub(crate) line: u64,
}

/// Reads the records of a chunk of whole lines.
///
/// Copies only strings with escapes, into buffers that are used again.
pub(crate) fn read_lines<S: Sink>(
    bytes: &[u8],
    origin: Origin<'_>,
    fields: &Fields,
    collector: &mut Collector<S>,
) {
    let mut buffers = Buffers::default();
    let mut start = 0;
    let ends = memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    for (number, end) in (origin.line..).zip(ends) {
        let line = bytes.get(start..end).unwrap_or(&[]);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if !line.trim_ascii().is_empty() {
            let begin = origin.offset + start as u64;
            let span = Span {
                start: begin,
                end: begin + line.len() as u64,
            };
            let location = Location {
                input: origin.input,
                span,
                line: number,
            };
            let decoded = decode_line(line);
            match parse(&decoded.text, fields, &mut buffers) {
                Ok(found) => {
                    let damaged = found.damaged || decoded.replaced > 0;
                    let found = RawRecord {
                        encoding: decoded.encoding,
                        damaged,
                        ..found
                    };
                    collector.record(origin.name, &found, location);
                }
                Err(what) => collector.skip(origin.input, origin.name, number, what),
            }
            if collector.is_over() {
                return;
            }
        }
        start = end + 1;
    }
}

fn decode_line(line: &[u8]) -> Decoded<'_> {
    match simdutf8::basic::from_utf8(line) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: "UTF-8",
            replaced: 0,
        },
        Err(_) => encoding::decode(line),
    }
}

/// Unescaped strings, one per role.
#[derive(Default)]
struct Buffers([String; 5]);

/// Returns the fields of the object on `line`, or what is wrong with it.
fn parse<'a>(
    line: &'a str,
    fields: &Fields,
    buffers: &'a mut Buffers,
) -> Result<RawRecord<'a>, String> {
    let mut json = serde_json::Deserializer::from_str(line);
    let raw = WantedFields(fields)
        .deserialize(&mut json)
        .and_then(|raw| json.end().map(|()| raw));
    let raw = raw.map_err(|error| broken(&error))?;
    let mut damaged = false;
    let mut values = [None; 5];
    for ((value, raw), buffer) in values.iter_mut().zip(raw).zip(&mut buffers.0) {
        *value = raw.and_then(|raw| literal(raw, buffer, &mut damaged));
    }
    let [id, text, title, date, source] = values;
    let raw_text = raw[FieldRole::Text as usize].map(RawValue::get);
    let name = &fields.text;
    match (text, raw_text) {
        (Some(text), Some(raw)) if raw.starts_with('"') => Ok(RawRecord {
            id,
            text,
            title,
            date,
            source,
            encoding: "UTF-8",
            damaged,
        }),
        (Some(_), Some(raw)) => Err(format!(
            "field {name:?} is {}, not a string; mend the record, or name another text field",
            kind_of(raw)
        )),
        _ => Err(format!(
            "no string field {name:?}; name the field that holds the text"
        )),
    }
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

fn kind_of(raw: &str) -> &'static str {
    match raw.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a truth value",
        _ => "a number",
    }
}

/// Returns the characters of a string, the literal text of any other value,
/// nothing for null.
fn literal<'a>(raw: &'a RawValue, buffer: &'a mut String, damaged: &mut bool) -> Option<&'a str> {
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
    *damaged |= unescape(inner, buffer);
    Some(buffer)
}

/// Appends the characters of a JSON string whose syntax has been checked, and
/// says whether a lone surrogate had to be replaced by U+FFFD.
fn unescape(mut rest: &str, into: &mut String) -> bool {
    let mut damaged = false;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        into.push_str(before);
        let (c, len) = match escape.as_bytes().get(1) {
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'b') => ('\u{8}', 2),
            Some(b'f') => ('\u{c}', 2),
            Some(b'u') => match (code_unit(escape), escape.get(6..).and_then(code_unit)) {
                (Some(high @ 0xd800..0xdc00), Some(low @ 0xdc00..0xe000)) => {
                    let code = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                    (char::from_u32(code).unwrap_or('\u{fffd}'), 12)
                }
                (unit, _) => {
                    let c = unit.and_then(char::from_u32);
                    damaged |= c.is_none();
                    (c.unwrap_or('\u{fffd}'), 6)
                }
            },
            // A quote, a slash or a backslash.
            Some(&byte) => (char::from(byte), 2),
            None => break,
        };
        into.push(c);
        rest = escape.get(len..).unwrap_or("");
    }
    into.push_str(rest);
    damaged
}

/// Returns the number of a `\uXXXX` that `text` begins with.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

/// Reads the wanted fields of an object; of fields with one name, the last.
struct WantedFields<'f>(&'f Fields);

impl<'de> DeserializeSeed<'de> for WantedFields<'_> {
    type Value = [Option<&'de RawValue>; 5];

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for WantedFields<'_> {
    type Value = [Option<&'de RawValue>; 5];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut values = [None; 5];
        while let Some(roles) = map.next_key_seed(KeyRoles(self.0))? {
            if roles == [false; 5] {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let raw = map.next_value::<&RawValue>()?;
            for (value, wanted) in values.iter_mut().zip(roles) {
                if wanted {
                    *value = Some(raw);
                }
            }
        }
        Ok(values)
    }
}

/// Reads a key, and returns which roles it fills.
struct KeyRoles<'f>(&'f Fields);

impl<'de> DeserializeSeed<'de> for KeyRoles<'_> {
    type Value = [bool; 5];

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<[bool; 5], D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for KeyRoles<'_> {
    type Value = [bool; 5];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, key: &str) -> Result<[bool; 5], E> {
        Ok(FieldRole::ALL.map(|role| self.0.name(role) == key))
    }
}

/// Returns the names of an object's fields, in order, once each.
struct FieldNames;

impl<'de> Visitor<'de> for FieldNames {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<String>, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            names.push(name);
        }
        Ok(names)
    }
}

/// Number of records whose fields are checked before the work begins: some
/// records lack a field, hardly ever ten in a row.
const CHECKED_RECORDS: usize = 10;

/// Number of field names that are remembered for a message; keeps a hostile
/// record from making the check quadratic.
const FIELD_NAMES_MAX: usize = 1000;

/// Returns the names of the fields of the first records in `head`, in the
/// order of their first appearance; nothing if it holds no whole record.
///
/// Lines that are not objects are ignored here and reported when they are read.
pub(crate) fn field_names(head: &[u8], is_whole: bool) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut lines = head.split(|byte| *byte == b'\n');
    if !is_whole {
        lines.next_back();
    }
    for line in lines
        .filter(|line| !line.trim_ascii().is_empty())
        .take(CHECKED_RECORDS)
    {
        let decoded = decode_line(line);
        let mut json = serde_json::Deserializer::from_str(&decoded.text);
        let names = json.deserialize_map(FieldNames).unwrap_or_default();
        for name in names {
            if !found.contains(&name) && found.len() < FIELD_NAMES_MAX {
                found.push(name);
            }
        }
    }
    found
}
