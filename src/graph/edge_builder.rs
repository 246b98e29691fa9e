//! Builds edges from pairs: likeness, relation, and the passages that the two
//! documents share.

use std::ops::Range;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::graph::edge::{Direction, Edge, EdgeKind};
use crate::mask::FormulaMask;
use crate::near::{Measure, Pair, Shingling, verify};
use crate::passages::{
    CandidatePair, PairBuffers, PairPassages, PassageFinder, ReuseOptions, Tilings,
};
use crate::relation::Relation;

/// Pairs that are aligned in parallel before their edges are handed over in
/// order: enough for all cores, and some megabytes of passages.
const BATCH: usize = 1 << 13;

/// A passage of an edge, in units of the normalized texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgePassage {
    /// Units of the edge's `a`.
    pub a: Range<u32>,
    /// Units of the edge's `b`.
    pub b: Range<u32>,
    /// Whether the passage is nothing but formulas: no 8 characters in a row
    /// stand outside them.
    pub formula: bool,
}

/// Builds edges between documents of a corpus.
pub struct EdgeBuilder<'a> {
    finder: PassageFinder<'a>,
}

impl<'a> EdgeBuilder<'a> {
    /// Returns a builder for documents of `corpus`; `formulas` says which of
    /// their characters are formulas, if that is to count.
    pub fn new(
        corpus: &'a Corpus,
        formulas: Option<&'a FormulaMask>,
        options: ReuseOptions,
    ) -> Self {
        EdgeBuilder {
            finder: PassageFinder::new(corpus, formulas, options),
        }
    }

