//! Stories of a part of a corpus, window by window, which add up to those of
//! the whole.

use rayon::prelude::*;

use crate::boilerplate::window_set::WindowSet;
use crate::boilerplate::windows::{sample, sampled};
use crate::boilerplate::{WindowCounts, apart, cut, distinct};
use crate::corpus::Corpus;
use crate::relation::stories::story;

/// Which stories of a part of a corpus have each sampled window outside of
/// boilerplate.
///
/// Tallies of parts merge into that of the whole, in any order, if all parts
/// were read with the [`WindowCounts`] of the whole. Takes sixteen bytes for
/// each window of each document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryTally {
    /// Windows with their stories, in ascending order, each once.
    entries: Vec<(u64, u32)>,
}

impl StoryTally {
    /// Returns the stories of the documents of one corpus, `counts` being those
    /// of the whole.
    pub fn of(corpus: &Corpus, counts: &WindowCounts) -> StoryTally {
        let docs = distinct(corpus);
        let entries = docs.par_iter().flat_map_iter(|doc| {
            let (story, windows) = told_windows(corpus.normalized(*doc), counts);
            windows.into_iter().map(move |window| (window, story))
        });
        StoryTally::from_entries(entries.collect::<Vec<_>>())
    }

    /// Returns the tally with these windows and stories, in any order and any
    /// number of times.
    pub fn from_entries(entries: impl IntoIterator<Item = (u64, u32)>) -> StoryTally {
        let mut entries: Vec<(u64, u32)> = entries.into_iter().collect();
        entries.par_sort_unstable();
        entries.dedup();
        StoryTally { entries }
    }

    /// Returns the tally of two parts as one.
    pub fn merge(self, other: StoryTally) -> StoryTally {
        StoryTally::from_entries(self.entries.into_iter().chain(other.entries))
    }

    /// Returns the windows with their stories, in ascending order.
    pub fn entries(&self) -> &[(u64, u32)] {
        &self.entries
    }

    /// Returns the number of stories that have each window.
    pub fn counts(&self) -> StoryCounts {
        let same = self.entries.chunk_by(|a, b| a.0 == b.0);
        StoryCounts::from_counts(same.map(|same| (same[0].0, same.len() as u32)))
    }
}

/// The number of stories of a corpus that have each window.
#[derive(Default)]
pub struct StoryCounts {
    windows: WindowSet,
    stories: Vec<u32>,
}

impl StoryCounts {
    /// Returns the counts of these windows, each of which is given once.
    ///
    /// Windows and stories come from [`told_windows`]; whoever has all
    /// documents counts the different stories of each window. A table that
    /// holds only the windows of some documents will do for pairs of these.
    pub fn from_counts(counts: impl IntoIterator<Item = (u64, u32)>) -> StoryCounts {
        let mut counts: Vec<(u64, u32)> = counts.into_iter().collect();
        counts.par_sort_unstable();
        let (windows, stories) = counts.into_iter().unzip();
        StoryCounts {
            windows: WindowSet::new(windows),
            stories,
        }
    }

    /// Returns the number of stories that have a window; 0 where that is not
    /// known.
    pub(super) fn stories(&self, window: u64) -> u32 {
        let at = self.windows.position(window);
        at.map_or(0, |at| self.stories[at as usize])
    }
}

/// Returns what stands for the story of a normalized text, and the sampled
/// windows that it has outside of boilerplate, in ascending order, each once.
///
/// `counts` need hold no windows but those of this text.
pub fn told_windows(units: &[u16], counts: &WindowCounts) -> (u32, Vec<u64>) {
    let stretches = counts.stretches(units);
    if stretches.is_empty() {
        return (story(units), sample(units));
    }
    let mut outside = apart(units, &stretches, &sampled(units));
    outside.sort_unstable();
    outside.dedup();
    (story(&cut(units, &stretches)), outside)
}
