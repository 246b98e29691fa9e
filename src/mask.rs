//! A mask of the characters that stand inside formulas, and the weight of stretches of text.

use std::ops::Range;

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::prefetch::prefetch;
use crate::text::letters::A_CHARACTER;

/// A mask over the documents of a corpus: which characters stand inside phrases
/// of kind formula.
#[derive(Debug)]
pub struct FormulaMask {
    inside: BitVec<u64>,
    /// Fewest documents that have a formula of their own.
    min_documents: u32,
    /// Which characters are letters of scripts that separate words by spaces.
    letters: BitVec<u64>,
    /// First bit of each document, and the number of its characters.
    ranges: Vec<(u32, u32)>,
}

impl FormulaMask {
    /// Returns a mask of the concatenated text of a corpus. `inside` and
    /// `letters` have a bit a character; `ranges` holds the first bit of each
    /// document and the number of its characters.
    pub(crate) fn new(
        inside: BitVec<u64>,
        min_documents: u32,
        letters: BitVec<u64>,
        ranges: Vec<(u32, u32)>,
    ) -> Self {
        FormulaMask {
            inside,
            min_documents,
            letters,
            ranges,
        }
    }

    /// Returns the bits of the whole concatenated text.
    pub(crate) fn inside(&self) -> &BitVec<u64> {
        &self.inside
    }

    /// Returns the fewest documents that have a formula of the mask of their own.
    pub(crate) fn min_documents(&self) -> u32 {
        self.min_documents
    }

    /// Returns a bit for each normalized character of a document; a surrogate
    /// pair is one character.
    pub fn document(&self, document: DocId) -> &BitSlice<u64> {
        let (start, length) = self.ranges[document.index()];
        &self.inside[start as usize..(start + length) as usize]
    }

    /// Prefetches the bits of a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        let word = position as usize / u64::BITS as usize;
        prefetch(self.inside.as_raw_slice(), word);
        prefetch(self.letters.as_raw_slice(), word);
    }

    /// Returns the weight of some characters of a document.
    pub(crate) fn weight(&self, document: DocId, characters: Range<u32>) -> Weight {
        let (start, _) = self.ranges[document.index()];
        self.weight_at(start + characters.start, characters.len() as u32)
    }

    /// Returns the weight of `length` symbols from a position of the
    /// concatenated text on.
    pub(crate) fn weight_at(&self, position: u32, length: u32) -> Weight {
        let (inside, letters) = (self.inside.as_raw_slice(), self.letters.as_raw_slice());
        let mut weight = Weight::default();
        for (word, bits) in pieces(position as usize, length as usize) {
            let own = bits & !inside[word];
            let thirds = |bits: u64| {
                let letters = (bits & letters[word]).count_ones();
                u64::from(A_CHARACTER * bits.count_ones() - (A_CHARACTER - 1) * letters)
            };
            weight.all += thirds(bits);
            weight.own += thirds(own);
        }
        weight
    }

    /// Returns the bits of a stretch of a document, given in units of its
    /// normalized text.
    ///
    /// # Panics
    ///
    /// Panics if the stretch reaches beyond the document.
    pub fn stretch(&self, corpus: &Corpus, document: DocId, units: Range<u32>) -> &BitSlice<u64> {
        let normalized = corpus.normalized(document);
        let (start, end) = (units.start as usize, units.end as usize);
        let firsts = |units: &[u16]| {
            units
                .iter()
                .filter(|unit| **unit & 0xFC00 != 0xDC00)
                .count()
        };
        let inside = self.document(document);
        // Where every character is a unit, units need not be counted.
        if inside.len() == normalized.len() {
            return &inside[start..end];
        }
        let before = firsts(&normalized[..start]);
        &inside[before..before + firsts(&normalized[start..end])]
    }
}

/// The weight of a stretch of text, in letters: a Han character weighs as much
/// as [`A_CHARACTER`] letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) all: u64,
    /// Weight of the characters outside formulas.
    pub(crate) own: u64,
}

/// Returns the words that a stretch of bits lies in, and its bits in each: one
/// word or two for a phrase.
pub(crate) fn pieces(start: usize, length: usize) -> impl Iterator<Item = (usize, u64)> {
    const BITS: usize = u64::BITS as usize;
    let end = start + length;
    (start / BITS..end.div_ceil(BITS)).map(move |word| {
        let from = start.saturating_sub(word * BITS);
        let to = (end - word * BITS).min(BITS);
        (word, u64::MAX << from & u64::MAX >> (BITS - to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
