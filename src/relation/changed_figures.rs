//! Places where two texts state another figure: another number, unit or sign.
//!
//! A long text may state in some other place what it has lost in this one: a
//! score turned round, 8600元 for 8600万元 beside another 8600万元. The words
//! around a place say which figure stands for which.

use crate::passages::{Hunk, HunkKind};
use crate::relation::figures::is_digit;
use crate::relation::measures::measure_at;
use crate::relation::statute::{first_article, is_statute};
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;
use crate::text::numbers::is_sign;

/// Numerals of ten and more, in steps of ten to the power of the second value.
const POWERS: [(char, u32); 8] = [
    ('十', 1),
    ('拾', 1),
    ('百', 2),
    ('佰', 2),
    ('千', 3),
    ('仟', 3),
    ('万', 4),
    ('亿', 8),
];

/// Numerals of one digit, those of cheques among them.
const DIGITS: [&str; 10] = [
    "零〇○",
    "一壹",
    "二两贰",
    "三叁",
    "四肆",
    "五伍",
    "六陆",
    "七柒",
    "八捌",
    "九玖",
];

/// Other characters of a number: a point, *some* and *half*.
const IN_NUMBERS: &str = "点几半廿卅";

/// Signs that stand between two figures of one number: a score, a date.
const JOINING: &str = ".:/-×*^";

/// Signs that make another number of the digits beside them.
const SIGNS: &str = "-±≥≤><≈≠=%‰°^×÷+";

/// Characters before 元 that make it other money.
const MONEY: &str = "美日港欧澳加台韩";

/// Decimal places of a value, so that 零点五 has a whole one.
const PLACES: u32 = 6;

/// Most units of a number that is read; a longer one is told by its units.
const LONGEST: usize = 24;

/// Units of a script whose signs are pictures, as the first of a pair.
const PICTURES: std::ops::RangeInclusive<u16> = 0xD83C..=0xD83E;

/// Returns whether two texts have another figure in some place between equal
/// units.
///
/// Takes some steps for each change; nothing is searched for.
pub(super) fn have_other_figures(texts: [&[u16]; 2], hunks: &[Hunk]) -> bool {
    let is_equal = |hunk: &Hunk| hunk.kind == HunkKind::Equal;
    let mut others = hunks.windows(3).filter_map(|three| {
        let [before, hunk, after] = three else {
            return None;
        };
        let is_change = matches!(
            hunk.kind,
            HunkKind::Replaced | HunkKind::Inserted | HunkKind::Deleted
        );
        let spans = [hunk.a, hunk.b];
        let is_other = is_change
            && is_equal(before)
            && is_equal(after)
            && is_other_figure(texts, spans, before.a.len() as u32);
        is_other.then_some(spans)
    });
    let Some(first) = others.next() else {
        return false;
    };
    // Few pairs come here, and only they are worth a look for articles: what
    // stands before these is history.
    let starts = match texts.iter().all(|text| is_statute(text)) {
        true => texts.map(first_article),
        false => [0; 2],
    };
    let is_in_articles = |spans: [UnitSpan; 2]| {
        [0, 1]
            .iter()
            .all(|side| spans[*side].start as usize >= starts[*side])
    };
    is_in_articles(first) || others.any(is_in_articles)
}

/// Returns whether what stands in a place, behind so many equal units, makes
/// another figure.
fn is_other_figure(texts: [&[u16]; 2], spans: [UnitSpan; 2], equal: u32) -> bool {
    let sides = [spans[0].of(texts[0]), spans[1].of(texts[1])];
    let last = texts[0][..spans[0].start as usize].last().copied();
    let next = texts[0].get(spans[0].end as usize).copied();
    let in_number = |side: &[u16]| side.iter().all(|unit| is_in_number(*unit));
    if sides.into_iter().all(in_number) {
        let numbers = [0, 1].map(|side| number_around(texts[side], spans[side]));
        return numbers.iter().all(|number| !number.is_empty())
            && !is_label(texts, spans)
            && are_other_numbers([&numbers[0], &numbers[1]]);
    }
    let beside_digit = [last, next].into_iter().flatten().any(is_digit);
    if beside_digit && are_other_signs(sides) {
        return true;
    }
    if are_pictures(sides) {
        return true;
    }
    if last.is_some_and(is_in_number) && is_other_money(sides, next) {
        return true;
    }
    let starts = spans.map(|span| span.start as usize);
    let measures = [0, 1].map(|side| measure_at(texts[side], starts[side], equal));
    matches!(measures, [Some(one), Some(other)] if one != other)
}

fn is_one_of(unit: u16, characters: &str) -> bool {
    characters
        .chars()
        .any(|character| u32::from(character) == u32::from(unit))
}

