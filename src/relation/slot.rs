//! The kind of a change: a number, a date, a name, or words.

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

/// Returns the kind of change of each hunk that is replaced, deleted or
/// inserted; on one side only, a figure must be short.
pub fn change_kind(a: &[u16], b: &[u16], hunks: &[Hunk]) -> Vec<Option<SlotKind>> {
    let (mut figures_a, mut figures_b) = (Vec::new(), Vec::new());
    figures(a, &mut figures_a);
    figures(b, &mut figures_b);
    let kind = |hunk: &Hunk| match hunk.kind {
        HunkKind::Replaced => Some(slot_kind(a, b, hunk, &figures_a, &figures_b)),
        HunkKind::Deleted | HunkKind::Inserted => {
            let (found, range) = if hunk.kind == HunkKind::Deleted {
                (&figures_a, &hunk.a)
            } else {
                (&figures_b, &hunk.b)
            };
            let from = found.partition_point(|figure| figure.end <= range.start);
            let figure = found.get(from).filter(|figure| figure.start < range.end);
            Some(match figure {
                Some(figure) if range.len() <= MAX_SLOT => match figure.kind {
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

/// Longest change, in units, that may be a changed figure or name: a date with
/// its weekday, or a name with its title. Longer ones are rewritten text.
pub(super) const MAX_SLOT: usize = 16;

/// Returns the kind of change of a replaced hunk.
pub(crate) fn slot_kind(
    a: &[u16],
    b: &[u16],
    hunk: &Hunk,
    figures_a: &[Figure],
    figures_b: &[Figure],
) -> SlotKind {
    let left = hunk.a.of(a);
    let right = hunk.b.of(b);
    if left.len().max(right.len()) > MAX_SLOT {
        return SlotKind::Text;
    }
    let within = |figures: &[Figure], start: u32, end: u32| {
        let from = figures.partition_point(|figure| figure.end <= start);
        figures
            .get(from)
            .filter(|figure| figure.start < end)
            .map(|figure| figure.kind)
    };
    let kinds = [
        within(figures_a, hunk.a.start, hunk.a.end),
        within(figures_b, hunk.b.start, hunk.b.end),
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
