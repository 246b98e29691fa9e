//! The inverted index of the join: the members that have a shingle in their
//! prefix.

use crate::hash::mix;
use crate::prefetch::prefetch;

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

/// Stands for the member of an entry that is kept free for a chain.
const FREE: u32 = u32::MAX;

/// Most entries for which a chain takes room at once.
const BLOCK: usize = 16;

impl Posting {
    /// Returns whether the entry is kept free for the chain of the one before.
    fn is_free(&self) -> bool {
        self.member == FREE
    }
}

/// The members by shingle, as chains through one array; the newest entry,
/// which belongs to the largest member, comes first.
///
/// A chain that grows takes room for as many entries again, up to a block, so
/// that a long one is read in sequence and does not wait for memory at each
/// entry.
pub(super) struct Index {
    heads: Vec<u32>,
    postings: Vec<Posting>,
    shift: u32,
    /// A bit for each shingle that is indexed, by the upper bits of its mixed
    /// hash: most shingles that are looked up are in no prefix.
    filter: Vec<u64>,
    filter_shift: u32,
}

/// A shingle that may be in the index: its place among those looked up, and its
/// mixed hash.
pub(super) type Passed = (u32, u64);

/// Bits of the filter for each chain, as a power of two.
const FILTER_BITS: u32 = 4;

/// How many shingles ahead what is read at random is fetched.
const AHEAD: usize = 16;

impl Index {
    pub(super) fn with_capacity(postings: usize) -> Self {
        let bits = (usize::BITS - postings.leading_zeros()).clamp(8, 28);
        let mut index = Index {
            heads: vec![END; 1 << bits],
            postings: Vec::new(),
            shift: 64 - bits,
            filter: Vec::new(),
            filter_shift: 0,
        };
        index.resize_filter();
        index
    }

    /// Makes an empty filter for the number of chains.
    fn resize_filter(&mut self) {
        // No more bits are kept of a shingle than its tag has.
        self.filter_shift = (self.shift - FILTER_BITS).max(u32::BITS);
        self.filter.clear();
        self.filter.resize(1 << (64 - self.filter_shift - 6), 0);
    }

    fn enter(&mut self, mixed: u64) {
        let bit = mixed >> self.filter_shift;
        self.filter[(bit >> 6) as usize] |= 1 << (bit & 63);
    }

    fn may_have(&self, mixed: u64) -> bool {
        let bit = mixed >> self.filter_shift;
        self.filter[(bit >> 6) as usize] >> (bit & 63) & 1 == 1
    }

    /// Replaces `passed` by those of some shingles that may be in the index, in
    /// their order.
    pub(super) fn pass(&self, hashes: &[u64], passed: &mut Vec<Passed>) {
        passed.clear();
        for (at, hash) in hashes.iter().enumerate() {
            if let Some(ahead) = hashes.get(at + AHEAD) {
                prefetch(
                    &self.filter,
                    (mix(*ahead) >> self.filter_shift >> 6) as usize,
                );
            }
            let mixed = mix(*hash);
            if self.may_have(mixed) {
                passed.push((at as u32, mixed));
            }
        }
    }

    /// Fetches what is read of the first shingles: of a short text all of them.
    pub(super) fn fetch_first(&self, passed: &[Passed]) {
        for (_, mixed) in passed.iter().take(AHEAD) {
            prefetch(&self.heads, (mixed >> self.shift) as usize);
        }
        for (_, mixed) in passed.iter().take(AHEAD / 2) {
            let head = self.heads[(mixed >> self.shift) as usize];
            prefetch(&self.postings, head as usize);
        }
    }

    /// Fetches what is read of the shingles that come soon after one.
    pub(super) fn fetch(&self, passed: &[Passed], nth: usize) {
        if let Some((_, mixed)) = passed.get(nth + AHEAD) {
            prefetch(&self.heads, (mixed >> self.shift) as usize);
        }
        if let Some((_, mixed)) = passed.get(nth + AHEAD / 2) {
            let head = self.heads[(mixed >> self.shift) as usize];
            prefetch(&self.postings, head as usize);
        }
    }

