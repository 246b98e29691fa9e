//! Which members of an index a document touches, and how often.

use std::cmp::Reverse;

use crate::near::verify::PairCriterion;

use crate::near::join::Join;
use crate::near::join::bitmap_filter::Bitmap;
use crate::near::join::index::{Index, MOST, Passed, Posting};
use crate::near::join::lookup::Lookup;
use crate::near::join::outline::Outlines;

/// Marks a member that is already ruled out.
pub(super) const RULED_OUT: u32 = u32::MAX;

/// Entries up to which a row is visited whole.
const SHORT_ROW: usize = 16;

/// Members touched before up to which each is looked for in the part of a row
/// that only those can be in.
const FEW_TOUCHED: usize = 32;

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
    pub(super) outlines: Outlines,
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
        index.pass(lookup.probe(), &mut buffers.passed);
        index.fetch_first(&buffers.passed);
        let Buffers {
            hits,
            touched,
            passed,
            ..
        } = buffers;
        let mut visitor = Visitor {
            join: self,
            member: lookup.member,
            size,
            least_size,
            most_size,
            range,
            needed: (0, 0),
            left: (self.options.limits)
                .map_or(u64::MAX, |limits| limits.visits_for(lookup.probe().len())),
            room: (self.options.limits).map_or(usize::MAX, |limits| limits.touched),
            is_whole: true,
            hits,
            touched,
        };
        for nth in 0..passed.len() {
            let (at, mixed) = (passed[nth].0 as usize, passed[nth].1);
            index.fetch(passed, nth);
            for row in index.rows(mixed) {
                let mut near = row;
                if row.len() > SHORT_ROW && visitor.touched.len() <= FEW_TOUCHED {
                    // A member that was not touched before would have to share
                    // all that follows, which is too little for a larger one:
                    // of those only the ones that were touched are visited.
                    let reaches = |posting: &Posting| {
                        let other_size = self.size(posting.member);
                        measure.least_shared(size, other_size, threshold) <= size - at
                    };
                    let far;
                    (near, far) = row.split_at(match row.last().is_some_and(reaches) {
                        true => row.len(),
                        false => row.partition_point(reaches),
                    });
                    for nth in 0..visitor.touched.len() {
                        if let Some(found) = place_of(visitor.touched[nth], far)
                            && let Visited::Limit = visitor.visit(found, at)
                        {
                            return false;
                        }
                    }
                    if near.is_empty() {
                        match visitor.pass_over(row) {
                            Visited::One => continue,
                            Visited::Last => break,
                            Visited::Limit => return false,
                        }
                    }
                }
                let mut newest_first = near.iter().rev();
                let last = newest_first.find_map(|posting| match visitor.visit(posting, at) {
                    Visited::One => None,
                    end => Some(end),
                });
                match last {
                    None | Some(Visited::One) => {}
                    Some(Visited::Last) => break,
                    Some(Visited::Limit) => return false,
                }
            }
        }
        visitor.is_whole
    }
}

/// Visits entries for one document, by Jaccard.
struct Visitor<'a, 'j> {
    join: &'a Join<'j>,
    /// The document.
    member: u32,
    size: usize,
    least_size: usize,
    most_size: usize,
    range: CandidateRange,
    /// A size, and the shingles that must be shared with a set of it.
    needed: (usize, usize),
    /// Entries that may still be visited.
    left: u64,
    /// Members that may be touched.
    room: usize,
    /// Whether no member was left out for want of room.
    is_whole: bool,
    hits: &'a mut [u32],
    touched: &'a mut Vec<u32>,
}

impl Visitor<'_, '_> {
    /// Visits an entry of the shingle at a place of those looked for.
    #[inline(always)]
    fn visit(&mut self, posting: &Posting, at: usize) -> Visited {
        let other = posting.member;
        let other_size = self.join.size(other);
        // The newest entry is of the largest member.
        if other < self.range.from || other_size < self.least_size {
            return Visited::Last;
        }
        if self.left == 0 {
            return Visited::Limit;
        }
        self.left -= 1;
        if other >= self.range.to || other == self.member || other_size > self.most_size {
            return Visited::One;
        }
        let hits = &mut self.hits[other as usize];
        if *hits == RULED_OUT {
            return Visited::One;
        }
        // Both prefixes are in one order, so what follows bounds what can still
        // be shared [XWLY08, §3.2].
        let rest = (self.size - at - 1).min(other_size - posting.position as usize - 1);
        // Sizes seldom change along a chain.
        if self.needed.0 != other_size {
            let PairCriterion {
                measure, threshold, ..
            } = self.join.options.criterion;
            let needed = measure.least_shared(self.size, other_size, threshold);
            self.needed = (other_size, needed);
        }
        let may_reach = *hits as usize + 1 + rest >= self.needed.1;
        match *hits {
            // One that is ruled out at first is so again: ever less follows.
            0 if !may_reach => {}
            0 if self.touched.len() == self.room => self.is_whole = false,
            0 => {
                self.touched.push(other);
                *hits = 1;
            }
            _ if !may_reach => *hits = RULED_OUT,
            _ => *hits += 1,
        }
        Visited::One
    }

    /// Passes over a row, which takes time too.
    fn pass_over(&mut self, row: &[Posting]) -> Visited {
        let is_last = row.last().is_none_or(|last| {
            last.member < self.range.from || self.join.size(last.member) < self.least_size
        });
        if is_last {
            return Visited::Last;
        }
        if self.left == 0 {
            return Visited::Limit;
        }
        self.left -= 1;
        Visited::One
    }
}

/// Returns the entry of a member in a part of a row.
fn place_of(member: u32, row: &[Posting]) -> Option<&Posting> {
    let (first, last) = (row.first()?, row.last()?);
    if !(first.member..=last.member).contains(&member) {
        return None;
    }
    let found = row.binary_search_by_key(&member, |posting| posting.member);
    found.ok().map(|at| &row[at])
}

/// What follows from the visit of an entry.
enum Visited {
    One,
    /// No entry that follows in the chain matters.
    Last,
    /// No more entries may be visited.
    Limit,
}
