//! All documents of a run: their normalized texts, ids and other fields, in
//! the order of the input.
//!
//! A corpus is filled by [`read`](crate::read), or from texts in memory by
//! [`Corpus::from_texts`]; it knows nothing of files and formats.

mod batch;
mod documents;
mod ids;
mod record;
mod spilled;
pub mod strings;
pub(crate) mod stub;
pub(crate) mod writer;

pub use documents::{Corpus, DocId};
pub use record::{Location, Record};
