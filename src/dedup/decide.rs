//! Decides for each document whether it stays, and for which one it goes.
//!
//! Documents are decided one by one, in the order of the policy, but a text
//! that stands in a longer one after the longer one. A document goes if a kept
//! one *has* it: the two are near-duplicates, no rule keeps them apart
//! ([`Rules`](crate::dedup::Rules)), and the kept one has at least the
//! threshold of its shingles. Otherwise it stays. So
//!
//! - every document that goes stands, up to the threshold, in one that stays;
//! - of two that stay neither has the other, except by the next point;
//! - what a person decided holds ([`ByHand`](crate::dedup::ByHand)): such a
//!   document is decided in its place, but stays or goes as they said;
//! - one of every cluster stays, unless a person dropped all: where all members would go for documents of
//!   other clusters, the one that the policy prefers stays;
//! - documents that are there already ([`Against`](crate::dedup::Against)) are
//!   not decided on: they stay, and a cluster may go for them as a whole.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::dedup::by_hand::HandVerdict;
use crate::dedup::decisions::Decisions;
use crate::dedup::drop_list::{DropSorter, Dropped};
use crate::dedup::input::{DedupInput, seen_from};
use crate::dedup::kept_copies::KeptCopies;
use crate::dedup::order::TopologicalOrder;
use crate::dedup::outcomes::{Outcome, Outcomes};
use crate::dedup::provenance::Provenance;
use crate::dedup::same_texts::{SameTexts, members};
use crate::error::Result;
use crate::graph::Clusters;
use crate::near::Pair;
use crate::relation::{OwnMatters, Relation};
use crate::spill::{Column, ColumnBuilder, Sorter};

/// Kept documents that one without a partner among them is compared with, where
/// pairs were left out. A guess: partners of one document mostly went for the
/// same few kept ones.
const SECOND_LOOK: usize = 8;

/// Decides on all documents.
///
/// `compare` counts any two documents whose pair was left out; its third
/// argument is the number of known partners of the first. Takes near linear
/// time in the pairs. Where the corpus has a spill folder, what is known of each
/// document goes there, as far as it is not read in any order all the while: some
/// 20 bytes a document and 8 a pair stay in memory.
///
/// # Errors
///
/// Fails if the spill folder can't be written or read.
pub fn decide(
    input: &DedupInput<'_>,
    compare: impl Fn(DocId, DocId, usize) -> (Pair, Relation, OwnMatters),
) -> Result<Decisions> {
    let documents = input.corpus.len();
    let provenance = input.policy.provenance(input.corpus)?;
    let texts = SameTexts::new(input);
    let clusters = numbers_of_clusters(input.corpus, input.clusters)?;

    let has_partner = |doc: &DocId| texts.has_partner(input, texts.first(*doc));
    let mut docs: Vec<DocId> = input.docs().filter(has_partner).collect();
    docs.par_sort_unstable_by(|a, b| input.policy.compare(input.corpus, &provenance, *a, *b).0);
    let there = input.corpus.docs().filter(|doc| input.is_there(*doc));
    let there: Vec<DocId> = there.filter(has_partner).collect();
    let mut ranks = vec![u32::MAX; documents];
    // Of equally similar documents one that is there already goes first.
    for (rank, doc) in (0..).zip(there.iter().chain(&docs)) {
        ranks[doc.index()] = rank;
    }
    let first_rank = there.len() as u32;

    let mut decider = Decider {
        input,
        provenance: &provenance,
        texts: &texts,
        clusters: &clusters,
        kept: KeptCopies::new(&input.rules, documents),
        kept_by_hand: HashMap::new(),
        outcomes: Outcomes::alone(documents),
        drops: DropSorter::within(input.corpus.spill_folder()),
    };
    // The first of several copies is noted last, so that it serves.
    for doc in there.iter().rev() {
        let first = texts.first(*doc);
        let rules = &input.rules;
        decider.kept.add_there(rules, &provenance, first, *doc);
        decider.outcomes.set(*doc, Outcome::Kept);
    }
    let mut order = TopologicalOrder::new(input, &texts, &docs);
    // Most texts wait for no other. Those that did come in by the heap.
    let is_free: BitVec = docs
        .iter()
        .map(|doc| order.is_free(texts.first(*doc)))
        .collect();
    let mut free = is_free
        .iter_ones()
        .map(|at| first_rank + at as u32)
        .peekable();
    let mut ready: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
    loop {
        let next = match (free.peek(), ready.peek()) {
            (Some(rank), Some(Reverse(other))) if other < rank => ready.pop().map(|one| one.0),
            (Some(_), _) => free.next(),
            (None, _) => ready.pop().map(|one| one.0),
        };
        let Some(rank) = next else { break };
        let doc = docs[(rank - first_rank) as usize];
        decider.decide(doc, &ranks, &compare)?;
        order.done(input, &texts, texts.first(doc), |first| {
            for doc in members(input, first).filter(|doc| !input.is_there(*doc)) {
                ready.push(Reverse(ranks[doc.index()]));
            }
        });
    }

    // Those without a partner are not in the order.
    for (doc, choice) in input.by_hand.choices() {
        decider.outcomes.set(doc, by_hand(choice.verdict));
    }
    let dropped_by_hand = input.by_hand.choices();
    let dropped_by_hand = dropped_by_hand.filter_map(|(doc, choice)| match choice.verdict {
        HandVerdict::Drop(of) => Some((doc, of)),
        HandVerdict::Keep | HandVerdict::KeepFor(_) => None,
    });

    let Decider {
        mut outcomes,
        drops,
        ..
    } = decider;
    for cluster in input.clusters {
        let members = || cluster.members().map(|member| member.doc);
        let went = |doc: &DocId| matches!(outcomes.of(*doc), Outcome::Dropped(_));
        let gone = |doc: DocId| went(&doc) || outcomes.of(doc) == Outcome::DroppedByHand;
        // What a document went for that is there already need not stay twice.
        let is_there = |doc: DocId| match outcomes.of(doc) {
            Outcome::Dropped(of) => input.is_there(DocId(of)),
            _ => false,
        };
        if members().all(gone)
            && !members().any(is_there)
            && let Some(doc) = members().filter(went).min_by_key(|doc| ranks[doc.index()])
        {
            outcomes.set(doc, Outcome::LastOfCluster);
        }
    }
    let drops = drops.finish(|doc| matches!(outcomes.of(doc), Outcome::Dropped(_)))?;
    for (at, drop) in (0..).zip(drops.iter()) {
        outcomes.set(drop.doc, Outcome::Dropped(at));
    }
    Ok(Decisions {
        outcomes,
        clusters,
        drops,
        dropped_by_hand: dropped_by_hand.collect(),
        texts,
        provenance,
    })
}

