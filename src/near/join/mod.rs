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
//! not from an exact count. And a document that already has enough partners
//! leaves the index; otherwise a family of `n` texts would cost `n²`.

mod bitmap_filter;
mod candidates;
mod index;
mod lookup;
mod memory_estimate;
mod options;
mod outline;
mod second_look;
mod shingle_order;
mod unpaired;
mod visits;

use std::sync::Mutex;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::near::pair::{Measure, Pair};
use crate::near::shingle;
use crate::near::verify::{KnownSet, verify_known};

use bitmap_filter::MemberFilters;
use candidates::MemberCandidates;
use index::Index;
use lookup::{Lookup, Rules};
use options::LEAST_PARTNERS;

pub(crate) use lookup::{COMMON, SAMPLE};
pub(crate) use options::{JoinOptions, Limits, Sample};
use shingle_order::ShingleOrder;
use unpaired::Grouping;
use visits::{Buffers, CandidateRange};

/// Documents that are looked up together; also the largest family that can
/// enter the index at once.
const BLOCK: usize = 1024;

/// Shingles of a block, about: documents that are long are looked up together
/// with fewer others, so that the sets of a block take 32 MB.
const BLOCK_SHINGLES: usize = 4 << 20;

/// Candidates of a document that tell how large its family is.
const FAMILY_CANDIDATES: usize = 16;

/// What a join found.
pub(crate) struct Joined {
    /// The pairs, sorted.
    pub(crate) pairs: Vec<Pair>,
    /// Documents that may have more partners than are listed, because they
    /// have many already.
    pub(crate) capped: usize,
    /// Documents for which the limits were reached before all candidates
    /// were counted.
    pub(crate) cut_short: usize,
    /// Candidate pairs that were counted.
    pub(crate) candidates: u64,
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
    ctx: &Context,
) -> Result<Joined> {
    join_by(corpus, docs, options, Grouping::default(), ctx)
}

fn join_by(
    corpus: &Corpus,
    docs: &[DocId],
    options: JoinOptions,
    grouping: Grouping,
    ctx: &Context,
) -> Result<Joined> {
    // The other half of the memory is for counting candidates.
    let limit = corpus
        .spill_folder()
        .map(|spill_folder| spill_folder.buffer_bytes());
    memory_estimate::check_before(corpus, docs, limit)?;
    let shingle_order = ShingleOrder::count(corpus, docs, options.criterion, ctx);
    // Documents are read from the shortest to the longest.
    corpus.expect_random_access(true);
    let mut members: Vec<IndexMember> = docs
        .iter()
        .zip(&shingle_order.sizes)
        .filter(|(_, size)| **size > 0)
        .map(|(doc, size)| IndexMember {
            doc: *doc,
            size: *size,
        })
        .collect();
    members.par_sort_unstable_by_key(|member| (member.size, member.doc));
    // Where memory is bounded, what can be recomputed is not kept.
    let rules = Rules::new(&options, limit.is_some());
    let join = Join {
        corpus,
        shingle_order,
        members,
        options,
        rules,
        buffers: Mutex::default(),
        limit,
        grouping,
    };
    join.run(ctx)
}

struct Join<'a> {
    corpus: &'a Corpus,
    shingle_order: ShingleOrder,
    /// The smallest sets first.
    members: Vec<IndexMember>,
    options: JoinOptions,
    rules: Rules,
    buffers: Mutex<Vec<Buffers>>,
    /// The most memory that the join may take, in bytes.
    limit: Option<usize>,
    /// How documents without a partner are looked through.
    grouping: Grouping,
}

/// The state of a run.
struct JoinProgress {
    pairs: Vec<Pair>,
    /// For each member, the number of pairs with smaller ones.
    smaller: Vec<u32>,
    /// For each member, the number of pairs with larger ones.
    larger: Vec<u32>,
    /// For each member, whether it is in any pair.
    paired: Vec<bool>,
    /// Members that have as many partners as the limits allow, and may have
    /// more.
    full: Vec<bool>,
    indexed: MemberFilters,
    /// Members for which not all candidates were tested.
    cut_short: Vec<bool>,
    /// Candidate pairs that were counted.
    candidates: u64,
}

