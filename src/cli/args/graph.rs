//! Arguments of `leitong graph`.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::{ClusterOptionArgs, InputArgs, LinkArgs, MemoryArgs, NearArgs, RunArgs};
use crate::graph::formats::GraphFormat;
use crate::named::named_enum;

/// Phrases that stand in the graph unless told otherwise: as many as a
/// picture can name. The edges to them are at most this often the documents.
const PHRASES: usize = 100;

/// Arguments of `leitong graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    /// File for the graph; - is stdout. Its ending is its format: .graphml,
    /// .gexf, .dot or .gv, .json, .csv, .parquet. The last two are two files,
    /// NAME.nodes.csv and NAME.edges.csv.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(in crate::cli) output: PathBuf,
    /// Format, whatever the ending: graphml, gexf, dot, json, csv or parquet.
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
    /// Add phrases that documents share, each with an edge to every document
    /// that has it.
    #[arg(long)]
    pub(in crate::cli) with_phrases: bool,
    /// With phrases, how many: those with the highest score.
    #[arg(long, value_name = "N", default_value_t = PHRASES, requires = "with_phrases")]
    pub(in crate::cli) phrases_top: usize,
    /// Leave out nodes without an edge.
    #[arg(long)]
    pub(in crate::cli) connected: bool,
    /// Make a directed graph: edges go from the earlier document to the
    /// later. Without a known order they go by the input and say so.
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
