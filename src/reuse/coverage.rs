//! How much of each document is reused: shares by length, formula share, R-measure.

use std::ops::Range;

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;
use serde::Serialize;

use super::choose::Chosen;
use super::index::ReuseIndex;
use super::kind::Kind;
use crate::corpus::{Corpus, DocId};

/// Lengths of shared repeats that coverage is told for, in characters. 13 in
/// a row is what plagiarism checks of Chinese text ask about; 8 is two idioms;
/// 25 is a clause, 50 a sentence.
pub const LENGTHS: [u32; 4] = [8, 13, 25, 50];

/// How formulaic a document is; every share is of its folded characters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DocumentReuse {
    /// The document's id.
    pub id: String,
    /// Its folded characters.
    pub length: u32,
    /// Share inside strings of 8 characters or more that another document has.
    pub shared_8: f64,
    /// The same of 13.
    pub shared_13: f64,
    /// The same of 25.
    pub shared_25: f64,
    /// The same of 50.
    pub shared_50: f64,
    /// The R-measure of Khmelev and Teahan: 0 where no character occurs in
    /// another document, 1 for a copy.
    pub r_measure: f64,
    /// Share inside phrases of kind formula.
    pub formula: f64,
}

impl Chosen {
    /// Returns how formulaic each document is, in input order.
    ///
    /// A document's shares count what *other* documents have, copies of it
    /// included; what a text repeats of itself is not reuse. The R-measure
    /// \[KT03\] is the sum, over all its suffixes, of the longest beginning
    /// that another document has, as a share of the sum of their lengths.
    ///
    /// `corpus` and `index` must be those that the phrases were chosen from.
    /// Takes linear time and, for `n` characters, `4n` bytes.
    ///
    /// # Panics
    ///
    /// Panics after [`ReuseIndex::release_lengths`].
    pub fn by_document(&self, corpus: &Corpus, index: &ReuseIndex) -> Vec<DocumentReuse> {
        figures(corpus, index, &in_formulas(self, index, 0))
    }

    /// Returns which characters of each document stand inside phrases of kind
    /// formula that `min_documents` or more have.
    ///
    /// `corpus` and `index` must be those that the phrases were chosen from.
    /// Takes a bit a character and 8 bytes a document.
    pub fn formula_mask(
        &self,
        corpus: &Corpus,
        index: &ReuseIndex,
        min_documents: u32,
    ) -> FormulaMask {
        let mut places = vec![(0, 0); corpus.len()];
        for document in 0..index.text.documents() {
            for &id in index.text.members(document) {
                places[id.index()] = (index.text.start(document), index.text.length(document));
            }
        }
        FormulaMask {
            inside: in_formulas(self, index, min_documents),
            places,
        }
    }
}

/// Which characters of each document stand inside phrases of kind formula.
#[derive(Debug)]
pub struct FormulaMask {
    inside: BitVec<u64>,
    /// Where each document begins in it, and its characters.
    places: Vec<(u32, u32)>,
}

impl FormulaMask {
    /// Returns a bit for each folded character of a document; a surrogate pair
    /// is one.
    pub fn document(&self, document: DocId) -> &BitSlice<u64> {
        let (start, length) = self.places[document.index()];
        &self.inside[start as usize..(start + length) as usize]
    }

    /// Returns how many of `length` symbols from a position of the index's
    /// text on stand inside formulas.
    pub(crate) fn count(&self, position: u32, length: u32) -> u32 {
        let (start, end) = (position as usize, (position + length) as usize);
        self.inside[start..end].count_ones() as u32
    }

    /// Returns the bits of a stretch of a document, given in units of its
    /// folded text.
    ///
    /// # Panics
    ///
    /// Panics if the stretch reaches beyond the document.
    pub fn stretch(&self, corpus: &Corpus, document: DocId, units: Range<u32>) -> &BitSlice<u64> {
        let folded = corpus.folded(document);
        let (start, end) = (units.start as usize, units.end as usize);
        let firsts = |units: &[u16]| {
            units
                .iter()
                .filter(|unit| **unit & 0xFC00 != 0xDC00)
                .count()
        };
        let inside = self.document(document);
        // Where every character is a unit, units need not be counted.
        if inside.len() == folded.len() {
            return &inside[start..end];
        }
        let before = firsts(&folded[..start]);
        &inside[before..before + firsts(&folded[start..end])]
    }
}

fn in_formulas(chosen: &Chosen, index: &ReuseIndex, min_documents: u32) -> BitVec<u64> {
    let mut inside: BitVec<u64> = BitVec::repeat(false, index.text.len());
    let formulas = chosen
        .list
        .iter()
        .filter(|c| c.kind == Kind::Formula && c.independent >= min_documents);
    for interval in formulas.map(|choice| &choice.interval) {
        let range = interval.first as usize..=interval.last as usize;
        for &position in &index.suffixes.positions[range] {
            let start = position as usize;
            inside[start..start + interval.length as usize].fill(true);
        }
    }
    inside
}

