//! Decides for each document whether it stays, and for which one it goes.
//!
//! Documents are decided one by one, in the order of the policy, but a text
//! that stands in a longer one after the longer one. A document goes if one
//! that stays *has* it: the two are near-duplicates, nothing keeps them
//! apart ([`Rules`]), and the one that stays has at least the threshold of
//! its shingles. Else it stays. So
//!
//! - every document that goes stands, up to the threshold, in one that stays;
//! - of two that stay neither has the other, but for the next point;
//! - of every cluster one stays: where all members would go for documents of
//!   other clusters, the one that the policy prefers stays.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::dedup::kept_copies::KeptCopies;
use crate::dedup::policy::Policy;
use crate::dedup::provenance::Provenance;
use crate::dedup::rules::Rules;
use crate::graph::Cluster;
use crate::near::{CopyGroups, Measure, Pair};
use crate::relation::Relation;

/// What there is to decide, and how.
pub struct DedupInput<'a> {
    /// The documents.
    pub corpus: &'a Corpus,
    /// Verified pairs, and for each its relation.
    pub pairs: &'a [Pair],
    /// The relation of each pair.
    pub relations: &'a [Relation],
    /// Documents with the same normalized text.
    pub copies: &'a CopyGroups,
    /// The clusters of these pairs.
    pub clusters: &'a [Cluster],
    /// How similarity is measured.
    pub measure: Measure,
    /// The least similarity of a pair.
    pub threshold: f64,
    /// Which of several stays.
    pub policy: &'a Policy,
    /// What keeps near-duplicates apart.
    pub rules: Rules,
    /// Whether pairs were left out, so that documents that seem to have no
    /// partner among the kept ones are counted against some of these.
    pub some_left_out: bool,
}

/// What is decided of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stays, and no other is like it.
    Alone,
    /// It stays, and others are like it.
    Kept,
    /// It stays though one that stays has it, for all others of its cluster
    /// went.
    LastOfCluster,
    /// It goes; the index of its [`Dropped`].
    Dropped(u32),
}

/// A document that goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dropped {
    /// The document.
    pub doc: DocId,
    /// The one that stays in its place.
    pub of: DocId,
    /// What they share; `a` is the document that goes, `b` the other.
    pub pair: Pair,
    /// How they are related.
    pub relation: Relation,
    /// Whether it was decided after the other for standing in it.
    pub stands_in: bool,
}

/// The decisions of a run.
pub struct Decisions {
    pub(super) verdicts: Vec<Outcome>,
    /// The number of each document's cluster, from 1; 0 where it is in none.
    pub(super) clusters: Vec<u32>,
    pub(super) drops: Vec<Dropped>,
    pub(super) edges: Edges,
    pub(super) facts: Provenance,
}

impl Decisions {
    /// Returns what was decided of a document.
    pub fn verdict(&self, doc: DocId) -> Outcome {
        self.verdicts[doc.index()]
    }

    /// Returns whether a document stays.
    pub fn is_kept(&self, doc: DocId) -> bool {
        !matches!(self.verdicts[doc.index()], Outcome::Dropped(_))
    }

    /// Returns the number of a document's cluster, from 1, if it is in one.
    pub fn cluster(&self, doc: DocId) -> Option<u32> {
        Some(self.clusters[doc.index()]).filter(|cluster| *cluster > 0)
    }

    /// Returns for which document one goes, if it goes.
    pub fn dropped(&self, doc: DocId) -> Option<&Dropped> {
        match self.verdicts[doc.index()] {
            Outcome::Dropped(at) => Some(&self.drops[at as usize]),
            _ => None,
        }
    }

    /// Returns all that go, in input order.
    pub fn drops(&self) -> &[Dropped] {
        &self.drops
    }

    /// Returns how many stay only to keep a cluster from being emptied.
    pub fn last_of_cluster(&self) -> usize {
        self.verdicts
            .iter()
            .filter(|verdict| **verdict == Outcome::LastOfCluster)
            .count()
    }
}

