//! The records that runs write, one module a kind.

pub mod decisions;
pub mod near;
pub mod passages;
mod phrase_lines;
pub mod phrases;
pub mod texts;
