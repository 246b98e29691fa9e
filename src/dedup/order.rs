//! The order in which texts are decided: a text after the longer ones that it
//! stands in.

use crate::corpus::DocId;
use crate::dedup::input::{DedupInput, seen_from};
use crate::dedup::same_texts::SameTexts;
use crate::dedup::small_counts::SmallCounts;

/// Which texts can be decided next: a text waits for the longer ones that it
/// stands in.
pub(super) struct TopologicalOrder {
    /// By first document: the number of longer texts that are not decided yet.
    waiting: SmallCounts,
    /// By first document: the number of its copies that are not decided yet.
    open: SmallCounts,
}

impl TopologicalOrder {
    pub(super) fn new(input: &DedupInput<'_>, texts: &SameTexts, docs: &[DocId]) -> Self {
        let documents = input.corpus.len();
        let mut order = TopologicalOrder {
            waiting: SmallCounts::new(documents),
            open: SmallCounts::new(documents),
        };
        for doc in docs {
            order.open.add(texts.first(*doc).index());
        }
        for (number, (pair, relation)) in input.pairs.iter().zip(input.relations).enumerate() {
            if input.copies.is_copy(pair.a) || input.copies.is_copy(pair.b) {
                continue;
            }
            let back = seen_from(pair, pair.b, pair.a, false);
            // Nobody waits for a text that is not decided on.
            let is_open = |doc: DocId| !order.open.is_zero(doc.index());
            let a_waits =
                is_open(pair.b) && input.stands_in(pair, *relation, input.own_of(number, true));
            let b_waits =
                is_open(pair.a) && input.stands_in(&back, *relation, input.own_of(number, false));
            for (doc, waits) in [(pair.a, a_waits), (pair.b, b_waits)] {
                if waits {
                    order.waiting.add(doc.index());
                }
            }
        }
        order
    }

    /// Returns whether a text waits for no other.
    pub(super) fn is_free(&self, first: DocId) -> bool {
        self.waiting.is_zero(first.index())
    }

    /// Notes that a copy of `first` is decided, and calls `free` with the texts
    /// that wait for no other after that.
    pub(super) fn done(
        &mut self,
        input: &DedupInput<'_>,
        texts: &SameTexts,
        first: DocId,
        mut free: impl FnMut(DocId),
    ) {
        if !self.open.subtract(first.index()) {
            return;
        }
        for (other, number) in texts.neighbours(input, first) {
            let pair = &input.pairs[number];
            let from_other = seen_from(pair, other, first, pair.a == other);
            let own = input.own_of(number, pair.a == other);
            if input.stands_in(&from_other, input.relations[number], own)
                && self.waiting.subtract(other.index())
            {
                free(other);
            }
        }
    }
}
