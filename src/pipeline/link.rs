//! From passages to the edges between documents.

use rayon::prelude::*;
use serde::Serialize;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::graph::{Edge, EdgeBuilder, EdgeKind};
use crate::mask::FormulaMask;
use crate::near::{Pair, verify};
use crate::passages::{
    PairSearch, PassageGroup, PassageSearch, ReusedPassage, Scope, SharedWording,
};
use crate::pipeline::compare::Compared;
use crate::pipeline::timings::Timings;
use crate::pipeline::{kept, reuse};
use crate::progress::Stage;
use crate::relation;

/// Documents that share a phrase of their own before it counts as a formula: a
/// wire story is printed by a few papers, a formula by many.
const FORMULA_DOCUMENTS: u32 = 5;

/// Characters in passages that link two documents: a sentence or two.
const MIN_SHARED: u32 = 50;

/// Near-duplicates that one task aligns, and passages that one task weighs.
const TASK: usize = 64;

/// What links two documents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LinkOptions {
    /// What counts as a passage.
    pub passages: PassageSearch,
    /// Fewest equal characters that link two documents, in passages that are
    /// more than formulas and boilerplate; five letters count as two.
    pub min_shared: u32,
    /// Fewest documents that make a phrase a formula.
    pub formula_documents: u32,
    /// Whether passages that stand between quotation marks are left out.
    pub without_quotes: bool,
    /// Whether formulas and boilerplate are left out of what edges count.
    pub without_formulas: bool,
}

impl Default for LinkOptions {
    fn default() -> Self {
        LinkOptions {
            passages: PassageSearch::default(),
            min_shared: MIN_SHARED,
            formula_documents: FORMULA_DOCUMENTS,
            without_quotes: false,
            without_formulas: false,
        }
    }
}

/// The passages of a run, and the edges between documents that they make.
#[derive(Clone, Debug, Default)]
pub struct Links {
    /// Near-duplicates and reuse, in input order.
    pub edges: Vec<Edge>,
    /// Number of edges that are reuse.
    pub reuse: usize,
    /// The passages that documents share, in the order of `a`, `b` and
    /// `span_a`: those of near-duplicates, and with a mask all others.
    pub passages: Vec<ReusedPassage>,
}

impl LinkOptions {
    /// Adds the boilerplate of a corpus to the mask of its formulas.
    ///
    /// # Errors
    ///
    /// Fails if the folder of the memory budget can't be written or read.
    pub fn add_boilerplate(
        &self,
        mask: &mut FormulaMask,
        corpus: &Corpus,
        compared: &Compared,
    ) -> Result<()> {
        let counts = compared.boilerplate.get(corpus)?;
        let docs: Vec<DocId> = corpus.docs().collect();
        let found: Vec<_> = docs
            .into_par_iter()
            .map(|doc| (doc, counts.stretches(corpus.normalized(doc))))
            .filter(|(_, stretches)| !stretches.is_empty())
            .collect();
        mask.add(corpus, found);
        Ok(())
    }

    /// Finds the passages of a corpus and links its documents. Without `mask`,
    /// near-duplicates only.
    ///
    /// What near-duplicates share is aligned pair by pair, all of it; what
    /// others share is looked for over the whole corpus. These are linked if
    /// their passages come to [`LinkOptions::min_shared`] characters; a passage
    /// that is no more than formulas and boilerplate links none.
    ///
    /// # Errors
    ///
    /// Fails when the run is cancelled, or if the folder of the memory budget
    /// can't be written or read.
    pub fn link(
        &self,
        corpus: &Corpus,
        compared: &Compared,
        mask: Option<&FormulaMask>,
        ctx: &Context,
        timings: &mut Timings,
    ) -> Result<Links> {
        let near = &compared.near.pairs;
        let passages = kept::passages(corpus, near, ctx, || {
            self.find_passages(corpus, near, mask, ctx, timings)
        })?;
        timings.lap("passages");
        ctx.check()?;

        let builder = EdgeBuilder::new(corpus, mask, self.without_formulas);
        let near_edges = near.par_iter().zip(&compared.relations);
        let near_edges = near_edges.with_min_len(TASK).map(|(pair, relation)| {
            let shared = of_pair(&passages, pair.a, pair.b);
            builder.edge(EdgeKind::NearDuplicate, pair, *relation, shared)
        });
        let mut edges: Vec<Edge> = near_edges.collect();
        let pairs = self.reuse_pairs(corpus, compared, &passages);
        let relations = relation::relations_with(corpus, &pairs, &compared.boilerplate, ctx)?;
        let reuse_edges = pairs.par_iter().zip(relations);
        edges.par_extend(reuse_edges.with_min_len(TASK).map(|(pair, relation)| {
            let shared = of_pair(&passages, pair.a, pair.b);
            builder.edge(EdgeKind::Reuse, pair, relation, shared)
        }));
        edges.par_sort_unstable_by_key(|edge| (edge.a, edge.b));
        timings.lap("links");
        Ok(Links {
            edges,
            reuse: pairs.len(),
            passages,
        })
    }

