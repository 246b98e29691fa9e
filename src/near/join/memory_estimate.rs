//! Estimates the memory that a join takes, and refuses one that would take
//! more than is allowed.

use crate::corpus::{Corpus, DocId};
use crate::error::{Error, Result};

use crate::near::join::shingle_order::{Counter, counter_bits};

/// Bytes that are kept for each member: its document, sizes, counts, its
/// signature, an empty list of test shingles and, for the second look, a row of
/// bits and their number.
const MEMBER_BYTES: usize = 113;

/// Bytes of a thread's buffers for each member.
const HITS_BYTES: usize = 4;

/// Bytes that a text takes for each of its characters while it is looked up: the
/// hashes of its shingles, sorted, and with how many documents have them.
const LOOKUP_BYTES: usize = 32;

/// Returns an error if what is needed before the first document is looked up, or
/// for the longest one, has no room.
pub(super) fn check_before(corpus: &Corpus, docs: &[DocId], limit: Option<usize>) -> Result<()> {
    let counters = size_of::<Counter>() << counter_bits(corpus, docs);
    check(counters, limit)?;
    let len = |doc: &DocId| corpus.normalized_len(*doc);
    let (Some(limit), Some(longest)) = (limit, docs.iter().max_by_key(|doc| len(doc))) else {
        return Ok(());
    };
    let needed = counters + len(longest) * LOOKUP_BYTES;
    match needed > limit {
        true => Err(Error::Memory {
            what: format!(
                "{}: the shingles of its {} characters take {:.1} MB, and {:.1} MB are left for them; give it more memory, or leave it out",
                corpus.id(*longest),
                len(longest),
                needed as f64 / 1e6,
                limit as f64 / 1e6,
            ),
        }),
        false => Ok(()),
    }
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
