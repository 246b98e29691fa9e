//! Reused phrases: suffix array → repeats → phrases → rank.

mod beside_bigrams;
mod bigrams;
mod boundaries;
mod boundary;
mod char_classes;
mod char_set;
mod cohesion;
mod context;
mod coverage;
mod dangling;
mod derived;
mod display;
mod families;
mod family;
mod family_on_disk;
mod form;
mod formula_words;
mod handing_over;
mod independent;
mod kept;
mod keys;
mod kind;
#[cfg(test)]
mod naive;
mod options;
mod outer_words;
mod partial;
mod phrase;
mod phrase_list;
mod phrase_set;
mod prefilter;
mod punctuation;
mod rank;
mod repeats;
mod sample;
mod scored;
mod scored_list;
mod select;
mod selection;
mod set_form;
mod side;
mod spelling;
mod statistics;
#[cfg(test)]
mod tests;
mod timeline;
mod weights;
mod wholeness;
mod word_set;
mod written;

pub use crate::suffix::PlaceLimit;
pub use coverage::DocumentReuse;
pub use families::{Family, FamilyMember};
pub use kind::PhraseKind;
pub use options::{MIN_DOCUMENTS, MIN_LENGTH, PhraseOptions, PhraseSort};
pub use phrase::{Phrase, Variant};
pub use phrase_list::PhraseList;
pub use rank::Parts;
pub use repeats::{Repeat, RepeatLimits, all_repeats, repeats_within};
pub use selection::{Phrases, Selection};
pub use timeline::Timeline;

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;

/// Returns the phrases that documents of a corpus share, best first.
///
/// All are in memory together, with all their locations; to write the phrases
/// of a large corpus, or to compute more than them, use
/// [`PhraseOptions::run`].
///
/// # Errors
///
/// Fails if the corpus was read without keeping the texts, or its distinct
/// documents have more than 2,147,483,646 normalized characters, or if the run
/// was cancelled.
pub fn reused_phrases(
    corpus: &Corpus,
    options: &PhraseOptions,
    ctx: &Context,
) -> Result<Vec<Phrase>> {
    let mut phrases = Vec::new();
    let selected = options.run(corpus, ctx)?.into_phrases();
    selected.each(options, |some| {
        phrases.extend(some);
        Ok(())
    })?;
    Ok(phrases)
}
