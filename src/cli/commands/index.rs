//! `leitong index`: makes and keeps a library.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use crate::amounts::{counted, grouped};
use crate::cli::Outcome;
use crate::cli::args::{AddedArgs, IndexArgs, IndexCommand, ReadArgs, RunArgs};
use crate::cli::progress::{Bar, COMPACT_STEPS, INDEX_STEPS, VERIFY_STEPS};
use crate::cli::run::budget::{BASE, Budget, LEAST_ROOM, READING};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::{session, summary, tables};
use crate::cli::say::say;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::library::{
    Added, Library, LibraryInfo, LibraryWriter, OnConflict, Settings, StoredDocument,
};
use crate::progress::Stage;
use crate::read;
use crate::read::{CorpusOptions, Inputs};
use crate::text::normalize::NormalizeSteps;
use crate::write::{Lines, OutputSet, Target};

pub(in crate::cli) fn run(args: &IndexArgs) -> Result<Outcome> {
    match &args.act {
        IndexCommand::Create(args) => {
            let steps = steps(&args.added.read);
            let settings =
                Settings::new(steps, args.shingle_len, args.floor, args.recall, args.seed)?;
            OutputCheck::check_library(&args.library)?;
            let inputs = args.added.find()?;
            let was_there = args.library.exists();
            let mut writer = LibraryWriter::create(&args.library, settings)?;
            let Some(inputs) = inputs else {
                return Ok(Outcome::Done);
            };
            let added = add(&mut writer, &args.library, &inputs, &args.added, &args.run);
            if added.is_err() {
                // The library would be in the way of the next try. Why it is empty
                // is what is told.
                let _ = writer.remove_if_empty(!was_there);
            }
            added
        }
        IndexCommand::Add(args) => {
            if steps(&args.added.read) != NormalizeSteps::default() {
                return Err(Error::Option {
                    option: "`no-fold`".into(),
                    what: "a library normalizes as it was made to; give it to index create".into(),
                });
            }
            let inputs = args.added.find()?.ok_or_else(|| Error::Option {
                option: "INPUT".into(),
                what: "nothing to add; name files or folders behind the library".into(),
            })?;
            let mut writer = LibraryWriter::open(&args.library)?;
            add(&mut writer, &args.library, &inputs, &args.added, &args.run)
        }
        IndexCommand::Remove(args) => remove(
            &args.library,
            ids(&args.ids, args.ids_from.as_deref())?,
            args.dry_run,
            args.run.quiet,
        ),
        IndexCommand::Info(args) => info(&args.library, args.json),
        IndexCommand::Compact(args) => {
            let bar = Bar::new(&args.run, COMPACT_STEPS);
            let mut writer = LibraryWriter::open_to_compact(&args.library)?;
            session::pool(&args.run)?
                .install(|| writer.compact(!args.no_phrases, &bar.context()))?;
            bar.clear();
            if !args.run.quiet {
                let info = writer.library().info();
                let bytes: u64 = info.bytes.iter().map(|(_, bytes)| bytes).sum();
                let phrases = info.register.map_or(String::new(), |(phrases, _)| {
                    format!(", {} phrases in the register", grouped(phrases))
                });
                say!(
                    "leitong index compact: {} in {} bytes{phrases}",
                    counted(info.documents, "document", "documents"),
                    grouped(bytes)
                );
            }
            Ok(Outcome::Done)
        }
        IndexCommand::Verify(args) => verify(&args.library, &args.run),
        IndexCommand::Export(args) => export(&args.library, args.output.as_deref()),
    }
}

/// Returns the steps of normalizing that are asked for.
fn steps(read: &ReadArgs) -> NormalizeSteps {
    read.corpus_options().steps
}

