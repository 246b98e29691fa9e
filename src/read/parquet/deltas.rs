//! How many lengths a page of texts declares, counted before the decoder makes
//! room for them.

use parquet::basic::Encoding;
use parquet::column::page::Page;
use parquet::schema::types::ColumnDescriptor;

/// Returns the largest number of lengths that a page declares, if its values
/// are stored with lengths of their own; more than any page has if they can't
/// be read.
///
/// A block of equal lengths takes some bytes, however many they are
/// (Encodings.md, "Delta encoding").
pub(super) fn lengths_in(page: &Page, column: &ColumnDescriptor) -> Option<u64> {
    let encoding = page.encoding();
    if !matches!(
        encoding,
        Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY
    ) {
        return None;
    }
    let mut rest = values_of(page, column).unwrap_or(&[]);
    if rest.is_empty() {
        return Some(0);
    }
    let first = pass_numbers(&mut rest);
    let declared = match encoding {
        // Those of the prefixes are followed by those of what comes after.
        Encoding::DELTA_BYTE_ARRAY => {
            first.and_then(|first| Some(first.max(pass_numbers(&mut rest)?)))
        }
        _ => first,
    };
    Some(declared.unwrap_or(u64::MAX))
}

/// Returns the bytes of the values, after the levels.
fn values_of<'a>(page: &'a Page, column: &ColumnDescriptor) -> Option<&'a [u8]> {
    let bytes: &[u8] = page.buffer();
    match page {
        Page::DataPage {
            num_values,
            def_level_encoding,
            rep_level_encoding,
            ..
        } => {
            let levels = [
                (column.max_rep_level(), *rep_level_encoding),
                (column.max_def_level(), *def_level_encoding),
            ];
            let mut rest = bytes;
            for (most, encoding) in levels.into_iter().filter(|(most, _)| *most > 0) {
                let len = match encoding {
                    Encoding::RLE => {
                        let (len, after) = rest.split_first_chunk()?;
                        rest = after;
                        u32::from_le_bytes(*len) as usize
                    }
                    _ => {
                        let width = u64::from(i16::BITS - most.leading_zeros());
                        usize::try_from((u64::from(*num_values) * width).div_ceil(8)).ok()?
                    }
                };
                rest = rest.get(len..)?;
            }
            Some(rest)
        }
        Page::DataPageV2 {
            def_levels_byte_len,
            rep_levels_byte_len,
            ..
        } => {
            let levels = u64::from(*def_levels_byte_len) + u64::from(*rep_levels_byte_len);
            bytes.get(usize::try_from(levels).ok()?..)
        }
        Page::DictionaryPage { .. } => None,
    }
}

/// Passes over numbers that are stored as differences, in blocks, and returns
/// how many there are.
fn pass_numbers(rest: &mut &[u8]) -> Option<u64> {
    let block = varint(rest)?;
    let parts = varint(rest)?;
    let count = varint(rest)?;
    varint(rest)?;
    let of_part = block.checked_div(parts).filter(|len| *len > 0)?;
    let mut left = count.saturating_sub(1);
    while left > 0 {
        varint(rest)?;
        let parts = usize::try_from(parts).ok()?;
        let (widths, after) = rest.split_at_checked(parts)?;
        *rest = after;
        for width in widths {
            if left == 0 {
                break;
            }
            left = left.saturating_sub(of_part);
            let len = u64::from(*width).checked_mul(of_part)? / 8;
            *rest = rest.get(usize::try_from(len).ok()?..)?;
        }
    }
    Some(count)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_and_passed_with_their_blocks() {
        // Blocks of 128 in 4 parts: one number; three of width 0; 40 of width
        // 1 and then 0.
        let one = [0x80, 0x01, 4, 1, 8];
        let three = [0x80, 0x01, 4, 3, 8, 0, 0, 9, 9, 9];
        let forty = [0x80, 0x01, 4, 40, 8, 0, 1, 0, 0, 0, 7, 7, 7, 7];
        for (bytes, count) in [(&one[..], 1), (&three, 3), (&forty, 40)] {
            let more = [bytes, &[0xff]].concat();
            let mut rest = &more[..];
            assert_eq!(pass_numbers(&mut rest), Some(count));
            assert_eq!(rest, [0xff], "{count}");
        }
    }

    #[test]
    fn what_is_cut_short_or_has_no_size_is_no_block() {
        for bytes in [
            &[][..],
            &[0x80, 0x01, 0, 3, 8],
            &[0, 4, 3, 8, 0, 0, 0, 0, 0],
            &[0x80, 0x01, 4, 3, 8, 0, 1, 0, 0, 0, 7],
            &[0xff; 20],
        ] {
            assert_eq!(pass_numbers(&mut &bytes[..]), None, "{bytes:?}");
        }
    }
}
