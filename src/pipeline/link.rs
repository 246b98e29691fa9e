//! From near-duplicates and shared passages to the edges between documents.

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::graph::{Edge, EdgeBuilder, EdgeKind, EdgePassage};
use crate::mask::FormulaMask;
use crate::passages::{CandidateOptions, CandidatePairs, ReuseOptions, candidate_pairs};
use crate::phrases::Selection;
use crate::pipeline::compare::Compared;
use crate::pipeline::timings::Timings;
use crate::progress::Stage;
use crate::relation;

/// Documents that share a phrase of their own before it counts as a formula: a
/// wire story is printed by a few papers, a formula by many.
const FORMULA_DOCUMENTS: u32 = 5;

/// What links two documents.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkOptions {
    /// What counts as reuse.
    pub reuse: ReuseOptions,
    /// Most documents that a document is compared with for reuse.
    pub max_partners: usize,
    /// Fewest documents that make a phrase a formula.
    pub formula_documents: u32,
}

impl Default for LinkOptions {
    fn default() -> Self {
        LinkOptions {
            reuse: ReuseOptions::default(),
            max_partners: CandidateOptions::default().max_partners,
            formula_documents: FORMULA_DOCUMENTS,
        }
    }
}

/// Formulas, and pairs of documents that may share passages; small, so that the
/// index can be freed before documents are compared.
pub struct ReuseCandidates {
    formulas: FormulaMask,
    candidates: CandidatePairs,
}

/// An edge and its passages, in the order of the first document.
pub type Link = (Edge, Vec<EdgePassage>);

/// The edges of a run.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Near-duplicates and reuse, in input order.
    pub edges: Vec<Edge>,
    /// Number of edges that are reuse.
    pub reuse: usize,
    /// Number of documents that share passages with so many others that not
    /// all of these are linked.
    pub left_out: usize,
}

impl LinkOptions {
    /// Returns who may share passages. Runs `beside`, which may read the
    /// formulas, at the same time, and returns what it made.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    pub fn candidates<T: Send>(
        &self,
        selection: &Selection<'_>,
        ctx: &Context,
        beside: impl FnOnce(&FormulaMask) -> T + Send,
    ) -> Result<(ReuseCandidates, T)> {
        let formulas = selection.phrases().formula_mask(self.formula_documents);
        let options = CandidateOptions {
            min_run: self.reuse.min_run,
            min_shared: self.reuse.min_shared,
            max_partners: self.max_partners,
        };
        let (candidates, made) = rayon::join(
            || candidate_pairs(selection.index(), Some(&formulas), options, ctx),
            || beside(&formulas),
        );
        let found = ReuseCandidates {
            formulas,
            candidates: candidates?,
        };
        Ok((found, made))
    }

    /// Links documents; calls `each` with every edge and its passages, a few
    /// thousand at a time. Without `shared`, near-duplicates only.
    ///
    /// # Errors
    ///
    /// Fails with what `each` returns, when the run is cancelled, or if the
    /// folder of the memory budget can't be written or read.
    pub fn link(
        &self,
        corpus: &Corpus,
        compared: &Compared,
        shared: Option<&ReuseCandidates>,
        ctx: &Context,
        timings: &mut Timings,
        mut each: impl FnMut(&[Link]) -> Result<()>,
    ) -> Result<Links> {
        let near = &compared.near;
        let formulas = shared.map(|shared| &shared.formulas);
        let builder = EdgeBuilder::new(corpus, formulas, self.reuse);
        ctx.begin(Stage::Linking, near.pairs.len() as u64);
        let mut links = Links {
            edges: Vec::with_capacity(near.pairs.len()),
            ..Links::default()
        };
        let mut take = |some: Vec<Link>| {
            links.edges.extend(some.iter().map(|(edge, _)| *edge));
            ctx.advance(some.len());
            each(&some)
        };
        builder.build(
            EdgeKind::NearDuplicate,
            &near.pairs,
            &compared.relations,
            &compared.tilings,
            ctx,
            &mut take,
        )?;
        timings.lap("near links");
        if let Some(shared) = shared {
            let options = &compared.options.near;
            ctx.begin(Stage::Linking, shared.candidates.pairs.len() as u64);
            let (pairs, tilings) = builder.reuse_pairs(
                &shared.candidates.pairs,
                &near.pairs,
                options.shingling,
                options.measure,
                options.threshold,
                ctx,
            )?;
            timings.lap("reuse pairs");
            let relations = relation::relations_of_aligned(
                corpus,
                &pairs,
                &tilings,
                &compared.boilerplate,
                ctx,
            )?;
            builder.build(
                EdgeKind::Reuse,
                &pairs,
                &relations,
                &tilings,
                ctx,
                &mut take,
            )?;
            links.reuse = pairs.len();
            links.left_out = shared.candidates.left_out;
        }
        timings.lap("links");
        links.edges.sort_unstable_by_key(|edge| (edge.a, edge.b));
        Ok(links)
    }
}
