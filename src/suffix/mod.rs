//! The suffixes of a corpus in order, and every repeat that can be read off
//! them.
//!
//! | | |
//! |---|---|
//! | `concat` | all documents as one array of symbols |
//! | `suffix_array` | the order of all suffixes, by SA-IS |
//! | `lcp` | the length that neighbouring suffixes share |
//! | `inverse` | from positions back to ranks |
//! | `interval` | maximal repeats, by a walk over the LCP intervals |
//! | `occurrence` | from positions back to spans of the texts |
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

pub use index::Index;
pub use occurrence::Occurrence;
