//! Folds a text to the characters that are compared, and knows the way back.
//!
//! Folding is one pass over the text: a table turns each character into the
//! UTF-16 unit that it stands for, and the few characters that need more
//! (`<`, `&`, brackets, combining marks, those that fold to several) leave
//! the fast loop for a moment.

mod annotation;
mod markup;
mod steps;
mod table;

use unicode_normalization::UnicodeNormalization;

use crate::simd::normalize_run;
use crate::span::Span;

pub use steps::{NormalizeStep, NormalizeSteps};
use table::{AMPERSAND, BRACKET, EXPAND, GAP, JOINER, LESS, NormalizeTable, SPACE};
pub use table::{is_invisible, is_punctuation, simplified};

/// A normalized text that knows where each of its characters came from.
///
/// The three vectors have one length: that of the normalized text in UTF-16 code
/// units. Both halves of a surrogate pair have the span of their character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Normalized {
    /// The normalized text, as UTF-16.
    pub units: Vec<u16>,
    /// Where each unit's character begins in the text, in bytes.
    pub starts: Vec<u32>,
    /// Where each unit's character ends in the text, in bytes; a reading in
    /// brackets belongs to its character.
    pub ends: Vec<u32>,
}

impl Normalized {
    /// Returns the place in the text of the normalized units `start..end`.
    ///
    /// Everything between the first and the last character is covered:
    /// punctuation, tags and readings too.
    ///
    /// # Panics
    ///
    /// Panics if the range is empty or reaches beyond the text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        // Characters that composed with one another share a span, so the
        // last one need not end last.
        Span {
            start: u64::from(self.starts[start]),
            end: u64::from(self.ends[end - 1]),
        }
    }

    fn clear(&mut self) {
        self.units.clear();
        self.starts.clear();
        self.ends.clear();
    }
}

