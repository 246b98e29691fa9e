//! What a file was when the run began, to tell whether it stayed the same.

use std::fs::Metadata;
use std::time::SystemTime;

/// Size, time and identity of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    len: u64,
    modified: Option<SystemTime>,
    /// The disk and the file on it, where the system numbers them.
    number: Option<(u64, u64)>,
}

impl FileStamp {
    pub(crate) fn new(metadata: &Metadata) -> Self {
        FileStamp {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            number: number(metadata),
        }
    }

    /// Returns whether the system numbers its files.
    pub(crate) fn is_numbered(&self) -> bool {
        self.number.is_some()
    }

    /// Returns what files of different content never share where the system
    /// numbers them, and seldom elsewhere.
    pub(crate) fn key(&self) -> (u64, u64) {
        self.number.unwrap_or((0, self.len))
    }

    /// Returns whether both are of one file, by whatever names.
    pub(crate) fn is_same_file(&self, other: &FileStamp) -> bool {
        self.number.is_some() && self.number == other.number
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<(u64, u64)> {
    None
}
