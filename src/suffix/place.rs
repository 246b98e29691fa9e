//! Where a phrase occurs: a span of a text.

use crate::corpus::{Corpus, DocId};
use crate::span::Span;

/// An occurrence of a phrase in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// The document that contains it.
    pub document: DocId,
    /// Where it begins in the document's text, in bytes.
    pub start: u32,
    /// Where it ends, in bytes.
    pub end: u32,
}

impl Occurrence {
    /// Returns its span in the document's text.
    pub fn span(&self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }

    /// Returns the occurrence as it is written, if the corpus kept the text.
    pub fn text<'a>(&self, corpus: &'a Corpus) -> Option<&'a str> {
        corpus.text_within(self.document, self.span().range())
    }
}
