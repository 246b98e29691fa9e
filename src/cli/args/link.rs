//! Options of what documents share beyond being near-duplicates.

use clap::Args;

use crate::passages::ReuseOptions;
use crate::pipeline::LinkOptions;

/// Fewest documents that make a phrase a formula, if each contains it
/// independently: what a few papers print of one wire copy is no formula.
const FORMULA_DOCUMENTS: u32 = 5;

/// Which shared passages link documents.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reuse")]
pub struct LinkArgs {
    /// Link near-duplicates only. Skips the search for phrases, which is most
    /// of the work.
    #[arg(long)]
    pub(in crate::cli) no_reuse: bool,
    /// Shortest run of equal characters that counts as reuse. Three letters of
    /// a script that separates words by spaces count as one character.
    #[arg(long, value_name = "N", default_value_t = ReuseOptions::default().min_run, value_parser = clap::value_parser!(u32).range(2..))]
    min_run: u32,
    /// Fewest characters in such runs that link two documents, formulas left
    /// out, and letters counted in the same way.
    #[arg(long, value_name = "N", default_value_t = ReuseOptions::default().min_shared, value_parser = clap::value_parser!(u32).range(1..))]
    min_shared: u32,
    /// Fewest documents with a phrase that make it a formula, which links no
    /// documents. Copies of one passage count once.
    #[arg(long, value_name = "N", default_value_t = FORMULA_DOCUMENTS, value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) formula_documents: u32,
    /// Leave out text between quotation marks.
    #[arg(long)]
    pub(in crate::cli) without_quotes: bool,
    /// Leave formulas out of the count of shared characters.
    #[arg(long, conflicts_with = "no_reuse")]
    without_formulas: bool,
}

impl LinkArgs {
    /// Returns what counts as shared.
    pub(in crate::cli) fn options(&self) -> LinkOptions {
        LinkOptions {
            reuse: ReuseOptions {
                min_run: self.min_run,
                min_shared: self.min_shared,
                without_quotes: self.without_quotes,
                without_formulas: self.without_formulas,
                ..ReuseOptions::default()
            },
            formula_documents: self.formula_documents,
            ..LinkOptions::default()
        }
    }

    /// Returns a description of the passages that link documents.
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
}
