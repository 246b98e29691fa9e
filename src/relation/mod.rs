//! The relation of two documents: features of the pair, and the kind of
//! likeness that they speak for.
//!
//! A relation depends on the two texts, their titles and days, and on two
//! tables of whole numbers: in how many documents of the corpus each window of
//! the texts stands, and in how many stories. So a pair has the same relation
//! whichever other pairs are asked for, and a part of a corpus can be judged
//! as the whole would be:
//!
//! 1. count the windows of each part
//!    ([`WindowTally`](crate::boilerplate::WindowTally)) and merge the tallies;
//! 2. with the merged counts, list the stories of each part ([`StoryTally`])
//!    and merge these tallies;
//! 3. ask for the relations of the pairs of a part with both
//!    ([`relations_within`], [`CorpusCounts`]).
//!
//! An engine that counts by itself takes
//! [`counted_windows`](crate::boilerplate::counted_windows) and
//! [`told_windows`] of each text and hands the sums to
//! [`WindowCounts::from_counts`](crate::boilerplate::WindowCounts::from_counts)
//! and [`StoryCounts::from_counts`]; for the pairs of a part, the windows of
//! its documents are enough. Documents of one wording count once: one part has
//! to hold all of them, or only one of them may be counted. Digests
//! ([`part_digests`]) are told by all pairs of a document, and come after.

mod added_words;
mod changed_figures;
mod changed_places;
mod classify;
mod currencies;
mod designations;
mod digest;
mod exclusive_words;
pub mod extractor;
pub mod features;
mod figures;
mod half_decoded;
mod headings;
mod hints;
mod joined_numbers;
mod judge;
mod known_change;
mod matter;
mod measures;
mod names;
mod other_content;
mod other_signs;
mod other_words;
mod own;
mod own_passages;
mod places;
mod relate;
mod renamed;
mod rule_words;
mod rules;
mod scales;
mod shared_spans;
mod short_texts;
mod sign_words;
mod slot;
mod statute;
mod stories;
mod story_tally;
mod stretch_search;
mod text_figures;
mod thresholds;
mod title_words;
mod unlike;
mod verse;
mod wording;

pub use crate::text::signs::lost_signs;
pub use digest::part_digests;
pub use extractor::FeatureExtractor;
pub use features::{Features, FigureCounts, Slots};
pub use matter::{OwnMatter, OwnMatters, Telling};
pub use own::{own_matter, own_matter_of, own_matters};
pub(crate) use relate::relations_and_own;
pub use relate::{Classified, relate, relation_of, relations, relations_with, relations_within};
pub use slot::{SlotKind, change_kind};
pub use story_tally::{StoryCounts, StoryTally, told_windows};
pub use wording::CorpusCounts;

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

    /// Returns whether they do in other words, so that one may say what the other
    /// doesn't.
    pub(crate) fn is_edited(self) -> bool {
        matches!(self, Relation::Version | Relation::Excerpt)
    }
}
