//! `leitong scan`: everything, in one pass over the input.

use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;

use crate::cli::Outcome;
use crate::cli::args::ScanArgs;
use crate::cli::commands::dedup::{case_of, decisions_of};
use crate::cli::commands::graph::description as graph_description;
use crate::cli::progress::Bar;
use crate::cli::run::background::BackgroundWriter;
use crate::cli::run::edges::{self, LinkRun, Shared};
use crate::cli::run::memory_plan::{Kept, MemoryPlan};
use crate::cli::run::near::{NearPlan, NearRun, Own};
use crate::cli::run::page;
use crate::cli::run::session::{self, Clock};
use crate::cli::run::summary;
use crate::corpus::{Corpus, DocId};
use crate::date::Moment;
use crate::error::Result;
use crate::graph::Edge;
use crate::graph::formats::GraphTarget;
use crate::graph::formats::documents::{DocumentGraph, write_documents};
use crate::mask::FormulaMask;
use crate::phrases;
use crate::phrases::{PhraseOptions, PhraseSet};
use crate::progress::{Progress, Stage};
use crate::records::decisions::write_decisions;
use crate::records::phrases::Records;
use crate::records::texts::Examples;
use crate::records::{near, passages, texts};
use crate::suffix::Index;
use crate::write::{Format, Lines, OutputDir, Target};

/// The graph, for programs and for Gephi.
const GRAPHS: [&str; 2] = ["graph.json", "graph.graphml"];

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
    let kept = match args.link.no_reuse {
        true => Kept::Near,
        false => Kept::Scan,
    };
    let (policy, rules) = (args.keep.policy(), args.keep.rules());
    let threshold = plan.near.threshold;
    let dir = OutputDir::open(&args.output)?;
    let beside = Some(args.output.as_path());
    let hold = MemoryPlan::new(&args.memory, &args.run, kept, &plan.inputs, beside)?;
    let plan = plan.holding(hold);
    let bar = Bar::new(&args.run);
    let mut clock = Clock::default();
    let pool = session::pool(&args.run)?;
    let (found, counts, warnings) = pool.install(|| -> Result<_> {
        let (found, index) = plan.run_beside(&bar, &mut clock, |corpus| {
            (!args.link.no_reuse)
                .then(|| Index::new(corpus))
                .transpose()
        })?;
        clock.lap("sorting");
        let mut counts = ScanCounts::default();
        bar.begin(Stage::Writing, 0);
        near::write_pairs(
            &dir,
            Format::Jsonl,
            &found.corpus,
            &found.near.pairs,
            &found.relations,
        )?;
        near::write_clusters(&dir, Format::Jsonl, &found.corpus, &found.clusters)?;
        let decisions = decisions_of(&found, &policy, rules);
        counts.dropped = decisions.drops().len() as u64;
        write_decisions(
            Format::Jsonl,
            dir.file("decisions.jsonl")?,
            &case_of(&found, &policy, rules),
            &decisions,
        )?;
        clock.lap("decisions");
        let reuse = index
            .map(|index| Reuse::find(args, &found, index, &dir, &bar, &mut clock))
            .transpose()?;
        let mut examples = Examples::new(found.corpus.len());
        // Phrases wait for the disk, and documents are compared meanwhile.
        let (links, phrases) = rayon::join(
            || links(args, &found, reuse.as_ref(), &dir, &bar, &mut clock),
            || {
                let reuse = reuse.as_ref();
                let noted = (&mut counts.phrases, &mut counts.families, &mut examples);
                reuse.map(|reuse| reuse.write(&found.corpus, &dir, noted))
            },
        );
        let links = links?;
        let phrases = phrases.transpose()?;
        clock.lap("phrases written");
        bar.begin(Stage::Writing, 0);
        shown(&found, &links, &examples, &dir, args)?;
        phrases.map_or(Ok(()), BackgroundWriter::wait)?;
        clock.lap("graph");
        counts.edges = links.edges.len() as u64;
        counts.reuse_edges = links.reuse as u64;
        Ok((found, counts, links.warnings))
    })?;

    let options = args.link.options();
    let own = Own {
        command: "scan",
        run: &args.run,
        format: Format::Jsonl.name(),
        options: ScanOptions {
            reuse: !args.link.no_reuse,
            min_run: options.min_run,
            min_shared: options.min_shared,
            formula_documents: args.link.formula_documents,
            without_quotes: options.without_quotes,
            without_formulas: options.without_formulas,
            min_length: args.choice.min_length,
            min_documents: args.choice.min_documents,
            top: args.choice.top,
            keep: policy.keys().iter().map(ToString::to_string).collect(),
        },
        counts,
        warnings,
    };
    let record = found.record(own, clock);
    record.write(&dir)?;
    let report = pool.install(|| report(args, &dir))?;
    bar.clear();
    if !args.run.quiet {
        found.print_warnings(&record.warnings);
        let shared = &record.counts.shared;
        summary::print_speed("scan", shared, begin.elapsed());
        summary::print_found(shared, threshold);
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
    Ok(found.outcome())
}

