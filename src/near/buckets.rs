//! Pairs of documents that share a bucket: the keys of a band are sorted a
//! range at a time, so that only a part of its documents is in hand.
//!
//! Equal bits of [`Columns`] may stand for different keys: pairs must pass the
//! prefilter, and where more documents share a bucket than are paired, their
//! whole keys are computed again.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::near::columns::{BYTES, Columns, RangeOrder, get};
use crate::near::crowds::Crowds;
use crate::near::prefilter::{BbitSketch, Prefilter};

/// Most documents of a bucket that are paired with one another. That is
/// quadratic: the documents of an oversized bucket are joined exactly instead.
/// A guess between 32,000 pairs that nobody needed and a join for a small
/// family; no bench has settled it yet.
pub(super) const MAX_BUCKET: usize = 256;

/// Ranges of a band for each thread, which takes one after another. With four,
/// the tables of all threads hold a quarter of the documents.
const RANGES_PER_THREAD: usize = 4;

/// Least number of ranges, so that a table stays small on one thread too.
const LEAST_RANGES: usize = 8;

/// Least number of pairs that are added before repetitions are dropped.
const PAIRS_BETWEEN_SORTS: usize = 1 << 16;

/// A document in a bucket.
#[derive(Clone, Copy, Default)]
struct Entry {
    bbit_sketch: BbitSketch,
    /// The kept bits of the key below the upper byte.
    key: u32,
    index: u32,
}

/// What one range of a band holds.
#[derive(Default)]
struct RangePairs {
    /// Pairs that pass the prefilter, the earlier index above.
    pairs: Vec<u64>,
    /// Members of buckets that may be oversized: the index above, the band
    /// below.
    oversized: Vec<u64>,
}

/// Buffers of one thread for a range.
#[derive(Default)]
struct BucketTable {
    entries: Vec<Entry>,
    /// For each slot of one upper byte, where its entries begin, later end.
    ends: Vec<u32>,
    /// The entries of one upper byte, slot by slot.
    order: Vec<u32>,
    bucket: Vec<Entry>,
}

impl BucketTable {
    /// Returns the pairs of a band, of documents whose keys have these upper
    /// bytes.
    fn pairs_of_range(
        &mut self,
        columns: &Columns,
        band: usize,
        orders: &[RangeOrder],
        bytes: Range<usize>,
        crowds: &Crowds,
    ) -> RangePairs {
        let mut found = RangePairs::default();
        let mut start = 0;
        for end in self.load(columns, band, orders, bytes) {
            self.each_bucket(start..end, columns.rest_bits(), |bucket| {
                if bucket.len() <= MAX_BUCKET {
                    pair_bucket(columns.prefilter, bucket, crowds, &mut found.pairs);
                } else if !bucket[1..]
                    .iter()
                    .all(|entry| crowds.are_one(bucket[0].index, entry.index))
                {
                    let members = bucket.iter();
                    found
                        .oversized
                        .extend(members.map(|entry| u64::from(entry.index) << 32 | band as u64));
                }
            });
            start = end;
        }
        found
    }

    /// Loads the entries of a band with these upper bytes, sorted by them;
    /// returns where each byte ends.
    fn load(
        &mut self,
        columns: &Columns,
        band: usize,
        orders: &[RangeOrder],
        bytes: Range<usize>,
    ) -> Vec<usize> {
        let rest_bits = columns.rest_bits();
        let mut sum = 0;
        let mut ends: Vec<usize> = Vec::with_capacity(bytes.len());
        for byte in bytes.clone() {
            ends.push(sum);
            let counts = orders.iter().map(|order| usize::from(order.counts[byte]));
            sum += counts.sum::<usize>();
        }
        if self.entries.len() < sum {
            self.entries.resize(sum, Entry::default());
        }
        let entries = &mut self.entries[..sum];
        for (chunk, order) in columns.chunks.iter().zip(orders) {
            let (upper, rest) = chunk.column(band, rest_bits);
            for at in order.of(&bytes).iter().map(|at| usize::from(*at)) {
                let end = &mut ends[usize::from(upper[at]) - bytes.start];
                entries[*end] = Entry {
                    bbit_sketch: chunk.bbit_sketches[at],
                    key: get(rest, at, rest_bits),
                    index: (chunk.first + at) as u32,
                };
                *end += 1;
            }
        }
        ends
    }

