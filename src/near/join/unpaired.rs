//! The second search of a join: partners of documents that have none, among
//! those that left the index or were cut short.
//!
//! A block of unpaired documents has limits of its own, so that what is found
//! of one does not depend on how many others there are. Yet each document that
//! left the index is looked up once for many blocks: what it visits is counted
//! by block, and only where a limit is reached is it looked up again, in that
//! block alone.

use rayon::prelude::*;

use crate::context::Context;
use crate::near::pair::Measure;

use crate::near::join::candidates::{Contained, Group, MemberCandidates};
use crate::near::join::index::Index;
use crate::near::join::lookup::Lookup;
use crate::near::join::visits::CandidateRange;
use crate::near::join::{BLOCK, Join, JoinProgress};

/// Documents that left the index and are looked through together for partners
/// of those that have none.
const REINDEXED: usize = 1 << 16;

/// Blocks that are searched at once: as many documents as are reindexed.
const BLOCKS: usize = REINDEXED / BLOCK;

/// The same where memory is bounded.
const LEAN_BLOCKS: usize = 16;

/// How unpaired documents are looked through.
#[derive(Clone, Copy)]
pub(super) struct Grouping {
    /// Unpaired documents that share limits.
    pub(super) block: usize,
    /// Blocks that are searched at once.
    pub(super) blocks: usize,
    /// The same where memory is bounded.
    pub(super) lean_blocks: usize,
    /// Whether each block is searched alone: the plain way, which tests compare
    /// with the other.
    pub(super) is_plain: bool,
}

impl Default for Grouping {
    fn default() -> Self {
        Grouping {
            block: BLOCK,
            blocks: BLOCKS,
            lean_blocks: LEAN_BLOCKS,
            is_plain: false,
        }
    }
}

/// An unpaired member, and one that left the index in which it may stand.
type Containing = (u32, u32);

/// Members that left the index or were cut short, entered into another one.
struct LeftOut {
    /// What they are looked up with; none where that is made anew.
    lookups: Vec<Lookup>,
    index: Index,
    /// By containment, those alone that left the index: of the others, whoever
    /// was not cut short has seen all that are smaller.
    full: Index,
}

