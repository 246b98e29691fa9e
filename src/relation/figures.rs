//! The numbers, dates and times that a normalized text states in figures.

use crate::hash::mix;
use crate::numerals;
use crate::simd::digits::{self, OTHERS, Others, is_marked, next_mark};

/// What a figure states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum FigureKind {
    /// A count, an amount, an ordinal.
    Number,
    /// A day of a month.
    Day,
    /// A year, a month or a time of day.
    Time,
}

/// A figure and its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) kind: FigureKind,
    /// Equal for equal figures of one kind.
    pub(crate) key: u64,
    /// Number of digits; of a Chinese figure, those of its value.
    pub(crate) digits: u32,
    /// Where it begins and ends, in units.
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Figure {
    /// Returns whether two texts seldom share it by chance: small counts, years
    /// and months stand everywhere.
    pub(crate) fn is_strong(&self) -> bool {
        self.kind == FigureKind::Number && self.digits >= 2
    }
}

/// Returns whether a figure numbers a provision of a statute or a contract: 十五
/// in 第十五条. All of one length have the same.
pub(super) fn is_provision(units: &[u16], figure: &Figure) -> bool {
    const PROVISIONS: [u16; 9] = [
        unit('条'),
        unit('條'),
        unit('款'),
        unit('项'),
        unit('項'),
        unit('章'),
        unit('节'),
        unit('節'),
        unit('编'),
    ];
    let before = (figure.start as usize).checked_sub(1).map(|at| units[at]);
    let after = units.get(figure.end as usize);
    before == Some(unit('第')) && after.is_some_and(|after| PROVISIONS.contains(after))
}

/// Replaces `figures` by those of a normalized text, in order.
pub(crate) fn figures(units: &[u16], figures: &mut Vec<Figure>) {
    figures.clear();
    // Few units begin a figure, and where is told for many at a time.
    let mut marks = Vec::new();
    digits::mark(units, &HAN_NUMERALS, &mut marks);
    let mut at = 0;
    while let Some(next) = next_mark(&marks, at) {
        at = next;
        if is_digit(units[at]) {
            at = in_digits(units, at, figures);
        } else if let Some(figure) = han(units, at, &marks) {
            at = figure.end as usize;
            figures.push(figure);
        } else {
            at += 1;
        }
    }
}