    /// Returns the memory that it takes, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        size_of_val(&self.heads[..])
            + size_of_val(&self.postings[..])
            + size_of_val(&self.filter[..])
    }

    pub(super) fn insert(&mut self, member: u32, prefix: &[u64]) {
        if self.postings.len() + prefix.len() > self.heads.len() && self.shift > 36 {
            self.grow();
        }
        for (position, &hash) in prefix.iter().enumerate() {
            let mixed = mix(hash);
            self.enter(mixed);
            let slot = (mixed >> self.shift) as usize;
            let posting = Posting {
                next: self.heads[slot],
                member,
                tag: tag(mixed),
                position: position as u32,
            };
            self.heads[slot] = self.place(posting);
        }
    }

    /// Puts an entry where its chain has room or takes it; returns its place.
    fn place(&mut self, posting: Posting) -> u32 {
        let after = (posting.next as usize).wrapping_add(1);
        if posting.next != END && self.postings.get(after).is_some_and(Posting::is_free) {
            self.postings[after] = posting;
            return after as u32;
        }
        let at = self.postings.len();
        self.postings.push(posting);
        // Most chains have one entry.
        let room = (2 * self.run_len(posting.next)).clamp(1, BLOCK);
        let free = Posting {
            next: END,
            member: FREE,
            tag: 0,
            position: 0,
        };
        self.postings.resize(at + room, free);
        at as u32
    }

    /// Returns how many entries of a chain stand in a row up to one of them, as
    /// far as a block.
    fn run_len(&self, mut at: u32) -> usize {
        let mut len = 0;
        while at != END && len < BLOCK {
            len += 1;
            let next = self.postings[at as usize].next;
            if next.wrapping_add(1) != at {
                break;
            }
            at = next;
        }
        len
    }

    /// Multiplies the chains by four. They are linked again in the old order,
    /// so that the newest stays first, and by the tag, because `mix(hash)` is
    /// not kept.
    fn grow(&mut self) {
        let bits = 64 - self.shift + 2;
        self.shift = 64 - bits;
        self.heads = vec![END; 1 << bits];
        self.resize_filter();
        for at in 0..self.postings.len() {
            if self.postings[at].is_free() {
                continue;
            }
            let mixed = u64::from(self.postings[at].tag) << 32;
            let slot = (mixed >> self.shift) as usize;
            self.enter(mixed);
            self.postings[at].next = self.heads[slot];
            self.heads[slot] = at as u32;
        }
    }

    /// Returns the entries of a shingle, by its mixed hash.
    pub(super) fn chain(&self, mixed: u64) -> impl Iterator<Item = &Posting> {
        let mut at = self.heads[(mixed >> self.shift) as usize];
        let tag = tag(mixed);
        std::iter::from_fn(move || {
            let posting = self.postings.get(at as usize)?;
            at = posting.next;
            Some(posting)
        })
        .filter(move |posting| posting.tag == tag)
    }
}

/// Returns the upper half of a hash that was mixed again, because shingles that
/// share a counter of `ShingleOrder` should not share a chain.
fn tag(mixed: u64) -> u32 {
    (mixed >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_passes_and_is_found_newest_first_however_far_the_index_grew() {
        for members in [1_u32, 40, 3_000] {
            let mut index = Index::with_capacity(16);
            let shingles = |member: u32| {
                let own = (0..5).map(move |at| mix(u64::from(member * 8 + at)));
                own.chain([7, u64::from(member % 10)]).collect::<Vec<u64>>()
            };
            (0..members).for_each(|member| index.insert(member, &shingles(member)));
            let mut passed = Vec::new();
            for member in 0..members {
                let shingles = shingles(member);
                index.pass(&shingles, &mut passed);
                let all: Vec<Passed> = (0..).zip(shingles.iter().map(|hash| mix(*hash))).collect();
                assert_eq!(passed, all);
                for (nth, (at, mixed)) in all.iter().enumerate() {
                    index.fetch(&passed, nth);
                    let found = index
                        .chain(*mixed)
                        .any(|posting| posting.member == member && posting.position == *at);
                    assert!(found, "{member} of {members}");
                }
            }
            let all: Vec<u32> = index.chain(mix(7)).map(|posting| posting.member).collect();
            let mut newest: Vec<u32> = all.clone();
            newest.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(all, newest);
            let others: Vec<u64> = (0..10_000).map(|at| mix(at ^ 1 << 40)).collect();
            index.pass(&others, &mut passed);
            assert!(passed.len() < 2_500, "{} of {members}", passed.len());
        }
    }
}
