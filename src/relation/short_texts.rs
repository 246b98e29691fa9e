//! Short texts: each word of them is news. Where two of them differ, they say
//! the same only if the change is known to change nothing.

use std::collections::BTreeMap;

use crate::boilerplate::weight;
use crate::passages::{Hunk, HunkKind};
use crate::relation::changed_places::{ChangedPlace, changed_places};
use crate::relation::figures::is_digit;
use crate::relation::known_change::is_known;
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::other_content::{are_alike, content};
use crate::text::letters::{A_CHARACTER, is_spaced};
use crate::text::numbers::is_sign;

/// Most weight, in letters, of texts in which other words in a place count, and
/// letters that one of them has more.
pub(super) const SHORT: u64 = 1_000;

/// The same of news of the same days, which is corrected and sent again. Of 26
/// items of a newswire that the longer limit kept apart all were such.
pub(super) const SHORT_NEWS: u64 = 500;

/// The same of any text that has them at its beginning or end, where news is cut
/// off and a copy of a licence has its owner; as letters of which a word or a
/// label is made, they count as elsewhere.
const SHORT_AT_END: u64 = 120;
const SYLLABLE: u64 = 6;

/// The same of Han characters, of which clauses are shorter; in the shorter
/// text one for another counts as well.
const HAN_SHORT: u64 = 50 * A_CHARACTER as u64;
const HAN_LINE: u64 = 30 * A_CHARACTER as u64;

/// Least weight of a clause: what one text has more is its own alone.
const CLAUSE: u64 = 12 * A_CHARACTER as u64;

/// Longest name, in units.
const NAME: usize = 24;

/// Letters beside a name with which it is the same place again.
const BESIDE: usize = 3;

/// Letters of a name that may stand in any word, if one text has them more.
const SMALL: usize = 3;

/// Places at which one name stands for another, and at which one text has it
/// more.
const PLACES: [u32; 2] = [2, 3];

/// Returns what two texts say differently in a place that is not known. `short`
/// is the most weight of a short text of letters.
pub(super) fn unknown_changes([a, b]: [&[u16]; 2], hunks: &[Hunk], short: u64) -> OwnMatters {
    let both = [Some(OwnMatter::Wording); 2];
    let lengths = [weight(a), weight(b)];
    if hunks
        .iter()
        .any(|hunk| has_moved([a, b], lengths, hunk, short))
    {
        return both;
    }
    let mut repeated: BTreeMap<[&[u16]; 4], u32> = BTreeMap::new();
    for place in changed_places(hunks) {
        let sides = [place.a.of(a), place.b.of(b)];
        let is_letter = |unit: &u16| is_spaced(*unit) || is_sign(*unit);
        let of_letters = sides.iter().any(|side| side.iter().any(is_letter));
        let is_edge = place.a.start == 0 && place.b.start == 0
            || place.a.end as usize == a.len() && place.b.end as usize == b.len();
        let counts = counts(sides, lengths, of_letters, is_edge, short);
        let repeats = of_letters && sides.iter().all(|side| side.len() <= NAME);
        if counts && !is_known([a, b], &place) {
            return both;
        }
        if !repeats {
            continue;
        }
        for (key, least) in keys(a, &place, sides) {
            let count = repeated.entry(key).or_default();
            *count += 1;
            if *count >= least && !is_known([a, b], &place) {
                return [Some(OwnMatter::Name); 2];
            }
        }
    }
    [None; 2]
}

/// Returns whether words of short texts stand elsewhere in the other: from one
/// zone to another is not from the other to the one.
fn has_moved([a, b]: [&[u16]; 2], lengths: [u64; 2], hunk: &Hunk, short: u64) -> bool {
    let words = match hunk.kind {
        HunkKind::MovedAway => hunk.a.of(a),
        HunkKind::MovedHere => hunk.b.of(b),
        _ => return false,
    };
    let longest = match words.iter().all(|unit| is_spaced(*unit)) {
        true => short,
        false => HAN_SHORT,
    };
    lengths[0].max(lengths[1]) <= longest
}

