//! Greedy string tiling: equal runs of two texts, longest first, one-to-one
//! \[Wis93\].
//!
//! The tiling is found from seeds, windows of the least length, as in Karp
//! and Rabin's way of it \[Wis93\]: equal windows grow to maximal
//! runs, a heap hands these out by length, and a run that another has cut is
//! put back as what is left of it. That is exact, and about linear as long as
//! a window stands in few places. Texts that repeat themselves have too many
//! pairs of places, so work is counted, and once it is used up the lengths
//! are taken by halves: see [`Tiler::by_halves`].

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::symbols::Symbol;
use crate::hash::mix;

/// Steps of the exact way for each symbol of both texts; ordinary texts need
/// about two.
const STEPS: usize = 16;

/// Steps that any two texts may take.
const LEAST_STEPS: usize = 1 << 12;

/// A run of equal characters, in both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Run {
    /// Where it begins in the one, in characters.
    pub a: u32,
    /// Where it begins in the other.
    pub b: u32,
    /// Its length.
    pub len: u32,
}

/// Room that is used again from pair to pair.
#[derive(Default)]
pub(super) struct Tiler {
    /// First window of each bucket, plus one; 0 for none.
    heads: Vec<u32>,
    /// The window after each in its bucket, plus one.
    nexts: Vec<u32>,
    /// Maximal runs, by length, then place.
    heap: BinaryHeap<(u32, Reverse<u32>, Reverse<u32>)>,
    taken_a: Vec<bool>,
    taken_b: Vec<bool>,
    /// Hashes of the buckets, where lengths are taken by halves.
    keys: Vec<u64>,
    /// The tiles, in no order.
    pub(super) runs: Vec<Run>,
}

impl Tiler {
    /// Fills `runs` with the tiles of two texts, none shorter than
    /// `min_len`.
    ///
    /// If head and tail of the texts agree for at least half of the shorter
    /// one, these are tiles first. Then, as long as there is one, the longest
    /// run of symbols that are in no tile becomes one; of equally long ones
    /// the first in `a`, then in `b`. Where texts repeat themselves so much
    /// that this would take more than 16 steps a symbol, each further tile is
    /// at least half as long as the longest run that is left. Either way no
    /// run of `min_len` is left over when it ends.
    ///
    /// Takes `O(n)` time for ordinary texts, `O(n log n)` for any.
    pub(super) fn tile<S: Symbol>(&mut self, a: &[S], b: &[S], min_len: usize) {
        self.runs.clear();
        let min_len = min_len.max(1);
        let shorter = a.len().min(b.len());
        if shorter < min_len {
            return;
        }
        let mut head = common_head(a, b);
        let mut tail = common_tail(&a[head..], &b[head..]);
        if head < min_len {
            head = 0;
        }
        if tail < min_len {
            tail = 0;
        }
        if (head + tail) * 2 < shorter {
            (head, tail) = (0, 0);
        }
        if head > 0 {
            self.push(0, 0, head);
        }
        if tail > 0 {
            self.push(a.len() - tail, b.len() - tail, tail);
        }
        let before = self.runs.len();
        let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
        if a.len().min(b.len()) < min_len {
            return;
        }
        self.begin(a.len(), b.len());
        let mut steps = LEAST_STEPS.max((a.len() + b.len()).saturating_mul(STEPS));
        let longest = if self.seed(a, b, min_len, &mut steps) {
            self.greedy(min_len, &mut steps)
        } else {
            a.len().min(b.len())
        };
        if longest >= min_len {
            self.by_halves(a, b, min_len, longest);
        }
        for run in &mut self.runs[before..] {
            run.a += head as u32;
            run.b += head as u32;
        }
    }

    fn push(&mut self, a: usize, b: usize, len: usize) {
        self.runs.push(Run {
            a: a as u32,
            b: b as u32,
            len: len as u32,
        });
    }

    pub(super) fn begin(&mut self, a: usize, b: usize) {
        self.heap.clear();
        for (taken, len) in [(&mut self.taken_a, a), (&mut self.taken_b, b)] {
            taken.clear();
            taken.resize(len, false);
        }
    }

