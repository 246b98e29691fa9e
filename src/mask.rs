//! A mask of the characters that stand inside formulas and boilerplate.

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;

use crate::corpus::{Corpus, DocId};
use crate::span::UnitSpan;

/// A mask over the documents of a corpus: which characters stand inside phrases
/// of kind formula, or inside boilerplate. Whoever finds these fills it.
#[derive(Debug)]
pub struct FormulaMask {
    inside: BitVec<u64>,
    /// First bit of each document, and the number of its characters.
    ranges: Vec<(u32, u32)>,
}

impl FormulaMask {
    /// Returns a mask of the concatenated text of a corpus. `inside` has a bit a
    /// character; `ranges` holds the first bit of each document and the number
    /// of its characters.
    pub(crate) fn new(inside: BitVec<u64>, ranges: Vec<(u32, u32)>) -> Self {
        FormulaMask { inside, ranges }
    }

    /// Returns a bit for each normalized character of a document; a surrogate
    /// pair is one character.
    pub fn document(&self, document: DocId) -> &BitSlice<u64> {
        let (start, length) = self.ranges[document.index()];
        &self.inside[start as usize..(start + length) as usize]
    }

    /// Returns how many characters of a stretch of a document stand outside of
    /// the mask; the stretch is given in units of its normalized text.
    ///
    /// # Panics
    ///
    /// Panics if the stretch reaches beyond the document.
    pub fn own(&self, corpus: &Corpus, document: DocId, units: UnitSpan) -> u32 {
        self.stretch(corpus, document, units).count_zeros() as u32
    }

    /// Adds stretches of documents, such as boilerplate, in units of their
    /// normalized texts; those of one document are in order.
    ///
    /// # Panics
    ///
    /// Panics if a stretch reaches beyond its document.
    pub fn add(
        &mut self,
        corpus: &Corpus,
        stretches: impl IntoIterator<Item = (DocId, Vec<UnitSpan>)>,
    ) {
        for (document, stretches) in stretches {
            let normalized = corpus.normalized(document);
            let (start, _) = self.ranges[document.index()];
            let (mut unit, mut bit) = (0, start as usize);
            for stretch in stretches {
                let (from, to) = (stretch.start as usize, stretch.end as usize);
                bit += characters(&normalized[unit..from]);
                let end = bit + characters(&normalized[from..to]);
                self.inside[bit..end].fill(true);
                (unit, bit) = (to, end);
            }
        }
    }

    /// Returns the bits of a stretch of a document, given in units of its
    /// normalized text.
    ///
    /// # Panics
    ///
    /// Panics if the stretch reaches beyond the document.
    pub fn stretch(&self, corpus: &Corpus, document: DocId, units: UnitSpan) -> &BitSlice<u64> {
        let normalized = corpus.normalized(document);
        let (start, end) = (units.start as usize, units.end as usize);
        let inside = self.document(document);
        // Where every character is a unit, units need not be counted.
        if inside.len() == normalized.len() {
            return &inside[start..end];
        }
        let before = characters(&normalized[..start]);
        &inside[before..before + characters(&normalized[start..end])]
    }
}

/// Returns the number of characters of some units: a surrogate pair is one.
fn characters(units: &[u16]) -> usize {
    UnitSpan::from(0..units.len() as u32).characters(units) as usize
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
