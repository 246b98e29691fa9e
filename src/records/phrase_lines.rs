//! Phrases as lines of JSON, made in parallel: occurrences are most of their
//! bytes.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::phrases::Phrase;
use crate::records::phrases::PhraseRecord;
use crate::suffix::Occurrence;
use crate::write::lines::push_json;

/// Makes lines, in the same buffers every time.
#[derive(Default)]
pub struct PhraseLines {
    heads: Option<OccurrenceHeads>,
    lines: Vec<Vec<u8>>,
}

/// The JSON with which an occurrence in each document begins: its id.
struct OccurrenceHeads {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl PhraseLines {
    /// Returns the lines of phrases, in pieces; all calls take the same corpus.
    pub(crate) fn make(
        &mut self,
        corpus: &Corpus,
        phrases: &[Phrase],
        timeline: bool,
        with_locations: bool,
    ) -> &[Vec<u8>] {
        let heads = self
            .heads
            .get_or_insert_with(|| OccurrenceHeads::new(corpus));
        let per_core = phrases.len().div_ceil(rayon::current_num_threads()).max(1);
        let pieces = phrases.len().div_ceil(per_core);
        self.lines.resize_with(pieces, Vec::new);
        self.lines
            .par_iter_mut()
            .zip(phrases.par_chunks(per_core))
            .for_each(|(lines, phrases)| {
                lines.clear();
                for phrase in phrases {
                    let locations = with_locations.then_some(phrase.locations.as_slice());
                    heads.push_line(lines, corpus, phrase, locations, timeline);
                }
            });
        &self.lines
    }
}

impl OccurrenceHeads {
    fn new(corpus: &Corpus) -> Self {
        let mut heads = OccurrenceHeads {
            bytes: Vec::new(),
            ends: Vec::with_capacity(corpus.len()),
        };
        for document in corpus.docs() {
            heads.bytes.extend_from_slice(b"{\"id\":");
            push_json(&mut heads.bytes, &corpus.id(document));
            heads.bytes.extend_from_slice(b",\"start\":");
            heads.ends.push(heads.bytes.len());
        }
        heads
    }

    fn of(&self, document: usize) -> &[u8] {
        let start = document
            .checked_sub(1)
            .map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[document]]
    }

    /// Appends a line: the record as serde writes it, with the occurrences put
    /// in between.
    fn push_line(
        &self,
        to: &mut Vec<u8>,
        corpus: &Corpus,
        phrase: &Phrase,
        locations: Option<&[Occurrence]>,
        timeline: bool,
    ) {
        /// Where the occurrences belong: quotation marks in a string are escaped,
        /// so that these bytes stand only between the two keys.
        const PLACE: &[u8] = b"\"where\":[]";
        let mut record = PhraseRecord::without_locations(corpus, phrase, timeline);
        record.locations = locations.map(|_| Vec::new());
        let from = to.len();
        push_json(to, &record);
        let place = memchr::memmem::find(&to[from..], PLACE);
        if let (Some(locations @ [_, ..]), Some(place)) = (locations, place) {
            let tail = to.split_off(from + place + PLACE.len() - 1);
            for location in locations {
                self.push_occurrence(to, location);
            }
            to.pop();
            to.extend_from_slice(&tail);
        }
        to.push(b'\n');
    }

    /// Appends an occurrence and a comma.
    fn push_occurrence(&self, to: &mut Vec<u8>, location: &Occurrence) {
        const END: &[u8] = b",\"end\":";
        to.extend_from_slice(self.of(location.document.index()));
        // The rest is made from its end, so that it is copied only once.
        let mut rest = [0; 2 * MOST_DIGITS + END.len() + 2];
        let mut at = rest.len() - 2;
        rest[at..].copy_from_slice(b"},");
        at = put_number(&mut rest[..at], location.end);
        rest[at - END.len()..at].copy_from_slice(END);
        at = put_number(&mut rest[..at - END.len()], location.start);
        to.extend_from_slice(&rest[at..]);
    }
}

/// Digits of the largest `u32`.
const MOST_DIGITS: usize = 10;

/// Writes a number at the end of a buffer; returns its first index.
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
    use crate::context::Context;
    use crate::phrases::{PhraseOptions, reused_phrases};

    #[test]
    fn a_line_is_what_serde_writes() {
        let texts = [
            ("a\"\u{1}", "要联防联控、群防群治。"),
            ("雷同", "坚持联防联控、群防群治！联防联控、群防群治？"),
            ("c", "联防联控"),
        ];
        let corpus = Corpus::from_texts(texts, Default::default());
        let phrases =
            reused_phrases(&corpus, &PhraseOptions::default(), &Context::default()).unwrap();
        assert!(phrases.len() > 1);
        for timeline in [false, true] {
            let mut lines = PhraseLines::default();
            let made = lines.make(&corpus, &phrases, timeline, true).concat();
            let record = |phrase: &Phrase| {
                serde_json::to_string(&PhraseRecord::new(&corpus, phrase, timeline)).unwrap() + "\n"
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
