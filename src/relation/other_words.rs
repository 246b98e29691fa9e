//! Places where two texts of one story say different things in a word: another
//! number, a word that excludes the other, a negation, another name.

use crate::passages::{Hunk, HunkKind};
use crate::relation::added_words::{
    changes_the_statement, negates_alone, negates_the_other, negations,
};
use crate::relation::changed_places::{ChangedPlace, changed_places};
use crate::relation::designations::other_designation;
use crate::relation::exclusive_words::WORDS;
use crate::relation::figures::{han_number, is_digit, is_han_numeral};
use crate::relation::matter::{OwnMatter, OwnMatters};
use crate::relation::measures::{is_measure, measure_at};
use crate::relation::slot::{SlotKind, slot_kind};
use crate::relation::stretch_search::StretchSearch;
use crate::span::UnitSpan;
use crate::text::letters::is_spaced;

/// Most units of a place on either side: a longer one is rewritten text.
const MAX_PLACE: u32 = 24;

/// Equal units beside a place that are read with it: the rest of the longest
/// words of the lists.
const BESIDE: u32 = 13;

/// Most units of a place that may be a negation and what is written on to it.
const MAX_NEGATION: u32 = 5;

/// Least equal units on either side of a negation of a few letters.
const ALONE: u32 = 8;

/// Units of a long text, such as a statute: what was replaced in it is another
/// rule, where other texts are put in other words.
const LONG: usize = 2_000;

/// Least units of what was replaced in a long text, and stands nowhere in the
/// other, to be another body or another rule.
const LEAST_IN_LONG: usize = 4;

/// Least letters of a term that one text has several times, and the other has
/// never.
const LEAST_TERM: usize = 4;

