//! Places in a text or a file: in bytes as it was read, in units as it was normalized.

use std::ops::Range;

/// A half-open range of byte offsets, `start..end`.
///
/// In a text the offsets lie on character boundaries; in a file they count
/// the bytes as they were read, after decompression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset after the last byte.
    pub end: u64,
}

impl Span {
    /// Returns the span `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span {
            start: start as u64,
            end: end as u64,
        }
    }

    /// Returns the number of bytes covered.
    pub fn len_bytes(self) -> u64 {
        self.end - self.start
    }

    /// Returns the span as a range, to slice with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A half-open range of UTF-16 units of a normalized text, `start..end`: the
/// offsets in which texts are compared.
///
/// The three kinds of offsets have three types: [`Span`] counts the bytes of a
/// text or a file as it was read, a `UnitSpan` what is left of it once it was
/// normalized, and characters are counted, never addressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitSpan {
    /// Offset of the first unit.
    pub start: u32,
    /// Offset after the last unit.
    pub end: u32,
}

impl UnitSpan {
    /// Returns the number of units covered.
    #[inline]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Returns whether no unit is covered.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Returns whether a unit is covered.
    #[inline]
    pub fn contains(self, unit: u32) -> bool {
        (self.start..self.end).contains(&unit)
    }

    /// Returns the span as a range, to slice with.
    #[inline]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Returns the number of characters of a normalized text that are covered: a
    /// surrogate pair is one.
    ///
    /// # Panics
    ///
    /// As [`UnitSpan::of`].
    pub fn characters(self, units: &[u16]) -> u32 {
        // Counts as wide as the units themselves fill a register best.
        let some = self.of(units).chunks(usize::from(u16::MAX));
        let counts = some.map(|units| {
            let is_begin = units.iter().map(|unit| u16::from(*unit & 0xFC00 != 0xDC00));
            u32::from(is_begin.sum::<u16>())
        });
        counts.sum()
    }

    /// Returns what of a normalized text is covered.
    ///
    /// # Panics
    ///
    /// Panics if the span reaches beyond the text.
    #[inline]
    pub fn of(self, units: &[u16]) -> &[u16] {
        &units[self.range()]
    }
}

impl From<Range<u32>> for UnitSpan {
    fn from(range: Range<u32>) -> Self {
        UnitSpan {
            start: range.start,
            end: range.end,
        }
    }
}

impl From<UnitSpan> for Range<u32> {
    fn from(span: UnitSpan) -> Self {
        span.start..span.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_characters_are_those_of_the_string(
            text in "[a甲𠀀]{0,40}", repeated in 1_usize..3_000, start in 0_u32..60, len in 0_u32..200_000,
        ) {
            let units: Vec<u16> = text.repeat(repeated).encode_utf16().collect();
            let end = (start + len).min(units.len() as u32);
            let span = UnitSpan::from(start.min(end)..end);
            let begins = span.of(&units).iter().filter(|unit| !(0xDC00..0xE000).contains(*unit));
            prop_assert_eq!(span.characters(&units), begins.count() as u32);
            let all = UnitSpan::from(0..units.len() as u32);
            prop_assert_eq!(all.characters(&units) as usize, text.chars().count() * repeated);
        }
    }
}
