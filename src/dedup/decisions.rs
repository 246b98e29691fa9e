//! The decisions of a run: which documents stay, and for which the others go.

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::dedup::drop_list::{DropList, Dropped};
use crate::dedup::input::DedupInput;
use crate::dedup::outcomes::{Outcome, Outcomes};
use crate::dedup::provenance::Provenance;
use crate::dedup::same_texts::SameTexts;
use crate::relation::Relation;
use crate::spill::Column;

/// The decisions of a run.
pub struct Decisions {
    pub(super) outcomes: Outcomes,
    /// The number of each document's cluster, from 1; 0 where it is in none.
    pub(super) clusters: Column<u32>,
    pub(super) drops: DropList,
    pub(super) dropped_by_hand: Vec<(DocId, Option<DocId>)>,
    pub(super) texts: SameTexts,
    pub(super) provenance: Provenance,
}

impl Decisions {
    /// Returns the decision on a document.
    pub fn outcome(&self, doc: DocId) -> Outcome {
        self.outcomes.of(doc)
    }

    /// Returns whether a document stays.
    pub fn is_kept(&self, doc: DocId) -> bool {
        let outcome = self.outcomes.of(doc);
        !matches!(outcome, Outcome::Dropped(_) | Outcome::DroppedByHand)
    }

    /// Returns the number of a document's cluster, from 1, if it is in one.
    pub fn cluster(&self, doc: DocId) -> Option<u32> {
        Some(self.clusters.at(doc.index())).filter(|cluster| *cluster > 0)
    }

    /// Returns why a document goes, if it goes and not by hand.
    pub fn dropped(&self, doc: DocId) -> Option<Dropped> {
        match self.outcomes.of(doc) {
            Outcome::Dropped(at) => Some(self.drops.at(at as usize)),
            _ => None,
        }
    }

    /// Returns all that go, those by hand apart, in input order.
    pub fn drops(&self) -> impl ExactSizeIterator<Item = Dropped> + Clone + use<'_> {
        self.drops.iter()
    }

    /// Returns the same, for several threads.
    pub fn par_drops(&self) -> impl IndexedParallelIterator<Item = Dropped> + use<'_> {
        self.drops.par_iter()
    }

    /// Returns the documents that go by hand, in input order, each with the one
    /// that it goes for, if there is one.
    pub fn dropped_by_hand(&self) -> &[(DocId, Option<DocId>)] {
        &self.dropped_by_hand
    }

    /// Returns how similar two documents are and how they are related, if they
    /// are copies or a pair; `input` is what was decided on.
    pub fn likeness(
        &self,
        input: &DedupInput<'_>,
        doc: DocId,
        other: DocId,
    ) -> Option<(f64, Relation)> {
        let (first, of) = (self.texts.first(doc), self.texts.first(other));
        if first == of {
            return Some((1.0, Relation::Copy));
        }
        let mut neighbours = self.texts.neighbours(input, first);
        let (_, number) = neighbours.find(|(other, _)| *other == of)?;
        let similarity = input.pairs[number].similarity(input.measure);
        Some((similarity, input.relations[number]))
    }

    /// Returns the number of documents that go.
    pub fn dropped_count(&self) -> usize {
        self.drops.len() + self.dropped_by_hand.len()
    }

    /// Returns the number of documents that stay because a person said so.
    pub fn kept_by_hand(&self) -> usize {
        self.outcomes.count(Outcome::KeptByHand)
    }

    /// Returns the number of documents that stay only because their cluster
    /// would be empty otherwise.
    pub fn last_of_cluster(&self) -> usize {
        self.outcomes.count(Outcome::LastOfCluster)
    }
}
