//! A set of short words that slices of characters are looked up in.

use std::collections::HashSet;

/// A set of words of at most [`WordSet::LONGEST`] characters.
pub(crate) struct WordSet {
    words: HashSet<u128>,
    /// A bit for each hash of the first two characters of a word.
    beginnings: Vec<u64>,
}

impl WordSet {
    /// Characters that a number of 128 bits holds, 21 bits each.
    pub(crate) const LONGEST: usize = 6;

    /// Returns the set of the lines of a list; longer lines are left out.
    pub(crate) fn new(list: &str) -> Self {
        let mut set = WordSet {
            words: HashSet::new(),
            beginnings: vec![0; 1 << 10],
        };
        for line in list.lines() {
            let word: Vec<char> = line.chars().collect();
            if let Some(key) = Self::key(&word) {
                set.words.insert(key);
                if let [first, second, ..] = word[..] {
                    let bit = Self::beginning(first, second);
                    set.beginnings[bit >> 6] |= 1 << (bit & 63);
                }
            }
        }
        set
    }

    /// Returns whether a word is in the set.
    pub(crate) fn contains(&self, word: &[char]) -> bool {
        Self::key(word).is_some_and(|key| self.words.contains(&key))
    }

    /// Returns whether a word of the set may begin with two characters: most
    /// others are told by one look.
    #[inline(always)]
    pub(crate) fn may_begin(&self, first: char, second: char) -> bool {
        let bit = Self::beginning(first, second);
        self.beginnings[bit >> 6] >> (bit & 63) & 1 == 1
    }

    /// Returns the characters as one number.
    fn key(word: &[char]) -> Option<u128> {
        let join = |key: u128, c: &char| key << 21 | u128::from(u32::from(*c));
        (word.len() <= Self::LONGEST).then(|| word.iter().fold(0, join))
    }

    #[inline(always)]
    fn beginning(first: char, second: char) -> usize {
        let both = u32::from(first)
            .wrapping_mul(0x9e37_79b1)
            .wrapping_add(u32::from(second));
        (both.wrapping_mul(0x85eb_ca6b) >> 16) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_its_words_and_no_others() {
        let set = WordSet::new("实事求是\n为民\n一\n这一行比六个字要长\n");
        let contains = |word: &str| set.contains(&word.chars().collect::<Vec<_>>());
        assert!(contains("实事求是") && contains("为民") && contains("一"));
        assert!(!contains("实事") && !contains("民为") && !contains("这一行比六个"));
        assert!(set.may_begin('实', '事') && set.may_begin('为', '民'));
        assert!(!set.may_begin('民', '为'));
    }
}
