//! Maps of memory, for files and for what is allocated: the one place outside `kernel` that says `unsafe`.

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

/// The bytes of a file, mapped for reading.
///
/// An empty file can't be mapped; it is an empty map all the same.
#[derive(Debug)]
pub(crate) struct Map(Option<Mmap>);

impl Map {
    /// Maps `file`, in `O(1)`: pages are read when they are touched.
    ///
    /// The caller promises that nobody changes or shortens the file while the
    /// map lives; [`read`](super::reader::read) asks the same of its caller.
    pub(crate) fn new(file: &File) -> io::Result<Map> {
        if file.metadata()?.len() == 0 {
            return Ok(Map(None));
        }
        // SAFETY: the caller promised that the file stays still.
        let map = unsafe { Mmap::map(file) }?;
        #[cfg(unix)]
        let _ = map.advise(memmap2::Advice::Sequential);
        Ok(Map(Some(map)))
    }
}

/// Makes large pieces of memory maps of their own, so that they go back to the
/// system as soon as they are freed: a run is measured by its peak.
///
/// The allocator of glibc does so at first, but keeps pieces as large as the
/// largest that was ever freed. Others are left as they are.
pub(crate) fn give_back_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        /// Smaller pieces come from the heap; a map costs a call to the system.
        const LARGE: i32 = 1 << 20;
        // SAFETY: mallopt may be called at any time, and changes nothing that
        // is in use; a refusal is as good as not asking.
        unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    }
}

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(&[])
    }
}
