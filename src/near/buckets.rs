//! Who meets in a bucket: keys of bands, packed, and sorted a range at a time.
//!
//! Of each key as many bits are kept as the [`Prefilter`] says, in columns: for
//! each band first the upper eight bits of all, then the others, packed. A
//! band is taken in ranges of its keys, so that no more than a part of
//! its documents is sorted at a time. Equal bits may stand for
//! different keys: pairs must pass the sieve, and where more documents meet
//! than are paired off, their keys are made again, whole.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use bitvec::vec::BitVec;
use rayon::prelude::*;

use crate::near::prefilter::{BbitSketch, Prefilter};

/// A bucket of more documents than this is not paired off, for that is
/// quadratic: its documents are joined exactly instead. A guess between
/// 32,000 pairs that nobody needed and a join for a small family; no bench
/// has settled it yet.
pub(super) const CROWD: usize = 256;

/// Ranges of a band for each thread, which takes one after another. With four, the
/// tables of all threads hold a quarter of the documents.
const RANGES_A_THREAD: usize = 4;

/// Ranges at the least, so that a table stays small on one thread too.
const RANGES: usize = 8;

/// Bits of a key that stand in a byte of their own.
const UPPER: u32 = 8;

/// What such a byte may be.
const BYTES: usize = 1 << UPPER;

/// Documents whose keys stand together, at the most.
const STRETCH: usize = 1 << 14;

/// Pairs that are gathered at least before repetitions are dropped.
const PAIRS_A_TURN: usize = 1 << 16;

/// The keys of all bands, and the marks of the documents.
pub(crate) struct Columns {
    bands: usize,
    sieve: Prefilter,
    stretches: Vec<Stretch>,
    len: usize,
}

/// Documents whose keys were added together.
struct Stretch {
    /// The place of the first.
    first: usize,
    /// The columns of all bands, one after another.
    keys: Vec<u8>,
    marks: Vec<BbitSketch>,
}

/// A document in a bucket.
#[derive(Clone, Copy, Default)]
struct Entry {
    mark: BbitSketch,
    /// What the upper bits do not tell of those that are kept.
    key: u32,
    place: u32,
}

impl Columns {
    /// Returns columns of no document.
    pub(crate) fn new(bands: usize, sieve: Prefilter) -> Self {
        Columns {
            bands,
            sieve,
            stretches: Vec::new(),
            len: 0,
        }
    }

    /// Adds documents: their keys, as many for each as there are bands, and
    /// their marks.
    pub(crate) fn push(&mut self, keys: &[u32], marks: &[BbitSketch]) {
        assert_eq!(keys.len(), marks.len() * self.bands, "a key for each band");
        let stretches = keys.chunks(STRETCH * self.bands);
        for (keys, marks) in stretches.zip(marks.chunks(STRETCH)) {
            self.push_stretch(keys, marks);
        }
    }

    fn push_stretch(&mut self, keys: &[u32], marks: &[BbitSketch]) {
        let (bands, rest_bits) = (self.bands, self.rest_bits());
        let column_len = column_len(marks.len(), rest_bits);
        let mut columns = vec![0u8; column_len * bands];
        columns
            .par_chunks_mut(column_len)
            .enumerate()
            .for_each(|(band, column)| {
                let (upper, rest) = column.split_at_mut(marks.len());
                let keys = keys.iter().skip(band).step_by(bands);
                for ((at, key), upper) in keys.enumerate().zip(upper) {
                    *upper = (key >> (u32::BITS - UPPER)) as u8;
                    put(rest, at, rest_bits, key << UPPER >> (u32::BITS - rest_bits));
                }
            });
        self.stretches.push(Stretch {
            first: self.len,
            keys: columns,
            marks: marks.to_vec(),
        });
        self.len += marks.len();
    }

    /// Returns how many bits of a key do not stand in its byte.
    fn rest_bits(&self) -> u32 {
        self.sieve.key_bits - UPPER
    }

    /// Returns the mark of a document.
    fn mark(&self, place: usize) -> BbitSketch {
        let at = self
            .stretches
            .partition_point(|stretch| stretch.first <= place)
            - 1;
        let stretch = &self.stretches[at];
        stretch.marks[place - stretch.first]
    }
}

impl Stretch {
    /// Returns the upper bytes of a band's keys, and the other bits, packed.
    fn column(&self, band: usize, rest_bits: u32) -> (&[u8], &[u8]) {
        let len = column_len(self.marks.len(), rest_bits);
        self.keys[band * len..][..len].split_at(self.marks.len())
    }
}

