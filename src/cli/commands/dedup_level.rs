//! `leitong dedup --level`: repeated paragraphs, lines or passages are cut.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use crate::amounts::grouped;
use crate::cli::Outcome;
use crate::cli::args::DedupArgs;
use crate::cli::progress::{Bar, LEVEL_STEPS};
use crate::cli::run::memory::MemoryRecord;
use crate::cli::run::memory_plan::{IndexWork, MemoryPlan};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::record::{self, SCHEMA, SkippedRecord};
use crate::cli::run::{session, summary, tables};
use crate::cli::say::say;
use crate::corpus::{Corpus, DocId};
use crate::dedup::Keep;
use crate::dedup::export::record_target;
use crate::dedup::levels::{
    CutLevel, Cuts, LevelOptions, approved_lines, without_cuts, write_suggestions,
};
use crate::error::{Error, Result};
use crate::pipeline::Timings;
use crate::progress::Stage;
use crate::read;
use crate::read::walk::InputKind;
use crate::read::{Inputs, ReadReport};
use crate::records::cuts::{CutRecord, write_cuts};
use crate::records::kept::write_texts;
use crate::whole_file::{LIST_MAX, read_whole};
use crate::write::record::Record;
use crate::write::{FileDigest, Format, OutputSet, TableOptions, Target, is_special};

/// Where everything goes.
struct LevelPaths<'a> {
    kept: Option<&'a Path>,
    cuts: Option<PathBuf>,
    run: Option<PathBuf>,
    suggest: Option<&'a Path>,
    /// The format of the documents.
    format: Format,
    /// How the cuts are written.
    table: TableOptions,
}

impl<'a> LevelPaths<'a> {
    fn new(args: &'a DedupArgs, inputs: &Inputs) -> Result<Self> {
        let output = &args.output;
        let kept = output.output.as_deref();
        let file = kept.filter(|path| *path != Path::new("-") && !is_special(path));
        let format = match kept {
            Some(path) => kept_format(path)?,
            None => Format::Jsonl,
        };
        let cuts_format = match &output.decisions {
            Some(path) => tables::format_of(Some(path), &output.table)?,
            None => tables::format_in_folder(&output.table),
        };
        let beside = |name: &str| file.map(|path| tables::named_after(path, name));
        let paths = LevelPaths {
            kept,
            cuts: output
                .decisions
                .clone()
                .or_else(|| beside(&format!("cuts.{cuts_format}"))),
            run: beside("run.json"),
            suggest: args.level.suggest.as_deref(),
            format,
            table: tables::options(&output.table, cuts_format, &[CutRecord::COLUMNS])?,
        };
        let mut check = OutputCheck::default();
        for path in paths.all() {
            check.add(path)?;
        }
        check.check(inputs)?;
        Ok(paths)
    }

    fn all(&self) -> impl Iterator<Item = &Path> {
        let named = [self.cuts.as_deref(), self.run.as_deref(), self.suggest];
        [self.kept].into_iter().chain(named).flatten()
    }
}

/// Returns the format of documents that are written anew.
fn kept_format(path: &Path) -> Result<Format> {
    if path == Path::new("-") {
        return Ok(Format::Jsonl);
    }
    crate::dedup::export::record_format(path).ok_or_else(|| Error::Option {
        option: path.display().to_string(),
        what: "texts without their repetitions are written as records; end the name with .jsonl, \
               .csv, .tsv or .parquet (.gz or .zst may follow, but not on Parquet)"
            .to_owned(),
    })
}

