//! The relation of two documents: features of the pair, and the kind of
//! likeness that they speak for.

mod classify;
mod digest;
pub mod extractor;
pub mod features;
mod figures;
mod headings;
mod matter;
mod own;
mod places;
mod relate;
mod slot;
mod stories;
mod wording;

pub use crate::text::signs::lost_signs;
pub use digest::part_digests;
pub use extractor::FeatureExtractor;
pub use features::{Features, FigureCounts, Slots};
pub use matter::{OwnMatter, OwnMatters};
pub use own::{own_matter, own_matters};
pub use relate::{Classified, relate, relation_of, relations, relations_with};
pub use slot::{SlotKind, change_kind};

use crate::named::named_enum;

named_enum! {
    /// What kind of likeness two documents have.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Relation("relation") {
        /// The same wording.
        Copy = "copy",
        /// The same story, edited.
        Version = "version",
        /// One stands in the other.
        Excerpt = "excerpt",
        /// The same frame around other figures.
        Template = "template",
        /// Shared passages in texts of their own.
        Reuse = "reuse",
    }
}

impl Relation {
    /// Returns whether both texts tell one story, so that one may stand for
    /// the other: copies, versions and excerpts do.
    pub fn is_one_story(self) -> bool {
        matches!(self, Relation::Copy | Relation::Version | Relation::Excerpt)
    }
}
