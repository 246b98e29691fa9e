//! What is counted over a whole corpus before any phrase is scored.

use crate::phrases::bigrams::Bigrams;
use crate::phrases::boundary::Boundaries;
use crate::phrases::char_classes::CharClasses;
use crate::phrases::cohesion::SplitScorer;
use crate::phrases::context::ContextCounter;
use crate::phrases::punctuation;
use crate::suffix::Index;
use crate::suffix::inverse::PartialInverse;

/// The boundary before every character, and every bigram: a byte a character
/// and some 22 bytes a distinct bigram. Only selecting phrases needs them.
pub(crate) struct Statistics<'a> {
    pub(crate) index: &'a Index<'a>,
    pub(crate) boundaries: Boundaries,
    pub(crate) bigrams: Bigrams,
    char_classes: CharClasses,
}

impl<'a> Statistics<'a> {
    pub(crate) fn new(index: &'a Index<'a>) -> Self {
        let mut boundaries = punctuation::marks(&index.text, index.corpus());
        index.corpus().release_pages();
        let bigrams = Bigrams::new(&index.text, &index.suffixes, &mut boundaries);
        Statistics {
            boundaries,
            bigrams,
            char_classes: CharClasses::new(&index.text),
            index,
        }
    }

    pub(crate) fn context_counter(&self) -> ContextCounter<'_> {
        let Index { text, suffixes, .. } = self.index;
        ContextCounter::new(text, suffixes, &self.boundaries, &self.char_classes)
    }

    pub(crate) fn split_scorer<'b>(&'b self, ranks: &'b PartialInverse) -> SplitScorer<'b> {
        let Index { text, suffixes, .. } = self.index;
        SplitScorer::new(text, suffixes, &self.bigrams, ranks)
    }
}
