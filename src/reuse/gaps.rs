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
/// tight as the pointwise mutual information of the two \[CH90\].
#[derive(Debug)]
pub(crate) struct Gaps {
    tightness: Vec<u8>,
    pairs: Vec<Pair>,
    /// The second symbol of each pair, apart, so that a search stays in few
    /// cache lines.
    seconds: Vec<u32>,
    /// Where the pairs of each first symbol begin in `pairs`.
    first_pairs: Vec<u32>,
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
            seconds: Vec::new(),
            first_pairs: vec![0; text.alphabet_len() + 1],
            singles: Vec::new(),
            len: text.len() as u32,
        };
        gaps.singles = vec![0_u32; text.alphabet_len()];
        for position in 0..gaps.len {
            gaps.singles[text.at(position) as usize] += 1;
        }
        gaps.find_pairs(text, suffixes);
        for symbol in 0..text.alphabet_len() as u32 {
            for at in gaps.pairs_of(symbol) {
                let pair = gaps.pairs[at];
                let function = function[symbol as usize] || function[gaps.seconds[at] as usize];
                let tightness = if function && pair.information < BOUND {
                    0
                } else {
                    (pair.information.clamp(1.0 / STEPS, TIGHTEST) * STEPS) as u8
                };
                for &position in &suffixes.positions[pair.ranks()] {
                    let gap = position as u32 + 1;
                    gaps.tightness[gap as usize] = if breaks.before(gap) { 0 } else { tightness };
                }
            }
        }
        gaps.learn_edges(text, suffixes);
        gaps
    }

    /// Finds all pairs and how much each attracts; suffixes that begin with
    /// one pair lie together.
    fn find_pairs(&mut self, text: &SymbolText, suffixes: &SuffixArray) {
        let total = text.len() as f32;
        // The separators' suffixes come first.
        let mut rank = text.documents();
        while rank < text.len() {
            let position = suffixes.positions[rank] as u32;
            let (first, second) = (text.at(position), text.at(position + 1));
            let start = rank;
            rank += 1;
            while rank < text.len() && suffixes.lcp(rank) >= 2 {
                rank += 1;
            }
            if second == SEPARATOR {
                continue;
            }
            let count = (rank - start) as f32;
            let [of_first, of_second] = [first, second].map(|s| self.singles[s as usize]);
            let expected = of_first as f32 * of_second as f32 / total;
            self.first_pairs[first as usize + 1] += 1;
            self.seconds.push(second);
            self.pairs.push(Pair {
                first_rank: start as u32,
                count: (rank - start) as u32,
                information: information(count, expected, of_first.min(of_second)),
                begins: 0.0,
                ends: 0.0,
            });
        }
        self.pairs.shrink_to_fit();
        self.seconds.shrink_to_fit();
        for symbol in 0..text.alphabet_len() {
            self.first_pairs[symbol + 1] += self.first_pairs[symbol];
        }
    }

    /// Fills in how often an open gap stands before and after each pair,
    /// smoothed by how often it stands before its first and after its second
    /// character.
    fn learn_edges(&mut self, text: &SymbolText, suffixes: &SuffixArray) {
        /// The weight of the single character beside the pair, in occurrences.
        const PRIOR: f32 = 4.0;
        let mut open = vec![[0_u32; 2]; text.alphabet_len()];
        for position in 0..self.len {
            let open = &mut open[text.at(position) as usize];
            open[0] += u32::from(self.open(position));
            open[1] += u32::from(self.open(position + 1));
        }
        let share = |symbol: u32, side: usize, of: u32| {
            (open[symbol as usize][side] as f32 + 1.0) / (of as f32 + 8.0)
        };
        let log_odds = |open: u32, count: u32, prior: f32| {
            let p = (open as f32 + PRIOR * prior) / (count as f32 + PRIOR);
            let p = p.clamp(1e-4, 1.0 - 1e-4);
            (p / (1.0 - p)).ln()
        };
        for symbol in 0..text.alphabet_len() as u32 {
            for at in self.pairs_of(symbol) {
                let (second, count) = (self.seconds[at], self.pairs[at].count);
                let (mut before, mut after) = (0, 0);
                for &position in &suffixes.positions[self.pairs[at].ranks()] {
                    before += u32::from(self.open(position as u32));
                    after += u32::from(self.open(position as u32 + 2));
                }
                let [of_first, of_second] = [symbol, second].map(|s| self.singles[s as usize]);
                self.pairs[at].begins = log_odds(before, count, share(symbol, 0, of_first));
                self.pairs[at].ends = log_odds(after, count, share(second, 1, of_second));
            }
        }
    }

    /// Returns the indexes of the pairs that a symbol begins.
    fn pairs_of(&self, symbol: u32) -> std::ops::Range<usize> {
        self.first_pairs[symbol as usize] as usize..self.first_pairs[symbol as usize + 1] as usize
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
        let pairs = self.pairs_of(first);
        let at = self.seconds[pairs.clone()].binary_search(&second).ok()?;
        Some(&self.pairs[pairs.start + at])
    }
}

/// Returns the pointwise mutual information of two characters that stand
/// side by side `count` times, in bits, discounted where the counts are too
/// small to trust it \[PL02\].
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
