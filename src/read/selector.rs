//! Names of fields as the user writes them: paths, preferences, joins.

use crate::text::normalize::is_invisible;

/// Which field, or which fields, fill a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Selector {
    /// In order of preference; the values of the fields of each are joined.
    alternatives: Vec<Vec<String>>,
}

impl Selector {
    /// Parses `a,b` (a, or else b) and `a+b` (a and b).
    ///
    /// A field whose whole name has commas or signs in it is preferred to
    /// those that the name would mean otherwise.
    pub(crate) fn parse(name: &str) -> Selector {
        let names = |alternative: &str| -> Vec<String> {
            let names = alternative.split('+').map(str::trim);
            names
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        };
        if name.is_empty() {
            return Selector {
                alternatives: Vec::new(),
            };
        }
        let mut alternatives = vec![vec![name.to_owned()]];
        if name.contains([',', '+']) {
            for alternative in name.split(',') {
                let whole = alternative.trim();
                if alternative.contains('+') && whole != name {
                    alternatives.push(vec![whole.to_owned()]);
                }
                alternatives.push(names(alternative));
            }
        }
        alternatives.retain(|names| !names.is_empty());
        Selector { alternatives }
    }

    /// Returns the alternatives, in order of preference.
    pub(crate) fn alternatives(&self) -> &[Vec<String>] {
        &self.alternatives
    }

    /// Returns all names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.alternatives.iter().flatten().map(String::as_str)
    }

    /// Returns whether values of several fields may be joined.
    pub(crate) fn is_joined(&self) -> bool {
        self.alternatives.iter().any(|names| names.len() > 1)
    }

    /// Returns whether one of the fields is among `found`.
    pub(crate) fn is_among<S: AsRef<str>>(&self, found: &[S]) -> bool {
        self.names().any(|name| is_one_of(name, found))
    }

    /// Returns the first field that is not among `found` but is joined with
    /// one that is, unless all fields of another alternative are there.
    pub(crate) fn lacking_of<S: AsRef<str>>(&self, found: &[S]) -> Option<&str> {
        let mut lacking = None;
        for names in &self.alternatives {
            let absent = names.iter().find(|name| !is_one_of(name, found));
            let absent = absent?;
            if names.iter().any(|name| is_one_of(name, found)) {
                lacking.get_or_insert(absent.as_str());
            }
        }
        lacking
    }

    /// Returns the alternatives as positions among `columns`, without those
    /// that are not there.
    pub(crate) fn among_columns(&self, position: impl Fn(&str) -> Option<usize>) -> ColumnSelector {
        let alternatives = self.alternatives.iter();
        let alternatives = alternatives
            .map(|names| names.iter().filter_map(|name| position(name)).collect())
            .filter(|columns: &Vec<usize>| !columns.is_empty())
            .collect();
        ColumnSelector { alternatives }
    }
}

fn is_one_of<S: AsRef<str>>(name: &str, found: &[S]) -> bool {
    found.iter().any(|found| found.as_ref() == name)
}

/// Returns whether a value shows nothing: blanks, line ends, and characters
/// that have no width.
pub(crate) fn is_blank(value: &str) -> bool {
    value.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// The columns of a table that fill a role.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ColumnSelector {
    alternatives: Vec<Vec<usize>>,
}

impl ColumnSelector {
    /// Returns the column, if there is nothing to choose or join.
    pub(crate) fn only(&self) -> Option<usize> {
        match self.alternatives.as_slice() {
            [columns] if columns.len() == 1 => columns.first().copied(),
            _ => None,
        }
    }

    /// Returns the alternatives, in order of preference.
    #[cfg(feature = "parquet")]
    pub(crate) fn alternatives(&self) -> &[Vec<usize>] {
        &self.alternatives
    }

    /// Returns the joined values of the first alternative that has one that is
    /// not empty; an empty string if only such are there, else nothing.
    pub(crate) fn join(
        &self,
        separator: &str,
        mut append: impl FnMut(usize, &mut String) -> bool,
    ) -> Option<String> {
        let mut joined = String::new();
        let mut is_there = false;
        for columns in &self.alternatives {
            for column in columns {
                let before = joined.len();
                if before > 0 {
                    joined.push_str(separator);
                }
                let start = joined.len();
                is_there |= append(*column, &mut joined);
                if is_blank(&joined[start..]) {
                    joined.truncate(before);
                }
            }
            if !joined.is_empty() {
                return Some(joined);
            }
        }
        is_there.then_some(joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(name: &str) -> Vec<Vec<String>> {
        Selector::parse(name).alternatives
    }

    #[test]
    fn commas_are_preferences_and_plus_signs_join() {
        assert_eq!(parsed("text"), [["text"]]);
        assert_eq!(
            parsed("text, 正文,content"),
            [["text, 正文,content"], ["text"], ["正文"], ["content"]]
        );
        let joined = parsed("title+body,text");
        assert_eq!(joined[1], ["title+body"]);
        assert_eq!(joined[2], ["title", "body"]);
        assert_eq!(joined[3], ["text"]);
    }

    #[test]
    fn a_field_that_is_joined_and_not_there_is_found() {
        let lacking = |name: &str| {
            let selector = Selector::parse(name);
            let lacking = selector.lacking_of(&["text", "title"]);
            lacking.map(str::to_owned)
        };
        assert_eq!(lacking("nothing+text").as_deref(), Some("nothing"));
        assert_eq!(lacking("title+text"), None);
        assert_eq!(lacking("nothing+body,text"), None);
        assert_eq!(lacking("nothing+text,text"), None);
        assert_eq!(lacking("nothing,body"), None);
    }

    #[test]
    fn the_first_alternative_that_is_not_empty_is_taken() {
        let values = ["", "a", "b"];
        let append = |column: usize, to: &mut String| {
            to.push_str(values[column]);
            true
        };
        let of = |alternatives: &[&[usize]]| ColumnSelector {
            alternatives: alternatives
                .iter()
                .map(|columns| columns.to_vec())
                .collect(),
        };
        assert_eq!(of(&[&[0], &[1]]).join("\n", append).as_deref(), Some("a"));
        assert_eq!(
            of(&[&[1, 0, 2]]).join("\n", append).as_deref(),
            Some("a\nb")
        );
        assert_eq!(of(&[&[0]]).join("\n", append).as_deref(), Some(""));
        assert_eq!(of(&[]).join("\n", append), None);
    }
}
