//! Letters that name something: type B blood, the A share, the Q3 pump, phase II.

use crate::relation::figures::is_digit;
use crate::relation::matter::OwnMatter;
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;

/// Most letters and digits of a designation amid other characters: SARS, MiG29.
const LONGEST: usize = 8;

/// Most letters of one that may be spelled anew in part; of a longer one all
/// letters are others, or it is a slip of the pen.
const SHORT: usize = 3;

/// Most digits of a Roman number.
const ROMAN: usize = 5;

/// Returns what two texts say differently if a changed place is in a
/// designation of letters: A 股 and B 股, 第 II 期 and 第 III 期, Q3 and X3.
pub(super) fn other_designation([a, b]: [&[u16]; 2], spans: [UnitSpan; 2]) -> Option<OwnMatter> {
    if is_letter_at_digits(a, spans[0]) && is_letter_at_digits(b, spans[1]) {
        let differ = spans[0].of(a) != spans[1].of(b);
        return differ.then_some(OwnMatter::Name);
    }
    let is_roman = |units: &[u16]| {
        let is_digit = |unit: &u16| matches!(u8::try_from(*unit), Ok(b'i' | b'v' | b'x'));
        units.len() <= ROMAN && units.iter().all(is_digit)
    };
    let whole = [(a, spans[0]), (b, spans[1])].map(|(units, span)| word(units, span));
    let [Some((one, of_one)), Some((other, of_other))] = whole else {
        return None;
    };
    if one == other || [one, other].iter().any(|word| word.len() > LONGEST) {
        return None;
    }
    if is_roman(one) && is_roman(other) {
        return Some(OwnMatter::Figure);
    }
    let is_short = |units: &[u16]| units.len() <= SHORT;
    let is_other = is_short(one) && is_short(other) || of_one && of_other;
    is_other.then_some(OwnMatter::Name)
}

/// Returns the letters and digits in a row around a place that is in them, if
/// there is a letter, and whether the place is all of them.
fn word(units: &[u16], range: UnitSpan) -> Option<(&[u16], bool)> {
    if !range.of(units).iter().all(|unit| is_spaced(*unit)) {
        return None;
    }
    // A longer word is none, and where it ends needs no telling.
    let head = units[..range.start as usize].iter().rev().take(LONGEST + 1);
    let start = range.start as usize - head.take_while(|unit| is_spaced(**unit)).count();
    let tail = units[range.end as usize..].iter().take(LONGEST + 1);
    let end = range.end as usize + tail.take_while(|unit| is_spaced(**unit)).count();
    let word = &units[start..end];
    let has_letter = word.iter().any(|unit| !is_digit(*unit));
    has_letter.then(|| (word, word.len() == range.len()))
}

/// Returns whether a place is one letter right before or behind a digit, its
/// own digits aside.
fn is_letter_at_digits(units: &[u16], range: UnitSpan) -> bool {
    let (mut start, mut end) = (range.start as usize, range.end as usize);
    while start < end && is_digit(units[start]) {
        start += 1;
    }
    while start < end && is_digit(units[end - 1]) {
        end -= 1;
    }
    let digit_at = |at: Option<&u16>| at.is_some_and(|unit| is_digit(*unit));
    end - start == 1
        && is_spaced(units[start])
        && (digit_at(units.get(end)) || digit_at(units[..start].last()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exchanges `from` for `to` in a text, as a place where two texts differ.
    fn other(text: &str, from: &str, to: &str) -> Option<OwnMatter> {
        let at = text.find(from).unwrap();
        let start = text[..at].encode_utf16().count() as u32;
        let span = |word: &str| UnitSpan::from(start..start + word.encode_utf16().count() as u32);
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let texts = [units(text), units(&text.replacen(from, to, 1))];
        other_designation([&texts[0], &texts[1]], [span(from), span(to)])
    }

    #[test]
    fn another_letter_or_code_names_another_thing() {
        let name = Some(OwnMatter::Name);
        assert_eq!(other("他的血是o型", "o", "ab"), name);
        assert_eq!(other("公司的a股停牌", "a", "b"), name);
        assert_eq!(other("机井用q3泵", "q", "x"), name);
        assert_eq!(other("机井用q3泵", "q3", "x3"), name);
        assert_eq!(other("他看了nba比赛", "n", "c"), name);
        assert_eq!(other("防治sars的措施", "sars", "mers"), name);
        assert_eq!(other("thepumpb52isold", "b", "f"), name);
        assert_eq!(other("第ii期工程", "ii", "iii"), Some(OwnMatter::Figure));
    }

    #[test]
    fn a_slip_of_the_pen_and_words_of_a_sentence_are_no_designations() {
        assert_eq!(other("他用iphone打电话", "o", "0"), None);
        assert_eq!(other("thepumpisold", "old", "new"), None);
        assert_eq!(other("买了google眼镜", "oo", "o"), None);
        assert_eq!(other("他来了", "来", "走"), None);
    }
}
