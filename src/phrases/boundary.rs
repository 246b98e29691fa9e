//! The boundary between two characters: a mark, a space, or how strongly the two attract.

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

/// What stands between two normalized characters, or anywhere in a stretch of them.
///
/// For a mark the bits above; else the tightness in sixteenths of a bit, 0 where
/// the boundary is open although it has no mark, [`IN_WORD`] where a word of
/// letters would be cut. What is read together, at random addresses, is in one
/// byte.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Boundary(pub(crate) u8);

/// Returns the bits of a boundary that two gaps share: marks, if either has one.
pub(crate) fn union(one: u8, other: u8) -> u8 {
    match (one & MARK, other & MARK) {
        (MARK, 0) => one,
        (0, MARK) => other,
        _ => one | other,
    }
}

/// Returns the bits of a boundary with a tightness, which the bigram across it
/// has: the text decides first, by a mark, a space, or a word.
#[inline(always)]
pub(crate) fn tightened(byte: u8, tightness: u8) -> u8 {
    match byte {
        0 => tightness,
        SPACE => 0,
        decided => decided,
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
