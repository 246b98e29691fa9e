//! The way back from positions to ranks, for those positions that are asked for.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::prefetch::prefetch;
use crate::suffix::suffix_array::SuffixArray;

/// Positions that are asked for: a bit each.
pub(crate) struct InverseQuery {
    blocks: Vec<Block>,
}

/// What is asked for of [`Block::POSITIONS`] positions, and how many before
/// each 64 of them: a cache line, since it is read at random.
#[derive(Clone, Default)]
#[repr(align(64))]
struct Block {
    bits: [u64; Block::WORDS],
    /// Positions that are asked for before the block, and in it before each
    /// word.
    before: u32,
    within: [u16; Block::WORDS],
}

impl Block {
    const WORDS: usize = 6;
    const POSITIONS: u32 = Block::WORDS as u32 * 64;

    /// Returns the word of a position in its block, and its bit.
    #[inline(always)]
    fn place(position: u32) -> (usize, u64) {
        let within = position % Block::POSITIONS;
        ((within / 64) as usize, 1 << (within % 64))
    }
}

impl InverseQuery {
    /// Returns none of the positions of a text of so many symbols.
    pub(crate) fn none(symbols: usize) -> Self {
        let blocks = symbols / Block::POSITIONS as usize + 1;
        InverseQuery {
            blocks: vec![Block::default(); blocks],
        }
    }

    /// Asks for positions.
    pub(crate) fn add(&mut self, positions: impl Iterator<Item = u32>) {
        for position in positions {
            let (word, bit) = Block::place(position);
            self.blocks[(position / Block::POSITIONS) as usize].bits[word] |= bit;
        }
    }

    /// Finds the ranks, in one pass over the suffix array; a whole inverse
    /// would take 4 bytes a symbol.
    pub(crate) fn find(mut self, suffixes: &SuffixArray) -> PartialInverse {
        /// PartialInverse that a core takes at a time.
        const A_TASK: usize = 1 << 16;
        /// PartialInverse between the fetching of a block and its reading.
        const AHEAD: usize = 16;
        let mut count = 0;
        for block in &mut self.blocks {
            block.before = count;
            for (within, bits) in block.within.iter_mut().zip(block.bits) {
                *within = (count - block.before) as u16;
                count += bits.count_ones();
            }
        }
        let ranks: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
        let found = PartialInverse {
            blocks: self.blocks,
            ranks,
        };
        let tasks = suffixes.positions.par_chunks(A_TASK).enumerate();
        tasks.for_each(|(task, positions)| {
            let ahead = positions.iter().skip(AHEAD).chain(&[0; AHEAD]);
            let ranks = task * A_TASK..;
            for ((rank, &position), &ahead) in ranks.zip(positions).zip(ahead) {
                prefetch(&found.blocks, (ahead as u32 / Block::POSITIONS) as usize);
                if let Some(at) = found.place(position as u32) {
                    found.ranks[at].store(rank as u32, Ordering::Relaxed);
                }
            }
        });
        found
    }
}

/// The ranks of the suffixes at some positions.
pub(crate) struct PartialInverse {
    blocks: Vec<Block>,
    ranks: Vec<AtomicU32>,
}

impl PartialInverse {
    #[inline(always)]
    fn place(&self, position: u32) -> Option<usize> {
        let block = &self.blocks[(position / Block::POSITIONS) as usize];
        let (word, bit) = Block::place(position);
        let bits = block.bits[word];
        if bits & bit == 0 {
            return None;
        }
        let before = block.before + u32::from(block.within[word]);
        Some((before + (bits & (bit - 1)).count_ones()) as usize)
    }

    /// Fetches what tells whether a position was asked for ahead of the reading.
    #[inline]
    pub(crate) fn prefetch_query(&self, position: u32) {
        prefetch(&self.blocks, (position / Block::POSITIONS) as usize);
    }

    /// Fetches the rank at a position ahead of the reading.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        if let Some(at) = self.place(position) {
            prefetch(&self.ranks, at);
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
    use crate::suffix::concat::ConcatText;

    #[test]
    fn what_is_asked_for_is_found_and_nothing_else() {
        let units: Vec<u16> = (0..1000).map(|n| 1 + (n * n % 37) as u16).collect();
        let mut text = ConcatText::new(1, |_| &units).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        let mut query = InverseQuery::none(text.len());
        query.add((0..1001).filter(|position| position % 7 == 3));
        let ranks = query.find(&suffixes);
        for (rank, &position) in suffixes.positions.iter().enumerate() {
            let expected = (position % 7 == 3).then_some(rank);
            assert_eq!(ranks.of(position as u32), expected);
        }
    }
}
