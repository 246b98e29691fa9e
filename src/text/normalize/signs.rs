//! Judges signs by both their neighbours: which of them carry facts and stay.
//!
//! A sign waits until the character after it is known. The rules are R1 to R6
//! of `docs/normalizing.md`.

use crate::simd::normalize_run::is_digit;
use crate::text::normalize::class::Class;
use crate::text::normalize::output::Output;
use crate::text::normalize::table::NormalizeTable;

/// Stands between digits that something else than a sign parts, and for a gap
/// between words where those are kept.
pub(crate) const SEPARATOR: u16 = b' ' as u16;

/// How a digit is written; only digits of one kind make one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    Plain,
    Superscript,
    Subscript,
    /// Within a character that NFKC takes apart: ½, ①, ㎡.
    Compatibility,
}

/// A sign whose next neighbour is not known yet.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    class: Class,
    sign: char,
    writing: Writing,
    /// The neighbour before it.
    before: Class,
    /// Whether nothing but blanks stands before it in its line.
    leads_line: bool,
    /// Whether it ends a name that began after `#`.
    in_hashtag: bool,
    place: (usize, usize),
}

/// Where a judgement waits for more than the next character.
#[derive(Clone, Copy, Debug)]
struct Tentative {
    /// The unit that was written for now.
    unit: usize,
    /// Characters after it so far that bear it out.
    seen: usize,
}

/// The part of normalizing that knows neighbours.
pub(super) struct Judge {
    /// The class of the last character that was not dropped without a trace.
    pub(super) before: Class,
    /// Whether nothing but blanks stands before what comes next in its line.
    pub(super) leads_line: bool,
    /// Whether a Latin name that began after `#` goes on.
    pub(super) in_hashtag: bool,
    /// How the last digit is written, if the last character is one.
    writing: Writing,
    waiting: Option<Waiting>,
    /// What was dropped since the last unit.
    gap: Option<(usize, usize)>,
    /// Digits of the number that goes on, if they were counted.
    digits: Option<usize>,
    /// A separator at a comma before what may be a group of three.
    comma: Option<Tentative>,
    /// `*` before what may be `ST`.
    star: Option<Tentative>,
    /// Units 〇 that were written for ○ and are not borne out yet, and their
    /// place.
    circles: Option<(usize, (usize, usize))>,
    word_spaces: bool,
}

impl Judge {
    pub(super) fn new(word_spaces: bool) -> Self {
        Judge {
            before: Class::LineBreak,
            leads_line: true,
            in_hashtag: false,
            writing: Writing::Plain,
            waiting: None,
            gap: None,
            digits: None,
            comma: None,
            star: None,
            circles: None,
            word_spaces,
        }
    }

    /// Returns whether plain characters may be written without asking.
    pub(super) fn is_calm(&self, out: &impl Output) -> bool {
        self.waiting.is_none()
            && self.comma.is_none()
            && self.star.is_none()
            && self.circles.is_none()
            && (self.before != Class::Digit || self.writing == Writing::Plain)
            && (self.gap.is_none() || !ends_with_digit(out))
    }

    /// Takes note of plain characters that were written without asking; `last`
    /// is the class of the last one.
    pub(super) fn pass(&mut self, last: Class, leads_line: bool, in_hashtag: bool) {
        self.before = last;
        self.leads_line = leads_line;
        self.in_hashtag = in_hashtag;
        self.writing = Writing::Plain;
        self.digits = None;
        self.gap = None;
    }

    /// Takes the next character of a composed text.
    pub(super) fn accept(
        &mut self,
        table: &NormalizeTable,
        out: &mut impl Output,
        c: char,
        writing: Writing,
        place: (usize, usize),
    ) {
        let class = table.class(c);
        if class == Class::Nothing {
            return;
        }
        if class != Class::Circle {
            self.settle_circles(class, out);
        }
        self.settle(class, writing, out);
        self.settle_tentative(class, writing, c, out);
        if class.is_content() {
            if class == Class::Digit {
                self.part_numbers(writing, place, out);
                self.digits = Some(match self.before {
                    Class::Digit if self.gap.is_none() && self.writing == writing => {
                        self.count_digits(out) + 1
                    }
                    _ => 1,
                });
                self.writing = writing;
            }
            match table.unit(c) {
                Some(unit) => out.push(unit, place.0, place.1),
                None => {
                    for unit in table.folded(c).encode_utf16() {
                        out.push(unit, place.0, place.1);
                    }
                }
            }
            self.gap = None;
            self.in_hashtag &= class == Class::Latin;
        } else {
            self.take_sign(class, c, writing, place, out);
            self.in_hashtag = class == Class::Hash;
        }
        self.leads_line = match class {
            Class::LineBreak => true,
            Class::Blank => self.leads_line,
            _ => false,
        };
        // A circle among numerals is one.
        if class != Class::Circle || self.before != Class::Numeral {
            self.before = class;
        }
    }

