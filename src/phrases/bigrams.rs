//! Every bigram: how its two characters attract each other, and where words end beside them.

use std::ops::Range;

use rayon::prelude::*;

use crate::phrases::boundary::{self, Boundaries};
use crate::phrases::weights::Weights;
use crate::prefetch::{prefetched, with_later};
use crate::suffix::concat::{ConcatText, SEPARATOR};
use crate::suffix::suffix_array::SuffixArray;
use crate::text::lexicon::FUNCTION_CHARACTERS;

/// Positions between the prefetching and the reading.
const AHEAD: usize = 16;

/// What a bigram says of a phrase that begins or ends with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bigram {
    first_rank: u32,
    /// Number of its occurrences.
    count: u32,
    odds: Odds,
}

/// A bigram as it is stored: its suffixes lie before those of the next one.
#[derive(Clone, Copy, Debug)]
struct StoredBigram {
    /// The first of the ranks whose suffixes begin with the bigram.
    first_rank: u32,
    odds: Odds,
}

/// Log odds that what begins with a bigram begins at an open boundary, and
/// that what ends with it ends at one; in steps of `1 / ODDS_STEPS`.
#[derive(Clone, Copy, Debug, Default)]
struct Odds {
    begins: i16,
    ends: i16,
}

/// Steps in a unit of the log odds: they stay between -10 and 10, and 16 bits
/// hold them.
const ODDS_STEPS: f32 = 3000.0;

/// Every bigram that occurs, and how often each character does.
///
/// A boundary is *open* where the text has a mark, or where one of the two is a
/// function character that is not bound to the other; elsewhere it is as
/// tight as the pointwise mutual information of the two \[CH90\].
#[derive(Debug, Default)]
pub(crate) struct Bigrams {
    /// With one more where the last one ends; a character and the end of its
    /// document are a bigram too.
    bigrams: Vec<StoredBigram>,
    /// The second symbol of each bigram, stored apart so that a search stays in
    /// few cache lines; in order among those of one first symbol.
    seconds: Seconds,
    /// Where the bigrams of each first symbol begin in `bigrams`.
    first_bigrams: Vec<u32>,
    /// How often each symbol occurs.
    singles: Vec<u32>,
    len: u32,
}

/// Symbols, in 16 bits where those suffice.
#[derive(Debug)]
enum Seconds {
    Narrow(Vec<u16>),
    Wide(Vec<u32>),
}

impl Default for Seconds {
    fn default() -> Self {
        Seconds::new(0)
    }
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
    /// Returns the bigrams of a text, and tightens its boundaries, which hold
    /// nothing but marks so far.
    ///
    /// Takes linear time, and 10 bytes a distinct bigram.
    pub(crate) fn new(
        text: &ConcatText,
        suffixes: &SuffixArray,
        boundaries: &mut Boundaries,
    ) -> Self {
        let function: Vec<bool> = (0..text.symbol_count() as u32)
            .map(|s| FUNCTION_CHARACTERS.contains(text.character(s)))
            .collect();
        let mut bigrams = Bigrams {
            bigrams: Vec::new(),
            seconds: Seconds::new(text.symbol_count()),
            first_bigrams: vec![0; text.symbol_count() + 1],
            singles: vec![0; text.symbol_count()],
            len: text.len() as u32,
        };
        for position in 0..bigrams.len {
            bigrams.singles[text.at(position) as usize] += 1;
        }
        bigrams.find_all(text, suffixes);
        for symbol in 0..text.symbol_count() as u32 {
            for at in bigrams.of(symbol) {
                let (second, bigram) = (bigrams.seconds.at(at), bigrams.at(at as u32));
                if second == SEPARATOR {
                    continue;
                }
                let information = bigrams.information(symbol, second, &bigram);
                let function = function[symbol as usize] || function[second as usize];
                if function && information < Weights::DEFAULT.bound_function {
                    continue;
                }
                let tightness = boundary::stored(information);
                let positions = suffixes.positions.slice(bigram.ranks());
                for (&position, later) in with_later(positions, AHEAD) {
                    if let Some(&later) = later {
                        boundaries.prefetch(later as u32 + 1);
                    }
                    boundaries.tighten(position as u32 + 1, tightness);
                }
            }
        }
        bigrams.count_boundaries(text, suffixes, boundaries);
        bigrams
    }