/// Puts the numbers of the articles of a text, 第五条, into `numbers`, each once
/// and in order: in digits and in Chinese figures of a few characters.
pub(super) fn articles(units: &[u16], numbers: &mut Vec<u64>) {
    /// Most characters of such a number: 一百二十三.
    const LONGEST: usize = 5;
    const ARTICLES: [u16; 2] = [unit('条'), unit('條')];
    const ORDINAL: u16 = unit('第');
    /// Units of a block that is looked through at once.
    const BLOCK: usize = 16;
    numbers.clear();
    // Most blocks have none.
    let blocks = (0..).step_by(BLOCK).zip(units.chunks(BLOCK));
    let blocks = blocks.filter(|(_, block)| block.contains(&ORDINAL));
    let ordinals = blocks.flat_map(|(from, block)| (from..).zip(block));
    for (at, _) in ordinals.filter(|(_, mark)| **mark == ORDINAL) {
        let number = units[at + 1..].iter().take(LONGEST + 1);
        let number = number.take_while(|one| is_digit(**one) || is_han_numeral(**one));
        let end = at + 1 + number.count();
        if end > at + 1 && units.get(end).is_some_and(|mark| ARTICLES.contains(mark)) {
            let value = |value, one: &u16| mix(value ^ u64::from(*one));
            numbers.push(units[at + 1..end].iter().fold(0, value));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
}

/// The Chinese numerals.
static HAN_NUMERALS: Others = {
    let mut all = [0; OTHERS];
    let (mut unit, mut count) = (0, 0);
    while unit <= u16::MAX as usize {
        if han_value(unit as u16).is_some() {
            all[count] = unit as u16;
            count += 1;
        }
        unit += 1;
    }
    assert!(
        count == OTHERS,
        "a numeral that is not looked for begins no figure"
    );
    Others::new(all)
};

pub(crate) const fn is_digit(unit: u16) -> bool {
    matches!(unit, 0x30..=0x39)
}

fn key(kind: FigureKind, what: u64, value: u64) -> u64 {
    mix(value ^ mix(what ^ (kind as u64) << 32))
}

const fn unit(c: char) -> u16 {
    c as u16
}

const YEAR: u16 = unit('年');
const MONTH: u16 = unit('月');
const DAY: u16 = unit('日');
const DAY_SPOKEN: u16 = unit('号');
const POINT: u16 = unit('.');
const MINUS: u16 = unit('-');
const COLON: u16 = unit(':');
const HOUR: u16 = unit('时');
const HOUR_SPOKEN: u16 = unit('点');

/// Returns the kind of a figure with this value that stands before this unit,
/// and the unit where that is part of its meaning.
fn kind_before(after: Option<u16>, value: u64, digits: u32) -> (FigureKind, u64) {
    match after {
        Some(DAY | DAY_SPOKEN) if (1..=31).contains(&value) => (FigureKind::Day, 0),
        Some(MONTH) if (1..=12).contains(&value) => (FigureKind::Time, MONTH.into()),
        Some(YEAR) if digits == 4 || digits == 2 => (FigureKind::Time, YEAR.into()),
        Some(HOUR | HOUR_SPOKEN) if value <= 24 => (FigureKind::Time, HOUR.into()),
        _ => (FigureKind::Number, 0),
    }
}

/// Appends what begins with a digit at `start`: a date or a time with signs
/// between its numbers, or one number; returns where it ends.
fn in_digits(units: &[u16], start: usize, figures: &mut Vec<Figure>) -> usize {
    let end = digits_end(units, start);
    if let Some(end) = signed_date(units, start, end, figures) {
        return end;
    }
    if let Some(time) = clock(units, start, end) {
        figures.push(time);
        return time.end as usize;
    }
    let figure = arabic(units, start, end);
    figures.push(figure);
    figure.end as usize
}

/// Returns where the digits end that begin at `start`.
fn digits_end(units: &[u16], start: usize) -> usize {
    let digits = units[start..].iter().take_while(|unit| is_digit(**unit));
    start + digits.count()
}

/// Returns where digits end that follow a sign at `at`, if there are any.
fn after_sign(units: &[u16], at: usize, sign: u16) -> Option<usize> {
    let is_sign = units.get(at) == Some(&sign);
    let end = digits_end(units, (at + 1).min(units.len()));
    (is_sign && end > at + 1).then_some(end)
}

/// Returns the value of a run of digits; beyond 64 bits, different ones still
/// have different values, nearly always.
fn value_of(digits: &[u16]) -> u64 {
    digits.iter().fold(0u64, |value, digit| {
        value
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - u16::from(b'0')))
    })
}

/// Appends year, month and day of `2020-1-12`, `2020/1/12` or `2020.1.12`, as
/// they are in 2020年1月12日; returns where they end.
fn signed_date(
    units: &[u16],
    start: usize,
    year_end: usize,
    figures: &mut Vec<Figure>,
) -> Option<usize> {
    let sign = *units.get(year_end)?;
    if year_end - start != 4 || ![MINUS, POINT, unit('/')].contains(&sign) {
        return None;
    }
    let month_end = after_sign(units, year_end, sign)?;
    let day_end = after_sign(units, month_end, sign)?;
    let parts = [
        (start, year_end, FigureKind::Time, YEAR, 1000..=2999),
        (year_end + 1, month_end, FigureKind::Time, MONTH, 1..=12),
        (month_end + 1, day_end, FigureKind::Day, 0, 1..=31),
    ];
    let ends_there = after_sign(units, day_end, sign).is_none();
    let is_date = parts.iter().all(|(start, end, _, _, range)| {
        end - start <= 4 && range.contains(&value_of(&units[*start..*end]))
    });
    if !is_date || !ends_there {
        return None;
    }
    figures.extend(parts.map(|(start, end, kind, what, _)| Figure {
        kind,
        key: key(kind, what.into(), value_of(&units[start..end])),
        digits: (end - start) as u32,
        start: start as u32,
        end: end as u32,
    }));
    Some(day_end)
}

/// Reads `8:30`; `2:1` is no time of day.
fn clock(units: &[u16], start: usize, hour_end: usize) -> Option<Figure> {
    let end = after_sign(units, hour_end, COLON)?;
    let hour = value_of(&units[start..hour_end]);
    let minute = value_of(&units[hour_end + 1..end]);
    let is_time = hour_end - start <= 2 && end - hour_end == 3 && hour <= 24 && minute <= 59;
    is_time.then(|| Figure {
        kind: FigureKind::Time,
        key: key(FigureKind::Time, COLON.into(), hour * 60 + minute),
        digits: (hour_end - start) as u32 + 2,
        start: start as u32,
        end: end as u32,
    })
}

