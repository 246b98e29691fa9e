//! The walk through one text: the fast loop, and the steps between its runs.

use crate::text::marks::Mark;
use crate::text::normalize::annotation;
use crate::text::normalize::class::Class;
use crate::text::normalize::elements::TagKind;
use crate::text::normalize::left_out::LeftOut;
use crate::text::normalize::output::Output;
use crate::text::normalize::signs::{Judge, is_exponent};
use crate::text::normalize::steps::NormalizeSteps;
use crate::text::normalize::table::{AMPERSAND, BRACKET, JOINER, LESS, MARK, NormalizeTable};
use crate::text::normalize::waiting::Writing;
use crate::text::normalize::{Removed, entity, is_invisible, markup};
use crate::text::script;

/// Letters of a hashtag that are looked at before it counts as one; names of
/// programming languages are shorter.
const LONGEST_HASHTAG: usize = 64;

/// Pieces of markup that are remembered for what stands before a bracket: a
/// tag on both sides of each character of a word.
const PASSED: usize = 2 * annotation::MOST_HAN + 2;

/// A piece of the text that shows as one character, or as none.
#[derive(Clone, Copy)]
struct Passed {
    start: usize,
    end: usize,
    shown: Option<char>,
}

pub(super) struct Walk<'a, O> {
    table: &'a NormalizeTable,
    text: &'a str,
    out: &'a mut O,
    /// Offset of the next character.
    at: usize,
    /// Offset after the last tag, entity or reading, across which no
    /// characters join.
    barrier: usize,
    judge: Judge,
    passed: Vec<Passed>,
    closers: markup::Closers,
    removed: Removed,
    left_out: LeftOut,
    /// Places of characters that have another form in some words, in order.
    ///
    /// What is taken back of a text never stands before one of them: signs before
    /// digits, and what a mark joins, which is written again.
    word_forms: Vec<usize>,
}

