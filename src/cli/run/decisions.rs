//! Which documents of a run stay: what `dedup` and `scan` decide alike.

use crate::cli::run::near::NearRun;
use crate::dedup;
use crate::dedup::{Decisions, DedupInput, Policy, Rules};
use crate::near::{are_kept_apart, verify};
use crate::relation::FeatureExtractor;

/// Decides the documents of a run.
pub(in crate::cli) fn decide(found: &NearRun, policy: &Policy, rules: Rules) -> Decisions {
    let input = dedup_input(found, policy, rules);
    dedup::decide(&input, |a, b, family| {
        let corpus = &found.corpus;
        let mut pair = verify::count(corpus, found.plan.near.shingling, a, b);
        if are_kept_apart(corpus, &pair) {
            pair.shared = 0;
        }
        // To count over the whole corpus for one pair would take too long.
        let mut features =
            FeatureExtractor::default().extract(corpus.normalized(a), corpus.normalized(b));
        features.stories = Some(family as f64);
        (pair, features.relation())
    })
}

/// Returns what the decisions rest on.
pub(in crate::cli) fn dedup_input<'a>(
    found: &'a NearRun,
    policy: &'a Policy,
    rules: Rules,
) -> DedupInput<'a> {
    let search = found.near.search;
    DedupInput {
        corpus: &found.corpus,
        pairs: &found.near.pairs,
        relations: &found.relations,
        copies: &found.near.copies,
        clusters: &found.clusters,
        measure: found.plan.near.measure,
        threshold: found.plan.near.threshold,
        policy,
        rules,
        some_left_out: search.partners_left_out + search.cut_short > 0,
    }
}
