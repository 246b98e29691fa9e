//! A second look for documents that stayed without a partner because a limit
//! was reached: it compares the shingles that most of these documents have.
//!
//! Of a family just below the threshold, two documents may reach it because
//! both lack the same of its common shingles. The index can't tell: it leads
//! from rare shingles to those who have them. A row of bits for each document
//! can, and comparing two takes a few nanoseconds.

use std::cmp::Reverse;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::corpus::DocId;
use crate::near::join::Join;
use crate::near::join::candidates::MemberCandidates;
use crate::near::shingle;
use crate::simd::common_bits::{self, Row, WORDS};

/// Common shingles that have a bit.
const COMMON: usize = WORDS * u64::BITS as usize;

/// Documents whose shingles are counted to know the common ones.
const COUNTED: usize = 512;

/// Members that one is compared with, those of about its size.
const COMPARED: usize = 1 << 15;

/// Of these, how many are counted exactly: those with the most in common.
const NEAREST: usize = 32;

/// Members that are passed over at once if none of them has enough in common.
const AT_ONCE: usize = 32;

/// Which of the common shingles each member has.
struct Rows {
    rows: Vec<Row>,
    /// Number of these shingles.
    ones: Vec<u32>,
}

impl Join<'_> {
    /// Returns the likeliest partners of each of `alone`, which is sorted,
    /// among all members.
    pub(super) fn look_again(&self, alone: &[u32]) -> Vec<MemberCandidates> {
        let bits = self.common_bits(alone);
        let rows: Vec<Row> = self
            .members
            .par_iter()
            .map(|member| {
                let mut row = [0; WORDS];
                for hash in self.set(member.doc) {
                    if let Some(bit) = bits.get(&hash) {
                        row[bit / 64] |= 1 << (bit % 64);
                    }
                }
                row
            })
            .collect();
        let mut ones = Vec::new();
        common_bits::count(&[u64::MAX; WORDS], &rows, &mut ones);
        let rows = Rows { rows, ones };
        alone
            .par_iter()
            .map_init(Vec::new, |both, member| MemberCandidates {
                member: *member,
                others: self.nearest(*member, &rows, both),
                cut_short: false,
            })
            .collect()
    }

    fn set(&self, doc: DocId) -> Vec<u64> {
        shingle::set(
            self.options.criterion.shingling,
            self.corpus.normalized(doc),
        )
    }

    /// Numbers the shingles that most of `members` have.
    fn common_bits(&self, members: &[u32]) -> HashMap<u64, usize> {
        let step = members.len().div_ceil(COUNTED).max(1);
        let mut hashes: Vec<u64> = members
            .iter()
            .step_by(step)
            .flat_map(|member| self.set(self.members[*member as usize].doc))
            .collect();
        hashes.par_sort_unstable();
        let mut common: Vec<(Reverse<usize>, u64)> = hashes
            .chunk_by(|a, b| a == b)
            .map(|same| (Reverse(same.len()), same[0]))
            .collect();
        common.sort_unstable();
        common.truncate(COMMON);
        let hashes = common.iter().map(|(_, hash)| *hash);
        hashes.zip(0..).collect()
    }

    /// Returns the members of about the size of one that have most of the
    /// common shingles that it has, and may reach the threshold; sorted. `both`
    /// is overwritten.
    fn nearest(&self, member: u32, rows: &Rows, both: &mut Vec<u32>) -> Vec<u32> {
        let criterion = self.options.criterion;
        let size = self.members[member as usize].size as usize;
        let ones = |member: usize| rows.ones[member] as usize;
        let rare = size - ones(member as usize);
        let first = (member as usize).saturating_sub(COMPARED / 2);
        let last = self.members.len().min(first + COMPARED);
        let (least_size, most_size) = (
            self.rules.smallest_partner(size),
            self.rules.largest_partner(size),
        );
        let mut near = Nearest::default();
        common_bits::count(&rows.rows[member as usize], &rows.rows[first..last], both);
        // Members of one size stand in a row.
        let mut from = first;
        for same in self.members[first..last].chunk_by(|one, next| one.size == next.size) {
            let here = from..from + same.len();
            from = here.end;
            let other_size = same[0].size as usize;
            if !(least_size..=most_size).contains(&other_size) {
                continue;
            }
            let needed = criterion
                .measure
                .least_shared(size, other_size, criterion.threshold);
            // No more of the rare ones can be shared than either has.
            let mut least = near
                .least(size + other_size)
                .max(needed.saturating_sub(rare));
            let counts = &both[here.start - first..here.end - first];
            for (others, counts) in here.step_by(AT_ONCE).zip(counts.chunks(AT_ONCE)) {
                let most = counts.iter().fold(0, |most, both| most.max(*both));
                if (most as usize) < least {
                    continue;
                }
                for (other, both) in (others..).zip(counts) {
                    let both = *both as usize;
                    let most = || both + rare.min(other_size - ones(other));
                    if both >= least && other != member as usize && most() >= needed {
                        near.add(both, size + other_size, other as u32);
                        least = least.max(near.least(size + other_size));
                    }
                }
            }
        }
        near.into_members()
    }
}

/// The members that have most in common with one, relative to their sizes; of
/// equal ones the first.
#[derive(Default)]
struct Nearest {
    /// At most twice as many as are wanted.
    found: Vec<(Reverse<u64>, u32)>,
    /// What any other must exceed, once there are enough.
    floor: Option<u64>,
}

impl Nearest {
    /// Bits of a share.
    const BITS: u32 = 32;

    /// Returns the least number of bits in common that make a member of a size one
    /// of them, by the sum of both sizes.
    fn least(&self, sizes: usize) -> usize {
        self.floor.map_or(0, |floor| {
            let least = (u128::from(floor) + 1) * sizes as u128;
            least.div_ceil(1 << Self::BITS) as usize
        })
    }

    /// Adds a member behind all that were added.
    fn add(&mut self, both: usize, sizes: usize, member: u32) {
        let share = ((both as u64) << Self::BITS) / sizes as u64;
        self.found.push((Reverse(share), member));
        if self.found.len() == 2 * NEAREST {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.found.len() > NEAREST {
            self.found.select_nth_unstable(NEAREST - 1);
            self.found.truncate(NEAREST);
            self.floor = self.found.last().map(|(Reverse(share), _)| *share);
        }
    }

    /// Returns them, sorted.
    fn into_members(mut self) -> Vec<u32> {
        self.cut();
        let mut members: Vec<u32> = self.found.iter().map(|(_, member)| *member).collect();
        members.sort_unstable();
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_the_nearest_are_the_first_of_all_in_order(
            shared in prop::collection::vec((0usize..9, 9usize..12), 0..300),
        ) {
            let shared = || (0u32..).zip(&shared);
            let mut nearest = Nearest::default();
            for (member, (both, sizes)) in shared() {
                // What is passed over is none of them.
                if *both >= nearest.least(*sizes) {
                    nearest.add(*both, *sizes, member);
                }
            }
            let share = |both: usize, sizes: usize| ((both as u64) << 32) / sizes as u64;
            let mut all: Vec<(Reverse<u64>, u32)> = shared()
                .map(|(member, (both, sizes))| (Reverse(share(*both, *sizes)), member))
                .collect();
            all.sort_unstable();
            all.truncate(NEAREST);
            let mut expected: Vec<u32> = all.iter().map(|(_, member)| *member).collect();
            expected.sort_unstable();
            prop_assert_eq!(nearest.into_members(), expected);
        }
    }
}
