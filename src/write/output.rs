//! Files that appear whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use crate::error::{Error, Result};
use crate::write::set::{FileDigest, Finished, OutputSet};
use crate::write::unfinished::{Unfinished, create_folders};

/// A folder that results are written to: they are made in a folder inside it
/// and get their names together.
pub struct OutputDir {
    path: PathBuf,
    /// Where the files are until they get their names; the last to go.
    outputs: OutputSet,
    unfinished: Unfinished,
}

impl OutputDir {
    /// Opens the folder, makes it if it is not there, and makes sure that
    /// files can be written in it: call it before the long work begins.
    pub fn open(path: &Path) -> Result<Self> {
        let failed = |source| Error::Output {
            path: path.to_owned(),
            source,
        };
        create_folders(path).map_err(failed)?;
        Ok(OutputDir {
            path: path.to_owned(),
            outputs: OutputSet::default(),
            unfinished: Unfinished::folder_in(path).map_err(failed)?,
        })
    }

    /// Returns the folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the folder that holds the files, under their final names, until
    /// they are published.
    pub fn unpublished(&self) -> &Path {
        self.unfinished.path()
    }

    /// Returns the files of the folder.
    pub fn outputs(&self) -> &OutputSet {
        &self.outputs
    }

    /// Begins a file of the folder.
    pub fn file(&self, name: &str) -> Result<OutputFile> {
        let mut out = self.outputs.file(&self.path.join(name))?;
        let inside = self.unfinished.path().join(name);
        let failed = |source| Error::Output {
            path: self.path.join(name),
            source,
        };
        // A link leads to another place, maybe on another disk: the file is
        // made there, and this is where it is looked for until then.
        if out.path.parent() != fs::canonicalize(&self.path).ok().as_deref() {
            #[cfg(unix)]
            if let Some(unfinished) = &out.unfinished {
                let there = fs::canonicalize(unfinished.path()).map_err(failed)?;
                std::os::unix::fs::symlink(there, inside).map_err(failed)?;
            }
            return Ok(out);
        }
        let file = File::create(&inside).map_err(failed)?;
        keep_permissions(&out.path, &file).map_err(failed)?;
        out.at = inside;
        out.unfinished = None;
        out.out = BufWriter::with_capacity(BUFFER, HashingFile::new(file));
        Ok(out)
    }
}

/// A file that appears under its name when it is finished, or when all files
/// of its [`OutputSet`] are published; dropped before that, it leaves nothing.
///
/// What is there already and is no file (`/dev/null`, a pipe) is written to as
/// it is, and of a link that which it leads to is replaced. A file that is
/// replaced keeps its permissions.
pub struct OutputFile {
    /// Where it is to be.
    path: PathBuf,
    /// Where it is now: the same for a device or a pipe.
    at: PathBuf,
    unfinished: Option<Unfinished>,
    set: Option<OutputSet>,
    out: BufWriter<HashingFile>,
}

/// A file that hashes what is written to it.
struct HashingFile {
    file: File,
    hash: Box<Xxh3>,
    len: u64,
}

impl HashingFile {
    fn new(file: File) -> Self {
        HashingFile {
            file,
            hash: Box::default(),
            len: 0,
        }
    }
}

impl Write for HashingFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.len += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
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
    ///
    /// # Errors
    ///
    /// [`Error::Output`] if there is a folder or a read-only file, or if no
    /// file can be made beside it.
    pub fn create(path: &Path) -> Result<Self> {
        OutputFile::begin(path, None)
    }

    pub(super) fn begin(path: &Path, set: Option<OutputSet>) -> Result<Self> {
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
                at: path.to_owned(),
                unfinished: None,
                set: None,
                out: BufWriter::with_capacity(BUFFER, HashingFile::new(file)),
            });
        }
        refuse_read_only(path).map_err(failed)?;
        let path = real_path(path).map_err(failed)?;
        let dir = path.parent().unwrap_or(Path::new("."));
        let (file, unfinished) = Unfinished::file_in(dir).map_err(failed)?;
        keep_permissions(&path, &file).map_err(failed)?;
        Ok(OutputFile {
            path,
            at: unfinished.path().to_owned(),
            unfinished: Some(unfinished),
            set,
            out: BufWriter::with_capacity(BUFFER, HashingFile::new(file)),
        })
    }

    /// Writes what is left and lets the file appear under its name, or lets
    /// its set do so.
    pub fn finish(self) -> Result<()> {
        let path = self.path;
        let failed = |source| Error::Output {
            path: path.clone(),
            source,
        };
        let out = self.out.into_inner();
        let out = out.map_err(|error| failed(error.into_error()))?;
        if self.at == path {
            return Ok(());
        }
        out.file.sync_all().map_err(failed)?;
        let set = self.set.clone().unwrap_or_default();
        set.push(Finished {
            at: self.at,
            _unfinished: self.unfinished,
            to: path,
            digest: Some(FileDigest::new(out.len, out.hash.digest())),
        });
        match self.set {
            Some(_) => Ok(()),
            None => set.publish(),
        }
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
}

/// Returns where a file is or will be: a link stays one, and may lead to
/// another disk.
fn real_path(path: &Path) -> io::Result<PathBuf> {
    if let Ok(real) = fs::canonicalize(path) {
        return Ok(real);
    }
    let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
    let dir = dir.unwrap_or(Path::new("."));
    create_folders(dir)?;
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    Ok(fs::canonicalize(dir)?.join(name))
}

/// Refuses to replace a file that must not be written to.
fn refuse_read_only(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) if there.permissions().readonly() => Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "the file is read-only",
        )),
        Ok(_) => File::options().write(true).open(path).map(drop),
        Err(_) => Ok(()),
    }
}

/// Gives a new file the permissions of the one that it is to replace.
fn keep_permissions(path: &Path, file: &File) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(there) => file.set_permissions(there.permissions()),
        Err(_) => Ok(()),
    }
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

    #[test]
    fn a_replaced_file_keeps_its_permissions_and_a_read_only_one_stays() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        fs::write(&path, "old").unwrap();
        let set = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        set(0o640);
        let mut output = OutputFile::create(&path).unwrap();
        output.write_all(b"new").unwrap();
        output.finish().unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        set(0o444);
        assert!(OutputFile::create(&path).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn files_of_a_set_appear_together_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "old").unwrap();
        for publish in [false, true] {
            let out = OutputDir::open(dir.path()).unwrap();
            for name in ["a", "b"] {
                let mut file = out.file(name).unwrap();
                file.write_all(b"new").unwrap();
                file.finish().unwrap();
                assert_eq!(
                    fs::read_to_string(out.unpublished().join(name)).unwrap(),
                    "new"
                );
            }
            assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "old");
            assert!(!dir.path().join("b").exists());
            let digests = out.outputs().digests();
            assert!(digests.values().all(|digest| digest.bytes == 3));
            assert_eq!(digests.len(), 2);
            if publish {
                out.outputs().publish().unwrap();
                drop(out);
                assert_eq!(fs::read_to_string(dir.path().join("b")).unwrap(), "new");
                assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);
            }
        }
    }
}
