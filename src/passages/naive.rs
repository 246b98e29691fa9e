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
