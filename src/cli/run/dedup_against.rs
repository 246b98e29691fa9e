//! `leitong dedup --against`: what is there already, the passages that
//! documents go for, and the library that those that stay are added to.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::amounts::grouped;
use crate::cli::args::{AgainstArgs, DedupArgs};
use crate::cli::run::added_before::DocumentsHash;
use crate::cli::run::against::{AgainstPlan, is_library, name_of, warn_if_empty};
use crate::cli::run::near::NearRun;
use crate::cli::run::outputs::OutputCheck;
use crate::cli::say::say;
use crate::context::Context;
use crate::corpus::DocId;
use crate::dedup::{Decisions, DedupInput};
use crate::error::{Error, Result};
use crate::library::{Library, LibraryWriter, OnConflict, SHARED_RUN};
use crate::passages::{PairSearch, PassageSearch, ReusedPassage};
use crate::read::Inputs;
use crate::records::passages::write_passages;
use crate::write::{OutputFile, TableOptions, Target};

/// Ids that a warning names.
const IDS_NAMED: usize = 20;

/// What is there already, and who adds to it.
pub(in crate::cli) struct There {
    plan: Option<AgainstPlan>,
    /// Holds the lock of the library until the documents are in it.
    writer: Option<LibraryWriter>,
    on_conflict: OnConflict,
    pub(in crate::cli) name: String,
    pub(in crate::cli) only: bool,
}

impl There {
    /// Opens what is named; `None` if nothing is.
    pub(in crate::cli) fn open(args: &DedupArgs) -> Result<Option<There>> {
        let AgainstArgs {
            against,
            only_against,
            add,
            on_conflict,
        } = &args.there;
        let (plan, writer) = match &against[..] {
            [] => return Ok(None),
            [path] if is_library(path) => {
                if *add {
                    let writer = LibraryWriter::open(path)?;
                    let library = Arc::clone(writer.library());
                    (AgainstPlan::Library(library), Some(writer))
                } else {
                    let library = Library::open(path)?;
                    warn_if_empty(&library, args.run.quiet);
                    (AgainstPlan::Library(Arc::new(library)), None)
                }
            }
            paths if *add => {
                return Err(Error::Option {
                    option: "--add".to_owned(),
                    what: format!(
                        "adds to a library, and {} is none; make one with leitong index create",
                        paths[0].display()
                    ),
                });
            }
            paths => (AgainstPlan::files(paths)?, None),
        };
        Ok(Some(There {
            name: plan.name(),
            plan: Some(plan),
            writer,
            on_conflict: *on_conflict,
            only: *only_against,
        }))
    }

    /// Leaves out the files that are read as `inputs` as well.
    pub(in crate::cli) fn leave_out_those_of(&mut self, inputs: &Inputs) -> Result<()> {
        match &mut self.plan {
            Some(AgainstPlan::Files(there)) => there.leave_out_those_of(inputs)?,
            Some(AgainstPlan::Library(_)) | None => return Ok(()),
        }
        self.name = self.plan.as_ref().map_or(String::new(), AgainstPlan::name);
        Ok(())
    }

    /// Makes sure that nothing that is compared with is written over.
    pub(in crate::cli) fn check(&self, check: &OutputCheck) -> Result<()> {
        match &self.plan {
            Some(AgainstPlan::Files(inputs)) => check.check(inputs),
            Some(AgainstPlan::Library(_)) | None => Ok(()),
        }
    }

    /// Takes what the input is compared with.
    pub(in crate::cli) fn take_plan(&mut self) -> Option<AgainstPlan> {
        self.plan.take()
    }

    /// Returns the documents that stay and whose id the library has already,
    /// before anything is written.
    ///
    /// # Errors
    ///
    /// Fails if there are any and nothing is to be written then.
    pub(in crate::cli) fn conflicts(
        &self,
        input: &DedupInput<'_>,
        decisions: &Decisions,
    ) -> Result<Vec<DocId>> {
        let Some(writer) = &self.writer else {
            return Ok(Vec::new());
        };
        let mut conflicts = Vec::new();
        for doc in input.docs().filter(|doc| decisions.is_kept(*doc)) {
            if writer.library().contains(input.corpus.id(doc))? {
                if self.on_conflict == OnConflict::Error {
                    return Err(Error::Library {
                        path: writer.library().path().to_owned(),
                        what: format!(
                            "a document with the id {:?} and another text is there already, and nothing was written; choose `on-conflict skip` or `on-conflict replace`",
                            input.corpus.id(doc)
                        ),
                    });
                }
                conflicts.push(doc);
            }
        }
        Ok(conflicts)
    }

    /// Says which documents are not added, or take the place of others.
    pub(in crate::cli) fn warning(
        &self,
        conflicts: &[DocId],
        input: &DedupInput<'_>,
    ) -> Option<String> {
        if conflicts.is_empty() {
            return None;
        }
        let ids = conflicts.iter().take(IDS_NAMED);
        let mut ids: Vec<String> = ids
            .map(|doc| format!("{:?}", input.corpus.id(*doc)))
            .collect();
        if conflicts.len() > IDS_NAMED {
            ids.push("…".to_owned());
        }
        let what = match self.on_conflict {
            OnConflict::Replace => "take the place of documents with their ids",
            OnConflict::Skip | OnConflict::Error => {
                "stay and are not added, for other documents have their ids (--on-conflict \
                 replace puts them in their place, another --id-field names them otherwise)"
            }
        };
        Some(format!(
            "{} documents {what} in {}: {}",
            grouped(conflicts.len() as u64),
            self.name,
            ids.join(", ")
        ))
    }

