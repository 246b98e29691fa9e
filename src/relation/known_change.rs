//! Changes of wording that are known to change nothing that is said: function
//! words, other spellings of one word, an ending, the label of a paragraph.
//!
//! Normalized texts of letters have no blanks, so a change that the alignment
//! shows in the middle of a word is looked at with the letters beside it.

use crate::boilerplate::credits::has_credit;
use crate::boilerplate::weight;
use crate::relation::changed_places::ChangedPlace;
use crate::relation::exclusive_words::WORDS;
use crate::relation::figures::is_digit;
use crate::relation::measures::are_one_measure;
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;
use crate::text::lexicon::{INERT_WORDS, SPELLINGS, VARIANT_CHARACTERS};
use crate::text::numbers::is_money;

/// Equal letters on each side of a place that may belong to a word in it.
const BESIDE: u32 = 5;

/// Most units of a side of a place that is looked up with what is beside it.
const LONGEST: usize = 24;

/// Units around a place in which a word of credits makes it a part of them.
const CREDITS_NEAR: usize = 6;

/// Units without a meaning of their own: a font or an editor put them there.
const PRIVATE: std::ops::RangeInclusive<u16> = 0xE000..=0xF8FF;

/// Characters that say nothing by themselves, a plural among them; those of
/// directions and of the passive do.
const INERT_CHARACTERS: &str = "的地得之了着是和与及以为将等也都就而并其们个";

/// Most units of the label of a paragraph.
const LABEL: usize = 3;

/// Least weight of a text whose first letter may be a label, in letters: *C
/// library* and *D library* are no paragraphs.
const LABELLED: u64 = 100;

/// Function words that are also prefixes, and make another word of one.
const PREFIXES: [&str; 7] = ["a", "in", "on", "be", "by", "for", "to"];

/// Returns whether a place where two texts differ is one of which a reader
/// would say that both texts say the same there.
pub(super) fn is_known([a, b]: [&[u16]; 2], place: &ChangedPlace) -> bool {
    let sides = [place.a.of(a), place.b.of(b)];
    if sides
        .iter()
        .all(|side| side.iter().all(|unit| PRIVATE.contains(unit)))
    {
        return true;
    }
    if sides.iter().any(|side| side.len() > LONGEST) {
        return is_credit(a, place.a) || is_credit(b, place.b);
    }
    let of_each = [(a, place.a, place.b), (b, place.b, place.a)];
    if of_each
        .iter()
        .any(|(units, here, other)| is_other_name(units, *here, *other))
    {
        return false;
    }
    is_label([a, b], place)
        || is_sign_of_code([a, b], place)
        || are_variants(sides)
        || are_same_in_content(sides[0], sides[1])
        || slid(a, place.a, place).any(|x| say_one([x, &[]])) && place.b.is_empty()
        || slid(b, place.b, place).any(|x| say_one([x, &[]])) && place.a.is_empty()
        || (0..=place.before.min(BESIDE)).any(|before| {
            (0..=place.after.min(BESIDE)).any(|after| {
                let wide = |span: UnitSpan| UnitSpan::from(span.start - before..span.end + after);
                say_one([wide(place.a).of(a), wide(place.b).of(b)])
            })
        })
        || is_credit(a, place.a)
        || is_credit(b, place.b)
}

/// Returns the stretches that one text alone may have at a place as well: of
/// *the theory* beside *theory*, an alignment may show *the* or *het*.
fn slid<'a>(
    units: &'a [u16],
    span: UnitSpan,
    place: &ChangedPlace,
) -> impl Iterator<Item = &'a [u16]> {
    let (start, end) = (span.start as usize, span.end as usize);
    let left = (1..=(place.before as usize).min(LONGEST))
        .take_while(move |by| units[start - by] == units[end - by])
        .map(move |by| &units[start - by..end - by]);
    let right = (1..=(place.after as usize).min(LONGEST))
        .take_while(move |by| units[start + by - 1] == units[end + by - 1])
        .map(move |by| &units[start + by..end + by]);
    left.chain(right)
}

/// Returns whether a letter that one text has more is the *a* of *asynchronous*,
/// or the *s* of *H8/300S*.
fn is_other_name(units: &[u16], here: UnitSpan, other: UnitSpan) -> bool {
    const AFTER_A: [&str; 4] = ["sync", "symm", "typ", "septic"];
    let (before, letter) = (
        &units[..here.start as usize],
        units.get(here.start as usize),
    );
    if here.len() != 1 || !other.is_empty() {
        return false;
    }
    match letter.and_then(|unit| u8::try_from(*unit).ok()) {
        Some(b'a') => AFTER_A
            .iter()
            .any(|word| starts_with(&units[here.end as usize..], word)),
        Some(b's') => before.last().is_some_and(|unit| is_digit(*unit)),
        _ => false,
    }
}

/// Returns whether two stretches that stand in one place say the same.
fn say_one([one, other]: [&[u16]; 2]) -> bool {
    let may_be_prefix = |word: &[u16], other: &[u16]| {
        other.is_empty()
            && PREFIXES
                .iter()
                .any(|prefix| prefix.encode_utf16().eq(word.iter().copied()))
    };
    is_inert(one)
        && is_inert(other)
        && negates(one) == negates(other)
        && (one.len() != 1 || other.len() != 1)
        && !may_be_prefix(one, other)
        && !may_be_prefix(other, one)
        || WORDS.are_one(one, other)
        || are_one_measure(one, other)
        || are_one_spelling(one, other)
}

