//! Texts of rules, such as licences and statutes, of which one has a clause more.
//!
//! News that leaves a sentence out says nothing else. A licence that leaves a
//! condition out is another licence, though all of it stands in the longer one.

use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::changed_places;
use crate::text::letters::A_CHARACTER;

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

/// What begins with one of them and does none of that.
const NO_WORD: &str = "应用";

/// Weight of text in which a text of rules has such a word at least once, and
/// the fewest that it has.
const WORDS_EVERY: u64 = 400;
const LEAST_WORDS: u64 = 3;

/// Least weight of a clause, in letters.
const CLAUSE: u64 = 12 * A_CHARACTER as u64;

/// Least part of the shorter text that clauses of the longer one are, as what
/// it is divided by: of an amended statute the older edition may go.
const LEAST_PART: u64 = 20;

/// What may stand in the place of a clause in the other text, as part of its
/// weight: the number of the next one, an *and*.
const IN_PLACE: u64 = 4;

/// Returns whether two texts of rules have other rules: between what both have,
/// one has clauses that command, permit or forbid something, and the other has
/// nothing. What stands before or behind all that is a notice or an appendix.
pub(super) fn have_other_rules(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let mut clauses = 0;
    for place in changed_places(hunks) {
        let sides = [place.a.of(texts[0]), place.b.of(texts[1])];
        let weights = sides.map(weight);
        let longer = usize::from(weights[1] > weights[0]);
        let is_between = place.before > 0 && place.after > 0;
        if is_between
            && weights[longer] >= CLAUSE
            && weights[1 - longer] * IN_PLACE <= weights[longer]
            && words(sides[longer], 1) > 0
        {
            clauses += weights[longer];
        }
    }
    let shorter = weight(texts[0]).min(weight(texts[1]));
    clauses * LEAST_PART >= shorter.max(1) && texts.iter().all(|text| are_rules(text))
}

/// Returns whether a text commands, permits and forbids throughout.
fn are_rules(units: &[u16]) -> bool {
    let least = (weight(units) / WORDS_EVERY).max(LEAST_WORDS);
    words(units, least) >= least
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
    fn what_stands_at_the_end_of_rules_or_in_a_story_is_said_by_one_text_alone() {
        let passage = Some(OwnMatter::Passage);
        assert_eq!(own(BOATS, &format!("{BOATS}{NETS}")), [None, passage]);
        let told = STORY.replace("therowers", &format!("{NETS}therowers"));
        assert_ne!(told, STORY);
        assert_eq!(own(STORY, &told), [None, passage]);
        let noted = BOATS.replace("theropes", "themillerwrotethisdownforhisgrandsontheropes");
        assert_eq!(own(BOATS, &noted), [None, passage]);
    }
}
