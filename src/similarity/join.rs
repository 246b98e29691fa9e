//! The set-similarity join: every pair that reaches a threshold, found
//! through rare shingles.
//!
//! Shingles are put in one order, the rarest first. If two sets share enough,
//! then one of the first few of one (its *prefix*) is also in the other:
//! a set of `n` that must share `o` has a shared member among any `n - o + 1`
//! [CGK06, BMS07]. So an index of prefixes finds all candidates, sizes
//! [BMS07] and positions in the prefix [XWLY08] rule most of them out, and
//! the rest are counted.
//!
//! Two things differ from the papers. The order need only be the same for
//! all sets, so rarity is read from a table of counters that shingles share,
//! not from an exact count. And a document that has enough partners already
//! leaves the index, or a family of `n` texts would cost `n²`.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::mix;
use crate::similarity::pair::{Measure, Pair};
use crate::similarity::shingle;
use crate::similarity::verify::{Bar, verify};

/// Documents that are looked up together; also the largest family that can
/// enter the index at once.
const BLOCK: usize = 1024;

/// Most shingles that stand for a document in the sampled join. With 64 of
/// 70 % containment, 0.999 recall needs 33 to agree, so 32 are indexed.
const SAMPLE: usize = 64;

/// Index entries that may be followed for each candidate of the effort.
const VISITS: usize = 64;

/// How far a join goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JoinOptions {
    pub(crate) bar: Bar,
    /// A document with this many smaller partners is not searched for more,
    /// nor matched again unless a document would be left without any.
    pub(crate) partners: Option<usize>,
    /// Look for a random sample of each shingle set instead of all, and find
    /// a pair at the threshold with this probability (containment only).
    pub(crate) sample: Option<Sample>,
    /// Count at most this many candidates a document, the likeliest, and
    /// follow at most [`VISITS`] times as many index entries. Bounds the time
    /// on texts that share much, yet too little. `None` misses nothing.
    pub(crate) effort: Option<usize>,
}

/// A sample that stands for a set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
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
struct Member {
    doc: DocId,
    size: u32,
}

/// Joins `docs` with one another.
pub(crate) fn join(
    corpus: &Corpus,
    docs: &[DocId],
    options: JoinOptions,
    advance: impl Fn(usize) + Sync,
) -> Joined {
    let rarity = Rarity::count(corpus, docs, options.bar, &advance);
    let mut members: Vec<Member> = docs
        .iter()
        .zip(&rarity.sizes)
        .filter(|(_, size)| **size > 0)
        .map(|(doc, size)| Member {
            doc: *doc,
            size: *size,
        })
        .collect();
    members.par_sort_unstable_by_key(|member| (member.size, member.doc));
    let join = Join {
        corpus,
        rarity: &rarity,
        members: &members,
        options,
        sampled_prefix: SAMPLE - options.needed_hits() + 1,
        rooms: Mutex::new(Vec::new()),
    };
    join.run(&advance)
}

impl JoinOptions {
    /// Returns how many of [`SAMPLE`] shingles a containing text has at least,
    /// with the probability asked for: a quantile of the binomial.
    fn needed_hits(&self) -> usize {
        let Some(sample) = self.sample else { return 0 };
        let p = self.bar.threshold.min(1.0);
        let mut term = (1.0 - p).powi(SAMPLE as i32);
        let mut below = 0.0;
        for hits in 0..=SAMPLE {
            below += term;
            if below > 1.0 - sample.recall {
                return hits;
            }
            term *= (SAMPLE - hits) as f64 / (hits + 1) as f64 * p / (1.0 - p);
        }
        SAMPLE
    }
}

/// How often shingles occur, roughly, and how many each document has.
struct Rarity {
    counters: Vec<AtomicU32>,
    sizes: Vec<u32>,
}

