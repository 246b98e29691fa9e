//! `--memory` of commands that sort all suffixes: texts go to disk, and the
//! order of the suffixes too where it does not fit; what is kept is reckoned
//! once the texts are read, and what is more than is allowed is refused before
//! anything is sorted.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::amounts::grouped;
use crate::cli::args::{MemoryArgs, RunArgs, Size};
use crate::cli::run::budget::{Budget, LEAST_ROOM, READING};
use crate::cli::run::memory::{MOST_ROOM, MemoryRecord};
use crate::cli::run::reckoning;
use crate::cli::say::say;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::read::Inputs;
use crate::write::is_special;

/// The program, its tables, and what its threads work with.
const BASE: u64 = 24_000_000;

/// What is kept of a document: names, dates, places in lists.
const DOCUMENT: u64 = 300;

/// What its names have of that.
const NAMES: u64 = 100;

/// How often names are in memory at a time: for the graph, and for the page.
const NAME_COPIES: u64 = 2;

/// Bytes of symbols for each character, which stay in memory while suffixes
/// are sorted on disk.
const SYMBOLS: u64 = 2;

/// Bytes of the lengths that neighbours in the order share, for each character;
/// they are held where there is room for them.
const LENGTHS: u64 = 1;

/// Bytes of memory in which a character can be sorted: the longest document is
/// sorted at once.
const SORTING: u64 = 6;

/// Bytes on disk for each character while its suffixes are merged: two orders,
/// each with the lengths that neighbours share.
const ORDER_ON_DISK: u64 = 10;

/// Bytes on disk for each character while phrases and the keys of their families
/// are sorted: a guess from spliced text, which has many.
const PHRASES_ON_DISK: u64 = 6;

/// Bytes on disk for each character while the places of seeds are sorted: a
/// guess from news, of which a third stands twice.
const SEEDS_ON_DISK: u64 = 20;

/// Bytes of memory for each character of the longest document while its seeds
/// are collected.
const SEEDS_OF_LONGEST: u64 = 32;

/// What a command keeps of each normalized character. Measured as the peak on
/// four corpora of 4 to 245 MB, and rounded up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum IndexWork {
    /// What is looked for in the texts.
    Near,
    /// Lines or paragraphs, which are sorted on disk.
    Lines,
    /// Which windows may stand twice; the table of those that do comes out of
    /// the room.
    Windows,
    /// The order of the suffixes.
    Repeats,
    /// The same, and what is known of each.
    Phrases,
    /// Both, the passages without what is written of them.
    Graph,
    /// The seeds that documents share, and where they stand.
    Passages,
    /// Both, and what is written at the same time.
    Scan,
}

impl IndexWork {
    /// Returns the bytes that ten characters take.
    fn bytes_of_ten(self) -> u64 {
        match self {
            IndexWork::Near => 25,
            IndexWork::Lines => 5,
            IndexWork::Windows => 20,
            IndexWork::Repeats | IndexWork::Phrases => 100,
            IndexWork::Passages => 200,
            IndexWork::Graph => 140,
            IndexWork::Scan => 210,
        }
    }

    /// Returns the same where the order of the suffixes is on disk, if it can
    /// be.
    fn bytes_of_ten_on_disk(self) -> Option<u64> {
        match self {
            IndexWork::Repeats => Some(25),
            IndexWork::Phrases => Some(42),
            IndexWork::Passages => Some(20),
            IndexWork::Graph => Some(50),
            IndexWork::Scan => Some(55),
            IndexWork::Near | IndexWork::Lines | IndexWork::Windows => None,
        }
    }

    /// Returns the same where boundaries are worked out wherever they are read,
    /// too, if they can be.
    fn least_bytes_of_ten(self) -> Option<u64> {
        match self {
            IndexWork::Phrases => Some(27),
            _ => None,
        }
    }

    /// Returns whether all suffixes are sorted.
    fn sorts(self) -> bool {
        self.scores() || self == IndexWork::Repeats
    }

    /// Returns whether seeds of passages are collected.
    fn finds_passages(self) -> bool {
        matches!(
            self,
            IndexWork::Passages | IndexWork::Graph | IndexWork::Scan
        )
    }

    /// Returns whether phrases are scored, for which lengths of the order are
    /// read at random.
    fn scores(self) -> bool {
        matches!(
            self,
            IndexWork::Phrases | IndexWork::Graph | IndexWork::Scan
        )
    }

