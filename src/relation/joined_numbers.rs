//! Numbers that something joins: a range, a list, a score, a mixed fraction.
//!
//! 3至5日 is three days and 3和5日 two, 2比0 is not 0比2, and 1½ is not ½: the
//! numbers are the same, and what joins them or their order says another thing.

use std::sync::LazyLock;

use crate::numerals::{millionths, numeral_at};
use crate::relation::exclusive_words::WORDS;
use crate::relation::figures::is_digit;
use crate::relation::names::{Meanings, Names};
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;
use crate::text::lexicon::JOINTS;
use crate::text::normalize::SEPARATOR;
use crate::text::numbers::is_one_of;

const DASH: u16 = b'-' as u16;
const SLASH: u16 = b'/' as u16;

/// Lines of the list of joints.
const RANGE: u32 = 0;
const BOTH: u32 = 1;

static JOINTS_BY_NAME: LazyLock<Names> = LazyLock::new(|| {
    let mut joints = Names::of_lines(JOINTS);
    joints.add_units(vec![SEPARATOR], BOTH);
    joints
});

/// What joins two Chinese numerals of which nothing is left between them: 三、五日.
static NOTHING: LazyLock<Names> = LazyLock::new(|| {
    let mut nothing = Names::default();
    nothing.add_units(vec![SEPARATOR], BOTH);
    nothing
});

/// Units that may stand between a number and what joins it to the next: 3日至5日.
const UNITS: &str = "日号月年时点分秒周天级楼页章节期届岁人元米度%时岁월일년시분명원";

/// Units before a number of a row: 第三至第五, 周一至周五, 上午9点至下午4点.
const BEFORE: [&str; 9] = [
    "第", "周", "初", "星期", "礼拜", "上午", "下午", "晚上", "$",
];

/// Units on either side of a place in which numbers are looked for.
const NEAR: usize = 8;

/// Most units of a row of numbers on either side of a place.
const ROW: usize = 24;

/// Most digits of a number that may be a day or a page, whatever follows; longer
/// ones with signs between them may be those of a telephone.
const SHORT: usize = 2;
const LONG: usize = 4;

/// Returns whether numbers around a place are joined otherwise in each text, or
/// are the same ones in another order.
pub(super) fn are_joined_otherwise(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    let joint = |side: usize| joint(texts[side], spans[side]);
    if let Some(one) = joint(0)
        && let Some(other) = joint(1)
    {
        return one.excludes(&other);
    }
    let rows = [0, 1].map(|side| row(texts[side], spans[side]));
    rows.iter().any(|row| row.len() >= LEAST_ROW) && are_other_rows(rows.map(Row::of))
}

/// What joins two numbers, and the text around it.
struct Joint<'a> {
    kind: Meanings<'static>,
    sign: &'a [u16],
    before: &'a [u16],
    after: &'a [u16],
}

