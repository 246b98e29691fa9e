//! Files and folders that are being written: each is removed unless it gets
//! its name, when the run fails or when it is interrupted; those of a run that
//! was killed go when the next one begins to write beside them.
//!
//! Each is locked as long as its run has it, and the system takes the lock off
//! when the process ends, however it ends: what is not locked is litter.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How the names of unfinished files begin.
const PREFIX: &str = ".leitong-new-";

/// What is there now and must go if the run ends early.
static UNFINISHED: Mutex<State> = Mutex::new(State {
    paths: BTreeSet::new(),
    created: BTreeSet::new(),
    tidied: BTreeSet::new(),
    filled: BTreeMap::new(),
});

struct State {
    /// Files and folders without their names.
    paths: BTreeSet<PathBuf>,
    /// Folders that were made for outputs, and hold none yet.
    created: BTreeSet<PathBuf>,
    /// Folders in which litter was looked for.
    tidied: BTreeSet<PathBuf>,
    /// Folders that are filled where they are, and go with all that is in them;
    /// whether they were made for that.
    filled: BTreeMap<PathBuf, bool>,
}

fn state() -> MutexGuard<'static, State> {
    // Sets of paths are whole after any panic.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates a folder, and those above it that are not there. Those that it
/// creates are removed when all that was begun in them is gone without a name.
pub(crate) fn create_folders(path: &Path) -> io::Result<()> {
    let mut state = state();
    let missing = path.ancestors().take_while(|folder| {
        // The empty path is the folder that the process works in.
        !folder.as_os_str().is_empty() && !folder.exists()
    });
    let missing: Vec<&Path> = missing.collect();
    fs::create_dir_all(path)?;
    let created = missing.into_iter().filter_map(|it| it.canonicalize().ok());
    state.created.extend(created);
    Ok(())
}

/// A file or folder without its final name; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: PathBuf,
    /// Holds the lock.
    _locked: Option<File>,
}

impl Unfinished {
    /// Creates a file in a folder, with the permissions of any new file.
    pub(crate) fn file_in(dir: &Path) -> io::Result<(File, Unfinished)> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(permissions(0o666));
        begin(dir, || {
            let (file, path) = builder.tempfile_in(dir)?.keep().map_err(|e| e.error)?;
            let same_file = file.try_clone().ok();
            Ok((file, path, same_file))
        })
    }

    /// Creates a folder in a folder, with the permissions of any new folder.
    pub(crate) fn folder_in(dir: &Path) -> io::Result<Unfinished> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(permissions(0o777));
        let (_, folder) = begin(dir, || {
            let path = builder.tempdir_in(dir)?.keep();
            let opened = File::open(&path).ok();
            Ok(((), path, opened))
        })?;
        Ok(folder)
    }

    /// Notes a file that is about to be written where it is to be.
    pub(crate) fn at(path: &Path) -> Unfinished {
        state().paths.insert(path.to_owned());
        Unfinished {
            path: path.to_owned(),
            _locked: None,
        }
    }

    /// Lets it stay where it is.
    pub(crate) fn keep(self) {
        state().paths.remove(&self.path);
    }

    /// Returns where it is until it gets its name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut state = state();
        if state.paths.remove(&self.path) {
            remove(&self.path);
            state.remove_created(self.path.parent());
        }
    }
}

/// A folder that is filled where it is. If the process is interrupted before this
/// is dropped, it goes with all that is in it.
#[derive(Debug)]
pub(crate) struct FilledFolder(PathBuf);

impl FilledFolder {
    /// Notes a folder that was empty or, as `is_made` says, not there.
    pub(crate) fn begin(path: &Path, is_made: bool) -> FilledFolder {
        state().filled.insert(path.to_owned(), is_made);
        FilledFolder(path.to_owned())
    }
}

impl Drop for FilledFolder {
    fn drop(&mut self) {
        state().filled.remove(&self.0);
    }
}

/// Creates a file or folder in `dir`, locks it, and notes it as unfinished.
fn begin<T>(
    dir: &Path,
    create: impl Fn() -> io::Result<(T, PathBuf, Option<File>)>,
) -> io::Result<(T, Unfinished)> {
    // An interruption comes before or after all steps.
    let mut state = state();
    state.tidy(dir);
    loop {
        let created = match create() {
            Ok(created) => created,
            Err(error) => {
                state.remove_created(Some(dir));
                return Err(error);
            }
        };
        let (of, path, mut locked) = created;
        if let Some(file) = &locked
            && lock(file).is_err()
        {
            // Where nothing can be locked, nobody takes it for litter either.
            locked = None;
        }
        // Another run may have taken it for litter before it was locked.
        if locked.is_some() && !path.exists() {
            continue;
        }
        state.paths.insert(path.clone());
        let unfinished = Unfinished {
            path,
            _locked: locked,
        };
        return Ok((of, unfinished));
    }
}

impl State {
    /// Removes what killed runs left in a folder: what nobody holds locked.
    fn tidy(&mut self, dir: &Path) {
        let Ok(real) = dir.canonicalize() else {
            return;
        };
        let Ok(entries) = fs::read_dir(&real) else {
            return;
        };
        if !self.tidied.insert(real) {
            return;
        }
        for entry in entries.flatten() {
            let name = entry.file_name();
            let is_ours = name.to_str().is_some_and(|name| name.starts_with(PREFIX));
            let is_kind = |kind: fs::FileType| kind.is_file() || kind.is_dir();
            if is_ours
                && entry.file_type().is_ok_and(is_kind)
                && let Ok(file) = File::open(entry.path())
                && try_lock(&file)
            {
                remove(&entry.path());
            }
        }
    }

