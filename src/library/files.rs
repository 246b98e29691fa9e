//! Every write to the folder of a library, in an order that a crash can't break:
//! a file is on disk before another one names it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};
use crate::write::unfinished::Unfinished;

/// Bytes that are written at a time.
const PIECE: usize = 1 << 20;

/// Steps until the process is aborted, for tests.
static STEPS: AtomicU64 = AtomicU64::new(u64::MAX);

/// Aborts the process at a write, a renaming, a removal or an fsync from now on,
/// counted from 0; the write is cut in half. For tests of what a crash leaves.
#[doc(hidden)]
pub fn abort_at_step(step: u64) {
    STEPS.store(step, Ordering::SeqCst);
}

/// Returns whether the process is to be aborted here.
fn is_last() -> bool {
    let left = STEPS.load(Ordering::SeqCst);
    if left == u64::MAX {
        return false;
    }
    STEPS.store(left.wrapping_sub(1), Ordering::SeqCst);
    left == 0
}

fn step() {
    if is_last() {
        std::process::abort();
    }
}

/// Returns the error of a write that failed.
pub(super) fn failed(path: &Path) -> impl FnOnce(io::Error) -> Error + '_ {
    |source| Error::Library {
        path: path.to_owned(),
        what: format!("can't be written ({source}); make room, or look at its permissions"),
    }
}

/// Appends bytes to a file.
pub(super) fn append(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    for piece in bytes.chunks(PIECE) {
        if is_last() {
            let _ = file.write_all(&piece[..piece.len() / 2]);
            std::process::abort();
        }
        file.write_all(piece)?;
    }
    Ok(())
}

/// Waits until a file is on disk.
pub(super) fn sync(file: &File) -> io::Result<()> {
    step();
    file.sync_all()
}

/// Waits until the names in a folder are on disk.
pub(super) fn sync_folder(folder: &Path) -> Result<()> {
    step();
    #[cfg(unix)]
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(failed(folder))?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Writes a new file, and waits until it is on disk; its name may not be yet. What
/// can't be written as a whole, or is interrupted, is not there afterwards.
pub(super) fn write_new(path: &Path, parts: &[&[u8]]) -> Result<()> {
    let unfinished = Unfinished::at(path);
    let write = || -> io::Result<()> {
        step();
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        for part in parts {
            append(&mut file, part)?;
        }
        sync(&file)
    };
    write().map_err(failed(path))?;
    unfinished.keep();
    Ok(())
}

/// Puts a file in the place of another one: written aside and renamed, so that
/// either is whole whatever happens.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let aside = path.with_extension("new");
    write_new(&aside, &[bytes])?;
    step();
    fs::rename(&aside, path).map_err(failed(path))?;
    sync_folder(path.parent().unwrap_or(Path::new(".")))
}

/// Removes a file that nothing names any more. Readers that still have it open
/// keep it on systems that allow that; elsewhere it goes at the next time.
pub(super) fn remove(path: &Path) {
    step();
    let _ = fs::remove_file(path);
}
