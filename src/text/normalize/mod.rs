//! Turns a text into the stream of characters that is compared, with the
//! offset of each in the text.
//!
//! Normalizing is one pass over the text: a table turns each character into the
//! UTF-16 unit that it stands for, and the few characters that need more
//! (`<`, `&`, brackets, combining marks, signs beside digits, those that become
//! several) leave the fast loop for a moment.

mod annotation;
mod casefold;
mod class;
mod elements;
mod entity;
mod left_out;
mod markup;
mod offsets;
mod output;
mod signs;
mod steps;
mod table;
mod waiting;
mod walk;

use std::sync::{Arc, LazyLock};

use crate::text::marks::Mark;
pub use crate::text::script::{merged, simplified};
pub(crate) use markup::reading_end;
pub use offsets::{Normalized, OffsetMap};
use output::{Output, UnitsOnly};
pub(crate) use signs::SEPARATOR;
pub use steps::{NormalizeStep, NormalizeSteps};
use table::NormalizeTable;
pub use table::{is_invisible, is_punctuation};

/// Normalizes texts under one set of steps.
///
/// # Examples
///
/// ```
/// use leitong::text::normalize::{Normalized, Normalizer, NormalizeSteps};
///
/// let normalizer = Normalizer::new(NormalizeSteps::default());
/// let mut normalized = Normalized::default();
/// let text = "<b>聯(lián)防</b>、聯(lián)控！";
/// normalizer.normalize_with_offsets(text, &mut normalized);
/// assert_eq!(String::from_utf16_lossy(&normalized.units), "联防联控");
/// assert_eq!(&text[normalized.span(0, 4).range()], "聯(lián)防</b>、聯(lián)控");
/// ```
#[derive(Clone)]
pub struct Normalizer {
    /// Shared, so that a clone costs nothing.
    table: Arc<NormalizeTable>,
    steps: NormalizeSteps,
}

impl Default for Normalizer {
    /// Returns a normalizer with the steps that are on by default.
    fn default() -> Self {
        Normalizer::new(NormalizeSteps::default())
    }
}

impl Normalizer {
    /// Returns a normalizer for the given steps; takes a few milliseconds, but for
    /// those that are on by default only the first time.
    pub fn new(steps: NormalizeSteps) -> Self {
        static BY_DEFAULT: LazyLock<Arc<NormalizeTable>> =
            LazyLock::new(|| Arc::new(NormalizeTable::new(NormalizeSteps::default())));
        let table = match steps == NormalizeSteps::default() {
            true => Arc::clone(&BY_DEFAULT),
            false => Arc::new(NormalizeTable::new(steps)),
        };
        Normalizer { table, steps }
    }

    /// Returns the steps that are on.
    pub fn steps(&self) -> NormalizeSteps {
        self.steps
    }

    /// Returns a hash of the table of characters, for what is stored and must
    /// not be compared with what another table made.
    pub(crate) fn table_hash(&self) -> u64 {
        self.table.hash()
    }

    /// Appends the normalized text to `units`.
    ///
    /// One pass, no allocation but the growth of `units`.
    pub fn normalize_into(&self, text: &str, units: &mut Vec<u16>) {
        self.normalize_and_note(text, units);
    }

    /// As [`Normalizer::normalize_into`]; returns what it removed.
    pub(crate) fn normalize_and_note(&self, text: &str, units: &mut Vec<u16>) -> Removed {
        let mut output = UnitsOnly {
            begin: units.len(),
            units,
        };
        self.run(text, &mut output)
    }

    /// Replaces `normalized` by the normalized text and its offsets in `text`.
    ///
    /// # Panics
    ///
    /// Panics if the text has 4 GiB or more.
    pub fn normalize_with_offsets(&self, text: &str, normalized: &mut Normalized) {
        assert!(
            u32::try_from(text.len()).is_ok(),
            "offsets in a text have 32 bits"
        );
        normalized.clear();
        self.run(text, normalized);
    }

    fn run(&self, text: &str, out: &mut impl Output) -> Removed {
        walk::Walk::new(&self.table, self.steps, text, out).run()
    }
}

/// What normalizing removed from a text besides single characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Removed {
    /// Tags, comments or entities.
    pub(crate) markup: bool,
    /// Readings in brackets after their characters.
    pub(crate) readings: bool,
    /// Signs that may say something, in the order of their places.
    pub(crate) marks: Vec<Mark>,
}
