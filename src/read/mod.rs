//! From INPUT to documents: walk, open, cut, decode, parse.
//!
//! | | |
//! |---|---|
//! | [`walk`] | INPUT arguments to an ordered list of inputs, each with its kind |
//! | `source` | an input as bytes, decompressed as it is read |
//! | `chunk` | inputs cut into pieces that threads read apart |
//! | [`encoding`] | bytes to characters |
//! | `json`, `csv`, `parquet`, `html`, `subtitles`, `lines`, `docx`, `pdf`, `warc` | one format each, to the fields of a record |
//! | [`reader`] | all of it on all cores, into one sink a chunk |
//! | [`read`](fn@read) | the whole: inputs to a [`Corpus`](crate::corpus::Corpus) |

#[cfg(feature = "parquet")]
pub(crate) mod blocks;
mod buffer;
mod chunk;
mod collection;
mod collector;
mod csv;
#[cfg(feature = "documents")]
mod docx;
pub mod encoding;
pub(crate) mod estimate;
pub mod fields;
mod file_filter;
mod html;
mod into_corpus;
mod json;
mod limit;
mod lines;
#[cfg(feature = "documents")]
mod office;
#[cfg(not(feature = "documents"))]
#[path = "no_office.rs"]
mod office;
pub(crate) mod original;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "no_parquet.rs"]
pub(crate) mod parquet;
mod path_fields;
#[cfg(feature = "documents")]
mod pdf;
pub mod pick;
pub mod reader;
pub mod selection;
mod selector;
pub mod sink;
mod source;
pub(crate) mod stamp;
mod subtitles;
pub mod walk;
mod warc;

#[cfg(test)]
mod tests;

pub use csv::{Quote, TableOptions};
pub use fields::{Fields, InputFormat, ReadOptions};
pub use file_filter::{FileFilter, FilePattern};
pub use into_corpus::{CorpusOptions, ReadReport, read};
pub use limit::RecordLimit;
pub use path_fields::PathFields;
pub use selection::{Period, Sample, Selection};
pub use walk::Inputs;
