//! Words that make another statement of one by standing in it: negations, and
//! what makes a deputy of a mayor.

use std::sync::LazyLock;

use crate::relation::figures::is_digit;
use crate::text::numbers::is_one_of;

/// Words that negate, as they are when normalized; 零下 is the minus of a
/// temperature.
const NEGATIONS: [&str; 27] = [
    "不",
    "不同意",
    "未",
    "没有",
    "没",
    "无",
    "零下",
    "not",
    "never",
    "cannot",
    "ません",
    "ない",
    "なかっ",
    "않",
    "못",
    "없",
    "아니",
    "никогда",
    "niemals",
    "nunca",
    "jamais",
    "tidak",
    "không",
    "chưa",
    "ไม่",
    "มิได้",
    "영하",
];

/// Words with the letters of one that don't negate.
const NO_NEGATIONS: [&str; 33] = [
    "不少",
    "不断",
    "不久",
    "不仅",
    "不过",
    "不但",
    "不管",
    "不同",
    "不得不",
    "未来",
    "无论",
    "无疑",
    "another",
    "nothing",
    "notic",
    "note",
    "notify",
    "notifi",
    "notion",
    "noth",
    "denot",
    "notab",
    "少ない",
    "ないし",
    "なければなら",
    "못지않",
    "없지않",
    "hàngkhông",
    "khônggian",
    "khôngkhí",
    "ไม่นาน",
    "ไม่น้อย",
    "ไม่เพียง",
];

/// Words that negate where they alone are added to a text; elsewhere their
/// letters are parts of other words.
const ADDED_NEGATIONS: [&str; 3] = ["не", "ни", "안"];

/// The same of words of a few letters, which other words are made of.
const NEGATIONS_ALONE: [&str; 17] = [
    "لا", "لم", "لن", "ليس", "ليست", "ما", "غير", "ولا", "ولم", "ولن", "nicht", "kein", "keine",
    "no", "non", "pas", "geen",
];

/// Arabic words that negate, with which a place may begin whose other side has
/// another form of the verb: سيوقع and لن يوقع.
const BEFORE_VERBS: [&str; 6] = ["لا", "لم", "لن", "ليس", "ما", "غير"];

/// Most units of such a place: a longer one is rewritten text.
const VERB: usize = 6;

/// English verbs before `n't`, which is `nt` when normalized.
const BEFORE_NT: [&str; 18] = [
    "is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "ca", "could", "wo",
    "would", "should", "must", "need", "might",
];

/// Words that make another person, body or thing of one where they alone are
/// added to a text.
const QUALIFIERS: [&str; 83] = [
    "副",
    "非",
    "准",
    "半",
    "伪",
    "反",
    "亚",
    "拟",
    "原",
    "前",
    "代",
    "总",
    "常务",
    "代理",
    "署理",
    "候任",
    "候补",
    "名誉",
    "助理",
    "候选",
    "未遂",
    "涉嫌",
    "疑似",
    "deputy",
    "vice",
    "former",
    "acting",
    "assistant",
    "associate",
    "interim",
    "retired",
    "alleged",
    "allegedly",
    "attempted",
    "suspected",
    "junior",
    "senior",
    "chief",
    "lesser",
    "greater",
    "major",
    "minor",
    "upper",
    "lower",
    "inner",
    "outer",
    "library",
    "local",
    "remote",
    "global",
    "static",
    "dynamic",
    "partial",
    "reverse",
    "inverse",
    "mutable",
    "immutable",
    "non",
    "un",
    "dis",
    "mis",
    "pre",
    "post",
    "semi",
    "anti",
    "half",
    "short",
    "metric",
    "american",
    "australian",
    "british",
    "canadian",
    "hongkong",
    "newzealand",
    "singapore",
    "元",
    "부",
    "전",
    "비",
    "вице",
    "экс",
    "бывший",
    "бывшего",
];

/// Returns whether a stretch that one text alone has, after `before`, is a
/// word that makes another statement of what the other one says.
pub(super) fn changes_the_statement(before: &[u16], added: &[u16]) -> bool {
    let is = |word: &&str| word.encode_utf16().eq(added.iter().copied());
    let follows = |word: &str| {
        let len = word.len();
        before.len() >= len
            && word
                .encode_utf16()
                .eq(before[before.len() - len..].iter().copied())
    };
    ADDED_NEGATIONS.iter().any(is)
        || QUALIFIERS.iter().any(is)
        || is(&"nt") && BEFORE_NT.iter().any(|verb| follows(verb))
        || is(&"t") && follows("can")
}

/// Returns whether a stretch that one text alone has, between equal words of
/// both, negates the statement. *No. 5* negates nothing.
pub(super) fn negates_alone(added: &[u16], after: &[u16]) -> bool {
    let is = |word: &&str| word.encode_utf16().eq(added.iter().copied());
    let is_before_verb = |word: &&str| {
        const OF_VERB: &str = "يتنأ";
        let rest = starts_with(added, word).then(|| &added[word.encode_utf16().count()..]);
        matches!(rest, Some([letter]) if is_one_of(*letter, OF_VERB))
    };
    let is_number = after.first().is_some_and(|unit| is_digit(*unit));
    NEGATIONS_ALONE.iter().any(is) && !(is(&"no") && is_number)
        || BEFORE_VERBS.iter().any(is_before_verb)
}

