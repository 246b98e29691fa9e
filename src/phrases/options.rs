//! Which phrases are wanted, and in what order.

use crate::named::named_enum;
use crate::phrases::kind::PhraseKind;

/// Shortest phrase, in normalized characters: the four of an idiom (实事求是).
pub const MIN_LENGTH: u32 = 4;

/// Fewest documents: a repeat needs two.
pub const MIN_DOCUMENTS: u32 = 2;

/// Which phrases are wanted, and in what order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhraseOptions {
    /// Least length, in normalized characters; at least 2 where phrases are
    /// scored.
    pub min_length: u32,
    /// Fewest documents that contain a phrase.
    pub min_documents: u32,
    /// Number of phrases, best first; all of them if `None`.
    pub top: Option<usize>,
    /// Order of the phrases.
    pub sort: PhraseSort,
    /// The only kind that is wanted, if one is given.
    pub kind: Option<PhraseKind>,
    /// Normalized phrases to leave out.
    pub ignore: Vec<String>,
    /// Whether dates and sources are wanted.
    pub timeline: bool,
}

impl Default for PhraseOptions {
    fn default() -> Self {
        PhraseOptions {
            min_length: MIN_LENGTH,
            min_documents: MIN_DOCUMENTS,
            top: None,
            sort: PhraseSort::Score,
            kind: None,
            ignore: Vec::new(),
            timeline: false,
        }
    }
}

named_enum! {
    /// What comes first in a list of phrases.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub enum PhraseSort("order") {
        /// The highest score.
        #[default]
        Score = "score",
        /// The most documents.
        Documents = "documents",
        /// The longest.
        Length = "length",
    }
}
