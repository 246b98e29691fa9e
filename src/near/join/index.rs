//! The inverted index of the join: the members that have a shingle in their
//! prefix.

use crate::hash::mix;
use crate::prefetch::prefetch;

/// An entry of the index: a shingle in the prefix of a member.
#[derive(Clone, Copy)]
pub(super) struct Posting {
    /// The member's position in the order of sizes.
    pub(super) member: u32,
    /// The shingle's position in the member's prefix.
    pub(super) position: u32,
}

/// Entries of one shingle that stand in a row.
#[derive(Clone, Copy)]
struct Block {
    /// The block that precedes it in the same chain.
    next: u32,
    /// Upper half of the shingle's hash, to tell chains' shingles apart.
    tag: u32,
    /// The only entry; of a larger block, where its entries begin, and
    /// [`LARGER`] with their room and number.
    entry: Posting,
}

const END: u32 = u32::MAX;

/// Marks a block of more than one entry: no prefix has a position as high.
const LARGER: u32 = 1 << 31;

/// Bits of the number of entries in a larger block; those above are its room.
const LEN_BITS: u32 = 12;

/// Most entries for which a block has room, and which stand in a row.
pub(super) const MOST: u32 = 128;

/// Entries of a cache line, about.
const LINE: u32 = 8;

impl Block {
    /// Returns the number of entries and the room for them.
    fn len_and_room(&self) -> (u32, u32) {
        let info = self.entry.position;
        match info & LARGER {
            0 => (1, 1),
            _ => (info & ((1 << LEN_BITS) - 1), (info & !LARGER) >> LEN_BITS),
        }
    }
}

