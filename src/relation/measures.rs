//! The unit of measure after a number: five kilograms are not five pounds, nor
//! five roubles five rupees.

use std::sync::LazyLock;

use crate::numerals::is_thousands;
use crate::relation::figures::{is_digit, is_han_numeral};
use crate::relation::names::{Meanings, Names};
use crate::relation::scales::scales_len;
use crate::text::letters::is_spaced;
use crate::text::lexicon::{COUNTERS, CURRENCIES, MEASURES, name_of_money};
use crate::text::normalize::Normalizer;

/// A unit of measure, or what it may be: *mb* is a megabit or a megabyte.
pub(super) type Measure = Meanings<'static>;

struct Measures {
    names: Names,
    /// Meanings from here on count things, and measure nothing.
    counters: u32,
}

static MEASURES_BY_NAME: LazyLock<Measures> = LazyLock::new(|| {
    let normalizer = Normalizer::default();
    let mut names = Names::default();
    let mut number = 0;
    let mut add = |spellings: &str, is_money: bool| {
        for name in spellings.split('=') {
            let name = if is_money { name_of_money(name) } else { name };
            names.add(&normalizer, name, number);
        }
        number += 1;
        number
    };
    for spellings in MEASURES.split_whitespace() {
        add(spellings, false);
    }
    let mut counters = 0;
    for spellings in CURRENCIES.lines() {
        counters = add(spellings, true);
    }
    for spellings in COUNTERS.split_whitespace() {
        add(spellings, false);
    }
    Measures { names, counters }
});

fn names() -> &'static Names {
    &MEASURES_BY_NAME.names
}

/// Returns the unit of measure at `at` or around it, if a number stands before
/// it.
///
/// `equal` is the number of units before `at` that another text shares: the
/// number must be among them.
pub(super) fn measure_at(units: &[u16], at: usize, equal: u32) -> Option<Measure> {
    let of_number = |unit: u16| is_digit(unit) || is_han_numeral(unit) || is_thousands(unit);
    (0..names().longest().min(equal as usize).min(at))
        .find(|back| of_number(units[at - back - 1]))
        .and_then(|back| longest_name(&units[at - back..]))
}

/// Returns the unit of measure behind a number whose name begins with the place
/// from `start` to `end`, or shortly before it, and reaches its end: letters are
/// written on to the next word.
///
/// `equal` is the number of units before the place that another text shares: the
/// number must be among them.
pub(super) fn measure_reaching(
    units: &[u16],
    start: usize,
    end: usize,
    equal: u32,
) -> Option<Reaching> {
    let back = (0..names().longest().min(equal as usize).min(start))
        .find(|back| is_digit(units[start - back - 1]))?;
    let number_end = start - back;
    let reaching = |from: usize| {
        let mut here = names().beginning(&units[from..]);
        let (len, measure) = here.find(|(len, _)| from + len >= end)?;
        Some(Reaching {
            measure,
            beyond: from + len - end,
            is_letter: len == 1 && is_spaced(units[from]),
        })
    };
    // 680만원, 680 million yen.
    let scale_end = number_end + scales_len(&units[number_end..]);
    reaching(number_end).or_else(|| reaching(scale_end).filter(|_| scale_end <= start))
}

/// A unit of measure that reaches the end of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reaching {
    measure: Measure,
    /// Units of its name behind the place.
    beyond: usize,
    /// Whether its name is one letter, which may begin any word.
    is_letter: bool,
}

impl Reaching {
    /// Returns whether one measure excludes another that stands in its place: 5 m
    /// and 5 km, but not *5 licences* and *5 v licences*.
    pub(super) fn excludes(&self, other: &Reaching) -> bool {
        let is_letter = self.is_letter || other.is_letter;
        self.measure.exclude(other.measure) && (!is_letter || self.beyond == other.beyond)
    }
}

/// Returns whether a stretch is the name of a unit of measure, money among them;
/// what things are counted in is none.
pub(super) fn is_measure(units: &[u16]) -> bool {
    let Measures { names, counters } = &*MEASURES_BY_NAME;
    let measure = names.get(units);
    measure.is_some_and(|measure| measure.is_among_first(*counters))
}

/// Returns whether two stretches may be names of one unit of measure.
pub(super) fn are_one_measure(one: &[u16], other: &[u16]) -> bool {
    let names = names().get(one).zip(names().get(other));
    names.is_some_and(|(one, other)| !one.exclude(other))
}

fn longest_name(units: &[u16]) -> Option<Measure> {
    // A name of letters is a word, not the beginning of one.
    let ends = |len: usize| {
        !is_spaced(units[len - 1]) || !units.get(len).is_some_and(|unit| is_spaced(*unit))
    };
    let mut here = names().beginning(units);
    here.find(|(len, _)| ends(*len)).map(|(_, measure)| measure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(text: &str, before: &str) -> Option<Measure> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let at = before.encode_utf16().count();
        measure_at(&units, at, at as u32)
    }

    #[test]
    fn the_longest_name_after_a_number_is_its_measure() {
        let kilogram = measure("每袋5公斤重", "每袋5").unwrap();
        assert_eq!(measure("每袋五千克重", "每袋五"), Some(kilogram));
        assert_eq!(measure("每袋5kg重", "每袋5"), Some(kilogram));
        assert_ne!(measure("每袋5斤重", "每袋5"), Some(kilogram));
        assert_ne!(measure("路长5公里", "路长5"), Some(kilogram));
        // The texts may differ inside the name.
        assert_eq!(measure("每袋5公斤重", "每袋5公"), Some(kilogram));
        assert_eq!(measure("这位公斤", "这位"), None);
        assert_eq!(measure("买5kgb的书", "买5"), None);
        assert_eq!(measure("5", "5"), None);
    }

    #[test]
    fn a_name_that_reaches_the_end_of_a_place_is_a_measure_in_a_row_of_letters() {
        let reaching = |text: &str, start: usize, end: usize| {
            let units: Vec<u16> = text.encode_utf16().collect();
            let reaching = measure_reaching(&units, start, end, start as u32);
            reaching.map(|reaching| reaching.measure)
        };
        assert!(reaching("5kgoffish", 1, 3).is_some());
        assert_eq!(
            reaching("5kgoffish", 1, 3),
            reaching("5kilogramsoffish", 1, 10)
        );
        assert_ne!(reaching("5lboffish", 1, 3), reaching("5kgoffish", 1, 3));
        assert_eq!(reaching("5goodfish", 1, 4), None);
        assert_eq!(reaching("kgoffish", 0, 2), None);
        let exclude = |one: (&str, usize), other: (&str, usize)| {
            let [one, other] = [one, other].map(|(text, end)| {
                let units: Vec<u16> = text.encode_utf16().collect();
                measure_reaching(&units, 1, end, 1).unwrap()
            });
            one.excludes(&other)
        };
        assert!(exclude(("5mlong", 1), ("5kmlong", 2)));
        assert!(exclude(("5mglong", 2), ("5mcglong", 3)));
        assert!(!exclude(("5licences", 1), ("5vlicences", 2)));
    }
}
