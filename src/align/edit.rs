//! The shortest edit between two short stretches, with bounded work.

use super::tile::Run;

/// Room that is used again.
#[derive(Default)]
pub(super) struct Editor {
    /// The furthest place on each diagonal, step after step: step `d` has
    /// `d + 1` of them.
    reached: Vec<u32>,
}

impl Editor {
    /// Appends the equal runs of a shortest edit from `n` symbols to `m`, in
    /// order; returns `false` if it takes more than `most` insertions and
    /// deletions.
    ///
    /// The greedy `O(ND)` algorithm \[Mye86\]; `equal` compares a place of the
    /// one with a place of the other. Takes `O((n + m) most)` time and
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
        let (n, m) = (n as i64, m as i64);
        for d in 0..=most as i64 {
            for k in (-d..=d).step_by(2) {
                let mut x = if d == 0 {
                    0
                } else if self.goes_down(d, k) {
                    self.at(d - 1, k + 1)
                } else {
                    self.at(d - 1, k - 1) + 1
                };
                while x < n && x - k < m && x - k >= 0 && equal(x as usize, (x - k) as usize) {
                    x += 1;
                }
                self.reached.push(x as u32);
                if x >= n && x - k >= m {
                    self.trace(d, k, out);
                    return true;
                }
            }
        }
        false
    }

    /// Returns the furthest place of step `d` on diagonal `k`.
    fn at(&self, d: i64, k: i64) -> i64 {
        i64::from(self.reached[(d * (d + 1) / 2 + (k + d) / 2) as usize])
    }

    /// Returns whether step `d` came to diagonal `k` by an insertion.
    fn goes_down(&self, d: i64, k: i64) -> bool {
        k == -d || (k != d && self.at(d - 1, k - 1) < self.at(d - 1, k + 1))
    }

    /// Walks back from the end and collects the equal runs.
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
