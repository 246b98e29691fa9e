//! Equal runs of two texts, found from seeds: the runs that tiles are made of.

use std::cmp::Reverse;
use std::ops::Range;

use crate::passages::symbols::Symbol;
use crate::passages::tiles::{Found, Tiles, common_head, common_tail};

/// Length from which a run is long: few windows of that length repeat, so
/// taking them first is cheap.
pub(super) const LONG: usize = 64;

/// Seeds of long runs: windows of this length, at such a distance that every
/// long run holds one.
const LONG_SEED: usize = 32;
const LONG_STEP: usize = LONG - LONG_SEED + 1;

/// Bits of the filter for each window of the first text: one window in eight
/// that does not occur there passes it.
const BITS: usize = 8;

/// The seeds of one text, by their hash; buffers serve pair after pair.
#[derive(Default)]
pub(super) struct Seeds {
    /// The first seed of each bucket, plus one; 0 where there is none.
    heads: Vec<u32>,
    /// The position of each seed, and the next seed of its bucket, plus one.
    seeds: Vec<(u32, u32)>,
    /// Whether any window has a hash, a bit each.
    filter: Vec<u64>,
    /// The stretches of each text that lie in no tile.
    free_a: Vec<Range<usize>>,
    free_b: Vec<Range<usize>>,
}

impl Seeds {
    fn begin(&mut self, buckets: usize) {
        self.heads.clear();
        self.heads.resize(buckets, 0);
        self.seeds.clear();
    }

    #[inline]
    fn push(&mut self, bucket: usize, at: usize) {
        self.seeds.push((at as u32, self.heads[bucket]));
        self.heads[bucket] = self.seeds.len() as u32;
    }
}

/// Returns the number of buckets for some seeds, and the shift that turns a
/// hash into one of them.
fn buckets(seeds: usize) -> (usize, u32) {
    let buckets = seeds.max(1).next_power_of_two().max(2);
    (buckets, u64::BITS - buckets.trailing_zeros())
}

impl Seeds {
    /// Fills `found` with all maximal runs of [`LONG`] symbols or more, whether
    /// free or not; returns whether the steps were enough.
    pub(super) fn long_runs<S: Symbol>(
        &mut self,
        a: &[S],
        b: &[S],
        steps: &mut usize,
        found: &mut Vec<Found>,
    ) -> bool {
        let seeds = self;
        found.clear();
        let (buckets, shift) = buckets(a.len() / LONG_STEP * 8);
        seeds.begin(buckets);
        for (nth, window) in a.windows(LONG_SEED).step_by(LONG_STEP).enumerate() {
            seeds.push((hash(window) >> shift) as usize, nth * LONG_STEP);
        }
        rolling(b, LONG_SEED, |at_b, hash| {
            let first = seeds.heads[(hash >> shift) as usize];
            // Nearly all buckets are empty; what is done for the others would
            // take this out of the loop over all windows.
            first == 0 || seeds.long_runs_at(first, a, b, at_b, steps, found)
        })
    }

    /// Adds the long runs that a window of `b` is the first seed of, among the
    /// seeds of one bucket; returns whether the steps were enough.
    #[inline(never)]
    fn long_runs_at<S: Symbol>(
        &self,
        first: u32,
        a: &[S],
        b: &[S],
        at_b: usize,
        steps: &mut usize,
        found: &mut Vec<Found>,
    ) -> bool {
        let mut next = first;
        while next != 0 {
            let (at_a, after) = self.seeds[next as usize - 1];
            next = after;
            let at_a = at_a as usize;
            if *steps == 0 {
                return false;
            }
            *steps -= 1;
            if a[at_a..at_a + LONG_SEED] != b[at_b..at_b + LONG_SEED] {
                continue;
            }
            // A run is found from its first seed; the others lie within it.
            let back = LONG_STEP.min(at_a).min(at_b);
            let before = common_tail(&a[at_a - back..at_a], &b[at_b - back..at_b]);
            if before == LONG_STEP {
                continue;
            }
            let (at_a, at_b) = (at_a - before, at_b - before);
            let len = common_head(&a[at_a..], &b[at_b..]);
            *steps = steps.saturating_sub(len);
            if len >= LONG {
                found.push((len as u32, Reverse(at_a as u32), Reverse(at_b as u32)));
            }
        }
        true
    }

