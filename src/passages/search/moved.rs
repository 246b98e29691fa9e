//! Which passages of a pair stand in another order than the others.

use crate::span::UnitSpan;

/// Returns, for passages in the order of their places in one text, which stand
/// in another order in the other text than the heaviest set of passages that
/// follow each other in both.
///
/// The heaviest increasing subsequence, with a Fenwick tree of greatest
/// weights \[Fen94\]; `O(n log n)`.
pub(super) fn moved(spans: &[(UnitSpan, UnitSpan)]) -> Vec<bool> {
    let mut starts: Vec<u32> = spans.iter().map(|(_, b)| b.start).collect();
    starts.sort_unstable();
    // The greatest weight of a chain that ends at a rank or before, and its
    // last passage.
    let mut tree = vec![(0_u64, usize::MAX); starts.len() + 1];
    let mut before = vec![usize::MAX; spans.len()];
    for (at, (_, b)) in spans.iter().enumerate() {
        let rank = starts.partition_point(|start| *start < b.start);
        let mut best = (0, usize::MAX);
        let mut node = rank;
        while node > 0 {
            if tree[node].0 > best.0 {
                best = tree[node];
            }
            node &= node - 1;
        }
        before[at] = best.1;
        let weight = best.0 + b.len() as u64;
        let mut node = rank + 1;
        while node < tree.len() {
            if weight > tree[node].0 {
                tree[node] = (weight, at);
            }
            node += node & node.wrapping_neg();
        }
    }
    let mut last = (0, usize::MAX);
    let mut node = starts.len();
    while node > 0 {
        if tree[node].0 > last.0 {
            last = tree[node];
        }
        node &= node - 1;
    }
    let mut moved = vec![true; spans.len()];
    let mut at = last.1;
    while let Some(is_moved) = moved.get_mut(at) {
        *is_moved = false;
        at = before[at];
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_lighter_passages_are_the_moved_ones() {
        let spans = |places: &[(u32, u32)]| {
            let span = |(at, (start, len)): (usize, &(u32, u32))| {
                let a = at as u32 * 1_000;
                (
                    UnitSpan::from(a..a + len),
                    UnitSpan::from(*start..start + len),
                )
            };
            places.iter().enumerate().map(span).collect::<Vec<_>>()
        };
        assert_eq!(moved(&spans(&[(0, 50), (100, 50), (300, 9)])), [false; 3]);
        assert_eq!(moved(&spans(&[(100, 50), (0, 40)])), [false, true]);
        assert_eq!(
            moved(&spans(&[(200, 60), (0, 40), (100, 40)])),
            [true, false, false]
        );
        assert!(moved(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn prop_no_chain_is_heavier(lens in prop::collection::vec(1_u32..9, 0..9), seed in any::<u64>()) {
            let mut order: Vec<u32> = (0..lens.len() as u32).collect();
            for at in (1..order.len()).rev() {
                order.swap(at, (crate::hash::mix(seed + at as u64) % (at as u64 + 1)) as usize);
            }
            let spans: Vec<_> = lens.iter().zip(&order).enumerate().map(|(at, (len, place))| {
                (UnitSpan::from(at as u32 * 10..at as u32 * 10 + len), UnitSpan::from(place * 10..place * 10 + len))
            }).collect();
            let weight = |set: u32| {
                let chosen: Vec<_> = spans.iter().enumerate().filter(|(at, _)| set >> at & 1 == 1).collect();
                let rises = chosen.windows(2).all(|pair| pair[0].1.1.start < pair[1].1.1.start);
                rises.then(|| chosen.iter().map(|(_, (_, b))| b.len()).sum::<usize>())
            };
            let kept = moved(&spans).iter().enumerate().map(|(at, moved)| u32::from(!moved) << at).sum();
            let best = (0..1_u32 << spans.len()).filter_map(weight).max();
            prop_assert_eq!(weight(kept), best);
        }
    }
}