impl Joint<'_> {
    fn excludes(&self, other: &Joint<'_>) -> bool {
        if !self.kind.exclude(other.kind) {
            return false;
        }
        let is_sign = |joint: &Joint<'_>| joint.sign == [DASH] || joint.sign == [SEPARATOR];
        let numbers = [self.first(), self.last()].map(Number);
        let has = |kind: u32| self.kind.has(kind) || other.kind.has(kind);
        let are_signs = is_sign(self) && is_sign(other);
        if has(RANGE) && has(BOTH) && numbers[0].is_next_to(&numbers[1], are_signs) {
            return false;
        }
        !are_signs || !self.may_be_code(&numbers)
    }

    /// Returns the number before it, without the unit that it counts.
    fn first(&self) -> &[u16] {
        let unit = self.before.iter().rev();
        let unit = unit.take_while(|unit| !is_in_number(**unit)).count();
        let before = &self.before[..self.before.len() - unit];
        let len = before.iter().rev().take_while(|unit| is_in_number(**unit));
        &before[before.len() - len.count()..]
    }

    fn last(&self) -> &[u16] {
        let start = self.after.iter().position(|unit| is_in_number(*unit));
        let after = &self.after[start.unwrap_or(0)..];
        let len = after.iter().take_while(|unit| is_in_number(**unit)).count();
        &after[..len]
    }

    /// Returns whether the two numbers may be parts of one: of a telephone, of
    /// a date.
    fn may_be_code(&self, numbers: &[Number<'_>; 2]) -> bool {
        let is_joining = |unit: Option<&u16>| unit.is_some_and(|unit| is_one_of(*unit, "- /."));
        let [first, last] = [self.first(), self.last()];
        let before = self.before.len().checked_sub(first.len() + 1);
        let after = &self.after[last.len().min(self.after.len())..];
        let goes_on = is_joining(before.map(|at| &self.before[at]))
            || is_joining(after.first()) && after.get(1).is_some_and(|unit| is_digit(*unit));
        let longest = first.len().max(last.len());
        let is_counted = after.first().is_some_and(|unit| *unit >= 0x2e80);
        let is_long = longest > LONG || longest > SHORT && !is_counted;
        goes_on || numbers.iter().any(Number::is_padded) || is_long && !self.has_times()
    }

    fn has_times(&self) -> bool {
        [self.first(), self.last()]
            .iter()
            .all(|number| number.contains(&u16::from(b':')))
    }
}

/// A number as it stands.
struct Number<'a>(&'a [u16]);

impl Number<'_> {
    /// Returns whether another number is the next one, so that a range says no
    /// more than its ends: 3-4日 is 3、4日. Between signs, a smaller one makes
    /// no range.
    fn is_next_to(&self, other: &Number<'_>, are_signs: bool) -> bool {
        const ONE: u128 = 1_000_000;
        match millionths(self.0).zip(millionths(other.0)) {
            Some((one, other)) => other == one + ONE || are_signs && other <= one,
            None => false,
        }
    }

    fn is_padded(&self) -> bool {
        self.0.len() > 1
            && self.0[0] == u16::from(b'0')
            && self.0.iter().all(|unit| is_digit(*unit))
    }
}

/// Returns what joins the numbers around a place, if that is all that stands
/// between them.
fn joint(text: &[u16], span: UnitSpan) -> Option<Joint<'_>> {
    let (start, end) = (span.start as usize, span.end as usize);
    let from = (0..=NEAR.min(start)).map(|back| start - back);
    let from = from.into_iter().find(|from| ends_number(&text[..*from]))?;
    let to = (end..=(end + NEAR).min(text.len())).find(|to| begins_number(&text[*to..]))?;
    let sign = &text[from..to];
    let kind = match sign {
        [] => {
            // Digits in a row are one number.
            let beside = [text.get(from.checked_sub(1)?), text.get(to)];
            let are_digits = beside.iter().flatten().all(|unit| is_digit(**unit));
            NOTHING.get(&[SEPARATOR]).filter(|_| !are_digits)?
        }
        sign => JOINTS_BY_NAME.get(sign)?,
    };
    Some(Joint {
        kind,
        sign,
        before: &text[from.saturating_sub(ROW)..from],
        after: &text[to..(to + ROW).min(text.len())],
    })
}

/// Returns whether a text ends with a number or what it counts, or with a day of
/// the week or a month.
fn ends_number(text: &[u16]) -> bool {
    let [.., before, last] = text else {
        return text.last().is_some_and(|unit| is_number(*unit));
    };
    is_number(*last)
        || is_one_of(*last, UNITS) && is_number(*before)
        || is_spaced(*last) && WORDS.ends_with_day(text)
}

fn begins_number(text: &[u16]) -> bool {
    let starts = |text: &[u16]| text.first().is_some_and(|unit| is_number(*unit));
    starts(text)
        || BEFORE.iter().any(|word| {
            let len = word.encode_utf16().count();
            text.len() > len
                && word.encode_utf16().eq(text[..len].iter().copied())
                && starts(&text[len..])
        })
        || text.first().is_some_and(|unit| is_spaced(*unit)) && WORDS.begins_with_day(text)
}

