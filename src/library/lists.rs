//! Tables from hashes to lists of documents, compressed.
//!
//! The upper bits of a hash are the number of its bucket, so a look-up reads
//! one entry of the directory and one bucket of some fifty hashes. A hash keeps
//! [`EXTRA_BITS`] more bits than telling the hashes of a table apart takes: one
//! look-up in some hundreds finds a stranger, whose text then tells.

use std::ops::Range;

use rayon::prelude::*;
use xxhash_rust::xxh3::xxh3_64;

use crate::library::bits::{BitReader, BitWriter};
use crate::library::bytes::Cursor;
use crate::prefetch::{prefetch, prefetched};

/// Hashes of a full bucket: a directory entry and a checksum of four bytes each
/// are then a sixth of a byte for each.
const BUCKET: usize = 64;

/// Bits of a hash beyond those that the number of hashes takes.
const EXTRA_BITS: u32 = 8;

/// Bits of a hash inside its bucket.
const LOW_BITS: u32 = BUCKET.ilog2() + EXTRA_BITS;

/// Bytes of the head of a directory.
const HEAD: usize = 16;

/// Bytes that the processor fetches together.
const CACHE_LINE: usize = 64;

/// Buckets that are fetched before they are read.
const AHEAD: usize = 6;

/// Documents from which on a list is cut, if the table cuts lists, and the
/// documents that a cut one keeps: those that came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) most: usize,
    pub(super) kept: usize,
}

/// A list of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    /// Documents that have the hash, those that were removed since included.
    pub(super) count: u64,
    /// Those that are listed, in order: all of them unless the list was cut.
    pub(super) docs: Vec<u32>,
}

/// A bucket whose bytes are not those that were written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DamagedBucket {
    /// Its bytes in the section of lists.
    pub(super) range: Range<usize>,
}

/// Returns the number of bits that the number of a document takes.
pub(super) fn doc_bits(docs: usize) -> u32 {
    usize::BITS - docs.saturating_sub(1).leading_zeros()
}

/// Returns a hash and a document in one word, to be sorted.
pub(super) fn packed(hash: u64, doc: u32, doc_bits: u32) -> u64 {
    hash >> doc_bits << doc_bits | u64::from(doc)
}

/// Returns the two sections of a table: directory and lists.
///
/// `entries` are made by [`packed`], in any order, and may repeat. `None` if the
/// lists take 4 GiB or more.
pub(super) fn build(
    mut entries: Vec<u64>,
    doc_bits: u32,
    cut: Option<Cut>,
) -> Option<(Vec<u8>, Vec<u8>)> {
    entries.par_sort_unstable();
    let buckets = (entries.len() / (BUCKET * 3 / 4))
        .max(1)
        .next_power_of_two();
    let bucket_bits = buckets.trailing_zeros();
    let of_bucket = |entry: u64| entry.checked_shr(64 - bucket_bits).unwrap_or(0) as usize;
    let low = |entry: u64| entry << bucket_bits >> (64 - LOW_BITS);
    let mut directory = Vec::with_capacity(HEAD + 4 * (buckets + 1));
    directory.extend_from_slice(&(entries.len() as u64).to_le_bytes());
    directory.extend_from_slice(&[bucket_bits as u8, LOW_BITS as u8, doc_bits as u8, 0]);
    directory.extend_from_slice(&0_u32.to_le_bytes());
    let mut lists = Vec::new();
    let mut writer = BitWriter::default();
    let mut docs: Vec<u32> = Vec::new();
    let doc_mask = (1_u64 << doc_bits) - 1;
    let mut rest = &entries[..];
    for bucket in 0..buckets {
        directory.extend_from_slice(&u32::try_from(lists.len()).ok()?.to_le_bytes());
        let len = rest.partition_point(|entry| of_bucket(*entry) <= bucket);
        let (here, behind) = rest.split_at(len);
        rest = behind;
        if here.is_empty() {
            continue;
        }
        let keys = here.chunk_by(|one, other| low(*one) == low(*other));
        writer.put_gamma(keys.clone().count() as u64);
        let mut next = 0;
        for same in keys {
            docs.clear();
            docs.extend(same.iter().map(|entry| (entry & doc_mask) as u32));
            docs.sort_unstable();
            docs.dedup();
            let key = low(same[0]);
            writer.put_rice(key - next, EXTRA_BITS);
            next = key + 1;
            put_list(&mut writer, &docs, doc_bits, cut);
        }
        let bits = writer.finish();
        lists.extend_from_slice(&(xxh3_64(&bits) as u32).to_le_bytes());
        lists.extend_from_slice(&bits);
    }
    directory.extend_from_slice(&u32::try_from(lists.len()).ok()?.to_le_bytes());
    Some((directory, lists))
}

