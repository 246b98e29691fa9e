//! What a scan still holds when its page is made.

use crate::corpus::DocId;
use crate::dedup::{Decisions, DedupInput};
use crate::graph::Edge;
use crate::report::shares::ScanShares;

/// What a scan still holds when its page is made; the rest, phrases and
/// passages, was written as soon as it was found.
pub struct HeldScan<'a> {
    /// What the decisions rest on, with the documents and their clusters.
    pub input: &'a DedupInput<'a>,
    /// A decision for every document.
    pub decisions: &'a Decisions,
    /// How much of each document is reused, if the scan looked for it.
    pub shares: Option<&'a ScanShares>,
    /// The edges, in the order of their records.
    pub edges: &'a [Edge],
    /// The documents whose texts the folder has, in input order.
    pub texts: &'a [DocId],
}
