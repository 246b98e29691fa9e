//! The aligned passages of two texts, from the places where they may agree.

use std::ops::Range;

use crate::passages::search::equal::{common_prefix, common_suffix};
use crate::passages::search::extend::{Extender, Step, Way};
use crate::passages::search::leap::{JOIN, leap};
use crate::passages::search::seed::{seed_len, weight};
use crate::passages::search::taken::Taken;
use crate::span::UnitSpan;

/// Shortest run that is aligned by itself, in Han characters; of letters, as
/// many as carry as much, but no more than [`EVIDENT_RUN`].
const LONE_RUN: u32 = 13;

/// Most units between two shorter runs that are aligned because there are two.
const NEIGHBOR: u32 = 60;

/// Most units by which the diagonals of such runs differ.
const DRIFT: u32 = 16;

/// Least units in seeds of few documents without which two texts are not
/// aligned, unless they share a run of [`EVIDENT_RUN`].
const EVIDENCE: u32 = 12;

/// A run that is a passage whatever part of it is common wording, as long as
/// one of its seeds is not.
pub(super) const EVIDENT_RUN: u32 = 30;

/// The least of these where shorter passages are asked for: whoever asks for
/// twenty characters is promised every shared run of them, letters included.
const LEAST_EVIDENT_RUN: u32 = 20;

/// Least score of an alignment that is kept to be joined with another one.
const LEAST_TO_JOIN: i32 = 10;

/// Least score of an alignment of which one side stands in another alignment:
/// the same passage twice.
const LEAST_AGAIN: i32 = 40;

/// What a passage must reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Limits {
    pub(super) min_length: u32,
    pub(super) min_identity: f64,
}

impl Limits {
    /// Returns the length of a run that is a passage by itself.
    pub(super) fn evident_run(&self) -> u32 {
        EVIDENT_RUN.min(self.min_length.max(LEAST_EVIDENT_RUN))
    }
}

/// A place at which both texts may agree for `len` units, and from which `len`
/// seeds in a row may begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Anchor {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) len: u32,
}

impl Anchor {
    fn diagonal(self) -> i64 {
        i64::from(self.a) - i64::from(self.b)
    }
}

/// Two stretches and their equal runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aligned {
    /// The equal runs, in order on both sides; while an alignment grows
    /// backward, the last one is the first.
    runs: Vec<Anchor>,
    /// Equal units.
    equal: u32,
    /// Columns: of a gap, as many as its longer side has units.
    columns: u32,
}

impl Aligned {
    fn new(run: Anchor) -> Self {
        Aligned {
            runs: vec![run],
            equal: run.len,
            columns: run.len,
        }
    }

    fn push(&mut self, run: Anchor) {
        let last = self.runs[self.runs.len() - 1];
        let (one, next) = if last.a <= run.a {
            (last, run)
        } else {
            (run, last)
        };
        let gap = (next.a - one.a - one.len).max(next.b - one.b - one.len);
        self.equal += run.len;
        self.columns += gap + run.len;
        self.runs.push(run);
    }

    /// Takes back what was pushed since there were `runs` runs.
    fn truncate(&mut self, runs: usize) {
        self.runs.truncate(runs);
        self.count();
    }

    /// Cuts half characters off both ends; `a` is the first text.
    fn trim(&mut self, a: &[u16]) {
        let is_inside = |at: u32| {
            a.get(at as usize)
                .is_some_and(|unit| unit & 0xFC00 == 0xDC00)
        };
        // The units are equal, so the second text has the same halves there.
        while let Some(last) = self.runs.last_mut()
            && is_inside(last.a + last.len)
            && a[(last.a + last.len) as usize - 1] & 0xFC00 == 0xD800
        {
            last.len -= 1;
            if last.len > 0 || self.runs.len() == 1 {
                break;
            }
            self.runs.pop();
        }
        while let Some(first) = self.runs.first_mut()
            && first.len > 0
            && is_inside(first.a)
        {
            (first.a, first.b, first.len) = (first.a + 1, first.b + 1, first.len - 1);
            if first.len > 0 || self.runs.len() == 1 {
                break;
            }
            self.runs.remove(0);
        }
        self.count();
    }

    /// Counts equal units and columns anew.
    fn count(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        *self = Aligned::new(runs[0]);
        self.runs.reserve(runs.len());
        runs[1..].iter().for_each(|run| self.push(*run));
    }

    /// Returns the stretch of the first text.
    pub(super) fn a(&self) -> UnitSpan {
        let (first, last) = self.ends();
        UnitSpan::from(first.a..last.a + last.len)
    }

    /// Returns the stretch of the second text.
    pub(super) fn b(&self) -> UnitSpan {
        let (first, last) = self.ends();
        UnitSpan::from(first.b..last.b + last.len)
    }

    fn ends(&self) -> (Anchor, Anchor) {
        (self.runs[0], self.runs[self.runs.len() - 1])
    }

    /// Returns the equal runs.
    pub(super) fn runs(&self) -> &[Anchor] {
        &self.runs
    }

    /// Returns equal units out of columns.
    pub(super) fn identity(&self) -> f64 {
        f64::from(self.equal) / f64::from(self.columns)
    }

