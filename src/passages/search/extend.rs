//! From an equal run on, the alignment goes on until its score drops.

use crate::passages::search::equal::{common_prefix, common_suffix};

/// Twice what the score may fall below its best before an extension ends.
/// Twenty differences in a row end it, or thirteen characters on one side.
const DROP: i32 = 40;

/// Twice what a difference takes from the score beyond the characters that it
/// spans: with one for an equal character, a replaced one costs 1 and an
/// inserted or deleted one 1.5.
const DIFFERENCE: i32 = 4;

/// Differences after which an extension begins anew from its best end, so that
/// what is remembered of it stays bounded.
const MOST_DIFFERENCES: usize = 1_000;

/// An unreachable place.
const NOWHERE: i32 = i32::MIN / 2;

/// A step of an alignment: some equal units after a difference of at most one
/// unit on either side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) skip_a: u32,
    pub(super) skip_b: u32,
    pub(super) equal: u32,
}

/// Which way an alignment is extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From the beginnings of two texts.
    Forward,
    /// From their ends.
    Backward,
}

/// Unreachable places beside a row: the next one looks this far beyond it.
const MARGIN: usize = 2;

/// A row of furthest places.
#[derive(Clone, Copy)]
struct Row {
    /// The lowest diagonal.
    low: i32,
    /// Where it stands in the list of places.
    from: usize,
    /// Number of diagonals.
    len: usize,
}

/// Returns the furthest place on a diagonal that one more difference reaches,
/// from those on the diagonal below, on itself, and on the one above.
#[inline]
fn entry(three: &[i32]) -> i32 {
    (three[1] + 1).max(three[0] + 1).max(three[2])
}

/// Extends alignments, one after another in the same buffers.
#[derive(Default)]
pub(super) struct Extender {
    /// The furthest place of `a` on each diagonal of each row, with
    /// [`MARGIN`] unreachable places on both sides of a row.
    reached: Vec<i32>,
    rows: Vec<Row>,
    turned: Vec<Step>,
}

impl Extender {
    /// Appends the steps of the best alignment of beginnings (or, backward,
    /// of ends) of two texts, and returns how much of each it spans.
    ///
    /// The greedy algorithm of \[ZSWM00\]: row `d` holds the furthest places
    /// that `d` differences reach; what falls [`DROP`] below the best score
    /// is given up. Takes `O(d)` time for `d` differences, beside the equal
    /// stretches.
    pub(super) fn extend(
        &mut self,
        a: &[u16],
        b: &[u16],
        way: Way,
        steps: &mut Vec<Step>,
    ) -> (usize, usize) {
        let (mut done_a, mut done_b) = (0, 0);
        loop {
            let (rest_a, rest_b) = match way {
                Way::Forward => (&a[done_a..], &b[done_b..]),
                Way::Backward => (&a[..a.len() - done_a], &b[..b.len() - done_b]),
            };
            // Each way has a loop of its own: which one it is would otherwise be
            // asked at every place.
            let (len_a, len_b, is_cut) = match way {
                Way::Forward => self.once::<true>(rest_a, rest_b, steps),
                Way::Backward => self.once::<false>(rest_a, rest_b, steps),
            };
            done_a += len_a;
            done_b += len_b;
            if !is_cut || len_a + len_b == 0 {
                return (done_a, done_b);
            }
        }
    }

    /// Extends over [`MOST_DIFFERENCES`] at most; returns also whether these
    /// ended it.
    fn once<const FORWARD: bool>(
        &mut self,
        a: &[u16],
        b: &[u16],
        steps: &mut Vec<Step>,
    ) -> (usize, usize, bool) {
        let (n, m) = (a.len() as i32, b.len() as i32);
        let slide = |i: i32, j: i32| -> i32 {
            let (i, j) = (i as usize, j as usize);
            (match FORWARD {
                true => common_prefix(&a[i..], &b[j..]),
                false => common_suffix(&a[..a.len() - i], &b[..b.len() - j]),
            }) as i32
        };
        self.reached.clear();
        self.rows.clear();
        let first = slide(0, 0);
        self.reached.extend([NOWHERE; MARGIN]);
        self.reached.push(first);
        self.reached.extend([NOWHERE; MARGIN]);
        self.rows.push(Row {
            low: 0,
            from: MARGIN,
            len: 1,
        });
        // The best score, its row, diagonal and place.
        let mut best = (2 * first, 0, 0, first);
        let mut is_cut = true;
        for d in 1..=MOST_DIFFERENCES {
            let last = self.rows[d - 1];
            let row = self.reached.len();
            self.reached
                .resize(row + last.len + 2 + 2 * MARGIN, NOWHERE);
            let (before, after) = self.reached.split_at_mut(row);
            let before = &before[last.from - MARGIN..last.from + last.len + MARGIN];
            let (mut first, mut end) = (usize::MAX, 0);
            let places = after[MARGIN..].iter_mut().enumerate();
            for (three, (at, place)) in before.windows(3).zip(places) {
                let k = last.low - 1 + at as i32;
                let i = entry(three);
                let j = i - k;
                if i < 0 || j < 0 || i > n || j > m {
                    continue;
                }
                let reached = i + slide(i, j);
                let score = 2 * reached - k - DIFFERENCE * d as i32;
                if score > best.0 {
                    best = (score, d, k, reached);
                }
                if score >= best.0 - DROP {
                    *place = reached;
                    first = first.min(at);
                    end = at + 1;
                }
            }
            if end == 0 {
                is_cut = false;
                break;
            }
            self.rows.push(Row {
                low: last.low - 1 + first as i32,
                from: row + MARGIN + first,
                len: end - first,
            });
            self.reached.truncate(row + MARGIN + end + MARGIN);
        }
        self.trace(best.1, best.2, best.3, steps);
        (best.3 as usize, (best.3 - best.2) as usize, is_cut)
    }