    /// Returns the library that documents are added to, if they are.
    pub(in crate::cli) fn library_to_add_to(&self) -> Option<&Library> {
        self.writer.as_ref().map(|writer| &**writer.library())
    }

    /// Returns the hash of the documents that stay, with the texts that the
    /// library holds under their ids once they are added.
    pub(in crate::cli) fn documents_hash(
        &self,
        conflicts: &[DocId],
        input: &DedupInput<'_>,
        decisions: &Decisions,
    ) -> Result<String> {
        let mut hash = DocumentsHash::new();
        for doc in input.docs().filter(|doc| decisions.is_kept(*doc)) {
            let id = input.corpus.id(doc);
            let other = match (&self.writer, self.leaves_out(conflicts)) {
                (Some(writer), true) if conflicts.binary_search(&doc).is_ok() => {
                    writer.library().get(id)?
                }
                _ => None,
            };
            let text = input.corpus.text(doc).unwrap_or_default();
            hash.push(id, other.as_ref().map_or(text, |other| &other.text));
        }
        Ok(hash.finish())
    }

    /// Returns whether documents stay that are not added.
    pub(in crate::cli) fn leaves_out(&self, conflicts: &[DocId]) -> bool {
        self.on_conflict == OnConflict::Skip && !conflicts.is_empty()
    }

    /// Adds the documents that stay to the library, all of them or none, after
    /// the outputs are on disk: whatever happens, no document is in the library
    /// that is not in the outputs.
    pub(in crate::cli) fn add(
        &mut self,
        outputs: &[&Path],
        input: &DedupInput<'_>,
        decisions: &Decisions,
        ctx: &Context,
    ) -> Result<Option<String>> {
        let Some(writer) = &mut self.writer else {
            return Ok(None);
        };
        sync(outputs)?;
        let kept: Vec<DocId> = input.docs().filter(|doc| decisions.is_kept(*doc)).collect();
        let added = writer.add_at_once(input.corpus, &kept, self.on_conflict, ctx)?;
        let replaced = match added.replaced {
            0 => String::new(),
            replaced => format!(", {} replaced", grouped(replaced)),
        };
        Ok(Some(format!(
            "{} documents added{replaced}; {} now holds {}",
            grouped(added.added),
            name_of(writer.library()),
            grouped(writer.library().len())
        )))
    }
}

/// Waits until files and their names are on disk.
fn sync(outputs: &[&Path]) -> Result<()> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Output { path, source }
    };
    for path in outputs.iter().filter(|path| path.is_file()) {
        let file = std::fs::File::open(path).map_err(failed(path))?;
        file.sync_all().map_err(failed(path))?;
        #[cfg(unix)]
        {
            let parent = match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent,
                _ => Path::new("."),
            };
            let folder = std::fs::File::open(parent).map_err(failed(parent))?;
            folder.sync_all().map_err(failed(parent))?;
        }
    }
    Ok(())
}

/// Returns the passages that each document shares with the one that it goes
/// for, where that is there already.
fn passages(input: &DedupInput<'_>, decisions: &Decisions) -> Vec<ReusedPassage> {
    let corpus = input.corpus;
    let found = decisions.par_drops().filter(|drop| input.is_there(drop.of));
    found
        .flat_map_iter(|drop| {
            let mut search = PairSearch::new(
                corpus.normalized(drop.doc),
                SHARED_RUN as u32,
                PassageSearch::MIN_IDENTITY,
            );
            search.with([drop.doc, drop.of], corpus.normalized(drop.of))
        })
        .collect()
}

/// Writes these passages; returns the number of cells that were cut.
pub(in crate::cli) fn write_shared(
    out: OutputFile,
    table: &TableOptions,
    found: &NearRun,
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<u64> {
    let passages = passages(input, decisions);
    write_passages(&found.corpus, &passages, table, Target::File(out))
}

/// Says where what goes is found.
pub(in crate::cli) fn say_where(
    there: &There,
    found: &NearRun,
    input: &DedupInput<'_>,
    decisions: &Decisions,
) {
    let drops = decisions.drops();
    let of_there = drops.filter(|drop| input.is_there(drop.of)).count() as u64;
    let compared = found.against.as_ref().map_or(0, |found| found.documents);
    let others = decisions.dropped_count() as u64 - of_there;
    let others = match (there.only, others) {
        (true, _) | (_, 0) => String::new(),
        (_, others) => format!("; {} for others of the input", grouped(others)),
    };
    say!(
        "  against   {}, {} documents: {} go for one of them{others}",
        there.name,
        grouped(compared),
        grouped(of_there)
    );
}

/// Returns the files that must be on disk before documents are added.
pub(in crate::cli) fn paths<'a>(paths: impl Iterator<Item = &'a PathBuf>) -> Vec<&'a Path> {
    paths.map(PathBuf::as_path).collect()
}
