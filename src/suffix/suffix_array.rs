//! The order of all suffixes, by SA-IS.

use libsais::SuffixArrayConstruction;

use crate::prefetch::prefetch;
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
    pub(crate) positions: Vec<i32>,
    /// Lengths that neighbours share; freed once the repeats are found.
    pub(crate) lcp_array: LcpArray,
}

impl SuffixArray {
    /// Returns the suffix array of a text.
    ///
    /// Takes linear time and, for `n` symbols, `6n` bytes while it works and
    /// `5n` for the result.
    pub(crate) fn new(text: &mut ConcatText) -> Self {
        if text.len() == 0 {
            return SuffixArray {
                positions: Vec::new(),
                lcp_array: LcpArray::default(),
            };
        }
        const REASON: &str = "the text is shorter than 2^31 and has no negative symbol";
        let positions = match &mut text.symbols {
            Symbols::Narrow(symbols) => SuffixArrayConstruction::for_text(symbols)
                .in_owned_buffer32()
                .single_threaded()
                .run()
                .expect(REASON)
                .into_vec(),
            Symbols::Wide(symbols) => SuffixArrayConstruction::for_text_mut(symbols)
                .in_owned_buffer32()
                .single_threaded()
                .run()
                .expect(REASON)
                .into_vec(),
        };
        let lcp_array = LcpArray::new(text, &positions);
        SuffixArray {
            positions,
            lcp_array,
        }
    }

    /// Prefetches the position of the suffix at a rank.
    #[inline]
    pub(crate) fn prefetch(&self, rank: u32) {
        prefetch(&self.positions, rank as usize);
    }

    /// Returns the length that the suffix at `rank` shares with the one before
    /// it.
    #[inline(always)]
    pub(crate) fn lcp(&self, rank: usize) -> u32 {
        self.lcp_array.at(rank)
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
            prop_assert_eq!(&suffixes.positions, &expected);
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
            suffixes.positions.iter().position(is).unwrap()
        };
        assert_eq!(suffixes.lcp(rank("bc") + 1), 4);
        assert_eq!(
            suffixes.lcp_array.range(rank("bc"), 1).map(|(a, b)| b - a),
            Some(3)
        );
    }
}