/// Returns what either of two texts has in place of something else, if that is
/// another number in words, another name, or a word that can't be true
/// together with the other's.
///
/// A name it is if both have a word there that the other has elsewhere: they
/// changed places. So it is if both look like names, and the other has not
/// this one; if both are terms of letters that their texts repeat and the other
/// never has; and in long texts of Han characters, if neither has anywhere what
/// the other has there.
///
/// `searches` look up stretches in the texts.
pub(super) fn other_words(
    [a, b]: [&[u16]; 2],
    hunks: &[Hunk],
    searches: &mut [StretchSearch<'_>; 2],
) -> OwnMatters {
    if let Some(own) = excluded_words([a, b], hunks) {
        return [Some(own); 2];
    }
    let mut found = [None; 2];
    for hunk in hunks {
        if hunk.kind != HunkKind::Replaced {
            continue;
        }
        let sides = [hunk.a.of(a), hunk.b.of(b)];
        let kind = slot_kind(a, b, hunk, &[], &[]);
        if kind == SlotKind::Number {
            return [Some(OwnMatter::Figure); 2];
        }
        if !sides.iter().all(|side| is_word(side)) {
            continue;
        }
        let elsewhere = [searches[1].has(sides[0]), searches[0].has(sides[1])];
        for side in [0, 1] {
            if elsewhere == [true; 2] || kind == SlotKind::Name && !elsewhere[side] {
                found[side] = Some(OwnMatter::Name);
            }
        }
    }
    if changed_places(hunks).any(|place| are_other_terms(a, b, &place, searches)) {
        return [Some(OwnMatter::Name); 2];
    }
    let are_long = a.len().min(b.len()) > LONG;
    if are_long && changed_places(hunks).any(|place| are_other_rules(a, b, &place, searches)) {
        return [Some(OwnMatter::Name); 2];
    }
    found
}

/// Returns what two texts say differently, if a word of one excludes what the
/// other has in its place.
pub(super) fn excluded_words([a, b]: [&[u16]; 2], hunks: &[Hunk]) -> Option<OwnMatter> {
    changed_places(hunks).find_map(|place| excluded(a, b, &place))
}

/// Returns whether either side of a place is a term of letters that its text
/// repeats and the other never has.
fn are_other_terms(
    a: &[u16],
    b: &[u16],
    place: &ChangedPlace,
    searches: &mut [StretchSearch<'_>; 2],
) -> bool {
    let sides = [(place.a.of(a), 0), (place.b.of(b), 1)];
    sides.iter().all(|(term, side)| {
        (LEAST_TERM..=MAX_PLACE as usize).contains(&term.len())
            && term.iter().all(|unit| is_spaced(*unit))
            && !searches[1 - side].has(term)
            && searches[*side].count(term) >= 2
    })
}

/// Returns whether what was replaced at a place of two long texts is Han
/// characters on both sides that stand nowhere in the other text.
fn are_other_rules(
    a: &[u16],
    b: &[u16],
    place: &ChangedPlace,
    searches: &mut [StretchSearch<'_>; 2],
) -> bool {
    let sides = [(place.a.of(a), 1), (place.b.of(b), 0)];
    let is_han = |unit: &u16| (0x4E00..=0x9FFF).contains(unit);
    sides.iter().all(|(here, other)| {
        (LEAST_IN_LONG..=MAX_PLACE as usize).contains(&here.len())
            && here.iter().all(is_han)
            && !searches[*other].has(here)
    })
}

/// Returns whether a part of a text is as long as a word or a name.
fn is_word(units: &[u16]) -> bool {
    const MOST: usize = 12;
    let least = match units.iter().any(|unit| is_spaced(*unit)) {
        true => 4,
        false => 2,
    };
    (least..=MOST).contains(&units.len()) && !units.iter().any(|unit| is_digit(*unit))
}

/// Returns what two texts say differently at a place, if a word of one excludes
/// what the other has there.
fn excluded(a: &[u16], b: &[u16], place: &ChangedPlace) -> Option<OwnMatter> {
    let (changed_a, changed_b) = (place.a.of(a), place.b.of(b));
    let longest = changed_a.len().max(changed_b.len()) as u32;
    if longest > MAX_PLACE {
        return None;
    }
    if are_other_numerals(a, b, place) || are_other_measures(a, b, place) {
        return Some(OwnMatter::Figure);
    }
    if let Some(own) = other_designation([a, b], [place.a, place.b]) {
        return Some(own);
    }
    if let ([one], [other]) = (changed_a, changed_b)
        && let Some(own) = WORDS.exclude_each_other(&[*one], &[*other])
    {
        return Some(own);
    }
    if let Some(own) = added(a, b, place) {
        return Some(own);
    }
    let [one, other] = place.stripped([a, b]);
    let are_alone = place.before.min(place.after) >= ALONE;
    let sides = [[changed_a, changed_b], [one.of(a), other.of(b)]];
    if are_alone && sides.into_iter().any(negates_the_other) {
        return Some(OwnMatter::Word);
    }
    let (before, after) = (place.before.min(BESIDE), place.after.min(BESIDE));
    let around = |span: UnitSpan| UnitSpan::from(span.start - before..span.end + after);
    let (around_a, around_b) = (around(place.a).of(a), around(place.b).of(b));
    let (only_a, only_b) = WORDS.apart(around_a, around_b);
    for one in &only_a {
        if let Some(other) = only_b.iter().find(|other| one.excludes(other)) {
            return Some(one.group.min(other.group).matter());
        }
    }
    let is_negated = longest <= MAX_NEGATION && negations(around_a) != negations(around_b);
    is_negated.then_some(OwnMatter::Word)
}

/// Returns what a word says differently that one text alone has at a place.
fn added(a: &[u16], b: &[u16], place: &ChangedPlace) -> Option<OwnMatter> {
    let (units, span) = match (place.a.len(), place.b.len()) {
        (0, _) => (b, place.b),
        (_, 0) => (a, place.a),
        _ => return None,
    };
    let word = span.of(units);
    if WORDS.counts(word) || is_amount(word) {
        return Some(OwnMatter::Figure);
    }
    let before = &units[..span.start as usize];
    if changes_the_statement(before, word) {
        return Some(OwnMatter::Word);
    }
    // Amid rewritten words, a few letters are a part of any of them.
    let is_alone = place.before.min(place.after) >= ALONE;
    let negates = is_alone
        && slid(units, span, place)
            .any(|span| negates_alone(span.of(units), &units[span.end as usize..]));
    negates.then_some(OwnMatter::Word)
}

/// Returns where what one text alone has at a place may stand as well, as the
/// alignment shows no more than one of them: of *to no one* beside *to one*, it
/// is *no* or *on*.
fn slid(units: &[u16], span: UnitSpan, place: &ChangedPlace) -> impl Iterator<Item = UnitSpan> {
    let most = span.len() as u32;
    let is_equal = |one: u32, other: u32| units[one as usize] == units[other as usize];
    let left = (1..=place.before.min(most))
        .take_while(move |by| is_equal(span.start - by, span.end - by))
        .map(move |by| UnitSpan::from(span.start - by..span.end - by));
    let right = (1..=place.after.min(most))
        .take_while(move |by| is_equal(span.start + by - 1, span.end + by - 1))
        .map(move |by| UnitSpan::from(span.start + by..span.end + by));
    std::iter::once(span).chain(left).chain(right)
}

/// Returns whether a stretch is a number in Chinese figures and what it
/// measures: the 十个月 of 一年十个月.
fn is_amount(units: &[u16]) -> bool {
    let numerals = units.iter().take_while(|unit| is_numeral(**unit)).count();
    numerals > 0 && is_measure(&units[numerals..])
}

/// Returns whether a changed place makes another number of a number in Chinese
/// figures: 十 and 二十, 两 and 三.
fn are_other_numerals(a: &[u16], b: &[u16], place: &ChangedPlace) -> bool {
    fn numeral(units: &[u16], range: UnitSpan) -> Option<&[u16]> {
        if !range.of(units).iter().all(|unit| is_numeral(*unit)) {
            return None;
        }
        let start = range.start as usize;
        let head = units[..start].iter().rev();
        let start = start - head.take_while(|unit| is_numeral(**unit)).count();
        let end = range.end as usize;
        let tail = units[end..].iter();
        let end = end + tail.take_while(|unit| is_numeral(**unit)).count();
        (start < end).then(|| &units[start..end])
    }
    match (numeral(a, place.a), numeral(b, place.b)) {
        (Some(one), Some(other)) => {
            let value = |units: &[u16]| match units.iter().any(|unit| is_large(*unit)) {
                true => None,
                false => han_number(units),
            };
            let (of_one, of_other) = (value(one), value(other));
            of_one != of_other
                || of_one.is_none()
                    && !one
                        .iter()
                        .copied()
                        .map(plain)
                        .eq(other.iter().copied().map(plain))
        }
        _ => false,
    }
}

/// Returns whether a unit is a power of ten above a hundred.
fn is_large(unit: u16) -> bool {
    const LARGE: [char; 4] = ['千', '万', '亿', '兆'];
    LARGE.iter().any(|large| *large as u32 == u32::from(unit))
}

fn is_numeral(unit: u16) -> bool {
    is_han_numeral(unit) || is_large(unit)
}

/// Returns a numeral as it stands for its value: 两 is 二.
fn plain(unit: u16) -> u16 {
    match unit == '两' as u16 {
        true => '二' as u16,
        false => unit,
    }
}

/// Returns whether one number counts other things in each text: 5 公斤 and 5 斤.
fn are_other_measures(a: &[u16], b: &[u16], place: &ChangedPlace) -> bool {
    // The place begins with the number if that stands in another one as well.
    let both = place.a.of(a).iter().zip(place.b.of(b));
    let equal = both.take_while(|(one, other)| one == other).count() as u32;
    let measure = |units, range: UnitSpan| {
        measure_at(units, (range.start + equal) as usize, place.before + equal)
    };
    match (measure(a, place.a), measure(b, place.b)) {
        (Some(one), Some(other)) => one.exclude(other),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
