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
        let mut before = Vec::with_capacity(self.bits.len());
        let mut count = 0;
        for word in &self.bits {
            before.push(count);
            count += word.count_ones();
        }
        let ranks: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
        let found = Ranks {
            bits: self.bits,
            before,
            ranks,
        };
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
    bits: Vec<u64>,
    /// Bits before each word.
    before: Vec<u32>,
    ranks: Vec<AtomicU32>,
}

impl Ranks {
    #[inline(always)]
    fn place(&self, position: u32) -> Option<usize> {
        let word = self.bits[position as usize / 64];
        let bit = 1_u64 << (position % 64);
        if word & bit == 0 {
            return None;
        }
        let before = self.before[position as usize / 64];
        Some((before + (word & (bit - 1)).count_ones()) as usize)
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
