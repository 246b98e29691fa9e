//! What stands on one side of a string: counts over its occurrences, and the statistics they give.

use crate::phrases::boundary::Boundary;
use crate::phrases::char_classes::CharClasses;
use crate::suffix::concat::ConcatText;

/// What stands on one side of the occurrences of a string.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SideStatistics {
    /// Share of the occurrences that have an open gap here.
    pub(crate) open: f32,
    /// Share of the occurrences that have a mark or a document's end here.
    pub(crate) marked: f32,
    /// Mean tightness of the gap, in bits.
    pub(crate) tightness: f32,
    /// Share of the occurrences that its commonest continuation keeps: by one
    /// character, or by a function character and the one beyond it. Only what
    /// spans a mark goes on across one.
    pub(crate) extension_occurrences: f32,
    /// The share that its commonest continuation across a mark keeps: what
    /// spans a mark is mostly part of a longer list then.
    pub(crate) across: f32,
    /// `extension_occurrences` of all occurrences but one: how many agree with another.
    /// Two occurrences that differ agree in nothing, not by half.
    pub(crate) agreement: f32,
    /// Share of the documents that the commonest continuation keeps.
    pub(crate) extension_documents: f32,
    /// Entropy of what stands here, in bits; every mark is different from
    /// every other \[JTI06\].
    pub(crate) entropy: f32,
    /// Share of the occurrences that have a digit or a numeral here, with no
    /// mark between.
    pub(crate) numeral: f32,
}

impl SideStatistics {
    /// Forgets what continues the string here, for it takes the string as a
    /// whole; what it goes on with across a mark, as a list does, stays.
    pub(crate) fn release(&mut self) {
        self.extension_occurrences = self.across;
        self.extension_documents = self.extension_documents.min(self.across);
        self.agreement = 0.0;
    }

    /// Adds a continuation that `times` of `count` occurrences have, in
    /// `in_documents` of `documents` documents.
    fn add_continuation(&mut self, times: usize, in_documents: u32, count: f32, documents: f32) {
        let times = times as f32;
        self.extension_occurrences = self.extension_occurrences.max(times / count);
        self.agreement = self.agreement.max((times - 1.0) / (count - 1.0).max(1.0));
        self.extension_documents = self
            .extension_documents
            .max(in_documents as f32 / documents);
    }
}

/// Counts of what stands on one side of the occurrences of a string.
#[derive(Default)]
pub(crate) struct SideCounts {
    open: u32,
    marked: u32,
    numeral: u32,
    /// Sum of the tightness, in [`Boundary::STEP`]s.
    steps: u32,
    /// The neighbours, each with its document in the lower half; [`NONE`]
    /// for the document where the boundary is open.
    neighbours: Vec<u64>,
    /// Continuations beyond an open boundary.
    beyond: Vec<Continuation>,
}

/// A function character and the one beyond it, or what stands across a mark,
/// each with its document.
type Continuation = (u32, u32, u32);

/// Stands for "no document" and "no character".
const NONE: u32 = u32::MAX;

/// Stands beside the character on the other side of a mark.
const ACROSS: u32 = u32::MAX - 1;

impl SideCounts {
    /// Returns the neighbour that half of `count` occurrences have across a
    /// boundary that is not open, once the statistics were asked for.
    pub(crate) fn tie(&self, count: usize) -> Option<u32> {
        let closed = |same: &[u64]| same.partition_point(|one| *one as u32 != NONE);
        let same = self.neighbours.chunk_by(|a, b| a >> 32 == b >> 32);
        let mut tied = same.filter(|same| 2 * closed(same) >= count);
        tied.next().map(|same| (same[0] >> 32) as u32)
    }

    pub(crate) fn clear(&mut self) {
        self.open = 0;
        self.marked = 0;
        self.numeral = 0;
        self.steps = 0;
        self.neighbours.clear();
        self.beyond.clear();
    }

    /// Adds an occurrence; returns its neighbour if the boundary between them
    /// is open without a mark.
    #[inline(always)]
    pub(crate) fn add(
        &mut self,
        boundary: Boundary,
        document: u32,
        char_classes: &CharClasses,
        neighbour: impl Fn() -> u32,
    ) -> Option<u32> {
        if boundary.is_mark() {
            self.marked += 1;
            self.open += 1;
            return None;
        }
        let neighbour = neighbour();
        self.numeral += u32::from(char_classes.is_numeral(neighbour));
        self.steps += boundary.steps();
        // Open boundaries that are no mark count for the entropy, but what
        // follows them is no continuation.
        let open = boundary.is_open();
        self.open += u32::from(open);
        let document = if open { NONE } else { document };
        self.neighbours
            .push(u64::from(neighbour) << 32 | u64::from(document));
        open.then_some(neighbour)
    }

    /// Adds a continuation that an open boundary leads to: a function
    /// character, with the character beyond it unless it takes the string
    /// along by itself.
    #[inline(always)]
    pub(crate) fn add_beyond(&mut self, neighbour: u32, beyond: Option<u32>, document: u32) {
        self.beyond
            .push((neighbour, beyond.unwrap_or(NONE), document));
    }

    /// Adds the character on the other side of a mark.
    #[inline(always)]
    pub(crate) fn add_across(&mut self, character: u32, document: u32) {
        self.beyond.push((character, ACROSS, document));
    }

    /// Returns whether half of `count` occurrences have a numeral here.
    pub(crate) fn is_mostly_numeral(&self, count: usize) -> bool {
        2 * self.numeral as usize > count
    }

    /// Returns the statistics of `count` occurrences in `documents` documents.
    pub(crate) fn statistics(
        &mut self,
        text: &ConcatText,
        char_classes: &CharClasses,
        count: usize,
        documents: u32,
    ) -> SideStatistics {
        let all = count as f32;
        let documents = documents as f32;
        let mut side = SideStatistics {
            open: self.open as f32 / all,
            marked: self.marked as f32 / all,
            tightness: self.steps as f32 * Boundary::STEP / all,
            numeral: self.numeral as f32 / all,
            ..SideStatistics::default()
        };
        self.neighbours.sort_unstable();
        // Every mark is different from every other, so they take nothing off.
        let mut entropy = char_classes.n_log_n(count);
        for same in self.neighbours.chunk_by(|a, b| a >> 32 == b >> 32) {
            entropy -= char_classes.n_log_n(same.len());
            let closed = same.partition_point(|one| *one as u32 != NONE);
            let kept = in_documents(text, same[..closed].iter().map(|one| *one as u32));
            side.add_continuation(closed, kept, all, documents);
        }
        side.entropy = entropy / all;
        if !self.beyond.is_empty() {
            self.beyond.sort_unstable();
            for same in self.beyond.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let kept = in_documents(text, same.iter().map(|one| one.2));
                side.add_continuation(same.len(), kept, all, documents);
                if same[0].1 == ACROSS {
                    side.across = side.across.max(same.len() as f32 / all);
                }
            }
        }
        side
    }
}

/// Returns how many documents a sorted list of distinct ones stands for.
fn in_documents(text: &ConcatText, documents: impl Iterator<Item = u32>) -> u32 {
    let mut last = NONE;
    let mut sum = 0;
    for document in documents {
        if document != last {
            sum += text.weight(document as usize);
            last = document;
        }
    }
    sum
}
