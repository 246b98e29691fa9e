//! The files of an INPUT folder, in order, and what is left out of it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::error::{Error, Result};
use crate::read::file_filter::{FileFilter, FilePattern};
use crate::read::stamp::FileStamp;
use crate::read::walk::names::{NameClass, class_of, is_left_by_programs, is_readme, lossy};
use crate::read::walk::own::{
    Own, RUN_RECORD, files_of_run, is_library, is_own_side_file, own_record,
};
use crate::read::walk::own_files::is_own;
use crate::read::walk::path_date::date_in_path;
use crate::read::walk::{Input, InputKind, Inputs, unreadable};

/// The most texts of a folder whose heads are looked at before they are read.
const TEXTS_LOOKED_AT: usize = 100;

/// Number of files and folders of this program that are named one by one.
const OWN_NAMED: usize = 20;

impl Inputs {
    /// Adds the files that an INPUT with a pattern matches, below its folder.
    pub(super) fn add_matching(
        &mut self,
        input: &Path,
        folder: &Path,
        pattern: std::result::Result<FilePattern, String>,
        filter: &FileFilter,
    ) -> Result<()> {
        let wrong = |what: String| Error::Format {
            input: input.display().to_string(),
            what,
        };
        let pattern = pattern.map_err(wrong)?;
        fs::read_dir(folder).map_err(|source| Error::Input {
            path: folder.to_owned(),
            source,
        })?;
        let before = self.inputs.len() + self.skipped.len();
        let takes = |below: &str| pattern.matches(below) && filter.takes(below);
        self.add_folder(folder, takes, filter);
        match self.inputs.len() + self.skipped.len() > before {
            true => Ok(()),
            false => Err(wrong(
                "no file matches this pattern; * stops at a slash, ** stands for any folders"
                    .to_owned(),
            )),
        }
    }