    /// Returns the number of equal units less that of other columns.
    pub(super) fn score(&self) -> i32 {
        2 * self.equal as i32 - self.columns as i32
    }

    /// Returns whether it is long enough, and alike enough, for a passage.
    fn reaches(&self, limits: &Limits) -> bool {
        let least = (limits.min_identity * f64::from(limits.min_length)) as i32;
        self.a().len() as u32 >= limits.min_length
            && self.identity() >= limits.min_identity
            && self.score() >= least
    }
}

/// Aligns pair after pair in the same buffers.
#[derive(Default)]
pub(super) struct PairAligner {
    extender: Extender,
    steps: Vec<Step>,
    taken: [Taken; 2],
    anchors: Vec<Anchor>,
}

impl PairAligner {
    /// Adds to `found` the passages through these places, which are all that
    /// the two texts have so far; they are sorted by their places in `a`.
    ///
    /// The longest runs come first, and what they take of both texts others
    /// can't take. Runs shorter than `least_run` are left out, and alignments
    /// with neither a run nor a score of `least_score`. `O(n log n)`
    /// for `n` places, beside the alignments themselves.
    pub(super) fn align(
        &mut self,
        texts: [&[u16]; 2],
        places: &mut [Anchor],
        least_run: u32,
        least_score: i32,
        limits: &Limits,
        found: &mut Vec<Aligned>,
    ) {
        let evident_run = limits.evident_run();
        self.find_runs(texts, places, least_run, evident_run);
        let is_evident = self.anchors.iter().any(|anchor| anchor.len >= evident_run);
        if self.anchors.is_empty() || !is_evident && seeded(texts[1], places) < EVIDENCE {
            return;
        }
        self.taken.iter_mut().for_each(Taken::clear);
        for aligned in found.iter() {
            self.taken[0].take(aligned.a().into());
            self.taken[1].take(aligned.b().into());
        }
        let anchors = std::mem::take(&mut self.anchors);
        for anchor in &anchors {
            let is_enough = |aligned: &Aligned| {
                anchor.len as i32 >= least_score || aligned.score() >= least_score
            };
            if let Some(aligned) = self.align_at(texts, *anchor, limits).filter(is_enough) {
                self.taken[0].take(aligned.a().into());
                self.taken[1].take(aligned.b().into());
                found.push(aligned);
            }
        }
        self.anchors = anchors;
        found.sort_unstable_by_key(|aligned| (aligned.a().start, aligned.b().start));
        join(found, limits);
        found.retain(|aligned| aligned.reaches(limits));
    }

    /// Finds the whole equal runs through some places; keeps the long ones (of
    /// `evident_run` units, or of some weight), and shorter ones with another
    /// nearby, the longest first.
    fn find_runs(
        &mut self,
        [a, b]: [&[u16]; 2],
        places: &mut [Anchor],
        least_run: u32,
        evident_run: u32,
    ) {
        self.anchors.clear();
        places.sort_unstable_by_key(|place| (place.diagonal(), place.a));
        for place in places.iter() {
            if let Some(last) = self.anchors.last()
                && last.diagonal() == place.diagonal()
                && place.a < last.a + last.len
            {
                continue;
            }
            let (at, bt) = (place.a as usize, place.b as usize);
            let before = common_suffix(&a[..at], &b[..bt]) as u32;
            let after = common_prefix(&a[at..], &b[bt..]) as u32;
            // Hashes may agree where texts don't.
            if after >= place.len && before + after >= least_run {
                self.anchors.push(Anchor {
                    a: place.a - before,
                    b: place.b - before,
                    len: before + after,
                });
            }
        }
        self.anchors.sort_unstable();
        if least_run < LONE_RUN {
            let has_neighbor = |at: usize| {
                let anchor = self.anchors[at];
                let near = |other: &&Anchor| {
                    let (a, b) = (anchor.a.abs_diff(other.a), anchor.b.abs_diff(other.b));
                    a <= NEIGHBOR && a.abs_diff(b) <= DRIFT && a > 0 && b > 0
                };
                let before = self.anchors[at.saturating_sub(8)..at].iter();
                let after = self.anchors[at + 1..].iter().take(8);
                before.chain(after).any(|other| near(&other))
            };
            let is_long = |at: usize| {
                let Anchor { a: from, len, .. } = self.anchors[at];
                let units = &a[from as usize..(from + len.min(evident_run)) as usize];
                len >= evident_run || len >= LONE_RUN && weight(units) >= f64::from(LONE_RUN)
            };
            let kept = (0..self.anchors.len())
                .filter(|at| is_long(*at) || has_neighbor(*at))
                .map(|at| self.anchors[at])
                .collect();
            self.anchors = kept;
        }
        self.anchors
            .sort_unstable_by_key(|anchor| (std::cmp::Reverse(anchor.len), *anchor));
    }

