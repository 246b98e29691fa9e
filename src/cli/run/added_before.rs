//! Whether a run of `leitong dedup --add` was finished before: all that it kept
//! is in the library by now, so to run it again would find nothing new and write
//! empty files over what it wrote.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use crate::cli::args::DedupArgs;
use crate::cli::run::near::NearPlan;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::library::Library;
use crate::read::{self, CorpusOptions, Fields, Inputs};
use crate::whole_file::{OPTIONS_MAX, read_whole};

/// What a run with `--add` records of itself, to be known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct AddMarks {
    /// The hash of the inputs and of all options that decide.
    pub(in crate::cli) fingerprint: String,
    /// The hash of the ids that stay and of the texts that the library holds
    /// under them when the run is finished.
    pub(in crate::cli) documents: String,
}

/// A run that was finished before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Finished {
    /// Documents that it kept.
    pub(in crate::cli) kept: u64,
    /// Those of them that are not in the library, for their ids were taken.
    pub(in crate::cli) left_out: u64,
}

/// Returns the hash of what decides what a run keeps: the bytes of its inputs,
/// its options and the folder of the library.
///
/// # Errors
///
/// Fails if an input can't be read.
pub(in crate::cli) fn fingerprint(
    args: &DedupArgs,
    plan: &NearPlan,
    library: &Library,
) -> Result<String> {
    let mut hash = Xxh3::new();
    let options = format!(
        "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        env!("CARGO_PKG_VERSION"),
        args.input,
        args.near,
        args.group,
        args.choice,
        args.output,
        args.there,
        library.path().canonicalize().ok(),
    );
    hash.update(options.as_bytes());
    let files = plan.inputs.iter();
    let files = files.filter_map(|input| Some((input.name.as_str(), input.path.as_deref()?)));
    let by_hand = args.choice.decisions_by.iter();
    let by_hand = by_hand.map(|path| ("by hand", path.as_path()));
    for (name, path) in files.chain(by_hand) {
        hash.update(name.as_bytes());
        let content = digest(path).map_err(|source| Error::Input {
            path: path.to_owned(),
            source,
        })?;
        hash.update(&content.to_le_bytes());
    }
    Ok(hex(hash.digest()))
}

/// Returns the XXH3 of a file.
fn digest(path: &Path) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut hash = Xxh3::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hash.digest()),
            read => hash.update(&buffer[..read]),
        }
    }
}

fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

/// Collects the hash of ids and the texts under them.
pub(in crate::cli) struct DocumentsHash(Xxh3);

impl DocumentsHash {
    pub(in crate::cli) fn new() -> Self {
        DocumentsHash(Xxh3::new())
    }

    pub(in crate::cli) fn push(&mut self, id: &str, text: &str) {
        for value in [id, text] {
            self.0.update(&(value.len() as u64).to_le_bytes());
            self.0.update(value.as_bytes());
        }
    }

    pub(in crate::cli) fn finish(&self) -> String {
        hex(self.0.digest())
    }
}

/// Returns the earlier run of these options over these inputs, if its record
/// at `run` and its outputs are there as it wrote them, `decisions` among them,
/// and the library has what it kept.
///
/// # Errors
///
/// Fails if the library is damaged.
pub(in crate::cli) fn finished_before(
    run: Option<&Path>,
    decisions: Option<&Path>,
    fingerprint: &str,
    library: &Library,
) -> Result<Option<Finished>> {
    let (Some(run), Some(decisions)) = (run, decisions) else {
        return Ok(None);
    };
    let record = read_whole(run, OPTIONS_MAX).ok();
    let record: Option<Value> = record.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let Some(record) = record else {
        return Ok(None);
    };
    let options = &record["options"];
    let is_same = record["command"] == "dedup" && options["fingerprint"] == fingerprint;
    if !is_same || !are_whole(run, &record["files"]) {
        return Ok(None);
    }
    let Some(kept) = kept_ids(decisions) else {
        return Ok(None);
    };
    let mut hash = DocumentsHash::new();
    for id in &kept {
        match library.get(id)? {
            Some(document) => hash.push(id, &document.text),
            None => return Ok(None),
        }
    }
    let is_there = !kept.is_empty() && options["documents_xxh3"] == hash.finish().as_str();
    Ok(is_there.then(|| Finished {
        kept: kept.len() as u64,
        left_out: record["counts"]["not_added"].as_u64().unwrap_or(0),
    }))
}

/// Returns whether files are as the record of their run names them.
fn are_whole(run: &Path, files: &Value) -> bool {
    let folder = run.parent().unwrap_or(Path::new(""));
    let is_whole = |(name, of): (&String, &Value)| {
        digest(&folder.join(name)).is_ok_and(|digest| of["xxh3"] == hex(digest).as_str())
    };
    files
        .as_object()
        .is_some_and(|files| !files.is_empty() && files.iter().all(is_whole))
}

/// Returns the ids of documents that stay, as decisions of any format name them.
fn kept_ids(decisions: &Path) -> Option<Vec<String>> {
    let mut options = CorpusOptions {
        keep_texts: true,
        ..CorpusOptions::default()
    };
    options.read.fields = Fields {
        text: "action".to_owned(),
        ..Fields::default()
    };
    let inputs = Inputs::find(&[decisions]).ok()?;
    let (corpus, _) = read::read(&inputs, &options, &Context::default()).ok()?;
    let kept = corpus
        .docs()
        .filter(|doc| corpus.text(*doc) == Some("keep"));
    Some(kept.map(|doc| corpus.id(doc).to_owned()).collect())
}
