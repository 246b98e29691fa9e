//! Takes note of signs that are left out and may still say something, each with
//! its place among the letters that stay.

use crate::text::marks::Mark;
use crate::text::numbers::is_sign;

/// The signs of one text that were left out so far.
#[derive(Default)]
pub(super) struct LeftOut {
    marks: Vec<Mark>,
    /// Units of the normalized text that were counted.
    units: usize,
    /// Letters among them.
    letters: u32,
}

impl LeftOut {
    /// Most signs of a text of which note is taken: a text with more of them is
    /// made of them.
    const MOST: usize = 1 << 16;

    /// Counts the letters of what is normalized so far; the last `pending` units
    /// may be taken back.
    ///
    /// All calls together take one pass over the text: of what was counted, only
    /// signs are taken back.
    pub(super) fn place(&mut self, units: &[u16], pending: usize) -> u32 {
        let end = units.len().saturating_sub(pending);
        let new = units.get(self.units..end).unwrap_or(&[]);
        self.letters += new.iter().filter(|unit| !is_sign(**unit)).count() as u32;
        self.units = end;
        self.letters
    }

    pub(super) fn push(&mut self, mark: Option<Mark>) {
        let Some(mark) = mark.filter(|_| self.marks.len() < Self::MOST) else {
            return;
        };
        let goes_on = self
            .marks
            .last_mut()
            .is_some_and(|last| last.goes_on(&mark));
        if !goes_on {
            self.marks.push(mark);
        }
    }

    pub(super) fn into_marks(self) -> Vec<Mark> {
        self.marks
    }
}
