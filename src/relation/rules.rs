//! Texts of rules, such as licences and statutes, of which one has a clause more
//! or another word.
//!
//! News that leaves a sentence out says nothing else. A licence that leaves a
//! condition out is another licence, though all of it stands in the longer one.

use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::{ChangedPlace, changed_places};
use crate::relation::figures::is_digit;
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::rule_words::{has, names_owner, rule_words};
use crate::relation::statute::{have_other_articles, is_statute};
use crate::relation::stretch_search::StretchSearch;
use crate::text::letters::{A_CHARACTER, letters};

/// Words that command, permit or forbid; *may* alone is a month.
const WORDS: [&str; 13] = [
    "shall",
    "must",
    "maybe",
    "maynot",
    "youmay",
    "permit",
    "permission",
    "provided",
    "required",
    "应",
    "不得",
    "可以",
    "禁止",
];

/// A bit for the lower bits of the first unit of each of [`WORDS`]: most units of
/// a text begin none.
const FIRST_UNITS: u64 = {
    let mut bits = 0;
    let mut nth = 0;
    while nth < WORDS.len() {
        let first = match WORDS[nth].as_bytes() {
            [a @ 0..0x80, ..] => *a as u32,
            [_, b, c, ..] => (*b as u32 & 0x3f) << 6 | *c as u32 & 0x3f,
            _ => panic!("a word begins with a letter or a Han character"),
        };
        bits |= 1 << (first % u64::BITS);
        nth += 1;
    }
    bits
};

/// Words with which a clause of a licence grants, withholds or sets a condition.
const CLAUSE_WORDS: [&str; 13] = [
    "acknowledge",
    "grant",
    "only",
    "consent",
    "condition",
    "shouldnot",
    "unless",
    "except",
    "prohibit",
    "redistribute",
    "laterversion",
    "reservedfont",
    "withno",
];

/// Words with which a sentence of Han characters sets a rule.
const SENTENCE_WORDS: [&str; 9] = [
    "须", "得", "由", "准用", "适用", "亦同", "为限", "视为", "罚",
];

/// What begins with one of them and does none of that.
const NO_WORD: &str = "应用";

/// Weight of text in which a text of rules has such a word at least once, and
/// the fewest that it has.
const WORDS_EVERY: u64 = 400;
const LEAST_WORDS: u64 = 3;

/// Weight of text in which a licence has one at least, though it also explains:
/// enough for its title and its terms to count to the word.
const WORDS_OF_TERMS_EVERY: u64 = 800;

/// Least weight of a clause, in letters.
const CLAUSE: u64 = 12 * A_CHARACTER as u64;

/// What may stand in the place of a clause in the other text, as part of its
/// weight: the number of the next one, an *and*.
const IN_PLACE: u64 = 4;

/// Returns whether both texts command, permit or forbid all the while, or have
/// numbered articles.
pub(super) fn are_rules(texts: [&[u16]; 2]) -> bool {
    let commands = |text: &&[u16]| has_rules(text, WORDS_OF_TERMS_EVERY);
    texts.iter().all(commands) || texts.iter().all(|text| is_statute(text))
}

