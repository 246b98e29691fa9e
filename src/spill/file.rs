//! A file without a name that many threads append to.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::Result;
use crate::spill::failed;

/// Every piece begins at a multiple of this, so that numbers of any width can
/// be read where they lie in a map.
pub(super) const ALIGN: u64 = 16;

/// A file that is gone as soon as it is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct SpillFile {
    file: File,
    len: AtomicU64,
    dir: PathBuf,
    written: Arc<AtomicU64>,
}

impl SpillFile {
    pub(super) fn new(dir: &Path, written: Arc<AtomicU64>) -> Result<Self> {
        let file = tempfile::tempfile_in(dir).map_err(|error| failed(dir, error))?;
        Ok(SpillFile {
            file,
            len: AtomicU64::new(0),
            dir: dir.to_owned(),
            written,
        })
    }

    /// Appends pieces, and returns the offset of each.
    ///
    /// Threads may append at once; the order of their pieces is that of the
    /// calls.
    pub(crate) fn append(&self, pieces: &[&[u8]]) -> Result<Vec<u64>> {
        let total: u64 = pieces.iter().map(|piece| aligned(piece.len())).sum();
        let mut at = self.len.fetch_add(total, Ordering::Relaxed);
        let mut offsets = Vec::with_capacity(pieces.len());
        for piece in pieces {
            write_all_at(&self.file, piece, at).map_err(|error| failed(&self.dir, error))?;
            offsets.push(at);
            at += aligned(piece.len());
        }
        self.written.fetch_add(total, Ordering::Relaxed);
        Ok(offsets)
    }

    /// Fills `bytes` with the content from `at` on.
    pub(crate) fn read_at(&self, bytes: &mut [u8], at: u64) -> Result<()> {
        read_exact_at(&self.file, bytes, at).map_err(|error| failed(&self.dir, error))
    }

    /// Lends the file to be mapped; all of it must have been written.
    pub(crate) fn with_file<T>(&self, work: impl FnOnce(&File) -> io::Result<T>) -> Result<T> {
        // The last piece may end before the next multiple of the alignment.
        self.file
            .set_len(self.len.load(Ordering::Relaxed))
            .and_then(|()| work(&self.file))
            .map_err(|error| failed(&self.dir, error))
    }
}

fn aligned(len: usize) -> u64 {
    (len as u64).next_multiple_of(ALIGN)
}

#[cfg(unix)]
fn write_all_at(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn write_all_at(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, at)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            len => {
                bytes = &bytes[len..];
                at += len as u64;
            }
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            len => {
                bytes = &mut bytes[len..];
                at += len as u64;
            }
        }
    }
    Ok(())
}