    /// Removes folders that were made for outputs, from the innermost on, as
    /// far as they are empty.
    fn remove_created(&mut self, innermost: Option<&Path>) {
        let Some(Ok(innermost)) = innermost.map(Path::canonicalize) else {
            return;
        };
        for folder in innermost.ancestors() {
            if !self.created.contains(folder) || fs::remove_dir(folder).is_err() {
                return;
            }
            self.created.remove(folder);
        }
    }
}

/// Locks a file or folder that was just created.
#[cfg(unix)]
fn lock(file: &File) -> io::Result<()> {
    // A run that looks for litter may hold the lock for a moment.
    file.lock()
}

/// Returns whether nobody held the lock of a file or folder; this file holds it
/// now.
#[cfg(unix)]
fn try_lock(file: &File) -> bool {
    file.try_lock().is_ok()
}

#[cfg(not(unix))]
fn lock(_: &File) -> io::Result<()> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

#[cfg(not(unix))]
fn try_lock(_: &File) -> bool {
    false
}

/// Renames files and folders, one after the other, without an interruption
/// between them. Those that are unfinished belong to nobody afterwards.
///
/// # Errors
///
/// The first that can't be renamed, with its new name; those after it are not.
pub(crate) fn rename_all<'a>(
    renames: impl Iterator<Item = (&'a Path, &'a Path)>,
) -> Result<(), (PathBuf, io::Error)> {
    let mut state = state();
    for (from, to) in renames {
        fs::rename(from, to).map_err(|error| (to.to_owned(), error))?;
        state.paths.remove(from);
        // The folders that it stands in stay.
        if let Some(Ok(folder)) = to.parent().map(Path::canonicalize) {
            for folder in folder.ancestors() {
                state.created.remove(folder);
            }
        }
    }
    Ok(())
}

/// Removes all that is unfinished, and holds up everyone who would begin,
/// finish or rename anything from then on: the process is about to exit.
pub(crate) fn remove_all() {
    let state = state();
    for path in &state.paths {
        remove(path);
    }
    for (folder, is_made) in &state.filled {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            remove(&entry.path());
        }
        if *is_made {
            let _ = fs::remove_dir(folder);
        }
    }
    // Those inside others come after them.
    for folder in state.created.iter().rev() {
        let _ = fs::remove_dir(folder);
    }
    std::mem::forget(state);
}

/// Removes a file, or a folder with all that is in it.
fn remove(path: &Path) {
    // It may be gone already, and there is nobody to tell.
    if fs::remove_file(path).is_err() {
        let _ = fs::remove_dir_all(path);
    }
}

/// What any new file or folder has; the system takes the umask off.
#[cfg(unix)]
fn permissions(mode: u32) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gets_no_name_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let (_, file) = Unfinished::file_in(dir.path()).unwrap();
        let folder = Unfinished::folder_in(dir.path()).unwrap();
        fs::write(folder.path().join("a"), "a").unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
        drop((file, folder));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn folders_made_for_outputs_go_with_the_last_thing_begun_in_them() {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        create_folders(&inner).unwrap();
        let (_, one) = Unfinished::file_in(&inner).unwrap();
        let (_, other) = Unfinished::file_in(&inner).unwrap();
        drop(one);
        assert!(inner.exists());
        drop(other);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        // A folder that was there, or that holds an output, stays.
        fs::create_dir(dir.path().join("a")).unwrap();
        create_folders(&inner).unwrap();
        drop(Unfinished::folder_in(&inner).unwrap());
        assert!(dir.path().join("a").exists() && !inner.exists());
        create_folders(&inner).unwrap();
        let (_, file) = Unfinished::file_in(&inner).unwrap();
        let (_, other) = Unfinished::file_in(&inner).unwrap();
        let to = inner.join("named");
        rename_all([(file.path(), to.as_path())].into_iter()).unwrap();
        drop((file, other));
        fs::remove_file(to).unwrap();
        drop(Unfinished::folder_in(&inner).unwrap());
        assert!(inner.exists());
    }

    #[cfg(unix)]
    #[test]
    fn what_nobody_holds_is_litter_and_goes_and_what_a_run_holds_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path(".leitong-new-killed"), "half a file").unwrap();
        fs::create_dir(path(".leitong-new-folder")).unwrap();
        fs::write(path(".leitong-new-folder/pairs.jsonl"), "{").unwrap();
        fs::write(path(".leitong-other"), "of another program").unwrap();
        fs::write(path("kept.jsonl"), "{}").unwrap();
        let held = path(".leitong-new-held");
        let lock = File::create(&held).unwrap();
        lock.lock().unwrap();
        let held_folder = path(".leitong-new-heldfolder");
        fs::create_dir(&held_folder).unwrap();
        let lock_of_folder = File::open(&held_folder).unwrap();
        lock_of_folder.lock().unwrap();
        drop(Unfinished::file_in(dir.path()).unwrap());
        let entries = fs::read_dir(dir.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let names: BTreeSet<String> = names.collect();
        let left = [
            ".leitong-new-held",
            ".leitong-new-heldfolder",
            ".leitong-other",
            "kept.jsonl",
        ];
        assert_eq!(names, left.map(str::to_owned).into());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_being_written_is_locked_until_it_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, unfinished) = Unfinished::file_in(dir.path()).unwrap();
        let folder = Unfinished::folder_in(dir.path()).unwrap();
        // The writer is done with the file before it gets its name.
        drop(file);
        for path in [unfinished.path(), folder.path()] {
            assert!(!try_lock(&File::open(path).unwrap()), "{path:?}");
        }
    }

    #[test]
    fn what_gets_its_name_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (_, file) = Unfinished::file_in(dir.path()).unwrap();
        let to = dir.path().join("a");
        rename_all([(file.path(), to.as_path())].into_iter()).unwrap();
        drop(file);
        assert!(to.exists());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
