//! How much one document or record may take, once it is unpacked.

use crate::amounts::grouped;
use crate::corpus::TEXT_MAX;

/// The most bytes that a document or a record may take as it is read.
///
/// What has no end (a quote that is never closed, a line without a newline,
/// ten gigabytes of zeros in a megabyte) is refused when it gets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordLimit {
    bytes: u64,
    set_by: SetBy,
    /// What the run may use, and what says so.
    memory: Option<(u64, SetBy)>,
}

/// What sets a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SetBy {
    Option(&'static str),
    /// What a run may take where no option says it.
    Default,
}

/// The default: a library of novels in one file has less.
const DEFAULT: u64 = 1 << 30;

/// How many times its size a file may unpack to, once that is more than a
/// record may take. News packs to a third or a tenth, a table of one sentence
/// a million times to a three-hundredth; only what says nothing packs better.
const RATIO_MAX: u64 = 500;

/// Bytes that are kept of a record, whatever it says: where it stands, what it
/// is called, and its place in lists.
const RECORD: u64 = 64;

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
    /// The most that can be asked for: places in a text have 32 bits.
    pub const MOST: u64 = TEXT_MAX as u64;

    /// Returns a limit of `bytes`, or of the most that can be read at a time
    /// if that is less: 2 GiB.
    pub fn of(bytes: u64) -> RecordLimit {
        RecordLimit {
            bytes: bytes.min(RecordLimit::MOST),
            set_by: SetBy::Option("max-record"),
            memory: None,
        }
    }

    /// Returns the limit for a run that may use `memory` bytes: a sixth of
    /// them if that is less.
    pub fn within(self, memory: u64) -> RecordLimit {
        self.set_within(memory, SetBy::Option("memory"))
    }

    /// The same for a run that may use so much because no option says otherwise.
    pub fn within_default(self, memory: u64) -> RecordLimit {
        self.set_within(memory, SetBy::Default)
    }

    fn set_within(self, memory: u64, set_by: SetBy) -> RecordLimit {
        let bytes = memory / MEMORY_A_BYTE;
        let memory = Some((memory, set_by));
        match bytes >= self.bytes {
            true => RecordLimit { memory, ..self },
            false => RecordLimit {
                bytes,
                set_by,
                memory,
            },
        }
    }

    /// Returns the limit for what is copied and was not read: that which the
    /// memory sets, for how much may be read of a record is no matter there.
    #[cfg(feature = "parquet")]
    pub(crate) fn of_copies(self) -> RecordLimit {
        let most = RecordLimit::of(RecordLimit::MOST);
        match self.memory {
            Some((memory, set_by)) => most.set_within(memory, set_by),
            None => most,
        }
    }

    /// Returns the message for a Zstandard frame that needs a larger window.
    pub(crate) fn window(self) -> String {
        format!(
            "Zstandard data that needs a window of more than {}, the most that it may take here; \
             unpack it first, or pack it with a smaller one{}",
            size(self.bytes),
            self.or_raise()
        )
    }

    /// Returns the limit for one of `parts` parts.
    #[cfg(feature = "parquet")]
    pub(crate) fn share(self, parts: u64) -> RecordLimit {
        RecordLimit {
            bytes: self.bytes / parts.max(1),
            ..self
        }
    }

    /// Returns the number of bytes.
    pub fn bytes(self) -> u64 {
        self.bytes
    }

    /// Returns the message for `what` if it takes more.
    pub(crate) fn exceeded(self, what: &str) -> String {
        format!(
            "a {what} of more than {}, the most that one may take here; split it{}",
            size(self.bytes),
            self.or_raise()
        )
    }

    /// Returns the message for `what` that takes `len` bytes, where `most` are
    /// allowed.
    #[cfg(any(feature = "documents", feature = "parquet"))]
    pub(crate) fn exceeded_by(self, what: &str, len: u64, most: u64) -> String {
        // What the most that can be asked for would allow.
        let at_most = most.saturating_mul(RecordLimit::MOST) / self.bytes.max(1);
        let cure = if len <= at_most {
            self.or_raise()
        } else {
            String::new()
        };
        format!(
            "a {what} of {}, where {} are the most that it may take here; split it{cure}",
            size(len),
            size(most),
        )
    }

    fn or_raise(self) -> String {
        match self.set_by {
            _ if self.bytes >= RecordLimit::MOST => String::new(),
            SetBy::Option(option) => format!(", or raise `{option}`"),
            SetBy::Default => {
                ", or give the run more memory: this is an eighth of what the machine has"
                    .to_owned()
            }
        }
    }

    /// Returns a message for a file of `len` bytes that holds incomparably more
    /// `records`.
    pub(crate) fn too_many(self, records: &str, number: u64, len: u64) -> Option<String> {
        self.is_bomb(number.saturating_mul(RECORD), len).then(|| {
            format!(
                "{} {records} in {}, which can't say anything; see what it is, and write those \
                 that have a text to another file",
                grouped(number),
                size(len)
            )
        })
    }

    /// Returns whether `packed` bytes unpack to more than they could mean.
    pub(crate) fn is_bomb(self, unpacked: u64, packed: u64) -> bool {
        unpacked > self.bytes && unpacked / RATIO_MAX > packed
    }

    /// Returns the message for such bytes.
    pub(crate) fn bomb(self, unpacked: u64, packed: u64) -> String {
        format!(
            "the first {} of it unpack to more than {}, and on; no text packs that well: unpack \
             it to see what it is{}",
            size(packed),
            size(unpacked),
            self.or_raise()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sets_a_limit_is_named() {
        let limit = RecordLimit::of(1 << 30);
        let of = |limit: RecordLimit| limit.exceeded("text");
        assert!(of(limit).ends_with("or raise `max-record`"));
        assert!(of(limit.within(600_000)).ends_with("or raise `memory`"));
        assert!(of(limit.within_default(600_000)).ends_with("an eighth of what the machine has"));
        assert!(of(limit.within_default(1 << 40)).ends_with("or raise `max-record`"));
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn what_is_copied_is_bounded_by_the_memory_alone() {
        let limit = RecordLimit::of(1_000);
        assert_eq!(limit.of_copies().bytes(), RecordLimit::MOST);
        assert_eq!(limit.within(600_000).of_copies().bytes(), 100_000);
        assert_eq!(limit.within(6_000).of_copies().bytes(), 1_000);
    }
}
