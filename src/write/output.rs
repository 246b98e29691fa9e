//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::error::{Error, Result};

/// A folder that results are written to.
pub struct OutputDir {
    path: PathBuf,
}

impl OutputDir {
    /// Opens the folder, makes it if it is not there, and makes sure that
    /// files can be written in it: call it before the long work begins.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::Output {
            path: path.to_owned(),
            source,
        };
        fs::create_dir_all(path).map_err(failed)?;
        NamedTempFile::new_in(path).map_err(failed)?;
        Ok(OutputDir {
            path: path.to_owned(),
        })
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a file of the folder.
    pub fn file(&self, name: &str) -> Result<OutputFile> {
        OutputFile::create(&self.path.join(name))
    }
}

/// A file that appears under its name when it is finished; dropped before
/// that, it leaves nothing.
///
/// What is there already and is no file (`/dev/null`, a pipe) is written to as
/// it is, and of a link that which it leads to is replaced.
pub struct OutputFile {
    path: PathBuf,
    out: BufWriter<Out>,
}

enum Out {
    /// A file that takes the place of what is there.
    Beside(NamedTempFile),
    /// A device or a pipe.
    There(File),
}

impl Out {
    fn as_file(&self) -> &File {
        match self {
            Out::Beside(file) => file.as_file(),
            Out::There(file) => file,
        }
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.as_file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.as_file().flush()
    }
}

/// Returns whether something is there that can be written to and must not be
/// replaced: a device, a pipe.
pub(crate) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

/// Bytes that are written at a time.
const BUFFER: usize = 1 << 18;

impl OutputFile {
    /// Begins a file beside the place where it is to appear.
    pub fn create(path: &Path) -> Result<Self> {
        let failed = |source| Error::Output {
            path: path.to_owned(),
            source,
        };
        if path.is_dir() {
            return Err(failed(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if is_special(path) {
            let file = File::options().write(true).open(path).map_err(failed)?;
            return Ok(OutputFile {
                path: path.to_owned(),
                out: BufWriter::with_capacity(BUFFER, Out::There(file)),
            });
        }
        // A link stays one, and may lead to another disk.
        let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let dir = path
            .parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        fs::create_dir_all(dir).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".leitong-");
        #[cfg(unix)]
        builder.permissions(default_permissions());
        let file = builder.tempfile_in(dir).map_err(failed)?;
        Ok(OutputFile {
            path: path.to_owned(),
            out: BufWriter::with_capacity(BUFFER, Out::Beside(file)),
        })
    }

    /// Writes what is left and lets the file appear under its name.
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        let failed = |source| Error::Output {
            path: path.clone(),
            source,
        };
        let out = self.out.into_inner();
        if let Out::Beside(file) = out.map_err(|error| failed(error.into_error()))? {
            file.as_file().sync_all().map_err(failed)?;
            file.persist(&path).map_err(|error| failed(error.error))?;
        }
        Ok(())
    }

    /// Returns the name under which the file is to appear.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the error that a failed write to this file is.
    pub fn failed(&self, source: io::Error) -> Error {
        Error::Output {
            path: self.path.clone(),
            source,
        }
    }

    /// Returns another handle of the file, for writers that own theirs.
    #[cfg(feature = "parquet")]
    pub(crate) fn reopen(&mut self) -> Result<File> {
        let path = self.path.clone();
        let failed = |source| Error::Output { path, source };
        self.out.get_ref().as_file().try_clone().map_err(failed)
    }
}

/// What any new file has, less the umask; temporary files are closed to
/// others otherwise.
#[cfg(unix)]
fn default_permissions() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::io::Read;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    #[test]
    fn a_pipe_is_written_to_and_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut read = String::new();
                File::open(pipe).unwrap().read_to_string(&mut read).unwrap();
                read
            }
        });
        let mut file = OutputFile::create(&pipe).unwrap();
        file.write_all("联防联控\n".as_bytes()).unwrap();
        file.finish().unwrap();
        assert_eq!(reader.join().unwrap(), "联防联控\n");
        assert!(is_special(&pipe));
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_a_link_leads_to_is_replaced_and_the_link_stays() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        let mut output = OutputFile::create(&link).unwrap();
        output.write_all(b"new").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "old");
        output.finish().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }
}
