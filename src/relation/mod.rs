//! What kind of likeness two documents have: what speaks for it, and what it
//! is called.

mod classify;
pub mod features;
mod figures;
mod relate;
mod shared_windows;
mod slot;
mod window_frequency;

use std::fmt;
use std::str::FromStr;

pub use features::{FeatureExtractor, Features, FigureCounts, Slots};
pub use relate::{Classified, relate, relations, relations_of_aligned};
pub use slot::{SlotKind, change_kind};

/// What kind of likeness two documents have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The same wording.
    Copy,
    /// The same story, edited.
    Version,
    /// One stands in the other.
    Excerpt,
    /// The same frame around other figures.
    Template,
    /// SharedWindows passages in texts of their own.
    Reuse,
}

impl Relation {
    /// Every relation, closest first.
    pub const ALL: [Relation; 5] = [
        Relation::Copy,
        Relation::Version,
        Relation::Excerpt,
        Relation::Template,
        Relation::Reuse,
    ];

    /// Returns the name that records give.
    pub fn name(self) -> &'static str {
        match self {
            Relation::Copy => "copy",
            Relation::Version => "version",
            Relation::Excerpt => "excerpt",
            Relation::Template => "template",
            Relation::Reuse => "reuse",
        }
    }
}

impl FromStr for Relation {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        Relation::ALL
            .into_iter()
            .find(|relation| relation.name() == name)
            .ok_or_else(|| {
                format!("no relation {name:?}; choose copy, version, excerpt, template or reuse")
            })
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
