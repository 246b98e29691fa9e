//! Arguments of `leitong index`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::args::{MemoryArgs, ReadArgs, RunArgs};
use crate::error::Error;
use crate::library::{OnConflict, Settings};
use crate::near::NearOptions;
use crate::read::{FileFilter, FilePattern, Inputs};

/// Arguments of `leitong index`.
#[derive(Debug, Args)]
pub struct IndexArgs {
    #[command(subcommand)]
    pub(in crate::cli) act: IndexCommand,
}

/// What to do with a library.
#[derive(Debug, Subcommand)]
pub enum IndexCommand {
    /// Make a library, and add the documents of INPUT if there are any.
    Create(Box<CreateArgs>),
    /// Add the documents of INPUT. Run again after an interruption, it goes on
    /// where it was.
    Add(Box<AddArgs>),
    /// Remove documents by their ids.
    Remove(RemoveArgs),
    /// Say what a library holds and takes.
    Info(InfoArgs),
    /// Make one segment of all, without what was removed, and find the
    /// library's formulas anew.
    Compact(CompactArgs),
    /// Read every byte, and name the first that is not what was written.
    Verify(LibraryArgs),
    /// Write all documents as JSON Lines.
    Export(ExportArgs),
}

/// What is added, and how it is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub struct AddedArgs {
    /// Files, folders, quoted patterns or -, as for the other commands.
    #[arg(value_name = "INPUT", help_heading = None)]
    inputs: Vec<PathBuf>,
    /// Of folders, read only files that match. May be given several times.
    #[arg(long, value_name = "PATTERN")]
    include: Vec<FilePattern>,
    /// Of folders, leave out files and folders that match. May be given
    /// several times.
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<FilePattern>,
    #[command(flatten)]
    pub(in crate::cli) read: ReadArgs,
    /// What to do with a document whose id is there already: skip it, replace
    /// the other one, or error (nothing is added).
    #[arg(long, value_name = "WAY", default_value_t, help_heading = "Library")]
    pub(in crate::cli) on_conflict: OnConflict,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,
}

impl AddedArgs {
    /// Finds the inputs; `None` if none are named.
    pub(in crate::cli) fn find(&self) -> Result<Option<Inputs>, Error> {
        if self.inputs.is_empty() {
            return Ok(None);
        }
        let filter = FileFilter::new(self.include.clone(), self.exclude.clone());
        Inputs::find_in(&self.inputs, &filter).map(Some)
    }
}

/// Arguments of `leitong index create`.
#[derive(Debug, Args)]
pub struct CreateArgs {
    /// The folder of the library: a new one, or an empty one.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) added: AddedArgs,
    /// Least Jaccard similarity at which near-duplicates are found, from 0.3 to
    /// 1. A lower floor takes more space.
    #[arg(long, value_name = "SIM", default_value_t = Settings::FLOOR, help_heading = "Library")]
    pub(in crate::cli) floor: f64,
    /// Length of a shingle in normalized characters.
    #[arg(long, value_name = "K", default_value_t = 5, help_heading = "Library")]
    pub(in crate::cli) shingle_len: u32,
    /// Probability that a pair at the floor is found.
    #[arg(long, value_name = "P", default_value_t = NearOptions::default().recall, help_heading = "Library")]
    pub(in crate::cli) recall: f64,
    /// Seed of the hash functions.
    #[arg(long, value_name = "N", default_value_t = NearOptions::default().seed, help_heading = "Library")]
    pub(in crate::cli) seed: u64,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

/// Arguments of `leitong index add`.
#[derive(Debug, Args)]
pub struct AddArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) added: AddedArgs,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

/// Arguments of `leitong index remove`.
#[derive(Debug, Args)]
pub struct RemoveArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    /// Ids of documents.
    #[arg(value_name = "ID", required_unless_present = "ids_from")]
    pub(in crate::cli) ids: Vec<String>,
    /// File of ids, one a line; - for stdin.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) ids_from: Option<PathBuf>,
    /// Print the ids that would go, and remove nothing.
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

/// Arguments of `leitong index info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    /// Print one JSON record instead of a table.
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// Arguments of `leitong index compact`.
#[derive(Debug, Args)]
pub struct CompactArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    /// Make no phrase register: formulas are not known to a check then.
    #[arg(long)]
    pub(in crate::cli) no_phrases: bool,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

/// Arguments of `leitong index verify`.
#[derive(Debug, Args)]
pub struct LibraryArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    #[command(flatten)]
    pub(in crate::cli) run: RunArgs,
}

/// Arguments of `leitong index export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The folder of the library.
    #[arg(value_name = "LIB")]
    pub(in crate::cli) library: PathBuf,
    /// File for the records [default: stdout].
    #[arg(short, long, value_name = "FILE")]
    pub(in crate::cli) output: Option<PathBuf>,
}
