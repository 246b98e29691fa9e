//! `leitong cluster`: near-duplicate pairs and clusters.

use std::time::Instant;

use crate::cli::Outcome;
use crate::cli::args::ClusterArgs;
use crate::cli::run::near::{CommandRecord, NearPlan};
use crate::cli::run::near_folder::NearFolder;
use crate::cli::run::record::NoFields;
use crate::cli::run::summary;
use crate::cli::run::tables;
use crate::error::Result;
use crate::records::near;
use crate::write::record::Record;

pub(in crate::cli) fn run(args: &ClusterArgs) -> Result<Outcome> {
    let begin = Instant::now();
    let plan = NearPlan::new(&args.input, &args.near, &args.group)?;
    let threshold = plan.compare.near.threshold;
    let of = [
        ("pairs", near::PairRecord::COLUMNS),
        ("clusters", near::MemberRow::COLUMNS),
    ];
    let folder = NearFolder::open(args, &plan, &of)?;
    let (found, mut clock, bar) = folder.find(plan)?;
    let (dir, options) = (&folder.dir, &folder.options);
    let cut = near::write_pairs(
        dir,
        options,
        &found.corpus,
        &found.compared.near.pairs,
        &found.compared.relations,
    )?;
    let cut = cut + near::write_clusters(dir, options, &found.corpus, &found.compared.clusters)?;
    clock.lap("writing");
    let specific = CommandRecord {
        command: "cluster",
        run: &args.run,
        format: folder.format.name(),
        options: NoFields {},
        counts: NoFields {},
        warnings: tables::cut_warning(cut).into_iter().collect(),
    };
    let mut record = found.record(specific, clock);
    folder.finish(&mut record, &found, &bar)?;

    if !args.run.quiet {
        found.print_warnings(&record.warnings);
        let counts = &record.counts.shared;
        summary::print_speed("cluster", counts, begin.elapsed());
        summary::print_found(counts, threshold, found.compared.near.search.below);
        summary::line(
            "duplicates",
            counts.clustered - counts.clusters,
            "would go if one of each cluster stayed",
        );
        summary::print_losses(counts);
        if let Some(memory) = &record.memory {
            memory.print();
        }
        summary::print_written(&args.output.display().to_string(), &folder.names);
    }
    Ok(found.outcome())
}