/// Folds texts under one set of steps.
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
        self.normalize_noting(text, units);
    }

    /// Does the same, and says what it took out on the way.
    pub(crate) fn normalize_noting(&self, text: &str, units: &mut Vec<u16>) -> Taken {
        let mut way = NoOffsets {
            begin: units.len(),
            units,
        };
        self.fold(text, &mut way)
    }

    /// Replaces `normalized` by the normalized text and the way back to `text`.
    ///
    /// # Panics
    ///
    /// Panics if the text has 4 GiB or more.
    pub fn normalize_with_offsets(&self, text: &str, normalized: &mut Normalized) {
        assert!(
            u32::try_from(text.len()).is_ok(),
            "a text of 4 GiB or more has no way back"
        );
        normalized.clear();
        self.fold(text, normalized);
    }

    fn fold(&self, text: &str, out: &mut impl Out) -> Taken {
        let bytes = text.as_bytes();
        let mut state = State {
            at: 0,
            barrier: 0,
            before_markup: None,
            closers: Default::default(),
            taken: Taken::default(),
        };
        while state.at < bytes.len() {
            state.at = out.run(bytes, state.at, &self.table.units);
            if state.at < bytes.len() {
                self.step(text, &mut state, out);
            }
        }
        state.taken
    }

    /// Takes the one character (tag, entity, …) that the fast loop left.
    fn step(&self, text: &str, state: &mut State, out: &mut impl Out) {
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
                    state.taken.markup = true;
                    if self.steps.word_spaces {
                        self.write_unit(out, GAP, at, end);
                    }
                    return;
                }
                self.write(out, c, at, after);
            }
            AMPERSAND => {
                if let Some((chars, end)) = markup::entity(text, at) {
                    for c in chars.into_iter().flatten() {
                        self.write(out, c, at, end);
                    }
                    state.skip(text, end);
                    state.taken.markup = true;
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
                    state.taken.readings = true;
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

    /// Normalises the marks at `state.at` together with the character before
    /// them, and returns the offset after the last mark.
    ///
    /// Takes all marks in one go: a million of them cost one sort.
    fn join(&self, text: &str, state: &State, out: &mut impl Out) -> usize {
        let mut start = state.at;
        let mut base = None;
        for (offset, c) in text[state.barrier..state.at].char_indices().rev() {
            if !self.table.is_dropped_invisible(c) {
                base = Some(c);
                start = state.barrier + offset;
                break;
            }
        }
        // What the base has already become is taken back. A base that became
        // nothing takes part too: `=` and a stroke are `≠`, which is dropped.
        let mut units = Vec::new();
        if let Some(c) = base {
            self.table.map_alone(c, &mut units);
            // A space at its head may be another's and stays; others were
            // written, each run of them as one.
            let head = units.iter().take_while(|unit| **unit == GAP).count();
            units.drain(..head);
            units.dedup_by(|b, a| *a == GAP && *b == GAP);
            out.take_back(units.len());
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

    fn write(&self, out: &mut impl Out, c: char, start: usize, end: usize) {
        let mut units = Vec::new();
        self.table.map_alone(c, &mut units);
        for unit in units {
            self.write_unit(out, unit, start, end);
        }
    }

    fn write_unit(&self, out: &mut impl Out, unit: u16, start: usize, end: usize) {
        if unit != GAP {
            out.push(unit, start, end);
        } else if out.last().is_some_and(|last| last != u16::from(b' ')) {
            out.push(u16::from(b' '), start, end);
        }
    }
}

/// Where the slow part of folding stands.
struct State {
    /// Offset of the next character.
    at: usize,
    /// Offset after the last tag, entity or reading: nothing before it joins
    /// what comes after.
    barrier: usize,
    /// The character before that tag.
    before_markup: Option<char>,
    closers: markup::Closers,
    taken: Taken,
}

/// What folding took out of a text besides single characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Tags, comments or entities.
    pub(crate) markup: bool,
    /// Readings in brackets after their characters.
    pub(crate) readings: bool,
}

impl State {
    /// Returns the character before `at`, leaving out markup and what shows
    /// nothing.
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

/// Where normalized units go.
trait Out {
    /// Folds plain characters from `at` on; returns the offset of the first
    /// character that needs more, or the length of the text.
    fn run(&mut self, bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> usize;
    fn push(&mut self, unit: u16, start: usize, end: usize);
    fn last(&self) -> Option<u16>;
    /// Lets the span of the last unit end at `end`.
    fn extend_last(&mut self, end: usize);
    fn take_back(&mut self, units: usize);
}

/// Units alone.
struct NoOffsets<'a> {
    units: &'a mut Vec<u16>,
    /// Where this text begins among the units.
    begin: usize,
}

impl Out for NoOffsets<'_> {
    fn run(&mut self, bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> usize {
        normalize_run::units(bytes, at, table, self.units)
    }

    fn push(&mut self, unit: u16, _: usize, _: usize) {
        self.units.push(unit);
    }

    fn last(&self) -> Option<u16> {
        self.units[self.begin..].last().copied()
    }

    fn extend_last(&mut self, _: usize) {}

    fn take_back(&mut self, units: usize) {
        self.units
            .truncate(self.begin.max(self.units.len().saturating_sub(units)));
    }
}

impl Out for Normalized {
    fn run(&mut self, bytes: &[u8], at: usize, table: &[u16; 0x1_0000]) -> usize {
        normalize_run::units_and_spans(
            bytes,
            at,
            table,
            &mut self.units,
            &mut self.starts,
            &mut self.ends,
        )
    }

    fn push(&mut self, unit: u16, start: usize, end: usize) {
        self.units.push(unit);
        self.starts.push(start as u32);
        self.ends.push(end as u32);
    }

    fn last(&self) -> Option<u16> {
        self.units.last().copied()
    }

    fn extend_last(&mut self, end: usize) {
        let Some(&last) = self.starts.last() else {
            return;
        };
        // Both halves of a surrogate pair share the span.
        for (start, span_end) in self.starts.iter().zip(&mut self.ends).rev().take(2) {
            if *start == last {
                *span_end = end as u32;
            }
        }
    }

    fn take_back(&mut self, units: usize) {
        let keep = self.units.len().saturating_sub(units);
        self.units.truncate(keep);
        self.starts.truncate(keep);
        self.ends.truncate(keep);
    }
}
