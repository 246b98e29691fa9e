//! A bit for each position of a text, with how many are set before each.

use crate::prefetch::prefetch;

/// Bits whose ranks are found in one step: what is known of some positions is
/// stored in the order of these, and nothing of the others.
///
/// Takes a sixth of a byte a position.
#[derive(Debug)]
pub(crate) struct RankedBits {
    blocks: Vec<Block>,
}

/// The bits of [`Block::POSITIONS`] positions, and how many are set before each
/// 64 of them: a cache line, since it is read at random.
#[derive(Clone, Debug, Default)]
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

impl RankedBits {
    /// Returns the bits of as many positions, none of them set.
    pub(crate) fn new(positions: usize) -> Self {
        RankedBits {
            blocks: vec![Block::default(); positions / Block::POSITIONS as usize + 1],
        }
    }

    /// Sets the bit of a position.
    #[inline]
    pub(crate) fn set(&mut self, position: u32) {
        let (word, bit) = Block::word_and_bit(position);
        self.blocks[(position / Block::POSITIONS) as usize].bits[word] |= bit;
    }

    /// Counts the bits, which is to be done before any is looked up; returns
    /// how many are set.
    pub(crate) fn count(&mut self) -> u32 {
        let mut count = 0;
        for block in &mut self.blocks {
            block.before = count;
            for (within, bits) in block.within.iter_mut().zip(block.bits) {
                *within = (count - block.before) as u16;
                count += bits.count_ones();
            }
        }
        count
    }

    /// Returns how many bits are set before that of a position, if that is set.
    #[inline(always)]
    pub(crate) fn rank(&self, position: u32) -> Option<usize> {
        let block = &self.blocks[(position / Block::POSITIONS) as usize];
        let (word, bit) = Block::word_and_bit(position);
        let bits = block.bits[word];
        if bits & bit == 0 {
            return None;
        }
        let before = block.before + u32::from(block.within[word]);
        Some((before + (bits & (bit - 1)).count_ones()) as usize)
    }

    /// Prefetches the bit of a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        prefetch(&self.blocks, (position / Block::POSITIONS) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_ranks_are_those_of_a_sorted_list(
            set in prop::collection::btree_set(0_u32..2_000, 0..300)
        ) {
            let mut bits = RankedBits::new(2_000);
            set.iter().for_each(|position| bits.set(*position));
            prop_assert_eq!(bits.count() as usize, set.len());
            for position in 0..2_000 {
                let expected = set.contains(&position).then(|| set.range(..position).count());
                prop_assert_eq!(bits.rank(position), expected);
            }
        }
    }
}
