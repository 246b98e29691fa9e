//! Tables of names that mean something, looked up where they stand in a text.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::text::normalize::Normalizer;

/// A map from names in units.
pub(super) type ByName<V> = HashMap<Box<[u16]>, V, BuildHasherDefault<NameHasher>>;

/// A hasher for names: our own lists choose none to harm us.
#[derive(Debug, Default)]
pub(super) struct NameHasher(u64);

impl Hasher for NameHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64_with_seed(bytes, self.0);
    }

    // The length of a name, which the hash of its bytes has in it.
    fn write_usize(&mut self, _: usize) {}
}

/// What a name may mean, as the numbers of meanings in its table: *mw* is a
/// milliwatt or a megawatt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meanings<'a>(&'a [u32]);

impl Meanings<'_> {
    /// Returns whether two names can't mean the same.
    pub(super) fn exclude(self, other: Meanings<'_>) -> bool {
        !self.0.iter().any(|one| other.0.contains(one))
    }

    /// Returns whether a name may mean this.
    pub(super) fn has(self, meaning: u32) -> bool {
        self.0.contains(&meaning)
    }

    /// Returns whether a name may mean several things.
    pub(super) fn is_several(self) -> bool {
        self.0.len() > 1
    }

    /// Returns whether a name may mean one of the first so many meanings.
    pub(super) fn is_among_first(self, count: u32) -> bool {
        self.0.iter().any(|meaning| *meaning < count)
    }
}

/// A table of names; what stands in several places of it has several meanings.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: ByName<Vec<u32>>,
    /// For each first and each last unit of a name, a bit for each length of
    /// such a name: most units of a text begin and end none.
    first: BTreeMap<u16, u64>,
    last: BTreeMap<u16, u64>,
    /// Units of the longest name.
    longest: usize,
}

impl Names {
    /// Returns the names of a table with a line for each meaning, on which `=`
    /// parts the names.
    pub(super) fn of_lines(lines: &str) -> Self {
        let normalizer = Normalizer::default();
        let mut names = Names::default();
        for (meaning, line) in (0..).zip(lines.lines()) {
            for name in line.split('=') {
                names.add(&normalizer, name, meaning);
            }
        }
        names
    }

    /// Adds a name as it is written, and as it is when normalized by default.
    pub(super) fn add(&mut self, normalizer: &Normalizer, name: &str, meaning: u32) {
        let mut normalized = Vec::new();
        normalizer.normalize_into(name, &mut normalized);
        self.add_units(name.encode_utf16().collect(), meaning);
        self.add_units(normalized, meaning);
    }

    /// Adds a name in these units, if there are any.
    pub(super) fn add_units(&mut self, units: Vec<u16>, meaning: u32) {
        let ([first, ..], [.., last]) = (&units[..], &units[..]) else {
            return;
        };
        let length = 1 << units.len();
        *self.first.entry(*first).or_default() |= length;
        *self.last.entry(*last).or_default() |= length;
        self.longest = self.longest.max(units.len());
        let meanings = self.by_name.entry(units.into()).or_default();
        if !meanings.contains(&meaning) {
            meanings.push(meaning);
        }
    }

    /// Returns the number of units of the longest name.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }

    /// Returns what a name means.
    pub(super) fn get(&self, name: &[u16]) -> Option<Meanings<'_>> {
        // Most of what is asked for is no name, and to hash it takes longer.
        let lengths = self.first.get(name.first()?)?;
        if name.len() > self.longest || lengths >> name.len() & 1 == 0 {
            return None;
        }
        self.by_name.get(name).map(|meanings| Meanings(meanings))
    }

    /// Returns the lengths of the names that a stretch begins with, the longest
    /// first, and what they mean.
    pub(super) fn beginning<'names, 'units>(
        &'names self,
        units: &'units [u16],
    ) -> impl Iterator<Item = (usize, Meanings<'names>)> + use<'names, 'units> {
        let lengths = units.first().and_then(|unit| self.first.get(unit));
        let lengths = set_bits(lengths.copied().unwrap_or(0));
        lengths.filter_map(|len| Some((len, self.get(units.get(..len)?)?)))
    }

    /// Returns the lengths of the names that a stretch ends with, the longest
    /// first, and what they mean.
    pub(super) fn ending<'names, 'units>(
        &'names self,
        units: &'units [u16],
    ) -> impl Iterator<Item = (usize, Meanings<'names>)> + use<'names, 'units> {
        let lengths = units.last().and_then(|unit| self.last.get(unit));
        let lengths = set_bits(lengths.copied().unwrap_or(0));
        lengths.filter_map(|len| {
            let start = units.len().checked_sub(len)?;
            Some((len, self.get(&units[start..])?))
        })
    }
}

/// Returns the numbers whose bits are set, the highest first.
pub(super) fn set_bits(mut bits: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let highest = bits.checked_ilog2()?;
        bits ^= 1 << highest;
        Some(highest as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn names_of_one_line_mean_the_same_and_a_name_may_mean_several_things() {
        let names = Names::of_lines("兆瓦=mw=Megawatt\n毫瓦=mw\n千瓦=kw");
        let get = |name: &str| names.get(&units(name)).unwrap();
        assert!(get("兆瓦").exclude(get("毫瓦")));
        assert!(!get("兆瓦").exclude(get("mw")));
        assert!(!get("毫瓦").exclude(get("mw")));
        assert!(!get("兆瓦").exclude(get("megawatt")));
        assert!(get("mw").has(0) && get("mw").has(1) && !get("mw").has(2));
        assert!(names.get(&units("瓦")).is_none());
    }

    #[test]
    fn the_longest_name_at_either_end_of_a_stretch_comes_first() {
        let names = Names::of_lines("m\nmi\nmiles\nles");
        let first = |mut found: Vec<usize>| (!found.is_empty()).then(|| found.remove(0));
        let text = units("miles");
        let beginning = |text: &[u16]| first(names.beginning(text).map(|(len, _)| len).collect());
        let ending = |text: &[u16]| first(names.ending(text).map(|(len, _)| len).collect());
        assert_eq!(beginning(&text), Some(5));
        assert_eq!(beginning(&text[..4]), Some(2));
        assert_eq!(ending(&text), Some(5));
        assert_eq!(ending(&text[1..]), Some(3));
        assert_eq!(ending(&text[..3]), None);
    }
}
