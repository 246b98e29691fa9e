//! The unit of measure after a number: five kilograms are not five pounds.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::numerals::is_thousands;
use crate::relation::figures::{is_digit, is_han_numeral};
use crate::text::letters::is_spaced;
use crate::text::lexicon::MEASURES;

/// A unit of measure; names of one unit have one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure(u32);

struct Measures {
    by_name: HashMap<Box<[u16]>, Measure>,
    /// Units of the longest name.
    longest: usize,
}

static NAMES: LazyLock<Measures> = LazyLock::new(|| {
    let mut names = Measures {
        by_name: HashMap::new(),
        longest: 0,
    };
    for (number, spellings) in (0..).zip(MEASURES.split_whitespace()) {
        for name in spellings.split('=') {
            let units: Box<[u16]> = name.encode_utf16().collect();
            names.longest = names.longest.max(units.len());
            names.by_name.entry(units).or_insert(Measure(number));
        }
    }
    names
});

/// Returns the unit of measure at `at` or around it, if a number stands before
/// it.
///
/// `equal` is the number of units before `at` that another text shares: the
/// number must be among them.
pub(super) fn measure_at(units: &[u16], at: usize, equal: u32) -> Option<Measure> {
    let of_number = |unit: u16| is_digit(unit) || is_han_numeral(unit) || is_thousands(unit);
    (0..NAMES.longest.min(equal as usize).min(at))
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
) -> Option<Measure> {
    let back = (0..NAMES.longest.min(equal as usize).min(start))
        .find(|back| is_digit(units[start - back - 1]))?;
    let from = start - back;
    let name = |len: usize| NAMES.by_name.get(units.get(from..from + len)?).copied();
    (1..=NAMES.longest)
        .rev()
        .filter(|len| from + len >= end)
        .find_map(name)
}

/// Returns whether a stretch is the name of a unit of measure.
pub(super) fn is_measure(units: &[u16]) -> bool {
    NAMES.by_name.contains_key(units)
}

/// Returns whether two stretches are names of one unit of measure.
pub(super) fn are_one_measure(one: &[u16], other: &[u16]) -> bool {
    let [one, other] = [one, other].map(|name| NAMES.by_name.get(name));
    one.is_some() && one == other
}

fn longest_name(units: &[u16]) -> Option<Measure> {
    (1..=NAMES.longest.min(units.len())).rev().find_map(|len| {
        // A name of letters is a word, not the beginning of one.
        let ends =
            !is_spaced(units[len - 1]) || !units.get(len).is_some_and(|unit| is_spaced(*unit));
        ends.then(|| NAMES.by_name.get(&units[..len]).copied())
            .flatten()
    })
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
            measure_reaching(&units, start, end, start as u32)
        };
        assert!(reaching("5kgoffish", 1, 3).is_some());
        assert_eq!(
            reaching("5kgoffish", 1, 3),
            reaching("5kilogramsoffish", 1, 10)
        );
        assert_ne!(reaching("5lboffish", 1, 3), reaching("5kgoffish", 1, 3));
        assert_eq!(reaching("5goodfish", 1, 4), None);
        assert_eq!(reaching("kgoffish", 0, 2), None);
    }
}
