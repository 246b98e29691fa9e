//! How much of mapped files is resident, as the system counts it.

use std::fs::File;

/// The size of a page where no other is known; on systems with larger ones
/// too little is counted, and pages go back later.
const PAGE: usize = 4096;

/// Reads `/proc/self/statm`, in about a microsecond.
#[derive(Debug)]
pub(super) struct ResidentMemory {
    file: File,
    /// What was resident before: the program itself.
    before: usize,
}

impl ResidentMemory {
    /// Returns a gauge, if the system has one.
    pub(super) fn new() -> Option<Self> {
        let file = File::open("/proc/self/statm").ok()?;
        let before = pages(&file)?;
        Some(ResidentMemory { file, before })
    }

    /// Returns how many bytes of files were mapped and read since it was made.
    pub(super) fn mapped(&self) -> Option<usize> {
        Some(pages(&self.file)?.saturating_sub(self.before) * PAGE)
    }
}

/// Returns the third number: resident pages of files.
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
