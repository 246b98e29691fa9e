//! From INPUT arguments to an ordered list of inputs, each with its kind.

mod again;
mod folder;
mod names;
mod own;
mod own_files;
mod path_date;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::error::{Error, Result, Skipped};
use crate::read::file_filter::{FileFilter, as_pattern};
use crate::read::stamp::FileStamp;
use crate::write::unfinished::{Unfinished, create_folders};
pub use names::{Compression, InputKind};
use names::{NameClass, class_of, lossy};
pub(crate) use own::{is_library, is_run_folder};
pub(crate) use own_files::{IGNORE_LINE, begins_own};
use path_date::date_in_path;

/// A file, or stdin, that will be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What messages call it: the path as given, or `stdin`.
    pub name: String,
    /// Where it lies; `None` is stdin.
    pub path: Option<PathBuf>,
    /// The id of its document, when it holds just one: the path below the
    /// INPUT folder, with `/` on every system, or the file's name.
    pub doc_id: String,
    /// What it holds.
    pub kind: InputKind,
    /// How it is compressed.
    pub compression: Compression,
    /// The date in its path, as in `date=2024-03-05/`, for records without one.
    pub date: Option<String>,
    /// Its size on disk in bytes; 0 where that is unknown (stdin, a pipe).
    pub len_bytes: u64,
    /// What it was when it was found; nothing for a stream.
    pub(crate) stamp: Option<FileStamp>,
    /// Whether it is a regular file, which can be opened twice.
    pub(crate) regular: bool,
    /// Whether the user named it, and did not only name a folder above it.
    pub(crate) named: bool,
    /// The number of the INPUT that led to it.
    argument: u32,
}

/// The inputs of a run, in order.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    inputs: Vec<Input>,
    skipped: Vec<Skipped>,
    warnings: Vec<String>,
    // For each entry of `skipped`, how many inputs stand before it.
    skipped_at: Vec<usize>,
    /// What was named, in order.
    named: Vec<Named>,
}

/// An INPUT as it was named.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    name: String,
    /// Whether files below it were skipped, each with a message.
    has_skipped: bool,
}

impl Inputs {
    /// Returns the inputs that `paths` name: files as they are, folders walked
    /// in bytewise order of their names, `-` as stdin.
    ///
    /// Inside a folder, what other programs leave there is ignored: names that
    /// begin with `.` or `_`, and checksums (`.crc`). So are folders that this
    /// program wrote, libraries, files of records, graphs and pages that it wrote,
    /// and a README or licence beside files of records; these are named in
    /// [`Inputs::warnings`]. What can't be read as text, and links that lead out
    /// of the folder, are skipped and listed in [`Inputs::skipped`].
    ///
    /// Where files of one document in several INPUT folders have one id, the
    /// path of the INPUT is put before it. A file that several INPUTs lead to
    /// is read once, and a warning says so.
    ///
    /// Takes a few system calls a file; of a file in a folder the head is read.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] if a path is missing or can't be opened,
    /// [`Error::Format`] if stdin is named twice, or if a folder holds nothing
    /// that is read.
    pub fn find<P: AsRef<Path>>(paths: &[P]) -> Result<Inputs> {
        Inputs::find_in(paths, &FileFilter::default())
    }

    /// Returns the inputs that `paths` name, of folders only the files that the
    /// filter takes.
    ///
    /// A path that does not exist and has `*`, `?` or `[` in it is a pattern:
    /// it stands for the files below its first folders that match it.
    ///
    /// # Errors
    ///
    /// Fails as [`Inputs::find`] does; [`Error::Format`] also for a pattern
    /// that nothing matches.
    pub fn find_in<P: AsRef<Path>>(paths: &[P], filter: &FileFilter) -> Result<Inputs> {
        let mut inputs = Inputs::default();
        // The INPUT that each input comes from; of a pattern, its folder.
        let mut origins: Vec<Cow<'_, Path>> = Vec::new();
        for path in paths {
            let path = path.as_ref();
            let skipped = inputs.skipped.len();
            inputs.named.push(Named {
                name: path.display().to_string(),
                has_skipped: false,
            });
            if path == Path::new("-") {
                inputs.add_stdin()?;
                origins.push(path.into());
                continue;
            }
            let unreadable_input = |source| Error::Input {
                path: path.to_owned(),
                source,
            };
            let metadata = match fs::metadata(path) {
                Ok(metadata) => metadata,
                Err(error) => match as_pattern(path) {
                    Some((folder, pattern)) => {
                        inputs.add_matching(path, &folder, pattern, filter)?;
                        inputs.note_skipped(skipped);
                        origins.resize(inputs.len(), folder.into());
                        continue;
                    }
                    None => return Err(unreadable_input(error)),
                },
            };
            if metadata.is_dir() {
                fs::read_dir(path).map_err(unreadable_input)?;
                inputs.refuse_library(path)?;
                let own = inputs.add_folder(path, |below| filter.takes(below), filter);
                inputs.note_skipped(skipped);
                if inputs.len() == origins.len() && inputs.skipped.len() == skipped {
                    return Err(nothing_in(path, own));
                }
                origins.resize(inputs.len(), path.into());
            } else {
                // A pipe can be opened once only, so not here.
                if metadata.is_file() {
                    File::open(path).map_err(unreadable_input)?;
                }
                inputs.add_named(path, &metadata)?;
                origins.push(path.into());
            }
        }
        if paths.len() > 1 {
            inputs.leave_out_second_readings(&mut origins);
        }
        inputs.tell_apart(&origins);
        inputs.refuse_parquet()?;
        Ok(inputs)
    }

