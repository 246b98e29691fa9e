//! Greedy string tiling: equal runs of two texts, longest first, one-to-one
//! \[Wis93\].
//!
//! The tiling is found from seeds, windows of a run's least length, as in
//! Karp and Rabin's way of it \[Wis93\]: equal windows grow to maximal
//! runs, these are taken by length, and a run that another has cut is
//! put back as what is left of it. First come long runs, of which there are
//! few, then the others among what these left. That is exact, and about
//! linear as long as a window stands in few places. Texts that repeat
//! themselves have too many pairs of places, so work is counted, and once it
//! is used up the lengths are taken by halves: see [`Tiler::by_halves`].

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::passages::halves::Halves;
use crate::passages::seed::{LONG, Seeds, common_head, common_tail};
use crate::passages::symbols::Symbol;

/// Steps of the exact way for each symbol of both texts; ordinary texts need
/// about two.
const STEPS: usize = 16;

/// Steps that any two texts may take.
const LEAST_STEPS: usize = 1 << 12;

/// A run of equal characters, in both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Where it begins in the one, in characters.
    pub a: u32,
    /// Where it begins in the other.
    pub b: u32,
    /// Its length.
    pub len: u32,
}

/// A run by length, then place: the greatest is taken first.
pub(super) type Found = (u32, Reverse<u32>, Reverse<u32>);

/// Room that is used again from pair to pair.
#[derive(Default)]
pub(super) struct Tiler {
    pub(super) seeds: Seeds,
    /// Maximal runs.
    pub(super) found: Vec<Found>,
    /// What is left of runs that were cut.
    cut: BinaryHeap<Found>,
    pub(super) taken_a: Vec<bool>,
    pub(super) taken_b: Vec<bool>,
    /// Buckets of windows, where lengths are taken by halves.
    pub(super) halves: Halves,
    /// The tiles, in no order.
    pub(super) runs: Vec<Run>,
}

impl Tiler {
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
        self.runs.clear();
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
            self.push(0, 0, head);
        }
        if tail > 0 {
            self.push(a.len() - tail, b.len() - tail, tail);
        }
        let before = self.runs.len();
        let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
        if a.len().min(b.len()) < min_len {
            return;
        }
        self.begin(a.len(), b.len());
        self.fill(a, b, min_len);
        for run in &mut self.runs[before..] {
            run.a += head as u32;
            run.b += head as u32;
        }
    }

    /// Takes the runs of two texts in which nothing is taken.
    fn fill<S: Symbol>(&mut self, a: &[S], b: &[S], min_len: usize) {
        let mut steps = LEAST_STEPS.max((a.len() + b.len()).saturating_mul(STEPS));
        let mut longest = a.len().min(b.len());
        if min_len < LONG && longest >= LONG {
            let cut_short = match self.seed_long(a, b, &mut steps) {
                true => self.greedy(LONG, &mut steps),
                false => longest,
            };
            if cut_short > 0 {
                return self.by_halves(a, b, min_len, cut_short);
            }
            longest = LONG - 1;
        }
        if self.seed(a, b, min_len, &mut steps) {
            longest = self.greedy(min_len, &mut steps);
        }
        if longest >= min_len {
            self.by_halves(a, b, min_len, longest);
        }
    }

    fn push(&mut self, a: usize, b: usize, len: usize) {
        self.runs.push(Run {
            a: a as u32,
            b: b as u32,
            len: len as u32,
        });
    }

    pub(super) fn begin(&mut self, a: usize, b: usize) {
        self.cut.clear();
        for (taken, len) in [(&mut self.taken_a, a), (&mut self.taken_b, b)] {
            taken.clear();
            taken.resize(len, false);
        }
    }

    /// Takes runs by length; returns the length of the longest that may be
    /// left when the steps are used up, 0 if none is.
    fn greedy(&mut self, min_len: usize, steps: &mut usize) -> usize {
        self.found.sort_unstable();
        while let Some((len, Reverse(a), Reverse(b))) = self.longest() {
            let (a, b, len) = (a as usize, b as usize, len as usize);
            let taken_a = &mut self.taken_a[a..a + len];
            let taken_b = &mut self.taken_b[b..b + len];
            let free = |at: usize| !taken_a[at] && !taken_b[at];
            if (0..len).all(free) {
                taken_a.fill(true);
                taken_b.fill(true);
                self.push(a, b, len);
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
                    let part = (
                        (end - start) as u32,
                        Reverse((a + start) as u32),
                        Reverse((b + start) as u32),
                    );
                    self.cut.push(part);
                }
                at = end.max(at + 1);
            }
        }
        0
    }

    /// Takes the longest of the runs that were found and those that were cut.
    fn longest(&mut self) -> Option<Found> {
        if self.found.last() > self.cut.peek() {
            self.found.pop()
        } else {
            self.cut.pop()
        }
    }
}
