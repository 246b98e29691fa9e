//! Phrases as lines of JSON, made in parallel: places are most of them.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::report::lines::push_json;
use crate::reuse::{Occurrence, Phrase};

/// Makes lines; keeps its buffers, and the ids as they are written.
#[derive(Default)]
pub struct PhraseLines {
    ids: Option<WrittenIds>,
    lines: Vec<Vec<u8>>,
}

/// The id of every document as JSON.
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
            push_json(&mut ids.bytes, &corpus.id(document));
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
        let (head, tail) = phrase.record_without_places(corpus, timeline);
        push_json(to, &head);
        // Both are objects: the brace that ends the one goes, and the one that
        // begins the other becomes a comma.
        to.pop();
        to.extend_from_slice(b",\"where\":[");
        for place in &phrase.places {
            self.push_place(to, place);
            to.push(b',');
        }
        if !phrase.places.is_empty() {
            to.pop();
        }
        to.push(b']');
        let from = to.len();
        push_json(to, &tail);
        to[from] = b',';
        to.push(b'\n');
    }

    fn push_place(&self, to: &mut Vec<u8>, place: &Occurrence) {
        to.extend_from_slice(b"{\"id\":");
        to.extend_from_slice(self.of(place.document.index()));
        to.extend_from_slice(b",\"start\":");
        push_number(to, place.start);
        to.extend_from_slice(b",\"end\":");
        push_number(to, place.end);
        to.push(b'}');
    }
}

fn push_number(to: &mut Vec<u8>, mut number: u32) {
    let mut digits = [0; 10];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    to.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reuse::{PhraseOptions, reused_phrases};

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
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            assert_eq!(bytes, number.to_string().into_bytes());
        }
    }
}
