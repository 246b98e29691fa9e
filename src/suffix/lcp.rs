//! What neighbouring suffixes share, in their order, never past a document's end.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use rayon::prelude::*;

use crate::prefetch::prefetch;
use crate::simd::less_than;
use crate::suffix::concat::{ConcatText, SEPARATOR, Symbol, Symbols};

/// For each *rank*, the characters that its suffix shares with the one before
/// it, never past the end of a document.
///
/// A byte or two each where nearly all of them fit, as in all but pathological
/// corpora; the few longer ones stand beside.
#[derive(Debug)]
pub(crate) enum LcpArray {
    Bytes(Lengths<u8>),
    Words(Lengths<u16>),
    Long(Lengths<u32>),
}

/// Long lengths are kept apart if they are at most one in so many: each takes
/// eight bytes there.
const RARE: usize = 16;

/// Lengths under one minimum, and minima under one of the next level.
const BLOCK: usize = less_than::BLOCK;

/// A number that holds a length, or says that it is longer.
pub(crate) trait Length: Copy + Ord + Send + Sync {
    /// What stands for a length that does not fit.
    const MOST: u32;
    fn hold(length: u32) -> Self;
    fn number(self) -> u32;
    /// Returns which lengths of a block are below one: a bit each.
    fn below(block: &[Self], depth: Self) -> u32;
}

macro_rules! length {
    ($($number:ty, $below:path);*) => {$(
        impl Length for $number {
            const MOST: u32 = <$number>::MAX as u32;

            #[inline(always)]
            fn hold(length: u32) -> Self {
                length.min(Self::MOST) as $number
            }

            #[inline(always)]
            fn number(self) -> u32 {
                u32::from(self)
            }

            #[inline(always)]
            fn below(block: &[Self], depth: Self) -> u32 {
                $below(block, depth)
            }
        }
    )*};
}

length!(u8, less_than::bytes; u16, less_than::scalar; u32, less_than::scalar);

/// Lengths of one width, with a tree of minima over them.
#[derive(Debug)]
pub(crate) struct Lengths<L> {
    lengths: Vec<L>,
    /// Lengths that do not fit, by rank.
    apart: Vec<(u32, u32)>,
    /// The least of each block of lengths, then of each block of those, until
    /// one block is left.
    minima: Vec<Vec<L>>,
}

impl Default for LcpArray {
    fn default() -> Self {
        LcpArray::Long(Lengths {
            lengths: Vec::new(),
            apart: Vec::new(),
            minima: Vec::new(),
        })
    }
}

impl LcpArray {
    /// Returns what the suffixes of a text share, in their order.
    ///
    /// Takes `O(n)` time for texts in any language, and for `n` symbols `n`
    /// bytes on the way and `n` that stay where most lengths are short.
    pub(crate) fn new(text: &ConcatText, positions: &[i32]) -> Self {
        match &text.symbols {
            Symbols::Narrow(symbols) => LcpArray::of(symbols, positions),
            Symbols::Wide(symbols) => LcpArray::of(symbols, positions),
        }
    }

    fn of<S: Symbol>(symbols: &[S], positions: &[i32]) -> Self {
        let sparse = Sparse::new(symbols, positions);
        // Nearly every text does with the first.
        let bytes = Lengths::new(&sparse, Some(positions.len() / RARE));
        let words = || Lengths::new(&sparse, Some(positions.len() / RARE));
        let long = || Lengths::new(&sparse, None);
        bytes
            .map(LcpArray::Bytes)
            .or_else(|| words().map(LcpArray::Words))
            .or_else(|| long().map(LcpArray::Long))
            .unwrap_or_default()
    }

    /// Returns the length of a rank.
    #[inline(always)]
    pub(crate) fn at(&self, rank: usize) -> u32 {
        match self {
            LcpArray::Bytes(lengths) => lengths.at(rank),
            LcpArray::Words(lengths) => lengths.at(rank),
            LcpArray::Long(lengths) => lengths.at(rank),
        }
    }