/// Adds the documents of some inputs.
fn add(
    writer: &mut LibraryWriter,
    path: &Path,
    inputs: &Inputs,
    args: &AddedArgs,
    run: &RunArgs,
) -> Result<Outcome> {
    let begin = Instant::now();
    let bar = Bar::new(run, INDEX_STEPS);
    let ctx = bar.context();
    let mut options = args.read.corpus_options();
    options.keep_texts = true;
    options.read.fields.others = true;
    let budget = bound(path, args, run, &mut options)?;
    options.steps = writer.library().settings().steps;
    let (added, taken, read, bytes) = session::pool(run)?.install(|| -> Result<_> {
        let reading = match &budget {
            Some(budget) => budget.context(ctx.clone()),
            None => ctx.clone(),
        };
        let (mut corpus, read) = read::read(inputs, &options, &reading)?;
        session::refuse_nothing(&corpus, &read, &bar)?;
        if let Some(budget) = &budget
            && budget.binds(&mut corpus, BASE, run.quiet)?
        {
            if let Some(folder) = budget.folder() {
                folder.set_budget((budget.limit.saturating_sub(BASE) / 3) as usize);
            }
            writer.set_memory(budget.limit.saturating_sub(BASE) / 2);
        }
        let taken = match args.on_conflict {
            OnConflict::Skip => taken_ids(writer.library(), &corpus)?,
            OnConflict::Replace | OnConflict::Error => TakenIds::default(),
        };
        let added = writer.add_corpus(&corpus, args.on_conflict, &ctx)?;
        Ok((added, taken, read, corpus.text_bytes()))
    })?;
    bar.clear();
    summary::print_skipped(&read.skipped, read.skipped_more);
    taken.print();
    if !run.quiet {
        for warning in &read.warnings {
            say!("leitong: warning: {warning}");
        }
        let Added {
            added,
            replaced,
            skipped,
        } = added;
        say!(
            "leitong index: {} added, {} replaced, {} there already{}; {:.1} MB of text in {:.1} s",
            counted(added, "document", "documents"),
            grouped(replaced),
            grouped(skipped - taken.count),
            match taken.count {
                0 => String::new(),
                count => format!(", {} left out", grouped(count)),
            },
            bytes as f64 / 1e6,
            begin.elapsed().as_secs_f64()
        );
        say!(
            "  {} now holds {}",
            path.display(),
            counted(writer.library().len(), "document", "documents")
        );
    }
    Ok(match read.skipped.is_empty() && taken.count == 0 {
        true => Outcome::Done,
        false => Outcome::SomeSkipped,
    })
}

/// Ids of documents that a library has with another text, title, date or source.
#[derive(Default)]
struct TakenIds {
    count: u64,
    /// The first of them.
    named: Vec<String>,
}

/// Returns what tells a document from another one with its id.
fn said(document: &StoredDocument) -> [&str; 4] {
    let StoredDocument {
        text,
        title,
        date,
        source,
        ..
    } = document;
    [text, title, date, source]
}

/// Returns which ids of the corpus are those of other documents in the library.
fn taken_ids(library: &Library, corpus: &Corpus) -> Result<TakenIds> {
    let mut taken = TakenIds::default();
    for doc in corpus.docs() {
        let Some(there) = library.get(corpus.id(doc))? else {
            continue;
        };
        let here = StoredDocument::of(corpus, doc);
        if said(&there) != said(&here) {
            taken.count += 1;
            if taken.named.len() < IDS_NAMED {
                taken.named.push(format!("{:?}", there.id));
            }
        }
    }
    Ok(taken)
}

impl TakenIds {
    /// Names the documents that are left out.
    fn print(&self) {
        if self.count == 0 {
            return;
        }
        let more = match self.count - self.named.len() as u64 {
            0 => String::new(),
            more => format!(" and {} more", grouped(more)),
        };
        let are = match self.count {
            1 => "1 document was left out: the library has another one with its id".to_owned(),
            count => format!(
                "{} documents were left out: the library has others with their ids",
                grouped(count)
            ),
        };
        say!(
            "leitong: skipped {are} ({}{more}); put these in their place with --on-conflict \
             replace, or name another field with --id-field",
            self.named.join(", ")
        );
    }
}

/// Ids that a message names.
const IDS_NAMED: usize = 20;

