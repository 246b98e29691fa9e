//! `leitong scan`: everything, in one pass over the input.

use std::time::Instant;

use rayon::prelude::*;
use serde::Serialize;

use crate::amounts::grouped;
use crate::cli::Outcome;
use crate::cli::args::ScanArgs;
use crate::cli::progress::{Bar, SCAN_STEPS};
use crate::cli::run::background::BackgroundWriter;
use crate::cli::run::edges;
use crate::cli::run::hand_decisions::HandDecisions;
use crate::cli::run::memory_plan::{IndexWork, MemoryPlan};
use crate::cli::run::near::{CommandRecord, NearPlan, NearRun};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::page;
use crate::cli::run::record::RunRecord;
use crate::cli::run::resume::Resume;
use crate::cli::run::run_folder::EarlierRun;
use crate::cli::run::session;
use crate::cli::run::summary;
use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::{Decisions, DedupInput};
use crate::error::Result;
use crate::graph::Edge;
use crate::graph::formats::documents::{DocumentGraph, write_documents};
use crate::graph::formats::{GraphFormat, GraphTarget};
use crate::phrases::{DocumentReuse, Family, Phrase, PhraseOptions};
use crate::pipeline::{
    CompareOptions, LinkOptions, Links, PhraseSink, ScanOptions, ScanSink, Scanned, Timings,
    dedup_input,
};
use crate::progress::Stage;
use crate::read::Inputs;
use crate::records::decisions::write_decisions;
use crate::records::edges::write_edges;
use crate::records::families::write_families;
use crate::records::passage_groups::write_groups;
use crate::records::passages::write_passages;
use crate::records::phrases::PhraseWriter;
use crate::records::scan_files::{self, REPORT, RUN};
use crate::records::texts::Examples;
use crate::records::{documents, near, texts};
use crate::report::held::HeldScan;
use crate::report::shares::ScanShares;
use crate::write::{Format, OutputDir, TableOptions, Target};

/// The graph, for programs and for Gephi.
const GRAPHS: [(&str, GraphFormat); 2] = [
    (scan_files::GRAPH_JSON, GraphFormat::Json),
    (scan_files::GRAPH_ML, GraphFormat::GraphMl),
];

/// What `run.json` says of the options that only a scan has.
#[derive(Serialize)]
struct ScanRecord {
    reuse: bool,
    #[serde(flatten)]
    link: LinkOptions,
    min_length: u32,
    min_documents: u32,
    top: usize,
    keep: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decisions_by: Option<String>,
}

impl ScanRecord {
    fn new(args: &ScanArgs, options: &ScanOptions) -> Self {
        let ScanOptions { link, phrases, .. } = options;
        ScanRecord {
            reuse: options.reuse,
            link: *link,
            min_length: phrases.min_length,
            min_documents: phrases.min_documents,
            top: phrases.top.unwrap_or(usize::MAX),
            keep: options
                .policy
                .keys()
                .iter()
                .map(ToString::to_string)
                .collect(),
            decisions_by: args
                .keep
                .decisions_by
                .as_ref()
                .map(|path| path.display().to_string()),
        }
    }
}

/// Returns the options of a scan, as they were typed.
fn options(args: &ScanArgs, inputs: &Inputs, compare: CompareOptions) -> ScanOptions {
    ScanOptions {
        compare,
        policy: args.keep.policy(inputs),
        rules: args.keep.rules(),
        reuse: !args.link.no_reuse,
        phrases: PhraseOptions {
            min_length: args.choice.min_length,
            min_documents: args.choice.min_documents,
            top: Some(args.choice.top),
            timeline: true,
            ..PhraseOptions::default()
        },
        link: args.link.options(),
        ..ScanOptions::default()
    }
}

/// Counts that only a scan has.
#[derive(Clone, Copy, Default, Serialize)]
struct ScanCounts {
    phrases: u64,
    /// Phrases in all, of which the best were written.
    phrases_found: u64,
    families: u64,
    edges: u64,
    passages: u64,
    groups: u64,
    reuse_edges: u64,
    dropped: u64,
    /// Documents that a person decided on, if a file of decisions was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_hand: Option<u64>,
}

