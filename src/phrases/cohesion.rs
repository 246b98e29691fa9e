//! How much the parts of a string attract each other: its weakest split.

use crate::phrases::bigrams::Bigrams;
use crate::suffix::concat::ConcatText;
use crate::suffix::interval::Interval;
use crate::suffix::inverse::{InverseQuery, PartialInverse};
use crate::suffix::suffix_array::SuffixArray;

/// Measures the cohesion of strings whose parts are in a partial inverse.
pub(crate) struct SplitScorer<'a> {
    text: &'a ConcatText,
    suffixes: &'a SuffixArray,
    bigrams: &'a Bigrams,
    ranks: &'a PartialInverse,
}

/// What the weakest split of a string says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cohesion {
    /// Pointwise mutual information of the two parts, in bits.
    pub(crate) bits: f32,
    /// Share of the occurrences of the string without its first character
    /// that have that character.
    pub(crate) first_belongs: f32,
    /// The same of its last character.
    pub(crate) last_belongs: f32,
}

/// Longer strings are measured by this many first and last characters: the
/// weakest split of a long repeat is next to an end.
const REACH: u32 = 24;

/// Returns the splits that are looked at of a string of `length` characters,
/// those at its ends first: they are the weakest most often.
fn splits(length: u32) -> impl Iterator<Item = u32> {
    let near = (length / 2).min(REACH - 1);
    (1..=near)
        .flat_map(move |at| [at, length - at])
        .take(length as usize - 1)
}

/// Adds to a query the suffixes that begin with the parts of a string.
pub(crate) fn add_parts(query: &mut InverseQuery, position: u32, length: u32) {
    let long_enough = move |at: &u32| length - at > 2;
    query.add(splits(length).filter(long_enough).map(|at| position + at));
}

/// Returns an upper bound of the cohesion of a string, in bits, given how often
/// its first and its last character occur in a text of `symbols` symbols: what
/// stands beside such an end occurs no less often than the whole.
pub(crate) fn at_most(symbols: usize, ends: [u32; 2]) -> f32 {
    /// More than rounding takes away.
    const ROUNDING: f32 = 1e-3;
    libm::log2f(symbols as f32 / ends[0].max(ends[1]) as f32) + ROUNDING
}

impl<'a> SplitScorer<'a> {
    pub(crate) fn new(
        text: &'a ConcatText,
        suffixes: &'a SuffixArray,
        bigrams: &'a Bigrams,
        ranks: &'a PartialInverse,
    ) -> Self {
        SplitScorer {
            text,
            suffixes,
            bigrams,
            ranks,
        }
    }

    /// Prefetches what leads to the ranks of the parts of a string.
    #[inline]
    pub(crate) fn prefetch_query(&self, interval: &Interval) {
        let position = self.suffixes.position(interval.first as usize);
        self.ranks.prefetch_query(position + 1);
    }

    /// Prefetches the rank of the string without its first character: that
    /// split is looked at first, and seldom another.
    #[inline]
    pub(crate) fn prefetch_ranks(&self, interval: &Interval) {
        let position = self.suffixes.position(interval.first as usize);
        self.ranks.prefetch(position + 1);
    }

    /// Prefetches the lengths around the string and around that rank.
    #[inline]
    pub(crate) fn prefetch_lengths(&self, interval: &Interval) {
        let position = self.suffixes.position(interval.first as usize);
        self.suffixes.lcp_array.prefetch(interval.first as usize);
        for rank in [1, 2].map(|at| self.ranks.rank(position + at)) {
            self.suffixes.lcp_array.prefetch(rank.unwrap_or_default());
        }
    }

    /// Returns the pointwise mutual information of the two parts of a string
    /// at the split where that is least, or `None` if it is less than
    /// `enough` bits. The string has two characters or more; `ends` is how
    /// often its first two and its last two occur.
    ///
    /// What a part has in common with its neighbours in the order tells how
    /// often it occurs: a walk of a few steps for each split, from the ends
    /// inwards until no weaker one can come, and no comparison of characters.
    pub(crate) fn weakest_split(
        &self,
        interval: &Interval,
        ends: [u32; 2],
        enough: f32,
    ) -> Option<Cohesion> {
        let length = interval.length;
        let position = self.suffixes.position(interval.first as usize);
        let occurrences = interval.last - interval.first + 1;
        let scale = f64::from(occurrences) * self.text.len() as f64;
        let most = scale / libm::exp2(f64::from(enough));
        let head = |at: u32| match at {
            1 => self.bigrams.single(self.text.at(position)),
            2 => ends[0],
            at => self.count(Some(interval.first as usize), at, occurrences),
        };
        let tail = |at: u32| match length - at {
            1 => self.bigrams.single(self.text.at(position + at)),
            2 => ends[1],
            rest => self.count(self.ranks.rank(position + at), rest, occurrences),
        };
        let mut best = 0_u64;
        let (mut of_first, mut of_last) = (occurrences, occurrences);
        for at in 1..=(length / 2).min(REACH - 1) {
            let (left, right) = (at, length - at);
            let (left_head, right_tail) = (head(left), tail(right));
            let (left_tail, right_head) = match left == right {
                true => (right_tail, left_head),
                false => (tail(left), head(right)),
            };
            if at == 1 {
                (of_first, of_last) = (left_tail, right_head);
            }
            best = best
                .max(u64::from(left_head) * u64::from(left_tail))
                .max(u64::from(right_head) * u64::from(right_tail));
            if best as f64 > most {
                return None;
            }
            // A longer head and a longer tail occur no more often, so no
            // split between these two is weaker.
            if u64::from(left_head) * u64::from(right_tail) <= best {
                break;
            }
        }
        let share = |of: u32| occurrences as f32 / of as f32;
        Some(Cohesion {
            bits: libm::log2(scale / best as f64) as f32,
            first_belongs: share(of_first),
            last_belongs: share(of_last),
        })
    }

    /// Returns how often a part of a string occurs: the suffixes around a rank
    /// that share so many characters. A part too long to tell occurs as often
    /// as the whole.
    #[inline]
    fn count(&self, rank: Option<usize>, length: u32, occurrences: u32) -> u32 {
        rank.and_then(|rank| self.suffixes.lcp_array.range(rank, length))
            .map_or(occurrences, |(first, last)| (last - first + 1) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_split_of_a_short_string_is_looked_at_and_the_ends_of_a_long_one() {
        for length in 2..60 {
            let mut all: Vec<u32> = splits(length).collect();
            all.sort_unstable();
            let expected: Vec<u32> = (1..length)
                .filter(|at| *at < REACH || length - at < REACH)
                .collect();
            all.dedup();
            assert_eq!(all, expected, "{length}");
        }
    }
}
