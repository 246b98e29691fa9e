//! `leitong scan`: everything, in one pass over the input.

use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::args::ScanArgs;
use crate::cli::progress::Bar;
use crate::cli::run::background::BackgroundWriter;
use crate::cli::run::decisions::{self, dedup_input};
use crate::cli::run::edges::{self, LinkRun, ReuseCandidates};
use crate::cli::run::memory_plan::{IndexWork, MemoryPlan};
use crate::cli::run::near::{CommandRecord, NearPlan, NearRun};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::page;
use crate::cli::run::record::RunRecord;
use crate::cli::run::session::{self, Clock};
use crate::cli::run::summary;
use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::date::Moment;
use crate::error::Result;
use crate::graph::Edge;
use crate::graph::formats::documents::{DocumentGraph, write_documents};
use crate::graph::formats::{GraphFormat, GraphTarget};
use crate::mask::FormulaMask;
use crate::phrases;
use crate::phrases::{PhraseOptions, PhraseSet};
use crate::progress::Stage;
use crate::records::decisions::write_decisions;
use crate::records::phrases::Records;
use crate::records::texts::Examples;
use crate::records::{near, passages, texts};
use crate::suffix::Index;
use crate::write::{Format, Lines, OutputDir, TableOptions, Target};

/// The graph, for programs and for Gephi.
const GRAPHS: [(&str, GraphFormat); 2] = [
    ("graph.json", GraphFormat::Json),
    ("graph.graphml", GraphFormat::GraphMl),
];

/// Options that only a scan has.
#[derive(Serialize)]
struct ScanOptions {
    reuse: bool,
    min_run: u32,
    min_shared: u32,
    formula_documents: u32,
    without_quotes: bool,
    without_formulas: bool,
    min_length: u32,
    min_documents: u32,
    top: usize,
    keep: Vec<String>,
}