    /// Hands on the entries with one key, in order of their indices, where
    /// there are two or more.
    fn each_bucket(&mut self, range: Range<usize>, key_bits: u32, mut take: impl FnMut(&[Entry])) {
        let entries = &self.entries[range];
        if entries.len() < 2 {
            return;
        }
        let slot_bits = (entries.len().ilog2() + 1).min(key_bits);
        let slot = |entry: &Entry| (entry.key >> (key_bits - slot_bits)) as usize;
        self.ends.clear();
        self.ends.resize(1 << slot_bits, 0);
        for entry in entries {
            self.ends[slot(entry)] += 1;
        }
        let mut sum = 0;
        for end in &mut self.ends {
            sum += std::mem::replace(end, sum);
        }
        self.order.resize(entries.len(), 0);
        for (entry, at) in entries.iter().zip(0..) {
            let end = &mut self.ends[slot(entry)];
            self.order[*end as usize] = at;
            *end += 1;
        }
        let mut start = 0;
        for end in &self.ends {
            let order = &self.order[start..*end as usize];
            start = *end as usize;
            if order.len() < 2 {
                continue;
            }
            self.bucket.clear();
            self.bucket
                .extend(order.iter().map(|at| entries[*at as usize]));
            if slot_bits < key_bits {
                // Stable: indices stay in order.
                self.bucket.sort_by_key(|entry| entry.key);
                let buckets = self.bucket.chunk_by(|a, b| a.key == b.key);
                buckets
                    .filter(|bucket| bucket.len() > 1)
                    .for_each(&mut take);
            } else {
                take(&self.bucket);
            }
        }
    }
}

/// Adds the pairs of a bucket that pass, without those of two documents of
/// one crowd.
fn pair_bucket(prefilter: Prefilter, bucket: &[Entry], crowds: &Crowds, pairs: &mut Vec<u64>) {
    for (at, a) in bucket.iter().enumerate() {
        for b in &bucket[at + 1..] {
            if prefilter.passes(a.bbit_sketch, b.bbit_sketch) && !crowds.are_one(a.index, b.index) {
                pairs.push(u64::from(a.index) << 32 | u64::from(b.index));
            }
        }
    }
}

/// Returns the pairs (the earlier index above, the later below) of documents
/// that share a bucket and pass the prefilter, sorted, without those of two
/// documents that both stand in oversized buckets; and which documents do.
///
/// Whole keys decide whether a bucket is oversized: `keys_of` returns, for each
/// thread, a function that writes the keys of all bands of the document at an
/// index.
pub(crate) fn bucket_pairs<K>(
    columns: &Columns,
    keys_of: impl Fn() -> K + Sync,
) -> (Vec<u64>, Crowds)
where
    K: FnMut(usize, &mut [u32]),
{
    let threads = rayon::current_num_threads();
    let ranges = (threads * RANGES_PER_THREAD)
        .next_power_of_two()
        .clamp(LEAST_RANGES, BYTES);
    let range = BYTES / ranges;
    let tables: Vec<Mutex<BucketTable>> = (0..threads).map(|_| Mutex::default()).collect();
    let mut orders: Vec<RangeOrder> = columns.chunks.iter().map(RangeOrder::new).collect();
    let mut crowds = Crowds::new(columns.len);
    let (mut pairs, mut sorted) = (Vec::new(), 0);
    let mut oversized = Vec::new();
    let mut whole_keys = WholeKeys::new(columns.bands);
    for band in 0..columns.bands {
        let chunks = columns.chunks.par_iter();
        orders
            .par_iter_mut()
            .zip(chunks)
            .for_each(|(order, chunk)| {
                order.sort(chunk.column(band, columns.rest_bits()).0, range);
            });
        let per_range: Vec<RangePairs> = (0..BYTES)
            .into_par_iter()
            .step_by(range)
            .map(|first| {
                let thread = rayon::current_thread_index().unwrap_or(0);
                let mut table = tables[thread]
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let bytes = first..first + range;
                table.pairs_of_range(columns, band, &orders, bytes, &crowds)
            })
            .collect();
        for found in per_range {
            pairs.extend(found.pairs);
            oversized.extend(found.oversized);
        }
        // The sooner a crowd is known, the fewer pairs of it are listed.
        let most = match whole_keys.are_kept() {
            true => 0,
            false => columns.len / 2,
        };
        if oversized.len() > most {
            pairs.extend(resolve_oversized(
                columns,
                &mut oversized,
                &mut whole_keys,
                &keys_of,
                &mut crowds,
            ));
        }
        if pairs.len() - sorted > sorted.max(PAIRS_BETWEEN_SORTS) {
            pairs.par_sort_unstable();
            pairs.dedup();
            sorted = pairs.len();
        }
    }
    pairs.extend(resolve_oversized(
        columns,
        &mut oversized,
        &mut whole_keys,
        &keys_of,
        &mut crowds,
    ));
    drop(whole_keys);
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs.retain(|pair| !crowds.are_one((pair >> 32) as u32, *pair as u32));
    (pairs, crowds)
}

/// The whole keys of documents of large buckets: a document stands in many of
/// them, and its keys take as long as all its other sketches.
struct WholeKeys {
    bands: usize,
    /// The place of each document among those whose keys are here, from 1 on.
    places: Vec<u32>,
    /// All keys of one document after another.
    keys: Vec<u32>,
}

