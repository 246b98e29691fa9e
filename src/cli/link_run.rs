//! From near-duplicates and shared passages to the edges between documents:
//! what `graph` and `scan` do with a near-duplicate run.

use super::args::LinkArgs;
use super::near_run::NearRun;
use super::progress::Bar;
use super::session::Clock;
use super::summary;
use crate::error::Result;
use crate::graph::{Edge, EdgeKind, LinkPassage, Linker};
use crate::progress::{Progress, Stage};
use crate::relation;
use crate::reuse::{Chosen, FormulaMask, PartnerSearch, ReuseIndex};

/// What the reuse index says of who shares what; small, so that the index can
/// go before documents are compared.
pub(super) struct Shared {
    formulas: FormulaMask,
    partners: PartnerSearch,
}

impl Shared {
    /// Asks the index; before its lengths are released. Does `beside`, which
    /// may look at the formulas, at the same time.
    pub(super) fn new<T: Send>(
        found: &NearRun,
        index: &ReuseIndex,
        chosen: &Chosen,
        args: &LinkArgs,
        beside: impl FnOnce(&FormulaMask) -> T + Send,
    ) -> (Self, T) {
        let formulas = chosen.formula_mask(&found.corpus, index, args.formula_documents);
        let (partners, made) = rayon::join(
            || index.partners(Some(&formulas), args.partners()),
            || beside(&formulas),
        );
        (Shared { formulas, partners }, made)
    }

    fn warnings(&self) -> Vec<String> {
        let left_out = self.partners.left_out as u64;
        let warning = format!(
            "{} documents share passages with so many others that not all of these are linked; raise --min-shared",
            summary::grouped(left_out)
        );
        (left_out > 0).then_some(warning).into_iter().collect()
    }
}

/// The edges of a run.
pub(super) struct LinkRun {
    /// Near-duplicates and reuse, in input order.
    pub(super) edges: Vec<Edge>,
    /// How many of them are reuse.
    pub(super) reuse: usize,
    /// What a user should know of the search.
    pub(super) warnings: Vec<String>,
}

/// Links the documents of a run; calls `each` with every edge and its
/// passages, a few thousand at a time. Without `shared`, near-duplicates only.
pub(super) fn link(
    found: &NearRun,
    shared: Option<&Shared>,
    args: &LinkArgs,
    clock: &mut Clock,
    bar: &Bar,
    mut each: impl FnMut(&[(Edge, Vec<LinkPassage>)]) -> Result<()>,
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
    let linker = Linker::new(corpus, formulas, args.options());
    bar.begin(Stage::Linking, near.pairs.len() as u64);
    let mut edges = Vec::with_capacity(near.pairs.len());
    let mut take = |links: Vec<(Edge, Vec<LinkPassage>)>| {
        edges.extend(links.iter().map(|(edge, _)| *edge));
        bar.advance(links.len() as u64);
        each(&links)
    };
    linker.each(
        EdgeKind::NearDuplicate,
        &near.pairs,
        relations,
        tilings,
        &mut take,
    )?;
    let mut reuse = 0;
    let mut warnings = Vec::new();
    clock.lap("near links");
    if let Some(shared) = shared {
        let options = &plan.near;
        bar.begin(Stage::Linking, shared.partners.pairs.len() as u64);
        let (pairs, tilings) = linker.reuse(
            &shared.partners.pairs,
            &near.pairs,
            options.shingling,
            options.measure,
            options.threshold,
            |amount| bar.advance(amount),
        );
        clock.lap("reuse pairs");
        reuse = pairs.len();
        warnings = shared.warnings();
        let relations = relation::relations_of_aligned(corpus, &pairs, &tilings, bar)?;
        linker.each(EdgeKind::Reuse, &pairs, &relations, &tilings, &mut take)?;
    }
    clock.lap("links");
    edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
    Ok(LinkRun {
        edges,
        reuse,
        warnings,
    })
}
