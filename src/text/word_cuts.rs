//! Boundaries inside a numeral in Han characters, a Latin word, a formula, an
//! amount or a mark such as C++, which no match of a listed phrase has at its ends.

use crate::numerals::{Numeral, numeral_at};
use crate::simd::normalize_run::is_digit;
use crate::text::normalize::SEPARATOR;
use crate::text::numbers::{is_money, is_one_of, is_sign};

/// Units on either side of a boundary that decide.
pub(crate) const BESIDE: usize = 4;

/// Most letters of a mark before its sign: BBB+.
const RATING: usize = 3;

/// Most letters of a symbol that a figure belongs to: CO2, A5, H2O.
const SYMBOL: usize = 2;

/// Returns whether a boundary before the unit at `at` lies inside a numeral, a
/// word, a formula, an amount or a mark, if nothing that was left out stands
/// there: 十三五 in 二十三五 is no plan, and 5G, CO, A+ and $15 stand in neither of
/// 5GB, CO2, AA+ and US$15.
pub(crate) fn is_inside(units: &[u16], at: usize) -> bool {
    let (before, after) = units.split_at(at);
    cuts_numeral(before, after)
        || cuts_word(before, after)
        || cuts_formula(before, after)
        || cuts_amount(before, after)
        || cuts_mark(before, after)
}

/// 二|十三五, 三|点五, 百分之|五, 三|分之一, 5|万.
fn cuts_numeral(before: &[u16], after: &[u16]) -> bool {
    let is_numeral = |unit: Option<&u16>| unit.is_some_and(|unit| numeral_at(*unit).is_some());
    let is_power =
        |unit: u16| matches!(numeral_at(unit), Some(Numeral::Power(_) | Numeral::Tens(_)));
    let [.., last] = before else {
        return false;
    };
    let [next, ..] = after else {
        return false;
    };
    let second_last = before.len().checked_sub(2).map(|at| &before[at]);
    let is = |unit: Option<&u16>, c: &str| unit.is_some_and(|unit| is_one_of(*unit, c));
    match (is_numeral(Some(last)), is_numeral(Some(next))) {
        (true, true) => true,
        (true, false) => {
            is(Some(next), "点") && is_numeral(after.get(1))
                || is(Some(next), "分") && is(after.get(1), "之") && is_numeral(after.get(2))
        }
        (false, true) => {
            is_digit(*last) && is_power(*next)
                || is(Some(last), "点") && is_numeral(second_last)
                || is(Some(last), "之") && is(second_last, "分")
        }
        (false, false) => {
            is(Some(last), "分")
                && is_numeral(second_last)
                && is(Some(next), "之")
                && is_numeral(after.get(1))
        }
    }
}

/// 5g|b, h2|o.
fn cuts_word(before: &[u16], after: &[u16]) -> bool {
    if !after.first().is_some_and(is_latin) {
        return false;
    }
    let digits = before.iter().rev().take_while(|unit| is_digit(**unit));
    let digits = digits.count();
    before[..before.len() - digits].last().is_some_and(is_latin)
}

/// co|2, a|5g, 2|x=1: but neither iphone|15 nor 5|kg.
fn cuts_formula(before: &[u16], after: &[u16]) -> bool {
    let (Some(last), [next, rest @ ..]) = (before.last(), after) else {
        return false;
    };
    if is_digit(*last) {
        let is_operator = |unit: &u16| is_sign(*unit) && *unit != SEPARATOR;
        return is_latin(next) && rest.first().is_some_and(is_operator);
    }
    let letters = before
        .iter()
        .rev()
        .take_while(|unit| is_latin(unit))
        .count();
    is_digit(*next) && (1..=SYMBOL).contains(&letters)
}

