//! Ids in formats that cannot hold every character.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Replaces a character that a format cannot hold.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Returns whether XML 1.0 can hold the character, if only as a reference; DOT
/// follows the same rule.
pub(super) fn is_legal(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Returns the text with U+FFFD for every character that is not legal.
fn legal(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_legal) {
        return Cow::Borrowed(text);
    }
    let replaced = |c| if is_legal(c) { c } else { REPLACEMENT };
    Cow::Owned(text.chars().map(replaced).collect())
}

/// The ids that had to change.
///
/// Two ids that differ only in replaced characters stay distinct: the later one
/// gets `#2` and so on. Only ids with U+FFFD in them are stored.
#[derive(Default)]
pub(super) struct Names {
    taken: HashSet<String>,
    changed: HashMap<String, String>,
}

impl Names {
    /// Returns the name of a new node.
    pub(super) fn of_node<'a>(&'a mut self, id: &'a str) -> &'a str {
        let name = legal(id);
        if !name.contains(REPLACEMENT) {
            return id;
        }
        let mut unique = name.clone().into_owned();
        let mut number = 2_u64;
        while !self.taken.insert(unique.clone()) {
            unique = format!("{name}#{number}");
            number += 1;
        }
        if unique != id {
            self.changed.insert(id.to_owned(), unique);
        }
        self.of(id)
    }

    /// Returns the name of a node that was named before.
    pub(super) fn of<'a>(&'a self, id: &'a str) -> &'a str {
        if self.changed.is_empty() {
            return id;
        }
        self.changed.get(id).map_or(id, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_different_when_characters_are_replaced() {
        let mut names = Names::default();
        let ids = ["a", "b\u{1}", "b\u{2}", "b\u{fffd}", "b\u{fffd}#2", "", "b"];
        let given: Vec<String> = ids.iter().map(|id| names.of_node(id).to_owned()).collect();
        assert_eq!(
            given,
            [
                "a",
                "b\u{fffd}",
                "b\u{fffd}#2",
                "b\u{fffd}#3",
                "b\u{fffd}#2#2",
                "",
                "b"
            ]
        );
        let found: Vec<&str> = ids.iter().map(|id| names.of(id)).collect();
        assert_eq!(found, given);
    }

    #[test]
    fn what_xml_can_not_hold_is_not_legal() {
        for legal in ['\t', '\n', '\r', ' ', '文', '\u{fffd}', '\u{10ffff}', '😀'] {
            assert!(is_legal(legal), "{legal:?}");
        }
        for not in ['\0', '\u{8}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            assert!(!is_legal(not), "{not:?}");
        }
    }
}
