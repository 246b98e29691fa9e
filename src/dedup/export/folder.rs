//! A folder of the documents that stay: files of one document are copied whole,
//! files of records with the records that stay.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::corpus::{Corpus, DocId};
use crate::dedup::export::lines::{self, Lines};
use crate::dedup::export::sink::Out;
use crate::dedup::export::table::{self, Table};
use crate::dedup::export::{ExportPlan, parts};
use crate::error::{Error, Result};
use crate::read::Inputs;
use crate::read::walk::{Input, InputKind};
use crate::write::OutputSet;
use crate::write::unfinished::{Unfinished, create_folders};

/// A folder that appears with all its files or not at all.
pub struct ExportFolder {
    path: PathBuf,
    outputs: OutputSet,
    unfinished: Unfinished,
    /// The path of each input below the folder.
    below: Vec<PathBuf>,
}

impl ExportFolder {
    /// Begins a folder beside its final path, which it gets when `outputs` are
    /// published.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if the folder exists and is not empty, or if two inputs
    /// would be copied to one path.
    pub fn create(
        outputs: &OutputSet,
        path: &Path,
        inputs: &Inputs,
        plan: &ExportPlan,
    ) -> Result<Self> {
        let failed = |source| Error::Output {
            path: path.to_owned(),
            source,
        };
        let wrong = |what: String| Error::Option {
            option: "`copy-to`".to_owned(),
            what,
        };
        match fs::read_dir(path) {
            Ok(mut entries) => {
                if entries.next().is_some() {
                    return Err(wrong(format!(
                        "{} is not empty; name a new folder",
                        path.display()
                    )));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(failed(error)),
        }
        // A part of an archive can't be copied, and all of it would be too much.
        let archive = inputs
            .iter()
            .zip(0..)
            .find(|(_, number)| plan.kind(*number) == InputKind::Warc);
        if let Some((input, _)) = archive {
            return Err(wrong(format!(
                "{} is a web archive, of which no copies are made; write records with -o",
                input.name
            )));
        }
        let mut taken: HashMap<PathBuf, &Input> = HashMap::new();
        let mut below = Vec::with_capacity(inputs.len());
        for input in inputs.iter() {
            let target = path_below(input).ok_or_else(|| {
                wrong(format!(
                    "{} is no file and has no name to be copied under; use -o",
                    input.name
                ))
            })?;
            if let Some(other) = taken.insert(target.clone(), input) {
                return Err(wrong(format!(
                    "{} and {} would both become {}; give the folder above them as INPUT",
                    other.name,
                    input.name,
                    target.display()
                )));
            }
            below.push(target);
        }
        let parent = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        create_folders(parent).map_err(failed)?;
        let unfinished = outputs.folder_in(parent).map_err(failed)?;
        Ok(ExportFolder {
            path: path.to_owned(),
            outputs: outputs.clone(),
            unfinished,
            below,
        })
    }

    /// Copies the documents that stay. Inputs of which nothing stays leave no
    /// file.
    pub fn write(
        self,
        plan: &ExportPlan,
        inputs: &Inputs,
        corpus: &Corpus,
        keep: &dyn Fn(DocId) -> bool,
    ) -> Result<()> {
        let failed = |path: &Path, source| Error::Output {
            path: path.to_owned(),
            source,
        };
        for part in parts(inputs, corpus) {
            if !part.docs.clone().map(DocId).any(keep) {
                continue;
            }
            let to = self
                .unfinished
                .path()
                .join(&self.below[part.number as usize]);
            if let Some(folder) = to.parent() {
                fs::create_dir_all(folder).map_err(|error| failed(&to, error))?;
            }
            let (kind, head) = (plan.kind(part.number), plan.head(part.number));
            match kind {
                InputKind::Jsonl | InputKind::Json | InputKind::Lines | InputKind::Csv(_) => {
                    let is_array = kind == InputKind::Json;
                    let mut target = Lines::new(Out::create(&to, None)?).in_array(is_array);
                    let locations = part.locations(corpus, keep);
                    lines::copy(
                        part.input,
                        kind,
                        head,
                        plan.options(),
                        locations,
                        Some(&mut target),
                        None,
                    )?;
                    target.finish()?;
                }
                InputKind::Parquet => {
                    let mut target = Table::new(Out::create(&to, None)?, &to);
                    let rows = part.rows(corpus, keep);
                    table::copy(part.input, &rows, plan.options().limit, &mut target)?;
                    target.finish()?;
                }
                InputKind::Text
                | InputKind::Html
                | InputKind::Subtitles
                | InputKind::Docx
                | InputKind::Pdf
                | InputKind::Warc
                | InputKind::Sniff => {
                    if let Some(from) = &part.input.path {
                        fs::copy(from, &to).map_err(|error| failed(&to, error))?;
                    }
                }
            }
        }
        self.outputs.finish_folder(self.unfinished, &self.path);
        Ok(())
    }
}

/// Returns the path of an input below the copy: its path below the INPUT folder,
/// or its name; never one that leads out of the copy.
fn path_below(input: &Input) -> Option<PathBuf> {
    let path = input.path.as_ref().filter(|_| input.regular)?;
    // The id tells the depth of the file; the path has the names as the
    // system knows them.
    let depth = input.doc_id.split('/').count();
    let parts: Vec<OsString> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => Some(name.to_owned()),
            _ => None,
        })
        .rev()
        .take(depth)
        .collect::<Option<_>>()?;
    Some(parts.into_iter().rev().collect())
}
