//! The order of all suffixes, by SA-IS.

use std::ops::Range;

use libsais::SuffixArrayConstruction;

use crate::spill::Column;
use crate::suffix::concat::{ConcatText, Symbols};
use crate::suffix::lcp::LcpArray;

/// The suffixes of a [`ConcatText`] in order, with the lengths that neighbours
/// share.
///
/// Built by libsais (\[NZC09\], single-threaded: its OpenMP build spins on a
/// busy machine). Separators are ordinary smallest symbols, so suffixes that
/// agree up to the end of a document lie together in an order that has no
/// meaning; nothing here looks beyond a separator.
#[derive(Debug)]
pub(crate) struct SuffixArray {
    /// Positions in the text, in the order of the suffixes that begin there.
    pub(crate) positions: Column<i32>,
    /// Lengths that neighbours share; freed once the repeats are found.
    pub(crate) lcp_array: LcpArray,
    /// Bytes of memory for what is looked up together, where little is.
    pub(crate) room: Option<usize>,
    /// Whether there is not even a byte a character for the boundaries between
    /// them.
    pub(crate) derives_boundaries: bool,
}

impl SuffixArray {
    /// Returns the suffix array of a text.
    ///
    /// Takes linear time and, for `n` symbols, `6n` bytes while it works and
    /// `5n` for the result.
    pub(crate) fn new(text: &mut ConcatText) -> Self {
        let all = 0..text.len();
        let positions = sorted_suffixes(&mut text.symbols, all);
        let lcp_array = LcpArray::new(text, &positions);
        SuffixArray {
            positions: positions.into(),
            lcp_array,
            room: None,
            derives_boundaries: false,
        }
    }

    /// Returns the position of the suffix at a rank.
    #[inline(always)]
    pub(crate) fn position(&self, rank: usize) -> u32 {
        self.positions.at(rank) as u32
    }

    /// Returns the mapped pages to the system: texts are read for now.
    pub(crate) fn release_pages(&self) {
        self.positions.release();
        self.lcp_array.release();
    }

    /// Returns how many items of some bytes each may be held together, given
    /// how many are where memory has no bound.
    pub(crate) fn batch_len(&self, item_bytes: usize, most: usize) -> usize {
        /// Fewest that are worth a pass over the suffix array.
        const LEAST: usize = 1 << 12;
        self.room.map_or(most, |room| {
            (room / item_bytes).clamp(LEAST, most.max(LEAST))
        })
    }

    /// Prefetches the position of the suffix at a rank.
    #[inline]
    pub(crate) fn prefetch(&self, rank: u32) {
        self.positions.prefetch(rank as usize);
    }

    /// Returns the length that the suffix at `rank` shares with the one before
    /// it.
    #[inline(always)]
    pub(crate) fn lcp(&self, rank: usize) -> u32 {
        self.lcp_array.at(rank)
    }
}

/// Returns the suffixes of a stretch of a text in order, as if the text ended
/// with it; positions count from its begin.
///
/// Takes linear time and 4 bytes a symbol.
pub(crate) fn sorted_suffixes(symbols: &mut Symbols, range: Range<usize>) -> Vec<i32> {
    const REASON: &str = "the text is shorter than 2^31 and has no negative symbol";
    if range.is_empty() {
        return Vec::new();
    }
    match symbols {
        Symbols::Narrow(symbols) => SuffixArrayConstruction::for_text(&symbols[range])
            .in_owned_buffer32()
            .single_threaded()
            .run()
            .expect(REASON)
            .into_vec(),
        Symbols::Wide(symbols) => SuffixArrayConstruction::for_text_mut(&mut symbols[range])
            .in_owned_buffer32()
            .single_threaded()
            .run()
            .expect(REASON)
            .into_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::naive;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_suffix_array_matches_sorted_suffixes(documents in naive::documents()) {
            let units = naive::units(&documents);
            let mut text = ConcatText::new(units.len(), |at| &units[at]).unwrap();
            let suffixes = SuffixArray::new(&mut text);
            let symbols: Vec<u32> = (0..text.len() as u32).map(|p| text.at(p)).collect();
            let mut expected: Vec<i32> = (0..text.len() as i32).collect();
            expected.sort_by_key(|&p| &symbols[p as usize..]);
            prop_assert_eq!(suffixes.positions.slice(0..text.len()), &expected);
            for rank in 1..text.len() {
                let (a, b) = (expected[rank - 1] as usize, expected[rank] as usize);
                let same = symbols[a..].iter().zip(&symbols[b..]).take_while(|(x, y)| x == y && **x != 0);
                prop_assert_eq!(suffixes.lcp(rank) as usize, same.count());
            }
        }
    }

    #[test]
    fn a_wide_text_is_sorted_like_a_narrow_one() {
        let filler: String = ('\u{100}'..='\u{1ffff}').collect();
        let documents: Vec<Vec<u16>> = ["abcab", "bcab", &filler]
            .iter()
            .map(|text| text.encode_utf16().collect())
            .collect();
        let mut text = ConcatText::new(documents.len(), |at| &documents[at]).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        let rank = |string: &str| {
            let is = |&position: &i32| {
                text.len() >= position as usize + 3 && text.slice(position as u32, 2) == string
            };
            suffixes
                .positions
                .slice(0..text.len())
                .iter()
                .position(is)
                .unwrap()
        };
        assert_eq!(suffixes.lcp(rank("bc") + 1), 4);
        assert_eq!(
            suffixes.lcp_array.range(rank("bc"), 1).map(|(a, b)| b - a),
            Some(3)
        );
    }
}
