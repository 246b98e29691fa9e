//! How far a run has come, told to whoever wants to show it.

use crate::named::named_enum;

named_enum! {
    /// A part of a run.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Stage("stage") {
        /// Reading, decoding and folding; counted in bytes on disk.
        Reading = "reading",
        /// Sketching; counted in normalized characters.
        Sketching = "sketching",
        /// Looking for candidates; counted in normalized characters, or not at all.
        Candidates = "candidates",
        /// Counting what candidates share; counted in pairs.
        Verifying = "verifying",
        /// Comparing documents passage by passage; counted in documents.
        Linking = "linking",
        /// Sorting the suffixes; not counted.
        Sorting = "sorting",
        /// Judging what kind of likeness pairs have; counted in pairs.
        Relating = "relations",
        /// Looking for repeats and judging them; counted in normalized characters.
        Phrases = "phrases",
        /// Writing the results; counted in records, or not at all.
        Writing = "writing",
    }
}

named_enum! {
    /// What a stage counts.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Unit("unit") {
        /// Bytes on disk.
        Bytes = "bytes",
        /// Normalized characters.
        Characters = "characters",
        /// Pairs of documents.
        Pairs = "pairs",
        /// Documents.
        Documents = "documents",
        /// Output records.
        Records = "records",
    }
}

impl Stage {
    /// Returns what the stage counts.
    pub fn unit(self) -> Unit {
        match self {
            Stage::Reading => Unit::Bytes,
            Stage::Sketching | Stage::Candidates | Stage::Sorting | Stage::Phrases => {
                Unit::Characters
            }
            Stage::Verifying | Stage::Relating => Unit::Pairs,
            Stage::Linking => Unit::Documents,
            Stage::Writing => Unit::Records,
        }
    }
}

/// Hears how a run comes along; every method may be called from any thread.
pub trait Progress: Send + Sync {
    /// A stage begins that has `total` to do; 0 if that is not known.
    fn begin(&self, _stage: Stage, _total: u64) {}

    /// So much more of the stage is done.
    fn advance(&self, _amount: u64) {}
}

/// Hears nothing.
impl Progress for () {}

impl<P: Progress + ?Sized> Progress for std::sync::Arc<P> {
    fn begin(&self, stage: Stage, total: u64) {
        (**self).begin(stage, total);
    }

    fn advance(&self, amount: u64) {
        (**self).advance(amount);
    }
}
