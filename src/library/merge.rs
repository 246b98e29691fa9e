//! Which segments to merge, and which the log is written together with.
//!
//! Only neighbours are merged, so that documents stay in the order in which they
//! came. Segments on disk never exceed [`MOST_ON_DISK`]: the log becomes a new
//! one only where there is room, and otherwise goes into the last one.

use std::ops::Range;

use crate::library::parts::MOST_ON_DISK;

/// How many times as many documents a segment may have as the log and those
/// behind it, to be written anew together with them.
const TIER: u64 = 2;

/// Documents up to which segments are written anew together with the log: some
/// seconds at most. Larger merges run beside it.
const QUICK: u64 = 32_768;

/// Segments from which on two neighbours of like size are merged: the room
/// that is left is for what is added while a large merge runs.
const MANY: usize = 4;

/// How many times as many documents one of them may have.
const LIKE: u64 = 2;

/// Bytes of one list of tables that a merged segment may have: the format has
/// room for 4 GiB, and lists of more documents take a bit more for each.
const LISTS: u64 = 7 << 29;

/// A segment on disk, as merges see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    /// Documents that are there, and those that are gone.
    pub(super) live: u64,
    pub(super) gone: u64,
    /// Bytes of its largest list of tables.
    pub(super) lists: u64,
    /// Whether no merge has taken it.
    pub(super) is_free: bool,
}

/// Returns how many of the last segments are written anew together with a log
/// of some documents; `None` if there is no way now.
pub(super) fn with_log(segments: &[Size], log: u64) -> Option<usize> {
    let has_room = segments.len() < MOST_ON_DISK;
    let (mut taken, mut sum, mut sum_lists) = (0, log, 0);
    for Size {
        live,
        is_free,
        lists,
        ..
    } in segments.iter().rev()
    {
        let is_forced = !has_room && taken == 0;
        let is_small = *live <= TIER * sum && sum + live <= QUICK;
        sum_lists += lists;
        if !is_free || sum_lists >= LISTS || !(is_forced || is_small) {
            break;
        }
        sum += live;
        taken += 1;
    }
    (has_room || taken > 0).then_some(taken)
}

/// Returns the neighbours that are to be merged beside additions; `None` if all
/// is well.
///
/// A segment of which half is gone is written anew by itself. Else, of four
/// segments and more, two of which one has no more than twice the documents of
/// the other; if there is no room left, any two. Of several pairs it is the one
/// that costs least for what it gains: sizes then grow geometrically, and a
/// document is written anew some `log n` times.
pub(super) fn beside(segments: &[Size]) -> Option<Range<usize>> {
    let wasted = wasted(segments);
    if wasted.is_some() {
        return wasted;
    }
    let is_full = segments.len() >= MOST_ON_DISK;
    // The log goes into the last one while there is no room for another.
    let choice = &segments[..segments.len() - usize::from(is_full)];
    let pair = cheapest(choice, |large, small| is_full || large <= LIKE * small)?;
    (segments.len() >= MANY).then_some(pair)
}

/// Returns a segment of which half is gone.
pub(super) fn wasted(segments: &[Size]) -> Option<Range<usize>> {
    let is_wasted = |size: &Size| size.is_free && size.gone > 0 && size.gone >= size.live;
    let at = segments.iter().position(is_wasted)?;
    Some(at..at + 1)
}

fn can_be_one(segments: &[Size]) -> bool {
    segments.iter().map(|size| size.lists).sum::<u64>() < LISTS
}