    /// Returns the candidates that share enough outside formulas and are no
    /// near-duplicates, with the exact counts of their shingles, and the
    /// tilings found on the way.
    ///
    /// `near` are the near-duplicates, sorted; a pair that reaches `threshold`
    /// by `measure` is one of them even where it is not listed. Results are in
    /// the order of `candidates`, for any number of threads.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    pub fn reuse_pairs(
        &self,
        candidates: &[CandidatePair],
        near: &[Pair],
        shingling: Shingling,
        measure: Measure,
        threshold: f64,
        ctx: &Context,
    ) -> Result<(Vec<Pair>, Tilings)> {
        let is_near = |a: DocId, b: DocId| {
            near.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b))
                .is_ok()
        };
        let tilings = self.finder.tilings(candidates.len());
        let reusing: Vec<usize> = candidates
            .par_iter()
            .enumerate()
            .filter(|(_, pair)| !ctx.is_cancelled() && !is_near(pair.a, pair.b))
            .map_init(PairBuffers::default, |buffers, (nth, pair)| {
                let found = self.finder.find(buffers, &tilings, nth, [pair.a, pair.b]);
                ctx.advance(1);
                self.finder.is_reuse(&found).then_some(nth)
            })
            .flatten()
            .collect();
        ctx.check()?;
        let ends: Vec<(DocId, DocId)> = reusing
            .iter()
            .map(|nth| (candidates[*nth].a, candidates[*nth].b))
            .collect();
        let (numbers, pairs): (Vec<usize>, Vec<Pair>) = reusing
            .into_iter()
            .zip(verify::count_all(self.finder.corpus(), shingling, &ends))
            .filter(|(_, pair)| pair.similarity(measure) < threshold)
            .unzip();
        Ok((pairs, tilings.select(numbers.into_iter())))
    }

    /// Calls `take` with the edge of every pair and its passages, a few
    /// thousand at a time, in the order of `pairs`.
    ///
    /// `relations` and `tilings` are those of the pairs; `kind` is the kind of
    /// all edges.
    ///
    /// # Errors
    ///
    /// Fails with whatever `take` returns, or when the run is cancelled.
    pub fn build(
        &self,
        kind: EdgeKind,
        pairs: &[Pair],
        relations: &[Relation],
        tilings: &Tilings,
        ctx: &Context,
        mut take: impl FnMut(Vec<(Edge, Vec<EdgePassage>)>) -> Result<()>,
    ) -> Result<()> {
        for first in (0..pairs.len()).step_by(BATCH) {
            ctx.check()?;
            let edges = (first..pairs.len().min(first + BATCH))
                .into_par_iter()
                .map_init(PairBuffers::default, |buffers, nth| {
                    let pair = &pairs[nth];
                    let found = self.finder.find(buffers, tilings, nth, [pair.a, pair.b]);
                    self.edge(found, kind, pair, relations[nth])
                })
                .collect();
            take(edges)?;
        }
        Ok(())
    }

    fn edge(
        &self,
        found: PairPassages,
        kind: EdgeKind,
        pair: &Pair,
        relation: Relation,
    ) -> (Edge, Vec<EdgePassage>) {
        let [coverage_a, coverage_b] = found.coverage;
        let jaccard = pair.jaccard();
        let edge = Edge {
            a: pair.a,
            b: pair.b,
            kind,
            relation,
            jaccard,
            shared_chars: found.shared_chars,
            formula_chars: found.formula_chars,
            coverage_a,
            coverage_b,
            longest_shared: found.longest_shared,
            weight: Edge::weight_of(jaccard, coverage_a, coverage_b),
            direction: Direction::between(self.finder.corpus(), pair.a, pair.b),
        };
        let passages = found.passages.list.into_iter();
        let passages = passages.map(|passage| EdgePassage {
            formula: self.finder.is_formula(pair.a, passage.a.clone()),
            a: passage.a,
            b: passage.b,
        });
        (edge, passages.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passages::CandidateOptions;
    use crate::passages::candidate_pairs;
    use crate::phrases::PhraseOptions;
    use crate::suffix::Index;

    const FORMULA: &str = "坚持党的全面领导统筹推进各项工作";
    const PASSAGE: &str = "昨天夜里的一场大雨冲垮了村口的石桥，二十多户人家只能绕行五里山路去镇上，\
        孩子们上学要早起一个小时，村里已经请人来量过河面，打算秋后重修。";

    const QUOTATION: &str = "路是大家一起修的，谁也不能说是自己的功劳，往后维护也得大家一起出力。";

    /// Eight documents with one formula, two of which share a passage and two
    /// a quotation.
    fn corpus() -> Corpus {
        let own = |n: u32| -> String {
            (0..60)
                .map(|i| char::from_u32(0xac00 + n * 60 + i).unwrap())
                .collect()
        };
        let texts: Vec<(String, String)> = (0..8)
            .map(|n| {
                let shared = match n {
                    0 | 1 => PASSAGE.to_owned(),
                    2 | 3 => format!("他说：“{QUOTATION}”"),
                    _ => String::new(),
                };
                let text = format!(
                    "{}，{FORMULA}，{}。{shared}{}",
                    own(3 * n),
                    own(3 * n + 1),
                    own(3 * n + 2)
                );
                (format!("d{n}"), text)
            })
            .collect();
        Corpus::from_texts(
            texts.iter().map(|(id, text)| (id.as_str(), text.as_str())),
            Default::default(),
        )
    }

    fn edges(options: ReuseOptions) -> Vec<(Edge, Vec<EdgePassage>)> {
        let corpus = corpus();
        let selection = PhraseOptions::default()
            .run(&corpus, &Context::default())
            .unwrap();
        let mask = selection.phrases().formula_mask(5);
        let found = candidate_pairs(
            selection.index(),
            Some(&mask),
            CandidateOptions {
                min_run: options.min_run,
                min_shared: options.min_run,
                max_partners: 64,
            },
            &Context::default(),
        )
        .unwrap();
        let builder = EdgeBuilder::new(&corpus, Some(&mask), options);
        let (pairs, tilings) = builder
            .reuse_pairs(
                &found.pairs,
                &[],
                Shingling::default(),
                Measure::Jaccard,
                0.8,
                &Context::default(),
            )
            .unwrap();
        let relations = vec![Relation::Reuse; pairs.len()];
        let mut all = Vec::new();
        builder
            .build(
                EdgeKind::Reuse,
                &pairs,
                &relations,
                &tilings,
                &Context::default(),
                |some| {
                    all.extend(some);
                    Ok(())
                },
            )
            .unwrap();
        all
    }

    fn ends(edges: &[(Edge, Vec<EdgePassage>)]) -> Vec<(u32, u32)> {
        edges.iter().map(|(edge, _)| (edge.a.0, edge.b.0)).collect()
    }

    #[test]
    fn a_formula_alone_makes_no_edge_and_a_passage_does() {
        let edges = edges(ReuseOptions {
            min_shared: 20,
            ..Default::default()
        });
        assert_eq!(ends(&edges), [(0, 1), (2, 3)]);
        let (edge, passages) = &edges[0];
        let passage = PASSAGE.chars().filter(|c| !"，。".contains(*c)).count() as u32;
        let formula = FORMULA.chars().count() as u32;
        assert_eq!(edge.shared_chars, passage + formula);
        assert_eq!(edge.formula_chars, formula);
        assert_eq!(edge.longest_shared, passage);
        assert_eq!(
            passages.iter().map(|p| p.formula).collect::<Vec<_>>(),
            [true, false]
        );
        let length = f64::from(3 * 60 + passage + formula);
        assert!((edge.coverage_a - f64::from(passage + formula) / length).abs() < 1e-12);
    }

    #[test]
    fn quotations_and_formulas_are_left_out_where_asked() {
        let options = ReuseOptions {
            min_shared: 20,
            without_quotes: true,
            without_formulas: true,
            ..Default::default()
        };
        let edges = edges(options);
        assert_eq!(ends(&edges), [(0, 1)]);
        let edge = &edges[0].0;
        let passage = PASSAGE.chars().filter(|c| !"，。".contains(*c)).count() as u32;
        assert_eq!((edge.shared_chars, edge.formula_chars), (passage, 0));
    }

    #[test]
    fn near_duplicates_get_no_second_edge() {
        let text = format!("甲乙丙。{PASSAGE}");
        let other = format!("丁戊己。{PASSAGE}");
        let corpus = Corpus::from_texts(
            [("a", text.as_str()), ("b", other.as_str())],
            Default::default(),
        );
        let index = Index::new(&corpus, &Context::default()).unwrap();
        let found = candidate_pairs(
            &index,
            None,
            CandidateOptions::default(),
            &Context::default(),
        )
        .unwrap();
        let builder = EdgeBuilder::new(&corpus, None, ReuseOptions::default());
        let reuse = |threshold| {
            let found = builder.reuse_pairs(
                &found.pairs,
                &[],
                Shingling::default(),
                Measure::Jaccard,
                threshold,
                &Context::default(),
            );
            found.unwrap().0
        };
        assert_eq!(reuse(0.8).len(), 0);
        assert_eq!(reuse(0.99).len(), 1);
    }
}
