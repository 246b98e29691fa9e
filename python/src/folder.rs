//! The folder that `leitong scan` writes, and the page that shows it.

use std::io::Write as _;
use std::path::Path;

use leitong::Result;
use leitong::corpus::{Corpus, DocId};
use leitong::graph::formats::documents::{DocumentGraph, write_documents};
use leitong::graph::formats::{GraphFormat, GraphTarget};
use leitong::near::{Measure, Method};
use leitong::pipeline::{Compared, ScanOptions, decide, dedup_input};
use leitong::records::decisions::write_decisions;
use leitong::records::edges::write_edges;
use leitong::records::passage_groups::write_groups;
use leitong::records::passages::write_passages;
use leitong::records::phrases::PhraseWriter;
use leitong::records::texts::Examples;
use leitong::records::{documents, families};
use leitong::records::{near, texts};
use leitong::report::held::HeldScan;
use leitong::report::page;
use leitong::report::shares::ScanShares;
use leitong::write::{OutputDir, OutputFile, TableOptions, Target};
use serde_json::{Value, json};

use crate::documents::Corpora;
use crate::run::Found;

/// Returns the pairs in each hundredth of similarity, from the lowest that has
/// any.
pub(crate) fn histogram(compared: &Compared, measure: Measure) -> Vec<(f64, u64)> {
    let mut counts = [0u64; 101];
    for pair in &compared.near.pairs {
        // 0.29 is a little less than 29 hundredths in binary.
        counts[((pair.similarity(measure) * 100.0 + 1e-9) as usize).min(100)] += 1;
    }
    let bins = counts.iter().enumerate();
    bins.map(|(hundredth, pairs)| (hundredth as f64 / 100.0, *pairs))
        .skip_while(|(_, pairs)| *pairs == 0)
        .collect()
}

/// Returns what a user should know before trusting a result.
pub(crate) fn warnings(corpora: &Corpora, compared: &Compared) -> Vec<String> {
    let (options, search) = (&compared.options.near, compared.near.search);
    let mut warnings = corpora.report.warnings.clone();
    warnings.extend(corpora.corpus.warnings().iter().map(ToString::to_string));
    if options.method == Method::SimHash && search.recall < options.recall {
        warnings.push(format!(
            "fingerprints within {} bits find {:.1} % of pairs at {}; use method=\"minhash\", or a larger max_distance",
            search.max_distance.unwrap_or(0),
            search.recall * 100.0,
            options.threshold
        ));
    }
    if search.partners_left_out > 0 {
        warnings.push(format!(
            "{} documents have so many near-duplicates that not every pair of them is listed; all_pairs=True lists all",
            search.partners_left_out
        ));
    }
    if search.cut_short > 0 {
        warnings.push(format!(
            "{} documents share much with very many others and not all of these were compared; raise the threshold, or compare all with all_pairs=True",
            search.cut_short
        ));
    }
    warnings
}

/// Returns what `run.json` says, as far as a run of Python has it.
fn record(corpora: &Corpora, options: &ScanOptions, compared: &Compared, found: &Found) -> Value {
    let near = &options.compare.near;
    let mut kept: u64 = compared.near.pairs.len() as u64;
    let bins: Vec<Value> = histogram(compared, near.measure)
        .into_iter()
        .map(|(from, pairs)| {
            let bin = json!({"from": from, "pairs": pairs, "kept": kept});
            kept -= pairs;
            bin
        })
        .collect();
    let skipped: Vec<Value> = corpora
        .report
        .skipped
        .iter()
        .map(|one| json!({"input": one.input, "line": one.line, "what": one.what}))
        .collect();
    let clusters = &compared.clusters;
    let sizes = clusters.iter().map(|cluster| cluster.len());
    let keep = options.policy.keys().iter().map(ToString::to_string);
    json!({
        "schema": 1,
        "version": env!("CARGO_PKG_VERSION"),
        "command": "scan",
        "arguments": [],
        "options": {
            "fold": corpora.corpus.normalizer().steps().names(),
            "shingle_len": near.shingling.to_string(),
            "threshold": near.threshold,
            "measure": near.measure.name(),
            "method": near.method.name(),
            "recall": near.recall,
            "seed": near.seed,
            "all_pairs": near.all_pairs,
            "clusters": options.compare.clusters.name(),
            "format": "jsonl",
            "reuse": options.reuse,
            "passages": {
                "min_length": options.link.passages.min_length,
                "min_identity": options.link.passages.min_identity,
            },
            "min_shared": options.link.min_shared,
            "formula_documents": options.link.formula_documents,
            "min_length": options.phrases.min_length,
            "min_documents": options.phrases.min_documents,
            "top": options.phrases.top,
            "keep": keep.collect::<Vec<_>>(),
        },
        "counts": {
            "text_bytes": corpora.corpus.text_bytes(),
            "documents": corpora.corpus.len(),
            "skipped": corpora.report.skipped.len() as u64 + corpora.report.skipped_more,
            "damaged": corpora.report.damaged,
            "renamed": corpora.corpus.renamed().count(),
            "copies": compared.near.copies.count(),
            "pairs": compared.near.pairs.len(),
            "clusters": clusters.len(),
            "clustered": sizes.clone().sum::<usize>(),
            "largest": sizes.max().unwrap_or(0),
            "phrases": found.phrases.list.len(),
            "families": found.phrases.families.len(),
            "edges": found.links.edges.len(),
        },
        "histogram": bins,
        "skipped": skipped,
        "warnings": warnings(corpora, compared),
    })
}

