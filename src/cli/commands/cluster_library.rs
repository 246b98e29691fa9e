//! `leitong cluster --library`: the pairs between documents and a library.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use serde::Serialize;

use crate::amounts::grouped;
use crate::cli::Outcome;
use crate::cli::args::ClusterArgs;
use crate::cli::run::against::{AgainstPlan, name_of, warn_if_empty};
use crate::cli::run::near::{CommandRecord, NearPlan, NearRun};
use crate::cli::run::near_folder::NearFolder;
use crate::cli::run::summary;
use crate::cli::run::tables;
use crate::cli::say::say;
use crate::corpus::DocId;
use crate::error::Result;
use crate::library::Library;
use crate::near::{Pair, verify};
use crate::records::near;
use crate::relation::Relation;
use crate::write::record::Record;

/// The options that only this has.
#[derive(Debug, Serialize)]
struct LibraryOptions {
    library: String,
}

/// The counts that only this has.
#[derive(Clone, Copy, Debug, Serialize)]
struct LibraryCounts {
    /// Documents of the library.
    library: u64,
    /// Documents of the input that are in a pair, and those of the library.
    paired: u64,
    paired_library: u64,
}

pub(in crate::cli) fn run(args: &ClusterArgs, path: &Path) -> Result<Outcome> {
    let begin = Instant::now();
    let library = Arc::new(Library::open(path)?);
    warn_if_empty(&library, args.run.quiet);
    let name = name_of(&library);
    let plan = NearPlan::new(&args.input, &args.near, &args.group)?;
    let all_pairs = plan.compare.near.all_pairs;
    let threshold = plan.compare.near.threshold;
    let plan = plan.against(AgainstPlan::Library(library), all_pairs)?;
    let folder = NearFolder::open(args, &plan, &[("pairs", near::PairRecord::COLUMNS)])?;
    let (found, mut clock, bar) = folder.find(plan)?;
    let (pairs, relations) = between(&found, all_pairs);
    let cut = near::write_pairs(
        &folder.dir,
        &folder.options,
        &found.corpus,
        &pairs,
        &relations,
    )?;
    clock.lap("writing");
    let specific = CommandRecord {
        command: "cluster",
        run: &args.run,
        format: folder.format.name(),
        options: LibraryOptions {
            library: path.display().to_string(),
        },
        counts: LibraryCounts {
            library: found.against.as_ref().map_or(0, |found| found.documents),
            paired: distinct(pairs.iter().map(|pair| pair.a)),
            paired_library: distinct(pairs.iter().map(|pair| pair.b)),
        },
        warnings: tables::cut_warning(cut).into_iter().collect(),
    };
    let mut record = found.record(specific, clock);
    let counts = &mut record.counts.shared;
    (
        counts.pairs,
        counts.clusters,
        counts.clustered,
        counts.largest,
    ) = (pairs.len() as u64, 0, 0, 0);
    folder.finish(&mut record, &found, &bar)?;

    if !args.run.quiet {
        found.print_warnings(&record.warnings);
        let counts = &record.counts.specific;
        summary::print_speed("cluster", &record.counts.shared, begin.elapsed());
        say!(
            "  pairs     {} from {threshold} on, between {} documents and {} of the {} in {name}",
            grouped(pairs.len() as u64),
            grouped(counts.paired),
            grouped(counts.paired_library),
            grouped(counts.library)
        );
        summary::print_losses(&record.counts.shared);
        if let Some(memory) = &record.memory {
            memory.print();
        }
        summary::print_written(&args.output.display().to_string(), &folder.names);
    }
    Ok(found.outcome())
}

fn distinct(docs: impl Iterator<Item = DocId>) -> u64 {
    docs.collect::<std::collections::BTreeSet<_>>().len() as u64
}

/// Returns the pairs between the input and the library, sorted, with their
/// relations. Every document of the input has its pairs, also a copy of another
/// one; of library documents with one text the first, unless all are wanted.
fn between(found: &NearRun, all_pairs: bool) -> (Vec<Pair>, Vec<Relation>) {
    let Some(against) = &found.against else {
        return (Vec::new(), Vec::new());
    };
    let copies = &found.compared.near.copies;
    let mut firsts: HashMap<DocId, DocId> = HashMap::new();
    for group in copies.iter() {
        firsts.extend(group.iter().map(|doc| (*doc, group[0])));
    }
    let members = |doc: DocId| -> &[DocId] {
        match firsts.get(&doc).and_then(|first| copies.group(*first)) {
            Some(group) => group,
            None => &[],
        }
    };
    // The documents of a text on either side.
    let sides = |doc: DocId| {
        let group = members(doc);
        let group = if group.is_empty() {
            vec![doc]
        } else {
            group.to_vec()
        };
        let own = group.partition_point(|doc| *doc < against.first);
        let there = &group[own..];
        let there = if all_pairs {
            there
        } else {
            &there[..there.len().min(1)]
        };
        (group[..own].to_vec(), there.to_vec())
    };
    let mut pairs: BTreeMap<(DocId, DocId), (Pair, Relation)> = BTreeMap::new();
    let shingling = found.plan.compare.near.shingling;
    for group in copies.iter() {
        let (own, there) = sides(group[0]);
        let Some((a, b)) = own.first().zip(there.first()) else {
            continue;
        };
        let counted = verify::count(&found.corpus, shingling, *a, *b);
        for (a, b) in own.iter().flat_map(|a| there.iter().map(move |b| (*a, *b))) {
            pairs.insert((a, b), (Pair { a, b, ..counted }, Relation::Copy));
        }
    }
    let near = &found.compared.near.pairs;
    for (pair, relation) in near.iter().zip(&found.compared.relations) {
        let is_copy = firsts
            .get(&pair.a)
            .is_some_and(|first| firsts.get(&pair.b) == Some(first));
        if is_copy {
            continue;
        }
        let back = Pair {
            a: pair.b,
            b: pair.a,
            len_a: pair.len_b,
            len_b: pair.len_a,
            ..*pair
        };
        for pair in [*pair, back] {
            let (own, _) = sides(pair.a);
            let (_, there) = sides(pair.b);
            for (a, b) in own.iter().flat_map(|a| there.iter().map(move |b| (*a, *b))) {
                let pair = Pair { a, b, ..pair };
                pairs.entry((a, b)).or_insert((pair, *relation));
            }
        }
    }
    pairs.into_values().unzip()
}