/// Refuses options that mean whole documents.
fn refuse_others(args: &DedupArgs, level: CutLevel) -> Result<()> {
    let output = &args.output;
    for (is_there, option) in [
        (output.copy_to.is_some(), "--copy-to"),
        (output.rejects.is_some(), "--rejects"),
        (output.audit.is_some(), "--audit"),
        (output.dry_run, "--dry-run"),
        (output.check, "--check"),
        (output.add_columns, "--add-columns"),
        (args.choice.decisions_by.is_some(), "--decisions-by"),
        (!args.there.against.is_empty(), "--against"),
        (args.resume.resume.is_some(), "--resume"),
    ] {
        if is_there {
            return Err(Error::Option {
                option: option.to_owned(),
                what: format!(
                    "is about whole documents, and --level {level} cuts parts of them; run once \
                     for each"
                ),
            });
        }
    }
    let lists = &args.level;
    if level == CutLevel::Passage && (lists.suggest.is_some() || lists.cut_only.is_some()) {
        return Err(Error::Option {
            option: "--level passage".to_owned(),
            what: "has no list to approve, for a passage begins and ends anywhere; take line or \
                   paragraph"
                .to_owned(),
        });
    }
    Ok(())
}

pub(in crate::cli) fn run(args: &DedupArgs, level: CutLevel) -> Result<Outcome> {
    let begin = Instant::now();
    refuse_others(args, level)?;
    let inputs = args.input.find()?;
    let paths = LevelPaths::new(args, &inputs)?;
    let list = args.level.cut_only.as_deref().map(read_list).transpose()?;
    let outputs = OutputSet::default();
    let file = |path: &Path| outputs.file(path).map(Target::File);
    let kept = paths.kept.map(|path| record_target(&outputs, path));
    let kept = kept.transpose()?;
    let cuts_file = paths.cuts.as_deref().map(file).transpose()?;
    let suggested = paths.suggest.map(|path| outputs.file(path)).transpose()?;

    let work = match level {
        CutLevel::Passage => IndexWork::Windows,
        CutLevel::Line | CutLevel::Paragraph => IndexWork::Lines,
    };
    let beside = [paths.kept, paths.cuts.as_deref(), paths.suggest];
    let beside = beside
        .into_iter()
        .flatten()
        .find(|path| *path != Path::new("-"));
    let memory_plan = MemoryPlan::new(&args.memory, &args.run, work, &inputs, beside)?;
    let memory_plan = memory_plan.as_ref();
    let bar = Bar::new(&args.run, LEVEL_STEPS);
    let mut ctx = bar.context();
    let mut clock = Timings::default();
    let mut corpus_options = args.input.corpus_options();
    corpus_options.keep_texts = true;
    corpus_options.read.fields.further = args.choice.further_field()?;
    if let Some(memory_plan) = memory_plan {
        memory_plan.budget().bound(&mut corpus_options);
        ctx = memory_plan.budget().context(ctx);
    }
    let policy = args.choice.policy(&inputs);
    let (corpus, read, found) = session::pool(&args.run)?.install(|| -> Result<_> {
        let (mut corpus, read) = read::read(&inputs, &corpus_options, &ctx)?;
        clock.lap("reading");
        session::refuse_nothing(&corpus, &read, &bar)?;
        bar.clear();
        memory_plan.map_or(Ok(()), |memory_plan| memory_plan.settle(&mut corpus))?;
        let corpus = corpus;
        let approved = list.map(|list| approved_lines(&list, corpus.normalizer()));
        let options = LevelOptions {
            level,
            min_length: args.level.min_length.unwrap_or(level.default_min_length()),
            approved,
        };
        let mut found = Found {
            min_length: options.min_length,
            ..Found::default()
        };
        if let Some(mut out) = suggested {
            let suggestions = options.suggestions(&corpus, &ctx)?;
            found.suggestions = Some(suggestions.len() as u64);
            out.write_all(write_suggestions(&suggestions).as_bytes())
                .map_err(|source| out.failed(source))?;
            out.finish()?;
        }
        let cuts = match kept.is_some() || cuts_file.is_some() {
            true => options.cuts(&corpus, &policy.order(&corpus)?, &ctx)?,
            false => Cuts::default(),
        };
        clock.lap("cuts");
        ctx.begin(Stage::Writing, 0);
        found.count(&corpus, &cuts);
        if let Some(target) = kept {
            write_texts(paths.format, target, &corpus, texts(&corpus, &cuts))?;
        }
        if let Some(target) = cuts_file {
            found.cells_cut = write_cuts(&paths.table, target, &corpus, level, &cuts)?;
        }
        clock.lap("writing");
        Ok((corpus, read, found))
    })?;
    let warnings = warnings(args, &inputs, &read, &found);
    let memory = memory_plan.and_then(MemoryPlan::record);
    if let Some(path) = &paths.run {
        let record = LevelRecord {
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            command: "dedup",
            arguments: record::arguments(),
            options: LevelOptionsRecord {
                level: level.name(),
                min_length: found.min_length,
                keep: policy.keys().iter().map(Keep::to_string).collect(),
                fold: corpus.normalizer().steps().names(),
                threads: args.run.threads,
            },
            counts: &found,
            skipped: record::named(&read.skipped),
            warnings: &warnings,
            memory: memory.clone(),
            timings: clock.seconds().clone(),
            files: record::digests(&outputs, path),
        };
        let mut out = outputs.file(path)?;
        let json =
            serde_json::to_string_pretty(&record).map_err(|error| out.failed(error.into()))?;
        writeln!(out, "{json}").map_err(|source| out.failed(source))?;
        out.finish()?;
    }
    inputs.check_unchanged()?;
    outputs.publish()?;
    bar.clear();
    if !args.run.quiet {
        summary::print_skipped(&read.skipped, read.skipped_more);
        for warning in &warnings {
            say!("leitong: warning: {warning}");
        }
        print(&corpus, &found, &paths, level, begin, memory.as_ref());
    }
    Ok(match read.skipped.is_empty() {
        true => Outcome::Done,
        false => Outcome::SomeSkipped,
    })
}

