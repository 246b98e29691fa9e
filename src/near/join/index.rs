//! The inverted index of the join: the members that have a shingle in their
//! prefix.

use crate::hash::mix;

/// An entry of the index: a shingle in the prefix of a member.
#[derive(Clone, Copy)]
pub(super) struct Posting {
    /// The entry that precedes it in the same chain.
    next: u32,
    /// The member's position in the order of sizes.
    pub(super) member: u32,
    /// Upper half of the shingle's hash, to tell chains' shingles apart.
    tag: u32,
    /// The shingle's position in the member's prefix.
    pub(super) position: u32,
}

const END: u32 = u32::MAX;

/// The members by shingle, as chains through one array; the newest entry,
/// which belongs to the largest member, comes first.
pub(super) struct Index {
    heads: Vec<u32>,
    postings: Vec<Posting>,
    shift: u32,
}

impl Index {
    pub(super) fn with_capacity(postings: usize) -> Self {
        let bits = (usize::BITS - postings.leading_zeros()).clamp(8, 28);
        Index {
            heads: vec![END; 1 << bits],
            postings: Vec::new(),
            shift: 64 - bits,
        }
    }

    /// Returns the memory that it takes, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        size_of_val(&self.heads[..]) + size_of_val(&self.postings[..])
    }

    pub(super) fn insert(&mut self, member: u32, prefix: &[u64]) {
        if self.postings.len() + prefix.len() > self.heads.len() && self.shift > 36 {
            self.grow();
        }
        for (position, &hash) in prefix.iter().enumerate() {
            let head = &mut self.heads[(mix(hash) >> self.shift) as usize];
            let posting = Posting {
                next: *head,
                member,
                tag: tag(hash),
                position: position as u32,
            };
            *head = self.postings.len() as u32;
            self.postings.push(posting);
        }
    }

    /// Multiplies the chains by four. They are linked again in the old order,
    /// so that the newest stays first, and by the tag, because `mix(hash)` is
    /// not kept.
    fn grow(&mut self) {
        let bits = 64 - self.shift + 2;
        self.shift = 64 - bits;
        self.heads = vec![END; 1 << bits];
        for at in 0..self.postings.len() {
            let slot = (u64::from(self.postings[at].tag) << 32 >> self.shift) as usize;
            self.postings[at].next = self.heads[slot];
            self.heads[slot] = at as u32;
        }
    }

    pub(super) fn chain(&self, hash: u64) -> impl Iterator<Item = &Posting> {
        let mut at = self.heads[(mix(hash) >> self.shift) as usize];
        let tag = tag(hash);
        std::iter::from_fn(move || {
            let posting = self.postings.get(at as usize)?;
            at = posting.next;
            Some(posting)
        })
        .filter(move |posting| posting.tag == tag)
    }
}

/// Returns the upper half of a hash that is mixed again, because shingles that
/// share a counter of `ShingleOrder` should not share a chain.
fn tag(hash: u64) -> u32 {
    (mix(hash) >> 32) as u32
}
