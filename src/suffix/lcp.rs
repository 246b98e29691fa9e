//! The LCP array: how many characters neighbouring suffixes share.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use bytemuck::Pod;
use rayon::prelude::*;

use crate::prefetch::prefetch;
use crate::simd::less_than;
use crate::spill::Column;
use crate::suffix::concat::{ConcatText, Symbol, Symbols};

/// For each *rank*, the number of characters that its suffix shares with the
/// one before it, never past the end of a document.
///
/// A byte or two each where nearly all of them fit, as in all but pathological
/// corpora; the few longer ones are in a table.
#[derive(Debug)]
pub(crate) enum LcpArray {
    Bytes(Lengths<u8>),
    Words(Lengths<u16>),
    Long(Lengths<u32>),
}

/// Long lengths are kept in a table if at most one length in this many is
/// long: each takes eight bytes there.
pub(crate) const LENGTHS_PER_LONG: usize = 16;

/// Lengths under one minimum, and minima under one of the next level.
pub(crate) const BLOCK: usize = less_than::BLOCK;

/// A number that stores a length, or says that it is longer.
pub(crate) trait Length: Pod + Ord + Send + Sync {
    /// Stands for every length that does not fit.
    const OVERFLOW: u32;
    fn saturating(length: u32) -> Self;
    fn number(self) -> u32;
    /// Returns which lengths of a block are less than `depth`: a bit each.
    fn less_than(block: &[Self], depth: Self) -> u32;
}

macro_rules! length {
    ($($number:ty, $less_than:path);*) => {$(
        impl Length for $number {
            const OVERFLOW: u32 = <$number>::MAX as u32;

            #[inline(always)]
            fn saturating(length: u32) -> Self {
                length.min(Self::OVERFLOW) as $number
            }

            #[inline(always)]
            fn number(self) -> u32 {
                u32::from(self)
            }

            #[inline(always)]
            fn less_than(block: &[Self], depth: Self) -> u32 {
                $less_than(block, depth)
            }
        }
    )*};
}

length!(u8, less_than::bytes; u16, less_than::scalar; u32, less_than::scalar);

/// Lengths of one width, with a tree of minima over them.
#[derive(Debug)]
pub(crate) struct Lengths<L> {
    lengths: Column<L>,
    /// Ranks and lengths of those that do not fit, by rank.
    long: Column<[u32; 2]>,
    /// The minimum of each block of lengths, then of each block of those
    /// minima, until one block is left.
    minima: Vec<Vec<L>>,
}

impl Default for LcpArray {
    fn default() -> Self {
        LcpArray::Long(Lengths {
            lengths: Column::default(),
            long: Column::default(),
            minima: Vec::new(),
        })
    }
}

impl LcpArray {
    /// Returns the LCP array of the suffixes at `positions`, which are in order.
    ///
    /// Takes `O(n)` time for texts in any language, and for `n` symbols `n`
    /// bytes while it works and `n` for the result where most lengths are
    /// short.
    pub(crate) fn new(text: &ConcatText, positions: &[i32]) -> Self {
        match &text.symbols {
            Symbols::Narrow(symbols) => LcpArray::of(symbols, positions),
            Symbols::Wide(symbols) => LcpArray::of(symbols, positions),
        }
    }

    fn of<S: Symbol>(symbols: &[S], positions: &[i32]) -> Self {
        let sparse = Sparse::new(symbols, positions);
        // Bytes are enough for nearly every text.
        let bytes = Lengths::new(&sparse, Some(positions.len() / LENGTHS_PER_LONG));
        let words = || Lengths::new(&sparse, Some(positions.len() / LENGTHS_PER_LONG));
        let long = || Lengths::new(&sparse, None);
        bytes
            .map(LcpArray::Bytes)
            .or_else(|| words().map(LcpArray::Words))
            .or_else(|| long().map(LcpArray::Long))
            .unwrap_or_default()
    }

    /// Returns the length at a rank.
    #[inline(always)]
    pub(crate) fn at(&self, rank: usize) -> u32 {
        match self {
            LcpArray::Bytes(lengths) => lengths.at(rank),
            LcpArray::Words(lengths) => lengths.at(rank),
            LcpArray::Long(lengths) => lengths.at(rank),
        }
    }

