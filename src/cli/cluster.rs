//! `leitong cluster`: near-duplicate pairs and clusters.

use std::time::Instant;

use super::args::ClusterArgs;
use super::progress::Bar;
use super::run_record::{self, Counts, Options, Renamed, RunRecord, SearchRecord};
use super::session::{self, Clock};
use super::{Outcome, summary};
use crate::corpus::{Corpus, Inputs, ReadReport};
use crate::error::Result;
use crate::graph::{Cluster, ClusterKind, clusters};
use crate::progress::{Progress, Stage};
use crate::report::{OutputDir, near};
use crate::similarity::{Method, NearDuplicates, NearOptions, Shingling, near_duplicates, verify};

/// Renamed ids and swollen clusters that are named one by one.
const NAMED: usize = 1_000;

pub(super) fn run(args: &ClusterArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let options = args.near.options();
    options.check()?;
    let dir = OutputDir::open(&args.output)?;
    let inputs = Inputs::find(&args.input.inputs)?;
    let bar = Bar::new(&args.run);
    let mut corpus_options = args.input.corpus_options();
    corpus_options.steps.word_spaces = matches!(options.shingling, Shingling::Words(_));

    let mut clock = Clock::default();
    let pool = session::pool(&args.run)?;
    let (corpus, read, near, clusters) = pool.install(|| -> Result<_> {
        let (corpus, read) = Corpus::read(&inputs, &corpus_options, &bar)?;
        clock.lap("reading");
        let near = near_duplicates(&corpus, &options, &bar)?;
        clock.lap("pairs");
        let similarity =
            |a, b| verify::count(&corpus, options.shingling, a, b).similarity(options.measure);
        let clusters = clusters(
            args.clusters,
            corpus.len(),
            &near.pairs,
            &near.copies,
            options.measure,
            similarity,
        );
        clock.lap("clusters");
        Ok((corpus, read, near, clusters))
    })?;

    bar.begin(Stage::Writing, 0);
    near::write_pairs(&dir, args.format, &corpus, &near.pairs)?;
    near::write_clusters(&dir, args.format, &corpus, &clusters)?;
    clock.lap("writing");
    let record = RunRecord {
        version: env!("CARGO_PKG_VERSION"),
        command: "cluster",
        arguments: std::env::args_os()
            .skip(1)
            .map(|arg| arg.to_string_lossy().into_owned())
            .collect(),
        options: options_record(args, &options, &corpus),
        counts: counts(&inputs, &corpus, &read, &near, &clusters),
        encodings: read.encodings,
        search: search_record(&near),
        histogram: run_record::histogram(
            near.pairs
                .iter()
                .map(|pair| pair.similarity(options.measure)),
        ),
        skipped: run_record::named(&read.skipped),
        renamed: corpus
            .renamed()
            .take(NAMED)
            .map(|(from, to)| Renamed {
                from: from.to_owned(),
                to: to.to_owned(),
            })
            .collect(),
        warnings: warnings(&corpus, &near, &clusters, &options, args.clusters),
        timings: clock.laps,
    };
    record.write(&dir)?;
    bar.clear();

    if !args.run.quiet {
        summary::print_skipped(&read.skipped, read.skipped_more);
        for warning in &record.warnings {
            eprintln!("leitong: warning: {warning}");
        }
        let files = ["pairs", "clusters"].map(|name| format!("{name}.{}", args.format));
        let files = [files.as_slice(), &["run.json".to_owned()]].concat();
        let dir = args.output.display().to_string();
        summary::print(
            &record.counts,
            options.threshold,
            begin.elapsed(),
            &files,
            &dir,
        );
    }
    Ok(if read.skipped.is_empty() {
        Outcome::Done
    } else {
        Outcome::SomeSkipped
    })
}

fn options_record(args: &ClusterArgs, options: &NearOptions, corpus: &Corpus) -> Options {
    Options {
        fold: corpus.folder().steps().names(),
        shingle_len: options.shingling.to_string(),
        threshold: options.threshold,
        measure: options.measure.name(),
        method: options.method.name(),
        recall: options.recall,
        seed: options.seed,
        max_distance: options.max_distance,
        all_pairs: options.all_pairs,
        clusters: args.clusters.name(),
        format: args.format.name(),
        threads: args.run.threads,
    }
}

fn counts(
    inputs: &Inputs,
    corpus: &Corpus,
    read: &ReadReport,
    near: &NearDuplicates,
    clusters: &[Cluster],
) -> Counts {
    let sizes = clusters.iter().map(|cluster| cluster.members.len() as u64);
    Counts {
        bytes_on_disk: inputs.len_bytes(),
        bytes_read: read.bytes,
        text_bytes: corpus.text_bytes(),
        documents: corpus.len() as u64,
        skipped: read.skipped.len() as u64 + read.skipped_more,
        damaged: read.damaged,
        renamed: corpus.renamed().count() as u64,
        copies: near.copies.count() as u64,
        pairs: near.pairs.len() as u64,
        clusters: clusters.len() as u64,
        clustered: sizes.clone().sum(),
        largest: sizes.max().unwrap_or(0),
    }
}

fn search_record(near: &NearDuplicates) -> SearchRecord {
    let search = near.search;
    SearchRecord {
        bands: search.banding.map(|banding| banding.bands()),
        rows: search.banding.map(|banding| banding.rows()),
        max_distance: search.max_distance,
        recall_at_threshold: search.recall,
        candidates: search.candidates,
        crowded: search.crowded,
        partners_left_out: search.partners_left_out,
        cut_short: search.cut_short,
    }
}

/// Says what a user should know before trusting the result.
fn warnings(
    corpus: &Corpus,
    near: &NearDuplicates,
    clusters: &[Cluster],
    options: &NearOptions,
    kind: ClusterKind,
) -> Vec<String> {
    let mut warnings = Vec::new();
    let renamed = corpus.renamed().count() as u64;
    if let Some((from, to)) = corpus.renamed().next() {
        warnings.push(format!(
            "{} ids stood more than once and were made unique ({from:?} became {to:?}); name another field with --id-field",
            summary::grouped(renamed)
        ));
    }
    let search = near.search;
    if options.method == Method::SimHash && search.recall < options.recall {
        warnings.push(format!(
            "fingerprints within {} bits find {:.1} % of pairs at {}; use --method minhash, or a larger --max-distance",
            search.max_distance.unwrap_or(0),
            search.recall * 100.0,
            options.threshold
        ));
    }
    if search.partners_left_out > 0 {
        warnings.push(format!(
            "{} documents have so many near-duplicates that not every pair of them is listed; --all-pairs lists all",
            summary::grouped(search.partners_left_out)
        ));
    }
    if search.cut_short > 0 {
        warnings.push(format!(
            "{} documents share much with very many others and not all of these were compared; raise --threshold, or use --method exact",
            summary::grouped(search.cut_short)
        ));
    }
    if kind == ClusterKind::Components {
        let swollen = clusters
            .iter()
            .zip(1u64..)
            .filter(|(cluster, _)| cluster.lowest() < options.threshold);
        for (cluster, number) in swollen.take(NAMED) {
            warnings.push(format!(
                "cluster {number} is chained together: {} documents, the lowest similarity to {:?} is {:.3}; --clusters star takes it apart",
                summary::grouped(cluster.members.len() as u64),
                corpus.id(cluster.representative()),
                cluster.lowest()
            ));
        }
    }
    warnings
}
