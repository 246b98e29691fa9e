//! Files and folders that are being written: each is removed unless it gets
//! its name, when the run fails or when it is interrupted.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How the names of unfinished files begin.
const PREFIX: &str = ".leitong-";

/// What is there now and must go if the run ends early.
static UNFINISHED: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn all() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    // A set of paths is whole after any panic.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A file or folder without its final name; removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    /// Creates a file in a folder, with the permissions of any new file.
    pub(crate) fn file_in(dir: &Path) -> io::Result<(File, Unfinished)> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(permissions(0o666));
        // An interruption comes before or after both steps.
        let mut all = all();
        let (file, path) = builder.tempfile_in(dir)?.keep().map_err(|e| e.error)?;
        all.insert(path.clone());
        Ok((file, Unfinished { path }))
    }

    /// Creates a folder in a folder, with the permissions of any new folder.
    pub(crate) fn folder_in(dir: &Path) -> io::Result<Unfinished> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(PREFIX);
        #[cfg(unix)]
        builder.permissions(permissions(0o777));
        let mut all = all();
        let path = builder.tempdir_in(dir)?.keep();
        all.insert(path.clone());
        Ok(Unfinished { path })
    }

    /// Returns where it is until it gets its name.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let mut all = all();
        if all.remove(&self.path) {
            remove(&self.path);
        }
    }
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
    let mut all = all();
    for (from, to) in renames {
        fs::rename(from, to).map_err(|error| (to.to_owned(), error))?;
        all.remove(from);
    }
    Ok(())
}

/// Removes all that is unfinished, and holds up everyone who would begin,
/// finish or rename anything from then on: the process is about to exit.
pub(crate) fn remove_all() {
    let all = all();
    for path in all.iter() {
        remove(path);
    }
    std::mem::forget(all);
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
