//! The boundary before every position: a mark, a space, or how strongly two characters attract.

use crate::prefetch::prefetch;

/// Any mark that a reader sees, the three dots of a list included.
pub(crate) const MARK: u8 = 0x80;

/// A comma or more.
pub(crate) const COMMA: u8 = 0x40;

/// The end of a sentence or a line.
pub(crate) const STOP: u8 = 0x20;

/// A quotation or a title begins.
pub(crate) const QUOTATION: u8 = 0x10;

/// What begins is a title: 《, not “; without [`QUOTATION`], it is a bracket.
pub(crate) const TITLE: u8 = 0x08;

/// A separator of list items or clauses.
pub(crate) const SPLIT: u8 = 0x04;

/// A line ends.
pub(crate) const LINE: u8 = 0x02;

/// A quotation, a title or a bracket ends; a bit of marks only.
pub(crate) const CLOSING: u8 = 0x01;

/// A space between two words, where there is no mark; becomes an open boundary
/// when boundaries are tightened.
pub(crate) const SPACE: u8 = 0x01;

/// Two characters of one word, in a script that parts words by spaces.
pub(crate) const IN_WORD: u8 = 0x7f;

/// Tightness inside a word, in [`Boundary::STEP`]s: more than that of any other
/// boundary, so that a string that mostly begins or ends inside a word is cut,
/// whatever its letters.
const IN_WORD_STEPS: u32 = 256;

/// Greatest tightness, in bits: that of rare characters has no bound.
const TIGHTEST: f32 = 7.875;

/// Steps a bit in the stored byte.
const STEPS: f32 = 16.0;

/// A byte before every position, and one at the end.
///
/// For a mark the bits above; else the tightness in sixteenths of a bit, 0 where
/// the boundary is open although it has no mark, [`IN_WORD`] where a word of
/// letters would be cut. What is read together, at random addresses, is in one
/// byte.
#[derive(Debug)]
pub(crate) struct Boundaries {
    bytes: Vec<u8>,
}

/// What stands between two normalized characters, or anywhere in a stretch of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boundary(u8);

impl Boundaries {
    /// Returns the boundaries of a text of `symbols` symbols, all open.
    pub(crate) fn open(symbols: usize) -> Self {
        Boundaries {
            bytes: vec![0; symbols + 1],
        }
    }

    /// Returns the bytes, to write marks into.
    pub(crate) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Sets the tightness of a boundary, unless the text decides it: a mark, a
    /// space, a word. To be called once for a boundary.
    #[inline]
    pub(crate) fn tighten(&mut self, position: u32, tightness: u8) {
        let byte = &mut self.bytes[position as usize];
        *byte = match *byte {
            0 => tightness,
            SPACE => 0,
            decided => decided,
        };
    }

    /// Prefetches the boundary before a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        prefetch(&self.bytes, position as usize);
    }

    /// Returns the boundary before a position.
    #[inline(always)]
    pub(crate) fn at(&self, position: u32) -> Boundary {
        Boundary(self.bytes[position as usize])
    }

    /// Returns whether `len` characters belong to one word of a script that
    /// parts words by spaces.
    #[inline]
    pub(crate) fn is_one_word(&self, position: u32, len: u32) -> bool {
        let (from, to) = (position as usize + 1, (position + len) as usize);
        self.bytes[from..to.max(from)].iter().all(|b| *b == IN_WORD)
    }

    /// Returns the lengths of the first and the last word in `len` characters,
    /// where they are words of letters; else 1.
    pub(crate) fn outer_words(&self, position: u32, len: u32) -> [usize; 2] {
        let boundaries = &self.bytes[position as usize + 1..(position + len) as usize];
        let in_word = |boundary: &&u8| **boundary == IN_WORD;
        [
            1 + boundaries.iter().take_while(in_word).count(),
            1 + boundaries.iter().rev().take_while(in_word).count(),
        ]
    }

    /// Returns the union of the marks inside `len` characters.
    #[inline]
    pub(crate) fn inside(&self, position: u32, len: u32) -> Boundary {
        let (from, to) = (position as usize + 1, (position + len) as usize);
        let marks = self.bytes[from..to.max(from)].iter().fold(0, |all, byte| {
            // All bits if it is a mark, none if it is a tightness.
            all | byte & ((*byte as i8) >> 7) as u8
        });
        Boundary(marks)
    }
}

/// Returns the bits of a boundary that two gaps share: marks, if either has one.
pub(crate) fn union(one: u8, other: u8) -> u8 {
    match (one & MARK, other & MARK) {
        (MARK, 0) => one,
        (0, MARK) => other,
        _ => one | other,
    }
}