/// Returns the segments that a compacted library has, by those that each is made
/// of: one, unless that would be too large.
pub(super) fn compacted(segments: &[Size]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for at in 0..segments.len() {
        match groups.last_mut() {
            Some(group) if can_be_one(&segments[group.start..at + 1]) => group.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

/// Returns the neighbours that are merged to make room for another segment.
pub(super) fn to_make_room(segments: &[Size]) -> Option<Range<usize>> {
    cheapest(segments, |_, _| true)
}

/// Returns the pair of neighbours, not taken by a merge, that costs least: the
/// documents of both, the more the less like in size they are.
fn cheapest(segments: &[Size], fits: impl Fn(u64, u64) -> bool) -> Option<Range<usize>> {
    let pairs = segments.windows(2).enumerate().filter_map(|(at, pair)| {
        let large = pair[0].live.max(pair[1].live);
        let small = pair[0].live.min(pair[1].live).max(1);
        let is_free = pair[0].is_free && pair[1].is_free && can_be_one(pair);
        let cost = u128::from(large) + u128::from(large).pow(2) / u128::from(small);
        (is_free && fits(large, small)).then_some((cost, at))
    });
    pairs.min().map(|(_, at)| at..at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(all: &[u64]) -> Vec<Size> {
        let size = |live: &u64| Size {
            live: *live,
            gone: 0,
            lists: 0,
            is_free: true,
        };
        all.iter().map(size).collect()
    }

    fn taken(mut sizes: Vec<Size>, at: usize) -> Vec<Size> {
        sizes[at].is_free = false;
        sizes
    }

    #[test]
    fn a_growing_library_has_few_segments_and_is_seldom_written_anew() {
        let mut segments: Vec<u64> = Vec::new();
        let mut written = 0;
        let flushes = 10_000;
        for _ in 0..flushes {
            let behind = with_log(&sizes(&segments), 256).unwrap();
            let sum = 256
                + segments
                    .split_off(segments.len() - behind)
                    .iter()
                    .sum::<u64>();
            segments.push(sum);
            written += sum;
            while let Some(pair) = beside(&sizes(&segments)) {
                let sum = segments.drain(pair.clone()).sum();
                segments.insert(pair.start, sum);
                written += sum;
            }
            assert!(segments.len() < MOST_ON_DISK, "{segments:?}");
        }
        let per_document = written as f64 / (256.0 * f64::from(flushes));
        assert!(per_document < 16.0, "{per_document}");
    }

    #[test]
    fn a_log_finds_a_way_to_disk_while_one_segment_is_free() {
        // Where there is room it goes with what is small.
        assert_eq!(with_log(&sizes(&[]), 300), Some(0));
        assert_eq!(with_log(&sizes(&[9_000, 601, 600]), 300), Some(2));
        assert_eq!(with_log(&sizes(&[40_000, 20_000]), 15_000), Some(0));
        assert_eq!(with_log(&taken(sizes(&[300, 300]), 1), 300), Some(0));
        // Where there is none it goes into the last one.
        let full = sizes(&[90_000; 7]);
        assert_eq!(with_log(&full, 300), Some(1));
        assert_eq!(with_log(&taken(full.clone(), 5), 300), Some(1));
        assert_eq!(with_log(&taken(full, 6), 300), None);
    }

    #[test]
    fn neighbours_of_like_size_are_merged_and_leave_the_log_a_way() {
        assert_eq!(beside(&sizes(&[9, 9, 9])), None);
        assert_eq!(beside(&sizes(&[900, 90, 9, 1])), None);
        assert_eq!(beside(&sizes(&[900, 900, 20, 9])), Some(0..2));
        assert_eq!(beside(&sizes(&[900, 900, 20, 11])), Some(2..4));
        assert_eq!(beside(&taken(sizes(&[900, 900, 20, 11]), 2)), Some(0..2));
        // Without room, whichever is cheapest but the last.
        let full = sizes(&[64_000, 32_000, 9_000, 900, 90, 9, 9]);
        assert_eq!(beside(&full), Some(4..6));
        assert_eq!(to_make_room(&full), Some(5..7));
        assert_eq!(beside(&sizes(&[0; 7])), Some(0..2));
        assert_eq!(beside(&[]), None);
    }

    #[test]
    fn no_merge_makes_a_segment_that_the_format_has_no_room_for() {
        let mut all = sizes(&[5; 7]);
        for (size, lists) in all.iter_mut().zip([3, 3, 1, 0, 0, 3, 3]) {
            size.lists = lists << 30;
        }
        assert_eq!(compacted(&all), [0..1, 1..2, 2..5, 5..6, 6..7]);
        assert_eq!(to_make_room(&all), Some(2..4));
        assert_eq!(
            compacted(&sizes(&[5; 7])),
            std::iter::once(0..7).collect::<Vec<_>>()
        );
        assert!(compacted(&[]).is_empty());
        all.iter_mut().for_each(|size| size.lists = LISTS);
        assert_eq!(to_make_room(&all), None);
        assert_eq!(with_log(&all, 9_000), None);
    }

    #[test]
    fn a_segment_of_which_half_is_gone_is_written_anew() {
        let gone = |live, gone, is_free| Size {
            live,
            gone,
            lists: 0,
            is_free,
        };
        let all = [gone(100, 0, true), gone(10, 10, true)];
        assert_eq!(beside(&all), Some(1..2));
        assert_eq!(beside(&[gone(0, 3, true)]), Some(0..1));
        assert_eq!(beside(&[gone(0, 3, false)]), None);
        assert_eq!(beside(&[gone(100, 99, true), gone(10, 0, true)]), None);
    }
}
