//! The offsets of a normalized text: where each of its characters came from.

use crate::span::Span;

/// A normalized text that knows where each of its characters came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalized {
    /// The normalized text, as UTF-16.
    pub units: Vec<u16>,
    /// The place of each unit in the text.
    pub offsets: OffsetMap,
}

/// Where each unit of a normalized text came from.
///
/// Both vectors have the length of the normalized text in UTF-16 code units.
/// The two halves of a surrogate pair have the span of their character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap {
    /// Where each unit's character begins in the text, in bytes.
    pub starts: Vec<u32>,
    /// Where each unit's character ends in the text, in bytes; a reading in
    /// brackets belongs to its character.
    pub ends: Vec<u32>,
}

impl Normalized {
    /// Returns the place in the text of the normalized units `start..end`.
    ///
    /// Everything between the first and the last character is covered:
    /// punctuation, tags and readings too.
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or reaches beyond the text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        self.offsets.span(start, end)
    }

    pub(super) fn clear(&mut self) {
        self.units.clear();
        self.offsets.starts.clear();
        self.offsets.ends.clear();
    }
}

impl OffsetMap {
    /// Returns the place in the text of the normalized units `start..end`.
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or reaches beyond the text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        // Characters that composed with one another share a span, so the
        // last one need not end last.
        Span {
            start: u64::from(self.starts[start]),
            end: u64::from(self.ends[end - 1]),
        }
    }
}
