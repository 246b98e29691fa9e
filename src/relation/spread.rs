//! In how many stories of a corpus the wording stands that two documents
//! share: a frame stands in many, a story in few.

use rayon::prelude::*;

use crate::corpus::{Corpus, DocId};
use crate::hash::{mix, shingle_hash};
use crate::relation::facts::{FactKind, facts};

/// Length of a window, in units: that of a passage at least.
const WINDOW: usize = 8;

/// Of so many windows one is looked at, chosen by content, so that the same
/// wording is looked at in every document.
const SAMPLE: u64 = 4;

/// Windows of documents in pairs that are looked at, at most; beyond it the
/// sample is thinner. Sixteen million take half a gigabyte while they are
/// sorted.
const MOST_WINDOWS: u64 = 16 << 20;

/// How far the wording of documents is spread over a corpus.
pub(crate) struct Spread {
    /// The documents that were asked for, sorted.
    docs: Vec<DocId>,
    /// For each of them the windows that another one has too, sorted.
    windows: Vec<Box<[u32]>>,
    /// For each window the number of stories that have it.
    stories: Vec<u32>,
}

impl Spread {
    /// Counts, over all documents, the stories that have the wording of
    /// `docs`, which are sorted.
    ///
    /// Documents with one wording count once, and so do documents that state
    /// the same facts: a wire story in forty papers is one story, a bulletin
    /// of forty days is forty. Whether the facts are the same is judged by
    /// one of them, the one with the least hash, so that an edited version
    /// nearly always counts as the same.
    ///
    /// One pass over the documents asked for and one over all.
    pub(crate) fn count(corpus: &Corpus, docs: Vec<DocId>) -> Spread {
        let units: u64 = docs
            .par_iter()
            .map(|doc| corpus.folded(*doc).len() as u64)
            .sum();
        if docs.is_empty() {
            return Spread {
                docs,
                windows: Vec::new(),
                stories: Vec::new(),
            };
        }
        let mut every = SAMPLE;
        while units / every > MOST_WINDOWS {
            every *= 2;
        }
        let sampled: Vec<Vec<u64>> = docs
            .par_iter()
            .map(|doc| sample(corpus.folded(*doc), every))
            .collect();
        let mut keys: Vec<u64> = sampled.iter().flatten().copied().collect();
        keys.par_sort_unstable();
        // What only one document has is shared by nobody.
        let shared = keys
            .chunk_by(|a, b| a == b)
            .filter(|same| same.len() > 1)
            .map(|same| same[0]);
        let shared = Keys::new(shared.collect());
        drop(keys);
        let windows = sampled
            .par_iter()
            .map(|sample| sample.iter().filter_map(|key| shared.find(*key)).collect())
            .collect();
        drop(sampled);
        let mut seen: Vec<(u32, u32)> = corpus
            .docs()
            .collect::<Vec<DocId>>()
            .par_iter()
            .flat_map_iter(|doc| {
                let units = corpus.folded(*doc);
                let found: Vec<u32> = sample(units, every)
                    .iter()
                    .filter_map(|key| shared.find(*key))
                    .collect();
                let story = if found.is_empty() { 0 } else { story(units) };
                found.into_iter().map(move |window| (window, story))
            })
            .collect();
        seen.par_sort_unstable();
        seen.dedup();
        let mut stories = vec![0; shared.sorted.len()];
        for (window, _) in &seen {
            stories[*window as usize] += 1;
        }
        Spread {
            docs,
            windows,
            stories,
        }
    }

    /// Returns the geometric mean of the stories that have what two of the
    /// documents share; `None` if nothing of it was looked at.
    pub(crate) fn of(&self, a: DocId, b: DocId) -> Option<f64> {
        let place = |doc: DocId| self.docs.binary_search(&doc).ok();
        let (a, b) = (&self.windows[place(a)?], &self.windows[place(b)?]);
        let (mut i, mut j, mut count, mut sum) = (0, 0, 0u32, 0.0);
        while i < a.len() && j < b.len() {
            if a[i] == b[j] {
                count += 1;
                sum += f64::from(self.stories[a[i] as usize]).ln();
            }
            let (left, right) = (a[i], b[j]);
            i += usize::from(left <= right);
            j += usize::from(right <= left);
        }
        (count > 0).then(|| (sum / f64::from(count)).exp())
    }
}

/// Hashes in order, found by their leading bits: one or two looks at memory
/// instead of twenty.
struct Keys {
    sorted: Vec<u64>,
    /// For each beginning of a hash, where those that have it begin; and the
    /// end of the last.
    firsts: Vec<u32>,
    /// Bits to the right of these beginnings.
    shift: u32,
}

impl Keys {
    /// Takes hashes in order, fewer than 2^32.
    fn new(sorted: Vec<u64>) -> Keys {
        let bits = (sorted.len() as u64).max(2).ilog2();
        let shift = u64::BITS - bits;
        let mut firsts = Vec::with_capacity((1 << bits) + 1);
        for (at, key) in (0..).zip(&sorted) {
            while firsts.len() as u64 <= key >> shift {
                firsts.push(at);
            }
        }
        firsts.resize((1 << bits) + 1, sorted.len() as u32);
        Keys {
            sorted,
            firsts,
            shift,
        }
    }

    /// Returns the place of a hash in the order.
    fn find(&self, key: u64) -> Option<u32> {
        let beginning = (key >> self.shift) as usize;
        let (first, end) = (self.firsts[beginning], self.firsts[beginning + 1]);
        let same = &self.sorted[first as usize..end as usize];
        same.binary_search(&key).ok().map(|at| first + at as u32)
    }
}

/// Returns the hashes of the sampled windows, sorted, each once.
fn sample(units: &[u16], every: u64) -> Vec<u64> {
    let mut sample: Vec<u64> = units
        .windows(WINDOW)
        .map(shingle_hash)
        .filter(|hash| hash % every == 0)
        .collect();
    sample.sort_unstable();
    sample.dedup();
    sample
}

/// Returns what stands for the facts of a document; where it states none,
/// for its wording.
fn story(units: &[u16]) -> u32 {
    let mut found = Vec::new();
    facts(units, &mut found);
    let fact = found
        .iter()
        .filter(|fact| fact.is_strong() || fact.kind == FactKind::Day)
        .map(|fact| mix(fact.key))
        .min();
    let wording = || units.windows(WINDOW).map(shingle_hash).map(mix).min();
    (fact.or_else(wording).unwrap_or(0) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_keys_are_found_as_by_binary_search(
            keys in prop::collection::btree_set(prop_oneof![any::<u64>(), 0u64..9, u64::MAX - 9..], 0..40),
            asked in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..9, u64::MAX - 9..], 9),
        ) {
            let sorted: Vec<u64> = keys.into_iter().collect();
            let known = Keys::new(sorted.clone());
            for key in asked.into_iter().chain(sorted.clone()) {
                let expected = sorted.binary_search(&key).ok().map(|at| at as u32);
                prop_assert_eq!(known.find(key), expected);
            }
        }
    }
}
