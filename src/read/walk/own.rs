//! Output of this program, told from other files.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use crate::library_mark::{LIBRARY_MANIFEST, LIBRARY_MARK};
use crate::read::walk::own_files::outer_keys;
use crate::whole_file::{OPTIONS_MAX, read_whole};

/// The name of the record that a run of this program leaves beside its output.
pub(super) const RUN_RECORD: &str = "run.json";

/// Number of bytes in which the command of such a record is looked for.
const RUN_RECORD_BYTES: u64 = 4096;

/// What a record of a run stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// The whole folder is output.
    Folder,
    /// Output lies beside other files.
    Files,
}

/// Returns what a file that may be the record of a run of this program stands
/// for.
pub(super) fn own_record(path: &Path) -> Option<Own> {
    let mut head = Vec::new();
    let file = File::open(path).ok()?;
    file.take(RUN_RECORD_BYTES).read_to_end(&mut head).ok()?;
    // Others keep such records, too: ours have these fields, in this order.
    let (keys, _) = outer_keys(head.trim_ascii_start());
    if !keys.starts_with(&["schema", "version", "command", "arguments"]) {
        return None;
    }
    let head = String::from_utf8_lossy(&head);
    let (_, command) = head.split_once("\"command\"")?;
    let command = command.trim_start().strip_prefix(':')?.trim_start();
    let writes_folders = ["\"scan\"", "\"cluster\""];
    let is_folder = writes_folders.iter().any(|name| command.starts_with(name));
    Some(if is_folder { Own::Folder } else { Own::Files })
}

/// Returns whether a file is the record of a run of this program, or the
/// decisions that lie beside one.
pub(super) fn is_own_side_file(path: &Path, name: &str) -> bool {
    if name.ends_with(RUN_RECORD) {
        return own_record(path).is_some();
    }
    let Some((stem, _)) = name.split_once("decisions.") else {
        return false;
    };
    (stem.is_empty() || stem.ends_with('.'))
        && own_record(&path.with_file_name(format!("{stem}{RUN_RECORD}"))).is_some()
}

/// Returns whether a folder is a library.
pub(crate) fn is_library(folder: &Path) -> bool {
    let mut head = [0; LIBRARY_MARK.len()];
    let read =
        File::open(folder.join(LIBRARY_MANIFEST)).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == *LIBRARY_MARK
}

/// Returns whether a folder holds the record of a scan or of another run that
/// writes folders.
pub(crate) fn is_run_folder(folder: &Path) -> bool {
    own_record(&folder.join(RUN_RECORD)) == Some(Own::Folder)
}

/// Returns the names of the files that a run of this program wrote to a folder,
/// as its record there says; none if that is no such folder.
pub(super) fn files_of_run(folder: &Path) -> HashSet<String> {
    /// The part of a record that names the files.
    #[derive(Deserialize)]
    struct Record {
        files: std::collections::HashMap<String, serde::de::IgnoredAny>,
    }
    if !is_run_folder(folder) {
        return HashSet::new();
    }
    let record = read_whole(&folder.join(RUN_RECORD), OPTIONS_MAX)
        .ok()
        .and_then(|bytes| serde_json::from_slice::<Record>(&bytes).ok());
    record.map_or_else(HashSet::new, |record| record.files.into_keys().collect())
}
