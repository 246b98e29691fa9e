//! Maps a file into memory: the one place outside `kernel` that says `unsafe`.

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

impl Deref for Map {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or(&[])
    }
}
