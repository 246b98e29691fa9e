//! The keys by which relatives find each other: hashes of a phrase, of its parts and of its variants.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;

use crate::hash::mix;
use crate::phrases::char_set::CharSet;
use crate::prefetch::prefetch;
use crate::text::lexicon::{
    CONNECTIVES, LIKE_CHARACTERS, NUMERALS, REVERSIBLE_WORDS, TELLING_CHARACTERS,
};

/// Longest phrase that is compared with others character by character: longer
/// repeats are passages.
pub(crate) const LONGEST: usize = 24;

/// Shortest part that still stands for the whole: one in this many of its
/// characters.
const PART: usize = 2;

/// Fewest characters beside connectives that make two phrases variants.
const MIN_BARE: usize = 4;

/// The keys of a phrase; a buffer that is filled for one after another.
#[derive(Default)]
pub(crate) struct PhraseKeys {
    /// Hash of the phrase.
    pub(crate) whole: u64,
    /// Hashes of its parts, as phrases.
    pub(crate) parts: Vec<u64>,
    /// Hashes that it shares with relatives that are no part of it.
    pub(crate) variants: Vec<u64>,
    characters: Vec<u32>,
    /// Hash of the characters before each one.
    before: Vec<u64>,
    /// Powers of the base.
    powers: Vec<u64>,
}

/// What a hash is made of: keeps hashes of different kinds apart.
#[derive(Clone, Copy)]
enum Origin {
    Whole = 1,
    Order,
    Interleaved,
    Reversed,
    Changed,
    Bare,
}

/// An odd number with no pattern: the base of the hash of a string.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// What stands for a character that may be any; the numbers above stand for
/// characters of a group.
const ANY: u64 = 0x1_0000_0000;

/// Which character of a phrase may be another in a relative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// None.
    No,
    /// One, by another of its group in the list of like characters.
    Like,
    /// Any one but numerals and what tells one thing from another.
    Any,
}

/// Whether the words of a phrase of four characters may change places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// No: they stand side by side by chance, or are a part of something longer.
    Fixed,
    /// In a phrase whose last word is the head of a term.
    OfTerm,
    /// In another one.
    Free,
}

/// The groups that a character is in, a bit for each.
static GROUPS: LazyLock<HashMap<char, u64>> = LazyLock::new(|| {
    let mut groups = HashMap::new();
    for (group, line) in LIKE_CHARACTERS.lines().enumerate() {
        for character in line.chars() {
            *groups.entry(character).or_default() |= 1 << group;
        }
    }
    groups
});

/// Returns the groups that a character is in, a bit for each.
pub(crate) fn groups(character: char) -> u64 {
    GROUPS.get(&character).copied().unwrap_or(0)
}

static TELLING: LazyLock<CharSet> = LazyLock::new(|| CharSet::new([NUMERALS, TELLING_CHARACTERS]));

static JOINING: LazyLock<CharSet> = LazyLock::new(|| CharSet::new([CONNECTIVES]));

/// Returns whether a character may be any other in a relative.
pub(crate) fn may_be_any(character: char) -> bool {
    !TELLING.contains(character)
}