/// Returns the number of each document's cluster, from 1; 0 where it is in none.
fn numbers_of_clusters(corpus: &Corpus, clusters: &Clusters) -> Result<Column<u32>> {
    let spill_folder = corpus.spill_folder();
    let mut by_doc = Sorter::within(spill_folder);
    for (cluster, number) in clusters.iter().zip(1..) {
        for member in cluster.members() {
            by_doc.push([member.doc.0, number])?;
        }
    }
    let mut by_doc = by_doc.finish()?;
    let mut numbers = ColumnBuilder::within(spill_folder)?;
    let mut next = by_doc.next()?;
    for doc in corpus.docs() {
        match next {
            Some([of, number]) if of == doc.0 => {
                numbers.push(number)?;
                next = by_doc.next()?;
            }
            _ => numbers.push(0)?,
        }
    }
    numbers.finish()
}

fn by_hand(verdict: HandVerdict) -> Outcome {
    match verdict {
        HandVerdict::Keep | HandVerdict::KeepFor(_) => Outcome::KeptByHand,
        HandVerdict::Drop(_) => Outcome::DroppedByHand,
    }
}

/// Decides document after document.
struct Decider<'a> {
    input: &'a DedupInput<'a>,
    provenance: &'a Provenance,
    texts: &'a SameTexts,
    clusters: &'a Column<u32>,
    kept: KeptCopies,
    /// By first document: those that stay by hand. The rules may not part
    /// them, so [`KeptCopies`] can't hold them.
    kept_by_hand: HashMap<DocId, Vec<DocId>>,
    /// A document that goes has the one that it goes for in the place of the
    /// index of its [`Dropped`], which is known at the end.
    outcomes: Outcomes,
    drops: DropSorter<'a>,
}