/// Who is like whom: one point for each normalized text, its first document.
pub(super) struct Edges {
    /// The first document of each one's text.
    firsts: Vec<u32>,
    starts: Vec<u32>,
    /// The neighbour, and the number of the pair.
    list: Vec<(DocId, u32)>,
    copies: CopyGroups,
}

impl Edges {
    fn new(case: &DedupInput<'_>) -> Self {
        let documents = case.corpus.len();
        let mut firsts: Vec<u32> = (0..documents as u32).collect();
        for group in case.copies.iter() {
            for doc in &group[1..] {
                firsts[doc.index()] = group[0].0;
            }
        }
        let between = |pair: &Pair| !case.copies.is_copy(pair.a) && !case.copies.is_copy(pair.b);
        let mut starts = vec![0u32; documents + 1];
        for pair in case.pairs.iter().filter(|pair| between(pair)) {
            starts[pair.a.index() + 1] += 1;
            starts[pair.b.index() + 1] += 1;
        }
        for at in 0..documents {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut list = vec![(DocId(0), 0); starts[documents] as usize];
        for (number, pair) in case.pairs.iter().enumerate() {
            if !between(pair) {
                continue;
            }
            for (doc, other) in [(pair.a, pair.b), (pair.b, pair.a)] {
                let slot = &mut next[doc.index()];
                list[*slot as usize] = (other, number as u32);
                *slot += 1;
            }
        }
        Edges {
            firsts,
            starts,
            list,
            copies: case.copies.clone(),
        }
    }

    /// Returns the first document with the same normalized text.
    pub(super) fn first(&self, doc: DocId) -> DocId {
        DocId(self.firsts[doc.index()])
    }

    /// Returns the texts that are like that of `first`, with their pairs.
    pub(super) fn of(&self, first: DocId) -> &[(DocId, u32)] {
        &self.list[self.starts[first.index()] as usize..self.starts[first.index() + 1] as usize]
    }

    /// Returns the documents with the text of `first`, it before the others.
    pub(super) fn members(&self, first: DocId) -> impl Iterator<Item = DocId> {
        let others = self
            .copies
            .group(first)
            .map_or(&[][..], |group| &group[1..]);
        std::iter::once(first).chain(others.iter().copied())
    }

    /// Returns a document with the same normalized text, if there is one.
    pub(super) fn copy_of(&self, doc: DocId) -> Option<DocId> {
        self.members(self.first(doc)).find(|other| *other != doc)
    }

    fn has_any(&self, first: DocId) -> bool {
        !self.of(first).is_empty() || self.copies.group(first).is_some()
    }
}

/// Returns the pair with `doc`, or a copy of it, as `a`.
pub(super) fn seen_from(pair: &Pair, doc: DocId, other: DocId, doc_is_a: bool) -> Pair {
    let (len_a, len_b) = if doc_is_a {
        (pair.len_a, pair.len_b)
    } else {
        (pair.len_b, pair.len_a)
    };
    Pair {
        a: doc,
        b: other,
        shared: pair.shared,
        len_a,
        len_b,
    }
}

impl DedupInput<'_> {
    /// Returns whether the second of a pair has enough of the first for the
    /// first to go.
    pub(super) fn has_it(&self, pair: &Pair) -> bool {
        pair.similarity(self.measure) >= self.threshold && pair.containment_a() >= self.threshold
    }

    /// Returns whether the first of a pair is to be decided after the second,
    /// for it stands in it.
    ///
    /// That is so if only the second has the other; where either has the
    /// other, if the pair is an excerpt and no policy was chosen.
    pub(super) fn stands_in(&self, pair: &Pair, relation: Relation) -> bool {
        if pair.len_a >= pair.len_b || relation == Relation::Template && !self.rules.drop_templates
        {
            return false;
        }
        let only_the_longer =
            self.measure == Measure::Containment && pair.containment_b() < self.threshold;
        only_the_longer || relation == Relation::Excerpt && !self.policy.is_chosen()
    }
}

/// KeptCopies documents that one without a partner among them is counted against,
/// where pairs were left out.
const SECOND_LOOK: usize = 8;

