//! The boundary before every position: stored, or worked out where it is read.

use crate::phrases::boundary::{Boundary, IN_WORD, tightened};
use crate::phrases::derived::Derived;
use crate::prefetch::prefetch;

/// The boundary before every position, and one at the end.
#[derive(Debug)]
pub(crate) enum Boundaries<'a> {
    /// A byte each.
    Stored(Vec<u8>),
    /// A third of a byte each, and a look-up for each that is read.
    Derived(Derived<'a>),
}

impl Boundaries<'_> {
    /// Sets the tightness of a stored boundary, unless the text decides it: a
    /// mark, a space, a word. To be called once for a boundary.
    #[inline]
    pub(crate) fn tighten(&mut self, position: u32, tightness: u8) {
        if let Boundaries::Stored(bytes) = self {
            let byte = &mut bytes[position as usize];
            *byte = tightened(*byte, tightness);
        }
    }

    /// Prefetches the boundary before a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        match self {
            Boundaries::Stored(bytes) => prefetch(bytes, position as usize),
            Boundaries::Derived(derived) => derived.prefetch(position),
        }
    }

    /// Returns the boundary before a position.
    #[inline(always)]
    pub(crate) fn at(&self, position: u32) -> Boundary {
        match self {
            Boundaries::Stored(bytes) => Boundary(bytes[position as usize]),
            Boundaries::Derived(derived) => derived.at(position),
        }
    }

    /// Returns the boundary before a position as far as its marks go: of one
    /// without a mark nothing is said.
    #[inline(always)]
    pub(crate) fn marks_at(&self, position: u32) -> Boundary {
        match self {
            Boundaries::Stored(bytes) => Boundary(bytes[position as usize]),
            Boundaries::Derived(derived) => derived.marks_at(position),
        }
    }

    /// Returns whether the boundary before a position is open.
    #[inline(always)]
    pub(crate) fn is_open(&self, position: u32) -> bool {
        match self {
            Boundaries::Stored(bytes) => Boundary(bytes[position as usize]).is_open(),
            Boundaries::Derived(derived) => derived.is_open(position),
        }
    }

    /// Returns whether `len` characters belong to one word of a script that
    /// parts words by spaces.
    #[inline]
    pub(crate) fn is_one_word(&self, position: u32, len: u32) -> bool {
        let (from, to) = (position + 1, (position + len).max(position + 1));
        match self {
            Boundaries::Stored(bytes) => {
                let inside = &bytes[from as usize..to as usize];
                inside.iter().all(|byte| *byte == IN_WORD)
            }
            Boundaries::Derived(derived) => (from..to).all(|at| derived.is_in_word(at)),
        }
    }

    /// Returns the lengths of the first and the last word in `len` characters,
    /// where they are words of letters; else 1.
    pub(crate) fn outer_words(&self, position: u32, len: u32) -> [usize; 2] {
        let inside = position + 1..position + len;
        let in_word = |at: &u32| match self {
            Boundaries::Stored(bytes) => bytes[*at as usize] == IN_WORD,
            Boundaries::Derived(derived) => derived.is_in_word(*at),
        };
        [
            1 + inside.clone().take_while(in_word).count(),
            1 + inside.rev().take_while(in_word).count(),
        ]
    }

    /// Returns the union of the marks inside `len` characters.
    #[inline]
    pub(crate) fn inside(&self, position: u32, len: u32) -> Boundary {
        let (from, to) = (position + 1, (position + len).max(position + 1));
        // All bits if it is a mark, none if it is a tightness.
        let of_mark = |byte: u8| byte & ((byte as i8) >> 7) as u8;
        let marks = match self {
            Boundaries::Stored(bytes) => {
                let inside = bytes[from as usize..to as usize].iter();
                inside.fold(0, |all, byte| all | of_mark(*byte))
            }
            Boundaries::Derived(derived) => {
                (from..to).fold(0, |all, at| all | of_mark(derived.marks_at(at).0))
            }
        };
        Boundary(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::boundary::{COMMA, MARK, SPACE, STOP, stored};

    #[test]
    fn what_is_inside_a_stretch_is_what_stands_before_its_later_characters() {
        for mark in 0..12 {
            let mut bytes = vec![0x7f; 13];
            bytes[mark] = MARK | COMMA;
            let boundaries = Boundaries::Stored(bytes);
            for from in 0..12 {
                for len in 1..12 - from {
                    let expected = (from + 1..from + len).contains(&(mark as u32));
                    let found = boundaries.inside(from, len);
                    assert_eq!(found.is_comma(), expected, "{mark} in {from} + {len}");
                    assert!(!found.is_stop());
                }
            }
        }
    }

    #[test]
    fn a_space_is_open_and_a_word_is_tighter_than_any_bigram() {
        let mut boundaries = Boundaries::Stored(vec![SPACE, IN_WORD, 0]);
        (0..3).for_each(|position| boundaries.tighten(position, stored(100.0)));
        assert!(boundaries.at(0).is_open() && !boundaries.at(0).is_mark());
        assert!(!boundaries.at(1).is_mark() && boundaries.at(1).steps() > boundaries.at(2).steps());
    }

    #[test]
    fn a_mark_is_open_and_never_tight() {
        let mut boundaries = Boundaries::Stored(vec![0, MARK | STOP, 0]);
        boundaries.tighten(0, stored(100.0));
        boundaries.tighten(1, stored(3.0));
        assert_eq!(boundaries.at(0).steps(), 126);
        assert!(
            boundaries.at(1).is_open()
                && boundaries.at(1).is_stop()
                && !boundaries.at(1).is_comma()
        );
        assert!(boundaries.at(2).is_open() && !boundaries.at(2).is_mark());
    }
}
