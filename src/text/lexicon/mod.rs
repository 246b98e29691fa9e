//! Lists of words and characters that several stages judge by.
//!
//! Each list is a text file beside this one: a line of characters, or a word
//! a line. They were put together for this project from its own reading of
//! news, and have the project's licence.

/// Surnames of one character that four Chinese in five have.
pub(crate) const SURNAMES: &str = include_str!("surnames.txt").trim_ascii();

/// Particles and their like, which hang on a word and seldom belong to it.
pub(crate) const PARTICLES: &str = include_str!("particles.txt").trim_ascii();

/// Particles that follow a word, whatever it is.
pub(crate) const FOLLOWING_PARTICLES: &str = include_str!("following_particles.txt").trim_ascii();

/// Characters that join the members of a list, and are written or left out.
pub(crate) const CONNECTIVES: &str = include_str!("connectives.txt").trim_ascii();

/// Characters of which one may stand for another in a set phrase of four
/// characters, a group a line: 群防群治 and 群防群控.
pub(crate) const LIKE_CHARACTERS: &str = include_str!("like_characters.txt");

/// Characters of which one is written for another in statutes and poems, and
/// that script does not tell apart, a group a line.
pub(crate) const VARIANT_CHARACTERS: &str = include_str!("variant_characters.txt");

/// Characters that tell one thing from another of its kind: countries,
/// directions, ranks, times of day, opposites.
pub(crate) const TELLING_CHARACTERS: &str = include_str!("telling_characters.txt").trim_ascii();

/// Words whose two characters may change places: 互相, 相互; of 产生 they do not.
pub(crate) const REVERSIBLE_WORDS: &str = include_str!("reversible_words.txt");

/// Characters of words that point at a day: 今天, 去年, 3月.
pub(crate) const DAY_CHARACTERS: &str = include_str!("day_characters.txt").trim_ascii();

/// What the frame 以…为… ends with, after 为.
pub(crate) const FRAME_ENDS: [&str; 13] = words(include_str!("frame_ends.txt"));

/// What frames end with whose first character stands at the beginning of each
/// line: 在…领导下, 为…而奋斗.
pub(crate) const FRAME_CLOSINGS: [&str; 22] = words(include_str!("frame_closings.txt"));

/// Verbs that need an object.
pub(crate) const OPEN_ENDS: [&str; 16] = words(include_str!("open_ends.txt"));

/// What says which way a verb goes, whose object stands before it (结合起来).
pub(crate) const DIRECTIONS: [&str; 5] = words(include_str!("directions.txt"));

/// Characters that lead in a clause, at the beginning of a line each, unless
/// they make a word with one of the others in their line: 要坚持, not 要求.
pub(crate) const LEADING_CHARACTERS: [&str; 5] = words(include_str!("leading_characters.txt"));

/// Characters that follow 在 in words that begin with it: 在线, 在职.
pub(crate) const ZAI_WORD_SECONDS: &str = include_str!("zai_word_seconds.txt").trim_ascii();

/// Characters that join words and seldom make them: particles, prepositions,
/// conjunctions.
pub(crate) const FUNCTION_CHARACTERS: &str = include_str!("function_characters.txt").trim_ascii();

/// Prepositions: characters that belong to what follows them.
pub(crate) const PREPOSITIONS: &str = include_str!("prepositions.txt").trim_ascii();

/// Digits, and numerals as they are written in Chinese.
pub(crate) const NUMERALS: &str = include_str!("numerals.txt").trim_ascii();

/// Digits, numerals, and the characters that make them amounts, dates and
/// times.
pub(crate) const NUMBER_CHARACTERS: &str = include_str!("number_characters.txt").trim_ascii();

/// Characters that foreign names are written with, and that native words use
/// far less.
pub(crate) const TRANSLITERATION_CHARACTERS: &str =
    include_str!("transliteration_characters.txt").trim_ascii();

/// Ends of the names of places, public bodies, meetings, offices and firms.
pub(crate) const BODY_ENDINGS: [&str; 90] = words(include_str!("body_endings.txt"));

/// Titles that stand before or after a person's name.
pub(crate) const TITLES: [&str; 26] = words(include_str!("titles.txt"));

/// Titles that stand before a person's name.
pub(crate) const TITLES_BEFORE_NAMES: [&str; 16] = words(include_str!("titles_before_names.txt"));

/// Titles that stand after a person's name.
pub(crate) const TITLES_AFTER_NAMES: [&str; 12] = words(include_str!("titles_after_names.txt"));

/// Last characters of the names of places and bodies.
pub(crate) const PLACE_ENDINGS: &str = include_str!("place_endings.txt").trim_ascii();

/// Verbs that lead on to what somebody says or a report shows.
pub(crate) const REPORTING_VERBS: [&str; 5] = words(include_str!("reporting_verbs.txt"));

/// Verbs of speech: after a person's name they make it a clause.
pub(crate) const SPEECH_VERBS: [&str; 8] = words(include_str!("speech_verbs.txt"));

/// What follows a person's name where a clause tells what the person does.
pub(crate) const AFTER_PERSONS: [&str; 24] = words(include_str!("after_persons.txt"));

/// Words that point or join; what begins with one is a clause.
pub(crate) const POINTING_WORDS: [&str; 19] = words(include_str!("pointing_words.txt"));

/// Adverbs, auxiliaries and words that lead in; what begins with one is said
/// often, but seldom a set phrase.
pub(crate) const LEADING_WORDS: [&str; 43] = words(include_str!("leading_words.txt"));

/// Idioms of news and official prose: of four characters, and a few longer.
pub(crate) const IDIOMS: &str = include_str!("idioms.txt");

