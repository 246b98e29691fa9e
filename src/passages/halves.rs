//! Tiles of texts that repeat themselves: the least length of a tile is halved
//! from pass to pass.

use crate::hash::mix;
use crate::passages::symbols::Symbol;
use crate::passages::tiles::Tiles;

/// A hash table from windows to their positions in the first text.
#[derive(Default)]
pub(super) struct Halves {
    /// The first window of each bucket, plus one; 0 where there is none.
    heads: Vec<u32>,
    /// The hash of each bucket.
    keys: Vec<u64>,
    /// For each window the next one of its bucket, plus one.
    nexts: Vec<u32>,
}

impl Halves {
    /// Adds tiles in passes: those of at least half of `longest`, then of a
    /// quarter, and so on; within a pass from left to right.
    ///
    /// No tile that is there may be shorter than `longest / 2`: then a window
    /// of a pass's length is free if its ends are.
    pub(super) fn fill<S: Symbol>(
        &mut self,
        a: &[S],
        b: &[S],
        min_len: usize,
        longest: usize,
        tiles: &mut Tiles,
    ) {
        let mut len = longest;
        loop {
            len = len.div_ceil(2).max(min_len);
            self.pass(a, b, len, tiles);
            if len == min_len {
                break;
            }
        }
    }

    /// Takes every free run of at least `len`, from left to right in `b`.
    ///
    /// Linear: positions of `a` that are no longer free leave their bucket
    /// for good, and a run's length is paid for by the symbols that it takes.
    fn pass<S: Symbol>(&mut self, a: &[S], b: &[S], len: usize, tiles: &mut Tiles) {
        if a.len().min(b.len()) < len {
            return;
        }
        let buckets = (a.len() * 2).next_power_of_two();
        let Halves { heads, keys, nexts } = self;
        heads.clear();
        heads.resize(buckets, 0);
        keys.clear();
        keys.resize(buckets, 0);
        nexts.clear();
        nexts.resize(a.len(), 0);
        let bucket = |heads: &[u32], keys: &[u64], hash: u64| {
            let mut at = mix(hash) as usize & (buckets - 1);
            while heads[at] != 0 && keys[at] != hash {
                at = (at + 1) & (buckets - 1);
            }
            at
        };
        for (at, hash) in window_hashes(a, len).enumerate() {
            if !tiles.taken_a[at] && !tiles.taken_a[at + len - 1] {
                let bucket = bucket(heads, keys, hash);
                nexts[at] = heads[bucket];
                heads[bucket] = at as u32 + 1;
                keys[bucket] = hash;
            }
        }
        let mut from = 0;
        for (at_b, hash) in window_hashes(b, len).enumerate() {
            if at_b < from || tiles.taken_b[at_b] || tiles.taken_b[at_b + len - 1] {
                continue;
            }
            let bucket = bucket(heads, keys, hash);
            let mut head = heads[bucket];
            while head != 0 {
                let at_a = head as usize - 1;
                if !tiles.taken_a[at_a] && !tiles.taken_a[at_a + len - 1] {
                    break;
                }
                head = nexts[at_a];
            }
            if head == 0 {
                // An emptied bucket keeps its key: probing for other windows
                // may have to pass it.
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
                    a[a_at] == b[b_at] && !tiles.taken_a[a_at] && !tiles.taken_b[b_at]
                })
                .count();
            if run < len {
                // Two different windows have one hash: a chance of about 2^-61.
                continue;
            }
            tiles.take(at_a, at_b, run);
            from = at_b + run;
        }
    }
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
    let normalized = (wide as u64 & PRIME) + (wide >> 61) as u64;
    let normalized = (normalized & PRIME) + (normalized >> 61);
    if normalized >= PRIME {
        normalized - PRIME
    } else {
        normalized
    }
}
