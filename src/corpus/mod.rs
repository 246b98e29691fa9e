//! All documents of a run: their normalized texts, ids and other fields, in
//! the order of the input.
//!
//! A corpus is filled by [`read`](crate::read), or from documents in memory by
//! [`Corpus::builder`]; it knows nothing of files and formats.

mod batch;
mod builder;
mod columns;
mod document;
mod documents;
mod ids;
pub(crate) mod notice;
mod other_texts;
mod record;
mod spilled;
pub mod strings;
pub(crate) mod stub;
mod texts;
mod warning;
pub(crate) mod writer;

pub use builder::{BuildOptions, CorpusBuilder};
pub use columns::{Column, Columns, TextOwner};
pub use document::Document;
pub use documents::{Corpus, DocId};
pub use record::{Location, Record};
pub use warning::CorpusWarning;

/// Longest text that is taken, in bytes. Offsets in a batch of texts have 32
/// bits; half of their range leaves room for the rest of the batch.
pub(crate) const TEXT_MAX: usize = 1 << 31;
