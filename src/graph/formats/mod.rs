//! Graphs, in the formats that graph tools read.
//!
//! Nodes and edges are written one by one; memory holds one of them, for Parquet
//! a row group.
//!
//! | | |
//! |---|---|
//! | [`GraphFormat`] | which formats there are, and their file endings |
//! | [`GraphTarget`] | the files, opened before the long work begins |
//! | [`GraphWriter`] | takes nodes, then edges, in any format |
//! | [`documents`], [`sources`] | graphs of documents and of sources, with their attributes |

pub mod documents;
mod dot;
mod format;
mod gexf;
mod graphml;
mod json;
mod model;
mod names;
mod phrases;
pub mod sources;
mod tables;
#[cfg(test)]
mod tests;
mod writer;
mod xml;

pub use format::{GraphFormat, GraphTarget};
pub use model::{Link, Node, Shape};
pub use writer::GraphWriter;
