//! Maps ranges of the normalized text back to the text as it was read.

use std::ops::Range;

use crate::text::normalize::Normalized;

/// A text as it was read, with the offsets that lead back to it.
#[derive(Clone, Copy)]
pub(super) struct Original<'a> {
    text: &'a str,
    normalized: &'a Normalized,
}

/// Characters that belong to the text that follows them.
const OPENING: &str = "(（[【{〔《〈<“‘\"'「『#@￥$";

/// Characters that end a sentence.
const ENDING: &str = "。！？!?；;\n";

impl<'a> Original<'a> {
    pub(super) fn new(text: &'a str, normalized: &'a Normalized) -> Self {
        Original { text, normalized }
    }

    /// Returns the byte range of a normalized range together with the
    /// punctuation around it. The spans of adjacent ranges cover the text
    /// without gaps.
    pub(super) fn span(&self, units: &Range<usize>) -> Range<usize> {
        let start = self.cut(units.start);
        start..self.cut(units.end).max(start)
    }

    /// Returns the text of a normalized range, punctuation included.
    pub(super) fn text(&self, units: &Range<usize>) -> &'a str {
        &self.text[self.span(units)]
    }

    /// Returns the byte range of a normalized range without the punctuation
    /// around it.
    pub(super) fn exact(&self, units: &Range<usize>) -> Range<usize> {
        if units.is_empty() {
            let cut = self.cut(units.start);
            return cut..cut;
        }
        self.normalized.span(units.start, units.end).range()
    }

    /// Returns whether a sentence ends just before this unit.
    pub(super) fn ends_sentence(&self, unit: usize) -> bool {
        let gap = &self.text[self.gap(unit)];
        gap.chars().any(|c| ENDING.contains(c))
            || gap.starts_with('.') && gap.ends_with(char::is_whitespace)
    }

    /// Returns the byte range between this unit and the previous one, which
    /// normalization removed.
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
        // Characters that normalization merged into one share a span.
        start.min(end)..end
    }

    /// Returns the byte at which the text is cut before a unit.
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
