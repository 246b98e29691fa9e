//! Phrases of a given list, found wherever they occur and however they are written.

use std::cell::OnceCell;
use std::collections::HashSet;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};
use crate::phrases::display::shown;
use crate::phrases::kind::kind_by_form;
use crate::phrases::options::PhraseOptions;
use crate::phrases::repeats::Repeat;
use crate::phrases::spelling::Speller;
use crate::phrases::timeline::Calendar;
use crate::suffix::index::require_texts;
use crate::suffix::occurrence::CharOffsets;
use crate::suffix::place::Occurrence;
use crate::text::normalize::Normalized;
use crate::text::numbers;

/// Phrases to look for, normalized as a corpus is.
pub struct PhraseList {
    /// The normalized phrases, in the order of the list, each once.
    phrases: Vec<String>,
    /// How each of them was first written in the list.
    written: Vec<String>,
    lengths: Vec<u32>,
    automaton: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

impl PhraseList {
    /// Returns the phrases of a list, normalized as the corpus is. Two that
    /// become the same phrase count as one; those that become empty are left
    /// out.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the list is too long for an automaton.
    pub fn new<'a>(corpus: &Corpus, list: impl IntoIterator<Item = &'a str>) -> Result<Self> {
        let mut seen = HashSet::new();
        let mut phrases = Vec::new();
        let mut written = Vec::new();
        for phrase in list {
            let mut units = Vec::new();
            corpus.normalizer().normalize_into(phrase, &mut units);
            let normalized = String::from_utf16_lossy(&units);
            if !normalized.is_empty() && seen.insert(normalized.clone()) {
                phrases.push(normalized);
                written.push(phrase.to_owned());
            }
        }
        let automaton = if phrases.is_empty() {
            None
        } else {
            let numbered = phrases.iter().zip(0_u32..);
            let built = CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(numbered);
            Some(built.map_err(|error| Error::Option {
                option: "`known`".into(),
                what: format!(
                    "{} phrases are too many ({error}); split the list",
                    phrases.len()
                ),
            })?)
        };
        let lengths = phrases
            .iter()
            .map(|phrase| phrase.chars().count() as u32)
            .collect();
        Ok(PhraseList {
            phrases,
            written,
            lengths,
            automaton,
        })
    }

    /// Returns the phrases of the list, in its order, with all their occurrences
    /// that cut no number, overlapping ones too. A phrase that the corpus does
    /// not contain has none. Of the options only `timeline` counts here.
    ///
    /// One pass over the normalized texts with an Aho-Corasick automaton over
    /// characters \[Kan23\]: linear in the text and the occurrences. Only
    /// documents that contain a phrase are normalized again, for the spans.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the corpus was read without keeping the texts,
    /// [`Error::Cancelled`] when the run was cancelled.
    pub fn find(
        &self,
        corpus: &Corpus,
        options: &PhraseOptions,
        ctx: &Context,
    ) -> Result<Vec<Repeat>> {
        require_texts(corpus)?;
        let Some(automaton) = &self.automaton else {
            return Ok(Vec::new());
        };
        /// Documents that are searched together: enough for all cores.
        const BATCH_LEN: u32 = 4096;
        let mut occurrences: Vec<Vec<Occurrence>> = vec![Vec::new(); self.phrases.len()];
        for first in (0..corpus.len() as u32).step_by(BATCH_LEN as usize) {
            ctx.check()?;
            let batch = first..(first + BATCH_LEN).min(corpus.len() as u32);
            let found: Vec<Vec<(u32, Occurrence)>> = batch
                .into_par_iter()
                .map(|document| self.find_in(corpus, automaton, DocId(document)))
                .collect();
            for (phrase, occurrence) in found.into_iter().flatten() {
                occurrences[phrase as usize].push(occurrence);
            }
        }
        let speller = Speller::new(corpus);
        let calendar = options.timeline.then(|| Calendar::new(corpus));
        let found = self
            .phrases
            .par_iter()
            .zip(&self.written)
            .zip(&self.lengths)
            .zip(occurrences)
            .map(|(((phrase, written), &length), mut locations)| {
                locations.sort_unstable();
                let documents = locations.chunk_by(|a, b| a.document == b.document).count() as u32;
                let kind = Some(kind_by_form(phrase));
                let mut shown = shown(&speller, phrase.clone(), &locations, &[], false);
                if locations.is_empty() {
                    shown.phrase = speller.spell(phrase, written, &mut Normalized::default());
                    shown.display.clone_from(written);
                }
                let timeline = calendar.as_ref().map(|calendar| {
                    let of_document = locations.chunk_by(|a, b| a.document == b.document);
                    calendar.timeline(of_document.map(|locations| locations[0].document))
                });
                Repeat {
                    phrase: shown.phrase,
                    display: shown.display,
                    length,
                    documents,
                    occurrences: locations.len() as u64,
                    variants: shown.variants,
                    locations,
                    kind,
                    timeline,
                }
            });
        Ok(found.collect())
    }

