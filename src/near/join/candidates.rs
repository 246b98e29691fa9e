//! Members of the index that may reach the threshold with a document.

use std::cmp::Reverse;

use crate::near::pair::Measure;
use crate::near::shingle;
use crate::near::verify::PairCriterion;
use crate::prefetch::{prefetch, with_later};

use crate::near::join::Join;
use crate::near::join::bitmap_filter::{Bitmap, MemberFilters, TestShingles, signature};
use crate::near::join::index::{Index, Passed};
use crate::near::join::lookup::Lookup;

/// Members between the prefetching of one and its reading.
const AHEAD: usize = 16;

/// Marks a member that is already ruled out.
const RULED_OUT: u32 = u32::MAX;

/// Buffers of one thread; `hits` are all zero between uses.
#[derive(Default)]
pub(super) struct Buffers {
    hits: Vec<u32>,
    touched: Vec<u32>,
    passed: Vec<Passed>,
    bitmap: Bitmap,
}

/// The members that a search may return.
#[derive(Clone, Copy)]
pub(super) struct CandidateRange {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Whether they may also be larger than the one that is looked up.
    pub(super) either: bool,
}

/// The members that may be partners of one.
pub(super) struct MemberCandidates {
    pub(super) member: u32,
    /// The candidates, ascending.
    pub(super) others: Vec<u32>,
    /// Whether a limit was reached before all were tested.
    pub(super) cut_short: bool,
}

/// Returns whether a set has as many shingles of a sample as it must; true
/// where the test shingles are no sample.
///
/// The bitmap alone lets some pairs pass by chance, if they meet in the index
/// of this corpus; in another they may not.
fn has_sample(set: &[u64], test_shingles: &TestShingles) -> bool {
    test_shingles.needed.is_none_or(|needed| {
        let has = |shingle: &&u32| {
            set.binary_search_by_key(*shingle, |hash| (hash >> 32) as u32)
                .is_ok()
        };
        test_shingles.shingles.iter().filter(has).count() >= needed as usize
    })
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
        let mut cut_short = !self.visit(lookup, index, range, &mut buffers);

        let size = lookup.set.len();
        let signature = signature(&lookup.set);
        let mut touched: Vec<(Reverse<u32>, u32)> = Vec::new();
        for (&other, later) in with_later(&buffers.touched, AHEAD) {
            if let Some(&later) = later {
                prefetch(&indexed.signatures, later as usize);
            }
            let hits = std::mem::take(&mut buffers.hits[other as usize]);
            if hits == RULED_OUT || hits < indexed.hits[other as usize].min(lookup.probe_hits) {
                continue;
            }
            // Each bit that the other has alone is a shingle that it has alone.
            let alone = (indexed.signatures[other as usize] & !signature).count_ones();
            if alone == 0 || self.rules.spare(size, self.size(other)) >= Some(alone as usize) {
                touched.push((Reverse(hits), other));
            }
        }
        buffers.touched.clear();
        let limits = self.options.limits;
        if let Some(limits) = limits.filter(|limits| touched.len() > limits.candidates) {
            cut_short = true;
            touched.select_nth_unstable(limits.candidates);
            touched.truncate(limits.candidates);
        }
        if !touched.is_empty() {
            buffers.bitmap.fill(&lookup.set);
        }
        let mut others: Vec<u32> = Vec::new();
        for (nth, &(_, other)) in touched.iter().enumerate() {
            // First where the test shingles are, then the first of them.
            if let Some((_, later)) = touched.get(nth + AHEAD) {
                prefetch(&indexed.test_shingles, *later as usize);
            }
            if let Some((_, soon)) = touched.get(nth + AHEAD / 2) {
                prefetch(&indexed.test_shingles[*soon as usize].shingles, 0);
            }
            let test_shingles = &indexed.test_shingles[other as usize];
            let needed = self.rules.needed(test_shingles, size, self.size(other));
            let all;
            let shingles = if self.rules.is_lean && test_shingles.shingles.is_empty() {
                let units = self.corpus.normalized(self.members[other as usize].doc);
                all =
                    TestShingles::new(&shingle::set(self.options.criterion.shingling, units), None);
                &all.shingles
            } else {
                &test_shingles.shingles
            };
            if buffers.bitmap.may_have(shingles, needed) && has_sample(&lookup.set, test_shingles) {
                others.push(other);
            }
        }
        if let Ok(mut pool) = self.buffers.lock() {
            pool.push(buffers);
        }

        others.sort_unstable();
        MemberCandidates {
            member: lookup.member,
            others,
            cut_short,
        }
    }

    /// Returns the number of shingles of a member.
    fn size(&self, member: u32) -> usize {
        self.members[member as usize].size as usize
    }

    /// Counts the index entries of each member, as many as the limits allow;
    /// returns whether that were all.
    fn visit(
        &self,
        lookup: &Lookup,
        index: &Index,
        range: CandidateRange,
        buffers: &mut Buffers,
    ) -> bool {
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
        let mut needed = (0, 0);
        let mut left = self.options.limits.map_or(u64::MAX, |limits| limits.visits);
        index.pass(lookup.probe(), &mut buffers.passed);
        index.fetch_first(&buffers.passed);
        for (nth, &(at, mixed)) in buffers.passed.iter().enumerate() {
            let at = at as usize;
            index.fetch(&buffers.passed, nth);
            let newest_first = index.rows(mixed).flat_map(|row| row.iter().rev());
            for posting in newest_first {
                let other = posting.member;
                // By containment all sizes go together, and to read one costs
                // as much as all else here.
                let other_size = match measure {
                    Measure::Jaccard => self.members[other as usize].size as usize,
                    Measure::Containment => least_size,
                };
                // The newest entry is of the largest member.
                if other < range.from || other_size < least_size {
                    break;
                }
                if left == 0 {
                    return false;
                }
                left -= 1;
                if other >= range.to || other == lookup.member || other_size > most_size {
                    continue;
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
                    // Sizes seldom change along a chain.
                    if needed.0 != other_size {
                        needed = (
                            other_size,
                            measure.least_shared(size, other_size, threshold),
                        );
                    }
                    if *hits as usize + rest < needed.1 {
                        *hits = RULED_OUT;
                    }
                }
            }
        }
        true
    }
}