pub(in crate::cli) fn run(args: &ScanArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let mut plan = NearPlan::new(&args.input, &args.near, &args.group)?
        .keep_texts()
        .note_surface()
        .with_decisions();
    plan.corpus.read.fields.further = args.keep.further_field()?;
    let work = match args.link.no_reuse {
        true => IndexWork::Near,
        false => IndexWork::Scan,
    };
    let mut check = OutputCheck::default();
    for name in files(args, has_report(args)) {
        check.add(&args.output.join(name))?;
    }
    check.check(&plan.inputs)?;
    let hand = args.keep.decisions_by.as_deref().map(HandDecisions::read);
    let hand = hand.transpose()?;
    let mut options = options(args, &plan.inputs, plan.compare);
    let resume = Resume::open(args.resume.resume.as_deref(), &plan, Some(&options))?;
    let dir = OutputDir::open(&args.output)?;
    let beside = Some(args.output.as_path());
    let memory_plan = MemoryPlan::new(&args.memory, &args.run, work, &plan.inputs, beside)?;
    let plan = plan.with_memory_plan(memory_plan);
    let bar = Bar::new(&args.run, SCAN_STEPS);
    let ctx = plan.context(resume.context(bar.context()));
    let mut clock = Timings::default();
    let pool = session::pool(&args.run)?;
    let (found, counts, left, warnings) = pool.install(|| {
        find_and_write(
            args,
            plan,
            &mut options,
            hand,
            &dir,
            (&ctx, &bar),
            &mut clock,
        )
    })?;

    let specific = CommandRecord {
        command: "scan",
        run: &args.run,
        format: Format::Jsonl.name(),
        options: ScanRecord::new(args, &options),
        counts,
        warnings,
    };
    let mut record = found.record(specific, clock);
    record.write(dir.outputs(), dir.file(RUN)?)?;
    let report = pool.install(|| report(args, &dir, &found, &options, &left))?;
    if report {
        // The page reads the record, and the record names the page.
        record.write(dir.outputs(), dir.file(RUN)?)?;
    }
    found.plan.inputs.check_unchanged()?;
    let earlier = EarlierRun::of(&args.output);
    dir.outputs().publish()?;
    earlier.remove_all_but(&files(args, report), args.run.quiet);
    bar.clear();
    resume.finish(args.run.quiet)?;
    if !args.run.quiet {
        print(args, &found, &record, report, begin);
    }
    Ok(found.outcome())
}

/// What a scan leaves behind for its page, beside the documents, pairs and
/// clusters.
struct ForPage {
    decisions: Decisions,
    edges: Vec<Edge>,
    shares: Option<ScanShares>,
    /// The documents whose texts were written.
    texts: Vec<DocId>,
}

/// Finds everything and writes it, but for `run.json` and the page; returns
/// what was found, with the counts, what the page needs, and the warnings that
/// only a scan has.
fn find_and_write(
    args: &ScanArgs,
    plan: NearPlan,
    options: &mut ScanOptions,
    hand: Option<HandDecisions>,
    dir: &OutputDir,
    (ctx, bar): (&Context, &Bar),
    clock: &mut Timings,
) -> Result<(NearRun, ScanCounts, ForPage, Vec<String>)> {
    let (corpus, read) = plan.read(ctx, bar, clock)?;
    let mut hand_warnings = Vec::new();
    if let Some(hand) = &hand {
        let (by_hand, unknown) = hand.file.resolve(&corpus);
        options.by_hand = by_hand;
        hand_warnings = hand.warnings(&unknown);
    }
    let mut files = ScanFiles::new(dir, &corpus, &plan.inputs, options.link);
    let scanned = options.run(&corpus, ctx, &mut files)?;
    let Scanned {
        compared,
        decisions,
        links,
        phrases: phrases_found,
        timings,
    } = scanned;
    clock.absorb(timings);
    let ScanFiles {
        mut counts,
        phrases,
        ..
    } = files;
    let PhraseFiles {
        shares,
        examples,
        background,
        phrase_count,
        family_count,
        ..
    } = phrases;
    let found = NearRun {
        plan,
        corpus,
        read,
        compared,
        against: None,
    };
    ctx.begin(Stage::Writing, 0);
    let texts = write_graphs_and_texts(&found, &links, &examples, dir, args)?;
    background.map_or(Ok(()), BackgroundWriter::wait)?;
    clock.lap("graph");
    counts.phrases = phrase_count;
    counts.phrases_found = phrases_found as u64;
    counts.families = family_count;
    counts.edges = links.edges.len() as u64;
    counts.passages = links.passages.len() as u64;
    counts.reuse_edges = links.reuse as u64;
    counts.by_hand = counts.by_hand.filter(|_| hand.is_some());
    let mut warnings = edges::warnings(&found.corpus);
    warnings.extend(hand_warnings);
    let left = ForPage {
        decisions,
        edges: links.edges,
        shares,
        texts,
    };
    Ok((found, counts, left, warnings))
}