    /// Returns the bytes of memory that the lengths take.
    pub(crate) fn held_bytes(&self) -> usize {
        match self {
            LcpArray::Bytes(lengths) => lengths.lengths.held_bytes(),
            LcpArray::Words(lengths) => lengths.lengths.held_bytes(),
            LcpArray::Long(lengths) => lengths.lengths.held_bytes(),
        }
    }

    /// Prefetches the length at a rank.
    #[inline]
    pub(crate) fn prefetch(&self, rank: usize) {
        match self {
            LcpArray::Bytes(lengths) => lengths.lengths.prefetch(rank),
            LcpArray::Words(lengths) => lengths.lengths.prefetch(rank),
            LcpArray::Long(lengths) => lengths.lengths.prefetch(rank),
        }
    }

    /// Returns the mapped pages to the system.
    pub(crate) fn release(&self) {
        match self {
            LcpArray::Bytes(lengths) => lengths.release(),
            LcpArray::Words(lengths) => lengths.release(),
            LcpArray::Long(lengths) => lengths.release(),
        }
    }

    /// Returns the first and the last rank of the LCP range of a rank: those
    /// whose suffixes all share `depth` characters or more. `None` if `depth`
    /// is more than a stored length tells; `depth` is not 0.
    ///
    /// Takes `O(log n)` time, less where the range is short.
    #[inline]
    pub(crate) fn range(&self, rank: usize, depth: u32) -> Option<(usize, usize)> {
        match self {
            LcpArray::Bytes(lengths) => lengths.range(rank, depth),
            LcpArray::Words(lengths) => lengths.range(rank, depth),
            LcpArray::Long(lengths) => lengths.range(rank, depth),
        }
    }
}

/// Ranks, or positions, that a core takes at a time.
const TASK_LEN: usize = 1 << 16;

/// The sparse array has one position in this many.
const STRIDE: usize = 4;

/// A sparse permuted LCP array \[KMP09, §3\]: for every fourth position of the
/// text, the length that its suffix shares with the one before it in the order.
///
/// A suffix shares at most one character less than the suffix that begins a
/// character before it, so these lengths bound the others from below, and a
/// few more characters are compared for each. That takes a fourth of the memory
/// of the whole array, and ranks are independent of one another.
pub(crate) struct Sparse<'a, S> {
    symbols: &'a [S],
    positions: &'a [i32],
    shared: Vec<u32>,
}

impl<'a, S: Symbol> Sparse<'a, S> {
    /// Returns the sparse array of the suffixes at `positions`, in `O(n)` time
    /// and `n` bytes for `n` symbols. Some suffixes may be missing.
    pub(crate) fn new(symbols: &'a [S], positions: &'a [i32]) -> Self {
        /// Stands for "no suffix before it".
        const NONE: u32 = u32::MAX;
        let mut before = Vec::new();
        before.resize_with(symbols.len().div_ceil(STRIDE), || AtomicU32::new(NONE));
        let tasks = (0..positions.len()).into_par_iter().step_by(TASK_LEN);
        tasks.for_each(|task| {
            let end = positions.len().min(task + TASK_LEN);
            for rank in task.max(1)..end {
                let position = positions[rank] as usize;
                if position.is_multiple_of(STRIDE) {
                    before[position / STRIDE].store(positions[rank - 1] as u32, Relaxed);
                }
            }
        });
        let mut shared: Vec<u32> = before.into_iter().map(AtomicU32::into_inner).collect();
        // Each task begins without a lower bound: few tasks, so that a text
        // that is all repeats is not compared over and over.
        let tasks = 8 * rayon::current_num_threads();
        let len = shared.len().div_ceil(tasks).max(TASK_LEN);
        shared
            .par_chunks_mut(len)
            .enumerate()
            .for_each(|(task, part)| {
                let mut known = 0_u32;
                for at in 0..part.len() {
                    /// Positions between the prefetching and the reading.
                    const AHEAD: usize = 8;
                    if let Some(&ahead) = part.get(at + AHEAD).filter(|ahead| **ahead != NONE) {
                        prefetch(symbols, ahead as usize);
                    }
                    let other = part[at];
                    known = known.saturating_sub(STRIDE as u32);
                    if other == NONE {
                        known = 0;
                    } else {
                        let position = (task * len + at) * STRIDE;
                        known = extend_match(symbols, position, other as usize, known);
                    }
                    part[at] = known;
                }
            });
        Sparse {
            symbols,
            positions,
            shared,
        }
    }

