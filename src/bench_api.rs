//! Inner parts, for the benches alone; nothing here is promised.

use crate::near::{Columns, Prefilter, bucket_pairs};
use crate::simd;

/// Returns how many values two sorted sets share, if at least so many.
pub fn shared(left: &[u64], right: &[u64], at_least: usize) -> Option<usize> {
    simd::merge::shared(left, right, at_least)
}

/// Returns the places of documents with a band's key in common, the earlier
/// in the upper half.
pub fn pairs_in_buckets(keys: &[u32], bands: usize) -> Vec<u64> {
    let mut columns = Columns::new(bands, Prefilter::OPEN);
    columns.push(keys, &vec![[0; 3]; keys.len() / bands]);
    let keys_of =
        || |place: usize, to: &mut [u32]| to.copy_from_slice(&keys[place * bands..][..bands]);
    bucket_pairs(&columns, keys_of).0
}
