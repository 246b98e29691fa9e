//! The set-similarity join: every pair that reaches a threshold, found
//! through rare shingles.
//!
//! Shingles are put in one order, the rarest first. If two sets share enough,
//! then one of the first few of one (its *prefix*) is also in the other:
//! a set of `n` that must share `o` has a shared member among any `n - o + 1`
//! \[CGK06, BMS07\]. So an index of prefixes finds all candidates, sizes
//! \[BMS07\], positions in the prefix \[XWLY08\] and a bitmap rule most of them
//! out, and the rest are counted.
//!
//! Two things differ from the papers. The order need only be the same for
//! all sets, so rarity is read from a table of counters that shingles share,
//! not from an exact count. And a document that has enough partners already
//! leaves the index, or a family of `n` texts would cost `n²`.

mod bitmap_filter;
mod candidates;
mod index;
mod lookup;
mod memory_estimate;
mod shingle_order;

use std::sync::Mutex;

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::pair::{Measure, Pair};
use crate::near::shingle;
use crate::near::verify::{Bar, verify};

use bitmap_filter::MemberFilters;
use candidates::{Buffers, CandidateRange, MemberCandidates};
use index::Index;
use lookup::{Lookup, Rules};
use shingle_order::ShingleOrder;

/// Documents that are looked up together; also the largest family that can
/// enter the index at once.
const BLOCK: usize = 1024;

/// Index entries that may be followed for each document, on average, where
/// the effort is bounded: some three milliseconds.
const VISITS: u64 = 200_000;

/// The least that any document may follow, however much others have.
const LEAST_VISITS: u64 = 1 << 16;

/// The share of what is left that one document may follow: one in this many.
const VISITS_SHARE: u64 = 32;

/// Pairs that a join may list before it asks for fewer partners each.
const MANY_PAIRS: usize = 4_000_000;

/// The same, for each document.
const MANY_PAIRS_EACH: usize = 64;

/// CandidatePair of a document that are listed even then.
pub(crate) const LEAST_PARTNERS: usize = 16;

/// How far a join goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JoinOptions {
    pub(crate) bar: Bar,
    /// A document with this many smaller partners is not searched for more,
    /// nor matched again unless a document would be left without any. Fewer
    /// once there are very many pairs: [`LEAST_PARTNERS`].
    pub(crate) partners: Option<usize>,
    /// Look for a random sample of each shingle set instead of all
    /// (containment only).
    pub(crate) sample: Option<Sample>,
    /// Count at most this many candidates a document, the likeliest, and
    /// follow a bounded number of index entries. Bounds the time on texts
    /// that share much, yet too little. `None` misses nothing.
    pub(crate) effort: Option<usize>,
}

/// A sample that stands for a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// The chance that a pair at the threshold is found.
    pub(crate) recall: f64,
    pub(crate) seed: u64,
}

/// What a join found.
pub(crate) struct Joined {
    /// The pairs, sorted.
    pub(crate) pairs: Vec<Pair>,
    /// Documents that may have more partners than are listed, because they
    /// have many already.
    pub(crate) crowded: usize,
    /// Documents for which the effort was spent before all candidates were
    /// counted.
    pub(crate) cut_short: usize,
}

/// A document in the order of set sizes.
#[derive(Clone, Copy)]
struct IndexMember {
    doc: DocId,
    size: u32,
}

/// Joins `docs` with one another.
pub(crate) fn join(
    corpus: &Corpus,
    docs: &[DocId],
    options: JoinOptions,
    advance: impl Fn(usize) + Sync,
) -> Result<Joined> {
    // The other half is for counting candidates.
    let limit = corpus
        .spill_folder()
        .map(|spill_folder| spill_folder.buffer_bytes());
    memory_estimate::check(memory_estimate::before(corpus, docs), limit)?;
    let rarity = ShingleOrder::count(corpus, docs, options.bar, &advance);
    // From the shortest to the longest.
    corpus.expect_random_access(true);
    let mut members: Vec<IndexMember> = docs
        .iter()
        .zip(&rarity.sizes)
        .filter(|(_, size)| **size > 0)
        .map(|(doc, size)| IndexMember {
            doc: *doc,
            size: *size,
        })
        .collect();
    members.par_sort_unstable_by_key(|member| (member.size, member.doc));
    // With little room, what can be made again is not kept.
    let rules = Rules::new(&options, limit.is_some());
    let join = Join {
        corpus,
        rarity,
        members,
        options,
        rules,
        rooms: Mutex::default(),
        limit,
    };
    join.run(&advance)
}

