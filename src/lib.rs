//! Near-duplicate and phrase-reuse detection for Chinese news and web text.

#[doc(hidden)]
pub mod bench_api;
pub mod cli;
pub mod corpus;
pub mod error;
pub mod graph;
pub mod hash;
mod kernel;
pub mod progress;
pub mod report;
pub mod reuse;
pub mod similarity;
pub mod span;
pub mod synthetic;

pub use error::{Error, Result, Skipped};
pub use span::Span;