/// us|$15, 10%|-20%, 3|½ and 3 |½.
fn cuts_amount(before: &[u16], after: &[u16]) -> bool {
    let (Some(last), [next, rest @ ..]) = (before.last(), after) else {
        return false;
    };
    let is = |unit: Option<&u16>, signs: &str| unit.is_some_and(|unit| is_one_of(*unit, signs));
    let is_number = |unit: Option<&u16>| unit.is_some_and(|unit| is_digit(*unit));
    // What is left of a space between two digits is one separator.
    let is_fraction = |units: &[u16]| {
        is_number(units.first()) && is(units.get(1), "/") && is_number(units.get(2))
    };
    if is_latin(last) {
        return is_money(*next) && is_number(rest.first());
    }
    if is(Some(last), "%‰°") {
        return is(Some(next), "-") && is_number(rest.first());
    }
    is_digit(*last) && *next == SEPARATOR && is_fraction(rest)
        || *last == SEPARATOR && is_fraction(after) && is_number(before.iter().rev().nth(1))
}

/// c|++, c+|+, c|#, a|+, *|st.
fn cuts_mark(before: &[u16], after: &[u16]) -> bool {
    let (Some(last), Some(next)) = (before.last(), after.first()) else {
        return false;
    };
    let is = |unit: Option<&u16>, sign: u8| unit == Some(&u16::from(sign));
    let is_letter = |letter: u8| move |unit: Option<&u16>| is(unit, letter);
    if is(Some(last), b'*') {
        return is_letter(b's')(Some(next)) && is_letter(b't')(after.get(1));
    }
    if is(Some(last), b'+') {
        return is(Some(next), b'+');
    }
    if !is_latin(last) {
        return false;
    }
    let goes_on = after
        .get(1)
        .is_some_and(|unit| is_latin(unit) || is_digit(*unit));
    match u8::try_from(*next) {
        Ok(b'#') => true,
        Ok(b'+') if is(after.get(1), b'+') => true,
        Ok(b'+' | b'-') if !goes_on => {
            let letters = before.iter().rev().take_while(|unit| *unit == last).count();
            let beyond = before[..before.len() - letters].last();
            letters <= RATING && !beyond.is_some_and(|unit| is_latin(unit) || is_digit(*unit))
        }
        _ => false,
    }
}

fn is_latin(unit: &u16) -> bool {
    match unit {
        0x41..=0x5A | 0x61..=0x7A => true,
        0xAA..0x250 | 0x1E00..0x1F00 => {
            char::from_u32((*unit).into()).is_some_and(char::is_alphabetic)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_inside_a_numeral_a_word_or_a_mark_are_told_from_others() {
        for (parts, inside) in [
            (("二", "十三五"), true),
            (("十三五", "百"), true),
            (("三〇一", "二"), true),
            (("第", "十三五"), false),
            (("十三五", "规划"), false),
            (("百分之三", "点五"), true),
            (("百分之", "五"), true),
            (("三", "分之一"), true),
            (("三分", "之一"), true),
            (("以下三", "点意见"), false),
            (("增长5", "万"), true),
            (("5", "万元"), true),
            (("5g", "b"), true),
            (("h2", "o"), true),
            (("iphone", "15"), false),
            (("5", "kg"), false),
            (("co", "2"), true),
            (("a", "5g"), true),
            (("g", "20峰会"), true),
            (("2", "x=1"), true),
            (("x=1", "2"), false),
            (("us", "$15"), true),
            (("卖", "$15"), false),
            (("10%", "-20%"), true),
            (("10%", "以上"), false),
            (("3", " 1/2"), true),
            (("3 ", "1/2"), true),
            (("3 ", "12"), false),
            (("é", "e"), true),
            (("a", "a+"), true),
            (("a+", "+"), true),
            (("c", "++"), true),
            (("c", "#"), true),
            (("bbb", "+级"), true),
            (("a", "-"), true),
            (("a", "+b"), false),
            (("5g", "+"), false),
            (("ai", "+"), false),
            (("*", "st康美"), true),
            (("a*", "b"), false),
            (("", "十"), false),
            (("十", ""), false),
        ] {
            let units: Vec<u16> = [parts.0, parts.1].concat().encode_utf16().collect();
            let at = parts.0.encode_utf16().count();
            assert_eq!(is_inside(&units, at), inside, "{parts:?}");
        }
    }
}
