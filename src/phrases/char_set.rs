//! A set of characters that is asked about each character of many strings.

/// A set of characters: a bit for each of the first 65,536.
pub(crate) struct CharSet(Box<[u64]>);

impl CharSet {
    /// Returns the set of the characters of some lists.
    ///
    /// # Panics
    ///
    /// Panics if a list has a character beyond 16 bits.
    pub(crate) fn new<'a>(lists: impl IntoIterator<Item = &'a str>) -> Self {
        let mut bits = vec![0; 1 << 10].into_boxed_slice();
        for character in lists.into_iter().flat_map(str::chars) {
            let (word, bit) = place(character);
            bits[word] |= bit;
        }
        CharSet(bits)
    }

    /// Returns the set of the last characters of some words.
    pub(crate) fn of_ends<'a>(words: impl IntoIterator<Item = &'a &'a str>) -> Self {
        let last = |word: &'a &'a str| {
            let at = word.char_indices().next_back();
            at.map_or("", |(at, _)| &word[at..])
        };
        CharSet::new(words.into_iter().map(last))
    }

    /// Returns whether a character is in the set; takes one look, where a
    /// search through a list of a few dozen takes as long as a hundred.
    #[inline(always)]
    pub(crate) fn contains(&self, character: char) -> bool {
        let (word, bit) = place(character);
        self.0.get(word).is_some_and(|bits| bits & bit != 0)
    }
}

#[inline(always)]
fn place(character: char) -> (usize, u64) {
    let number = u32::from(character);
    ((number >> 6) as usize, 1 << (number & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_set_has_the_characters_of_its_lists(
            lists in prop::collection::vec("[a-c的了着是\u{ffff}]{0,4}", 0..3),
            character in "[a-d的了着是在\u{ffff}𠀀]"
        ) {
            let set = CharSet::new(lists.iter().map(String::as_str));
            let character = character.chars().next().unwrap();
            let expected = lists.iter().any(|list| list.contains(character));
            prop_assert_eq!(set.contains(character), expected);
        }
    }
}