/// Writes a list: a zero and its document; or a one, the number of documents,
/// the number of those that follow if the table cuts lists, the first of them
/// and the distance of each other one from the one before.
fn put_list(writer: &mut BitWriter, docs: &[u32], doc_bits: u32, cut: Option<Cut>) {
    if let [doc] = docs {
        writer.put(0, 1);
        writer.put(u64::from(*doc), doc_bits);
        return;
    }
    writer.put(1, 1);
    writer.put_gamma(docs.len() as u64);
    let kept = match cut {
        Some(cut) if docs.len() > cut.most => cut.kept,
        _ => docs.len(),
    };
    writer.put(u64::from(kept < docs.len()), 1);
    if kept < docs.len() {
        writer.put_gamma(kept as u64);
    }
    writer.put(u64::from(docs[0]), doc_bits);
    for pair in docs[..kept].windows(2) {
        writer.put_gamma(u64::from(pair[1] - pair[0]));
    }
}

/// A table, as its directory says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Table {
    bucket_bits: u32,
    low_bits: u32,
    doc_bits: u32,
}

impl Table {
    /// Reads the head of a directory; `None` if it does not fit its section or
    /// the lists.
    pub(super) fn new(directory: &[u8], lists_len: usize) -> Option<Self> {
        let mut head = Cursor::new(directory);
        // The number of entries, for people.
        head.u64()?;
        let [bucket_bits, low_bits, doc_bits, _] = [head.u8()?, head.u8()?, head.u8()?, head.u8()?];
        let [bucket_bits, low_bits, doc_bits] = [bucket_bits, low_bits, doc_bits].map(u32::from);
        if bucket_bits > 32 || doc_bits > 32 || !(EXTRA_BITS..=24).contains(&low_bits) {
            return None;
        }
        let table = Table {
            bucket_bits,
            low_bits,
            doc_bits,
        };
        let buckets = 1_usize << bucket_bits;
        let fits = directory.len() == HEAD + 4 * (buckets + 1)
            && table.range(directory, buckets - 1).end == lists_len;
        fits.then_some(table)
    }

    /// Returns where a bucket stands among the lists.
    fn range(&self, directory: &[u8], bucket: usize) -> Range<usize> {
        let at = |entry: usize| {
            let from = HEAD + 4 * entry;
            let bytes = directory
                .get(from..from + 4)
                .and_then(|four| four.try_into().ok());
            bytes.map_or(0, u32::from_le_bytes) as usize
        };
        at(bucket)..at(bucket + 1)
    }

    /// Returns the list of a hash, an empty one if no document has it.
    pub(super) fn find(
        &self,
        directory: &[u8],
        lists: &[u8],
        hash: u64,
    ) -> Result<List, DamagedBucket> {
        let mut found = List::default();
        let range = self.range_of(directory, hash);
        match self.find_in(lists, &range, self.low(hash), &mut found) {
            Some(()) => Ok(found),
            None => Err(DamagedBucket { range }),
        }
    }

