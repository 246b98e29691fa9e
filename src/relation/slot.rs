//! What kind of thing was changed in one place: a number, a date, a name, or
//! words.

use crate::named::named_enum;
use crate::passages::{Hunk, HunkKind};
use crate::relation::figures::{Figure, FigureKind, figures, is_digit, is_han_figure};
use crate::text::lexicon::{PLACE_ENDINGS, SURNAMES, TITLES_AFTER_NAMES, TITLES_BEFORE_NAMES};

named_enum! {
    /// What was changed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum SlotKind("kind of change") {
        /// A count, an amount, an ordinal.
        Number = "number",
        /// A date or a time of day.
        Date = "date",
        /// A person, a place or a body, as far as that can be told.
        Name = "name",
        /// Anything else.
        Text = "text",
    }
}

/// Returns what was changed in each hunk: for those that are replaced, and for
/// those that stand on one side and are short enough to be a figure.
pub fn change_kind(a: &[u16], b: &[u16], hunks: &[Hunk]) -> Vec<Option<SlotKind>> {
    let (mut facts_a, mut facts_b) = (Vec::new(), Vec::new());
    figures(a, &mut facts_a);
    figures(b, &mut facts_b);
    let kind = |hunk: &Hunk| match hunk.kind {
        HunkKind::Replaced => Some(slot_kind(a, b, hunk, &facts_a, &facts_b)),
        HunkKind::Deleted | HunkKind::Inserted => {
            let (found, range) = if hunk.kind == HunkKind::Deleted {
                (&facts_a, &hunk.a)
            } else {
                (&facts_b, &hunk.b)
            };
            let from = found.partition_point(|fact| fact.end <= range.start);
            let fact = found.get(from).filter(|fact| fact.start < range.end);
            Some(match fact {
                Some(fact) if range.len() <= SLOT => match fact.kind {
                    FigureKind::Number => SlotKind::Number,
                    FigureKind::Day | FigureKind::Time => SlotKind::Date,
                },
                _ => SlotKind::Text,
            })
        }
        HunkKind::Equal | HunkKind::MovedAway | HunkKind::MovedHere => None,
    };
    hunks.iter().map(kind).collect()
}

/// Longest slot, in units, that counts as a changed figure or name although
/// more than that was changed; longer ones are rewritten text.
const SLOT: usize = 16;

/// Returns what kind of thing a replaced stretch is.
pub(crate) fn slot_kind(
    a: &[u16],
    b: &[u16],
    hunk: &Hunk,
    facts_a: &[Figure],
    facts_b: &[Figure],
) -> SlotKind {
    let left = &a[hunk.a.start as usize..hunk.a.end as usize];
    let right = &b[hunk.b.start as usize..hunk.b.end as usize];
    if left.len().max(right.len()) > SLOT {
        return SlotKind::Text;
    }
    let within = |figures: &[Figure], start: u32, end: u32| {
        let from = figures.partition_point(|fact| fact.end <= start);
        figures
            .get(from)
            .filter(|fact| fact.start < end)
            .map(|fact| fact.kind)
    };
    let kinds = [
        within(facts_a, hunk.a.start, hunk.a.end),
        within(facts_b, hunk.b.start, hunk.b.end),
    ];
    if kinds.iter().all(Option::is_some) {
        let is_date = |kind: &Option<FigureKind>| !matches!(kind, Some(FigureKind::Number));
        return if kinds.iter().all(is_date) {
            SlotKind::Date
        } else {
            SlotKind::Number
        };
    }
    if [left, right].iter().all(|side| is_han_figure(side)) {
        return SlotKind::Number;
    }
    let before = &a[(hunk.a.start as usize).saturating_sub(2)..hunk.a.start as usize];
    let after = &a[hunk.a.end as usize..(hunk.a.end as usize + 2).min(a.len())];
    if is_name(left, right, before, after) {
        SlotKind::Name
    } else {
        SlotKind::Text
    }
}

/// Returns whether both sides look like names: people, places, bodies.
///
/// A heuristic. Both sides are short and without digits, and they stand
/// between titles, end as places and bodies do, or begin with a family name
/// and are as long as a name.
fn is_name(left: &[u16], right: &[u16], before: &[u16], after: &[u16]) -> bool {
    let sides = [left, right];
    if sides
        .iter()
        .any(|side| side.len() > 12 || side.iter().any(|unit| is_digit(*unit)))
    {
        return false;
    }
    let titled = TITLES_BEFORE_NAMES
        .iter()
        .any(|title| ends_with(before, title))
        || TITLES_AFTER_NAMES
            .iter()
            .any(|title| starts_with(after, title));
    let placed = sides.iter().all(|side| {
        side.len() >= 2
            && side
                .last()
                .is_some_and(|last| contains(PLACE_ENDINGS, *last))
    }) || after
        .first()
        .is_some_and(|next| contains(PLACE_ENDINGS, *next));
    let person = sides.iter().all(|side| {
        (2..=4).contains(&side.len())
            && contains(SURNAMES, side[0])
            && side.iter().all(|unit| (0x4E00..=0x9FFF).contains(unit))
    });
    titled || placed || person
}

fn contains(list: &str, unit: u16) -> bool {
    list.chars().any(|c| c as u32 == u32::from(unit))
}

fn ends_with(units: &[u16], word: &str) -> bool {
    let len = word.encode_utf16().count();
    units.len() >= len
        && word
            .encode_utf16()
            .eq(units[units.len() - len..].iter().copied())
}

fn starts_with(units: &[u16], word: &str) -> bool {
    let len = word.encode_utf16().count();
    units.len() >= len && word.encode_utf16().eq(units[..len].iter().copied())
}
