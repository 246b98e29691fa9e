//! How tightly two neighbouring characters hang together, everywhere in the text.

use super::alphabet::{SEPARATOR, SymbolText};
use super::breaks::Breaks;
use super::suffix_array::SuffixArray;

/// Characters that join words and seldom make them: particles, prepositions,
/// conjunctions. A phrase neither begins nor ends with one that is not its own.
pub(crate) const FUNCTION: &str =
    "的地得之了着过在是和与及以为将对等也都就而并但或把被让从向由到于这那其";

/// Pointwise mutual information, in bits, from which on a function character
/// is taken for part of a word (和平, 目的, 实事求是). Guess; the bench
/// `reuse/phrases` and the reading of the top 200 would show a better one.
const BOUND: f32 = 3.0;

/// What a gap can weigh at most, in bits: rare characters reach any number.
const TIGHTEST: f32 = 8.0;

/// Steps a bit in the stored byte.
const STEPS: f32 = 16.0;

/// What two neighbouring characters say of a phrase that begins or ends with
/// them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    second: u32,
    /// The first of the ranks whose suffixes begin with the pair.
    first_rank: u32,
    /// Its occurrences.
    count: u32,
    /// Pointwise mutual information of the two, in bits.
    pub(crate) information: f32,
    /// Log odds that what begins with the pair begins at an open gap.
    pub(crate) begins: f32,
    /// Log odds that what ends with the pair ends at an open gap.
    pub(crate) ends: f32,
}

/// The gap before every position, and every pair of characters that occurs.
///
/// A gap is *open* where the text has a mark, or where one of the two is a
/// function character that is not bound to the other; elsewhere it is as
/// tight as the pointwise mutual information of the two [CH90].
#[derive(Debug)]
pub(crate) struct Gaps {
    tightness: Vec<u8>,
    pairs: Vec<Pair>,
    /// Where the pairs of each first symbol begin in `pairs`.
    pairs_of: Vec<u32>,
    /// How often each symbol occurs.
    singles: Vec<u32>,
    len: u32,
}

impl Gaps {
    /// Returns the gaps of a text.
    ///
    /// Takes linear time, a byte a character and 20 bytes a distinct pair.
    pub(crate) fn new(text: &SymbolText, suffixes: &SuffixArray, breaks: &Breaks) -> Self {
        let function: Vec<bool> = (0..text.alphabet_len() as u32)
            .map(|s| FUNCTION.contains(text.character(s)))
            .collect();
        let mut gaps = Gaps {
            tightness: vec![0; text.len() + 1],
            pairs: Vec::new(),
            pairs_of: vec![0; text.alphabet_len() + 1],
            singles: Vec::new(),
            len: text.len() as u32,
        };
        let mut singles = vec![0_u32; text.alphabet_len()];
        let mut buckets = Vec::new();
        let mut rank = text.documents();
        while rank < text.len() {
            // The suffixes that begin with one pair, and how many begin with
            // its first character.
            let position = suffixes.positions[rank] as u32;
            let (first, second) = (text.at(position), text.at(position + 1));
            let start = rank;
            rank += 1;
            while rank < text.len() && suffixes.lcp(rank) >= 2 {
                rank += 1;
            }
            if second != SEPARATOR {
                buckets.push((first, second, start as u32, rank as u32));
            }
            singles[first as usize] += (rank - start) as u32;
        }
        let total = text.len() as f32;
        for &(first, second, start, end) in &buckets {
            let count = (end - start) as f32;
            let expected = singles[first as usize] as f32 * singles[second as usize] as f32 / total;
            let rarer = singles[first as usize].min(singles[second as usize]);
            let information = information(count, expected, rarer);
            let function = function[first as usize] || function[second as usize];
            let tightness = if function && information < BOUND {
                0
            } else {
                (information.clamp(1.0 / STEPS, TIGHTEST) * STEPS) as u8
            };
            for rank in start..end {
                let gap = suffixes.positions[rank as usize] as u32 + 1;
                gaps.tightness[gap as usize] = if breaks.before(gap) { 0 } else { tightness };
            }
        }
        gaps.singles = singles;
        gaps.learn_edges(text, suffixes, &buckets);
        gaps
    }

