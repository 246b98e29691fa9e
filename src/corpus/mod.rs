//! From INPUT to folded documents: walk, read, decode, fold.

mod chunk;
pub mod csv;
mod cut;
pub mod encoding;
pub mod html;
pub mod jsonl;
mod label;
mod mmap;
pub mod parquet;
pub mod reader;
pub mod record;
mod source;
mod tray;
pub mod walk;
