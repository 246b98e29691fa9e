//! Every passage that documents share, edits included: seeds, hits, alignments.
//!
//! | | |
//! |---|---|
//! | `seed`, `postings`, `seed_index` | windows of the stream that several documents have |
//! | `equal`, `extend`, `leap` | from an equal run on, until the score drops |
//! | `taken`, `align` | the passages of two texts, one-to-one |
//! | `moved` | which of them stand in another order |
//! | `copies`, `passage_search` | the passages of a corpus |
//! | `pair` | the passages of one text and another, without a corpus |
//! | `quoted` | which of them are quotations |
//! | `shared` | what the passages of two documents come to |
//! | `groups` | the same passage in many documents |

mod align;
mod copies;
mod equal;
mod extend;
mod groups;
mod leap;
mod moved;
#[cfg(test)]
mod naive;
mod pair;
mod passage_search;
mod postings;
mod quoted;
mod seed;
mod seed_index;
mod shared;
mod taken;
#[cfg(test)]
mod tests;

pub use groups::{GroupMember, PassageGroup};
pub use pair::PairSearch;
pub use passage_search::{PassageSearch, ReusedPassage, Scope};
pub use quoted::{is_quoted, quoted_passages};
pub use shared::SharedWording;