    /// Returns a lower bound of what the suffix at a position shares.
    #[inline(always)]
    fn lower_bound(&self, position: usize) -> u32 {
        self.shared[position / STRIDE].saturating_sub((position % STRIDE) as u32)
    }

    /// Returns the length that the suffix at a rank shares with the one before.
    #[inline(always)]
    pub(crate) fn at(&self, rank: usize) -> u32 {
        if rank == 0 {
            return 0;
        }
        let [other, position] = [rank - 1, rank].map(|rank| self.positions[rank] as usize);
        extend_match(self.symbols, position, other, self.lower_bound(position))
    }

    /// Prefetches what will be read for later ranks: first the sparse array,
    /// then the text.
    #[inline(always)]
    pub(crate) fn prefetch(&self, rank: usize) {
        const AHEAD: usize = 16;
        if let Some(&position) = self.positions.get(rank + 2 * AHEAD) {
            prefetch(&self.shared, position as usize / STRIDE);
        }
        if let Some(&position) = self.positions.get(rank + AHEAD) {
            let least = self.lower_bound(position as usize) as usize;
            prefetch(self.symbols, position as usize + least);
            let other = self.positions[rank + AHEAD - 1];
            prefetch(self.symbols, other as usize + least);
        }
    }
}

/// Returns the number of symbols that two suffixes share, never past a
/// separator, given that they share at least `known`.
///
/// Two suffixes that agree beyond the end of one document end their documents
/// at the same distance, so nothing spans two documents, although all
/// separators are one symbol.
#[inline(always)]
fn extend_match<S: Symbol>(symbols: &[S], a: usize, b: usize, known: u32) -> u32 {
    let from = known as usize;
    known + S::shared(&symbols[a + from..], &symbols[b + from..]) as u32
}

/// Returns the least of some lengths.
fn least<L: Length>(block: &[L]) -> L {
    block.iter().copied().min().unwrap_or(L::saturating(0))
}

impl<L: Length> Lengths<L> {
    /// Returns the lengths of all ranks; `None` if more than `max_long` of them
    /// do not fit.
    fn new<S: Symbol>(sparse: &Sparse<S>, max_long: Option<usize>) -> Option<Self> {
        let mut lengths = vec![L::saturating(0); sparse.positions.len()];
        let long_count = AtomicUsize::new(0);
        let max_long = max_long.unwrap_or(usize::MAX);
        let parts = lengths.par_chunks_mut(TASK_LEN).enumerate();
        let long: Vec<Vec<[u32; 2]>> = parts
            .map(|(task, part)| {
                let mut long = Vec::new();
                if long_count.load(Relaxed) > max_long {
                    return long;
                }
                for (rank, stored) in (task * TASK_LEN..).zip(part) {
                    sparse.prefetch(rank);
                    let length = sparse.at(rank);
                    *stored = L::saturating(length);
                    if length >= L::OVERFLOW {
                        long.push([rank as u32, length]);
                    }
                }
                long_count.fetch_add(long.len(), Relaxed);
                long
            })
            .collect();
        if long_count.into_inner() > max_long {
            return None;
        }
        Some(Lengths::of(lengths, long.concat()))
    }

    /// Returns lengths with the tree of minima over them.
    pub(crate) fn of(lengths: Vec<L>, long: Vec<[u32; 2]>) -> Self {
        let blocks = if lengths.len() > BLOCK {
            lengths.par_chunks(BLOCK).map(least).collect()
        } else {
            Vec::new()
        };
        Lengths::with_minima(lengths.into(), long.into(), blocks)
    }

