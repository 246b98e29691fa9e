//! One document as it was read, and its place in the input.

use crate::span::Span;

/// A record as it was read, borrowed from the chunk or from a reused buffer.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The record's own id; without one, `<input name>:<line>`; for a
    /// one-document file its path below the INPUT. Not yet made unique.
    pub id: &'a str,
    /// The decoded text, markup of HTML files removed.
    pub text: &'a str,
    /// The headline, if there is one that is not empty.
    pub title: Option<&'a str>,
    /// The date as it was written, if there is one that is not empty.
    pub date: Option<&'a str>,
    /// The publisher or site, if there is one that is not empty.
    pub source: Option<&'a str>,
    /// The place of the record.
    pub location: Location,
}

/// The place of a record in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The input's index in [`Inputs`](crate::read::walk::Inputs).
    pub input: u32,
    /// The bytes of the decompressed input that the record covers, without
    /// the newline after it; in Parquet its row, `row..row + 1`.
    pub span: Span,
    /// The line where it begins, from 1 (in Parquet the row, from 1); 0 when
    /// the record is the whole file.
    pub line: u64,
}
