//! Options of the tables that several commands write.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::table_format;
use crate::write::Format;

/// Where records go, and how they are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct RecordArgs {
    /// File for the records [default: stdout]. Its ending is its format: .jsonl,
    /// .csv, .tsv or .parquet.
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) table: TableArgs,
}

/// How records are written.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct TableArgs {
    /// Format of records that no file name decides: those on stdout, and in
    /// DIR. jsonl, csv, tsv or parquet [default: jsonl].
    #[arg(long, value_name = "FORMAT", value_parser = table_format)]
    pub(in crate::cli) format: Option<Format>,
    /// Write CSV and TSV for Excel: with a byte order mark, no cell longer than
    /// 32,767 characters, and an apostrophe before text that begins like a
    /// formula.
    #[arg(long)]
    pub(in crate::cli) excel: bool,
    /// Write these columns, in this order: a,b,c.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(in crate::cli) columns: Vec<String>,
}
