//! Options and their defaults, as clap reads them.

mod against;
mod check;
mod compare;
mod config;
mod dedup;
mod graph;
mod help;
mod index;
mod link;
mod memory;
mod passages;
mod report;
mod scan;
mod serve;
mod shared;
mod table;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::phrases::{self, PhraseKind, PhraseSort};
use crate::write::Format;
pub use against::AgainstArgs;
pub use check::CheckArgs;
pub use compare::CompareArgs;
pub use config::arguments;
pub use dedup::{DedupArgs, KeepArgs};
pub use graph::{GraphArgs, Level};
pub use help::command;
pub use index::{AddedArgs, IndexArgs, IndexCommand};
pub use link::LinkArgs;
pub use memory::{MemoryArgs, ResumeArgs, Size};
pub use passages::{PassageChoiceArgs, PassagesArgs};
pub use report::{LimitArgs, ReportArgs};
pub use scan::ScanArgs;
pub use serve::ServeArgs;
pub use shared::{ClusterOptionArgs, InputArgs, NearArgs, ReadArgs, RunArgs, When};
pub use table::{RecordArgs, TableArgs};

/// Finds near-duplicate articles and reused wording in large collections.
#[derive(Debug, Parser)]
#[command(name = "leitong", version)]
#[command(
    after_help = "Exit: 0 done; 1 done, and --check or --fail-over found what it looks for; 2 done, and some input was left out; 3 an error, and nothing was written."
)]
pub struct Cli {
    /// The command to run.
    #[command(subcommand)]
    pub command: Command,
    /// Take options from this TOML file, named as here: threshold = 0.5. The
    /// command line wins; [dedup] begins those of one command.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find near-duplicates, phrases and passages in one pass.
    ///
    /// Writes pairs, clusters, phrases, families, edges, passages and their groups, the graph,
    /// decisions, figures for each document, report.html and run.json to DIR.
    Scan(ScanArgs),
    /// Find near-duplicate pairs and clusters.
    ///
    /// Writes DIR/pairs.jsonl, DIR/clusters.jsonl and DIR/run.json. Similarities are exact.
    Cluster(ClusterArgs),
    /// Keep one of each set of similar documents, with the reasons.
    ///
    /// Writes the documents that stay to FILE, byte for byte as they came, and beside it
    /// decisions.jsonl (a line for each document, with the reason) and run.json.
    Dedup(Box<DedupArgs>),
    /// Find phrases that documents share.
    ///
    /// Writes a record for each phrase to FILE or stdout: its kind, its variants, its occurrences.
    Phrases(PhrasesArgs),
    /// Find the passages that documents share, edits included.
    ///
    /// Writes a record for each passage of two documents to FILE or stdout: where it stands in
    /// both, how much of it is equal, what was edited, who had it first.
    Passages(PassagesArgs),
    /// Write the graph for Gephi, networkx, igraph or Graphviz.
    ///
    /// A node is a document; an edge says what two documents share, how much, and which came first.
    Graph(GraphArgs),
    /// Show two documents side by side, and what changed.
    ///
    /// A and B are files of one document each, or FILE#ID for a document of a collection.
    Compare(CompareArgs),
    /// Make and keep a library of documents on disk.
    ///
    /// LIB is a folder that `leitong check` asks: it holds the documents and all that finds their
    /// like.
    Index(IndexArgs),
    /// Say where a text comes from: what a library has of it.
    ///
    /// Lists documents that are nearly the same, every passage that stands in one of them, edits
    /// included, and what share of the text that is.
    Check(Box<CheckArgs>),
    /// Answer through HTTP what a library has, with a page for the desk.
    ///
    /// Listens on this machine alone unless there are API keys. Ends at SIGTERM or SIGINT, when
    /// what was asked is answered.
    Serve(ServeArgs),
    /// Write the page that shows what a scan found.
    ///
    /// Writes DIR/report.html, one file that needs no network and no server.
    Report(ReportArgs),
    /// Print the completion script of a shell.
    ///
    /// The script goes to stdout; the examples show where each shell looks for it.
    Completions(CompletionsArgs),
}

