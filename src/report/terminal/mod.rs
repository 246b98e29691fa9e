//! Two documents side by side: what is shared, what changed, in the texts as
//! they were read.

mod columns;
mod original;
mod record;
mod view;

use std::ops::Range;

use crate::corpus::{Corpus, DocId};
use crate::near::{Pair, Shingling, verify};
use crate::passages::{Aligner, ChangeOptions, HunkKind, Passages};
use crate::read::pick::Picked;
use crate::relation::{FeatureExtractor, Features, Relation, SlotKind, change_kind};
use crate::text::normalize::{NormalizeSteps, Normalized};
use original::Original;

pub use view::PageOptions;

/// Edits that a stretch between passages may take here: two documents may
/// cost more than one pair of a million.
const EFFORT: usize = 256;

/// Two documents, and what there is to say about them.
pub struct Comparison {
    documents: [Picked; 2],
    normalized: [Normalized; 2],
    pair: Pair,
    passages: Passages,
    evidence: Features,
    changes: Vec<Change>,
}

/// A stretch of two texts, alike or not.
#[derive(Clone, Debug)]
struct Change {
    kind: HunkKind,
    /// What was changed, where it was.
    what: Option<SlotKind>,
    /// Its place in the normalized texts, in units.
    units: [Range<usize>; 2],
}

impl Comparison {
    /// Compares two documents.
    ///
    /// Takes time in proportion to the texts and what differs in them.
    pub fn new(documents: [Picked; 2], steps: NormalizeSteps, shingling: Shingling) -> Comparison {
        let texts = [("a", &*documents[0].text), ("b", &*documents[1].text)];
        let corpus = Corpus::from_texts(texts, steps);
        let normalized = [DocId(0), DocId(1)].map(|doc| corpus.with_offsets(doc));
        let [a, b] = [&normalized[0].units, &normalized[1].units];
        let evidence = FeatureExtractor::default().gather(a, b);
        let options = ChangeOptions {
            effort: EFFORT,
            ..ChangeOptions::default()
        };
        let (passages, hunks) = Aligner::default().changes(a, b, &options);
        let kinds = change_kind(a, b, &hunks);
        let changes = hunks
            .iter()
            .zip(kinds)
            .map(|(hunk, what)| {
                let range = |range: &Range<u32>| range.start as usize..range.end as usize;
                Change {
                    kind: hunk.kind,
                    what,
                    units: [range(&hunk.a), range(&hunk.b)],
                }
            })
            .collect();
        Comparison {
            pair: verify::count(&corpus, shingling, DocId(0), DocId(1)),
            documents,
            normalized,
            passages,
            evidence,
            changes,
        }
    }

    /// Returns the relation of the two, judged without a corpus.
    pub fn relation(&self) -> Relation {
        self.evidence.relation()
    }

    fn originals(&self) -> [Original<'_>; 2] {
        [0, 1].map(|side| Original::new(&self.documents[side].text, &self.normalized[side]))
    }

    /// Returns how many characters a side has, normalized.
    fn len_chars(&self, side: usize) -> usize {
        char::decode_utf16(self.normalized[side].units.iter().copied()).count()
    }
}