/// Returns what two texts of rules say that the other does not: both if one has
/// a clause more, or another word in a rule.
pub(super) fn other_rules(
    texts: [&[u16]; 2],
    hunks: &[Hunk],
    searches: &mut [StretchSearch<'_>; 2],
) -> OwnMatters {
    let are_others = match texts.iter().all(|text| is_statute(text)) {
        true => have_other_articles(texts, hunks),
        false => have_other_clauses(texts, hunks),
    };
    match are_others {
        true => [Some(OwnMatter::Wording); 2],
        false => rule_words(texts, hunks, searches),
    }
}

/// Returns whether one of two texts of rules has a clause that commands, permits
/// or forbids something, and the other has nothing there.
///
/// A licence does not say what another one says that has it and more. What
/// stands between two of its clauses in letters is one, whatever it says, unless
/// it names an owner or lists years.
fn have_other_clauses(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let is_clause = |place: ChangedPlace| {
        let sides = [place.a.of(texts[0]), place.b.of(texts[1])];
        let weights = sides.map(weight);
        let longer = usize::from(weights[1] > weights[0]);
        let more = sides[longer];
        if weights[longer] < CLAUSE || weights[1 - longer] * IN_PLACE > weights[longer] {
            return false;
        }
        let has_word =
            |of_script: &[&str]| words(more, 1) > 0 || of_script.iter().any(|word| has(more, word));
        match letters(more) * 2 > more.len() {
            true => {
                let digits = more.iter().filter(|unit| is_digit(**unit)).count() as u64;
                let is_sentence = weights[longer] >= CLAUSE + digits && !names_owner(more);
                (place.before > 0 && place.after > 0 && is_sentence) || has_word(&CLAUSE_WORDS)
            }
            false => place.before > 0 && has_word(&SENTENCE_WORDS),
        }
    };
    changed_places(hunks).any(is_clause) && texts.iter().all(|text| has_rules(text, WORDS_EVERY))
}

/// Returns whether a text commands, permits or forbids once in so much weight.
fn has_rules(units: &[u16], every: u64) -> bool {
    let least = (weight(units) / every).max(LEAST_WORDS);
    words(units, least) >= least
}

/// Returns how many words of rules a text has, counted up to `most`.
fn words(units: &[u16], most: u64) -> u64 {
    let has = |at: usize, word: &str| {
        let mut there = units[at..].iter().copied();
        word.encode_utf16()
            .all(|letter| there.next() == Some(letter))
    };
    let may_begin = |unit: u16| FIRST_UNITS >> (u32::from(unit) % u64::BITS) & 1 == 1;
    let places = units.iter().enumerate();
    let places = places.filter(|(_, unit)| may_begin(**unit));
    let found =
        places.filter(|(at, _)| WORDS.iter().any(|word| has(*at, word)) && !has(*at, NO_WORD));
    found.take(most as usize).count() as u64
}

#[cfg(test)]
mod tests {
    use crate::relation::matter::OwnMatter;
    use crate::relation::own::tests::own;

    const BOATS: &str = "whoeverborrowsaboatofthevillagemustbringitbackbeforethebellringsthenamesof\
        allrowersshallbewrittenontheboardattheferrytheropesmaybedriedonthefencebutnotonthetrees";
    const NETS: &str = "theborrowermaynotlendthenetsofthevillagetofishermenofanothershore";
    const STORY: &str = "theoldferrymansatonthebenchandwatchedtheboatscomebackbeforethebellrangthe\
        rowerswrotetheirnamesontheboardandhungtheropesoverthefencewhilethechildrenateplums";

    fn are_apart(a: &str, b: &str) -> bool {
        own(a, b).iter().chain(&own(b, a)).all(Option::is_some)
    }

    #[test]
    fn rules_without_a_condition_are_other_rules() {
        let more = BOATS.replace("theropes", &format!("{NETS}theropes"));
        assert!(are_apart(BOATS, &more));
        let rules = "借船的人应当在敲钟以前把船还到渡口桨手的名字应当写在木牌上绳子可以晾在篱笆上";
        let more = rules.replace("绳子", "任何人不得把村里的渔网借给对岸的渔民绳子");
        assert!(are_apart(rules, &more));
    }

    #[test]
    fn short_rules_with_a_clause_more_at_their_end_are_other_rules() {
        assert!(are_apart(BOATS, &format!("{BOATS}{NETS}")));
        let granted = "thenamesofthemillersgrantnoticeoflendingtheboatofthevillagetoanyone";
        assert!(are_apart(BOATS, &format!("{BOATS}{granted}")));
    }

    #[test]
    fn names_that_an_owner_reserves_are_a_condition() {
        let owned = |more: &str| format!("copyrightmillersoftheoldbridge{more}{BOATS}");
        let reserved = owned("withreservedfontnameferryandreservedfontnameraft");
        assert!(are_apart(&owned(""), &reserved));
    }

    #[test]
    fn a_clause_more_counts_wherever_it_stands_and_however_long_the_rules_are() {
        let long: String = (b'b'..=b'z')
            .map(|letter| BOATS.replace('b', &char::from(letter).to_string()))
            .collect();
        assert!(are_apart(&long, &format!("{long}{NETS}")));
        assert!(are_apart(&long, &format!("{NETS}{long}")));
    }

    #[test]
    fn what_stands_between_two_clauses_is_one_unless_it_names_an_owner() {
        let noted = |note: &str| BOATS.replace("theropes", &format!("{note}theropes"));
        let restricted = noted("whoeverraceswiththeboatmakestheoldferrymansad");
        assert!(are_apart(BOATS, &restricted));
        for owner in [
            "copyrightofthemillersandferrymenofthevillage",
            "199119921993199419951996199719981999200020012002",
        ] {
            let owned = noted(owner);
            assert_ne!(own(BOATS, &owned)[0], Some(OwnMatter::Wording), "{owned}");
        }
    }

    #[test]
    fn what_a_story_has_more_is_said_by_it_alone() {
        let passage = Some(OwnMatter::Passage);
        let told = STORY.replace("therowers", &format!("{NETS}therowers"));
        assert_ne!(told, STORY);
        assert_eq!(own(STORY, &told), [None, passage]);
    }
}
