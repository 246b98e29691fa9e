//! Texts of rules, such as licences and statutes, of which one has a clause more
//! or another word.
//!
//! News that leaves a sentence out says nothing else. A licence that leaves a
//! condition out is another licence, though all of it stands in the longer one.

use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::changed_places;
use crate::relation::figures::is_han_numeral;
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::rule_words::rule_words;
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

/// Words with which a clause of a licence grants, withholds or sets a condition.
const CLAUSE_WORDS: [&str; 8] = [
    "grant",
    "only",
    "consent",
    "condition",
    "shouldnot",
    "unless",
    "except",
    "prohibit",
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

/// Least part of the shorter text that clauses of the longer one are in Han
/// characters, as what it is divided by: of an amended statute the older edition
/// may go.
const LEAST_PART: u64 = 20;

/// Most weight of rules whose last clause is one of them; what stands behind
/// longer ones is an appendix.
const SHORT_RULES: u64 = 4_000;

/// Articles that a statute has at least.
const ARTICLES: usize = 3;

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
    match have_other_clauses(texts, hunks) {
        true => [Some(OwnMatter::Wording); 2],
        false => rule_words(texts, hunks, searches),
    }
}

/// Returns whether one of two texts of rules has clauses that command, permit or
/// forbid something, between what both have, and the other has nothing there.
/// What stands before all that is a notice; so is what stands behind, if the
/// rules are long.
fn have_other_clauses(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let weights = texts.map(weight);
    let shorter = weights[0].min(weights[1]);
    let mut clauses = [0; 2];
    for place in changed_places(hunks) {
        let sides = [place.a.of(texts[0]), place.b.of(texts[1])];
        let weights = sides.map(weight);
        let longer = usize::from(weights[1] > weights[0]);
        let is_between = place.before > 0 && (place.after > 0 || shorter <= SHORT_RULES);
        if !is_between
            || weights[longer] < CLAUSE
            || weights[1 - longer] * IN_PLACE > weights[longer]
        {
            continue;
        }
        let is_of_letters = letters(sides[longer]) * 2 > sides[longer].len();
        let commands = words(sides[longer], 1) > 0;
        let grants = || CLAUSE_WORDS.iter().any(|word| has(sides[longer], word));
        if commands || is_of_letters && grants() {
            clauses[usize::from(is_of_letters)] += weights[longer];
        }
    }
    let [of_characters, of_letters] = clauses;
    let are_many = of_letters > 0 || of_characters * LEAST_PART >= shorter.max(1);
    are_many && texts.iter().all(|text| has_rules(text, WORDS_EVERY))
}

/// Returns whether a text commands, permits or forbids once in so much weight.
fn has_rules(units: &[u16], every: u64) -> bool {
    let least = (weight(units) / every).max(LEAST_WORDS);
    words(units, least) >= least
}

/// Returns whether a text has numbered articles: 第十五条.
fn is_statute(units: &[u16]) -> bool {
    const MOST: usize = 8;
    let is = |unit: u16, c: char| u32::from(unit) == u32::from(c);
    let begins = |at: &usize| {
        let number = units[at + 1..].iter();
        let number = number.take(MOST).take_while(|unit| is_han_numeral(**unit));
        let len = number.count();
        let after = units.get(at + 1 + len);
        is(units[*at], '第') && len > 0 && after.is_some_and(|after| is(*after, '条'))
    };
    (0..units.len()).filter(begins).take(ARTICLES).count() == ARTICLES
}

/// Returns whether a stretch has a word.
fn has(units: &[u16], word: &str) -> bool {
    let mut letters = word.encode_utf16();
    let first = letters.next();
    let rest: Vec<u16> = letters.collect();
    (0..units.len()).any(|at| Some(units[at]) == first && units[at + 1..].starts_with(&rest))
}

/// Returns how many words of rules a text has, counted up to `most`.
fn words(units: &[u16], most: u64) -> u64 {
    let has = |at: usize, word: &str| {
        let mut there = units[at..].iter().copied();
        word.encode_utf16()
            .all(|letter| there.next() == Some(letter))
    };
    let found =
        (0..units.len()).filter(|at| WORDS.iter().any(|word| has(*at, word)) && !has(*at, NO_WORD));
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
    fn what_stands_behind_long_rules_or_in_a_story_is_said_by_one_text_alone() {
        let passage = Some(OwnMatter::Passage);
        let long: String = (b'b'..=b'z')
            .map(|letter| BOATS.replace('b', &char::from(letter).to_string()))
            .collect();
        assert_eq!(own(&long, &format!("{long}{NETS}")), [None, passage]);
        let told = STORY.replace("therowers", &format!("{NETS}therowers"));
        assert_ne!(told, STORY);
        assert_eq!(own(STORY, &told), [None, passage]);
        let noted = BOATS.replace("theropes", "themillerwrotethisdownforhisgrandsontheropes");
        assert_eq!(own(BOATS, &noted), [None, passage]);
    }
}
