//! The suffixes of a corpus in order, and every repeat among them.
//!
//! | | |
//! |---|---|
//! | `concat` | all documents as one array of symbols |
//! | `suffix_array` | the order of all suffixes, by SA-IS |
//! | `lcp` | the lengths that neighbouring suffixes share |
//! | `blocks` | the suffixes of stretches of the text in order, on disk |
//! | `known_runs` | long stretches that were found equal |
//! | `merge` | the order of all suffixes on disk, merged from blocks |
//! | `ranked_bits` | a bit for each position, and how many are set before it |
//! | `inverse` | the ranks of the suffixes at chosen positions |
//! | `interval` | maximal repeats, by a walk over the LCP intervals |
//! | `whole_numbers` | the occurrences that cut no number |
//! | `place` | where a phrase occurs in a text |
//! | `place_limit` | how many of these places are listed |
//! | `overlap` | which repeats overlap themselves |
//! | `forms` | how it is written there |
//! | `occurrence` | the spans of the texts at those positions |
//! | [`Index`] | all of it, for one corpus |

pub(crate) mod blocks;
pub(crate) mod concat;
pub(crate) mod forms;
pub(crate) mod index;
pub(crate) mod interval;
pub(crate) mod inverse;
pub(crate) mod known_runs;
pub(crate) mod lcp;
pub(crate) mod merge;
#[cfg(test)]
pub(crate) mod naive;
pub(crate) mod occurrence;
pub(crate) mod overlap;
pub(crate) mod place;
pub(crate) mod place_limit;
pub(crate) mod ranked_bits;
pub(crate) mod suffix_array;
#[cfg(test)]
mod tests;
pub(crate) mod whole_numbers;

pub use index::Index;
pub use place::Occurrence;
pub use place_limit::PlaceLimit;
