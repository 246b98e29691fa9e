//! What does not fit into memory: unnamed files on disk, and sorting in runs.
//!
//! A [`SpillFolder`] says where the files go and how much memory the stages may
//! take at a time. Whatever is spilled goes to files that have no name, so
//! that nothing is left behind, however a run ends.

mod file;
mod sorter;
mod tape;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::error::{Error, Result};

pub(crate) use file::SpillFile;
pub(crate) use sorter::Sorter;
pub(crate) use tape::Tape;

/// The share of the room that stays mapped of what was spilled: one in this
/// many; the rest is for two sorters.
const WINDOW_SHARE: usize = 4;

/// A folder for files that nobody sees, and the room that work may take.
#[derive(Debug)]
pub struct SpillFolder {
    dir: PathBuf,
    room: AtomicUsize,
    written: Arc<AtomicU64>,
}

impl SpillFolder {
    /// Returns a spill_folder whose files lie in `dir`, and whose sorters, maps
    /// and sets take `room` bytes of memory in all; what is counted for each
    /// document comes on top.
    ///
    /// # Errors
    ///
    /// Fails if no file can be made there.
    pub fn new(dir: &Path, room: usize) -> Result<Self> {
        let spill_folder = SpillFolder {
            dir: dir.to_owned(),
            room: AtomicUsize::new(room),
            written: Arc::default(),
        };
        // Rather now than after an hour.
        let probe = spill_folder.file()?;
        probe.append(&[&[0]])?;
        Ok(spill_folder)
    }

    /// Sets the room, once it is known how much the documents leave of it.
    pub fn set_room(&self, room: usize) {
        self.room.store(room, Ordering::Relaxed);
    }

    /// Returns the room for all that is made at a time, in bytes.
    pub fn room(&self) -> usize {
        self.room.load(Ordering::Relaxed)
    }

    /// Returns the room for what is mapped of the spilled texts.
    pub(crate) fn window(&self) -> usize {
        self.room() / WINDOW_SHARE
    }

    /// Returns the room of one of two sorters, or of half of what else there
    /// is.
    pub(crate) fn buffer(&self) -> usize {
        (self.room() - self.window()) / 2
    }

    /// Returns the folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Returns how many bytes were written to all files.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Makes a file that has no name.
    pub(crate) fn file(&self) -> Result<SpillFile> {
        SpillFile::new(&self.dir, self.written.clone())
    }
}

/// Returns the error that a failed read or write of a spilled file is.
fn failed(dir: &Path, source: std::io::Error) -> Error {
    Error::Spill {
        dir: dir.to_owned(),
        source,
    }
}
