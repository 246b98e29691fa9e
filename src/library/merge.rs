//! Which segments to merge.

use std::collections::BTreeSet;

/// Segments that a query may see, the one in memory apart.
const MOST_SEGMENTS: usize = 7;

/// Documents below which segments count as equally small.
const SMALL: u64 = 256;

/// Returns which segments are to be merged, given the number of their documents
/// that are there, and of those that are gone; `None` if all is well, or if
/// every merge would have more than `most` documents.
///
/// Beyond seven segments the two smallest are merged, together with each that
/// has no more than twice the documents of those before it: sizes then grow
/// geometrically, and a document is written anew some `log n` times. A segment
/// of which half is gone is written anew by itself.
pub(super) fn choose(segments: &[(u64, u64)], most: u64) -> Option<BTreeSet<usize>> {
    let wasted = segments
        .iter()
        .position(|(live, gone)| *gone > 0 && gone >= live && *live <= most);
    if let Some(wasted) = wasted {
        return Some(BTreeSet::from([wasted]));
    }
    if segments.len() <= MOST_SEGMENTS {
        return None;
    }
    let mut by_size: Vec<(u64, usize)> = segments.iter().map(|(live, _)| *live).zip(0..).collect();
    by_size.sort_unstable();
    let mut chosen = BTreeSet::new();
    let (mut sum, mut documents) = (0, 0);
    for (live, at) in by_size {
        let is_enough = chosen.len() >= 2 && live > 2 * sum;
        if is_enough || documents + live > most {
            break;
        }
        sum += live.max(SMALL);
        documents += live;
        chosen.insert(at);
    }
    (chosen.len() >= 2).then_some(chosen)
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
            while let Some(chosen) = choose(&segments, u64::MAX) {
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
        let all = |segments: &[(u64, u64)]| choose(segments, u64::MAX);
        assert_eq!(all(&[(100, 0), (10, 10)]), Some(BTreeSet::from([1])));
        assert_eq!(all(&[(0, 3)]), Some(BTreeSet::from([0])));
        assert_eq!(all(&[(100, 99), (10, 0)]), None);
        assert_eq!(all(&[]), None);
    }

    #[test]
    fn a_merge_has_no_more_documents_than_are_allowed() {
        let segments = [(300, 0); 10];
        assert_eq!(choose(&segments, 1_000), Some(BTreeSet::from([0, 1, 2])));
        assert_eq!(choose(&segments, 599), None);
        // A large one that is half gone is left, and stops no small one.
        let mut segments = segments;
        segments[0] = (5_000, 6_000);
        assert_eq!(choose(&segments, 700), Some(BTreeSet::from([1, 2])));
        assert_eq!(choose(&segments, 5_000), Some(BTreeSet::from([0])));
    }
}
