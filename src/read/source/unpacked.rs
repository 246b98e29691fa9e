//! A guard against files that unpack to incomparably more than they are.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::read::limit::RecordLimit;

/// Unpacked data, up to what is in proportion to the packed.
pub(super) struct Unpacked {
    reader: Box<dyn Read + Send>,
    /// Bytes that were fetched from disk.
    packed: Arc<AtomicU64>,
    unpacked: u64,
    limit: RecordLimit,
}

impl Unpacked {
    pub(super) fn new(
        reader: Box<dyn Read + Send>,
        packed: Arc<AtomicU64>,
        limit: RecordLimit,
    ) -> Unpacked {
        Unpacked {
            reader,
            packed,
            unpacked: 0,
            limit,
        }
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let taken = self.reader.read(buffer)?;
        self.unpacked += taken as u64;
        let packed = self.packed.load(Ordering::Relaxed);
        if self.limit.is_bomb(self.unpacked, packed) {
            return Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                self.limit.bomb(self.unpacked, packed),
            ));
        }
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn much_of_little_is_refused_and_little_or_much_is_not() {
        let read = |unpacked: usize, packed: u64, most: u64| {
            let reader = io::repeat(b'x').take(unpacked as u64);
            let packed = Arc::new(AtomicU64::new(packed));
            let limit = RecordLimit::of(most);
            let mut guard = Unpacked::new(Box::new(reader), packed, limit);
            io::copy(&mut guard, &mut io::sink())
        };
        assert_eq!(read(100_000, 10, 100_000).unwrap(), 100_000);
        assert_eq!(read(100_000, 200, 1_000).unwrap(), 100_000);
        let error = read(200_000, 10, 100_000).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
