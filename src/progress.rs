//! How far a run has come, told to whoever wants to show it.

/// A part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading, decoding and folding; counted in bytes on disk.
    Reading,
    /// Sketching; counted in normalized characters.
    Sketching,
    /// Looking for candidates; counted in normalized characters, or not at all.
    Candidates,
    /// Counting what candidates share; counted in pairs.
    Verifying,
    /// Comparing documents passage by passage; counted in pairs.
    Linking,
    /// Sorting the suffixes; not counted.
    Sorting,
    /// Judging what kind of likeness pairs have; counted in pairs.
    Relating,
    /// Looking for repeats and judging them; counted in normalized characters.
    Phrases,
    /// Writing the results; counted in records, or not at all.
    Writing,
}

impl Stage {
    /// Returns the word that a person reads.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Reading => "reading",
            Stage::Sketching => "sketching",
            Stage::Candidates => "candidates",
            Stage::Verifying => "verifying",
            Stage::Linking => "linking",
            Stage::Sorting => "sorting",
            Stage::Relating => "relations",
            Stage::Phrases => "phrases",
            Stage::Writing => "writing",
        }
    }
}

/// Hears how a run comes along; every method may be called from any thread.
pub trait Progress: Sync {
    /// A stage begins that has `total` to do; 0 if that is not known.
    fn begin(&self, _stage: Stage, _total: u64) {}

    /// So much more of the stage is done.
    fn advance(&self, _amount: u64) {}
}

/// Hears nothing.
impl Progress for () {}
