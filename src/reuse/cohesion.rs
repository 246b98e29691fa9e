//! How much the parts of a string attract each other: its weakest split.

use super::alphabet::SymbolText;
use super::gaps::Gaps;
use super::suffix_array::SuffixArray;

/// Measures strings; keeps its buffers from one to the next.
pub(crate) struct Scales<'a> {
    text: &'a SymbolText,
    suffixes: &'a SuffixArray,
    gaps: &'a Gaps,
    symbols: Vec<u32>,
    /// An upper bound of the occurrences of each beginning, then of each end.
    heads: Vec<u32>,
    tails: Vec<u32>,
    splits: Vec<(u64, u32)>,
}

/// Longer strings are measured by their first and last so many characters:
/// the weakest split of a long repeat is next to an end.
const REACH: usize = 24;

impl<'a> Scales<'a> {
    pub(crate) fn new(text: &'a SymbolText, suffixes: &'a SuffixArray, gaps: &'a Gaps) -> Self {
        Scales {
            text,
            suffixes,
            gaps,
            symbols: Vec::new(),
            heads: Vec::new(),
            tails: Vec::new(),
            splits: Vec::new(),
        }
    }

    /// Returns the pointwise mutual information of the two parts of a string
    /// at the split where that is least, in bits, or `None` if it is less
    /// than `enough`.
    ///
    /// The string has `length` symbols, begins at `position` and occurs
    /// `occurrences` times in the distinct documents. Takes `O(length)`
    /// look-ups of pairs, and a few binary searches: the count of a part is
    /// at most that of its rarest pair, so most splits are out before they
    /// are counted.
    pub(crate) fn weakest_split(
        &mut self,
        position: u32,
        length: u32,
        occurrences: u32,
        enough: f32,
    ) -> Option<f32> {
        let length = length as usize;
        self.symbols.clear();
        self.symbols
            .extend((0..length as u32).map(|n| self.text.at(position + n)));
        if length < 2 {
            return None;
        }
        self.bound_counts();
        let scale = f64::from(occurrences) * self.text.len() as f64;
        let information = |product: u64| (scale / product as f64).log2() as f32;
        self.splits.clear();
        for at in 1..length {
            if at < REACH || length - at < REACH {
                let most = u64::from(self.heads[at]) * u64::from(self.tails[at]);
                self.splits.push((most, at as u32));
            }
        }
        self.splits.sort_unstable_by(|a, b| b.cmp(a));
        let mut best = 1;
        for n in 0..self.splits.len() {
            let (most, at) = self.splits[n];
            if most <= best {
                break;
            }
            let at = at as usize;
            let tail = self.count(at, length, occurrences);
            if u64::from(self.heads[at]) * u64::from(tail) > best {
                let head = self.count(0, at, occurrences);
                best = best.max(u64::from(head) * u64::from(tail));
                if information(best) < enough {
                    return None;
                }
            }
        }
        Some(information(best))
    }

    /// Returns the share of the occurrences of the string last weighed,
    /// without its first character, that have that character.
    pub(crate) fn first_belongs(&self, occurrences: u32) -> f32 {
        occurrences as f32 / self.count(1, self.symbols.len(), occurrences) as f32
    }

    /// Returns the same of its last character.
    pub(crate) fn last_belongs(&self, occurrences: u32) -> f32 {
        occurrences as f32 / self.count(0, self.symbols.len() - 1, occurrences) as f32
    }

    fn bound_counts(&mut self) {
        let length = self.symbols.len();
        self.heads.clear();
        self.tails.clear();
        self.heads.resize(length, 0);
        self.tails.resize(length, 0);
        let pair = |n: usize| {
            self.gaps
                .pair(self.symbols[n], self.symbols[n + 1])
                .map_or(1, |p| p.count())
        };
        let mut least = self.gaps.single(self.symbols[0]);
        self.heads[1] = least;
        for at in 2..length {
            least = least.min(pair(at - 2));
            self.heads[at] = least;
        }
        least = self.gaps.single(self.symbols[length - 1]);
        self.tails[length - 1] = least;
        for at in (1..length - 1).rev() {
            least = least.min(pair(at));
            self.tails[at] = least;
        }
    }

    /// Returns how often a part of the string occurs; a part occurs at least
    /// as often as the whole, so the search ends when no more are left.
    fn count(&self, from: usize, to: usize, occurrences: u32) -> u32 {
        let part = &self.symbols[from..to];
        let [first, second, ..] = *part else {
            return self.gaps.single(part[0]);
        };
        let Some(pair) = self.gaps.pair(first, second) else {
            return occurrences.max(1);
        };
        let range = pair.ranks();
        if part.len() == 2 || range.len() <= occurrences as usize {
            return range.len() as u32;
        }
        self.suffixes.count_in(self.text, range, 2, &part[2..])
    }
}

#[cfg(test)]
mod tests {
    use crate::corpus::Corpus;
    use crate::reuse::index::ReuseIndex;
    use crate::reuse::naive;
    use proptest::prelude::*;

    fn corpus(documents: &[String]) -> Corpus {
        let ids: Vec<String> = (0..documents.len()).map(|n| n.to_string()).collect();
        let texts = ids.iter().zip(documents);
        Corpus::from_texts(texts.map(|(id, text)| (&**id, &**text)), Default::default())
    }

    proptest! {
        #[test]
        fn prop_weakest_split_matches_brute_force(documents in naive::documents()) {
            let corpus = corpus(&documents);
            let index = ReuseIndex::new(&corpus).unwrap();
            let mut intervals = Vec::new();
            index.walk(2, 1, |interval| intervals.push(interval));
            let mut scales = index.scales();
            for interval in intervals {
                let position = index.suffixes.positions[interval.first as usize] as u32;
                let string: Vec<char> = index.text.slice(position, interval.length).chars().collect();
                let occurrences = interval.last - interval.first + 1;
                let found = scales.weakest_split(position, interval.length, occurrences, f32::MIN);
                let expected = naive::weakest_split(&documents, &string, index.text.len());
                let off = (f64::from(found.unwrap()) - expected).abs();
                prop_assert!(off < 1e-4, "{string:?}: {found:?}, not {expected}");
            }
        }
    }
}
