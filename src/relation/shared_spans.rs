//! What two aligned texts share, as stretches of each of them.

use crate::passages::{Hunk, HunkKind};
use crate::span::UnitSpan;

/// Returns the stretches of either text that the other has, in order; those
/// that have moved among them.
pub(super) fn shared_spans(hunks: &[Hunk]) -> [Vec<UnitSpan>; 2] {
    let of = |moved: HunkKind, span: fn(&Hunk) -> UnitSpan| {
        let is_shared = move |hunk: &&Hunk| hunk.kind == HunkKind::Equal || hunk.kind == moved;
        hunks.iter().filter(is_shared).map(span).collect()
    };
    [
        of(HunkKind::MovedAway, |hunk| hunk.a),
        of(HunkKind::MovedHere, |hunk| hunk.b),
    ]
}
