//! A set of words that slices of characters are looked up in.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::hash::mix;
use crate::text::normalize::Normalizer;

/// The normalizer of all lists: making one takes as long as a megabyte of text.
pub(crate) static NORMALIZER: LazyLock<Normalizer> = LazyLock::new(Normalizer::default);

/// A set of words: most are short and stand as one number each.
pub(crate) struct WordSet {
    words: HashSet<u128, BuildHasherDefault<KeyHasher>>,
    /// Words of more characters than a number holds.
    long: HashSet<Box<[char]>>,
    /// Characters of the longest word.
    longest: usize,
    /// A bit for each hash of the first two characters of a word.
    beginnings: Vec<u64>,
}

impl WordSet {
    /// Characters that a number of 128 bits holds, 21 bits each.
    const PACKED: usize = 6;

    /// Returns the set of the lines of a list, as they are written there and as
    /// a normalized text has them.
    pub(crate) fn new(list: &str) -> Self {
        let mut units = Vec::new();
        let mut set = WordSet {
            words: HashSet::default(),
            long: HashSet::new(),
            longest: 0,
            beginnings: vec![0; 1 << 10],
        };
        for line in list.lines() {
            units.clear();
            NORMALIZER.normalize_into(line, &mut units);
            set.insert(line.chars().collect());
            set.insert(String::from_utf16_lossy(&units).chars().collect());
        }
        set
    }

    fn insert(&mut self, word: Vec<char>) {
        self.longest = self.longest.max(word.len());
        if let [first, second, ..] = word[..] {
            let bit = Self::beginning(first, second);
            self.beginnings[bit >> 6] |= 1 << (bit & 63);
        }
        match Self::key(&word) {
            Some(key) => self.words.insert(key),
            None => self.long.insert(word.into()),
        };
    }

    /// Returns the number of characters of the longest word.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Returns whether a word is in the set.
    pub(crate) fn contains(&self, word: &[char]) -> bool {
        match Self::key(word) {
            Some(key) => self.words.contains(&key),
            None => {
                word.len() <= self.longest
                    && self.may_begin(word[0], word[1])
                    && self.long.contains(word)
            }
        }
    }

    /// Returns whether a word of the set may begin with two characters: most
    /// others are told by one look.
    #[inline(always)]
    pub(crate) fn may_begin(&self, first: char, second: char) -> bool {
        let bit = Self::beginning(first, second);
        self.beginnings[bit >> 6] >> (bit & 63) & 1 == 1
    }

    /// Returns the characters as one number, if it holds them.
    fn key(word: &[char]) -> Option<u128> {
        let join = |key: u128, c: &char| key << 21 | u128::from(u32::from(*c));
        (word.len() <= Self::PACKED).then(|| word.iter().fold(0, join))
    }

    #[inline(always)]
    fn beginning(first: char, second: char) -> usize {
        let both = u32::from(first)
            .wrapping_mul(0x9e37_79b1)
            .wrapping_add(u32::from(second));
        (both.wrapping_mul(0x85eb_ca6b) >> 16) as usize
    }
}

/// A hasher for words that are one number: our own lists choose no keys to
/// harm us.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("words are whole numbers");
    }

    fn write_u128(&mut self, key: u128) {
        self.0 = mix(key as u64 ^ mix((key >> 64) as u64));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_its_words_whatever_their_length_and_no_others() {
        let set = WordSet::new("实事求是\n为民\n一\n这一行比六个字要长\n天翻地覆\n");
        let contains = |word: &str| set.contains(&word.chars().collect::<Vec<_>>());
        assert!(contains("实事求是") && contains("为民") && contains("一"));
        assert!(contains("这一行比六个字要长") && set.longest() == 9);
        assert!(!contains("实事") && !contains("民为") && !contains("这一行比六个"));
        assert!(!contains("这一行比六个字要短") && !contains("这一行比六个字要长了"));
        // Normalizing makes one character of 覆 and 复.
        assert!(contains("天翻地覆") && contains("天翻地复"));
        assert!(set.may_begin('实', '事') && set.may_begin('为', '民'));
        assert!(!set.may_begin('民', '为'));
    }
}
