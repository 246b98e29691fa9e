//! `--memory` of commands that keep all texts in memory: what a run will take
//! is reckoned once they are read, and what is more than is allowed is refused
//! before anything is sorted.

use std::sync::OnceLock;

use super::args::{HoldArgs, RunArgs, Size};
use super::memory::{MemoryRecord, peak};
use super::summary::grouped;
use crate::corpus::Corpus;
use crate::error::{Error, Result};

/// The program, its tables, and what its threads read with.
const BASE: u64 = 32_000_000;

/// What is kept of a document besides its text: names, dates, places in lists.
const DOCUMENT: u64 = 300;

/// What a command keeps of each folded character, besides the text. Measured
/// as the peak on four corpora of 4 to 245 MB (9 to 14 bytes) and rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    /// Folded texts, and what is looked for in them.
    Near,
    /// The order of the suffixes, and what is known of each.
    Phrases,
    /// Both.
    Graph,
    /// Both, and what is written at the same time.
    Scan,
}

impl Kept {
    /// Returns the bytes that two characters take.
    fn bytes_of_two(self) -> u64 {
        match self {
            Kept::Near => 12,
            Kept::Phrases => 21,
            Kept::Graph => 27,
            Kept::Scan => 29,
        }
    }
}

/// What a run may take.
pub(super) struct Hold {
    limit: u64,
    kept: Kept,
    quiet: bool,
    /// Known once the texts are read.
    estimate: OnceLock<u64>,
}

impl Hold {
    /// Returns the limit, if there is one.
    pub(super) fn new(args: &HoldArgs, run: &RunArgs, kept: Kept) -> Option<Self> {
        let Size(limit) = args.memory?;
        Some(Hold {
            limit,
            kept,
            quiet: run.quiet,
            estimate: OnceLock::new(),
        })
    }

    /// Reckons what the run will take and says it; an error if that is too
    /// much.
    pub(super) fn settle(&self, corpus: &Corpus) -> Result<()> {
        let characters: u64 = corpus.docs().map(|d| corpus.folded(d).len() as u64).sum();
        let documents = corpus.len() as u64;
        let estimate = self.reckon(documents, characters, corpus.text_bytes());
        let what = format!(
            "{} documents of {} characters",
            grouped(documents),
            grouped(characters)
        );
        if estimate > self.limit {
            return Err(self.refused(&what, estimate));
        }
        if !self.quiet {
            eprintln!(
                "leitong: memory: about {} of {} for {what}",
                Size(estimate),
                Size(self.limit)
            );
        }
        // A run is settled once.
        let _ = self.estimate.set(estimate);
        Ok(())
    }

    fn reckon(&self, documents: u64, characters: u64, bytes: u64) -> u64 {
        BASE + bytes + documents * DOCUMENT + characters * self.kept.bytes_of_two() / 2
    }

    fn refused(&self, what: &str, least: u64) -> Error {
        Error::Memory {
            what: format!(
                "{} are too little for {what}; give it {} or more, or cut the input into parts",
                Size(self.limit),
                Size(least.next_multiple_of(10_000_000)),
            ),
        }
    }

    /// Returns what is told of it in `run.json`.
    pub(super) fn record(&self) -> MemoryRecord {
        MemoryRecord {
            limit: self.limit,
            estimate: self.estimate.get().copied().unwrap_or(0),
            peak: peak(),
            spilled: None,
            temp_dir: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reckoned_is_no_less_than_what_was_measured() {
        // Documents, folded characters, bytes of text; peaks in bytes.
        let measured = [
            (73_671, 98_625_537, 245_303_173, [1_233, 1_537, 1_617]),
            (16_417, 6_808_529, 22_063_320, [111, 123, 137]),
            (21_577, 12_799_218, 16_323_219, [147, 176, 193]),
            (88, 1_315_784, 4_351_903, [44, 38, 51]),
        ];
        for (documents, characters, bytes, peaks) in measured {
            for (kept, peak) in [Kept::Phrases, Kept::Graph, Kept::Scan]
                .into_iter()
                .zip(peaks)
            {
                let hold = Hold {
                    limit: u64::MAX,
                    kept,
                    quiet: true,
                    estimate: OnceLock::new(),
                };
                let reckoned = hold.reckon(documents, characters, bytes) as f64 / 1e6;
                let peak = f64::from(peak);
                assert!(reckoned > peak, "{kept:?}: {reckoned} for {peak}");
                assert!(
                    reckoned < 1.5 * peak + 20.0,
                    "{kept:?}: {reckoned} for {peak}"
                );
            }
        }
    }
}
