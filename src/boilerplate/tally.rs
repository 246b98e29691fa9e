//! Window counts of a part of a corpus, which add up to those of the whole.

use rayon::prelude::*;

use crate::boilerplate::counts::{WindowCounts, distinct};
use crate::boilerplate::options::BoilerplateOptions;
use crate::boilerplate::windows::sample;
use crate::corpus::Corpus;

/// In how many documents of a part of a corpus each sampled window stands.
///
/// Tallies of parts merge into that of the whole, in any order, if documents
/// of one wording (one [`Corpus::text_hash`]) stand in one part. Takes twelve
/// bytes for a different window, of which a text has about one for four of its
/// characters.
///
/// # Examples
///
/// ```
/// use leitong::boilerplate::{BoilerplateOptions, WindowTally};
/// use leitong::corpus::Corpus;
///
/// let note = "本站转载文章只为传播信息，并不代表本站赞同其观点，请作者在两周内同本站联系。";
/// let part = |id, own: &str| {
///     Corpus::from_texts([(id, format!("{own}{note}").as_str())], Default::default())
/// };
/// let (a, b) = (part("a", "县里的图书馆搬进新楼。"), part("b", "渡口的末班船推迟半小时。"));
/// let whole = WindowTally::of(&a).merge(WindowTally::of(&b));
/// assert!(whole.entries().iter().any(|(_, documents)| *documents == 2));
/// let counts = whole.counts(BoilerplateOptions::default());
/// # let _ = counts;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowTally {
    /// Windows in ascending order, each with its documents.
    entries: Vec<(u64, u32)>,
}

impl WindowTally {
    /// Returns the windows of the documents of one corpus; of those with one
    /// wording, of the first.
    pub fn of(corpus: &Corpus) -> WindowTally {
        let docs = distinct(corpus);
        let windows = docs.par_iter().map(|doc| sample(corpus.normalized(*doc)));
        let mut windows: Vec<u64> = windows.flatten_iter().collect();
        windows.par_sort_unstable();
        let same = windows.chunk_by(|a, b| a == b);
        let entries = same.map(|same| (same[0], same.len() as u32)).collect();
        WindowTally { entries }
    }

    /// Returns the tally with these windows and counts, in any order; counts of
    /// one window are added up.
    pub fn from_entries(entries: impl IntoIterator<Item = (u64, u32)>) -> WindowTally {
        let mut entries: Vec<(u64, u32)> = entries.into_iter().collect();
        entries.par_sort_unstable();
        entries.dedup_by(|next, last| {
            let same = next.0 == last.0;
            if same {
                last.1 = last.1.saturating_add(next.1);
            }
            same
        });
        WindowTally { entries }
    }

    /// Returns the tally of two parts as one.
    pub fn merge(self, other: WindowTally) -> WindowTally {
        WindowTally::from_entries(self.entries.into_iter().chain(other.entries))
    }

    /// Returns the windows in ascending order, each with its documents.
    pub fn entries(&self) -> &[(u64, u32)] {
        &self.entries
    }

    /// Returns the counts that tell boilerplate.
    pub fn counts(&self, options: BoilerplateOptions) -> WindowCounts {
        WindowCounts::from_counts(self.entries.iter().copied(), options)
    }
}