/// Returns whether a unit may stand in a number.
fn is_in_number(unit: u16) -> bool {
    is_digit(unit)
        || digit_of(unit).is_some()
        || power_of(unit).is_some()
        || is_one_of(unit, IN_NUMBERS)
        || is_one_of(unit, JOINING)
}

fn digit_of(unit: u16) -> Option<u128> {
    if is_digit(unit) {
        return Some(u128::from(unit - u16::from(b'0')));
    }
    let value = DIGITS
        .iter()
        .position(|spellings| is_one_of(unit, spellings));
    value.map(|value| value as u128)
}

fn power_of(unit: u16) -> Option<u32> {
    POWERS
        .iter()
        .find(|(character, _)| u32::from(*character) == u32::from(unit))
        .map(|(_, power)| *power)
}

/// Returns the number around a place of a text; nothing if there is none.
fn number_around(text: &[u16], span: UnitSpan) -> Vec<u16> {
    let (start, end) = (span.start as usize, span.end as usize);
    let before = text[..start].iter().rev().take(LONGEST);
    let before = before.take_while(|unit| is_in_number(**unit)).count();
    let after = text[end..].iter().take(LONGEST);
    let after = after.take_while(|unit| is_in_number(**unit)).count();
    let number = &text[start - before..end + after];
    // A sign at the end of it belongs to what stands beside it.
    let is_joining = |unit: &u16| is_one_of(*unit, JOINING) && *unit != u16::from(b'-');
    let number = number.iter().copied().skip_while(is_joining);
    let mut number: Vec<u16> = number.collect();
    while number.last().is_some_and(|unit| is_one_of(*unit, JOINING)) {
        number.pop();
    }
    number
}

/// Returns whether the number around a place names a provision or a member of a
/// list, which another edition numbers anew.
fn is_label(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    let is_ordinal = |side: usize| {
        let before = &texts[side][..spans[side].start as usize];
        let before = before.iter().rev().take(LONGEST);
        let mut before = before.skip_while(|unit| is_in_number(**unit));
        match before.next() {
            Some(unit) if is_one_of(*unit, "第") => true,
            Some(unit) if is_one_of(*unit, "之") => {
                before.next().is_some_and(|unit| is_one_of(*unit, "条"))
            }
            _ => false,
        }
    };
    is_ordinal(0) || is_ordinal(1)
}

/// Returns whether two numbers have other values, or, where no value can be
/// told, other units.
fn are_other_numbers([one, other]: [&[u16]; 2]) -> bool {
    match value(one).zip(value(other)) {
        Some((one, other)) => one != other,
        None => one != other && !are_one_date([one, other]),
    }
}

/// Returns whether two numbers are one date with other signs: 2020-3-1, 2020/3/1.
fn are_one_date(numbers: [&[u16]; 2]) -> bool {
    let parts = numbers.map(|number| number.split(|unit| is_one_of(*unit, "-/.")));
    let [one, other] = parts;
    one.clone().count() == 3 && one.eq(other)
}

/// Returns the value of a number in digits or numerals, in millionths: 8600万,
/// 三百二十, 二〇二四, 零点五.
fn value(units: &[u16]) -> Option<u128> {
    const ONE: u128 = 10_u128.pow(PLACES);
    if units.is_empty() || units.len() > LONGEST {
        return None;
    }
    // What is above 万 or 亿, what is below, and the digits that no power
    // followed yet.
    let (mut sum, mut part, mut digits) = (0_u128, 0_u128, None);
    let mut fraction: Option<u32> = None;
    for unit in units {
        if let Some(digit) = digit_of(*unit) {
            let so_far: u128 = digits.unwrap_or(0);
            digits = Some(match &mut fraction {
                Some(places) if *places < PLACES => {
                    *places += 1;
                    so_far + digit * ONE / 10_u128.pow(*places)
                }
                Some(_) => return None,
                None => so_far.checked_mul(10)?.checked_add(digit * ONE)?,
            });
        } else if let Some(power) = power_of(*unit) {
            let factor = 10_u128.pow(power);
            fraction = None;
            match power {
                4.. => {
                    let below = part.checked_add(digits.take().unwrap_or(0))?;
                    let below = if below == 0 && sum == 0 { ONE } else { below };
                    sum = match power {
                        4 => sum.checked_add(below.checked_mul(factor)?)?,
                        _ => sum.checked_add(below)?.checked_mul(factor)?,
                    };
                    part = 0;
                }
                _ => {
                    let digits = digits.take().unwrap_or(ONE);
                    part = part.checked_add(digits.checked_mul(factor)?)?;
                }
            }
        } else if fraction.is_none() && digits.is_some() && is_one_of(*unit, ".点") {
            fraction = Some(0);
        } else {
            return None;
        }
    }
    sum.checked_add(part)?.checked_add(digits.unwrap_or(0))
}

