//! Repeated paragraphs, lines and passages: the first occurrence stays, the
//! others are cut out of their texts.
//!
//! | | |
//! |---|---|
//! | [`LevelOptions::cuts`] | every cut of a corpus, with its first occurrence |
//! | [`LevelOptions::suggestions`] | repeated lines or paragraphs, to be approved |
//! | `units` | a text in lines or paragraphs |
//! | `repeated_units` | lines or paragraphs of the same wording |
//! | `repeated_windows` | passages: windows of the normalized text |
//! | `seams` | where a text must not be cut |
//! | `window_filter` | which windows may stand twice |
//! | `cut_spans` | passages in bytes of the texts |
//! | [`Cuts`] | all cuts, in memory or on disk |

mod cut_spans;
mod cuts;
#[cfg(test)]
mod naive;
mod repeated_units;
mod repeated_windows;
mod seams;
mod suggestions;
#[cfg(test)]
mod tests;
mod units;
mod window_filter;

use std::collections::BTreeSet;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::named::named_enum;
use crate::progress::Stage;

pub use cuts::{Cut, Cuts, without_cuts};
pub use suggestions::{Suggestion, approved_lines, write_suggestions};

named_enum! {
    /// What is cut where it repeats.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum CutLevel("level") {
        /// Paragraphs: lines up to a blank one, or to one that is indented.
        Paragraph = "paragraph",
        /// Lines.
        Line = "line",
        /// Passages of any beginning and end.
        Passage = "passage",
    }
}

impl CutLevel {
    /// Returns the fewest normalized characters of what is cut: a shorter line
    /// says too little to be a repetition, and a shorter passage is a formula
    /// rather than a copy (Lee and others cut 50 tokens and more).
    pub fn default_min_length(self) -> u32 {
        match self {
            CutLevel::Paragraph | CutLevel::Line => 8,
            CutLevel::Passage => 50,
        }
    }
}

/// How repetitions are looked for.
#[derive(Clone, Debug)]
pub struct LevelOptions {
    /// What is cut.
    pub level: CutLevel,
    /// Fewest normalized characters of what is cut.
    pub min_length: u32,
    /// The lines or paragraphs that may be cut, normalized; all if there is no
    /// list.
    pub approved: Option<BTreeSet<Vec<u16>>>,
}

impl LevelOptions {
    /// Returns every cut, by document and place. Cuts of a document do not
    /// overlap, and begin and end between characters.
    ///
    /// Documents are read in the order of `order`: what stands in an earlier
    /// one stays there. Texts and normalized texts must be in the corpus.
    ///
    /// Lines and paragraphs are repeated if their normalized texts are equal.
    /// A passage is repeated if it consists of windows of
    /// [`min_length`](LevelOptions::min_length) characters of which each stands,
    /// whole and apart from it, in a text before it that stays. Numbers and
    /// words of letters are not cut apart. So of the windows between the cuts
    /// that hold more than a part of such a number or word no two are the same,
    /// unless they overlap.
    ///
    /// Takes time in proportion to the characters, and sorts what it finds on
    /// disk if the corpus has a [`SpillFolder`](crate::spill::SpillFolder). In
    /// memory, passages take one to one and a half bytes a character, and 20 to
    /// 40 for each window that stands in several places.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled,
    /// [`Error::Spill`](crate::Error::Spill) if the folder can't be written, and
    /// [`Error::Memory`](crate::Error::Memory) if it has a budget that those
    /// windows exceed.
    pub fn cuts(&self, corpus: &Corpus, order: &[DocId], ctx: &Context) -> Result<Cuts> {
        let lengths = order.iter().map(|doc| corpus.normalized_len(*doc) as u64);
        ctx.begin(Stage::Candidates, lengths.sum());
        match self.level {
            CutLevel::Passage => cut_spans::cuts(self, corpus, order, ctx),
            CutLevel::Line | CutLevel::Paragraph => repeated_units::cuts(self, corpus, order, ctx),
        }
    }

    /// Returns lines or paragraphs that stand in several places, by source and
    /// the most frequent first.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled,
    /// [`Error::Spill`](crate::Error::Spill) if the corpus has a folder that
    /// can't be written, and [`Error::Memory`](crate::Error::Memory) if the list
    /// exceeds its budget.
    pub fn suggestions(&self, corpus: &Corpus, ctx: &Context) -> Result<Vec<Suggestion>> {
        suggestions::find(self, corpus, ctx)
    }
}

/// Characters of the texts that are taken at a time: enough for all cores, and
/// little memory.
const BATCH_UNITS: usize = 1 << 21;

/// Returns documents in order, some at a time.
fn batches<'a>(corpus: &Corpus, docs: &'a [DocId]) -> impl Iterator<Item = &'a [DocId]> {
    let mut rest = docs;
    std::iter::from_fn(move || {
        let mut units = 0;
        let ends = rest.iter().position(|doc| {
            units += corpus.normalized_len(*doc);
            units >= BATCH_UNITS
        });
        let (docs, others) = rest.split_at(ends.map_or(rest.len(), |at| at + 1));
        rest = others;
        (!docs.is_empty()).then_some(docs)
    })
}
