//! Edges from pairs: likeness, relation, and what the passages of the two
//! documents come to.

use crate::corpus::{Corpus, DocId};
use crate::graph::edge::{Direction, Edge, EdgeKind};
use crate::mask::FormulaMask;
use crate::near::Pair;
use crate::passages::{ReusedPassage, SharedWording};
use crate::relation::Relation;

/// Makes edges between documents of a corpus.
pub struct EdgeBuilder<'a> {
    corpus: &'a Corpus,
    mask: Option<&'a FormulaMask>,
    without_formulas: bool,
}

impl<'a> EdgeBuilder<'a> {
    /// Returns a builder for documents of `corpus`.
    ///
    /// `mask` says which of their characters are formulas and boilerplate, if
    /// that is known; `without_formulas` leaves these out of every count.
    pub fn new(corpus: &'a Corpus, mask: Option<&'a FormulaMask>, without_formulas: bool) -> Self {
        EdgeBuilder {
            corpus,
            mask,
            without_formulas,
        }
    }

    /// Returns what the passages of two documents come to.
    pub fn shared(&self, [a, b]: [DocId; 2], passages: &[ReusedPassage]) -> SharedWording {
        let texts = [a, b].map(|doc| self.corpus.normalized(doc));
        let mask = self.mask.map(|mask| mask.document(a));
        SharedWording::new(passages, texts, mask, self.without_formulas)
    }

    /// Returns the edge of a pair, given its passages.
    pub fn edge(
        &self,
        kind: EdgeKind,
        pair: &Pair,
        relation: Relation,
        passages: &[ReusedPassage],
    ) -> Edge {
        let shared = self.shared([pair.a, pair.b], passages);
        let [coverage_a, coverage_b] = shared.coverage;
        let jaccard = pair.jaccard();
        Edge {
            a: pair.a,
            b: pair.b,
            kind,
            relation,
            jaccard,
            shared_chars: shared.chars,
            formula_chars: shared.formula_chars,
            coverage_a,
            coverage_b,
            longest_shared: shared.longest,
            weight: Edge::weight_of(jaccard, coverage_a, coverage_b),
            direction: Direction::between(self.corpus, pair.a, pair.b),
        }
    }
}
