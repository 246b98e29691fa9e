//! What a person decided: it stands above policies and rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::corpus::DocId;

/// What a person decided on a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandChoice {
    /// Whether it stays.
    pub verdict: HandVerdict,
    /// The reason that the person gave; may be empty.
    pub reason: String,
}

/// Whether a document stays, by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandVerdict {
    /// It stays.
    Keep,
    /// It stays because a person dropped this one for it.
    KeepFor(DocId),
    /// It goes, for another one if a person named one; that one stays.
    Drop(Option<DocId>),
}

/// The decisions of a person on the documents of a corpus.
///
/// A document that stays by hand stays; no other document stays or goes
/// because of it that the policy would decide otherwise, except that one may go
/// for it. Two that are told apart never go for one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ByHand {
    choices: BTreeMap<DocId, HandChoice>,
    /// Both orders of each two that are no duplicates.
    apart: BTreeSet<(DocId, DocId)>,
}

/// No decisions.
pub(crate) static NONE: ByHand = ByHand {
    choices: BTreeMap::new(),
    apart: BTreeSet::new(),
};

impl ByHand {
    /// Returns these decisions. A document that one goes for stays, unless it
    /// goes itself: then the first goes for the one that the second goes for.
    ///
    /// `apart` are documents of which neither is a duplicate of the other.
    ///
    /// # Panics
    ///
    /// Panics if documents go for one another in a circle.
    pub fn new(
        choices: impl IntoIterator<Item = (DocId, HandChoice)>,
        apart: impl IntoIterator<Item = (DocId, DocId)>,
    ) -> ByHand {
        let mut choices: BTreeMap<DocId, HandChoice> = choices.into_iter().collect();
        let mut last: Vec<(DocId, DocId)> = Vec::new();
        for (doc, choice) in &choices {
            let HandVerdict::Drop(Some(mut of)) = choice.verdict else {
                continue;
            };
            let mut steps = 0;
            while let Some(HandChoice {
                verdict: HandVerdict::Drop(Some(next)),
                ..
            }) = choices.get(&of)
            {
                of = *next;
                steps += 1;
                assert!(steps <= choices.len(), "documents go in a circle");
            }
            last.push((*doc, of));
        }
        for (doc, of) in last {
            // One that goes without another leaves nothing to go for.
            let goes = |choice: &HandChoice| choice.verdict == HandVerdict::Drop(None);
            let of = Some(of).filter(|of| !choices.get(of).is_some_and(goes));
            if let Some(choice) = choices.get_mut(&doc) {
                choice.verdict = HandVerdict::Drop(of);
            }
            if let Some(of) = of {
                choices.entry(of).or_insert(HandChoice {
                    verdict: HandVerdict::KeepFor(doc),
                    reason: String::new(),
                });
            }
        }
        let apart = apart.into_iter();
        ByHand {
            choices,
            apart: apart.flat_map(|(a, b)| [(a, b), (b, a)]).collect(),
        }
    }

    /// Returns whether nothing was decided.
    pub fn is_empty(&self) -> bool {
        self.choices.is_empty() && self.apart.is_empty()
    }

    /// Returns what was decided on a document.
    pub fn of(&self, doc: DocId) -> Option<&HandChoice> {
        self.choices.get(&doc)
    }

    /// Returns what was decided, by document.
    pub fn choices(&self) -> impl Iterator<Item = (DocId, &HandChoice)> {
        self.choices.iter().map(|(doc, choice)| (*doc, choice))
    }

    /// Returns whether two documents are no duplicates of one another.
    pub fn are_apart(&self, a: DocId, b: DocId) -> bool {
        self.apart.contains(&(a, b))
    }

    /// Returns the documents that a document is no duplicate of.
    pub fn apart_from(&self, doc: DocId) -> impl Iterator<Item = DocId> {
        let all = (doc, DocId(0))..=(doc, DocId(u32::MAX));
        self.apart.range(all).map(|(_, other)| *other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drop(of: Option<u32>) -> HandChoice {
        HandChoice {
            verdict: HandVerdict::Drop(of.map(DocId)),
            reason: String::new(),
        }
    }

    #[test]
    fn a_document_that_one_goes_for_stays_and_chains_end_there() {
        let choices = [(DocId(0), drop(Some(1))), (DocId(1), drop(Some(2)))];
        let by_hand = ByHand::new(choices, []);
        let verdict = |doc| by_hand.of(DocId(doc)).map(|choice| choice.verdict);
        assert_eq!(verdict(0), Some(HandVerdict::Drop(Some(DocId(2)))));
        assert_eq!(verdict(1), Some(HandVerdict::Drop(Some(DocId(2)))));
        assert_eq!(verdict(2), Some(HandVerdict::KeepFor(DocId(0))));
        // Nobody goes for one that goes for none.
        let by_hand = ByHand::new([(DocId(0), drop(Some(1))), (DocId(1), drop(None))], []);
        let verdict = by_hand.of(DocId(0)).map(|choice| choice.verdict);
        assert_eq!(verdict, Some(HandVerdict::Drop(None)));
    }

    #[test]
    fn two_that_are_told_apart_are_so_in_both_orders() {
        let by_hand = ByHand::new([], [(DocId(3), DocId(1)), (DocId(3), DocId(7))]);
        assert!(by_hand.are_apart(DocId(1), DocId(3)) && by_hand.are_apart(DocId(3), DocId(1)));
        assert!(!by_hand.are_apart(DocId(1), DocId(7)));
        let others: Vec<DocId> = by_hand.apart_from(DocId(3)).collect();
        assert_eq!(others, [DocId(1), DocId(7)]);
    }
}