    /// Returns the bytes for each character of the longest document: its lines
    /// or hashes, its offsets, and what is left of it; or what its phrases are
    /// judged by (measured: 10.7).
    fn bytes_of_longest(self) -> u64 {
        match self {
            IndexWork::Lines => 16,
            IndexWork::Windows => 24,
            work if work.scores() => 11,
            _ => 0,
        }
    }

    /// Returns the CPU time of a character in nanoseconds, once it is read, and
    /// the share of it that is spent on one thread. Measured on news and mixed
    /// text; what phrases take beside sorting where the order of the suffixes
    /// is on disk is a guess. Text that was spliced of clauses, each of which
    /// stands dozens of times, takes two or three times as long; on such text
    /// phrases whose boundaries are worked out where they are read were
    /// measured: 1,270 in 60 MB, 2,800 in 2 GB.
    fn nanoseconds(self, on_disk: bool, derives_boundaries: bool) -> (f64, f64) {
        if derives_boundaries {
            return (2_500.0, 0.4);
        }
        match (self, on_disk) {
            (IndexWork::Near, _) => (60.0, 0.0),
            (IndexWork::Lines, _) => (60.0, 0.3),
            (IndexWork::Windows, _) => (90.0, 0.6),
            (IndexWork::Repeats, false) => (500.0, 0.5),
            (IndexWork::Repeats, true) => (650.0, 0.6),
            (IndexWork::Phrases, false) => (350.0, 0.3),
            (IndexWork::Phrases, true) => (700.0, 0.5),
            (IndexWork::Passages, false) => (900.0, 0.1),
            (IndexWork::Passages, true) => (1_500.0, 0.4),
            (IndexWork::Graph, false) => (1_300.0, 0.1),
            (IndexWork::Graph, true) => (2_300.0, 0.4),
            (IndexWork::Scan, false) => (1_800.0, 0.1),
            (IndexWork::Scan, true) => (3_000.0, 0.4),
        }
    }
}

