//! What two texts share, and what changed from one to the other.
//!
//! | | |
//! |---|---|
//! | [`candidate_pairs`](fn@candidate_pairs) | the pairs of documents that share long runs |
//! | [`passages`] | matched spans, longest first, one-to-one |
//! | [`Aligner::changes`] | what was replaced, inserted, deleted, moved |
//! | [`Tilings`] | the equal runs of many pairs, found once |
//! | [`PassageSearch`] | every passage that documents of a corpus share, edits included |
//! | [`PassageFinder`] | the passages of two documents, without quotations and formulas |
//!
//! Aligners work on slices of UTF-16 units; only candidate pairs and the
//! passage finder know documents.

mod candidate_pairs;
mod changes;
mod edit;
mod halves;
mod pair_passages;
mod passage;
mod search;
mod seed;
mod symbols;
mod tile;
mod tiles;
mod tilings;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

pub use candidate_pairs::{CandidateOptions, CandidatePair, CandidatePairs, candidate_pairs};
pub use changes::{ANCHOR, ChangeOptions, Hunk, HunkKind};
pub use pair_passages::{PairBuffers, PairPassages, PassageFinder, ReuseOptions};
pub use passage::{Aligner, Passage, PassageOptions, Passages, passages};
pub use search::{GroupMember, PairSearch, PassageGroup, PassageSearch, ReusedPassage};
pub use tiles::Run;
pub use tilings::Tilings;
