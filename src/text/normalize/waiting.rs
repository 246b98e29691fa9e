//! Signs that wait for what stands after them.

use crate::text::normalize::class::Class;
use crate::text::normalize::table::NormalizeTable;

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
pub(super) struct Waiting {
    pub(super) class: Class,
    pub(super) sign: char,
    /// The operator that it begins, if it is a sign of one.
    pub(super) operator: Operator,
    /// Signs before it that belong to the number that it may begin.
    pub(super) lead: Lead,
    pub(super) writing: Writing,
    /// The neighbour before it.
    pub(super) before: Class,
    /// The last character before it in its line that is no blank.
    pub(super) beyond: Class,
    /// Whether blanks follow it.
    pub(super) has_blank: bool,
    /// Whether it ends a name that began after `#`.
    pub(super) in_hashtag: bool,
    /// Whether it stands behind the `e` of a power of ten: 1e-5.
    pub(super) after_exponent: bool,
    pub(super) place: (usize, usize),
}

impl Waiting {
    /// Returns whether it is a sign of arithmetic that can be told only past
    /// the blanks after it: `a < b`.
    pub(super) fn may_stand_among_blanks(&self) -> bool {
        match self.class {
            class if class.is_of_operator() => {
                !self.before.is_operand() && self.beyond.is_alphanumeric()
            }
            Class::Star => self.before == Class::Blank && self.beyond.is_alphanumeric(),
            _ => false,
        }
    }

    /// Returns whether it leads a number that begins with the sign after it:
    /// -$15, -.5, $.5.
    pub(super) fn leads(&self, next: Class, c: char) -> bool {
        let is_minus = is_minus(self.before, Class::Digit);
        match self.class {
            Class::Dash => is_minus && (next == Class::Currency || is_point(next, c)),
            Class::Tilde => is_minus && self.before.is_content() && next == Class::Currency,
            Class::Currency => self.before != Class::Digit && is_point(next, c),
            _ => false,
        }
    }

    /// Returns whether letters or digits stand on both its sides, one of them
    /// at least such as arithmetic has; blanks are passed over.
    pub(super) fn is_operator_of(&self, next: Class) -> bool {
        let negates = next == Class::Bang && self.class.is_of_operator();
        let both = self.beyond.is_alphanumeric() && (next.is_alphanumeric() || negates);
        both && (self.beyond.is_operand() || next.is_operand())
    }
}

/// The signs before a sign of a number, with their places: a minus, a currency.
pub(super) type Lead = [Option<(char, (usize, usize))>; 2];

/// The signs in a row that may be one operator.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Operator {
    pub(super) signs: [(char, (usize, usize)); Operator::LONGEST],
    /// Number of signs, those beyond [`Operator::LONGEST`] among them.
    pub(super) len: usize,
}

impl Operator {
    /// Signs of the longest operator: `!==`. A longer row is a rule across the
    /// page.
    pub(super) const LONGEST: usize = 3;

    pub(super) fn add(&mut self, sign: char, place: (usize, usize)) {
        if let Some(free) = self.signs.get_mut(self.len) {
            *free = (sign, place);
        }
        self.len += 1;
    }

    /// Returns whether the row is one of operators and relations, given the
    /// class of each sign: `!`, `&` and `|` are parts of some.
    pub(super) fn stays(&self, table: &NormalizeTable) -> [bool; Operator::LONGEST] {
        const WITH_OTHERS: [&str; 8] = ["!=", "!==", "&&", "||", "&&!", "||!", "=!", "==!"];
        let Some(signs) = self.signs.get(..self.len) else {
            return [false; Operator::LONGEST];
        };
        let is_known = |known: &&str| known.chars().eq(signs.iter().map(|(sign, _)| *sign));
        let is_whole = WITH_OTHERS.iter().any(is_known);
        let mut stays = [is_whole; Operator::LONGEST];
        for (stays, (sign, _)) in stays.iter_mut().zip(signs) {
            *stays |= table.class(*sign) == Class::Operator;
        }
        stays
    }
}

/// Returns whether a dash between these is a minus sign, a range or part of a
/// name with a number.
pub(super) fn is_minus(before: Class, next: Class) -> bool {
    next == Class::Digit && before != Class::Latin && !before.is_dash()
}

/// Returns whether a sign is a decimal point of ASCII, in whatever width.
fn is_point(class: Class, c: char) -> bool {
    class == Class::Dot && matches!(c, '.' | '．' | '﹒' | '․')
}
