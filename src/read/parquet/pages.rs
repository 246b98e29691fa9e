//! What the pages of a column say that they unpack to, read before they are.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::read::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;
use parquet::basic::{Compression, Encoding};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;
use parquet::schema::types::ColumnDescriptor;

use crate::read::blocks::Blocks;
use crate::read::limit::{RecordLimit, size};

/// Bytes that the crate keeps of each value of a dictionary or a list, besides
/// its own.
const VALUE: u64 = 40;

/// The most that a byte of gzip can unpack to.
const GZIP_RATIO_MAX: u64 = 1032;

/// The most that a byte of LZ4 can unpack to.
const LZ4_RATIO_MAX: u64 = 255;

/// Bytes that are unpacked at a time to count them.
const BUFFER_BYTES: usize = 64 * 1024;

/// How deep structs may stand in each other in the head of a page: statistics
/// are the deepest, at two.
const DEPTH_MAX: u32 = 8;

/// Number of rows that are decoded at a time: a page of short texts, or a few MB
/// of long ones.
const BATCH_ROWS: usize = 256;

/// The same where values are stored by what sets them apart, and bytes that
/// these may take together.
const BATCH_ROWS_BY_PREFIX: usize = 16;
const PREFIX_BYTES: u64 = 16 << 20;

/// How many times the bytes of a record the pages of all columns that are read
/// may take; the other half is for the text that is read from them.
const RECORDS: u64 = 3;

/// What the pages of a column say that they take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ChunkPages {
    /// All of them.
    pub(crate) total: u64,
    /// The largest one.
    pub(crate) largest: u64,
    /// At the most at a time: the dictionary, and two pages, of which one is
    /// packed too.
    taken: u64,
}

/// What the columns of a row group take that are read side by side.
pub(crate) struct GroupPages {
    limit: RecordLimit,
    most: u64,
    taken: u64,
    chunks: Vec<(usize, ChunkPages)>,
}

impl GroupPages {
    /// Begins with no column; `in_memory` bytes of the file are held already.
    pub(super) fn new(limit: RecordLimit, in_memory: u64) -> GroupPages {
        GroupPages {
            limit,
            most: (limit.bytes() * RECORDS).saturating_sub(in_memory),
            taken: 0,
            chunks: Vec::new(),
        }
    }

    /// Adds a column; or says why it would take too much.
    pub(super) fn add(
        &mut self,
        at: usize,
        blocks: &Blocks,
        column: &ColumnChunkMetaData,
    ) -> Result<(), String> {
        if self.chunks.iter().any(|(other, _)| *other == at) {
            return Ok(());
        }
        let pages = ChunkPages::of(blocks, column, self.limit)?;
        self.taken = self.taken.saturating_add(pages.taken);
        if self.taken > self.most {
            let what = "row group with pages side by side";
            return Err(self.limit.exceeded_by(what, self.taken, self.most));
        }
        self.chunks.push((at, pages));
        Ok(())
    }

    /// Returns the bytes that all columns take at a time.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Returns the pages of a column.
    pub(crate) fn of(&self, at: usize) -> ChunkPages {
        let found = self.chunks.iter().find(|(other, _)| *other == at);
        found.map_or(ChunkPages::default(), |(_, pages)| *pages)
    }
}

impl ChunkPages {
    /// Reads the heads of the pages of a column; or says why a page, or its
    /// dictionary, can't be read, or would take more memory than a record may.
    ///
    /// Besides the heads reads the data of pages in gzip, brotli or frames of
    /// LZ4 that may unpack to more than their head says: the crate believes
    /// these.
    fn of(
        blocks: &Blocks,
        column: &ColumnChunkMetaData,
        limit: RecordLimit,
    ) -> Result<ChunkPages, String> {
        let damaged = || "the head of a page is damaged; fetch the file again".to_owned();
        let mut pages = ChunkPages::default();
        let (mut dictionary, mut before, mut two, mut packed) = (0, 0, 0, 0);
        let (start, len) = column.byte_range();
        let end = start.saturating_add(len);
        let mut at = start;
        while at < end {
            let mut reader = Counted {
                reader: blocks.get_read(at).map_err(|_| damaged())?,
                count: 0,
            };
            let head = PageHead::read(&mut reader).ok_or_else(damaged)?;
            let data = at.saturating_add(reader.count);
            let taken = head.taken(reader.count, column)?;
            if taken > limit.bytes() {
                return Err(limit.exceeded_by("page", taken, limit.bytes()));
            }
            if exceeds(blocks, data, &head, column, limit) {
                return Err(limit.exceeded("page"));
            }
            pages.total = pages.total.saturating_add(taken);
            packed = packed.max(head.packed);
            if head.is_dictionary {
                dictionary = taken;
            } else {
                pages.largest = pages.largest.max(taken);
                two = two.max(before + taken);
                before = taken;
            }
            at = data.saturating_add(head.packed);
        }
        // What is not packed is used as it was read.
        if column.compression() == Compression::UNCOMPRESSED {
            packed = 0;
        }
        pages.taken = dictionary + two + packed;
        Ok(pages)
    }
}

