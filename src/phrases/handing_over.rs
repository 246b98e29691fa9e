//! Phrases with their locations, variants and families, up to a thousand at a time.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::phrases::display::shown;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase::Phrase;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::spelling::Speller;
use crate::phrases::timeline::Calendar;
use crate::suffix::Index;
use crate::suffix::forms::{self, Form};
use crate::suffix::interval::Interval;
use crate::suffix::occurrence;
use crate::suffix::place::Occurrence;

/// Phrases that are handed over together: enough to keep all cores busy, few
/// enough to hold.
const BATCH_PHRASES: usize = 1 << 10;

/// Occurrences that are handed over together: the best phrases have the most,
/// and each takes sixty bytes when it is written.
const BATCH_OCCURRENCES: u64 = 1 << 15;

/// Calls `found` for the phrases that the options ask for, in their order; see
/// [`Phrases::each`](crate::phrases::Phrases::each).
pub(crate) fn each_phrase(
    phrases: &PhraseSet,
    index: &Index<'_>,
    options: &PhraseOptions,
    mut found: impl FnMut(Vec<Phrase>) -> Result<()>,
) -> Result<()> {
    let corpus = index.corpus();
    let calendar = options.timeline.then(|| Calendar::new(corpus));
    let speller = Speller::new(corpus);
    corpus.hold_ids();
    let families = phrases.family_of(index);
    let spellings = phrases.family_spellings(&speller, index);
    let phrase = |at: u32, locations: Vec<Occurrence>, forms: &[Form<'_>], as_normalized: bool| {
        let scored = phrases.list.at(at as usize);
        let phrase = phrases.string(at, index);
        let shown = shown(&speller, phrase, &locations, forms, as_normalized);
        let timeline = calendar.as_ref().map(|calendar| {
            let in_documents = locations.chunk_by(|a, b| a.document == b.document);
            calendar.timeline(in_documents.map(|of_document| of_document[0].document))
        });
        let family = families[at as usize];
        Phrase {
            phrase: shown.phrase,
            display: shown.display,
            length: scored.interval.length,
            documents: scored.interval.documents,
            occurrences: scored.interval.occurrences,
            score: scored.score(),
            variants: shown.variants,
            locations,
            parts: scored.parts(),
            kind: scored.kind,
            family: family.map(|of| phrases.spelled(of, spellings, index)),
            timeline: timeline.unwrap_or_default(),
        }
    };
    let wanted = phrases.wanted(index, options);
    let written = phrases.written(index);
    let interval = |at: &u32| phrases.list.at(*at as usize).interval;
    let counts = wanted.iter().map(|at| interval(at).occurrences);
    for batch in occurrence::batches(counts, occurrence::batch_len(&index.suffixes)) {
        let batch = &wanted[batch];
        let intervals: Vec<Interval> = batch.iter().map(interval).collect();
        corpus.expect_random_access(false);
        let is_simplified = |document| speller.is_simplified(document);
        let occurrences = occurrence::find_whole(
            corpus,
            &index.text,
            &index.suffixes,
            &intervals,
            is_simplified,
        );
        corpus.expect_random_access(true);
        let counts = intervals.iter().map(|interval| interval.occurrences);
        for piece in occurrence::batches(counts, BATCH_OCCURRENCES) {
            for from in piece.clone().step_by(BATCH_PHRASES) {
                let range = from..piece.end.min(from + BATCH_PHRASES);
                let end = range.end;
                let phrases = range.into_par_iter().map(|at| {
                    if at + 1 < end
                        && intervals[at + 1].length > forms::LONGEST
                        && !occurrences.as_normalized(at + 1)
                    {
                        prefetch(corpus, occurrences.of(at + 1));
                    }
                    let ahead = |after| batch.get(at + after).copied();
                    written.prefetch(ahead);
                    written.prefetch(|after| families[ahead(after)? as usize]);
                    phrase(
                        batch[at],
                        occurrences.of(at).to_vec(),
                        &occurrences.forms(corpus, at),
                        occurrences.as_normalized(at),
                    )
                });
                found(phrases.collect())?;
            }
        }
    }
    corpus.expect_random_access(false);
    Ok(())
}

/// Prefetches what is written at the first occurrences of a phrase.
fn prefetch(corpus: &Corpus, occurrences: &[Occurrence]) {
    /// Occurrences that are prefetched: most phrases have no more.
    const FIRST: usize = 6;
    for occurrence in occurrences.iter().take(FIRST) {
        corpus.prefetch_text(occurrence.document, occurrence.start);
    }
}
