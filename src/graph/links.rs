//! From pairs to edges: the passages that two documents share, with and
//! without what everybody writes.

use std::ops::Range;

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::graph::edge::{Direction, Edge, EdgeKind};
use crate::mask::{FormulaMask, Weight};
use crate::near::{Measure, Pair, Shingling, verify};
use crate::passages::CandidatePair;
use crate::passages::{Aligner, PassageOptions, Passages, Run, Tilings};
use crate::relation::Relation;
use crate::text::letters::A_CHARACTER;
use crate::text::quotes::quoted;

/// Pairs that are aligned together before they are handed over in order.
const AT_ONCE: usize = 1 << 13;

/// What counts as shared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EdgeOptions {
    /// What a passage is.
    pub passages: PassageOptions,
    /// For reuse: the shortest run that counts, in normalized characters; letters
    /// of scripts with spaces count a third where formulas are known.
    pub min_run: u32,
    /// For reuse: the fewest characters in such runs, outside formulas, counted
    /// likewise.
    pub min_shared: u32,
    /// Leave out what stands between quotation marks in either document.
    pub without_quotes: bool,
    /// Leave out formulas.
    pub without_formulas: bool,
}

impl Default for EdgeOptions {
    fn default() -> Self {
        EdgeOptions {
            passages: PassageOptions::default(),
            min_run: 13,
            min_shared: 50,
            without_quotes: false,
            without_formulas: false,
        }
    }
}

/// A passage of an edge, in units of the normalized texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EdgePassage {
    /// Its place in the edge's `a`.
    pub a: Range<u32>,
    /// Its place in `b`.
    pub b: Range<u32>,
    /// Whether it is nothing but formulas: no 8 characters of it in a row
    /// stand outside them.
    pub formula: bool,
}

/// Weighs what pairs of documents share.
pub struct EdgeBuilder<'a> {
    corpus: &'a Corpus,
    formulas: Option<&'a FormulaMask>,
    options: EdgeOptions,
}

/// Room for one pair after another.
#[derive(Default)]
struct Room {
    aligner: Aligner,
    /// Characters of each side between quotation marks.
    quoted: [BitVec; 2],
}

/// What a pair shares, counted.
struct Weighed {
    passages: Passages,
    shared_chars: u32,
    formula_chars: u32,
    longest_shared: u32,
    /// What the characters outside formulas (and quotations, where these don't
    /// count) weigh in runs that are long enough for reuse.
    own: u64,
    coverage: [f64; 2],
}

impl<'a> EdgeBuilder<'a> {
    /// Returns a linker of documents of `corpus`; `formulas` says which of
    /// their characters are formulas, if that is to count.
    pub fn new(
        corpus: &'a Corpus,
        formulas: Option<&'a FormulaMask>,
        options: EdgeOptions,
    ) -> Self {
        EdgeBuilder {
            corpus,
            formulas,
            options,
        }
    }

    /// Returns the partners that share enough outside formulas and are no
    /// near-duplicates, with the exact counts of their shingles, and what is
    /// known of their tilings.
    ///
    /// `near` are the near-duplicates, sorted; what reaches `threshold` by
    /// `measure` is one of them, also where it is not listed. Results are in
    /// the order of `partners`, for any number of threads.
    pub fn reuse(
        &self,
        partners: &[CandidatePair],
        near: &[Pair],
        shingling: Shingling,
        measure: Measure,
        threshold: f64,
        advance: impl Fn(u64) + Sync,
    ) -> (Vec<Pair>, Tilings) {
        let is_near = |a: DocId, b: DocId| {
            near.binary_search_by_key(&(a, b), |pair| (pair.a, pair.b))
                .is_ok()
        };
        let tilings = Tilings::new(partners.len(), self.options.passages.min_length);
        let kept: Vec<usize> = partners
            .par_iter()
            .enumerate()
            .filter(|(_, pair)| !is_near(pair.a, pair.b))
            .map_init(Room::default, |room, (nth, pair)| {
                let weighed = self.weigh(room, &tilings, nth, [pair.a, pair.b]);
                advance(1);
                (weighed.own >= weight_of(self.options.min_shared)).then_some(nth)
            })
            .flatten()
            .collect();
        let ends: Vec<(DocId, DocId)> = kept
            .iter()
            .map(|nth| (partners[*nth].a, partners[*nth].b))
            .collect();
        let (kept, pairs): (Vec<usize>, Vec<Pair>) = kept
            .into_iter()
            .zip(verify::count_all(self.corpus, shingling, &ends))
            .filter(|(_, pair)| pair.similarity(measure) < threshold)
            .unzip();
        (pairs, tilings.choose(kept.into_iter()))
    }

