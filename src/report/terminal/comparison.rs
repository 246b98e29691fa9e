//! What comparing two documents finds: similarity, relation, shared passages
//! and changes.

use std::ops::Range;

use crate::corpus::stub::wording_hash;
use crate::corpus::{Corpus, DocId};
use crate::near::{Pair, Shingling, verify};
use crate::passages::{
    Aligner, ChangeOptions, HunkKind, PairSearch, PassageSearch, ReusedPassage, SharedWording,
};
use crate::read::pick::Picked;
use crate::relation::{FeatureExtractor, Features, Relation, SlotKind, change_kind};
use crate::report::terminal::original::Original;
use crate::text::marks::Marks;
use crate::text::normalize::{NormalizeSteps, Normalized};

/// Edit operations that the aligner may spend on a gap between passages.
/// More than in a scan: the user waits for one pair, not for a million.
const EFFORT: usize = 256;

/// Two documents with all that comparing them found.
pub struct Comparison {
    pub(super) documents: [Picked; 2],
    pub(super) normalized: [Normalized; 2],
    pub(super) pair: Pair,
    /// The passages that both have, in the order of the first text.
    pub(super) passages: Vec<ReusedPassage>,
    /// What these come to.
    pub(super) shared: SharedWording,
    /// Whether the texts have equal characters in a row, be they too few for a
    /// passage.
    shares_a_run: bool,
    /// Whether texts that are equal otherwise contradict each other by signs that
    /// normalizing leaves out.
    pub(super) has_other_signs: bool,
    pub(super) features: Features,
    pub(super) ranges: Vec<AlignedRange>,
}

/// Ranges of the two texts that the alignment sets against each other, equal
/// or changed.
#[derive(Clone, Debug)]
pub(super) struct AlignedRange {
    pub(super) kind: HunkKind,
    /// What a change concerns, where that could be told.
    pub(super) what: Option<SlotKind>,
    /// Range on each side, in UTF-16 units of the normalized text.
    pub(super) units: [Range<usize>; 2],
}

/// How much two sets of shingles share.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShingleShares {
    /// Whether each side has no shingle at all.
    pub(super) empty: [bool; 2],
    pub(super) jaccard: f64,
    pub(super) containment_a: f64,
    pub(super) containment_b: f64,
}

impl Comparison {
    /// Returns the comparison of two documents.
    ///
    /// Takes time linear in the lengths and in the number of differences,
    /// which the aligner bounds.
    pub fn new(documents: [Picked; 2], steps: NormalizeSteps, shingling: Shingling) -> Comparison {
        let texts = [("a", &*documents[0].text), ("b", &*documents[1].text)];
        let corpus = Corpus::from_texts(texts, steps);
        let normalized = [DocId(0), DocId(1)].map(|doc| corpus.with_offsets(doc));
        let [a, b] = [&normalized[0].units, &normalized[1].units];
        let features = FeatureExtractor::default().extract(a, b);
        let options = ChangeOptions {
            effort: EFFORT,
            ..ChangeOptions::default()
        };
        let (runs, hunks) = Aligner::default().changes(a, b, &options);
        let docs = [DocId(0), DocId(1)];
        let passages = match a == b {
            true if a.is_empty() => Vec::new(),
            true => vec![ReusedPassage::whole(docs, a)],
            false => {
                let options = PassageSearch::default().of_like_texts([a, b]);
                PairSearch::new(a, options.min_length, options.min_identity).with(docs, b)
            }
        };
        let shared = SharedWording::new(&passages, [a, b], None, false);
        let kinds = change_kind(a, b, &hunks);
        let ranges = hunks
            .iter()
            .zip(kinds)
            .map(|(hunk, what)| AlignedRange {
                kind: hunk.kind,
                what,
                units: [hunk.a.range(), hunk.b.range()],
            })
            .collect();
        let [marks, other_marks] = docs.map(|doc| Marks::read(corpus.marks(doc).unwrap_or("")));
        Comparison {
            has_other_signs: a == b && marks.contradict(&other_marks),
            pair: verify::count(&corpus, shingling, DocId(0), DocId(1)),
            documents,
            normalized,
            shared,
            passages,
            shares_a_run: runs.shared_chars > 0,
            features,
            ranges,
        }
    }

    /// Returns the relation of the two texts, classified without the document
    /// frequencies that a corpus would give; `None` if they share nothing, as
    /// two blank texts do.
    ///
    /// Two texts that are too short to tell one article from another are
    /// copies only if text and title are the same, white space apart; and two
    /// that answer ✓ and ✗ in one place are versions.
    pub fn relation(&self) -> Option<Relation> {
        if self
            .documents
            .iter()
            .all(|document| document.text.trim().is_empty())
        {
            return None;
        }
        let [a, b] = &self.normalized;
        if a.units == b.units {
            if self.has_other_signs {
                return Some(Relation::Version);
            }
            if self.is_copy() {
                return Some(Relation::Copy);
            }
            return (!a.units.is_empty()).then_some(Relation::Reuse);
        }
        let shares = self.pair.shared > 0 || self.shares_a_run;
        shares.then(|| self.features.relation())
    }

    /// Returns whether two texts with one normalized text are copies.
    fn is_copy(&self) -> bool {
        let [a, b] = [0, 1].map(|side: usize| {
            let Picked { text, title, .. } = &self.documents[side];
            wording_hash(&self.normalized[side].units, text, title.as_deref())
        });
        a == b
    }

    /// Returns the name of the relation in records.
    pub(super) fn relation_name(&self) -> &'static str {
        self.relation().map_or("unrelated", Relation::name)
    }

    /// Returns the similarities of the two shingle sets. An empty set shares
    /// nothing, so its similarity to any other is 0; but copies are wholly
    /// alike even if they are too short for a shingle.
    pub(super) fn shingle_shares(&self) -> ShingleShares {
        let Pair {
            shared,
            len_a,
            len_b,
            ..
        } = self.pair;
        let copy = self.relation() == Some(Relation::Copy);
        let share = |of: u32| match of {
            0 => f64::from(u8::from(copy)),
            _ => f64::from(shared) / f64::from(of),
        };
        ShingleShares {
            empty: [len_a == 0, len_b == 0],
            jaccard: share(len_a + len_b - shared),
            containment_a: share(len_a),
            containment_b: share(len_b),
        }
    }

    /// Returns the share of a side's characters in passages; 0 for an empty
    /// text.
    pub(super) fn coverage(&self, side: usize) -> f64 {
        if self.normalized[side].units.is_empty() {
            return 0.0;
        }
        self.shared.coverage[side]
    }

    pub(super) fn originals(&self) -> [Original<'_>; 2] {
        [0, 1].map(|side| Original::new(&self.documents[side].text, &self.normalized[side]))
    }

    /// Returns the number of characters of a side after normalization.
    pub(super) fn len_chars(&self, side: usize) -> usize {
        char::decode_utf16(self.normalized[side].units.iter().copied()).count()
    }
}