impl Rarity {
    fn count(corpus: &Corpus, docs: &[DocId], bar: Bar, advance: &(impl Fn(usize) + Sync)) -> Self {
        let total: usize = docs.iter().map(|doc| corpus.folded(*doc).len()).sum();
        // Half as many counters as shingles: most counters then hold one or
        // two, and a shared one only makes a shingle look less rare.
        let bits = (usize::BITS - (total / 2).leading_zeros()).clamp(8, 26);
        let counters: Vec<AtomicU32> = (0..1usize << bits).map(|_| AtomicU32::new(0)).collect();
        let sizes = docs
            .par_iter()
            .map(|doc| {
                let units = corpus.folded(*doc);
                let set = shingle::set(bar.shingling, units);
                for &hash in &set {
                    counters[(hash >> (64 - bits)) as usize].fetch_add(1, Ordering::Relaxed);
                }
                advance(units.len());
                set.len() as u32
            })
            .collect();
        Rarity { counters, sizes }
    }

    /// Returns the place of a shingle in the one order of all.
    fn rank(&self, hash: u64) -> (u32, u64) {
        let bits = self.counters.len().trailing_zeros();
        (
            self.counters[(hash >> (64 - bits)) as usize].load(Ordering::Relaxed),
            hash,
        )
    }

    /// Returns the `count` rarest of `hashes`, rarest first.
    fn rarest(&self, hashes: &[u64], count: usize) -> Vec<u64> {
        let count = count.min(hashes.len());
        if count == 0 {
            return Vec::new();
        }
        let mut ranked: Vec<(u32, u64)> = hashes.iter().map(|hash| self.rank(*hash)).collect();
        if count < ranked.len() {
            ranked.select_nth_unstable(count - 1);
            ranked.truncate(count);
        }
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, hash)| hash).collect()
    }
}

/// An entry of the index: a shingle in the prefix of a member.
#[derive(Clone, Copy)]
struct Posting {
    /// The entry before it in the same chain.
    next: u32,
    /// The member's place in the order of sizes.
    member: u32,
    /// Upper half of the shingle's hash, to tell chains' shingles apart.
    tag: u32,
    /// The shingle's place in the member's prefix.
    position: u32,
}

const NONE: u32 = u32::MAX;

/// Prefixes by shingle, as chains through one array; the newest entry, of
/// the largest member, comes first.
struct Index {
    heads: Vec<u32>,
    postings: Vec<Posting>,
    shift: u32,
}

impl Index {
    fn with_room_for(postings: usize) -> Self {
        let bits = (usize::BITS - postings.leading_zeros()).clamp(8, 28);
        Index {
            heads: vec![NONE; 1 << bits],
            postings: Vec::new(),
            shift: 64 - bits,
        }
    }

    fn insert(&mut self, member: u32, prefix: &[u64]) {
        if self.postings.len() + prefix.len() > self.heads.len() && self.shift > 36 {
            self.grow();
        }
        for (position, &hash) in prefix.iter().enumerate() {
            let head = &mut self.heads[(mix(hash) >> self.shift) as usize];
            let posting = Posting {
                next: *head,
                member,
                tag: tag(hash),
                position: position as u32,
            };
            *head = self.postings.len() as u32;
            self.postings.push(posting);
        }
    }

    /// Doubles the heads. The chains are laid anew in the old order, so that
    /// the newest stays first; `mix(hash)` is not kept, so the tag decides.
    fn grow(&mut self) {
        let bits = 64 - self.shift + 2;
        self.shift = 64 - bits;
        self.heads = vec![NONE; 1 << bits];
        for at in 0..self.postings.len() {
            let slot = (u64::from(self.postings[at].tag) << 32 >> self.shift) as usize;
            self.postings[at].next = self.heads[slot];
            self.heads[slot] = at as u32;
        }
    }

    fn chain(&self, hash: u64) -> impl Iterator<Item = &Posting> {
        let mut at = self.heads[(mix(hash) >> self.shift) as usize];
        let tag = tag(hash);
        std::iter::from_fn(move || {
            let posting = self.postings.get(at as usize)?;
            at = posting.next;
            Some(posting)
        })
        .filter(move |posting| posting.tag == tag)
    }
}

/// The upper half of a hash that is mixed again: shingles that share a
/// counter of [`Rarity`] should not share a chain.
fn tag(hash: u64) -> u32 {
    (mix(hash) >> 32) as u32
}

/// Room of one thread for counting hits; all zero between uses.
#[derive(Default)]
struct Room {
    hits: Vec<u32>,
    touched: Vec<u32>,
}

/// A member that is ruled out already.
const RULED_OUT: u32 = u32::MAX;

