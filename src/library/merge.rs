//! Which segments to merge.

use std::collections::BTreeSet;

/// Segments that a query may see, the one in memory apart.
const MOST_SEGMENTS: usize = 7;

/// Documents below which segments count as equally small.
const SMALL: u64 = 256;

/// Returns which segments are to be merged, given the number of their documents
/// that are there, and of those that are gone; `None` if all is well.
///
/// Beyond seven segments the two smallest are merged, together with each that
/// has no more than twice the documents of those before it: sizes then grow
/// geometrically, and a document is written anew some `log n` times. A segment
/// of which half is gone is written anew by itself.
pub(super) fn choose(segments: &[(u64, u64)]) -> Option<BTreeSet<usize>> {
    let wasted = segments
        .iter()
        .position(|(live, gone)| *gone > 0 && gone >= live);
    if let Some(wasted) = wasted {
        return Some(BTreeSet::from([wasted]));
    }
    if segments.len() <= MOST_SEGMENTS {
        return None;
    }
    let mut by_size: Vec<(u64, usize)> = segments.iter().map(|(live, _)| *live).zip(0..).collect();
    by_size.sort_unstable();
    let mut chosen = BTreeSet::new();
    let mut sum = 0;
    for (live, at) in by_size {
        if chosen.len() >= 2 && live > 2 * sum {
            break;
        }
        sum += live.max(SMALL);
        chosen.insert(at);
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_growing_library_has_few_segments_and_is_seldom_written_anew() {
        let mut segments: Vec<(u64, u64)> = Vec::new();
        let mut written = 0;
        let flushes = 10_000;
        for _ in 0..flushes {
            segments.push((256, 0));
            while let Some(chosen) = choose(&segments) {
                let sum = chosen.iter().map(|at| segments[*at].0).sum::<u64>();
                written += sum;
                let first = *chosen.first().unwrap();
                for at in chosen.iter().rev() {
                    segments.remove(*at);
                }
                segments.insert(first, (sum, 0));
            }
            assert!(segments.len() <= MOST_SEGMENTS);
        }
        let per_document = written as f64 / (256.0 * f64::from(flushes));
        assert!(per_document < 10.0, "{per_document}");
    }

    #[test]
    fn a_segment_of_which_half_is_gone_is_written_anew() {
        assert_eq!(choose(&[(100, 0), (10, 10)]), Some(BTreeSet::from([1])));
        assert_eq!(choose(&[(0, 3)]), Some(BTreeSet::from([0])));
        assert_eq!(choose(&[(100, 99), (10, 0)]), None);
        assert_eq!(choose(&[]), None);
    }
}
