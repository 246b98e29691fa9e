//! Numbers of any number of bits, one after another: plain, Rice and Elias
//! gamma codes.

/// Most zeros of a Rice code; a longer one is damage.
const MOST_UNARY: u32 = 1 << 20;

/// Writes bits, the lowest of each byte first.
#[derive(Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    word: u64,
    used: u32,
}

impl BitWriter {
    /// Appends the lowest `bits` bits of a value, 56 at most.
    pub(super) fn put(&mut self, value: u64, bits: u32) {
        debug_assert!(bits <= 56 && (bits == 64 || value >> bits == 0));
        self.word |= value << self.used;
        self.used += bits;
        while self.used >= 8 {
            self.bytes.push(self.word as u8);
            self.word >>= 8;
            self.used -= 8;
        }
    }

    /// Appends as many zeros as `value >> low` says, a one, and the lowest
    /// `low` bits.
    pub(super) fn put_rice(&mut self, value: u64, low: u32) {
        for _ in 0..value >> low {
            self.put(0, 1);
        }
        self.put(1, 1);
        self.put(value & ((1 << low) - 1), low);
    }

    /// Appends a number from 1 on: as many zeros as it has bits behind its
    /// highest, a one, and these bits.
    pub(super) fn put_gamma(&mut self, value: u64) {
        let bits = value.ilog2();
        self.put(0, bits);
        self.put(1, 1);
        self.put(value & ((1 << bits) - 1), bits);
    }

    /// Fills the last byte with zeros and returns all bytes; the writer begins
    /// anew.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        if self.used > 0 {
            self.bytes.push(self.word as u8);
        }
        (self.word, self.used) = (0, 0);
        std::mem::take(&mut self.bytes)
    }
}

/// Reads what a [`BitWriter`] wrote; `None` where bits are missing.
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    word: u64,
    held: u32,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        BitReader {
            bytes,
            word: 0,
            held: 0,
        }
    }

    #[inline]
    fn refill(&mut self) {
        while self.held <= 56
            && let Some((byte, rest)) = self.bytes.split_first()
        {
            self.word |= u64::from(*byte) << self.held;
            self.held += 8;
            self.bytes = rest;
        }
    }

    #[inline]
    pub(super) fn take(&mut self, bits: u32) -> Option<u64> {
        if self.held < bits {
            self.refill();
            if self.held < bits {
                return None;
            }
        }
        let value = self.word & ((1_u64 << bits) - 1);
        self.word >>= bits;
        self.held -= bits;
        Some(value)
    }

    /// Returns the number of zeros before the next one, and takes both.
    #[inline]
    fn zeros(&mut self) -> Option<u32> {
        let mut zeros = 0;
        loop {
            if self.held == 0 {
                self.refill();
                if self.held == 0 {
                    return None;
                }
            }
            let here = self.word.trailing_zeros().min(self.held);
            zeros += here;
            if here < self.held {
                // The one goes too.
                self.word = self.word.checked_shr(here + 1).unwrap_or(0);
                self.held -= here + 1;
                return Some(zeros);
            }
            (self.word, self.held) = (0, 0);
            if zeros > MOST_UNARY {
                return None;
            }
        }
    }

    #[inline]
    pub(super) fn take_rice(&mut self, low: u32) -> Option<u64> {
        let high = u64::from(self.zeros()?);
        Some(high << low | self.take(low)?)
    }

    #[inline]
    pub(super) fn take_gamma(&mut self) -> Option<u64> {
        let bits = self.zeros()?;
        if bits > 56 {
            return None;
        }
        Some(1 << bits | self.take(bits)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_bits_are_read_as_they_were_written(
            numbers in prop::collection::vec((0_u64..1 << 40, 0_u32..12, 0_u8..3), 0..60),
        ) {
            let mut writer = BitWriter::default();
            for (number, low, code) in &numbers {
                match code {
                    0 => writer.put(*number, 40),
                    1 => writer.put_rice(number % 5000, *low),
                    _ => writer.put_gamma(number + 1),
                }
            }
            let bytes = writer.finish();
            let mut reader = BitReader::new(&bytes);
            for (number, low, code) in &numbers {
                let (read, written) = match code {
                    0 => (reader.take(40), *number),
                    1 => (reader.take_rice(*low), number % 5000),
                    _ => (reader.take_gamma(), number + 1),
                };
                prop_assert_eq!(read, Some(written));
            }
            // What is left is less than a byte, and zero.
            prop_assert!(reader.held < 8 && reader.word == 0 && reader.bytes.is_empty());
        }
    }
}
