//! How many places of a repeat are listed.

use crate::suffix::interval::Interval;

/// How many places of a repeat are listed.
///
/// A text that repeats itself all along has as many repeats as characters, each
/// at nearly as many places, so that the list grows with the square of the
/// text. What is left out can be told: a repeat counts all its occurrences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlaceLimit {
    /// A thousand, and of a repeat of more than a hundred characters as many as
    /// have a hundred thousand together, but sixteen at least: near linear in
    /// the text, whatever repeats.
    #[default]
    Usual,
    /// So many of each.
    Each(usize),
    /// All of them.
    All,
}

impl PlaceLimit {
    /// Returns the most places that are listed of a repeat of some characters.
    pub(crate) fn of(self, length: u32) -> usize {
        /// Most places of a repeat.
        const MOST: usize = 1_000;
        /// Characters of its places together.
        const CHARACTERS: usize = 100_000;
        /// Places of the longest repeat.
        const LEAST: usize = 16;
        match self {
            PlaceLimit::Usual => (CHARACTERS / length.max(1) as usize).clamp(LEAST, MOST),
            PlaceLimit::Each(most) => most.max(1),
            PlaceLimit::All => usize::MAX,
        }
    }

    /// Returns how many places of an interval are listed.
    pub(crate) fn listed(self, interval: &Interval) -> u64 {
        interval.occurrences.min(self.of(interval.length) as u64)
    }
}
