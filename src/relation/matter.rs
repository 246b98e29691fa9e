//! What one of two texts may say that the other does not.

/// Something that a text says and another one of the same story does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnMatter {
    /// A number, a date or a time.
    Figure,
    /// Another name in the same place.
    Name,
    /// A word that can't be true together with what the other has there: an
    /// opposite, a negation.
    Word,
    /// Other words in the same place, or words where the other has nothing.
    Wording,
    /// A sign that can't be meant together with the one that the other has there.
    Sign,
    /// Signs that the other has lost.
    Signs,
    /// Characters where the other is damaged.
    Undamaged,
    /// A clause or more.
    Passage,
}

/// How much of what a text says alone keeps it from going.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// All of it, to a word.
    Words,
    /// Figures, words that exclude what the other has there, and clauses: of a
    /// rewritten text, whose other words are no other matter.
    Facts,
}

/// What each of two texts says that the other does not.
pub type OwnMatters = [Option<OwnMatter>; 2];