impl ScanOptions {
    fn new(args: &ScanArgs) -> Self {
        let options = args.link.options();
        ScanOptions {
            reuse: !args.link.no_reuse,
            min_run: options.min_run,
            min_shared: options.min_shared,
            formula_documents: args.link.formula_documents,
            without_quotes: options.without_quotes,
            without_formulas: options.without_formulas,
            min_length: args.choice.min_length,
            min_documents: args.choice.min_documents,
            top: args.choice.top,
            keep: args
                .keep
                .policy()
                .keys()
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

/// Counts that only a scan has.
#[derive(Clone, Copy, Default, Serialize)]
struct ScanCounts {
    phrases: u64,
    families: u64,
    edges: u64,
    reuse_edges: u64,
    dropped: u64,
}

pub(in crate::cli) fn run(args: &ScanArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let plan = NearPlan::new(&args.input, &args.near, &args.group)?
        .keep_texts()
        .keep_tilings()
        .note_surface();
    let work = match args.link.no_reuse {
        true => IndexWork::Near,
        false => IndexWork::Scan,
    };
    let mut check = OutputCheck::default();
    for name in files(args, has_report(args)) {
        check.add(&args.output.join(name))?;
    }
    check.check(&plan.inputs)?;
    let dir = OutputDir::open(&args.output)?;
    let beside = Some(args.output.as_path());
    let memory_plan = MemoryPlan::new(&args.memory, &args.run, work, &plan.inputs, beside)?;
    let plan = plan.with_memory_plan(memory_plan);
    let bar = Bar::new(&args.run);
    let ctx = bar.context();
    let mut clock = Clock::default();
    let pool = session::pool(&args.run)?;
    let (found, counts, warnings) =
        pool.install(|| find_and_write(args, plan, &dir, (&ctx, &bar), &mut clock))?;

    let specific = CommandRecord {
        command: "scan",
        run: &args.run,
        format: Format::Jsonl.name(),
        options: ScanOptions::new(args),
        counts,
        warnings,
    };
    let mut record = found.record(specific, clock);
    record.write(dir.outputs(), dir.file("run.json")?)?;
    let report = pool.install(|| report(args, &dir))?;
    if report {
        // The page reads the record, and the record names the page.
        record.write(dir.outputs(), dir.file("run.json")?)?;
    }
    found.plan.inputs.check_unchanged()?;
    dir.outputs().publish()?;
    bar.clear();
    if !args.run.quiet {
        print(args, &found, &record, report, begin);
    }
    Ok(found.outcome())
}

/// Finds everything and writes it, but for `run.json` and the page; returns
/// what was found, with the counts and the warnings that only a scan has.
fn find_and_write(
    args: &ScanArgs,
    plan: NearPlan,
    dir: &OutputDir,
    (ctx, bar): (&Context, &Bar),
    clock: &mut Clock,
) -> Result<(NearRun, ScanCounts, Vec<String>)> {
    let (found, index) = plan.run_beside(ctx, bar, clock, |corpus| {
        (!args.link.no_reuse)
            .then(|| Index::new(corpus, ctx))
            .transpose()
    })?;
    clock.lap("sorting");
    ctx.begin(Stage::Writing, 0);
    let mut counts = ScanCounts {
        dropped: write_near(args, &found, dir)?,
        ..ScanCounts::default()
    };
    clock.lap("decisions");
    let reuse = index
        .map(|index| PhraseRun::find(args, &found, index, dir, ctx, clock))
        .transpose()?;
    let mut examples = Examples::new(found.corpus.len());
    // Phrases wait for the disk, and documents are compared meanwhile.
    let (links, phrases) = rayon::join(
        || links(args, &found, reuse.as_ref(), dir, ctx, clock),
        || {
            let reuse = reuse.as_ref();
            let noted = (&mut counts.phrases, &mut counts.families, &mut examples);
            reuse.map(|reuse| reuse.write(&found.corpus, dir, noted))
        },
    );
    let links = links?;
    let phrases = phrases.transpose()?;
    clock.lap("phrases written");
    ctx.begin(Stage::Writing, 0);
    write_graphs_and_texts(&found, &links, &examples, dir, args)?;
    phrases.map_or(Ok(()), BackgroundWriter::wait)?;
    clock.lap("graph");
    counts.edges = links.edges.len() as u64;
    counts.reuse_edges = links.reuse as u64;
    Ok((found, counts, links.warnings))
}

/// Writes pairs, clusters and decisions; returns how many documents go.
fn write_near(args: &ScanArgs, found: &NearRun, dir: &OutputDir) -> Result<u64> {
    let (corpus, pairs) = (&found.corpus, &found.near.pairs);
    let options = TableOptions::default();
    near::write_pairs(dir, &options, corpus, pairs, &found.relations)?;
    near::write_clusters(dir, &options, corpus, &found.clusters)?;
    let (policy, rules) = (args.keep.policy(), args.keep.rules());
    let decisions = decisions::decide(found, &policy, rules);
    write_decisions(
        &options,
        dir.file("decisions.jsonl")?,
        &found.plan.inputs,
        &dedup_input(found, &policy, rules),
        &decisions,
    )?;
    Ok(decisions.drops().len() as u64)
}

/// Prints what was found, and where it is.
fn print(
    args: &ScanArgs,
    found: &NearRun,
    record: &RunRecord<ScanOptions, ScanCounts>,
    report: bool,
    begin: Instant,
) {
    found.print_warnings(&record.warnings);
    let (shared, counts) = (&record.counts.shared, &record.counts.specific);
    summary::print_speed("scan", shared, begin.elapsed());
    summary::print_found(shared, found.plan.near.threshold);
    if !args.link.no_reuse {
        summary::line("phrases", counts.phrases, "that documents share");
        summary::line(
            "reuse",
            counts.reuse_edges,
            "pairs of other documents with passages in common",
        );
    }
    summary::line(
        "drop",
        counts.dropped,
        "documents would go, see decisions.jsonl",
    );
    summary::print_losses(shared);
    if let Some(memory) = &record.memory {
        memory.print();
    }
    summary::print_written(&args.output.display().to_string(), &files(args, report));
}

/// The phrases of a run, and the documents that may share passages.
struct PhraseRun {
    index: Index,
    phrase_set: PhraseSet,
    options: PhraseOptions,
    shared: ReuseCandidates,
}

impl PhraseRun {
    /// Chooses the phrases and writes how formulaic each document is.
    fn find(
        args: &ScanArgs,
        found: &NearRun,
        mut index: Index,
        dir: &OutputDir,
        ctx: &Context,
        clock: &mut Clock,
    ) -> Result<Self> {
        let corpus = &found.corpus;
        let options = PhraseOptions {
            min_length: args.choice.min_length,
            min_documents: args.choice.min_documents,
            top: Some(args.choice.top),
            // Without dates and sources a timeline has nothing to say.
            timeline: corpus.docs().any(|doc| {
                corpus.source(doc).is_some() || corpus.date(doc).and_then(Moment::parse).is_some()
            }),
            ..PhraseOptions::default()
        };
        let phrase_set = phrases::select(corpus, &index, &options, ctx)?;
        clock.lap("phrases");
        ctx.begin(Stage::Writing, 0);
        let file = Target::File(dir.file("documents.jsonl")?);
        let write = |formulas: &FormulaMask| -> Result<()> {
            let mut documents = Records::documents(&TableOptions::default(), file)?;
            for document in phrases::document_reuse_with(&phrase_set, corpus, &index, formulas) {
                documents.document(&document)?;
            }
            documents.finish()?;
            Ok(())
        };
        let (shared, written) =
            ReuseCandidates::new(found, &index, &phrase_set, &args.link, ctx, write)?;
        written?;
        index.release_lengths();
        clock.lap("documents");
        Ok(PhraseRun {
            index,
            phrase_set,
            options,
            shared,
        })
    }

    /// Writes the phrases, which are whole once that was waited for, and the
    /// families.
    fn write(
        &self,
        corpus: &Corpus,
        dir: &OutputDir,
        (phrase_count, family_count, examples): (&mut u64, &mut u64, &mut Examples),
    ) -> Result<BackgroundWriter> {
        let PhraseRun {
            index,
            phrase_set,
            options,
            ..
        } = self;
        let file = |name: &str| dir.file(name).map(Target::File);
        let mut phrases = Records::phrases(&TableOptions::default(), file("phrases.jsonl")?, None)?;
        phrases::each_phrase(phrase_set, corpus, index, options, |some| {
            *phrase_count += some.len() as u64;
            some.iter()
                .for_each(|phrase| examples.take(&phrase.locations));
            phrases.phrases_of(corpus, &some, options.timeline)
        })?;
        let background = BackgroundWriter::begin(|| phrases.finish().map(|_| ()));
        let mut families = Lines::new(file("families.jsonl")?);
        for family in phrases::families_of(phrase_set, corpus, index, options) {
            *family_count += 1;
            families.write(&family)?;
        }
        families.finish()?;
        Ok(background)
    }
}

/// Links the documents and writes what they share.
fn links(
    args: &ScanArgs,
    found: &NearRun,
    reuse: Option<&PhraseRun>,
    dir: &OutputDir,
    ctx: &Context,
    clock: &mut Clock,
) -> Result<LinkRun> {
    let mut lines = Lines::new(Target::File(dir.file("passages.jsonl")?));
    let shared = reuse.map(|reuse| &reuse.shared);
    let links = edges::link(found, shared, &args.link, clock, ctx, |some| {
        passages::write(&mut lines, &found.corpus, some)
    })?;
    lines.finish()?;
    Ok(links)
}

/// Writes the graph, and the texts that a report shows.
fn write_graphs_and_texts(
    found: &NearRun,
    links: &LinkRun,
    examples: &Examples,
    dir: &OutputDir,
    args: &ScanArgs,
) -> Result<()> {
    let corpus = &found.corpus;
    let graphs = || {
        GRAPHS.into_par_iter().try_for_each(|(name, format)| {
            let graph = DocumentGraph {
                corpus,
                edges: &links.edges,
                clusters: &found.clusters,
                phrases: &[],
                connected: false,
                directed: false,
                description: edges::description("documents", found, &args.link),
            };
            let out = Target::File(dir.file(name)?);
            write_documents(GraphTarget::of(format, out), &graph).map(drop)
        })
    };
    let texts = || {
        let mut shown = linked(&links.edges);
        shown.extend(corpus.docs().filter(|&doc| examples.has(doc)));
        shown.sort_unstable();
        shown.dedup();
        texts::write(dir, "texts.jsonl.zst", corpus, &shown)
    };
    let (graphs, texts) = rayon::join(graphs, texts);
    graphs.and(texts)
}

/// Returns the documents of the edges, in input order.
fn linked(edges: &[Edge]) -> Vec<DocId> {
    let mut docs: Vec<DocId> = edges.iter().flat_map(|edge| [edge.a, edge.b]).collect();
    docs.sort_unstable();
    docs.dedup();
    docs
}

fn has_report(args: &ScanArgs) -> bool {
    !args.no_report && page::has_page()
}

/// Makes the page that shows the folder, if this program has it.
fn report(args: &ScanArgs, dir: &OutputDir) -> Result<bool> {
    if !has_report(args) {
        return Ok(false);
    }
    let out = dir.file("report.html")?;
    page::write(dir.unpublished(), out, args.limit.report_limit.0)?;
    Ok(true)
}

fn files(args: &ScanArgs, report: bool) -> Vec<String> {
    let near = ["pairs.jsonl", "clusters.jsonl", "decisions.jsonl"];
    let reuse = ["phrases.jsonl", "families.jsonl", "documents.jsonl"];
    let reuse = if args.link.no_reuse { &[][..] } else { &reuse };
    let rest = ["passages.jsonl", "texts.jsonl.zst", "run.json"];
    let report = if report { &["report.html"][..] } else { &[] };
    [&near, reuse, &GRAPHS.map(|(name, _)| name), &rest, report]
        .concat()
        .iter()
        .map(|name| (*name).to_owned())
        .collect()
}
