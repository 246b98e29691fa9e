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

#[cfg(test)]
mod naive;
mod repeated_units;
mod repeated_windows;
mod suggestions;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeSet;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::named::named_enum;
use crate::span::Span;

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

/// A part of a text that repeats an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// The document.
    pub doc: DocId,
    /// The bytes that go.
    pub span: Span,
    /// The number of normalized characters that go.
    pub length: u32,
    /// The document that keeps them.
    pub first: DocId,
    /// Where they stand there.
    pub first_span: Span,
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
    /// Takes time in proportion to the characters. Passages take 2 bits for
    /// each of at least four times the windows, and some 30 bytes for each
    /// window that may stand twice.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    pub fn cuts(&self, corpus: &Corpus, order: &[DocId], ctx: &Context) -> Result<Vec<Cut>> {
        let mut cuts = match self.level {
            CutLevel::Passage => repeated_windows::cuts(self, corpus, order, ctx)?,
            CutLevel::Line | CutLevel::Paragraph => repeated_units::cuts(self, corpus, order, ctx)?,
        };
        cuts.sort_unstable_by_key(|cut| (cut.doc, cut.span.start));
        Ok(cuts)
    }

    /// Returns lines or paragraphs that stand in several places, by source and
    /// the most frequent first.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    pub fn suggestions(&self, corpus: &Corpus, ctx: &Context) -> Result<Vec<Suggestion>> {
        suggestions::find(self, corpus, ctx)
    }
}

/// Returns a text without its cuts, which are in order.
pub fn without_cuts(text: &str, cuts: &[Cut]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    for cut in cuts {
        left.push_str(&text[at..cut.span.start as usize]);
        at = cut.span.end as usize;
    }
    left.push_str(&text[at..]);
    left
}
