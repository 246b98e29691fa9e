//! Arguments of `leitong passages`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::dedup::Field;
use crate::cli::args::{InputArgs, MemoryArgs, RecordArgs, RunArgs};
use crate::dedup::{Rules, Sources, Window};
use crate::passages::PassageSearch;
use crate::pipeline::ReuseOptions;

/// Arguments of `leitong passages`.
#[derive(Debug, Args)]
pub struct PassagesArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    #[command(flatten)]
    pub(in crate::cli) records: RecordArgs,
    /// Write a record for each passage that documents share to this file: all
    /// that have it, the earliest first, each aligned with the earliest.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(in crate::cli) groups: Option<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) choice: PassageChoiceArgs,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
}

/// Which passages to write.
#[derive(Debug, Args)]
#[command(next_help_heading = "Passages")]
pub struct PassageChoiceArgs {
    /// Shortest passage, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = PassageSearch::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(6..))]
    min_length: u32,
    /// Least share of a passage that is equal in both documents, from 0.5 to 1:
    /// equal characters out of the columns of the alignment.
    #[arg(long, value_name = "SHARE", default_value_t = PassageSearch::MIN_IDENTITY, value_parser = least_identity)]
    min_identity: f64,
    /// Write only the N passages with the most characters of their own, those
    /// with the most first.
    #[arg(long, value_name = "N")]
    pub(in crate::cli) top: Option<usize>,
    /// Leave out passages that stand between quotation marks, with more than
    /// half of their text, in one of the documents.
    #[arg(long)]
    pub(in crate::cli) without_quotes: bool,
    /// Compare only documents that are at most this far apart in time: 90m,
    /// 12h, 3d, 2w. Documents whose date names no day are not compared.
    #[arg(long, value_name = "TIME")]
    window: Option<Window>,
    /// Compare only documents of the same source. Documents without a source
    /// are not compared.
    #[arg(long, value_name = "WHAT", conflicts_with = "across")]
    within: Option<Field>,
    /// Compare only documents of different sources. Documents without a source
    /// are not compared.
    #[arg(long, value_name = "WHAT")]
    across: Option<Field>,
}

impl PassageChoiceArgs {
    /// Returns which passages are wanted, and whether their groups are.
    pub(in crate::cli) fn options(&self, groups: bool) -> ReuseOptions {
        ReuseOptions {
            passages: PassageSearch {
                min_length: self.min_length,
                min_identity: self.min_identity,
            },
            rules: self.rules(),
            without_quotes: self.without_quotes,
            groups,
            top: self.top,
        }
    }

    /// Returns which documents are compared.
    pub(in crate::cli) fn rules(&self) -> Rules {
        Rules {
            drop_templates: true,
            window: self.window,
            sources: match (self.within, self.across) {
                (Some(Field::Source), _) => Sources::Within,
                (_, Some(Field::Source)) => Sources::Across,
                _ => Sources::Any,
            },
        }
    }
}

/// Parses the least identity of a passage.
pub(super) fn least_identity(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "expected a number".to_owned())?;
    match (0.5..=1.0).contains(&share) {
        true => Ok(share),
        false => Err("expected a share from 0.5 to 1".to_owned()),
    }
}
