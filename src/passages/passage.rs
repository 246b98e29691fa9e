//! Passages: equal runs of two texts, joined over small gaps.

use crate::passages::edit::Editor;
use crate::passages::symbols::{Chars, Symbol, has_surrogates};
use crate::passages::tile::Tiler;
use crate::passages::tiles::Run;
use crate::span::UnitSpan;

/// What counts as a shared passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassageOptions {
    /// The fewest equal characters in a row. Eight are about four Chinese
    /// words: shorter runs are shared by chance, and by every text on one
    /// topic.
    pub min_length: usize,
    /// The most characters, on either side, between two runs of one passage: a
    /// changed word doesn't end it.
    pub bridge: usize,
}

impl PassageOptions {
    /// The default of `min_length`.
    pub const MIN_LENGTH: usize = 8;
}

impl Default for PassageOptions {
    fn default() -> Self {
        PassageOptions {
            min_length: PassageOptions::MIN_LENGTH,
            bridge: 3,
        }
    }
}

/// A passage that two texts share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Units of the first text.
    pub a: UnitSpan,
    /// Units of the second text.
    pub b: UnitSpan,
    /// Equal characters in it: all but the gaps.
    pub shared: u32,
}

/// What two texts share.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passages {
    /// The passages, in the order of `a`. No two overlap, on either side.
    pub list: Vec<Passage>,
    /// Characters that are equal, in all passages.
    pub shared_chars: u32,
    /// The most equal characters in a row.
    pub longest_shared: u32,
    /// `shared_chars` out of the characters of `a`, in `[0, 1]`; 0 for an
    /// empty text, but 1 if both are empty.
    pub coverage_a: f64,
    /// `shared_chars` out of the characters of `b`.
    pub coverage_b: f64,
}

/// Returns the passages that two normalized texts share.
///
/// Equal runs are chosen by greedy string tiling \[Wis93\]: the longest
/// first, one-to-one, none shorter than `min_length`; of equally long ones
/// the first in the shorter text (the smaller one, if both are as long).
/// Where head and tail of the texts agree over half of the shorter text or
/// more, these are chosen first; where texts repeat themselves very much,
/// each run is at least half as long as the longest that is left. Runs that
/// are neighbours on both sides, with small gaps between, form one passage.
/// A passage begins and ends with whole characters.
///
/// Exchanging the texts exchanges the sides of the result and nothing else.
/// Takes `O(n)` time for ordinary texts and `O(n log n)` for any. An [`Aligner`] does
/// the same for many pairs with one allocation.
///
/// # Examples
///
/// ```
/// use leitong::passages::{PassageOptions, passages};
///
/// let units = |text: &str| text.encode_utf16().collect::<Vec<u16>>();
/// let a = units("各地要落实联防联控群防群治的要求守住社区这道防线");
/// let b = units("会议要求各地要落实联防联控和群防群治的要求");
/// let options = PassageOptions { min_length: 5, ..Default::default() };
/// let shared = passages(&a, &b, &options);
/// assert_eq!(shared.list.len(), 1);
/// assert_eq!(shared.list[0].a, (0..16).into());
/// assert_eq!((shared.shared_chars, shared.longest_shared), (16, 9));
/// ```
pub fn passages(a: &[u16], b: &[u16], options: &PassageOptions) -> Passages {
    Aligner::default().passages(a, b, options)
}

/// Aligns pair after pair in the same buffers.
#[derive(Default)]
pub struct Aligner {
    pub(super) tiler: Tiler,
    pub(super) chars: [Chars; 2],
    /// The tiles in the order of `b`.
    by_b: Vec<u32>,
    /// The rank of each tile in that order.
    ranks: Vec<u32>,
    pub(super) editor: Editor,
    /// Tiles the stretches between passages.
    pub(super) anchors: Tiler,
    /// Whether the last pair was tiled by characters, not by units.
    pub(super) wide: bool,
}

impl Aligner {
    /// Returns the passages that two normalized texts share, as [`passages`]
    /// does.
    pub fn passages(&mut self, a: &[u16], b: &[u16], options: &PassageOptions) -> Passages {
        self.align(a, b, options.min_length);
        self.joined(a, b, options.bridge)
    }