/// Returns whether a change counts in texts of these weights.
fn counts(
    sides: [&[u16]; 2],
    lengths: [u64; 2],
    of_letters: bool,
    is_edge: bool,
    short: u64,
) -> bool {
    let [least, most] = [lengths[0].min(lengths[1]), lengths[0].max(lengths[1])];
    let largest = weight(sides[0]).max(weight(sides[1]));
    if sides.iter().any(|side| side.is_empty()) {
        // A row of a table, which the text with it alone states.
        let has = |is: fn(&u16) -> bool| sides.iter().any(|side| side.iter().any(is));
        if has(|unit| is_digit(*unit)) && has(|unit| (0x4E00..=0x9FFF).contains(unit)) {
            return false;
        }
        let longest = match (of_letters, is_edge && largest >= SYLLABLE) {
            (true, false) => short,
            (true, true) => SHORT_AT_END,
            (false, false) => HAN_SHORT,
            (false, true) => HAN_LINE,
        };
        return least <= longest && largest < CLAUSE;
    }
    let is_phrase = |side: &[u16]| content(side) > u64::from(A_CHARACTER);
    let is_other = of_letters || sides.iter().any(|side| is_phrase(side)) && !are_alike(sides);
    is_other && most <= short || least <= HAN_LINE
}

/// Returns what makes a change the same one again, with the letters before or
/// after it, or with both if it is small, and at how many places it then is
/// another name.
fn keys<'a>(
    a: &'a [u16],
    place: &ChangedPlace,
    sides: [&'a [u16]; 2],
) -> Vec<([&'a [u16]; 4], u32)> {
    let (start, end) = (place.a.start as usize, place.a.end as usize);
    let is_word = |units: &&[u16]| {
        units
            .iter()
            .all(|unit| is_spaced(*unit) && !is_digit(*unit))
    };
    let before = start
        .checked_sub(BESIDE)
        .filter(|_| place.before as usize >= BESIDE)
        .map(|from| &a[from..start])
        .filter(is_word);
    let after = a
        .get(end..end + BESIDE)
        .filter(|_| place.after as usize >= BESIDE)
        .filter(is_word);
    let [one, other] = sides;
    let none: &[u16] = &[];
    let is_more = one.is_empty() || other.is_empty();
    let least = PLACES[usize::from(is_more)];
    let of_before = before.map(|before| ([one, other, before, none], least));
    let of_after = after.map(|after| ([one, other, none, after], least));
    let is_small = is_more && one.len() + other.len() < SMALL;
    let of_both = before.zip(after).filter(|_| is_small);
    let of_both = of_both.map(|(before, after)| ([one, other, before, after], PLACES[0]));
    [of_before, of_after, of_both]
        .into_iter()
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::own::tests::own;

    fn are_apart(a: &str, b: &str) -> bool {
        let found = [own(a, b), own(b, a)];
        found.iter().all(|own| own.iter().all(Option::is_some))
    }

    /// A page of a manual, too long for each of its words to count.
    fn page(rest: &str) -> String {
        let other: String = (0..70)
            .map(|at| char::from(b'a' + at % 26).to_string().repeat(17))
            .collect();
        format!("{rest}{other}")
    }

    const LINE: &str = "returnsthelengthofthelongestplankthatthesawmillhascutsincethelastflood";
    const NEWS: &str = "县里的渡口明天停航船工要修补船底村民绕道石桥";

    #[test]
    fn in_a_short_text_a_word_more_or_another_makes_another_statement() {
        for (from, to) in [
            ("longest", "shortest"),
            ("plank", "raftplank"),
            ("sawmill", "rawmill"),
            ("plank", "blank"),
            ("length", "lengthandwidth"),
            ("returnsthe", "returnsthesine"),
            ("flood", "floodonriver"),
            (
                "thelongestplankthatthesawmill",
                "thesawmillthatthelongestplank",
            ),
            ("returns", "cfunctionreturns"),
        ] {
            assert!(are_apart(LINE, &LINE.replacen(from, to, 1)), "{from} {to}");
        }
        for (text, from, to) in [
            ("synchronousreading", "sync", "async"),
            ("returnsamatchingplank", "amatching", "anonmatching"),
            ("theoperandsofthe300aredry", "300", "300s"),
        ] {
            let text = format!("{text}{LINE}{LINE}");
            assert!(are_apart(&text, &text.replacen(from, to, 1)), "{from} {to}");
        }
        let typed = |c: &str| format!("the{c}librarythatthesawmillhasforcuttingplanks");
        assert!(are_apart(&typed("c"), &typed("c++")));
        for (from, to) in [("船工", "木船工"), ("石桥", "石闸"), ("明天", "明早天")] {
            assert!(are_apart(NEWS, &NEWS.replacen(from, to, 1)), "{from} {to}");
        }
    }

    #[test]
    fn what_is_known_to_change_nothing_keeps_no_short_text() {
        for (from, to) in [
            ("thelength", "length"),
            ("thatthe", "whichthe"),
            ("hascut", "hadhascut"),
            ("plank", "planks"),
            ("flood", "flodo"),
            ("sawmill", "sawmil"),
        ] {
            let other = LINE.replacen(from, to, 1);
            assert_eq!(own(LINE, &other), [None; 2], "{from} {to}");
        }
        let spelt = |colour: &str, ise: &str| {
            format!("thesawmillcanorgan{ise}planksbythe{colour}oftheirbark")
        };
        assert_eq!(
            own(&spelt("colour", "ise"), &spelt("color", "ize")),
            [None; 2]
        );
        let shares = |mln: &str| format!("thesawmillsaiditsoldsome{mln}planksafterthelastflood");
        assert_eq!(own(&shares("mln"), &shares("million")), [None; 2]);
        for (from, to) in [("要修补", "将要修补"), ("停航", "停航了")] {
            assert_eq!(own(NEWS, &NEWS.replacen(from, to, 1)), [None; 2], "{to}");
        }
        let private = format!("{NEWS}\u{e004}");
        assert_eq!(own(NEWS, &private), [None; 2]);
        let credits = format!("本报记者张三报道{NEWS}");
        assert_eq!(own(NEWS, &credits), [None; 2]);
    }

    #[test]
    fn a_letter_that_labels_a_paragraph_is_no_other_statement() {
        let paragraph =
            |label: &str| format!("{label}{LINE}andkeepsitinthestoreofthevillageforever");
        assert_eq!(own(&paragraph("b"), &paragraph("c")), [None; 2]);
        assert!(are_apart(&format!("b{LINE}"), &format!("c{LINE}")));
    }

    #[test]
    fn a_sentence_more_is_said_by_the_longer_text_alone() {
        let more = format!("{LINE}italsoreturnsthenamesofthesawyersandtheirsons");
        assert_eq!(own(LINE, &more), [None, Some(OwnMatter::Passage)]);
    }

    #[test]
    fn a_change_that_a_long_text_repeats_is_another_name() {
        let of = |name: &str| {
            page(&format!(
                "thesawmill{name}cutsplanksandtherivermen{name}dryrope{name}cutsthestrawforthebeds"
            ))
        };
        assert!(are_apart(&of("getsaw"), &of("getsuw")));
        let once = |name: &str| page(&format!("thesawmill{name}cutsplanksandthericefields"));
        assert_eq!(own(&once("getsaw"), &once("getsuw")), [None; 2]);
        let spelt =
            |colour: &str| page(&format!("the{colour}ofthesawmillandthe{colour}oftheplanks"));
        assert_eq!(own(&spelt("colour"), &spelt("color")), [None; 2]);
    }
}
