//! Who may reach the threshold with a document, by the index.

use std::cmp::Reverse;

use crate::near::pair::Measure;
use crate::near::shingle;
use crate::near::verify::Bar;

use crate::near::join::Join;
use crate::near::join::bitmap_filter::{Bitmap, MemberFilters, ShingleSample};
use crate::near::join::index::Index;
use crate::near::join::lookup::Lookup;

/// A member that is ruled out already.
const RULED_OUT: u32 = u32::MAX;

/// Buffers of one thread; hits are all zero between uses.
#[derive(Default)]
pub(super) struct Buffers {
    hits: Vec<u32>,
    touched: Vec<u32>,
    bitmap: Bitmap,
}

/// Which members are looked for.
#[derive(Clone, Copy)]
pub(super) struct CandidateRange {
    pub(super) from: u32,
    pub(super) to: u32,
    /// They may also be larger than the one that is looked up.
    pub(super) either: bool,
    /// Most index entries that may be followed.
    pub(super) visits: u64,
}

/// The members that may be partners of one.
pub(super) struct MemberCandidates {
    pub(super) member: u32,
    /// In order.
    pub(super) others: Vec<u32>,
    pub(super) cut_short: bool,
    /// Index entries that were followed.
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
        let mut room = self
            .rooms
            .lock()
            .map_or_else(|_| None, |mut rooms| rooms.pop())
            .unwrap_or_default();
        room.hits.resize(self.members.len(), 0);
        let visits = self.visit(lookup, index, range, &mut room);

        let size = lookup.set.len();
        if !room.touched.is_empty() {
            room.bitmap.fill(&lookup.set);
        }
        let mut others: Vec<(Reverse<u32>, u32)> = Vec::new();
        for &other in &room.touched {
            let hits = std::mem::take(&mut room.hits[other as usize]);
            if hits < indexed.hits[other as usize].min(lookup.hits) || hits == RULED_OUT {
                continue;
            }
            let guard = &indexed.guards[other as usize];
            let needed = self
                .rules
                .needed(guard, size, self.members[other as usize].size as usize);
            let whole;
            let shingles = if self.rules.is_lean && guard.shingles.is_empty() {
                let units = self.corpus.normalized(self.members[other as usize].doc);
                whole = ShingleSample::new(&shingle::set(self.options.bar.shingling, units), None);
                &whole.shingles
            } else {
                &guard.shingles
            };
            if room.bitmap.may_have(shingles, needed) {
                others.push((Reverse(hits), other));
            }
        }
        room.touched.clear();
        if let Ok(mut rooms) = self.rooms.lock() {
            rooms.push(room);
        }

        let mut cut_short = visits > range.visits;
        if let Some(effort) = self.options.effort.filter(|effort| others.len() > *effort) {
            cut_short = true;
            others.sort_unstable();
            others.truncate(effort);
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

    /// Counts the index entries of each member; returns how many
    /// were followed, one more than allowed if there are more.
    fn visit(
        &self,
        lookup: &Lookup,
        index: &Index,
        range: CandidateRange,
        room: &mut Buffers,
    ) -> u64 {
        let Bar {
            measure, threshold, ..
        } = self.options.bar;
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
                let hits = &mut room.hits[other as usize];
                if *hits == RULED_OUT {
                    continue;
                }
                if *hits == 0 {
                    room.touched.push(other);
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
