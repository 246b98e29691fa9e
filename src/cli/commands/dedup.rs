//! `leitong dedup`: the documents to keep, and why the others go.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::args::DedupArgs;
use crate::cli::progress::{Bar, NEAR_STEPS};
use crate::cli::run::audit;
use crate::cli::run::dates::DateCounts;
use crate::cli::run::dedup_against::{self, There, say_where, write_shared};
use crate::cli::run::hand_decisions::HandDecisions;
use crate::cli::run::memory::{Memory, Work};
use crate::cli::run::near::{CommandRecord, NearPlan, NearRun};
use crate::cli::run::number::{documents_having, grouped};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::resume::Resume;
use crate::cli::run::session;
use crate::cli::run::summary;
use crate::cli::run::tables;
use crate::cli::say::say;
use crate::corpus::DocId;
use crate::dedup::export::{ExportFile, ExportFolder, ExportPlan, record_format, record_target};
use crate::dedup::{Against, Decisions, DedupInput, Keep, Policy, Reasons, Rules, Sources};
use crate::error::{Error, Result};
use crate::pipeline::{Timings, decide_against, dedup_input};
use crate::progress::Stage;
use crate::read::Inputs;
use crate::records::decisions::{columns, write_decisions};
use crate::records::kept::write_kept;
use crate::records::passages::PASSAGE_COLUMNS;
use crate::write::{Format, OutputFile, OutputSet, TableOptions, Target, is_special};

pub(in crate::cli) fn run(args: &DedupArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let mut plan = NearPlan::new(&args.input, &args.near, &args.group)?.note_surface();
    plan.corpus.read.fields.further = args.choice.further_field()?;
    // A library keeps records whole.
    plan.corpus.read.fields.others = args.there.add;
    if args.output.audit.is_some() {
        plan = plan.keep_texts();
    }
    let is_trial = args.output.dry_run || args.output.check;
    let mut there = There::open(args)?;
    let paths = OutputPaths::new(args)?;
    paths.check(args, &plan.inputs, there.as_ref())?;
    if let Some(there) = &mut there
        && let Some(against) = there.take_plan()
    {
        plan = plan.against(against, args.choice.rules().part_copies())?;
    }
    // What is read once only is wanted again when records are copied.
    let _spooled = match paths.spool() {
        Some(folder) if !is_trial => plan.inputs.spool(&folder)?,
        _ => Vec::new(),
    };
    let resume = Resume::open(args.resume.resume.as_deref(), &plan, None)?;
    let hand = args.choice.decisions_by.as_deref().map(HandDecisions::read);
    let hand = hand.transpose()?;
    let outputs = OutputSet::default();
    let files = DedupFiles::create(args, &outputs, &paths, &plan.inputs)?;
    if files.anew.is_some() {
        plan = plan.keep_texts();
    }
    let beside = || paths.spool().unwrap_or_else(std::env::temp_dir);
    let memory = Memory::new(
        &args.memory,
        &args.run,
        plan.compare.near.method,
        Work::Dedup,
        &plan.inputs,
        beside,
    )?;
    if let Some(memory) = memory.as_ref().filter(|_| !args.run.quiet) {
        memory.print();
    }
    let plan = plan.within(memory);
    let bar = Bar::new(&args.run, NEAR_STEPS);
    let ctx = resume.context(bar.context());
    let mut clock = Timings::default();
    let policy = args.choice.policy(&plan.inputs);
    let rules = args.choice.rules();
    let (found, by_hand, unknown, decisions) =
        session::pool(&args.run)?.install(|| -> Result<_> {
            let found = plan.run(&ctx, &bar, &mut clock)?;
            let hand = hand
                .as_ref()
                .map(|hand| hand.file.resolve_among(&found.corpus, found.docs()));
            let (by_hand, unknown) = hand.unwrap_or_default();
            let (corpus, compared) = (&found.corpus, &found.compared);
            let against = against(&found, there.as_ref());
            let decisions = decide_against(corpus, compared, &policy, rules, &by_hand, against)?;
            clock.lap("decisions");
            Ok((found, by_hand, unknown, decisions))
        })?;
    let input = DedupInput {
        by_hand: &by_hand,
        against: against(&found, there.as_ref()),
        ..dedup_input(&found.corpus, &found.compared, &policy, rules)
    };
    let counts = DedupCounts::new(&found, &input, &decisions);
    let mut warnings = warnings(&input);
    let conflicts = match &there {
        Some(there) => there.conflicts(&input, &decisions)?,
        None => Vec::new(),
    };
    warnings.extend(
        there
            .iter()
            .filter_map(|there| there.warning(&conflicts, &input)),
    );
    if files.other_fields_go {
        warnings.push(
            "records are written anew with id, text, title, date and source; other fields are \
             left out"
                .to_owned(),
        );
    }
    warnings.extend(hand.iter().flat_map(|hand| hand.warnings(&unknown)));
    if is_trial {
        bar.clear();
        return show(
            args,
            &found,
            &input,
            &decisions,
            &warnings,
            there.as_ref(),
            begin,
        );
    }

    ctx.begin(Stage::Writing, 0);
    let cut = files.write(&found, &input, &decisions)?;
    warnings.extend(tables::cut_warning(cut));
    clock.lap("writing");
    let mut record = found.record(
        CommandRecord {
            command: "dedup",
            run: &args.run,
            format: paths.table.format.name(),
            options: DedupOptions::new(args, &policy, rules),
            counts,
            warnings,
        },
        clock,
    );
    if let Some(path) = &paths.run {
        record.write(&outputs, outputs.file(path)?)?;
    }
    found.plan.inputs.check_unchanged()?;
    outputs.publish()?;
    let added = match &mut there {
        Some(there) => session::pool(&args.run)?
            .install(|| there.add(&dedup_against::paths(paths.all()), &input, &decisions, &ctx))?,
        None => None,
    };
    bar.clear();
    resume.finish(args.run.quiet)?;
    if !args.run.quiet {
        found.print_warnings(&record.warnings);
        print_counts(&found, &record.counts.specific, begin);
        if let Some(there) = &there {
            say_where(there, &found, &input, &decisions);
        }
        if let Some(added) = added {
            say!("  library   {added}");
        }
        if let Some(memory) = &record.memory {
            memory.print();
        }
        let files: Vec<String> = paths.all().map(|path| path.display().to_string()).collect();
        say!("  written: {}", files.join(", "));
    }
    let leaves_out = there.is_some_and(|there| there.leaves_out(&conflicts));
    Ok(match found.outcome() {
        Outcome::Done if leaves_out => Outcome::SomeSkipped,
        outcome => outcome,
    })
}

