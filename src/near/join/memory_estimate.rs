//! Estimates the memory that a join takes, and refuses one that would take
//! more than is allowed.

use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};

use crate::near::join::shingle_order::counter_bits;

/// Bytes that are kept for each member: its document, sizes, counts, its
/// signature, an empty list of test shingles and, for the second look, a row of
/// bits and their number.
const MEMBER_BYTES: usize = 113;

/// Bytes of a thread's buffers for each member.
const HITS_BYTES: usize = 4;

/// Returns the bytes that are needed before the first document is looked up.
pub(super) fn before(corpus: &Corpus, docs: &[DocId]) -> usize {
    size_of::<u32>() << counter_bits(corpus, docs)
}

/// Returns the bytes that are kept for `count` members besides the index.
pub(super) fn of_members(count: usize) -> usize {
    count * (MEMBER_BYTES + HITS_BYTES * rayon::current_num_threads())
}

/// Returns an error if more bytes are needed than the limit allows.
pub(super) fn check(needed: usize, limit: Option<usize>) -> Result<()> {
    match limit {
        Some(limit) if needed > limit => Err(Error::Memory {
            what: format!(
                "the join needs more than the {:.1} MB that are left for its index of rare shingles; give it more memory, or raise `threshold` (`method minhash` by Jaccard needs the least)",
                limit as f64 / 1e6
            ),
        }),
        _ => Ok(()),
    }
}
