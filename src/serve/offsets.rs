//! Places in a text in the unit that the client counts in.

use serde::Deserialize;
use utoipa::ToSchema;

/// What offsets count: bytes of UTF-8, as in the records of the command line;
/// units of UTF-16, as in JavaScript, Java and C#; or characters, as in Python.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
pub(super) enum Unit {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16")]
    Utf16,
    #[serde(rename = "characters")]
    Characters,
}

/// Bytes between two places that are known.
const STEP: usize = 256;

/// Turns offsets in bytes of a text into those of another unit.
pub(super) struct Offsets<'a> {
    text: &'a str,
    unit: Unit,
    /// The offset at the first character at or behind each multiple of [`STEP`].
    known: Vec<(usize, usize)>,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str, unit: Unit) -> Self {
        let mut known = Vec::new();
        if unit != Unit::Utf8 {
            let (mut at, mut count) = (0, 0);
            while at < text.len() {
                known.push((at, count));
                let end = text.ceil_char_boundary(at + STEP);
                count += len(&text[at..end], unit);
                at = end;
            }
        }
        Offsets { text, unit, known }
    }

    /// Returns the offset of a byte that begins a character, or of the end.
    pub(super) fn at(&self, byte: usize) -> usize {
        if self.unit == Unit::Utf8 {
            return byte;
        }
        let before = self.known.partition_point(|(at, _)| *at <= byte);
        let (at, count) = match before.checked_sub(1) {
            Some(before) => self.known[before],
            None => (0, 0),
        };
        count + len(&self.text[at..byte], self.unit)
    }

    /// Turns both ends of a span.
    pub(super) fn span(&self, span: [u64; 2]) -> [u64; 2] {
        span.map(|at| self.at(at as usize) as u64)
    }
}

fn len(text: &str, unit: Unit) -> usize {
    match unit {
        Unit::Utf8 => text.len(),
        Unit::Utf16 => text.chars().map(char::len_utf16).sum(),
        Unit::Characters => text.chars().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_offsets_are_what_counting_from_the_start_gives(
            text in "(a|防|😀|\u{0301}|\r\n){0,400}"
        ) {
            let [utf8, utf16, characters] = [Unit::Utf8, Unit::Utf16, Unit::Characters]
                .map(|unit| Offsets::new(&text, unit));
            let ends = std::iter::once(text.len());
            for at in text.char_indices().map(|(at, _)| at).chain(ends) {
                prop_assert_eq!(utf8.at(at), at);
                prop_assert_eq!(utf16.at(at), text[..at].encode_utf16().count());
                prop_assert_eq!(characters.at(at), text[..at].chars().count());
            }
        }
    }
}
