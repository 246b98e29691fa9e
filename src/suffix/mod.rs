//! The suffixes of a corpus in order, and every repeat among them.
//!
//! | | |
//! |---|---|
//! | `concat` | all documents as one array of symbols |
//! | `suffix_array` | the order of all suffixes, by SA-IS |
//! | `lcp` | the lengths that neighbouring suffixes share |
//! | `inverse` | the ranks of the suffixes at chosen positions |
//! | `interval` | maximal repeats, by a walk over the LCP intervals |
//! | `whole_numbers` | the occurrences that cut no number |
//! | `occurrence` | the spans of the texts at those positions |
//! | [`Index`] | all of it, for one corpus |

pub(crate) mod concat;
pub(crate) mod index;
pub(crate) mod interval;
pub(crate) mod inverse;
pub(crate) mod lcp;
#[cfg(test)]
pub(crate) mod naive;
pub(crate) mod occurrence;
pub(crate) mod suffix_array;
#[cfg(test)]
mod tests;
pub(crate) mod whole_numbers;

pub use index::Index;
pub use occurrence::Occurrence;