/// Keeps to a memory budget: texts go to its folder, and what is left is for
/// segments.
fn bound(
    path: &Path,
    args: &AddedArgs,
    run: &RunArgs,
    options: &mut CorpusOptions,
) -> Result<Option<Budget>> {
    let Some(budget) = Budget::new(&args.memory, run, || path.to_owned())? else {
        return Ok(None);
    };
    let limit = budget.limit;
    let reading = BASE + run.thread_count() as u64 * READING;
    let least = reading + 2 * LEAST_ROOM;
    if budget.is_asked() && limit < least {
        let (limit, enough) = budget.too_little(least);
        return Err(Error::Memory {
            what: format!(
                "{limit} are too little to read on {} threads; give it {enough} or more, or take fewer --threads",
                run.thread_count(),
            ),
        });
    }
    budget.bound(options);
    Ok(Some(budget))
}

/// Returns the ids of the arguments and of a file.
fn ids(ids: &[String], file: Option<&Path>) -> Result<Vec<String>> {
    let mut ids = ids.to_vec();
    if let Some(path) = file {
        let mut text = String::new();
        let read = match path == Path::new("-") {
            true => std::io::stdin().lock().read_to_string(&mut text),
            false => std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)),
        };
        read.map_err(|source| Error::Input {
            path: path.to_owned(),
            source,
        })?;
        let lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .filter(|line| !line.is_empty());
        ids.extend(lines.map(str::to_owned));
    }
    Ok(ids)
}

fn remove(path: &Path, ids: Vec<String>, dry_run: bool, quiet: bool) -> Result<Outcome> {
    let removed = match dry_run {
        true => {
            let library = Library::open(path)?;
            let mut found = Vec::new();
            for id in &ids {
                if library.contains(id)? && !found.contains(id) {
                    found.push(id.clone());
                }
            }
            let mut out = Lines::new(Target::Stdout);
            found
                .iter()
                .try_for_each(|id| out.text(&format!("{id}\n")))?;
            out.finish()?;
            found
        }
        false => LibraryWriter::open(path)?.remove(&ids)?,
    };
    let found: std::collections::HashSet<&String> = removed.iter().collect();
    let missing: Vec<&String> = ids.iter().filter(|id| !found.contains(id)).collect();
    for id in missing.iter().take(IDS_NAMED) {
        say!("leitong: skipped {id:?}: no document has this id");
    }
    if missing.len() > IDS_NAMED {
        say!(
            "leitong: and {} more ids that no document has",
            grouped((missing.len() - IDS_NAMED) as u64)
        );
    }
    if !quiet {
        let would = if dry_run {
            "would be removed"
        } else {
            "removed"
        };
        say!(
            "leitong index: {} {would}",
            counted(removed.len() as u64, "document", "documents")
        );
    }
    Ok(match missing.is_empty() {
        true => Outcome::Done,
        false => Outcome::SomeSkipped,
    })
}

/// What `index info --json` prints.
#[derive(Serialize)]
struct InfoRecord {
    library: PathBuf,
    documents: u64,
    removed: u64,
    segments: u64,
    recent: u64,
    units: u64,
    generation: u64,
    floor: f64,
    recall: f64,
    shingle_len: u32,
    seed: u64,
    bands: u32,
    rows: u32,
    fold: Vec<&'static str>,
    bytes: BTreeMap<&'static str, u64>,
    bytes_per_document: f64,
    torn: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    phrases: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phrases_generation: Option<u64>,
}

