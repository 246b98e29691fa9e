//! The receiver of records, one per chunk, and the outcome of a reading.

use std::collections::BTreeMap;

use crate::corpus::Record;
use crate::error::Skipped;

/// Takes the records of one chunk, in order, on one thread.
pub trait Sink: Send {
    /// Takes the next record.
    fn record(&mut self, record: &Record<'_>);

    /// Takes a further field of the record that came last.
    fn field(&mut self, _name: &str, _value: &str) {}

    /// Is called at the end of the chunk.
    fn close(&mut self) {}

    /// Returns whether it can take no more records; then no further chunk is
    /// begun.
    fn is_broken(&self) -> bool {
        false
    }
}

/// The outcome of a reading.
#[derive(Clone, Debug)]
pub struct Reading<S> {
    /// The filled sinks, one per chunk, in input order.
    pub sinks: Vec<S>,
    /// Records and files that were skipped, in input order, including those
    /// that [`Inputs::find`](crate::read::walk::Inputs::find) skipped.
    pub skipped: Vec<Skipped>,
    /// Number of skipped records that `skipped` does not list: after a thousand
    /// in 2 MB, further ones are only counted.
    pub skipped_more: u64,
    /// What a user should know of how the inputs were read, in input order.
    pub warnings: Vec<String>,
    /// Bytes read, after decompression.
    pub bytes_read: u64,
    /// Number of records in which bytes that could not be decoded, or lone
    /// surrogates, were replaced by U+FFFD.
    pub damaged: u64,
    /// Number of records by encoding.
    pub encodings: BTreeMap<&'static str, u64>,
}
