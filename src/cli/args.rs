//! Options and their defaults, as clap reads them.

mod report;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::corpus::fold::{FoldStep, FoldSteps};
use crate::corpus::{CorpusOptions, Fields, ReadOptions};
use crate::graph::ClusterKind;
use crate::report::Format;
use crate::reuse::{self, Kind, PhraseSort};
use crate::similarity::{Measure, Method, NearOptions, Shingling};
pub use report::{LimitArgs, ReportArgs};

/// Finds near-duplicate articles and reused wording in large collections.
#[derive(Debug, Parser)]
#[command(name = "leitong", version, max_term_width = 100)]
#[command(after_help = "Exit: 0 done; 2 an error, or some input was skipped.")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Find near-duplicate pairs and clusters.
    ///
    /// Writes DIR/pairs.jsonl, DIR/clusters.jsonl and DIR/run.json. Similarities are exact.
    Cluster(ClusterArgs),
    /// Find phrases that documents share.
    ///
    /// Writes a record for each phrase to FILE or stdout: what it is, its variants and its places.
    Phrases(PhrasesArgs),
    /// Make the page that shows what a scan found.
    ///
    /// Writes DIR/report.html: one file that needs no network and no server.
    Report(ReportArgs),
}

/// Arguments of `leitong cluster`.
#[derive(Debug, Args)]
pub struct ClusterArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// Folder for the results; made if it is not there.
    #[arg(short, long, value_name = "DIR", help_heading = "Output")]
    pub(super) output: PathBuf,
    #[command(flatten)]
    pub(super) near: NearArgs,
    /// How pairs become clusters: star (every member reaches the threshold
    /// with the representative) or components (whatever hangs together).
    #[arg(long, value_name = "KIND", default_value_t, help_heading = "Output")]
    pub(super) clusters: ClusterKind,
    /// Format of the records: jsonl, csv or parquet.
    #[arg(long, value_name = "FORMAT", default_value_t, help_heading = "Output")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) run: RunArgs,
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
    #[arg(long, value_name = "FORMAT", default_value_t, help_heading = "Output")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) run: RunArgs,
}

/// Which phrases are wanted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Phrases")]
pub struct ChoiceArgs {
    /// Shortest phrase, in folded characters.
    #[arg(long, value_name = "N", default_value_t = reuse::MIN_LENGTH, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) min_length: u32,
    /// Fewest documents that have it.
    #[arg(long, value_name = "N", default_value_t = reuse::MIN_DOCUMENTS, value_parser = clap::value_parser!(u32).range(1..))]
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
    pub(super) kind: Option<Kind>,
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

/// What is read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders (walked in sorted order), or - for stdin. By name:
    /// .txt .md and unknown endings (one document each), .html, .jsonl,
    /// .ndjson, .csv, .tsv, .parquet; with .gz or .zst over any of them.
    #[arg(value_name = "INPUT", required = true)]
    pub(super) inputs: Vec<PathBuf>,
    /// Field of a record that holds its id.
    #[arg(long, value_name = "NAME", default_value = "id")]
    id_field: String,
    /// Field of a record that holds its text.
    #[arg(long, value_name = "NAME", default_value = "text")]
    text_field: String,
    /// Field of a record that holds its title.
    #[arg(long, value_name = "NAME", default_value = "title")]
    title_field: String,
    /// Field of a record that holds its date.
    #[arg(long, value_name = "NAME", default_value = "date")]
    date_field: String,
    /// Field of a record that holds its source.
    #[arg(long, value_name = "NAME", default_value = "source")]
    source_field: String,
    /// Stop at the first record or file that can't be read, instead of
    /// leaving it out with a word.
    #[arg(long)]
    strict: bool,
    /// Turn a fold step off: width, case, script, annotation, punctuation,
    /// markup or invisible. May be given several times.
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    no_fold: Vec<FoldStep>,
}

impl InputArgs {
    /// Returns how the corpus is read.
    pub(super) fn corpus_options(&self) -> CorpusOptions {
        let all = FoldSteps::default();
        let steps = self
            .no_fold
            .iter()
            .fold(all, |steps, step| steps.without(*step));
        let fields = Fields {
            id: self.id_field.clone(),
            text: self.text_field.clone(),
            title: self.title_field.clone(),
            date: self.date_field.clone(),
            source: self.source_field.clone(),
        };
        CorpusOptions {
            read: ReadOptions {
                fields,
                strict: self.strict,
            },
            steps,
            keep_texts: false,
        }
    }
}

/// What a near-duplicate is, and how it is looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Similarity")]
pub struct NearArgs {
    /// Length of a shingle in folded characters, or word:N for N words.
    /// Longer ones forgive less.
    #[arg(long, value_name = "K", alias = "shingle", default_value_t)]
    shingle_len: Shingling,
    /// Report pairs at least this similar, above 0 and up to 1. Lower values
    /// find more pairs and cost more time.
    #[arg(long, value_name = "SIM", default_value_t = NearOptions::default().threshold)]
    threshold: f64,
    /// jaccard (shared shingles out of all) or containment (out of those of
    /// the shorter text: finds excerpts, and articles under boilerplate).
    #[arg(long, value_name = "MEASURE", default_value_t)]
    measure: Measure,
    /// minhash, simhash, or exact (a join that misses nothing).
    #[arg(long, value_name = "METHOD", default_value_t)]
    method: Method,
    /// Chance that a pair at the threshold is found.
    #[arg(long, value_name = "P", default_value_t = NearOptions::default().recall)]
    recall: f64,
    /// For simhash, the most bits in which fingerprints may differ
    /// [default: solved from the threshold, at most 10].
    #[arg(long, value_name = "BITS")]
    max_distance: Option<u32>,
    /// Seed of the hash functions.
    #[arg(long, value_name = "N", default_value_t = NearOptions::default().seed)]
    seed: u64,
    /// Write every pair, also among many copies and in large families. The
    /// number can be quadratic.
    #[arg(long)]
    all_pairs: bool,
}

impl NearArgs {
    pub(super) fn options(&self) -> NearOptions {
        NearOptions {
            shingling: self.shingle_len,
            threshold: self.threshold,
            measure: self.measure,
            method: self.method,
            recall: self.recall,
            seed: self.seed,
            max_distance: self.max_distance,
            all_pairs: self.all_pairs,
        }
    }
}

/// How the program runs and what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Number of threads; 0 is one for each core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) threads: usize,
    /// Show progress on a terminal: auto or never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(super) progress: When,
    /// Print errors only.
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// When progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Not at all.
    Never,
}