/// What a member is looked up with, and what it leaves in the index.
struct Lookup {
    member: u32,
    probe: Vec<u64>,
    prefix: Vec<u64>,
}

/// The candidates of one member, smaller ones first.
struct Suspects {
    member: u32,
    others: Vec<u32>,
    cut_short: bool,
}

struct Join<'a> {
    corpus: &'a Corpus,
    rarity: &'a Rarity,
    members: &'a [Member],
    options: JoinOptions,
    /// Shingles of a sample that are indexed: one of them is met if enough
    /// of the sample is.
    sampled_prefix: usize,
    rooms: Mutex<Vec<Room>>,
}

/// The state of a run.
struct Progress {
    pairs: Vec<Pair>,
    /// For each member, the number of pairs with smaller ones.
    smaller: Vec<u32>,
    /// For each member, whether it is in any pair.
    paired: Vec<bool>,
    cut_short: usize,
}

impl Join<'_> {
    fn run(&self, advance: &(impl Fn(usize) + Sync)) -> Joined {
        let count = self.members.len();
        let mut state = Progress {
            pairs: Vec::new(),
            smaller: vec![0; count],
            paired: vec![false; count],
            cut_short: 0,
        };
        let mut left_out: Vec<u32> = Vec::new();
        let mut index = Index::with_room_for(count * 16);
        let mut start = 0;
        // Blocks grow, so that a family that fills the first one is known
        // before the rest of it comes.
        let mut len = self
            .options
            .partners
            .map_or(BLOCK, |partners| partners.clamp(16, BLOCK));
        while start < count {
            let end = (start + len).min(count);
            let lookups: Vec<Lookup> = (start..end)
                .into_par_iter()
                .map(|at| self.lookup(at as u32, advance))
                .collect();
            self.settle(
                &lookups,
                |lookup| self.suspects(lookup, &index, 0, start as u32, false),
                &mut state,
            );
            let (full, open): (Vec<_>, Vec<_>) = lookups
                .into_iter()
                .partition(|lookup| self.is_full(lookup.member, &state));
            left_out.extend(full.iter().map(|lookup| lookup.member));
            for lookup in &open {
                index.insert(lookup.member, &lookup.prefix);
            }
            self.settle(
                &open,
                |lookup| self.suspects(lookup, &index, start as u32, lookup.member, false),
                &mut state,
            );
            start = end;
            len = (len * 2).min(BLOCK);
        }
        drop(index);
        let crowded = (0..count as u32)
            .filter(|member| self.is_full(*member, &state))
            .count();
        self.rescue(&left_out, &mut state, advance);
        state.pairs.par_sort_unstable();
        state.pairs.dedup();
        Joined {
            pairs: state.pairs,
            crowded,
            cut_short: state.cut_short,
        }
    }

    fn is_full(&self, member: u32, state: &Progress) -> bool {
        self.options
            .partners
            .is_some_and(|partners| state.smaller[member as usize] as usize >= partners)
    }

    /// Looks once more for partners of documents that have none, among those
    /// that left the index: no document stays alone that has a like.
    fn rescue(&self, left_out: &[u32], state: &mut Progress, advance: &(impl Fn(usize) + Sync)) {
        let alone: Vec<u32> = (0..self.members.len() as u32)
            .filter(|at| !state.paired[*at as usize])
            .collect();
        if left_out.is_empty() || alone.is_empty() {
            return;
        }
        let all = self.members.len() as u32;
        for chunk in left_out.chunks(BLOCK * 4) {
            let lookups: Vec<Lookup> = chunk
                .par_iter()
                .map(|at| self.lookup(*at, &|_| ()))
                .collect();
            let mut index = Index::with_room_for(lookups.iter().map(|l| l.probe.len()).sum());
            for lookup in &lookups {
                // Either may be the smaller one here. By Jaccard the longer
                // prefixes on both sides are enough; by containment the
                // smaller one's prefix meets all of the other.
                let entries = if self.options.bar.measure == Measure::Jaccard {
                    &lookup.probe
                } else {
                    &lookup.prefix
                };
                index.insert(lookup.member, entries);
            }
            for lonely in alone.chunks(BLOCK) {
                let lookups: Vec<Lookup> = lonely
                    .par_iter()
                    .filter(|at| !state.paired[**at as usize])
                    .map(|at| self.lookup(*at, advance))
                    .collect();
                self.settle(
                    &lookups,
                    |lookup| self.suspects(lookup, &index, 0, all, true),
                    state,
                );
            }
            if self.options.bar.measure == Measure::Containment {
                self.rescue_contained(&lookups, &alone, state);
            }
        }
    }

    /// The other direction of [`rescue`](Self::rescue): the one that is alone
    /// stands in one that left the index.
    fn rescue_contained(&self, left_out: &[Lookup], alone: &[u32], state: &mut Progress) {
        for lonely in alone.chunks(BLOCK) {
            let lookups: Vec<Lookup> = lonely
                .par_iter()
                .filter(|at| !state.paired[**at as usize])
                .map(|at| self.lookup(*at, &|_| ()))
                .collect();
            let mut index = Index::with_room_for(lookups.iter().map(|l| l.prefix.len()).sum());
            for lookup in &lookups {
                index.insert(lookup.member, &lookup.prefix);
            }
            let holders: Vec<Suspects> = left_out
                .par_iter()
                .map(|lookup| self.suspects(lookup, &index, 0, lookup.member, false))
                .collect();
            let mut found: Vec<(u32, u32)> = holders
                .iter()
                .flat_map(|holder| holder.others.iter().map(|other| (*other, holder.member)))
                .collect();
            found.par_sort_unstable();
            let holders_of = |member: u32| {
                let start = found.partition_point(|(other, _)| *other < member);
                let others = found[start..]
                    .iter()
                    .take_while(|(other, _)| *other == member);
                Suspects {
                    member,
                    others: others.map(|(_, holder)| *holder).collect(),
                    cut_short: false,
                }
            };
            self.settle(&lookups, |lookup| holders_of(lookup.member), state);
        }
    }

    /// Counts suspects, a few of each member at a time, until each has
    /// partners enough or no suspects left.
    fn settle(
        &self,
        lookups: &[Lookup],
        find: impl Fn(&Lookup) -> Suspects + Sync,
        state: &mut Progress,
    ) {
        let mut open: Vec<Suspects> = lookups.par_iter().map(&find).collect();
        state.cut_short += open.iter().filter(|suspects| suspects.cut_short).count();
        let mut from = 0usize;
        while !open.is_empty() {
            let step = self
                .options
                .partners
                .map_or(usize::MAX, |partners| partners.max(16));
            let to = from.saturating_add(step);
            let candidates: Vec<(DocId, DocId)> = open
                .iter()
                .flat_map(|suspects| {
                    let doc = self.members[suspects.member as usize].doc;
                    let others = &suspects.others
                        [from.min(suspects.others.len())..to.min(suspects.others.len())];
                    others
                        .iter()
                        .map(move |other| (doc, self.members[*other as usize].doc))
                })
                .collect();
            let found = verify(self.corpus, &candidates, self.options.bar, |_| ());
            // Found pairs are in the order of the candidates: walk both.
            let mut next = found.iter().peekable();
            for suspects in &open {
                let doc = self.members[suspects.member as usize].doc;
                for &other in
                    &suspects.others[from.min(suspects.others.len())..to.min(suspects.others.len())]
                {
                    let pair = (doc, self.members[other as usize].doc);
                    if next.next_if(|found| (found.a, found.b) == pair).is_some() {
                        state.smaller[suspects.member as usize] += 1;
                        state.paired[suspects.member as usize] = true;
                        state.paired[other as usize] = true;
                    }
                }
            }
            state.pairs.extend(found.into_iter().map(Pair::ordered));
            open.retain(|suspects| {
                suspects.others.len() > to && !self.is_full(suspects.member, state)
            });
            from = to;
        }
    }

    fn lookup(&self, member: u32, advance: &(impl Fn(usize) + Sync)) -> Lookup {
        let Bar {
            shingling,
            measure,
            threshold,
        } = self.options.bar;
        let units = self.corpus.folded(self.members[member as usize].doc);
        let set = shingle::set(shingling, units);
        advance(units.len());
        let size = set.len();
        // What a set must share with one at least as large, and with any
        // that can reach the threshold at all.
        let with_larger = measure.least_shared(size, size, threshold);
        match measure {
            Measure::Jaccard => {
                let with_smallest = ((threshold * size as f64) - 1e-6).ceil().max(1.0) as usize;
                let probe = self.rarity.rarest(&set, size + 1 - with_smallest.min(size));
                let prefix = probe[..(size + 1 - with_larger.min(size)).min(probe.len())].to_vec();
                Lookup {
                    member,
                    probe,
                    prefix,
                }
            }
            Measure::Containment => {
                let exact = size + 1 - with_larger.min(size);
                let prefix = match self.options.sample {
                    Some(sample) if size > SAMPLE && exact > self.sampled_prefix => {
                        let salt = mix(sample.seed ^ 0x7361_6d70_6c65);
                        let mut drawn: Vec<(u64, u64)> =
                            set.iter().map(|hash| (mix(hash ^ salt), *hash)).collect();
                        drawn.select_nth_unstable(SAMPLE - 1);
                        let sample: Vec<u64> =
                            drawn[..SAMPLE].iter().map(|(_, hash)| *hash).collect();
                        self.rarity.rarest(&sample, self.sampled_prefix)
                    }
                    _ => self.rarity.rarest(&set, exact),
                };
                Lookup {
                    member,
                    probe: set,
                    prefix,
                }
            }
        }
    }

    /// Finds members in `from..to` that may reach the threshold with the one
    /// looked up; `either` says that they may be larger than it.
    fn suspects(
        &self,
        lookup: &Lookup,
        index: &Index,
        from: u32,
        to: u32,
        either: bool,
    ) -> Suspects {
        let Bar {
            measure, threshold, ..
        } = self.options.bar;
        let size = self.members[lookup.member as usize].size as usize;
        let jaccard = measure == Measure::Jaccard;
        let (least_size, most_size) = if jaccard {
            let least = ((threshold * size as f64) - 1e-6).ceil() as usize;
            let most = if either {
                (size as f64 / threshold + 1e-6) as usize
            } else {
                usize::MAX
            };
            (least, most)
        } else {
            (0, usize::MAX)
        };
        let mut room = self.rooms.lock().map_or_else(
            |_| Room::default(),
            |mut rooms| rooms.pop().unwrap_or_default(),
        );
        room.hits.resize(self.members.len(), 0);
        let mut visits = self
            .options
            .effort
            .map_or(usize::MAX, |effort| effort.saturating_mul(VISITS));
        let mut cut_short = false;
        'probe: for (at, &hash) in lookup.probe.iter().enumerate() {
            for posting in index.chain(hash) {
                let other = posting.member;
                let other_size = self.members[other as usize].size as usize;
                // The newest entry is of the largest member.
                if other < from || other_size < least_size {
                    break;
                }
                if other >= to || other == lookup.member || other_size > most_size {
                    continue;
                }
                if visits == 0 {
                    cut_short = true;
                    break 'probe;
                }
                visits -= 1;
                let hits = &mut room.hits[other as usize];
                if *hits == RULED_OUT {
                    continue;
                }
                if *hits == 0 {
                    room.touched.push(other);
                }
                *hits += 1;
                if jaccard {
                    // Both prefixes are in one order, so what follows bounds
                    // what can still be shared [XWLY08, §3.2].
                    let rest = (size - at - 1).min(other_size - posting.position as usize - 1);
                    if *hits as usize + rest < measure.least_shared(size, other_size, threshold) {
                        *hits = RULED_OUT;
                    }
                }
            }
        }
        let mut others: Vec<(u32, u32)> = Vec::new();
        for &other in &room.touched {
            let hits = std::mem::take(&mut room.hits[other as usize]);
            if hits != RULED_OUT {
                others.push((hits, other));
            }
        }
        room.touched.clear();
        if let Ok(mut rooms) = self.rooms.lock() {
            rooms.push(room);
        }
        if let Some(effort) = self.options.effort.filter(|effort| others.len() > *effort) {
            cut_short = true;
            others.sort_unstable_by_key(|(hits, other)| (std::cmp::Reverse(*hits), *other));
            others.truncate(effort);
        }
        let mut others: Vec<u32> = others.into_iter().map(|(_, other)| other).collect();
        others.sort_unstable();
        Suspects {
            member: lookup.member,
            others,
            cut_short,
        }
    }
}
