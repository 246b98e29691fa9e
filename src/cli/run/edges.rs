//! From near-duplicates and shared passages to the edges between documents:
//! what `graph` and `scan` do with a near-duplicate run.

use crate::cli::args::LinkArgs;
use crate::cli::run::dates::DateCounts;
use crate::cli::run::near::NearRun;
use crate::cli::run::number::grouped;
use crate::cli::run::session::Clock;
use crate::context::Context;
use crate::error::Result;
use crate::graph::{Edge, EdgeBuilder, EdgeKind, EdgePassage};
use crate::mask::FormulaMask;
use crate::passages::CandidatePairs;
use crate::passages::candidate_pairs;
use crate::phrases;
use crate::phrases::PhraseSet;
use crate::progress::Stage;
use crate::relation;
use crate::suffix::Index;

/// Formulas, and pairs of documents that may share passages; small, so that the
/// index can be freed before documents are compared.
pub(in crate::cli) struct ReuseCandidates {
    formulas: FormulaMask,
    candidates: CandidatePairs,
}

impl ReuseCandidates {
    /// Finds both in the index, whose lengths must not be released yet. Runs
    /// `beside`, which may read the formulas, at the same time.
    pub(in crate::cli) fn new<T: Send>(
        found: &NearRun,
        index: &Index,
        phrase_set: &PhraseSet,
        args: &LinkArgs,
        ctx: &Context,
        beside: impl FnOnce(&FormulaMask) -> T + Send,
    ) -> Result<(Self, T)> {
        let formulas =
            phrases::formula_mask(phrase_set, &found.corpus, index, args.formula_documents);
        let (candidates, made) = rayon::join(
            || candidate_pairs(index, Some(&formulas), args.candidates(), ctx),
            || beside(&formulas),
        );
        Ok((
            ReuseCandidates {
                formulas,
                candidates: candidates?,
            },
            made,
        ))
    }

    fn warnings(&self) -> Vec<String> {
        let left_out = self.candidates.left_out as u64;
        let warning = format!(
            "{} documents share passages with so many others that not all of these are linked; raise --min-shared",
            grouped(left_out)
        );
        (left_out > 0).then_some(warning).into_iter().collect()
    }
}

/// The edges of a run.
pub(in crate::cli) struct LinkRun {
    /// Near-duplicates and reuse, in input order.
    pub(in crate::cli) edges: Vec<Edge>,
    /// How many of them are reuse.
    pub(in crate::cli) reuse: usize,
    /// What a user should know of the search.
    pub(in crate::cli) warnings: Vec<String>,
}

/// Links the documents of a run; calls `each` with every edge and its
/// passages, a few thousand at a time. Without `shared`, near-duplicates only.
pub(in crate::cli) fn link(
    found: &NearRun,
    shared: Option<&ReuseCandidates>,
    args: &LinkArgs,
    clock: &mut Clock,
    ctx: &Context,
    mut each: impl FnMut(&[(Edge, Vec<EdgePassage>)]) -> Result<()>,
) -> Result<LinkRun> {
    let NearRun {
        corpus,
        near,
        relations,
        tilings,
        plan,
        ..
    } = found;
    let formulas = shared.map(|shared| &shared.formulas);
    let builder = EdgeBuilder::new(corpus, formulas, args.options());
    ctx.begin(Stage::Linking, near.pairs.len() as u64);
    let mut edges = Vec::with_capacity(near.pairs.len());
    let mut take = |links: Vec<(Edge, Vec<EdgePassage>)>| {
        edges.extend(links.iter().map(|(edge, _)| *edge));
        ctx.advance(links.len());
        each(&links)
    };
    builder.build(
        EdgeKind::NearDuplicate,
        &near.pairs,
        relations,
        tilings,
        ctx,
        &mut take,
    )?;
    let mut reuse = 0;
    let mut warnings: Vec<String> = DateCounts::new(corpus).unread(corpus).into_iter().collect();
    clock.lap("near links");
    if let Some(shared) = shared {
        let options = &plan.near;
        ctx.begin(Stage::Linking, shared.candidates.pairs.len() as u64);
        let (pairs, tilings) = builder.reuse_pairs(
            &shared.candidates.pairs,
            &near.pairs,
            options.shingling,
            options.measure,
            options.threshold,
            ctx,
        )?;
        clock.lap("reuse pairs");
        reuse = pairs.len();
        warnings.extend(shared.warnings());
        let relations = relation::relations_of_aligned(corpus, &pairs, &tilings, ctx)?;
        builder.build(
            EdgeKind::Reuse,
            &pairs,
            &relations,
            &tilings,
            ctx,
            &mut take,
        )?;
    }
    clock.lap("links");
    edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
    Ok(LinkRun {
        edges,
        reuse,
        warnings,
    })
}

/// Returns how a graph was made, which a graph file says as `run.json` does for
/// other commands; threads change nothing and are left out.
pub(in crate::cli) fn description(what: &str, found: &NearRun, link: &LinkArgs) -> String {
    let near = &found.plan.near;
    let reuse = link.description();
    format!(
        "{what} that share wording; near-duplicates of {} {} and more, shingles of {}, {} with recall {}, seed {}, clusters {}; {reuse}; folded: {}",
        near.measure,
        near.threshold,
        near.shingling,
        near.method,
        near.recall,
        near.seed,
        found.plan.clusters,
        found.corpus.normalizer().steps().names().join(", ")
    )
}
