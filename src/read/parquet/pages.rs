//! What the pages of a column say that they unpack to, read before they are.

use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::read::MultiGzDecoder;
use lz4_flex::frame::FrameDecoder;
use parquet::basic::Compression;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::ChunkReader;

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

/// Returns a message if a page of a column, or its dictionary, would take more
/// memory than a record may.
///
/// Reads the heads of the pages alone, and the data of those in gzip, brotli or
/// frames of LZ4 that may unpack to more than their head says: the crate
/// believes these. A head that can't be read is left to the crate.
pub(super) fn fault(
    blocks: &Blocks,
    column: &ColumnChunkMetaData,
    limit: RecordLimit,
) -> Option<String> {
    let (start, len) = column.byte_range();
    let end = start.saturating_add(len);
    let mut at = start;
    while at < end {
        let mut reader = Counted {
            reader: blocks.get_read(at).ok()?,
            count: 0,
        };
        let head = PageHead::read(&mut reader)?;
        let data = at.checked_add(reader.count)?;
        if head.is_dictionary && head.values > head.unpacked {
            let values = head.values;
            return Some(format!(
                "a dictionary of {values} values in {} is damaged; fetch the file again",
                size(head.unpacked)
            ));
        }
        // A row of a list may hold all values of a page.
        let is_kept = head.is_dictionary || column.column_descr().max_rep_level() > 0;
        let kept = if is_kept { head.values } else { 0 };
        let taken = head.unpacked.max(kept.saturating_mul(VALUE));
        if taken > limit.bytes() {
            let page = format!("page of {}", size(taken));
            return Some(limit.exceeded(&page));
        }
        let may_exceed = |ratio| head.packed.saturating_mul(ratio) > limit.bytes();
        let packed = || Some(blocks.get_read(data).ok()?.take(head.packed));
        let unpacked: Option<Box<dyn Read>> = match column.compression() {
            Compression::GZIP(_) if may_exceed(GZIP_RATIO_MAX) => {
                Some(Box::new(MultiGzDecoder::new(packed()?)))
            }
            Compression::LZ4 if may_exceed(LZ4_RATIO_MAX) => {
                Some(Box::new(FrameDecoder::new(packed()?)))
            }
            // Of these a few bytes may unpack to any number.
            Compression::BROTLI(_) => Some(Box::new(Decompressor::new(packed()?, BUFFER_BYTES))),
            _ => None,
        };
        if let Some(unpacked) = unpacked {
            let most = limit.bytes() + 1;
            if io::copy(&mut unpacked.take(most), &mut io::sink()).is_ok_and(|len| len == most) {
                return Some(limit.exceeded("page"));
            }
        }
        at = data.checked_add(head.packed)?;
    }
    None
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
    fn read(reader: &mut impl Read) -> Option<PageHead> {
        let mut head = PageHead::default();
        let mut field = 0;
        while let Some(kind) = next_field(reader, &mut field)? {
            match (field, kind) {
                (field::UNPACKED, kind::I32) => head.unpacked = size_of(reader)?,
                (field::PACKED, kind::I32) => head.packed = size_of(reader)?,
                (field::DATA | field::DICTIONARY | field::DATA_V2, kind::STRUCT) => {
                    head.is_dictionary |= field == field::DICTIONARY;
                    let mut inner = 0;
                    while let Some(kind) = next_field(reader, &mut inner)? {
                        match (inner, kind) {
                            (field::VALUES, kind::I32) => head.values = size_of(reader)?,
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
