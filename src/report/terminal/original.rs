//! The way from a normalized stretch back to the text as it was read.

use std::ops::Range;

use crate::text::normalize::Normalized;

/// A text and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Original<'a> {
    text: &'a str,
    normalized: &'a Normalized,
}

/// What belongs to what comes after it.
const OPENING: &str = "(（[【{〔《〈<“‘\"'「『#@￥$";

/// What ends a sentence.
const ENDING: &str = "。！？!?；;\n";

impl<'a> Original<'a> {
    pub(super) fn new(text: &'a str, normalized: &'a Normalized) -> Self {
        Original { text, normalized }
    }

    /// Returns the place in the text, in bytes, of a normalized stretch together
    /// with the punctuation around it. Stretches that follow each other
    /// cover the text without gaps.
    pub(super) fn span(&self, units: &Range<usize>) -> Range<usize> {
        let start = self.cut(units.start);
        start..self.cut(units.end).max(start)
    }

    /// Returns the text of a normalized stretch.
    pub(super) fn text(&self, units: &Range<usize>) -> &'a str {
        &self.text[self.span(units)]
    }

    /// Returns the place in the text of a normalized stretch alone.
    pub(super) fn exact(&self, units: &Range<usize>) -> Range<usize> {
        if units.is_empty() {
            let cut = self.cut(units.start);
            return cut..cut;
        }
        self.normalized.span(units.start, units.end).range()
    }

    /// Returns whether a sentence ends before this unit.
    pub(super) fn ends_sentence(&self, unit: usize) -> bool {
        let gap = &self.text[self.gap(unit)];
        gap.chars().any(|c| ENDING.contains(c))
            || gap.starts_with('.') && gap.ends_with(char::is_whitespace)
    }

    /// Returns what lies between this unit and the one before.
    fn gap(&self, unit: usize) -> Range<usize> {
        let len = self.normalized.units.len();
        let start = match unit {
            0 => 0,
            unit => self.normalized.offsets.ends[unit - 1] as usize,
        };
        let end = if unit < len {
            self.normalized.offsets.starts[unit] as usize
        } else {
            self.text.len()
        };
        // Characters that became one together share a place.
        start.min(end)..end
    }

    /// Returns where the text is cut before a unit.
    fn cut(&self, unit: usize) -> usize {
        if unit == 0 {
            return 0;
        }
        if unit == self.normalized.units.len() {
            return self.text.len();
        }
        let gap = self.gap(unit);
        let between = &self.text[gap.clone()];
        let opening = between.char_indices().find(|(at, c)| {
            let closes = between[*at..].starts_with("</");
            OPENING.contains(*c) && !closes
        });
        gap.start + opening.map_or(between.len(), |(at, _)| at)
    }
}