/// Words of which at most one is true of a thing, a group a line: numbers,
/// months, opposites. Spellings of one word are joined by `=`; words of one Han
/// character stand at the end.
pub(crate) const EXCLUSIVE_WORDS: &str = include_str!("exclusive_words.txt");

/// The same in Arabic, French, German, Hebrew, Hindi, Indonesian, Italian,
/// Portuguese, Spanish, Thai, Turkish and Vietnamese, more numbers in Korean,
/// eras of Japan, and dynasties and reigns of China.
pub(crate) const EXCLUSIVE_WORDS_ABROAD: &str = include_str!("exclusive_words_abroad.txt");

/// Units of measure in several languages, a line for each quantity; `=` parts
/// names of one unit. A name of several units stands with each.
pub(crate) const MEASURES: &str = include_str!("measures.txt");

/// What things are counted in: vessels, times.
pub(crate) const COUNTERS: &str = include_str!("counters.txt");

/// Currencies, one a line; `=` parts its names in several languages, its codes
/// (in capital letters, after ISO 4217) and its signs. What `~` stands before is
/// also a word or a part of one, and money only behind a number.
pub(crate) const CURRENCIES: &str = include_str!("currencies.txt");

/// Returns a name of [`CURRENCIES`] as it is written in a text.
pub(crate) fn name_of_money(name: &str) -> &str {
    name.strip_prefix('~').unwrap_or(name)
}

/// Returns whether a name of [`CURRENCIES`] is a code or a sign, which stands
/// before a number as well.
pub(crate) fn is_code_of_money(name: &str) -> bool {
    let is_sign = |c: char| !c.is_alphabetic() && c != '~';
    name.starts_with(|c: char| c.is_ascii_uppercase()) || name.contains(is_sign)
}

/// Words for a power of ten behind a number, a line for each in rising order.
pub(crate) const SCALES: &str = include_str!("scales.txt");

/// What makes a year one before Christ, and what one after.
pub(crate) const ERAS: &str = include_str!("eras.txt");

/// Words that make a number negative, and their opposites.
pub(crate) const MINUS_WORDS: &str = include_str!("minus_words.txt");

/// What joins two numbers: to a range, as both, as either.
pub(crate) const JOINTS: &str = include_str!("joints.txt");

/// Verbs and adverbs that set phrases of official prose begin with.
pub(crate) const FORMULA_VERBS: &str = include_str!("formula_verbs.txt");

/// Verbs, and what introduces a noun in official prose, whose object is a whole
/// of its own: the strategy that is implemented, the line that is followed.
pub(crate) const OBJECT_VERBS: &str = include_str!("object_verbs.txt");

/// Words that set phrases of official prose are made of, and its other prose
/// less often.
pub(crate) const FORMULA_WORDS: &str = include_str!("formula_words.txt");

/// Last words of technical terms: what ends with one names a thing.
pub(crate) const TERM_HEADS: &str = include_str!("term_heads.txt");

/// Terms whose last word is not in [`TERM_HEADS`].
pub(crate) const TERMS: &str = include_str!("terms.txt");

/// Countries, provinces, cities, seas and regions.
pub(crate) const PLACES: &str = include_str!("places.txt");

/// Characters that lead on to a word of their own at the end of a phrase,
/// unless they make the last word with what stands before them: auxiliaries,
/// adverbs, 党 of 党中央.
pub(crate) const CLIPPED_ENDS: &str = include_str!("clipped_ends.txt").trim_ascii();

/// Characters that belong to a longer clause at the beginning of a phrase,
/// unless they make the first word.
pub(crate) const CLIPPED_BEGINNINGS: &str = include_str!("clipped_beginnings.txt").trim_ascii();

/// Articles, prepositions, conjunctions, auxiliaries and their like in English,
/// Russian and Arabic: with one at its end a phrase is cut.
pub(crate) const LETTER_FUNCTION_WORDS: [&str; 172] =
    words(include_str!("letter_function_words.txt"));

/// Letters that stand for one word or sound, with other ones that do: British
/// and American spellings, abbreviations, contractions.
pub(crate) const SPELLINGS: &str = include_str!("spellings.txt");

/// English words that say nothing by themselves: with one more or less, or one
/// for the other, a sentence says the same.
pub(crate) const INERT_WORDS: [&str; 34] = words(include_str!("inert_words.txt"));

/// Personal pronouns in these languages.
pub(crate) const LETTER_PRONOUNS: [&str; 24] = words(include_str!("letter_pronouns.txt"));

/// Verbs that lead on to what somebody says, in these languages.
pub(crate) const LETTER_REPORTING_VERBS: [&str; 21] =
    words(include_str!("letter_reporting_verbs.txt"));

/// Returns the lines of a list of `N` words.
///
/// # Panics
///
/// Fails to compile if the list has another number of lines.
const fn words<const N: usize>(list: &'static str) -> [&'static str; N] {
    let mut words = [""; N];
    let mut rest = list;
    let mut at = 0;
    while !rest.is_empty() {
        let mut end = 0;
        while rest.as_bytes()[end] != b'\n' {
            end += 1;
        }
        let (word, after) = rest.split_at(end);
        words[at] = word;
        rest = after.split_at(1).1;
        at += 1;
    }
    assert!(at == N, "the list has another length");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_words_hold_their_lines() {
        assert_eq!(words::<2>("指出\n强调\n"), ["指出", "强调"]);
        assert!(TITLES.contains(&"总书记"));
        assert!(SURNAMES.chars().all(char::is_alphabetic));
    }
}
