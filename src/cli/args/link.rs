//! Options of what documents share beyond being near-duplicates.

use clap::Args;

use crate::passages::{CandidateOptions, ReuseOptions};

/// Documents that make a phrase everybody's, if each has it of its own: what a
/// handful of papers print of one wire copy is no formula.
const FORMULA_DOCUMENTS: u32 = 5;

/// Which shared passages link documents.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reuse")]
pub struct LinkArgs {
    /// Link near-duplicates only. Phrases need not be found then, which is
    /// most of the work.
    #[arg(long)]
    pub(in crate::cli) no_reuse: bool,
    /// Shortest run of equal characters that counts as reuse; three letters of
    /// a script that parts words by spaces count as one character.
    #[arg(long, value_name = "N", default_value_t = ReuseOptions::default().min_run, value_parser = clap::value_parser!(u32).range(2..))]
    min_run: u32,
    /// Fewest characters in such runs, outside formulas, that link two
    /// documents, counted likewise.
    #[arg(long, value_name = "N", default_value_t = ReuseOptions::default().min_shared, value_parser = clap::value_parser!(u32).range(1..))]
    min_shared: u32,
    /// Documents that must have a phrase before it is everybody's and links
    /// nobody; the copies of one passage count once.
    #[arg(long, value_name = "N", default_value_t = FORMULA_DOCUMENTS, value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) formula_documents: u32,
    /// Leave out what stands between quotation marks.
    #[arg(long)]
    pub(in crate::cli) without_quotes: bool,
    /// Leave formulas out of the shared characters.
    #[arg(long, conflicts_with = "no_reuse")]
    without_formulas: bool,
}

impl LinkArgs {
    /// Returns what counts as shared.
    pub(in crate::cli) fn options(&self) -> ReuseOptions {
        ReuseOptions {
            min_run: self.min_run,
            min_shared: self.min_shared,
            without_quotes: self.without_quotes,
            without_formulas: self.without_formulas,
            ..ReuseOptions::default()
        }
    }

    /// Says which passages link documents.
    pub(in crate::cli) fn description(&self) -> String {
        if self.no_reuse {
            return "no reuse".to_owned();
        }
        let without = [
            (self.without_quotes, ", without quotations"),
            (self.without_formulas, ", without formulas"),
        ];
        let without: String = without
            .iter()
            .filter_map(|(left_out, words)| left_out.then_some(*words))
            .collect();
        format!(
            "reuse in runs of {} and more, {} characters outside formulas of {} documents{without}",
            self.min_run, self.min_shared, self.formula_documents
        )
    }

    /// Returns which documents are worth comparing.
    pub(in crate::cli) fn candidates(&self) -> CandidateOptions {
        CandidateOptions {
            min_run: self.min_run,
            min_shared: self.min_shared,
            ..CandidateOptions::default()
        }
    }
}
