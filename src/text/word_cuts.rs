//! Boundaries inside a numeral in Han characters, a Latin word or a mark such as
//! C++, which no match of a listed phrase has at its ends.

use crate::numerals::{Numeral, numeral_at};
use crate::simd::normalize_run::is_digit;
use crate::text::numbers::is_one_of;

/// Units on either side of a boundary that decide.
pub(crate) const BESIDE: usize = 4;

/// Most letters of a mark before its sign: BBB+.
const RATING: usize = 3;

/// Returns whether a boundary before the unit at `at` lies inside a numeral, a
/// word or a mark, if nothing that was left out stands there: 十三五 in 二十三五
/// is no plan, and neither 5G nor A+ stands in 5GB and AA+.
pub(crate) fn is_inside(units: &[u16], at: usize) -> bool {
    let (before, after) = units.split_at(at);
    cuts_numeral(before, after) || cuts_word(before, after) || cuts_mark(before, after)
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
