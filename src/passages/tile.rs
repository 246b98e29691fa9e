//! Greedy string tiling: equal runs of two texts, longest first, one-to-one
//! \[Wis93\].
//!
//! Tiles grow from seeds, windows of a run's least length, as in the
//! Karp-Rabin variant of \[Wis93\]: equal windows extend to maximal runs,
//! the runs are taken by length, and the free parts of a run that another
//! tile has cut go back into the queue. Long runs, of which there are few,
//! come first, then the others in what the long ones left free. The result is
//! exact, in about linear time as long as a window occurs in few positions.
//! Texts that repeat themselves have too many pairs of positions; so steps are
//! counted, and once they are used up the lengths are halved: see
//! [`Halves::fill`].

use std::collections::BinaryHeap;

use crate::passages::halves::Halves;
use crate::passages::seed::{LONG, Seeds};
use crate::passages::symbols::Symbol;
use crate::passages::tiles::{Found, Run, Tiles, common_head, common_tail};

/// Steps that the exact tiling may take for each symbol of both texts;
/// ordinary texts need about two.
const STEPS: usize = 16;

/// Steps that any two texts may take, however short: small enough to cost
/// nothing, so that short texts are always tiled exactly.
const LEAST_STEPS: usize = 1 << 12;

/// Tiles pair after pair in the same buffers.
#[derive(Default)]
pub(super) struct Tiler {
    seeds: Seeds,
    /// Maximal runs that are not tiles yet.
    found: Vec<Found>,
    /// The free parts of runs that other tiles have cut.
    cut: BinaryHeap<Found>,
    halves: Halves,
    tiles: Tiles,
}

impl Tiler {
    /// Returns the tiles of the last two texts, in no order unless the caller
    /// sorted them.
    pub(super) fn runs(&self) -> &[Run] {
        &self.tiles.runs
    }

    /// Returns the tiles of the last two texts, to sort or replace them.
    pub(super) fn runs_mut(&mut self) -> &mut Vec<Run> {
        &mut self.tiles.runs
    }

    /// Fills `runs` with the tiles of two texts, none shorter than
    /// `min_len`.
    ///
    /// If head and tail of the texts agree for at least half of the shorter
    /// one, these are tiles first. Then, as long as there is one, the longest
    /// run of symbols that are in no tile becomes one; of equally long ones
    /// the first in `a`, then in `b`. Where texts repeat themselves so much
    /// that this would take more than 16 steps a symbol, each further tile is
    /// at least half as long as the longest run that is left. Either way no
    /// run of `min_len` is left over when it ends.
    ///
    /// Takes `O(n)` time for ordinary texts, `O(n log n)` for any.
    pub(super) fn tile<S: Symbol>(&mut self, a: &[S], b: &[S], min_len: usize) {
        self.tiles.runs.clear();
        let min_len = min_len.max(1);
        let shorter = a.len().min(b.len());
        if shorter < min_len {
            return;
        }
        let mut head = common_head(a, b);
        let mut tail = common_tail(&a[head..], &b[head..]);
        if head < min_len {
            head = 0;
        }
        if tail < min_len {
            tail = 0;
        }
        if (head + tail) * 2 < shorter {
            (head, tail) = (0, 0);
        }
        if head > 0 {
            self.tiles.push(0, 0, head);
        }
        if tail > 0 {
            self.tiles.push(a.len() - tail, b.len() - tail, tail);
        }
        let before = self.tiles.runs.len();
        let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
        if a.len().min(b.len()) < min_len {
            return;
        }
        self.cut.clear();
        self.tiles.free_all(a.len(), b.len());
        self.fill(a, b, min_len);
        for run in &mut self.tiles.runs[before..] {
            run.a += head as u32;
            run.b += head as u32;
        }
    }

    /// Tiles two texts of which nothing is taken.
    fn fill<S: Symbol>(&mut self, a: &[S], b: &[S], min_len: usize) {
        let mut steps = LEAST_STEPS.max((a.len() + b.len()).saturating_mul(STEPS));
        let mut longest = a.len().min(b.len());
        if min_len < LONG && longest >= LONG {
            let is_complete = self.seeds.long_runs(a, b, &mut steps, &mut self.found);
            let left = match is_complete {
                true => self.greedy(LONG, &mut steps),
                false => longest,
            };
            if left > 0 {
                return self.halves.fill(a, b, min_len, left, &mut self.tiles);
            }
            longest = LONG - 1;
        }
        let is_complete =
            self.seeds
                .free_runs(a, b, &self.tiles, min_len, &mut steps, &mut self.found);
        if is_complete {
            longest = self.greedy(min_len, &mut steps);
        }
        if longest >= min_len {
            self.halves.fill(a, b, min_len, longest, &mut self.tiles);
        }
    }

    /// Takes runs by length. Returns 0 if none is left, and otherwise, when
    /// the steps are used up, a bound on the length of the longest that is.
    fn greedy(&mut self, min_len: usize, steps: &mut usize) -> usize {
        self.found.sort_unstable();
        while let Some(found) = self.longest() {
            let Run { a, b, len } = found.run();
            let (a, b, len) = (a as usize, b as usize, len as usize);
            let taken_a = &self.tiles.taken_a[a..a + len];
            let taken_b = &self.tiles.taken_b[b..b + len];
            let free = |at: usize| !taken_a[at] && !taken_b[at];
            if (0..len).all(free) {
                self.tiles.take(a, b, len);
                continue;
            }
            if *steps < len {
                return len;
            }
            *steps -= len;
            let mut at = 0;
            while at < len {
                let start = (at..len).find(|at| free(*at)).unwrap_or(len);
                let end = (start..len).find(|at| !free(*at)).unwrap_or(len);
                if end - start >= min_len {
                    self.cut.push(Found::new(a + start, b + start, end - start));
                }
                at = end.max(at + 1);
            }
        }
        0
    }

    /// Removes and returns the longest of the found and the cut runs.
    fn longest(&mut self) -> Option<Found> {
        if self.found.last() > self.cut.peek() {
            self.found.pop()
        } else {
            self.cut.pop()
        }
    }
}