    /// Fetches the length of a rank ahead of the reading.
    #[inline]
    pub(crate) fn prefetch(&self, rank: usize) {
        match self {
            LcpArray::Bytes(lengths) => prefetch(&lengths.lengths, rank),
            LcpArray::Words(lengths) => prefetch(&lengths.lengths, rank),
            LcpArray::Long(lengths) => prefetch(&lengths.lengths, rank),
        }
    }

    /// Returns the first and the last of the ranks around one whose suffixes
    /// all share `depth` characters or more, `None` if that is more than a
    /// packed length tells; `depth` is not 0.
    ///
    /// Takes `O(log n)` time, less where they are few.
    #[inline]
    pub(crate) fn range(&self, rank: usize, depth: u32) -> Option<(usize, usize)> {
        match self {
            LcpArray::Bytes(lengths) => lengths.range(rank, depth),
            LcpArray::Words(lengths) => lengths.range(rank, depth),
            LcpArray::Long(lengths) => lengths.range(rank, depth),
        }
    }
}

/// PartialInverse, or positions, that a core takes at a time.
const A_TASK: usize = 1 << 16;

/// Positions for each one of which the shared length is held on the way.
const EVERY: usize = 4;

/// What some suffixes share with those before them in the order: of every
/// fourth position in the text, a sparse permuted LCP array \[KMP09, §3\].
///
/// A suffix shares no more than one character less than the one that begins a
/// character before it, so these few bound what the others share from below,
/// and a few characters more are compared for each. A fourth of the memory of
/// the whole array, and ranks are independent of one another.
struct Sparse<'a, S> {
    symbols: &'a [S],
    positions: &'a [i32],
    shared: Vec<u32>,
}

