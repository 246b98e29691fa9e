//! What the normalizer writes to: units alone, or units with their offsets.

use crate::simd::normalize_run;
use crate::text::normalize::offsets::Normalized;

/// A destination of normalized units.
pub(super) trait Output {
    /// Normalizes plain characters from `at` on; returns the offset of the first
    /// character that needs more, or the length of the text.
    ///
    /// A character that is dropped needs more after a digit.
    fn run(&mut self, bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> usize;
    fn push(&mut self, unit: u16, start: usize, end: usize);
    /// Returns the units of this text.
    fn units(&mut self) -> &mut [u16];
    /// Returns the unit that has this many units of the text after it.
    fn unit_back(&self, back: usize) -> Option<u16>;
    /// Returns the number of units, those of other texts included.
    fn len(&self) -> usize;
    /// Removes the unit at an index.
    fn remove(&mut self, at: usize);
    /// Replaces the unit at an index by another.
    fn replace(&mut self, at: usize, unit: u16);

    fn last(&self) -> Option<u16> {
        self.unit_back(0)
    }

    /// Extends the span of the last unit to `end`.
    fn extend_last(&mut self, end: usize);
    fn remove_last(&mut self, units: usize);
}

/// The units alone, after those of other texts.
pub(super) struct UnitsOnly<'a> {
    pub(super) units: &'a mut Vec<u16>,
    /// Where this text begins among the units.
    pub(super) begin: usize,
}

impl Output for UnitsOnly<'_> {
    fn run(&mut self, bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> usize {
        let after_digit = self.last().is_some_and(normalize_run::is_digit);
        normalize_run::units(bytes, at, table, after_digit, self.units)
    }

    fn units(&mut self) -> &mut [u16] {
        &mut self.units[self.begin..]
    }

    fn push(&mut self, unit: u16, _: usize, _: usize) {
        self.units.push(unit);
    }

    fn unit_back(&self, back: usize) -> Option<u16> {
        self.units[self.begin..].iter().rev().nth(back).copied()
    }

    fn len(&self) -> usize {
        self.units.len()
    }

    fn replace(&mut self, at: usize, unit: u16) {
        self.units[at] = unit;
    }

    fn remove(&mut self, at: usize) {
        self.units.remove(at);
    }

    fn extend_last(&mut self, _: usize) {}

    fn remove_last(&mut self, units: usize) {
        self.units
            .truncate(self.begin.max(self.units.len().saturating_sub(units)));
    }
}

impl Output for Normalized {
    fn run(&mut self, bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> usize {
        let after_digit = self.last().is_some_and(normalize_run::is_digit);
        normalize_run::units_and_spans(
            bytes,
            at,
            table,
            after_digit,
            &mut self.units,
            &mut self.offsets.starts,
            &mut self.offsets.ends,
        )
    }

    fn units(&mut self) -> &mut [u16] {
        &mut self.units
    }

    fn push(&mut self, unit: u16, start: usize, end: usize) {
        self.units.push(unit);
        self.offsets.starts.push(start as u32);
        self.offsets.ends.push(end as u32);
    }

    fn unit_back(&self, back: usize) -> Option<u16> {
        self.units.iter().rev().nth(back).copied()
    }

    fn len(&self) -> usize {
        self.units.len()
    }

    fn replace(&mut self, at: usize, unit: u16) {
        self.units[at] = unit;
    }

    fn remove(&mut self, at: usize) {
        self.units.remove(at);
        self.offsets.starts.remove(at);
        self.offsets.ends.remove(at);
    }

    fn extend_last(&mut self, end: usize) {
        let Some(&last) = self.offsets.starts.last() else {
            return;
        };
        // Both halves of a surrogate pair share the span.
        for (start, span_end) in self
            .offsets
            .starts
            .iter()
            .zip(&mut self.offsets.ends)
            .rev()
            .take(2)
        {
            if *start == last {
                *span_end = end as u32;
            }
        }
    }

    fn remove_last(&mut self, units: usize) {
        let keep = self.units.len().saturating_sub(units);
        self.units.truncate(keep);
        self.offsets.starts.truncate(keep);
        self.offsets.ends.truncate(keep);
    }
}
