//! Documents with the same normalized text as an earlier one.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::text_hash;

/// The documents of a corpus, the copies told apart from the first of each text.
pub(super) struct Copies {
    /// The first document of each text, in order.
    pub(super) firsts: Vec<DocId>,
    /// Each copy after the first it is a copy of; sorted by the copy.
    pub(super) copies: Vec<(DocId, DocId)>,
}

impl Copies {
    /// Groups the documents by text, and by what `part` says of them: two
    /// documents with different parts are no copies. `O(n log n)`.
    pub(super) fn new(corpus: &Corpus, part: impl Fn(DocId) -> u64 + Sync) -> Self {
        let docs: Vec<DocId> = corpus.docs().collect();
        let mut keys: Vec<_> = docs
            .par_iter()
            .map(|doc| (text_hash(corpus.normalized(*doc)), part(*doc), *doc))
            .collect();
        keys.par_sort_unstable();
        let mut firsts = Vec::new();
        let mut copies = Vec::new();
        for same in keys.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
            let first = same[0].2;
            firsts.push(first);
            for (_, _, doc) in &same[1..] {
                // Hashes may agree where texts don't.
                match corpus.normalized(*doc) == corpus.normalized(first) {
                    true => copies.push((first, *doc)),
                    false => firsts.push(*doc),
                }
            }
        }
        firsts.sort_unstable();
        copies.sort_unstable_by_key(|(_, copy)| *copy);
        Copies { firsts, copies }
    }
}
