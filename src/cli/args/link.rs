//! Options of what documents share beyond being near-duplicates.

use clap::Args;

use crate::cli::args::passages::least_identity;
use crate::passages::PassageSearch;
use crate::pipeline::LinkOptions;

/// Fewest documents that make a phrase a formula, if each contains it
/// independently: what a few papers print of one wire copy is no formula.
const FORMULA_DOCUMENTS: u32 = 5;

/// Fewest characters in passages that link two documents: a sentence or two.
const MIN_SHARED: u32 = 50;

/// Which shared passages link documents.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reuse")]
pub struct LinkArgs {
    /// Link near-duplicates only. Skips the search for phrases and for other
    /// passages, which is most of the work.
    #[arg(long)]
    pub(in crate::cli) no_reuse: bool,
    /// Shortest passage that two documents share, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = PassageSearch::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(6..))]
    min_passage: u32,
    /// Least share of a passage that is equal in both documents, from 0.5 to 1:
    /// equal characters out of the columns of the alignment.
    #[arg(long, value_name = "SHARE", default_value_t = PassageSearch::MIN_IDENTITY, value_parser = least_identity)]
    min_identity: f64,
    /// Fewest equal characters that link two documents, in passages that are
    /// more than formulas and boilerplate. Five letters of a script that
    /// separates words by spaces count as two characters.
    #[arg(long, value_name = "N", default_value_t = MIN_SHARED, value_parser = clap::value_parser!(u32).range(1..))]
    min_shared: u32,
    /// Fewest documents with a phrase that make it a formula; a passage that is
    /// no more links no documents. Copies of one passage count once.
    #[arg(long, value_name = "N", default_value_t = FORMULA_DOCUMENTS, value_parser = clap::value_parser!(u32).range(2..))]
    formula_documents: u32,
    /// Leave out passages that stand between quotation marks, with more than
    /// half of their text, in one of the documents.
    #[arg(long)]
    pub(in crate::cli) without_quotes: bool,
    /// Leave formulas and boilerplate out of the count of shared characters.
    #[arg(long, conflicts_with = "no_reuse")]
    without_formulas: bool,
}

impl LinkArgs {
    /// Returns what links documents.
    pub(in crate::cli) fn options(&self) -> LinkOptions {
        LinkOptions {
            passages: PassageSearch {
                min_length: self.min_passage,
                min_identity: self.min_identity,
            },
            min_shared: self.min_shared,
            formula_documents: self.formula_documents,
            without_quotes: self.without_quotes,
            without_formulas: self.without_formulas,
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
            "reuse in passages of {} and more, identity {} and more, {} characters together, formulas of {} documents{without}",
            self.min_passage, self.min_identity, self.min_shared, self.formula_documents
        )
    }
}
