//! Looking for a word in a short text.

/// Returns whether a text has a word, which is empty in every text.
///
/// One comparison of two units for nearly every place: the word's first unit
/// seldom stands where the word does not.
pub(crate) fn contains(text: &[u16], word: &[u16]) -> bool {
    let [first, rest @ ..] = word else {
        return true;
    };
    let Some(last) = text.len().checked_sub(word.len()) else {
        return false;
    };
    let is_here = |(at, unit): (usize, &u16)| unit == first && text[at + 1..].starts_with(rest);
    text[..=last].iter().enumerate().any(is_here)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_word_is_found_where_a_window_is_the_same(
            text in prop::collection::vec(0_u16..3, 0..12),
            word in prop::collection::vec(0_u16..3, 1..5),
        ) {
            let truth = text.windows(word.len()).any(|window| window == word);
            prop_assert_eq!(contains(&text, &word), truth);
            prop_assert!(contains(&text, &[]));
        }
    }
}
