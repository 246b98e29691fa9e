//! Whole numbers and strings as bytes: little-endian, or of variable length.

/// Appends an unsigned number, seven bits a byte, the lowest first; the upper
/// bit says that more follow (LEB128).
pub(super) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a string behind its length in bytes.
pub(super) fn put_string(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Appends numbers that rise, each as the distance from the one before.
pub(super) fn put_rising(out: &mut Vec<u8>, numbers: impl ExactSizeIterator<Item = u32>) {
    put_varint(out, numbers.len() as u64);
    let mut next = 0;
    for number in numbers {
        put_varint(out, u64::from(number - next));
        next = number + 1;
    }
}

/// Reads what the functions above wrote; `None` where bytes are missing or mean
/// nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Cursor { rest: bytes }
    }

    /// Returns what was not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn bytes(&mut self, len: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7F).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(super) fn string(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.varint()?).ok()?;
        simdutf8::basic::from_utf8(self.bytes(len)?).ok()
    }

    pub(super) fn rising(&mut self) -> Option<Vec<u32>> {
        let count = usize::try_from(self.varint()?).ok()?;
        // Each takes a byte or more.
        if count > self.rest.len() {
            return None;
        }
        let mut numbers = Vec::with_capacity(count);
        let mut next = 0_u32;
        for _ in 0..count {
            let number = next.checked_add(u32::try_from(self.varint()?).ok()?)?;
            numbers.push(number);
            next = number.checked_add(1)?;
        }
        Some(numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_what_is_written_is_read(
            number in any::<u64>(), text in "\\PC{0,20}", set in prop::collection::btree_set(0_u32..u32::MAX, 0..20),
        ) {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, number);
            put_string(&mut bytes, &text);
            put_rising(&mut bytes, set.iter().copied());
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(cursor.varint(), Some(number));
            prop_assert_eq!(cursor.string(), Some(text.as_str()));
            prop_assert_eq!(cursor.rising(), Some(set.into_iter().collect()));
            prop_assert!(cursor.rest().is_empty());
            // Cut short, nothing is made up.
            let mut cut = Cursor::new(&bytes[..bytes.len() - 1]);
            let read = cut.varint().and_then(|_| cut.string()).and_then(|_| cut.rising());
            prop_assert!(read.is_none());
        }
    }
}
