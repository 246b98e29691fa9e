//! The numbers, dates and times that a normalized text states in figures.

use crate::hash::mix;

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

/// Replaces `figures` by those of a normalized text, in order. One pass.
pub(crate) fn figures(units: &[u16], figures: &mut Vec<Figure>) {
    figures.clear();
    let mut at = 0;
    while let Some(next) = units[at..].iter().position(|unit| may_begin(*unit)) {
        at += next;
        if is_digit(units[at]) {
            let rest = &units[at..];
            let end = at + rest.iter().take_while(|unit| is_digit(**unit)).count();
            figures.push(arabic(units, at, end));
            at = end;
        } else if let Some(figure) = han(units, at) {
            at = figure.end as usize;
            figures.push(figure);
        } else {
            at += 1;
        }
    }
}

/// The units that may begin a figure, a bit each: every unit of a text is
/// tested, and few begin one.
static BEGINNINGS: [u64; 1 << 10] = {
    let mut bits = [0; 1 << 10];
    let mut unit = 0;
    while unit < 1 << 16 {
        if is_digit(unit as u16) || han_value(unit as u16).is_some() {
            bits[unit >> 6] |= 1 << (unit & 63);
        }
        unit += 1;
    }
    bits
};

fn may_begin(unit: u16) -> bool {
    BEGINNINGS[usize::from(unit >> 6)] >> (unit & 63) & 1 == 1
}

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

/// Reads a run of digits.
fn arabic(units: &[u16], start: usize, end: usize) -> Figure {
    // Numbers beyond 64 bits still have different keys, nearly always.
    let value = units[start..end].iter().fold(0u64, |value, digit| {
        value
            .wrapping_mul(10)
            .wrapping_add(u64::from(digit - u16::from(b'0')))
    });
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

/// Returns the value of a Chinese figure below eleven.
const fn han_value(unit: u16) -> Option<u64> {
    Some(match char::from_u32(unit as u32) {
        Some('零' | '〇') => 0,
        Some('一') => 1,
        Some('二') => 2,
        Some('三') => 3,
        Some('四') => 4,
        Some('五') => 5,
        Some('六') => 6,
        Some('七') => 7,
        Some('八') => 8,
        Some('九') => 9,
        Some('十') => 10,
        _ => return None,
    })
}

/// Returns whether the text is a Chinese figure and nothing else.
pub(crate) fn is_han_figure(units: &[u16]) -> bool {
    !units.is_empty() && units.iter().all(|unit| han_value(*unit).is_some())
}

/// Longest Chinese figure that is read: 二〇〇六, 二十八.
const HAN_FIGURE: usize = 4;

/// Reads a Chinese figure that is a date or an ordinal; others are words.
fn han(units: &[u16], start: usize) -> Option<Figure> {
    let end = start
        + units[start..]
            .iter()
            .take(HAN_FIGURE + 1)
            .take_while(|unit| han_value(**unit).is_some())
            .count();
    if end - start > HAN_FIGURE {
        return None;
    }
    let (value, digits) = han_number(&units[start..end])?;
    let after = units.get(end).copied();
    let ordinal = start > 0 && units[start - 1] == unit('第');
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

/// Returns the value of `二十八`, `十`, `二〇〇六`, and its digits.
fn han_number(figures: &[u16]) -> Option<(u64, u32)> {
    let values: Vec<u64> = figures.iter().filter_map(|unit| han_value(*unit)).collect();
    let value = match values[..] {
        [10] => 10,
        [10, ones @ 0..=9] => 10 + ones,
        [tens @ 1..=9, 10] => tens * 10,
        [tens @ 1..=9, 10, ones @ 0..=9] => tens * 10 + ones,
        _ if values.iter().all(|value| *value < 10) => {
            values.iter().fold(0, |number, digit| number * 10 + digit)
        }
        _ => return None,
    };
    Some((value, value.max(1).ilog10() + 1))
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
    fn the_kind_of_a_figure_is_told_by_its_neighbours() {
        use FigureKind::*;
        let cases: [(&str, &[(FigureKind, &str)]); 6] = [
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
}
