//! Places where two texts have other words of content, or one has them and the
//! other nothing, whatever the words are.
//!
//! No list knows every word that makes other news of a text: another crop,
//! another office, another ship. So where both texts have words in a place, and
//! neither is the other misspelled, each of them says something of its own as
//! far as the other text has these words nowhere.

use crate::boilerplate::credits::has_credit;
use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::changed_places;
use crate::relation::exclusive_words::WORDS;
use crate::relation::known_change::is_known;
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::measures::are_one_measure;
use crate::relation::stretch_search::StretchSearch;
use crate::span::UnitSpan;
use crate::text::letters::{A_CHARACTER, is_spaced};
use crate::text::lexicon::{FUNCTION_CHARACTERS, LETTER_FUNCTION_WORDS};

/// Least weight of the content on both sides of a place where one stands for
/// the other, in letters: a word of two Han characters, and of letters the
/// least that is no ending of a word.
const REPLACED: u64 = 2 * A_CHARACTER as u64;
const REPLACED_LETTERS: u64 = 4;

/// Least weight of what one text alone has in a place: a phrase.
const ADDED: u64 = 4 * A_CHARACTER as u64;

/// The same where both texts are short, and each word of them is news (the
/// *Lesser* of one licence's name), and where they differ in few places: little
/// else tells which of them is the whole one.
const ADDED_WORD: u64 = 2 * A_CHARACTER as u64;

/// Most of these few places.
pub(super) const FEW_PLACES: usize = 3;

/// The same where they differ in one place alone, by a word of letters.
const ADDED_ALONE: u64 = 4;

/// Least weight of a phrase that may say in each place something else: the
/// *or any later version* of one paragraph.
const CLAUSE: u64 = 6 * A_CHARACTER as u64;

/// Words that add a member to an enumeration: another one whom a rule is for.
const JOINS: [u16; 2] = ['或' as u16, '及' as u16];

/// Least length of the shorter one of two editions, in twentieths of that of the
/// longer one: what one leaves out in a sentence, it takes back. More than that
/// is headings of articles, which only one has.
const EDITION: usize = 19;

/// Units of a text of which there are editions, such as a statute.
const LONG: usize = 2_000;

/// Most units of a short text.
const SHORT: usize = 400;

/// Longest side of a place that may be the other one misspelled, in units.
const MISSPELLED: usize = 64;

/// Phrases of a pair that are looked for elsewhere in the other text; of more,
/// each is taken to be said there alone. Looking for phrases of many lengths
/// takes a pass over the text for each.
const LOOKUPS: u32 = 32;

/// Units around a place in which a word of credits makes it a part of them.
const CREDITS_NEAR: usize = 6;

