//! A table that leads into a long set of hashes by their upper bits, to count
//! what several far shorter sets share with it.

use crate::simd::merge;

/// How many times longer a set must be for a look-up of each hash of the shorter
/// one to cost less than a merge.
const LONGER: usize = 4;

/// Fewest shorter sets for which a table is made: it costs about as much as a
/// merge.
const LEAST: usize = 2;

/// Hashes that are compared at once: few values of the upper bits have more.
const AT_ONCE: usize = 8;

/// Hashes that are looked up between two checks whether too many are missing.
const STEPS: usize = 64;

/// Returns whether a set is short enough to be looked up in another one.
fn is_shorter(one: &[u64], other: &[u64]) -> bool {
    one.len().saturating_mul(LONGER) <= other.len()
}

/// A set of hashes, which are sorted and whose upper bits are mixed, and where
/// those of each value of the upper bits begin if that was worth it.
pub(super) struct Jumps<'a> {
    set: &'a [u64],
    starts: Vec<u32>,
    shift: u32,
}

impl<'a> Jumps<'a> {
    /// Returns a set that is compared with others.
    pub(super) fn of<'b>(set: &'a [u64], others: impl Iterator<Item = &'b [u64]>) -> Self {
        let shorter = others.filter(|other| is_shorter(other, set));
        let mut jumps = Jumps {
            set,
            starts: Vec::new(),
            shift: 0,
        };
        let fits = set.len() >= AT_ONCE && u32::try_from(set.len()).is_ok();
        if fits && shorter.take(LEAST).count() == LEAST {
            jumps.make();
        }
        jumps
    }

    fn make(&mut self) {
        let bits = self.set.len().ilog2();
        self.shift = u64::BITS - bits;
        let mut at = 0;
        self.starts = vec![0; (1 << bits) + 1];
        for hash in self.set {
            self.starts[(hash >> self.shift) as usize + 1] += 1;
        }
        for start in &mut self.starts {
            at += *start;
            *start = at;
        }
    }

    /// Returns how many hashes another set shares with it, or `None` as soon as
    /// it is sure that they are fewer than `at_least`.
    pub(super) fn shared(&self, other: &[u64], at_least: usize) -> Option<usize> {
        if self.starts.is_empty() || !is_shorter(other, self.set) {
            return merge::shared(self.set, other, at_least);
        }
        let (mut count, mut left) = (0, other.len());
        for part in other.chunks(STEPS) {
            if count + left < at_least {
                return None;
            }
            count += part.iter().filter(|hash| self.has(**hash)).count();
            left -= part.len();
        }
        (count >= at_least).then_some(count)
    }

    fn has(&self, hash: u64) -> bool {
        let bucket = (hash >> self.shift) as usize;
        let end = self.starts[bucket + 1] as usize;
        // What stands before the bucket is another hash.
        let mut at = (self.starts[bucket] as usize).min(self.set.len() - AT_ONCE);
        loop {
            let some = &self.set[at..self.set.len().min(at + AT_ONCE)];
            let is_there = some.iter().fold(false, |is, one| is | (*one == hash));
            at += AT_ONCE;
            if is_there || at >= end {
                return is_there;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use proptest::prelude::*;

    fn sorted(hashes: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut set: Vec<u64> = hashes.collect();
        set.sort_unstable();
        set.dedup();
        set
    }

    proptest! {
        #[test]
        fn prop_what_sets_share_is_counted_with_a_table_as_one_by_one(
            (long, from, short) in (0u64..3_000, 0u64..3_000, 0u64..400),
            spread in prop::sample::select(vec![0, 1, 30, 63]),
            at_least in 0usize..400,
        ) {
            let set = sorted((0..long).map(|at| mix(at) >> spread));
            let other = sorted((from..from + short).map(|at| mix(at) >> spread));
            let shared = other.iter().filter(|hash| set.contains(hash)).count();
            let jumps = Jumps::of(&set, [&other[..]; 2].into_iter());
            for at_least in [at_least, shared, shared + 1] {
                let expected = (shared >= at_least).then_some(shared);
                prop_assert_eq!(jumps.shared(&other, at_least), expected);
            }
        }
    }
}
