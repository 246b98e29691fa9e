//! Decisions by their definition, so simple that they are the truth.

use crate::corpus::DocId;
use crate::dedup::by_hand::HandVerdict;
use crate::dedup::input::DedupInput;
use crate::dedup::provenance::Provenance;
use crate::near::Pair;
use crate::relation::{OwnMatters, Relation};

/// All pairs of an input, also those of copies with the pairs of their text.
pub(super) struct Pairs {
    documents: usize,
    list: Vec<Option<(Pair, Relation, OwnMatters)>>,
}

impl Pairs {
    pub(super) fn new(input: &DedupInput<'_>) -> Self {
        let documents = input.corpus.len();
        let first = |doc: DocId| {
            let group = input.copies.iter().find(|group| group.contains(&doc));
            group.map_or(doc, |group| group[0])
        };
        let mut list = vec![None; documents * documents];
        for a in input.corpus.docs() {
            for b in input.corpus.docs().filter(|b| *b != a) {
                let (of_a, of_b) = (first(a), first(b));
                list[a.index() * documents + b.index()] = if of_a == of_b {
                    let pair = Pair {
                        a,
                        b,
                        shared: 1,
                        len_a: 1,
                        len_b: 1,
                    };
                    Some((pair, Relation::Copy, [None; 2]))
                } else {
                    let at = input.pairs.iter().position(|pair| {
                        (pair.a, pair.b) == (of_a, of_b) || (pair.a, pair.b) == (of_b, of_a)
                    });
                    at.map(|at| {
                        let pair = input.pairs[at];
                        let (len_a, len_b) = if pair.a == of_a {
                            (pair.len_a, pair.len_b)
                        } else {
                            (pair.len_b, pair.len_a)
                        };
                        let pair = Pair {
                            a,
                            b,
                            shared: pair.shared,
                            len_a,
                            len_b,
                        };
                        (
                            pair,
                            input.relations[at],
                            input.own_of(at, input.pairs[at].a == of_a),
                        )
                    })
                };
            }
        }
        Pairs { documents, list }
    }

    pub(super) fn get(&self, a: DocId, b: DocId) -> Option<(Pair, Relation, OwnMatters)> {
        self.list[a.index() * self.documents + b.index()]
    }
}

/// Returns whether `a` may go for `b`.
pub(super) fn may_go(
    input: &DedupInput<'_>,
    provenance: &Provenance,
    pairs: &Pairs,
    a: DocId,
    b: DocId,
) -> bool {
    pairs.get(a, b).is_some_and(|(pair, relation, own)| {
        let apart = input.apart(provenance, relation, a, b, own[0]);
        input.has_enough_of(&pair) && apart.is_none()
    })
}

/// Returns for each document whether it stays: of those that no undecided
/// longer text holds, the one that the policy prefers is decided next.
pub(super) fn keep(input: &DedupInput<'_>) -> Vec<bool> {
    let provenance = Provenance::new(input.corpus).unwrap();
    let pairs = Pairs::new(input);
    let mut outcomes: Vec<Option<bool>> = vec![None; input.corpus.len()];
    let there = input.corpus.docs().filter(|doc| input.is_there(*doc));
    there.for_each(|doc| outcomes[doc.index()] = Some(true));
    // Those that went for a document that is there already.
    let mut went_there: Vec<DocId> = Vec::new();
    let clusters_of = |doc: DocId| {
        let mut clusters = input.clusters.iter();
        clusters.position(|cluster| cluster.members().any(|member| member.doc == doc))
    };
    let mut order: Vec<DocId> = input.corpus.docs().collect();
    order.sort_by(|a, b| input.policy.compare(input.corpus, &provenance, *a, *b).0);
    loop {
        let waits = |doc: DocId| {
            input.corpus.docs().any(|other| {
                outcomes[other.index()].is_none()
                    && pairs
                        .get(doc, other)
                        .is_some_and(|(pair, relation, own)| input.stands_in(&pair, relation, own))
            })
        };
        let next = order
            .iter()
            .copied()
            .find(|doc| outcomes[doc.index()].is_none() && !waits(*doc));
        let Some(doc) = next else { break };
        let may_serve = |other: &DocId| {
            outcomes[other.index()] == Some(true)
                && input.serves(*other)
                && may_go(input, &provenance, &pairs, doc, *other)
        };
        let goes = input.corpus.docs().any(|other| may_serve(&other));
        // A copy before others, then the most similar, then one of its cluster,
        // then one that is there already.
        let best = input.corpus.docs().filter(may_serve).max_by(|one, other| {
            let key = |of: DocId| {
                let (pair, ..) = pairs.get(doc, of).unwrap();
                let same_text = input.corpus.normalized(doc) == input.corpus.normalized(of);
                (
                    (same_text, pair.similarity(input.measure)),
                    clusters_of(doc) == clusters_of(of),
                    input.is_there(of),
                )
            };
            key(*one).partial_cmp(&key(*other)).unwrap()
        });
        if best.is_some_and(|of| input.is_there(of)) {
            went_there.push(doc);
        }
        outcomes[doc.index()] = match input.by_hand.of(doc).map(|choice| choice.verdict) {
            Some(HandVerdict::Drop(_)) => Some(false),
            Some(_) => Some(true),
            None => Some(!goes),
        };
    }
    for cluster in input.clusters {
        let members: Vec<DocId> = cluster.members().map(|member| member.doc).collect();
        if members
            .iter()
            .all(|doc| outcomes[doc.index()] == Some(false))
            && !members.iter().any(|doc| went_there.contains(doc))
            && let Some(doc) = order
                .iter()
                .find(|doc| members.contains(doc) && input.by_hand.of(**doc).is_none())
        {
            outcomes[doc.index()] = Some(true);
        }
    }
    outcomes
        .into_iter()
        .map(|outcome| outcome == Some(true))
        .collect()
}
