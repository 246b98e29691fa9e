//! The places where two texts differ, and which of them a form leaves open: a
//! place that each of many texts fills with something else.

use crate::boilerplate::WindowCounts;
use crate::boilerplate::credits::has_credit;
use crate::span::UnitSpan;

/// Longest side of a place that is looked at, in units: a longer one is
/// rewritten text.
pub(super) const MAX_LENGTH: u32 = 24;

/// Most places of a pair that are looked at.
pub(super) const MOST: usize = 16;

/// Units before and after a place in which the form stands.
const BESIDE: u32 = 24;

/// Fewest documents of different wording that have the form there.
const FORM_DOCUMENTS: u32 = 6;

/// What fills the place stands in one of so many of them, or fewer: a text
/// that was edited has there what most others have.
const ONE_OF: u32 = 4;

/// A place where two texts differ, in units of each; one side may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) a: UnitSpan,
    pub(super) b: UnitSpan,
}

impl Place {
    pub(super) fn exchanged(self) -> Place {
        Place {
            a: self.b,
            b: self.a,
        }
    }

    /// Returns whether many texts have what stands beside the place, and hardly
    /// any what stands in it, on either side.
    pub(super) fn is_open(&self, counts: &WindowCounts, texts: [&[u16]; 2]) -> bool {
        if self.a.is_empty() || self.b.is_empty() || is_credit(texts[0], self.a) {
            return false;
        }
        let sides = [(texts[0], self.a), (texts[1], self.b)];
        let form = sides.map(|(text, place)| {
            let before = place.start.saturating_sub(BESIDE)..place.start;
            let after = place.end..(place.end + BESIDE).min(text.len() as u32);
            let most = [before, after].map(|beside| counts.most_within(text, beside.into()));
            most.into_iter().flatten().max().unwrap_or(0)
        });
        let form = form[0].min(form[1]);
        form >= FORM_DOCUMENTS
            && sides.iter().all(|(text, place)| {
                counts
                    .most_across(text, *place)
                    .is_some_and(|documents| documents * ONE_OF <= form)
            })
    }
}

/// Returns whether a place stands in a line of credits.
fn is_credit(text: &[u16], place: UnitSpan) -> bool {
    const NEAR: usize = 10;
    let start = (place.start as usize).saturating_sub(NEAR);
    let end = (place.end as usize + NEAR).min(text.len());
    has_credit(&text[start..end])
}