/// Returns which of two texts has words in some place that the other has not:
/// both where one stands for the other, and the one that has them where the
/// other has nothing there, nor the same words elsewhere.
pub(super) fn other_content(
    [a, b]: [&[u16]; 2],
    hunks: &[Hunk],
    searches: &mut [StretchSearch<'_>; 2],
) -> OwnMatters {
    let places = changed_places(hunks).take(FEW_PLACES + 1).count();
    let least_added = match places {
        ..=FEW_PLACES => ADDED_WORD,
        _ if a.len().max(b.len()) <= SHORT => ADDED_WORD,
        _ => ADDED,
    };
    let are_editions =
        a.len().min(b.len()) > LONG && a.len().min(b.len()) * 20 >= a.len().max(b.len()) * EDITION;
    let mut found = [None; 2];
    let mut lookups = 0;
    for place in changed_places(hunks) {
        if is_credit(a, place.a) || is_credit(b, place.b) {
            continue;
        }
        let sides = [place.a.of(a), place.b.of(b)];
        let weights = sides.map(content);
        let is_word = |side: usize| weights[side] >= least_replaced(sides[side]);
        if is_word(0) && is_word(1) {
            if !are_alike(sides) && !are_one_word(sides) {
                return [Some(OwnMatter::Wording); 2];
            }
            continue;
        }
        for side in [0, 1] {
            if is_member(sides[side]) && sides[1 - side].is_empty() {
                lookups += 1;
                if lookups > LOOKUPS || is_less_often(sides[side], side, searches) {
                    found[side] = Some(OwnMatter::Wording);
                    found[1 - side] =
                        found[1 - side].or(are_editions.then_some(OwnMatter::Wording));
                }
                continue;
            }
            let is_alone = places == 1 && sides[1 - side].is_empty();
            let is_phrase = weights[side] >= least_added + weights[1 - side]
                || is_alone && weights[side] >= ADDED_ALONE && !is_known([a, b], &place);
            if !is_phrase || found[side].is_some() {
                continue;
            }
            lookups += 1;
            if lookups > LOOKUPS || is_own(sides[side], side, weights[side], searches) {
                found[side] = Some(OwnMatter::Wording);
            }
        }
    }
    found
}

/// Returns whether the other text has nowhere what one has in a place; a clause,
/// if it has it less often.
fn is_own(phrase: &[u16], side: usize, weight: u64, searches: &mut [StretchSearch<'_>; 2]) -> bool {
    let there = searches[1 - side].count(phrase);
    there == 0 || weight >= CLAUSE && there < searches[side].count(phrase)
}

/// Returns whether the other text has less often what one has in a place.
fn is_less_often(phrase: &[u16], side: usize, searches: &mut [StretchSearch<'_>; 2]) -> bool {
    searches[1 - side].count(phrase) < searches[side].count(phrase)
}

/// Returns whether a stretch is another member of an enumeration: 及华侨. The
/// alignment may show the word before it or the one behind.
fn is_member(units: &[u16]) -> bool {
    let joins = |unit: Option<&u16>| unit.is_some_and(|unit| JOINS.contains(unit));
    (joins(units.first()) || joins(units.last())) && content(units) >= REPLACED
}

/// Returns the least weight of content of one side of a place that stands for
/// the other.
fn least_replaced(units: &[u16]) -> u64 {
    match units.iter().all(|unit| is_spaced(*unit)) {
        true => REPLACED_LETTERS,
        false => REPLACED,
    }
}

/// Returns the weight of a stretch without function words, in letters.
pub(super) fn content(units: &[u16]) -> u64 {
    let parts = units.chunk_by(|one, other| is_spaced(*one) == is_spaced(*other));
    let of_part = |part: &[u16]| match is_spaced(part[0]) {
        true => {
            let is = |word: &&str| word.encode_utf16().eq(part.iter().copied());
            match LETTER_FUNCTION_WORDS.iter().any(is) {
                true => 0,
                false => weight(part),
            }
        }
        false => {
            let is_function = |unit: u16| {
                FUNCTION_CHARACTERS
                    .chars()
                    .any(|c| u32::from(c) == u32::from(unit))
            };
            let content = part.iter().filter(|unit| !is_function(**unit));
            content.map(|unit| weight(&[*unit])).sum()
        }
    };
    parts.map(of_part).sum()
}

/// Returns whether two stretches have half of their units or more in common, in
/// one order: a slip of the pen, another ending, another spelling.
pub(super) fn are_alike([one, other]: [&[u16]; 2]) -> bool {
    let longer = one.len().max(other.len());
    if longer > MISSPELLED {
        return false;
    }
    // The longest common subsequence, a row at a time.
    let mut row = vec![0; other.len() + 1];
    for unit in one {
        let mut before = 0;
        for at in 0..other.len() {
            let above = row[at + 1];
            row[at + 1] = match *unit == other[at] {
                true => before + 1,
                false => above.max(row[at]),
            };
            before = above;
        }
    }
    row[other.len()] * 2 >= longer
}

/// Returns whether the lists have two stretches as spellings of one word.
fn are_one_word([one, other]: [&[u16]; 2]) -> bool {
    WORDS.are_one(one, other) || are_one_measure(one, other)
}

/// Returns whether a place stands in a line of credits.
fn is_credit(text: &[u16], place: UnitSpan) -> bool {
    let start = (place.start as usize).saturating_sub(CREDITS_NEAR);
    let end = (place.end as usize + CREDITS_NEAR).min(text.len());
    has_credit(&text[start..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::own::tests::own;

    const NOTE: &str = "thebaronsaidthattheferryofoldbridgewouldnotrunonsundaybecausetheboatmen\
        wouldpaintthehullandtheharbourmastersorderednewropesfromthetownbehindthehills";
    const NEWS: &str = "青山渡口的船工说木船要修补船底渡口停航三天村民去对岸赶集只能绕道石桥\
        合作社派了牛车接送老人和孩子县里的记者前来报道了此事";

    #[test]
    fn other_words_in_a_place_are_own_matter_of_both_whatever_they_are() {
        for (text, from, to) in [
            (NOTE, "boatmen", "villagers"),
            (NOTE, "paint", "scrub"),
            (NOTE, "ropes", "lamps"),
            (NEWS, "赶集", "卖菜"),
            (NEWS, "船底", "桅杆"),
            (NEWS, "石桥", "山路"),
            (NEWS, "牛车", "拖拉机"),
        ] {
            let other = text.replacen(from, to, 1);
            let both = [Some(OwnMatter::Wording); 2];
            assert_eq!(own(text, &other), both, "{from} {to}");
            assert_eq!(own(&other, text), both, "{to} {from}");
        }
    }

    /// Makes a text of it that is not short.
    fn long(text: &str) -> String {
        let rest: String = (0..SHORT as u32)
            .filter_map(|at| char::from_u32(0x4E00 + at * 7))
            .collect();
        format!("{text}{rest}")
    }

    #[test]
    fn what_one_text_alone_has_in_a_place_is_its_own_if_it_is_a_phrase() {
        for (text, from, to) in [
            (NOTE, "thebaron", "aseniorofficialclerkofthebaron"),
            (NEWS, "木船", "供销社去年秋天买的木船"),
        ] {
            let other = text.replacen(from, to, 1);
            let word = Some(OwnMatter::Wording);
            let (text, other) = (long(text), long(&other));
            assert_eq!(own(&text, &other), [None, word], "{to}");
            assert_eq!(own(&other, &text), [word, None], "{to}");
        }
        // Of texts that differ here and there, less than a phrase is nothing.
        let added = [
            ("old", "crooked"),
            ("harbour", "eastern"),
            ("town", "merry"),
        ];
        let edited = added.iter().fold(long(NOTE), |text, (at, word)| {
            text.replacen(at, &format!("{word}{at}"), 1)
        });
        assert_eq!(own(&long(NOTE), &edited), [None, Some(OwnMatter::Wording)]);
        let edited = edited.replacen("baron", "elderlybaron", 1);
        assert_eq!(own(&long(NOTE), &edited), [None; 2]);
        let twice = NOTE.replacen("theboatmen", "theboatmenorderednewropes", 1);
        assert_eq!(
            own(&long(&twice), &long(NOTE)),
            [None; 2],
            "the other text says so elsewhere"
        );
    }

    #[test]
    fn another_member_of_an_enumeration_is_said_in_each_place() {
        let rule = |who: &str| format!("船工得申请修船补助{NEWS}{who}得向供销社或渡口领取桐油");
        let (one, both) = (rule("船工"), rule("船工或村民"));
        let word = Some(OwnMatter::Wording);
        // The other text has 村民 and 船工 elsewhere.
        assert_eq!(own(&long(&one), &long(&both)), [None, word]);
        // Of two editions, the one that leaves it out has another rule.
        let statute = |text: &str| {
            let articles = (0..300).flat_map(|at| {
                [
                    0x4E00 + at * 29,
                    0x9000 + at * 7,
                    0xAC00 + at,
                    0x5000 + at * 13,
                    0x3400 + at * 11,
                    0x6000 + at * 9,
                    0x7000 + at * 3,
                ]
            });
            let rest: String = articles.filter_map(char::from_u32).collect();
            format!("{text}{rest}")
        };
        assert_eq!(own(&statute(&one), &statute(&both)), [word; 2]);
    }

    #[test]
    fn a_word_alone_counts_in_short_texts_and_in_those_that_differ_in_few_places() {
        let word = Some(OwnMatter::Wording);
        for (text, from, to, of_text) in [
            (NOTE, "theferry", "thewoodenferry", word),
            (NEWS, "修补船底", "修补漏水船底", None),
        ] {
            let other = text.replacen(from, to, 1);
            assert_eq!(own(text, &other), [of_text, word], "{to}");
            assert_eq!(own(&long(text), &long(&other)), [None, word], "{to}");
        }
        // Where nothing else differs, a short word is enough.
        let boat = long(NOTE).replacen("theferry", "theoldferry", 1);
        let deep = long(NOTE).replacen("theferry", "thedeepferry", 1);
        assert_eq!(own(&long(NOTE), &boat), [None; 2]);
        assert_eq!(own(&long(NOTE), &deep), [None, word]);
    }

    #[test]
    fn spellings_particles_and_credits_are_no_own_matter() {
        for (text, from, to) in [
            (NOTE, "harbourmasters", "harbormasters"),
            (NOTE, "ordered", "orderred"),
            (NOTE, "thebaronsaidthat", "thebaronsaid"),
            (NEWS, "船工说", "船工们说了"),
            (
                "村里的人昨天卖出三公斤新米价钱超过去年很多大家都很高兴",
                "公斤",
                "千克",
            ),
            (
                "村里的人昨天卖出三公斤新米价钱超过去年很多大家都很高兴",
                "超过",
                "高于",
            ),
            (NEWS, "前来报道", "前来采访报道"),
        ] {
            let other = text.replacen(from, to, 1);
            assert_ne!(text, other, "{from}");
            assert_eq!(own(text, &other), [None; 2], "{from} {to}");
        }
    }
}