    /// Calls `found` with the edge of every pair and its passages, a few
    /// thousand at a time, in the order of `pairs`.
    ///
    /// `relations` and `tilings` are those of the pairs, `kind` says why they
    /// are linked.
    ///
    /// # Errors
    ///
    /// Fails with whatever `found` returns.
    pub fn each<E>(
        &self,
        kind: EdgeKind,
        pairs: &[Pair],
        relations: &[Relation],
        tilings: &Tilings,
        mut found: impl FnMut(Vec<(Edge, Vec<EdgePassage>)>) -> Result<(), E>,
    ) -> Result<(), E> {
        for first in (0..pairs.len()).step_by(AT_ONCE) {
            let links = (first..pairs.len().min(first + AT_ONCE))
                .into_par_iter()
                .map_init(Room::default, |room, nth| {
                    let weighed = self.weigh(room, tilings, nth, [pairs[nth].a, pairs[nth].b]);
                    self.link(weighed, kind, &pairs[nth], relations[nth])
                })
                .collect();
            found(links)?;
        }
        Ok(())
    }

    fn link(
        &self,
        weighed: Weighed,
        kind: EdgeKind,
        pair: &Pair,
        relation: Relation,
    ) -> (Edge, Vec<EdgePassage>) {
        let [coverage_a, coverage_b] = weighed.coverage;
        let jaccard = pair.jaccard();
        let edge = Edge {
            a: pair.a,
            b: pair.b,
            kind,
            relation,
            jaccard,
            shared_chars: weighed.shared_chars,
            formula_chars: weighed.formula_chars,
            coverage_a,
            coverage_b,
            longest_shared: weighed.longest_shared,
            weight: Edge::weight_of(jaccard, coverage_a, coverage_b),
            direction: Direction::between(self.corpus, pair.a, pair.b),
        };
        let passages = weighed
            .passages
            .list
            .into_iter()
            .map(|passage| EdgePassage {
                formula: self.is_formula(pair.a, passage.a.clone()),
                a: passage.a,
                b: passage.b,
            })
            .collect();
        (edge, passages)
    }

    /// Returns whether no run of a stretch that would be a passage of its own
    /// stands outside formulas.
    fn is_formula(&self, document: DocId, units: Range<u32>) -> bool {
        let Some(mask) = self.formulas else {
            return false;
        };
        let inside = mask.stretch(self.corpus, document, units);
        let mut own_from = 0;
        let is_own = |end: usize| {
            let own = end - std::mem::replace(&mut own_from, end + 1);
            own >= self.options.passages.min_length
        };
        !inside.iter_ones().chain([inside.len()]).any(is_own)
    }

    fn weigh(
        &self,
        room: &mut Room,
        tilings: &Tilings,
        pair: usize,
        [a, b]: [DocId; 2],
    ) -> Weighed {
        let [left, right] = [a, b].map(|document| self.corpus.normalized(document));
        tilings.align(&mut room.aligner, pair, [left, right]);
        let bridge = self.options.passages.bridge;
        let passages = room.aligner.joined(left, right, bridge);
        let quotes = self.options.without_quotes;
        if quotes {
            for (document, quoted) in [a, b].into_iter().zip(&mut room.quoted) {
                *quoted = self.quoted_characters(document);
            }
        }
        let formulas = self.formulas.map(|mask| mask.document(a));
        let mut weighed = Weighed {
            shared_chars: 0,
            formula_chars: 0,
            longest_shared: 0,
            own: 0,
            coverage: [passages.coverage_a, passages.coverage_b],
            passages,
        };
        for run in room.aligner.runs() {
            let weight = self.weight(a, run.a..run.a + run.len);
            let long = weight.all >= weight_of(self.options.min_run);
            let mut in_a_row = 0;
            if !quotes && !self.options.without_formulas {
                // Nothing to leave out: no need to look at each character.
                let place = run.a as usize..(run.a + run.len) as usize;
                let formula = formulas.map_or(0, |mask| mask[place].count_ones() as u32);
                weighed.shared_chars += run.len;
                weighed.formula_chars += formula;
                weighed.longest_shared = weighed.longest_shared.max(run.len);
                weighed.own += if long { weight.own } else { 0 };
                continue;
            }
            for step in 0..run.len {
                if quotes && is_quoted(&room.quoted, run, step) {
                    in_a_row = 0;
                    continue;
                }
                let formula = formulas.is_some_and(|mask| mask[(run.a + step) as usize]);
                if formula && self.options.without_formulas {
                    in_a_row = 0;
                    continue;
                }
                in_a_row += 1;
                weighed.shared_chars += 1;
                weighed.formula_chars += u32::from(formula);
                if long {
                    let at = run.a + step;
                    weighed.own += self.weight(a, at..at + 1).own;
                }
                weighed.longest_shared = weighed.longest_shared.max(in_a_row);
            }
        }
        if weighed.shared_chars < weighed.passages.shared_chars {
            let left_in =
                f64::from(weighed.shared_chars) / f64::from(weighed.passages.shared_chars);
            weighed.coverage = weighed.coverage.map(|coverage| coverage * left_in);
        }
        weighed
    }

