//! What two texts share, and what changed from one to the other.
//!
//! | | |
//! |---|---|
//! | [`PassageSearch`] | every passage that documents of a corpus share, edits included; groups of one passage |
//! | [`PairSearch`] | those of two texts, without a corpus |
//! | [`SharedWording`] | what the passages of two documents come to |
//! | [`passages`] | equal runs of eight characters and more, one-to-one: what relations are told by |
//! | [`Aligner::changes`] | what was replaced, inserted, deleted, moved |
//!
//! Aligners and [`PairSearch`] work on slices of UTF-16 units; only
//! [`PassageSearch`] knows documents.

mod changes;
mod edit;
mod halves;
mod passage;
mod search;
mod seed;
mod symbols;
mod tile;
mod tiles;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

pub use changes::{ANCHOR, ChangeOptions, Hunk, HunkKind};
pub use passage::{Aligner, Passage, PassageOptions, Passages, passages};
pub use search::{
    GroupMember, PairSearch, PassageGroup, PassageSearch, ReusedPassage, Scope, SharedWording,
    is_quoted, quoted_passages,
};
pub use tiles::Run;
