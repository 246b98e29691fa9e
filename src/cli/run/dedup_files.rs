//! The files of `leitong dedup`, open before the long work begins.

use std::path::Path;

use crate::cli::args::DedupArgs;
use crate::cli::run::audit;
use crate::cli::run::dedup_against::write_shared;
use crate::cli::run::dedup_paths::DedupPaths;
use crate::cli::run::near::NearRun;
use crate::corpus::DocId;
use crate::dedup::export::{ExportFile, ExportFolder, ExportPlan, record_format, record_target};
use crate::dedup::{Decisions, DedupInput};
use crate::error::{Error, Result};
use crate::read::Inputs;
use crate::records::decisions::write_decisions;
use crate::records::kept::write_kept;
use crate::write::{Format, OutputFile, OutputSet, TableOptions, Target};

/// What is open for writing before the long work begins.
pub(in crate::cli) struct DedupFiles {
    plan: Option<ExportPlan>,
    kept: Option<ExportFile>,
    /// Documents that are written anew, and whether with columns of what was
    /// found.
    pub(in crate::cli) anew: Option<(Format, Target, bool)>,
    folder: Option<ExportFolder>,
    decisions: Option<OutputFile>,
    rejects: Option<ExportFile>,
    /// Whether records are written anew that may have had other fields.
    pub(in crate::cli) other_fields_go: bool,
    /// The sample of documents that go, and their number.
    audit: Option<(OutputFile, usize)>,
    shared: Option<OutputFile>,
    table: TableOptions,
}

impl DedupFiles {
    pub(in crate::cli) fn create(
        args: &DedupArgs,
        outputs: &OutputSet,
        paths: &DedupPaths,
        inputs: &Inputs,
    ) -> Result<Self> {
        let mut files = DedupFiles {
            plan: None,
            kept: None,
            anew: None,
            folder: None,
            decisions: None,
            rejects: None,
            other_fields_go: false,
            audit: None,
            shared: None,
            table: paths.table.clone(),
        };
        if args.output.dry_run || args.output.check {
            return Ok(files);
        }
        let needs_plan = paths.kept.is_some() || paths.folder.is_some();
        let plan = needs_plan.then(|| ExportPlan::new(inputs, &args.input.corpus_options().read));
        if let (Some(path), Some(plan)) = (&paths.kept, &plan) {
            let format = match args.output.add_columns {
                true => Some(format_with_columns(path)?),
                false => plan.rewritten(path),
            };
            if let Some(format) = format {
                if let Some(rejects) = &paths.rejects {
                    return Err(Error::Option {
                        option: format!("--rejects {}", rejects.display()),
                        what: "holds records as they came, and these are written anew; leave it \
                               out, or write what stays in the format of the input"
                            .to_owned(),
                    });
                }
                let target = record_target(outputs, path)?;
                files.anew = Some((format, target, args.output.add_columns));
                files.other_fields_go = plan.has_records();
            }
        }
        if let (Some(path), Some(plan), None) = (&paths.kept, &plan, &files.anew) {
            let form = plan.form(inputs, path)?;
            files.kept = Some(ExportFile::create(outputs, path, form)?);
            if let Some(path) = &paths.rejects {
                files.rejects = Some(ExportFile::create(outputs, path, form)?);
            }
        }
        if let (Some(path), Some(plan)) = (&paths.folder, &plan) {
            files.folder = Some(ExportFolder::create(outputs, path, inputs, plan)?);
        }
        if let Some(path) = &paths.decisions {
            files.decisions = Some(outputs.file(path)?);
        }
        if let Some(path) = &paths.shared {
            files.shared = Some(outputs.file(path)?);
        }
        if let (Some(path), Some(number)) = (&paths.audit, args.output.audit) {
            files.audit = Some((outputs.file(path)?, number));
        }
        Ok(DedupFiles { plan, ..files })
    }

    pub(in crate::cli) fn write(
        self,
        found: &NearRun,
        input: &DedupInput<'_>,
        decisions: &Decisions,
    ) -> Result<u64> {
        let mut cut = 0;
        if let Some(out) = self.decisions {
            cut = write_decisions(
                &self.table,
                out,
                &found.plan.inputs.names(),
                input,
                decisions,
            )?;
        }
        if let Some(out) = self.shared {
            cut += write_shared(out, &self.table, found, input, decisions)?;
        }
        if let Some((out, number)) = self.audit {
            audit::write(out, number, found, input, decisions)?;
        }
        if let Some((format, target, added)) = self.anew {
            write_kept(format, target, input, decisions, added)?;
        }
        let Some(mut plan) = self.plan else {
            return Ok(cut);
        };
        plan.set_limit(found.plan.corpus.read.limit);
        let plan = &plan;
        let (inputs, corpus) = (&found.plan.inputs, &found.corpus);
        let keep = |doc: DocId| decisions.is_kept(doc);
        if let Some(rejects) = self.rejects {
            rejects.write_rejects(plan, inputs, corpus)?;
        }
        if let Some(folder) = self.folder {
            folder.write(plan, inputs, corpus, &keep)?;
        }
        if let Some(kept) = self.kept {
            kept.write(plan, inputs, corpus, &keep)?;
        }
        Ok(cut)
    }
}

/// Returns the format of records that columns are added to.
fn format_with_columns(path: &Path) -> Result<Format> {
    if path == Path::new("-") {
        return Ok(Format::Jsonl);
    }
    record_format(path).ok_or_else(|| Error::Option {
        option: "--add-columns".to_owned(),
        what: format!(
            "writes records, and {} names none; end the name with .jsonl, .csv, .tsv or .parquet",
            path.display()
        ),
    })
}