impl PhraseKeys {
    /// Replaces the keys by those of a phrase, without parts.
    pub(crate) fn read(
        &mut self,
        characters: impl Iterator<Item = u32>,
        change: Change,
        words: Words,
    ) {
        self.characters.clear();
        self.characters.extend(characters);
        let characters = &self.characters;
        let length = characters.len();
        self.parts.clear();
        self.variants.clear();
        self.before.clear();
        self.before.push(0);
        self.powers.clear();
        self.powers.push(1);
        for (at, &character) in characters.iter().enumerate() {
            let hash = self.before[at]
                .wrapping_mul(BASE)
                .wrapping_add(u64::from(character) + 1);
            self.before.push(hash);
            self.powers.push(self.powers[at].wrapping_mul(BASE));
        }
        let whole = self.before[length];
        self.whole = key(Origin::Whole, length, whole);
        if length > LONGEST {
            return;
        }
        add_orders(characters, words, &mut self.variants);
        for (at, &character) in characters.iter().enumerate() {
            let mut add = |other: u64| {
                let change = other.wrapping_sub(u64::from(character) + 1);
                let hash = whole.wrapping_add(change.wrapping_mul(self.powers[length - 1 - at]));
                self.variants.push(key(Origin::Changed, length, hash));
            };
            let is = |test: fn(char) -> bool| char::from_u32(character).is_some_and(test);
            match change {
                Change::No => {}
                Change::Any if is(may_be_any) => add(ANY),
                Change::Any => {}
                Change::Like => {
                    let mut groups = char::from_u32(character).map_or(0, groups);
                    while groups != 0 {
                        add(ANY + 1 + u64::from(groups.trailing_zeros()));
                        groups &= groups - 1;
                    }
                }
            }
        }
        let connective = |c: u32| char::from_u32(c).is_some_and(|c| JOINING.contains(c));
        let (mut count, mut hash) = (0, 0_u64);
        for &character in characters.iter().filter(|c| !connective(**c)) {
            count += 1;
            hash = hash
                .wrapping_mul(BASE)
                .wrapping_add(u64::from(character) + 1);
        }
        if count >= MIN_BARE {
            self.variants.push(key(Origin::Bare, count, hash));
        }
    }

    /// Adds the parts that still stand for the whole.
    pub(crate) fn find_parts(&mut self) {
        let length = self.before.len() - 1;
        if length > LONGEST {
            return;
        }
        for part in length.div_ceil(PART).max(3)..length {
            for at in 0..=length - part {
                let head = self.before[at].wrapping_mul(self.powers[part]);
                let hash = self.before[at + part].wrapping_sub(head);
                self.parts.push(key(Origin::Whole, part, hash));
            }
        }
    }
}

/// Adds the keys that a phrase shares with its characters in another order.
///
/// Any other order will do for more than four characters, if numerals keep
/// theirs. Four are two words: these change places (问卷调查, 调查问卷) if they
/// are free to, and that makes no term of what is none (工程建设, 建设工程), or
/// their characters do with each other's (深情厚谊, 深厚情谊); the characters of one
/// word do only where that is the same word or names a pair of countries
/// (相互, 互相; 中非, 非中), for 生产 is not 产生.
fn add_orders(characters: &[u32], words: Words, variants: &mut Vec<u64>) {
    let length = characters.len();
    let is_numeral =
        |c: u32| char::from_u32(c).is_some_and(|c| c.is_ascii_digit() || NUMERALS.contains(c));
    let one = |c: u32| mix(u64::from(c));
    let pair = |a: u32, b: u32| mix(u64::from(a) << 32 | u64::from(b));
    let &[a, b, c, d] = characters else {
        let mut hash = 0_u64;
        let mut numerals = 0_u64;
        for &character in characters {
            hash = hash.wrapping_add(one(character));
            if is_numeral(character) {
                numerals = mix(numerals ^ one(character));
            }
        }
        let hash = hash.wrapping_add(numerals);
        variants.push(key(Origin::Order, length, hash));
        return;
    };
    if words != Words::Fixed {
        let both = pair(a, b).wrapping_add(pair(c, d));
        let is_term = words == Words::OfTerm;
        variants.push(key(Origin::Order, length, both ^ u64::from(is_term)));
    }
    if !is_numeral(b) && !is_numeral(c) {
        let inner = one(b).wrapping_add(one(c));
        variants.push(key(Origin::Interleaved, length, mix(inner) ^ pair(a, d)));
    }
    for (x, y, at, rest) in [(a, b, 0, pair(c, d)), (c, d, 2, pair(a, b))] {
        if may_reverse(x, y) {
            let word = mix(one(x).wrapping_add(one(y)).wrapping_add(at));
            variants.push(key(Origin::Reversed, length, word ^ rest));
        }
    }
}