    /// Takes a tag that parts lines, paragraphs or cells.
    pub(super) fn break_line(&mut self, place: (usize, usize), out: &mut impl Output) {
        self.end(out);
        self.drop_at(place, out);
        self.before = Class::LineBreak;
        self.leads_line = true;
        self.in_hashtag = false;
    }

    fn take_sign(
        &mut self,
        class: Class,
        sign: char,
        writing: Writing,
        place: (usize, usize),
        out: &mut impl Output,
    ) {
        match class {
            Class::Comma if self.before == Class::Digit && self.writing == Writing::Plain => {
                self.digits = Some(self.count_digits(out));
                self.wait(class, sign, writing, place);
            }
            Class::Circle => {
                for unit in '〇'.encode_utf16(&mut [0; 2]) {
                    out.push(*unit, place.0, place.1);
                }
                if self.before == Class::Numeral {
                    self.gap = None;
                } else {
                    // It is taken back if no numeral follows.
                    let (count, (start, _)) = self.circles.unwrap_or((0, place));
                    self.circles = Some((count + 1, (start, place.1)));
                }
            }
            class if class.needs_digit_before() && self.before != Class::Digit => {
                self.drop_at(place, out);
            }
            Class::Blank | Class::LineBreak | Class::Ornament => self.drop_at(place, out),
            _ => self.wait(class, sign, writing, place),
        }
    }

    fn wait(&mut self, class: Class, sign: char, writing: Writing, place: (usize, usize)) {
        self.waiting = Some(Waiting {
            class,
            sign,
            writing,
            before: self.before,
            leads_line: self.leads_line,
            in_hashtag: self.in_hashtag,
            place,
        });
    }

    /// Takes `<sup>`: what follows a digit is raised.
    pub(super) fn raise(&mut self, place: (usize, usize)) {
        if self.before == Class::Digit && self.waiting.is_none() && self.gap.is_none() {
            self.wait(Class::Caret, '^', Writing::Superscript, place);
        }
    }

    /// Takes the end of `<sup>`, and both tags of `<sub>`: the number ends.
    pub(super) fn end_number(&mut self) {
        if self.before == Class::Digit {
            self.writing = Writing::Subscript;
        }
    }

    /// Ends the text.
    pub(super) fn end(&mut self, out: &mut impl Output) {
        self.settle_circles(Class::Blank, out);
        self.settle(Class::Blank, Writing::Plain, out);
        self.settle_tentative(Class::Blank, Writing::Plain, ' ', out);
    }

    /// Ends a character that NFKC takes apart: its last sign has no neighbour.
    pub(super) fn end_character(&mut self, out: &mut impl Output) {
        self.settle(Class::Ornament, Writing::Plain, out);
    }

    /// Decides whether the waiting sign stays, now that its next neighbour is
    /// known.
    fn settle(&mut self, next: Class, writing: Writing, out: &mut impl Output) {
        let Some(waiting) = self.waiting.take() else {
            return;
        };
        let Waiting { before, sign, .. } = waiting;
        let one_number = before == Class::Digit && next == Class::Digit && self.writing == writing;
        let beside_digit = before == Class::Digit || next == Class::Digit;
        let kept = match waiting.class {
            Class::Dot if one_number => Some('.'),
            Class::Colon if one_number => Some(':'),
            Class::Slash if one_number => Some('/'),
            Class::Caret if waiting.writing == Writing::Superscript => {
                // Of <sup>.
                (next == Class::Digit || next == Class::Dash || next == Class::Plus).then_some('^')
            }
            Class::Caret if one_number => Some('^'),
            Class::Star if one_number => Some('*'),
            Class::Star
                if !before.is_alphanumeric() && before != Class::Star && next == Class::Latin =>
            {
                self.star = Some(Tentative {
                    unit: out.len(),
                    seen: 0,
                });
                Some('*')
            }
            Class::Comma if one_number => {
                if self.digits.is_some_and(|digits| digits <= 3) {
                    self.comma = Some(Tentative {
                        unit: out.len(),
                        seen: 0,
                    });
                }
                out.push(SEPARATOR, waiting.place.0, waiting.place.1);
                self.gap = None;
                return;
            }
            Class::Dash if is_minus(before, next) => Some('-'),
            Class::Dash if before == Class::Latin && is_hyphen(sign) => {
                (!next.is_alphanumeric() && !next.is_dash()).then_some('-')
            }
            Class::Tilde if before.is_content() && is_minus(before, next) => Some('-'),
            Class::Plus => {
                let is_bullet =
                    waiting.leads_line && matches!(next, Class::Blank | Class::LineBreak);
                (!is_bullet).then_some('+')
            }
            Class::Operator => {
                let beside = beside_digit || before == Class::Latin || next == Class::Latin;
                beside.then_some(sign)
            }
            Class::Currency if beside_digit => Some(sign),
            Class::Hash => {
                let ends_name =
                    before == Class::Latin && !matches!(next, Class::Latin | Class::Digit);
                (ends_name && !waiting.in_hashtag).then_some('#')
            }
            _ => None,
        };
        let Some(kept) = kept else {
            return self.drop_at(waiting.place, out);
        };
        let raised = matches!(kept, '-' | '+')
            && waiting.writing == Writing::Superscript
            && before == Class::Digit
            && self.writing == Writing::Plain;
        for sign in raised.then_some('^').into_iter().chain([kept]) {
            for unit in sign.encode_utf16(&mut [0; 2]) {
                out.push(*unit, waiting.place.0, waiting.place.1);
            }
        }
        self.gap = None;
    }

