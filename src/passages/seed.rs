//! Equal runs of two texts, found from seeds: the runs that tiles are made of.

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

/// Buckets for each seed of long runs: of the windows that occur in none, one
/// in so many at most finds a bucket that is not empty.
const LONG_BUCKETS: usize = 32;

/// Bits of the filter for each window of the first text: of the windows that do
/// not occur there, one in so many at most passes it.
const BITS: usize = 16;

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
    hashes: Vec<u64>,
    /// The windows that pass the filter.
    passed: Vec<u32>,
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
        let (buckets, shift) = buckets(a.len() / LONG_STEP * LONG_BUCKETS);
        seeds.begin(buckets);
        let mut hashes = std::mem::take(&mut seeds.hashes);
        for (nth, window) in a.windows(LONG_SEED).step_by(LONG_STEP).enumerate() {
            hashes.clear();
            for part in window.chunks(PART) {
                S::append_hashes(part, PART, &mut hashes);
            }
            if let Some(parts) = hashes.first_chunk() {
                seeds.push((long_hash(*parts) >> shift) as usize, nth * LONG_STEP);
            }
        }
        let is_complete = hashed(b, (LONG_SEED, PART), &mut hashes, |first_b, parts| {
            (first_b..).zip(long_hashes(parts)).all(|(at_b, hash)| {
                let first = seeds.heads[(hash >> shift) as usize];
                // Nearly all buckets are empty; what is done for the others would
                // take this out of the loop over all windows.
                first == 0 || seeds.long_runs_at(first, a, b, at_b, steps, found)
            })
        });
        seeds.hashes = hashes;
        is_complete
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
                found.push(Found::new(at_a, at_b, len));
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
        let taken_a = &tiles.taken_a;
        found.clear();
        let marked = tiles.marked().iter();
        let in_a = marked.clone().map(|run| (run.a, run.len));
        let in_b = marked.map(|run| (run.b, run.len));
        let windows_a = free(a.len(), in_a, min_len, &mut seeds.free_a);
        let windows_b = free(b.len(), in_b, min_len, &mut seeds.free_b);
        if windows_a.min(windows_b) == 0 {
            return true;
        }
        let (bits, bit_shift) = buckets((windows_a * BITS).max(64));
        seeds.filter.clear();
        seeds.filter.resize(bits / 64, 0);
        let (buckets, shift) = buckets(windows_a * 2);
        seeds.begin(buckets);
        let free_a = std::mem::take(&mut seeds.free_a);
        let mut hashes = std::mem::take(&mut seeds.hashes);
        for free in &free_a {
            hashed(
                &a[free.clone()],
                (min_len, min_len),
                &mut hashes,
                |first, hashes| {
                    for (at, hash) in (free.start + first..).zip(hashes) {
                        let bit = hash >> bit_shift;
                        seeds.filter[(bit / 64) as usize] |= 1 << (bit % 64);
                        seeds.push((hash >> shift) as usize, at);
                    }
                    true
                },
            );
        }
        seeds.free_a = free_a;
        let mut passed = std::mem::take(&mut seeds.passed);
        let is_complete = seeds.free_b.iter().all(|free| {
            let stretch = &b[free.clone()];
            hashed(stretch, (min_len, min_len), &mut hashes, |first, hashes| {
                seeds.pass(hashes, bit_shift, &mut passed);
                passed.iter().all(|nth| {
                    let at_b = free.start + first + *nth as usize;
                    let bucket = (hashes[*nth as usize] >> shift) as usize;
                    let free_b = free.start..free.end;
                    seeds.free_runs_at(
                        bucket,
                        (a, taken_a),
                        (b, free_b, at_b),
                        min_len,
                        steps,
                        found,
                    )
                })
            })
        });
        (seeds.hashes, seeds.passed) = (hashes, passed);
        is_complete
    }

    /// Replaces `passed` by the windows whose hashes pass the filter.
    fn pass(&self, hashes: &[u64], bit_shift: u32, passed: &mut Vec<u32>) {
        // Which ones these are can't be foreseen: no branch depends on it.
        passed.resize(hashes.len() + 1, 0);
        let mut count = 0;
        for (nth, hash) in (0..).zip(hashes) {
            let bit = hash >> bit_shift;
            passed[count] = nth;
            count += (self.filter[(bit / 64) as usize] >> (bit % 64) & 1) as usize;
        }
        passed.truncate(count);
    }

    /// Adds the free runs that begin at a window of `b`, among the seeds of one
    /// bucket; returns whether the steps were enough.
    fn free_runs_at<S: Symbol>(
        &self,
        bucket: usize,
        (a, taken_a): (&[S], &[bool]),
        (b, free_b, at_b): (&[S], Range<usize>, usize),
        min_len: usize,
        steps: &mut usize,
        found: &mut Vec<Found>,
    ) -> bool {
        let mut next = self.heads[bucket];
        while next != 0 {
            let (at_a, after) = self.seeds[next as usize - 1];
            next = after;
            let at_a = at_a as usize;
            if *steps == 0 {
                return false;
            }
            *steps -= 1;
            // Inside a run that another seed found.
            if at_a > 0 && at_b > free_b.start && a[at_a - 1] == b[at_b - 1] && !taken_a[at_a - 1] {
                continue;
            }
            let len = common_head(&a[at_a..], &b[at_b..free_b.end]);
            *steps = steps.saturating_sub(len);
            let taken = taken_a[at_a..at_a + len].iter().position(|taken| *taken);
            let len = taken.unwrap_or(len);
            if len >= min_len {
                found.push(Found::new(at_a, at_b, len));
            }
        }
        true
    }
}

