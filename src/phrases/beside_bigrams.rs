//! Where words end beside bigrams, and the boundaries inside of them.

use std::ops::Range;

use rayon::prelude::*;

use crate::phrases::bigrams::{Bigrams, Odds};
use crate::phrases::boundaries::Boundaries;
use crate::prefetch::with_later;
use crate::suffix::concat::{ConcatText, SEPARATOR};
use crate::suffix::suffix_array::SuffixArray;

/// Positions between the prefetching and the reading.
const AHEAD: usize = 16;

/// Tightens stored boundaries, which hold nothing but marks so far.
pub(crate) fn tighten(
    bigrams: &Bigrams,
    text: &ConcatText,
    suffixes: &SuffixArray,
    boundaries: &mut Boundaries<'_>,
) {
    let first_ranks = bigrams.first_ranks();
    for symbol in 0..text.symbol_count() as u32 {
        let ranks = first_ranks[symbol as usize]..first_ranks[symbol as usize + 1];
        bigrams.each_of(symbol, ranks, text, suffixes, |at, second, ranks| {
            let count = bigrams.at(at).count();
            let Some(tightness) = bigrams.tightness(symbol, second, count) else {
                return;
            };
            for (position, later) in positions(suffixes, ranks) {
                if let Some(later) = later {
                    boundaries.prefetch(later + 1);
                }
                boundaries.tighten(position + 1, tightness);
            }
        });
    }
}

/// Returns the positions at some ranks, each with the one that comes [`AHEAD`]
/// ranks later: most bigrams are too seldom for that to be one of theirs.
fn positions(
    suffixes: &SuffixArray,
    ranks: Range<usize>,
) -> impl Iterator<Item = (u32, Option<u32>)> {
    let end = suffixes.positions.len().min(ranks.end + AHEAD);
    let with_next = suffixes.positions.slice(ranks.start..end);
    with_later(with_next, AHEAD)
        .take(ranks.len())
        .map(|(&position, later)| (position as u32, later.map(|&later| later as u32)))
}

/// Counts how often an open boundary stands before and after each bigram,
/// smoothed by how often one stands before its first and after its second
/// character.
pub(crate) fn count_open(
    bigrams: &Bigrams,
    text: &ConcatText,
    suffixes: &SuffixArray,
    boundaries: &Boundaries<'_>,
) {
    /// Weight of the single characters beside the bigram, in occurrences
    /// of it. Guess.
    const PRIOR: f32 = 4.0;
    /// Occurrences that every character is taken to have beside its own,
    /// one of them at an open boundary. Guess.
    const UNSEEN: f32 = 8.0;
    let mut open = vec![[0_u32; 2]; text.symbol_count()];
    let mut is_open = boundaries.is_open(0);
    for position in 0..text.len() as u32 {
        let open = &mut open[text.at(position) as usize];
        open[0] += u32::from(is_open);
        is_open = boundaries.is_open(position + 1);
        open[1] += u32::from(is_open);
    }
    let share = |symbol: u32, side: usize| {
        let of = bigrams.single(symbol);
        (open[symbol as usize][side] as f32 + 1.0) / (of as f32 + UNSEEN)
    };
    let log_odds = |open: u32, count: u32, prior: f32| {
        let p = (open as f32 + PRIOR * prior) / (count as f32 + PRIOR);
        let p = p.clamp(1e-4, 1.0 - 1e-4);
        libm::logf(p / (1.0 - p))
    };
    let first_ranks = bigrams.first_ranks();
    let symbols = (0..text.symbol_count() as u32).into_par_iter();
    symbols.for_each(|symbol| {
        let ranks = first_ranks[symbol as usize]..first_ranks[symbol as usize + 1];
        bigrams.each_of(symbol, ranks, text, suffixes, |at, second, ranks| {
            if second == SEPARATOR {
                return;
            }
            let count = ranks.len() as u32;
            let (mut before, mut after) = (0, 0);
            for (position, later) in positions(suffixes, ranks) {
                if let Some(later) = later {
                    boundaries.prefetch(later);
                }
                before += u32::from(boundaries.is_open(position));
                after += u32::from(boundaries.is_open(position + 2));
            }
            let odds = Odds::new(
                log_odds(before, count, share(symbol, 0)),
                log_odds(after, count, share(second, 1)),
            );
            bigrams.set_odds(at, odds);
        });
    });
}
