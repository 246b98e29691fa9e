//! What a reused phrase is: formula, idiom, term, name, number, quotation or boilerplate.

use std::sync::LazyLock;

use crate::named::named_enum;
use crate::phrases::context::ContextStatistics;
use crate::phrases::form::{self, Form};
use crate::text::lexicon::{
    AFTER_PERSONS, BODY_ENDINGS, NUMBER_CHARACTERS, NUMERALS, SPEECH_VERBS, SURNAMES, TITLES,
    TRANSLITERATION_CHARACTERS,
};
use crate::text::{letters, numbers};

named_enum! {
    /// What a reused phrase is, as far as its form and its occurrences tell.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum PhraseKind("kind") {
        /// A set phrase or a slogan: what is left when it is none of the others.
        Formula = "formula",
        /// An idiom, or four characters that are made like one.
        Idiom = "idiom",
        /// A word for a thing: vocabulary, set because its subject is.
        Term = "term",
        /// A person with a title, a place, an organisation, a title of a work.
        Name = "name",
        /// A number, an amount or a date.
        Number = "number",
        /// A passage, or words that stand in quotation marks.
        Quotation = "quotation",
        /// The frame of an article: dateline, byline, disclaimer, heading.
        Boilerplate = "boilerplate",
    }
}

/// Where one kind of phrase ends and the next begins.
///
/// A share is one of the occurrences, between 0 and 1; a length counts Han
/// characters, three letters as one.
struct Thresholds {
    /// Share from which on a property of the occurrences is the phrase's own.
    mostly: f32,
    /// Length from which on a repeat is a passage, not a phrase: twice the
    /// thirteen in a row that plagiarism checks of Chinese text ask about.
    passage_length: usize,
    /// Length of a clause with a comma in it, or in quotation marks, that
    /// makes it a passage.
    clause_length: usize,
    /// Length of a slogan of equal members, which is no passage up to here.
    slogan_length: usize,
    /// Share in the margins from which on a sentence of its own is no slogan.
    some_at_margin: f32,
    /// Length from which on a line of its own is a heading or a disclaimer.
    line_length: usize,
    /// Fewest documents of boilerplate: two may begin alike by chance.
    boilerplate_documents: u32,
    /// Evenness over the sources, between 0 and 1, under which a phrase is of
    /// one source.
    one_source: f32,
    /// Share of the characters of a name that transcribe foreign names: of a
    /// whole phrase.
    foreign_phrase: f32,
    /// The same of a person's name beside a title, which says more.
    foreign_person: f32,
    /// Share of digits and their signs above which a phrase is a number, whatever
    /// else it has.
    digits: f32,
}

impl Thresholds {
    /// The thresholds that every run uses. Where no reason is given they are
    /// guesses; reading the first 200 phrases of each kind would show better
    /// ones.
    const DEFAULT: Thresholds = Thresholds {
        mostly: 0.6,
        passage_length: 26,
        clause_length: 16,
        slogan_length: 40,
        some_at_margin: 0.2,
        line_length: 8,
        boilerplate_documents: 3,
        one_source: 0.34,
        foreign_phrase: 0.75,
        foreign_person: 0.5,
        digits: 0.5,
    };
}

