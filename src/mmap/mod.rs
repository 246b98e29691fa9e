//! Mapped files, and advice to the allocator about maps.

mod resident;
pub(crate) mod window;

use std::fs::File;
use std::io;
use std::ops::{Deref, Range};

use memmap2::Mmap;

/// The bytes of a file, mapped for reading.
///
/// An empty file can't be mapped; it is an empty map all the same.
#[derive(Debug)]
pub(crate) struct Map(Option<Mmap>);

impl Map {
    /// Maps a file that is read in random order: the system reads only pages
    /// that are touched or prefetched, where it would else read up to 8 MB
    /// around each. In `O(1)`: pages are read when they are touched.
    ///
    /// The caller promises that nobody changes or shortens the file while the
    /// map lives: it is one of ours that has no name.
    pub(crate) fn in_any_order(file: &File) -> io::Result<Map> {
        let map = Map::plain(file)?;
        #[cfg(unix)]
        if let Some(map) = &map.0 {
            let _ = map.advise(memmap2::Advice::Random);
        }
        Ok(map)
    }

    fn plain(file: &File) -> io::Result<Map> {
        if file.metadata()?.len() == 0 {
            return Ok(Map(None));
        }
        // SAFETY: the caller promised that the file stays still.
        let map = unsafe { Mmap::map(file) }?;
        Ok(Map(Some(map)))
    }

    /// Asks the system to read a range in the background.
    pub(crate) fn prefetch(&self, range: Range<usize>) {
        #[cfg(unix)]
        if let Some(map) = &self.0 {
            let end = range.end.min(map.len());
            let start = range.start.min(end);
            let _ = map.advise_range(memmap2::Advice::WillNeed, start, end - start);
        }
        #[cfg(not(unix))]
        let _ = range;
    }

    /// Returns the pages of a range to the system, which reads them again when
    /// they are touched again.
    pub(crate) fn release(&self, range: Range<usize>) {
        #[cfg(unix)]
        if let Some(map) = &self.0 {
            let end = range.end.min(map.len());
            let start = range.start.min(end);
            // The advice is for whole pages: those that reach out of the
            // range at its ends are dropped too, and cost a fault.
            // SAFETY: the map is of a file and never written to, so what is
            // dropped is still in the file, with the same bytes.
            let _ = unsafe {
                map.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, start, end - start)
            };
        }
        #[cfg(not(unix))]
        let _ = range;
    }
}

/// Makes large pieces of memory maps of their own, so that they return to the
/// system as soon as they are freed, which keeps the peak of a run low.
///
/// The allocator of glibc does so at first, but later keeps pieces as large as
/// the largest that was freed. Other allocators are left as they are.
pub(crate) fn return_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Smaller pieces come from the heap; a map costs a call to the system.
        const LARGE: i32 = 1 << 20;
        // SAFETY: mallopt may be called at any time, and changes nothing that
        // is in use; if it is refused, nothing changes.
        unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(&[])
    }
}
