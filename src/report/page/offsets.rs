//! From bytes of UTF-8 to units of UTF-16, in which browsers count.

/// Maps byte offsets of one text to UTF-16 units.
///
/// One pass over the text counts the units before each block; to look an offset
/// up, at most a block is counted.
#[derive(Default)]
pub(super) struct Offsets<'a> {
    text: &'a str,
    /// The units before each block.
    before: Vec<u32>,
}

impl<'a> Offsets<'a> {
    /// Bytes of a block.
    const BLOCK: usize = 64;

    /// Counts the units of a text.
    pub(super) fn of(text: &'a str) -> Self {
        let blocks = text.as_bytes().chunks(Self::BLOCK);
        let before = blocks.scan(0, |units, block| {
            let before = *units;
            *units += units_of(block);
            Some(before)
        });
        Offsets {
            text,
            before: before.collect(),
        }
    }

    /// Returns an offset in units. One inside a character counts as the start of
    /// the character, one beyond the end as the end.
    pub(super) fn unit(&self, byte: u64) -> u32 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        let end = self.text.floor_char_boundary(byte);
        // No block begins behind the last byte.
        let Some(last) = end.checked_sub(1) else {
            return 0;
        };
        let block = last / Self::BLOCK;
        let of_block = &self.text.as_bytes()[block * Self::BLOCK..end];
        self.before[block] + units_of(of_block)
    }
}

/// Returns how many units of UTF-16 the characters make that begin in some bytes
/// of UTF-8: one for the first byte of each, and one more if it begins four.
fn units_of(bytes: &[u8]) -> u32 {
    /// Bytes whose sum fits into one.
    const BLOCK: usize = 127;
    let of_byte = |byte: &u8| u8::from(byte & 0xC0 != 0x80) + u8::from(*byte >= 0xF0);
    let blocks = bytes.chunks(BLOCK);
    blocks
        .map(|block| u32::from(block.iter().map(of_byte).sum::<u8>()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_offsets_match_counting(
            parts in prop::collection::vec("[ -~]{0,20}|[甲乙丙é]{0,30}|[𠀀😀]{0,20}", 0..8),
            requested in prop::collection::vec(0u64..500, 0..40),
        ) {
            let text = parts.concat();
            let offsets = Offsets::of(&text);
            for byte in requested.into_iter().chain([u64::MAX, text.len() as u64]) {
                let mut end = usize::try_from(byte).unwrap().min(text.len());
                while !text.is_char_boundary(end) {
                    end -= 1;
                }
                let units = text[..end].encode_utf16().count() as u32;
                prop_assert_eq!(offsets.unit(byte), units);
            }
        }
    }
}
