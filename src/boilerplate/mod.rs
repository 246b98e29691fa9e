//! Boilerplate: wording that many otherwise unlike documents share, such as a
//! disclaimer under every article of a site, a header, a block of links.
//!
//! Windows of eight characters, a quarter of them, chosen by content, are
//! counted over the corpus: in how many documents of different wording does
//! each stand? Counts are whole numbers that add up over parts of a corpus, so
//! what is boilerplate depends on options and on the document, never on the
//! size of the corpus.
//!
//! [`WindowCounts::new`] counts a corpus. Where a corpus is in parts, a
//! [`WindowTally`] of each part merges into that of the whole; where an engine
//! counts by itself, it counts [`counted_windows`] and hands the sums to
//! [`WindowCounts::from_counts`]. The counts are the same in all three ways.

mod counts;
pub(crate) mod credits;
mod filter;
mod options;
mod selected;
mod stretches;
mod tally;
pub(crate) mod window_set;
pub(crate) mod windows;

use std::sync::OnceLock;

pub use counts::WindowCounts;
pub(crate) use counts::distinct;
pub(crate) use filter::Filter;
pub use options::BoilerplateOptions;
pub(crate) use selected::{KnownWindows, SelectedCounts};
pub(crate) use stretches::{apart, cut, weight};
pub use tally::WindowTally;
pub use windows::counted_windows;

use crate::corpus::Corpus;
use crate::error::Result;

/// The boilerplate of one corpus, counted when it is first asked for.
#[derive(Default)]
pub struct LazyBoilerplate {
    options: BoilerplateOptions,
    counts: OnceLock<WindowCounts>,
}

impl LazyBoilerplate {
    /// Returns boilerplate of which nothing is counted yet.
    pub fn new(options: BoilerplateOptions) -> Self {
        LazyBoilerplate {
            options,
            counts: OnceLock::new(),
        }
    }

    /// Returns boilerplate that was counted before.
    pub fn counted(counts: WindowCounts) -> Self {
        LazyBoilerplate {
            options: *counts.options(),
            counts: OnceLock::from(counts),
        }
    }

    /// Returns the counts if they were asked for before.
    pub(crate) fn at_hand(&self) -> Option<&WindowCounts> {
        self.counts.get()
    }

    /// Returns what counts as boilerplate.
    pub fn options(&self) -> BoilerplateOptions {
        self.options
    }

    /// Returns the counts that tell boilerplate; `corpus` is the same each
    /// time.
    ///
    /// # Errors
    ///
    /// Fails if the corpus has a spill folder that can't be written or read.
    pub fn get(&self, corpus: &Corpus) -> Result<&WindowCounts> {
        if let Some(counts) = self.counts.get() {
            return Ok(counts);
        }
        let counts = WindowCounts::new(corpus, self.options)?;
        Ok(self.counts.get_or_init(|| counts))
    }
}
