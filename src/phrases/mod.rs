//! Reused phrases: suffix array → repeats → phrases → rank.

mod bigrams;
mod boundary;
mod char_classes;
mod cohesion;
mod context;
mod coverage;
mod dangling;
mod display;
mod families;
mod family;
mod form;
mod handing_over;
mod independent;
mod keys;
mod kind;
#[cfg(test)]
mod naive;
mod options;
mod phrase;
mod phrase_list;
mod phrase_set;
mod prefilter;
mod punctuation;
mod rank;
mod repeats;
mod sample;
mod scored;
mod select;
mod side;
mod spelling;
mod statistics;
#[cfg(test)]
mod tests;
mod timeline;
mod weights;
mod wholeness;

pub use coverage::{DocumentReuse, document_reuse, document_reuse_with, formula_mask};
pub use families::{Family, FamilyMember, families_of};
pub use handing_over::each_phrase;
pub use kind::PhraseKind;
pub use options::{MIN_DOCUMENTS, MIN_LENGTH, PhraseOptions, PhraseSort};
pub use phrase::{LocationRecord, Phrase, PhraseRecord, Variant};
pub use phrase_list::PhraseList;
pub use phrase_set::{PhraseSet, normalized_phrases};
pub use rank::Parts;
pub use repeats::{Repeat, RepeatRecord, all_repeats};
pub use select::select;
pub use timeline::Timeline;

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::suffix::Index;

/// Returns the phrases that documents of a corpus share, best first.
///
/// # Errors
///
/// Fails if the corpus was read without keeping the texts, or its distinct
/// documents have more than 2,147,483,646 normalized characters.
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
/// Use it to write phrases: occurrences are looked up batch by batch, so those
/// of a large corpus are never in memory together. To compute more than the
/// phrases of a corpus, build an [`Index`] and call [`select`](fn@select) once.
///
/// # Errors
///
/// Fails as [`reused_phrases`] does, and with whatever `found` returns.
pub fn each_reused_phrase(
    corpus: &Corpus,
    options: &PhraseOptions,
    found: impl FnMut(Vec<Phrase>) -> Result<()>,
) -> Result<()> {
    let ctx = Context::default();
    let mut index = Index::new(corpus, &ctx)?;
    let phrases = select(corpus, &index, options, &ctx)?;
    index.release_lengths();
    each_phrase(&phrases, corpus, &index, options, found)
}

/// Returns the families among the phrases that documents of a corpus share,
/// largest first.
///
/// # Errors
///
/// Fails as [`reused_phrases`] does.
pub fn families(corpus: &Corpus, options: &PhraseOptions) -> Result<Vec<Family>> {
    let ctx = Context::default();
    let index = Index::new(corpus, &ctx)?;
    let phrases = select(corpus, &index, options, &ctx)?;
    Ok(families_of(&phrases, corpus, &index, options))
}

/// Returns how formulaic each document of a corpus is, in input order.
///
/// # Errors
///
/// Fails as [`reused_phrases`] does.
pub fn by_document(corpus: &Corpus, options: &PhraseOptions) -> Result<Vec<DocumentReuse>> {
    let ctx = Context::default();
    let index = Index::new(corpus, &ctx)?;
    let phrases = select(corpus, &index, options, &ctx)?;
    Ok(document_reuse(&phrases, corpus, &index))
}