impl Join<'_> {
    /// Looks once more for partners of documents that have none, among those
    /// that left the index or were cut short, so that no document with a
    /// partner stays unpaired.
    pub(super) fn pair_unpaired(&self, left_out: &[u32], state: &mut JoinProgress, ctx: &Context) {
        let unpaired: Vec<u32> = (0..self.members.len() as u32)
            .filter(|at| !state.paired[*at as usize])
            .collect();
        if unpaired.is_empty() {
            return;
        }
        let Grouping {
            block,
            blocks,
            lean_blocks,
            is_plain: _,
        } = self.grouping;
        // By Jaccard one direction is enough, and nothing is found ahead.
        let blocks = match (self.options.criterion.measure, self.limit) {
            (Measure::Jaccard, _) => 1,
            (Measure::Containment, Some(_)) => lean_blocks,
            (Measure::Containment, None) => blocks,
        };
        let mut unpaired = unpaired;
        let mut limited = vec![false; self.members.len()];
        for chunk in left_out.chunks(REINDEXED) {
            let left_out = self.reindex(chunk, state, &ctx.silent());
            for group in unpaired.chunks(blocks * block) {
                self.pair_group(group, &left_out, state, &mut limited, ctx);
            }
            // The limits are those of a document, however many left the index.
            unpaired.retain(|at| !limited[*at as usize]);
        }
    }

    /// Enters documents that left the index into another one, with what they are
    /// looked up with, unless that is made anew where it is needed.
    fn reindex(&self, left_out: &[u32], state: &mut JoinProgress, ctx: &Context) -> LeftOut {
        let jaccard = self.options.criterion.measure == Measure::Jaccard;
        // Where memory is bounded, sets are made anew for those that are counted;
        // by containment they are looked up, too.
        let is_lean = jaccard && self.limit.is_some();
        let mut reindexed: Vec<Lookup> = Vec::new();
        let capacity = match is_lean {
            true => left_out.len(),
            false => left_out.len() * 16,
        };
        let mut index = Index::with_capacity(capacity);
        let mut full = Index::with_capacity(0);
        for batch in left_out.chunks(BLOCK) {
            let mut lookups = self.lookups(batch, ctx);
            for lookup in &mut lookups {
                // Either may be the smaller one here. By Jaccard the longer
                // prefixes on both sides suffice; by containment the smaller
                // one's prefix is looked up in the whole of the other.
                let (entries, hits) = match jaccard {
                    true => (lookup.probe(), lookup.probe_hits),
                    false => (&lookup.prefix[..], lookup.hits),
                };
                index.insert(lookup.member, entries, lookup.own);
                if !jaccard && state.full[lookup.member as usize] {
                    full.insert(lookup.member, entries, lookup.own);
                }
                state.indexed.enter(
                    lookup.member,
                    &lookup.set,
                    std::mem::take(&mut lookup.test_shingles),
                    hits,
                );
            }
            if !is_lean {
                reindexed.extend(lookups);
            }
        }
        LeftOut {
            lookups: reindexed,
            index,
            full,
        }
    }

    /// Pairs the unpaired documents of some blocks with those that left the
    /// index, block by block; notes by Jaccard for which of them a limit is
    /// reached.
    fn pair_group(
        &self,
        unpaired: &[u32],
        left_out: &LeftOut,
        state: &mut JoinProgress,
        limited: &mut [bool],
        ctx: &Context,
    ) {
        let reindexed = &left_out.lookups[..];
        let blocks = || unpaired.chunks(self.grouping.block);
        let jaccard = self.options.criterion.measure == Measure::Jaccard;
        let any = |lookup: &Lookup| CandidateRange {
            from: 0,
            to: if jaccard { u32::MAX } else { lookup.member },
            either: true,
        };
        let mut group = Group {
            index: Index::with_capacity(match (jaccard, self.limit) {
                (true, _) => 0,
                (false, Some(_)) => unpaired.len(),
                (false, None) => unpaired.len() * 16,
            }),
            block_of: vec![0; if jaccard { 0 } else { self.members.len() }],
            blocks: blocks().len(),
        };
        let mut candidates: Vec<Vec<MemberCandidates>> = Vec::new();
        for (nth, block) in (0..).zip(blocks()) {
            let lookups = self.lookups(&still_unpaired(block, state), ctx);
            let found: Vec<MemberCandidates> = lookups
                .par_iter()
                .map(|lookup| {
                    let index = match jaccard || state.cut_short[lookup.member as usize] {
                        true => &left_out.index,
                        false => &left_out.full,
                    };
                    self.candidates(lookup, index, &state.indexed, any(lookup))
                })
                .collect();
            for one in found.iter().filter(|one| jaccard && one.cut_short) {
                limited[one.member as usize] = true;
            }
            candidates.push(found);
            if !jaccard {
                for lookup in &lookups {
                    group
                        .index
                        .insert(lookup.member, &lookup.prefix, lookup.own);
                    group.block_of[lookup.member as usize] = nth;
                }
            }
        }
        let contained = |lookup: &Lookup| match self.grouping.is_plain {
            true => Contained {
                others: Vec::new(),
                limited: (0..group.blocks).collect(),
            },
            false => self.contained(lookup, &group, &state.indexed),
        };
        let contained: Vec<Contained> = match jaccard {
            true => Vec::new(),
            false => reindexed.par_iter().map(contained).collect(),
        };
        drop(group);
        let known = self.sets(reindexed);
        let mut found: Vec<Containing> = reindexed
            .iter()
            .zip(&contained)
            .flat_map(|(lookup, contained)| {
                let others = contained.others.iter();
                others.map(|other| (*other, lookup.member))
            })
            .collect();
        found.par_sort_unstable();

        let mut found = &found[..];
        for (nth, (block, mut candidates)) in blocks().zip(candidates).enumerate() {
            candidates.retain(|candidates| !state.paired[candidates.member as usize]);
            self.verify_candidates(candidates, &known, state, ctx);
            // The other direction: those that stand in one that left the index.
            let last = block.last().copied().unwrap_or(0);
            let (of_block, rest) =
                found.split_at(found.partition_point(|(other, _)| *other <= last));
            found = rest;
            let limited: Vec<&Lookup> = reindexed
                .iter()
                .zip(&contained)
                .filter(|(_, contained)| contained.limited.contains(&nth))
                .map(|(lookup, _)| lookup)
                .collect();
            let mut of_block = of_block.to_vec();
            if !limited.is_empty() {
                of_block.extend(self.contained_in_block(block, &limited, state, ctx));
                of_block.par_sort_unstable();
            }
            of_block.retain(|(other, _)| !state.paired[*other as usize]);
            self.verify_candidates(by_unpaired(&of_block), &known, state, ctx);
        }
    }

    /// Finds the unpaired documents of one block that stand in others, as far as
    /// the limits allow.
    fn contained_in_block(
        &self,
        block: &[u32],
        others: &[&Lookup],
        state: &JoinProgress,
        ctx: &Context,
    ) -> Vec<Containing> {
        let unpaired = self.lookups(&still_unpaired(block, state), &ctx.silent());
        let mut index = Index::with_capacity(unpaired.iter().map(|l| l.prefix.len()).sum());
        for lookup in &unpaired {
            index.insert(lookup.member, &lookup.prefix, lookup.own);
        }
        others
            .par_iter()
            .flat_map_iter(|lookup| {
                let smaller = CandidateRange {
                    from: 0,
                    to: lookup.member,
                    either: true,
                };
                let found = self.candidates(lookup, &index, &state.indexed, smaller);
                let member = lookup.member;
                found.others.into_iter().map(move |other| (other, member))
            })
            .collect()
    }
}

