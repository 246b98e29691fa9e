//! What a file was when the run began, to tell whether it stayed the same.

use std::fs::Metadata;
use std::time::SystemTime;

/// Size, time and identity of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    len: u64,
    modified: Option<SystemTime>,
    /// When content or attributes were last written, in seconds and
    /// nanoseconds, where the system keeps that: a program that writes can set
    /// `modified` back, and this not.
    written: Option<(i64, i64)>,
    /// The disk and the file on it, where the system numbers them.
    number: Option<(u64, u64)>,
}

impl FileStamp {
    pub(crate) fn new(metadata: &Metadata) -> Self {
        FileStamp {
            len: metadata.len(),
            modified: metadata.modified().ok(),
            written: written(metadata),
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
fn written(metadata: &Metadata) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.ctime(), metadata.ctime_nsec()))
}

#[cfg(not(unix))]
fn written(_: &Metadata) -> Option<(i64, i64)> {
    None
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

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{self, File, FileTimes};
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_file_that_was_written_and_dated_back_is_not_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("news.jsonl");
        fs::write(&path, "one").unwrap();
        let before = fs::metadata(&path).unwrap();
        // The clock of a file system may tick every few milliseconds.
        std::thread::sleep(Duration::from_millis(20));
        fs::write(&path, "two").unwrap();
        let times = FileTimes::new().set_modified(before.modified().unwrap());
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_times(times)
            .unwrap();
        let after = fs::metadata(&path).unwrap();
        assert_eq!(before.modified().unwrap(), after.modified().unwrap());
        assert_ne!(FileStamp::new(&before), FileStamp::new(&after));
        assert!(FileStamp::new(&before).is_same_file(&FileStamp::new(&after)));
    }
}