impl<'a, S: Symbol> Sparse<'a, S> {
    fn new(symbols: &'a [S], positions: &'a [i32]) -> Self {
        /// Stands for "no suffix before it".
        const NONE: u32 = u32::MAX;
        let mut before = Vec::new();
        before.resize_with(symbols.len().div_ceil(EVERY), || AtomicU32::new(NONE));
        let tasks = (0..positions.len()).into_par_iter().step_by(A_TASK);
        tasks.for_each(|task| {
            let end = positions.len().min(task + A_TASK);
            for rank in task.max(1)..end {
                let position = positions[rank] as usize;
                if position.is_multiple_of(EVERY) {
                    before[position / EVERY].store(positions[rank - 1] as u32, Relaxed);
                }
            }
        });
        let mut shared: Vec<u32> = before.into_iter().map(AtomicU32::into_inner).collect();
        // Each task begins with nothing known: few of them, so that a text
        // that is all repeats is not compared over and over.
        let tasks = 8 * rayon::current_num_threads();
        let len = shared.len().div_ceil(tasks).max(A_TASK);
        shared
            .par_chunks_mut(len)
            .enumerate()
            .for_each(|(task, part)| {
                let mut known = 0_u32;
                for at in 0..part.len() {
                    /// Positions between the fetching and the reading.
                    const AHEAD: usize = 8;
                    if let Some(&ahead) = part.get(at + AHEAD).filter(|ahead| **ahead != NONE) {
                        prefetch(symbols, ahead as usize);
                    }
                    let other = part[at];
                    known = known.saturating_sub(EVERY as u32);
                    if other == NONE {
                        known = 0;
                    } else {
                        let position = (task * len + at) * EVERY;
                        known = extended(symbols, position, other as usize, known);
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

    /// Returns what the suffix at a position shares at least.
    #[inline(always)]
    fn at_least(&self, position: usize) -> u32 {
        self.shared[position / EVERY].saturating_sub((position % EVERY) as u32)
    }

    /// Returns what the suffix at a rank shares with the one before it.
    #[inline(always)]
    fn at(&self, rank: usize) -> u32 {
        if rank == 0 {
            return 0;
        }
        let [other, position] = [rank - 1, rank].map(|rank| self.positions[rank] as usize);
        extended(self.symbols, position, other, self.at_least(position))
    }

    /// Fetches ahead what is read of a rank: first of the sparse array, then
    /// of the text.
    #[inline(always)]
    fn prefetch(&self, rank: usize) {
        const AHEAD: usize = 16;
        if let Some(&position) = self.positions.get(rank + 2 * AHEAD) {
            prefetch(&self.shared, position as usize / EVERY);
        }
        if let Some(&position) = self.positions.get(rank + AHEAD) {
            let least = self.at_least(position as usize) as usize;
            prefetch(self.symbols, position as usize + least);
            let other = self.positions[rank + AHEAD - 1];
            prefetch(self.symbols, other as usize + least);
        }
    }
}

/// Returns how many symbols two suffixes share, never past a separator, given
/// that they share so many.
///
/// Two suffixes that agree beyond the end of one document end their documents
/// at the same distance, so nothing spans two documents, although all
/// separators are one symbol.
#[inline(always)]
fn extended<S: Symbol>(symbols: &[S], a: usize, b: usize, known: u32) -> u32 {
    let from = known as usize;
    let (a, b) = (&symbols[a + from..], &symbols[b + from..]);
    let same = a.iter().zip(b);
    let same = same.take_while(|(a, b)| a == b && a.number() != SEPARATOR);
    known + same.count() as u32
}

impl<L: Length> Lengths<L> {
    /// Returns the lengths of all ranks; `None` if more than `most` of them do
    /// not fit.
    fn new<S: Symbol>(sparse: &Sparse<S>, most: Option<usize>) -> Option<Self> {
        let mut lengths = vec![L::hold(0); sparse.positions.len()];
        let too_long = AtomicUsize::new(0);
        let most = most.unwrap_or(usize::MAX);
        let parts = lengths.par_chunks_mut(A_TASK).enumerate();
        let apart: Vec<Vec<(u32, u32)>> = parts
            .map(|(task, part)| {
                let mut apart = Vec::new();
                if too_long.load(Relaxed) > most {
                    return apart;
                }
                for (rank, held) in (task * A_TASK..).zip(part) {
                    sparse.prefetch(rank);
                    let length = sparse.at(rank);
                    *held = L::hold(length);
                    if length >= L::MOST {
                        apart.push((rank as u32, length));
                    }
                }
                too_long.fetch_add(apart.len(), Relaxed);
                apart
            })
            .collect();
        if too_long.into_inner() > most {
            return None;
        }
        Some(Lengths::of(lengths, apart.concat()))
    }

    /// Returns lengths with the tree over them.
    fn of(lengths: Vec<L>, apart: Vec<(u32, u32)>) -> Self {
        let mut minima: Vec<Vec<L>> = Vec::new();
        loop {
            let below = minima.last().unwrap_or(&lengths);
            if below.len() <= BLOCK {
                break;
            }
            let least = |block: &[L]| block.iter().copied().min().unwrap_or(L::hold(0));
            let level = below.par_chunks(BLOCK).map(least).collect();
            minima.push(level);
        }
        Lengths {
            lengths,
            apart,
            minima,
        }
    }

    #[inline(always)]
    fn at(&self, rank: usize) -> u32 {
        let length = self.lengths[rank].number();
        if length < L::MOST {
            return length;
        }
        let at = self.apart.partition_point(|(at, _)| (*at as usize) < rank);
        self.apart[at].1
    }

    fn range(&self, rank: usize, depth: u32) -> Option<(usize, usize)> {
        if depth > L::MOST {
            return None;
        }
        let depth = L::hold(depth);
        Some((
            self.last_until(rank, depth).unwrap_or(0),
            self.first_after(rank, depth)
                .map_or(self.lengths.len() - 1, |rank| rank - 1),
        ))
    }

    fn level(&self, level: usize) -> &[L] {
        match level {
            0 => &self.lengths,
            _ => &self.minima[level - 1],
        }
    }

    /// Returns which lengths of a block are below one: a bit each.
    #[inline(always)]
    fn below(&self, level: usize, block: usize, depth: L) -> u32 {
        let here = self.level(level);
        let start = block * BLOCK;
        L::below(&here[start..here.len().min(start + BLOCK)], depth)
    }

    /// Returns the last rank up to one whose length is below one.
    #[inline]
    fn last_until(&self, rank: usize, depth: L) -> Option<usize> {
        let last = |below: u32| 31 - below.leading_zeros() as usize;
        // Up until a block has one, and down to it again.
        let (mut level, mut at) = (0, rank);
        let mut at = loop {
            let block = at / BLOCK;
            let below = self.below(level, block, depth) & u32::MAX >> (31 - at % BLOCK);
            if below != 0 {
                break block * BLOCK + last(below);
            }
            at = block.checked_sub(1)?;
            level += 1;
        };
        while level > 0 {
            level -= 1;
            at = at * BLOCK + last(self.below(level, at, depth));
        }
        Some(at)
    }

    /// Returns the first rank after one whose length is below one.
    #[inline]
    fn first_after(&self, rank: usize, depth: L) -> Option<usize> {
        let first = |below: u32| below.trailing_zeros() as usize;
        let (mut level, mut start) = (0, rank + 1);
        let mut at = loop {
            if start >= self.level(level).len() {
                return None;
            }
            let block = start / BLOCK;
            let below = self.below(level, block, depth) & u32::MAX << (start % BLOCK);
            if below != 0 {
                break block * BLOCK + first(below);
            }
            if level == self.minima.len() {
                return None;
            }
            start = block + 1;
            level += 1;
        };
        while level > 0 {
            level -= 1;
            at = at * BLOCK + first(self.below(level, at, depth));
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::naive;
    use crate::suffix::suffix_array::SuffixArray;
    use proptest::prelude::*;

    /// Documents that share much: the last one begins with each of the others.
    fn nested(lengths: &[usize]) -> Vec<Vec<u16>> {
        let text: Vec<u16> = (0..*lengths.iter().max().unwrap_or(&0))
            .map(|at| (at * at % 977 + 1) as u16)
            .collect();
        lengths.iter().map(|len| text[..*len].to_vec()).collect()
    }

    /// What every two neighbours share, compared character by character.
    fn compared(text: &ConcatText, suffixes: &SuffixArray) -> Vec<u32> {
        let symbols: Vec<u32> = (0..text.len() as u32).map(|at| text.at(at)).collect();
        let suffix = |position: i32| symbols[position as usize..].iter();
        let neighbours = suffixes.positions.windows(2);
        let shared = neighbours.map(|pair| {
            let same = suffix(pair[0]).zip(suffix(pair[1]));
            same.take_while(|(a, b)| a == b && **a != SEPARATOR).count() as u32
        });
        [0].into_iter().chain(shared).collect()
    }

    #[test]
    fn lengths_of_every_width_are_what_neighbours_share() {
        let is_width = |shared: &LcpArray, width: usize| match shared {
            LcpArray::Bytes(_) => width == 1,
            LcpArray::Words(_) => width == 2,
            LcpArray::Long(_) => width == 4,
        };
        for (lengths, width) in [
            (vec![40; 3], 1),
            (vec![900, 899, 300], 2),
            (vec![80_000, 79_999], 4),
            (vec![7], 1),
        ] {
            let documents = nested(&lengths);
            let mut text = ConcatText::new(documents.len(), |at| &documents[at]).unwrap();
            let suffixes = SuffixArray::new(&mut text);
            assert!(is_width(&suffixes.lcp_array, width), "{lengths:?}");
            if lengths[0] < 1_000 {
                let found: Vec<u32> = (0..text.len()).map(|rank| suffixes.lcp(rank)).collect();
                assert_eq!(found, compared(&text, &suffixes), "{lengths:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn prop_ranks_around_match_a_search_step_by_step(
            documents in naive::documents(), at in any::<prop::sample::Index>(), depth in 1..9_u32
        ) {
            let units = naive::units(&documents);
            let mut text = ConcatText::new(units.len(), |at| &units[at]).unwrap();
            let suffixes = SuffixArray::new(&mut text);
            prop_assume!(text.len() > 0);
            let rank = at.index(text.len());
            let (mut first, mut last) = (rank, rank);
            while first > 0 && suffixes.lcp(first) >= depth {
                first -= 1;
            }
            while last + 1 < text.len() && suffixes.lcp(last + 1) >= depth {
                last += 1;
            }
            prop_assert_eq!(suffixes.lcp_array.range(rank, depth), Some((first, last)));
        }
    }

    proptest! {
        #[test]
        fn prop_minima_lead_to_the_ranks_around(
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