    /// Notes whether files of the last INPUT were skipped.
    fn note_skipped(&mut self, before: usize) {
        let has_skipped = self.skipped.len() > before;
        if let Some(named) = self.named.last_mut() {
            named.has_skipped = has_skipped;
        }
    }

    /// Returns the same, any of which may give nothing.
    pub(crate) fn that_may_be_empty(self) -> Inputs {
        Inputs {
            named: Vec::new(),
            ..self
        }
    }

    /// Returns whether an input was named and may not give nothing.
    pub(crate) fn was_asked_for(&self, input: u32) -> bool {
        !self.named.is_empty() && self.get(input).is_some_and(|input| input.named)
    }

    /// Returns the first INPUT of which nothing was read, neither a document nor
    /// a message: `has_some` tells whether an input gave one.
    pub(crate) fn first_silent(&self, has_some: impl Fn(u32) -> bool) -> Option<&str> {
        // Of a file that was named twice the second reading is gone.
        let mut states: Vec<Option<bool>> = vec![None; self.named.len()];
        for (number, input) in (0..).zip(&self.inputs) {
            if let Some(state) = states.get_mut(input.argument as usize) {
                *state = Some(state.unwrap_or(false) || has_some(number));
            }
        }
        let silent = self
            .named
            .iter()
            .zip(states)
            .find(|(named, state)| *state == Some(false) && !named.has_skipped);
        silent.map(|(named, _)| named.name.as_str())
    }