/// Returns whether the two sides of a place are other signs of the digits beside
/// them: 5 % and 5, ≥5 and 5, 2×3 and 2÷3.
fn are_other_signs(sides: [&[u16]; 2]) -> bool {
    let are_signs = |side: &[u16]| {
        side.iter()
            .all(|unit| is_sign(*unit) && is_one_of(*unit, SIGNS))
    };
    sides.into_iter().all(are_signs)
}

/// Returns whether 元 is other money for what stands before it in one text.
fn is_other_money(sides: [&[u16]; 2], next: Option<u16>) -> bool {
    let is_of = |side: &[u16]| side.iter().all(|unit| is_one_of(*unit, MONEY));
    next.is_some_and(|next| is_one_of(next, "元")) && sides.into_iter().all(is_of)
}

/// Returns whether pictures stand for others: 🔴 for 🟢.
fn are_pictures(sides: [&[u16]; 2]) -> bool {
    let is_picture = |side: &[u16]| {
        let is_part = |unit: &u16| {
            PICTURES.contains(unit)
                || (0xDC00..=0xDFFF).contains(unit)
                || !is_spaced(*unit) && *unit < 0x2e80
        };
        !side.is_empty() && side.iter().all(is_part) && side.iter().any(|unit| *unit >= 0xD800)
    };
    sides.into_iter().all(is_picture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::matter::OwnMatter;
    use crate::relation::own::tests::own;

    fn read(number: &str) -> Option<u128> {
        value(&number.encode_utf16().collect::<Vec<u16>>())
    }

    #[test]
    fn numbers_have_one_value_in_digits_and_in_numerals() {
        const ONE: u128 = 1_000_000;
        for (number, millionths) in [
            ("8600万", 86_000_000 * ONE),
            ("八千六百万", 86_000_000 * ONE),
            ("3.2亿", 320_000_000 * ONE),
            ("三亿二千万", 320_000_000 * ONE),
            ("二〇二四", 2024 * ONE),
            ("两千零二十四", 2024 * ONE),
            ("十五", 15 * ONE),
            ("壹佰贰拾", 120 * ONE),
            ("零点五", ONE / 2),
            ("0.50", ONE / 2),
            ("1.5万亿", 1_500_000_000_000 * ONE),
            ("万", 10_000 * ONE),
            ("007", 7 * ONE),
        ] {
            assert_eq!(read(number), Some(millionths), "{number}");
        }
        for number in ["", "几十", "3:2", "2-1", "1.2.3", "半"] {
            assert_eq!(read(number), None, "{number}");
        }
    }

    #[test]
    fn values_that_no_word_of_this_machine_holds_are_not_read() {
        assert_eq!(read("99999999亿亿亿亿亿亿"), None);
        assert_eq!(read(&"9".repeat(40)), None);
    }

    /// A text that is not short, and states every other figure of these tests in
    /// another place.
    fn text(figure: &str) -> String {
        let more = "村里去年收了8600万元美元230亩欧元15元12元3:2和2:3的5%与5分秒半年一年五十五\
            百分之零点五百分之五35天3-5天九磅九斤";
        let rest: String = (0..420_u32)
            .filter_map(|at| char::from_u32(0x5000 + at * 37 % 0x4000))
            .collect();
        format!("{more}渡口的船工说这一次{figure}乡亲们都到场看过{rest}")
    }

    #[test]
    fn another_figure_in_a_place_is_own_matter_of_both_though_each_stands_elsewhere() {
        for (one, other) in [
            ("捐了8600万元", "捐了8600元"),
            ("捐了8600万元", "捐了8600万美元"),
            ("捐了三百万元", "捐了三百万港元"),
            ("种了230亩", "种了230万亩"),
            ("以3:2取胜", "以2:3取胜"),
            ("由15元降至12元", "由12元涨至15元"),
            ("占百分之五", "占百分之零点五"),
            ("晚了半年", "晚了一年"),
            ("来了十几人", "来了几十人"),
            ("涨了5%的", "涨了5的"),
            ("停航3-5天", "停航35天"),
            ("买了九磅", "买了九斤"),
            ("挂上🔴灯", "挂上🟢灯"),
        ] {
            let (a, b) = (text(one), text(other));
            assert!(own(&a, &b).iter().all(Option::is_some), "{one} {other}");
            assert!(own(&b, &a).iter().all(Option::is_some), "{other} {one}");
        }
    }

    #[test]
    fn one_figure_in_another_dress_is_none() {
        for (one, other) in [
            ("捐了8600万元", "捐了八千六百万元"),
            ("来了3人", "来了三人"),
            ("二〇二四年", "2024年"),
            ("2024-3-15那天", "2024/3/15那天"),
            ("统一调度", "统调度"),
        ] {
            let (a, b) = (text(one), text(other));
            let is_figure = |own: &Option<OwnMatter>| *own == Some(OwnMatter::Figure);
            assert!(!own(&a, &b).iter().all(is_figure), "{one} {other}");
        }
    }
}