impl WholeKeys {
    fn new(bands: usize) -> Self {
        WholeKeys {
            bands,
            places: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Adds the keys of some of `len` documents, each once.
    fn add<K>(
        &mut self,
        documents: impl Iterator<Item = u32>,
        len: usize,
        keys_of: &(impl Fn() -> K + Sync),
    ) where
        K: FnMut(usize, &mut [u32]),
    {
        self.places.resize(len, 0);
        let known = self.keys.len() / self.bands;
        let new: Vec<u32> = documents
            .filter(|document| self.places[*document as usize] == 0)
            .collect();
        for (&document, place) in new.iter().zip(known as u32 + 1..) {
            self.places[document as usize] = place;
        }
        let end = (known + new.len()) * self.bands;
        self.keys.reserve_exact(end - self.keys.len());
        self.keys.resize(end, 0);
        self.keys[known * self.bands..]
            .par_chunks_mut(self.bands)
            .zip(new)
            .for_each_init(keys_of, |fill, (keys, document)| {
                fill(document as usize, keys);
            });
    }

    /// Returns the keys of all bands of a document that was added.
    fn of(&self, document: u32) -> &[u32] {
        let place = self.places[document as usize] as usize;
        &self.keys[(place - 1) * self.bands..place * self.bands]
    }

    /// Returns whether the keys are kept: they take 256 bytes a document at
    /// most.
    fn are_kept(&self) -> bool {
        const MOST_BANDS: usize = 64;
        self.bands <= MOST_BANDS
    }

    /// Forgets the keys unless they are kept.
    fn release(&mut self) {
        if !self.are_kept() {
            *self = WholeKeys::new(self.bands);
        }
    }
}

/// Sorts the members of large buckets (the index above, the band below) by
/// their whole keys; returns the pairs of buckets that turn out not to be
/// oversized, and links the members of those that are.
fn resolve_oversized<K>(
    columns: &Columns,
    oversized: &mut Vec<u64>,
    whole_keys: &mut WholeKeys,
    keys_of: &(impl Fn() -> K + Sync),
    crowds: &mut Crowds,
) -> Vec<u64>
where
    K: FnMut(usize, &mut [u32]),
{
    oversized.par_sort_unstable();
    let documents = oversized.chunk_by(|a, b| a >> 32 == b >> 32);
    whole_keys.add(
        documents.map(|document| (document[0] >> 32) as u32),
        columns.len,
        keys_of,
    );
    let member = |member: &u64| {
        let (index, band) = ((member >> 32) as u32, *member as u32);
        (band, whole_keys.of(index)[band as usize], index)
    };
    let mut members: Vec<(u32, u32, u32)> = oversized.par_iter().map(member).collect();
    oversized.clear();
    whole_keys.release();
    members.par_sort_unstable();
    let buckets = || members.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    for bucket in buckets().filter(|bucket| bucket.len() > MAX_BUCKET) {
        for (_, _, index) in &bucket[1..] {
            crowds.link(bucket[0].2, *index);
        }
    }
    crowds.settle();
    let mut pairs = Vec::new();
    let mut entries = Vec::new();
    for bucket in buckets().filter(|bucket| (2..=MAX_BUCKET).contains(&bucket.len())) {
        entries.clear();
        entries.extend(bucket.iter().map(|(_, key, index)| Entry {
            bbit_sketch: columns.bbit_sketch(*index as usize),
            key: *key,
            index: *index,
        }));
        pair_bucket(columns.prefilter, &entries, crowds, &mut pairs);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;
    use crate::near::prefilter::LEAST_KEY_BITS;
    use proptest::prelude::*;
    use std::collections::HashMap;

    fn columns(
        keys: &[u32],
        bbit_sketches: &[BbitSketch],
        bands: usize,
        prefilter: Prefilter,
        chunk: usize,
    ) -> Columns {
        let mut columns = Columns::new(bands, prefilter);
        for (keys, bbit_sketches) in keys.chunks(bands * chunk).zip(bbit_sketches.chunks(chunk)) {
            columns.push(keys, bbit_sketches);
        }
        columns
    }

    fn found(columns: &Columns, keys: &[u32]) -> (Vec<u64>, Vec<Vec<u32>>) {
        let bands = columns.bands;
        let (pairs, crowds) = bucket_pairs(columns, || {
            |index: usize, to: &mut [u32]| to.copy_from_slice(&keys[index * bands..][..bands])
        });
        (pairs, crowds.into_members())
    }

    /// The plain way: a hash map for each band, and every pair; the smallest
    /// label of an oversized bucket spreads until nothing changes.
    fn naive(
        keys: &[u32],
        bbit_sketches: &[BbitSketch],
        bands: usize,
        prefilter: Prefilter,
    ) -> (Vec<u64>, Vec<Vec<u32>>) {
        let count = bbit_sketches.len();
        let mut labels: Vec<usize> = (0..count).collect();
        let mut oversized: Vec<Vec<usize>> = Vec::new();
        let mut pairs = Vec::new();
        for band in 0..bands {
            let buckets = |bits: u32| {
                let mut buckets: HashMap<u32, Vec<usize>> = HashMap::new();
                for at in 0..bbit_sketches.len() {
                    let key = keys[at * bands + band] >> (32 - bits);
                    buckets.entry(key).or_default().push(at);
                }
                buckets
            };
            let whole = buckets(32);
            oversized.extend(
                whole
                    .into_values()
                    .filter(|bucket| bucket.len() > MAX_BUCKET),
            );
            let packed = buckets(prefilter.key_bits);
            for (a, b) in (0..bbit_sketches.len()).flat_map(|b| (0..b).map(move |a| (a, b))) {
                let [left, right] = [a, b].map(|at| keys[at * bands + band]);
                let shift = 32 - prefilter.key_bits;
                let share_bucket = if packed[&(left >> shift)].len() > MAX_BUCKET {
                    left == right
                } else {
                    left >> shift == right >> shift
                };
                if share_bucket && prefilter.passes(bbit_sketches[a], bbit_sketches[b]) {
                    pairs.push((a as u64) << 32 | b as u64);
                }
            }
        }
        for bucket in oversized
            .iter()
            .cycle()
            .take(oversized.len() * oversized.len())
        {
            let least = bucket.iter().map(|at| labels[*at]).min().unwrap();
            bucket.iter().for_each(|at| labels[*at] = least);
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|pair| labels[(pair >> 32) as usize] != labels[*pair as u32 as usize]);
        let crowds = (0..count).map(|label| {
            let members = (0..count).filter(|at| labels[*at] == label);
            members.map(|at| at as u32).collect::<Vec<u32>>()
        });
        (pairs, crowds.filter(|crowd| crowd.len() > 1).collect())
    }

    /// Keys and sketches of `count` documents: whole keys from so few values
    /// that buckets are large, and many more that agree in their upper bits
    /// alone.
    fn corpus(count: usize, bands: usize, few: u64, seed: u64) -> (Vec<u32>, Vec<BbitSketch>) {
        let keys = (0..(count * bands) as u64)
            .map(|i| {
                let random = mix(i ^ mix(seed));
                let upper = mix(random % few) as u32 & !0x7ff;
                upper
                    | (if random >> 40 & 7 == 0 {
                        random >> 50
                    } else {
                        0
                    }) as u32
                        & 0x7ff
            })
            .collect();
        let bbit_sketches = (0..count as u64)
            .map(|i| [i & 3, mix(mix(i % 7) ^ seed), 0].map(|word| word as u32))
            .collect();
        (keys, bbit_sketches)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn prop_buckets_match_a_map_for_each_band(
            count in prop::sample::select(vec![0usize, 1, 7, 8, 9, 63, 300, 600]),
            bands in 1usize..4,
            few in prop::sample::select(vec![1u64, 2, 3, 50, 100_000]),
            key_bits in LEAST_KEY_BITS..=32,
            max_distance in prop::sample::select(vec![0u32, 2, 15, 96]),
            chunk in prop::sample::select(vec![1usize, 8, 100, 1000]),
            threads in prop::sample::select(vec![1usize, 2, 40]),
            seed in any::<u64>(),
        ) {
            let (keys, bbit_sketches) = corpus(count, bands, few, seed);
            let prefilter = Prefilter { key_bits, max_distance };
            let columns = columns(&keys, &bbit_sketches, bands, prefilter, chunk);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| found(&columns, &keys));
            prop_assert_eq!(found, naive(&keys, &bbit_sketches, bands, prefilter));
        }
    }

    /// 257 documents with one key are an oversized bucket; 256, and another that
    /// has only its upper bits, are not.
    #[test]
    fn a_document_with_another_key_makes_no_bucket_oversized() {
        let prefilter = Prefilter {
            key_bits: 20,
            max_distance: 96,
        };
        for (equal, oversized) in [(MAX_BUCKET, 0), (MAX_BUCKET + 1, MAX_BUCKET + 1)] {
            let mut keys = vec![0xabcd_e000; equal];
            keys.push(0xabcd_e001);
            let columns = columns(&keys, &vec![[0; 3]; keys.len()], 1, prefilter, 100);
            let (pairs, crowds) = found(&columns, &keys);
            assert_eq!(crowds.concat().len(), oversized);
            assert_eq!(
                pairs.len(),
                if oversized == 0 {
                    equal * (equal - 1) / 2
                } else {
                    0
                }
            );
        }
    }
}
