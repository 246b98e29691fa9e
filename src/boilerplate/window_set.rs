//! A set of windows, by their hashes.

use crate::prefetch::prefetch;

/// Bits of the filter for each window: one stranger in sixteen passes.
const FILTER_BITS: usize = 16;

/// Windows in each bucket of the table, at most on average: a line or two of the
/// cache.
const BUCKET: usize = 8;

/// A sorted set of hashes. Most of those looked up are not in it, and cost one
/// access to a filter.
#[derive(Default)]
pub(crate) struct WindowSet {
    keys: Vec<u64>,
    filter: Vec<u64>,
    filter_shift: u32,
    /// Where the keys of each bucket begin, and the last ones end.
    starts: Vec<u32>,
    bucket_shift: u32,
}

impl WindowSet {
    /// Returns the set of these hashes, which are sorted and distinct; their
    /// upper bits must be mixed.
    pub(crate) fn new(keys: Vec<u64>) -> Self {
        let bits =
            |count: usize, least: u32| (usize::BITS - count.leading_zeros()).clamp(least, 32);
        let filter_bits = bits(keys.len() * FILTER_BITS / 2, 6);
        let bucket_bits = bits(keys.len() / BUCKET, 1);
        let mut shared = WindowSet {
            filter: vec![0; 1 << (filter_bits - 6)],
            filter_shift: 64 - filter_bits,
            starts: vec![0; (1 << bucket_bits) + 1],
            bucket_shift: 64 - bucket_bits,
            keys,
        };
        for key in &shared.keys {
            let bit = key >> shared.filter_shift;
            shared.filter[(bit >> 6) as usize] |= 1 << (bit & 63);
            shared.starts[(key >> shared.bucket_shift) as usize + 1] += 1;
        }
        for at in 1..shared.starts.len() {
            shared.starts[at] += shared.starts[at - 1];
        }
        shared
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns the hashes, in order.
    pub(crate) fn keys(&self) -> &[u64] {
        &self.keys
    }

    /// Returns the positions of those of some hashes that are among all, in
    /// their order.
    pub(crate) fn positions(&self, keys: &[u64]) -> Vec<u32> {
        let mut positions = Vec::new();
        self.look_up(keys, |_, position| positions.push(position));
        positions
    }

    /// Calls `found` for each of some hashes that is among all, in their order,
    /// with its place among these and its position.
    ///
    /// What is read at random is fetched for a group of hashes at once.
    pub(crate) fn look_up(&self, keys: &[u64], mut found: impl FnMut(usize, u32)) {
        const GROUP: usize = 64;
        if self.keys.is_empty() {
            return;
        }
        let bucket = |key: u64| (key >> self.bucket_shift) as usize;
        let mut passed = [0usize; GROUP];
        for (group, keys) in keys.chunks(GROUP).enumerate() {
            for key in keys {
                prefetch(&self.filter, (key >> self.filter_shift >> 6) as usize);
            }
            // Which hashes pass can't be foreseen: no branch depends on it.
            let mut count = 0;
            for (nth, key) in keys.iter().enumerate() {
                passed[count] = nth;
                count += usize::from(self.may_have(*key));
            }
            let passed = &passed[..count];
            for nth in passed {
                prefetch(&self.starts, bucket(keys[*nth]));
            }
            for nth in passed {
                let start = self.starts[bucket(keys[*nth])] as usize;
                prefetch(&self.keys, start);
                prefetch(&self.keys, start + BUCKET - 1);
            }
            for nth in passed {
                if let Some(position) = self.find(keys[*nth]) {
                    found(group * GROUP + nth, position);
                }
            }
        }
    }

    /// Returns the position of a hash among all.
    pub(crate) fn position(&self, key: u64) -> Option<u32> {
        self.may_have(key).then(|| self.find(key)).flatten()
    }

    #[inline]
    fn may_have(&self, key: u64) -> bool {
        let bit = key >> self.filter_shift;
        self.filter[(bit >> 6) as usize] >> (bit & 63) & 1 == 1
    }

    #[inline]
    fn find(&self, key: u64) -> Option<u32> {
        let bucket = (key >> self.bucket_shift) as usize;
        let (start, end) = (self.starts[bucket], self.starts[bucket + 1]);
        let keys = &self.keys[start as usize..end as usize];
        // A bucket is short: to count what is less takes no branch that can't
        // be foreseen.
        let at = keys.iter().filter(|other| **other < key).count();
        (keys.get(at) == Some(&key)).then_some(start + at as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    #[test]
    fn positions_are_those_of_a_binary_search() {
        for len in [0u64, 1, 2, 7, 100, 10_000] {
            let mut keys: Vec<u64> = (0..len).map(|i| mix(i) & !3).collect();
            keys.extend([0, u64::MAX].iter().filter(|_| len > 0));
            keys.sort_unstable();
            keys.dedup();
            let shared = WindowSet::new(keys.clone());
            assert_eq!(shared.len(), keys.len());
            let others = (0..20_000).map(|i| mix(i + len / 2) & !3);
            for key in others.chain([0, 1, u64::MAX]).chain(keys.iter().copied()) {
                let expected = keys.binary_search(&key).ok().map(|at| at as u32);
                assert_eq!(shared.position(key), expected, "{key} of {len}");
            }
            let all: Vec<u32> = (0..keys.len() as u32).collect();
            assert_eq!(shared.positions(&keys), all);
            assert_eq!(shared.keys(), keys);
        }
    }
}