fn read_list(path: &Path) -> Result<String> {
    let bytes = read_whole(path, LIST_MAX)?;
    String::from_utf8(bytes).map_err(|_| Error::Format {
        input: path.display().to_string(),
        what: "not in UTF-8; convert the list".to_owned(),
    })
}

/// Returns what is left of each text of which anything is.
fn texts<'a>(corpus: &'a Corpus, cuts: &'a Cuts) -> impl Iterator<Item = (DocId, Cow<'a, str>)> {
    cuts.by_document(corpus).filter_map(|(doc, own)| {
        let text = corpus.text(doc).unwrap_or("");
        if own.is_empty() {
            return Some((doc, Cow::Borrowed(text)));
        }
        let left = without_cuts(text, &own);
        (!is_nothing(corpus, &left)).then_some((doc, Cow::Owned(left)))
    })
}

/// Returns whether a text has no character that is compared.
fn is_nothing(corpus: &Corpus, text: &str) -> bool {
    let mut units = Vec::new();
    corpus.normalizer().normalize_into(text, &mut units);
    units.is_empty()
}

/// What was found, in numbers.
#[derive(Debug, Default, Serialize)]
struct Found {
    documents: u64,
    /// Normalized characters of all texts.
    characters: u64,
    cuts: u64,
    /// Normalized characters that are cut.
    characters_cut: u64,
    /// Documents that lose something.
    documents_cut: u64,
    /// Documents that have nothing left.
    emptied: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestions: Option<u64>,
    #[serde(skip)]
    cells_cut: u64,
    #[serde(skip)]
    min_length: u32,
}

impl Found {
    fn count(&mut self, corpus: &Corpus, cuts: &Cuts) {
        self.documents = corpus.len() as u64;
        let lengths = corpus.docs().map(|doc| corpus.normalized_len(doc) as u64);
        self.characters = lengths.sum();
        self.cuts = cuts.len() as u64;
        self.characters_cut = cuts.iter().map(|cut| u64::from(cut.length)).sum();
        let with_cuts = cuts.by_document(corpus).filter(|(_, own)| !own.is_empty());
        for (doc, own) in with_cuts {
            self.documents_cut += 1;
            let left = without_cuts(corpus.text(doc).unwrap_or(""), &own);
            self.emptied += u64::from(is_nothing(corpus, &left));
        }
    }
}

