//! Words that turn the value of the number beside them: 负 and *minus*, and the
//! eras that count years back and forth.

use std::sync::LazyLock;

use crate::numerals::numeral_at;
use crate::relation::exclusive_words::WORDS;
use crate::relation::figures::is_digit;
use crate::relation::names::Names;
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;
use crate::text::lexicon::{ERAS, MINUS_WORDS};
use crate::text::numbers::is_money;

static MINUS: LazyLock<Names> = LazyLock::new(|| Names::of_lines(MINUS_WORDS));
static ERAS_BY_NAME: LazyLock<Names> = LazyLock::new(|| Names::of_lines(ERAS));

/// The line of either table whose words turn a value.
const TURNS: u32 = 0;

/// Most units of a number between a place and an era.
const NUMBER: usize = 8;

/// Returns whether a number is negative, or a year counted back, in one text
/// alone.
pub(super) fn are_turned(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    let sides = [0, 1].map(|side| (texts[side], spans[side]));
    let is_minus = sides.map(|(text, span)| is_negative(text, span));
    if is_minus[0] != is_minus[1] {
        return true;
    }
    let eras = sides.map(|(text, span)| counts_back(text, span));
    // A year of no era is one after.
    eras.iter().any(Option::is_some) && eras[0].unwrap_or(false) != eras[1].unwrap_or(false)
}

/// Returns whether a word that makes the number behind it negative has a part in
/// a place.
fn is_negative(text: &[u16], span: UnitSpan) -> bool {
    let (start, end) = (span.start as usize, span.end as usize);
    let first = start.saturating_sub(MINUS.longest());
    (first..end).any(|at| {
        let mut words = MINUS.beginning(&text[at..]);
        words.any(|(len, word)| {
            at + len > start && word.has(TURNS) && begins_number(&text[at + len..])
        })
    })
}

/// Returns whether a stretch begins with a number, in digits or in words, or
/// with money and a number.
fn begins_number(units: &[u16]) -> bool {
    const PARTS: [&str; 3] = ["百分之", "千分之", "万分之"];
    let units = match units {
        [money, rest @ ..] if is_money(*money) => rest,
        units => units,
    };
    let is_number = |unit: &u16| is_digit(*unit) || numeral_at(*unit).is_some();
    units.first().is_some_and(is_number)
        || PARTS
            .iter()
            .any(|part| part.encode_utf16().eq(units.iter().copied().take(3)))
        || WORDS.begins_with_number(units)
}

/// Returns whether an era that has a part in a place counts its year back;
/// nothing if none has.
fn counts_back(text: &[u16], span: UnitSpan) -> Option<bool> {
    let (start, end) = (span.start as usize, span.end as usize);
    let first = start.saturating_sub(ERAS_BY_NAME.longest());
    (first..end).find_map(|at| {
        let mut eras = ERAS_BY_NAME.beginning(&text[at..]);
        eras.find_map(|(len, era)| {
            let is_year = has_year([&text[..at], &text[at + len..]], &text[at..at + len]);
            (at + len > start && is_year).then(|| era.has(TURNS))
        })
    })
}

/// Returns whether a year stands right beside an era: behind it in words of
/// many letters, right behind or before it in short ones.
fn has_year([before, after]: [&[u16]; 2], era: &[u16]) -> bool {
    let is_number = |unit: &u16| is_digit(*unit) || numeral_at(*unit).is_some();
    let is_latin = era.iter().all(|unit| is_spaced(*unit));
    let is_digit = |unit: &u16| is_digit(*unit);
    match is_latin {
        true => {
            // *44 BC*, but not the *ad* of *adopted in 44*.
            let mut before = before.iter().rev().take(NUMBER);
            let year = before.find(|unit| !is_one_of_year(**unit));
            year.is_some_and(is_digit) || after.first().is_some_and(is_digit)
        }
        false => after.first().is_some_and(is_number),
    }
}

/// Returns whether a unit stands between a year and its era: г. of Russian.
fn is_one_of_year(unit: u16) -> bool {
    const YEAR: &str = "году";
    YEAR.encode_utf16().any(|letter| letter == unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::changed_places::tests::spans_of;

    fn are_other(one: &str, other: &str) -> bool {
        let texts = [one, other].map(|text| text.encode_utf16().collect::<Vec<u16>>());
        let texts = [&texts[0][..], &texts[1]];
        are_turned(texts, spans_of(texts))
    }

    #[test]
    fn a_word_that_makes_a_number_negative_makes_another_number() {
        for (one, other) in [
            ("利润负三百万元", "利润三百万元"),
            ("利润负300万元", "利润300万元"),
            ("增长负百分之三", "增长百分之三"),
            ("coldatminus40there", "coldat40there"),
            ("coldatminus40there", "coldatplus40there"),
            ("coldatminusthreethere", "coldatthreethere"),
            ("성장률은마이너스3%", "성장률은3%"),
            ("성장률은영하3도", "성장률은영상3도"),
            ("成長率はマイナス3%", "成長率は3%"),
            ("быломинус3градуса", "былоплюс3градуса"),
        ] {
            assert!(are_other(one, other), "{one} {other}");
            assert!(are_other(other, one), "{other} {one}");
        }
    }

    #[test]
    fn another_era_makes_another_year() {
        for (one, other) in [
            ("建成于公元前21年", "建成于公元21年"),
            ("建成于公元前21年", "建成于21年"),
            ("建成于公元前三世纪", "建成于公元三世纪"),
            ("builtin44bcandleft", "builtin44adandleft"),
            ("builtin44bcandleft", "builtin44andleft"),
            ("builtinad44andleft", "builtin44bcandleft"),
            ("기원전21년에", "기원후21년에"),
            ("построенв44годудонэи", "построенв44годунэи"),
        ] {
            assert!(are_other(one, other), "{one} {other}");
            assert!(are_other(other, one), "{other} {one}");
        }
    }

    #[test]
    fn no_word_beside_a_number_turns_it() {
        for (one, other) in [
            ("负责三个村", "管理三个村"),
            ("builtin44adandleft", "builtin44andleft"),
            ("公元21年", "21年"),
            ("coldatplus40there", "coldat40there"),
            ("anegativeopinion", "apositiveopinion"),
            ("利润负300万元", "利润负301万元"),
        ] {
            assert!(!are_other(one, other), "{one} {other}");
            assert!(!are_other(other, one), "{other} {one}");
        }
    }
}
