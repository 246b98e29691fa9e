//! Which characters of each document stand inside formulas, and what the
//! others weigh.

use std::ops::Range;

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::prefetch::prefetch;
use crate::text::letters::A_CHARACTER;

/// Which characters of each document stand inside phrases of kind formula,
/// and what the others weigh.
#[derive(Debug)]
pub struct FormulaMask {
    inside: BitVec<u64>,
    /// Documents that have each of them at least.
    min_documents: u32,
    /// Letters of scripts that part words by spaces.
    letters: BitVec<u64>,
    /// Where each document begins in it, and its characters.
    places: Vec<(u32, u32)>,
}

impl FormulaMask {
    /// Returns a mask of the concatenated text of a corpus. `inside` and
    /// `letters` have a bit a character; `places` says where each document
    /// begins in them, and how many characters it has.
    pub(crate) fn new(
        inside: BitVec<u64>,
        min_documents: u32,
        letters: BitVec<u64>,
        places: Vec<(u32, u32)>,
    ) -> Self {
        FormulaMask {
            inside,
            min_documents,
            letters,
            places,
        }
    }

    /// Returns the bits of the whole concatenated text.
    pub(crate) fn inside(&self) -> &BitVec<u64> {
        &self.inside
    }

    /// Returns the number of documents that have each of the formulas at least.
    pub(crate) fn min_documents(&self) -> u32 {
        self.min_documents
    }

    /// Returns a bit for each normalized character of a document; a surrogate pair
    /// is one.
    pub fn document(&self, document: DocId) -> &BitSlice<u64> {
        let (start, length) = self.places[document.index()];
        &self.inside[start as usize..(start + length) as usize]
    }

    /// Fetches what is read of a position ahead of the reading.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        let word = position as usize / u64::BITS as usize;
        prefetch(self.inside.as_raw_slice(), word);
        prefetch(self.letters.as_raw_slice(), word);
    }

    /// Returns what some characters of a document weigh, and what those of
    /// them weigh that stand outside formulas.
    pub(crate) fn weight(&self, document: DocId, characters: Range<u32>) -> Weight {
        let (start, _) = self.places[document.index()];
        self.weight_at(start + characters.start, characters.len() as u32)
    }

    /// The same of `length` symbols from a position of the index's text on.
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

/// What a stretch of text weighs, in letters: a Han character weighs as much
/// as [`A_CHARACTER`] of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    pub(crate) all: u64,
    /// What stands outside formulas.
    pub(crate) own: u64,
}

/// Returns the words that a stretch of bits lies in, and its bits in each:
/// one or two, for phrases are short.
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
