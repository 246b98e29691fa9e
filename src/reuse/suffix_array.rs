//! The order of all suffixes, by SA-IS, and the search for a string in it.

use std::cmp::Ordering;

use libsais::SuffixArrayConstruction;

use super::alphabet::{Symbol, SymbolText, Symbols};
use super::lcp::{self, SharedLengths};

/// The suffixes of a [`SymbolText`] in order, with what neighbours share.
///
/// Built by libsais (\[NZC09\], single-threaded: its OpenMP build spins on a
/// busy machine). Separators are ordinary smallest symbols, so suffixes that
/// agree up to the end of a document lie together in an order that has no
/// meaning; nothing here looks beyond a separator.
#[derive(Debug)]
pub(crate) struct SuffixArray {
    /// Positions in the text, in the order of the suffixes that begin there.
    pub(crate) positions: Vec<i32>,
    /// What neighbours share; freed once the repeats are known.
    pub(crate) shared: SharedLengths,
}

impl SuffixArray {
    /// Returns the suffix array of a text.
    ///
    /// Takes linear time; for `n` symbols `8n` bytes on the way and `6n` that
    /// stay.
    pub(crate) fn new(text: &mut SymbolText) -> Self {
        if text.len() == 0 {
            return SuffixArray {
                positions: Vec::new(),
                shared: SharedLengths::default(),
            };
        }
        const REASON: &str = "the text is shorter than 2^31 and has no negative symbol";
        let (positions, mut shared, _) = match &mut text.symbols {
            Symbols::Narrow(symbols) => SuffixArrayConstruction::for_text(symbols)
                .in_owned_buffer32()
                .single_threaded()
                .run()
                .expect(REASON)
                .plcp_construction()
                .single_threaded()
                .run()
                .expect(REASON)
                .into_parts(),
            Symbols::Wide(symbols) => SuffixArrayConstruction::for_text_mut(symbols)
                .in_owned_buffer32()
                .single_threaded()
                .run()
                .expect(REASON)
                .plcp_construction()
                .single_threaded()
                .run()
                .expect(REASON)
                .into_parts(),
        };
        lcp::clip(&mut shared, text);
        SuffixArray {
            positions,
            shared: SharedLengths::new(shared),
        }
    }

    /// Returns what the suffix at `rank` shares with the one before it.
    #[inline(always)]
    pub(crate) fn lcp(&self, rank: usize) -> u32 {
        self.shared.at(self.positions[rank] as u32)
    }

    /// Returns how many of a range of suffixes, which agree in their first
    /// `depth` symbols, go on with `part`.
    ///
    /// Takes `O(log range)` comparisons.
    #[inline]
    pub(crate) fn count_in(
        &self,
        text: &SymbolText,
        range: std::ops::Range<usize>,
        depth: u32,
        part: &[u32],
    ) -> u32 {
        match &text.symbols {
            Symbols::Narrow(symbols) => self.count_among(symbols, range, depth, part),
            Symbols::Wide(symbols) => self.count_among(symbols, range, depth, part),
        }
    }

    #[inline]
    fn count_among<S: Symbol>(
        &self,
        symbols: &[S],
        range: std::ops::Range<usize>,
        depth: u32,
        part: &[u32],
    ) -> u32 {
        let order = |&position: &i32| {
            // Only the suffix that ends with the text has no symbol there.
            let from = (position as usize + depth as usize).min(symbols.len());
            let suffix = symbols[from..].iter().map(|s| s.number());
            for (there, &here) in suffix.zip(part) {
                if there != here {
                    return there.cmp(&here);
                }
            }
            if symbols.len() - from < part.len() {
                Ordering::Less
            } else {
                Ordering::Equal
            }
        };
        // The two ends are looked for apart only from where they part.
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            match order(&self.positions[middle]) {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => {
                    let before = self.positions[low..middle]
                        .partition_point(|position| order(position) == Ordering::Less);
                    let after = self.positions[middle + 1..high]
                        .partition_point(|position| order(position) == Ordering::Equal);
                    return (middle + 1 + after - (low + before)) as u32;
                }
            }
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reuse::naive;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_suffix_array_matches_sorted_suffixes(documents in naive::documents()) {
            let units = naive::units(&documents);
            let mut text = SymbolText::new(units.iter().map(Vec::as_slice)).unwrap();
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
        let mut text = SymbolText::new(documents.iter().map(Vec::as_slice)).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        let all = 0..text.len();
        let (b, c) = (text.symbol('b').unwrap(), text.symbol('c').unwrap());
        assert_eq!(suffixes.count_in(&text, all.clone(), 0, &[b]), 4);
        assert_eq!(suffixes.count_in(&text, all.clone(), 0, &[b, c]), 2);
        assert_eq!(suffixes.count_in(&text, all, 0, &[c, c]), 0);
    }
}