/// Returns whether two characters that change places are the same word, or two
/// of what tells things apart, such as countries.
pub(crate) fn may_reverse(one: u32, other: u32) -> bool {
    let is_name = |c: u32| {
        let character = char::from_u32(c);
        character.is_some_and(|c| TELLING.contains(c) && !NUMERALS.contains(c))
    };
    REVERSIBLE.contains(&(one.min(other), one.max(other))) || is_name(one) && is_name(other)
}

/// The characters of words that may change places, the lesser first.
static REVERSIBLE: LazyLock<HashSet<(u32, u32)>> = LazyLock::new(|| {
    let words = REVERSIBLE_WORDS.lines().filter_map(|word| {
        let mut characters = word.chars().map(u32::from);
        let (one, other) = (characters.next()?, characters.next()?);
        Some((one.min(other), one.max(other)))
    });
    words.collect()
});

fn key(of: Origin, length: usize, hash: u64) -> u64 {
    mix(hash ^ mix((of as u64) << 32 | length as u64))
}

/// A hash table from the hash of a phrase to the phrase.
pub(crate) struct PhraseTable {
    /// Hash of each phrase, in the order of the phrases.
    hashes: Vec<u64>,
    /// One more than the number of the phrase, at the slot of its hash or after
    /// it; 0 for none.
    slots: Vec<u32>,
}

impl PhraseTable {
    pub(crate) fn new(hashes: Vec<u64>) -> Self {
        let mut table = PhraseTable {
            slots: vec![0; (2 * hashes.len()).next_power_of_two()],
            hashes,
        };
        for nth in 0..table.hashes.len() {
            let mut at = table.slot(table.hashes[nth]);
            while table.slots[at] != 0 {
                at = table.slot(at as u64 + 1);
            }
            table.slots[at] = nth as u32 + 1;
        }
        table
    }

    fn slot(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    /// Prefetches the slots of hashes.
    pub(crate) fn prefetch_all(&self, hashes: &[u64]) {
        let slots = hashes.iter().map(|&hash| self.slot(hash));
        slots.for_each(|slot| prefetch(&self.slots, slot));
    }

    /// Returns the number of the phrase with a hash.
    pub(crate) fn find(&self, hash: u64) -> Option<u32> {
        let mut at = self.slot(hash);
        loop {
            let nth = self.slots[at].checked_sub(1)?;
            if self.hashes[nth as usize] == hash {
                return Some(nth);
            }
            at = self.slot(at as u64 + 1);
        }
    }
}

/// A filter of the keys that two phrases have; it may answer yes for others.
/// Most keys are of one phrase alone, and need not be looked up or stored.
pub(crate) struct SharedKeys {
    /// Two bits for each key: there once, there twice.
    words: Vec<AtomicU64>,
}

impl SharedKeys {
    /// Keys in a word.
    const PER_WORD: usize = 32;

    pub(crate) fn new(phrases: usize) -> Self {
        /// Keys that there is room for, for the ten or so of a phrase.
        const PER_PHRASE: usize = 32;
        let words = (phrases.max(1) * PER_PHRASE / Self::PER_WORD).next_power_of_two();
        SharedKeys {
            words: (0..words).map(|_| AtomicU64::default()).collect(),
        }
    }

    /// Prefetches the words of keys.
    pub(crate) fn prefetch_all(&self, keys: &[u64]) {
        keys.iter()
            .for_each(|&key| prefetch(&self.words, self.word_and_shift(key).0));
    }

    /// Adds keys; the bits do not depend on the order of the calls.
    pub(crate) fn add_all(&self, keys: &[u64]) {
        for &key in keys {
            let (word, shift) = self.word_and_shift(key);
            let word = &self.words[word];
            let (once, twice) = (1 << shift, 2 << shift);
            if word.load(Relaxed) & twice == 0 && word.fetch_or(once, Relaxed) & once != 0 {
                word.fetch_or(twice, Relaxed);
            }
        }
    }