/// The members by shingle, as chains of blocks; the newest entry, which belongs
/// to the largest member, is the last of the first block of its shingle.
///
/// Most shingles have one entry, which stands in the block itself. The entries of
/// one that has more move to a row of twice the room whenever theirs is full, up
/// to [`MOST`], so that they are read in sequence: each block more is waited for.
pub(super) struct Index {
    heads: Vec<u32>,
    blocks: Vec<Block>,
    /// The entries of larger blocks.
    postings: Vec<Posting>,
    /// Rows that entries have left, by the logarithm of their room.
    left: [Vec<u32>; MOST.ilog2() as usize],
    /// Number of entries.
    len: usize,
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
            blocks: Vec::new(),
            postings: Vec::new(),
            left: Default::default(),
            len: 0,
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
            prefetch(&self.blocks, self.head(*mixed) as usize);
        }
        for (_, mixed) in passed.iter().take(AHEAD / 4) {
            self.fetch_entries(*mixed);
        }
    }

    /// Fetches what is read of the shingles that come soon after one.
    pub(super) fn fetch(&self, passed: &[Passed], nth: usize) {
        if let Some((_, mixed)) = passed.get(nth + AHEAD) {
            prefetch(&self.heads, (mixed >> self.shift) as usize);
        }
        if let Some((_, mixed)) = passed.get(nth + AHEAD / 2) {
            prefetch(&self.blocks, self.head(*mixed) as usize);
        }
        if let Some((_, mixed)) = passed.get(nth + AHEAD / 4) {
            self.fetch_entries(*mixed);
        }
    }

    /// Fetches the newest entries of a chain.
    fn fetch_entries(&self, mixed: u64) {
        if let Some(block) = self.blocks.get(self.head(mixed) as usize) {
            let (len, room) = block.len_and_room();
            let start = block.entry.member;
            if room > 1 {
                prefetch(&self.postings, (start + len - 1) as usize);
            }
            if len > LINE {
                prefetch(&self.postings, (start + len - 1 - LINE) as usize);
            }
        }
    }

    /// Returns the first block of a chain.
    fn head(&self, mixed: u64) -> u32 {
        self.heads[(mixed >> self.shift) as usize]
    }

    /// Returns the memory that it takes, in bytes.
    pub(super) fn len_bytes(&self) -> usize {
        size_of_val(&self.heads[..])
            + size_of_val(&self.blocks[..])
            + size_of_val(&self.postings[..])
            + size_of_val(&self.filter[..])
            + self
                .left
                .iter()
                .map(|rows| size_of_val(&rows[..]))
                .sum::<usize>()
    }

    /// Enters the shingles of a prefix, the first `own` aside, which no other
    /// document has.
    pub(super) fn insert(&mut self, member: u32, prefix: &[u64], own: usize) {
        let shared = prefix.len().saturating_sub(own);
        if self.len + shared > self.heads.len() && self.shift > 36 {
            self.grow();
        }
        self.len += shared;
        for (position, &hash) in prefix.iter().enumerate().skip(own) {
            let mixed = mix(hash);
            self.enter(mixed);
            let position = position as u32;
            self.place(mixed, Posting { member, position });
        }
    }

    /// Puts an entry behind the others of its shingle, or into a new block.
    fn place(&mut self, mixed: u64, posting: Posting) {
        let (slot, tag) = ((mixed >> self.shift) as usize, tag(mixed));
        let mut at = self.heads[slot];
        while let Some(block) = self.blocks.get(at as usize)
            && block.tag != tag
        {
            at = block.next;
        }
        let mut entry = posting;
        if let Some(block) = self.blocks.get(at as usize).copied() {
            let (len, room) = block.len_and_room();
            if len < MOST {
                let start = match len < room {
                    true => block.entry.member,
                    false => self.move_row(at),
                };
                self.postings[(start + len) as usize] = posting;
                self.blocks[at as usize].entry.position += 1;
                return;
            }
            let start = self.row(MOST);
            self.postings[start as usize] = posting;
            entry = Posting {
                member: start,
                position: LARGER | MOST << LEN_BITS | 1,
            };
        }
        let next = std::mem::replace(&mut self.heads[slot], self.blocks.len() as u32);
        self.blocks.push(Block { next, tag, entry });
    }

    /// Moves the entries of a full block to a row of twice the room; returns
    /// where that begins.
    fn move_row(&mut self, block: u32) -> u32 {
        let Block { entry, .. } = self.blocks[block as usize];
        let (len, _) = self.blocks[block as usize].len_and_room();
        let start = self.row(2 * len);
        match len {
            1 => self.postings[start as usize] = entry,
            _ => {
                let old = entry.member as usize;
                self.postings
                    .copy_within(old..old + len as usize, start as usize);
                self.left[len.ilog2() as usize].push(entry.member);
            }
        }
        self.blocks[block as usize].entry = Posting {
            member: start,
            position: LARGER | (2 * len) << LEN_BITS | len,
        };
        start
    }

    /// Returns where a row of some room begins: one that was left, or a new one.
    fn row(&mut self, room: u32) -> u32 {
        let left = self.left.get_mut(room.ilog2() as usize);
        left.and_then(Vec::pop).unwrap_or_else(|| {
            let start = self.postings.len();
            let unused = Posting {
                member: 0,
                position: 0,
            };
            self.postings.resize(start + room as usize, unused);
            start as u32
        })
    }

    /// Multiplies the chains by four. They are linked again in the old order,
    /// so that the newest stays first, and by the tag, because `mix(hash)` is
    /// not kept.
    fn grow(&mut self) {
        let bits = 64 - self.shift + 2;
        self.shift = 64 - bits;
        self.heads = vec![END; 1 << bits];
        self.resize_filter();
        for at in 0..self.blocks.len() {
            let mixed = u64::from(self.blocks[at].tag) << 32;
            let slot = (mixed >> self.shift) as usize;
            self.enter(mixed);
            self.blocks[at].next = self.heads[slot];
            self.heads[slot] = at as u32;
        }
    }

    /// Returns the entries of a shingle, by its mixed hash: rows of them, the
    /// newest row first and the newest entry of each last.
    pub(super) fn rows(&self, mixed: u64) -> impl Iterator<Item = &[Posting]> {
        let mut at = self.head(mixed);
        let tag = tag(mixed);
        std::iter::from_fn(move || {
            let block = self.blocks.get(at as usize)?;
            at = block.next;
            Some(block)
        })
        .filter(move |block| block.tag == tag)
        .map(|block| {
            let (len, room) = block.len_and_room();
            let start = block.entry.member as usize;
            match room {
                1 => std::slice::from_ref(&block.entry),
                _ => &self.postings[start..start + len as usize],
            }
        })
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
            (0..members).for_each(|member| index.insert(member, &shingles(member), 0));
            let mut passed = Vec::new();
            for member in 0..members {
                let shingles = shingles(member);
                index.pass(&shingles, &mut passed);
                let all: Vec<Passed> = (0..).zip(shingles.iter().map(|hash| mix(*hash))).collect();
                assert_eq!(passed, all);
                for (nth, (at, mixed)) in all.iter().enumerate() {
                    index.fetch(&passed, nth);
                    let found = index
                        .rows(*mixed)
                        .flatten()
                        .any(|posting| posting.member == member && posting.position == *at);
                    assert!(found, "{member} of {members}");
                }
            }
            let all: Vec<u32> = index
                .rows(mix(7))
                .flat_map(|row| row.iter().rev())
                .map(|posting| posting.member)
                .collect();
            let mut newest: Vec<u32> = all.clone();
            newest.sort_unstable_by(|a, b| b.cmp(a));
            assert_eq!(all, newest);
            let others: Vec<u64> = (0..10_000).map(|at| mix(at ^ 1 << 40)).collect();
            index.pass(&others, &mut passed);
            assert!(passed.len() < 2_500, "{} of {members}", passed.len());
        }
    }
}
