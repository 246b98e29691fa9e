//! Which members of an index a document touches, and how often.

use std::cmp::Reverse;

use crate::near::verify::PairCriterion;

use crate::near::join::Join;
use crate::near::join::bitmap_filter::Bitmap;
use crate::near::join::index::{Index, MOST, Passed, Posting};
use crate::near::join::lookup::Lookup;

/// Marks a member that is already ruled out.
pub(super) const RULED_OUT: u32 = u32::MAX;

/// A member and how often it was hit, the most hits first.
pub(super) type Touched = (Reverse<u32>, u32);

/// Buffers of one thread; `hits` are all zero between uses.
#[derive(Default)]
pub(super) struct Buffers {
    pub(super) hits: Vec<u32>,
    pub(super) touched: Vec<u32>,
    /// Members of a row that were not touched before.
    first_touched: Vec<u32>,
    /// Members with enough hits.
    pub(super) enough: Vec<Touched>,
    pub(super) passed: Vec<Passed>,
    pub(super) bitmap: Bitmap,
}

impl Buffers {
    /// Counts the entries of a part of a row.
    pub(super) fn count(&mut self, row: &[Posting]) {
        // Which members are new can't be foreseen: no branch depends on it.
        let mut new = 0;
        for posting in row {
            let hits = &mut self.hits[posting.member as usize];
            self.first_touched[new] = posting.member;
            new += usize::from(*hits == 0);
            *hits += 1;
        }
        self.touched.extend_from_slice(&self.first_touched[..new]);
    }
}

/// Returns the number of the first entries of a row that are of members below
/// one.
pub(super) fn below(row: &[Posting], member: u32) -> usize {
    match row.last() {
        Some(last) if last.member >= member => {
            row.partition_point(|posting| posting.member < member)
        }
        _ => row.len(),
    }
}

/// The members that a search may return.
#[derive(Clone, Copy)]
pub(super) struct CandidateRange {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Whether they may also be larger than the one that is looked up.
    pub(super) either: bool,
}

impl Join<'_> {
    pub(super) fn take_buffers(&self) -> Buffers {
        let mut buffers = self
            .buffers
            .lock()
            .map_or_else(|_| None, |mut pool| pool.pop())
            .unwrap_or_default();
        buffers.hits.resize(self.members.len(), 0);
        buffers.first_touched.resize(MOST as usize, 0);
        buffers
    }

    pub(super) fn give_back(&self, buffers: Buffers) {
        if let Ok(mut pool) = self.buffers.lock() {
            pool.push(buffers);
        }
    }

    /// Counts the index entries of each member, as many as the limits allow, by
    /// containment; returns whether that were all.
    pub(super) fn visit(
        &self,
        lookup: &Lookup,
        index: &Index,
        range: CandidateRange,
        buffers: &mut Buffers,
    ) -> bool {
        let mut left = self.options.limits.map_or(u64::MAX, |limits| limits.visits);
        index.pass(lookup.probe(), &mut buffers.passed);
        index.fetch_first(&buffers.passed);
        // All sizes go together, and members are in the order of these.
        for nth in 0..buffers.passed.len() {
            index.fetch(&buffers.passed, nth);
            for row in index.rows(buffers.passed[nth].1) {
                let first = below(row, range.from);
                let visited = (row.len() - first) as u64;
                // The newest entries come first.
                let first = first + visited.saturating_sub(left) as usize;
                let last = below(row, range.to.min(lookup.member));
                buffers.count(&row[first.min(last)..last]);
                if visited > left {
                    return false;
                }
                left -= visited;
                if visited < row.len() as u64 {
                    break;
                }
            }
        }
        true
    }

    /// Does the same by Jaccard, which rules members out by their sizes.
    pub(super) fn visit_by_size(
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
                let other_size = self.members[other as usize].size as usize;
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
                // Both prefixes are in one order, so what follows bounds what
                // can still be shared [XWLY08, §3.2].
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
        true
    }
}