    fn find_in(
        &self,
        corpus: &Corpus,
        automaton: &CharwiseDoubleArrayAhoCorasick<u32>,
        document: DocId,
    ) -> Vec<(u32, Occurrence)> {
        let normalized = String::from_utf16_lossy(corpus.normalized(document));
        let with_offsets = OnceCell::new();
        let mut offsets = None;
        // Matches come by their ends, so characters are counted once.
        let mut bytes = 0;
        let mut characters = 0;
        let mut found = Vec::new();
        for hit in automaton.find_overlapping_iter(&normalized) {
            characters += normalized[bytes..hit.end()].chars().count() as u32;
            bytes = hit.end();
            if [hit.start(), hit.end()]
                .iter()
                .any(|at| is_inside_number(&normalized, *at))
            {
                continue;
            }
            let length = self.lengths[hit.value() as usize];
            let normalized = with_offsets.get_or_init(|| corpus.with_offsets(document));
            let offsets = offsets.get_or_insert_with(|| CharOffsets::new(normalized));
            let (start, end) = offsets.span(characters - length, length);
            found.push((
                hit.value(),
                Occurrence {
                    document,
                    start,
                    end,
                },
            ));
        }
        found
    }
}

/// Returns whether a boundary in a normalized text, given in bytes, lies inside
/// a number.
fn is_inside_number(text: &str, at: usize) -> bool {
    // Two characters on either side decide; one beyond 16 bits is in no number.
    let unit = |character: char| u16::try_from(u32::from(character)).unwrap_or(0);
    let before = text[..at].chars().rev().take(2).map(unit);
    let after = text[at..].chars().take(2).map(unit);
    let mut units = [0; 4];
    units[..2]
        .iter_mut()
        .rev()
        .zip(before)
        .for_each(|(to, unit)| *to = unit);
    units[2..]
        .iter_mut()
        .zip(after)
        .for_each(|(to, unit)| *to = unit);
    numbers::is_inside(&units, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_of_a_list_is_found_however_it_is_written() {
        let corpus = Corpus::from_texts(
            [
                ("a", "要聯(lián)防聯(lián)控、群防群治。"),
                ("b", "联防联控联防联控𠀀"),
                ("c", ""),
            ],
            Default::default(),
        );
        let list =
            PhraseList::new(&corpus, ["聯防、聯控", "联防联控", "控联防", "没有", "。"]).unwrap();
        let found = list
            .find(&corpus, &PhraseOptions::default(), &Context::default())
            .unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!((found[2].phrase.as_str(), found[2].documents), ("没有", 0));
        assert_eq!(
            (
                found[0].phrase.as_str(),
                found[0].documents,
                found[0].occurrences
            ),
            ("联防联控", 2, 3)
        );
        assert_eq!(
            found[0].locations[0].text(&corpus),
            Some("聯(lián)防聯(lián)控")
        );
        assert_eq!(found[1].phrase, "控联防");
        assert_eq!(found[1].kind, Some(crate::phrases::PhraseKind::Formula));
    }
}