fn figures(corpus: &Corpus, index: &ReuseIndex, in_formula: &BitSlice<u64>) -> Vec<DocumentReuse> {
    let shared = shared_with_others(index);
    let mut reuse: Vec<Option<DocumentReuse>> = vec![None; corpus.len()];
    let mut covered: BitVec<u64> = BitVec::new();
    for document in 0..index.text.documents() {
        let start = index.text.start(document) as usize;
        let length = index.text.length(document) as usize;
        let shared = &shared[start..start + length];
        let share = |count: usize| count as f64 / length as f64;
        let shares = LENGTHS.map(|at_least| {
            covered.clear();
            covered.resize(length, false);
            // Where the covered stretch that began earlier ends.
            let mut end = 0;
            for (at, &len) in shared.iter().enumerate() {
                if len >= at_least && at + len as usize > end {
                    covered[at.max(end)..at + len as usize].fill(true);
                    end = at + len as usize;
                }
            }
            share(covered.count_ones())
        });
        let total: u64 = shared.iter().map(|&len| u64::from(len)).sum();
        let most = length as u64 * (length as u64 + 1) / 2;
        for &id in index.text.members(document) {
            reuse[id.index()] = Some(DocumentReuse {
                id: corpus.id(id).to_owned(),
                length: length as u32,
                shared_8: shares[0],
                shared_13: shares[1],
                shared_25: shares[2],
                shared_50: shares[3],
                r_measure: total as f64 / most as f64,
                formula: share(in_formula[start..start + length].count_ones()),
            });
        }
    }
    let empty = |at: usize| DocumentReuse {
        id: corpus.id(DocId(at as u32)).to_owned(),
        length: 0,
        shared_8: 0.0,
        shared_13: 0.0,
        shared_25: 0.0,
        shared_50: 0.0,
        r_measure: 0.0,
        formula: 0.0,
    };
    reuse
        .into_iter()
        .enumerate()
        .map(|(at, reuse)| reuse.unwrap_or_else(|| empty(at)))
        .collect()
}

/// Returns, for every position, the length of the longest string that begins
/// there and occurs in another document too.
///
/// The nearest suffix of another document on either side in the order has the
/// most in common; what lies between is of the same document.
fn shared_with_others(index: &ReuseIndex) -> Vec<u32> {
    let (text, suffixes) = (&index.text, &index.suffixes);
    let mut shared = vec![0; text.len()];
    // Forwards: what the suffix shares with the last one of another document.
    let mut with_other = 0;
    let mut document_before = usize::MAX;
    for rank in text.documents()..text.len() {
        let position = suffixes.positions[rank] as u32;
        let document = text.document_at(position);
        let lcp = suffixes.lcp(rank);
        with_other = if document == document_before {
            lcp.min(with_other)
        } else {
            lcp
        };
        document_before = document;
        let copied = text.weight(document) > 1;
        shared[position as usize] = if copied {
            text.start(document) + text.length(document) - position
        } else {
            with_other
        };
    }
    // Backwards: with the next one.
    let mut with_other = 0;
    let mut document_after = usize::MAX;
    let mut lcp = 0;
    for rank in (text.documents()..text.len()).rev() {
        let position = suffixes.positions[rank] as u32;
        let document = text.document_at(position);
        with_other = if document == document_after {
            lcp.min(with_other)
        } else {
            lcp
        };
        document_after = document;
        lcp = suffixes.lcp(rank);
        let longest = &mut shared[position as usize];
        *longest = (*longest).max(with_other);
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reuse::{PhraseOptions, by_document, naive};
    use proptest::prelude::*;

    /// Spelt out: for every suffix the longest beginning in another document.
    fn naive_shared(documents: &[Vec<char>], of: usize) -> Vec<usize> {
        let text = &documents[of];
        let has = |part: &[char]| {
            let others = documents.iter().enumerate().filter(|(at, _)| *at != of);
            others
                .map(|(_, other)| other)
                .any(|other| other.windows(part.len()).any(|w| w == part))
        };
        let longest = |at: usize| {
            (1..=text.len() - at)
                .rev()
                .find(|len| has(&text[at..at + len]))
        };
        (0..text.len()).map(|at| longest(at).unwrap_or(0)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn prop_shared_lengths_match_brute_force(documents in naive::documents()) {
            let texts: Vec<(String, &str)> =
                documents.iter().enumerate().map(|(n, text)| (n.to_string(), text.as_str())).collect();
            let corpus = Corpus::from_texts(
                texts.iter().map(|(id, text)| (id.as_str(), *text)), Default::default());
            let reuse = by_document(&corpus, &PhraseOptions::default()).unwrap();
            let characters: Vec<Vec<char>> = documents.iter().map(|text| text.chars().collect()).collect();
            for (of, reuse) in reuse.iter().enumerate() {
                let shared = naive_shared(&characters, of);
                let length = characters[of].len();
                let r: usize = shared.iter().sum();
                if length > 0 {
                    let expected = r as f64 / (length * (length + 1) / 2) as f64;
                    prop_assert!((reuse.r_measure - expected).abs() < 1e-12);
                    let covered = (0..length)
                        .filter(|&at| (0..=at).any(|from| shared[from] >= 8 && from + shared[from] > at));
                    prop_assert_eq!(reuse.shared_8, covered.count() as f64 / length as f64);
                }
            }
        }
    }
}
