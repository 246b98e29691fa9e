//! What is counted over a whole corpus before any phrase is judged.

use crate::corpus::Corpus;
use crate::phrases::bigrams::Pairs;
use crate::phrases::boundary::Joints;
use crate::phrases::cohesion::Scales;
use crate::phrases::context::{Ground, Surveyor};
use crate::phrases::punctuation;
use crate::suffix::Index;
use crate::suffix::inverse::Ranks;

/// The boundary before every character, and every bigram: a byte a character
/// and some 22 bytes a distinct bigram. Only selecting needs them.
pub(crate) struct Statistics<'a> {
    pub(crate) index: &'a Index,
    pub(crate) joints: Joints,
    pub(crate) pairs: Pairs,
    ground: Ground,
}

impl<'a> Statistics<'a> {
    pub(crate) fn new(corpus: &Corpus, index: &'a Index) -> Self {
        let mut joints = punctuation::marks(&index.text, corpus);
        let pairs = Pairs::new(&index.text, &index.suffixes, &mut joints);
        Statistics {
            joints,
            pairs,
            ground: Ground::new(&index.text),
            index,
        }
    }

    pub(crate) fn surveyor(&self) -> Surveyor<'_> {
        let Index { text, suffixes } = self.index;
        Surveyor::new(text, suffixes, &self.joints, &self.ground)
    }

    pub(crate) fn scales<'b>(&'b self, ranks: &'b Ranks) -> Scales<'b> {
        let Index { text, suffixes } = self.index;
        Scales::new(text, suffixes, &self.pairs, ranks)
    }
}
