//! Where `leitong dedup` writes: the documents that stay, and beside them the
//! decisions, the passages, the sample, the record of the run.

use std::path::{Path, PathBuf};

use crate::cli::args::DedupArgs;
use crate::cli::run::dedup_against::There;
use crate::cli::run::outputs::{OutputCheck, place};
use crate::cli::run::tables;
use crate::error::{Error, Result};
use crate::read::Inputs;
use crate::records::decisions;
use crate::records::passages::PassageRecord;
use crate::write::record::Record;
use crate::write::{TableOptions, is_special};

/// Where everything goes.
pub(in crate::cli) struct DedupPaths {
    pub(in crate::cli) kept: Option<PathBuf>,
    pub(in crate::cli) folder: Option<PathBuf>,
    pub(in crate::cli) decisions: Option<PathBuf>,
    pub(in crate::cli) rejects: Option<PathBuf>,
    pub(in crate::cli) run: Option<PathBuf>,
    pub(in crate::cli) audit: Option<PathBuf>,
    /// The passages that documents go for which stand there already.
    pub(in crate::cli) shared: Option<PathBuf>,
    /// How the decisions are written.
    pub(in crate::cli) table: TableOptions,
}

impl DedupPaths {
    pub(in crate::cli) fn new(args: &DedupArgs) -> Result<Self> {
        let output = &args.output;
        let is_stdout = |path: &PathBuf| path == Path::new("-");
        let is_file = |path: &&PathBuf| !is_stdout(path) && !is_special(path);
        // Nothing stands beside a device.
        let file = output.output.as_ref().filter(is_file);
        let beside = |name: &str| match (file, &output.copy_to) {
            (Some(file), _) => Some(tables::named_after(file, name)),
            (None, Some(folder)) => Some(tables::named_after_folder(folder, name)),
            (None, None) => None,
        };
        let run = beside("run.json").or_else(|| {
            let decisions = output.decisions.as_ref().filter(is_file)?;
            let stem = decisions.with_extension("");
            Some(
                match stem.extension().is_some_and(|part| part == "decisions") {
                    true => stem.with_extension("run.json"),
                    false => tables::named_after(decisions, "run.json"),
                },
            )
        });
        let audit = match output.audit {
            Some(_) => Some(audit_beside(
                beside("audit.txt"),
                output.decisions.as_deref(),
            )?),
            None => None,
        };
        let format = match &output.decisions {
            Some(path) => tables::format_of(Some(path), &output.table)?,
            None => tables::format_in_folder(&output.table),
        };
        let has_against = !args.there.against.is_empty();
        let columns = decisions::columns(has_against);
        let known: &[&[_]] = match has_against {
            true => &[&columns, PassageRecord::COLUMNS],
            false => &[&columns],
        };
        let table = tables::options(&output.table, format, known)?;
        let shared = beside(&format!("passages.{format}")).filter(|_| has_against);
        for (option, path) in [
            ("--decisions", &output.decisions),
            ("--rejects", &output.rejects),
            ("--copy-to", &output.copy_to),
        ] {
            if path.as_ref().is_some_and(is_stdout) {
                return Err(Error::Option {
                    option: option.to_owned(),
                    what: "can't go to the standard output; name a place on disk".to_owned(),
                });
            }
        }
        Ok(DedupPaths {
            kept: output.output.clone(),
            folder: output.copy_to.clone(),
            decisions: output
                .decisions
                .clone()
                .or_else(|| beside(&format!("decisions.{format}"))),
            rejects: output.rejects.clone(),
            run,
            audit,
            shared,
            table,
        })
    }

    /// Returns the files that may be written, beside those in the folder.
    fn named(&self) -> [&Option<PathBuf>; 6] {
        [
            &self.kept,
            &self.decisions,
            &self.rejects,
            &self.audit,
            &self.shared,
            &self.run,
        ]
    }

    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.named()
            .into_iter()
            .flatten()
            .filter(|path| path.as_path() != Path::new("-"))
    }

    pub(in crate::cli) fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.folder.iter().chain(self.files())
    }

    /// Returns the folder for what must be read twice: there is room where
    /// the output goes.
    pub(in crate::cli) fn spool(&self) -> Option<PathBuf> {
        let parent = |path: &PathBuf| match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let is_stream = |path: &Path| path == Path::new("-") || is_special(path);
        if self.kept.as_deref().is_some_and(is_stream) && self.folder.is_none() {
            return Some(std::env::temp_dir());
        }
        self.kept.as_ref().or(self.folder.as_ref()).map(parent)
    }

    /// Makes sure that no input is written over, and no output twice.
    pub(in crate::cli) fn check(
        &self,
        args: &DedupArgs,
        inputs: &Inputs,
        there: Option<&There>,
    ) -> Result<()> {
        let mut check = OutputCheck::default();
        for path in self.named().into_iter().flatten() {
            check.add(path)?;
        }
        check.check(inputs)?;
        if let Some(there) = there {
            there.check(&check)?;
        }
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        OutputCheck::check_folder(folder)?;
        let there = place(folder);
        // The folder appears as a whole, in the place of an empty one.
        let beside = [&args.resume.resume, &args.memory.temp_dir];
        let others = self.files().chain(beside.into_iter().flatten());
        for path in others {
            if place(path).starts_with(&there) {
                return Err(Error::Option {
                    option: path.display().to_string(),
                    what: format!(
                        "lies in {}, which holds the documents that stay and nothing else; name \
                         a place outside of it",
                        folder.display()
                    ),
                });
            }
        }
        for input in &args.input.inputs {
            if input.is_dir() && there.starts_with(place(input)) {
                return Err(Error::Option {
                    option: folder.display().to_string(),
                    what: "lies in an INPUT folder; name one outside of it".to_owned(),
                });
            }
        }
        Ok(())
    }
}

/// Returns where the sample of documents that go is written: beside the kept
/// ones, or else beside the decisions.
fn audit_beside(kept: Option<PathBuf>, decisions: Option<&Path>) -> Result<PathBuf> {
    let decisions = decisions.filter(|path| !is_special(path));
    kept.or_else(|| Some(tables::named_after(decisions?, "audit.txt")))
        .ok_or_else(|| Error::Option {
            option: "--audit".to_owned(),
            what: "is written beside a file, and there is none; name one with -o or --decisions"
                .to_owned(),
        })
}