    /// Returns whether two phrases may have a key; `false` is certain.
    pub(crate) fn contains(&self, key: u64) -> bool {
        let (word, shift) = self.word_and_shift(key);
        self.words[word].load(Relaxed) & 2 << shift != 0
    }

    fn word_and_shift(&self, key: u64) -> (usize, u32) {
        let hash = key as usize & (self.words.len() * Self::PER_WORD - 1);
        (
            hash / Self::PER_WORD,
            2 * (hash as u32 % Self::PER_WORD as u32),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related(founder: &str, other: &str) -> bool {
        related_by(Change::Any, founder, other)
    }

    fn related_by(change: Change, founder: &str, other: &str) -> bool {
        related_with(change, Words::Free, founder, other)
    }

    fn related_with(change: Change, words: Words, founder: &str, other: &str) -> bool {
        let keys_of = |phrase: &str| {
            let mut keys = PhraseKeys::default();
            keys.read(phrase.chars().map(u32::from), change, words);
            keys.find_parts();
            keys
        };
        let (founder, other) = (keys_of(founder), keys_of(other));
        founder.parts.contains(&other.whole)
            || other.parts.contains(&founder.whole)
            || other
                .variants
                .iter()
                .any(|key| founder.variants.contains(key))
    }

    #[test]
    fn a_character_changes_into_one_like_it_or_into_any_that_tells_nothing() {
        assert!(related_by(Change::Like, "群防群治", "群防群控"));
        assert!(related_by(Change::Like, "防灾减灾", "抗灾减灾"));
        assert!(!related_by(Change::Like, "自食其果", "自食其力"));
        assert!(!related_by(Change::Like, "以邻为伴", "以邻为壑"));
        assert!(!related_by(Change::No, "群防群治", "群防群控"));
        assert!(related("铸牢共同体意识", "筑牢共同体意识"));
        assert!(!related("中方重视中欧关系", "中方重视中巴关系"));
    }

    #[test]
    fn parts_orders_changes_and_connectives_are_relatives() {
        assert!(related("群防群治", "群防群控"));
        assert!(related("群防群治", "联防联控群防群治"));
        assert!(related("联防联控群防群治", "群防群治"));
        assert!(related("联防联控群防群治", "群防群治联防联控"));
        assert!(related("治理体系和治理能力", "治理体系治理能力"));
        assert!(related("治理体系和治理能力", "治理体系与治理能力"));
    }

    #[test]
    fn words_change_places_and_characters_do_not_where_that_is_another_word() {
        for (founder, other) in [
            ("问卷调查", "调查问卷"),
            ("深情厚谊", "深厚情谊"),
            ("相互配合", "互相配合"),
            ("中非合作", "非中合作"),
        ] {
            assert!(related_by(Change::No, founder, other), "{founder} {other}");
        }
        assert!(!related_with(
            Change::No,
            Words::Fixed,
            "问卷调查",
            "调查问卷"
        ));
        assert!(related_with(
            Change::No,
            Words::Fixed,
            "中非合作",
            "非中合作"
        ));
        for (founder, other) in [
            ("从事生产", "从事产生"),
            ("学校医院", "院校医学"),
            ("5月7日", "7月5日"),
            ("一年三月三日", "三年一月三日"),
            ("几十年来", "十几年来"),
        ] {
            assert!(!related_by(Change::No, founder, other), "{founder} {other}");
        }
    }

    #[test]
    fn a_changed_numeral_is_another_fact() {
        assert!(!related("党的十八大以来", "党的十九大以来"));
    }

    #[test]
    fn what_shares_a_word_is_no_relative() {
        assert!(!related("人民群众", "广大人民"));
        assert!(!related("改革开放", "坚持改革开放基本国策"));
        assert!(!related("联防联控", "群防群治"));
    }
}
