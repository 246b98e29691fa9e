//! Greedy string tiling and coverage, so simple that they are the truth.

use crate::passages::tiles::Run;

/// Tiles two texts by looking at every pair of positions, again for each tile.
pub(super) fn tiles(a: &[u32], b: &[u32], min_length: usize) -> Vec<Run> {
    let (mut taken_a, mut taken_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut tiles = Vec::new();
    while let Some(tile) = longest(a, b, &taken_a, &taken_b) {
        if (tile.len as usize) < min_length {
            break;
        }
        for step in 0..tile.len as usize {
            taken_a[tile.a as usize + step] = true;
            taken_b[tile.b as usize + step] = true;
        }
        tiles.push(tile);
    }
    tiles.sort();
    tiles
}

/// Returns the longest run in no tile; the first in `a`, then in `b`.
pub(super) fn longest(a: &[u32], b: &[u32], taken_a: &[bool], taken_b: &[bool]) -> Option<Run> {
    let mut best: Option<Run> = None;
    for at_a in 0..a.len() {
        for at_b in 0..b.len() {
            let len = (0..(a.len() - at_a).min(b.len() - at_b))
                .take_while(|step| {
                    a[at_a + step] == b[at_b + step]
                        && !taken_a[at_a + step]
                        && !taken_b[at_b + step]
                })
                .count() as u32;
            if len > best.map_or(0, |run| run.len) {
                best = Some(Run {
                    a: at_a as u32,
                    b: at_b as u32,
                    len,
                });
            }
        }
    }
    best
}

/// Returns the equal runs of a shortest edit, found on all diagonals, or `None`
/// if it takes more than `most` insertions and deletions.
pub(super) fn edit(a: &[u32], b: &[u32], most: usize) -> Option<Vec<Run>> {
    let (n, m) = (a.len() as i64, b.len() as i64);
    // The furthest position of each step by diagonal.
    let mut steps: Vec<std::collections::HashMap<i64, i64>> = Vec::new();
    for d in 0..=most as i64 {
        let mut here = std::collections::HashMap::new();
        for k in (-d..=d).step_by(2) {
            let mut x = match steps.last() {
                None => 0,
                Some(before) if k == -d || k != d && before[&(k - 1)] < before[&(k + 1)] => {
                    before[&(k + 1)]
                }
                Some(before) => before[&(k - 1)] + 1,
            };
            while x < n && x - k < m && x >= k && a[x as usize] == b[(x - k) as usize] {
                x += 1;
            }
            here.insert(k, x);
        }
        steps.push(here);
        if steps[d as usize].get(&(n - m)).is_some_and(|x| *x >= n) {
            return Some(runs_of(&steps, n - m));
        }
    }
    None
}

/// Walks back from the end on diagonal `k`.
fn runs_of(steps: &[std::collections::HashMap<i64, i64>], mut k: i64) -> Vec<Run> {
    let mut runs = Vec::new();
    for (at, here) in steps.iter().enumerate().rev() {
        let d = at as i64;
        let (start, next) = match d {
            0 => (0, k),
            _ => {
                let before = &steps[at - 1];
                match k == -d || k != d && before[&(k - 1)] < before[&(k + 1)] {
                    true => (before[&(k + 1)], k + 1),
                    false => (before[&(k - 1)] + 1, k - 1),
                }
            }
        };
        if here[&k] > start {
            runs.push(Run {
                a: start as u32,
                b: (start - k) as u32,
                len: (here[&k] - start) as u32,
            });
        }
        k = next;
    }
    runs.reverse();
    runs
}
