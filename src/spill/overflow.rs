//! A bound of what is held in memory where nobody asked for one: what is more
//! goes to disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::error::Result;
use crate::spill::SpillFolder;

/// How much documents may take in memory, and the folder for all of them once
/// they would take more.
///
/// The folder is opened when it is needed; a run whose documents fit writes
/// nothing there.
#[derive(Debug)]
pub struct Overflow {
    dir: PathBuf,
    most: u64,
    budget: usize,
    held: AtomicU64,
    folder: OnceLock<Arc<SpillFolder>>,
}

impl Overflow {
    /// Returns a bound of `most` bytes; what is more goes to a spill folder in
    /// `dir` with this budget.
    pub fn new(dir: &Path, most: u64, budget: usize) -> Self {
        Overflow {
            dir: dir.to_owned(),
            most,
            budget,
            held: AtomicU64::new(0),
            folder: OnceLock::new(),
        }
    }

    /// Returns how much documents may take in memory, in bytes.
    pub(crate) fn most(&self) -> u64 {
        self.most
    }

    /// Counts bytes that are held from now on.
    pub(crate) fn hold(&self, bytes: u64) {
        self.held.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Returns whether no more may be held.
    pub(crate) fn is_full(&self) -> bool {
        self.held.load(Ordering::Relaxed) > self.most
    }

    /// Returns the folder, if it is open.
    pub fn folder(&self) -> Option<&Arc<SpillFolder>> {
        self.folder.get()
    }

    /// Opens the folder, if it is not open yet.
    ///
    /// # Errors
    ///
    /// As [`SpillFolder::new`].
    pub fn open(&self) -> Result<&Arc<SpillFolder>> {
        if let Some(folder) = self.folder.get() {
            return Ok(folder);
        }
        let folder = SpillFolder::new(&self.dir, self.budget)?;
        Ok(self.folder.get_or_init(|| Arc::new(folder)))
    }
}
