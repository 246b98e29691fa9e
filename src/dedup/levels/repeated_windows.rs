//! Passages that stand in an earlier text: windows of the normalized text, found
//! by rolling hashes and compared character by character.

use std::cell::Cell;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::{Corpus, DocId};
use crate::dedup::levels::seams::Seams;
use crate::dedup::levels::window_filter::WindowFilter;
use crate::error::{Error, Result};
use crate::hash::mix;

/// A part of a normalized text that goes, and where its beginning stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitCut {
    pub(super) doc: DocId,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) first: DocId,
    pub(super) first_start: usize,
}

/// Bytes of a window in a table: its hash, its place and a mark.
const WINDOW_BYTES: usize = 17;

/// Memory that is left for everything else when the table is made.
const LEAST_BESIDE: usize = 16_000_000;

/// Hands over the passages that go, document by document in the given order.
///
/// # Errors
///
/// [`Error::Memory`] if the windows that may stand twice exceed the memory
/// budget, besides those of `take`.
pub(super) fn unit_cuts(
    corpus: &Corpus,
    order: &[DocId],
    length: usize,
    ctx: &Context,
    mut take: impl FnMut(UnitCut) -> Result<()>,
) -> Result<()> {
    let windows = order
        .iter()
        .map(|doc| (corpus.normalized_len(*doc) + 1).saturating_sub(length));
    let twice = WindowFilter::new(windows.sum(), |each| {
        order.par_iter().for_each(|doc| {
            if !ctx.is_cancelled() {
                rolling(corpus.normalized(*doc), length, |_, hash| each(hash));
            }
        });
    });
    ctx.check()?;
    corpus.expect_random_access(true);
    let mut kept = KeptWindows {
        corpus,
        length,
        places: HashMap::with_capacity(room_for(twice.places, corpus)?),
        last: Cell::default(),
    };
    let mut cuts = Vec::new();
    let mut hashes: Vec<u64> = Vec::new();
    for doc in order {
        ctx.check()?;
        hashes.clear();
        rolling(corpus.normalized(*doc), length, |_, hash| {
            // 0 stands for a window that stands once.
            hashes.push(if twice.has(hash) { hash.max(1) } else { 0 });
        });
        scan(&mut kept, *doc, &hashes, &mut cuts);
        cuts.drain(..).try_for_each(&mut take)?;
        ctx.advance(corpus.normalized_len(*doc));
    }
    corpus.expect_random_access(false);
    Ok(())
}

/// Returns for how many windows a table is made, and takes the table from the
/// memory budget if there is one.
fn room_for(windows: usize, corpus: &Corpus) -> Result<usize> {
    // Those that differ and share their places are some more.
    let windows = windows + windows / 16;
    let Some(spill_folder) = corpus.spill_folder() else {
        return Ok(windows);
    };
    // A table is at most seven eighths full, and doubles.
    let bytes = (windows * 8 / 7).next_power_of_two() * WINDOW_BYTES;
    let budget = spill_folder.budget();
    match budget.checked_sub(bytes + LEAST_BESIDE) {
        Some(_) => corpus.set_memory_budget(budget - bytes),
        None => {
            let more = (bytes + LEAST_BESIDE - budget)
                .div_ceil(1_000_000)
                .next_multiple_of(10);
            return Err(Error::Memory {
                what: format!(
                    "{windows} windows that stand in several places take {} MB; give it {more} MB \
                     more, raise `min-length`, or drop whole copies first",
                    bytes / 1_000_000
                ),
            });
        }
    }
    Ok(windows)
}