fn is_number(unit: u16) -> bool {
    is_digit(unit) || numeral_at(unit).is_some()
}

fn is_in_number(unit: u16) -> bool {
    is_number(unit) || is_one_of(unit, ".:点")
}

/// Numbers in a row around a place, and what stands between them.
struct Row {
    numbers: Vec<Vec<u16>>,
    between: Vec<Vec<u16>>,
}

/// What may stand between the numbers of a row: of a score, of a fraction.
const SCORE: [&str; 5] = ["比", "对", "対", "대", ":"];
const OF_WHOLE: [&str; 2] = [" ", "又"];
const FRACTION: [&str; 2] = ["/", "分之"];

/// Units of the shortest row that says more than one number does: 2比0.
const LEAST_ROW: usize = 3;

/// Returns the numbers in a row around a place, with what stands between them.
fn row(text: &[u16], span: UnitSpan) -> &[u16] {
    let (start, end) = (span.start as usize, span.end as usize);
    let is_in_row = |unit: &&u16| is_number(**unit) || is_one_of(**unit, "比对対대: 又/分之.点");
    let before = text[..start].iter().rev().take(ROW).take_while(is_in_row);
    let from = start - before.count();
    let after = text[end..].iter().take(ROW).take_while(is_in_row);
    &text[from..end + after.count()]
}

fn are_other_rows([one, other]: [Row; 2]) -> bool {
    let are_scores = [&one, &other].iter().all(|row| row.is_all_of(&SCORE));
    let has_more = |row: &Row| row.numbers.len() > 1;
    if are_scores && has_more(&one) && has_more(&other) {
        return one.values() != other.values();
    }
    let are_mixed = one.is_mixed() || other.is_mixed();
    let values = one.value().zip(other.value());
    are_mixed && values.is_some_and(|(one, other)| one != other)
}

impl Row {
    fn of(units: &[u16]) -> Self {
        let is_part = |unit: u16| is_number(unit) || is_one_of(unit, ".点");
        let mut row = Row {
            numbers: Vec::new(),
            between: Vec::new(),
        };
        for part in units.chunk_by(|one, other| is_part(*one) == is_part(*other)) {
            match (is_part(part[0]), row.numbers.is_empty()) {
                (true, _) => row.numbers.push(part.to_vec()),
                // What stands before the first number belongs to no row.
                (false, true) => {}
                (false, false) => row.between.push(part.to_vec()),
            }
        }
        row.between.truncate(row.numbers.len().saturating_sub(1));
        row
    }

    fn is_all_of(&self, signs: &[&str]) -> bool {
        let is = |between: &Vec<u16>| {
            let is = |sign: &&str| sign.encode_utf16().eq(between.iter().copied());
            signs.iter().any(is)
        };
        self.between.iter().all(is)
    }

    fn values(&self) -> Vec<Option<u128>> {
        let numbers = self.numbers.iter();
        numbers.map(|number| millionths(number)).collect()
    }

    /// Returns whether it is a whole number and a fraction: 1 1/2, 一又二分之一.
    fn is_mixed(&self) -> bool {
        let [whole, fraction] = &self.between[..] else {
            return false;
        };
        let is = |between: &[u16], signs: &[&str]| {
            let is = |sign: &&str| sign.encode_utf16().eq(between.iter().copied());
            signs.iter().any(is)
        };
        is(whole, &OF_WHOLE) && is(fraction, &FRACTION)
    }

