//! Money before a number: US$45 is not HK$45, nor is EUR 45.

use std::sync::LazyLock;

use crate::relation::figures::is_digit;
use crate::relation::names::{Meanings, Names};
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;
use crate::text::lexicon::{CURRENCIES, is_code_of_money, name_of_money};
use crate::text::normalize::SEPARATOR;
use crate::text::numbers::{is_money, is_one_of};

/// Most units between a place and the number behind it that may be the rest of
/// a name.
const REST: usize = 4;

/// Codes and signs of money, as they are in a normalized text.
static CODES: LazyLock<Names> = LazyLock::new(|| {
    let mut codes = Names::default();
    for (number, names) in (0..).zip(CURRENCIES.lines()) {
        for name in names.split('=').filter(|name| is_code_of_money(name)) {
            let code = name_of_money(name).to_lowercase();
            codes.add_units(code.encode_utf16().collect(), number);
        }
    }
    codes
});

/// Letters of which one before a sign may be the last of a word: of *costs $5*,
/// or of S$5.
const ENDINGS: &str = "asrtdn";

/// What stands before a number of one text at a place.
struct Money {
    name: Meanings<'static>,
    /// Whether it is one letter before a sign, and may as well be the last
    /// letter of a word.
    is_letter: bool,
    /// Whether the place is all letters before a sign.
    is_place: bool,
    /// Whether the place is in the name.
    is_touched: bool,
}

/// Returns whether the number behind a place counts other money in each text.
pub(super) fn are_other_currencies(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> bool {
    let rest = [0, 1].map(|side| {
        let after = &texts[side][spans[side].end as usize..];
        let mut rest = after.iter().take(REST + 1);
        let rest = rest.position(|unit| is_digit(*unit))?;
        Some(&after[..rest])
    });
    let ([Some(one), Some(other)], true) = (rest, rest[0] == rest[1]) else {
        return false;
    };
    let money = [0, 1].map(|side| {
        let end = spans[side].end as usize + [one, other][side].len();
        money_before(&texts[side][..end], spans[side])
    });
    let [Some(one), Some(other)] = money else {
        return false;
    };
    // A letter that may belong to a word says nothing, unless it stands for
    // another such letter.
    let is_clear = |money: &Money| !money.is_letter;
    let are_letters = one.is_place && other.is_place;
    let one_or_other = one.is_touched || other.is_touched;
    one_or_other
        && (are_letters || is_clear(&one) && is_clear(&other))
        && one.name.exclude(other.name)
}

/// Returns the money that a text ends with, if a number follows.
fn money_before(text: &[u16], span: UnitSpan) -> Option<Money> {
    let text = match text {
        [text @ .., SEPARATOR] => text,
        text => text,
    };
    let (len, name) = CODES.ending(text).next()?;
    let start = text.len() - len;
    let is_word =
        |at: Option<usize>| at.is_some_and(|at| is_spaced(text[at]) && !is_digit(text[at]));
    let has_sign = text.last().is_some_and(|unit| is_money(*unit));
    let letters = (start, text.len() - usize::from(has_sign));
    let is_ending = len == 2 && is_one_of(text[start], ENDINGS);
    Some(Money {
        name,
        is_letter: has_sign && is_ending && is_word(start.checked_sub(1)),
        is_place: has_sign && (span.start as usize, span.end as usize) == letters && len > 1,
        is_touched: start < span.end as usize,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relation::changed_places::tests::spans_of;

    fn are_other(one: &str, other: &str) -> bool {
        let texts = [one, other].map(|text| text.encode_utf16().collect::<Vec<u16>>());
        let texts = [&texts[0][..], &texts[1]];
        are_other_currencies(texts, spans_of(texts))
    }

    #[test]
    fn other_money_before_a_number_is_told_by_its_sign_or_its_code() {
        for (one, other) in [
            ("造价us$45万", "造价hk$45万"),
            ("itcostus$45more", "itcosthk$45more"),
            ("itcosta$45more", "itcostc$45more"),
            ("itcostnz$45more", "itcosts$45more"),
            ("itcosthk$45more", "itcost$45more"),
            ("造价c$45万", "造价$45万"),
            ("itcostc$45more", "itcost$45more"),
            ("itcostr$45more", "itcostus$45more"),
            ("itcostusd45more", "itcosteur45more"),
            ("itcostusd45more", "itcosthkd45more"),
            ("造价€45万", "造价£45万"),
            ("itcostrs45more", "itcostrp45more"),
            ("造价rmb45万", "造价us$45万"),
        ] {
            assert!(are_other(one, other), "{one} {other}");
            assert!(are_other(other, one), "{other} {one}");
        }
    }

    #[test]
    fn one_money_in_another_dress_and_letters_of_words_are_no_other_money() {
        for (one, other) in [
            ("造价us$45万", "造价$45万"),
            ("造价usd45万", "造价us$45万"),
            ("造价cn¥45万", "造价¥45万"),
            ("造价cny45万", "造价¥45万"),
            ("itwas$45more", "itis$45more"),
            ("itcosts$45more", "itcost$45more"),
            ("fora$45fee", "forthe$45fee"),
            ("fora$45fee", "forits$45fee"),
            ("造价us$45万", "造价us$46万"),
            ("造价us$45万", "造价45万"),
        ] {
            assert!(!are_other(one, other), "{one} {other}");
            assert!(!are_other(other, one), "{other} {one}");
        }
    }
}