/// The phrases of a run, and what the index says of who shares what.
struct Reuse {
    index: Index,
    chosen: PhraseSet,
    options: PhraseOptions,
    shared: Shared,
}

impl Reuse {
    /// Chooses the phrases and writes how formulaic each document is.
    fn find(
        args: &ScanArgs,
        found: &NearRun,
        mut index: Index,
        dir: &OutputDir,
        bar: &Bar,
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
        let chosen = phrases::select(corpus, &index, &options, bar);
        clock.lap("phrases");
        bar.begin(Stage::Writing, 0);
        let file = Target::File(dir.file("documents.jsonl")?);
        let write = |formulas: &FormulaMask| -> Result<()> {
            let mut documents = Records::documents(Format::Jsonl, file)?;
            for document in phrases::document_reuse_with(&chosen, corpus, &index, formulas) {
                documents.document(&document)?;
            }
            documents.finish()
        };
        let (shared, written) = Shared::new(found, &index, &chosen, &args.link, write);
        written?;
        index.release_lengths();
        clock.lap("documents");
        Ok(Reuse {
            index,
            chosen,
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
        let Reuse {
            index,
            chosen,
            options,
            ..
        } = self;
        let file = |name: &str| dir.file(name).map(Target::File);
        let mut phrases = Records::phrases(Format::Jsonl, file("phrases.jsonl")?)?;
        phrases::each_phrase(chosen, corpus, index, options, |some| {
            *phrase_count += some.len() as u64;
            some.iter().for_each(|phrase| examples.take(&phrase.places));
            phrases.phrases_of(corpus, &some, options.timeline)
        })?;
        let behind = BackgroundWriter::begin(|| phrases.finish());
        let mut families = Lines::new(file("families.jsonl")?);
        for family in phrases::families_of(chosen, index, options) {
            *family_count += 1;
            families.write(&family)?;
        }
        families.finish()?;
        Ok(behind)
    }
}

/// Links the documents and writes what they share.
fn links(
    args: &ScanArgs,
    found: &NearRun,
    reuse: Option<&Reuse>,
    dir: &OutputDir,
    bar: &Bar,
    clock: &mut Clock,
) -> Result<LinkRun> {
    let mut lines = Lines::new(Target::File(dir.file("passages.jsonl")?));
    let shared = reuse.map(|reuse| &reuse.shared);
    let links = edges::link(found, shared, &args.link, clock, bar, |some| {
        passages::write(&mut lines, &found.corpus, some)
    })?;
    lines.finish()?;
    Ok(links)
}

/// Writes the graph, and the texts that a report shows.
fn shown(
    found: &NearRun,
    links: &LinkRun,
    examples: &Examples,
    dir: &OutputDir,
    args: &ScanArgs,
) -> Result<()> {
    let corpus = &found.corpus;
    let graphs = || {
        GRAPHS.into_par_iter().try_for_each(|name| {
            let graph = DocumentGraph {
                corpus,
                edges: &links.edges,
                clusters: &found.clusters,
                phrases: &[],
                connected: false,
                directed: false,
                description: graph_description("documents", found, &args.link),
            };
            write_documents(GraphTarget::open(&dir.path().join(name), None)?, &graph).map(drop)
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

/// Makes the page that shows the folder, if this program has it.
fn report(args: &ScanArgs, dir: &OutputDir) -> Result<bool> {
    if args.no_report || !page::has_page() {
        return Ok(false);
    }
    let out = dir.path().join("report.html");
    page::write(dir.path(), &out, args.limit.report_limit.0)?;
    Ok(true)
}

fn files(args: &ScanArgs, report: bool) -> Vec<String> {
    let near = ["pairs.jsonl", "clusters.jsonl", "decisions.jsonl"];
    let reuse = ["phrases.jsonl", "families.jsonl", "documents.jsonl"];
    let reuse = if args.link.no_reuse { &[][..] } else { &reuse };
    let rest = ["passages.jsonl", "texts.jsonl.zst", "run.json"];
    let report = if report { &["report.html"][..] } else { &[] };
    [&near, reuse, &GRAPHS, &rest, report]
        .concat()
        .iter()
        .map(|name| (*name).to_owned())
        .collect()
}