/// Returns a tightness in bits as it is stored: at least one step, for a
/// boundary that is not open.
pub(crate) fn stored(bits: f32) -> u8 {
    (bits.clamp(1.0 / STEPS, TIGHTEST) * STEPS) as u8
}

impl Boundary {
    /// Returns whether it is any mark.
    #[inline(always)]
    pub(crate) fn is_mark(self) -> bool {
        self.0 & MARK != 0
    }

    /// Returns whether it is a comma or more.
    #[inline(always)]
    pub(crate) fn is_comma(self) -> bool {
        self.0 & (MARK | COMMA) == MARK | COMMA
    }

    /// Returns whether a sentence or a line ends.
    #[inline(always)]
    pub(crate) fn is_stop(self) -> bool {
        self.0 & (MARK | STOP) == MARK | STOP
    }

    /// Returns whether a quotation or a title begins.
    #[inline(always)]
    pub(crate) fn is_quotation(self) -> bool {
        self.0 & (MARK | QUOTATION) == MARK | QUOTATION
    }

    /// Returns whether a quotation, a title or a bracket begins.
    #[inline(always)]
    pub(crate) fn is_opening(self) -> bool {
        self.is_mark() && self.0 & (QUOTATION | TITLE) != 0
    }

    /// Returns whether a quotation, a title or a bracket ends.
    #[inline(always)]
    pub(crate) fn is_closing(self) -> bool {
        self.0 & (MARK | CLOSING) == MARK | CLOSING
    }

    /// Returns whether a line ends.
    #[inline(always)]
    pub(crate) fn is_line(self) -> bool {
        self.0 & (MARK | LINE) == MARK | LINE
    }

    /// Returns whether it separates list items or clauses.
    #[inline(always)]
    pub(crate) fn is_split(self) -> bool {
        self.0 & (MARK | SPLIT) == MARK | SPLIT
    }

    /// Returns whether it separates the members of a list, not clauses.
    #[inline(always)]
    pub(crate) fn is_enumeration(self) -> bool {
        self.is_split() && !self.is_comma()
    }

    /// Returns whether a title begins.
    #[inline(always)]
    pub(crate) fn is_title(self) -> bool {
        self.0 & (MARK | QUOTATION | TITLE) == MARK | QUOTATION | TITLE
    }

    /// Returns whether a word may end here: a mark, or a function character
    /// that is not bound to its neighbour.
    #[inline(always)]
    pub(crate) fn is_open(self) -> bool {
        self.steps() == 0
    }

    /// Returns how tight it is, in [`Boundary::STEP`]s; 0 when open.
    #[inline(always)]
    pub(crate) fn steps(self) -> u32 {
        match self.0 {
            MARK.. => 0,
            IN_WORD => IN_WORD_STEPS,
            steps => u32::from(steps),
        }
    }

    /// A step of tightness, in bits.
    pub(crate) const STEP: f32 = 1.0 / STEPS;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_a_stretch_is_what_stands_before_its_later_characters() {
        for mark in 0..12 {
            let mut boundaries = Boundaries::open(12);
            boundaries.bytes.fill(0x7f);
            boundaries.bytes[mark] = MARK | COMMA;
            for from in 0..12 {
                for len in 1..12 - from {
                    let expected = (from + 1..from + len).contains(&(mark as u32));
                    let found = boundaries.inside(from, len);
                    assert_eq!(found.is_comma(), expected, "{mark} in {from} + {len}");
                    assert!(!found.is_stop());
                }
            }
        }
    }

    #[test]
    fn a_space_is_open_and_a_word_is_tighter_than_any_bigram() {
        let mut boundaries = Boundaries::open(2);
        boundaries.bytes_mut()[..2].copy_from_slice(&[SPACE, IN_WORD]);
        (0..3).for_each(|position| boundaries.tighten(position, stored(100.0)));
        assert!(boundaries.at(0).is_open() && !boundaries.at(0).is_mark());
        assert!(!boundaries.at(1).is_mark() && boundaries.at(1).steps() > boundaries.at(2).steps());
    }

    #[test]
    fn a_mark_is_open_and_never_tight() {
        let mut boundaries = Boundaries::open(2);
        boundaries.bytes_mut()[1] = MARK | STOP;
        boundaries.tighten(0, stored(100.0));
        boundaries.tighten(1, stored(3.0));
        assert_eq!(boundaries.at(0).steps(), 126);
        assert!(
            boundaries.at(1).is_open()
                && boundaries.at(1).is_stop()
                && !boundaries.at(1).is_comma()
        );
        assert!(boundaries.at(2).is_open() && !boundaries.at(2).is_mark());
    }
}
