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

/// An unreachable place: twice of it and a diagonal more can still be told.
const NOWHERE: i32 = i32::MIN / 4;

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
fn entry(below: i32, same: i32, above: i32) -> i32 {
    (same + 1).max(below + 1).max(above)
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
            let places = &mut after[MARGIN..][..last.len + 2];
            // One thing after another, so that the compiler takes many places at
            // once where none depends on another.
            let below = before.iter().zip(&before[1..]).zip(&before[2..]);
            for (place, ((below, same), above)) in places.iter_mut().zip(below) {
                *place = entry(*below, *same, *above);
            }
            let lowest = last.low - 1;
            let mut most = i32::MIN;
            for (k, place) in (lowest..).zip(places.iter_mut()) {
                let (i, j) = (*place, *place - k);
                // What is negative counts as too far.
                if i as u32 > n as u32 || j as u32 > m as u32 {
                    *place = NOWHERE;
                    continue;
                }
                *place = i + slide(i, j);
                most = most.max(2 * *place - k);
            }
            let lost = DIFFERENCE * d as i32;
            let is_better = most > best.0 + lost;
            if is_better {
                for (k, place) in (lowest..).zip(places.iter_mut()) {
                    let score = 2 * *place - k - lost;
                    if score > best.0 {
                        best = (score, d, k, *place);
                    }
                    if score < best.0 - DROP {
                        *place = NOWHERE;
                    }
                }
            } else {
                let least = best.0 - DROP + lost;
                for (k, place) in (lowest..).zip(places.iter_mut()) {
                    *place = match 2 * *place - k >= least {
                        true => *place,
                        false => NOWHERE,
                    };
                }
            }
            let is_reached = |place: &i32| *place != NOWHERE;
            let first = places.iter().position(is_reached).unwrap_or(0);
            let end = places
                .iter()
                .rposition(is_reached)
                .map_or(0, |last| last + 1);
            if end == 0 {
                is_cut = false;
                break;
            }
            self.rows.push(Row {
                low: lowest + first as i32,
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
            let [below, same, above] =
                [-1, 0, 1].map(|step| self.reached[middle.wrapping_add_signed(step)]);
            let entry = entry(below, same, above);
            let (skip_a, skip_b, before, from) = if same + 1 == entry {
                (1, 1, k, same)
            } else if below + 1 == entry {
                (1, 0, k - 1, below)
            } else {
                (0, 1, k + 1, above)
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

    /// Returns what the best alignment of beginnings spans of each text: place
    /// by place, in the order of the diagonals.
    fn spans_by_definition(a: &[u16], b: &[u16]) -> (usize, usize) {
        use std::collections::BTreeMap;
        let slide = |i: i32, j: i32| {
            let rest = a[i as usize..].iter().zip(&b[j as usize..]);
            rest.take_while(|(a, b)| a == b).count() as i32
        };
        let first = slide(0, 0);
        let mut best = (2 * first, first, 0);
        let mut row = BTreeMap::from([(0, first)]);
        for d in 1.. {
            let mut next = BTreeMap::new();
            let (Some((low, _)), Some((high, _))) = (row.first_key_value(), row.last_key_value())
            else {
                break;
            };
            for k in low - 1..=high + 1 {
                let of = |k: i32, step: i32| row.get(&k).map(|place| place + step);
                let Some(i) = of(k, 1).max(of(k - 1, 1)).max(of(k + 1, 0)) else {
                    continue;
                };
                if i as usize > a.len() || i < k || (i - k) as usize > b.len() {
                    continue;
                }
                let place = i + slide(i, i - k);
                let score = 2 * place - k - DIFFERENCE * d;
                if score > best.0 {
                    best = (score, place, k);
                }
                if score >= best.0 - DROP {
                    next.insert(k, place);
                }
            }
            row = next;
        }
        (best.1 as usize, (best.1 - best.2) as usize)
    }

    proptest! {
        #[test]
        fn prop_an_extension_spans_what_it_does_by_definition(
            parts in prop::collection::vec(("[甲乙丙丁]{0,40}", "[甲乙丙丁]{0,12}", "[甲乙丙丁]{0,12}"), 0..8),
        ) {
            let (mut a, mut b) = (Vec::new(), Vec::new());
            for (shared, of_a, of_b) in &parts {
                a.extend(shared.encode_utf16().chain(of_a.encode_utf16()));
                b.extend(shared.encode_utf16().chain(of_b.encode_utf16()));
            }
            let spans = Extender::default().extend(&a, &b, Way::Forward, &mut Vec::new());
            prop_assert_eq!(spans, spans_by_definition(&a, &b));
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