/// Scans one text: what its windows repeat goes, the others are kept.
fn scan(kept: &mut KeptWindows<'_>, doc: DocId, hashes: &[u64], cuts: &mut Vec<UnitCut>) {
    let corpus = kept.corpus;
    let units = corpus.normalized(doc);
    let seams = Seams::new(corpus, doc);
    let length = kept.length;
    // The next window to keep; windows are kept as soon as they stand whole
    // before the one that is looked at.
    let mut next = 0;
    let mut at = 0;
    while at < hashes.len() {
        while next + length <= at {
            kept.keep(hashes[next], (doc, next), units);
            next += 1;
        }
        let Some(first) = kept.find(hashes[at], &units[at..at + length], None) else {
            at += 1;
            continue;
        };
        // The windows after it, as far as each is kept too, in pieces that
        // stand together in one text.
        let mut pieces = vec![(at, first)];
        let (mut last, mut place) = (at, first);
        while last + 1 < hashes.len() {
            let Some(other) = kept.find(
                hashes[last + 1],
                &units[last + 1..last + 1 + length],
                Some(place),
            ) else {
                break;
            };
            last += 1;
            if other != (place.0, place.1 + 1) {
                pieces.push((last, other));
            }
            place = other;
        }
        let run = seams.cuttable(at..last + length);
        if run.is_empty() {
            // At most one place in it may be cut, where the run ends now. Runs
            // that begin before it could be cut there too, and nowhere else.
            at = run.start.clamp(at + 1, last + 1);
            continue;
        }
        while next + length <= run.start {
            kept.keep(hashes[next], (doc, next), units);
            next += 1;
        }
        // A piece reaches to the end of its last window; of those that hold a
        // character the last one reaches farthest.
        let mut start = run.start;
        while start < run.end {
            let nth = pieces.partition_point(|(from, _)| *from <= start) - 1;
            let (from, (other, other_at)) = pieces[nth];
            let last_of_piece = pieces.get(nth + 1).map_or(last, |(next, _)| next - 1);
            let end = (last_of_piece + length).min(run.end);
            cuts.push(UnitCut {
                doc,
                start,
                end,
                first: other,
                first_start: other_at + (start - from),
            });
            start = end;
        }
        at = run.end;
        next = run.end;
    }
    while next < hashes.len() {
        kept.keep(hashes[next], (doc, next), units);
        next += 1;
    }
}

/// The windows of what stays, by their hashes.
struct KeptWindows<'a> {
    corpus: &'a Corpus,
    length: usize,
    places: HashMap<u64, (DocId, u32)>,
    /// The text that was looked at last: most windows stand in the same as the
    /// one before them.
    last: Cell<Option<(DocId, &'a [u16])>>,
}

impl KeptWindows<'_> {
    fn window(&self, (doc, at): (DocId, usize)) -> &[u16] {
        let last = self.last.get().filter(|(last, _)| *last == doc);
        let units = match last {
            Some((_, units)) => units,
            None => self.corpus.normalized(doc),
        };
        self.last.set(Some((doc, units)));
        &units[at..at + self.length]
    }

    /// Keeps the window at a place in a text of these units, unless one of its
    /// wording is kept already.
    fn keep(&mut self, hash: u64, (doc, at): (DocId, usize), units: &[u16]) {
        if hash == 0 {
            return;
        }
        let window = &units[at..at + self.length];
        let mut key = hash;
        while let Some((other, start)) = self.places.get(&key) {
            if self.window((*other, *start as usize)) == window {
                return;
            }
            // Another wording has this hash.
            key = mix(key);
        }
        self.places.insert(key, (doc, at as u32));
    }

    /// Returns where a window is kept. `before` is the place of the window
    /// before it: right behind it, one character is left to compare.
    fn find(
        &self,
        hash: u64,
        window: &[u16],
        before: Option<(DocId, usize)>,
    ) -> Option<(DocId, usize)> {
        if hash == 0 {
            return None;
        }
        let mut key = hash;
        loop {
            let (other, start) = self.places.get(&key)?;
            let place = (*other, *start as usize);
            let follows = before.is_some_and(|(doc, at)| (doc, at + 1) == place);
            let other = self.window(place);
            let is_equal = match follows {
                true => window.last() == other.last(),
                false => window == other,
            };
            if is_equal {
                return Some(place);
            }
            key = mix(key);
        }
    }
}

/// The base of the rolling hash, an odd number of no structure.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Hands the hash of every window to `take`, in order (Karp and Rabin, modulo
/// 2^64, mixed at the end).
fn rolling(units: &[u16], length: usize, mut take: impl FnMut(usize, u64)) {
    if units.len() < length {
        return;
    }
    // Each unit becomes a number of 64 bits, so that sums modulo 2^64 are no
    // sums of small numbers.
    let value = |unit: u16| mix(u64::from(unit) + 1);
    let drop = (1..length).fold(1u64, |power, _| power.wrapping_mul(BASE));
    let mut hash = 0u64;
    for (at, &unit) in units.iter().enumerate() {
        if at >= length {
            let gone = value(units[at - length]).wrapping_mul(drop);
            hash = hash.wrapping_sub(gone);
        }
        hash = hash.wrapping_mul(BASE).wrapping_add(value(unit));
        if at + 1 >= length {
            take(at + 1 - length, mix(hash));
        }
    }
}
