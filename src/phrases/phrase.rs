//! A phrase as it is written: with its locations, variants and dates.

use serde::{Deserialize, Serialize};

use crate::phrases::kind::PhraseKind;
use crate::phrases::rank::Parts;
use crate::phrases::timeline::Timeline;
use crate::suffix::place::Occurrence;

/// A phrase that documents share.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// Its characters, normalized, in their commonest Simplified spelling.
    pub phrase: String,
    /// Its commonest surface form, a Simplified one if there is one.
    pub display: String,
    /// Its length in normalized characters.
    pub length: u32,
    /// Number of documents that contain it.
    pub documents: u32,
    /// Number of occurrences.
    pub occurrences: u64,
    /// Score; comparable within a run.
    pub score: f64,
    /// Its surface forms, commonest first.
    pub variants: Vec<Variant>,
    /// Its occurrences, by document and start.
    pub locations: Vec<Occurrence>,
    /// What the score is made of.
    pub parts: Parts,
    /// Its kind.
    pub kind: PhraseKind,
    /// The phrase that stands for its family, if it has one.
    pub family: Option<String>,
    /// When and where it was used.
    pub timeline: Timeline,
}

/// A surface form of a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// The surface form.
    pub text: String,
    /// Number of occurrences written so.
    pub count: u64,
}
