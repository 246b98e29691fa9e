//! Long stretches that two parts of a text share, remembered so that they are compared once.

use crate::hash::mix;
use crate::suffix::blocks::shared;
use crate::suffix::concat::Symbol;

/// Stretches of the text that were found equal to others: long ones are not
/// compared character by character for every suffix that begins in them.
///
/// Two positions that are compared are as far apart as two others of the same
/// two passages, so a stretch is known by that distance. The table forgets, and
/// what it has forgotten is compared again.
pub(crate) struct KnownRuns {
    runs: Vec<Run>,
}

/// Symbols from `from` to `to` that are equal to those `distance` later; the
/// next ones are not, or end two documents.
#[derive(Clone, Copy, Default)]
struct Run {
    distance: usize,
    from: usize,
    to: usize,
}

impl KnownRuns {
    /// Shared symbols that are compared before a run is asked for.
    const SHORT: usize = 128;

    /// Runs that are remembered: 400 kB of them.
    const RUNS: usize = 1 << 14;

    pub(crate) fn new() -> Self {
        KnownRuns {
            runs: vec![Run::default(); KnownRuns::RUNS],
        }
    }

    /// Returns the number of symbols that two suffixes share up to the end of a
    /// document, given that they share at least `known`.
    #[inline]
    pub(crate) fn shared<S: Symbol>(
        &mut self,
        symbols: &[S],
        a: usize,
        b: usize,
        known: usize,
    ) -> usize {
        let until = known + KnownRuns::SHORT;
        let at = shared(symbols, a, b, known, until);
        if at < until {
            return at;
        }
        self.shared_long(symbols, a, b, at)
    }

    #[cold]
    fn shared_long<S: Symbol>(&mut self, symbols: &[S], a: usize, b: usize, known: usize) -> usize {
        let (a, b) = (a.min(b), a.max(b));
        let distance = b - a;
        let slot = mix(distance as u64) as usize % KnownRuns::RUNS;
        let run = self.runs[slot];
        let (mut at, mut from) = (known, a);
        if run.distance == distance && run.to >= a + at {
            if run.from > a + at {
                at = shared(symbols, a, b, at, run.from - a);
            }
            if a + at >= run.from {
                at = run.to - a;
                from = a.min(run.from);
            }
        } else {
            at = shared(symbols, a, b, at, usize::MAX);
        }
        self.runs[slot] = Run {
            distance,
            from,
            to: a + at,
        };
        at
    }
}
