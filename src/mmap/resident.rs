//! The resident part of bounded maps, as the system counts it.

use std::fs::File;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The size of a page in bytes. On systems with larger pages too little is
/// counted, and pages are returned later.
const PAGE: usize = 4096;

const UNKNOWN: usize = usize::MAX;

/// Resident pages of files that belong to no bounded map: those of the program
/// itself, and of files that others mapped.
static OTHERS: AtomicUsize = AtomicUsize::new(UNKNOWN);

/// Takes what is resident for what belongs to others, if that is not known yet:
/// called before the first bounded map is read.
pub(super) fn begin() {
    if OTHERS.load(Ordering::Relaxed) == UNKNOWN {
        learn();
    }
}

/// Takes what is resident for what belongs to others: called where all bounded
/// maps have returned their pages.
pub(super) fn learn() {
    OTHERS.store(pages().unwrap_or(UNKNOWN), Ordering::Relaxed);
}

/// Returns the resident bytes of bounded maps, where the system has `/proc`;
/// takes about a microsecond.
pub(super) fn mapped() -> Option<usize> {
    let others = OTHERS.load(Ordering::Relaxed);
    Some(pages()?.saturating_sub(others) * PAGE)
}

/// Returns the third number of `/proc/self/statm`: resident pages of files.
fn pages() -> Option<usize> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    let file = FILE.get_or_init(|| File::open("/proc/self/statm").ok());
    let mut text = [0; 128];
    #[cfg(unix)]
    let len = std::os::unix::fs::FileExt::read_at(file.as_ref()?, &mut text, 0).ok()?;
    #[cfg(not(unix))]
    let len = {
        let _ = (file, &mut text);
        0
    };
    let text = std::str::from_utf8(&text[..len]).ok()?;
    text.split_ascii_whitespace().nth(2)?.parse().ok()
}