impl Join<'_> {
    fn run(&self, ctx: &Context) -> Result<Joined> {
        let count = self.members.len();
        let mut state = JoinProgress {
            pairs: Vec::new(),
            smaller: vec![0; count],
            larger: vec![0; count],
            paired: vec![false; count],
            full: vec![false; count],
            indexed: MemberFilters::new(
                count,
                self.options.criterion.measure == Measure::Jaccard && self.limit.is_none(),
            ),
            cut_short: vec![false; count],
            candidates: 0,
        };
        let mut left_out: Vec<u32> = Vec::new();
        let mut index = Index::with_capacity(match self.limit {
            Some(_) => count,
            None => count * 16,
        });
        let mut start = 0;
        // Blocks grow, so that a family that fills the first one is known
        // before the rest of it is looked up.
        let mut len = self
            .options
            .limits
            .map_or(BLOCK, |limits| limits.partners.clamp(LEAST_PARTNERS, BLOCK));
        while start < count {
            ctx.check()?;
            let block: Vec<u32> = (start as u32..self.block_end(start, len) as u32).collect();
            let lookups = self.lookups(&block, ctx);
            let earlier = |_: &Lookup| CandidateRange {
                from: 0,
                to: start as u32,
                either: false,
            };
            let candidates = self.find(&lookups, &index, &state, earlier);
            self.verify_candidates(candidates, &self.sets(&lookups), &mut state, ctx);

            let (full, mut open): (Vec<_>, Vec<_>) = lookups
                .into_iter()
                .partition(|lookup| state.full[lookup.member as usize]);
            left_out.extend(full.iter().map(|lookup| lookup.member));
            // One that fits the caches tells which members of a block are alike.
            let mut of_block = Index::with_capacity(open.iter().map(|l| l.prefix.len()).sum());
            for lookup in &mut open {
                index.insert(lookup.member, &lookup.prefix, lookup.own);
                of_block.insert(lookup.member, &lookup.prefix, lookup.own);
                state.indexed.enter(
                    lookup.member,
                    &lookup.set,
                    std::mem::take(&mut lookup.test_shingles),
                    lookup.hits,
                );
            }
            let within = |lookup: &Lookup| CandidateRange {
                from: start as u32,
                to: lookup.member,
                either: false,
            };
            let candidates = self.find(&open, &of_block, &state, within);
            self.verify_candidates(candidates, &self.sets(&open), &mut state, ctx);
            // Their other candidates in the block may have no partner yet.
            left_out.extend(
                open.iter()
                    .map(|lookup| lookup.member)
                    .filter(|member| state.full[*member as usize]),
            );
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
        let capped = state.full.iter().filter(|full| **full).count();
        // Those that were cut short may have overlooked a member whose only
        // partner they are.
        let cut_short = state.cut_short.iter().zip(0u32..);
        left_out.extend(cut_short.filter(|(cut, _)| **cut).map(|(_, member)| member));
        // The index wants the largest last.
        left_out.sort_unstable();
        left_out.dedup();
        self.pair_unpaired(&left_out, &mut state, ctx);
        self.pair_cut_short(&mut state, ctx);
        state.pairs.par_sort_unstable();
        state.pairs.dedup();
        Ok(Joined {
            pairs: state.pairs,
            capped,
            cut_short: state.cut_short.iter().filter(|cut| **cut).count(),
            candidates: state.candidates,
        })
    }

    /// Returns where a block of up to `len` members ends.
    fn block_end(&self, start: usize, len: usize) -> usize {
        let end = self.members.len().min(start + len);
        let mut shingles = 0;
        let is_too_long = |at: &usize| {
            shingles += self.size(*at as u32);
            shingles > BLOCK_SHINGLES
        };
        let full = (start..end).find(is_too_long);
        full.map_or(end, |at| at.max(start + 1))
    }

    fn lookups(&self, members: &[u32], ctx: &Context) -> Vec<Lookup> {
        members
            .par_iter()
            .map(|&member| {
                let units = self.corpus.normalized(self.members[member as usize].doc);
                let set = shingle::set(self.options.criterion.shingling, units);
                ctx.advance(units.len());
                self.rules.lookup(member, set, &self.shingle_order)
            })
            .collect()
    }

    /// Finds the candidates of each.
    fn find(
        &self,
        lookups: &[Lookup],
        index: &Index,
        state: &JoinProgress,
        range: impl Fn(&Lookup) -> CandidateRange + Sync,
    ) -> Vec<MemberCandidates> {
        lookups
            .par_iter()
            .map(|lookup| self.candidates(lookup, index, &state.indexed, range(lookup)))
            .collect()
    }

    /// Looks once more for partners of documents that have none, and for which
    /// a limit was reached.
    fn pair_cut_short(&self, state: &mut JoinProgress, ctx: &Context) {
        let alone: Vec<u32> = (0..self.members.len() as u32)
            .filter(|at| state.cut_short[*at as usize] && !state.paired[*at as usize])
            .collect();
        if !alone.is_empty() && self.options.criterion.measure == Measure::Jaccard {
            let candidates = self.look_again(&alone);
            self.verify_candidates(candidates, &[], state, ctx);
        }
    }

    /// Returns the sets that are looked up, by document.
    fn sets<'a>(&self, lookups: &'a [Lookup]) -> Vec<KnownSet<'a>> {
        let set = |lookup: &'a Lookup| {
            let doc = self.members[lookup.member as usize].doc;
            (doc, &lookup.set[..])
        };
        let mut sets: Vec<KnownSet> = lookups.iter().map(set).collect();
        sets.sort_unstable_by_key(|(doc, _)| *doc);
        sets
    }

    /// Counts candidates, a few of each member at a time, until each is full
    /// or has no candidates left; some sets are known.
    fn verify_candidates(
        &self,
        mut open: Vec<MemberCandidates>,
        known: &[KnownSet<'_>],
        state: &mut JoinProgress,
        ctx: &Context,
    ) {
        for candidates in open.iter().filter(|candidates| candidates.cut_short) {
            state.cut_short[candidates.member as usize] = true;
        }
        let silent = ctx.silent();
        while !open.is_empty() && !ctx.is_cancelled() {
            let doc = |member: u32| self.members[member as usize].doc;
            let steps: Vec<usize> = open
                .iter()
                .map(|candidates| self.partners(candidates, state))
                .collect();
            let step_pairs: Vec<(u32, u32)> = open
                .iter()
                .zip(&steps)
                .flat_map(|(s, step)| s.others.iter().take(*step).map(|other| (s.member, *other)))
                .collect();
            let candidates: Vec<(DocId, DocId)> =
                step_pairs.iter().map(|(a, b)| (doc(*a), doc(*b))).collect();
            state.candidates += candidates.len() as u64;
            let criterion = self.options.criterion;
            let found = verify_known(self.corpus, &candidates, criterion, known, &silent);
            // Found pairs are in the order of the candidates: walk both.
            let mut next = found.iter().peekable();
            for (&(member, other), candidate) in step_pairs.iter().zip(&candidates) {
                if next
                    .next_if(|pair| (pair.a, pair.b) == *candidate)
                    .is_some()
                {
                    state.smaller[member as usize] += 1;
                    state.larger[other as usize] += 1;
                    state.paired[member as usize] = true;
                    state.paired[other as usize] = true;
                }
            }
            state.pairs.extend(found.into_iter().map(Pair::ordered));
            for (candidates, step) in open.iter_mut().zip(steps) {
                state.full[candidates.member as usize] |=
                    state.smaller[candidates.member as usize] as usize >= step;
                candidates.others.drain(..step.min(candidates.others.len()));
            }
            open.retain(|candidates| {
                !candidates.others.is_empty() && !state.full[candidates.member as usize]
            });
        }
    }

    /// Returns the number of partners after which a member is full: its first
    /// candidates, which are the first of its family, tell how large that is.
    fn partners(&self, candidates: &MemberCandidates, state: &JoinProgress) -> usize {
        self.options.limits.map_or(usize::MAX, |limits| {
            let first = candidates.others.iter().take(FAMILY_CANDIDATES);
            let family = first.map(|other| state.larger[*other as usize]).max();
            limits.partners_in(family.unwrap_or(0))
        })
    }
}

#[cfg(test)]
mod tests;
