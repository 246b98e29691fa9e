//! What is counted over a whole corpus before any phrase is scored.

use std::sync::Arc;

use crate::phrases::beside_bigrams;
use crate::phrases::bigrams::Bigrams;
use crate::phrases::boundaries::Boundaries;
use crate::phrases::char_classes::CharClasses;
use crate::phrases::cohesion::SplitScorer;
use crate::phrases::context::ContextCounter;
use crate::phrases::punctuation;
use crate::suffix::Index;
use crate::suffix::inverse::PartialInverse;

/// The boundary before every character, and every bigram: a byte a character
/// and some 10 bytes a distinct bigram; a third of a byte, and no bigram that
/// occurs once, where there is little memory. Only selecting phrases needs them.
pub(crate) struct Statistics<'a> {
    pub(crate) index: &'a Index<'a>,
    pub(crate) boundaries: Boundaries<'a>,
    pub(crate) bigrams: Arc<Bigrams>,
    char_classes: CharClasses,
}

impl<'a> Statistics<'a> {
    pub(crate) fn new(index: &'a Index<'a>) -> Self {
        let Index { text, suffixes, .. } = index;
        let is_sparse = suffixes.derives_boundaries;
        let mut boundaries = match is_sparse {
            true => punctuation::few_marks(text, index.corpus()),
            false => punctuation::marks(text, index.corpus()),
        };
        index.corpus().release_pages();
        let bigrams = Arc::new(Bigrams::new(text, suffixes, is_sparse));
        match &mut boundaries {
            Boundaries::Derived(derived) => derived.set_bigrams(bigrams.clone()),
            stored => beside_bigrams::tighten(&bigrams, text, suffixes, stored),
        }
        beside_bigrams::count_open(&bigrams, text, suffixes, &boundaries);
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
