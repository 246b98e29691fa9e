//! Arguments of `leitong scan`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{
    ClusterOptionArgs, InputArgs, KeepArgs, LimitArgs, LinkArgs, MemoryArgs, NearArgs, ResumeArgs,
    RunArgs,
};
use crate::phrases;

/// Default number of phrases that a scan writes: more than anyone reads, while
/// all phrases of a large corpus take many times its size.
const TOP: usize = 20_000;

/// Arguments of `leitong scan`.
#[derive(Debug, Args)]
pub struct ScanArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// Folder for the results; created if it does not exist.
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
    #[command(flatten)]
    pub(in crate::cli) resume: ResumeArgs,
}

/// Which phrases to write.
#[derive(Debug, Args)]
#[command(next_help_heading = "Phrases")]
pub struct ScanChoiceArgs {
    /// Shortest phrase, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) min_length: u32,
    /// Fewest documents that contain a phrase.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_DOCUMENTS, value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) min_documents: u32,
    /// Write only the N best phrases. `leitong phrases` writes all of them.
    #[arg(long, value_name = "N", default_value_t = TOP)]
    pub(in crate::cli) top: usize,
}
