//! Every maximal repeat, without a score: what `--all` writes.

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::phrases::display::shown;
use crate::phrases::kind::PhraseKind;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase::Variant;
use crate::phrases::spelling::Speller;
use crate::phrases::timeline::Timeline;
use crate::suffix::concat::ConcatText;
use crate::suffix::index;
use crate::suffix::interval::{self, Interval};
use crate::suffix::occurrence::{self, Occurrence};
use crate::suffix::suffix_array::SuffixArray;

/// A string that can't be made longer on either side without losing an
/// occurrence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Its characters, normalized, in their commonest Simplified spelling.
    pub phrase: String,
    /// Its commonest surface form, a Simplified one if there is one.
    pub display: String,
    /// Its length in normalized characters.
    pub length: u32,
    /// Number of documents that contain it.
    pub documents: u32,
    /// Number of occurrences, overlapping ones too.
    pub occurrences: u64,
    /// Its surface forms, commonest first.
    pub variants: Vec<Variant>,
    /// Its occurrences, by document and start.
    pub locations: Vec<Occurrence>,
    /// Its kind, going by its form, if it is of a list of phrases; a mere
    /// repeat has none.
    pub kind: Option<PhraseKind>,
    /// When and where it was used, if that was asked for.
    pub timeline: Option<Timeline>,
}

/// Calls `found` for every repeat of at least `min_length` characters in at
/// least `min_documents` documents that is maximal, and for no other, in the
/// order of the suffix array (by the code points of the normalized text, longer
/// before shorter).
///
/// The other options are ignored. Holds one batch of occurrences at a time; the
/// number of repeats is at most that of the characters, that of the occurrences
/// can grow with its square (one character a million times, in two documents).
///
/// # Errors
///
/// Fails as [`super::reused_phrases`] does, and with whatever `found` returns.
pub fn all_repeats(
    corpus: &Corpus,
    options: &PhraseOptions,
    ctx: &Context,
    mut found: impl FnMut(Repeat) -> Result<()>,
) -> Result<()> {
    index::require_texts(corpus)?;
    let mut text = ConcatText::of(corpus)?;
    ctx.check()?;
    corpus.release_pages();
    let suffixes = index::suffixes_of(&mut text, ctx)?;
    ctx.check()?;
    let speller = Speller::new(corpus);
    let mut batch = Vec::new();
    let mut in_batch = 0;
    let mut outcome = Ok(());
    interval::walk(
        &text,
        &suffixes,
        options.min_length,
        options.min_documents,
        |interval| {
            if outcome.is_err() {
                return;
            }
            batch.push(interval);
            in_batch += interval.occurrences;
            if in_batch >= occurrence::batch_len(&suffixes) {
                outcome = ctx
                    .check()
                    .and_then(|()| write(&speller, &text, &suffixes, &batch, &mut found));
                batch.clear();
                in_batch = 0;
            }
        },
    );
    outcome?;
    write(&speller, &text, &suffixes, &batch, &mut found)
}

fn write(
    speller: &Speller<'_>,
    text: &ConcatText,
    suffixes: &SuffixArray,
    batch: &[Interval],
    found: &mut impl FnMut(Repeat) -> Result<()>,
) -> Result<()> {
    let occurrences = occurrence::find(speller.corpus(), text, suffixes, batch);
    for (at, interval) in batch.iter().enumerate() {
        let as_normalized = occurrences.as_normalized(at);
        let locations = occurrences.of(at).to_vec();
        let position = suffixes.position(interval.first as usize);
        let phrase = text.slice(position, interval.length);
        let shown = shown(speller, phrase, &locations, as_normalized);
        found(Repeat {
            phrase: shown.phrase,
            display: shown.display,
            length: interval.length,
            documents: interval.documents,
            occurrences: interval.occurrences,
            variants: shown.variants,
            locations,
            kind: None,
            timeline: None,
        })?;
    }
    Ok(())
}
