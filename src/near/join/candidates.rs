//! Members of the index that may reach the threshold with a document.

use std::cmp::Reverse;

use crate::near::pair::Measure;
use crate::near::shingle;
use crate::near::verify::PairCriterion;

use crate::near::join::Join;
use crate::near::join::bitmap_filter::{Bitmap, MemberFilters, TestShingles};
use crate::near::join::index::Index;
use crate::near::join::lookup::Lookup;

/// Marks a member that is already ruled out.
const RULED_OUT: u32 = u32::MAX;

/// Buffers of one thread; `hits` are all zero between uses.
#[derive(Default)]
pub(super) struct Buffers {
    hits: Vec<u32>,
    touched: Vec<u32>,
    bitmap: Bitmap,
}

/// The members that a search may return.
#[derive(Clone, Copy)]
pub(super) struct CandidateRange {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Whether they may also be larger than the one that is looked up.
    pub(super) either: bool,
    /// Most index entries that the search may follow.
    pub(super) visits: u64,
}

/// The members that may be partners of one.
pub(super) struct MemberCandidates {
    pub(super) member: u32,
    /// The candidates, ascending.
    pub(super) others: Vec<u32>,
    pub(super) cut_short: bool,
    /// Number of index entries that were followed.
    pub(super) visits: u64,
}

impl Join<'_> {
    /// Finds members of the index that may reach the threshold with the one
    /// looked up.
    pub(super) fn candidates(
        &self,
        lookup: &Lookup,
        index: &Index,
        indexed: &MemberFilters,
        range: CandidateRange,
    ) -> MemberCandidates {
        let mut buffers = self
            .buffers
            .lock()
            .map_or_else(|_| None, |mut pool| pool.pop())
            .unwrap_or_default();
        buffers.hits.resize(self.members.len(), 0);
        let visits = self.visit(lookup, index, range, &mut buffers);

        let size = lookup.set.len();
        if !buffers.touched.is_empty() {
            buffers.bitmap.fill(&lookup.set);
        }
        let mut others: Vec<(Reverse<u32>, u32)> = Vec::new();
        for &other in &buffers.touched {
            let hits = std::mem::take(&mut buffers.hits[other as usize]);
            if hits < indexed.hits[other as usize].min(lookup.hits) || hits == RULED_OUT {
                continue;
            }
            let test_shingles = &indexed.test_shingles[other as usize];
            let needed = self.rules.needed(
                test_shingles,
                size,
                self.members[other as usize].size as usize,
            );
            let all;
            let shingles = if self.rules.is_lean && test_shingles.shingles.is_empty() {
                let units = self.corpus.normalized(self.members[other as usize].doc);
                all =
                    TestShingles::new(&shingle::set(self.options.criterion.shingling, units), None);
                &all.shingles
            } else {
                &test_shingles.shingles
            };
            if buffers.bitmap.may_have(shingles, needed) {
                others.push((Reverse(hits), other));
            }
        }
        buffers.touched.clear();
        if let Ok(mut pool) = self.buffers.lock() {
            pool.push(buffers);
        }

        let mut cut_short = visits > range.visits;
        if let Some(max_candidates) = self
            .options
            .max_candidates
            .filter(|most| others.len() > *most)
        {
            cut_short = true;
            others.sort_unstable();
            others.truncate(max_candidates);
        }
        let mut others: Vec<u32> = others.into_iter().map(|(_, other)| other).collect();
        others.sort_unstable();
        MemberCandidates {
            member: lookup.member,
            others,
            cut_short,
            visits,
        }
    }

    /// Counts the index entries of each member; returns the number of entries
    /// that were followed, one more than allowed if there are more.
    fn visit(
        &self,
        lookup: &Lookup,
        index: &Index,
        range: CandidateRange,
        buffers: &mut Buffers,
    ) -> u64 {
        let PairCriterion {
            measure, threshold, ..
        } = self.options.criterion;
        let size = lookup.set.len();
        let least_size = self.rules.smallest_partner(size);
        let most_size = if range.either {
            self.rules.largest_partner(size)
        } else {
            usize::MAX
        };
        let mut visits = 0;
        for (at, &hash) in lookup.probe().iter().enumerate() {
            for posting in index.chain(hash) {
                let other = posting.member;
                let other_size = self.members[other as usize].size as usize;
                // The newest entry is of the largest member.
                if other < range.from || other_size < least_size {
                    break;
                }
                if other >= range.to || other == lookup.member || other_size > most_size {
                    continue;
                }
                visits += 1;
                if visits > range.visits {
                    return visits;
                }
                let hits = &mut buffers.hits[other as usize];
                if *hits == RULED_OUT {
                    continue;
                }
                if *hits == 0 {
                    buffers.touched.push(other);
                }
                *hits += 1;
                if measure == Measure::Jaccard {
                    // Both prefixes are in one order, so what follows bounds
                    // what can still be shared [XWLY08, §3.2].
                    let rest = (size - at - 1).min(other_size - posting.position as usize - 1);
                    if *hits as usize + rest < measure.least_shared(size, other_size, threshold) {
                        *hits = RULED_OUT;
                    }
                }
            }
        }
        visits
    }
}