/// Returns the bytes of the column of `len` keys; what is packed is read and
/// written four bytes at a time.
fn column_len(len: usize, rest_bits: u32) -> usize {
    len + (len * rest_bits as usize).div_ceil(8) + size_of::<u32>()
}

/// The documents of a stretch, sorted by the range of a band's keys; within a
/// range in order, for marks are read from memory, and best one after another.
struct Order {
    places: Vec<u16>,
    /// How many keys have each upper byte.
    counts: [u16; BYTES],
}

impl Order {
    fn new(stretch: &Stretch) -> Self {
        Order {
            places: vec![0; stretch.marks.len()],
            counts: [0; BYTES],
        }
    }

    fn sort(&mut self, upper: &[u8], range: usize) {
        self.counts.fill(0);
        for byte in upper {
            self.counts[usize::from(*byte)] += 1;
        }
        let shift = range.ilog2();
        let mut ends = [0usize; BYTES];
        let mut sum = 0;
        for (end, counts) in ends.iter_mut().zip(self.counts.chunks(range)) {
            *end = sum;
            sum += counts
                .iter()
                .map(|count| usize::from(*count))
                .sum::<usize>();
        }
        for (byte, at) in upper.iter().zip(0..) {
            let end = &mut ends[usize::from(byte >> shift)];
            self.places[*end] = at;
            *end += 1;
        }
    }

    fn of(&self, bytes: &Range<usize>) -> &[u16] {
        let sum = |counts: &[u16]| {
            counts
                .iter()
                .map(|count| usize::from(*count))
                .sum::<usize>()
        };
        let start = sum(&self.counts[..bytes.start]);
        &self.places[start..start + sum(&self.counts[bytes.clone()])]
    }
}

#[inline]
fn put(packed: &mut [u8], at: usize, bits: u32, value: u32) {
    let bit = at * bits as usize;
    let place = &mut packed[bit / 8..bit / 8 + 4];
    let value = value << (bit % 8);
    place
        .iter_mut()
        .zip(value.to_le_bytes())
        .for_each(|(to, byte)| *to |= byte);
}

#[inline]
fn get(packed: &[u8], at: usize, bits: u32) -> u32 {
    let bit = at * bits as usize;
    let place = &packed[bit / 8..];
    let word = u32::from_le_bytes([place[0], place[1], place[2], place[3]]);
    word >> (bit % 8) & ((1 << bits) - 1)
}

/// What was found in a range of a band.
#[derive(Default)]
struct Met {
    /// Pairs that pass, the earlier place above.
    pairs: Vec<u64>,
    /// Members of buckets that may be crowded: the place above, the band below.
    many: Vec<u64>,
}

/// Room of one thread for a range.
#[derive(Default)]
struct Table {
    entries: Vec<Entry>,
    /// For each slot of one upper byte, where its entries begin, later end.
    ends: Vec<u32>,
    /// The entries of one upper byte, slot by slot.
    order: Vec<u32>,
    bucket: Vec<Entry>,
}

impl Table {
    /// Finds who meets in a band, of those whose keys have these upper bytes.
    fn meet(
        &mut self,
        columns: &Columns,
        band: usize,
        orders: &[Order],
        bytes: Range<usize>,
        crowded: &BitVec,
    ) -> Met {
        let mut met = Met::default();
        let mut start = 0;
        for end in self.gather(columns, band, orders, bytes) {
            self.each_bucket(start..end, columns.rest_bits(), |bucket| {
                if bucket.len() <= CROWD {
                    pair_off(columns.sieve, bucket, crowded, &mut met.pairs);
                } else if !bucket.iter().all(|entry| crowded[entry.place as usize]) {
                    let members = bucket.iter();
                    met.many
                        .extend(members.map(|entry| u64::from(entry.place) << 32 | band as u64));
                }
            });
            start = end;
        }
        met
    }

    /// Takes the entries of a band with these upper bytes, sorted by them;
    /// returns where each byte ends.
    fn gather(
        &mut self,
        columns: &Columns,
        band: usize,
        orders: &[Order],
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
        for (stretch, order) in columns.stretches.iter().zip(orders) {
            let (upper, rest) = stretch.column(band, rest_bits);
            for at in order.of(&bytes).iter().map(|at| usize::from(*at)) {
                let end = &mut ends[usize::from(upper[at]) - bytes.start];
                entries[*end] = Entry {
                    mark: stretch.marks[at],
                    key: get(rest, at, rest_bits),
                    place: (stretch.first + at) as u32,
                };
                *end += 1;
            }
        }
        ends
    }

