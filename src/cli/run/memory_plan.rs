//! `--memory` of commands that keep the order of all suffixes in memory: texts
//! go to disk, what is kept is reckoned once they are read, and what is more
//! than is allowed is refused before anything is sorted.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::cli::args::{MemoryArgs, RunArgs, Size};
use crate::cli::run::memory::{LEAST_ROOM, MOST_ROOM, MemoryRecord, READING, peak};
use crate::cli::run::number::grouped;
use crate::cli::say::say;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::read::{CorpusOptions, Inputs};
use crate::spill::SpillFolder;
use crate::write::is_special;

/// The program, its tables, and what its threads work with.
const BASE: u64 = 24_000_000;

/// What is kept of a document: names, dates, places in lists.
const DOCUMENT: u64 = 300;

/// What a command keeps of each normalized character. Measured as the peak on
/// four corpora of 4 to 245 MB, and rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum IndexWork {
    /// What is looked for in the texts.
    Near,
    /// The order of the suffixes, and what is known of each.
    Phrases,
    /// Both, the passages without what is written of them.
    Graph,
    /// The seeds that documents share, and where they stand.
    Passages,
    /// Both, and what is written at the same time.
    Scan,
}

impl IndexWork {
    /// Returns the bytes that two characters take.
    fn bytes_of_two(self) -> u64 {
        match self {
            IndexWork::Near => 5,
            IndexWork::Phrases => 20,
            IndexWork::Passages => 40,
            IndexWork::Graph => 28,
            IndexWork::Scan => 42,
        }
    }
}

/// What a run may take.
pub(in crate::cli) struct MemoryPlan {
    limit: u64,
    spill_folder: Arc<SpillFolder>,
    work: IndexWork,
    quiet: bool,
    /// Known once the texts are read.
    estimate: OnceLock<u64>,
}

impl MemoryPlan {
    /// Returns the limit, if there is one; `beside` is the file or folder
    /// where the output goes.
    pub(in crate::cli) fn new(
        args: &MemoryArgs,
        run: &RunArgs,
        work: IndexWork,
        inputs: &Inputs,
        beside: Option<&Path>,
    ) -> Result<Option<Self>> {
        let Some(Size(limit)) = args.memory else {
            return Ok(None);
        };
        let threads = run.thread_count();
        let reading = BASE + threads as u64 * READING;
        if reading > limit {
            let what = format!(
                "{} files on {threads} threads",
                grouped(inputs.len() as u64)
            );
            return Err(refused(limit, &what, reading, "take fewer --threads"));
        }
        let dir = args.temp_dir.clone();
        let dir = dir.unwrap_or_else(|| beside.map_or_else(std::env::temp_dir, folder_of));
        Ok(Some(MemoryPlan {
            limit,
            spill_folder: Arc::new(SpillFolder::new(&dir, LEAST_ROOM as usize)?),
            work,
            quiet: run.quiet,
            estimate: OnceLock::new(),
        }))
    }

    /// Returns where texts are to go.
    pub(in crate::cli) fn spill_folder(&self) -> Arc<SpillFolder> {
        self.spill_folder.clone()
    }

    /// Bounds what a text may take.
    pub(in crate::cli) fn bound(&self, options: &mut CorpusOptions) {
        options.read.limit = options.read.limit.within(self.limit);
    }

    /// Reckons what the run will take, says it and shares out the room; an
    /// error if that is too much.
    pub(in crate::cli) fn settle(&self, corpus: &Corpus) -> Result<()> {
        let characters: u64 = corpus.docs().map(|d| corpus.normalized_len(d) as u64).sum();
        let documents = corpus.len() as u64;
        let fixed = fixed(self.work, documents, characters);
        let what = format!(
            "{} documents of {} characters",
            grouped(documents),
            grouped(characters)
        );
        if fixed + LEAST_ROOM > self.limit {
            let least = fixed + LEAST_ROOM;
            return Err(refused(
                self.limit,
                &what,
                least,
                "cut the input into parts",
            ));
        }
        let room = (self.limit - fixed).min(MOST_ROOM);
        corpus.set_memory_budget(room as usize);
        let estimate = fixed + room.min(corpus.text_bytes() + LEAST_ROOM);
        if !self.quiet {
            say!(
                "leitong: memory: about {} of {} for {what}; spills to {}",
                Size(estimate),
                Size(self.limit),
                self.spill_folder.dir().display()
            );
        }
        // A run is settled once.
        let _ = self.estimate.set(estimate);
        Ok(())
    }

    /// Returns what is told of it in `run.json`.
    pub(in crate::cli) fn record(&self) -> MemoryRecord {
        MemoryRecord {
            limit: self.limit,
            estimate: self.estimate.get().copied().unwrap_or(0),
            peak: peak(),
            spilled: self.spill_folder.bytes_written(),
            temp_dir: self.spill_folder.dir().display().to_string(),
        }
    }
}

/// Returns what is taken besides the room.
fn fixed(work: IndexWork, documents: u64, characters: u64) -> u64 {
    BASE + documents * DOCUMENT + characters * work.bytes_of_two() / 2
}

fn refused(limit: u64, what: &str, least: u64, cure: &str) -> Error {
    Error::Memory {
        what: format!(
            "{} are too little for {what}; give it {} or more, or {cure}",
            Size(limit),
            Size(least.next_multiple_of(10_000_000)),
        ),
    }
}

/// Returns the folder that an output goes to; that of temporary files for a
/// device or a pipe.
fn folder_of(output: &Path) -> PathBuf {
    if output.is_dir() {
        return output.to_owned();
    }
    if is_special(output) {
        return std::env::temp_dir();
    }
    match output.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reckoned_is_no_less_than_what_was_measured() {
        // Documents, normalized characters; megabytes at the peak, maps of what
        // was spilled left out.
        use IndexWork::{Graph, Near, Phrases, Scan};
        let measured = [
            (73_671, 98_625_537, &[(Near, 283), (Phrases, 978)][..]),
            (
                16_417,
                6_822_341,
                &[(Near, 27), (Phrases, 82), (Graph, 103), (Scan, 167)],
            ),
            (
                21_577,
                12_886_292,
                &[(Near, 27), (Phrases, 128), (Graph, 198), (Scan, 283)],
            ),
            (
                88,
                1_318_335,
                &[(Near, 16), (Phrases, 34), (Graph, 32), (Scan, 48)],
            ),
        ];
        for (documents, characters, peaks) in measured {
            for &(work, peak) in peaks {
                let reckoned = fixed(work, documents, characters) as f64 / 1e6;
                let peak = f64::from(peak);
                assert!(reckoned > peak, "{work:?}: {reckoned} for {peak}");
                assert!(
                    reckoned < 1.3 * peak + 30.0,
                    "{work:?}: {reckoned} for {peak}"
                );
            }
        }
    }
}
