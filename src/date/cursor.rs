//! The tokens of a field, read one after another.

use crate::date::token::{Token, Unit};

/// Reads tokens one after another.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a [Token],
}

impl<'a> Cursor<'a> {
    /// Takes the next token but white space, if `wanted` makes something of it.
    pub(super) fn take<T>(&mut self, wanted: impl FnOnce(Token) -> Option<T>) -> Option<T> {
        let mut rest = self.rest;
        while let [Token::Space, tail @ ..] = rest {
            rest = tail;
        }
        let (first, tail) = rest.split_first()?;
        let taken = wanted(*first)?;
        self.rest = tail;
        Some(taken)
    }

    pub(super) fn number(&mut self) -> Option<(u64, u8)> {
        self.take(|token| match token {
            Token::Number { value, digits } => Some((value, digits)),
            _ => None,
        })
    }

    /// Takes a number of one or two digits.
    pub(super) fn short_number(&mut self) -> Option<u64> {
        let mut ahead = *self;
        let (value, digits) = ahead.number()?;
        (digits <= 2).then(|| {
            *self = ahead;
            value
        })
    }

    /// Takes a number of four digits.
    pub(super) fn year(&mut self) -> Option<u64> {
        let mut ahead = *self;
        let (value, digits) = ahead.number()?;
        (digits == 4).then(|| {
            *self = ahead;
            value
        })
    }

    pub(super) fn month_name(&mut self) -> Option<u64> {
        self.take(|token| match token {
            Token::Month(month) => Some(u64::from(month)),
            _ => None,
        })
    }

    pub(super) fn unit(&mut self, unit: Unit) -> Option<()> {
        self.take(|token| (token == Token::Unit(unit)).then_some(()))
    }

    pub(super) fn sign(&mut self, signs: &str) -> Option<char> {
        self.take(|token| match token {
            Token::Sign(c) if signs.contains(c) => Some(c),
            _ => None,
        })
    }

    /// Takes a sign, whichever it is.
    pub(super) fn sign_of_any_kind(&mut self) -> Option<char> {
        self.take(|token| match token {
            Token::Sign(c) => Some(c),
            _ => None,
        })
    }

    /// Takes white space.
    pub(super) fn space(&mut self) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == Token::Space).then(|| self.rest = rest)
    }

    /// Passes words and signs that say nothing, such as `of`, `th` and a
    /// comma.
    pub(super) fn skip(&mut self, signs: &str) {
        while self
            .take(|token| match token {
                Token::Word | Token::Place(_) => Some(()),
                Token::Sign(c) if signs.contains(c) => Some(()),
                _ => None,
            })
            .is_some()
        {}
    }

    /// Passes what stands in brackets: the weekday.
    pub(super) fn skip_brackets(&mut self) {
        let mut next = *self;
        if next.sign("(").is_none() {
            return;
        }
        let end = next
            .rest
            .iter()
            .position(|token| *token == Token::Sign(')'));
        if let Some(end) = end {
            self.rest = &next.rest[end + 1..];
        }
    }
}
