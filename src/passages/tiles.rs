//! Equal runs of two texts, and which symbols of the texts they cover.

use crate::passages::symbols::Symbol;

/// A run of equal characters, in both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Start in the first text, in characters.
    pub a: u32,
    /// Start in the second text, in characters.
    pub b: u32,
    /// Length in characters.
    pub len: u32,
}

/// A run as one number, by length, then place: the greatest is taken first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found(u128);

impl Found {
    pub(super) fn new(a: usize, b: usize, len: usize) -> Self {
        let [a, b] = [a, b].map(|at| u128::from(!(at as u32)));
        Found((len as u128) << 64 | a << 32 | b)
    }

    pub(super) fn run(self) -> Run {
        Run {
            a: !((self.0 >> 32) as u32),
            b: !(self.0 as u32),
            len: (self.0 >> 64) as u32,
        }
    }
}

/// The tiles of two texts so far, and the symbols that they cover.
#[derive(Default)]
pub(super) struct Tiles {
    /// The tiles, in no order.
    pub(super) runs: Vec<Run>,
    /// The first of those whose symbols are marked.
    first_marked: usize,
    /// Whether each symbol of `a` lies in a tile.
    pub(super) taken_a: Vec<bool>,
    /// Whether each symbol of `b` lies in a tile.
    pub(super) taken_b: Vec<bool>,
}

impl Tiles {
    /// Marks every symbol of two texts as free; the list of tiles stays.
    pub(super) fn free_all(&mut self, a: usize, b: usize) {
        self.first_marked = self.runs.len();
        for (taken, len) in [(&mut self.taken_a, a), (&mut self.taken_b, b)] {
            taken.clear();
            taken.resize(len, false);
        }
    }

    /// Returns the tiles whose symbols are marked as taken.
    pub(super) fn marked(&self) -> &[Run] {
        &self.runs[self.first_marked..]
    }

    /// Appends a tile, without marking its symbols.
    pub(super) fn push(&mut self, a: usize, b: usize, len: usize) {
        self.runs.push(Run {
            a: a as u32,
            b: b as u32,
            len: len as u32,
        });
    }

    /// Appends a tile, and marks its symbols as taken.
    pub(super) fn take(&mut self, a: usize, b: usize, len: usize) {
        self.taken_a[a..a + len].fill(true);
        self.taken_b[b..b + len].fill(true);
        self.push(a, b, len);
    }
}

/// Symbols that are compared at once.
const AT_ONCE: usize = 16;

/// Returns the number of symbols that the heads of two texts have in common.
#[inline]
pub(super) fn common_head<S: Symbol>(a: &[S], b: &[S]) -> usize {
    let blocks = a
        .as_chunks::<AT_ONCE>()
        .0
        .iter()
        .zip(b.as_chunks::<AT_ONCE>().0);
    let from = blocks.take_while(|(a, b)| a == b).count() * AT_ONCE;
    let rest = a[from..].iter().zip(&b[from..]);
    from + rest.take_while(|(a, b)| a == b).count()
}

/// Returns the number of symbols that the tails of two texts have in common.
pub(super) fn common_tail<S: Symbol>(a: &[S], b: &[S]) -> usize {
    let pairs = a.iter().rev().zip(b.iter().rev());
    pairs.take_while(|(a, b)| a == b).count()
}
