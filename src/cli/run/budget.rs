//! How much memory a run may take, and where the rest goes: what `--memory`
//! says, or a default that only binds what would not fit.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::args::{MemoryArgs, RunArgs, Size};
use crate::cli::run::machine::DefaultLimit;
use crate::cli::say::say;
use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::read::{CorpusOptions, RecordLimit};
use crate::spill::{Overflow, SpillFolder};

/// The program and its tables (measured: 40 MB).
pub(in crate::cli) const BASE: u64 = 48_000_000;

/// What a thread takes to read: a chunk, its records, and what they are
/// normalized to.
pub(in crate::cli) const READING: u64 = 24_000_000;

/// The least room for sorting and for maps of what was spilled.
pub(in crate::cli) const LEAST_ROOM: u64 = 32_000_000;

/// How much a run may take.
pub(in crate::cli) struct Budget {
    pub(in crate::cli) limit: u64,
    place: Place,
}

/// Where texts go.
enum Place {
    /// Here, for `--memory` asks for it.
    Asked(Arc<SpillFolder>),
    /// Here, if they don't fit into what a run may take by default.
    Default(Arc<Overflow>, DefaultLimit),
}

impl Budget {
    /// Returns what a run may take; `None` where the system tells no memory and
    /// no option asks for a limit. `dir` is the folder for the rest, unless one
    /// is named.
    pub(in crate::cli) fn new(
        args: &MemoryArgs,
        run: &RunArgs,
        dir: impl FnOnce() -> PathBuf,
    ) -> Result<Option<Budget>> {
        let dir = || args.temp_dir.clone().unwrap_or_else(dir);
        if let Some(Size(limit)) = args.memory {
            let folder = SpillFolder::new(&dir(), LEAST_ROOM as usize)?;
            let place = Place::Asked(Arc::new(folder));
            return Ok(Some(Budget { limit, place }));
        }
        if let Some(named) = &args.temp_dir {
            // One that can't be written is told before the work, needed or not.
            SpillFolder::new(named, LEAST_ROOM as usize)?;
        }
        let Some(default) = DefaultLimit::of_this_run() else {
            return Ok(None);
        };
        let limit = default.bytes();
        let reading = BASE + run.thread_count() as u64 * READING;
        let held = limit.saturating_sub(reading).max(limit / 2);
        let overflow = Overflow::new(&dir(), held, LEAST_ROOM as usize);
        let place = Place::Default(Arc::new(overflow), default);
        Ok(Some(Budget { limit, place }))
    }

    /// Returns a limit that was asked for.
    #[cfg(test)]
    pub(in crate::cli) fn in_temporary_folder(limit: u64) -> Budget {
        let folder = SpillFolder::new(&std::env::temp_dir(), 0).unwrap();
        let place = Place::Asked(Arc::new(folder));
        Budget { limit, place }
    }

    /// Returns whether an option asks for the limit.
    pub(in crate::cli) fn is_asked(&self) -> bool {
        matches!(self.place, Place::Asked(_))
    }

    /// Returns where texts go, if they do.
    pub(in crate::cli) fn folder(&self) -> Option<&Arc<SpillFolder>> {
        match &self.place {
            Place::Asked(folder) => Some(folder),
            Place::Default(overflow, _) => overflow.folder(),
        }
    }

    /// Bounds what a text may take.
    pub(in crate::cli) fn bound(&self, options: &mut CorpusOptions) {
        let limit = options.read.limit;
        options.read.limit = match &self.place {
            Place::Asked(_) => limit.within(self.limit),
            Place::Default(..) => limit.within_default(self.limit),
        };
    }

    /// Gives a context the budget.
    pub(in crate::cli) fn context(&self, ctx: Context) -> Context {
        match &self.place {
            Place::Asked(folder) => ctx.with_memory(folder.clone()),
            Place::Default(overflow, _) => ctx.with_overflow(overflow.clone()),
        }
    }

    /// Returns whether a corpus that was read is to be worked on with a limit: it
    /// is asked for, or the corpus and the `more` bytes that the work on it takes
    /// would not fit. Its texts are on disk then.
    pub(in crate::cli) fn binds(
        &self,
        corpus: &mut Corpus,
        more: u64,
        is_quiet: bool,
    ) -> Result<bool> {
        let Place::Default(overflow, default) = &self.place else {
            return Ok(true);
        };
        if corpus.spill_folder().is_none() {
            if corpus.bytes_held().saturating_add(more) <= self.limit {
                return Ok(false);
            }
            corpus.spill(overflow.open()?.clone())?;
        }
        if !is_quiet && let Some(folder) = overflow.folder() {
            say!(
                "leitong: memory: this would take more than {} ({default}); spills to {}; --memory sets another limit",
                Size(self.limit),
                folder.dir().display(),
            );
        }
        Ok(true)
    }

    /// Returns the limit and what would be enough, as they are told of a run that
    /// needs `least` bytes.
    pub(in crate::cli) fn too_little(&self, least: u64) -> (String, Size) {
        let (limit, enough) = Size::too_little(self.limit, least);
        match &self.place {
            Place::Asked(_) => (limit, enough),
            Place::Default(_, default) => (format!("{limit} ({default})"), enough),
        }
    }
}

/// Bounds what a text may take in commands that keep to no budget.
pub(in crate::cli) fn bounded_by_default(limit: RecordLimit) -> RecordLimit {
    let default = DefaultLimit::of_this_run();
    default.map_or(limit, |default| limit.within_default(default.bytes()))
}
