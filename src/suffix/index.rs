//! The suffix array of one corpus, built once for everything that looks for repeats.

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::{Error, Result};
use crate::suffix::concat::{ConcatText, refuse_too_long};
use crate::suffix::interval::Interval;
use crate::suffix::lcp::LcpArray;
use crate::suffix::merge;
use crate::suffix::suffix_array::SuffixArray;

/// The concatenated text of a corpus and its suffixes in order: built once for
/// phrases, families, figures of documents and candidate pairs.
///
/// Takes, for each character, 2 bytes of symbols and 8 while the suffixes are
/// sorted; after that 4 of suffix array and 1 of shared lengths. Where the
/// memory budget says so, only the symbols stay in memory.
pub struct Index<'c> {
    pub(crate) corpus: &'c Corpus,
    pub(crate) text: ConcatText,
    pub(crate) suffixes: SuffixArray,
}

impl<'c> Index<'c> {
    /// Returns an error if a corpus can have no index, which is better known
    /// before its documents are compared than after it.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the corpus is too long for one run, or was read
    /// without keeping the texts.
    pub fn check(corpus: &Corpus) -> Result<()> {
        require_texts(corpus)?;
        refuse_too_long(corpus)
    }

    /// Returns the index of a corpus that kept its texts.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the corpus is too long for one run, or was read
    /// without keeping the texts; [`Error::Cancelled`] before or behind the
    /// sorting, which can't be stopped.
    pub fn new(corpus: &'c Corpus, ctx: &Context) -> Result<Self> {
        require_texts(corpus)?;
        Index::of(corpus, ConcatText::of(corpus)?, ctx)
    }

    /// Returns the index of a corpus, and frees the corpus's normalized texts as
    /// soon as they are copied: two bytes a character less, for callers that no
    /// longer use them.
    ///
    /// # Errors
    ///
    /// As [`Index::new`].
    pub fn releasing_normalized(corpus: &'c mut Corpus, ctx: &Context) -> Result<Self> {
        require_texts(corpus)?;
        let text = ConcatText::of(corpus)?;
        corpus.drop_normalized();
        Index::of(corpus, text, ctx)
    }

    fn of(corpus: &'c Corpus, mut text: ConcatText, ctx: &Context) -> Result<Self> {
        ctx.check()?;
        corpus.release_pages();
        let suffixes = suffixes_of(&mut text, ctx)?;
        ctx.check()?;
        Ok(Index {
            corpus,
            text,
            suffixes,
        })
    }

    /// Returns the corpus.
    pub fn corpus(&self) -> &'c Corpus {
        self.corpus
    }

    /// Frees the shared lengths of neighbours: a byte a character and more.
    /// Only what no longer walks over repeats may do so. What was counted to
    /// score them is free by then, too, so occurrences have its room.
    pub(crate) fn free_lengths(&mut self) {
        /// Bytes for each symbol that boundaries took.
        const FREED: usize = 1;
        /// Symbols for each byte that is free where boundaries had no room: they
        /// and the bigrams took more, and what is known of phrases takes some.
        const A_FREED_BYTE: usize = 4;
        let lengths = self.suffixes.lcp_array.held_bytes();
        self.suffixes.lcp_array = LcpArray::default();
        let derives_boundaries = self.suffixes.derives_boundaries;
        if let Some(room) = &mut self.suffixes.room {
            *room = match derives_boundaries {
                // Of the two sorters that shared the memory none is left.
                true => 2 * *room + self.text.len() / A_FREED_BYTE,
                false => *room + FREED * self.text.len() + lengths,
            };
        }
    }

    /// Returns the string of an interval, normalized.
    #[cfg(test)]
    pub(crate) fn string(&self, interval: &Interval) -> String {
        self.text.slice(self.position(interval), interval.length)
    }

    /// Returns the position of an occurrence of an interval.
    pub(crate) fn position(&self, interval: &Interval) -> u32 {
        self.suffixes.position(interval.first as usize)
    }

    /// Calls `found` for every maximal repeat, in the order of the suffixes.
    #[cfg(test)]
    pub(crate) fn walk(&self, min_length: u32, min_documents: u32, found: impl FnMut(Interval)) {
        crate::suffix::interval::walk(&self.text, &self.suffixes, min_length, min_documents, found);
    }
}

/// Returns the suffix array of a text: on disk if the memory budget says so,
/// else in memory.
///
/// # Errors
///
/// Fails if a file can't be written, or the run was cancelled.
pub(crate) fn suffixes_of(text: &mut ConcatText, ctx: &Context) -> Result<SuffixArray> {
    let spill_folder = ctx.memory();
    let sorting_bytes = spill_folder.and_then(|folder| folder.suffixes_on_disk());
    match spill_folder.zip(sorting_bytes) {
        Some((spill_folder, bytes)) => merge::on_disk(text, bytes, spill_folder, ctx),
        None => Ok(SuffixArray::new(text)),
    }
}

/// Returns an error if occurrences can't be found because no text was kept.
pub(crate) fn require_texts(corpus: &Corpus) -> Result<()> {
    let kept = corpus
        .docs()
        .next()
        .is_none_or(|document| corpus.text(document).is_some());
    if kept {
        return Ok(());
    }
    Err(Error::Option {
        option: "keep_texts".into(),
        what: "the corpus was read without its texts, and phrases need them for their places; \
               read it with keep_texts"
            .into(),
    })
}