    /// The same, given the minimum of each block of lengths, which is in
    /// `blocks` if there is more than one block.
    pub(crate) fn with_minima(lengths: Column<L>, long: Column<[u32; 2]>, blocks: Vec<L>) -> Self {
        let mut minima = Vec::new();
        let mut next = blocks;
        while !next.is_empty() {
            let above = if next.len() > BLOCK {
                next.par_chunks(BLOCK).map(least).collect()
            } else {
                Vec::new()
            };
            minima.push(std::mem::replace(&mut next, above));
        }
        Lengths {
            lengths,
            long,
            minima,
        }
    }

    fn release(&self) {
        self.lengths.release();
        self.long.release();
    }

    #[inline(always)]
    fn at(&self, rank: usize) -> u32 {
        let length = self.lengths.at(rank).number();
        if length < L::OVERFLOW {
            return length;
        }
        let at = self.long.partition_point(|[at, _]| (*at as usize) < rank);
        self.long.at(at)[1]
    }

    fn range(&self, rank: usize, depth: u32) -> Option<(usize, usize)> {
        if depth > L::OVERFLOW {
            return None;
        }
        let depth = L::saturating(depth);
        Some((
            self.last_until(rank, depth).unwrap_or(0),
            self.first_after(rank, depth)
                .map_or(self.lengths.len() - 1, |rank| rank - 1),
        ))
    }

    fn level_len(&self, level: usize) -> usize {
        match level {
            0 => self.lengths.len(),
            _ => self.minima[level - 1].len(),
        }
    }

    /// Returns which lengths of a block are less than `depth`: a bit each.
    #[inline(always)]
    fn less_than(&self, level: usize, block: usize, depth: L) -> u32 {
        let start = block * BLOCK;
        let range = start..self.level_len(level).min(start + BLOCK);
        let here = match level {
            0 => self.lengths.slice(range),
            _ => &self.minima[level - 1][range],
        };
        L::less_than(here, depth)
    }

    /// Returns the last rank up to `rank` whose length is less than `depth`.
    #[inline]
    fn last_until(&self, rank: usize, depth: L) -> Option<usize> {
        let last = |less: u32| 31 - less.leading_zeros() as usize;
        // Up the tree until a block has one, and down to it again.
        let (mut level, mut at) = (0, rank);
        let mut at = loop {
            let block = at / BLOCK;
            let less = self.less_than(level, block, depth) & u32::MAX >> (31 - at % BLOCK);
            if less != 0 {
                break block * BLOCK + last(less);
            }
            at = block.checked_sub(1)?;
            level += 1;
        };
        while level > 0 {
            level -= 1;
            at = at * BLOCK + last(self.less_than(level, at, depth));
        }
        Some(at)
    }

    /// Returns the first rank after `rank` whose length is less than `depth`.
    #[inline]
    fn first_after(&self, rank: usize, depth: L) -> Option<usize> {
        let first = |less: u32| less.trailing_zeros() as usize;
        let (mut level, mut start) = (0, rank + 1);
        let mut at = loop {
            if start >= self.level_len(level) {
                return None;
            }
            let block = start / BLOCK;
            let less = self.less_than(level, block, depth) & u32::MAX << (start % BLOCK);
            if less != 0 {
                break block * BLOCK + first(less);
            }
            if level == self.minima.len() {
                return None;
            }
            start = block + 1;
            level += 1;
        };
        while level > 0 {
            level -= 1;
            at = at * BLOCK + first(self.less_than(level, at, depth));
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_minima_lead_to_the_ends_of_the_range(
            lengths in prop::collection::vec(0..9_u8, 1..2500), at in any::<prop::sample::Index>(), depth in 1..9_u32
        ) {
            let rank = at.index(lengths.len());
            let shared = Lengths::of(lengths.clone(), Vec::new());
            let (mut first, mut last) = (rank, rank);
            while first > 0 && u32::from(lengths[first]) >= depth {
                first -= 1;
            }
            while last + 1 < lengths.len() && u32::from(lengths[last + 1]) >= depth {
                last += 1;
            }
            prop_assert_eq!(shared.range(rank, depth), Some((first, last)));
        }
    }
}