/// The files of a scan, which are written as soon as something is found.
struct ScanFiles<'a> {
    dir: &'a OutputDir,
    corpus: &'a Corpus,
    inputs: &'a Inputs,
    link: LinkOptions,
    phrases: PhraseFiles<'a>,
    counts: ScanCounts,
}

impl<'a> ScanFiles<'a> {
    fn new(dir: &'a OutputDir, corpus: &'a Corpus, inputs: &'a Inputs, link: LinkOptions) -> Self {
        ScanFiles {
            dir,
            corpus,
            inputs,
            link,
            phrases: PhraseFiles {
                dir,
                corpus,
                shares: None,
                phrases: None,
                background: None,
                examples: Examples::new(corpus.len()),
                phrase_count: 0,
                family_count: 0,
            },
            counts: ScanCounts::default(),
        }
    }
}

impl<'a> ScanSink for ScanFiles<'a> {
    type Phrases = PhraseFiles<'a>;

    fn compared(&mut self, input: &DedupInput<'_>, decisions: &Decisions) -> Result<()> {
        let options = TableOptions::default();
        let (dir, corpus) = (self.dir, self.corpus);
        near::write_pairs(dir, &options, corpus, input.pairs, input.relations)?;
        near::write_clusters(dir, &options, corpus, input.clusters)?;
        let out = dir.file(scan_files::DECISIONS)?;
        write_decisions(&options, out, &self.inputs.names(), input, decisions)?;
        let by_hand = decisions.kept_by_hand() + decisions.dropped_by_hand().len();
        self.counts.dropped = decisions.dropped_count() as u64;
        self.counts.by_hand = Some(by_hand as u64);
        Ok(())
    }

    fn split(
        &mut self,
    ) -> (
        &mut PhraseFiles<'a>,
        impl FnMut(&Links) -> Result<()> + Send,
    ) {
        let (dir, corpus, link, counts) = (self.dir, self.corpus, self.link, &mut self.counts);
        let write = move |links: &Links| {
            let file = |name| dir.file(name).map(Target::File);
            let options = TableOptions::default();
            let edges = file(scan_files::EDGES)?;
            let passages = file(scan_files::PASSAGES)?;
            let groups = file(scan_files::GROUPS)?;
            // Grouping takes one thread, and about as long as writing does.
            let (written, count) = rayon::join(
                || -> Result<()> {
                    write_edges(corpus, &links.edges, &options, edges)?;
                    write_passages(corpus, &links.passages, &options, passages)?;
                    Ok(())
                },
                || -> Result<u64> {
                    let found = links.groups(corpus, &link)?;
                    write_groups(corpus, &found, &options, groups)?;
                    Ok(found.len() as u64)
                },
            );
            counts.groups = count?;
            written
        };
        (&mut self.phrases, write)
    }
}

/// The files of phrases.
struct PhraseFiles<'a> {
    dir: &'a OutputDir,
    corpus: &'a Corpus,
    shares: Option<ScanShares>,
    /// Open from the first phrase to the last one.
    phrases: Option<PhraseWriter>,
    /// The file is whole once that was waited for.
    background: Option<BackgroundWriter>,
    examples: Examples,
    phrase_count: u64,
    family_count: u64,
}

