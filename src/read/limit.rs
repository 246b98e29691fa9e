//! How much one document or record may take, once it is unpacked.

use crate::corpus::TEXT_MAX;

/// The most bytes that a document or a record may take as it is read.
///
/// What has no end (a quote that is never closed, a line without a newline,
/// ten gigabytes of zeros in a megabyte) is refused when it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordLimit {
    bytes: u64,
    /// The option that sets it.
    option: &'static str,
}

/// The default: a library of novels in one file has less.
const DEFAULT: u64 = 1 << 30;

/// The most that can be asked for.
const MOST: u64 = TEXT_MAX as u64;

/// How many times its size a file may unpack to, once that is more than a
/// record may take. News packs to a third or a tenth, a table of one sentence
/// a million times to a three-hundredth; only what says nothing packs better.
const RATIO_MAX: u64 = 500;

/// Bytes of memory that each byte of a document takes at the most while it is
/// read: itself, its characters if it has to be decoded or joined, two bytes
/// for each normalized one, and the next document that waits.
const MEMORY_A_BYTE: u64 = 6;

impl Default for RecordLimit {
    fn default() -> Self {
        RecordLimit::of(DEFAULT)
    }
}

impl RecordLimit {
    /// Returns a limit of `bytes`, or of the most that can be read at a time
    /// if that is less: 2 GiB.
    pub fn of(bytes: u64) -> RecordLimit {
        RecordLimit {
            bytes: bytes.min(MOST),
            option: "max-record",
        }
    }

    /// Returns the limit for a run that may use `memory` bytes: a sixth of
    /// them if that is less.
    pub fn within(self, memory: u64) -> RecordLimit {
        let bytes = memory / MEMORY_A_BYTE;
        if bytes >= self.bytes {
            return self;
        }
        RecordLimit {
            bytes,
            option: "memory",
        }
    }

    /// Returns the number of bytes.
    pub fn bytes(self) -> u64 {
        self.bytes
    }

    /// Returns the message for `what` if it takes more.
    pub(crate) fn exceeded(self, what: &str) -> String {
        format!(
            "a {what} of more than {}, the most that one may take here; split it, or raise `{}`",
            size(self.bytes),
            self.option
        )
    }

    /// Returns whether `packed` bytes unpack to more than they could mean.
    pub(crate) fn is_bomb(self, unpacked: u64, packed: u64) -> bool {
        unpacked > self.bytes && unpacked / RATIO_MAX > packed
    }

    /// Returns the message for such bytes.
    pub(crate) fn bomb(self, unpacked: u64, packed: u64) -> String {
        format!(
            "the first {} of it unpack to more than {}, and on; no text packs that well: unpack \
             it to see what it is, or raise `{}`",
            size(packed),
            size(unpacked),
            self.option
        )
    }
}

/// Returns a number of bytes as people write it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