    /// Returns what some characters of a document weigh.
    fn weight(&self, document: DocId, characters: Range<u32>) -> Weight {
        let whole = || {
            let all = weight_of(characters.len() as u32);
            Weight { all, own: all }
        };
        let formulas = self.formulas;
        formulas.map_or_else(whole, |mask| mask.weight(document, characters.clone()))
    }

    /// Returns which normalized characters stand between quotation marks.
    fn quoted_characters(&self, document: DocId) -> BitVec {
        let text = self.corpus.text(document).unwrap_or("");
        let spans = quoted(text);
        let normalized = self.corpus.with_offsets(document);
        let mut inside = BitVec::with_capacity(normalized.units.len());
        let mut at = 0;
        for (unit, &start) in normalized.units.iter().zip(&normalized.starts) {
            if unit & 0xFC00 == 0xDC00 {
                continue; // the second half of a character
            }
            while at < spans.len() && spans[at].end <= u64::from(start) {
                at += 1;
            }
            inside.push(
                spans
                    .get(at)
                    .is_some_and(|span| span.start <= u64::from(start)),
            );
        }
        inside
    }
}

/// Returns what so many Han characters weigh.
fn weight_of(characters: u32) -> u64 {
    u64::from(A_CHARACTER) * u64::from(characters)
}

fn is_quoted(quoted: &[BitVec; 2], run: &Run, step: u32) -> bool {
    quoted[0][(run.a + step) as usize] || quoted[1][(run.b + step) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passages::CandidateOptions;
    use crate::passages::candidate_pairs;
    use crate::phrases;
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

    fn links(options: EdgeOptions) -> Vec<(Edge, Vec<EdgePassage>)> {
        let corpus = corpus();
        let index = Index::new(&corpus).unwrap();
        let chosen = phrases::select(&corpus, &index, &PhraseOptions::default(), &());
        let mask = phrases::formula_mask(&chosen, &corpus, &index, 5);
        let found = candidate_pairs(
            &index,
            Some(&mask),
            CandidateOptions {
                min_run: options.min_run,
                min_shared: options.min_run,
                partners: 64,
            },
        );
        let linker = EdgeBuilder::new(&corpus, Some(&mask), options);
        let (pairs, tilings) = linker.reuse(
            &found.pairs,
            &[],
            Shingling::default(),
            Measure::Jaccard,
            0.8,
            |_| (),
        );
        let relations = vec![Relation::Reuse; pairs.len()];
        let mut all = Vec::new();
        linker
            .each::<()>(EdgeKind::Reuse, &pairs, &relations, &tilings, |some| {
                all.extend(some);
                Ok(())
            })
            .unwrap();
        all
    }

    fn ends(links: &[(Edge, Vec<EdgePassage>)]) -> Vec<(u32, u32)> {
        links.iter().map(|(edge, _)| (edge.a.0, edge.b.0)).collect()
    }

    #[test]
    fn a_formula_alone_makes_no_edge_and_a_passage_does() {
        let links = links(EdgeOptions {
            min_shared: 20,
            ..Default::default()
        });
        assert_eq!(ends(&links), [(0, 1), (2, 3)]);
        let (edge, passages) = &links[0];
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
        let options = EdgeOptions {
            min_shared: 20,
            without_quotes: true,
            without_formulas: true,
            ..Default::default()
        };
        let links = links(options);
        assert_eq!(ends(&links), [(0, 1)]);
        let edge = &links[0].0;
        let passage = PASSAGE.chars().filter(|c| !"，。".contains(*c)).count() as u32;
        assert_eq!((edge.shared_chars, edge.formula_chars), (passage, 0));
    }

    #[test]
    fn near_duplicates_are_not_linked_again() {
        let text = format!("甲乙丙。{PASSAGE}");
        let other = format!("丁戊己。{PASSAGE}");
        let corpus = Corpus::from_texts(
            [("a", text.as_str()), ("b", other.as_str())],
            Default::default(),
        );
        let index = Index::new(&corpus).unwrap();
        let found = candidate_pairs(&index, None, CandidateOptions::default());
        let linker = EdgeBuilder::new(&corpus, None, EdgeOptions::default());
        let reuse = |threshold| {
            let found = linker.reuse(
                &found.pairs,
                &[],
                Shingling::default(),
                Measure::Jaccard,
                threshold,
                |_| (),
            );
            found.0
        };
        assert_eq!(reuse(0.8).len(), 0);
        assert_eq!(reuse(0.99).len(), 1);
    }
}
