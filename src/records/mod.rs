//! The records that runs write, a module for each kind.

pub mod decisions;
pub mod near;
pub mod passage_groups;
pub mod passages;
mod phrase_lines;
pub mod phrases;
pub mod reused_passages;
pub mod texts;