    /// Fills `found` with all maximal runs of `min_len` symbols or more outside
    /// of `tiles`; returns whether the steps were enough.
    ///
    /// Most windows of `b` do not occur in `a`: a filter of one bit a hash
    /// says so before a bucket is read.
    pub(super) fn free_runs<S: Symbol>(
        &mut self,
        a: &[S],
        b: &[S],
        tiles: &Tiles,
        min_len: usize,
        steps: &mut usize,
        found: &mut Vec<Found>,
    ) -> bool {
        let seeds = self;
        let (taken_a, taken_b) = (&tiles.taken_a, &tiles.taken_b);
        found.clear();
        let windows_a = free(taken_a, min_len, &mut seeds.free_a);
        let windows_b = free(taken_b, min_len, &mut seeds.free_b);
        if windows_a.min(windows_b) == 0 {
            return true;
        }
        let (bits, bit_shift) = buckets((windows_a * BITS).max(64));
        seeds.filter.clear();
        seeds.filter.resize(bits / 64, 0);
        let (buckets, shift) = buckets(windows_a * 2);
        seeds.begin(buckets);
        let free_a = std::mem::take(&mut seeds.free_a);
        for free in &free_a {
            rolling(&a[free.clone()], min_len, |at, hash| {
                let bit = hash >> bit_shift;
                seeds.filter[(bit / 64) as usize] |= 1 << (bit % 64);
                seeds.push((hash >> shift) as usize, free.start + at);
                true
            });
        }
        seeds.free_a = free_a;
        seeds.free_b.iter().all(|free| {
            rolling(&b[free.clone()], min_len, |at_b, hash| {
                let bit = hash >> bit_shift;
                if seeds.filter[(bit / 64) as usize] >> (bit % 64) & 1 == 0 {
                    return true;
                }
                let at_b = free.start + at_b;
                let mut next = seeds.heads[(hash >> shift) as usize];
                while next != 0 {
                    let (at_a, after) = seeds.seeds[next as usize - 1];
                    next = after;
                    let at_a = at_a as usize;
                    if *steps == 0 {
                        return false;
                    }
                    *steps -= 1;
                    // Inside a run that another seed found.
                    if at_a > 0
                        && at_b > free.start
                        && a[at_a - 1] == b[at_b - 1]
                        && !taken_a[at_a - 1]
                    {
                        continue;
                    }
                    let len = common_head(&a[at_a..], &b[at_b..free.end]);
                    *steps = steps.saturating_sub(len);
                    let taken = taken_a[at_a..at_a + len].iter().position(|taken| *taken);
                    let len = taken.unwrap_or(len);
                    if len >= min_len {
                        found.push((len as u32, Reverse(at_a as u32), Reverse(at_b as u32)));
                    }
                }
                true
            })
        })
    }
}

/// Replaces `free` by the stretches that are not taken and hold at least one
/// window; returns the number of windows.
fn free(taken: &[bool], min_len: usize, free: &mut Vec<Range<usize>>) -> usize {
    free.clear();
    let mut windows = 0;
    let mut at = 0;
    while at < taken.len() {
        let rest = &taken[at..];
        let start = at + rest.iter().position(|taken| !taken).unwrap_or(rest.len());
        let rest = &taken[start..];
        let end = start + rest.iter().position(|taken| *taken).unwrap_or(rest.len());
        if end - start >= min_len {
            windows += end - start - min_len + 1;
            free.push(start..end);
        }
        at = end;
    }
    windows
}

/// The base of the seeds' hashes; any odd number with bits all over.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Calls `each` with every window's position and hash until it returns
/// `false`; returns whether it never did.
///
/// The hash is a polynomial modulo 2^64. Texts can be made whose windows
/// collide; that costs steps and nothing else, because windows with equal
/// hashes are compared.
#[inline]
fn rolling<S: Symbol>(text: &[S], len: usize, mut each: impl FnMut(usize, u64) -> bool) -> bool {
    if text.len() < len {
        return true;
    }
    let mut hash = polynomial(&text[..len]);
    let power = (0..len).fold(1u64, |power, _| power.wrapping_mul(BASE));
    if !each(0, finish(hash)) {
        return false;
    }
    for (at, (gone, come)) in text.iter().zip(&text[len..]).enumerate() {
        let gone = (gone.value() + 1).wrapping_mul(power);
        hash = hash
            .wrapping_mul(BASE)
            .wrapping_add(come.value() + 1)
            .wrapping_sub(gone);
        if !each(at + 1, finish(hash)) {
            return false;
        }
    }
    true
}

/// Returns the hash of one window, as [`rolling`] does.
fn hash<S: Symbol>(window: &[S]) -> u64 {
    finish(polynomial(window))
}

#[inline]
fn polynomial<S: Symbol>(window: &[S]) -> u64 {
    window.iter().fold(0, |hash: u64, symbol| {
        hash.wrapping_mul(BASE).wrapping_add(symbol.value() + 1)
    })
}

/// Returns the hash with its high bits mixed into the low ones, which a
/// product alone leaves poor.
#[inline]
fn finish(hash: u64) -> u64 {
    (hash ^ hash >> 32).wrapping_mul(BASE)
}
