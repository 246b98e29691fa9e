//! Options and their defaults, as clap reads them.

mod compare;
mod dedup;
mod graph;
mod link;
mod memory;
mod report;
mod scan;
mod shared;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::phrases::{self, PhraseKind, PhraseSort};
use crate::write::Format;
pub use compare::CompareArgs;
pub use dedup::{DedupArgs, KeepArgs};
pub use graph::{GraphArgs, Level};
pub use link::LinkArgs;
pub use memory::{MemoryArgs, Size};
pub use report::{LimitArgs, ReportArgs};
pub use scan::ScanArgs;
pub use shared::{ClusterOptionArgs, InputArgs, NearArgs, ReadArgs, RunArgs, When};

/// Finds near-duplicate articles and reused wording in large collections.
#[derive(Debug, Parser)]
#[command(name = "leitong", version, max_term_width = 100)]
#[command(
    after_help = "Exit: 0 done; 1 done, and --check found duplicates; 2 an error, or some input was skipped."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Do everything below in one pass over the input.
    ///
    /// Writes pairs, clusters, phrases, families, shared passages, the graph, decisions, figures for each document and run.json into DIR.
    Scan(ScanArgs),
    /// Find near-duplicate pairs and clusters.
    ///
    /// Writes DIR/pairs.jsonl, DIR/clusters.jsonl and DIR/run.json. Similarities are exact.
    Cluster(ClusterArgs),
    /// Keep one of each kind of document, and say why the others go.
    ///
    /// Writes the documents that stay to FILE, their records byte for byte as they came, and
    /// beside it decisions.jsonl (a line for each document, with the reason) and run.json.
    Dedup(Box<DedupArgs>),
    /// Find phrases that documents share.
    ///
    /// Writes a record for each phrase to FILE or stdout: what it is, its variants and its places.
    Phrases(PhrasesArgs),
    /// Write the similarity graph for Gephi, networkx, igraph or Graphviz.
    ///
    /// A node is a document, an edge says what two of them share, how much, and which came first.
    Graph(GraphArgs),
    /// Show two documents side by side: how alike they are, what is shared, what changed.
    ///
    /// A and B are files with one document each, or FILE#ID: a document of a collection.
    Compare(CompareArgs),
    /// Make the page that shows what a scan found.
    ///
    /// Writes DIR/report.html: one file that needs no network and no server.
    Report(ReportArgs),
}

/// Returns the format of this name, if this build can write it.
fn table_format(name: &str) -> Result<Format, String> {
    match name.parse()? {
        Format::Parquet if !cfg!(feature = "parquet") => {
            Err("this build has no Parquet; build it with the feature `parquet`".to_owned())
        }
        format => Ok(format),
    }
}

/// Arguments of `leitong cluster`.
#[derive(Debug, Args)]
pub struct ClusterArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Normalizer for the results; made if it is not there.
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) near: NearArgs,
    #[command(flatten)]
    pub(super) group: ClusterOptionArgs,
    /// Format of the records: jsonl, csv or parquet.
    #[arg(long, value_name = "FORMAT", default_value_t, value_parser = table_format, help_heading = "Output")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) run: RunArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
}

/// Arguments of `leitong phrases`.
#[derive(Debug, Args)]
pub struct PhrasesArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// File for the records; stdout if it is not given.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(super) output: Option<PathBuf>,
    #[command(flatten)]
    pub(super) choice: ChoiceArgs,
    /// Format of the records: jsonl, csv or parquet.
    #[arg(long, value_name = "FORMAT", default_value_t, value_parser = table_format, help_heading = "Output")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) run: RunArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
}

/// Which phrases are wanted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Phrases")]
pub struct ChoiceArgs {
    /// Shortest phrase, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) min_length: u32,
    /// Fewest documents that have it.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_DOCUMENTS, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) min_documents: u32,
    /// Only the first N.
    #[arg(long, value_name = "N")]
    pub(super) top: Option<usize>,
    /// What comes first: score, documents or length.
    #[arg(long, value_name = "WHAT", default_value_t)]
    pub(super) sort: PhraseSort,
    /// Every maximal repeat, without judgement and ranking.
    #[arg(long, conflicts_with_all = ["top", "sort", "kind", "ignore", "suggest_ignore", "families", "timeline", "known"])]
    pub(super) all: bool,
    /// Only phrases of this kind: formula, boilerplate, quotation, name or
    /// number.
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<PhraseKind>,
    /// Leave out the phrases of this file, one a line; # begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(super) ignore: Option<PathBuf>,
    /// Write phrases that are seldom worth a look (boilerplate, names,
    /// numbers) to this file, to be edited and passed to --ignore.
    #[arg(long, value_name = "FILE")]
    pub(super) suggest_ignore: Option<PathBuf>,
    /// A record for each family of related phrases instead of each phrase.
    #[arg(long, conflicts_with = "known")]
    pub(super) families: bool,
    /// Add first and last date, first document, sources and counts by month.
    #[arg(long)]
    pub(super) timeline: bool,
    /// Write how formulaic each document is to this file.
    #[arg(long, value_name = "FILE")]
    pub(super) by_document: Option<PathBuf>,
    /// Look for the phrases of this file, one a line, and for no others.
    #[arg(long, visible_alias = "match", value_name = "FILE")]
    pub(super) known: Option<PathBuf>,
}
