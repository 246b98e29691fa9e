//! What counts as boilerplate.

/// What a stretch of text must be to count as boilerplate. Lengths are in Han
/// characters; three letters of a script with spaces weigh as much as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoilerplateOptions {
    /// Fewest documents of different wording that have it.
    pub min_documents: u32,
    /// Least length: a sentence. Shorter runs are formulas and datelines.
    pub min_length: u32,
    /// Largest length where few documents have it: what is longer is a text, of
    /// which there are versions.
    pub short: u32,
    /// Fewest documents that have a longer one.
    pub many_documents: u32,
    /// Largest length of any.
    pub max_length: u32,
    /// Most stretches of a document. A document with more is a form that is
    /// filled in, or one of many editions.
    pub max_stretches: usize,
    /// Least length of what the document has beside it, in one piece and
    /// without credits: a clause.
    pub min_own: u32,
    /// Least part of the document that has to be its own: one in so many.
    /// A dateline beside a story that many papers print is less.
    pub own_part: u32,
}

impl Default for BoilerplateOptions {
    fn default() -> Self {
        BoilerplateOptions {
            min_documents: 5,
            min_length: 24,
            short: 300,
            many_documents: 20,
            max_length: 600,
            max_stretches: 4,
            min_own: 12,
            own_part: 20,
        }
    }
}
