//! What a check looks for.

use crate::library::windows::SHARED_RUN;
use crate::passages::PassageSearch;

/// What is looked for, and what is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOptions {
    /// The least Jaccard similarity of a near-duplicate; the library's floor
    /// if it is lower or not given.
    pub threshold: Option<f64>,
    /// Fewest characters of a passage; below twenty some may be missed.
    pub min_length: u32,
    /// Least share of the columns of its alignment that are equal.
    pub min_identity: f64,
    /// Sources that are the draft's own, as their documents name them.
    pub own: Vec<String>,
    /// Ids of documents that are left out.
    pub exclude_ids: Vec<String>,
    /// Sources whose documents are left out.
    pub exclude_sources: Vec<String>,
}

impl Default for CheckOptions {
    fn default() -> Self {
        CheckOptions {
            threshold: None,
            min_length: SHARED_RUN as u32,
            min_identity: PassageSearch::MIN_IDENTITY,
            own: Vec::new(),
            exclude_ids: Vec::new(),
            exclude_sources: Vec::new(),
        }
    }
}