    /// Returns the passages that count, sorted.
    fn find_passages(
        &self,
        corpus: &Corpus,
        near: &[Pair],
        mask: Option<&FormulaMask>,
        ctx: &Context,
        timings: &mut Timings,
    ) -> Result<Vec<ReusedPassage>> {
        let mut passages = self.of_near(corpus, near, mask, ctx)?;
        timings.lap("passages of near-duplicates");
        if mask.is_some() {
            let scope = Scope {
                admits: &|a, b| !is_listed(near, a, b),
                mask,
                ..Scope::default()
            };
            passages.extend(self.passages.run_within(corpus, &scope, ctx)?);
            passages.par_sort_unstable_by_key(|passage| {
                let starts = (passage.span_a.start, passage.span_b.start);
                (passage.a, passage.b, starts)
            });
        }
        if self.without_quotes {
            reuse::leave_out_quoted(corpus, &mut passages);
        }
        Ok(passages)
    }

    /// Returns the passages of near-duplicates, which are sorted.
    fn of_near(
        &self,
        corpus: &Corpus,
        near: &[Pair],
        mask: Option<&FormulaMask>,
        ctx: &Context,
    ) -> Result<Vec<ReusedPassage>> {
        corpus.expect_random_access(true);
        let documents = near.chunk_by(|one, other| one.a == other.a);
        // They are few beside those that are counted after them, if any are.
        let total = match mask {
            Some(_) => 0,
            None => documents.clone().count() as u64,
        };
        ctx.begin(Stage::Linking, total);
        let of_a = |(is_first, pairs): (bool, &[Pair])| {
            let a = pairs[0].a;
            let units = corpus.normalized(a);
            let mut search = None;
            let mut found = Vec::new();
            for pair in pairs.iter().take_while(|_| !ctx.is_cancelled()) {
                let other = corpus.normalized(pair.b);
                if units == other {
                    found.extend(
                        (!units.is_empty()).then(|| ReusedPassage::whole([a, pair.b], units)),
                    );
                    continue;
                }
                let search = search.get_or_insert_with(|| {
                    let PassageSearch {
                        min_length,
                        min_identity,
                    } = self.passages;
                    PairSearch::new(units, min_length, min_identity)
                });
                search.set(self.passages.of_like_texts([units, other]));
                found.extend(search.with([a, pair.b], other));
            }
            if is_first && total > 0 {
                ctx.advance(1);
            }
            if let Some(mask) = mask {
                for passage in &mut found {
                    passage.own = mask.own(corpus, a, passage.span_a);
                }
            }
            found
        };
        let tasks: Vec<(bool, &[Pair])> = documents
            .flat_map(|pairs| pairs.chunks(TASK).enumerate())
            .map(|(nth, pairs)| (nth == 0, pairs))
            .collect();
        let found: Vec<ReusedPassage> = tasks.into_par_iter().flat_map_iter(of_a).collect();
        ctx.check()?;
        Ok(found)
    }

    /// Returns the pairs that are no near-duplicates and share enough, with
    /// exact counts of their shingles.
    fn reuse_pairs(
        &self,
        corpus: &Corpus,
        compared: &Compared,
        passages: &[ReusedPassage],
    ) -> Vec<Pair> {
        let of_pairs: Vec<&[ReusedPassage]> = passages
            .chunk_by(|one, other| (one.a, one.b) == (other.a, other.b))
            .collect();
        let reusing = of_pairs.par_iter().with_min_len(TASK).filter_map(|shared| {
            let (a, b) = (shared[0].a, shared[0].b);
            let evidence = || SharedWording::evidence(shared, corpus.normalized(a));
            let is_enough = || evidence() >= f64::from(self.min_shared);
            (!is_listed(&compared.near.pairs, a, b) && is_enough()).then_some((a, b))
        });
        let reusing: Vec<(DocId, DocId)> = reusing.collect();
        let options = &compared.options.near;
        let mut pairs = verify::count_all(corpus, options.shingling, &reusing);
        // Some near-duplicates are kept apart or not listed; they are no reuse.
        pairs.retain(|pair| pair.similarity(options.measure) < options.threshold);
        pairs
    }
}

impl Links {
    /// Returns the groups of the passages, the earliest documents first;
    /// documents without a date come last.
    pub fn groups(&self, corpus: &Corpus, options: &LinkOptions) -> Result<Vec<PassageGroup>> {
        reuse::groups(&options.passages, corpus, &self.passages)
    }

    /// Returns the passages of two documents.
    pub fn passages_of(&self, a: DocId, b: DocId) -> &[ReusedPassage] {
        of_pair(&self.passages, a, b)
    }
}

/// Returns whether two documents are among sorted pairs.
fn is_listed(near: &[Pair], a: DocId, b: DocId) -> bool {
    near.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b))
        .is_ok()
}

/// Returns those of sorted passages that two documents share.
fn of_pair(passages: &[ReusedPassage], a: DocId, b: DocId) -> &[ReusedPassage] {
    let from = passages.partition_point(|passage| (passage.a, passage.b) < (a, b));
    let same = passages[from..].iter();
    let same = same.take_while(|passage| (passage.a, passage.b) == (a, b));
    &passages[from..from + same.count()]
}
