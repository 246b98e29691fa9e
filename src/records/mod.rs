//! The records that runs write, a module for each kind.

pub mod check;
pub mod cuts;
pub mod decisions;
pub mod edges;
pub mod kept;
pub mod near;
pub mod passage_groups;
pub mod passages;
mod phrase_lines;
pub mod phrases;
pub mod texts;