/// Returns what is there already, for the decisions.
fn against<'a>(found: &'a NearRun, there: Option<&There>) -> Option<Against<'a>> {
    let (found, there) = (found.against.as_ref()?, there?);
    Some(Against {
        first: found.first,
        places: &found.places,
        only: there.only,
    })
}

/// The options that only `dedup` has.
#[derive(Debug, Serialize)]
struct DedupOptions {
    keep: Vec<String>,
    templates: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sources: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_against: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    add: Option<&'static str>,
}

impl DedupOptions {
    fn new(args: &DedupArgs, policy: &Policy, rules: Rules) -> Self {
        DedupOptions {
            keep: policy.keys().iter().map(Keep::to_string).collect(),
            templates: if rules.drop_templates { "drop" } else { "keep" },
            window: rules.window.map(|window| window.to_string()),
            sources: match rules.sources {
                Sources::Any => None,
                Sources::Within => Some("within"),
                Sources::Across => Some("across"),
            },
            decisions_by: args
                .choice
                .decisions_by
                .as_ref()
                .map(|path| path.display().to_string()),
            against: (!args.there.against.is_empty()).then(|| {
                let paths = args.there.against.iter();
                paths.map(|path| path.display().to_string()).collect()
            }),
            only_against: args.there.only_against.then_some(true),
            add: args.there.add.then(|| args.there.on_conflict.name()),
        }
    }
}

/// The counts that only `dedup` has.
#[derive(Clone, Copy, Debug, Serialize)]
struct DedupCounts {
    kept: u64,
    dropped: u64,
    last_of_cluster: u64,
    /// Of both, those that a person decided on.
    by_hand: u64,
    /// Documents that are there already, and those that went for one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped_against: Option<u64>,
}

impl DedupCounts {
    fn new(found: &NearRun, input: &DedupInput<'_>, decisions: &Decisions) -> Self {
        let dropped = decisions.dropped_count();
        DedupCounts {
            kept: (found.docs().len() - dropped) as u64,
            dropped: dropped as u64,
            last_of_cluster: decisions.last_of_cluster() as u64,
            by_hand: (decisions.kept_by_hand() + decisions.dropped_by_hand().len()) as u64,
            against: found.against.as_ref().map(|found| found.documents),
            dropped_against: found.against.is_some().then(|| {
                let drops = decisions.drops().iter();
                drops.filter(|drop| input.is_there(drop.of)).count() as u64
            }),
        }
    }
}

