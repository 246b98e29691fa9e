//! Arguments of `leitong compare`.

use clap::Args;

use crate::cli::args::ReadArgs;
use crate::near::{NearOptions, Shingling};

/// Arguments of `leitong compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// A file that holds one document, FILE#ID for a document of a
    /// collection or a folder, or - for stdin.
    #[arg(value_name = "A")]
    pub(in crate::cli) a: String,
    /// The other document, named in the same way.
    #[arg(value_name = "B")]
    pub(in crate::cli) b: String,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
    /// Length of a shingle in normalized characters, or word:N for N words.
    #[arg(
        long,
        value_name = "K",
        alias = "shingle",
        default_value_t,
        help_heading = "Similarity"
    )]
    pub(in crate::cli) shingle_len: Shingling,
    /// Print one JSON record instead of a page.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) json: bool,
    /// Width of the page in columns [default: that of the terminal, or 100].
    #[arg(long, value_name = "N", help_heading = "Output", value_parser = clap::value_parser!(u16).range(40..=1000))]
    pub(in crate::cli) width: Option<u16>,
    /// Number of sentences to show before and after each change.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        conflicts_with = "full",
        help_heading = "Output"
    )]
    pub(in crate::cli) context: usize,
    /// Show both texts in full.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) full: bool,
    /// Say which stage of a search finds or refuses the pair, instead of
    /// showing it.
    #[arg(long, conflicts_with_all = ["json", "full"], help_heading = "Output")]
    pub(in crate::cli) why: bool,
    /// With --why, the threshold of the search.
    #[arg(
        long,
        value_name = "SIM",
        default_value_t = NearOptions::default().threshold,
        requires = "why",
        help_heading = "Similarity"
    )]
    pub(in crate::cli) threshold: f64,
}