    /// Finds all bigrams; suffixes that begin with one lie together.
    fn find_all(&mut self, text: &ConcatText, suffixes: &SuffixArray) {
        // The separators' suffixes come first.
        let mut rank = text.documents();
        let mut last = (SEPARATOR, SEPARATOR);
        while rank < text.len() {
            let position = suffixes.position(rank);
            let bigram = (text.at(position), text.at(position + 1));
            // Separators are one symbol, but nothing that documents share.
            if bigram != last {
                self.first_bigrams[bigram.0 as usize + 1] += 1;
                self.seconds.push(bigram.1);
                self.bigrams.push(StoredBigram {
                    first_rank: rank as u32,
                    odds: Odds::default(),
                });
                last = bigram;
            }
            rank += 1;
            while rank < text.len() && suffixes.lcp(rank) >= 2 {
                rank += 1;
            }
        }
        self.bigrams.push(StoredBigram {
            first_rank: rank as u32,
            odds: Odds::default(),
        });
        self.bigrams.shrink_to_fit();
        self.seconds.shrink_to_fit();
        for symbol in 0..text.symbol_count() {
            self.first_bigrams[symbol + 1] += self.first_bigrams[symbol];
        }
    }

    /// Counts how often an open boundary stands before and after each bigram,
    /// smoothed by how often one stands before its first and after its second
    /// character.
    fn count_boundaries(
        &mut self,
        text: &ConcatText,
        suffixes: &SuffixArray,
        boundaries: &Boundaries,
    ) {
        /// Weight of the single characters beside the bigram, in occurrences
        /// of it. Guess.
        const PRIOR: f32 = 4.0;
        /// Occurrences that every character is taken to have beside its own,
        /// one of them at an open boundary. Guess.
        const UNSEEN: f32 = 8.0;
        let mut open = vec![[0_u32; 2]; text.symbol_count()];
        for position in 0..self.len {
            let open = &mut open[text.at(position) as usize];
            open[0] += u32::from(boundaries.at(position).is_open());
            open[1] += u32::from(boundaries.at(position + 1).is_open());
        }
        let share = |symbol: u32, side: usize, of: u32| {
            (open[symbol as usize][side] as f32 + 1.0) / (of as f32 + UNSEEN)
        };
        let log_odds = |open: u32, count: u32, prior: f32| -> i16 {
            let p = (open as f32 + PRIOR * prior) / (count as f32 + PRIOR);
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            (libm::logf(p / (1.0 - p)) * ODDS_STEPS) as i16
        };
        let of_bigram = |symbol: u32, at: usize| {
            let (second, bigram) = (self.seconds.at(at), self.at(at as u32));
            if second == SEPARATOR {
                return Odds::default();
            }
            let (mut before, mut after) = (0, 0);
            let positions = suffixes.positions.slice(bigram.ranks());
            let fetch = |later: &i32| boundaries.prefetch(*later as u32);
            for &position in prefetched(positions, AHEAD, fetch) {
                before += u32::from(boundaries.at(position as u32).is_open());
                after += u32::from(boundaries.at(position as u32 + 2).is_open());
            }
            let [of_first, of_second] = [symbol, second].map(|s| self.singles[s as usize]);
            Odds {
                begins: log_odds(before, bigram.count, share(symbol, 0, of_first)),
                ends: log_odds(after, bigram.count, share(second, 1, of_second)),
            }
        };
        let symbols = (0..text.symbol_count() as u32).into_par_iter();
        let odds: Vec<Odds> = symbols
            .flat_map_iter(|symbol| self.of(symbol).map(move |at| (symbol, at)))
            .map(|(symbol, at)| of_bigram(symbol, at))
            .collect();
        for (bigram, odds) in self.bigrams.iter_mut().zip(odds) {
            bigram.odds = odds;
        }
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

    /// Returns a bigram by its index.
    #[inline]
    pub(crate) fn at(&self, bigram: u32) -> Bigram {
        let [StoredBigram { first_rank, odds }, next] = self.bigrams[bigram as usize..][..2] else {
            unreachable!("a slice of two");
        };
        Bigram {
            first_rank,
            count: next.first_rank - first_rank,
            odds,
        }
    }

    /// Returns the pointwise mutual information of the two symbols of a bigram,
    /// in bits.
    pub(crate) fn information(&self, first: u32, second: u32, bigram: &Bigram) -> f32 {
        let [of_first, of_second] = [first, second].map(|s| self.single(s));
        let expected = of_first as f32 * of_second as f32 / self.len as f32;
        information(bigram.count as f32, expected, of_first.min(of_second))
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

    /// Returns the ranks of the suffixes that begin with the bigram.
    #[inline]
    pub(crate) fn ranks(&self) -> Range<usize> {
        self.first_rank as usize..(self.first_rank + self.count) as usize
    }
}