/// Reads one number: digits, with a decimal point or several inside and a minus
/// before, as they stand.
fn arabic(units: &[u16], start: usize, whole_end: usize) -> Figure {
    let mut end = whole_end;
    let mut points = 0;
    while let Some(next) = after_sign(units, end, POINT) {
        end = next;
        points += 1;
    }
    // A dash between two digits is a range, one before a digit a minus.
    let is_negative = match units[..start] {
        [.., before, MINUS] => !is_digit(before),
        [MINUS] => true,
        _ => false,
    };
    let start = start - usize::from(is_negative);
    if points > 0 || is_negative {
        return signed_number(units, start, end, points);
    }
    let value = value_of(&units[start..end]);
    let digits = (end - start) as u32;
    let (kind, what) = if digits <= 2 && (1..=31).contains(&value) && after_month(&units[..start]) {
        (FigureKind::Day, 0)
    } else {
        kind_before(units.get(end).copied(), value, digits)
    };
    Figure {
        kind,
        key: key(kind, what, value),
        digits,
        start: start as u32,
        end: end as u32,
    }
}

/// Returns the figure of a number with signs; 2.50 is 2.5.
fn signed_number(units: &[u16], start: usize, end: usize, points: usize) -> Figure {
    let mut text = &units[start..end];
    if points == 1 {
        while let [head @ .., zero] = text
            && *zero == unit('0')
        {
            text = head;
        }
        if let [head @ .., POINT] = text {
            text = head;
        }
    }
    let digits = text.iter().filter(|unit| is_digit(**unit)).count() as u32;
    // A whole number without a minus is the same figure as without the point.
    let key = if text.iter().all(|unit| is_digit(*unit)) {
        key(FigureKind::Number, 0, value_of(text))
    } else {
        let hash = text
            .iter()
            .fold(0, |hash, unit| mix(hash ^ u64::from(*unit)));
        key(FigureKind::Number, u64::from(POINT), hash)
    };
    Figure {
        kind: FigureKind::Number,
        key,
        digits,
        start: start as u32,
        end: end as u32,
    }
}

/// English months, as they stand before a day.
const MONTHS: [&str; 23] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sept",
    "oct",
    "nov",
    "dec",
];

fn after_month(before: &[u16]) -> bool {
    // Most figures do not stand after a letter.
    let before = match before {
        [head @ .., space] if *space == u16::from(b' ') => head,
        before => before,
    };
    let Some(last) = before.last().and_then(|unit| u8::try_from(*unit).ok()) else {
        return false;
    };
    last.is_ascii_lowercase()
        && MONTHS.iter().any(|month| {
            let tail = &before[before.len().saturating_sub(month.len())..];
            tail.iter().copied().eq(month.bytes().map(u16::from))
        })
}

/// Returns the value of a Chinese numeral.
const fn han_value(unit: u16) -> Option<u64> {
    match char::from_u32(unit as u32) {
        Some(c) => numerals::value(c),
        None => None,
    }
}

/// Returns whether a unit is a Chinese numeral; 两 is one where things are
/// counted.
pub(crate) fn is_han_numeral(unit: u16) -> bool {
    unit == TWO || han_value(unit).is_some()
}

/// Returns the value of a Chinese number of things, if it is below a thousand.
pub(crate) fn han_number(units: &[u16]) -> Option<u64> {
    let values = units.iter().filter_map(|unit| match *unit {
        TWO => Some(2),
        unit => han_value(unit),
    });
    numerals::number(values).map(|(value, _)| value)
}

/// Returns whether the text is a Chinese figure and nothing else.
pub(crate) fn is_han_figure(units: &[u16]) -> bool {
    !units.is_empty() && units.iter().all(|unit| han_value(*unit).is_some())
}

/// 两, which is two of something.
const TWO: u16 = unit('两');

/// Longest Chinese figure that is read: 二〇〇六, 二十八.
const HAN_FIGURE: usize = 4;

