//! What a reused phrase is: formula, boilerplate, quotation, name or number.

use std::sync::LazyLock;

use serde::Serialize;

use crate::named::named_enum;
use crate::phrases::context::ContextStatistics;
use crate::text::letters;
use crate::text::lexicon::{
    BODY_ENDINGS, NUMBER_CHARACTERS, SPEECH_VERBS, SURNAMES, TITLES, TRANSLITERATION_CHARACTERS,
};

named_enum! {
    /// What a reused phrase is, as far as its form and its places tell.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
    #[serde(rename_all = "lowercase")]
    pub enum PhraseKind("kind") {
        /// A set phrase: what is left when it is none of the others.
        Formula = "formula",
        /// The frame of an article: dateline, byline, disclaimer, heading.
        Boilerplate = "boilerplate",
        /// A passage, or words that stand in quotation marks.
        Quotation = "quotation",
        /// A person with a title, a place, an organisation, a title of a work.
        Name = "name",
        /// A number, an amount or a date.
        Number = "number",
    }
}

/// Share of the occurrences from which on a property is the phrase's own.
const MOSTLY: f32 = 0.6;

/// Characters from which on a repeat is a passage, not a phrase: twice the
/// thirteen in a row that plagiarism checks of Chinese text ask about. Letters
/// count a third.
const PASSAGE: usize = 26;

/// Characters of a clause with a comma in it that make it a passage.
const CLAUSES: usize = 16;

/// What a character may be part of, as bits.
struct Characters(Vec<u8>);

impl Characters {
    const OF_NUMBER: u8 = 1;
    const FOREIGN: u8 = 2;
    const SURNAME: u8 = 4;
    const ENDS_BODY: u8 = 8;
    const ENDS_TITLE: u8 = 16;
    const ENDS_SPEECH: u8 = 32;

    fn new() -> Self {
        let mut bits = vec![0; 1 << 16];
        let mut set = |characters: &str, bit: u8| {
            for character in characters.chars() {
                bits[character as usize] |= bit;
            }
        };
        set(NUMBER_CHARACTERS, Self::OF_NUMBER);
        set(TRANSLITERATION_CHARACTERS, Self::FOREIGN);
        set(SURNAMES, Self::SURNAME);
        for (words, bit) in [
            (&BODY_ENDINGS[..], Self::ENDS_BODY),
            (&TITLES, Self::ENDS_TITLE),
            (&SPEECH_VERBS, Self::ENDS_SPEECH),
        ] {
            for last in words.iter().filter_map(|word| word.chars().next_back()) {
                set(last.encode_utf8(&mut [0; 4]), bit);
            }
        }
        Characters(bits)
    }

    fn may(&self, character: char, bit: u8) -> bool {
        let bits = self.0.get(character as usize);
        bits.is_some_and(|bits| bits & bit != 0)
    }
}

static CHARACTERS: LazyLock<Characters> = LazyLock::new(Characters::new);

/// Returns the kind of a phrase.
///
/// An honest guess from form and place; no list of phrases is looked up, only
/// short lists of characters and endings.
pub(crate) fn kind_of(
    phrase: &[char],
    documents: u32,
    sources: f32,
    context: &ContextStatistics,
) -> PhraseKind {
    let length = letters::weight(phrase);
    let framed = context.at_margin >= MOSTLY || context.alone >= MOSTLY && length >= 8;
    // A phrase of one source only says more where there are many.
    let one_source = sources < 0.34 && context.alone + context.at_margin >= MOSTLY;
    // What stands in quotation marks is no number, whatever it is made of
    // (“两个一百年”).
    if is_of_numbers(phrase) && context.quoted < MOSTLY {
        PhraseKind::Number
    } else if documents >= 3 && (framed || one_source) {
        PhraseKind::Boilerplate
    } else if length >= PASSAGE
        || length >= CLAUSES && context.comma_inside >= MOSTLY
        || context.stop_inside >= MOSTLY
        || context.quoted >= MOSTLY && context.titled < MOSTLY && length >= CLAUSES
    {
        PhraseKind::Quotation
    } else if is_name(phrase) || context.titled >= MOSTLY {
        PhraseKind::Name
    } else {
        PhraseKind::Formula
    }
}

/// Returns the kind of a phrase whose places were not surveyed.
pub(crate) fn kind_by_form(phrase: &str) -> PhraseKind {
    let characters: Vec<char> = phrase.chars().collect();
    kind_of(&characters, 1, 1.0, &ContextStatistics::default())
}

