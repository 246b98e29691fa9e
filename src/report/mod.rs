//! Writes results: whole files, in JSON Lines, CSV or Parquet.

pub mod compare;
pub mod decisions;
pub mod graph;
pub mod html;
pub mod kept;
pub mod lines;
pub mod near;
pub mod output;
pub mod passages;
mod phrase_lines;
pub mod phrases;
pub mod table;
pub mod texts;

pub use lines::{Lines, Target};
pub(crate) use output::is_special;
pub use output::{OutputDir, OutputFile};
pub use table::Format;