    /// Aligns what stands around a run.
    fn align_at(&mut self, [a, b]: [&[u16]; 2], run: Anchor, limits: &Limits) -> Option<Aligned> {
        let middle = run.len / 2;
        let whole = [0..a.len() as u32, 0..b.len() as u32];
        let free = [
            self.taken[0].free_around(run.a + middle, whole[0].end),
            self.taken[1].free_around(run.b + middle, whole[1].end),
        ];
        let least = match &free {
            [None, None] => return None,
            [Some(_), Some(_)] => LEAST_TO_JOIN,
            _ => LEAST_AGAIN,
        };
        let [free_a, free_b] = free;
        let [free_a, free_b] = [
            free_a.unwrap_or(whole[0].clone()),
            free_b.unwrap_or(whole[1].clone()),
        ];
        // The part of the run that is free on both sides.
        let cut = free_a
            .start
            .saturating_sub(run.a)
            .max(free_b.start.saturating_sub(run.b));
        let len = (free_a.end - run.a).min(free_b.end - run.b).min(run.len) - cut;
        let run = Anchor {
            a: run.a + cut,
            b: run.b + cut,
            len,
        };
        let mut aligned = Aligned::new(run);
        if len >= limits.min_length && run.len == whole[0].end.min(whole[1].end) {
            // One text holds the other.
            return Some(aligned);
        }
        self.grow(a, b, [&free_a, &free_b], Way::Forward, limits, &mut aligned);
        aligned.runs.reverse();
        self.grow(
            a,
            b,
            [&free_a, &free_b],
            Way::Backward,
            limits,
            &mut aligned,
        );
        aligned.runs.reverse();
        if aligned.identity() < limits.min_identity {
            aligned = Aligned::new(run);
        }
        aligned.trim(a);
        (aligned.score() >= least).then_some(aligned)
    }

    /// Extends an alignment one way: its last run is that from which it goes on.
    fn grow(
        &mut self,
        a: &[u16],
        b: &[u16],
        free: [&Range<u32>; 2],
        way: Way,
        limits: &Limits,
        aligned: &mut Aligned,
    ) {
        let mut last = aligned.runs[aligned.runs.len() - 1];
        let (mut skip_a, mut skip_b) = (0, 0);
        loop {
            let rest = |text, free: &Range<u32>, start: u32, len: u32, skip: u32| match way {
                Way::Forward => stretch(text, start + len + skip..free.end),
                Way::Backward => stretch(text, free.start..start - skip),
            };
            let rest_a = rest(a, free[0], last.a, last.len, skip_a);
            let rest_b = rest(b, free[1], last.b, last.len, skip_b);
            self.steps.clear();
            self.extender.extend(rest_a, rest_b, way, &mut self.steps);
            let before = aligned.runs.len();
            for step in &self.steps {
                skip_a += step.skip_a;
                skip_b += step.skip_b;
                if step.equal == 0 {
                    continue;
                }
                let (a, b) = match way {
                    Way::Forward => (last.a + last.len + skip_a, last.b + last.len + skip_b),
                    Way::Backward => (last.a - skip_a - step.equal, last.b - skip_b - step.equal),
                };
                last = Anchor {
                    a,
                    b,
                    len: step.equal,
                };
                aligned.push(last);
                (skip_a, skip_b) = (0, 0);
            }
            // What was joined must not make the whole too unlike.
            if aligned.identity() < limits.min_identity {
                aligned.truncate(before);
                return;
            }
            let rest_a = rest(a, free[0], last.a, last.len, 0);
            let rest_b = rest(b, free[1], last.b, last.len, 0);
            match leap(rest_a, rest_b, way) {
                Some((gap_a, gap_b)) => (skip_a, skip_b) = (gap_a, gap_b),
                None => return,
            }
        }
    }
}

/// Returns how many units of `b` stand in seeds that begin at some places; these
/// are sorted anew.
fn seeded(b: &[u16], places: &mut [Anchor]) -> u32 {
    places.sort_unstable_by_key(|place| place.b);
    let mut end = 0;
    let units = places.iter().map(|place| {
        let last = place.b + place.len - 1;
        let seed_end = last + seed_len(&b[last as usize..]);
        let from = place.b.max(end);
        end = end.max(seed_end);
        seed_end.saturating_sub(from)
    });
    units.sum()
}

fn stretch(text: &[u16], range: Range<u32>) -> &[u16] {
    &text[range.start as usize..range.end as usize]
}

/// Joins neighbors that follow each other closely on both sides.
fn join(found: &mut Vec<Aligned>, limits: &Limits) {
    let mut joined: Vec<Aligned> = Vec::with_capacity(found.len());
    for next in found.drain(..) {
        if let Some(last) = joined.last_mut() {
            let follows = |end: u32, start: u32| start >= end && start - end <= JOIN;
            if follows(last.a().end, next.a().start) && follows(last.b().end, next.b().start) {
                let gap = (next.a().start - last.a().end).max(next.b().start - last.b().end);
                let equal = last.equal + next.equal;
                let columns = last.columns + gap + next.columns;
                if f64::from(equal) >= limits.min_identity * f64::from(columns) {
                    last.runs.extend_from_slice(&next.runs);
                    (last.equal, last.columns) = (equal, columns);
                    continue;
                }
            }
        }
        joined.push(next);
    }
    *found = joined;
}
