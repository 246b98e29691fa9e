//! The files of a run's folder, as the `run.json` in it names them.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use xxhash_rust::xxh3::Xxh3;

use crate::cli::say::say;
use crate::read::walk::{begins_own, is_run_folder};
use crate::records::scan_files::{REPORT, RUN};
use crate::whole_file::{LIST_MAX, OPTIONS_MAX, read_whole};

/// The files of an earlier run in the folder that a run writes to.
pub(in crate::cli) struct EarlierRun {
    dir: PathBuf,
    /// The hash of each file, by its name.
    files: BTreeMap<String, String>,
}

/// What is read of the record of a run.
#[derive(Default, Deserialize)]
struct Record {
    #[serde(default)]
    files: HashMap<String, Digest>,
}

#[derive(Deserialize)]
struct Digest {
    xxh3: String,
}

impl EarlierRun {
    /// Returns the files of the run whose record is in a folder; none if there
    /// is no such record, or one of another program.
    pub(in crate::cli) fn of(dir: &Path) -> Self {
        let record = is_run_folder(dir)
            .then(|| read_whole(&dir.join(RUN), OPTIONS_MAX).ok())
            .flatten()
            .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok())
            .unwrap_or_default();
        let files = record.files.into_iter();
        EarlierRun {
            dir: dir.to_owned(),
            files: files.map(|(name, digest)| (name, digest.xxh3)).collect(),
        }
    }

    /// Removes the files that the new run did not write: a folder is of one
    /// run. What was changed since the earlier one stays, and is told.
    pub(in crate::cli) fn remove_all_but(&self, written: &[String], quiet: bool) {
        for (name, hash) in &self.files {
            // A name that leads elsewhere is none that a run writes.
            if written.contains(name) || name.contains(['/', '\\']) {
                continue;
            }
            let path = self.dir.join(name);
            if !fs::symlink_metadata(&path).is_ok_and(|there| there.is_file()) {
                continue;
            }
            // `leitong report` writes the page anew.
            let is_page = || {
                name == REPORT && read_whole(&path, LIST_MAX).is_ok_and(|page| begins_own(&page))
            };
            let is_same = hash_of(&path).is_ok_and(|now| now == *hash) || is_page();
            let is_gone = is_same && fs::remove_file(&path).is_ok();
            if !is_gone && !quiet {
                say!(
                    "leitong: warning: {}: of an earlier run, and changed since, so it was left \
                     there; remove it",
                    path.display()
                );
            }
        }
    }
}

/// Returns the hash of a file as `run.json` has it.
pub(in crate::cli) fn hash_of(path: &Path) -> io::Result<String> {
    let mut hash = Box::<Xxh3>::default();
    let mut file = File::open(path)?;
    let mut bytes = vec![0; 1 << 18];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(format!("{:016x}", hash.digest())),
            len => hash.update(&bytes[..len]),
        }
    }
}
