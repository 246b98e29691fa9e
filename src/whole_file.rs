//! A file that is held whole because it is small: a list, options, keys, a record.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::amounts::grouped;
use crate::error::{Error, Result};

/// The most bytes of a file of options, keys, or the record of a run.
pub(crate) const OPTIONS_MAX: u64 = 1 << 26;

/// The most bytes of a list: of phrases, or of decisions by hand.
pub(crate) const LIST_MAX: u64 = 1 << 30;

/// Returns the bytes of a file of at most `most` bytes. A longer one is refused
/// before it is read, one that tells no size (a pipe) where it gets there.
///
/// # Errors
///
/// [`Error::Input`] when the file can't be read, [`Error::Format`] when it is
/// longer.
pub(crate) fn read_whole(path: &Path, most: u64) -> Result<Vec<u8>> {
    let failed = |source| Error::Input {
        path: path.to_owned(),
        source,
    };
    let too_long = || Error::Format {
        input: path.display().to_string(),
        what: format!(
            "more than {} bytes, the most that is read of such a file; is it the right one?",
            grouped(most)
        ),
    };
    let file = File::open(path).map_err(failed)?;
    let told = file.metadata().map_err(failed)?.len();
    if told > most {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(told as usize);
    let read = file.take(most + 1).read_to_end(&mut bytes);
    if read.map_err(failed)? as u64 > most {
        return Err(too_long());
    }
    Ok(bytes)
}

/// Returns the text of a file in UTF-8 of at most `most` bytes.
///
/// # Errors
///
/// As [`read_whole`]; [`Error::Input`] when it is not in UTF-8, too.
#[cfg(any(feature = "cli", feature = "serve"))]
pub(crate) fn read_whole_text(path: &Path, most: u64) -> Result<String> {
    String::from_utf8(read_whole(path, most)?).map_err(|error| Error::Input {
        path: path.to_owned(),
        source: std::io::Error::new(std::io::ErrorKind::InvalidData, error.utf8_error()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_long_is_refused_before_it_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("list.txt");
        std::fs::write(&path, "联防联控").unwrap();
        assert_eq!(read_whole(&path, 12).unwrap(), "联防联控".as_bytes());
        let sparse = File::create(dir.path().join("sparse")).unwrap();
        sparse.set_len(1 << 40).unwrap();
        for (path, most) in [(path, 11), (dir.path().join("sparse"), LIST_MAX)] {
            let error = read_whole(&path, most).unwrap_err().to_string();
            assert!(error.contains("is it the right one?"), "{error}");
        }
    }
}
