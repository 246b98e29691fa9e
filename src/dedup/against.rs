//! Documents that are there already: a corpus is decided on against them.

use crate::corpus::DocId;

/// The last documents of a corpus, which are not decided on because they are
/// there already, in a library or in other files: they stay whatever the policy
/// says, and others go for them.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// The first of them; all behind it are there already too.
    pub first: DocId,
    /// Where each of them stands, in words: the name of a library, or a file and
    /// its line.
    pub places: &'a [String],
    /// Whether the documents that are decided on go for these alone, and not for
    /// one another.
    pub only: bool,
}

impl Against<'_> {
    /// Returns whether a document is there already.
    pub fn has(&self, doc: DocId) -> bool {
        doc >= self.first
    }

    /// Returns where a document stands that is there already.
    pub fn place(&self, doc: DocId) -> Option<&str> {
        let at = doc.0.checked_sub(self.first.0)? as usize;
        self.places.get(at).map(String::as_str)
    }
}
