//! The shortest edit between two short stretches, with bounded work.

use crate::passages::symbols::Symbol;
use crate::passages::tiles::Run;

/// Finds shortest edits, one after another in the same buffers.
#[derive(Default)]
pub(super) struct Editor {
    /// The furthest position on each diagonal, step after step: step `d` has
    /// `d + 1` of them.
    reached: Vec<u32>,
    /// For each class of symbols, the number in one text less that in the other.
    surplus: Vec<i32>,
}

/// Classes of symbols that are counted: few enough for the first-level cache.
const CLASSES: usize = 1 << 12;

impl Editor {
    /// Appends the equal runs of a shortest edit from `n` symbols to `m`, in
    /// order; returns `false` if it takes more than `most` insertions and
    /// deletions.
    ///
    /// The greedy `O(ND)` algorithm \[Mye86\]; `equal` compares a position of
    /// the first text with one of the second. Takes `O((n + m) most)` time and
    /// `O(most^2)` memory.
    pub(super) fn runs(
        &mut self,
        (n, m): (usize, usize),
        equal: impl Fn(usize, usize) -> bool,
        most: usize,
        out: &mut Vec<Run>,
    ) -> bool {
        if n.abs_diff(m) > most {
            return false;
        }
        self.reached.clear();
        let (n, m, most) = (n as i64, m as i64, most as i64);
        // The last diagonal is `n - m`, and each step leads to the next one: those
        // too far from it for the steps that are left are not followed. What is
        // on others does not depend on them.
        let (first, last) = (
            (n - m - most + 1).div_euclid(2),
            (n - m + most).div_euclid(2),
        );
        for d in 0..=most {
            let before = self.reached.len() - d as usize;
            let here = self.reached.len();
            self.reached.resize(here + d as usize + 1, 0);
            for nth in (first + d).max(0)..=last.min(d) {
                // On diagonal k, from the step before on k + 1 or k - 1.
                let k = 2 * nth - d;
                let reached = |nth: i64| i64::from(self.reached[before + nth as usize]);
                let mut x = if d == 0 {
                    0
                } else if nth == 0 || (nth < d && reached(nth - 1) < reached(nth)) {
                    reached(nth)
                } else {
                    reached(nth - 1) + 1
                };
                while x < n && x - k < m && x - k >= 0 && equal(x as usize, (x - k) as usize) {
                    x += 1;
                }
                self.reached[here + nth as usize] = x as u32;
                if x >= n && x - k >= m {
                    self.trace(d, k, out);
                    return true;
                }
            }
        }
        false
    }

    /// Returns whether the counts of symbols alone show that an edit takes more
    /// than `most` insertions and deletions: each changes one count by one.
    ///
    /// Symbols are counted by class, so some differences go unnoticed.
    pub(super) fn is_far<S: Symbol>(&mut self, a: &[S], b: &[S], most: usize) -> bool {
        if a.len() + b.len() <= most {
            return false;
        }
        if a.len().abs_diff(b.len()) > most {
            return true;
        }
        self.surplus.resize(CLASSES, 0);
        let class = |symbol: &S| symbol.value() as usize % CLASSES;
        a.iter().for_each(|symbol| self.surplus[class(symbol)] += 1);
        b.iter().for_each(|symbol| self.surplus[class(symbol)] -= 1);
        let take =
            |symbol| std::mem::take(&mut self.surplus[class(symbol)]).unsigned_abs() as usize;
        a.iter().chain(b).map(take).sum::<usize>() > most
    }

    /// Returns the furthest position of step `d` on diagonal `k`.
    fn at(&self, d: i64, k: i64) -> i64 {
        i64::from(self.reached[(d * (d + 1) / 2 + (k + d) / 2) as usize])
    }

    /// Returns whether step `d` came to diagonal `k` by an insertion.
    fn goes_down(&self, d: i64, k: i64) -> bool {
        k == -d || (k != d && self.at(d - 1, k - 1) < self.at(d - 1, k + 1))
    }

    /// Appends the equal runs, found by walking back from the end.
    fn trace(&self, d: i64, k: i64, out: &mut Vec<Run>) {
        let first = out.len();
        let (mut d, mut k) = (d, k);
        loop {
            let end = self.at(d, k);
            let (start, next) = if d == 0 {
                (0, None)
            } else if self.goes_down(d, k) {
                (self.at(d - 1, k + 1), Some(k + 1))
            } else {
                (self.at(d - 1, k - 1) + 1, Some(k - 1))
            };
            if end > start {
                out.push(Run {
                    a: start as u32,
                    b: (start - k) as u32,
                    len: (end - start) as u32,
                });
            }
            let Some(next) = next else { break };
            k = next;
            d -= 1;
        }
        out[first..].reverse();
    }
}
