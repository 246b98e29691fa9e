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
        let mut units = 0u32;
        let mut chars = text.char_indices().peekable();
        for &byte in &self.bytes {
            while let Some(&(at, c)) = chars.peek() {
                if (at + c.len_utf8()) as u64 > byte {
                    break;
                }
                units += c.len_utf16() as u32;
                chars.next();
            }
            self.units.push(units);
        }
    }

    /// Returns an offset in units; `None` if it was not requested.
    pub(super) fn unit(&self, byte: u64) -> Option<u32> {
        let at = self.bytes.binary_search(&byte).ok()?;
        self.units.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_offsets_match_counting(text in ".{0,40}", requested in prop::collection::vec(0u64..200, 0..20)) {
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
        }
    }
}