    /// Returns the passages of the two texts that were aligned last.
    pub(crate) fn joined(&mut self, a: &[u16], b: &[u16], bridge: usize) -> Passages {
        let wide = self.wide;
        let lens = if wide {
            [self.chars[0].symbols.len(), self.chars[1].symbols.len()]
        } else {
            [a.len(), b.len()]
        };
        let mut passages = self.bridged(bridge);
        if wide {
            for passage in &mut passages.list {
                passage.a = self.chars[0].units(passage.a);
                passage.b = self.chars[1].units(passage.b);
            }
        }
        let share = |len: usize, other: usize| match (len, other) {
            (0, 0) => 1.0,
            (0, _) => 0.0,
            _ => f64::from(passages.shared_chars) / len as f64,
        };
        let (coverage_a, coverage_b) = (share(lens[0], lens[1]), share(lens[1], lens[0]));
        Passages {
            coverage_a,
            coverage_b,
            ..passages
        }
    }

    /// Returns the equal runs that the last passages consist of, in the order of
    /// `a`; they count characters, a surrogate pair as one.
    pub fn runs(&self) -> &[Run] {
        self.tiler.runs()
    }

    /// Tiles two texts, in the order of `a`.
    pub(crate) fn align(&mut self, a: &[u16], b: &[u16], min_length: usize) {
        self.read(a, b);
        let Aligner { tiler, chars, .. } = self;
        if self.wide {
            let [left, right] = chars;
            tile_either_way(tiler, &left.symbols, &right.symbols, min_length);
        } else {
            tile_either_way(tiler, a, b, min_length);
        }
        tiler.runs_mut().sort_unstable();
    }

    /// Decides whether tiles count characters and not units.
    fn read(&mut self, a: &[u16], b: &[u16]) {
        self.wide = has_surrogates(a) || has_surrogates(b);
        if self.wide {
            let [left, right] = &mut self.chars;
            left.set(a);
            right.set(b);
        }
    }

    /// Exchanges the sides of what was aligned last.
    pub(crate) fn exchange(&mut self) {
        self.chars.swap(0, 1);
        exchange(self.tiler.runs_mut());
        self.tiler.runs_mut().sort_unstable();
    }

    /// Joins the tiles over gaps.
    fn bridged(&mut self, bridge: usize) -> Passages {
        let runs = self.tiler.runs();
        self.by_b.clear();
        self.by_b.extend(0..runs.len() as u32);
        self.by_b.sort_unstable_by_key(|at| runs[*at as usize].b);
        self.ranks.clear();
        self.ranks.resize(runs.len(), 0);
        for (rank, at) in self.by_b.iter().enumerate() {
            self.ranks[*at as usize] = rank as u32;
        }
        let mut passages = Passages::default();
        let mut last_rank = 0;
        for (run, &rank) in runs.iter().zip(&self.ranks) {
            passages.shared_chars += run.len;
            passages.longest_shared = passages.longest_shared.max(run.len);
            let joins = |last: &Passage| {
                let gaps = [(last.a.end, run.a), (last.b.end, run.b)];
                rank == last_rank + 1
                    && gaps
                        .iter()
                        .all(|(end, start)| (start - end) as usize <= bridge)
            };
            match passages.list.last_mut() {
                Some(last) if joins(last) => {
                    last.a.end = run.a + run.len;
                    last.b.end = run.b + run.len;
                    last.shared += run.len;
                }
                _ => passages.list.push(Passage {
                    a: (run.a..run.a + run.len).into(),
                    b: (run.b..run.b + run.len).into(),
                    shared: run.len,
                }),
            }
            last_rank = rank;
        }
        passages
    }
}

/// Tiles the texts in an order that their content decides, so that it makes no
/// difference which of them is `a`.
fn tile_either_way<S: Symbol + Ord>(tiler: &mut Tiler, a: &[S], b: &[S], min_length: usize) {
    if (a.len(), a) <= (b.len(), b) {
        tiler.tile(a, b, min_length);
        return;
    }
    tiler.tile(b, a, min_length);
    exchange(tiler.runs_mut());
}

fn exchange(runs: &mut [Run]) {
    for run in runs {
        std::mem::swap(&mut run.a, &mut run.b);
    }
}
