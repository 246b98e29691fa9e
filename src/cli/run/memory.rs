//! `--memory`: what a run will take, whether that is allowed, and what it
//! took.

use std::path::PathBuf;

use serde::Serialize;

use crate::amounts::grouped;
use crate::cli::args::{MemoryArgs, RunArgs, Size};
use crate::cli::run::budget::{BASE, Budget, LEAST_ROOM, READING};
use crate::cli::run::reckoning;
use crate::cli::say::say;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::near::{Method, Pair};
use crate::read::Inputs;
use crate::read::estimate::{InputEstimate, estimate};

/// Bytes of a unit of text in UTF-16, as it is spilled.
const UNIT: u64 = 2;

/// What is kept of each input: its names.
const INPUT: u64 = 300;

/// The most room for sorting and for maps of what was spilled; beyond it nothing
/// is gained.
pub(in crate::cli) const MOST_ROOM: u64 = 3_000_000_000;

/// Pairs for each document that are reckoned with before any is known; half of
/// them are no copies.
const PAIRS: f64 = 0.3;

/// What is kept of a pair: it, its relation, what either text says of its own,
/// and its place in two lists.
const PAIR: u64 = 20 + 1 + 2 + 2 * 4;

/// What is kept of a document while relations are told: that it is the first of
/// its wording.
const RELATING_DOCUMENT: u64 = 4;

/// What is kept of a pair while relations are told: it, and its class.
const RELATING: u64 = 20 + 32;

/// The same of a pair of two wordings, further: where they differ, and that the
/// corpus is asked for these.
const RELATING_EDITED: u64 = 48 + 24;

/// Most that is counted of the wording that pairs share
/// (`relation::spread`): 16 million windows.
const SPREAD: u64 = 210_000_000;

/// Bytes of text for each byte that counting these windows takes, up to
/// [`SPREAD`].
const SPREAD_SHARE: u64 = 4;

/// Bytes of text for each byte of it in documents of pairs of two wordings, whose
/// windows alone are counted; reckoned with before any pair is known. Of the
/// documents three in ten are in such a pair then, and they may be longer than
/// the others.
const PAIRED_SHARE: u64 = 2;

/// Bytes of text for each byte of the windows that are sorted.
const WINDOWS_SHARE: u64 = 16;

/// Bytes of candidates for each document, repetitions included: a guess, and
/// no more than a buffer.
const CANDIDATES: u64 = 100;

/// What candidates and sketches take for each document where memory has no
/// limit.
const SEARCHED: u64 = 100;

/// The most that the shingle sets of candidates take.
const SETS: u64 = 128_000_000;

/// Which lists a command keeps of its documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Work {
    Cluster,
    Dedup,
}

impl Work {
    /// Bytes for each document, besides pairs: of which text it is a copy, and
    /// by how many it is one; for `dedup` also its place in the order of the
    /// policy and back, which copy of it stays, and what became of it.
    fn bytes_a_document(self) -> u64 {
        match self {
            Work::Cluster => 12,
            Work::Dedup => 28,
        }
    }
}

/// How many pairs there are.
#[derive(Clone, Copy)]
struct PairCounts {
    pairs: u64,
    /// Those of two wordings.
    edited: u64,
    /// Characters of the documents of these, if they are counted.
    characters: Option<u64>,
}

impl PairCounts {
    /// Returns what is reckoned with before any pair is known.
    fn guess(documents: u64) -> Self {
        let pairs = (documents as f64 * PAIRS) as u64;
        let edited = pairs / 2;
        PairCounts {
            pairs,
            edited,
            characters: None,
        }
    }

    /// Returns the bytes that counting the windows of their documents takes, of
    /// so many bytes of text.
    fn spread(self, bytes: u64) -> u64 {
        /// Bytes of a character.
        const CHARACTER: u64 = 3;
        let paired = match self.characters {
            Some(characters) => bytes.min(characters * CHARACTER),
            None => bytes / PAIRED_SHARE,
        };
        SPREAD.min(paired / SPREAD_SHARE)
    }