impl ChunkPages {
    /// Returns how many rows of the column are decoded at a time.
    pub(crate) fn batch_rows(
        self,
        column: &ColumnDescriptor,
        mut encodings: impl Iterator<Item = Encoding>,
        limit: RecordLimit,
    ) -> usize {
        let by_prefix = encodings.any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY);
        if by_prefix {
            // Each value may be as long as all that its page has.
            let rows = PREFIX_BYTES / self.largest.max(1);
            return usize::try_from(rows).map_or(BATCH_ROWS_BY_PREFIX, |rows| {
                rows.clamp(1, BATCH_ROWS_BY_PREFIX)
            });
        }
        // A list is read to its end, however many pages it takes.
        let is_list = column.max_rep_level() > 0;
        match is_list && (self.total > limit.bytes() || self.largest > PREFIX_BYTES) {
            true => 1,
            false => BATCH_ROWS,
        }
    }
}

/// Returns whether a page unpacks to more than a record may take, though its
/// head does not say so.
fn exceeds(
    blocks: &Blocks,
    data: u64,
    head: &PageHead,
    column: &ColumnChunkMetaData,
    limit: RecordLimit,
) -> bool {
    let may_exceed = |ratio| head.packed.saturating_mul(ratio) > limit.bytes();
    let packed = || Some(blocks.get_read(data).ok()?.take(head.packed));
    let unpacked: Option<Box<dyn Read>> = match column.compression() {
        Compression::GZIP(_) if may_exceed(GZIP_RATIO_MAX) => {
            packed().map(|packed| Box::new(MultiGzDecoder::new(packed)) as _)
        }
        Compression::LZ4 if may_exceed(LZ4_RATIO_MAX) => {
            packed().map(|packed| Box::new(FrameDecoder::new(packed)) as _)
        }
        // Of these a few bytes may unpack to any number.
        Compression::BROTLI(_) => {
            packed().map(|packed| Box::new(Decompressor::new(packed, BUFFER_BYTES)) as _)
        }
        _ => None,
    };
    let most = limit.bytes() + 1;
    unpacked.is_some_and(|unpacked| {
        io::copy(&mut unpacked.take(most), &mut io::sink()).is_ok_and(|len| len == most)
    })
}

/// Sizes in the head of a page.
#[derive(Debug, Default, PartialEq, Eq)]
struct PageHead {
    unpacked: u64,
    packed: u64,
    /// Number of values.
    values: u64,
    is_dictionary: bool,
}

/// The fields of a page's head, and the first of the heads in it.
mod field {
    pub(super) const UNPACKED: i16 = 2;
    pub(super) const PACKED: i16 = 3;
    pub(super) const DATA: i16 = 5;
    pub(super) const DICTIONARY: i16 = 7;
    pub(super) const DATA_V2: i16 = 8;
    pub(super) const VALUES: i16 = 1;
}

/// The types of Thrift's compact protocol that a head is made of.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const STRUCT: u8 = 12;
}

impl PageHead {
    /// Returns the bytes that a page takes, its head included, which may hold
    /// the least and the largest value; or why it can't be one.
    fn taken(&self, head: u64, column: &ColumnChunkMetaData) -> Result<u64, String> {
        if self.is_dictionary && self.values > self.unpacked {
            let values = self.values;
            return Err(format!(
                "a dictionary of {values} values in {} is damaged; fetch the file again",
                size(self.unpacked)
            ));
        }
        // A row of a list may hold all values of a page.
        let is_kept = self.is_dictionary || column.column_descr().max_rep_level() > 0;
        let kept = if is_kept { self.values } else { 0 };
        Ok(self.unpacked.max(kept.saturating_mul(VALUE)).max(head))
    }

