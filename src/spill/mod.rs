//! Unnamed files on disk for what does not fit into memory, and sorting in
//! runs; and named ones for finished stages.
//!
//! A [`SpillFolder`] says where the files go and how much memory the stages may
//! take at a time. Spill files have no name, so nothing is left behind,
//! however a run ends. [`Checkpoints`] are left behind on purpose, for the run
//! that goes on.

mod checkpoints;
mod column;
mod file;
mod overflow;
mod sorter;
mod tape;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::error::{Error, Result};

pub use checkpoints::Checkpoints;
pub(crate) use checkpoints::array;
pub(crate) use column::{Column, ColumnBuilder, ColumnFile, ColumnReader, ColumnWriter};
pub(crate) use file::SpillFile;
pub use overflow::Overflow;
pub(crate) use sorter::{Sorted, Sorter};
pub(crate) use tape::Tape;

/// The part of the budget for mapped pages of spill files: one in this many.
/// Two sorters share the rest.
const WINDOW_SHARE: usize = 4;

/// A folder for unnamed files, and the memory budget of the stages.
#[derive(Debug)]
pub struct SpillFolder {
    dir: PathBuf,
    budget: AtomicUsize,
    /// Memory for sorting suffixes into an order on disk; 0 for an order in
    /// memory.
    sorting: AtomicUsize,
    /// Whether the lengths that neighbours in this order share are held.
    holds_lengths: AtomicBool,
    /// Whether boundaries between characters are worked out where they are read.
    derives_boundaries: AtomicBool,
    written: Arc<AtomicU64>,
}

impl SpillFolder {
    /// Returns a spill folder whose files lie in `dir`.
    ///
    /// Sorters, maps and sets take `budget` bytes of memory in all; what is
    /// counted for each document comes on top.
    ///
    /// # Errors
    ///
    /// Fails if no file can be written there.
    pub fn new(dir: &Path, budget: usize) -> Result<Self> {
        let spill_folder = SpillFolder {
            dir: dir.to_owned(),
            budget: AtomicUsize::new(budget),
            sorting: AtomicUsize::new(0),
            holds_lengths: AtomicBool::new(false),
            derives_boundaries: AtomicBool::new(false),
            written: Arc::default(),
        };
        // A folder that can't be written is better known now than after an hour.
        let probe = spill_folder.file()?;
        probe.append(&[&[0]])?;
        Ok(spill_folder)
    }

    /// Sets the budget in bytes, once it is known how much the documents leave.
    pub fn set_budget(&self, budget: usize) {
        self.budget.store(budget, Ordering::Relaxed);
    }

    /// Returns the budget of all stages together, in bytes.
    pub fn budget(&self) -> usize {
        self.budget.load(Ordering::Relaxed)
    }

    /// Has the order of all suffixes written to disk, and gives its sorting so
    /// many bytes of memory beside the text; without it the order stays in
    /// memory, whatever the budget.
    pub fn set_suffixes_on_disk(&self, sorting_bytes: usize) {
        self.sorting.store(sorting_bytes.max(1), Ordering::Relaxed);
    }

    /// Keeps what neighbours in an order on disk share in memory, one byte for
    /// each suffix: it is read at random.
    pub fn hold_lengths(&self) {
        self.holds_lengths.store(true, Ordering::Relaxed);
    }

    /// Has the boundaries between characters worked out wherever they are read,
    /// instead of stored: a third of a byte a character instead of one.
    pub fn derive_boundaries(&self) {
        self.derives_boundaries.store(true, Ordering::Relaxed);
    }

    /// Returns whether these boundaries are worked out.
    pub(crate) fn derives_boundaries(&self) -> bool {
        self.derives_boundaries.load(Ordering::Relaxed)
    }

    /// Returns whether these lengths are held.
    pub(crate) fn holds_lengths(&self) -> bool {
        self.holds_lengths.load(Ordering::Relaxed)
    }

    /// Returns the memory for sorting suffixes if their order goes to disk.
    pub(crate) fn suffixes_on_disk(&self) -> Option<usize> {
        match self.sorting.load(Ordering::Relaxed) {
            0 => None,
            bytes => Some(bytes),
        }
    }

    /// Returns whether the order of the suffixes has no room in memory: then the
    /// seeds of passages have none either, nor have two stages at a time.
    pub(crate) fn is_tight(&self) -> bool {
        self.suffixes_on_disk().is_some()
    }

    /// Returns the bytes of spilled texts that may stay mapped.
    pub(crate) fn window_bytes(&self) -> usize {
        self.budget() / WINDOW_SHARE
    }

    /// Returns the budget of one of two sorters in bytes: half of what the
    /// mapped pages leave.
    pub(crate) fn buffer_bytes(&self) -> usize {
        (self.budget() - self.window_bytes()) / 2
    }

    /// Returns the folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns the number of bytes written to all files.
    pub fn bytes_written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Creates a file that has no name.
    pub(crate) fn file(&self) -> Result<SpillFile> {
        SpillFile::new(&self.dir, self.written.clone())
    }
}

/// Returns the error of a failed read or write of a spill file.
fn failed(dir: &Path, source: std::io::Error) -> Error {
    Error::Spill {
        dir: dir.to_owned(),
        source,
    }
}