    /// Hands on the entries with one key, in order of their places, where
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
                // Stable: places stay in order.
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

/// Adds the pairs of a bucket that pass, but for those of two that stand in
/// a crowd.
fn pair_off(sieve: Prefilter, bucket: &[Entry], crowded: &BitVec, pairs: &mut Vec<u64>) {
    for (at, a) in bucket.iter().enumerate() {
        for b in &bucket[at + 1..] {
            if sieve.passes(a.mark, b.mark)
                && !(crowded[a.place as usize] && crowded[b.place as usize])
            {
                pairs.push(u64::from(a.place) << 32 | u64::from(b.place));
            }
        }
    }
}

/// Returns the places (the earlier above, the later below) of documents that
/// meet in a band and pass the sieve, sorted, but for pairs of two that stand
/// in a crowd; and who stands in a crowd.
///
/// A crowd is told by whole keys: `keys_of` returns, for each thread, what
/// fills in those of all bands of the document at a place.
pub(crate) fn in_buckets<K>(columns: &Columns, keys_of: impl Fn() -> K + Sync) -> (Vec<u64>, BitVec)
where
    K: FnMut(usize, &mut [u32]),
{
    let threads = rayon::current_num_threads();
    let ranges = (threads * RANGES_A_THREAD)
        .next_power_of_two()
        .clamp(RANGES, BYTES);
    let range = BYTES / ranges;
    let tables: Vec<Mutex<Table>> = (0..threads).map(|_| Mutex::default()).collect();
    let mut orders: Vec<Order> = columns.stretches.iter().map(Order::new).collect();
    let mut crowded: BitVec = bitvec::bitvec![0; columns.len];
    let (mut pairs, mut settled) = (Vec::new(), 0);
    let mut many = Vec::new();
    for band in 0..columns.bands {
        let stretches = columns.stretches.par_iter();
        orders
            .par_iter_mut()
            .zip(stretches)
            .for_each(|(order, stretch)| {
                order.sort(stretch.column(band, columns.rest_bits()).0, range);
            });
        let met: Vec<Met> = (0..BYTES)
            .into_par_iter()
            .step_by(range)
            .map(|first| {
                let thread = rayon::current_thread_index().unwrap_or(0);
                let mut table = tables[thread]
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                let bytes = first..first + range;
                table.meet(columns, band, &orders, bytes, &crowded)
            })
            .collect();
        for met in met {
            pairs.extend(met.pairs);
            many.extend(met.many);
        }
        if many.len() > columns.len / 2 {
            pairs.extend(split(columns, &mut many, &keys_of, &mut crowded));
        }
        if pairs.len() - settled > settled.max(PAIRS_A_TURN) {
            pairs.par_sort_unstable();
            pairs.dedup();
            settled = pairs.len();
        }
    }
    pairs.extend(split(columns, &mut many, &keys_of, &mut crowded));
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs.retain(|pair| !(crowded[(pair >> 32) as usize] && crowded[*pair as u32 as usize]));
    (pairs, crowded)
}

/// Sorts the members of large buckets (the place above, the band below) by
/// their whole keys; returns the pairs of those that are no crowd, and notes
/// who stands in one.
fn split<K>(
    columns: &Columns,
    many: &mut Vec<u64>,
    keys_of: &(impl Fn() -> K + Sync),
    crowded: &mut BitVec,
) -> Vec<u64>
where
    K: FnMut(usize, &mut [u32]),
{
    many.par_sort_unstable();
    let documents: Vec<&[u64]> = many.chunk_by(|a, b| a >> 32 == b >> 32).collect();
    let mut members: Vec<(u32, u32, u32)> = documents
        .par_iter()
        .map_init(
            || (keys_of(), vec![0; columns.bands]),
            |(fill, keys), document| {
                let place = document[0] >> 32;
                fill(place as usize, keys);
                let bands = document.iter().map(|member| *member as u32);
                bands
                    .map(|band| (band, keys[band as usize], place as u32))
                    .collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect();
    drop(documents);
    many.clear();
    members.par_sort_unstable();
    let buckets = || members.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    for (_, _, place) in buckets().filter(|bucket| bucket.len() > CROWD).flatten() {
        crowded.set(*place as usize, true);
    }
    let mut pairs = Vec::new();
    let mut entries = Vec::new();
    for bucket in buckets().filter(|bucket| (2..=CROWD).contains(&bucket.len())) {
        entries.clear();
        entries.extend(bucket.iter().map(|(_, key, place)| Entry {
            mark: columns.mark(*place as usize),
            key: *key,
            place: *place,
        }));
        pair_off(columns.sieve, &entries, crowded, &mut pairs);
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
        marks: &[BbitSketch],
        bands: usize,
        sieve: Prefilter,
        stretch: usize,
    ) -> Columns {
        let mut columns = Columns::new(bands, sieve);
        for (keys, marks) in keys.chunks(bands * stretch).zip(marks.chunks(stretch)) {
            columns.push(keys, marks);
        }
        columns
    }

    fn found(columns: &Columns, keys: &[u32]) -> (Vec<u64>, BitVec) {
        let bands = columns.bands;
        in_buckets(columns, || {
            |place: usize, to: &mut [u32]| to.copy_from_slice(&keys[place * bands..][..bands])
        })
    }

    /// Says the same by a hash map for each band, and pair by pair.
    fn naive(
        keys: &[u32],
        marks: &[BbitSketch],
        bands: usize,
        sieve: Prefilter,
    ) -> (Vec<u64>, BitVec) {
        let mut crowded: BitVec = bitvec::bitvec![0; marks.len()];
        let mut pairs = Vec::new();
        for band in 0..bands {
            let buckets = |bits: u32| {
                let mut buckets: HashMap<u32, Vec<usize>> = HashMap::new();
                for at in 0..marks.len() {
                    let key = keys[at * bands + band] >> (32 - bits);
                    buckets.entry(key).or_default().push(at);
                }
                buckets
            };
            let whole = buckets(32);
            for crowd in whole.values().filter(|bucket| bucket.len() > CROWD) {
                crowd.iter().for_each(|at| crowded.set(*at, true));
            }
            let kept = buckets(sieve.key_bits);
            for (a, b) in (0..marks.len()).flat_map(|b| (0..b).map(move |a| (a, b))) {
                let [left, right] = [a, b].map(|at| keys[at * bands + band]);
                let shift = 32 - sieve.key_bits;
                let meet = if kept[&(left >> shift)].len() > CROWD {
                    left == right
                } else {
                    left >> shift == right >> shift
                };
                if meet && sieve.passes(marks[a], marks[b]) {
                    pairs.push((a as u64) << 32 | b as u64);
                }
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.retain(|pair| !(crowded[(pair >> 32) as usize] && crowded[*pair as u32 as usize]));
        (pairs, crowded)
    }

    /// Keys and marks of `count` documents: whole keys from so few that
    /// buckets are large, and many more that agree in their upper bits alone.
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
        let marks = (0..count as u64)
            .map(|i| [i & 3, mix(mix(i % 7) ^ seed), 0].map(|word| word as u32))
            .collect();
        (keys, marks)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn prop_buckets_match_a_map_for_each_band(
            count in prop::sample::select(vec![0usize, 1, 7, 8, 9, 63, 300, 600]),
            bands in 1usize..4,
            few in prop::sample::select(vec![1u64, 2, 3, 50, 100_000]),
            key_bits in LEAST_KEY_BITS..=32,
            most_apart in prop::sample::select(vec![0u32, 2, 15, 96]),
            stretch in prop::sample::select(vec![1usize, 8, 100, 1000]),
            threads in prop::sample::select(vec![1usize, 2, 40]),
            seed in any::<u64>(),
        ) {
            let (keys, marks) = corpus(count, bands, few, seed);
            let sieve = Prefilter { key_bits, most_apart };
            let columns = columns(&keys, &marks, bands, sieve, stretch);
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| found(&columns, &keys));
            prop_assert_eq!(found, naive(&keys, &marks, bands, sieve));
        }

        #[test]
        fn prop_packed_numbers_are_read_as_they_were_written(
            bits in 1u32..=24,
            numbers in prop::collection::vec(any::<u32>(), 0..70),
        ) {
            let mut packed = vec![0; (numbers.len() * bits as usize).div_ceil(8) + 4];
            for (at, number) in numbers.iter().enumerate() {
                put(&mut packed, at, bits, number & ((1 << bits) - 1));
            }
            for (at, number) in numbers.iter().enumerate() {
                prop_assert_eq!(get(&packed, at, bits), number & ((1 << bits) - 1));
            }
        }
    }

    /// 257 of one key are a crowd; 256, and a stranger who has its upper bits
    /// alone, are not.
    #[test]
    fn a_stranger_makes_no_crowd() {
        let sieve = Prefilter {
            key_bits: 20,
            most_apart: 96,
        };
        for (equal, crowd) in [(CROWD, 0), (CROWD + 1, CROWD + 1)] {
            let mut keys = vec![0xabcd_e000; equal];
            keys.push(0xabcd_e001);
            let columns = columns(&keys, &vec![[0; 3]; keys.len()], 1, sieve, 100);
            let (pairs, crowded) = found(&columns, &keys);
            assert_eq!(crowded.count_ones(), crowd);
            assert_eq!(
                pairs.len(),
                if crowd == 0 {
                    equal * (equal - 1) / 2
                } else {
                    0
                }
            );
        }
    }
}
