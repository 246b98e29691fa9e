//! The keys of all bands in columns: of each key as many bits as the
//! [`Prefilter`] keeps, packed.
//!
//! For each band a column has first the upper eight bits of all keys, then the
//! others, so that a band can be read in ranges of its keys.

use std::ops::Range;

use rayon::prelude::*;

use crate::near::prefilter::{BbitSketch, Prefilter};

/// Bits of a key that stand in a byte of their own.
const UPPER: u32 = 8;

/// Number of values of such a byte.
pub(super) const BYTES: usize = 1 << UPPER;

/// Most documents of a chunk: as many as 16 bits can number, and few enough
/// that a chunk's sketches stay in the cache.
const CHUNK_LEN: usize = 1 << 14;

/// The keys of all bands, and the b-bit sketches of the documents.
pub(crate) struct Columns {
    pub(super) bands: usize,
    pub(super) prefilter: Prefilter,
    pub(super) chunks: Vec<Chunk>,
    pub(super) len: usize,
}

/// Documents whose keys were added together.
pub(super) struct Chunk {
    /// The index of the first document.
    pub(super) first: usize,
    /// The columns of all bands, one after another.
    keys: Vec<u8>,
    pub(super) bbit_sketches: Vec<BbitSketch>,
}

impl Columns {
    /// Returns columns of no document.
    pub(crate) fn new(bands: usize, prefilter: Prefilter) -> Self {
        Columns {
            bands,
            prefilter,
            chunks: Vec::new(),
            len: 0,
        }
    }

    /// Adds documents: a key of each for every band, and their sketches.
    pub(crate) fn push(&mut self, keys: &[u32], bbit_sketches: &[BbitSketch]) {
        assert_eq!(
            keys.len(),
            bbit_sketches.len() * self.bands,
            "a key for each band"
        );
        let chunks = keys.chunks(CHUNK_LEN * self.bands);
        for (keys, bbit_sketches) in chunks.zip(bbit_sketches.chunks(CHUNK_LEN)) {
            self.push_chunk(keys, bbit_sketches);
        }
    }

    fn push_chunk(&mut self, keys: &[u32], bbit_sketches: &[BbitSketch]) {
        let (bands, rest_bits) = (self.bands, self.rest_bits());
        let column_len = column_len(bbit_sketches.len(), rest_bits);
        let mut columns = vec![0u8; column_len * bands];
        columns
            .par_chunks_mut(column_len)
            .enumerate()
            .for_each(|(band, column)| {
                let (upper, rest) = column.split_at_mut(bbit_sketches.len());
                let keys = keys.iter().skip(band).step_by(bands);
                for ((at, key), upper) in keys.enumerate().zip(upper) {
                    *upper = (key >> (u32::BITS - UPPER)) as u8;
                    put(rest, at, rest_bits, key << UPPER >> (u32::BITS - rest_bits));
                }
            });
        self.chunks.push(Chunk {
            first: self.len,
            keys: columns,
            bbit_sketches: bbit_sketches.to_vec(),
        });
        self.len += bbit_sketches.len();
    }

    /// Returns the number of a key's bits that do not stand in its byte.
    pub(super) fn rest_bits(&self) -> u32 {
        self.prefilter.key_bits - UPPER
    }

    /// Returns the b-bit sketch of a document.
    pub(super) fn bbit_sketch(&self, index: usize) -> BbitSketch {
        let at = self.chunks.partition_point(|chunk| chunk.first <= index) - 1;
        let chunk = &self.chunks[at];
        chunk.bbit_sketches[index - chunk.first]
    }
}

impl Chunk {
    /// Returns the upper bytes of a band's keys, and the other bits, packed.
    pub(super) fn column(&self, band: usize, rest_bits: u32) -> (&[u8], &[u8]) {
        let len = column_len(self.bbit_sketches.len(), rest_bits);
        self.keys[band * len..][..len].split_at(self.bbit_sketches.len())
    }
}

/// Returns the bytes of the column of `len` keys; packed bits are read and
/// written four bytes at a time.
fn column_len(len: usize, rest_bits: u32) -> usize {
    len + (len * rest_bits as usize).div_ceil(8) + size_of::<u32>()
}

/// The documents of a chunk, sorted by the range of a band's keys; within a
/// range in order, so that their sketches are read one after another.
pub(super) struct RangeOrder {
    /// Indices within the chunk.
    indices: Vec<u16>,
    /// Number of keys with each upper byte.
    pub(super) counts: [u16; BYTES],
}

impl RangeOrder {
    pub(super) fn new(chunk: &Chunk) -> Self {
        RangeOrder {
            indices: vec![0; chunk.bbit_sketches.len()],
            counts: [0; BYTES],
        }
    }

    /// Sorts the documents by their upper bytes, `range` values of which are
    /// one range.
    pub(super) fn sort(&mut self, upper: &[u8], range: usize) {
        self.counts.fill(0);
        for byte in upper {
            self.counts[usize::from(*byte)] += 1;
        }
        let shift = range.ilog2();
        let mut ends = [0usize; BYTES];
        let mut start = 0;
        for (end, counts) in ends.iter_mut().zip(self.counts.chunks(range)) {
            *end = start;
            start += sum(counts);
        }
        for (byte, at) in upper.iter().zip(0..) {
            let end = &mut ends[usize::from(byte >> shift)];
            self.indices[*end] = at;
            *end += 1;
        }
    }

    /// Returns the documents whose upper bytes are `bytes`, one whole range.
    pub(super) fn of(&self, bytes: &Range<usize>) -> &[u16] {
        let start = sum(&self.counts[..bytes.start]);
        &self.indices[start..start + sum(&self.counts[bytes.clone()])]
    }
}

fn sum(counts: &[u16]) -> usize {
    counts.iter().map(|count| usize::from(*count)).sum()
}

#[inline]
fn put(packed: &mut [u8], at: usize, bits: u32, value: u32) {
    let bit = at * bits as usize;
    let bytes = &mut packed[bit / 8..bit / 8 + 4];
    let value = value << (bit % 8);
    bytes
        .iter_mut()
        .zip(value.to_le_bytes())
        .for_each(|(to, byte)| *to |= byte);
}

/// Returns the `at`th of packed numbers of `bits` bits.
#[inline]
pub(super) fn get(packed: &[u8], at: usize, bits: u32) -> u32 {
    let bit = at * bits as usize;
    let bytes = &packed[bit / 8..];
    let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    word >> (bit % 8) & ((1 << bits) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
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
}
