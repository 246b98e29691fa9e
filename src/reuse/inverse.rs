//! The way back from positions to ranks, for those positions that are asked for.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::suffix_array::SuffixArray;
use crate::kernel::fetch::fetch;

/// Positions that are asked for: a bit each.
pub(crate) struct Asked {
    bits: Vec<u64>,
}

impl Asked {
    /// Returns none of the positions of a text of so many symbols.
    pub(crate) fn none(symbols: usize) -> Self {
        Asked {
            bits: vec![0; symbols / 64 + 1],
        }
    }

    /// Asks for positions.
    pub(crate) fn add(&mut self, positions: impl Iterator<Item = u32>) {
        for position in positions {
            self.bits[position as usize / 64] |= 1 << (position % 64);
        }
    }

    /// Finds the ranks, in one pass over the suffix array; a whole inverse
    /// would take 4 bytes a symbol.
    pub(crate) fn find(self, suffixes: &SuffixArray) -> Ranks {
        /// Ranks that a core takes at a time.
        const A_TASK: usize = 1 << 16;
        let mut count = 0;
        let words = self.bits.into_iter().map(|bits| {
            let before = count;
            count += bits.count_ones();
            Word { bits, before }
        });
        let words = words.collect();
        let ranks: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
        let found = Ranks { words, ranks };
        let tasks = suffixes.positions.par_chunks(A_TASK).enumerate();
        tasks.for_each(|(task, positions)| {
            for (rank, &position) in (task * A_TASK..).zip(positions) {
                if let Some(at) = found.place(position as u32) {
                    found.ranks[at].store(rank as u32, Ordering::Relaxed);
                }
            }
        });
        found
    }
}

/// The ranks of the suffixes at some positions.
pub(crate) struct Ranks {
    words: Vec<Word>,
    ranks: Vec<AtomicU32>,
}

/// What is asked for of 64 positions, and how many before them; together,
/// since both are read at random.
struct Word {
    bits: u64,
    before: u32,
}

impl Ranks {
    #[inline(always)]
    fn place(&self, position: u32) -> Option<usize> {
        let Word { bits, before } = &self.words[position as usize / 64];
        let bit = 1_u64 << (position % 64);
        if bits & bit == 0 {
            return None;
        }
        Some((before + (bits & (bit - 1)).count_ones()) as usize)
    }

    /// Fetches the rank at a position ahead of the reading.
    #[inline]
    pub(crate) fn fetch(&self, position: u32) {
        if let Some(at) = self.place(position) {
            fetch(&self.ranks, at);
        }
    }

    /// Returns the rank of the suffix at a position that was asked for.
    #[inline]
    pub(crate) fn of(&self, position: u32) -> Option<usize> {
        let at = self.place(position)?;
        Some(self.ranks[at].load(Ordering::Relaxed) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reuse::alphabet::SymbolText;

    #[test]
    fn what_is_asked_for_is_found_and_nothing_else() {
        let units: Vec<u16> = (0..1000).map(|n| 1 + (n * n % 37) as u16).collect();
        let mut text = SymbolText::new([units.as_slice()].into_iter()).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        let mut asked = Asked::none(text.len());
        asked.add((0..1001).filter(|position| position % 7 == 3));
        let ranks = asked.find(&suffixes);
        for (rank, &position) in suffixes.positions.iter().enumerate() {
            let expected = (position % 7 == 3).then_some(rank);
            assert_eq!(ranks.of(position as u32), expected);
        }
    }
}
