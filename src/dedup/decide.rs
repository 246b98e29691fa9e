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

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::dedup::by_hand::HandVerdict;
use crate::dedup::decisions::{Decisions, Dropped, Outcome};
use crate::dedup::input::{DedupInput, seen_from};
use crate::dedup::kept_copies::KeptCopies;
use crate::dedup::order::TopologicalOrder;
use crate::dedup::provenance::Provenance;
use crate::dedup::same_texts::SameTexts;
use crate::near::Pair;
use crate::relation::{OwnMatters, Relation};

/// Kept documents that one without a partner among them is compared with, where
/// pairs were left out. A guess: partners of one document mostly went for the
/// same few kept ones.
const SECOND_LOOK: usize = 8;

/// Decides on all documents.
///
/// `compare` counts any two documents whose pair was left out; its third
/// argument is the number of known partners of the first. Takes near linear
/// time in the pairs.
pub fn decide(
    input: &DedupInput<'_>,
    compare: impl Fn(DocId, DocId, usize) -> (Pair, Relation, OwnMatters),
) -> Decisions {
    let documents = input.corpus.len();
    let provenance = input.policy.provenance(input.corpus);
    let texts = SameTexts::new(input);
    let mut clusters = vec![0u32; documents];
    for (cluster, number) in input.clusters.iter().zip(1..) {
        for member in &cluster.members {
            clusters[member.doc.index()] = number;
        }
    }

    let has_partner = |doc: &DocId| texts.has_partner(texts.first(*doc));
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
        outcomes: vec![Outcome::Alone; documents],
        drops: Vec::new(),
    };
    // The first of several copies is noted last, so that it serves.
    for doc in there.iter().rev() {
        let first = texts.first(*doc);
        let rules = &input.rules;
        decider.kept.add_there(rules, &provenance, first, *doc);
        decider.outcomes[doc.index()] = Outcome::Kept;
    }
    let mut order = TopologicalOrder::new(input, &texts, &docs);
    let mut ready: BinaryHeap<Reverse<u32>> = docs
        .iter()
        .filter(|doc| order.is_free(texts.first(**doc)))
        .map(|doc| Reverse(ranks[doc.index()]))
        .collect();
    while let Some(Reverse(rank)) = ready.pop() {
        let doc = docs[(rank - first_rank) as usize];
        decider.decide(doc, &ranks, &compare);
        order.done(input, &texts, texts.first(doc), |first| {
            for doc in texts.members(first).filter(|doc| !input.is_there(*doc)) {
                ready.push(Reverse(ranks[doc.index()]));
            }
        });
    }

    // Those without a partner are not in the order.
    for (doc, choice) in input.by_hand.choices() {
        decider.outcomes[doc.index()] = by_hand(choice.verdict);
    }
    let dropped_by_hand = input.by_hand.choices();
    let dropped_by_hand = dropped_by_hand.filter_map(|(doc, choice)| match choice.verdict {
        HandVerdict::Drop(of) => Some((doc, of)),
        HandVerdict::Keep | HandVerdict::KeepFor(_) => None,
    });

    let Decider {
        mut outcomes,
        mut drops,
        ..
    } = decider;
    for cluster in input.clusters {
        let members = || cluster.members.iter().map(|member| member.doc);
        let went = |doc: &DocId| matches!(outcomes[doc.index()], Outcome::Dropped(_));
        let gone = |doc: DocId| went(&doc) || outcomes[doc.index()] == Outcome::DroppedByHand;
        // What a document went for that is there already need not stay twice.
        let is_there = |doc: DocId| match outcomes[doc.index()] {
            Outcome::Dropped(at) => input.is_there(drops[at as usize].of),
            _ => false,
        };
        if members().all(gone)
            && !members().any(is_there)
            && let Some(doc) = members().filter(went).min_by_key(|doc| ranks[doc.index()])
        {
            outcomes[doc.index()] = Outcome::LastOfCluster;
        }
    }
    drops.retain(|drop| matches!(outcomes[drop.doc.index()], Outcome::Dropped(_)));
    drops.sort_unstable_by_key(|drop| drop.doc);
    for (at, drop) in (0..).zip(&drops) {
        outcomes[drop.doc.index()] = Outcome::Dropped(at);
    }
    Decisions {
        outcomes,
        clusters,
        drops,
        dropped_by_hand: dropped_by_hand.collect(),
        texts,
        provenance,
    }
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
    clusters: &'a [u32],
    kept: KeptCopies,
    /// By first document: those that stay by hand. The rules may not part
    /// them, so [`KeptCopies`] can't hold them.
    kept_by_hand: HashMap<DocId, Vec<DocId>>,
    outcomes: Vec<Outcome>,
    drops: Vec<Dropped>,
}

impl Decider<'_> {
    fn decide(
        &mut self,
        doc: DocId,
        ranks: &[u32],
        compare: &impl Fn(DocId, DocId, usize) -> (Pair, Relation, OwnMatters),
    ) {
        if let Some(choice) = self.input.by_hand.of(doc) {
            let outcome = by_hand(choice.verdict);
            if outcome == Outcome::KeptByHand && self.input.serves(doc) {
                let first = self.texts.first(doc);
                self.kept_by_hand.entry(first).or_default().push(doc);
            }
            self.outcomes[doc.index()] = outcome;
            return;
        }
        let found = self
            .find(doc, ranks)
            .or_else(|| self.look_again(doc, compare));
        self.outcomes[doc.index()] = match found {
            Some(drop) => {
                self.drops.push(drop);
                Outcome::Dropped(self.drops.len() as u32 - 1)
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
            let len = texts.neighbours(first).next().map(|(other, number)| {
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
        let own = self.clusters[doc.index()];
        texts
            .neighbours(first)
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
                let stranger = |drop: &Dropped| self.clusters[drop.of.index()] != own;
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
        let partners = self.texts.neighbours(self.texts.first(doc));
        let known = partners.len();
        let mut seen: Vec<DocId> = Vec::new();
        for (other, _) in partners {
            if seen.len() == SECOND_LOOK {
                break;
            }
            let Outcome::Dropped(at) = self.outcomes[other.index()] else {
                continue;
            };
            let of = self.drops[at as usize].of;
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
