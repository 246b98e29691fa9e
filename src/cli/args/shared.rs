//! Options that several commands share: input, similarity, clusters, run.

use std::path::PathBuf;

use clap::Args;

use crate::graph::ClusterKind;
use crate::near::{Measure, Method, NearOptions, Shingling};
use crate::read::{CorpusOptions, Fields, ReadOptions};
use crate::text::normalize::{NormalizeStep, NormalizeSteps};

/// What is read, and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders (walked in sorted order), or - for stdin. By name:
    /// .txt .md and unknown endings (one document each), .html, .jsonl,
    /// .ndjson, .csv, .tsv, .parquet; with .gz or .zst over any of them.
    #[arg(value_name = "INPUT", required = true)]
    pub(in crate::cli) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
}

/// How what is read is read and normalized.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct ReadArgs {
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
    /// Stop at the first record or file that can't be read, instead of naming
    /// it and leaving it out.
    #[arg(long)]
    strict: bool,
    /// Turn a step of the normalization off: width, case, script, annotation,
    /// punctuation, markup or invisible. May be given several times.
    #[arg(long, value_name = "STEP", value_delimiter = ',')]
    no_fold: Vec<NormalizeStep>,
}

impl InputArgs {
    /// Returns how the corpus is read.
    pub(in crate::cli) fn corpus_options(&self) -> CorpusOptions {
        self.read.corpus_options()
    }
}

impl ReadArgs {
    /// Returns how the corpus is read.
    pub(in crate::cli) fn corpus_options(&self) -> CorpusOptions {
        let all = NormalizeSteps::default();
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
            note_surface: false,
            spill_folder: None,
        }
    }
}

/// What a near-duplicate is, and how it is looked for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Similarity")]
pub struct NearArgs {
    /// Length of a shingle in normalized characters, or word:N for N words.
    /// With longer shingles, a single edit lowers the similarity more.
    #[arg(long, value_name = "K", alias = "shingle", default_value_t)]
    shingle_len: Shingling,
    /// Report pairs that are at least this similar, above 0 and up to 1. Lower
    /// values find more pairs and cost more time.
    #[arg(long, value_name = "SIM", default_value_t = NearOptions::default().threshold)]
    threshold: f64,
    /// Similarity: jaccard (the share of all shingles that both texts have) or
    /// containment (the share of the shorter text's shingles, which finds
    /// excerpts and articles under boilerplate).
    #[arg(long, value_name = "MEASURE", default_value_t)]
    measure: Measure,
    /// Search: minhash, simhash, or exact (a join that misses no pair).
    #[arg(long, value_name = "METHOD", default_value_t)]
    method: Method,
    /// Probability that a pair at the threshold is found.
    #[arg(long, value_name = "P", default_value_t = NearOptions::default().recall)]
    recall: f64,
    /// With simhash, the largest number of bits in which two fingerprints may
    /// differ [default: solved from the threshold, at most 10].
    #[arg(long, value_name = "BITS")]
    max_distance: Option<u32>,
    /// Seed of the hash functions.
    #[arg(long, value_name = "N", default_value_t = NearOptions::default().seed)]
    seed: u64,
    /// Write every pair, even among many copies and in large families. Their
    /// number can grow with the square of the documents.
    #[arg(long)]
    all_pairs: bool,
}

impl NearArgs {
    pub(in crate::cli) fn options(&self) -> NearOptions {
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

/// How pairs become clusters.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct ClusterOptionArgs {
    /// How pairs become clusters: star (every member reaches the threshold
    /// with the representative) or components (every chain of pairs).
    #[arg(long, value_name = "KIND", default_value_t)]
    pub(in crate::cli) clusters: ClusterKind,
}

/// How the program runs and what it says.
#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub struct RunArgs {
    /// Number of threads; 0 means one for each core.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) threads: usize,
    /// When to show progress: auto (on a terminal) or never.
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    pub(in crate::cli) progress: When,
    /// Print errors only.
    #[arg(short, long)]
    pub(in crate::cli) quiet: bool,
}

impl RunArgs {
    /// Returns the number of threads that a run has.
    pub(in crate::cli) fn thread_count(&self) -> usize {
        match self.threads {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            threads => threads,
        }
    }
}

/// When progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Not at all.
    Never,
}
