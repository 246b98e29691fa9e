//! `leitong cluster`: near-duplicate pairs and clusters.

use std::time::Instant;

use crate::cli::Outcome;
use crate::cli::args::ClusterArgs;
use crate::cli::progress::{Bar, NEAR_STEPS};
use crate::cli::run::memory::{Memory, Work};
use crate::cli::run::near::{CommandRecord, NearPlan};
use crate::cli::run::outputs::OutputCheck;
use crate::cli::run::record::NoFields;
use crate::cli::run::resume::Resume;
use crate::cli::run::session;
use crate::cli::run::summary;
use crate::cli::run::tables;
use crate::error::Result;
use crate::pipeline::Timings;
use crate::progress::Stage;
use crate::records::near;
use crate::write::OutputDir;

pub(in crate::cli) fn run(args: &ClusterArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let plan = NearPlan::new(&args.input, &args.near, &args.group)?;
    let threshold = plan.compare.near.threshold;
    let format = tables::format_in_folder(&args.table);
    let options = tables::options(
        &args.table,
        format,
        &[near::PAIR_COLUMNS, near::CLUSTER_COLUMNS],
    )?;
    let mut check = OutputCheck::default();
    let names = ["pairs", "clusters"].map(|name| format!("{name}.{}", format));
    for name in names.iter().map(String::as_str).chain(["run.json"]) {
        check.add(&args.output.join(name))?;
    }
    check.check(&plan.inputs)?;
    let resume = Resume::open(args.resume.resume.as_deref(), &plan, None)?;
    let dir = OutputDir::open(&args.output)?;
    let beside = || args.output.clone();
    let memory = Memory::new(
        &args.memory,
        &args.run,
        plan.compare.near.method,
        Work::Cluster,
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
    let found = session::pool(&args.run)?.install(|| plan.run(&ctx, &bar, &mut clock))?;

    ctx.begin(Stage::Writing, 0);
    let cut = near::write_pairs(
        &dir,
        &options,
        &found.corpus,
        &found.compared.near.pairs,
        &found.compared.relations,
    )?;
    let cut = cut + near::write_clusters(&dir, &options, &found.corpus, &found.compared.clusters)?;
    clock.lap("writing");
    let specific = CommandRecord {
        command: "cluster",
        run: &args.run,
        format: format.name(),
        options: NoFields {},
        counts: NoFields {},
        warnings: tables::cut_warning(cut).into_iter().collect(),
    };
    let mut record = found.record(specific, clock);
    record.write(dir.outputs(), dir.file("run.json")?)?;
    found.plan.inputs.check_unchanged()?;
    dir.outputs().publish()?;
    bar.clear();
    resume.finish(args.run.quiet)?;

    if !args.run.quiet {
        found.print_warnings(&record.warnings);
        let counts = &record.counts.shared;
        summary::print_speed("cluster", counts, begin.elapsed());
        summary::print_found(counts, threshold);
        summary::line(
            "duplicates",
            counts.clustered - counts.clusters,
            "would go if one of each cluster stayed",
        );
        summary::print_losses(counts);
        if let Some(memory) = &record.memory {
            memory.print();
        }
        let files = ["pairs", "clusters"].map(|name| format!("{name}.{format}"));
        let files = [files.as_slice(), &["run.json".to_owned()]].concat();
        summary::print_written(&args.output.display().to_string(), &files);
    }
    Ok(found.outcome())
}