impl PhraseFiles<'_> {
    /// Returns what writes phrases.
    fn records(&mut self) -> Result<PhraseWriter> {
        match self.phrases.take() {
            Some(records) => Ok(records),
            None => {
                let file = Target::File(self.dir.file(scan_files::PHRASES)?);
                PhraseWriter::new(&TableOptions::default(), file, None)
            }
        }
    }
}

impl PhraseSink for PhraseFiles<'_> {
    fn documents(&mut self, documents: Vec<DocumentReuse>) -> Result<()> {
        let file = Target::File(self.dir.file(scan_files::DOCUMENTS)?);
        documents::write_documents(&TableOptions::default(), file, &documents)?;
        self.shares = Some(ScanShares::new(&documents));
        Ok(())
    }

    fn phrases(&mut self, phrases: Vec<Phrase>, timeline: bool) -> Result<()> {
        let mut records = self.records()?;
        self.phrase_count += phrases.len() as u64;
        phrases
            .iter()
            .for_each(|phrase| self.examples.take(&phrase.locations));
        records.write(self.corpus, &phrases, timeline)?;
        self.phrases = Some(records);
        Ok(())
    }

    fn families(&mut self, families: Vec<Family>) -> Result<()> {
        let phrases = self.records()?;
        let finish = || phrases.finish().map(|_| ());
        self.background = Some(BackgroundWriter::begin(finish));
        self.family_count = families.len() as u64;
        let file = Target::File(self.dir.file(scan_files::FAMILIES)?);
        write_families(&TableOptions::default(), file, &families).map(drop)
    }
}

/// Prints what was found, and where it is.
fn print(
    args: &ScanArgs,
    found: &NearRun,
    record: &RunRecord<ScanRecord, ScanCounts>,
    report: bool,
    begin: Instant,
) {
    found.print_warnings(&record.warnings);
    let (shared, counts) = (&record.counts.shared, &record.counts.specific);
    summary::print_speed("scan", shared, begin.elapsed());
    summary::print_found(
        shared,
        found.plan.compare.near.threshold,
        found.compared.near.search.below,
    );
    if !args.link.no_reuse {
        let words = match counts.phrases < counts.phrases_found {
            true => &format!(
                "of {} that documents share, the best first; --top lists more",
                grouped(counts.phrases_found)
            ),
            false => "that documents share",
        };
        summary::line("phrases", counts.phrases, words);
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

/// Writes the graph, and the texts that a report shows; returns whose texts
/// these are.
fn write_graphs_and_texts(
    found: &NearRun,
    links: &Links,
    examples: &Examples,
    dir: &OutputDir,
    args: &ScanArgs,
) -> Result<Vec<DocId>> {
    let corpus = &found.corpus;
    let graphs = || {
        GRAPHS.into_par_iter().try_for_each(|(name, format)| {
            let graph = DocumentGraph {
                corpus,
                edges: &links.edges,
                clusters: &found.compared.clusters,
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
        texts::write(dir, scan_files::TEXTS, corpus, &shown)?;
        Ok(shown)
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

/// Makes the page that shows the scan, if this program has it.
fn report(
    args: &ScanArgs,
    dir: &OutputDir,
    found: &NearRun,
    options: &ScanOptions,
    left: &ForPage,
) -> Result<bool> {
    if !has_report(args) {
        return Ok(false);
    }
    let (policy, rules) = (&options.policy, options.rules);
    let held = HeldScan {
        input: &DedupInput {
            by_hand: &options.by_hand,
            ..dedup_input(&found.corpus, &found.compared, policy, rules)
        },
        decisions: &left.decisions,
        shares: left.shares.as_ref(),
        edges: &left.edges,
        texts: &left.texts,
    };
    let out = dir.file(REPORT)?;
    let limit = args.limit.report_limit.0;
    page::write(dir.unpublished(), Some(&held), out, limit)?;
    Ok(true)
}

fn files(args: &ScanArgs, report: bool) -> Vec<String> {
    let reuse = (!args.link.no_reuse).then_some(scan_files::OF_REUSE);
    let names = scan_files::ALWAYS
        .into_iter()
        .chain(reuse.into_iter().flatten())
        .chain([RUN])
        .chain(report.then_some(REPORT));
    names.map(str::to_owned).collect()
}
