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

/// The prefixes of unpaired members, by blocks with limits of their own.
pub(super) struct Group {
    pub(super) index: Index,
    /// For each member, its block; 0 for those of no block.
    pub(super) block_of: Vec<u16>,
    /// Number of blocks.
    pub(super) blocks: usize,
}

/// What a group has that may stand in a member.
pub(super) struct Contained {
    /// The candidates, ascending.
    pub(super) others: Vec<u32>,
    /// The blocks in which a limit was reached, and whose candidates are left
    /// out.
    pub(super) limited: Vec<usize>,
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
        let mut buffers = self.take_buffers();
        let mut cut_short = !self.visit(lookup, index, range, &mut buffers);
        let mut touched = self.likely(lookup, indexed, &mut buffers);
        let limits = self.options.limits;
        if let Some(limits) = limits.filter(|limits| touched.len() > limits.candidates) {
            cut_short = true;
            touched.select_nth_unstable(limits.candidates);
            touched.truncate(limits.candidates);
        }
        let others = self.tested(lookup, indexed, &touched, &mut buffers);
        self.give_back(buffers);
        MemberCandidates {
            member: lookup.member,
            others,
            cut_short,
        }
    }

    /// Returns the unpaired members of a group that may stand in the one looked
    /// up, those of blocks aside in which a limit is reached.
    pub(super) fn contained(
        &self,
        lookup: &Lookup,
        group: &Group,
        indexed: &MemberFilters,
    ) -> Contained {
        let mut buffers = self.take_buffers();
        let mut visits = vec![0; group.blocks];
        group.index.pass(lookup.probe(), &mut buffers.passed);
        group.index.fetch_first(&buffers.passed);
        for (nth, &(_, mixed)) in buffers.passed.iter().enumerate() {
            group.index.fetch(&buffers.passed, nth);
            for posting in group.index.rows(mixed).flatten() {
                let other = posting.member as usize;
                visits[usize::from(group.block_of[other])] += 1;
                if posting.member >= lookup.member {
                    continue;
                }
                let hits = &mut buffers.hits[other];
                if *hits == 0 {
                    buffers.touched.push(posting.member);
                }
                *hits += 1;
            }
        }
        let mut touched = self.likely(lookup, indexed, &mut buffers);
        let block_of = |other: u32| usize::from(group.block_of[other as usize]);
        let limits = self.options.limits;
        let mut is_limited: Vec<bool> = visits
            .iter()
            .map(|visits| limits.is_some_and(|limits| *visits > limits.visits))
            .collect();
        touched.retain(|(_, other)| !is_limited[block_of(*other)]);
        let mut others = self.tested(lookup, indexed, &touched, &mut buffers);
        // All are tested here, though a limit may be lower. It changes nothing
        // where those that pass are among the first, and they are so too among
        // fewer members.
        let mut of_block = vec![0; group.blocks];
        for (_, other) in &touched {
            of_block[block_of(*other)] += 1;
        }
        let most = limits.map_or(usize::MAX, |limits| limits.candidates);
        let is_crowded = |other: u32| of_block[block_of(other)] > most;
        let mut crowded: Vec<(usize, (Reverse<u32>, u32))> = touched
            .iter()
            .filter(|(_, other)| is_crowded(*other))
            .map(|one| (block_of(one.1), *one))
            .collect();
        crowded.sort_unstable();
        for same in crowded.chunk_by(|one, next| one.0 == next.0) {
            let passes = |(_, (_, other)): &(_, (_, u32))| others.binary_search(other).is_ok();
            is_limited[same[0].0] |= same[most..].iter().any(passes);
        }
        others.retain(|other| !is_limited[block_of(*other)]);
        let limited = (0..group.blocks).filter(|block| is_limited[*block]);
        let limited: Vec<usize> = limited.collect();
        self.give_back(buffers);
        Contained { others, limited }
    }

    fn take_buffers(&self) -> Buffers {
        let mut buffers = self
            .buffers
            .lock()
            .map_or_else(|_| None, |mut pool| pool.pop())
            .unwrap_or_default();
        buffers.hits.resize(self.members.len(), 0);
        buffers
    }

    fn give_back(&self, buffers: Buffers) {
        if let Ok(mut pool) = self.buffers.lock() {
            pool.push(buffers);
        }
    }

    /// Returns the members that were touched and have enough hits, and a
    /// signature that rules none of them out.
    fn likely(
        &self,
        lookup: &Lookup,
        indexed: &MemberFilters,
        buffers: &mut Buffers,
    ) -> Vec<(Reverse<u32>, u32)> {
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
        touched
    }

    /// Returns those whose test shingles the one looked up has, sorted.
    fn tested(
        &self,
        lookup: &Lookup,
        indexed: &MemberFilters,
        touched: &[(Reverse<u32>, u32)],
        buffers: &mut Buffers,
    ) -> Vec<u32> {
        let size = lookup.set.len();
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
        others.sort_unstable();
        others
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
