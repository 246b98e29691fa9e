//! Everything that is known of a corpus before any phrase is judged.

use super::alphabet::SymbolText;
use super::breaks;
use super::cohesion::Scales;
use super::edge::{Ground, Surveyor};
use super::inverse::Ranks;
use super::joint::Joints;
use super::lcp::SharedLengths;
use super::pairs::Pairs;
use super::repeat::Interval;
use super::suffix_array::SuffixArray;
use crate::corpus::Corpus;
use crate::error::{Error, Result};

/// The symbols of a corpus, their suffixes in order, its joints and its pairs
/// of characters: made once, for phrases, families, figures of documents and whatever else
/// asks what documents share.
///
/// Peak memory is here: for each character 2 bytes of symbols and 8 while the
/// suffixes are sorted; after that 4 of suffix array, 1 of shared lengths, 1 of
/// joints, and some 22 bytes a distinct pair of characters.
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
///     assert!(phrases.iter().any(|phrase| phrase.phrase == "群防群治"));
///     Ok(())
/// })?;
/// let mask = chosen.formula_mask(&corpus, &index, 2);
/// assert!(mask.document(leitong::corpus::DocId(0)).count_ones() >= 4);
/// # Ok::<(), leitong::Error>(())
/// ```
pub struct ReuseIndex {
    pub(crate) text: SymbolText,
    pub(crate) suffixes: SuffixArray,
    pub(crate) joints: Joints,
    pub(crate) pairs: Pairs,
    ground: Ground,
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
        let text = SymbolText::of(corpus)?;
        Ok(ReuseIndex::of(corpus, text))
    }

    /// Returns the same index, and lets the corpus give up its folded texts as
    /// soon as they are copied: two bytes a character less, for who has no more
    /// use for them.
    ///
    /// # Errors
    ///
    /// As [`ReuseIndex::new`].
    pub fn releasing_folded(corpus: &mut Corpus) -> Result<Self> {
        needs_texts(corpus)?;
        let text = SymbolText::of(corpus)?;
        corpus.release_folded();
        Ok(ReuseIndex::of(corpus, text))
    }

    fn of(corpus: &Corpus, mut text: SymbolText) -> Self {
        let suffixes = SuffixArray::new(&mut text);
        let mut joints = breaks::marks(&text, corpus);
        let pairs = Pairs::new(&text, &suffixes, &mut joints);
        let ground = Ground::new(&text);
        ReuseIndex {
            text,
            suffixes,
            joints,
            pairs,
            ground,
        }
    }

    /// Frees what neighbouring suffixes share, and what else only choosing,
    /// partners and the figures of documents need: 2 bytes a character and
    /// more. Phrases, families and masks need none of it.
    pub fn release_lengths(&mut self) {
        self.suffixes.shared = SharedLengths::default();
        self.joints = Joints::open(0);
        self.pairs = Pairs::default();
    }

    /// Returns the characters of an interval, folded.
    pub(crate) fn written(&self, interval: &Interval) -> String {
        let position = self.suffixes.positions[interval.first as usize];
        self.text.slice(position as u32, interval.length)
    }

    /// Calls `found` for every maximal repeat, in the order of the suffixes.
    #[cfg(test)]
    pub(crate) fn walk(&self, min_length: u32, min_documents: u32, found: impl FnMut(Interval)) {
        super::repeat::walk(&self.text, &self.suffixes, min_length, min_documents, found);
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
        Surveyor::new(&self.text, &self.suffixes, &self.joints, &self.ground)
    }

    pub(crate) fn scales<'a>(&'a self, ranks: &'a Ranks) -> Scales<'a> {
        Scales::new(&self.text, &self.suffixes, &self.pairs, ranks)
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