fn info(path: &Path, as_json: bool) -> Result<Outcome> {
    let library = Library::open(path)?;
    let info = library.info();
    let settings = library.settings();
    let all: u64 = info.bytes.iter().map(|(_, bytes)| bytes).sum();
    let per_document = |bytes: u64| bytes as f64 / (info.documents + info.removed).max(1) as f64;
    let mut out = Lines::new(Target::Stdout);
    if as_json {
        let sketching = settings.sketching();
        out.write(&InfoRecord {
            library: path.to_owned(),
            documents: info.documents,
            removed: info.removed,
            segments: info.segments,
            recent: info.recent,
            units: info.units,
            generation: info.generation,
            floor: settings.floor,
            recall: settings.recall,
            shingle_len: settings.shingle_len,
            seed: settings.seed,
            bands: sketching.banding.bands(),
            rows: sketching.banding.rows(),
            fold: settings.steps.names(),
            bytes: info.bytes.iter().copied().collect(),
            bytes_per_document: per_document(all),
            torn: info.torn,
            phrases: info.register.map(|(phrases, _)| phrases),
            phrases_generation: info.register.map(|(_, generation)| generation),
        })?;
    } else {
        out.text(&table(path, &info, settings, all, per_document))?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}

fn table(
    path: &Path,
    info: &LibraryInfo,
    settings: &Settings,
    all: u64,
    per_document: impl Fn(u64) -> f64,
) -> String {
    let mut text = format!("{}\n", path.display());
    let mut row = |name: &str, value: String| text += &format!("  {name:<24}{value:>16}\n");
    row("documents", grouped(info.documents));
    row("removed, still there", grouped(info.removed));
    row("segments", grouped(info.segments));
    row("documents in the log", grouped(info.recent));
    row("normalized units", grouped(info.units));
    row("generation", grouped(info.generation));
    row("floor", settings.floor.to_string());
    row("recall at the floor", settings.recall.to_string());
    let banding = settings.sketching().banding;
    row(
        "bands of rows",
        format!("{} of {}", banding.bands(), banding.rows()),
    );
    if let Some((phrases, generation)) = info.register {
        row("phrases", grouped(phrases));
        row("  of generation", grouped(generation));
    }
    text += &format!("\n  {:<24}{:>16}{:>16}\n", "bytes", "in all", "a document");
    for (name, bytes) in info.bytes.iter().copied().chain([("all", all)]) {
        text += &format!(
            "  {name:<24}{:>16}{:>16.1}\n",
            grouped(bytes),
            per_document(bytes)
        );
    }
    if info.torn > 0 {
        text += &torn(info.torn);
    }
    text
}

/// Returns what is said of a log with a torn end.
fn torn(bytes: u64) -> String {
    format!(
        "\n  the log ends with {} bytes of a record that was cut while it was written, of which\n  nothing was acknowledged; the next addition cuts them off\n",
        grouped(bytes)
    )
}

fn verify(path: &Path, run: &RunArgs) -> Result<Outcome> {
    let bar = Bar::new(run, VERIFY_STEPS);
    let ctx = bar.context();
    let library = Library::open(path)?;
    ctx.begin(Stage::Verifying, library.len());
    session::pool(run)?.install(|| library.verify(&ctx))?;
    bar.clear();
    let mut out = Lines::new(Target::Stdout);
    out.text(&format!(
        "{}: {}, every byte is what was written\n",
        path.display(),
        counted(library.len(), "document", "documents")
    ))?;
    if library.torn_bytes() > 0 {
        out.text(&torn(library.torn_bytes()))?;
    }
    out.finish()?;
    Ok(Outcome::Done)
}

/// A document with its fields in their order.
struct Exported<'a>(Vec<(&'a str, &'a String)>);

impl Serialize for Exported<'_> {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// Writes the documents with all their fields.
fn export(path: &Path, output: Option<&Path>) -> Result<Outcome> {
    let library = Library::open(path)?;
    let mut check = OutputCheck::default();
    check.add(output.unwrap_or(Path::new("-")))?;
    if let Some(path) = output {
        let endings = ["jsonl", "ndjson", "json", "gz", "zst"];
        let what = "index export writes JSON Lines; end the name with .jsonl";
        tables::expect_ending(path, &endings, what)?;
    }
    let outputs = OutputSet::default();
    let target = match output.filter(|path| *path != Path::new("-")) {
        Some(path) => Target::File(outputs.file(path)?),
        None => Target::Stdout,
    };
    let mut out = Lines::new(target);
    library.each(|document| {
        let known = [
            ("id", &document.id),
            ("title", &document.title),
            ("date", &document.date),
            ("source", &document.source),
        ];
        let more = document
            .fields
            .iter()
            .map(|(name, value)| (name.as_str(), value));
        let all = known
            .into_iter()
            .chain(more)
            .chain([("text", &document.text)]);
        // A record without a text would be none.
        let is_written = |(name, value): &(&str, &String)| !value.is_empty() || *name == "text";
        let record = Exported(all.filter(is_written).collect());
        out.write(&record)
    })?;
    out.flush().map_err(|source| Error::Output {
        path: output.unwrap_or(Path::new("-")).to_owned(),
        source,
    })?;
    out.finish()?;
    outputs.publish()?;
    Ok(Outcome::Done)
}
