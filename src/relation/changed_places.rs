//! Places where two texts differ, as a reader would count them.

use crate::passages::{Hunk, HunkKind};
use crate::span::UnitSpan;

/// Equal units between two changes that belong to one place: letters of two
/// words are equal by chance.
const MAX_ISLAND: u32 = 3;

/// Most units of a place to which words have moved, and between it and the one
/// from which they did: in another article they make another rule.
const MOVED: usize = 24;

/// A place where two texts differ, in units of each, and how much of what
/// stands before and after it is equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChangedPlace {
    pub(super) a: UnitSpan,
    pub(super) b: UnitSpan,
    pub(super) before: u32,
    pub(super) after: u32,
}

impl ChangedPlace {
    /// Returns the spans of the place in both texts without what both begin or
    /// end with.
    pub(super) fn stripped(&self, texts: [&[u16]; 2]) -> [UnitSpan; 2] {
        stripped(texts, [self.a, self.b])
    }
}

/// Returns spans of two texts without what both begin or end with.
fn stripped(texts: [&[u16]; 2], spans: [UnitSpan; 2]) -> [UnitSpan; 2] {
    let [one, other] = [0, 1].map(|side| spans[side].of(texts[side]));
    let equal = |(one, other): &(&u16, &u16)| one == other;
    let head = one.iter().zip(other).take_while(equal).count();
    let (one, other) = (&one[head..], &other[head..]);
    let tail = one.iter().rev().zip(other.iter().rev());
    let tail = tail.take_while(equal).count();
    spans.map(|span| UnitSpan {
        start: span.start + head as u32,
        end: span.end - tail as u32,
    })
}

/// Returns the places where two texts differ, short equal runs between changes
/// among them; what has moved parts them.
pub(super) fn changed_places(hunks: &[Hunk]) -> impl Iterator<Item = ChangedPlace> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(hunk) = hunks.get(at) {
            at += 1;
            if !is_change(hunk) {
                continue;
            }
            let equal = |at: Option<&Hunk>| match at {
                Some(hunk) if hunk.kind == HunkKind::Equal => hunk.a.len() as u32,
                _ => 0,
            };
            let mut place = ChangedPlace {
                a: hunk.a,
                b: hunk.b,
                before: at
                    .checked_sub(2)
                    .map_or(0, |before| equal(hunks.get(before))),
                after: 0,
            };
            loop {
                match (hunks.get(at), hunks.get(at + 1)) {
                    (Some(next), _) if is_change(next) => {
                        place.a.end = next.a.end;
                        place.b.end = next.b.end;
                        at += 1;
                    }
                    (Some(island), Some(next))
                        if is_change(next)
                            && island.kind == HunkKind::Equal
                            && equal(Some(island)) <= MAX_ISLAND =>
                    {
                        place.a.end = next.a.end;
                        place.b.end = next.b.end;
                        at += 2;
                    }
                    (next, _) => {
                        place.after = equal(next);
                        break;
                    }
                }
            }
            return Some(place);
        }
        None
    })
}

/// Returns whether the other text has these words of a text in another place
/// nearby, to which they moved.
pub(super) fn has_moved(
    texts: [&[u16]; 2],
    words: UnitSpan,
    side: usize,
    other: &ChangedPlace,
) -> bool {
    let here = [other.a, other.b][side];
    let apart = here.start.saturating_sub(words.end) + words.start.saturating_sub(here.end);
    if apart as usize > MOVED {
        return false;
    }
    let words = words.of(texts[side]);
    let there = [other.b, other.a][side].of(texts[1 - side]);
    (words.len()..=MOVED).contains(&there.len())
        && there.windows(words.len()).any(|window| window == words)
}

fn is_change(hunk: &Hunk) -> bool {
    matches!(
        hunk.kind,
        HunkKind::Replaced | HunkKind::Inserted | HunkKind::Deleted
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Returns where two texts differ in one place.
    pub(in crate::relation) fn spans_of(texts: [&[u16]; 2]) -> [UnitSpan; 2] {
        stripped(
            texts,
            texts.map(|text| UnitSpan::from(0..text.len() as u32)),
        )
    }
}
