//! Arguments of `leitong dedup` about what is there already.

use std::path::PathBuf;

use clap::Args;

use crate::library::OnConflict;

/// What is there already.
#[derive(Debug, Args)]
#[command(next_help_heading = "What is there already")]
pub struct AgainstArgs {
    /// Keep only what is new beside this: a library, or files and folders, which
    /// are read as INPUT is. What is there stays, whatever --keep says. May be
    /// given several times.
    #[arg(long, value_name = "LIB|FILES", conflicts_with = "resume")]
    pub(in crate::cli) against: Vec<PathBuf>,
    /// Let documents go only for what is there already, not for one another.
    #[arg(long, requires = "against")]
    pub(in crate::cli) only_against: bool,
    /// Add the documents that stay to the library, once the outputs are on disk.
    #[arg(long, requires = "against", conflicts_with_all = ["dry_run", "check"])]
    pub(in crate::cli) add: bool,
    /// What --add does with a document whose id is in the library already, with
    /// another text: skip it (it is named, and still among those that stay),
    /// replace the other one, or error (nothing is written).
    #[arg(long, value_name = "WAY", default_value_t, requires = "add")]
    pub(in crate::cli) on_conflict: OnConflict,
}
