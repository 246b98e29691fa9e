//! Phrases with their places, variants and families, a few thousand at a time.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::error::Result;
use crate::phrases::display::variants;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase::Phrase;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::scored::prefetch_written;
use crate::phrases::timeline::Calendar;
use crate::suffix::Index;
use crate::suffix::interval::Interval;
use crate::suffix::occurrence::{self, Occurrence};

/// Phrases that are made and handed over together, and their places: enough to
/// keep all cores busy, few enough to hold. The best phrases have the most
/// places, sixty bytes each when they are written.
const HANDED_OVER: usize = 1 << 10;
const PLACES_HANDED_OVER: u64 = 1 << 15;

/// Calls `found` for the phrases that the options ask for, in their order,
/// with places, variants and family, a thousand at a time.
///
/// Places are looked up batch by batch, so those of a large corpus never
/// stand in memory together. `corpus` and `index` must be those that the
/// phrases were chosen from.
///
/// # Errors
///
/// Fails with whatever `found` returns.
pub fn each_phrase(
    phrases: &PhraseSet,
    corpus: &Corpus,
    index: &Index,
    options: &PhraseOptions,
    mut found: impl FnMut(Vec<Phrase>) -> Result<()>,
) -> Result<()> {
    let calendar = options.timeline.then(|| Calendar::new(corpus));
    let families = phrases.family_of(index);
    let phrase = |at: u32, places: Vec<Occurrence>, as_normalized: bool| {
        let scored = &phrases.list[at as usize];
        let phrase = index.string(&scored.interval);
        let (display, variants) = variants(corpus, &phrase, &places, as_normalized);
        let timeline = calendar.as_ref().map(|calendar| {
            let in_documents = places.chunk_by(|a, b| a.document == b.document);
            calendar.timeline(in_documents.map(|places| places[0].document))
        });
        let family = families[at as usize];
        Phrase {
            phrase,
            display,
            length: scored.interval.length,
            documents: scored.interval.documents,
            occurrences: scored.interval.occurrences,
            score: scored.score(),
            variants,
            places,
            parts: scored.parts(),
            kind: scored.kind,
            family: family.map(|of| index.string(&phrases.list[of as usize].interval)),
            timeline: timeline.unwrap_or_default(),
        }
    };
    let wanted = phrases.wanted(index, options);
    let interval = |at: &u32| phrases.list[*at as usize].interval;
    let occurrences = wanted.iter().map(|at| interval(at).occurrences);
    for batch in occurrence::batches(occurrences, occurrence::batch_len(index.text.len())) {
        let batch = &wanted[batch];
        let intervals: Vec<Interval> = batch.iter().map(interval).collect();
        corpus.expect_random_access(false);
        let places = occurrence::find(corpus, &index.text, &index.suffixes, &intervals);
        corpus.expect_random_access(true);
        let occurrences = intervals.iter().map(|interval| interval.occurrences);
        for piece in occurrence::batches(occurrences, PLACES_HANDED_OVER) {
            for from in piece.clone().step_by(HANDED_OVER) {
                let some = from..piece.end.min(from + HANDED_OVER);
                let end = some.end;
                let phrases = some.into_par_iter().map(|at| {
                    if at + 1 < end && !places.as_normalized(at + 1) {
                        prefetch(corpus, places.of(at + 1));
                    }
                    let ahead = |after| batch.get(at + after).copied();
                    prefetch_written(&phrases.list, &index.text, &index.suffixes, ahead);
                    prefetch_written(&phrases.list, &index.text, &index.suffixes, |after| {
                        families[ahead(after)? as usize]
                    });
                    phrase(batch[at], places.of(at).to_vec(), places.as_normalized(at))
                });
                found(phrases.collect())?;
            }
        }
    }
    corpus.expect_random_access(false);
    Ok(())
}

/// Fetches ahead what is written at the first places of a phrase.
fn prefetch(corpus: &Corpus, places: &[Occurrence]) {
    /// Places that are fetched: most phrases have no more.
    const FIRST: usize = 6;
    for place in places.iter().take(FIRST) {
        corpus.prefetch_text(place.document, place.start);
    }
}