    /// Appends the steps that lead to a place, from the beginning on.
    fn trace(&mut self, mut d: usize, mut k: i32, mut place: i32, steps: &mut Vec<Step>) {
        self.turned.clear();
        while d > 0 {
            let row = self.rows[d - 1];
            let middle = (row.from as i32 + k - row.low) as usize;
            let three = &self.reached[middle - 1..=middle + 1];
            let entry = entry(three);
            let (skip_a, skip_b, before, from) = if three[1] + 1 == entry {
                (1, 1, k, three[1])
            } else if three[0] + 1 == entry {
                (1, 0, k - 1, three[0])
            } else {
                (0, 1, k + 1, three[2])
            };
            self.turned.push(Step {
                skip_a,
                skip_b,
                equal: (place - entry) as u32,
            });
            place = from;
            k = before;
            d -= 1;
        }
        if place > 0 {
            steps.push(Step {
                skip_a: 0,
                skip_b: 0,
                equal: place as u32,
            });
        }
        steps.extend(self.turned.iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn score(steps: &[Step]) -> i32 {
        let of = |step: &Step| {
            let skipped = (step.skip_a + step.skip_b) as i32;
            2 * step.equal as i32 + skipped - DIFFERENCE * i32::from(skipped > 0)
        };
        steps.iter().map(of).sum()
    }

    /// Returns the best score of beginnings: the whole table, cell by cell.
    fn best_score(a: &[u16], b: &[u16]) -> i32 {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        let mut best = 0;
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                let mut cell = if i + j == 0 { 0 } else { NOWHERE };
                if i > 0 {
                    cell = cell.max(table[i - 1][j] + 1 - DIFFERENCE);
                }
                if j > 0 {
                    cell = cell.max(table[i][j - 1] + 1 - DIFFERENCE);
                }
                if i > 0 && j > 0 {
                    let pair = if a[i - 1] == b[j - 1] {
                        2
                    } else {
                        2 - DIFFERENCE
                    };
                    cell = cell.max(table[i - 1][j - 1] + pair);
                }
                table[i][j] = cell;
                best = best.max(cell);
            }
        }
        best
    }

    proptest! {
        #[test]
        fn prop_an_extension_has_the_best_score(a in "[甲乙丙]{0,24}", b in "[甲乙丙]{0,24}") {
            // Texts so short that no score drops far enough to end the search.
            let [a, b] = [a, b].map(|text| text.encode_utf16().collect::<Vec<u16>>());
            let [mut back_a, mut back_b] = [a.clone(), b.clone()];
            back_a.reverse();
            back_b.reverse();
            let mut extender = Extender::default();
            for (a, b, way) in [(&a, &b, Way::Forward), (&back_a, &back_b, Way::Backward)] {
                let mut steps = Vec::new();
                let (len_a, len_b) = extender.extend(a, b, way, &mut steps);
                let sum = |of: fn(&Step) -> u32| steps.iter().map(of).sum::<u32>() as usize;
                prop_assert_eq!(sum(|step| step.skip_a + step.equal), len_a);
                prop_assert_eq!(sum(|step| step.skip_b + step.equal), len_b);
                let best = match way {
                    Way::Forward => best_score(a, b),
                    Way::Backward => {
                        let turned = |text: &[u16]| text.iter().rev().copied().collect::<Vec<_>>();
                        best_score(&turned(a), &turned(b))
                    }
                };
                prop_assert_eq!(score(&steps), best);
            }
        }
    }

    #[test]
    fn a_long_alignment_is_made_piece_by_piece() {
        let a: Vec<u16> = (0..60_000).map(|at| at % 1_000).collect();
        let mut b = a.clone();
        b.iter_mut().step_by(20).for_each(|unit| *unit += 2_000);
        let mut steps = Vec::new();
        let lens = Extender::default().extend(&a, &b, Way::Backward, &mut steps);
        assert_eq!(lens, (59_999, 59_999));
        assert_eq!(steps.len(), 3_000);
    }
}