/// Replaces `free` by the stretches of a text that are in no tile, given by start
/// and length, and hold at least one window; returns the number of windows.
fn free(
    len: usize,
    tiles: impl Iterator<Item = (u32, u32)>,
    min_len: usize,
    free: &mut Vec<Range<usize>>,
) -> usize {
    free.clear();
    free.extend(tiles.map(|(start, len)| start as usize..(start + len) as usize));
    free.sort_unstable_by_key(|tile| tile.start);
    // What lies before each tile, and after the last one.
    let mut at = 0;
    for tile in &mut *free {
        let before = at..tile.start;
        at = tile.end;
        *tile = before;
    }
    free.push(at..len);
    free.retain(|free| free.len() >= min_len);
    free.iter().map(|free| free.len() - min_len + 1).sum()
}

/// Windows that are hashed at a time, few enough for the first-level cache.
const AT_ONCE: usize = 1 << 10;

/// Calls `each` with the place of the first of some windows of `span` symbols,
/// and the hashes of what they begin with, `len` symbols at each place in them,
/// until it returns `false`; returns whether it never did.
fn hashed<S: Symbol>(
    text: &[S],
    (span, len): (usize, usize),
    hashes: &mut Vec<u64>,
    mut each: impl FnMut(usize, &[u64]) -> bool,
) -> bool {
    let windows = (text.len() + 1).saturating_sub(span);
    (0..windows).step_by(AT_ONCE).all(|first| {
        let last = windows.min(first + AT_ONCE);
        hashes.clear();
        S::append_hashes(&text[first..last + span - 1], len, hashes);
        each(first, hashes)
    })
}

/// Symbols of the parts of a long seed that are hashed.
const PART: usize = 8;

/// Returns the hash of a long seed from those of its four parts.
#[inline]
fn long_hash([first, second, third, fourth]: [u64; LONG_SEED / PART]) -> u64 {
    let front = first.wrapping_add(second.rotate_left(17));
    front ^ third.rotate_left(31).wrapping_add(fourth.rotate_left(47))
}

/// Returns the hashes of all long seeds from those of all their parts.
fn long_hashes(parts: &[u64]) -> impl Iterator<Item = u64> {
    let from = |nth: usize| parts.get(nth * PART..).unwrap_or(&[]).iter();
    let halves = (from(0).zip(from(1))).zip(from(2).zip(from(3)));
    halves.map(|((first, second), (third, fourth))| long_hash([*first, *second, *third, *fourth]))
}
