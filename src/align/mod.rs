//! What two folded texts share, and what changed between them.
//!
//! Works on slices of UTF-16 units and knows nothing of documents.
//!
//! | | |
//! |---|---|
//! | [`passages`] | matched spans, longest first, one-to-one |
//! | [`Aligner::changes`] | what was replaced, inserted, deleted, moved |
//! | [`Tilings`] | the equal runs of many pairs, found once |

mod changes;
mod edit;
mod halves;
mod passage;
mod seed;
mod symbols;
mod tile;
mod tilings;

#[cfg(test)]
mod naive;
#[cfg(test)]
mod tests;

pub use changes::{ANCHOR, ChangeOptions, Hunk, HunkKind};
pub use passage::{Aligner, Passage, PassageOptions, Passages, passages};
pub use tile::Run;
pub use tilings::Tilings;
