//! Every bigram: how often it occurs, and how its two characters attract each other.

use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use crate::phrases::boundary;
use crate::phrases::weights::Weights;
use crate::prefetch::prefetch;
use crate::suffix::concat::{ConcatText, SEPARATOR};
use crate::suffix::suffix_array::SuffixArray;
use crate::text::lexicon::FUNCTION_CHARACTERS;

/// What a bigram says of a phrase that begins or ends with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bigram {
    /// Number of its occurrences.
    count: u32,
    odds: Odds,
}

/// A bigram as it is stored.
#[derive(Debug)]
struct StoredBigram {
    count: u32,
    /// Its [`Odds`], once they were counted.
    odds: AtomicU32,
}

/// Log odds that what begins with a bigram begins at an open boundary, and
/// that what ends with it ends at one; in steps of `1 / ODDS_STEPS`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Odds {
    begins: i16,
    ends: i16,
}

impl Odds {
    /// Returns log odds as they are stored.
    pub(crate) fn new(begins: f32, ends: f32) -> Self {
        let [begins, ends] = [begins, ends].map(|odds| (odds * ODDS_STEPS) as i16);
        Odds { begins, ends }
    }

    fn bits(self) -> u32 {
        u32::from(self.begins as u16) << 16 | u32::from(self.ends as u16)
    }

    #[inline(always)]
    fn of_bits(bits: u32) -> Self {
        Odds {
            begins: (bits >> 16) as i16,
            ends: bits as i16,
        }
    }
}

/// Steps in a unit of the log odds: they stay between -10 and 10, and 16 bits
/// hold them.
const ODDS_STEPS: f32 = 3000.0;

/// Every bigram that occurs, and how often each character does.
///
/// A boundary is *open* where the text has a mark, or where one of the two is a
/// function character that is not bound to the other; elsewhere it is as
/// tight as the pointwise mutual information of the two \[CH90\].
#[derive(Debug)]
pub(crate) struct Bigrams {
    /// In the order of the suffixes; a character and the end of its document are
    /// a bigram too.
    bigrams: Vec<StoredBigram>,
    /// Whether those that occur once are left out, unless a copied document has
    /// them, and those at the ends of documents: no phrase has one.
    is_sparse: bool,
    /// The second symbol of each bigram, stored apart so that a search stays in
    /// few cache lines; in order among those of one first symbol.
    seconds: Seconds,
    /// Where the bigrams of each first symbol begin in `bigrams`.
    first_bigrams: Vec<u32>,
    /// How often each symbol occurs.
    singles: Vec<u32>,
    /// Whether each symbol is a function character.
    function: Vec<bool>,
    len: u32,
}

/// Symbols, in 16 bits where those suffice.
#[derive(Debug)]
enum Seconds {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl Seconds {
    /// Returns an empty list for symbols below `symbol_count`.
    fn new(symbol_count: usize) -> Self {
        match symbol_count <= 1 << 16 {
            true => Seconds::Narrow(Vec::new()),
            false => Seconds::Wide(Vec::new()),
        }
    }

    fn push(&mut self, symbol: u32) {
        match self {
            Seconds::Narrow(all) => all.push(symbol as u16),
            Seconds::Wide(all) => all.push(symbol),
        }
    }

    fn shrink_to_fit(&mut self) {
        match self {
            Seconds::Narrow(all) => all.shrink_to_fit(),
            Seconds::Wide(all) => all.shrink_to_fit(),
        }
    }

    fn at(&self, nth: usize) -> u32 {
        match self {
            Seconds::Narrow(all) => u32::from(all[nth]),
            Seconds::Wide(all) => all[nth],
        }
    }

