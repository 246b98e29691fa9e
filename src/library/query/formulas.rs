//! Where formulas stand in a text.

use bitvec::slice::BitSlice;

use crate::span::Span;
use crate::text::normalize::Normalized;

/// Returns the stretches of a text of which a bit is set for each unit.
pub(super) fn spans(inside: &BitSlice, normalized: &Normalized) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    while let Some(start) = inside[at..].first_one().map(|start| at + start) {
        let len = inside[start..].first_zero();
        at = len.map_or(inside.len(), |len| start + len);
        spans.push(normalized.span(start, at));
    }
    spans
}