    /// Calls `found` with the list of each of some hashes that any document has,
    /// and the number of the hash among them.
    ///
    /// Buckets lie anywhere in the file: the processor fetches those of the next
    /// hashes while one is read.
    pub(super) fn find_all(
        &self,
        directory: &[u8],
        lists: &[u8],
        hashes: &[u64],
        mut found: impl FnMut(usize, &List),
    ) -> Result<(), DamagedBucket> {
        for hash in hashes {
            prefetch(directory, HEAD + 4 * self.bucket(*hash));
        }
        let ranges = hashes.iter().map(|hash| self.range_of(directory, *hash));
        let ranges: Vec<Range<usize>> = ranges.collect();
        let fetch = |range: &Range<usize>| {
            for line in range.clone().step_by(CACHE_LINE) {
                prefetch(lists, line);
            }
        };
        let mut list = List::default();
        for (nth, range) in prefetched(&ranges, AHEAD, fetch).enumerate() {
            self.find_in(lists, range, self.low(hashes[nth]), &mut list)
                .ok_or_else(|| DamagedBucket {
                    range: range.clone(),
                })?;
            if list.count > 0 {
                found(nth, &list);
            }
        }
        Ok(())
    }

    /// Returns the number of the bucket that holds a hash.
    fn bucket(&self, hash: u64) -> usize {
        hash.checked_shr(64 - self.bucket_bits).unwrap_or(0) as usize
    }

    /// Returns the bytes of the bucket that holds a hash.
    fn range_of(&self, directory: &[u8], hash: u64) -> Range<usize> {
        self.range(directory, self.bucket(hash))
    }

    /// Returns what a bucket keeps of a hash.
    fn low(&self, hash: u64) -> u64 {
        hash << self.bucket_bits >> (64 - self.low_bits)
    }

    /// Puts the list of a hash into `found`; `None` if the bucket is damaged.
    fn find_in(
        &self,
        lists: &[u8],
        range: &Range<usize>,
        low: u64,
        found: &mut List,
    ) -> Option<()> {
        found.count = 0;
        found.docs.clear();
        let Some((mut reader, keys)) = bucket(lists, range)? else {
            return Some(());
        };
        let mut next = 0;
        for _ in 0..keys {
            let key = next + reader.take_rice(EXTRA_BITS)?;
            next = key + 1;
            if key > low {
                break;
            }
            let count = self.list(&mut reader, |doc| {
                if key == low {
                    found.docs.push(doc);
                }
            })?;
            if key == low {
                found.count = count;
                break;
            }
        }
        Some(())
    }

    /// Reads a list, calls `found` with its documents and returns their number.
    fn list(&self, reader: &mut BitReader<'_>, mut found: impl FnMut(u32)) -> Option<u64> {
        if reader.take(1)? == 0 {
            found(reader.take(self.doc_bits)? as u32);
            return Some(1);
        }
        let count = reader.take_gamma()?;
        let kept = match reader.take(1)? {
            0 => count,
            _ => reader.take_gamma()?,
        };
        let mut doc = reader.take(self.doc_bits)? as u32;
        found(doc);
        for _ in 1..kept {
            doc = doc.checked_add(u32::try_from(reader.take_gamma()?).ok()?)?;
            found(doc);
        }
        Some(count)
    }

    /// Reads every bucket; returns the first that is damaged, or that names
    /// documents beyond `docs`.
    pub(super) fn verify(
        &self,
        directory: &[u8],
        lists: &[u8],
        docs: u32,
    ) -> Result<(), DamagedBucket> {
        for bucket in 0..1_usize << self.bucket_bits {
            let range = self.range(directory, bucket);
            if self.verify_bucket(lists, &range, docs).is_none() {
                return Err(DamagedBucket { range });
            }
        }
        Ok(())
    }

    fn verify_bucket(&self, lists: &[u8], range: &Range<usize>, docs: u32) -> Option<()> {
        let Some((mut reader, keys)) = bucket(lists, range)? else {
            return Some(());
        };
        let mut is_whole = true;
        for _ in 0..keys {
            reader.take_rice(EXTRA_BITS)?;
            self.list(&mut reader, |doc| is_whole &= doc < docs)?;
        }
        is_whole.then_some(())
    }
}