/// Where everything goes.
struct OutputPaths {
    kept: Option<PathBuf>,
    folder: Option<PathBuf>,
    decisions: Option<PathBuf>,
    rejects: Option<PathBuf>,
    run: Option<PathBuf>,
    audit: Option<PathBuf>,
    /// The passages that documents go for which stand there already.
    shared: Option<PathBuf>,
    /// How the decisions are written.
    table: TableOptions,
}

impl OutputPaths {
    fn new(args: &DedupArgs) -> Result<Self> {
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
        let known: &[&[_]] = match has_against {
            true => &[columns(true), PASSAGE_COLUMNS],
            false => &[columns(false)],
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
        Ok(OutputPaths {
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

    fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let files = [
            &self.kept,
            &self.decisions,
            &self.rejects,
            &self.audit,
            &self.shared,
            &self.run,
        ];
        files
            .into_iter()
            .flatten()
            .filter(|path| path.as_path() != Path::new("-"))
    }

    fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.folder.iter().chain(self.files())
    }

    /// Returns the folder for what must be read twice: there is room where
    /// the output goes.
    fn spool(&self) -> Option<PathBuf> {
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
    fn check(&self, args: &DedupArgs, inputs: &Inputs, there: Option<&There>) -> Result<()> {
        let mut check = OutputCheck::default();
        for path in [
            &self.kept,
            &self.decisions,
            &self.rejects,
            &self.audit,
            &self.shared,
            &self.run,
        ]
        .into_iter()
        .flatten()
        {
            check.add(path)?;
        }
        if let Some(path) = &args.choice.decisions_by {
            check.check_file(path)?;
        }
        check.check(inputs)?;
        if let Some(there) = there {
            there.check(&check, &dedup_against::paths(self.all()))?;
        }
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let real = |path: &Path| path.canonicalize().ok();
        // A folder that is not there yet lies where its nearest parent does.
        let nearest = folder.ancestors().find_map(|above| {
            let above = if above.as_os_str().is_empty() {
                Path::new(".")
            } else {
                above
            };
            real(above)
        });
        for input in &args.input.inputs {
            if input.is_dir()
                && let (Some(input), Some(nearest)) = (real(input), &nearest)
                && nearest.starts_with(&input)
            {
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

/// What is open for writing before the long work begins.
struct DedupFiles {
    plan: Option<ExportPlan>,
    kept: Option<ExportFile>,
    /// Documents that are written anew, and whether with columns of what was
    /// found.
    anew: Option<(Format, Target, bool)>,
    folder: Option<ExportFolder>,
    decisions: Option<OutputFile>,
    rejects: Option<ExportFile>,
    /// Whether records are written anew that may have had other fields.
    other_fields_go: bool,
    /// The sample of documents that go, and their number.
    audit: Option<(OutputFile, usize)>,
    shared: Option<OutputFile>,
    table: TableOptions,
}

impl DedupFiles {
    fn create(
        args: &DedupArgs,
        outputs: &OutputSet,
        paths: &OutputPaths,
        inputs: &Inputs,
    ) -> Result<Self> {
        if args.output.dry_run || args.output.check {
            return Ok(DedupFiles {
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
            });
        }
        let needs_plan = paths.kept.is_some() || paths.folder.is_some();
        let plan = needs_plan.then(|| ExportPlan::new(inputs, &args.input.corpus_options().read));
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

    fn write(self, found: &NearRun, input: &DedupInput<'_>, decisions: &Decisions) -> Result<u64> {
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
        let Some(plan) = &self.plan else {
            return Ok(cut);
        };
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

/// Says what a user should know of the choice.
fn warnings(input: &DedupInput<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let docs = || input.docs();
    let total = docs().len() as u64;
    let mut count = |what: &str, cure: &str, lacks: &dyn Fn(DocId) -> bool| {
        let number = docs().filter(|doc| lacks(*doc)).count() as u64;
        if number > 0 {
            warnings.push(format!(
                "{} no {what} and {} compared with none; {cure}",
                documents_having(number, total),
                if number == 1 { "is" } else { "are" }
            ));
        }
    };
    if input.rules.sources != Sources::Any {
        let lacks = |doc| {
            input
                .corpus
                .source(doc)
                .is_none_or(|name| name.trim().is_empty())
        };
        count("source", "name the field with --source-field", &lacks);
    }
    let dates = DateCounts::new(input.corpus, input.docs());
    warnings.extend(dates.unread(input.corpus));
    if input.rules.window.is_some() {
        warnings.extend(dates.outside_windows());
    }
    for key in input.policy.keys() {
        if matches!(key, Keep::Earliest | Keep::Latest) {
            warnings.extend(dates.outside_policy(&key.to_string()));
        }
        match key {
            Keep::Source(names) => {
                for name in names {
                    let is_there =
                        docs().any(|doc| input.corpus.source(doc).map(str::trim) == Some(name));
                    if !is_there {
                        warnings.push(format!(
                            "no document has the source {name:?}; see its spelling, or \
                             --source-field"
                        ));
                    }
                }
            }
            Keep::Path(places) => {
                for name in places.unused(input.corpus) {
                    warnings.push(format!(
                        "no document lies under {name:?}; see how the files are named in \
                         decisions (`file`)"
                    ));
                }
            }
            Keep::Field { name, .. } => {
                let lacking = docs()
                    .filter(|doc| key.lacks_number(input.corpus, *doc))
                    .count();
                if lacking > 0 {
                    warnings.push(format!(
                        "{} no number in {name:?}: --keep {key} puts them after all others",
                        documents_having(lacking as u64, total)
                    ));
                }
            }
            _ => {}
        }
    }
    warnings
}

/// Shows what would go, under what would stay, and writes nothing.
fn show(
    args: &DedupArgs,
    found: &NearRun,
    input: &DedupInput<'_>,
    decisions: &Decisions,
    warnings: &[String],
    there: Option<&There>,
    begin: Instant,
) -> Result<Outcome> {
    if !args.run.quiet {
        let failed = |source| Error::Output {
            path: PathBuf::from("-"),
            source,
        };
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        print_drops(&mut out, input, decisions)
            .and_then(|()| out.flush())
            .map_err(failed)?;
        let mut all = found.warnings();
        all.extend_from_slice(warnings);
        found.print_warnings(&all);
        let counts = DedupCounts::new(found, input, decisions);
        print_counts(found, &counts, begin);
        if let Some(there) = there {
            say_where(there, found, input, decisions);
        }
        say!("  nothing written");
    }
    Ok(match found.outcome() {
        Outcome::Done if args.output.check && decisions.dropped_count() > 0 => Outcome::Duplicates,
        outcome => outcome,
    })
}

/// Prints each document that stays for others, and below it those that go.
fn print_drops(
    out: &mut impl Write,
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> std::io::Result<()> {
    let reasons = Reasons::new(input, decisions);
    let mut drops: Vec<(DocId, DocId)> = decisions
        .drops()
        .iter()
        .map(|drop| (drop.of, drop.doc))
        .collect();
    let by_hand = decisions.dropped_by_hand();
    drops.extend(by_hand.iter().filter_map(|(doc, of)| Some(((*of)?, *doc))));
    drops.sort_unstable();
    for group in drops.chunk_by(|a, b| a.0 == b.0) {
        let of = group[0].0;
        writeln!(out, "keep {}: {}", reasons.name(of), reasons.of(of))?;
        for (_, doc) in group {
            writeln!(out, "  drop {}: {}", reasons.name(*doc), reasons.of(*doc))?;
        }
    }
    for (doc, _) in by_hand.iter().filter(|(_, of)| of.is_none()) {
        writeln!(out, "drop {}: {}", reasons.name(*doc), reasons.of(*doc))?;
    }
    Ok(())
}

fn print_counts(found: &NearRun, specific: &DedupCounts, begin: Instant) {
    let counts = found.counts();
    summary::print_speed("dedup", &counts, begin.elapsed());
    summary::print_found(&counts, found.plan.compare.near.threshold);
    let stay = match specific.kept {
        1 => "document stays",
        _ => "documents stay",
    };
    summary::line("keep", specific.kept, stay);
    let by_hand = match specific.by_hand {
        0 => String::new(),
        by_hand => format!("; {} decided by hand", grouped(by_hand)),
    };
    let goes = match specific.dropped {
        1 => "document goes, for one that stays",
        _ => "documents go, each for one that stays",
    };
    summary::line("drop", specific.dropped, &format!("{goes}{by_hand}"));
    summary::print_losses(&counts);
}
