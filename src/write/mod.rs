//! Output files that appear whole or not at all: lines of JSON, and tables as
//! JSON Lines, CSV, TSV or Parquet; and the same tables in memory.

mod columns;
pub(crate) mod lines;
pub(crate) mod output;
#[cfg(feature = "parquet")]
mod parquet;
#[cfg(not(feature = "parquet"))]
#[path = "no_parquet.rs"]
mod parquet;
pub(crate) mod record;
pub(crate) mod set;
pub(crate) mod table;
pub(crate) mod unfinished;

pub use columns::{ColumnTable, ColumnValues, TableColumn};
pub use lines::{Lines, Receiver, Target};
pub(crate) use output::is_special;
pub use output::{OutputDir, OutputFile};
pub use set::{FileDigest, OutputSet};
pub use table::{Cell, Format, Kind, TableOptions};
