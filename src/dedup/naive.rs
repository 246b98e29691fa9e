//! Decisions by their definition, so simple that they are the truth.

use crate::corpus::DocId;
use crate::dedup::decide::DedupInput;
use crate::dedup::provenance::Provenance;
use crate::near::Pair;
use crate::relation::Relation;

/// All pairs of a case, also those of copies with the pairs of their text.
pub(super) struct Pairs {
    documents: usize,
    list: Vec<Option<(Pair, Relation)>>,
}

impl Pairs {
    pub(super) fn new(case: &DedupInput<'_>) -> Self {
        let documents = case.corpus.len();
        let first = |doc: DocId| {
            let group = case.copies.iter().find(|group| group.contains(&doc));
            group.map_or(doc, |group| group[0])
        };
        let mut list = vec![None; documents * documents];
        for a in case.corpus.docs() {
            for b in case.corpus.docs().filter(|b| *b != a) {
                let (of_a, of_b) = (first(a), first(b));
                list[a.index() * documents + b.index()] = if of_a == of_b {
                    let pair = Pair {
                        a,
                        b,
                        shared: 1,
                        len_a: 1,
                        len_b: 1,
                    };
                    Some((pair, Relation::Copy))
                } else {
                    let at = case.pairs.iter().position(|pair| {
                        (pair.a, pair.b) == (of_a, of_b) || (pair.a, pair.b) == (of_b, of_a)
                    });
                    at.map(|at| {
                        let pair = case.pairs[at];
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
                        (pair, case.relations[at])
                    })
                };
            }
        }
        Pairs { documents, list }
    }

    pub(super) fn get(&self, a: DocId, b: DocId) -> Option<(Pair, Relation)> {
        self.list[a.index() * self.documents + b.index()]
    }
}

/// Returns whether `a` may go for `b`.
pub(super) fn may_go(
    case: &DedupInput<'_>,
    facts: &Provenance,
    pairs: &Pairs,
    a: DocId,
    b: DocId,
) -> bool {
    pairs.get(a, b).is_some_and(|(pair, relation)| {
        case.has_it(&pair) && case.rules.apart(facts, relation, a, b).is_none()
    })
}

/// Returns for each document whether it stays: of those that no undecided
/// longer text holds, the one that the policy prefers is decided next.
pub(super) fn keep(case: &DedupInput<'_>) -> Vec<bool> {
    let facts = Provenance::new(case.corpus);
    let pairs = Pairs::new(case);
    let mut verdicts: Vec<Option<bool>> = vec![None; case.corpus.len()];
    let mut order: Vec<DocId> = case.corpus.docs().collect();
    order.sort_by(|a, b| case.policy.compare(case.corpus, &facts, *a, *b).0);
    loop {
        let waits = |doc: DocId| {
            case.corpus.docs().any(|other| {
                verdicts[other.index()].is_none()
                    && pairs
                        .get(doc, other)
                        .is_some_and(|(pair, relation)| case.stands_in(&pair, relation))
            })
        };
        let next = order
            .iter()
            .copied()
            .find(|doc| verdicts[doc.index()].is_none() && !waits(*doc));
        let Some(doc) = next else { break };
        let goes = case.corpus.docs().any(|other| {
            verdicts[other.index()] == Some(true) && may_go(case, &facts, &pairs, doc, other)
        });
        verdicts[doc.index()] = Some(!goes);
    }
    for cluster in case.clusters {
        let members: Vec<DocId> = cluster.members.iter().map(|member| member.doc).collect();
        if members
            .iter()
            .all(|doc| verdicts[doc.index()] == Some(false))
            && let Some(doc) = order.iter().find(|doc| members.contains(doc))
        {
            verdicts[doc.index()] = Some(true);
        }
    }
    verdicts
        .into_iter()
        .map(|verdict| verdict == Some(true))
        .collect()
}