fn warnings(args: &DedupArgs, inputs: &Inputs, read: &ReadReport, found: &Found) -> Vec<String> {
    let mut warnings = read.warnings.clone();
    if found.emptied > 0 {
        let what = match found.emptied {
            1 => "1 document has nothing left and is".to_owned(),
            more => format!("{} documents have nothing left and are", grouped(more)),
        };
        warnings.push(format!(
            "{what} not written; the cuts tell where it all stands"
        ));
    }
    let has_records = inputs.iter().any(|input| {
        use InputKind::{Csv, Json, Jsonl, Parquet};
        matches!(input.kind, Csv(_) | Json | Jsonl | Parquet)
    });
    if has_records && args.output.output.is_some() {
        warnings.push(
            "records are written anew with id, text, title, date and source; other fields are \
             left out"
                .to_owned(),
        );
    }
    if args.level.cut_only.is_some() && found.cuts == 0 {
        warnings
            .push("no line of the approved list repeats; was it written for this input?".into());
    }
    warnings.extend(tables::cut_warning(found.cells_cut));
    warnings
}

fn print(
    corpus: &Corpus,
    found: &Found,
    paths: &LevelPaths<'_>,
    level: CutLevel,
    begin: Instant,
    memory: Option<&MemoryRecord>,
) {
    let seconds = begin.elapsed().as_secs_f64();
    let megabytes = corpus.text_bytes() as f64 / 1e6;
    say!(
        "leitong dedup: {megabytes:.1} MB of text in {seconds:.1} s, {:.0} MB/s",
        megabytes / seconds.max(1e-9)
    );
    let share = found.characters_cut as f64 * 100.0 / found.characters.max(1) as f64;
    let of = |number: u64, one: &'static str, more: &'static str| match number {
        1 => one,
        _ => more,
    };
    let has_cuts = paths.kept.is_some() || paths.cuts.is_some();
    summary::line(
        "documents",
        found.documents,
        &match has_cuts {
            true => format!("{} lose something", grouped(found.documents_cut)),
            false => String::new(),
        },
    );
    if has_cuts {
        let what = match level {
            CutLevel::Paragraph => of(found.cuts, "paragraph goes", "paragraphs go"),
            CutLevel::Line => of(found.cuts, "line goes", "lines go"),
            CutLevel::Passage => of(found.cuts, "passage goes", "passages go"),
        };
        summary::line(
            "cuts",
            found.cuts,
            &format!(
                "{what}, {} characters, {share:.1} %",
                grouped(found.characters_cut)
            ),
        );
    }
    if let Some(suggestions) = found.suggestions {
        summary::line(
            "suggestions",
            suggestions,
            "to approve: delete what is to stay",
        );
    }
    if let Some(memory) = memory {
        memory.print();
    }
    let files: Vec<String> = paths.all().map(|path| path.display().to_string()).collect();
    say!("  written: {}", files.join(", "));
}

/// `run.json` of a run that cuts.
#[derive(Serialize)]
struct LevelRecord<'a> {
    schema: u32,
    version: &'static str,
    command: &'static str,
    arguments: Vec<String>,
    options: LevelOptionsRecord,
    counts: &'a Found,
    skipped: Vec<SkippedRecord>,
    warnings: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<MemoryRecord>,
    timings: BTreeMap<&'static str, f64>,
    files: BTreeMap<String, FileDigest>,
}

#[derive(Serialize)]
struct LevelOptionsRecord {
    level: &'static str,
    min_length: u32,
    keep: Vec<String>,
    fold: Vec<&'static str>,
    threads: usize,
}
