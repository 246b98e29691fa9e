//! How much memory a join takes, where that is bounded.

use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};

use crate::near::join::shingle_order::counter_bits;

/// What is kept for each member: places, sizes, counts, an empty guard.
const MEMBER_BYTES: usize = 56;

/// The room of a thread for each member.
const HITS_BYTES: usize = 4;

/// Returns what is needed before the first document is looked up.
pub(super) fn before(corpus: &Corpus, docs: &[DocId]) -> usize {
    size_of::<u32>() << counter_bits(corpus, docs)
}

/// Returns what is kept for so many members besides the index.
pub(super) fn of_members(count: usize) -> usize {
    count * (MEMBER_BYTES + HITS_BYTES * rayon::current_num_threads())
}

/// Returns an error if more is needed than may be taken.
pub(super) fn check(needed: usize, limit: Option<usize>) -> Result<()> {
    match limit {
        Some(limit) if needed > limit => Err(Error::Memory {
            what: format!(
                "the join needs more than the {:.1} MB that are left for its index of rare shingles; give it more memory, or raise --threshold (--method minhash by Jaccard needs the least)",
                limit as f64 / 1e6
            ),
        }),
        _ => Ok(()),
    }
}
