//! What `graph` and `scan` say of the edges between documents.

use crate::cli::args::LinkArgs;
use crate::cli::run::dates::DateCounts;
use crate::cli::run::near::NearRun;
use crate::corpus::Corpus;

/// Returns what a user should know of the documents that are linked.
pub(in crate::cli) fn warnings(corpus: &Corpus) -> Vec<String> {
    DateCounts::new(corpus, corpus.docs())
        .unread(corpus)
        .into_iter()
        .collect()
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
