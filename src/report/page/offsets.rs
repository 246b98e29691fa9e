//! From bytes of UTF-8 to units of UTF-16, in which browsers count.

/// Maps byte offsets of one text to UTF-16 units.
///
/// Offsets are requested first, then resolved in one pass over the text, then
/// looked up.
#[derive(Debug, Default)]
pub(super) struct Offsets {
    bytes: Vec<u64>,
    units: Vec<u32>,
}

impl Offsets {
    /// Requests an offset.
    pub(super) fn request(&mut self, byte: u64) {
        self.bytes.push(byte);
    }

    /// Resolves all requested offsets. One inside a character counts as the
    /// start of the character, one beyond the end as the end.
    pub(super) fn resolve(&mut self, text: &str) {
        self.bytes.sort_unstable();
        self.bytes.dedup();
        self.units.clear();
        let (mut units, mut from) = (0, 0);
        for &byte in &self.bytes {
            let to = text.floor_char_boundary(usize::try_from(byte).unwrap_or(usize::MAX));
            units += units_of(&text.as_bytes()[from..to]);
            from = to;
            self.units.push(units);
        }
    }

    /// Returns two offsets in units, the later one second; `None` if one was not
    /// requested.
    pub(super) fn span(&self, start: u64, end: u64) -> Option<(u32, u32)> {
        /// Offsets after the first one among which the second one mostly is.
        const NEAR: usize = 16;
        let from = self.bytes.binary_search(&start).ok()?;
        let near = self.bytes.iter().enumerate().skip(from).take(NEAR);
        let to = near
            .take_while(|(_, byte)| **byte <= end)
            .find(|(_, byte)| **byte == end);
        let end = match to {
            Some((to, _)) => self.units[to],
            None => self.unit(end)?,
        };
        Some((self.units[from], end))
    }

    /// Returns an offset in units; `None` if it was not requested.
    pub(super) fn unit(&self, byte: u64) -> Option<u32> {
        let at = self.bytes.binary_search(&byte).ok()?;
        self.units.get(at).copied()
    }
}

/// Returns how many units of UTF-16 whole characters of UTF-8 make: one for the
/// first byte of each, and one more where four bytes follow from it.
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
        fn prop_offsets_match_counting(text in ".{0,40}", requested in prop::collection::vec(0u64..200, 0..40)) {
            let mut offsets = Offsets::default();
            requested.iter().for_each(|&byte| offsets.request(byte));
            offsets.resolve(&text);
            for &byte in &requested {
                let mut end = (byte as usize).min(text.len());
                while !text.is_char_boundary(end) {
                    end -= 1;
                }
                let units = text[..end].encode_utf16().count() as u32;
                prop_assert_eq!(offsets.unit(byte), Some(units));
            }
            for &start in &requested {
                for &end in requested.iter().filter(|end| **end >= start) {
                    let both = offsets.unit(start).zip(offsets.unit(end));
                    prop_assert_eq!(offsets.span(start, end), both);
                }
            }
        }
    }
}