/// Decides all documents.
///
/// `compare` counts any two documents, for those whose pairs were left out;
/// it is told how many partners of the first are known.
/// Near linear in the pairs.
pub fn decide(
    case: &DedupInput<'_>,
    compare: impl Fn(DocId, DocId, usize) -> (Pair, Relation),
) -> Decisions {
    let documents = case.corpus.len();
    let facts = Provenance::new(case.corpus);
    let edges = Edges::new(case);
    let mut clusters = vec![0u32; documents];
    for (cluster, number) in case.clusters.iter().zip(1..) {
        for member in &cluster.members {
            clusters[member.doc.index()] = number;
        }
    }

    let mut order: Vec<DocId> = case
        .corpus
        .docs()
        .filter(|doc| edges.has_any(edges.first(*doc)))
        .collect();
    order.par_sort_unstable_by(|a, b| case.policy.compare(case.corpus, &facts, *a, *b).0);
    let mut ranks = vec![u32::MAX; documents];
    for (rank, doc) in (0..).zip(&order) {
        ranks[doc.index()] = rank;
    }

    let mut decider = Decider {
        case,
        facts: &facts,
        edges: &edges,
        clusters: &clusters,
        kept: KeptCopies::new(&case.rules, documents),
        verdicts: vec![Outcome::Alone; documents],
        drops: Vec::new(),
    };
    let mut turns = TopologicalOrder::new(case, &edges, &order);
    let mut ready: BinaryHeap<Reverse<u32>> = order
        .iter()
        .filter(|doc| turns.is_free(edges.first(**doc)))
        .map(|doc| Reverse(ranks[doc.index()]))
        .collect();
    while let Some(Reverse(rank)) = ready.pop() {
        let doc = order[rank as usize];
        decider.decide(doc, &ranks, &compare);
        turns.done(case, &edges, edges.first(doc), |first| {
            for doc in edges.members(first) {
                ready.push(Reverse(ranks[doc.index()]));
            }
        });
    }

    let Decider {
        mut verdicts,
        mut drops,
        ..
    } = decider;
    for cluster in case.clusters {
        let docs = || cluster.members.iter().map(|member| member.doc);
        let gone = |doc: DocId| matches!(verdicts[doc.index()], Outcome::Dropped(_));
        if docs().all(gone)
            && let Some(doc) = docs().min_by_key(|doc| ranks[doc.index()])
        {
            verdicts[doc.index()] = Outcome::LastOfCluster;
        }
    }
    drops.retain(|drop| matches!(verdicts[drop.doc.index()], Outcome::Dropped(_)));
    drops.sort_unstable_by_key(|drop| drop.doc);
    for (at, drop) in (0..).zip(&drops) {
        verdicts[drop.doc.index()] = Outcome::Dropped(at);
    }
    Decisions {
        verdicts,
        clusters,
        drops,
        edges,
        facts,
    }
}

/// Whose turn it is: texts wait for the longer ones that they stand in.
struct TopologicalOrder {
    /// By first document: how many longer texts are not decided yet.
    waiting: Vec<u32>,
    /// By first document: how many of its copies are not decided yet.
    open: Vec<u32>,
}

impl TopologicalOrder {
    fn new(case: &DedupInput<'_>, edges: &Edges, order: &[DocId]) -> Self {
        let documents = case.corpus.len();
        let mut turns = TopologicalOrder {
            waiting: vec![0; documents],
            open: vec![0; documents],
        };
        for doc in order {
            turns.open[edges.first(*doc).index()] += 1;
        }
        for (pair, relation) in case.pairs.iter().zip(case.relations) {
            if case.copies.is_copy(pair.a) || case.copies.is_copy(pair.b) {
                continue;
            }
            let back = seen_from(pair, pair.b, pair.a, false);
            turns.waiting[pair.a.index()] += u32::from(case.stands_in(pair, *relation));
            turns.waiting[pair.b.index()] += u32::from(case.stands_in(&back, *relation));
        }
        turns
    }

    fn is_free(&self, first: DocId) -> bool {
        self.waiting[first.index()] == 0
    }