fn is_of_numbers(phrase: &[char]) -> bool {
    let of_number = |c: &char| CHARACTERS.may(*c, Characters::OF_NUMBER);
    let digits = || phrase.iter().filter(|c| c.is_ascii_digit()).count();
    phrase.iter().all(of_number) || digits() * 2 > phrase.len()
}

fn is_name(phrase: &[char]) -> bool {
    let foreign = |part: &[char]| {
        let is = |c: &&char| CHARACTERS.may(**c, Characters::FOREIGN);
        part.iter().filter(is).count()
    };
    let person = |part: &[char]| {
        let native = || CHARACTERS.may(part[0], Characters::SURNAME);
        matches!(part.len(), 2..=3) && native()
            || matches!(part.len(), 2..=6) && foreign(part) * 2 >= part.len()
    };
    let Some(&last) = phrase.last() else {
        return false;
    };
    // A word is only looked for where its last character stands.
    let before = |word: &str| {
        let rest = phrase.len().checked_sub(word.chars().count())?;
        ends_with(phrase, word).then(|| &phrase[..rest])
    };
    let has_title = phrase
        .iter()
        .any(|c| CHARACTERS.may(*c, Characters::ENDS_TITLE));
    let titled = || {
        TITLES.iter().any(|title| {
            before(title).is_some_and(person) || after(phrase, title).is_some_and(person)
        })
    };
    foreign(phrase) * 4 >= phrase.len() * 3
        || has_title && titled()
        || CHARACTERS.may(last, Characters::ENDS_SPEECH)
            && SPEECH_VERBS
                .iter()
                .any(|verb| before(verb).is_some_and(person))
        || CHARACTERS.may(last, Characters::ENDS_BODY)
            && BODY_ENDINGS
                .iter()
                .any(|end| before(end).is_some_and(|rest| !rest.is_empty()))
}

/// Returns what follows the last place of a word.
fn after<'a>(phrase: &'a [char], word: &str) -> Option<&'a [char]> {
    let at = (0..phrase.len())
        .rev()
        .find(|&at| starts_with(&phrase[at..], word))?;
    Some(&phrase[at + word.chars().count()..])
}

/// Returns whether a phrase begins with a word.
pub(crate) fn starts_with(phrase: &[char], word: &str) -> bool {
    let mut phrase = phrase.iter();
    word.chars()
        .all(|character| phrase.next() == Some(&character))
}

/// Returns whether a phrase ends with a word.
pub(crate) fn ends_with(phrase: &[char], word: &str) -> bool {
    let mut phrase = phrase.iter().rev();
    word.chars()
        .rev()
        .all(|character| phrase.next() == Some(&character))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(phrase: &str) -> PhraseKind {
        let characters: Vec<char> = phrase.chars().collect();
        kind_of(&characters, 5, 1.0, &ContextStatistics::default())
    }

    #[test]
    fn numbers_names_and_formulas_are_told_apart() {
        for (phrase, expected) in [
            ("二十一世纪中叶", PhraseKind::Formula),
            ("2019年以来", PhraseKind::Number),
            ("百分之三十五", PhraseKind::Number),
            ("今天上午", PhraseKind::Number),
            ("三个代表", PhraseKind::Formula),
            ("俄罗斯总统普京", PhraseKind::Name),
            ("习近平强调", PhraseKind::Name),
            ("哈萨克斯坦", PhraseKind::Name),
            ("清华大学", PhraseKind::Name),
            ("最高人民法院", PhraseKind::Name),
            ("群防群治", PhraseKind::Formula),
            ("实事求是", PhraseKind::Formula),
            ("改革开放", PhraseKind::Formula),
        ] {
            assert_eq!(kind(phrase), expected, "{phrase}");
        }
    }

    #[test]
    fn what_stands_at_the_rim_of_most_articles_is_boilerplate() {
        let context = ContextStatistics {
            at_margin: 0.9,
            ..ContextStatistics::default()
        };
        let byline: Vec<char> = "央视网消息新闻联播".chars().collect();
        assert_eq!(
            kind_of(&byline, 100, 1.0, &context),
            PhraseKind::Boilerplate
        );
        assert_eq!(kind("联防联控"), PhraseKind::Formula);
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in PhraseKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
}
