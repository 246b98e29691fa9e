//! Near-duplicate and phrase-reuse detection for Chinese news and web text.

pub mod corpus;
pub mod error;
pub mod graph;
pub mod hash;
pub mod progress;
pub mod similarity;
mod kernel;
pub mod span;

pub use error::{Error, Result, Skipped};
pub use span::Span;
