//! From INPUT to folded documents: walk, read, decode, fold.

mod chunk;
mod csv;
pub mod document;
pub mod dress;
pub mod encoding;
pub mod fold;
mod html;
mod jsonl;
pub(crate) mod mmap;
pub(crate) mod original;
mod parquet;
pub mod pick;
pub mod quotes;
pub mod reader;
pub mod record;
mod source;
pub mod strings;
mod tray;
pub mod walk;

#[cfg(test)]
mod tests;

pub use document::{Corpus, CorpusOptions, DocId, ReadReport};
pub use dress::Dress;
pub use record::{Fields, Place, ReadOptions, Record};
pub use walk::Inputs;
