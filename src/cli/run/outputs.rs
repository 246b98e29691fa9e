//! No output replaces an input, another output, or a file of a library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::cli::read_files;
use crate::error::{Error, Result};
use crate::read::Inputs;
use crate::read::stamp::FileStamp;
use crate::read::walk::is_library;

/// The outputs of a run, as far as they are known before it begins.
#[derive(Default)]
pub(in crate::cli) struct OutputCheck {
    /// What messages call each output, by the place where it will be.
    places: BTreeMap<PathBuf, PathBuf>,
    /// Those that are there already.
    files: Vec<(PathBuf, FileStamp)>,
}

impl OutputCheck {
    /// Adds an output; `-` is the standard output.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if another output is the same file, if an option names
    /// it as a file that is read, or if it lies in the folder of a library, where
    /// only the library itself writes.
    pub(in crate::cli) fn add(&mut self, path: &Path) -> Result<()> {
        if path == Path::new("-") {
            if let Some(stamp) = stream_stamp(&std::io::stdout()) {
                self.add_file(path, stamp)?;
            }
            return Ok(());
        }
        let place = place(path);
        outside_of_libraries(path, place.parent())?;
        match fs::metadata(&place) {
            // Any number of outputs can go to a device or a pipe.
            Ok(there) if !there.is_file() => return Ok(()),
            Ok(there) => self.add_file(path, FileStamp::new(&there))?,
            Err(_) => {}
        }
        match self.places.insert(place, path.to_owned()) {
            Some(_) => Err(twice(path)),
            None => Ok(()),
        }
    }

    /// Checks a folder that files are copied to.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if it is a library or lies in one.
    pub(in crate::cli) fn check_folder(folder: &Path) -> Result<()> {
        outside_of_libraries(folder, Some(&place(folder)))
    }

    /// Checks a folder that becomes a library: it may be one already, which is
    /// told when it is made.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if it lies in a library.
    pub(in crate::cli) fn check_library(folder: &Path) -> Result<()> {
        outside_of_libraries(folder, place(folder).parent())
    }

    fn add_file(&mut self, path: &Path, stamp: FileStamp) -> Result<()> {
        if self
            .files
            .iter()
            .any(|(_, other)| stamp.is_same_file(other))
        {
            return Err(twice(path));
        }
        self.files.push((path.to_owned(), stamp));
        read_files::named()
            .iter()
            .try_for_each(|path| self.check_file(path))
    }

    /// Checks the outputs against the inputs of a run.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if an output is an input, by whatever name or link.
    pub(in crate::cli) fn check(&self, inputs: &Inputs) -> Result<()> {
        if self.files.is_empty() {
            return Ok(());
        }
        for input in inputs.iter() {
            match (&input.path, input.stamp) {
                (Some(path), Some(stamp)) => self.check_stamp(path, &stamp)?,
                (None, _) => {
                    if let Some(stamp) = stream_stamp(&std::io::stdin()) {
                        self.check_stamp(Path::new("-"), &stamp)?;
                    }
                }
                (Some(_), None) => {}
            }
        }
        Ok(())
    }

    /// Checks them against one file that the run reads.
    pub(in crate::cli) fn check_file(&self, path: &Path) -> Result<()> {
        match fs::metadata(path) {
            Ok(there) => self.check_stamp(path, &FileStamp::new(&there)),
            // Reading it will tell.
            Err(_) => Ok(()),
        }
    }

    fn check_stamp(&self, path: &Path, stamp: &FileStamp) -> Result<()> {
        let is_input = |(output, other): &&(PathBuf, FileStamp)| {
            stamp.is_same_file(other) || !stamp.is_numbered() && place(path) == place(output)
        };
        match self.files.iter().find(is_input) {
            Some((output, _)) => Err(Error::Option {
                option: output.display().to_string(),
                what: "is an input and would be written over; name another file".to_owned(),
            }),
            None => Ok(()),
        }
    }
}

/// Returns an error for an output in `folder` if that is in a library.
fn outside_of_libraries(path: &Path, folder: Option<&Path>) -> Result<()> {
    let mut folders = folder.into_iter().flat_map(Path::ancestors);
    match folders.any(is_library) {
        true => Err(Error::Option {
            option: path.display().to_string(),
            what: "lies in the library; name a place outside of it".to_owned(),
        }),
        false => Ok(()),
    }
}

fn twice(path: &Path) -> Error {
    Error::Option {
        option: path.display().to_string(),
        what: "would be written twice; name another file".to_owned(),
    }
}

/// Returns where a file is or will be, without links as far as it is there.
///
/// A folder that is made for the file leads where its name says: the path
/// `new/../a` is that of `a`, though there is no folder `new` yet.
pub(in crate::cli) fn place(path: &Path) -> PathBuf {
    let mut place = PathBuf::new();
    if path.is_relative() {
        place.push(Path::new(".").canonicalize().unwrap_or_default());
    }
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = place.pop(),
            part => {
                place.push(part);
                if let Ok(real) = place.canonicalize() {
                    place = real;
                }
            }
        }
    }
    place
}

/// Returns what the standard input or output is, if it is a file.
#[cfg(unix)]
fn stream_stamp(stream: &impl std::os::fd::AsFd) -> Option<FileStamp> {
    let stream = stream.as_fd().try_clone_to_owned().ok()?;
    let metadata = fs::File::from(stream).metadata().ok()?;
    metadata.is_file().then(|| FileStamp::new(&metadata))
}

#[cfg(not(unix))]
fn stream_stamp<T>(_: &T) -> Option<FileStamp> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_an_input_by_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("a.jsonl"), "{}").unwrap();
        fs::hard_link(path("a.jsonl"), path("hard")).unwrap();
        std::os::unix::fs::symlink(path("a.jsonl"), path("soft")).unwrap();
        fs::write(path("other"), "{}").unwrap();
        let inputs = Inputs::find(&[path("a.jsonl")]).unwrap();
        for (name, fits) in [
            ("a.jsonl", false),
            ("hard", false),
            ("soft", false),
            ("./a.jsonl", false),
            ("none/../a.jsonl", false),
            ("none/deeper/.././../soft", false),
            ("none/a.jsonl", true),
            ("other", true),
            ("new", true),
        ] {
            let mut check = OutputCheck::default();
            check.add(&path(name)).unwrap();
            assert_eq!(check.check(&inputs).is_ok(), fits, "{name}");
            assert_eq!(check.check_file(&path("hard")).is_ok(), fits, "{name}");
        }
    }

    #[test]
    fn two_outputs_are_two_files_unless_they_go_to_a_device() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("a"), "").unwrap();
        fs::hard_link(path("a"), path("b")).unwrap();
        for (one, other, fits) in [
            ("new", "new", false),
            ("new", "./new", false),
            ("new", "none/../new", false),
            ("a", "b", false),
            ("a", "new", true),
            ("/dev/null", "/dev/null", true),
        ] {
            let mut check = OutputCheck::default();
            check.add(&path(one)).unwrap();
            assert_eq!(check.add(&path(other)).is_ok(), fits, "{one} {other}");
        }
    }
}
