//! Judges signs by both their neighbours: which of them carry facts and stay.
//!
//! A sign waits until the character after it is known. The rules are R1 to R6
//! of `docs/normalizing.md`.

use crate::simd::normalize_run::is_digit;
use crate::text::normalize::class::Class;
use crate::text::normalize::output::Output;
use crate::text::normalize::table::NormalizeTable;
use crate::text::normalize::waiting::{Lead, Operator, Waiting, Writing, is_minus};

/// Stands between digits that something else than a sign parts, and for a gap
/// between words where those are kept.
pub(crate) const SEPARATOR: u16 = b' ' as u16;

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
    /// The class of the last character that is no blank; that of a line break
    /// where nothing but blanks stands before what comes next in its line.
    pub(super) beyond: Class,
    /// Whether a Latin name that began after `#` goes on.
    pub(super) in_hashtag: bool,
    /// How the last digit is written, if the last character is one.
    writing: Writing,
    /// Whether the last character is an `e` right behind a digit.
    after_exponent: bool,
    waiting: Option<Waiting>,
    /// Signs of the number that the next sign may begin.
    lead: Lead,
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
            beyond: Class::LineBreak,
            in_hashtag: false,
            writing: Writing::Plain,
            after_exponent: false,
            waiting: None,
            lead: Lead::default(),
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

    /// Returns the number of units 〇 at the end that are taken back if no numeral
    /// follows.
    pub(super) fn circles(&self) -> usize {
        self.circles.map_or(0, |(count, _)| count)
    }

    /// Takes note of plain characters that were written without asking; `last`
    /// is the class of the last one, `beyond` that of the last that is no
    /// blank.
    pub(super) fn pass(
        &mut self,
        last: Class,
        beyond: Class,
        in_hashtag: bool,
        after_exponent: bool,
    ) {
        self.before = last;
        self.beyond = beyond;
        self.in_hashtag = in_hashtag;
        self.after_exponent = after_exponent;
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
        if class.is_of_operator() && self.goes_on(c, place) {
            self.before = class;
            self.beyond = class;
            return;
        }
        if class != Class::Circle {
            self.settle_circles(class, out);
        }
        self.settle(table, class, Some(c), writing, out);
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
            self.after_exponent = is_exponent(c) && self.before == Class::Digit;
        } else {
            self.take_sign(class, c, writing, place, out);
            self.in_hashtag = class == Class::Hash;
            self.after_exponent = false;
        }
        // A circle among numerals is one.
        if class != Class::Circle || self.before != Class::Numeral {
            self.before = class;
        }
        if class != Class::Blank {
            self.beyond = self.before;
        }
    }

    /// Takes a tag that parts lines, paragraphs or cells.
    pub(super) fn break_line(
        &mut self,
        table: &NormalizeTable,
        place: (usize, usize),
        out: &mut impl Output,
    ) {
        self.end(table, out);
        self.drop_at(place, out);
        self.before = Class::LineBreak;
        self.beyond = Class::LineBreak;
        self.in_hashtag = false;
        self.after_exponent = false;
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
            Class::Dot if self.lead[0].is_some() => self.wait(class, sign, writing, place),
            class if class.needs_digit_before() && self.before != Class::Digit => {
                self.drop_at(place, out);
            }
            Class::Blank | Class::LineBreak | Class::Ornament => self.drop_at(place, out),
            _ => self.wait(class, sign, writing, place),
        }
    }

    fn wait(&mut self, class: Class, sign: char, writing: Writing, place: (usize, usize)) {
        let mut operator = Operator::default();
        operator.add(sign, place);
        self.waiting = Some(Waiting {
            class,
            sign,
            operator,
            lead: std::mem::take(&mut self.lead),
            writing,
            before: self.before,
            beyond: self.beyond,
            has_blank: false,
            in_hashtag: self.in_hashtag,
            after_exponent: self.after_exponent,
            place,
        });
    }

    /// Adds a sign to the operator that waits, if there is one.
    fn goes_on(&mut self, sign: char, place: (usize, usize)) -> bool {
        match &mut self.waiting {
            Some(waiting) if waiting.class.is_of_operator() && !waiting.has_blank => {
                waiting.operator.add(sign, place);
                true
            }
            _ => false,
        }
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
    pub(super) fn end(&mut self, table: &NormalizeTable, out: &mut impl Output) {
        self.settle_circles(Class::Blank, out);
        self.settle(table, Class::LineBreak, None, Writing::Plain, out);
        self.settle_tentative(Class::Blank, Writing::Plain, ' ', out);
    }

    /// Ends a character that NFKC takes apart: its last sign has no neighbour.
    pub(super) fn end_character(&mut self, table: &NormalizeTable, out: &mut impl Output) {
        self.settle(table, Class::Ornament, None, Writing::Plain, out);
    }

    /// Decides whether the waiting sign stays, now that its next neighbour is
    /// known.
    fn settle(
        &mut self,
        table: &NormalizeTable,
        next: Class,
        c: Option<char>,
        writing: Writing,
        out: &mut impl Output,
    ) {
        let Some(mut waiting) = self.waiting.take() else {
            return;
        };
        if c.is_some_and(|c| waiting.leads(next, c)) {
            self.lead = match waiting.lead {
                [Some(first), _] => [Some(first), Some((waiting.sign, waiting.place))],
                [None, _] => [Some((waiting.sign, waiting.place)), None],
            };
            return;
        }
        if next == Class::Blank && waiting.may_stand_among_blanks() {
            waiting.has_blank = true;
            self.waiting = Some(waiting);
            return;
        }
        let Waiting { before, sign, .. } = waiting;
        let one_number = before == Class::Digit && next == Class::Digit && self.writing == writing;
        let beside_digit = before == Class::Digit || next == Class::Digit;
        let kept = match waiting.class {
            Class::Dot if waiting.lead[0].is_some() => (next == Class::Digit).then_some('.'),
            Class::Dot if one_number => Some('.'),
            Class::Colon if one_number => Some(':'),
            Class::Slash if one_number => Some('/'),
            Class::Caret if waiting.writing == Writing::Superscript => {
                // Of <sup>.
                (next == Class::Digit || next == Class::Dash || next == Class::Plus).then_some('^')
            }
            Class::Caret if one_number => Some('^'),
            Class::Star if one_number => Some('*'),
            Class::Star if waiting.has_blank => waiting.is_operator_of(next).then_some('*'),
            Class::Star
                if !before.is_operand() && before != Class::Star && next == Class::Latin =>
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
            Class::Dash if waiting.after_exponent && next == Class::Digit => {
                is_hyphen(sign).then_some('-')
            }
            Class::Dash if before == Class::Latin && is_hyphen(sign) => {
                (!next.is_alphanumeric() && !next.is_dash()).then_some('-')
            }
            Class::Tilde if before.is_content() && is_minus(before, next) => Some('-'),
            Class::Plus => {
                let is_bullet = waiting.beyond == Class::LineBreak
                    && matches!(next, Class::Blank | Class::LineBreak);
                (!is_bullet).then_some('+')
            }
            class if class.is_of_operator() => {
                return self.settle_operator(table, &waiting, next, out);
            }
            Class::Currency if beside_digit => Some(sign),
            Class::Hash => {
                let ends_name =
                    before == Class::Latin && !matches!(next, Class::Latin | Class::Digit);
                (ends_name && !waiting.in_hashtag).then_some('#')
            }
            _ => None,
        };
        let lead = waiting.lead.into_iter().flatten();
        let Some(kept) = kept else {
            lead.for_each(|(_, place)| self.drop_at(place, out));
            return self.drop_at(waiting.place, out);
        };
        for (sign, place) in lead {
            let sign = if table.class(sign).is_dash() {
                '-'
            } else {
                sign
            };
            push(sign, place, out);
        }
        let parts_words = self.word_spaces && waiting.has_blank;
        if parts_words && waiting.before != Class::Blank {
            // That of the blank after the sign, which comes after it.
            out.remove_last(1);
        }
        let raised = matches!(kept, '-' | '+')
            && waiting.writing == Writing::Superscript
            && before == Class::Digit
            && self.writing == Writing::Plain;
        for sign in raised.then_some('^').into_iter().chain([kept]) {
            push(sign, waiting.place, out);
        }
        if parts_words {
            // The blanks after it were dropped last.
            let end = self.gap.map_or(waiting.place.1, |gap| gap.1);
            out.push(SEPARATOR, waiting.place.1, end);
        }
        self.gap = None;
    }

    /// Decides which signs of an operator stay.
    fn settle_operator(
        &mut self,
        table: &NormalizeTable,
        waiting: &Waiting,
        next: Class,
        out: &mut impl Output,
    ) {
        let (before, operator) = (waiting.before, &waiting.operator);
        let among_blanks = waiting.has_blank || before == Class::Blank;
        let is_beside = before.is_operand()
            || next.is_operand() && !waiting.has_blank
            || among_blanks && waiting.is_operator_of(next);
        // A lone ! before a name says *not*.
        let negates = waiting.class == Class::Bang
            && operator.len == 1
            && next == Class::Latin
            && !waiting.has_blank
            && !before.is_content();
        let stays = operator
            .stays(table)
            .map(|stays| stays && is_beside || negates);
        let signs = operator.signs.iter().zip(stays).take(operator.len);
        let last_kept = signs.clone().rfind(|(_, stays)| *stays);
        let Some(((_, last_place), _)) = last_kept else {
            return signs.for_each(|((_, place), _)| self.drop_at(*place, out));
        };
        let blank_gap = self.gap;
        if self.word_spaces && waiting.has_blank && before != Class::Blank {
            // That of the blank after the sign, which comes after it.
            out.remove_last(1);
        }
        for ((sign, place), stays) in signs {
            if stays {
                push(*sign, *place, out);
                self.gap = None;
            } else {
                self.drop_at(*place, out);
            }
        }
        if self.word_spaces && waiting.has_blank && out.last() != Some(SEPARATOR) {
            // The blanks after it were dropped last.
            let end = blank_gap.map_or(last_place.1, |gap| gap.1);
            out.push(SEPARATOR, last_place.1, end);
        }
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
        let (from, to) = self.gap.unwrap_or((start, end));
        self.gap = Some((from, to.max(end)));
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

/// Returns whether a letter stands before the exponent of ten.
pub(super) fn is_exponent(c: char) -> bool {
    matches!(c, 'e' | 'E')
}

fn push(sign: char, place: (usize, usize), out: &mut impl Output) {
    for unit in sign.encode_utf16(&mut [0; 2]) {
        out.push(*unit, place.0, place.1);
    }
}

/// Returns whether a dash is as short as a minus sign.
fn is_hyphen(dash: char) -> bool {
    matches!(dash, '-' | '－' | '﹣' | '‐' | '‑' | '−')
}

fn ends_with_digit(out: &impl Output) -> bool {
    out.last().is_some_and(is_digit)
}
