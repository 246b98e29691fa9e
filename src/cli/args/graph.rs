//! Arguments of `leitong graph`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{ClusterOptionArgs, InputArgs, LinkArgs, MemoryArgs, NearArgs, RunArgs};
use crate::graph::formats::GraphFormat;
use crate::named::named_enum;

/// Default number of phrases in the graph: as many as a picture has room to
/// name. There are at most this many edges to phrases for each document.
const PHRASES: usize = 100;

/// Arguments of `leitong graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// File for the graph; - is stdout. The ending names the format: .graphml,
    /// .gexf, .dot or .gv, .json, .csv, .tsv, .parquet. The last two make two files,
    /// such as NAME.nodes.csv and NAME.edges.csv.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(in crate::cli) output: PathBuf,
    /// Format, if the ending does not name it: graphml, gexf, dot, json, csv or parquet.
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub(in crate::cli) format: Option<GraphFormat>,
    #[command(flatten)]
    pub(in crate::cli) near: NearArgs,
    #[command(flatten)]
    pub(in crate::cli) group: ClusterOptionArgs,
    #[command(flatten)]
    pub(in crate::cli) shape: ShapeArgs,
    #[command(flatten)]
    pub(in crate::cli) link: LinkArgs,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
}

/// What stands in the graph.
#[derive(Debug, Args)]
#[command(next_help_heading = "Graph")]
pub struct ShapeArgs {
    /// What a node is: document, or source (who shares with whom).
    #[arg(long, value_name = "LEVEL", default_value = "document")]
    pub(in crate::cli) level: Level,
    /// Add a node for each phrase that documents share, with an edge to every
    /// document that contains it.
    #[arg(long)]
    pub(in crate::cli) with_phrases: bool,
    /// Number of phrases to add, those with the highest score.
    #[arg(long, value_name = "N", default_value_t = PHRASES, requires = "with_phrases")]
    pub(in crate::cli) phrases_top: usize,
    /// Leave out nodes without an edge.
    #[arg(long)]
    pub(in crate::cli) connected: bool,
    /// Make a directed graph: edges lead from the earlier document to the
    /// later one. Where dates do not tell, edges follow the input and say so.
    #[arg(long)]
    pub(in crate::cli) directed: bool,
}

named_enum! {
    /// What a node is.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Level("level") {
        /// A document.
        Document = "document",
        /// All documents of a source.
        Source = "source",
    }
}
