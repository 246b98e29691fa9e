//! Maps ranges of the normalized text back to the text as it was read.

use std::ops::Range;

use crate::text::letters::is_spaced_character;
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

/// Characters of Chinese numbers.
const NUMERALS: &str = "〇○零一二三四五六七八九十百千万亿两點点";

/// Signs inside a number, and signs at its end.
const INNER: &str = ".．:：∶·/,，";
const PER: &str = "%％‰°℃";

/// Returns whether a character belongs to words or numbers of scripts that
/// separate words by spaces. Here Korean is one of them, and so are the
/// letters of Vietnamese and full-width ones, which texts as read have.
fn is_word(c: char) -> bool {
    let others = matches!(c, '\u{1E00}'..='\u{1FFF}' | '가'..='힣' | '０'..='ｚ');
    c.is_alphanumeric() && (is_spaced_character(c) || others)
}

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

    /// Returns whether the cut before a unit lies inside a word of a script
    /// with spaces, or inside a number with its signs (12,000; 5.2%; 三百一十六).
    pub(super) fn inside_token(&self, unit: usize) -> bool {
        if unit == 0 || unit >= self.normalized.units.len() {
            return false;
        }
        let [ends, starts] = [
            &self.normalized.offsets.ends,
            &self.normalized.offsets.starts,
        ];
        if starts[unit] < ends[unit - 1] {
            // Both units come from one character.
            return true;
        }
        let gap = self.gap(unit);
        let mut left = self.text[..gap.start].chars().rev();
        let mut right = self.text[gap.end..].chars();
        let (Some(before), Some(after)) = (left.next(), right.next()) else {
            return false;
        };
        let digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        match &self.text[gap] {
            "" => {
                let numerals = |c: char| NUMERALS.contains(c);
                (is_word(before) && is_word(after))
                    || (numerals(before) || before == '第') && numerals(after)
                    || digit(Some(before)) && PER.contains(after)
                    || INNER.contains(before) && digit(left.next()) && digit(Some(after))
                    || INNER.contains(after) && digit(Some(before)) && digit(right.next())
            }
            "," | "，" | "." => digit(Some(before)) && digit(Some(after)),
            "'" | "’" => is_word(before) && is_word(after),
            _ => false,
        }
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
