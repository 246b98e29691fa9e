//! Texts of rules, such as licences and statutes, of which one has a clause more
//! or another word.
//!
//! News that leaves a sentence out says nothing else. A licence that leaves a
//! condition out is another licence, though all of it stands in the longer one.

use crate::boilerplate::weight;
use crate::passages::Hunk;
use crate::relation::changed_places::{ChangedPlace, changed_places};
use crate::relation::figures::{is_digit, is_han_numeral};
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::rule_words::{has, rule_words};
use crate::relation::stretch_search::StretchSearch;
use crate::span::UnitSpan;
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
const CLAUSE_WORDS: [&str; 11] = [
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
    "withno",
];

/// Words with which a sentence of a statute sets a rule.
const SENTENCE_WORDS: [&str; 9] = [
    "须", "得", "由", "准用", "适用", "亦同", "为限", "视为", "罚",
];

/// Most weight of the heading of an article.
const HEADING: u64 = 24 * A_CHARACTER as u64;

/// Words of the history of a statute, and Han characters in which it has a day
/// at least.
const HISTORY: [&str; 2] = ["决定修", "决定公布"];
const DAY_EVERY: usize = 45;

/// Chapters that a table of contents has at least.
const CHAPTERS: usize = 3;

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

/// Returns whether one of two texts of rules has a clause that commands, permits
/// or forbids something, and the other has nothing there.
///
/// An older edition of a statute that stands whole in the amended one does not
/// say what that one says, nor does a licence say what another one says that
/// has it and more. The history of a statute, its table of contents, the
/// headings of its articles and what stands before all that both have are no
/// clauses.
fn have_other_clauses(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let is_clause = |place: ChangedPlace| {
        let sides = [place.a.of(texts[0]), place.b.of(texts[1])];
        let weights = sides.map(weight);
        let longer = usize::from(weights[1] > weights[0]);
        let more = sides[longer];
        if weights[longer] < CLAUSE || weights[1 - longer] * IN_PLACE > weights[longer] {
            return false;
        }
        if letters(more) * 2 > more.len() {
            return words(more, 1) > 0 || CLAUSE_WORDS.iter().any(|word| has(more, word));
        }
        let commands = words(more, 1) > 0 || SENTENCE_WORDS.iter().any(|word| has(more, word));
        commands
            && place.before > 0
            && !is_history(more)
            && !is_table_of_contents(more)
            && !is_heading(texts[longer], [place.a, place.b][longer])
    };
    changed_places(hunks).any(is_clause)
        && (texts.iter().all(|text| has_rules(text, WORDS_EVERY))
            || texts.iter().all(|text| is_statute(text)))
}

/// Returns whether a stretch tells when a statute was made, amended and put in
/// force.
fn is_history(units: &[u16]) -> bool {
    let day = |two: &&[u16]| is(&two[1], '日') && is_number(two[0]);
    let days = units.windows(2).filter(day).count();
    let is_dated = days * DAY_EVERY >= units.len() && words(units, 1) == 0;
    is_dated || HISTORY.iter().any(|word| has(units, word))
}

/// Returns whether a stretch of a text is the heading of an article, or is one
/// but for its first words, with which the article begins, too: it stands behind
/// a number such as 第五条 or 第五条之一.
fn is_heading(text: &[u16], stretch: UnitSpan) -> bool {
    let units = stretch.of(text);
    if weight(units) > HEADING || units.iter().any(|unit| is(unit, '条')) {
        return false;
    }
    let (start, end) = (stretch.start as usize, stretch.end as usize);
    let begins_alike = |back: &usize| text[start - back..start] == text[end - back..end];
    (0..=start.min(end - start))
        .take_while(begins_alike)
        .any(|back| ends_with_number(&text[..start - back]))
}

/// Returns whether a text ends with the number of an article.
fn ends_with_number(text: &[u16]) -> bool {
    let number = text.iter().rev().take_while(|unit| is_number(**unit));
    let len = number.count();
    let before = &text[..text.len() - len];
    match before.split_last() {
        Some((of, before)) if len > 0 => {
            is(of, '之') && before.last().is_some_and(|last| is(last, '条'))
        }
        Some((last, _)) => is(last, '条'),
        None => false,
    }
}

fn is(unit: &u16, c: char) -> bool {
    u32::from(*unit) == u32::from(c)
}

fn is_number(unit: u16) -> bool {
    is_digit(unit) || is_han_numeral(unit)
}

/// Returns whether a stretch names more chapters than articles.
fn is_table_of_contents(units: &[u16]) -> bool {
    let count = |c: char| units.iter().filter(|unit| is(unit, c)).count();
    let chapters = count('章');
    chapters >= CHAPTERS && chapters > count('条')
}

/// Returns whether a text commands, permits or forbids once in so much weight.
fn has_rules(units: &[u16], every: u64) -> bool {
    let least = (weight(units) / every).max(LEAST_WORDS);
    words(units, least) >= least
}

/// Returns whether a text has numbered articles: 第十五条.
fn is_statute(units: &[u16]) -> bool {
    const MOST: usize = 8;
    let begins = |at: &usize| {
        let number = units[at + 1..].iter();
        let number = number.take(MOST).take_while(|unit| is_han_numeral(**unit));
        let len = number.count();
        let after = units.get(at + 1 + len);
        is(&units[*at], '第') && len > 0 && after.is_some_and(|after| is(after, '条'))
    };
    (0..units.len()).filter(begins).take(ARTICLES).count() == ARTICLES
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
    fn a_clause_more_counts_wherever_it_stands_and_however_long_the_rules_are() {
        let long: String = (b'b'..=b'z')
            .map(|letter| BOATS.replace('b', &char::from(letter).to_string()))
            .collect();
        assert!(are_apart(&long, &format!("{long}{NETS}")));
        assert!(are_apart(&long, &format!("{NETS}{long}")));
    }

    #[test]
    fn what_a_story_has_more_is_said_by_it_alone() {
        let passage = Some(OwnMatter::Passage);
        let told = STORY.replace("therowers", &format!("{NETS}therowers"));
        assert_ne!(told, STORY);
        assert_eq!(own(STORY, &told), [None, passage]);
        let noted = BOATS.replace("theropes", "themillerwrotethisdownforhisgrandsontheropes");
        assert_eq!(own(BOATS, &noted), [None, passage]);
    }

    #[test]
    fn an_amended_statute_says_what_its_older_edition_does_not() {
        let articles: Vec<String> = "一二三四五六七八九"
            .chars()
            .map(|number| {
                format!("第{number}条船工应当在第{number}次敲钟以前把船停到{number}号码头")
            })
            .collect();
        let statute = format!("渡口管理办法{}", articles.concat());
        let added = "夜里下大雾的时候由镇上的管理员决定几时停渡";
        for at in [articles[3].as_str(), articles[8].as_str()] {
            let amended = statute.replace(at, &format!("{at}{added}"));
            assert!(are_apart(&statute, &amended), "{amended}");
        }
        for more in [
            "二〇〇九年四月二日镇务会议关于改由镇上管理渡口的决定修正",
            "目录第一章总则第二章渡船由谁管第三章罚则第四章附则",
        ] {
            let noted = statute.replace("办法", &format!("办法{more}"));
            assert!(own(&statute, &noted)[0].is_none(), "{noted}");
        }
        for heading in ["泊位及其得失的管理", "船工应得之各种便利及其管理"] {
            let headed = statute.replace("三条船工", &format!("三条{heading}船工"));
            assert_eq!(own(&statute, &headed)[0], None, "{headed}");
        }
    }
}