/// Reads a Chinese figure that is a date or an ordinal; others are words. Of the
/// units, digits and numerals are marked.
fn han(units: &[u16], start: usize, marks: &[u64]) -> Option<Figure> {
    let is_numeral = |at: &usize| is_marked(marks, *at) && !is_digit(units[*at]);
    let longer = start..=start + HAN_FIGURE;
    let end = start + longer.take_while(is_numeral).count();
    let after = units.get(end).copied();
    let ordinal = start > 0 && units[start - 1] == unit('第');
    // Most numerals are words, like that in 统一.
    let is_time = matches!(
        after,
        Some(YEAR | MONTH | DAY | DAY_SPOKEN | HOUR | HOUR_SPOKEN)
    );
    if end - start > HAN_FIGURE || !ordinal && !is_time {
        return None;
    }
    let values = units[start..end].iter();
    let (value, digits) = numerals::number(values.filter_map(|unit| han_value(*unit)))?;
    let (kind, what) = match kind_before(after, value, digits) {
        (FigureKind::Number, _) if !ordinal => return None,
        said => said,
    };
    Some(Figure {
        kind,
        key: key(kind, what, value),
        digits,
        start: start as u32,
        end: end as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(FigureKind, String)> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut found = Vec::new();
        figures(&units, &mut found);
        let text = |figure: &Figure| {
            String::from_utf16_lossy(&units[figure.start as usize..figure.end as usize])
        };
        found
            .iter()
            .map(|figure| (figure.kind, text(figure)))
            .collect()
    }

    #[test]
    fn articles_are_counted_once_each_and_told_from_other_provisions() {
        let count = |text: &str| {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut numbers = Vec::new();
            articles(&units, &mut numbers);
            numbers.len()
        };
        for (text, articles) in [
            ("第一条渡口停航。第二條违反第一条的罚。第12条", 3),
            ("第一章第三款第十项", 0),
            ("第条第二", 0),
            ("第一百二十三条第一百二十四条", 2),
            ("", 0),
        ] {
            assert_eq!(count(text), articles, "{text}");
        }
    }

    #[test]
    fn the_kind_of_a_figure_is_told_by_its_neighbours() {
        use FigureKind::*;
        let cases: [(&str, &[(FigureKind, &str)]); 8] = [
            (
                "2020年2月5日0时新增12例",
                &[
                    (Time, "2020"),
                    (Time, "2"),
                    (Day, "5"),
                    (Time, "0"),
                    (Number, "12"),
                ],
            ),
            (
                "二〇〇六年四月二十八日",
                &[(Time, "二〇〇六"), (Time, "四"), (Day, "二十八")],
            ),
            ("第三次会议在一个下午", &[(Number, "三")]),
            ("onmarch27to3bln", &[(Day, "27"), (Number, "3")]),
            ("45日", &[(Number, "45")]),
            (
                "增长2.5%降至-3°c比分2:1会期3-5日",
                &[
                    (Number, "2.5"),
                    (Number, "-3"),
                    (Number, "2"),
                    (Number, "1"),
                    (Number, "3"),
                    (Day, "5"),
                ],
            ),
            (
                "2020-1-12的8:30版本1.2.3",
                &[
                    (Time, "2020"),
                    (Time, "1"),
                    (Day, "12"),
                    (Time, "8:30"),
                    (Number, "1.2.3"),
                ],
            ),
            ("一二三四五六七", &[]),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(k, t)| (*k, t.to_string())).collect();
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_day_is_the_same_in_chinese_figures_and_in_digits() {
        let key = |text: &str| {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut found = Vec::new();
            figures(&units, &mut found);
            found[0].key
        };
        assert_eq!(key("二十八日"), key("28日"));
        assert_eq!(key("28号"), key("28日"));
        assert_ne!(key("28日"), key("28例"));
    }

    #[test]
    fn signs_make_other_figures_and_dates_are_the_same_in_any_form() {
        let keys = |text: &str| {
            let units: Vec<u16> = text.encode_utf16().collect();
            let mut found = Vec::new();
            figures(&units, &mut found);
            found.iter().map(|figure| figure.key).collect::<Vec<_>>()
        };
        for (one, other) in [
            ("2.5", "25"),
            ("-3", "3"),
            ("1.2", "12"),
            ("1.2.3", "123"),
            ("2:1", "21"),
            ("8:30", "830"),
        ] {
            assert_ne!(keys(one), keys(other), "{one} {other}");
        }
        for (one, other) in [
            ("2.50", "2.5"),
            ("3.0", "3"),
            ("2020-1-12", "2020年1月12日"),
            ("2020.1.12", "2020/01/12"),
        ] {
            assert_eq!(keys(one), keys(other), "{one} {other}");
        }
    }
}