    /// Returns the value of a number, a fraction or both in a row, in millionths;
    /// nothing of a longer row, such as that of a table.
    fn value(&self) -> Option<u128> {
        const ONE: u128 = 1_000_000;
        let is_slash = self
            .between
            .last()
            .is_some_and(|between| *between == [SLASH]);
        let of_fraction = |one: Option<u128>, other: Option<u128>| {
            let (one, other) = if is_slash {
                (one?, other?)
            } else {
                (other?, one?)
            };
            (other > 0).then(|| one.saturating_mul(ONE) / other)
        };
        match self.values()[..] {
            [one] => one,
            [one, other] => of_fraction(one, other),
            [whole, one, other] if self.is_mixed() => of_fraction(one, other)?.checked_add(whole?),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::changed_places::tests::spans_of;

    fn are_other(one: &str, other: &str) -> bool {
        let texts = [one, other].map(|text| text.encode_utf16().collect::<Vec<u16>>());
        let texts = [&texts[0][..], &texts[1]];
        are_joined_otherwise(texts, spans_of(texts))
    }

    #[test]
    fn a_range_is_no_list_and_either_is_not_both() {
        for (one, other) in [
            ("定在3至5日", "定在3和5日"),
            ("定在3-5日", "定在3 5日"),
            ("定在3-5日", "定在3和5日"),
            ("定在3至5日", "定在3或5日"),
            ("定在3和5日", "定在3或5日"),
            ("定在三至五日", "定在三 五日"),
            ("定在3日至5日", "定在3日和5日"),
            ("定在周一至周五", "定在周一和周五"),
            ("定在周一至周五", "定在周一周五"),
            ("定在三至六日", "定在三六日"),
            ("第三至六章", "第三六章"),
            ("第三至六章", "第三 六章"),
            ("上午9点至下午4点", "上午9点和下午4点"),
            ("2015-2019年", "2015 2019年"),
            ("开9:00-17:00的", "开9:00 17:00的"),
            ("pages10to20are", "pages10and20are"),
            ("pages10-20are", "pages10 20are"),
            ("frommondaytofriday", "frommondayandfriday"),
            ("3日から6日まで", "3日と6日まで"),
            ("3일부터6일", "3일과6일"),
            ("с3по6мая", "с3и6мая"),
            ("am3bis6mai", "am3und6mai"),
        ] {
            assert!(are_other(one, other), "{one} {other}");
            assert!(are_other(other, one), "{other} {one}");
        }
    }

    #[test]
    fn one_joint_in_another_dress_is_the_same() {
        for (one, other) in [
            ("定在3至5日", "定在3-5日"),
            ("定在3至5日", "定在3到5日"),
            ("定在3和5日", "定在3 5日"),
            ("定在3和5日", "定在3与5日"),
            ("定在3至4日", "定在3和4日"),
            ("电话138-0013-8000", "电话138 0013-8000"),
            ("电话010-6655", "电话010 6655"),
            ("电话6655-7788", "电话6655 7788"),
            ("2020-1-12", "2020-1 12"),
            ("比分3-1", "比分3 1"),
            ("3年和乡亲", "3年与乡亲"),
            ("定在三和六日", "定在三六日"),
            ("编号36", "编号3和6"),
        ] {
            assert!(!are_other(one, other), "{one} {other}");
            assert!(!are_other(other, one), "{other} {one}");
        }
    }

    #[test]
    fn a_score_turned_round_and_a_mixed_fraction_are_other_numbers() {
        for (one, other) in [
            ("以2比0胜", "以0比2胜"),
            ("以10比7胜", "以7比10胜"),
            ("以二比一胜", "以一比二胜"),
            ("2对0で", "0对2で"),
            ("放1 1/2杯", "放1/2杯"),
            ("放1 1/2杯", "放2 1/2杯"),
            ("放1 1/2杯", "放11/2杯"),
            ("放一又二分之一杯", "放二分之一杯"),
        ] {
            assert!(are_other(one, other), "{one} {other}");
            assert!(are_other(other, one), "{other} {one}");
        }
        for (one, other) in [
            ("以2比0胜", "以2:0胜"),
            ("以二比零胜", "以2比0胜"),
            ("放1 1/2杯", "放1.5杯"),
            ("放1 1/2杯", "放一又二分之一杯"),
            ("1 渡口2人", "渡口2人"),
            ("97 7/32 98 4/32", "97 7/32 97 8/32 98 4/32"),
        ] {
            assert!(!are_other(one, other), "{one} {other}");
            assert!(!are_other(other, one), "{other} {one}");
        }
    }
}
