//! Members of the index that may reach the threshold with a document.

use std::cmp::Reverse;

use crate::near::pair::Measure;
use crate::near::shingle;
use crate::prefetch::{prefetch, with_later};

use crate::near::join::Join;
use crate::near::join::bitmap_filter::{MemberFilters, SIGNED, TestShingles, signature};
use crate::near::join::index::Index;
use crate::near::join::lookup::Lookup;
use crate::near::join::visits::{Buffers, CandidateRange, RULED_OUT, Touched, below};

/// Members between the prefetching of one and its reading.
const AHEAD: usize = 16;

/// Lines of test shingles that are fetched ahead: most members are ruled out by
/// these.
const LINES: usize = 4;

/// Test shingles of a line.
const LINE: usize = 16;

/// Words of an outline of a line.
const WORDS: usize = 8;

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
        let is_whole = match self.options.criterion.measure {
            Measure::Jaccard => self.visit_by_size(lookup, index, range, &mut buffers),
            Measure::Containment => self.visit(lookup, index, range, &mut buffers),
        };
        let mut cut_short = !is_whole;
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
        let limits = self.options.limits;
        let mut visits = vec![0; group.blocks];
        let mut all_visits = 0;
        let block_of = |other: u32| usize::from(group.block_of[other as usize]);
        group.index.pass(lookup.probe(), &mut buffers.passed);
        group.index.fetch_first(&buffers.passed);
        for nth in 0..buffers.passed.len() {
            group.index.fetch(&buffers.passed, nth);
            for row in group.index.rows(buffers.passed[nth].1) {
                let (smaller, larger) = row.split_at(below(row, lookup.member));
                all_visits += row.len() as u64;
                larger
                    .iter()
                    .for_each(|posting| visits[block_of(posting.member)] += 1);
                buffers.count(smaller);
            }
        }
        // Few are visited in all blocks together, mostly.
        if limits.is_some_and(|limits| all_visits > limits.visits) {
            for other in &buffers.touched {
                visits[block_of(*other)] += u64::from(buffers.hits[*other as usize]);
            }
        }
        let mut touched = self.likely(lookup, indexed, &mut buffers);
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

    /// Returns the members that were touched and have enough hits, and a
    /// signature that rules none of them out.
    fn likely(
        &self,
        lookup: &Lookup,
        indexed: &MemberFilters,
        buffers: &mut Buffers,
    ) -> Vec<(Reverse<u32>, u32)> {
        let Buffers {
            hits,
            touched,
            enough,
            ..
        } = buffers;
        if enough.len() < touched.len() {
            enough.resize(touched.len(), (Reverse(0), 0));
        }
        let mut count = 0;
        for other in touched.drain(..) {
            let hits = std::mem::take(&mut hits[other as usize]);
            let least = indexed.hits[other as usize].min(lookup.probe_hits);
            enough[count] = (Reverse(hits), other);
            count += usize::from(hits != RULED_OUT && hits >= least);
        }
        let size = lookup.set.len();
        // Those that may be partners have no signatures.
        if self.rules.smallest_partner(size) > SIGNED {
            return enough[..count].to_vec();
        }
        let signature = signature(&lookup.set);
        let mut likely: Vec<Touched> = Vec::new();
        for (&(hits, other), later) in with_later(&enough[..count], AHEAD) {
            if let Some((_, later)) = later {
                prefetch(&indexed.signatures, *later as usize);
            }
            // Each bit that the other has alone is a shingle that it has alone.
            let alone = (indexed.signatures[other as usize] & !signature).count_ones();
            if alone == 0 || self.rules.spare(size, self.size(other)) >= Some(alone as usize) {
                likely.push((hits, other));
            }
        }
        likely
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
        buffers.outlines.clear();
        let outline_of = |other: u32| {
            let outline = indexed.outlines.get(other as usize);
            outline.filter(|outline| !outline.is_empty())
        };
        let mut others: Vec<u32> = Vec::new();
        for (nth, &(_, other)) in touched.iter().enumerate() {
            // First where the outlines or test shingles are, then the first of
            // them.
            if let Some((_, later)) = touched.get(nth + AHEAD) {
                prefetch(&indexed.outlines, *later as usize);
                prefetch(&indexed.test_shingles, *later as usize);
            }
            if let Some((_, soon)) = touched.get(nth + AHEAD / 2) {
                match outline_of(*soon) {
                    Some(outline) => {
                        (0..LINES).for_each(|line| prefetch(outline, line * WORDS));
                    }
                    None => {
                        let shingles = &indexed.test_shingles[*soon as usize].shingles;
                        (0..LINES).for_each(|line| prefetch(shingles, line * LINE));
                    }
                }
            }
            // What it rules out the bitmap would: both look at the upper ends of
            // hashes, the bitmap at longer ones.
            if let Some(outline) = outline_of(other)
                && buffers.bitmap.is_finer(outline)
                && self.rules.spare(size, self.size(other))
                    < Some(buffers.outlines.missing(&lookup.set, outline))
            {
                continue;
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
    pub(super) fn size(&self, member: u32) -> usize {
        self.members[member as usize].size as usize
    }
}