impl<'a, O: Output> Walk<'a, O> {
    pub(super) fn new(
        table: &'a NormalizeTable,
        steps: NormalizeSteps,
        text: &'a str,
        out: &'a mut O,
    ) -> Self {
        Walk {
            table,
            text,
            out,
            at: 0,
            barrier: 0,
            judge: Judge::new(steps.word_spaces),
            passed: Vec::new(),
            closers: markup::Closers::default(),
            removed: Removed::default(),
            left_out: LeftOut::default(),
            word_forms: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Removed {
        while self.at < self.text.len() {
            if self.judge.is_calm(self.out) {
                let start = self.at;
                self.at = self.out.run(self.text.as_bytes(), start, &self.table.units);
                if self.at > start {
                    self.pass(start);
                }
            }
            if self.at < self.text.len() {
                self.step();
            }
        }
        self.judge.end(self.table, self.out);
        if !self.word_forms.is_empty() {
            script::settle_words(self.out.units(), &self.word_forms);
        }
        Removed {
            marks: self.left_out.into_marks(),
            ..self.removed
        }
    }

    /// Tells the judge what the fast loop ran over.
    fn pass(&mut self, start: usize) {
        let run = &self.text[start..self.at];
        let shown = |c: &char| self.table.class(*c) != Class::Nothing;
        let mut shown = run.chars().rev().filter(shown).map(|c| self.table.class(c));
        let Some(last) = shown.next() else {
            return;
        };
        let mut beyond = last;
        if last == Class::Blank {
            let found = shown.find(|class| *class != Class::Blank);
            beyond = found.unwrap_or(self.judge.beyond);
        }
        let in_hashtag = self.judge.in_hashtag
            && run.len() <= LONGEST_HASHTAG
            && run
                .chars()
                .all(|c| matches!(self.table.class(c), Class::Latin | Class::Nothing));
        let after_exponent = last == Class::Latin && self.ends_with_exponent(run);
        self.judge.pass(last, beyond, in_hashtag, after_exponent);
    }

    /// Returns whether plain characters end with an `e` right behind a digit.
    fn ends_with_exponent(&self, run: &str) -> bool {
        let shown = run.chars().rev();
        let mut shown = shown.filter(|c| !self.table.is_nothing(*c));
        shown.next().is_some_and(is_exponent)
            && match shown.next() {
                Some(before) => self.table.class(before) == Class::Digit,
                None => self.judge.before == Class::Digit,
            }
    }

    /// Handles the one character (or tag, entity, …) where the fast loop
    /// stopped.
    fn step(&mut self) {
        let (text, at) = (self.text, self.at);
        // The loop stops only on character boundaries.
        let Some(c) = text[at..].chars().next() else {
            return;
        };
        let value = match u16::try_from(u32::from(c)) {
            Ok(unit) => self.table.units[usize::from(unit)],
            Err(_) if self.table.joins_previous(c) => JOINER,
            Err(_) => 0,
        };
        let handled = match value {
            JOINER => {
                self.join();
                true
            }
            LESS => self.take_tag(),
            AMPERSAND => self.take_entity(),
            BRACKET => self.take_reading(),
            _ => false,
        };
        if handled {
            return;
        }
        self.take_character(c);
        let end = at + c.len_utf8();
        match value {
            MARK => self.note_sign(c, [at, end]),
            BRACKET if annotation::holds_amount(text, at) => {
                let place = self.place();
                self.left_out.push(Some(Mark::of_brackets(place)));
            }
            _ => {}
        }
    }

    /// Returns the number of letters before the sign that was taken last.
    fn place(&mut self) -> u32 {
        let pending = self.judge.circles();
        self.left_out.place(self.out.units(), pending)
    }

    /// Takes note of a sign that was taken, and stands there in the text.
    fn note_sign(&mut self, c: char, there: [usize; 2]) {
        let place = self.place();
        let mark = Mark::of_sign(place, c, self.text, there);
        self.left_out.push(mark);
    }

    /// Takes note of what the text reads from here to `end`.
    fn note_reading(&mut self, end: usize) {
        let place = self.place();
        let mark = Mark::of_reading(place, &self.text[self.at..end]);
        self.left_out.push(mark);
    }

    /// Takes a character together with the marks that join it.
    fn take_character(&mut self, c: char) {
        let start = self.at;
        let after = start + c.len_utf8();
        if self.table.is_nothing(c) {
            self.at = after;
            return;
        }
        let end = self.end_of_marks(after);
        if end == after {
            self.take_alone(c, start, after);
        } else {
            self.take_segment(&self.text[start..end], start, end);
        }
        self.at = end;
    }

    /// Returns the offset after the marks that join what ends at `from`;
    /// invisible characters stand among them but not after them.
    fn end_of_marks(&self, from: usize) -> usize {
        let mut end = from;
        for (offset, c) in self.text[from..].char_indices() {
            if self.table.is_joiner(c) {
                end = from + offset + c.len_utf8();
            } else if !self.table.is_nothing(c) {
                break;
            }
        }
        end
    }

    /// Takes a character that joins nothing.
    fn take_alone(&mut self, c: char, start: usize, end: usize) {
        let place = (start, end);
        if self.table.is_taken_as_it_is(c) {
            self.accept(c, Writing::Plain, place);
            return;
        }
        let composed = self.table.composed(c);
        let writing = writing_of(c, &composed);
        let parted = writing == Writing::Compatibility;
        if parted {
            self.judge.part_character(place, self.out);
        }
        for c in composed.chars() {
            self.accept(c, writing, place);
        }
        if parted {
            self.judge.end_character(self.table, self.out);
        }
    }

    fn take_segment(&mut self, segment: &str, start: usize, end: usize) {
        let shown = |c: &char| !self.table.is_dropped_invisible(*c);
        let segment: String = segment.chars().filter(shown).collect();
        for c in self.table.composed_with_marks(&segment).chars() {
            self.accept(c, Writing::Plain, (start, end));
        }
    }

    /// Gives the judge a character of a composed text.
    fn accept(&mut self, c: char, writing: Writing, place: (usize, usize)) {
        self.judge.accept(self.table, self.out, c, writing, place);
        if self.table.may_depend_on_word(c) {
            let last = self.out.units().len().saturating_sub(1);
            self.word_forms.push(last);
        }
    }

    /// Composes the marks at `at` with the character before them, which was
    /// written already.
    ///
    /// Handles all marks at once: a million of them cost one sort.
    fn join(&mut self) {
        let mut start = self.at;
        let mut shown = self.text[self.barrier..self.at].char_indices().rev();
        let base = shown.find(|(_, c)| !self.table.is_dropped_invisible(*c));
        if let Some((offset, c)) = base {
            start = self.barrier + offset;
            // Whatever the fast loop runs over is one character when composed.
            if self.table.class(c).is_content() {
                let units = match self.table.composed(c).chars().next() {
                    Some(c) => self.table.folded(c).encode_utf16().count(),
                    None => 0,
                };
                self.out.remove_last(units);
            }
        }
        let end = self.end_of_marks(self.at);
        self.take_segment(&self.text[start..end], start, end);
        self.at = end;
    }

    /// Takes the tag, comment or declaration here, if there is one.
    fn take_tag(&mut self) -> bool {
        let tag = markup::tag(self.text, self.at, &mut self.closers);
        tag.inspect(|tag| self.pass_tag(tag.end, tag.kind))
            .is_some()
    }

    fn pass_tag(&mut self, end: usize, kind: TagKind) {
        let place = (self.at, end);
        match kind {
            TagKind::Inline => {}
            TagKind::Reading => {
                self.removed.readings = true;
                self.note_reading(end);
            }
            TagKind::Superscript => self.judge.raise(place),
            TagKind::NumberEnd => self.judge.end_number(),
            TagKind::Block => self.judge.break_line(self.table, place, self.out),
        }
        self.removed.markup = true;
        let shown = (kind == TagKind::Block).then_some('\n');
        self.skip(end, shown);
    }

    /// Takes the entity here, if there is one, or the tag that entities spell.
    fn take_entity(&mut self) -> bool {
        let Some((chars, end)) = entity::decode(self.text, self.at) else {
            return false;
        };
        if chars[0] == Some('<')
            && let Some(tag) = entity::escaped_tag(self.text, end)
        {
            self.pass_tag(tag.end, tag.kind);
            return true;
        }
        let mut shown = None;
        for c in chars.into_iter().flatten() {
            self.take_alone(c, self.at, end);
            if self.table.is_mark(c) {
                self.note_sign(c, [self.at, end]);
            }
            shown = Some(c).filter(|c| !is_invisible(*c)).or(shown);
        }
        self.removed.markup = true;
        self.skip(end, shown);
        true
    }

    /// Takes the reading in brackets here, if there is one.
    fn take_reading(&mut self) -> bool {
        let Some(bracket) = annotation::Bracket::new(self.text, self.at) else {
            return false;
        };
        if bracket.reads(&self.han_before()) {
            self.note_reading(bracket.end);
            self.out.extend_last(bracket.end);
            self.removed.readings = true;
            // A second reading has nothing that it could be one of.
            self.skip(bracket.end, Some('\n'));
            return true;
        }
        false
    }

    /// Returns the Han characters directly before, the last one last.
    fn han_before(&self) -> Vec<char> {
        let mut han = Vec::new();
        let mut at = self.at;
        let mut passed = self.passed.iter().rev().peekable();
        while han.len() < annotation::MOST_HAN {
            let c = match passed.next_if(|passed| passed.end == at) {
                Some(piece) => {
                    at = piece.start;
                    piece.shown
                }
                None => {
                    let c = self.text[..at].chars().next_back();
                    at -= c.map_or(0, char::len_utf8);
                    if c.is_none() {
                        break;
                    }
                    c
                }
            };
            match c {
                Some(c) if annotation::is_han(c) => han.push(c),
                Some(c) if is_invisible(c) => {}
                None => {}
                Some(_) => break,
            }
        }
        han.reverse();
        han
    }

    fn skip(&mut self, end: usize, shown: Option<char>) {
        if self.passed.len() == 2 * PASSED {
            self.passed.drain(..PASSED);
        }
        self.passed.push(Passed {
            start: self.at,
            end,
            shown,
        });
        self.at = end;
        self.barrier = end;
    }
}

/// Returns how the digits of a character are written, given its compatibility
/// form.
fn writing_of(c: char, composed: &str) -> Writing {
    match c {
        '²' | '³' | '¹' | '\u{2070}' | '\u{2074}'..='\u{207b}' => Writing::Superscript,
        '\u{2080}'..='\u{208b}' => Writing::Subscript,
        _ if composed.chars().nth(1).is_some() => Writing::Compatibility,
        _ if composed.is_ascii()
            && unicode_properties::UnicodeGeneralCategory::general_category(c)
                == unicode_properties::GeneralCategory::OtherNumber =>
        {
            Writing::Compatibility
        }
        _ => Writing::Plain,
    }
}
