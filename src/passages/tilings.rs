//! The equal runs of many pairs, found once and used by every stage that aligns
//! a pair.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::passages::passage::Aligner;
use crate::passages::tiles::Run;

/// Runs that are stored, at most: 48 MB. Further pairs are aligned again each
/// time, with the same result.
const MAX_RUNS: usize = 4 << 20;

/// The tilings of pairs, by their number.
pub struct Tilings {
    /// The shortest run that counts.
    min_length: usize,
    /// The runs of each pair that was aligned while there was space.
    runs: Vec<OnceLock<Box<[Run]>>>,
    /// Runs that can still be stored.
    space: AtomicUsize,
}

impl Tilings {
    /// Returns space for the tilings of `pairs` pairs, none of them aligned yet.
    pub fn new(pairs: usize, min_length: usize) -> Self {
        let mut runs = Vec::new();
        runs.resize_with(pairs, OnceLock::new);
        Tilings {
            min_length,
            runs,
            space: AtomicUsize::new(MAX_RUNS),
        }
    }

    /// Returns tilings that store nothing.
    pub fn none(min_length: usize) -> Self {
        Tilings::new(0, min_length)
    }

    /// Returns the shortest run that counts.
    pub fn min_length(&self) -> usize {
        self.min_length
    }

    /// Aligns a pair, or restores its runs if they are stored.
    ///
    /// One pair must always have the same texts.
    pub fn align(&self, aligner: &mut Aligner, pair: usize, [a, b]: [&[u16]; 2]) {
        let stored = self.runs.get(pair);
        if let Some(runs) = stored.and_then(OnceLock::get) {
            return aligner.restore(a, b, runs);
        }
        aligner.align(a, b, self.min_length);
        let runs = aligner.runs();
        let take = |space: usize| space.checked_sub(runs.len());
        if let Some(stored) = stored
            && self
                .space
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
        {
            stored.get_or_init(|| runs.into());
        }
    }

    /// Returns the tilings of some pairs, given their numbers in order; these
    /// number them anew.
    pub fn select(mut self, wanted: impl Iterator<Item = usize>) -> Self {
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
    fn stored_runs_of_a_pair_are_those_that_were_found() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
        let pairs = [
            ("春天到了公园里的花都开了", "秋天到了公园里的花都谢了"),
            ("𠀀𠀁𠀂𠀃春夏秋冬", "𠀄𠀁𠀂𠀃春夏秋冬"),
        ]
        .map(|(a, b)| (units(a), units(b)));
        let none = Tilings::none(4);
        let tilings = Tilings::new(3, 4).select([0, 2].into_iter());
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
