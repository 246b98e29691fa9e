//! A partial inverse suffix array: the ranks of the suffixes at chosen positions.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::prefetch::{prefetch, prefetched};
use crate::suffix::suffix_array::SuffixArray;

/// Positions whose ranks are wanted: a bit each.
pub(crate) struct InverseQuery {
    blocks: Vec<Block>,
}

/// The bits of [`Block::POSITIONS`] positions, and how many are set before each
/// 64 of them: a cache line, since it is read at random.
#[derive(Clone, Default)]
#[repr(align(64))]
struct Block {
    bits: [u64; Block::WORDS],
    /// Bits that are set before the block.
    before: u32,
    /// Bits that are set in the block before each word.
    within: [u16; Block::WORDS],
}

impl Block {
    const WORDS: usize = 6;
    const POSITIONS: u32 = Block::WORDS as u32 * 64;

    /// Returns the word of a position in its block, and its bit in that word.
    #[inline(always)]
    fn word_and_bit(position: u32) -> (usize, u64) {
        let within = position % Block::POSITIONS;
        ((within / 64) as usize, 1 << (within % 64))
    }
}

impl InverseQuery {
    /// Returns an empty query over a text of `symbols` symbols.
    pub(crate) fn new(symbols: usize) -> Self {
        let blocks = symbols / Block::POSITIONS as usize + 1;
        InverseQuery {
            blocks: vec![Block::default(); blocks],
        }
    }

    /// Adds positions to the query.
    pub(crate) fn add(&mut self, positions: impl Iterator<Item = u32>) {
        for position in positions {
            let (word, bit) = Block::word_and_bit(position);
            self.blocks[(position / Block::POSITIONS) as usize].bits[word] |= bit;
        }
    }

    /// Returns the ranks of the positions, found in one pass over the suffix
    /// array; a whole inverse would take 4 bytes a symbol.
    pub(crate) fn find(mut self, suffixes: &SuffixArray) -> PartialInverse {
        /// Ranks that a core takes at a time.
        const TASK_LEN: usize = 1 << 16;
        /// Ranks between the prefetching of a block and its reading.
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
        let all = suffixes.positions.len();
        let tasks = (0..all).into_par_iter().step_by(TASK_LEN);
        tasks.for_each(|task| {
            let fetch = |later: &i32| found.prefetch_query(*later as u32);
            let ranks = task..all.min(task + TASK_LEN);
            let positions = suffixes.positions.slice(ranks.clone());
            for (rank, &position) in ranks.zip(prefetched(positions, AHEAD, fetch)) {
                if let Some(at) = found.slot(position as u32) {
                    found.ranks[at].store(rank as u32, Ordering::Relaxed);
                }
            }
        });
        found
    }
}

/// The ranks of the suffixes at the positions of a query.
pub(crate) struct PartialInverse {
    blocks: Vec<Block>,
    ranks: Vec<AtomicU32>,
}

impl PartialInverse {
    #[inline(always)]
    fn slot(&self, position: u32) -> Option<usize> {
        let block = &self.blocks[(position / Block::POSITIONS) as usize];
        let (word, bit) = Block::word_and_bit(position);
        let bits = block.bits[word];
        if bits & bit == 0 {
            return None;
        }
        let before = block.before + u32::from(block.within[word]);
        Some((before + (bits & (bit - 1)).count_ones()) as usize)
    }

    /// Prefetches what tells whether a position is in the query.
    #[inline]
    pub(crate) fn prefetch_query(&self, position: u32) {
        prefetch(&self.blocks, (position / Block::POSITIONS) as usize);
    }

    /// Prefetches the rank of the suffix at a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        if let Some(at) = self.slot(position) {
            prefetch(&self.ranks, at);
        }
    }

    /// Returns the rank of the suffix at a position, if the query contains it.
    #[inline]
    pub(crate) fn rank(&self, position: u32) -> Option<usize> {
        let at = self.slot(position)?;
        Some(self.ranks[at].load(Ordering::Relaxed) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::concat::ConcatText;

    #[test]
    fn positions_of_the_query_have_their_rank_and_others_none() {
        let units: Vec<u16> = (0..1000).map(|n| 1 + (n * n % 37) as u16).collect();
        let mut text = ConcatText::new(1, |_| &units).unwrap();
        let suffixes = SuffixArray::new(&mut text);
        let mut query = InverseQuery::new(text.len());
        query.add((0..1001).filter(|position| position % 7 == 3));
        let ranks = query.find(&suffixes);
        for (rank, &position) in suffixes.positions.slice(0..text.len()).iter().enumerate() {
            let expected = (position % 7 == 3).then_some(rank);
            assert_eq!(ranks.rank(position as u32), expected);
        }
    }
}