    /// Returns the bytes that they take while relations are told.
    fn relating(self) -> u64 {
        self.pairs * RELATING + self.edited * RELATING_EDITED
    }
}

/// What a run may take, and how that is shared out.
pub(in crate::cli) struct Memory {
    budget: Budget,
    guess: InputEstimate,
    inputs: u64,
    work: Work,
    threads: u64,
    method: Method,
    /// Bytes for each document while candidates are looked for.
    lookup: u64,
    estimate: u64,
    /// Whether texts are kept as they were read, too.
    keeps_texts: bool,
    quiet: bool,
}

impl Memory {
    /// Reckons what a run will take; `None` if it may take what it likes. What
    /// nobody asks for is reckoned once the documents are read.
    ///
    /// `beside` is the folder where the output goes.
    pub(in crate::cli) fn new(
        args: &MemoryArgs,
        run: &RunArgs,
        method: Method,
        work: Work,
        inputs: &Inputs,
        beside: impl FnOnce() -> PathBuf,
    ) -> Result<Option<Self>> {
        let Some(budget) = Budget::new(args, run, beside)? else {
            return Ok(None);
        };
        let mut memory = Memory {
            guess: match budget.is_asked() {
                true => estimate(inputs),
                false => InputEstimate::default(),
            },
            budget,
            inputs: inputs.len() as u64 * INPUT,
            work,
            threads: run.thread_count() as u64,
            method,
            lookup: match method {
                Method::SimHash => 8 + 12,
                _ => 8,
            },
            estimate: 0,
            keeps_texts: false,
            quiet: run.quiet,
        };
        if let Some(folder) = memory.budget.folder() {
            let InputEstimate {
                documents, bytes, ..
            } = memory.guess;
            let room = memory.room(documents, None, bytes, "about ")?;
            folder.set_budget(room as usize);
            memory.estimate = memory.peak(documents, bytes, room);
        }
        Ok(Some(memory))
    }

    /// Reckons with the texts as they were read, too, if they are kept.
    pub(in crate::cli) fn keeping_texts(self, keeps_texts: bool) -> Self {
        Memory {
            keeps_texts,
            ..self
        }
    }

    /// Returns what the run may take.
    pub(in crate::cli) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Says what will be taken, if a limit was asked for.
    pub(in crate::cli) fn print(&self) {
        let Some(folder) = self.budget.folder() else {
            return;
        };
        let more = match self.guess.is_open {
            true => ", and more for what can't be known before it is read",
            false => "",
        };
        let InputEstimate {
            documents, bytes, ..
        } = self.guess;
        let seconds = reckoning::comparing_seconds(self.method, documents, bytes, self.threads);
        say!(
            "leitong: memory: about {} of {} for about {} documents{more}; spills to {}, about {}{}",
            Size(self.estimate),
            Size(self.budget.limit),
            grouped(documents),
            folder.dir().display(),
            Size(self.reckoned_disk()),
            reckoning::told(seconds)
        );
    }

    /// Returns what will be written to disk, as far as it is known before the
    /// inputs are read.
    fn reckoned_disk(&self) -> u64 {
        let kept = if self.keeps_texts {
            self.guess.bytes
        } else {
            0
        };
        reckoning::comparing_disk(self.guess.documents, self.guess.wide_bytes + kept)
    }

