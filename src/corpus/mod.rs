//! From INPUT to folded documents: walk, read, decode, fold.

pub mod document;
pub mod fold;
pub mod record;
pub mod strings;

pub use document::{Corpus, DocId};
