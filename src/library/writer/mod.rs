//! The one writer of a library: who opens and locks it.

mod add;
mod job;
mod merging;
mod publish;

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::library::files;
use crate::library::log;
use crate::library::manifest::{Manifest, log_path, manifest_path};
use crate::library::settings::Settings;
use crate::library::snapshot::Library;
use crate::text::normalize::Normalizer;
use crate::write::unfinished::FilledFolder;

pub use add::{Added, OnConflict};
pub use job::{MergeJob, MergeTicket, Merged};
pub use merging::Lane;

/// The one writer of a library. The lock goes when it is dropped.
pub struct LibraryWriter {
    library: Arc<Library>,
    log: File,
    /// Whether a write failed in a way that leaves manifest or log unknown.
    is_broken: bool,
    /// Bytes that a segment may take while it is made, if that is bounded.
    memory: Option<u64>,
    /// Whether additions and removals also do what [`LibraryWriter::tidy`] does.
    tidies: bool,
    /// The segments of merges that were begun, and the numbers of their files,
    /// which no manifest names yet.
    merging: HashSet<u64>,
    unpublished: HashSet<u64>,
    /// The file of the merge that has taken the log.
    log_merge: Option<u64>,
    /// Of a new library until it holds something: it goes with the process that
    /// is interrupted.
    newborn: Option<FilledFolder>,
    _lock: File,
}

impl LibraryWriter {
    /// Makes an empty library in a folder that is empty or not there.
    ///
    /// # Errors
    ///
    /// Fails if there is anything in the folder, or if it can't be written.
    pub fn create(path: &Path, settings: Settings) -> Result<LibraryWriter> {
        let is_made = !path.exists();
        fs::create_dir_all(path).map_err(files::failed(path))?;
        let lock = lock(path)?;
        expect_empty(path)?;
        let newborn = FilledFolder::begin(path, is_made);
        let begun = begin(path, settings).and_then(|()| Library::open(path));
        let begun = begun.and_then(|library| LibraryWriter::locked(lock, library));
        let mut writer = begun.inspect_err(|_| {
            // What is there is in the way of another try.
            for name in BEGUN {
                let _ = fs::remove_file(path.join(name));
            }
            if is_made {
                let _ = fs::remove_dir(path);
            }
        })?;
        writer.newborn = Some(newborn);
        Ok(writer)
    }

    /// Opens a library to write to it: cuts what a crash left behind the log,
    /// and removes files that nothing names.
    ///
    /// # Errors
    ///
    /// Fails as [`Library::open`] does, or if there is another writer.
    pub fn open(path: &Path) -> Result<LibraryWriter> {
        // No lock is made where there is no library.
        Manifest::read(path)?;
        let lock = lock(path)?;
        LibraryWriter::locked(lock, Library::open(path)?)
    }

    /// Opens a library to [`compact`](LibraryWriter::compact) it: a damaged phrase
    /// register is left out, for that makes it anew.
    ///
    /// # Errors
    ///
    /// Fails as [`LibraryWriter::open`] does.
    pub fn open_to_compact(path: &Path) -> Result<LibraryWriter> {
        Manifest::read(path)?;
        let lock = lock(path)?;
        LibraryWriter::locked(lock, Library::open_to_compact(path)?)
    }

    fn locked(lock: File, library: Library) -> Result<LibraryWriter> {
        let log = open_log(&library)?;
        let writer = LibraryWriter {
            library: Arc::new(library),
            log,
            is_broken: false,
            tidies: true,
            memory: None,
            merging: HashSet::new(),
            unpublished: HashSet::new(),
            log_merge: None,
            newborn: None,
            _lock: lock,
        };
        writer.remove_unnamed();
        Ok(writer)
    }

    /// Begins anew with what is on disk, if a write failed in a way that left
    /// that unknown: a disk that was full may have room again.
    ///
    /// # Errors
    ///
    /// Fails as [`LibraryWriter::open`] does; all is as before then.
    pub(super) fn expect_whole(&mut self) -> Result<()> {
        if self.is_broken {
            let library = Library::open(&self.library.path)?;
            self.log = open_log(&library)?;
            self.library = Arc::new(library);
            self.is_broken = false;
        }
        Ok(())
    }

