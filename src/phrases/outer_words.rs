//! The first and the last word of a phrase in a script that parts words by spaces.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::phrases::weights::Weights;
use crate::phrases::word_set::NORMALIZER;
use crate::text::letters;
use crate::text::lexicon::{LETTER_FUNCTION_WORDS, LETTER_PRONOUNS, LETTER_REPORTING_VERBS};

const W: Weights = Weights::DEFAULT;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Function,
    Pronoun,
    Reporting,
}

static ROLES: LazyLock<HashMap<String, Role>> = LazyLock::new(|| {
    let mut units = Vec::new();
    let mut roles = HashMap::new();
    for (words, role) in [
        (&LETTER_FUNCTION_WORDS[..], Role::Function),
        (&LETTER_PRONOUNS, Role::Pronoun),
        (&LETTER_REPORTING_VERBS, Role::Reporting),
    ] {
        for word in words {
            // As a text has it, whichever steps of normalizing are off.
            units.clear();
            NORMALIZER.normalize_into(word, &mut units);
            roles.insert((*word).to_owned(), role);
            roles.insert(String::from_utf16_lossy(&units), role);
        }
    }
    roles
});

/// Returns what a phrase of letters keeps of its score where its last word
/// leads on to another (*sold to*), or its first is an article, a preposition or
/// the like (*the company*, *said it*), or its last says who speaks (*officials
/// said*); next to nothing where both are so (*over the*).
pub(crate) fn factor(first: &[char], last: &[char]) -> f32 {
    let role = |word: &[char]| {
        let of_letters = word.iter().all(|c| letters::is_spaced_character(*c));
        of_letters.then(|| ROLES.get(word.iter().collect::<String>().as_str()).copied())?
    };
    let ends = match role(last) {
        Some(Role::Function) => W.leads_on,
        Some(Role::Reporting) => W.leading,
        Some(Role::Pronoun) | None => 1.0,
    };
    let begins = match role(first) {
        Some(_) => W.hangs_on,
        None => 1.0,
    };
    ends * begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_of_letters_does_not_lead_on_or_hang_on() {
        let of = |first: &str, last: &str| {
            let word = |word: &str| word.chars().collect::<Vec<_>>();
            factor(&word(first), &word(last))
        };
        assert_eq!(of("of", "the"), W.leads_on * W.hangs_on);
        assert_eq!(of("sold", "to"), W.leads_on);
        assert_eq!(of("and", "other"), W.hangs_on);
        assert_eq!(of("the", "company"), W.hangs_on);
        assert_eq!(of("analysts", "said"), W.leading);
        assert_eq!(of("экономический", "и"), W.leads_on);
        assert_eq!(of("without", "limitation"), W.hangs_on);
        assert_eq!(of("real", "estate"), 1.0);
        assert_eq!(of("联", "控"), 1.0);
    }
}