    /// Returns the index of a symbol in a sorted range.
    #[inline]
    fn find(&self, range: Range<usize>, symbol: u32) -> Option<u32> {
        let start = range.start;
        let at = match self {
            Seconds::Narrow(all) => all[range].binary_search(&(symbol as u16)),
            Seconds::Wide(all) => all[range].binary_search(&symbol),
        };
        Some((start + at.ok()?) as u32)
    }
}

impl Bigrams {
    /// Returns the bigrams of a text; `is_sparse` leaves out those that occur
    /// once, which are most where characters were put together at random.
    ///
    /// Takes linear time, and 10 bytes for each that is stored.
    pub(crate) fn new(text: &ConcatText, suffixes: &SuffixArray, is_sparse: bool) -> Self {
        let mut bigrams = Bigrams {
            bigrams: Vec::new(),
            is_sparse,
            seconds: Seconds::new(text.symbol_count()),
            first_bigrams: vec![0; text.symbol_count() + 1],
            singles: vec![0; text.symbol_count()],
            function: (0..text.symbol_count() as u32)
                .map(|s| FUNCTION_CHARACTERS.contains(text.character(s)))
                .collect(),
            len: text.len() as u32,
        };
        // The separators' suffixes come first.
        let ranks = text.documents()..text.len();
        bigrams.singles[SEPARATOR as usize] = ranks.start as u32;
        walk(text, suffixes, ranks, |bigram, ranks| {
            bigrams.singles[bigram.0 as usize] += ranks.len() as u32;
            if bigrams.is_stored(bigram, &ranks, text, suffixes) {
                bigrams.push(bigram, ranks.len());
            }
        });
        bigrams.bigrams.shrink_to_fit();
        bigrams.seconds.shrink_to_fit();
        for symbol in 0..text.symbol_count() {
            bigrams.first_bigrams[symbol + 1] += bigrams.first_bigrams[symbol];
        }
        bigrams
    }

    /// Adds the next bigram in the order of the suffixes.
    fn push(&mut self, bigram: (u32, u32), count: usize) {
        self.first_bigrams[bigram.0 as usize + 1] += 1;
        self.seconds.push(bigram.1);
        self.bigrams.push(StoredBigram {
            count: count as u32,
            odds: AtomicU32::default(),
        });
    }

    fn is_stored(
        &self,
        bigram: (u32, u32),
        ranks: &Range<usize>,
        text: &ConcatText,
        suffixes: &SuffixArray,
    ) -> bool {
        // What equal documents have is a repeat, although it stands here once.
        let has_copies = || {
            text.has_copies() && {
                let position = suffixes.position(ranks.start);
                text.weight(text.document_at(position)) > 1
            }
        };
        !self.is_sparse || bigram.1 != SEPARATOR && (ranks.len() > 1 || has_copies())
    }

    /// Returns the first rank of the suffixes that begin with each symbol, and
    /// the last one's end.
    pub(crate) fn first_ranks(&self) -> Vec<usize> {
        let mut rank = 0;
        let of_symbols = self.singles.iter().map(|&count| {
            rank += count as usize;
            rank
        });
        std::iter::once(0).chain(of_symbols).collect()
    }

    /// Calls `found` for the bigrams that begin with a symbol, in order: with
    /// the index of each, its second symbol, and its ranks. `ranks` are those of
    /// the symbol.
    pub(crate) fn each_of(
        &self,
        symbol: u32,
        ranks: Range<usize>,
        text: &ConcatText,
        suffixes: &SuffixArray,
        mut found: impl FnMut(u32, u32, Range<usize>),
    ) {
        let mut all = self.of(symbol);
        if all.is_empty() {
            return;
        }
        if self.is_sparse {
            walk(text, suffixes, ranks, |bigram, ranks| {
                if self.is_stored(bigram, &ranks, text, suffixes)
                    && let Some(at) = all.next()
                {
                    found(at as u32, bigram.1, ranks);
                }
            });
            return;
        }
        let mut rank = ranks.start;
        for at in all {
            let end = rank + self.bigrams[at].count as usize;
            found(at as u32, self.seconds.at(at), rank..end);
            rank = end;
        }
    }

    /// Sets the odds of a bigram.
    pub(crate) fn set_odds(&self, bigram: u32, odds: Odds) {
        let stored = &self.bigrams[bigram as usize];
        stored.odds.store(odds.bits(), Relaxed);
    }

    /// Returns the indexes of the bigrams that begin with a symbol.
    fn of(&self, symbol: u32) -> Range<usize> {
        self.first_bigrams[symbol as usize] as usize
            ..self.first_bigrams[symbol as usize + 1] as usize
    }

    /// Returns how often a symbol occurs.
    pub(crate) fn single(&self, symbol: u32) -> u32 {
        self.singles[symbol as usize]
    }

    /// Returns the index of the bigram of two symbols, if it occurs.
    #[inline]
    pub(crate) fn find(&self, first: u32, second: u32) -> Option<u32> {
        // In the order of the suffixes, so in that of their second symbols.
        let of_first = self.of(first);
        self.seconds.find(of_first, second)
    }

