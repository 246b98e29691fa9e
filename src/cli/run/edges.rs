//! What `graph` and `scan` say of the edges between documents.

use crate::cli::args::LinkArgs;
use crate::cli::run::dates::DateCounts;
use crate::cli::run::near::NearRun;
use crate::cli::run::number::grouped;
use crate::corpus::Corpus;
use crate::pipeline::Links;

/// Returns what a user should know of the links of documents.
pub(in crate::cli) fn warnings(corpus: &Corpus, links: &Links) -> Vec<String> {
    let dates = DateCounts::new(corpus).unread(corpus);
    let left_out = (links.left_out > 0).then(|| {
        format!(
            "{} documents share passages with so many others that not all of these are linked; raise --min-shared",
            grouped(links.left_out as u64)
        )
    });
    dates.into_iter().chain(left_out).collect()
}

/// Returns how a graph was made, which a graph file says as `run.json` does for
/// other commands; threads change nothing and are left out.
pub(in crate::cli) fn description(what: &str, found: &NearRun, link: &LinkArgs) -> String {
    let near = &found.plan.compare.near;
    let reuse = link.description();
    format!(
        "{what} that share wording; near-duplicates of {} {} and more, shingles of {}, {} with recall {}, seed {}, clusters {}; {reuse}; folded: {}",
        near.measure,
        near.threshold,
        near.shingling,
        near.method,
        near.recall,
        near.seed,
        found.plan.compare.clusters,
        found.corpus.normalizer().steps().names().join(", ")
    )
}
