//! A partial inverse suffix array: the ranks of the suffixes at chosen positions.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::prefetch::{prefetch, prefetched};
use crate::suffix::ranked_bits::RankedBits;
use crate::suffix::suffix_array::SuffixArray;

/// Positions whose ranks are wanted.
pub(crate) struct InverseQuery {
    wanted: RankedBits,
}

impl InverseQuery {
    /// Returns an empty query over a text of `symbols` symbols.
    pub(crate) fn new(symbols: usize) -> Self {
        InverseQuery {
            wanted: RankedBits::new(symbols),
        }
    }

    /// Adds positions to the query.
    pub(crate) fn add(&mut self, positions: impl Iterator<Item = u32>) {
        positions.for_each(|position| self.wanted.set(position));
    }

    /// Returns the ranks of the positions, found in one pass over the suffix
    /// array; a whole inverse would take 4 bytes a symbol.
    pub(crate) fn find(mut self, suffixes: &SuffixArray) -> PartialInverse {
        /// Ranks that a core takes at a time.
        const TASK_LEN: usize = 1 << 16;
        /// Ranks between the prefetching of a bit and its reading.
        const AHEAD: usize = 16;
        let count = self.wanted.count();
        let ranks: Vec<AtomicU32> = (0..count).map(|_| AtomicU32::new(0)).collect();
        let found = PartialInverse {
            wanted: self.wanted,
            ranks,
        };
        let all = suffixes.positions.len();
        let tasks = (0..all).into_par_iter().step_by(TASK_LEN);
        tasks.for_each(|task| {
            let fetch = |later: &i32| found.prefetch_query(*later as u32);
            let ranks = task..all.min(task + TASK_LEN);
            let positions = suffixes.positions.slice(ranks.clone());
            for (rank, &position) in ranks.zip(prefetched(positions, AHEAD, fetch)) {
                if let Some(at) = found.wanted.rank(position as u32) {
                    found.ranks[at].store(rank as u32, Ordering::Relaxed);
                }
            }
        });
        found
    }
}

/// The ranks of the suffixes at the positions of a query.
pub(crate) struct PartialInverse {
    wanted: RankedBits,
    ranks: Vec<AtomicU32>,
}

impl PartialInverse {
    /// Prefetches what tells whether a position is in the query.
    #[inline]
    pub(crate) fn prefetch_query(&self, position: u32) {
        self.wanted.prefetch(position);
    }

    /// Prefetches the rank of the suffix at a position.
    #[inline]
    pub(crate) fn prefetch(&self, position: u32) {
        if let Some(at) = self.wanted.rank(position) {
            prefetch(&self.ranks, at);
        }
    }

    /// Returns the rank of the suffix at a position, if the query contains it.
    #[inline]
    pub(crate) fn rank(&self, position: u32) -> Option<usize> {
        let at = self.wanted.rank(position)?;
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