    /// Writes what stands between the digit that comes and one before it that
    /// is not of its number.
    fn part_numbers(&mut self, writing: Writing, place: (usize, usize), out: &mut impl Output) {
        if !ends_with_digit(out) {
            return;
        }
        match self.gap {
            Some((start, end)) => out.push(SEPARATOR, start, end),
            None if self.before != Class::Digit || self.writing == writing => {}
            None if (self.writing, writing) == (Writing::Plain, Writing::Superscript) => {
                out.push(u16::from(b'^'), place.0, place.1);
            }
            None => out.push(SEPARATOR, place.0, place.1),
        }
    }

    /// Parts the digits of a character that NFKC takes apart from those
    /// before it.
    pub(super) fn part_character(&mut self, place: (usize, usize), out: &mut impl Output) {
        if self.waiting.is_none() && self.gap.is_none() && ends_with_digit(out) {
            self.gap = Some(place);
        }
    }

    /// Takes back what was written for now, once it is known to be wrong or
    /// right.
    fn settle_tentative(&mut self, next: Class, writing: Writing, c: char, out: &mut impl Output) {
        let goes_on = next == Class::Digit && writing == Writing::Plain;
        if let Some(comma) = &mut self.comma {
            if goes_on {
                comma.seen += 1;
            }
            if !goes_on || comma.seen > 3 {
                if comma.seen == 3 {
                    out.remove(comma.unit);
                    self.shift(1);
                }
                self.comma = None;
            }
        }
        if let Some(star) = &mut self.star {
            let fits = match star.seen {
                0 => next == Class::Latin && c.eq_ignore_ascii_case(&'s'),
                1 => next == Class::Latin && c.eq_ignore_ascii_case(&'t'),
                _ => next != Class::Latin,
            };
            star.seen += 1;
            if !fits {
                let after = out.len() - star.unit;
                let before = out.unit_back(after).filter(|before| *before != SEPARATOR);
                match before.filter(|_| self.word_spaces) {
                    Some(_) => out.replace(star.unit, SEPARATOR),
                    None => out.remove(star.unit),
                }
            }
            if !fits || star.seen == 3 {
                self.star = None;
            }
        }
    }

    fn shift(&mut self, units: usize) {
        if let Some(star) = &mut self.star {
            star.unit -= units;
        }
    }

    fn settle_circles(&mut self, next: Class, out: &mut impl Output) {
        if let Some((count, place)) = self.circles.take() {
            if next == Class::Numeral {
                self.gap = None;
            } else {
                out.remove_last(count);
                self.drop_at(place, out);
            }
        }
    }

    fn drop_at(&mut self, (start, end): (usize, usize), out: &mut impl Output) {
        if self.word_spaces && out.last().is_some_and(|last| last != SEPARATOR) {
            out.push(SEPARATOR, start, end);
        }
        self.gap = Some((self.gap.map_or(start, |gap| gap.0), end));
    }

    /// Returns the number of digits of the number that goes on; where they
    /// were not counted, four stand for more.
    fn count_digits(&self, out: &impl Output) -> usize {
        self.digits.unwrap_or_else(|| {
            let is_digit = |back: &usize| out.unit_back(*back).is_some_and(is_digit);
            (0..4).take_while(is_digit).count()
        })
    }
}

/// Returns whether a dash between these is a minus sign, a range or part of a
/// name with a number.
fn is_minus(before: Class, next: Class) -> bool {
    next == Class::Digit && before != Class::Latin && !before.is_dash()
}

/// Returns whether a dash is as short as a minus sign.
fn is_hyphen(dash: char) -> bool {
    matches!(dash, '-' | '－' | '﹣' | '‐' | '‑' | '−')
}

fn ends_with_digit(out: &impl Output) -> bool {
    out.last().is_some_and(is_digit)
}
