//! What neighbouring suffixes share, in their order, never past a document's end.

use rayon::prelude::*;

use super::alphabet::{SEPARATOR, Symbol, SymbolText, Symbols};
use crate::kernel::fetch::fetch;

/// For each *rank*, the characters that its suffix shares with the one before
/// it, never past the end of a document.
///
/// A byte or two each where nearly all of them fit, as in all but pathological
/// corpora; the few longer ones stand beside.
#[derive(Debug)]
pub(crate) enum SharedLengths {
    Bytes(Lengths<u8>),
    Words(Lengths<u16>),
    Long(Lengths<u32>),
}

/// Long lengths are kept apart if they are at most one in so many: each takes
/// eight bytes there.
const RARE: usize = 16;

/// Lengths under one minimum, and minima under one of the next level.
const BLOCK: usize = 32;

/// A number that holds a length, or says that it is longer.
pub(crate) trait Length: Copy + Ord + Send + Sync {
    /// What stands for a length that does not fit.
    const MOST: u32;
    fn hold(length: u32) -> Self;
    fn number(self) -> u32;
}

macro_rules! length {
    ($($number:ty),*) => {$(
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
        }
    )*};
}

length!(u8, u16, u32);

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

impl Default for SharedLengths {
    fn default() -> Self {
        SharedLengths::Long(Lengths {
            lengths: Vec::new(),
            apart: Vec::new(),
            minima: Vec::new(),
        })
    }
}

impl SharedLengths {
    /// Returns the lengths, given in text order, in the order of the suffixes.
    ///
    /// They are packed where they are before they change places, so that no
    /// more memory is taken than they had, if they are short.
    pub(crate) fn new(lengths: Vec<i32>, positions: &[i32]) -> Self {
        let longer = |most: u32| lengths.iter().filter(|l| **l as u32 >= most).count();
        let rare = lengths.len() / RARE;
        if longer(u8::MOST) <= rare {
            SharedLengths::Bytes(Lengths::pack(lengths, positions))
        } else if longer(u16::MOST) <= rare {
            SharedLengths::Words(Lengths::pack(lengths, positions))
        } else {
            SharedLengths::Long(Lengths::pack(lengths, positions))
        }
    }

    /// Returns the length of a rank.
    #[inline(always)]
    pub(crate) fn at(&self, rank: usize) -> u32 {
        match self {
            SharedLengths::Bytes(lengths) => lengths.at(rank),
            SharedLengths::Words(lengths) => lengths.at(rank),
            SharedLengths::Long(lengths) => lengths.at(rank),
        }
    }

    /// Fetches the length of a rank ahead of the reading.
    #[inline]
    pub(crate) fn fetch(&self, rank: usize) {
        match self {
            SharedLengths::Bytes(lengths) => fetch(&lengths.lengths, rank),
            SharedLengths::Words(lengths) => fetch(&lengths.lengths, rank),
            SharedLengths::Long(lengths) => fetch(&lengths.lengths, rank),
        }
    }

    /// Returns the first and the last of the ranks around one whose suffixes
    /// all share `depth` characters or more, `None` if that is more than a
    /// packed length tells; `depth` is not 0.
    ///
    /// Takes `O(log n)` time, less where they are few.
    #[inline]
    pub(crate) fn around(&self, rank: usize, depth: u32) -> Option<(usize, usize)> {
        match self {
            SharedLengths::Bytes(lengths) => lengths.around(rank, depth),
            SharedLengths::Words(lengths) => lengths.around(rank, depth),
            SharedLengths::Long(lengths) => lengths.around(rank, depth),
        }
    }
}

