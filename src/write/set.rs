//! The outputs of a run, which get their names together.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use crate::error::{Error, Result};
use crate::write::output::OutputFile;
use crate::write::unfinished::{Unfinished, rename_all};

/// Size and hash of a file that a run wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileDigest {
    /// Size in bytes.
    pub bytes: u64,
    /// XXH3 of all its bytes, as 16 hexadecimal digits.
    pub xxh3: String,
}

impl FileDigest {
    pub(super) fn new(bytes: u64, hash: u64) -> Self {
        let xxh3 = format!("{hash:016x}");
        FileDigest { bytes, xxh3 }
    }
}

/// The outputs of a run: all of them get their names in
/// [`publish`](OutputSet::publish), or none does.
///
/// A clone is the same set.
#[derive(Clone, Debug, Default)]
pub struct OutputSet {
    finished: Arc<Mutex<Vec<Finished>>>,
}

/// An output that is whole and has no name yet.
#[derive(Debug)]
pub(super) struct Finished {
    /// Where it is, and what removes it if it gets no name.
    pub(super) at: PathBuf,
    pub(super) _unfinished: Option<Unfinished>,
    /// Where it is to be.
    pub(super) to: PathBuf,
    /// Nothing for a folder.
    pub(super) digest: Option<FileDigest>,
}

impl OutputSet {
    /// Begins a file of the set.
    pub fn file(&self, path: &Path) -> Result<OutputFile> {
        OutputFile::begin(path, Some(self.clone()))
    }

    /// Begins a folder of the set, which is filled where it is now.
    pub(crate) fn folder_in(&self, dir: &Path) -> io::Result<Unfinished> {
        Unfinished::folder_in(dir)
    }

    /// Ends a folder that is to be at `to`, where there may be an empty one.
    pub(crate) fn finish_folder(&self, folder: Unfinished, to: &Path) {
        self.push(Finished {
            at: folder.path().to_owned(),
            _unfinished: Some(folder),
            to: to.to_owned(),
            digest: None,
        });
    }

    /// Adds an output; one that was finished for the same name before goes.
    pub(super) fn push(&self, output: Finished) {
        let mut finished = self.finished();
        finished.retain(|other| other.to != output.to);
        finished.push(output);
    }

    /// Returns the digests of the files that are finished, by their paths.
    pub fn digests(&self) -> BTreeMap<PathBuf, FileDigest> {
        let finished = self.finished();
        finished
            .iter()
            .filter_map(|output| Some((output.to.clone(), output.digest.clone()?)))
            .collect()
    }

    /// Gives all outputs their names, in the order in which they were
    /// finished.
    ///
    /// A file that is there already is replaced. If the system refuses a name,
    /// those before it were given already; a `run.json` that comes last then
    /// still holds the digests of the earlier run.
    pub fn publish(&self) -> Result<()> {
        let finished = std::mem::take(&mut *self.finished());
        for output in finished.iter().filter(|output| output.digest.is_none()) {
            // An empty folder makes way; a full one is an error below.
            let _ = fs::remove_dir(&output.to);
        }
        let renames = finished
            .iter()
            .map(|output| (output.at.as_path(), output.to.as_path()));
        rename_all(renames).map_err(|(path, source)| Error::Output { path, source })
    }

    fn finished(&self) -> MutexGuard<'_, Vec<Finished>> {
        // Nobody panics while holding it.
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