/// Returns whether one of two stretches that stand for each other negates the
/// other one: لن يوقع and سيوقع, *n'est pas* and *est*.
pub(super) fn negates_the_other(sides: [&[u16]; 2]) -> bool {
    let begins = |side: &[u16]| BEFORE_VERBS.iter().any(|word| starts_with(side, word));
    let are_short = sides.iter().all(|side| (1..=VERB).contains(&side.len()));
    are_short && begins(sides[0]) != begins(sides[1])
        || negates_in_french(sides[0], sides[1])
        || negates_in_french(sides[1], sides[0])
}

/// Returns whether a stretch is *ne*, another one and *pas*.
fn negates_in_french(stretch: &[u16], other: &[u16]) -> bool {
    let is = |units: &[u16], word: &str| word.encode_utf16().eq(units.iter().copied());
    let Some(around) = stretch.len().checked_sub(other.len()) else {
        return false;
    };
    !other.is_empty()
        && (1..=2).any(|ne| {
            stretch.get(ne..ne + other.len()) == Some(other)
                && is(&stretch[..ne], &"ne"[..ne])
                && around > ne
                && ["pas", "plus", "jamais", "point"]
                    .iter()
                    .any(|pas| is(&stretch[ne + other.len()..], pas))
        })
}

fn starts_with(units: &[u16], word: &str) -> bool {
    let mut units = units.iter().copied();
    word.encode_utf16().all(|unit| units.next() == Some(unit))
}

/// Returns the number of negations of a part of a text.
pub(super) fn negations(units: &[u16]) -> usize {
    let starts = |at: usize, word: &str| {
        let mut rest = units[at..].iter().copied();
        word.encode_utf16().all(|unit| rest.next() == Some(unit))
    };
    let longest = |at: usize, words: &[&str]| {
        let here = words.iter().filter(|word| starts(at, word));
        here.map(|word| word.encode_utf16().count()).max()
    };
    /// What any of the words begins with.
    static FIRST: LazyLock<Vec<u16>> = LazyLock::new(|| {
        let words = NEGATIONS.iter().chain(&NO_NEGATIONS);
        let mut first: Vec<u16> = words
            .filter_map(|word| word.encode_utf16().next())
            .collect();
        first.sort_unstable();
        first.dedup();
        first
    });
    let first: &[u16] = &FIRST;
    let (mut count, mut at) = (0, 0);
    while at < units.len() {
        if !first.contains(&units[at]) {
            at += 1;
            continue;
        }
        let (other, negation) = (longest(at, &NO_NEGATIONS), longest(at, &NEGATIONS));
        count += usize::from(negation > other);
        at += negation.max(other).unwrap_or(1);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> Vec<u16> {
        text.encode_utf16().collect()
    }

    #[test]
    fn negations_are_counted_and_words_that_only_look_like_them_are_not() {
        for (text, count) in [
            ("他不来", 1),
            ("不少人没有来", 1),
            ("未来不会", 1),
            ("itisnottrue", 1),
            ("notincludedhere", 1),
            ("henotifiedthem", 0),
            ("another", 0),
            ("行きません", 1),
            ("人が少ない", 0),
            ("가지않았다", 1),
            ("โรงสีไม่เปิด", 1),
            ("cốixaykhôngchạy", 1),
            ("hãnghàngkhông", 0),
        ] {
            assert_eq!(negations(&units(text)), count, "{text}");
        }
    }

    #[test]
    fn a_word_alone_makes_another_statement_only_where_it_is_one() {
        let changes =
            |before: &str, added: &str| changes_the_statement(&units(before), &units(added));
        assert!(changes("昨天", "副"));
        assert!(changes("the", "deputy"));
        assert!(changes("subjecttoa", "pre"));
        assert!(changes("hewas", "nt"));
        assert!(changes("hecan", "t"));
        assert!(changes("глава", "не"));
        assert!(!changes("mome", "nt"));
        assert!(!changes("the", "t"));
        assert!(!changes("the", "big"));
        assert!(!changes("昨天", "大"));
        let negates = |added: &str, after: &str| negates_alone(&units(added), &units(after));
        assert!(negates("لم", "يوقع"));
        assert!(negates("لمي", "وقعوا"));
        assert!(negates("no", "estálisto"));
        assert!(negates("pas", "prêt"));
        assert!(!negates("no", "5boat"));
        assert!(!negates("لمح", "وقعوا"));
    }

    #[test]
    fn a_verb_and_its_negation_stand_for_each_other() {
        let negates = |one: &str, other: &str| {
            let [one, other] = [one, other].map(units);
            let negates = negates_the_other([&one, &other]);
            assert_eq!(negates, negates_the_other([&other, &one]));
            negates
        };
        for (one, other) in [
            ("لن", "س"),
            ("لميك", "كا"),
            ("ليس", "كان"),
            ("nestpas", "est"),
            ("neditpas", "dit"),
        ] {
            assert!(negates(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("ا", "إ"),
            ("لن", "لم"),
            ("لن", ""),
            ("nest", "est"),
            ("pas", ""),
            ("npas", ""),
        ] {
            assert!(!negates(one, other), "{one} {other}");
        }
    }
}
