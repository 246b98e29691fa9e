//! `leitong graph`: the similarity graph, for the tools that read graphs.

use std::path::Path;
use std::time::Instant;

use crate::amounts::grouped;
use crate::cli::Outcome;
use crate::cli::args::{GraphArgs, Level};
use crate::cli::progress::{Bar, GRAPH_STEPS};
use crate::cli::run::edges;
use crate::cli::run::memory_plan::{IndexWork, MemoryPlan};
use crate::cli::run::near::{NearPlan, NearRun};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::session;
use crate::cli::run::summary;
use crate::cli::say::say;
use crate::context::Context;
use crate::error::Result;
use crate::graph::formats::documents::{DocumentGraph, Written, write_documents};
use crate::graph::formats::sources::{SourceRecords, write_sources};
use crate::graph::formats::{GraphFormat, GraphTarget};
use crate::graph::{Edge, PhraseNode, SourceGraph};
use crate::mask::FormulaMask;
use crate::phrases::PhraseOptions;
use crate::pipeline::Timings;
use crate::progress::Stage;
use crate::suffix::Index;
use crate::write::OutputSet;

pub(in crate::cli) fn run(args: &GraphArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let mut plan = NearPlan::new(&args.input, &args.near, &args.group)?;
    let work = match args.link.no_reuse && !args.shape.with_phrases {
        true => IndexWork::Near,
        false => IndexWork::Graph,
    };
    if work == IndexWork::Graph {
        plan = plan.indexed();
    } else if args.link.without_quotes {
        plan = plan.keep_texts();
    }
    let threshold = plan.compare.near.threshold;
    let mut check = OutputCheck::default();
    for path in GraphTarget::files(&args.output, args.format) {
        check.add(&path)?;
    }
    check.check(&plan.inputs)?;
    let outputs = OutputSet::default();
    let target = GraphTarget::open(&outputs, &args.output, args.format)?;
    let beside = (args.output != Path::new("-")).then_some(args.output.as_path());
    let memory_plan = MemoryPlan::new(&args.memory, &args.run, work, &plan.inputs, beside)?;
    let plan = plan.with_memory_plan(memory_plan);
    let bar = Bar::new(&args.run, GRAPH_STEPS);
    let ctx = plan.context(bar.context());
    let mut clock = Timings::default();
    let (found, links, phrases) = session::pool(&args.run)?.install(|| -> Result<_> {
        let found = plan.run(&ctx, &bar, &mut clock)?;
        let (mask, phrases) = reuse(args, &found, &ctx)?;
        let link = args.link.options();
        let mask = mask.as_ref();
        let links = link.link(&found.corpus, &found.compared, mask, &ctx, &mut clock)?;
        Ok((found, links, phrases))
    })?;
    ctx.begin(Stage::Writing, 0);
    let written = write(args, target, &found, &links.edges, phrases)?;
    found.plan.inputs.check_unchanged()?;
    outputs.publish()?;
    bar.clear();

    if !args.run.quiet {
        print(
            args,
            &found,
            edges::warnings(&found.corpus),
            threshold,
            written,
            begin,
        );
    }
    Ok(found.outcome())
}

/// Returns the mask of formulas and boilerplate, if reuse is to link documents,
/// and the phrases that stand in the graph.
fn reuse(
    args: &GraphArgs,
    found: &NearRun,
    ctx: &Context,
) -> Result<(Option<FormulaMask>, Vec<PhraseNode>)> {
    if args.link.no_reuse && !args.shape.with_phrases {
        return Ok((None, Vec::new()));
    }
    let corpus = &found.corpus;
    ctx.begin(Stage::Sorting, 0);
    let index = Index::new(corpus, ctx)?;
    let options = PhraseOptions {
        top: Some(args.shape.phrases_top),
        ..PhraseOptions::default()
    };
    let phrases = options.select(index, ctx)?.into_phrases();
    let mask = match args.link.no_reuse {
        true => None,
        false => {
            let link = args.link.options();
            let mut mask = phrases.formula_mask(link.formula_documents);
            link.add_boilerplate(&mut mask, corpus, &found.compared)?;
            Some(mask)
        }
    };
    let mut nodes = Vec::new();
    if args.shape.with_phrases {
        phrases.each(&options, |phrases| {
            let new = |phrase| PhraseNode::new(corpus, phrase);
            nodes.extend(phrases.into_iter().map(new));
            Ok(())
        })?;
    }
    Ok((mask, nodes))
}

fn write(
    args: &GraphArgs,
    target: GraphTarget,
    found: &NearRun,
    edges: &[Edge],
    mut phrases: Vec<PhraseNode>,
) -> Result<Written> {
    let description = |what| edges::description(what, found, &args.link);
    match args.shape.level {
        Level::Document => write_documents(
            target,
            &DocumentGraph {
                corpus: &found.corpus,
                edges,
                clusters: &found.compared.clusters,
                phrases: &phrases,
                connected: args.shape.connected,
                directed: args.shape.directed,
                description: description("documents"),
            },
        ),
        Level::Source => {
            let graph = SourceGraph::new(&found.corpus, edges);
            for phrase in &mut phrases {
                phrase.aggregate(&graph.of_document);
            }
            write_sources(
                target,
                &SourceRecords {
                    graph: &graph,
                    phrases: &phrases,
                    connected: args.shape.connected,
                    directed: args.shape.directed,
                    description: description("sources"),
                },
            )
        }
    }
}

fn print(
    args: &GraphArgs,
    found: &NearRun,
    warnings: Vec<String>,
    threshold: f64,
    written: Written,
    begin: Instant,
) {
    let counts = found.counts();
    found.print_warnings(&[found.warnings(), warnings].concat());
    summary::print_speed("graph", &counts, begin.elapsed());
    summary::print_found(&counts, threshold, found.compared.near.search.below);
    let what = match args.shape.level {
        Level::Document => "documents",
        Level::Source => "sources",
    };
    summary::line("nodes", written.nodes, what);
    let words = match written.components {
        1 => "in one component".to_owned(),
        more => format!("in {} components", grouped(more)),
    };
    summary::line("edges", written.edges, &words);
    if args.shape.with_phrases {
        let words = format!("with {} edges", grouped(written.phrase_edges));
        summary::line("phrases", written.phrases, &words);
    }
    summary::print_losses(&counts);
    if let Some(memory) = found.memory_record() {
        memory.print();
    }
    if args.output == Path::new("-") {
        return;
    }
    let files = GraphTarget::files(&args.output, args.format);
    let files: Vec<String> = files
        .iter()
        .map(|file| file.display().to_string())
        .collect();
    say!("  written: {}", files.join(", "));
    if GraphFormat::of_path(&args.output).or(args.format) == Some(GraphFormat::Dot) {
        say!("  draw it: dot -Tsvg {} -o graph.svg", files.join(" "));
    }
}
