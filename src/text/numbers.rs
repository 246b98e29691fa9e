//! Numbers in a normalized text, which no phrase cuts.

use crate::simd::normalize_run::is_digit;
use crate::text::normalize::SEPARATOR;

/// Returns whether a unit of a normalized text is a sign: no letter, digit or
/// other content.
///
/// Texts that are equal but for signs lost their signs on the way: 2.5 printed
/// as 25.
pub(crate) fn is_sign(unit: u16) -> bool {
    match unit {
        SEPARATOR => true,
        0x21..0x80 => !(unit as u8).is_ascii_alphanumeric(),
        // Of the signs that stay, all others are operators or currencies.
        0xa2..=0xa5 | 0xb0 | 0xb1 | 0xd7 | 0xf7 | 0x2030 | 0x20a0..=0x20cf => true,
        0x2200..=0x22ff | 0x2a00..=0x2aff | 0x2610 | 0x2611 => true,
        _ => false,
    }
}

/// Returns whether a boundary before the unit at `at` lies inside a number:
/// 2.5, 2020-1-12, 8:30, 1/2, -3, 3%, 3°c and €20 are one each.
pub(crate) fn is_inside(units: &[u16], at: usize) -> bool {
    let unit = |at: Option<usize>| at.and_then(|at| units.get(at)).copied().unwrap_or(0);
    let (before, after) = (unit(at.checked_sub(1)), unit(Some(at)));
    match (is_digit(before), is_digit(after)) {
        (true, true) => true,
        (true, false) => {
            is_one_of(after, TRAILING)
                || is_money(after)
                || is_one_of(after, JOINING) && is_digit(unit(Some(at + 1)))
        }
        // A sign joins two digits, or stands before one: -3.
        (false, true) => {
            is_one_of(before, LEADING)
                || is_money(before)
                || before == POINT && is_lead(unit(at.checked_sub(2)))
                || is_one_of(before, JOINING) && is_digit(unit(at.checked_sub(2)))
        }
        (false, false) => {
            // The scale of a temperature: 3°c.
            let is_scale = is_one_of(before, "°") && is_one_of(after, "cf");
            // Or signs in a row before a number: -$15, -.5, $.5.
            is_scale && is_digit(unit(at.checked_sub(2)))
                || is_lead(before)
                    && (is_money(after) || after == POINT)
                    && (is_digit(unit(Some(at + 1))) || unit(Some(at + 1)) == POINT)
        }
    }
}

/// Returns whether a string that begins or ends with a unit may cut a number
/// there.
pub(crate) fn may_cut(unit: u16) -> bool {
    // Han characters come after all signs.
    unit < 0x2e80 && (is_digit(unit) || is_sign(unit) || is_one_of(unit, "cf"))
}

const MINUS: u16 = b'-' as u16;
const POINT: u16 = b'.' as u16;

/// Returns whether a unit may stand before a currency or a point that begins a
/// number.
fn is_lead(unit: u16) -> bool {
    unit == MINUS || is_money(unit)
}

/// Signs that join two digits to one number: a decimal point, a ratio or a
/// time, a range or a date, a fraction, a product, a power, a sum.
const JOINING: &str = ".:-/*^+×÷";

/// Signs that belong to the digits after them.
const LEADING: &str = "-±";

/// Signs that belong to the digits before them.
const TRAILING: &str = "%‰°";

/// Returns whether a unit is a sign of money, which belongs to the digits on
/// either side.
pub(crate) fn is_money(unit: u16) -> bool {
    is_one_of(unit, "$¢£¥") || (0x20a0..=0x20cf).contains(&unit)
}

/// Returns whether a unit is one of some characters of 16 bits.
pub(crate) fn is_one_of(unit: u16, signs: &str) -> bool {
    signs.encode_utf16().any(|sign| sign == unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries_inside_a_number_are_told_from_others() {
        for (parts, inside) in [
            (("2", ".5"), true),
            (("2.", "5"), true),
            (("2", "5"), true),
            (("2020-1", "-12"), true),
            (("3", "%"), true),
            (("增长", "2.5%"), false),
            (("2.5%", "以上"), false),
            (("-", "3°c"), true),
            (("气温", "-3°c"), false),
            (("气温-3°", "c"), true),
            (("€", "20"), true),
            (("-", "$15"), true),
            (("-$", "15"), true),
            (("亏损", "-$15"), false),
            (("-", ".5"), true),
            (("-.", "5"), true),
            (("-$", ".5"), true),
            (("-", "$.5"), true),
            (("$", ".5"), true),
            (("1+", "1"), true),
            (("互联网", "+"), false),
            (("互联网+", "2025"), false),
            (("1 2 ", "3号"), false),
            (("1", " 2"), false),
            (("5g", "+"), false),
            (("covid", "19"), false),
            (("3", "倍"), false),
            (("", "3"), false),
            (("3", ""), false),
        ] {
            let units: Vec<u16> = [parts.0, parts.1].concat().encode_utf16().collect();
            let at = parts.0.encode_utf16().count();
            assert_eq!(is_inside(&units, at), inside, "{parts:?}");
        }
    }

    #[test]
    fn signs_are_told_from_letters() {
        for (text, signs) in [
            ("2.5%", 2),
            ("c++", 2),
            ("联防", 0),
            ("1 2", 1),
            ("☑赞成", 1),
            ("≥5", 1),
        ] {
            assert_eq!(
                text.encode_utf16().filter(|unit| is_sign(*unit)).count(),
                signs,
                "{text}"
            );
        }
    }
}