    /// Fills in how often an open gap stands before and after each pair,
    /// smoothed by how often it stands before its first and after its second
    /// character.
    fn learn_edges(
        &mut self,
        text: &SymbolText,
        suffixes: &SuffixArray,
        buckets: &[(u32, u32, u32, u32)],
    ) {
        /// The weight of the single character beside the pair, in occurrences.
        const PRIOR: f32 = 4.0;
        let mut singles = vec![[0_u32; 3]; text.alphabet_len()];
        for position in 0..self.len {
            let single = &mut singles[text.at(position) as usize];
            single[0] += 1;
            single[1] += u32::from(self.open(position));
            single[2] += u32::from(self.open(position + 1));
        }
        let share = |symbol: u32, side: usize| {
            let single = singles[symbol as usize];
            (single[side] as f32 + 1.0) / (single[0] as f32 + 8.0)
        };
        let log_odds = |open: u32, count: f32, prior: f32| {
            let p = (open as f32 + PRIOR * prior) / (count + PRIOR);
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            (p / (1.0 - p)).ln()
        };
        let total = text.len() as f32;
        self.pairs.reserve_exact(buckets.len());
        for &(first, second, start, end) in buckets {
            let mut before = 0;
            let mut after = 0;
            for rank in start..end {
                let position = suffixes.positions[rank as usize] as u32;
                before += u32::from(self.open(position));
                after += u32::from(self.open(position + 2));
            }
            let count = (end - start) as f32;
            let [of_first, of_second] = [first, second].map(|s| singles[s as usize][0]);
            let expected = of_first as f32 * of_second as f32 / total;
            let rarer = of_first.min(of_second);
            self.pairs_of[first as usize + 1] += 1;
            self.pairs.push(Pair {
                second,
                first_rank: start,
                count: end - start,
                information: information(count, expected, rarer),
                begins: log_odds(before, count, share(first, 1)),
                ends: log_odds(after, count, share(second, 2)),
            });
        }
        for symbol in 0..text.alphabet_len() {
            self.pairs_of[symbol + 1] += self.pairs_of[symbol];
        }
    }

    /// Returns whether the gap before a position is open.
    #[inline]
    pub(crate) fn open(&self, position: u32) -> bool {
        self.tightness[position as usize] == 0
    }

    /// Returns how tight the gap before a position is, in bits; 0 when open.
    #[inline]
    pub(crate) fn tightness(&self, position: u32) -> f32 {
        f32::from(self.tightness[position as usize]) / STEPS
    }

    /// Returns how often a symbol occurs.
    pub(crate) fn single(&self, symbol: u32) -> u32 {
        self.singles[symbol as usize]
    }

    /// Returns what is known of two characters that stand side by side.
    #[inline]
    pub(crate) fn pair(&self, first: u32, second: u32) -> Option<&Pair> {
        let from = self.pairs_of[first as usize] as usize;
        let pairs = &self.pairs[from..self.pairs_of[first as usize + 1] as usize];
        pairs
            .binary_search_by_key(&second, |pair| pair.second)
            .ok()
            .map(|at| &pairs[at])
    }
}

/// Returns the pointwise mutual information of two characters that stand
/// side by side `count` times, in bits, discounted where the counts are too
/// small to trust it [PL02].
fn information(count: f32, expected: f32, rarer: u32) -> f32 {
    let rarer = rarer as f32;
    (count / expected).log2() * (count / (count + 1.0)) * (rarer / (rarer + 1.0))
}

impl Pair {
    /// Returns how often the pair occurs.
    #[inline]
    pub(crate) fn count(&self) -> u32 {
        self.count
    }

    /// Returns the ranks of the suffixes that begin with the pair.
    #[inline]
    pub(crate) fn ranks(&self) -> std::ops::Range<usize> {
        self.first_rank as usize..(self.first_rank + self.count) as usize
    }
}