const T: Thresholds = Thresholds::DEFAULT;

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
        for (characters, bit) in [
            (NUMBER_CHARACTERS, Self::OF_NUMBER),
            (TRANSLITERATION_CHARACTERS, Self::FOREIGN),
            (SURNAMES, Self::SURNAME),
        ] {
            for character in characters.chars() {
                bits[character as usize] |= bit;
            }
        }
        for (words, bit) in [
            (&BODY_ENDINGS[..], Self::ENDS_BODY),
            (&TITLES, Self::ENDS_TITLE),
            (&SPEECH_VERBS, Self::ENDS_SPEECH),
        ] {
            for last in words.iter().filter_map(|word| word.chars().next_back()) {
                bits[last as usize] |= bit;
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
/// A guess from the form and from where the phrase occurs, with lists of
/// idioms, places, endings and characters.
pub(crate) fn kind_of(
    phrase: &[char],
    form: Form,
    documents: u32,
    sources: f32,
    context: &ContextStatistics,
) -> PhraseKind {
    let length = letters::weight(phrase);
    let is_slogan = form == Form::Parallel && length <= T.slogan_length;
    // A sentence of its own in the midst of articles is said, not printed
    // round them; a line of its own is a heading or a caption.
    let by_itself = context.line >= T.mostly && !is_slogan
        || context.alone >= T.mostly && context.at_margin >= T.some_at_margin;
    let framed = context.at_margin >= T.mostly || by_itself && length >= T.line_length;
    // A phrase of one source only says more where there are many.
    let one_source = sources < T.one_source && context.alone + context.at_margin >= T.mostly;
    // What stands in quotation marks is no number, whatever it is made of
    // (“两个一百年”).
    if is_of_numbers(phrase) && context.quoted < T.mostly {
        PhraseKind::Number
    } else if documents >= T.boilerplate_documents && (framed || one_source) {
        PhraseKind::Boilerplate
    } else if !is_slogan
        && (length >= T.passage_length
            || length >= T.clause_length && context.comma_inside >= T.mostly
            || context.quoted >= T.mostly && context.titled < T.mostly && length >= T.clause_length)
        || context.stop_inside >= T.mostly
    {
        PhraseKind::Quotation
    } else {
        match form {
            Form::Idiom => PhraseKind::Idiom,
            Form::Name => PhraseKind::Name,
            _ if context.titled >= T.mostly => PhraseKind::Name,
            Form::Parallel => PhraseKind::Formula,
            _ if is_name(phrase) => PhraseKind::Name,
            Form::Term => PhraseKind::Term,
            _ => PhraseKind::Formula,
        }
    }
}

/// Returns the kind of a phrase whose occurrences were not looked at.
pub(crate) fn kind_by_form(phrase: &str) -> PhraseKind {
    let characters: Vec<char> = phrase.chars().collect();
    let form = Form::of(&characters, None);
    kind_of(&characters, form, 1, 1.0, &ContextStatistics::default())
}

/// Returns whether a phrase is an ordinal that counts the parts of a text, or
/// several (第二十四条, 第三章第一节).
fn is_ordinal(phrase: &[char]) -> bool {
    /// What parts of statutes, books and plays are called.
    const PARTS: &str = "条款项目章节编篇卷册页回集期号段则";
    let mut rest = phrase;
    while let ['第', after @ ..] = rest {
        let is_figure = |c: &&char| c.is_ascii_digit() || NUMERALS.contains(**c);
        let figures = after.iter().take_while(is_figure).count();
        match after[figures..] {
            [part, ref next @ ..] if figures > 0 && PARTS.contains(part) => rest = next,
            _ => return false,
        }
    }
    rest.is_empty() && !phrase.is_empty()
}

fn is_of_numbers(phrase: &[char]) -> bool {
    if is_ordinal(phrase) {
        return true;
    }
    let is_digit = |c: &char| c.is_ascii_digit();
    let has_digits = phrase.iter().any(is_digit);
    // Signs and separators are parts of a number where there is one.
    let unit = |c: char| u16::try_from(u32::from(c));
    let is_sign = |c: char| has_digits && unit(c).is_ok_and(numbers::is_sign);
    let of_number = |c: &char| CHARACTERS.may(*c, Characters::OF_NUMBER) || is_sign(*c);
    let figures = || {
        let figures = phrase.iter().filter(|c| is_digit(c) || is_sign(**c));
        figures.count() as f32
    };
    phrase.iter().all(of_number) || has_digits && figures() > T.digits * phrase.len() as f32
}

fn is_name(phrase: &[char]) -> bool {
    let foreign = |part: &[char]| {
        let is = |c: &&char| CHARACTERS.may(**c, Characters::FOREIGN);
        part.iter().filter(is).count()
    };
    let person = |part: &[char]| {
        let native = || CHARACTERS.may(part[0], Characters::SURNAME);
        // 业内人士认为 has two characters of foreign names, and is none.
        !form::ends_with_head(part)
            && (matches!(part.len(), 2..=3) && native()
                || matches!(part.len(), 2..=6)
                    && foreign(part) as f32 >= T.foreign_person * part.len() as f32)
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
    foreign(phrase) as f32 >= T.foreign_phrase * phrase.len() as f32
        || has_title && (titled() || tells_of_person(phrase))
        || CHARACTERS.may(last, Characters::ENDS_SPEECH)
            && SPEECH_VERBS
                .iter()
                .any(|verb| before(verb).is_some_and(person))
        || CHARACTERS.may(last, Characters::ENDS_BODY)
            && BODY_ENDINGS
                .iter()
                .any(|end| before(end).is_some_and(|rest| !rest.is_empty()))
}

/// Returns whether a title, a person's name and what the person does stand in
/// a phrase (国家主席王小明主持会议): a piece of news.
fn tells_of_person(phrase: &[char]) -> bool {
    let tells = |rest: &[char]| {
        let is_surname = |c: &char| CHARACTERS.may(*c, Characters::SURNAME);
        rest.first().is_some_and(is_surname)
            && (2..=3).any(|len| {
                let after = rest.get(len..);
                after.is_some_and(|after| AFTER_PERSONS.iter().any(|word| starts_with(after, word)))
            })
    };
    (0..phrase.len()).any(|at| {
        TITLES.iter().any(|title| {
            starts_with(&phrase[at..], title) && tells(&phrase[at + title.chars().count()..])
        })
    })
}

/// Returns what follows the last occurrence of a word.
fn after<'a>(phrase: &'a [char], word: &str) -> Option<&'a [char]> {
    let at = (0..phrase.len())
        .rev()
        .find(|&at| starts_with(&phrase[at..], word))?;
    Some(&phrase[at + word.chars().count()..])
}

/// Returns whether `word` stands at the start of a phrase.
pub(crate) fn starts_with(phrase: &[char], word: &str) -> bool {
    let mut phrase = phrase.iter();
    word.chars()
        .all(|character| phrase.next() == Some(&character))
}

/// Returns whether `word` stands at the end of a phrase.
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
        let form = Form::of(&characters, None);
        kind_of(&characters, form, 5, 1.0, &ContextStatistics::default())
    }

    #[test]
    fn numbers_names_and_formulas_are_told_apart() {
        for (phrase, expected) in [
            ("二十一世纪中叶", PhraseKind::Formula),
            ("2019年以来", PhraseKind::Number),
            ("百分之三十五", PhraseKind::Number),
            ("增长2.5%", PhraseKind::Number),
            ("2020-1-12", PhraseKind::Number),
            ("第二十四条", PhraseKind::Number),
            ("第三章第一节", PhraseKind::Number),
            ("第104条", PhraseKind::Number),
            ("第三产业", PhraseKind::Term),
            ("第一生产力", PhraseKind::Formula),
            ("互联网+", PhraseKind::Formula),
            ("今天上午", PhraseKind::Number),
            ("三个代表", PhraseKind::Formula),
            ("俄罗斯总统普京", PhraseKind::Name),
            ("习近平强调", PhraseKind::Name),
            ("国家主席王小明主持会议", PhraseKind::Name),
            ("总书记高度重视", PhraseKind::Formula),
            ("业内人士认为", PhraseKind::Formula),
            ("哈萨克斯坦", PhraseKind::Name),
            ("清华大学", PhraseKind::Name),
            ("最高人民法院", PhraseKind::Name),
            ("澳大利亚", PhraseKind::Name),
            ("基础设施", PhraseKind::Term),
            ("人工智能", PhraseKind::Term),
            ("发展中国家", PhraseKind::Term),
            ("群防群治", PhraseKind::Formula),
            ("实事求是", PhraseKind::Idiom),
            ("改革开放", PhraseKind::Formula),
            ("加强基础设施建设", PhraseKind::Formula),
            ("共建共治共享", PhraseKind::Formula),
        ] {
            assert_eq!(kind(phrase), expected, "{phrase}");
        }
    }

    #[test]
    fn what_stands_at_the_margin_of_most_articles_is_boilerplate() {
        let context = ContextStatistics {
            at_margin: 0.9,
            ..ContextStatistics::default()
        };
        let byline: Vec<char> = "央视网消息新闻联播".chars().collect();
        assert_eq!(
            kind_of(&byline, Form::Other, 100, 1.0, &context),
            PhraseKind::Boilerplate
        );
        assert_eq!(kind("党的群众路线"), PhraseKind::Formula);
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in PhraseKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
}
