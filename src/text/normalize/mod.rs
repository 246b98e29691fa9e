//! Turns a text into the stream of characters that is compared, with the
//! offset of each in the text.
//!
//! Normalizing is one pass over the text: a table turns each character into the
//! UTF-16 unit that it stands for, and the few characters that need more
//! (`<`, `&`, brackets, combining marks, those that become several) leave
//! the fast loop for a moment.

mod annotation;
mod elements;
mod entity;
mod markup;
mod offsets;
mod output;
mod steps;
mod table;

use unicode_normalization::UnicodeNormalization;

pub use offsets::{Normalized, OffsetMap};
use output::{Output, UnitsOnly};
pub use steps::{NormalizeStep, NormalizeSteps};
use table::{AMPERSAND, BRACKET, EXPAND, GAP, JOINER, LESS, NormalizeTable, SPACE};
pub use table::{is_invisible, is_punctuation, simplified};

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
pub struct Normalizer {
    table: NormalizeTable,
    steps: NormalizeSteps,
}

impl Normalizer {
    /// Returns a normalizer for the given steps; takes a few milliseconds.
    pub fn new(steps: NormalizeSteps) -> Self {
        Normalizer {
            table: NormalizeTable::new(steps),
            steps,
        }
    }

    /// Returns the steps that are on.
    pub fn steps(&self) -> NormalizeSteps {
        self.steps
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
        let bytes = text.as_bytes();
        let mut state = State {
            at: 0,
            barrier: 0,
            before_markup: None,
            closers: Default::default(),
            removed: Removed::default(),
        };
        while state.at < bytes.len() {
            state.at = out.run(bytes, state.at, &self.table.units);
            if state.at < bytes.len() {
                self.step(text, &mut state, out);
            }
        }
        state.removed
    }

    /// Handles the one character (or tag, entity, …) where the fast loop stopped.
    fn step(&self, text: &str, state: &mut State, out: &mut impl Output) {
        let at = state.at;
        // The loop stops only on character boundaries.
        let Some(c) = text[at..].chars().next() else {
            return;
        };
        let after = at + c.len_utf8();
        let value = match u16::try_from(u32::from(c)) {
            Ok(unit) => self.table.units[usize::from(unit)],
            Err(_) if self.table.joins_previous(c) => JOINER,
            Err(_) => {
                self.write(out, c, at, after);
                state.at = after;
                return;
            }
        };
        match value {
            JOINER => {
                state.at = self.join(text, state, out);
                return;
            }
            EXPAND => {
                for &unit in self.table.expansion(c as u16) {
                    self.write_unit(out, unit, at, after);
                }
            }
            LESS => {
                if let Some(end) = markup::tag_end(text, at, &mut state.closers) {
                    state.skip(text, end);
                    state.removed.markup = true;
                    if self.steps.word_spaces {
                        self.write_unit(out, GAP, at, end);
                    }
                    return;
                }
                self.write(out, c, at, after);
            }
            AMPERSAND => {
                if let Some((chars, end)) = entity::decode(text, at) {
                    for c in chars.into_iter().flatten() {
                        self.write(out, c, at, end);
                    }
                    state.skip(text, end);
                    state.removed.markup = true;
                    // A reading after it is one of the entity's character.
                    let mut shown = chars.into_iter().flatten().filter(|c| !is_invisible(*c));
                    state.before_markup = shown.next_back().or(state.before_markup);
                    return;
                }
                self.write(out, c, at, after);
            }
            BRACKET => {
                let before = state.before(text);
                if let Some(end) = before.and_then(|han| annotation::reading_end(text, at, han)) {
                    out.extend_last(end);
                    state.skip(text, end);
                    state.removed.readings = true;
                    state.before_markup = None;
                    return;
                }
                self.write(out, c, at, after);
            }
            SPACE => self.write_unit(out, GAP, at, after),
            unit => self.write_unit(out, unit, at, after),
        }
        state.at = after;
    }

    /// Composes the marks at `state.at` together with the character before
    /// them, and returns the offset after the last mark.
    ///
    /// Handles all marks at once: a million of them cost one sort.
    fn join(&self, text: &str, state: &State, out: &mut impl Output) -> usize {
        let mut start = state.at;
        let mut base = None;
        for (offset, c) in text[state.barrier..state.at].char_indices().rev() {
            if !self.table.is_dropped_invisible(c) {
                base = Some(c);
                start = state.barrier + offset;
                break;
            }
        }
        // The units of the base were written already and are removed. A base
        // without units takes part too: `=` and a stroke are `≠`, which is
        // dropped.
        let mut units = Vec::new();
        if let Some(c) = base {
            self.table.map_alone(c, &mut units);
            // A space at its head may be another character's and stays; of
            // other spaces each run was written as one.
            let head = units.iter().take_while(|unit| **unit == GAP).count();
            units.drain(..head);
            units.dedup_by(|b, a| *a == GAP && *b == GAP);
            out.remove_last(units.len());
        }
        let mut segment: String = base.into_iter().collect();
        let mut end = state.at;
        for c in text[state.at..].chars() {
            if self.table.joins_previous(c) {
                segment.push(c);
            } else if !self.table.is_dropped_invisible(c) {
                break;
            }
            end += c.len_utf8();
        }
        units.clear();
        for c in segment.nfkc() {
            self.table.map_composed(c, &mut units);
        }
        for &unit in &units {
            self.write_unit(out, unit, start, end);
        }
        end
    }

    fn write(&self, out: &mut impl Output, c: char, start: usize, end: usize) {
        let mut units = Vec::new();
        self.table.map_alone(c, &mut units);
        for unit in units {
            self.write_unit(out, unit, start, end);
        }
    }

    fn write_unit(&self, out: &mut impl Output, unit: u16, start: usize, end: usize) {
        if unit != GAP {
            out.push(unit, start, end);
        } else if out.last().is_some_and(|last| last != u16::from(b' ')) {
            out.push(u16::from(b' '), start, end);
        }
    }
}

/// Where the slow part of normalizing stands.
struct State {
    /// Offset of the next character.
    at: usize,
    /// Offset after the last tag, entity or reading, across which no
    /// characters join.
    barrier: usize,
    /// The character before that tag.
    before_markup: Option<char>,
    closers: markup::Closers,
    removed: Removed,
}

/// What normalizing removed from a text besides single characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Removed {
    /// Tags, comments or entities.
    pub(crate) markup: bool,
    /// Readings in brackets after their characters.
    pub(crate) readings: bool,
}

impl State {
    /// Returns the character before `at`, but for markup and invisible
    /// characters.
    fn before(&self, text: &str) -> Option<char> {
        let since = &text[self.barrier..self.at];
        since
            .chars()
            .rev()
            .find(|c| !is_invisible(*c))
            .or(self.before_markup)
    }

    fn skip(&mut self, text: &str, end: usize) {
        self.before_markup = self.before(text);
        self.at = end;
        self.barrier = end;
    }
}
