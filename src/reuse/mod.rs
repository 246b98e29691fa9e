//! Reused phrases: suffix array → repeats → phrases → rank.

mod all;
mod alphabet;
mod breaks;
mod choose;
mod cohesion;
mod coverage;
mod display;
mod edge;
mod family;
mod hopeful;
mod independent;
mod index;
mod inverse;
mod joint;
mod kind;
mod known;
mod lcp;
#[cfg(test)]
mod naive;
mod pairs;
mod partners;
mod phrase;
mod place;
mod rank;
mod repeat;
mod suffix_array;
mod timeline;

pub use all::{Repeat, RepeatRecord, all_repeats};
pub use choose::Chosen;
pub(crate) use coverage::Weight;
pub use coverage::{DocumentReuse, FormulaMask};
pub use family::{Family, Member};
pub use index::ReuseIndex;
pub use kind::Kind;
pub use known::KnownPhrases;
pub use partners::{PartnerOptions, PartnerSearch, Partners};
pub use phrase::{Phrase, PhraseRecord, PlaceRecord, Variant};
pub use place::Occurrence;
pub use rank::Parts;
pub use timeline::Timeline;

use std::fmt;
use std::str::FromStr;

use crate::corpus::Corpus;
use crate::error::Result;

/// Shortest phrase, in folded characters: the four of an idiom (实事求是).
pub const MIN_LENGTH: u32 = 4;

/// Fewest documents: a repeat needs two.
pub const MIN_DOCUMENTS: u32 = 2;

/// Which phrases are wanted, and in what order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseOptions {
    /// Shortest phrase, in folded characters; at least 2 where phrases are
    /// judged.
    pub min_length: u32,
    /// Fewest documents that have it.
    pub min_documents: u32,
    /// How many, best first; all of them if `None`.
    pub top: Option<usize>,
    /// What comes first.
    pub sort: PhraseSort,
    /// One kind only.
    pub kind: Option<Kind>,
    /// Folded phrases to leave out.
    pub ignore: Vec<String>,
    /// Gather dates and sources.
    pub timeline: bool,
}

impl Default for PhraseOptions {
    fn default() -> Self {
        PhraseOptions {
            min_length: MIN_LENGTH,
            min_documents: MIN_DOCUMENTS,
            top: None,
            sort: PhraseSort::Score,
            kind: None,
            ignore: Vec::new(),
            timeline: false,
        }
    }
}

/// What comes first in a list of phrases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PhraseSort {
    /// The highest score.
    #[default]
    Score,
    /// The most documents.
    Documents,
    /// The longest.
    Length,
}

impl PhraseSort {
    /// Returns the name that `--sort` takes.
    pub fn name(self) -> &'static str {
        match self {
            PhraseSort::Score => "score",
            PhraseSort::Documents => "documents",
            PhraseSort::Length => "length",
        }
    }
}

impl FromStr for PhraseSort {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        [PhraseSort::Score, PhraseSort::Documents, PhraseSort::Length]
            .into_iter()
            .find(|sort| sort.name() == name)
            .ok_or_else(|| format!("no order {name:?}; choose score, documents or length"))
    }
}

impl fmt::Display for PhraseSort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Returns the phrases that documents of a corpus share, best first.
///
/// # Errors
///
/// Fails if the corpus was read without keeping the texts, or its distinct
/// documents have more than 2,147,483,646 folded characters.
pub fn reused_phrases(corpus: &Corpus, options: &PhraseOptions) -> Result<Vec<Phrase>> {
    let mut phrases = Vec::new();
    each_reused_phrase(corpus, options, |some| {
        phrases.extend(some);
        Ok(())
    })?;
    Ok(phrases)
}

/// Calls `found` for the phrases that documents of a corpus share, a few
/// thousand at a time, best first.
///
/// The way to write them: places are looked up batch by batch, so those of a
/// large corpus never stand in memory together. Who wants more of a corpus
/// than its phrases makes a [`ReuseIndex`] and chooses once.
///
/// # Errors
///
/// Fails as [`reused_phrases`] does, and with whatever `found` returns.
pub fn each_reused_phrase(
    corpus: &Corpus,
    options: &PhraseOptions,
    found: impl FnMut(Vec<Phrase>) -> Result<()>,
) -> Result<()> {
    let mut index = ReuseIndex::new(corpus)?;
    let chosen = index.choose(corpus, options, &());
    index.release_lengths();
    chosen.phrases(corpus, &index, options, found)
}

/// Returns the families among the phrases that documents of a corpus share,
/// largest first.
///
/// # Errors
///
/// Fails as [`reused_phrases`] does.
pub fn families(corpus: &Corpus, options: &PhraseOptions) -> Result<Vec<Family>> {
    let index = ReuseIndex::new(corpus)?;
    let chosen = index.choose(corpus, options, &());
    Ok(chosen.families(&index, options))
}

/// Returns how formulaic each document of a corpus is, in input order.
///
/// # Errors
///
/// Fails as [`reused_phrases`] does.
pub fn by_document(corpus: &Corpus, options: &PhraseOptions) -> Result<Vec<DocumentReuse>> {
    let index = ReuseIndex::new(corpus)?;
    let chosen = index.choose(corpus, options, &());
    Ok(chosen.by_document(corpus, &index))
}
