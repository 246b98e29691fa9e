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
        let mut needed = (0, 0);
        let mut near: Vec<(Reverse<u64>, u32)> = Vec::new();
        common_bits::count(&rows.rows[member as usize], &rows.rows[first..last], both);
        for (other, both) in (first..last).zip(&*both) {
            let other_size = self.members[other].size as usize;
            if other == member as usize || !(least_size..=most_size).contains(&other_size) {
                continue;
            }
            if needed.0 != other_size {
                let least = criterion
                    .measure
                    .least_shared(size, other_size, criterion.threshold);
                needed = (other_size, least);
            }
            let both = *both as usize;
            // No more of the rare ones can be shared than either has.
            let most = both + rare.min(other_size - ones(other));
            if most >= needed.1 {
                let share = ((both as u64) << 32) / (size + other_size) as u64;
                near.push((Reverse(share), other as u32));
            }
        }
        if near.len() > NEAREST {
            near.select_nth_unstable(NEAREST);
            near.truncate(NEAREST);
        }
        let mut others: Vec<u32> = near.into_iter().map(|(_, other)| other).collect();
        others.sort_unstable();
        others
    }
}