struct Join<'a> {
    corpus: &'a Corpus,
    rarity: ShingleOrder,
    /// The smallest sets first.
    members: Vec<IndexMember>,
    options: JoinOptions,
    rules: Rules,
    rooms: Mutex<Vec<Buffers>>,
    /// The most memory that may be taken.
    limit: Option<usize>,
}

/// The state of a run.
struct JoinProgress {
    pairs: Vec<Pair>,
    /// For each member, the number of pairs with smaller ones.
    smaller: Vec<u32>,
    /// For each member, whether it is in any pair.
    paired: Vec<bool>,
    /// Members that had partners enough, and may have more.
    full: Vec<bool>,
    /// How many partners are enough.
    enough: Option<usize>,
    indexed: MemberFilters,
    cut_short: usize,
    /// Index entries that may still be followed.
    visits_left: u64,
}

impl Join<'_> {
    fn run(&self, advance: &(impl Fn(usize) + Sync)) -> Result<Joined> {
        let count = self.members.len();
        let mut state = JoinProgress {
            pairs: Vec::new(),
            smaller: vec![0; count],
            paired: vec![false; count],
            full: vec![false; count],
            enough: self.options.partners,
            indexed: MemberFilters::new(count),
            cut_short: 0,
            visits_left: VISITS.saturating_mul(count as u64),
        };
        let mut left_out: Vec<u32> = Vec::new();
        let mut index = Index::with_room_for(match self.limit {
            Some(_) => count,
            None => count * 16,
        });
        let mut start = 0;
        // Blocks grow, so that a family that fills the first one is known
        // before the rest of it comes.
        let mut len = self
            .options
            .partners
            .map_or(BLOCK, |partners| partners.clamp(LEAST_PARTNERS, BLOCK));
        while start < count {
            let block: Vec<u32> = (start as u32..count.min(start + len) as u32).collect();
            let lookups = self.lookups(&block, advance);
            let earlier = |_: &Lookup, visits| CandidateRange {
                from: 0,
                to: start as u32,
                either: false,
                visits,
            };
            let candidates = self.find(&lookups, &index, &mut state, earlier);
            self.settle(candidates, &mut state);

            let (full, mut open): (Vec<_>, Vec<_>) = lookups
                .into_iter()
                .partition(|lookup| state.full[lookup.member as usize]);
            left_out.extend(full.iter().map(|lookup| lookup.member));
            for lookup in &mut open {
                index.insert(lookup.member, &lookup.prefix);
                state.indexed.enter(
                    lookup.member,
                    std::mem::take(&mut lookup.guard),
                    lookup.hits,
                );
            }
            let within = |lookup: &Lookup, visits| CandidateRange {
                from: start as u32,
                to: lookup.member,
                either: false,
                visits,
            };
            let candidates = self.find(&open, &index, &mut state, within);
            self.settle(candidates, &mut state);
            if state.pairs.len() > MANY_PAIRS + MANY_PAIRS_EACH * count {
                state.enough = state.enough.map(|enough| enough.min(LEAST_PARTNERS));
            }
            memory_estimate::check(
                memory_estimate::of_members(count)
                    + index.len_bytes()
                    + size_of_val(&state.pairs[..]),
                self.limit,
            )?;
            start += block.len();
            len = (len * 2).min(BLOCK);
        }
        drop(index);
        let crowded = state.full.iter().filter(|full| **full).count();
        self.rescue(&left_out, &mut state, advance);
        state.pairs.par_sort_unstable();
        state.pairs.dedup();
        Ok(Joined {
            pairs: state.pairs,
            crowded,
            cut_short: state.cut_short,
        })
    }

    fn lookups(&self, members: &[u32], advance: &(impl Fn(usize) + Sync)) -> Vec<Lookup> {
        members
            .par_iter()
            .map(|&member| {
                let units = self.corpus.normalized(self.members[member as usize].doc);
                let set = shingle::set(self.options.bar.shingling, units);
                advance(units.len());
                self.rules.lookup(member, set, &self.rarity)
            })
            .collect()
    }

    /// Finds the candidates of each; `range` is told how many index entries may
    /// be followed.
    ///
    /// What may be followed is settled before all look at once, so that it
    /// does not depend on who comes first.
    fn find(
        &self,
        lookups: &[Lookup],
        index: &Index,
        state: &mut JoinProgress,
        range: impl Fn(&Lookup, u64) -> CandidateRange + Sync,
    ) -> Vec<MemberCandidates> {
        let visits = match self.options.effort {
            Some(_) => LEAST_VISITS.max(state.visits_left / VISITS_SHARE),
            None => u64::MAX,
        };
        let found: Vec<MemberCandidates> = lookups
            .par_iter()
            .map(|lookup| self.candidates(lookup, index, &state.indexed, range(lookup, visits)))
            .collect();
        let followed = found.iter().map(|candidates| candidates.visits).sum();
        state.visits_left = state.visits_left.saturating_sub(followed);
        found
    }

    /// Looks once more for partners of documents that have none, among those
    /// that left the index: no document stays alone that has a like.
    fn rescue(
        &self,
        left_out: &[u32],
        state: &mut JoinProgress,
        advance: &(impl Fn(usize) + Sync),
    ) {
        let alone: Vec<u32> = (0..self.members.len() as u32)
            .filter(|at| !state.paired[*at as usize])
            .collect();
        if alone.is_empty() {
            return;
        }
        let jaccard = self.options.bar.measure == Measure::Jaccard;
        for chunk in left_out.chunks(BLOCK * 4) {
            let mut holders = self.lookups(chunk, &|_| ());
            let mut index = Index::with_room_for(holders.iter().map(|l| l.probe().len()).sum());
            for holder in &mut holders {
                // Either may be the smaller one here. By Jaccard the longer
                // prefixes on both sides are enough; by containment the
                // smaller one's prefix meets all of the other.
                let entries = if jaccard {
                    holder.probe()
                } else {
                    &holder.prefix
                };
                index.insert(holder.member, entries);
                state.indexed.enter(
                    holder.member,
                    std::mem::take(&mut holder.guard),
                    holder.hits,
                );
            }
            for lonely in alone.chunks(BLOCK) {
                let lonely: Vec<u32> = lonely
                    .iter()
                    .copied()
                    .filter(|at| !state.paired[*at as usize])
                    .collect();
                let lookups = self.lookups(&lonely, advance);
                let any = |lookup: &Lookup, visits| {
                    let to = if jaccard { u32::MAX } else { lookup.member };
                    CandidateRange {
                        from: 0,
                        to,
                        either: true,
                        visits,
                    }
                };
                let candidates = self.find(&lookups, &index, state, any);
                self.settle(candidates, state);
                if !jaccard {
                    self.rescue_contained(&holders, lookups, state);
                }
            }
        }
    }

    /// The other direction of [`rescue`](Self::rescue): the one that is alone
    /// stands in one that left the index.
    fn rescue_contained(
        &self,
        holders: &[Lookup],
        mut lonely: Vec<Lookup>,
        state: &mut JoinProgress,
    ) {
        lonely.retain(|lookup| !state.paired[lookup.member as usize]);
        let mut index = Index::with_room_for(lonely.iter().map(|l| l.prefix.len()).sum());
        for lookup in &mut lonely {
            index.insert(lookup.member, &lookup.prefix);
            state.indexed.enter(
                lookup.member,
                std::mem::take(&mut lookup.guard),
                lookup.hits,
            );
        }
        let smaller = |holder: &Lookup, visits| CandidateRange {
            from: 0,
            to: holder.member,
            either: true,
            visits,
        };
        let found = self.find(holders, &index, state, smaller);
        let mut found: Vec<(u32, u32)> = found
            .iter()
            .flat_map(|holder| holder.others.iter().map(|other| (*other, holder.member)))
            .collect();
        found.par_sort_unstable();
        let candidates = found
            .chunk_by(|a, b| a.0 == b.0)
            .map(|same| MemberCandidates {
                member: same[0].0,
                others: same.iter().map(|(_, holder)| *holder).collect(),
                cut_short: false,
                visits: 0,
            })
            .collect();
        self.settle(candidates, state);
    }

    /// Counts candidates, a few of each member at a time, until each has
    /// partners enough or no candidates left.
    fn settle(&self, mut open: Vec<MemberCandidates>, state: &mut JoinProgress) {
        state.cut_short += open
            .iter()
            .filter(|candidates| candidates.cut_short)
            .count();
        let step = state
            .enough
            .map_or(usize::MAX, |enough| enough.max(LEAST_PARTNERS));
        while !open.is_empty() {
            let doc = |member: u32| self.members[member as usize].doc;
            let turn: Vec<(u32, u32)> = open
                .iter()
                .flat_map(|s| s.others.iter().take(step).map(|other| (s.member, *other)))
                .collect();
            let candidates: Vec<(DocId, DocId)> =
                turn.iter().map(|(a, b)| (doc(*a), doc(*b))).collect();
            let found = verify(self.corpus, &candidates, self.options.bar, |_| ());
            // Found pairs are in the order of the candidates: walk both.
            let mut next = found.iter().peekable();
            for (&(member, other), candidate) in turn.iter().zip(&candidates) {
                if next
                    .next_if(|pair| (pair.a, pair.b) == *candidate)
                    .is_some()
                {
                    let smaller = &mut state.smaller[member as usize];
                    *smaller += 1;
                    state.full[member as usize] = state
                        .enough
                        .is_some_and(|enough| *smaller as usize >= enough);
                    state.paired[member as usize] = true;
                    state.paired[other as usize] = true;
                }
            }
            state.pairs.extend(found.into_iter().map(Pair::ordered));
            for candidates in &mut open {
                candidates.others.drain(..step.min(candidates.others.len()));
            }
            open.retain(|candidates| {
                !candidates.others.is_empty() && !state.full[candidates.member as usize]
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::near::Shingling;
    use crate::near::verify::count;
    use crate::text::normalize::NormalizeSteps;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// With very few partners each, families leave the index early; what
        /// is listed is true, and nobody who has a like stays alone.
        #[test]
        fn prop_few_partners_leave_nobody_alone(
            texts in prop::collection::vec("[甲乙]{3,9}|[甲乙丙]{5,14}", 0..120),
            partners in 1usize..4,
            threshold in prop::sample::select(vec![0.3, 0.5, 0.8]),
            containment in any::<bool>(),
        ) {
            let measure = if containment { Measure::Containment } else { Measure::Jaccard };
            let bar = Bar { shingling: Shingling::Chars(2), measure, threshold };
            let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
            let named = ids.iter().map(String::as_str).zip(texts.iter().map(String::as_str));
            let corpus = Corpus::from_texts(named, NormalizeSteps::default());
            let docs: Vec<DocId> = corpus.docs().collect();
            let options = JoinOptions { bar, partners: Some(partners), sample: None, effort: None };
            let joined = join(&corpus, &docs, options, |_| ()).unwrap();
            let mut paired = vec![false; docs.len()];
            for pair in &joined.pairs {
                prop_assert!(pair.similarity(measure) >= threshold);
                prop_assert_eq!(*pair, count(&corpus, bar.shingling, pair.a, pair.b));
                paired[pair.a.index()] = true;
                paired[pair.b.index()] = true;
            }
            for &a in &docs {
                let alike = |b: &&DocId| {
                    let pair = count(&corpus, bar.shingling, a, **b);
                    **b != a && pair.shared > 0 && pair.similarity(measure) >= threshold
                };
                prop_assert_eq!(paired[a.index()], docs.iter().any(|b| alike(&b)), "{:?}", a);
            }
        }
    }
}
