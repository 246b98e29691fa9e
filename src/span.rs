//! A place in a text or a file, in bytes.

use std::ops::Range;

/// A half-open range of byte offsets, `start..end`.
///
/// In a text the offsets lie on character boundaries; in a file they count
/// the bytes as they were read, after decompression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u64,
    /// Offset after the last byte.
    pub end: u64,
}

impl Span {
    /// Returns the span `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span {
            start: start as u64,
            end: end as u64,
        }
    }

    /// Returns the number of bytes covered.
    pub fn len_bytes(self) -> u64 {
        self.end - self.start
    }

    /// Returns the span as a range, to slice with.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}
