//! The phrases of a corpus as a stage: selected once, handed over in as many
//! forms as are wanted.

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::mask::FormulaMask;
use crate::phrases::coverage::{self, DocumentReuse};
use crate::phrases::families::{Family, families_of};
use crate::phrases::handing_over::each_phrase;
use crate::phrases::kept::kept_or_selected;
use crate::phrases::kind::PhraseKind;
use crate::phrases::options::{PhraseOptions, PhraseSort};
use crate::phrases::phrase::Phrase;
use crate::phrases::phrase_set::{PhraseSet, normalized_phrases};
use crate::phrases::select::select;
use crate::suffix::Index;

impl PhraseOptions {
    /// Returns the phrases of a corpus.
    ///
    /// Linear in the text but for a logarithm; takes 10 bytes a character while
    /// suffixes are sorted, about 5 after that, and 48 a phrase.
    ///
    /// # Errors
    ///
    /// Fails as [`Index::new`] does.
    pub fn run<'c>(&self, corpus: &'c Corpus, ctx: &Context) -> Result<Selection<'c>> {
        self.select(Index::new(corpus, ctx)?, ctx)
    }

    /// Returns the phrases of a corpus whose suffixes are sorted already.
    ///
    /// Of the options only the least length and the fewest documents count
    /// here; the others choose among what is handed over. Advances by the
    /// suffixes that it has passed.
    ///
    /// # Errors
    ///
    /// [`Error::Cancelled`](crate::Error::Cancelled) if the run was cancelled.
    pub fn select<'c>(&self, index: Index<'c>, ctx: &Context) -> Result<Selection<'c>> {
        let set = select(&index, self, ctx)?;
        let phrases = Phrases { index, set };
        Ok(Selection { phrases })
    }

    /// Returns the same from a run that keeps its stages, taken over from an
    /// earlier one if it got so far; `of` stands for the documents.
    pub(crate) fn select_kept<'c>(
        &self,
        index: Index<'c>,
        of: impl FnOnce() -> u64,
        ctx: &Context,
    ) -> Result<Selection<'c>> {
        let set = kept_or_selected(&index, self, of, ctx)?;
        let phrases = Phrases { index, set };
        Ok(Selection { phrases })
    }
}

/// The phrases of a corpus, with what figures of documents are counted from.
///
/// What only hands over phrases goes on with [`Selection::into_phrases`], which
/// takes a byte a character less.
///
/// # Examples
///
/// ```
/// use leitong::Context;
/// use leitong::corpus::{Corpus, DocId};
/// use leitong::phrases::PhraseOptions;
///
/// let texts = [("a", "要联防联控、群防群治。"), ("b", "坚持联防联控、群防群治！")];
/// let corpus = Corpus::from_texts(texts, Default::default());
/// let options = PhraseOptions::default();
/// let selection = options.run(&corpus, &Context::default())?;
/// assert_eq!(selection.documents().len(), 2);
/// let phrases = selection.into_phrases();
/// assert!(phrases.formula_mask(2).document(DocId(0)).count_ones() >= 4);
/// phrases.each(&options, |some| {
///     assert!(some.iter().any(|phrase| phrase.phrase == "群防群治"));
///     Ok(())
/// })?;
/// # Ok::<(), leitong::Error>(())
/// ```
pub struct Selection<'c> {
    phrases: Phrases<'c>,
}

impl<'c> Selection<'c> {
    /// Returns how formulaic each document is, in input order.
    ///
    /// A document's shares count what *other* documents contain, copies of it
    /// included; what a text repeats of itself is not reuse. The R-measure
    /// \[KT03\] is the sum, over all its suffixes, of the longest prefix that
    /// another document contains, as a share of the sum of their lengths.
    ///
    /// Takes linear time and, for `n` characters, `n` bytes, and 8 a document
    /// for each of a few tasks a core.
    pub fn documents(&self) -> Vec<DocumentReuse> {
        let Phrases { index, set } = &self.phrases;
        coverage::document_reuse(set, index)
    }

    /// Returns the index that the phrases were selected from.
    pub fn index(&self) -> &Index<'c> {
        &self.phrases.index
    }

    /// Returns the phrases.
    pub fn phrases(&self) -> &Phrases<'c> {
        &self.phrases
    }

    /// Returns the phrases, and frees what only figures of documents need: a
    /// byte a character and more.
    pub fn into_phrases(mut self) -> Phrases<'c> {
        self.phrases.index.free_lengths();
        self.phrases
    }
}

/// The phrases of a corpus, best first: records, families and masks are made
/// from it.
pub struct Phrases<'c> {
    /// Its shared lengths may be freed.
    index: Index<'c>,
    set: PhraseSet,
}

impl Phrases<'_> {
    /// Returns the number of phrases that the options ask for, `top` aside.
    pub fn count(&self, options: &PhraseOptions) -> usize {
        let all = PhraseOptions {
            top: None,
            sort: PhraseSort::Score,
            ..options.clone()
        };
        self.set.wanted(&self.index, &all).len()
    }

    /// Returns the number of phrases, of whatever kind.
    pub fn len(&self) -> usize {
        self.set.list.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Calls `found` for the phrases that the options ask for, in their order,
    /// with locations, variants and family, a thousand at a time.
    ///
    /// Occurrences are looked up batch by batch, so those of a large corpus are
    /// never in memory together.
    ///
    /// # Errors
    ///
    /// Fails with whatever `found` returns.
    pub fn each(
        &self,
        options: &PhraseOptions,
        found: impl FnMut(Vec<Phrase>) -> Result<()>,
    ) -> Result<()> {
        each_phrase(&self.set, &self.index, options, found)
    }

    /// Returns the families among the phrases that the options ask for, largest
    /// first.
    ///
    /// A family is one of all phrases; members that the options do not ask for
    /// are left out, and so are families with fewer than two members left.
    pub fn families(&self, options: &PhraseOptions) -> Vec<Family> {
        families_of(&self.set, &self.index, options)
    }

    /// Returns the phrases that the options ask for, in their order,
    /// normalized, with their kinds.
    pub fn normalized(&self, options: &PhraseOptions) -> Vec<(PhraseKind, String)> {
        normalized_phrases(&self.set, &self.index, options)
    }

    /// Returns the phrases to ignore that are none of these, in the order of the
    /// options; whoever lists them may have meant another corpus.
    pub fn ignored_in_vain<'o>(&self, options: &'o PhraseOptions) -> Vec<&'o str> {
        self.set.ignored_in_vain(&self.index, options)
    }

    /// Returns which characters of each document stand inside phrases of kind
    /// formula that `min_documents` documents or more use of their own.
    ///
    /// Takes two bits a character and 8 bytes a document.
    pub fn formula_mask(&self, min_documents: u32) -> FormulaMask {
        coverage::formula_mask(&self.set, &self.index, min_documents)
    }
}