    /// Puts the INPUT's path before ids that occur below several INPUTs.
    fn tell_apart(&mut self, origins: &[Cow<'_, Path>]) {
        let mut first: HashMap<&str, &Cow<'_, Path>> = HashMap::new();
        let mut repeated: HashSet<String> = HashSet::new();
        for (input, origin) in self.inputs.iter().zip(origins) {
            let known = *first.entry(&input.doc_id).or_insert(origin);
            if known != origin {
                repeated.insert(input.doc_id.clone());
            }
        }
        for (input, origin) in self.inputs.iter_mut().zip(origins) {
            if !repeated.contains(&input.doc_id) {
                continue;
            }
            let folder = if input.named {
                origin.parent()
            } else {
                Some(origin.as_ref())
            };
            let parts = folder.into_iter().flat_map(Path::components);
            let mut parts: Vec<String> = parts
                .filter_map(|part| match part {
                    Component::Normal(name) => Some(lossy(name)),
                    _ => None,
                })
                .collect();
            parts.push(std::mem::take(&mut input.doc_id));
            input.doc_id = parts.join("/");
        }
    }

    /// Returns what a user should know of what was left out without loss.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Returns an error if there is a Parquet file and this build has no
    /// Parquet: a whole format is nothing to leave out quietly.
    fn refuse_parquet(&self) -> Result<()> {
        let mut all = self.inputs.iter();
        let table = all.find(|input| input.kind == InputKind::Parquet);
        match table {
            Some(input) if !cfg!(feature = "parquet") => Err(Error::Format {
                input: input.name.clone(),
                what: "this build of leitong has no Parquet; build it with the feature `parquet`"
                    .to_owned(),
            }),
            _ => Ok(()),
        }
    }

    /// Checks that every file still is what it was when it was found: the same
    /// file, of the same size and time.
    ///
    /// Takes a system call a file.
    ///
    /// # Errors
    ///
    /// [`Error::Changed`] for the first that is not.
    pub fn check_unchanged(&self) -> Result<()> {
        for input in &self.inputs {
            let (Some(path), Some(stamp)) = (&input.path, input.stamp) else {
                continue;
            };
            let now = fs::metadata(path).map(|metadata| FileStamp::new(&metadata));
            if now.ok() != Some(stamp) {
                return Err(Error::Changed {
                    input: input.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Copies what can be read only once (stdin, pipes) to files in `folder`,
    /// from which it is read instead.
    ///
    /// The files last as long as the returned paths.
    pub(crate) fn spool(&mut self, folder: &Path) -> Result<Vec<Unfinished>> {
        let mut spooled = Vec::new();
        for input in self.inputs.iter_mut().filter(|input| !input.regular) {
            let refused = |path: &Path, source| Error::Input {
                path: path.to_owned(),
                source,
            };
            let failed = |source| Error::Output {
                path: folder.to_owned(),
                source,
            };
            let mut reader: Box<dyn io::Read> = match &input.path {
                Some(path) => Box::new(File::open(path).map_err(|error| refused(path, error))?),
                None => Box::new(io::stdin().lock()),
            };
            create_folders(folder).map_err(failed)?;
            let (mut file, spooled_file) = Unfinished::file_in(folder).map_err(failed)?;
            io::copy(&mut reader, &mut file).map_err(failed)?;
            input.path = Some(spooled_file.path().to_owned());
            spooled.push(spooled_file);
        }
        Ok(spooled)
    }

    /// Returns the sum of the known sizes on disk.
    pub fn len_bytes(&self) -> u64 {
        self.inputs.iter().map(|input| input.len_bytes).sum()
    }

    /// Returns the number of inputs.
    pub fn len(&self) -> usize {
        self.inputs.len()
    }

    /// Returns whether there are no inputs.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Returns the input that [`Location::input`](crate::corpus::Location::input)
    /// numbers.
    pub fn get(&self, index: u32) -> Option<&Input> {
        self.inputs.get(index as usize)
    }

    /// Returns the inputs in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Input> {
        self.inputs.iter()
    }

    /// Returns the names of the inputs, in order.
    pub fn names(&self) -> Vec<&str> {
        self.inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect()
    }

    /// Returns the files in folders that were skipped, in order.
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Returns the skipped files, each with the number of inputs before it.
    pub(crate) fn skipped_with_order(&self) -> impl Iterator<Item = (usize, &Skipped)> {
        self.skipped_at.iter().copied().zip(&self.skipped)
    }

    fn add_stdin(&mut self) -> Result<()> {
        if self.inputs.iter().any(|input| input.path.is_none()) {
            let what = "stdin can be read only once; name it once".to_owned();
            return Err(Error::Format {
                input: "-".to_owned(),
                what,
            });
        }
        self.inputs.push(Input {
            name: "stdin".to_owned(),
            path: None,
            doc_id: "stdin".to_owned(),
            kind: InputKind::Sniff,
            compression: Compression::Sniff,
            date: None,
            len_bytes: 0,
            regular: false,
            stamp: None,
            named: true,
            argument: self.argument(),
        });
        Ok(())
    }

    fn add_named(&mut self, path: &Path, metadata: &fs::Metadata) -> Result<()> {
        let name = path.display().to_string();
        let doc_id = path.file_name().map_or_else(|| name.clone(), lossy);
        let (kind, compression) = match class_of(&doc_id) {
            // A pipe's name says nothing about what comes through it.
            _ if !metadata.is_file() => (InputKind::Sniff, Compression::Sniff),
            NameClass::Readable(kind, compression) => (kind, compression),
            NameClass::Binary(_, compression) => (InputKind::Sniff, compression),
        };
        let regular = metadata.is_file();
        let len_bytes = if regular { metadata.len() } else { 0 };
        self.inputs.push(Input {
            name,
            date: date_in_path(path),
            path: Some(path.to_owned()),
            doc_id,
            kind,
            compression,
            len_bytes,
            regular,
            stamp: regular.then(|| FileStamp::new(metadata)),
            named: true,
            argument: self.argument(),
        });
        Ok(())
    }

    /// Returns the number of the INPUT that is looked at.
    fn argument(&self) -> u32 {
        self.named.len().saturating_sub(1) as u32
    }

    fn skip(&mut self, path: &Path, what: String) {
        self.skipped_at.push(self.inputs.len());
        self.skipped.push(Skipped {
            input: path.display().to_string(),
            line: 0,
            what,
        });
    }
}

/// Returns the error for an INPUT folder in which nothing is read; `own` says
/// whether there is output of this program.
fn nothing_in(folder: &Path, own: bool) -> Error {
    let own = match own {
        true => ", and what leitong wrote is none",
        false => "",
    };
    Error::Format {
        input: folder.display().to_string(),
        what: format!(
            "no file in this folder is read (names that begin with . or _ are none{own}); leave \
             it out, or name files or folders that hold documents"
        ),
    }
}

/// Returns the message for a file or folder that the system refuses to open.
pub(crate) fn unreadable(error: &io::Error) -> String {
    format!("cannot be read ({error}); check its permissions")
}
