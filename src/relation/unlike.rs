//! What two texts that tell no one story are: a frame around other facts, or
//! texts of their own that share passages.

use crate::relation::Relation;
use crate::relation::features::Features;
use crate::relation::thresholds::{LETTERS, THRESHOLDS};

/// Aligned share from which a slot may be longer than in other frames.
const MOSTLY_FRAME: f64 = 0.75;

/// Least characters of its own in a row that fill no slot of such a frame. Of
/// the pairs that were read, the longest slot there has 55 of them, the
/// shortest passage of a text of its own 83.
const OWN_STRETCH: u32 = 70;

/// Least share of what is aligned that has moved where passages were taken over:
/// a frame has its parts in one order (28 % at most where it was read).
const MOVED: f64 = 0.35;

/// A text so many times as long as the other is no filled-in frame: the other
/// quotes it, or sums it up. The first holds where a number or a date is another.
const TIMES_AS_LONG: [u32; 2] = [10, 2];

/// Least characters of the shorter one for that: a line is a frame anywhere.
const QUOTED_CHARS: u32 = 100;

/// Least places where one and the same name stands for one and the same other
/// for that to make a frame, whatever else its slots hold.
const RENAMED: u32 = 3;

/// All places are at most so many times as many: the text has other names too.
const OF_PLACES: u32 = 8;

/// Returns whether the shorter text has a text of its own beside what is
/// aligned: of that share, and `own` characters outside of it.
pub(super) fn has_own_text(features: &Features, aligned: f64, own: u32) -> bool {
    let scale = if features.is_spaced { LETTERS } else { 1 };
    let stretch = match aligned >= MOSTLY_FRAME {
        true => OWN_STRETCH,
        false => THRESHOLDS.own_stretch,
    };
    aligned < THRESHOLDS.own && own >= THRESHOLDS.own_chars * scale
        || features.longest_own >= stretch * scale
}

/// Returns what two texts are that tell no one story; `has_own` says whether
/// the shorter one has a text of its own.
pub(super) fn unlike(features: &Features, has_own: bool) -> Relation {
    let slots = &features.slots;
    let places = slots.numbers + slots.dates + slots.names + slots.texts;
    if slots.repeated >= RENAMED && slots.repeated * OF_PLACES >= places {
        return Relation::Template;
    }
    let scale = if features.is_spaced { LETTERS } else { 1 };
    let (shorter, longer) = (
        features.len_a.min(features.len_b),
        features.len_a.max(features.len_b),
    );
    let has_same_figures = slots.numbers + slots.dates == 0;
    let times = TIMES_AS_LONG[usize::from(has_same_figures)];
    let is_quoted = shorter >= QUOTED_CHARS * scale && longer / times > shorter;
    let is_moved = f64::from(features.moved) >= MOVED * f64::from(features.aligned);
    match has_own || is_quoted || is_moved {
        true => Relation::Reuse,
        false => Relation::Template,
    }
}