    /// Shares the room out anew, once the documents are counted, and says so if
    /// they take more of the disk than was reckoned.
    ///
    /// Without a limit that was asked for, texts stay in memory where they fit;
    /// `masks` tells whether those without their boilerplate stand beside them.
    pub(in crate::cli) fn settle(&self, corpus: &mut Corpus, masks: bool) -> Result<()> {
        let documents = corpus.len() as u64;
        let masked = if masks { corpus.bytes_held() } else { 0 };
        let more = masked + documents * SEARCHED + self.fixed(documents, None, corpus.text_bytes());
        if !self.budget.binds(corpus, more, self.quiet)? {
            return Ok(());
        }
        let told = self.reckoned_disk();
        let units: u64 = corpus
            .docs()
            .map(|doc| corpus.normalized_len(doc) as u64)
            .sum();
        let kept = if self.keeps_texts {
            corpus.text_bytes()
        } else {
            0
        };
        let counted = reckoning::comparing_disk(corpus.len() as u64, units * UNIT + kept);
        if self.budget.is_asked() && !self.quiet && counted / 10 * 9 > told {
            say!(
                "leitong: memory: spills about {}, more than was reckoned",
                Size(counted)
            );
        }
        let room = self.room(documents, None, corpus.text_bytes(), "")?;
        corpus.set_memory_budget(room as usize);
        Ok(())
    }

    /// The same, once the pairs are counted.
    pub(in crate::cli) fn settle_pairs(&self, corpus: &Corpus, pairs: &[Pair]) -> Result<()> {
        if corpus.spill_folder().is_none() {
            return Ok(());
        }
        let documents = corpus.len() as u64;
        let is_edited = |pair: &&Pair| pair.shared < pair.len_a.max(pair.len_b);
        let windows = |pair: &Pair| u64::from(pair.len_a) + u64::from(pair.len_b);
        let counted = PairCounts {
            pairs: pairs.len() as u64,
            edited: pairs.iter().filter(is_edited).count() as u64,
            characters: Some(pairs.iter().filter(is_edited).map(windows).sum()),
        };
        let room = self.room(documents, Some(counted), corpus.text_bytes(), "")?;
        corpus.set_memory_budget(room as usize);
        Ok(())
    }

    /// Returns what is taken besides the room, at the most.
    fn fixed(&self, documents: u64, counted: Option<PairCounts>, bytes: u64) -> u64 {
        let counted = counted.unwrap_or_else(|| PairCounts::guess(documents));
        let looking = documents * self.lookup;
        let relating = documents * RELATING_DOCUMENT + counted.relating() + counted.spread(bytes);
        let deciding = documents * self.work.bytes_a_document() + counted.pairs * PAIR;
        BASE + self.inputs + looking.max(relating).max(deciding)
    }

    /// Returns the room that is left, or an error if there is not enough.
    fn room(
        &self,
        documents: u64,
        counted: Option<PairCounts>,
        bytes: u64,
        about: &str,
    ) -> Result<u64> {
        let fixed = self.fixed(documents, counted, bytes);
        let reading = BASE + self.inputs + self.threads * READING;
        let least = reading.max(fixed + LEAST_ROOM);
        if least > self.budget.limit {
            let of = match counted {
                Some(counted) => format!(" and {} pairs", grouped(counted.pairs)),
                None => String::new(),
            };
            let cure = if least == reading {
                ", or take fewer --threads"
            } else if counted.is_some() {
                ", or raise --threshold"
            } else {
                ", or cut the input into parts"
            };
            let (limit, enough) = self.budget.too_little(least);
            return Err(Error::Memory {
                what: format!(
                    "{limit} are too little for {about}{} documents{of} on {} threads; give it {enough} or more{cure}",
                    grouped(documents),
                    self.threads,
                ),
            });
        }
        Ok((self.budget.limit - fixed).min(MOST_ROOM))
    }

    /// Returns what will be taken at the most, stage by stage.
    fn peak(&self, documents: u64, bytes: u64, room: u64) -> u64 {
        let mapped = bytes.min(room / 4);
        let buffer = room / 8 * 3;
        let counted = PairCounts::guess(documents);
        let keys = (documents * 8).min(buffer);
        let candidates = (documents * CANDIDATES).min(buffer);
        let sets = (bytes / 3 * 8).min(SETS).min(buffer);
        let looking = documents * self.lookup + mapped + candidates + keys.max(sets);
        let windows = counted.spread(bytes) + (bytes / WINDOWS_SHARE).min(buffer);
        let relating = documents * RELATING_DOCUMENT + counted.relating() + windows + mapped;
        let deciding = documents * self.work.bytes_a_document()
            + counted.pairs * PAIR
            + buffer.min(documents * CANDIDATES)
            + mapped;
        let reading = self.threads * READING;
        let most = looking.max(relating).max(deciding).max(reading);
        (BASE + self.inputs + most).min(self.budget.limit)
    }

