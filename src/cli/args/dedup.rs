//! Arguments of `leitong dedup`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::{
    AgainstArgs, ClusterOptionArgs, InputArgs, MemoryArgs, NearArgs, ResumeArgs, RunArgs, TableArgs,
};
use crate::dedup::levels::CutLevel;
use crate::dedup::{Keep, Policy, Rules, Sources, Window};
use crate::error::Error;
use crate::read::Inputs;

/// Arguments of `leitong dedup`.
#[derive(Debug, Args)]
pub struct DedupArgs {
    #[command(flatten)]
    pub(in crate::cli) input: InputArgs,
    #[command(flatten)]
    pub(in crate::cli) output: KeptArgs,
    #[command(flatten)]
    pub(in crate::cli) choice: KeepArgs,
    #[command(flatten)]
    pub(in crate::cli) there: AgainstArgs,
    #[command(flatten)]
    pub(in crate::cli) level: LevelArgs,
    #[command(flatten)]
    pub(in crate::cli) near: NearArgs,
    #[command(flatten)]
    pub(in crate::cli) group: ClusterOptionArgs,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
    #[command(flatten)]
    pub(in crate::cli) resume: ResumeArgs,
}

/// What is written, and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct KeptArgs {
    /// File for the documents to keep, byte for byte as they came if its ending
    /// is that of the input, compressed if its name ends with .gz or .zst. With
    /// another ending (.jsonl, .csv, .tsv, .parquet), or from inputs of several
    /// kinds, records with id, text, title, date and source in UTF-8. If each
    /// input file is one document, .txt is the list of files to keep. - is
    /// stdout.
    #[arg(
        short,
        long,
        value_name = "FILE",
        required_unless_present_any = ["copy_to", "decisions", "dry_run", "check", "suggest"]
    )]
    pub(in crate::cli) output: Option<PathBuf>,
    /// Write records anew, with the cluster of each document and its size, the
    /// number of documents that went for it and how they are related to it.
    #[arg(long, requires = "output")]
    pub(in crate::cli) add_columns: bool,
    /// New folder for copies of the input files, each under its own path:
    /// files of one document that stay, files of records without those that go.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) copy_to: Option<PathBuf>,
    /// File for the decisions [default: NAME.decisions.jsonl beside FILE or
    /// DIR, NAME being its name without the ending]. Its ending is its format.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) decisions: Option<PathBuf>,
    /// File for the records that can't be read, byte for byte as they came.
    /// They are named and left out with or without this option.
    #[arg(long, value_name = "FILE", requires = "output", conflicts_with_all = ["since", "until", "sample"])]
    pub(in crate::cli) rejects: Option<PathBuf>,
    /// Write N of the documents that go beside those that they go for, chosen
    /// by --seed, into NAME.audit.txt beside FILE, DIR or the decisions.
    #[arg(long, value_name = "N", conflicts_with_all = ["dry_run", "check"])]
    pub(in crate::cli) audit: Option<usize>,
    #[command(flatten)]
    pub(in crate::cli) table: TableArgs,
    /// Show which documents would go, and write nothing.
    #[arg(long, conflicts_with_all = ["output", "copy_to", "decisions", "rejects"])]
    pub(in crate::cli) dry_run: bool,
    /// Show which documents would go, write nothing, and exit with 1 if there
    /// are any.
    #[arg(long, conflicts_with_all = ["output", "copy_to", "decisions", "rejects"])]
    pub(in crate::cli) check: bool,
}

/// What is one unit: documents, or parts of them.
#[derive(Debug, Args)]
#[command(next_help_heading = "Level")]
pub struct LevelArgs {
    /// What goes if it repeats: document, or only the paragraph, line or passage
    /// that stands in an earlier text as well (or earlier in the same). Options
    /// of similarity then have no part in it; NAME.cuts.jsonl tells every cut.
    #[arg(long, value_name = "LEVEL", default_value = "document")]
    level: LevelName,
    /// Fewest normalized characters of what is cut [default: 8 for lines and
    /// paragraphs, 50 for passages].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..))]
    pub(in crate::cli) min_length: Option<u32>,
    /// Write the lines or paragraphs that repeat to this file, by source, the
    /// most frequent first: a list to edit and pass to --cut-only.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) suggest: Option<PathBuf>,
    /// Cut only lines or paragraphs that stand in this file, one a line.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) cut_only: Option<PathBuf>,
}