    /// Puts all maximal runs into the heap; returns whether the steps were
    /// enough.
    fn seed<S: Symbol>(&mut self, a: &[S], b: &[S], min_len: usize, steps: &mut usize) -> bool {
        let buckets = (a.len() * 2).next_power_of_two();
        let shift = 64 - buckets.trailing_zeros();
        self.heads.clear();
        self.heads.resize(buckets, 0);
        self.nexts.clear();
        self.nexts.resize(a.len(), 0);
        // A window's bucket lists its places in falling order; the heap
        // orders what comes of them.
        rolling(a, min_len, |at, hash| {
            let head = &mut self.heads[(hash >> shift) as usize];
            self.nexts[at] = *head;
            *head = at as u32 + 1;
            true
        });
        let (heads, nexts, heap) = (&self.heads, &self.nexts, &mut self.heap);
        rolling(b, min_len, |at_b, hash| {
            let mut place = heads[(hash >> shift) as usize];
            while place != 0 {
                let at_a = place as usize - 1;
                place = nexts[at_a];
                if *steps == 0 {
                    return false;
                }
                *steps -= 1;
                // Inside a run that is already there, or no run.
                if at_a > 0 && at_b > 0 && a[at_a - 1] == b[at_b - 1] {
                    continue;
                }
                let len = common_head(&a[at_a..], &b[at_b..]);
                *steps = steps.saturating_sub(len);
                if len >= min_len {
                    heap.push((len as u32, Reverse(at_a as u32), Reverse(at_b as u32)));
                }
            }
            true
        })
    }

    /// Takes runs by length; returns the length of the longest that may be
    /// left when the steps are used up, 0 if none is.
    fn greedy(&mut self, min_len: usize, steps: &mut usize) -> usize {
        while let Some((len, Reverse(a), Reverse(b))) = self.heap.pop() {
            let (a, b, len) = (a as usize, b as usize, len as usize);
            let taken_a = &mut self.taken_a[a..a + len];
            let taken_b = &mut self.taken_b[b..b + len];
            let free = |at: usize| !taken_a[at] && !taken_b[at];
            if (0..len).all(free) {
                taken_a.fill(true);
                taken_b.fill(true);
                self.push(a, b, len);
                continue;
            }
            if *steps < len {
                return len;
            }
            *steps -= len;
            let mut at = 0;
            while at < len {
                let start = (at..len).find(|at| free(*at)).unwrap_or(len);
                let end = (start..len).find(|at| !free(*at)).unwrap_or(len);
                if end - start >= min_len {
                    let part = (
                        (end - start) as u32,
                        Reverse((a + start) as u32),
                        Reverse((b + start) as u32),
                    );
                    self.heap.push(part);
                }
                at = end.max(at + 1);
            }
        }
        0
    }

    /// Takes runs by halves: first those of at least half of `longest`, then
    /// of a quarter, and so on; within a turn from left to right.
    ///
    /// No tile that is there may be shorter than `longest / 2`: then a window
    /// of a turn's length is free if its ends are.
    pub(super) fn by_halves<S: Symbol>(
        &mut self,
        a: &[S],
        b: &[S],
        min_len: usize,
        longest: usize,
    ) {
        let mut len = longest;
        loop {
            len = len.div_ceil(2).max(min_len);
            self.turn(a, b, len);
            if len == min_len {
                break;
            }
        }
    }