    /// Returns what is told of a limit that was asked for in `run.json`.
    pub(in crate::cli) fn record(&self) -> Option<MemoryRecord> {
        MemoryRecord::of(&self.budget, self.estimate)
    }
}

/// What a run with `--memory` took.
#[derive(Clone, Debug, Serialize)]
pub(in crate::cli) struct MemoryRecord {
    pub(in crate::cli) limit: u64,
    pub(in crate::cli) estimate: u64,
    /// Most bytes that were resident at a time, maps of files included; not
    /// known on every system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::cli) peak: Option<u64>,
    /// Bytes written to files that are gone now.
    pub(in crate::cli) spilled: u64,
    pub(in crate::cli) temp_dir: String,
}

impl MemoryRecord {
    /// Returns what a run took of a limit that was asked for: a record does not
    /// depend on the memory of the machine.
    pub(in crate::cli) fn of(budget: &Budget, estimate: u64) -> Option<Self> {
        let folder = budget.folder().filter(|_| budget.is_asked())?;
        Some(MemoryRecord {
            limit: budget.limit,
            estimate,
            peak: peak(),
            spilled: folder.bytes_written(),
            temp_dir: folder.dir().display().to_string(),
        })
    }

    /// Prints what was taken.
    pub(in crate::cli) fn print(&self) {
        let peak = match self.peak {
            Some(peak) => format!("{} at most, ", Size(peak)),
            None => String::new(),
        };
        say!(
            "  {:<12}{peak}of {}; {} spilled",
            "memory",
            Size(self.limit),
            Size(self.spilled)
        );
    }
}

/// Returns the most memory that the process had, as the system tells it.
pub(in crate::cli) fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(limit: u64, work: Work) -> Memory {
        Memory {
            budget: Budget::in_temporary_folder(limit),
            guess: InputEstimate::default(),
            inputs: INPUT,
            work,
            threads: 2,
            method: Method::MinHash,
            lookup: 8,
            estimate: 0,
            keeps_texts: false,
            quiet: true,
        }
    }

    #[test]
    fn fixed_part_and_room_together_stay_within_the_limit() {
        for limit in [128_000_000, 500_000_000, 2_000_000_000] {
            for documents in [0, 1_000, 1_000_000, 20_000_000] {
                for work in [Work::Cluster, Work::Dedup] {
                    let memory = memory(limit, work);
                    let bytes = documents * 1_000;
                    if let Ok(room) = memory.room(documents, None, bytes, "") {
                        assert!(room >= LEAST_ROOM);
                        assert!(memory.fixed(documents, None, bytes) + room <= limit);
                    }
                }
            }
        }
    }

    #[test]
    fn fifty_bytes_are_enough_for_each_of_many_short_documents() {
        for documents in [20_000_000, 40_000_000, 100_000_000] {
            for work in [Work::Cluster, Work::Dedup] {
                let memory = memory(documents * 50, work);
                let room = memory.room(documents, None, documents * 240, "");
                assert!(room.is_ok(), "{documents} {work:?}: {:?}", room.err());
            }
        }
    }

    #[test]
    fn too_little_is_an_error_that_says_how_much_is_enough() {
        let error = memory(100_000_000, Work::Cluster).room(1_000_000, None, 1 << 30, "about ");
        let error = error.unwrap_err().to_string();
        assert!(error.contains("about 1,000,000 documents"), "{error}");
        let enough: u64 = error
            .split("give it ")
            .nth(1)
            .and_then(|rest| rest.split(' ').next()?.parse().ok())
            .unwrap();
        let memory = memory(enough * 1_000_000, Work::Cluster);
        assert!(memory.room(1_000_000, None, 1 << 30, "").is_ok(), "{error}");
    }
}