/// What goes if it repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum LevelName {
    Document,
    Paragraph,
    Line,
    Passage,
}

impl LevelArgs {
    /// Returns the level of cuts; nothing for whole documents.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if an option of cuts is given for whole documents.
    pub(in crate::cli) fn cut_level(&self) -> Result<Option<CutLevel>, Error> {
        let is_for_cuts = [
            (self.min_length.is_some(), "--min-length"),
            (self.suggest.is_some(), "--suggest"),
            (self.cut_only.is_some(), "--cut-only"),
        ];
        match self.level {
            LevelName::Paragraph => Ok(Some(CutLevel::Paragraph)),
            LevelName::Line => Ok(Some(CutLevel::Line)),
            LevelName::Passage => Ok(Some(CutLevel::Passage)),
            LevelName::Document => match is_for_cuts.iter().find(|(is_given, _)| *is_given) {
                Some((_, option)) => Err(Error::Option {
                    option: (*option).to_owned(),
                    what: "needs --level line or paragraph (or passage, for a length)".to_owned(),
                }),
                None => Ok(None),
            },
        }
    }
}

/// Which documents stay.
#[derive(Debug, Args)]
#[command(next_help_heading = "Choice")]
pub struct KeepArgs {
    /// Which of several similar documents stays: first, earliest, latest,
    /// longest, source:A,B (A before B before all others), path:A,B (files or
    /// folders, or patterns of them), field:NAME:max or field:NAME:min (the
    /// number in a field of the records). A second --keep decides between
    /// documents that the first one ranks equal [default: first; of a text and
    /// an excerpt from it, the longer].
    #[arg(long, value_name = "POLICY")]
    keep: Vec<Keep>,
    /// What becomes of texts that state different facts in one template: keep
    /// (all of them stay) or drop (all but one go).
    #[arg(long, value_name = "WHAT", default_value = "keep")]
    templates: Templates,
    /// Compare only documents that are at most this far apart in time: 90m,
    /// 12h, 3d, 2w. Documents whose date names no day are not compared.
    #[arg(long, value_name = "TIME")]
    window: Option<Window>,
    /// Compare only documents of the same source. Documents without a source
    /// are not compared.
    #[arg(long, value_name = "WHAT", conflicts_with = "across")]
    within: Option<Field>,
    /// Compare only documents of different sources. Documents without a source
    /// are not compared.
    #[arg(long, value_name = "WHAT")]
    across: Option<Field>,
    /// Decisions by hand, which stand above all others: a line of JSON for each
    /// document, as the page of a report exports them. {"id":…,"action":"keep"},
    /// or "drop" with "duplicate_of", or "not_duplicate_of".
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) decisions_by: Option<PathBuf>,
}

/// What becomes of texts that fill one template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Templates {
    Keep,
    Drop,
}

/// The field that documents are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Field {
    Source,
}

impl KeepArgs {
    /// Returns the policy for these inputs.
    pub(in crate::cli) fn policy(&self, inputs: &Inputs) -> Policy {
        let mut policy = Policy::new(self.keep.clone());
        policy.place(inputs);
        policy
    }

    /// Returns the name of the further field that decides; empty for none.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if there are several.
    pub(in crate::cli) fn further_field(&self) -> Result<String, Error> {
        let mut fields = self.keep.iter().filter_map(|key| match key {
            Keep::Field { name, .. } => Some(name),
            _ => None,
        });
        let first = fields.next().cloned().unwrap_or_default();
        match fields.find(|name| **name != first) {
            Some(other) => Err(Error::Option {
                option: format!("--keep field:{other}"),
                what: format!("one field can decide, and that is {first:?}; leave one of them out"),
            }),
            None => Ok(first),
        }
    }

    pub(in crate::cli) fn rules(&self) -> Rules {
        Rules {
            drop_templates: self.templates == Templates::Drop,
            window: self.window,
            sources: match (self.within, self.across) {
                (Some(Field::Source), _) => Sources::Within,
                (_, Some(Field::Source)) => Sources::Across,
                _ => Sources::Any,
            },
        }
    }
}
