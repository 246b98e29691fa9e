//! Arguments of `leitong check`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{InputArgs, RunArgs};
use crate::library::{CheckOptions, SHARED_RUN};
use crate::passages::PassageSearch;

/// Arguments of `leitong check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// The library that is asked.
    #[arg(long, value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    /// List documents that are at least this similar; from the library's floor
    /// on, which is the default.
    #[arg(long, value_name = "SIM", help_heading = "Similarity")]
    threshold: Option<f64>,
    /// Shortest passage, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = SHARED_RUN as u32, value_parser = clap::value_parser!(u32).range(6..), help_heading = "Similarity")]
    min_length: u32,
    /// Least share of a passage that is equal in both documents, from 0.5 to 1.
    #[arg(long, value_name = "SHARE", default_value_t = PassageSearch::MIN_IDENTITY, value_parser = super::passages::least_identity, help_heading = "Similarity")]
    min_identity: f64,
    /// Source whose documents are the draft's own: source:NAME. May be given
    /// several times.
    #[arg(long, value_name = "WHAT", value_parser = own, help_heading = "Similarity")]
    own: Vec<String>,
    /// Leave out the document with this id. May be given several times.
    #[arg(long, value_name = "ID", help_heading = "Similarity")]
    without_id: Vec<String>,
    /// Leave out the documents of this source. May be given several times.
    #[arg(long, value_name = "NAME", help_heading = "Similarity")]
    without_source: Vec<String>,
    /// File for the results [default: stdout]: .jsonl for a record a draft,
    /// .html for a page to read and print.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Print a JSON record for each draft instead of a view.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) json: bool,
    /// Exit with 1 if more than this share of a draft stands in the library:
    /// 30% or 0.3.
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Output")]
    pub(in crate::cli) fail_over: Option<f64>,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

impl CheckArgs {
    /// Returns what is looked for.
    pub(in crate::cli) fn options(&self) -> CheckOptions {
        CheckOptions {
            threshold: self.threshold,
            min_length: self.min_length,
            min_identity: self.min_identity,
            own: self.own.clone(),
            exclude_ids: self.without_id.clone(),
            exclude_sources: self.without_source.clone(),
        }
    }
}

/// Parses the draft's own source.
fn own(text: &str) -> Result<String, String> {
    match text.strip_prefix("source:") {
        Some(name) if !name.is_empty() => Ok(name.to_owned()),
        _ => Err("expected source:NAME".to_owned()),
    }
}

/// Parses a share.
fn share(text: &str) -> Result<f64, String> {
    let (number, whole) = match text.strip_suffix(['%', '％']) {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let share: f64 = number
        .trim()
        .parse()
        .map_err(|_| "expected a share such as 30% or 0.3".to_owned())?;
    match (0.0..=whole).contains(&share) {
        true => Ok(share / whole),
        false => Err("expected a share from 0% to 100%".to_owned()),
    }
}
