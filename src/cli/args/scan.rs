//! Arguments of `leitong scan`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{
    ClusterOptionArgs, InputArgs, KeepArgs, LimitArgs, LinkArgs, MemoryArgs, NearArgs, RunArgs,
};
use crate::phrases;

/// Phrases that a scan writes unless told otherwise: more than anyone reads,
/// and the tail of a large corpus is many times its size.
const TOP: usize = 20_000;

/// Arguments of `leitong scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// Normalizer for the results; made if it is not there.
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(in crate::cli) output: PathBuf,
    /// Write no report.html.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_report: bool,
    #[command(flatten)]
    pub(in crate::cli) limit: LimitArgs,
    #[command(flatten)]
    pub(in crate::cli) keep: KeepArgs,
    #[command(flatten)]
    pub(in crate::cli) near: NearArgs,
    #[command(flatten)]
    pub(in crate::cli) group: ClusterOptionArgs,
    #[command(flatten)]
    pub(in crate::cli) link: LinkArgs,
    #[command(flatten)]
    pub(in crate::cli) choice: ScanChoiceArgs,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
}

/// Which phrases are wanted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Phrases")]
pub struct ScanChoiceArgs {
    /// Shortest phrase, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) min_length: u32,
    /// Fewest documents that have a phrase.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_DOCUMENTS, value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) min_documents: u32,
    /// Only the first N phrases. `leitong phrases` writes all of them.
    #[arg(long, value_name = "N", default_value_t = TOP)]
    pub(in crate::cli) top: usize,
}