    fn read(reader: &mut impl Read) -> Option<PageHead> {
        let mut head = PageHead::default();
        let mut field = 0;
        while let Some(kind) = next_field(reader, &mut field)? {
            match (field, kind) {
                (field::UNPACKED, kind::I32) => head.unpacked = head.unpacked.max(size_of(reader)?),
                (field::PACKED, kind::I32) => head.packed = size_of(reader)?,
                (field::DATA | field::DICTIONARY | field::DATA_V2, kind::STRUCT) => {
                    head.is_dictionary |= field == field::DICTIONARY;
                    let mut inner = 0;
                    while let Some(kind) = next_field(reader, &mut inner)? {
                        match (inner, kind) {
                            (field::VALUES, kind::I32) => {
                                head.values = head.values.max(size_of(reader)?)
                            }
                            _ => pass(reader, kind, 1)?,
                        }
                    }
                }
                _ => pass(reader, kind, 1)?,
            }
        }
        Some(head)
    }
}

/// Reads the head of a field; `Some(None)` at the end of the struct.
fn next_field(reader: &mut impl Read, field: &mut i16) -> Option<Option<u8>> {
    let byte = byte(reader)?;
    if byte == 0 {
        return Some(None);
    }
    *field = match byte >> 4 {
        0 => i16::try_from(zigzag(varint(reader)?)).ok()?,
        delta => field.checked_add(i16::from(delta))?,
    };
    Some(Some(byte & 0x0f))
}

/// Passes a value.
fn pass(reader: &mut impl Read, of: u8, depth: u32) -> Option<()> {
    match of {
        kind::TRUE | kind::FALSE => {}
        kind::BYTE => _ = byte(reader)?,
        kind::I16 | kind::I32 | kind::I64 => _ = varint(reader)?,
        kind::DOUBLE => pass_bytes(reader, 8)?,
        kind::BINARY => {
            let len = varint(reader)?;
            pass_bytes(reader, len)?;
        }
        kind::STRUCT if depth < DEPTH_MAX => {
            let mut field = 0;
            while let Some(kind) = next_field(reader, &mut field)? {
                pass(reader, kind, depth + 1)?;
            }
        }
        _ => return None,
    }
    Some(())
}

fn pass_bytes(reader: &mut impl Read, len: u64) -> Option<()> {
    let passed = io::copy(&mut reader.take(len), &mut io::sink()).ok()?;
    (passed == len).then_some(())
}

fn byte(reader: &mut impl Read) -> Option<u8> {
    let mut byte = [0];
    reader.read_exact(&mut byte).ok()?;
    Some(byte[0])
}

fn varint(reader: &mut impl Read) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = byte(reader)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn zigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Reads a size or a number, of which none is negative.
fn size_of(reader: &mut impl Read) -> Option<u64> {
    u64::try_from(zigzag(varint(reader)?)).ok()
}

/// A reader that counts what was read.
struct Counted<R> {
    reader: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.reader.read(buffer)?;
        self.count += taken as u64;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_of_a_dictionary_is_read_past_fields_of_every_kind() {
        // type 2, unpacked 300, packed 20, a struct 5 with a binary, a double
        // and a struct in it, dictionary with 3 values and a flag.
        let head = [
            0x15, 0x04, 0x15, 0xd8, 0x04, 0x15, 0x28, 0x2c, 0x18, 0x02, b'a', b'b', 0x17, 0, 0, 0,
            0, 0, 0, 0, 0, 0x1c, 0x11, 0x00, 0x00, 0x2c, 0x15, 0x06, 0x21, 0x00, 0x00, 0xff,
        ];
        let mut reader = &head[..];
        let found = PageHead::read(&mut reader).unwrap();
        let expected = PageHead {
            unpacked: 300,
            packed: 20,
            values: 3,
            is_dictionary: true,
        };
        assert_eq!(found, expected);
        assert_eq!(reader, [0xff]);
        for len in 0..head.len() - 1 {
            assert_eq!(PageHead::read(&mut &head[..len]), None, "{len}");
        }
    }

    #[test]
    fn structs_that_stand_in_each_other_for_ever_are_no_head() {
        let head = [0x1c; 100_000];
        assert_eq!(PageHead::read(&mut &head[..]), None);
    }
}
