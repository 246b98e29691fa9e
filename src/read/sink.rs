//! What reading hands on: records, one chunk at a time, and what was left out.

use std::collections::BTreeMap;

use crate::corpus::Record;
use crate::error::Skipped;

/// Takes the records of one chunk, in order, on one thread.
pub trait Sink: Send {
    /// Takes the next record.
    fn record(&mut self, record: &Record<'_>);

    /// Learns that the chunk is over.
    fn close(&mut self) {}

    /// Returns whether it can take no more: then no chunk is begun any more.
    fn is_broken(&self) -> bool {
        false
    }
}

/// The outcome of a reading.
#[derive(Clone, Debug)]
pub struct Reading<S> {
    /// The filled sinks, one a chunk, in input order.
    pub sinks: Vec<S>,
    /// All that was left out, in input order, that which
    /// [`Inputs::find`](crate::read::walk::Inputs::find) left out included.
    pub skipped: Vec<Skipped>,
    /// How many more were left out than `skipped` has entries: where a thousand
    /// in 2 MB can't be read, the rest of them are counted, not named.
    pub skipped_more: u64,
    /// Bytes read, after decompression.
    pub bytes_read: u64,
    /// Records in which bytes that could not be decoded, or lone surrogates,
    /// were replaced by U+FFFD.
    pub damaged: u64,
    /// Records by the encoding that they were read from.
    pub encodings: BTreeMap<&'static str, u64>,
}