/// Returns whether a place is the sign of a currency that letters name before a
/// number: US$ 15, of which normalizing leaves the letters, and US$15.
fn is_sign_of_code([a, b]: [&[u16]; 2], place: &ChangedPlace) -> bool {
    let is_sign = |side: &[u16]| matches!(side, [sign] if is_money(*sign));
    let (units, span) = match (place.a.of(a), place.b.of(b)) {
        (sign, []) if is_sign(sign) => (a, place.a),
        ([], sign) if is_sign(sign) => (b, place.b),
        _ => return false,
    };
    let before = units[..span.start as usize].last();
    let after = units.get(span.end as usize);
    before.is_some_and(|unit| is_spaced(*unit) && !is_digit(*unit))
        && after.is_some_and(|unit| is_digit(*unit))
}

/// Returns whether a place stands in a line of credits.
fn is_credit(text: &[u16], place: UnitSpan) -> bool {
    let start = (place.start as usize).saturating_sub(CREDITS_NEAR);
    let end = (place.end as usize + CREDITS_NEAR).min(text.len());
    has_credit(&text[start..end])
}

/// Returns whether a place is what numbers a paragraph: *c* and *d*, or a
/// number in front of one text.
fn is_label([a, b]: [&[u16]; 2], place: &ChangedPlace) -> bool {
    let sides = [place.a.of(a), place.b.of(b)];
    let is_short = |side: &&[u16]| side.len() <= LABEL && side.iter().all(|unit| is_spaced(*unit));
    place.a.start == 0
        && place.b.start == 0
        && sides.iter().all(is_short)
        && weight(a).min(weight(b)) >= LABELLED
        && sides
            .iter()
            .any(|side| side.iter().all(|unit| is_digit(*unit)) || side.len() == 1)
}

/// Returns whether a stretch is made of words that say nothing by themselves.
fn is_inert(units: &[u16]) -> bool {
    // Whether the stretch up to each place is.
    let mut inert = [false; LONGEST + 2 * BESIDE as usize + 1];
    inert[0] = true;
    for at in 0..units.len() {
        if !inert[at] {
            continue;
        }
        if !is_spaced(units[at]) {
            inert[at + 1] |= is_inert_character(units[at]);
            continue;
        }
        for word in INERT_WORDS {
            if starts_with(&units[at..], word) {
                inert[at + word.len()] = true;
            }
        }
    }
    inert[units.len()]
}

fn is_inert_character(unit: u16) -> bool {
    let is = |c: char| u32::from(c) == u32::from(unit);
    unit == 0x20 || INERT_CHARACTERS.chars().any(is)
}

/// Returns whether two stretches are one character each, of which one is written
/// for the other.
fn are_variants(sides: [&[u16]; 2]) -> bool {
    let ([one], [other]) = (sides[0], sides[1]) else {
        return false;
    };
    let has = |line: &str, unit: u16| line.chars().any(|c| u32::from(c) == u32::from(unit));
    VARIANT_CHARACTERS
        .lines()
        .any(|line| has(line, *one) && has(line, *other))
}

/// Returns whether two stretches are the same without the characters that say
/// nothing.
fn are_same_in_content(one: &[u16], other: &[u16]) -> bool {
    let content = |units: &[u16]| {
        let units = units.iter().copied();
        units
            .filter(|unit| !is_inert_character(*unit))
            .collect::<Vec<u16>>()
    };
    content(one) == content(other)
}

/// Returns whether words of which each says nothing make a *non* together: *an
/// on*.
fn negates(units: &[u16]) -> bool {
    units
        .windows(3)
        .any(|three| "non".encode_utf16().eq(three.iter().copied()))
}

fn starts_with(units: &[u16], word: &str) -> bool {
    units.len() >= word.len() && word.encode_utf16().eq(units[..word.len()].iter().copied())
}

fn is_no(units: &[u16]) -> bool {
    "no".encode_utf16().eq(units.iter().copied())
}

/// Returns whether two stretches are spellings of one word, as far as that is
/// known: British and American ones, a letter doubled or not, two
/// letters in the wrong order, an *s* at the end.
fn are_one_spelling(one: &[u16], other: &[u16]) -> bool {
    let is_plural = |one: &[u16], other: &[u16]| other.is_empty() && one == [u16::from(b's')];
    if is_plural(one, other) || is_plural(other, one) {
        return true;
    }
    if let ([a, b], [c, d]) = (one, other)
        && (a, b) == (d, c)
        && !is_no(one)
        && !is_no(other)
        && !one.iter().any(|unit| is_digit(*unit))
    {
        return true;
    }
    let is_doubled = |long: &[u16], short: &[u16]| {
        const DOUBLED: &[u8] = b"lstnr";
        matches!((long, short), ([a, b], [c]) if a == b && b == c
            && DOUBLED.iter().any(|letter| u16::from(*letter) == *a))
    };
    if is_doubled(one, other) || is_doubled(other, one) {
        return true;
    }
    let is = |units: &[u16], word: &str| word.encode_utf16().eq(units.iter().copied());
    let mut pairs = SPELLINGS.lines().filter_map(|line| line.split_once('='));
    pairs
        .any(|(long, short)| is(one, long) && is(other, short) || is(one, short) && is(other, long))
}
