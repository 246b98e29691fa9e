//! `leitong dedup`: the documents to keep, and why the others go.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;

use crate::amounts::{counted, grouped};
use crate::cli::Outcome;
use crate::cli::args::DedupArgs;
use crate::cli::progress::{Bar, NEAR_STEPS};
use crate::cli::run::added_before::{self, AddMarks, Finished};
use crate::cli::run::dedup_against::{self, There, say_where};
use crate::cli::run::dedup_files::DedupFiles;
use crate::cli::run::dedup_paths::DedupPaths;
use crate::cli::run::dedup_warnings::warnings;
use crate::cli::run::hand_decisions::HandDecisions;
use crate::cli::run::memory::Work;
use crate::cli::run::near::{CommandRecord, NearPlan, NearRun};
use crate::cli::run::resume::Resume;
use crate::cli::run::session;
use crate::cli::run::summary;
use crate::cli::run::tables;
use crate::cli::say::say;
use crate::corpus::DocId;
use crate::dedup::{Against, Decisions, DedupInput, Keep, Policy, Reasons, Rules, Sources};
use crate::error::{Error, Result};
use crate::pipeline::{Timings, decide_against, dedup_input};
use crate::progress::Stage;
use crate::write::OutputSet;

pub(in crate::cli) fn run(args: &DedupArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let mut plan = NearPlan::new(&args.input, &args.near, &args.group)?
        .note_surface()
        .with_decisions();
    plan.corpus.read.fields.further = args.choice.further_field()?;
    // A library keeps records whole.
    plan.corpus.read.fields.others = args.there.add;
    if args.output.audit.is_some() {
        plan = plan.keep_texts();
    }
    let is_trial = args.output.dry_run || args.output.check;
    let mut there = There::open(args)?;
    let paths = DedupPaths::new(args)?;
    paths.check(args, &plan.inputs, there.as_ref())?;
    if let Some(there) = &mut there {
        there.leave_out_those_of(&plan.inputs)?;
    }
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
    let fingerprint = match there.as_ref().and_then(There::library_to_add_to) {
        Some(library) => {
            let fingerprint = added_before::fingerprint(args, &plan, library)?;
            let [run, decisions] = [&paths.run, &paths.decisions].map(|path| path.as_deref());
            let finished = added_before::finished_before(run, decisions, &fingerprint, library)?;
            if let Some(finished) = finished {
                return Ok(say_finished(args, finished));
            }
            Some(fingerprint)
        }
        None => None,
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
    let plan = plan.within(&args.memory, &args.run, Work::Dedup, beside)?;
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
    let mut warnings = warnings(&input);
    let conflicts = match &there {
        Some(there) => there.conflicts(&input, &decisions)?,
        None => Vec::new(),
    };
    let mut counts = DedupCounts::new(&found, &input, &decisions);
    let marks = match (&there, fingerprint) {
        (Some(there), Some(fingerprint)) => {
            counts.not_added = Some(match there.leaves_out(&conflicts) {
                true => conflicts.len() as u64,
                false => 0,
            });
            let documents = there.documents_hash(&conflicts, &input, &decisions)?;
            Some(AddMarks {
                fingerprint,
                documents,
            })
        }
        _ => None,
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
            options: DedupOptions::new(args, &policy, rules, marks),
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

/// Says that a run was finished before; returns how it ended.
fn say_finished(args: &DedupArgs, finished: Finished) -> Outcome {
    if !args.run.quiet {
        say!(
            "leitong dedup: this run was finished before: its outputs are whole, and {} of it \
             {} in the library; nothing written",
            counted(finished.kept - finished.left_out, "document", "documents"),
            match finished.kept - finished.left_out {
                1 => "is",
                _ => "are",
            }
        );
    }
    match finished.left_out {
        0 => Outcome::Done,
        _ => Outcome::SomeSkipped,
    }
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
    /// Of a run that adds: what it is known again by.
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    documents_xxh3: Option<String>,
}

impl DedupOptions {
    fn new(args: &DedupArgs, policy: &Policy, rules: Rules, marks: Option<AddMarks>) -> Self {
        let (fingerprint, documents_xxh3) = marks
            .map(|marks| (marks.fingerprint, marks.documents))
            .unzip();
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
            fingerprint,
            documents_xxh3,
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
    /// Of a run that adds: documents that stay and whose ids are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_added: Option<u64>,
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
                let drops = decisions.drops();
                drops.filter(|drop| input.is_there(drop.of)).count() as u64
            }),
            not_added: None,
        }
    }
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
        print_drops(&mut out, &Reasons::new(input, decisions)?, decisions)
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
    reasons: &Reasons<'_>,
    decisions: &Decisions,
) -> std::io::Result<()> {
    let mut drops: Vec<(DocId, DocId)> =
        decisions.drops().map(|drop| (drop.of, drop.doc)).collect();
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
    summary::print_found(
        &counts,
        found.plan.compare.near.threshold,
        found.compared.near.search.below,
    );
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