impl Decider<'_> {
    fn decide(
        &mut self,
        doc: DocId,
        ranks: &[u32],
        compare: &impl Fn(DocId, DocId, usize) -> (Pair, Relation, OwnMatters),
    ) -> Result<()> {
        if let Some(choice) = self.input.by_hand.of(doc) {
            let outcome = by_hand(choice.verdict);
            if outcome == Outcome::KeptByHand && self.input.serves(doc) {
                let first = self.texts.first(doc);
                self.kept_by_hand.entry(first).or_default().push(doc);
            }
            self.outcomes.set(doc, outcome);
            return Ok(());
        }
        let found = self
            .find(doc, ranks)
            .or_else(|| self.look_again(doc, compare));
        let outcome = match found {
            Some(drop) => {
                self.drops.push(&drop)?;
                Outcome::Dropped(drop.of.0)
            }
            None => {
                let first = self.texts.first(doc);
                if self.input.serves(doc) {
                    self.kept
                        .add(&self.input.rules, self.provenance, first, doc);
                }
                Outcome::Kept
            }
        };
        self.outcomes.set(doc, outcome);
        Ok(())
    }

    /// Returns a kept copy of `first` that nothing keeps apart from `doc`, as
    /// far as time, source and people go.
    ///
    /// Looks at every kept copy only if a person told `doc` apart from others.
    fn kept_copy(&self, first: DocId, doc: DocId) -> Option<DocId> {
        let input = self.input;
        let nearest = self.kept.find(&input.rules, self.provenance, first, doc);
        if input.by_hand.is_empty() {
            return nearest;
        }
        let may_go = |of: &DocId| {
            let apart = input.apart(self.provenance, Relation::Copy, doc, *of, None);
            apart.is_none()
        };
        let is_apart = input.by_hand.apart_from(doc).next().is_some();
        let others = is_apart.then(|| self.kept.all(first)).into_iter().flatten();
        let by_hand = self.kept_by_hand.get(&first).into_iter().flatten();
        nearest
            .into_iter()
            .chain(others)
            .chain(by_hand.copied())
            .find(may_go)
    }

    /// Returns the kept document that this one goes for, if there is one: the
    /// most similar, then one of its cluster, then the one that the policy
    /// prefers.
    fn find(&self, doc: DocId, ranks: &[u32]) -> Option<Dropped> {
        let (input, texts) = (self.input, self.texts);
        let first = texts.first(doc);
        let find = |first| self.kept_copy(first, doc);
        if let Some(of) = find(first) {
            // Copies share every shingle; a neighbour tells how many they have.
            let len = texts
                .neighbours(input, first)
                .next()
                .map(|(other, number)| {
                    let pair = &input.pairs[number];
                    seen_from(pair, doc, other, pair.b == other).len_a
                });
            let len = len.unwrap_or(0);
            return Some(Dropped {
                doc,
                of,
                pair: Pair {
                    a: doc,
                    b: of,
                    shared: len,
                    len_a: len,
                    len_b: len,
                },
                relation: Relation::Copy,
                stands_in: false,
            });
        }
        let own = self.clusters.at(doc.index());
        texts
            .neighbours(input, first)
            .filter_map(|(other, number)| {
                let relation = input.relations[number];
                let pair = &input.pairs[number];
                let own = input.own_of(number, pair.b == other);
                let pair = seen_from(pair, doc, other, pair.b == other);
                if !input.has_enough_of(&pair) {
                    return None;
                }
                let of = find(other)?;
                input
                    .apart(self.provenance, relation, doc, of, own[0])
                    .is_none()
                    .then_some(Dropped {
                        doc,
                        of,
                        pair: Pair { b: of, ..pair },
                        relation,
                        stands_in: input.stands_in(&pair, relation, own),
                    })
            })
            .max_by(|a, b| {
                let similarity = |drop: &Dropped| drop.pair.similarity(input.measure);
                let stranger = |drop: &Dropped| self.clusters.at(drop.of.index()) != own;
                let rank = |drop: &Dropped| ranks[drop.of.index()];
                similarity(a)
                    .total_cmp(&similarity(b))
                    .then_with(|| stranger(b).cmp(&stranger(a)))
                    .then_with(|| rank(b).cmp(&rank(a)))
            })
    }

    /// Compares a document with those that its partners went for, where pairs
    /// with these may have been left out.
    fn look_again(
        &self,
        doc: DocId,
        compare: &impl Fn(DocId, DocId, usize) -> (Pair, Relation, OwnMatters),
    ) -> Option<Dropped> {
        if !self.input.some_left_out {
            return None;
        }
        let first = self.texts.first(doc);
        let partners = self.texts.neighbours(self.input, first);
        let known = self.texts.degree(self.input, first);
        let mut seen: Vec<DocId> = Vec::new();
        for (other, _) in partners {
            if seen.len() == SECOND_LOOK {
                break;
            }
            let Outcome::Dropped(of) = self.outcomes.of(other) else {
                continue;
            };
            let of = DocId(of);
            if seen.contains(&of) {
                continue;
            }
            seen.push(of);
            let (pair, relation, own) = compare(doc, of, known);
            if self.input.has_enough_of(&pair)
                && self
                    .input
                    .apart(self.provenance, relation, doc, of, own[0])
                    .is_none()
            {
                let stands_in = self.input.stands_in(&pair, relation, own);
                return Some(Dropped {
                    doc,
                    of,
                    pair,
                    relation,
                    stands_in,
                });
            }
        }
        None
    }
}