    /// Takes every run of at least `len` that is free, from left to right in
    /// `b`. Linear: places in `a` that are no longer free leave their bucket
    /// for good, and a run's length is paid by the symbols that it takes.
    fn turn<S: Symbol>(&mut self, a: &[S], b: &[S], len: usize) {
        if a.len().min(b.len()) < len {
            return;
        }
        let buckets = (a.len() * 2).next_power_of_two();
        self.heads.clear();
        self.heads.resize(buckets, 0);
        self.keys.clear();
        self.keys.resize(buckets, 0);
        self.nexts.clear();
        self.nexts.resize(a.len(), 0);
        let (heads, nexts, keys) = (&mut self.heads, &mut self.nexts, &mut self.keys);
        let bucket = |heads: &[u32], keys: &[u64], hash: u64| {
            let mut at = mix(hash) as usize & (buckets - 1);
            while heads[at] != 0 && keys[at] != hash {
                at = (at + 1) & (buckets - 1);
            }
            at
        };
        for (at, hash) in window_hashes(a, len).enumerate() {
            if !self.taken_a[at] && !self.taken_a[at + len - 1] {
                let bucket = bucket(heads, keys, hash);
                nexts[at] = heads[bucket];
                heads[bucket] = at as u32 + 1;
                keys[bucket] = hash;
            }
        }
        let mut from = 0;
        for (at_b, hash) in window_hashes(b, len).enumerate() {
            if at_b < from || self.taken_b[at_b] || self.taken_b[at_b + len - 1] {
                continue;
            }
            let bucket = bucket(heads, keys, hash);
            let mut head = heads[bucket];
            while head != 0 {
                let at_a = head as usize - 1;
                if !self.taken_a[at_a] && !self.taken_a[at_a + len - 1] {
                    break;
                }
                head = nexts[at_a];
            }
            if head == 0 {
                // An emptied bucket still holds its key: others may have
                // been put behind it.
                if heads[bucket] != 0 {
                    nexts[heads[bucket] as usize - 1] = 0;
                }
                continue;
            }
            heads[bucket] = head;
            let at_a = head as usize - 1;
            let run = (0..(a.len() - at_a).min(b.len() - at_b))
                .take_while(|step| {
                    let (a_at, b_at) = (at_a + step, at_b + step);
                    a[a_at] == b[b_at] && !self.taken_a[a_at] && !self.taken_b[b_at]
                })
                .count();
            if run < len {
                // Two windows with one hash: chance, about once in 2^61.
                continue;
            }
            self.taken_a[at_a..at_a + run].fill(true);
            self.taken_b[at_b..at_b + run].fill(true);
            self.runs.push(Run {
                a: at_a as u32,
                b: at_b as u32,
                len: run as u32,
            });
            from = at_b + run;
        }
    }
}

fn common_head<S: Symbol>(a: &[S], b: &[S]) -> usize {
    a.iter().zip(b).take_while(|(a, b)| a == b).count()
}

fn common_tail<S: Symbol>(a: &[S], b: &[S]) -> usize {
    let pairs = a.iter().rev().zip(b.iter().rev());
    pairs.take_while(|(a, b)| a == b).count()
}

/// The base of the seeds' hashes; any odd number with bits all over.
const BASE: u64 = 0x9E37_79B9_7F4A_7C15;

/// Calls `each` with every window's place and hash, until it returns
/// `false`; returns whether it never did.
///
/// A polynomial modulo 2^64: texts can be made whose windows collide, which
/// costs steps and nothing else, for equal hashes are compared.
fn rolling<S: Symbol>(text: &[S], len: usize, mut each: impl FnMut(usize, u64) -> bool) -> bool {
    if text.len() < len {
        return true;
    }
    let mut hash = 0u64;
    let mut power = 1u64;
    for symbol in &text[..len] {
        hash = hash.wrapping_mul(BASE).wrapping_add(symbol.value() + 1);
        power = power.wrapping_mul(BASE);
    }
    // The low bits of a product know little of the high ones.
    let finish = |hash: u64| (hash ^ hash >> 32).wrapping_mul(BASE);
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

/// The Mersenne prime that window hashes are taken modulo.
const PRIME: u64 = (1 << 61) - 1;

/// The base of window hashes; below the prime.
const WINDOW_BASE: u64 = 0x1E37_79B9_7F4A_7C15 & PRIME;

/// Returns the hashes of all windows: polynomials modulo 2^61 - 1, where the
/// Thue-Morse word and its like do not collide as they do modulo 2^64.
fn window_hashes<S: Symbol>(text: &[S], len: usize) -> impl Iterator<Item = u64> + '_ {
    let mut hash = 0;
    let mut power = 1;
    for symbol in &text[..len] {
        hash = times_plus(hash, WINDOW_BASE, symbol.value() + 1);
        power = times_plus(power, WINDOW_BASE, 0);
    }
    let rest = text.iter().zip(&text[len..]).map(move |(gone, come)| {
        let gone = times_plus(gone.value() + 1, power, 0);
        hash = times_plus(hash, WINDOW_BASE, come.value() + 1 + (PRIME - gone));
        hash
    });
    std::iter::once(hash).chain(rest)
}

/// Returns `x * y + z` modulo 2^61 - 1.
fn times_plus(x: u64, y: u64, z: u64) -> u64 {
    let wide = u128::from(x) * u128::from(y) + u128::from(z);
    let folded = (wide as u64 & PRIME) + (wide >> 61) as u64;
    let folded = (folded & PRIME) + (folded >> 61);
    if folded >= PRIME {
        folded - PRIME
    } else {
        folded
    }
}