/// Returns those of some members that have no partner yet.
fn still_unpaired(members: &[u32], state: &JoinProgress) -> Vec<u32> {
    let unpaired = members.iter().copied();
    unpaired.filter(|at| !state.paired[*at as usize]).collect()
}

/// Returns the candidates of each unpaired member; `found` is sorted.
fn by_unpaired(found: &[Containing]) -> Vec<MemberCandidates> {
    found
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| MemberCandidates {
            member: same[0].0,
            others: same.iter().map(|(_, other)| *other).collect(),
            cut_short: false,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Corpus, DocId};
    use crate::near::Shingling;
    use crate::near::join::{JoinOptions, Limits, Sample, join_by};
    use crate::near::verify::PairCriterion;
    use crate::text::normalize::NormalizeSteps;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn prop_blocks_find_the_same_whether_searched_together_or_one_by_one(
            texts in prop::collection::vec("[甲乙]{3,9}|[甲乙丙]{5,14}|[甲乙丙丁]{9,30}", 0..120),
            partners in 1usize..4,
            candidates in 1usize..20,
            visits in 1u64..200,
            threshold in prop::sample::select(vec![0.3, 0.5, 0.8]),
            sampled in any::<bool>(),
            block in 1usize..12,
        ) {
            let criterion = PairCriterion {
                shingling: Shingling::Chars(2),
                measure: Measure::Containment,
                threshold,
            };
            let ids: Vec<String> = (0..texts.len()).map(|at| at.to_string()).collect();
            let named = ids.iter().map(String::as_str).zip(texts.iter().map(String::as_str));
            let corpus = Corpus::from_texts(named, NormalizeSteps::default());
            let docs: Vec<DocId> = corpus.docs().collect();
            let options = JoinOptions {
                criterion,
                sample: sampled.then_some(Sample { recall: 0.9, seed: 1 }),
                limits: Some(Limits { partners, candidates, touched: usize::MAX, visits }),
                common: 30,
            };
            let joined = |blocks, is_plain| {
                let grouping = Grouping { block, blocks, lean_blocks: blocks, is_plain };
                let joined = join_by(&corpus, &docs, options, grouping, &Context::default());
                joined.map(|joined| (joined.pairs, joined.capped, joined.cut_short)).ok()
            };
            let plain = joined(1, true);
            prop_assert!(plain.is_some());
            for blocks in [1, 2, 5, 60] {
                prop_assert_eq!(&joined(blocks, false), &plain, "{}", blocks);
            }
        }
    }
}
