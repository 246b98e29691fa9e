//! How much of a phrase is made of the words that set phrases of official prose are made of.

use std::sync::LazyLock;

use crate::phrases::word_set::WordSet;
use crate::text::lexicon::FORMULA_WORDS;

static WORDS: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(FORMULA_WORDS));

/// Longest phrase that is looked into, in characters: a slogan's. A longer one
/// is a passage.
const LONGEST: usize = 40;

/// Returns the share of the characters of a phrase that words of the list
/// cover, at most, if no two words overlap; 0 for a passage.
///
/// Takes a look-up for each word that two neighbours may begin.
pub(crate) fn share(phrase: &[char]) -> f32 {
    let len = phrase.len();
    if len == 0 || len > LONGEST {
        return 0.0;
    }
    // The most characters that words cover of those before each position.
    let mut covered = [0_u8; LONGEST + 1];
    for start in 0..len {
        let before = covered[start];
        covered[start + 1] = covered[start + 1].max(before);
        let Some(&second) = phrase.get(start + 1) else {
            break;
        };
        if !WORDS.may_begin(phrase[start], second) {
            continue;
        }
        for word_len in 2..=WORDS.longest().min(len - start) {
            let end = start + word_len;
            if WORDS.contains(&phrase[start..end]) {
                covered[end] = covered[end].max(before + word_len as u8);
            }
        }
    }
    f32::from(covered[len]) / len as f32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, by trying every way to place words.
    fn most(phrase: &[char]) -> usize {
        let Some((_, rest)) = phrase.split_first() else {
            return 0;
        };
        let words = (2..=phrase.len().min(WORDS.longest()))
            .filter(|len| WORDS.contains(&phrase[..*len]))
            .map(|len| len + most(&phrase[len..]));
        words.chain([most(rest)]).max().unwrap_or(0)
    }

    #[test]
    fn a_slogan_is_all_words_of_the_list_and_a_plain_clause_is_not() {
        let share = |phrase: &str| share(&phrase.chars().collect::<Vec<_>>());
        assert_eq!(share("统筹兼顾"), 1.0);
        assert_eq!(share("昨夜有雨"), 0.0);
        assert_eq!(share(""), 0.0);
        assert_eq!(share(&"统筹".repeat(LONGEST)), 0.0);
    }

    proptest! {
        #[test]
        fn prop_the_share_is_that_of_the_best_choice_of_words(
            phrase in "[统筹兼顾毫不动摇为民主党风廉政建设]{1,12}"
        ) {
            let phrase: Vec<char> = phrase.chars().collect();
            prop_assert_eq!(share(&phrase), most(&phrase) as f32 / phrase.len() as f32);
        }
    }
}
