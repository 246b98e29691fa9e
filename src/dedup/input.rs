//! What dedup decides on: documents with their pairs, the policy, the rules.

use crate::corpus::{Corpus, DocId};
use crate::dedup::against::Against;
use crate::dedup::by_hand::ByHand;
use crate::dedup::policy::Policy;
use crate::dedup::provenance::Provenance;
use crate::dedup::rules::{Apart, Rules};
use crate::graph::Clusters;
use crate::near::{CopyGroups, Measure, Pair};
use crate::relation::{OwnMatter, OwnMatters, Relation};

/// The documents to decide on, what is known of them, and the options.
pub struct DedupInput<'a> {
    /// The documents.
    pub corpus: &'a Corpus,
    /// Verified pairs.
    pub pairs: &'a [Pair],
    /// The relation of each pair.
    pub relations: &'a [Relation],
    /// What either document of each pair says that the other does not; empty
    /// if that shall keep no versions apart.
    pub own: &'a [OwnMatters],
    /// Documents with the same normalized text.
    pub copies: &'a CopyGroups,
    /// The clusters of these pairs.
    pub clusters: &'a Clusters,
    /// How similarity is measured.
    pub measure: Measure,
    /// The least similarity of a pair.
    pub threshold: f64,
    /// Which document of several stays.
    pub policy: &'a Policy,
    /// What keeps near-duplicates apart.
    pub rules: Rules,
    /// What a person decided.
    pub by_hand: &'a ByHand,
    /// The documents that are there already, if any are.
    pub against: Option<Against<'a>>,
    /// Whether pairs are missing from `pairs`; then documents without a
    /// partner among the kept ones are compared with some of these.
    pub some_left_out: bool,
}

impl DedupInput<'_> {
    /// Returns the documents that are decided on.
    pub fn docs(&self) -> impl ExactSizeIterator<Item = DocId> + Clone + use<> {
        let all = self.corpus.len() as u32;
        let end = self.against.map_or(all, |against| against.first.0);
        (0..end).map(DocId)
    }

    /// Returns whether a document is there already and not decided on.
    pub fn is_there(&self, doc: DocId) -> bool {
        self.against.is_some_and(|against| against.has(doc))
    }

    /// Returns whether documents may go for this one if it stays.
    pub(super) fn serves(&self, doc: DocId) -> bool {
        self.against
            .is_none_or(|against| !against.only || against.has(doc))
    }

    /// Returns why these two are kept apart, by hand or by the rules; `None` if
    /// they are not.
    pub(super) fn apart(
        &self,
        provenance: &Provenance,
        relation: Relation,
        doc: DocId,
        other: DocId,
        own: Option<OwnMatter>,
    ) -> Option<Apart> {
        if self.by_hand.are_apart(doc, other) {
            return Some(Apart::ByHand);
        }
        self.rules.apart(provenance, relation, doc, other, own)
    }

    /// Returns whether the second document of a pair has enough of the first
    /// for the first to go.
    pub(super) fn has_enough_of(&self, pair: &Pair) -> bool {
        pair.similarity(self.measure) >= self.threshold && pair.containment_a() >= self.threshold
    }

    /// Returns whether the first document of a pair is decided after the second
    /// because it stands in it.
    ///
    /// It is if only the second has the other; where each has the other, if
    /// the pair is an excerpt, or only the second says something of its own,
    /// and the user chose no policy.
    pub(super) fn stands_in(&self, pair: &Pair, relation: Relation, own: OwnMatters) -> bool {
        let is_apart = match relation {
            Relation::Template => !self.rules.drop_templates,
            Relation::Reuse => true,
            Relation::Copy | Relation::Version | Relation::Excerpt => false,
        };
        let says_more = own[0].is_some() && !self.rules.drop_templates;
        if pair.len_a >= pair.len_b || is_apart || says_more {
            return false;
        }
        let only_the_longer =
            self.measure == Measure::Containment && pair.containment_b() < self.threshold;
        let is_less =
            relation == Relation::Excerpt || relation == Relation::Version && own[1].is_some();
        only_the_longer || is_less && !self.policy.is_chosen()
    }

    /// Returns what the documents of a pair say that the other does not, those
    /// of the first or of the second one first.
    pub(super) fn own_of(&self, number: usize, first_is_a: bool) -> OwnMatters {
        match self.own.get(number) {
            Some([a, b]) if !first_is_a => [*b, *a],
            Some(own) => *own,
            None => [None; 2],
        }
    }
}

/// Returns the pair with `doc` as `a` and `other` as `b`; either may be a copy
/// of the document that the pair names.
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