/// What a run may take.
pub(in crate::cli) struct MemoryPlan {
    budget: Budget,
    work: IndexWork,
    threads: u64,
    quiet: bool,
    /// Bytes of lists that were read before the texts.
    held: u64,
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
        let dir = || beside.map_or_else(std::env::temp_dir, folder_of);
        let Some(budget) = Budget::new(args, run, dir)? else {
            return Ok(None);
        };
        let threads = run.thread_count();
        let reading = BASE + threads as u64 * READING;
        if budget.is_asked() && reading > budget.limit {
            let what = format!(
                "{} files on {threads} threads",
                grouped(inputs.len() as u64)
            );
            return Err(refused(&budget, &what, reading, "take fewer --threads"));
        }
        Ok(Some(MemoryPlan {
            budget,
            work,
            threads: threads as u64,
            quiet: run.quiet,
            held: 0,
            estimate: OnceLock::new(),
        }))
    }

    /// Reckons with so many bytes of lists, too.
    pub(in crate::cli) fn with_held(self, held: u64) -> Self {
        MemoryPlan { held, ..self }
    }

    /// Returns what the run may take.
    pub(in crate::cli) fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Reckons what the run will take, says it and shares out the room; an
    /// error if that is too much.
    pub(in crate::cli) fn settle(&self, corpus: &mut Corpus) -> Result<()> {
        let lengths = corpus.docs().map(|d| corpus.normalized_len(d) as u64);
        let size = CorpusSize {
            documents: corpus.len() as u64,
            characters: lengths.clone().sum(),
            longest: lengths.max().unwrap_or(0),
            names: match self.work {
                IndexWork::Graph | IndexWork::Scan => NAME_COPIES * long_names(corpus),
                _ => 0,
            },
        };
        let longest = size.longest * self.work.bytes_of_longest();
        let more = self.held + fixed(self.work.bytes_of_ten(), size) + longest;
        if !self.budget.binds(corpus, more, self.quiet)? {
            return Ok(());
        }
        let Some(folder) = self.budget.folder() else {
            return Ok(());
        };
        let list = match self.held {
            0 => String::new(),
            held => format!(" and a list that takes {}", Size(held)),
        };
        let what = format!(
            "{} documents of {} characters{list}",
            grouped(size.documents),
            grouped(size.characters)
        );
        let shares = match shares(self.work, size, self.budget.limit.saturating_sub(self.held)) {
            Ok(shares) => shares,
            Err(least) => {
                let cure = match self.held {
                    0 => "cut the input into parts",
                    _ => "cut the input, or the list, into parts",
                };
                return Err(refused(&self.budget, &what, least + self.held, cure));
            }
        };
        corpus.set_memory_budget(shares.room as usize);
        if let Some(sorting) = shares.sorting {
            folder.set_suffixes_on_disk(sorting as usize);
        }
        if shares.holds_lengths {
            folder.hold_lengths();
        }
        if shares.derives_boundaries {
            folder.derive_boundaries();
        }
        let used = shares.room.min(corpus.text_bytes() + LEAST_ROOM);
        let estimate = self.held + shares.fixed + shares.sorting.map_or(used, |_| shares.room);
        if !self.quiet {
            let (disk, order) = match (shares.sorting, self.work) {
                (None, _) => (0, ""),
                (_, IndexWork::Passages) => (
                    size.characters * SEEDS_ON_DISK,
                    " and the seeds of passages",
                ),
                (_, IndexWork::Repeats) => (
                    size.characters * ORDER_ON_DISK,
                    " and the order of all suffixes",
                ),
                (_, IndexWork::Phrases) => (
                    size.characters * (ORDER_ON_DISK + PHRASES_ON_DISK),
                    " and the order of all suffixes",
                ),
                // One after the other.
                _ => (
                    size.characters * ORDER_ON_DISK.max(SEEDS_ON_DISK),
                    " and the order of all suffixes",
                ),
            };
            let (nanoseconds, serial) = self
                .work
                .nanoseconds(shares.sorting.is_some(), shares.derives_boundaries);
            let seconds = reckoning::seconds(size.characters, nanoseconds, serial, self.threads);
            say!(
                "leitong: memory: about {} of {} for {what}; spills texts{order} to {}, about {}{}",
                Size(estimate),
                Size(self.budget.limit),
                folder.dir().display(),
                Size(folder.bytes_written() + disk),
                reckoning::told(Some(seconds))
            );
        }
        // A run is settled once.
        let _ = self.estimate.set(estimate);
        Ok(())
    }

    /// Returns what is told of a limit that was asked for in `run.json`.
    pub(in crate::cli) fn record(&self) -> Option<MemoryRecord> {
        MemoryRecord::of(&self.budget, self.estimate.get().copied().unwrap_or(0))
    }
}

/// What a corpus has, as far as memory goes by it.
#[derive(Clone, Copy)]
struct CorpusSize {
    documents: u64,
    characters: u64,
    /// Characters of its longest document.
    longest: u64,
    /// Bytes that its names take where they are longer than usual.
    names: u64,
}

/// Returns the bytes of ids, titles and sources beyond those that are reckoned
/// with for each document.
fn long_names(corpus: &Corpus) -> u64 {
    let of = |doc| {
        let others = [corpus.title(doc), corpus.source(doc)];
        let bytes: usize = others.into_iter().flatten().map(str::len).sum();
        (bytes + corpus.id(doc).len()) as u64
    };
    let beyond = corpus.docs().map(|doc| of(doc).saturating_sub(NAMES));
    beyond.sum()
}

/// What a run may take of its limit.
struct Shares {
    /// What is taken besides the room.
    fixed: u64,
    room: u64,
    /// What suffixes are sorted in, if their order goes to disk.
    sorting: Option<u64>,
    /// Whether what neighbours in an order on disk share stays in memory.
    holds_lengths: bool,
    /// Whether boundaries between characters are worked out wherever they are
    /// read.
    derives_boundaries: bool,
}