    /// Notes that a copy of `first` is decided, and hands on the texts whose
    /// turn that makes it.
    fn done(
        &mut self,
        case: &DedupInput<'_>,
        edges: &Edges,
        first: DocId,
        mut free: impl FnMut(DocId),
    ) {
        let open = &mut self.open[first.index()];
        *open -= 1;
        if *open > 0 {
            return;
        }
        for &(other, number) in edges.of(first) {
            let pair = &case.pairs[number as usize];
            let from_other = seen_from(pair, other, first, pair.a == other);
            if case.stands_in(&from_other, case.relations[number as usize]) {
                let waiting = &mut self.waiting[other.index()];
                *waiting -= 1;
                if *waiting == 0 {
                    free(other);
                }
            }
        }
    }
}

struct Decider<'a> {
    case: &'a DedupInput<'a>,
    facts: &'a Provenance,
    edges: &'a Edges,
    clusters: &'a [u32],
    kept: KeptCopies,
    verdicts: Vec<Outcome>,
    drops: Vec<Dropped>,
}

impl Decider<'_> {
    fn decide(
        &mut self,
        doc: DocId,
        ranks: &[u32],
        compare: &impl Fn(DocId, DocId, usize) -> (Pair, Relation),
    ) {
        let found = self
            .find(doc, ranks)
            .or_else(|| self.look_again(doc, compare));
        self.verdicts[doc.index()] = match found {
            Some(drop) => {
                self.drops.push(drop);
                Outcome::Dropped(self.drops.len() as u32 - 1)
            }
            None => {
                let first = self.edges.first(doc);
                self.kept.add(&self.case.rules, self.facts, first, doc);
                Outcome::Kept
            }
        };
    }

    /// Returns for which kept document this one goes: the most similar, then
    /// one of its cluster, then the one that the policy prefers.
    fn find(&self, doc: DocId, ranks: &[u32]) -> Option<Dropped> {
        let (case, edges) = (self.case, self.edges);
        let first = edges.first(doc);
        let find = |first| self.kept.find(&case.rules, self.facts, first, doc);
        if let Some(of) = find(first) {
            // Copies share all that they have, however much that is.
            let len = edges.of(first).first().map(|&(other, number)| {
                let pair = &case.pairs[number as usize];
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
        edges
            .of(first)
            .iter()
            .filter_map(|&(other, number)| {
                let relation = case.relations[number as usize];
                let pair = &case.pairs[number as usize];
                let pair = seen_from(pair, doc, other, pair.b == other);
                if !case.has_it(&pair) {
                    return None;
                }
                let of = find(other)?;
                case.rules
                    .apart(self.facts, relation, doc, of)
                    .is_none()
                    .then_some(Dropped {
                        doc,
                        of,
                        pair: Pair { b: of, ..pair },
                        relation,
                        stands_in: case.stands_in(&pair, relation),
                    })
            })
            .max_by(|a, b| {
                let similarity = |drop: &Dropped| drop.pair.similarity(case.measure);
                let stranger = |drop: &Dropped| self.clusters[drop.of.index()] != own;
                let rank = |drop: &Dropped| ranks[drop.of.index()];
                similarity(a)
                    .total_cmp(&similarity(b))
                    .then_with(|| stranger(b).cmp(&stranger(a)))
                    .then_with(|| rank(b).cmp(&rank(a)))
            })
    }

    /// Counts a document against those that its partners went for, where
    /// pairs with these may have been left out.
    fn look_again(
        &self,
        doc: DocId,
        compare: &impl Fn(DocId, DocId, usize) -> (Pair, Relation),
    ) -> Option<Dropped> {
        if !self.case.some_left_out {
            return None;
        }
        let partners = self.edges.of(self.edges.first(doc));
        let mut seen: Vec<DocId> = Vec::new();
        for (other, _) in partners {
            if seen.len() == SECOND_LOOK {
                break;
            }
            let Outcome::Dropped(at) = self.verdicts[other.index()] else {
                continue;
            };
            let of = self.drops[at as usize].of;
            if seen.contains(&of) {
                continue;
            }
            seen.push(of);
            let (pair, relation) = compare(doc, of, partners.len());
            if self.case.has_it(&pair)
                && self
                    .case
                    .rules
                    .apart(self.facts, relation, doc, of)
                    .is_none()
            {
                let stands_in = self.case.stands_in(&pair, relation);
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
