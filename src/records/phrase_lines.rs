//! Phrases as lines of JSON, made in parallel: places are most of them.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::phrases::Phrase;
use crate::suffix::Occurrence;
use crate::write::lines::push_json;

/// Makes lines; keeps its buffers, and the ids as they are written.
#[derive(Default)]
pub struct PhraseLines {
    ids: Option<WrittenIds>,
    lines: Vec<Vec<u8>>,
}

/// What a place in each document begins with: its id, as JSON.
struct WrittenIds {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl PhraseLines {
    /// Returns the lines of phrases, in pieces; all of one corpus.
    pub(crate) fn make(
        &mut self,
        corpus: &Corpus,
        phrases: &[Phrase],
        timeline: bool,
    ) -> &[Vec<u8>] {
        let ids = self.ids.get_or_insert_with(|| WrittenIds::new(corpus));
        let per_core = phrases.len().div_ceil(rayon::current_num_threads()).max(1);
        let pieces = phrases.len().div_ceil(per_core);
        self.lines.resize_with(pieces, Vec::new);
        self.lines
            .par_iter_mut()
            .zip(phrases.par_chunks(per_core))
            .for_each(|(lines, phrases)| {
                lines.clear();
                for phrase in phrases {
                    ids.push_line(lines, corpus, phrase, timeline);
                }
            });
        &self.lines
    }
}

impl WrittenIds {
    fn new(corpus: &Corpus) -> Self {
        let mut ids = WrittenIds {
            bytes: Vec::new(),
            ends: Vec::with_capacity(corpus.len()),
        };
        for document in corpus.docs() {
            ids.bytes.extend_from_slice(b"{\"id\":");
            push_json(&mut ids.bytes, &corpus.id(document));
            ids.bytes.extend_from_slice(b",\"start\":");
            ids.ends.push(ids.bytes.len());
        }
        ids
    }

    fn of(&self, document: usize) -> &[u8] {
        let start = document
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[document]]
    }

    /// Adds a line: the record as serde writes it, but for the places.
    fn push_line(&self, to: &mut Vec<u8>, corpus: &Corpus, phrase: &Phrase, timeline: bool) {
        let (head, tail) = phrase.record_without_locations(corpus, timeline);
        push_json(to, &head);
        // Both are objects: the brace that ends the one goes, and the one that
        // begins the other becomes a comma.
        to.pop();
        to.extend_from_slice(b",\"where\":[");
        for place in &phrase.locations {
            self.push_place(to, place);
        }
        if !phrase.locations.is_empty() {
            to.pop();
        }
        to.push(b']');
        let from = to.len();
        push_json(to, &tail);
        to[from] = b',';
        to.push(b'\n');
    }

    /// Adds a place and a comma.
    fn push_place(&self, to: &mut Vec<u8>, place: &Occurrence) {
        const END: &[u8] = b",\"end\":";
        to.extend_from_slice(self.of(place.document.index()));
        // The rest is made from the back, so that it is copied but once.
        let mut rest = [0; 2 * MOST_DIGITS + END.len() + 2];
        let mut at = rest.len() - 2;
        rest[at..].copy_from_slice(b"},");
        at = put_number(&mut rest[..at], place.end);
        rest[at - END.len()..at].copy_from_slice(END);
        at = put_number(&mut rest[..at - END.len()], place.start);
        to.extend_from_slice(&rest[at..]);
    }
}

/// Digits of the largest number.
const MOST_DIGITS: usize = 10;

/// Writes a number at the end of a buffer; returns where it begins.
fn put_number(to: &mut [u8], mut number: u32) -> usize {
    let mut at = to.len();
    loop {
        at -= 1;
        to[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::{PhraseOptions, reused_phrases};

    #[test]
    fn a_line_is_what_serde_writes() {
        let texts = [
            ("a\"\u{1}", "要联防联控、群防群治。"),
            ("雷同", "坚持联防联控、群防群治！联防联控、群防群治？"),
            ("c", "联防联控"),
        ];
        let corpus = Corpus::from_texts(texts, Default::default());
        let phrases = reused_phrases(&corpus, &PhraseOptions::default()).unwrap();
        assert!(phrases.len() > 1);
        for timeline in [false, true] {
            let mut lines = PhraseLines::default();
            let made = lines.make(&corpus, &phrases, timeline).concat();
            let record = |phrase: &Phrase| {
                serde_json::to_string(&phrase.record(&corpus, timeline)).unwrap() + "\n"
            };
            let expected: String = phrases.iter().map(record).collect();
            assert_eq!(String::from_utf8(made).unwrap(), expected);
        }
    }

    #[test]
    fn a_number_is_written_in_full() {
        for number in [0, 7, 10, 4_294_967_295] {
            let mut bytes = [0; MOST_DIGITS];
            let at = put_number(&mut bytes, number);
            assert_eq!(&bytes[at..], number.to_string().as_bytes());
        }
    }
}