/// Writes the folder of a scan. Its records are those that `leitong scan`
/// writes of the same documents and options; `run.json` and the heads of the
/// graphs differ in how the run was started.
pub(crate) fn write(
    folder: &Path,
    corpora: &Corpora,
    options: &ScanOptions,
    compared: &Compared,
    found: &Found,
) -> Result<()> {
    let dir = OutputDir::open(folder)?;
    fill(&dir, corpora, options, compared, found)?;
    dir.outputs().publish()
}

fn fill(
    dir: &OutputDir,
    corpora: &Corpora,
    options: &ScanOptions,
    compared: &Compared,
    found: &Found,
) -> Result<()> {
    let corpus = &corpora.corpus;
    let table = TableOptions::default();
    near::write_pairs(
        dir,
        &table,
        corpus,
        &compared.near.pairs,
        &compared.relations,
    )?;
    near::write_clusters(dir, &table, corpus, &compared.clusters)?;
    let decisions = decide(corpus, compared, &options.policy, options.rules)?;
    let input = dedup_input(corpus, compared, &options.policy, options.rules);
    let out = dir.file("decisions.jsonl")?;
    write_decisions(&table, out, &corpora.names(), &input, &decisions)?;

    let file = |name: &str| dir.file(name).map(Target::File);
    let reuse = &found.phrases.documents;
    documents::write_documents(&table, file("documents.jsonl")?, reuse)?;
    fill_phrases(dir, corpus, found)?;
    families::write_families(&table, file("families.jsonl")?, &found.phrases.families)?;
    let links = &found.links;
    write_edges(corpus, &links.edges, &table, file("edges.jsonl")?)?;
    fill_passages(dir, corpus, found)?;
    let groups = links.groups(corpus, &options.link)?;
    write_groups(corpus, &groups, &table, file("groups.jsonl")?)?;

    for (name, format) in [
        ("graph.json", GraphFormat::Json),
        ("graph.graphml", GraphFormat::GraphMl),
    ] {
        let graph = DocumentGraph {
            corpus,
            edges: &links.edges,
            clusters: &compared.clusters,
            phrases: &[],
            connected: false,
            directed: false,
            description: "documents that share wording".to_owned(),
        };
        write_documents(GraphTarget::of(format, file(name)?), &graph)?;
    }
    texts::write(dir, "texts.jsonl.zst", corpus, &shown(corpus, found))?;
    fill_run(dir, corpora, options, compared, found)
}

fn fill_phrases(dir: &OutputDir, corpus: &Corpus, found: &Found) -> Result<()> {
    let file = Target::File(dir.file("phrases.jsonl")?);
    let mut records = PhraseWriter::new(&TableOptions::default(), file, None)?;
    records.write(corpus, &found.phrases.list, found.timeline)?;
    records.finish().map(drop)
}

fn fill_passages(dir: &OutputDir, corpus: &Corpus, found: &Found) -> Result<()> {
    let file = Target::File(dir.file("passages.jsonl")?);
    let passages = &found.links.passages;
    write_passages(corpus, passages, &TableOptions::default(), file).map(drop)
}

fn fill_run(
    dir: &OutputDir,
    corpora: &Corpora,
    options: &ScanOptions,
    compared: &Compared,
    found: &Found,
) -> Result<()> {
    let mut out = dir.file("run.json")?;
    let record = format!("{:#}\n", record(corpora, options, compared, found));
    out.write_all(record.as_bytes())
        .map_err(|error| out.failed(error))?;
    out.finish()
}

/// Returns the documents whose texts a page shows, in input order.
fn shown(corpus: &Corpus, found: &Found) -> Vec<DocId> {
    let mut examples = Examples::new(corpus.len());
    for phrase in &found.phrases.list {
        examples.take(&phrase.locations);
    }
    let edges = found.links.edges.iter();
    let ends = edges.flat_map(|edge| [edge.a, edge.b]);
    let examples = corpus.docs().filter(|doc| examples.has(*doc));
    let mut shown: Vec<DocId> = ends.chain(examples).collect();
    shown.sort_unstable();
    shown.dedup();
    shown
}

/// Writes the page that shows a run; returns its size in bytes.
pub(crate) fn report(
    path: &Path,
    limit: Option<u64>,
    corpora: &Corpora,
    options: &ScanOptions,
    compared: &Compared,
    found: &Found,
) -> Result<u64> {
    let made = tempfile::tempdir().map_err(|source| leitong::Error::Output {
        path: std::env::temp_dir(),
        source,
    })?;
    let dir = OutputDir::open(&made.path().join("scan"))?;
    let corpus = &corpora.corpus;
    fill_phrases(&dir, corpus, found)?;
    fill_passages(&dir, corpus, found)?;
    fill_run(&dir, corpora, options, compared, found)?;
    let decisions = decide(corpus, compared, &options.policy, options.rules)?;
    let shares = options
        .reuse
        .then(|| ScanShares::new(&found.phrases.documents));
    let held = HeldScan {
        input: &dedup_input(corpus, compared, &options.policy, options.rules),
        decisions: &decisions,
        shares: shares.as_ref(),
        edges: &found.links.edges,
        texts: &shown(corpus, found),
    };
    let out = OutputFile::create(path)?;
    let limit = limit.unwrap_or(page::LIMIT);
    let written = page::write_to(dir.unpublished(), Some(&held), out, limit)?;
    Ok(written.bytes)
}
