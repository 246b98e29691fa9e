//! Inner parts, for the benches alone; nothing here is promised.

use crate::{kernel, similarity};

/// Returns how many values two sorted sets share, if at least so many.
pub fn shared(left: &[u64], right: &[u64], at_least: usize) -> Option<usize> {
    kernel::merge::shared(left, right, at_least)
}

/// Returns the places of documents with a band's key in common, the earlier
/// in the upper half.
pub fn pairs_in_buckets(keys: &[u32], bands: usize) -> Vec<u64> {
    let none = bitvec::bitvec![0; keys.len() / bands];
    similarity::in_buckets(keys, bands, &none).0
}
