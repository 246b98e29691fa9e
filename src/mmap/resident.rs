//! The resident part of mapped files, as the system counts it.

use std::fs::File;

/// The size of a page in bytes. On systems with larger pages too little is
/// counted, and pages are returned later.
const PAGE: usize = 4096;

/// Reads `/proc/self/statm`, in about a microsecond.
#[derive(Debug)]
pub(super) struct ResidentMemory {
    file: File,
    /// Resident pages before: those of the program itself.
    before: usize,
}

impl ResidentMemory {
    /// Returns a gauge, where the system has `/proc`.
    pub(super) fn new() -> Option<Self> {
        let file = File::open("/proc/self/statm").ok()?;
        let before = pages(&file)?;
        Some(ResidentMemory { file, before })
    }

    /// Returns the bytes of files that became resident since the gauge was made.
    pub(super) fn mapped(&self) -> Option<usize> {
        Some(pages(&self.file)?.saturating_sub(self.before) * PAGE)
    }
}

/// Returns the third number of the file: resident pages of files.
fn pages(file: &File) -> Option<usize> {
    let mut text = [0; 128];
    #[cfg(unix)]
    let len = std::os::unix::fs::FileExt::read_at(file, &mut text, 0).ok()?;
    #[cfg(not(unix))]
    let len = {
        let _ = (file, &mut text);
        0
    };
    let text = std::str::from_utf8(&text[..len]).ok()?;
    text.split_ascii_whitespace().nth(2)?.parse().ok()
}