    /// Prefetches a bigram.
    #[inline(always)]
    pub(crate) fn prefetch(&self, bigram: u32) {
        prefetch(&self.bigrams, bigram as usize);
    }

    /// Returns a bigram by its index.
    #[inline]
    pub(crate) fn at(&self, bigram: u32) -> Bigram {
        let StoredBigram { count, odds } = &self.bigrams[bigram as usize];
        Bigram {
            count: *count,
            odds: Odds::of_bits(odds.load(Relaxed)),
        }
    }

    /// Returns whether one of two symbols is a function character.
    #[inline(always)]
    pub(crate) fn is_of_function(&self, first: u32, second: u32) -> bool {
        self.function[first as usize] || self.function[second as usize]
    }

    /// Returns how tight the boundary inside a bigram is as it is stored, given
    /// how often it occurs; nothing where it is open, and at the end of a
    /// document.
    pub(crate) fn tightness(&self, first: u32, second: u32, count: u32) -> Option<u8> {
        if second == SEPARATOR {
            return None;
        }
        let odds = Odds::default();
        let information = self.information(first, second, &Bigram { count, odds });
        let is_open =
            self.is_of_function(first, second) && information < Weights::DEFAULT.bound_function;
        (!is_open).then(|| boundary::stored(information))
    }

    /// Returns the same for two symbols that follow each other somewhere in the
    /// text: a bigram that is not stored occurs once.
    pub(crate) fn tightness_of(&self, first: u32, second: u32) -> Option<u8> {
        let stored = self.find(first, second);
        let count = stored.map_or(1, |at| self.bigrams[at as usize].count);
        self.tightness(first, second, count)
    }

    /// Returns the pointwise mutual information of the two symbols of a bigram,
    /// in bits.
    pub(crate) fn information(&self, first: u32, second: u32, bigram: &Bigram) -> f32 {
        let [of_first, of_second] = [first, second].map(|s| self.single(s));
        let expected = of_first as f32 * of_second as f32 / self.len as f32;
        information(bigram.count as f32, expected, of_first.min(of_second))
    }
}

/// Calls `found` for every bigram that the suffixes at some ranks begin with,
/// in order, with their ranks: they lie together.
fn walk(
    text: &ConcatText,
    suffixes: &SuffixArray,
    ranks: Range<usize>,
    mut found: impl FnMut((u32, u32), Range<usize>),
) {
    /// Ranks whose text is prefetched before it is read.
    const BLOCK_LEN: usize = 64;
    let mut last = ((SEPARATOR, SEPARATOR), ranks.start);
    let mut read = |starts: &[usize]| {
        for &rank in starts {
            let position = suffixes.position(rank);
            let bigram = (text.at(position), text.at(position + 1));
            // Separators are one symbol, but nothing that documents share.
            if bigram != last.0 {
                if last.1 < rank {
                    found(last.0, last.1..rank);
                }
                last = (bigram, rank);
            }
        }
    };
    let mut starts = Vec::with_capacity(BLOCK_LEN);
    for rank in ranks.clone() {
        if rank == ranks.start || suffixes.lcp(rank) < 2 {
            text.prefetch_symbols(suffixes.position(rank));
            starts.push(rank);
            if starts.len() == BLOCK_LEN {
                read(&starts);
                starts.clear();
            }
        }
    }
    read(&starts);
    if last.1 < ranks.end {
        found(last.0, last.1..ranks.end);
    }
}

/// Returns the pointwise mutual information of two characters that stand
/// side by side `count` times, in bits, discounted where the counts are too
/// small to trust it \[PL02\].
fn information(count: f32, expected: f32, rarer: u32) -> f32 {
    let rarer = rarer as f32;
    libm::log2f(count / expected) * (count / (count + 1.0)) * (rarer / (rarer + 1.0))
}

impl Bigram {
    /// Returns the log odds that what begins with the bigram begins at an open
    /// boundary.
    #[inline]
    pub(crate) fn begins(&self) -> f32 {
        f32::from(self.odds.begins) / ODDS_STEPS
    }

    /// Returns the log odds that what ends with the bigram ends at an open
    /// boundary.
    #[inline]
    pub(crate) fn ends(&self) -> f32 {
        f32::from(self.odds.ends) / ODDS_STEPS
    }

    /// Returns how often the bigram occurs.
    #[inline]
    pub(crate) fn count(&self) -> u32 {
        self.count
    }
}
