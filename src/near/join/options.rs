//! How far a join goes: what it looks for, and the bounds of its effort.

use crate::near::verify::PairCriterion;

/// Pairs of a family, about, up to which its documents have
/// [`Limits::partners`] each; the documents of a larger one have fewer.
const FAMILY_PAIRS: usize = 1_000_000;

/// Partners of a document that are listed however large its family is.
pub(super) const LEAST_PARTNERS: usize = 16;

/// How far a join goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JoinOptions {
    pub(crate) criterion: PairCriterion,
    /// Look for a random sample of each shingle set instead of all
    /// (containment only).
    pub(crate) sample: Option<Sample>,
    /// Bounds of the effort; `None` finds every pair.
    pub(crate) limits: Option<Limits>,
    /// Documents that have a shingle, about, from which it lengthens no
    /// prefix; by default [`COMMON`](crate::near::join::COMMON).
    pub(crate) common: u32,
}

/// Bounds of the effort for one document, whatever the number of documents:
/// they make the join linear where very many texts are alike, or share much,
/// yet too little.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// A document with this many smaller partners is looked up no more, and
    /// matched again only if another would stay without any. Fewer in a large
    /// family.
    pub(crate) partners: usize,
    /// Most candidates that are tested, those with the most hits.
    pub(crate) candidates: usize,
    /// Most documents of which index entries are counted, those that share the
    /// rarest shingles. Where each document shares common ones with all others,
    /// what the candidates are chosen from would grow with their number.
    pub(crate) touched: usize,
    /// Most index entries that are followed, those of the rarest shingles.
    pub(crate) visits: u64,
}

impl Default for Limits {
    /// Returns bounds that keep a document below a quarter of a millisecond,
    /// its partners aside. With 512 candidates a document finds several of its
    /// partners in a family in which one pair of sixty reaches the threshold.
    fn default() -> Self {
        Limits {
            partners: 128,
            candidates: 512,
            touched: 1 << 12,
            visits: 1 << 15,
        }
    }
}

impl Limits {
    /// Returns the most entries that are followed for so many shingles by Jaccard:
    /// as many for each of them, within bounds. A short text under words that all
    /// have would follow these through thousands of texts.
    pub(super) fn visits_for(self, shingles: usize) -> u64 {
        /// Entries for each shingle.
        const EACH: u64 = 64;
        /// Part of [`Limits::visits`] that any document may follow.
        const LEAST_PART: u64 = 4;
        let each = (shingles as u64).saturating_mul(EACH);
        each.max(self.visits / LEAST_PART).min(self.visits)
    }

    /// Returns the partners after which a document is full whose partners
    /// have up to `family` others.
    pub(super) fn partners_in(self, family: u32) -> usize {
        let each = FAMILY_PAIRS / (family as usize).max(1);
        each.max(LEAST_PARTNERS).min(self.partners)
    }
}

/// A sample that stands for a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// The chance that a pair at the threshold is found.
    pub(crate) recall: f64,
    pub(crate) seed: u64,
}
