//! The power of ten behind a number in digits: 20만, 3 млрд, $860bn.

use std::sync::LazyLock;

use crate::relation::figures::is_digit;
use crate::relation::names::{Meanings, Names};
use crate::span::UnitSpan;
use crate::text::lexicon::SCALES;

static SCALES_BY_NAME: LazyLock<Names> = LazyLock::new(|| Names::of_lines(SCALES));

/// Most powers in a row: 3천만.
const IN_A_ROW: usize = 3;

/// Returns whether a number is followed by another power of ten in each text,
/// or by one in one text alone.
///
/// `before` is the number of equal units before the place.
pub(super) fn are_other_scales(texts: [&[u16]; 2], spans: [UnitSpan; 2], before: u32) -> bool {
    let longest = SCALES_BY_NAME.longest().min(before as usize);
    let start = spans[0].start as usize;
    let back = (0..longest.min(start)).find(|back| is_digit(texts[0][start - back - 1]));
    let Some(back) = back else {
        return false;
    };
    let [one, other] = [0, 1].map(|side| scales_at(texts[side], spans[side], back));
    let are_others = match (&one.scales[..], &other.scales[..]) {
        // Other words behind the number may begin with a power by chance: the 万
        // of 万用. And 兆 may be a unit of a computer, which has other names.
        ([], [scale]) => spans[0].is_empty() && other.is_place && scale.is_certain,
        ([scale], []) => spans[1].is_empty() && one.is_place && scale.is_certain,
        (one, other) => {
            let mut both = one.iter().zip(other);
            one.len() != other.len() || both.any(|(one, other)| one.name.exclude(other.name))
        }
    };
    (one.is_touched || other.is_touched) && are_others
}

/// Returns how many units of powers of ten a stretch begins with.
pub(super) fn scales_len(units: &[u16]) -> usize {
    let mut len = 0;
    for _ in 0..IN_A_ROW {
        let mut here = SCALES_BY_NAME.beginning(&units[len..]);
        let one = here.find(|(one, _)| *one > 1 || units[len] >= 0x2e80);
        let Some((one, _)) = one else {
            break;
        };
        len += one;
    }
    len
}

struct Scale {
    name: Meanings<'static>,
    is_certain: bool,
}

/// The powers of ten behind a number.
struct Scales {
    scales: Vec<Scale>,
    /// Whether the place is in one of them.
    is_touched: bool,
    /// Whether it is all of them.
    is_place: bool,
}

/// Returns the powers of ten that begin so many units before a place.
fn scales_at(text: &[u16], span: UnitSpan, back: usize) -> Scales {
    let (start, end) = (span.start as usize, span.end as usize);
    let mut at = start - back;
    let mut scales = Vec::new();
    let mut is_touched = false;
    while scales.len() < IN_A_ROW {
        let is_letter = |len: usize| len == 1 && text[at] < 0x2e80;
        // One letter may begin any word.
        let is_name = |len: &usize| !is_letter(*len) || (start, end) == (at, at + 1);
        let mut here = SCALES_BY_NAME.beginning(&text[at..]);
        let Some((len, name)) = here.find(|(len, _)| is_name(len)) else {
            break;
        };
        is_touched |= at < end && start < at + len;
        let is_certain = !name.is_several() && !is_letter(len);
        scales.push(Scale { name, is_certain });
        at += len;
    }
    Scales {
        scales,
        is_touched,
        is_place: back == 0 && at == end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::changed_places::tests::spans_of;

    fn are_other(one: &str, other: &str) -> bool {
        let texts = [one, other].map(|text| text.encode_utf16().collect::<Vec<u16>>());
        let texts = [&texts[0][..], &texts[1]];
        let spans = spans_of(texts);
        are_other_scales(texts, spans, spans[0].start)
    }

    #[test]
    fn another_power_of_ten_makes_another_number() {
        for (one, other) in [
            ("20만명이", "20명이"),
            ("3억원이", "3조원이"),
            ("3천만원이", "3백만원이"),
            ("3万円が", "3億円が"),
            ("2兆円が", "2亿円が"),
            ("cost$860mthere", "cost$860bnthere"),
            ("cost860millionthere", "cost860billionthere"),
            ("стоил2млнтам", "стоил2млрдтам"),
            ("kostete2millionendort", "kostete2milliardendort"),
            ("2milliardsici", "2millionsici"),
            ("2triệuđồng", "2tỷđồng"),
            ("2lakhmore", "2croremore"),
            ("كلفت2مليونحسب", "كلفت2مليارحسب"),
        ] {
            assert!(are_other(one, other), "{one} {other}");
            assert!(are_other(other, one), "{other} {one}");
        }
    }

    #[test]
    fn names_of_one_power_and_words_behind_a_number_are_no_other_power() {
        for (one, other) in [
            ("cost860millionthere", "cost860mlnthere"),
            ("cost860kthere", "cost860thousandthere"),
            ("theywere5menthere", "theywere5womenthere"),
            ("theywere5boysthere", "theywere5kidsthere"),
            ("100兆宽带", "100m宽带"),
            ("20만명이", "20만석이"),
            ("第3.13万用字元", "第3.13通配符"),
        ] {
            assert!(!are_other(one, other), "{one} {other}");
            assert!(!are_other(other, one), "{other} {one}");
        }
    }
}
