//! The best local alignment of two texts, cell by cell \[SW81\].

use std::ops::Range;

/// Returns the units of both texts in the local alignment with the highest
/// score, and twice that score: 1 for an equal unit, -1 for a replaced one,
/// -1.5 for an inserted or deleted one.
pub(super) fn smith_waterman(a: &[u16], b: &[u16]) -> (Range<u32>, Range<u32>, i32) {
    // Of each cell, the best score and where its alignment began.
    let mut above: Vec<_> = (0..=b.len() as u32).map(|j| (0, 0, j)).collect();
    let mut best = (0..0, 0..0, 0);
    for (i, one) in a.iter().enumerate() {
        let mut row = vec![(0, i as u32 + 1, 0); b.len() + 1];
        for (j, other) in b.iter().enumerate() {
            let step = if one == other { 2 } else { -2 };
            let mut cell = (above[j].0 + step, above[j].1, above[j].2);
            for (score, from_a, from_b) in [above[j + 1], row[j]] {
                cell = cell.max((score - 3, from_a, from_b));
            }
            if cell.0 <= 0 {
                cell = (0, i as u32 + 1, j as u32 + 1);
            }
            if cell.0 > best.2 {
                best = (cell.1..i as u32 + 1, cell.2..j as u32 + 1, cell.0);
            }
            row[j + 1] = cell;
        }
        for (j, cell) in above.iter_mut().enumerate() {
            *cell = row[j];
        }
        above[0] = (0, i as u32 + 1, 0);
    }
    best
}
