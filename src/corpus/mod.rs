//! From INPUT to folded documents: walk, read, decode, fold.

mod batch;
mod chunk;
mod csv;
pub mod document;
pub mod dress;
pub mod encoding;
pub mod fold;
mod gauge;
pub(crate) mod guess;
mod html;
mod ids;
mod jsonl;
pub(crate) mod letters;
pub(crate) mod mmap;
pub(crate) mod original;
mod pages;
mod parquet;
pub mod pick;
pub mod quotes;
pub mod reader;
pub mod record;
mod source;
mod spilled;
pub mod strings;
mod tray;
pub mod walk;

#[cfg(test)]
mod tests;

pub use document::{Corpus, CorpusOptions, DocId, ReadReport};
pub use dress::Dress;
pub use record::{Fields, Place, ReadOptions, Record};
pub use walk::Inputs;