    /// Takes a library that was made and got no document off the disk again, and
    /// `with_folder` its folder; one that has documents stays.
    ///
    /// # Errors
    ///
    /// Fails if a file can't be removed.
    pub fn remove_if_empty(self, with_folder: bool) -> Result<()> {
        if !self.library.is_empty() {
            return Ok(());
        }
        let path = self.library.path.clone();
        self.remove_unnamed();
        // Without the manifest it is no library, whatever stops the rest.
        let log = log_path(&path, self.library.manifest.log);
        for file in [manifest_path(&path), log, path.join("lock")] {
            fs::remove_file(&file).map_err(files::failed(&file))?;
        }
        if with_folder {
            fs::remove_dir(&path).map_err(files::failed(&path))?;
        }
        Ok(())
    }

    /// Returns the library as it is now. Bytes that were torn are still told.
    pub fn library(&self) -> &Arc<Library> {
        &self.library
    }

    /// Makes no segment that takes more memory than this while it is made, as
    /// far as the lengths of its documents tell. Large additions then make more
    /// segments, and some of these are not merged: a query takes longer until
    /// [`LibraryWriter::compact`], which has no bound.
    pub fn set_memory(&mut self, bytes: u64) {
        self.memory = Some(bytes);
    }
}

/// The files of a library that is empty, and the one that its manifest is renamed
/// from.
const BEGUN: [&str; 4] = ["lock", "manifest.new", "00000001.log", "manifest"];

/// Returns an error if there is anything in a folder but what the beginning of
/// a library may have left there.
fn expect_empty(path: &Path) -> Result<()> {
    let refuse = |what: &str| {
        Err(Error::Library {
            path: path.to_owned(),
            what: what.to_owned(),
        })
    };
    if manifest_path(path).exists() {
        return refuse(
            "a library is there already; use `leitong index add`, or name another folder",
        );
    }
    for entry in fs::read_dir(path).map_err(files::failed(path))? {
        let name = entry.map_err(files::failed(path))?.file_name();
        if !name.to_str().is_some_and(|name| BEGUN.contains(&name)) {
            return refuse("the folder is not empty; name a new one");
        }
    }
    Ok(())
}

/// Writes the files of an empty library.
fn begin(path: &Path, settings: Settings) -> Result<()> {
    let manifest = Manifest {
        settings,
        generation: 1,
        next_id: 2,
        log: 1,
        register: 0,
        segments: Vec::new(),
    };
    files::write_new(&log_path(path, 1), &[&log::head(1)])?;
    let bytes = manifest.encode(&Normalizer::new(settings.steps));
    files::replace(&manifest_path(path), &bytes)?;
    // The folder itself must be found after a crash.
    match path.parent().filter(|above| !above.as_os_str().is_empty()) {
        Some(above) => files::sync_folder(above),
        None => Ok(()),
    }
}

/// Opens the log of a library to append to it, without what a crash left behind
/// its last record.
fn open_log(library: &Library) -> Result<File> {
    let log_path = log_path(&library.path, library.manifest.log);
    let failed = || files::failed(&log_path);
    let log = OpenOptions::new()
        .append(true)
        .open(&log_path)
        .map_err(failed())?;
    if library.torn > 0 {
        log.set_len(library.log_len).map_err(failed())?;
        files::sync(&log).map_err(failed())?;
    }
    Ok(log)
}

/// Locks a library for one writer; the lock goes with the file that is returned.
fn lock(path: &Path) -> Result<File> {
    let lock_path = path.join("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&lock_path)
        .map_err(files::failed(&lock_path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Error::Library {
            path: path.to_owned(),
            what: "another program writes to it; wait until it is done".into(),
        }),
        Err(fs::TryLockError::Error(source)) => Err(files::failed(&lock_path)(source)),
    }
}
