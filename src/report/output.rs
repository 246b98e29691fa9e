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
pub struct OutputFile {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
}

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
        let dir = path
            .parent()
            .filter(|dir| !dir.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".leitong-");
        #[cfg(unix)]
        builder.permissions(default_permissions());
        let file = builder.tempfile_in(dir).map_err(failed)?;
        Ok(OutputFile {
            path: path.to_owned(),
            out: BufWriter::with_capacity(1 << 18, file),
        })
    }

    /// Writes what is left and lets the file appear under its name.
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        let failed = |source| Error::Output {
            path: path.clone(),
            source,
        };
        let file = self
            .out
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&path).map_err(|error| failed(error.error))?;
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
