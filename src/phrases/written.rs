//! Where phrases are written: the first place of each in the text.

use rayon::prelude::*;

use crate::phrases::scored_list::ScoredList;
use crate::prefetch::prefetch;
use crate::suffix::concat::ConcatText;
use crate::suffix::suffix_array::SuffixArray;

/// Phrases, and where in the text each stands first in the order of the
/// suffixes.
#[derive(Clone, Copy)]
pub(crate) struct Written<'a> {
    pub(crate) list: &'a ScoredList,
    /// Looked up beforehand where the order is on disk: of phrases in the order
    /// of their scores each would be on another page.
    pub(crate) positions: &'a [u32],
    pub(crate) text: &'a ConcatText,
    pub(crate) suffixes: &'a SuffixArray,
}

impl Written<'_> {
    /// Returns the position of a phrase.
    #[inline]
    pub(crate) fn position(&self, at: u32) -> u32 {
        match self.positions.get(at as usize) {
            Some(position) => *position,
            None => {
                let first = self.list.at(at as usize).interval.first;
                self.suffixes.position(first as usize)
            }
        }
    }

    /// Prefetches the characters of phrases that are read in some order:
    /// `nth(n)` is the index of the phrase that comes `n` phrases later. Each of
    /// three steps waits for the one before: the phrase, its position, and the
    /// text there.
    #[inline]
    pub(crate) fn prefetch(&self, nth: impl Fn(usize) -> Option<u32>) {
        const AHEAD: usize = 4;
        if let Some(at) = nth(3 * AHEAD) {
            self.list.prefetch(at as usize);
            prefetch(self.positions, at as usize);
        }
        if self.positions.is_empty()
            && let Some(at) = nth(2 * AHEAD)
        {
            let first = self.list.at(at as usize).interval.first;
            self.suffixes.prefetch(first);
        }
        if let Some(at) = nth(AHEAD) {
            self.text.prefetch_symbols(self.position(at));
        }
    }
}

/// Returns the positions of phrases whose order of the suffixes is on disk; of
/// others none, which are as quickly looked up when they are needed.
///
/// Takes 8 bytes a phrase, and 4 for the result.
pub(crate) fn positions(list: &ScoredList, suffixes: &SuffixArray) -> Vec<u32> {
    if suffixes.room.is_none() {
        return Vec::new();
    }
    let mut by_rank: Vec<[u32; 2]> = (0..)
        .zip(list.iter())
        .map(|(at, scored)| [scored.interval.first, at])
        .collect();
    by_rank.par_sort_unstable();
    let mut positions = vec![0; list.len()];
    for [first, at] in by_rank {
        positions[at as usize] = suffixes.position(first as usize);
    }
    positions
}
