//! What becomes of each document, in four bytes.

use crate::corpus::DocId;

/// The decision on a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stays; no other document is like it.
    Alone,
    /// It stays; others are like it.
    Kept,
    /// It stays although a kept document has it, because all others of its
    /// cluster went.
    LastOfCluster,
    /// It stays because a person said so.
    KeptByHand,
    /// It goes because a person said so.
    DroppedByHand,
    /// It goes; the value is the index of its [`Dropped`](crate::dedup::Dropped).
    Dropped(u32),
}

/// Stand for outcomes without a value. No number of a document is as large:
/// there are fewer documents than numbers of 32 bits, by more than these.
const ALONE: u32 = u32::MAX;
const KEPT: u32 = u32::MAX - 1;
const LAST_OF_CLUSTER: u32 = u32::MAX - 2;
const KEPT_BY_HAND: u32 = u32::MAX - 3;
const DROPPED_BY_HAND: u32 = u32::MAX - 4;

/// The outcome of every document.
pub(super) struct Outcomes(Vec<u32>);

impl Outcomes {
    /// Returns the outcomes of documents of which none is like another.
    pub(super) fn alone(documents: usize) -> Self {
        Outcomes(vec![ALONE; documents])
    }

    /// Returns what becomes of a document.
    pub(super) fn of(&self, doc: DocId) -> Outcome {
        unpacked(self.0[doc.index()])
    }

    pub(super) fn set(&mut self, doc: DocId, outcome: Outcome) {
        self.0[doc.index()] = packed(outcome);
    }

    /// Returns the number of documents with an outcome.
    pub(super) fn count(&self, outcome: Outcome) -> usize {
        let outcome = packed(outcome);
        self.0.iter().filter(|other| **other == outcome).count()
    }
}

fn packed(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::Alone => ALONE,
        Outcome::Kept => KEPT,
        Outcome::LastOfCluster => LAST_OF_CLUSTER,
        Outcome::KeptByHand => KEPT_BY_HAND,
        Outcome::DroppedByHand => DROPPED_BY_HAND,
        Outcome::Dropped(at) => at,
    }
}

fn unpacked(outcome: u32) -> Outcome {
    match outcome {
        ALONE => Outcome::Alone,
        KEPT => Outcome::Kept,
        LAST_OF_CLUSTER => Outcome::LastOfCluster,
        KEPT_BY_HAND => Outcome::KeptByHand,
        DROPPED_BY_HAND => Outcome::DroppedByHand,
        at => Outcome::Dropped(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_comes_back_as_it_was_set() {
        let all = [
            Outcome::Alone,
            Outcome::Kept,
            Outcome::LastOfCluster,
            Outcome::KeptByHand,
            Outcome::DroppedByHand,
            Outcome::Dropped(0),
            Outcome::Dropped(u32::MAX - 5),
        ];
        let mut outcomes = Outcomes::alone(all.len());
        for (at, outcome) in (0..).zip(all) {
            assert_eq!(outcomes.of(DocId(at)), Outcome::Alone);
            outcomes.set(DocId(at), outcome);
            assert_eq!(outcomes.of(DocId(at)), outcome);
        }
        assert!(all.iter().all(|outcome| outcomes.count(*outcome) == 1));
    }
}
