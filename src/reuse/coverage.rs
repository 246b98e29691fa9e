//! How much of each document is reused: shares by length, formula share, R-measure.

use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;
use rayon::prelude::*;
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
        let words = self.inside.as_raw_slice();
        pieces(position as usize, length as usize)
            .map(|(word, bits)| (words[word] & bits).count_ones())
            .sum()
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
    let words = inside.as_raw_mut_slice();
    for interval in formulas.map(|choice| &choice.interval) {
        let range = interval.first as usize..=interval.last as usize;
        for &position in &index.suffixes.positions[range] {
            for (word, bits) in pieces(position as usize, interval.length as usize) {
                words[word] |= bits;
            }
        }
    }
    inside
}

/// Returns the words that a stretch of bits lies in, and its bits in each:
/// one or two, for phrases are short.
fn pieces(start: usize, length: usize) -> impl Iterator<Item = (usize, u64)> {
    const BITS: usize = u64::BITS as usize;
    let end = start + length;
    (start / BITS..end.div_ceil(BITS)).map(move |word| {
        let from = start.saturating_sub(word * BITS);
        let to = (end - word * BITS).min(BITS);
        (word, u64::MAX << from & u64::MAX >> (BITS - to))
    })
}

fn figures(corpus: &Corpus, index: &ReuseIndex, in_formula: &BitSlice<u64>) -> Vec<DocumentReuse> {
    let shared = shared_with_others(index);
    let of_document = |document: usize| {
        let start = index.text.start(document) as usize;
        let length = index.text.length(document) as usize;
        let mut covered = [0; LENGTHS.len()];
        // Where the covered stretch that began earlier ends.
        let mut ends = [0; LENGTHS.len()];
        let mut total = 0;
        for (at, len) in shared[start..start + length].iter().enumerate() {
            let len = len.load(Relaxed);
            total += u64::from(len);
            let until = at + len as usize;
            for ((covered, end), at_least) in covered.iter_mut().zip(&mut ends).zip(LENGTHS) {
                if len >= at_least && until > *end {
                    *covered += until - at.max(*end);
                    *end = until;
                }
            }
        }
        let share = |count: usize| count as f64 / length as f64;
        let most = length as u64 * (length as u64 + 1) / 2;
        DocumentReuse {
            id: String::new(),
            length: length as u32,
            shared_8: share(covered[0]),
            shared_13: share(covered[1]),
            shared_25: share(covered[2]),
            shared_50: share(covered[3]),
            r_measure: total as f64 / most as f64,
            formula: share(in_formula[start..start + length].count_ones()),
        }
    };
    let distinct: Vec<DocumentReuse> = (0..index.text.documents())
        .into_par_iter()
        .map(of_document)
        .collect();
    let empty = DocumentReuse {
        id: String::new(),
        length: 0,
        shared_8: 0.0,
        shared_13: 0.0,
        shared_25: 0.0,
        shared_50: 0.0,
        r_measure: 0.0,
        formula: 0.0,
    };
    let mut reuse = vec![empty; corpus.len()];
    for (document, figures) in distinct.into_iter().enumerate() {
        for &id in index.text.members(document) {
            reuse[id.index()].clone_from(&figures);
        }
    }
    for (document, figures) in corpus.docs().zip(&mut reuse) {
        corpus.id(document).clone_into(&mut figures.id);
    }
    reuse
}

/// Ranks that a core takes at a time.
const A_TASK: usize = 1 << 16;

/// Returns, for every position, the length of the longest string that begins
/// there and occurs in another document too.
///
/// The nearest suffix of another document on either side in the order has the
/// most in common; what lies between is of the same document.
fn shared_with_others(index: &ReuseIndex) -> Vec<AtomicU32> {
    let (text, suffixes) = (&index.text, &index.suffixes);
    let len = text.len();
    // No two ranks have one position, so nobody waits for anybody.
    let mut shared = Vec::new();
    shared.resize_with(len, AtomicU32::default);
    let document_at = |rank: usize| text.document_at(suffixes.positions[rank] as u32);
    let lcp = |rank: usize| if rank < len { suffixes.lcp(rank) } else { 0 };
    // Suffixes of one document, one after another, are taken together by
    // whom the first of them belongs to.
    let take = |forwards: &mut Vec<u32>, first: usize, end: usize| {
        let mut rank = first;
        if rank > text.documents() {
            let before = document_at(rank - 1);
            while rank < end && document_at(rank) == before {
                rank += 1;
            }
        }
        while rank < end {
            let document = document_at(rank);
            let begin = rank;
            // Forwards: what a suffix shares with the last one of another
            // document.
            forwards.clear();
            let mut with_other = u32::MAX;
            while rank < len && (rank == begin || document_at(rank) == document) {
                with_other = with_other.min(lcp(rank));
                forwards.push(with_other);
                rank += 1;
            }
            let end_of_document = text.start(document) + text.length(document);
            let copied = text.weight(document) > 1;
            // Backwards: with the next one.
            let mut with_other = lcp(rank);
            for (rank, before) in (begin..rank).zip(&*forwards).rev() {
                let position = suffixes.positions[rank] as u32;
                let longest = match copied {
                    true => end_of_document - position,
                    false => with_other.max(*before),
                };
                shared[position as usize].store(longest, Relaxed);
                with_other = with_other.min(lcp(rank));
            }
        }
    };
    let first = text.documents();
    (0..(len - first).div_ceil(A_TASK))
        .into_par_iter()
        .for_each_init(Vec::new, |forwards, task| {
            let from = first + task * A_TASK;
            take(forwards, from, len.min(from + A_TASK));
        });
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

    #[test]
    fn pieces_of_a_stretch_are_its_bits() {
        for (start, length) in [(0, 1), (0, 64), (3, 61), (63, 2), (64, 1), (5, 200), (7, 0)] {
            let mut words = [0_u64; 4];
            pieces(start, length).for_each(|(word, bits)| words[word] |= bits);
            let is_set = |at: usize| words[at / 64] >> (at % 64) & 1 == 1;
            for at in 0..256 {
                let inside = (start..start + length).contains(&at);
                assert_eq!(is_set(at), inside, "{at} in {length} from {start}");
            }
        }
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