/// Arguments of `leitong completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell: bash, elvish, fish, powershell or zsh.
    #[arg(value_name = "SHELL", value_enum, hide_possible_values = true)]
    pub(super) shell: clap_complete::Shell,
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
    /// Folder for the results; created if it does not exist.
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(super) output: PathBuf,
    /// Write the pairs between INPUT and this library instead of those inside
    /// INPUT, and no clusters: a is a document of INPUT, b one of the library.
    #[arg(
        long,
        value_name = "LIB",
        conflicts_with = "resume",
        help_heading = "Similarity"
    )]
    pub(super) library: Option<PathBuf>,
    #[command(flatten)]
    pub(super) near: NearArgs,
    #[command(flatten)]
    pub(super) group: ClusterOptionArgs,
    #[command(flatten)]
    pub(super) table: TableArgs,
    #[command(flatten)]
    pub(super) run: RunArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
    #[command(flatten)]
    pub(super) resume: ResumeArgs,
}

/// Arguments of `leitong phrases`.
#[derive(Debug, Args)]
pub struct PhrasesArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) records: RecordArgs,
    #[command(flatten)]
    pub(super) choice: ChoiceArgs,
    /// Leave out where each phrase occurs.
    #[arg(long, help_heading = "Output")]
    pub(super) no_places: bool,
    /// Print a table to read instead of records; a terminal gets one anyway,
    /// of 50 phrases unless --top says otherwise.
    #[arg(long = "table", help_heading = "Output", conflicts_with_all = ["output", "format", "excel", "columns", "no_places", "all", "families", "known"])]
    pub(super) as_table: bool,
    #[command(flatten)]
    pub(super) run: RunArgs,
    #[command(flatten)]
    pub(super) memory: MemoryArgs,
}

/// Which phrases to write.
#[derive(Debug, Args)]
#[command(next_help_heading = "Phrases")]
pub struct ChoiceArgs {
    /// Shortest phrase, in normalized characters.
    #[arg(long, value_name = "N", default_value_t = phrases::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) min_length: u32,
    /// Fewest documents that contain a phrase [default: 2]; with --known, 2 or
    /// more leaves out phrases of the list that fewer documents contain.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) min_documents: Option<u32>,
    /// Write only the first N records.
    #[arg(long, value_name = "N")]
    pub(super) top: Option<usize>,
    /// Order of the records, largest first: score, documents or length.
    #[arg(long, value_name = "WHAT", default_value_t)]
    pub(super) sort: PhraseSort,
    /// Write every maximal repeat, unscored and unranked.
    #[arg(long, conflicts_with_all = ["top", "sort", "kind", "ignore", "suggest_ignore", "families", "timeline", "known"])]
    pub(super) all: bool,
    /// Of --all, most places that are listed of each repeat; 0 lists all of
    /// them [default: 1000; where these have more than 100,000 characters
    /// together fewer, but 16].
    #[arg(long, value_name = "N", requires = "all")]
    pub(super) places: Option<usize>,
    /// Of --all, list repeats of more than 1,000 characters too that overlap
    /// themselves by half: of a text that is one character or one line again and
    /// again there are thousands, each a little longer than the one before.
    #[arg(long, requires = "all")]
    pub(super) overlapping: bool,
    /// Write only phrases of this kind: formula, idiom, term, name, number,
    /// quotation or boilerplate.
    #[arg(long, value_name = "KIND")]
    pub(super) kind: Option<PhraseKind>,
    /// Leave out the phrases that this file lists, one per line; # begins a
    /// comment.
    #[arg(long, value_name = "FILE")]
    pub(super) ignore: Option<PathBuf>,
    /// Write the phrases that are seldom of interest (boilerplate, terms, names,
    /// numbers) to this file, to edit and pass to --ignore.
    #[arg(long, value_name = "FILE")]
    pub(super) suggest_ignore: Option<PathBuf>,
    /// Write one record for each family of related phrases instead of one for
    /// each phrase.
    #[arg(long, conflicts_with = "known")]
    pub(super) families: bool,
    /// Add the first and last date, the first document, the sources and the
    /// number of documents by month.
    #[arg(long)]
    pub(super) timeline: bool,
    /// Write a record for each document to this file: how much of it is
    /// formulas.
    #[arg(long, value_name = "FILE")]
    pub(super) by_document: Option<PathBuf>,
    /// Look only for the phrases that this file lists, one per line.
    #[arg(long, visible_alias = "match", value_name = "FILE", conflicts_with_all = ["top", "sort", "kind", "ignore", "suggest_ignore"])]
    pub(super) known: Option<PathBuf>,
}
