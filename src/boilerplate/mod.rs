//! Boilerplate: wording that many otherwise unlike documents share, such as a
//! disclaimer under every article of a site, a header, a block of links.
//!
//! Windows of eight characters, a quarter of them, chosen by content, are
//! counted over the corpus: in how many documents of different wording does
//! each stand? Counts are whole numbers that add up over parts of a corpus, so
//! what is boilerplate depends on options and on the document, never on the
//! size of the corpus.

mod counts;
pub(crate) mod credits;
mod options;
mod stretches;
pub(crate) mod window_set;
pub(crate) mod windows;

use std::sync::OnceLock;

pub use counts::WindowCounts;
pub(crate) use counts::distinct;
pub use options::BoilerplateOptions;
pub(crate) use stretches::{cut, weight};

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
