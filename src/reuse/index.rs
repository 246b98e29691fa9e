//! Everything that is known of a corpus before any phrase is judged.

use super::alphabet::SymbolText;
use super::breaks::Breaks;
use super::cohesion::Scales;
use super::edge::{Classes, Surveyor};
use super::gaps::Gaps;
use super::lcp::SharedLengths;
use super::repeat::{self, Interval};
use super::suffix_array::SuffixArray;
use crate::corpus::Corpus;
use crate::error::{Error, Result};

/// The symbols of a corpus, their suffixes in order, its marks and its gaps:
/// made once, for phrases, families, figures of documents and whatever else
/// asks what documents share.
///
/// Peak memory is here: for each character 2 bytes of symbols, 8 of suffix
/// array and shared lengths (6 after the making), 1 of gaps, half a byte of
/// marks.
///
/// # Examples
///
/// ```
/// use leitong::corpus::Corpus;
/// use leitong::reuse::{PhraseOptions, ReuseIndex};
///
/// let texts = [("a", "要联防联控、群防群治。"), ("b", "坚持联防联控、群防群治！")];
/// let corpus = Corpus::from_texts(texts, Default::default());
/// let index = ReuseIndex::new(&corpus)?;
/// let options = PhraseOptions::default();
/// let chosen = index.choose(&corpus, &options, &());
/// chosen.phrases(&corpus, &index, &options, |phrases| {
///     assert_eq!(phrases[0].display, "联防联控、群防群治");
///     Ok(())
/// })?;
/// let mask = chosen.formula_mask(&corpus, &index, 2);
/// assert_eq!(mask.document(leitong::corpus::DocId(0)).count_ones(), 8);
/// # Ok::<(), leitong::Error>(())
/// ```
pub struct ReuseIndex {
    pub(crate) text: SymbolText,
    pub(crate) suffixes: SuffixArray,
    pub(crate) breaks: Breaks,
    pub(crate) gaps: Gaps,
    classes: Classes,
}

impl ReuseIndex {
    /// Returns the index of a corpus that kept its texts.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] when the corpus is too long for one run, or was read
    /// without keeping the texts.
    pub fn new(corpus: &Corpus) -> Result<Self> {
        needs_texts(corpus)?;
        let mut text = SymbolText::new(corpus.docs().map(|document| corpus.folded(document)))?;
        let suffixes = SuffixArray::new(&mut text);
        let breaks = Breaks::new(&text, corpus);
        let gaps = Gaps::new(&text, &suffixes, &breaks);
        let classes = Classes::new(&text);
        Ok(ReuseIndex {
            text,
            suffixes,
            breaks,
            gaps,
            classes,
        })
    }

    /// Frees what neighbouring suffixes share, 2 bytes a character, which only
    /// choosing and the figures of documents need.
    pub fn release_lengths(&mut self) {
        self.suffixes.shared = SharedLengths::default();
    }

    /// Returns the characters of an interval, folded.
    pub(crate) fn written(&self, interval: &Interval) -> String {
        let position = self.suffixes.positions[interval.first as usize];
        self.text.slice(position as u32, interval.length)
    }

    /// Calls `found` for every maximal repeat, in the order of the suffixes.
    pub(crate) fn walk(&self, min_length: u32, min_documents: u32, found: impl FnMut(Interval)) {
        repeat::walk(&self.text, &self.suffixes, min_length, min_documents, found);
    }

    /// Returns the pairs of documents that share enough in long runs.
    ///
    /// Takes linear time: a run in many documents chains them in suffix order
    /// instead of pairing all off.
    pub fn partners(
        &self,
        formulas: Option<&super::FormulaMask>,
        options: super::PartnerOptions,
    ) -> super::PartnerSearch {
        super::partners::partners(self, formulas, options)
    }

    pub(crate) fn surveyor(&self) -> Surveyor<'_> {
        Surveyor::new(
            &self.text,
            &self.suffixes,
            &self.breaks,
            &self.gaps,
            &self.classes,
        )
    }

    pub(crate) fn scales(&self) -> Scales<'_> {
        Scales::new(&self.text, &self.suffixes, &self.gaps)
    }
}

/// Returns an error if places can't be found because no text was kept.
pub(crate) fn needs_texts(corpus: &Corpus) -> Result<()> {
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
