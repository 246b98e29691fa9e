//! The equal runs of many pairs, found once for all who look at a pair.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::passages::passage::Aligner;
use crate::passages::tiles::Run;

/// Runs that are kept, at most: 48 MB of them. Pairs beyond are aligned again
/// each time, with the same result.
const ROOM: usize = 4 << 20;

/// The tilings of pairs that are known by number.
pub struct Tilings {
    /// The shortest run that counts.
    min_length: usize,
    /// Of each pair, once it was aligned and there was room.
    runs: Vec<OnceLock<Box<[Run]>>>,
    /// Runs that there is room for.
    room: AtomicUsize,
}

impl Tilings {
    /// Returns room for so many pairs, none of them aligned yet.
    pub fn new(pairs: usize, min_length: usize) -> Self {
        let mut runs = Vec::new();
        runs.resize_with(pairs, OnceLock::new);
        Tilings {
            min_length,
            runs,
            room: AtomicUsize::new(ROOM),
        }
    }

    /// Returns tilings that keep nothing.
    pub fn none(min_length: usize) -> Self {
        Tilings::new(0, min_length)
    }

    /// Returns the shortest run that counts.
    pub fn min_length(&self) -> usize {
        self.min_length
    }

    /// Aligns a pair, or lets the aligner take up what is known of it.
    ///
    /// Call it for one pair with the same texts always.
    pub fn align(&self, aligner: &mut Aligner, pair: usize, [a, b]: [&[u16]; 2]) {
        let kept = self.runs.get(pair);
        if let Some(runs) = kept.and_then(OnceLock::get) {
            return aligner.take_up(a, b, runs);
        }
        aligner.align(a, b, self.min_length);
        let runs = aligner.runs();
        let take = |room: usize| room.checked_sub(runs.len());
        if let Some(kept) = kept
            && self
                .room
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
        {
            kept.get_or_init(|| runs.into());
        }
    }

    /// Leaves the pairs that are `wanted`, given their numbers in order, and
    /// numbers them anew.
    pub fn choose(mut self, wanted: impl Iterator<Item = usize>) -> Self {
        if !self.runs.is_empty() {
            self.runs = wanted
                .map(|pair| std::mem::take(&mut self.runs[pair]))
                .collect();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_pair_is_taken_up_as_it_was_found() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let pairs = [
            ("春天到了公园里的花都开了", "秋天到了公园里的花都谢了"),
            ("𠀀𠀁𠀂𠀃春夏秋冬", "𠀄𠀁𠀂𠀃春夏秋冬"),
        ]
        .map(|(a, b)| (units(a), units(b)));
        let none = Tilings::none(4);
        let tilings = Tilings::new(3, 4).choose([0, 2].into_iter());
        for turn in 0..2 {
            for (pair, (a, b)) in pairs.iter().enumerate() {
                let (mut one, mut other) = (Aligner::default(), Aligner::default());
                none.align(&mut one, pair, [a, b]);
                tilings.align(&mut other, pair, [a, b]);
                assert!(!one.runs().is_empty());
                assert_eq!(one.runs(), other.runs());
                assert_eq!(one.joined(a, b, 3), other.joined(a, b, 3), "{turn}");
            }
        }
        assert!(tilings.runs.iter().all(|runs| runs.get().is_some()));
    }
}