/// Returns what reads a bucket, and the number of its hashes; nothing of an
/// empty one, `None` if the checksum is not that of the bytes.
fn bucket<'a>(lists: &'a [u8], range: &Range<usize>) -> Option<Option<(BitReader<'a>, u64)>> {
    let bytes = lists.get(range.clone())?;
    let Some((checksum, bits)) = bytes.split_first_chunk::<4>() else {
        return bytes.is_empty().then_some(None);
    };
    if u32::from_le_bytes(*checksum) != xxh3_64(bits) as u32 {
        return None;
    }
    let mut reader = BitReader::new(bits);
    let keys = reader.take_gamma()?;
    Some(Some((reader, keys)))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::hash::mix;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_a_table_returns_every_list(
            entries in prop::collection::vec((0_u64..60, 0_u32..300), 0..400), spread in any::<bool>(),
        ) {
            let bits = doc_bits(300);
            let hash = |n: u64| if spread { mix(n) } else { n << 30 };
            let mut expected: BTreeMap<u64, BTreeSet<u32>> = BTreeMap::new();
            for (n, doc) in &entries {
                expected.entry(hash(*n)).or_default().insert(*doc);
            }
            let all = entries.iter().map(|(n, doc)| packed(hash(*n), *doc, bits)).collect();
            let cut = Cut { most: 8, kept: 3 };
            let (directory, lists) = build(all, bits, Some(cut)).unwrap();
            let table = Table::new(&directory, lists.len()).unwrap();
            prop_assert!(table.verify(&directory, &lists, 300).is_ok());
            for n in 0..60 {
                let found = table.find(&directory, &lists, hash(n)).unwrap();
                let docs: Vec<u32> = expected.get(&hash(n)).into_iter().flatten().copied().collect();
                if !spread {
                    // Hashes that agree in all bits that are kept are one: a
                    // superset, never less.
                    prop_assert!(found.count >= docs.len() as u64);
                    continue;
                }
                prop_assert_eq!(found.count, docs.len() as u64);
                let kept = if docs.len() > cut.most { cut.kept } else { docs.len() };
                prop_assert_eq!(&found.docs[..], &docs[..kept]);
            }
            let hashes: Vec<u64> = (0..60).map(hash).collect();
            let mut all = vec![List::default(); hashes.len()];
            table.find_all(&directory, &lists, &hashes, |nth, list| all[nth] = list.clone()).unwrap();
            for (hash, list) in hashes.iter().zip(&all) {
                prop_assert_eq!(list, &table.find(&directory, &lists, *hash).unwrap());
            }
        }
    }

    #[test]
    fn every_changed_byte_of_a_table_is_noticed() {
        let bits = doc_bits(1000);
        let entries = (0..5000_u64).map(|n| packed(mix(n), (n % 1000) as u32, bits));
        let (directory, lists) = build(entries.collect(), bits, None).unwrap();
        let table = Table::new(&directory, lists.len()).unwrap();
        for at in (0..lists.len()).step_by(97) {
            let mut changed = lists.clone();
            changed[at] ^= 1 << (at % 8);
            let damaged = table.verify(&directory, &changed, 1000).unwrap_err();
            assert!(damaged.range.contains(&at));
        }
    }

    #[test]
    fn a_known_table_never_changes() {
        let entries = (0..9_u64).map(|n| packed(mix(n / 2), n as u32, 4));
        let (directory, lists) = build(entries.collect(), 4, None).unwrap();
        let hex = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect::<String>()
        };
        assert_eq!(hex(&directory), KNOWN.0);
        assert_eq!(hex(&lists), KNOWN.1);
    }

    /// The table in `docs/library-format.md`.
    const KNOWN: (&str, &str) = (
        "0900000000000000000e0400000000000000000017000000",
        "4f4be58e2c40818093c502001f8a040000480401542814",
    );
}
