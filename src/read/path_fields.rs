//! Fields of documents that stand in the paths of their files, by a pattern such
//! as `{source}/{date}-{title}.txt`.

use std::str::FromStr;

use crate::date::Moment;
use crate::read::walk::Input;

/// Fields that a path gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PathValues {
    pub(crate) id: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) source: Option<String>,
}

/// A pattern of paths with the names of fields in braces.
///
/// It is matched against the end of a path: as many names of folders as it has.
/// A field stands for one or more characters but a slash, as few as will do;
/// a date for as many as make a date. `{*}` is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathFields {
    text: String,
    parts: Vec<Part>,
    /// Number of slashes.
    depth: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(String),
    Field(PathField),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathField {
    Id,
    Title,
    Date,
    Source,
    Any,
}

impl PathFields {
    /// Returns the pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the fields that the path of an input gives; nothing if it does
    /// not match, or is no path.
    pub(crate) fn values(&self, input: &Input) -> Option<PathValues> {
        let path = input.path.as_ref()?.to_str()?;
        let path = match std::path::MAIN_SEPARATOR {
            '/' => path.to_owned(),
            other => path.replace(other, "/"),
        };
        let at = |path: &str| -> Option<PathValues> {
            let parts: Vec<&str> = path.split('/').collect();
            let from = parts.len().checked_sub(self.depth + 1)?;
            let mut values = PathValues::default();
            matches(&self.parts, &parts[from..].join("/"), &mut 0, &mut values).then_some(values)
        };
        // The ending of a compressed file is no part of its name.
        at(&path).or_else(|| at(path.strip_suffix(".gz").or(path.strip_suffix(".zst"))?))
    }
}

/// Matches a whole text, and notes the fields.
///
/// Gives up after [`STEPS_MAX`] steps; `steps` counts them.
fn matches(parts: &[Part], text: &str, steps: &mut u32, values: &mut PathValues) -> bool {
    *steps += 1;
    if *steps > STEPS_MAX {
        return false;
    }
    let Some((part, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    let field = match part {
        Part::Literal(literal) => {
            let tail = text.strip_prefix(literal.as_str());
            return tail.is_some_and(|tail| matches(rest, tail, steps, values));
        }
        Part::Field(field) => *field,
    };
    let within = text.find('/').unwrap_or(text.len());
    let mut ends: Vec<usize> = text[..within]
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    if field == PathField::Date {
        ends.reverse();
    }
    for end in ends {
        let value = text[..end].trim();
        if value.is_empty() || field == PathField::Date && !is_date(value) {
            continue;
        }
        if matches(rest, &text[end..], steps, values) {
            let into = match field {
                PathField::Id => &mut values.id,
                PathField::Title => &mut values.title,
                PathField::Date => &mut values.date,
                PathField::Source => &mut values.source,
                PathField::Any => return true,
            };
            *into = Some(value.to_owned());
            return true;
        }
    }
    false
}

/// Returns whether a value is a date and nothing besides.
fn is_date(value: &str) -> bool {
    let is_part = |c: char| c.is_numeric() || "-./:年月日号时時分秒TtZz+_ ".contains(c);
    value.chars().all(is_part)
        && !value.ends_with(|c| "-./:+_ ".contains(c))
        && Moment::parse(value).is_some()
}

/// Ways to split a path that are tried: a name of nothing but delimiters has
/// millions.
const STEPS_MAX: u32 = 10_000;

/// Most fields of a pattern.
const FIELDS_MAX: usize = 6;

impl FromStr for PathFields {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| {
            Err(format!(
                "{what}; write a pattern such as {{source}}/{{date}}-{{title}}.txt, with id, title, \
                 date, source or *"
            ))
        };
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text.strip_prefix("./").unwrap_or(text);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return wrong("a brace without its end");
            };
            if before.is_empty() && matches!(parts.last(), Some(Part::Field(_))) {
                return wrong("two fields with nothing between them");
            }
            if !before.is_empty() {
                parts.push(Part::Literal(before.to_owned()));
            }
            let field = match name.trim() {
                "id" => PathField::Id,
                "title" => PathField::Title,
                "date" => PathField::Date,
                "source" => PathField::Source,
                "*" => PathField::Any,
                name => return wrong(&format!("no field {name:?}")),
            };
            if field != PathField::Any && parts.contains(&Part::Field(field)) {
                return wrong(&format!("{{{name}}} stands twice"));
            }
            parts.push(Part::Field(field));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Literal(rest.to_owned()));
        }
        let fields = parts.iter().filter(|part| matches!(part, Part::Field(_)));
        match fields.count() {
            0 => return wrong("no field in braces"),
            count if count > FIELDS_MAX => return wrong("more than 6 fields"),
            _ => {}
        }
        let slashes = |part: &Part| match part {
            Part::Literal(literal) => literal.matches('/').count(),
            Part::Field(_) => 0,
        };
        Ok(PathFields {
            text: text.to_owned(),
            depth: parts.iter().map(slashes).sum(),
            parts,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pattern: &str, path: &str) -> Option<[String; 4]> {
        let pattern: PathFields = pattern.parse().unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        let from = parts.len().checked_sub(pattern.depth + 1)?;
        let mut values = PathValues::default();
        let found = matches(
            &pattern.parts,
            &parts[from..].join("/"),
            &mut 0,
            &mut values,
        );
        let PathValues {
            id,
            title,
            date,
            source,
        } = values;
        found.then(|| [id, title, date, source].map(Option::unwrap_or_default))
    }

    #[test]
    fn fields_are_taken_from_the_end_of_a_path() {
        let pattern = "{source}/{date}-{title}.txt";
        let found = values(pattern, "/news/甲报/2020-03-05-防汛-工作.txt").unwrap();
        assert_eq!(found, ["", "防汛-工作", "2020-03-05", "甲报"]);
        // A date is as long as it can be, also where another would fit.
        let found = values(pattern, "甲报/2020-03-第一天.txt").unwrap();
        assert_eq!(found, ["", "第一天", "2020-03", "甲报"]);
        for path in [
            "2020-03-05-标题.txt",
            "甲报/标题.txt",
            "甲报/2020-03-05-题.md",
        ] {
            assert_eq!(values(pattern, path), None, "{path}");
        }
        let found = values("{date}/{*}_{id}.html", "x/2020-03-05/page_17.html").unwrap();
        assert_eq!(found, ["17", "", "2020-03-05", ""]);
    }

    #[test]
    fn patterns_that_name_no_field_are_refused() {
        for text in [
            "",
            "a.txt",
            "{name}.txt",
            "{title",
            "{title}{date}.txt",
            "{date}/{date}.txt",
        ] {
            assert!(text.parse::<PathFields>().is_err(), "{text}");
        }
        let many = "{*}-".repeat(7);
        assert!(many.parse::<PathFields>().is_err());
    }
}