    /// Adds the files of a folder, in bytewise order of their names, that
    /// `takes` accepts by their path below it; returns whether some were left
    /// out because this program wrote them.
    pub(super) fn add_folder(
        &mut self,
        folder: &Path,
        takes: impl Fn(&str) -> bool,
        filter: &FileFilter,
    ) -> bool {
        let slashed = |below: &Path| below.iter().map(lossy).collect::<Vec<_>>().join("/");
        let below_folder = |path: &Path| slashed(path.strip_prefix(folder).unwrap_or(path));
        let first = self.inputs.len();
        let root = folder.canonicalize().ok();
        // Links can lead to one folder in exponentially many ways, or in a
        // circle; each folder is walked only the first time.
        let mut walked = HashSet::new();
        let mut own_folders = Vec::new();
        let mut own_files = Vec::new();
        let own_here = files_of_run(folder);
        let mut links_out = Vec::new();
        let mut links_within = Vec::new();
        // Whether the walk reads a file of the folder under its own name.
        let is_read = |root: &Path, below: &Path| {
            let mut folders = below.ancestors().skip(1);
            let name = below.file_name().map(lossy).unwrap_or_default();
            let passed = |path: &Path| filter.leaves_out(&slashed(path));
            !below.iter().any(is_left_by_programs)
                && !below.ancestors().any(passed)
                && takes(&slashed(below))
                && matches!(class_of(&name), NameClass::Readable(..))
                && !folders.any(|folder| {
                    folder != Path::new("")
                        && own_record(&root.join(folder).join(RUN_RECORD)) == Some(Own::Folder)
                })
        };
        let walk = WalkDir::new(folder)
            .follow_links(true)
            .sort_by_file_name()
            .into_iter();
        let walk = walk.filter_entry(|entry| {
            if entry.depth() > 0
                && (is_left_by_programs(entry.file_name())
                    || filter.leaves_out(&below_folder(entry.path())))
            {
                return false;
            }
            if entry.path_is_symlink()
                && entry.depth() > 0
                && let (Some(root), Ok(real)) = (&root, entry.path().canonicalize())
            {
                let Ok(below) = real.strip_prefix(root) else {
                    links_out.push(entry.path().to_owned());
                    return false;
                };
                // A second reading would make copies of all its records.
                let is_file = entry.file_type().is_file();
                if is_file && takes(&below_folder(entry.path())) && is_read(root, below) {
                    links_within.push(entry.path().to_owned());
                    return false;
                }
            }
            if !entry.file_type().is_dir() {
                return true;
            }
            let is_own = || {
                own_record(&entry.path().join(RUN_RECORD)) == Some(Own::Folder)
                    || is_library(entry.path())
            };
            if entry.depth() > 0 && is_own() {
                own_folders.push(entry.path().to_owned());
                return false;
            }
            entry
                .path()
                .canonicalize()
                .map_or(true, |real| walked.insert(real))
        });
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => {}
                Ok(entry) => {
                    let below = below_folder(entry.path());
                    if !takes(&below) {
                        continue;
                    }
                    if own_here.contains(&below) {
                        own_files.push(entry.path().to_owned());
                        continue;
                    }
                    match entry.metadata().map_err(io::Error::from) {
                        Ok(metadata) => self.add_walked(entry.path(), below, &metadata),
                        Err(error) => self.skip(entry.path(), unreadable(&error)),
                    }
                }
                // A circle: all of it is read from where it was entered.
                Err(error) if error.loop_ancestor().is_some() => {}
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let error = error
                        .into_io_error()
                        .unwrap_or_else(|| io::ErrorKind::Other.into());
                    let what = match error.kind() {
                        io::ErrorKind::NotFound if path.is_symlink() => {
                            "a link to something that is not there; mend or remove it".to_owned()
                        }
                        _ => unreadable(&error),
                    };
                    self.skip(&path, what);
                }
            }
        }
        for path in links_out {
            let what = "a link that leads out of the folder; name what it leads to";
            self.skip(&path, what.to_owned());
        }
        if let Some((first, more)) = links_within.split_first() {
            let more = match more.len() {
                0 => String::new(),
                1 => " (and 1 more like it)".to_owned(),
                more => format!(" (and {more} more like it)"),
            };
            self.warnings.push(format!(
                "{}: a link to a file of the folder that is read under its own name, so it was \
                 not read again{more}",
                first.display()
            ));
        }
        own_folders.extend(own_files);
        own_folders.extend(self.leave_out_own_files(first));
        for path in own_folders.iter().take(OWN_NAMED) {
            let what = match is_library(path) {
                true => {
                    "written by leitong, so it was not read; leitong index export writes its documents"
                }
                false => "written by leitong, so it was not read; name it to read it",
            };
            self.warnings.push(format!("{}: {what}", path.display()));
        }
        if let Some(more) = own_folders.len().checked_sub(OWN_NAMED + 1) {
            self.warnings.push(format!(
                "and {} more files and folders that leitong wrote",
                more + 1
            ));
        }
        self.leave_out_readmes(first);
        !own_folders.is_empty()
    }

    /// Refuses a library as INPUT: its documents are not its files.
    pub(super) fn refuse_library(&self, folder: &Path) -> Result<()> {
        match is_library(folder) {
            true => Err(Error::Format {
                input: folder.display().to_string(),
                what: "a library, whose files are no documents; write these out with `leitong \
                       index export`, and read that"
                    .to_owned(),
            }),
            false => Ok(()),
        }
    }

    /// Leaves out files that this program wrote, from input `first` on; returns
    /// their paths.
    fn leave_out_own_files(&mut self, first: usize) -> Vec<PathBuf> {
        let found = &self.inputs[first..];
        let folder_of = |input: &Input| input.path.as_ref()?.parent().map(Path::to_owned);
        let mut texts: HashMap<Option<PathBuf>, usize> = HashMap::new();
        for input in found.iter().filter(|input| input.kind == InputKind::Sniff) {
            *texts.entry(folder_of(input)).or_default() += 1;
        }
        // A look at each of many small texts would take as long as reading them;
        // what is passed here is told when it is read.
        let is_looked_at = |input: &Input| {
            input.kind != InputKind::Sniff
                || texts
                    .get(&folder_of(input))
                    .is_some_and(|texts| *texts <= TEXTS_LOOKED_AT)
        };
        let is_own: Vec<bool> = found
            .iter()
            .map(|input| is_looked_at(input) && is_own(input))
            .collect();
        let mut left_out = Vec::new();
        let mut at = 0;
        self.inputs.retain_mut(|input| {
            let index = at;
            at += 1;
            let goes = index >= first && is_own[index - first];
            if goes {
                left_out.extend(input.path.take());
            }
            !goes
        });
        let removed_before = |at: usize| {
            let passed = is_own.iter().take(at.saturating_sub(first));
            passed.filter(|is_own| **is_own).count()
        };
        for at in &mut self.skipped_at {
            *at -= removed_before(*at);
        }
        left_out
    }

    /// Leaves out a README or licence beside files of records, from input
    /// `first` on.
    fn leave_out_readmes(&mut self, first: usize) {
        let folder_of = |input: &Input| {
            input
                .path
                .as_ref()
                .and_then(|path| path.parent().map(Path::to_owned))
        };
        let with_records: HashSet<PathBuf> = self.inputs[first..]
            .iter()
            .filter(|input| {
                use InputKind::{Csv, Json, Jsonl, Parquet};
                matches!(input.kind, Csv(_) | Json | Jsonl | Parquet)
            })
            .filter_map(folder_of)
            .collect();
        if with_records.is_empty() {
            return;
        }
        let mut index = 0;
        // What was skipped after an input that goes moves up.
        let mut removed = Vec::new();
        self.inputs.retain(|input| {
            let name = input.path.as_ref().and_then(|path| path.file_name());
            let goes = index >= first
                && name.is_some_and(is_readme)
                && folder_of(input).is_some_and(|folder| with_records.contains(&folder));
            if goes {
                removed.push(index);
                self.warnings.push(format!(
                    "{}: beside files of records, so it was not read; name it to read it",
                    input.name
                ));
            }
            index += 1;
            !goes
        });
        for at in &mut self.skipped_at {
            *at -= removed.iter().filter(|index| **index < *at).count();
        }
    }

    fn add_walked(&mut self, path: &Path, doc_id: String, metadata: &fs::Metadata) {
        if !metadata.is_file() {
            let what = "a pipe, socket or device, not a file; name it directly to read it";
            return self.skip(path, what.to_owned());
        }
        let name = path.file_name().map(lossy).unwrap_or_default();
        if is_own_side_file(path, &name) {
            return;
        }
        match class_of(&name) {
            NameClass::Readable(kind, compression) => self.inputs.push(Input {
                name: path.display().to_string(),
                date: date_in_path(path),
                path: Some(path.to_owned()),
                doc_id,
                kind,
                compression,
                len_bytes: metadata.len(),
                regular: true,
                stamp: Some(FileStamp::new(metadata)),
                named: false,
                argument: self.argument(),
            }),
            NameClass::Binary(ending, _) => {
                self.skip(
                    path,
                    format!("not text by its ending .{ending}; convert it to text"),
                );
            }
        }
    }
}
