//! Writes results: whole files, in JSON Lines, CSV or Parquet.

pub mod compare;
pub mod graph;
pub mod html;
pub mod near;
pub mod output;
pub mod phrases;
pub mod table;

pub use output::{OutputDir, OutputFile};
pub use table::Format;