/// Returns how a limit is shared out, or how much were enough: the order of the
/// suffixes stays in memory where it fits.
fn shares(work: IndexWork, size: CorpusSize, limit: u64) -> std::result::Result<Shares, u64> {
    let longest = size.longest * work.bytes_of_longest();
    let held = fixed(work.bytes_of_ten(), size) + longest;
    if held + LEAST_ROOM <= limit {
        return Ok(Shares {
            fixed: held,
            room: (limit - held).min(MOST_ROOM),
            sorting: None,
            holds_lengths: false,
            derives_boundaries: false,
        });
    }
    let Some(bytes_of_ten) = work.bytes_of_ten_on_disk() else {
        return Err(held + LEAST_ROOM);
    };
    let mut on_disk = fixed(bytes_of_ten, size) + longest;
    let derives_boundaries = on_disk + LEAST_ROOM > limit && work.least_bytes_of_ten().is_some();
    if let Some(least) = work.least_bytes_of_ten().filter(|_| derives_boundaries) {
        on_disk = fixed(least, size) + longest;
    }
    let symbols = fixed(10 * SYMBOLS, size);
    let least_sorting = (size.longest * SORTING).max(LEAST_ROOM);
    let mut least = on_disk + LEAST_ROOM;
    if work.sorts() {
        least = least.max(symbols + least_sorting);
    }
    if work.finds_passages() {
        let common = fixed(5, size);
        least = least.max(common + LEAST_ROOM + size.longest * SEEDS_OF_LONGEST);
    }
    if least > limit {
        return Err(least.min(held + LEAST_ROOM));
    }
    let with_lengths = on_disk + size.characters * LENGTHS;
    // What is looked up together must have room, too.
    let holds_lengths = work.scores()
        && !derives_boundaries
        && with_lengths + LEAST_ROOM.max(size.characters / 4) <= limit;
    let fixed = match holds_lengths {
        true => with_lengths,
        false => on_disk,
    };
    Ok(Shares {
        fixed,
        room: (limit - fixed).min(MOST_ROOM),
        sorting: Some((limit - symbols).min(MOST_ROOM)),
        holds_lengths,
        derives_boundaries,
    })
}

/// Returns what is taken besides the room.
fn fixed(bytes_of_ten: u64, size: CorpusSize) -> u64 {
    BASE + size.documents * DOCUMENT + size.names + size.characters * bytes_of_ten / 10
}

fn refused(budget: &Budget, what: &str, least: u64, cure: &str) -> Error {
    let (limit, enough) = budget.too_little(least);
    Error::Memory {
        what: format!("{limit} are too little for {what}; give it {enough} or more, or {cure}"),
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

    fn size(documents: u64, characters: u64) -> CorpusSize {
        CorpusSize {
            documents,
            characters,
            longest: characters / 10,
            names: 0,
        }
    }

    #[test]
    fn an_order_that_does_not_fit_goes_to_disk_and_the_shares_stay_within_the_limit() {
        for characters in [10_000_000, 400_000_000, 800_000_000] {
            for work in [IndexWork::Repeats, IndexWork::Phrases, IndexWork::Scan] {
                let size = size(characters / 1_000, characters);
                for limit in (100..20_000)
                    .step_by(100)
                    .map(|megabytes| megabytes * 1_000_000)
                {
                    match shares(work, size, limit) {
                        Ok(shares) => {
                            assert!(shares.room >= LEAST_ROOM);
                            assert!(shares.fixed + shares.room <= limit);
                            let sorting = shares.sorting.unwrap_or(0);
                            let symbols = fixed(10 * SYMBOLS, size);
                            assert!(sorting == 0 || sorting + symbols <= limit);
                            assert!(sorting == 0 || sorting >= SORTING * size.longest);
                        }
                        Err(least) => {
                            assert!(least > limit);
                            assert!(shares(work, size, least).is_ok());
                        }
                    }
                }
            }
        }
        let gigabyte_of_text = size(300_000, 400_000_000);
        let shares = shares(IndexWork::Phrases, gigabyte_of_text, 2_000_000_000);
        assert!(shares.is_ok_and(|shares| shares.sorting.is_some()));
    }

    #[test]
    fn phrases_of_two_gigabytes_of_chinese_go_through_in_two() {
        for (documents, characters, limit, derives) in [
            (160_000, 620_000_000, 2_000_000_000, true),
            (100_000, 700_000_000, 2_000_000_000, true),
            (160_000, 620_000_000, 3_000_000_000, false),
        ] {
            let size = CorpusSize {
                longest: 100_000,
                ..size(documents, characters)
            };
            let shares = shares(IndexWork::Phrases, size, limit);
            assert!(shares.is_ok_and(|shares| shares.derives_boundaries == derives));
        }
        let size = size(100_000, 800_000_000);
        let least = shares(IndexWork::Phrases, size, 2_000_000_000);
        assert!(least.is_err_and(|least| least > 2_000_000_000));
    }

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
                let reckoned = fixed(work.bytes_of_ten(), size(documents, characters)) as f64 / 1e6;
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