impl<L: Length + bytemuck::Pod> Lengths<L> {
    fn pack(mut lengths: Vec<i32>, positions: &[i32]) -> Self {
        let mut long = Vec::new();
        for position in 0..lengths.len() {
            let length = lengths[position] as u32;
            if length >= L::MOST {
                long.push((position as u32, length));
            }
            // Never before it was read: the packed ones are no wider.
            bytemuck::cast_slice_mut::<i32, L>(&mut lengths)[position] = L::hold(length);
        }
        let symbols = lengths.len();
        lengths.truncate((symbols * size_of::<L>()).div_ceil(size_of::<i32>()));
        lengths.shrink_to_fit();
        let by_position = bytemuck::cast_slice::<i32, L>(&lengths);
        let lengths: Vec<L> = positions
            .par_iter()
            .enumerate()
            .map(|(rank, &position)| {
                /// Ranks between the fetching and the reading.
                const AHEAD: usize = 32;
                if let Some(&ahead) = positions.get(rank + AHEAD) {
                    fetch(by_position, ahead as usize);
                }
                by_position[position as usize]
            })
            .collect();
        let mut apart = Vec::with_capacity(long.len());
        if !long.is_empty() {
            for (rank, position) in (0..).zip(positions) {
                if lengths[rank as usize].number() == L::MOST {
                    let at = long.partition_point(|(at, _)| *at < *position as u32);
                    apart.push((rank, long[at].1));
                }
            }
        }
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

    fn around(&self, rank: usize, depth: u32) -> Option<(usize, usize)> {
        if depth > L::MOST {
            return None;
        }
        let below = |length: &L| length.number() < depth;
        Some((
            self.last_until(rank, below).unwrap_or(0),
            self.first_after(rank, below)
                .map_or(self.lengths.len() - 1, |rank| rank - 1),
        ))
    }

    fn level(&self, level: usize) -> &[L] {
        match level {
            0 => &self.lengths,
            _ => &self.minima[level - 1],
        }
    }

    /// Returns the last rank up to one whose length is meant.
    #[inline]
    fn last_until(&self, rank: usize, is_meant: impl Fn(&L) -> bool) -> Option<usize> {
        // Up until a block has one, and down to it again.
        let (mut level, mut end) = (0, rank + 1);
        let mut at = loop {
            let start = (end - 1) / BLOCK * BLOCK;
            let block = &self.level(level)[start..end];
            if let Some(at) = block.iter().rposition(&is_meant) {
                break start + at;
            }
            end = start / BLOCK;
            if end == 0 {
                return None;
            }
            level += 1;
        };
        while level > 0 {
            level -= 1;
            let below = self.level(level);
            let start = at * BLOCK;
            let block = &below[start..below.len().min(start + BLOCK)];
            at = start + block.iter().rposition(&is_meant)?;
        }
        Some(at)
    }

    /// Returns the first rank after one whose length is meant.
    #[inline]
    fn first_after(&self, rank: usize, is_meant: impl Fn(&L) -> bool) -> Option<usize> {
        let (mut level, mut start) = (0, rank + 1);
        let mut at = loop {
            let here = self.level(level);
            if start >= here.len() {
                return None;
            }
            let end = here.len().min((start / BLOCK + 1) * BLOCK);
            if let Some(at) = here[start..end].iter().position(&is_meant) {
                break start + at;
            }
            if level == self.minima.len() {
                return None;
            }
            start = start / BLOCK + 1;
            level += 1;
        };
        while level > 0 {
            level -= 1;
            let below = self.level(level);
            let start = at * BLOCK;
            let block = &below[start..below.len().min(start + BLOCK)];
            at = start + block.iter().position(&is_meant)?;
        }
        Some(at)
    }
}

/// Cuts every shared length off at the end of the document that it begins in.
///
/// `shared` is the permuted LCP array of \[KMP09\]: in text order, so that the
/// distance to the end of the document is at hand and every access is
/// sequential. Two suffixes that agree beyond the end of one document end
/// their documents at the same distance, so clipping one side clips both.
/// Nothing then spans two documents, although all separators are one symbol.
///
/// Takes linear time and no memory.
pub(crate) fn clip(shared: &mut [i32], text: &SymbolText) {
    match &text.symbols {
        Symbols::Narrow(symbols) => clip_in(shared, symbols),
        Symbols::Wide(symbols) => clip_in(shared, symbols),
    }
}

fn clip_in<S: Symbol>(shared: &mut [i32], symbols: &[S]) {
    let mut left = 0;
    for (shared, symbol) in shared.iter_mut().zip(symbols).rev() {
        left = if symbol.number() == SEPARATOR {
            0
        } else {
            left + 1
        };
        *shared = (*shared).min(left);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn packed_lengths_are_what_they_were() {
        let few = |position: usize| {
            if position % 100 == 7 {
                65_534 + position
            } else {
                position % 300
            }
        };
        let many = |position: usize| 65_000 + position;
        for lengths in [
            (0..1001).map(|p| p % 256).collect::<Vec<_>>(),
            (0..1001).map(few).collect::<Vec<_>>(),
            (0..1000).map(many).collect(),
            vec![],
        ] {
            let positions: Vec<i32> = (0..lengths.len() as i32).rev().collect();
            let given = lengths.iter().map(|&length| length as i32).collect();
            let shared = SharedLengths::new(given, &positions);
            for (&position, rank) in positions.iter().zip(0..) {
                assert_eq!(shared.at(rank), lengths[position as usize] as u32);
            }
        }
        let short = SharedLengths::new(vec![3; 1000], &(0..1000).collect::<Vec<_>>());
        assert!(matches!(short, SharedLengths::Bytes(_)));
    }

    proptest! {
        #[test]
        fn prop_ranks_around_match_a_search_step_by_step(
            lengths in prop::collection::vec(0..9_i32, 1..2500), at in any::<prop::sample::Index>(), depth in 1..9_u32
        ) {
            let rank = at.index(lengths.len());
            let positions: Vec<i32> = (0..lengths.len() as i32).collect();
            let shared = SharedLengths::new(lengths.clone(), &positions);
            let (mut first, mut last) = (rank, rank);
            while first > 0 && lengths[first] as u32 >= depth {
                first -= 1;
            }
            while last + 1 < lengths.len() && lengths[last + 1] as u32 >= depth {
                last += 1;
            }
            prop_assert_eq!(shared.around(rank, depth), Some((first, last)));
        }
    }

    #[test]
    fn nothing_is_shared_past_a_separator() {
        let documents: Vec<Vec<u16>> = vec![vec![5, 6], vec![7, 5, 6]];
        let text = SymbolText::new(documents.iter().map(Vec::as_slice)).unwrap();
        let mut shared = vec![9; text.len()];
        clip(&mut shared, &text);
        assert_eq!(shared, [2, 1, 0, 3, 2, 1, 0]);
    }
}
