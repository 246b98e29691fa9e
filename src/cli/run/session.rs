//! What every command needs: threads, and something to work on.

use crate::cli::args::RunArgs;
use crate::cli::progress::Bar;
use crate::cli::run::summary;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::read::ReadReport;

/// Returns the threads that a run may use.
pub(in crate::cli) fn pool(args: &RunArgs) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads)
        .build()
        .map_err(|error| Error::Option {
            option: "--threads".into(),
            what: format!("{error}; ask for fewer"),
        })
}

/// Returns an error if there was nothing to read, after naming what was left
/// out.
///
/// Records that were there and are all broken are no such error: each is told
/// and counted, and the run ends as one does that left some out.
pub(in crate::cli) fn refuse_nothing(corpus: &Corpus, read: &ReadReport, bar: &Bar) -> Result<()> {
    if !corpus.is_empty() || read.skipped.iter().any(|skipped| skipped.line > 0) {
        return Ok(());
    }
    bar.clear();
    summary::print_skipped(&read.skipped, read.skipped_more);
    Err(Error::Format {
        input: "INPUT".into(),
        what: "no documents in it, so nothing was written; name files or folders that hold some"
            .into(),
    })
}
