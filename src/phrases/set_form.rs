//! What is a whole by its form, whatever stands around it: an idiom of the list, a list of members of one length.

use crate::phrases::boundaries::Boundaries;
use crate::phrases::form::{is_listed_idiom, marked_members};
use crate::phrases::rank::Floor;
use crate::phrases::weights::Weights;
use crate::suffix::concat::ConcatText;

/// Longest list of members, in characters: a slogan. A longer one is a passage.
const LONGEST_LIST: u32 = 40;

/// Shortest list: two members of three characters.
const SHORTEST_LIST: u32 = 6;

/// Returns whether a string is a whole by its form.
///
/// Takes a look at two characters and at the marks inside for most strings.
#[inline]
pub(crate) fn is_set(
    text: &ConcatText,
    boundaries: &Boundaries<'_>,
    position: u32,
    length: u32,
) -> bool {
    is_listed_idiom(text, position, length)
        || (SHORTEST_LIST..=LONGEST_LIST).contains(&length)
            // Clauses of one length, with a comma between, may be an accident.
            && boundaries.inside(position, length).is_enumeration()
            && marked_members(boundaries, position, length).is_some()
}

/// Returns the quality under which a repeat is taken for an accident; what is
/// set by its form is none, however few documents have it.
#[inline]
pub(crate) fn floor(is_set: bool, floor: Floor, documents: u32) -> f32 {
    if is_set {
        Weights::DEFAULT.min_quality
    } else {
        floor.of(documents)
    }
}
