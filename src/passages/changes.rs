//! What changed from one text to another, character by character.

use std::ops::Range;

use crate::passages::edit::Editor;
use crate::passages::passage::{Aligner, PassageOptions, Passages};
use crate::passages::symbols::Symbol;
use crate::passages::tile::Tiler;
use crate::passages::tiles::Run;
use crate::span::UnitSpan;

/// What happened to a stretch of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HunkKind {
    /// Occurs in both texts, in the same order.
    Equal,
    /// Occurs in one text; the other has different text in its position.
    Replaced,
    /// Occurs in `b` alone.
    Inserted,
    /// Occurs in `a` alone.
    Deleted,
    /// Occurs in both, but elsewhere in `b`; the hunk of its position in `a`.
    MovedAway,
    /// Occurs in both, but elsewhere in `a`; the hunk of its position in `b`.
    MovedHere,
}

/// A stretch of two texts and its change.
///
/// In list order, the ranges of `a` without those of
/// [`HunkKind::MovedHere`], and the ranges of `b` without those of
/// [`HunkKind::MovedAway`], follow each other without gaps from end to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The change.
    pub kind: HunkKind,
    /// Units of `a`.
    pub a: UnitSpan,
    /// Units of `b`.
    pub b: UnitSpan,
}

/// Limits of the search for changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeOptions {
    /// The shared passages that anchor the alignment.
    pub passages: PassageOptions,
    /// The most insertions and deletions with which a stretch between passages
    /// is aligned character by character. A stretch that needs more is aligned
    /// on runs of [`ANCHOR`] characters first, and between these on characters.
    pub effort: usize,
}

impl Default for ChangeOptions {
    /// 64 edits take ten microseconds at most.
    fn default() -> Self {
        ChangeOptions {
            passages: PassageOptions::default(),
            effort: 64,
        }
    }
}

/// The shortest run that anchors the alignment of a rewritten stretch.
pub const ANCHOR: usize = 4;

/// The longest run between two changes that counts as part of them, because it
/// may be chance: one or two characters are shared by any two sentences.
const ISLAND: u32 = 2;

impl Aligner {
    /// Returns the passages of two normalized texts, and what changed between
    /// them.
    ///
    /// The heaviest chain of passages that have the same order in both texts
    /// anchors the alignment; the other passages have moved. The stretches
    /// between are aligned by the shortest edit \[Mye86\], within `effort`. A
    /// number changes as a whole; one or two equal characters amid longer
    /// changes count as changed.
    ///
    /// Takes `O(n + g * effort)` time for `g` characters between passages.
    pub fn changes(
        &mut self,
        a: &[u16],
        b: &[u16],
        options: &ChangeOptions,
    ) -> (Passages, Vec<Hunk>) {
        self.align(a, b, options.passages.min_length);
        self.changes_of_aligned(a, b, options)
    }

    /// Returns the same for the two texts that were aligned last.
    pub(crate) fn changes_of_aligned(
        &mut self,
        a: &[u16],
        b: &[u16],
        options: &ChangeOptions,
    ) -> (Passages, Vec<Hunk>) {
        let passages = self.joined(a, b, options.passages.bridge);
        let wide = self.wide;
        let mut hunks = if wide {
            let chars = std::mem::take(&mut self.chars);
            let hunks = self.hunks(&chars[0].symbols, &chars[1].symbols, options.effort);
            self.chars = chars;
            hunks
        } else {
            self.hunks(a, b, options.effort)
        };
        if wide {
            for hunk in &mut hunks {
                hunk.a = self.chars[0].units(hunk.a);
                hunk.b = self.chars[1].units(hunk.b);
            }
        }
        (passages, hunks)
    }

    /// Builds the hunks from the tiles of the last pair, in symbols.
    fn hunks<S: Symbol>(&mut self, a: &[S], b: &[S], effort: usize) -> Vec<Hunk> {
        let (chain, moved) = heaviest_chain(self.tiler.runs());
        let mut refined: Vec<Run> = Vec::with_capacity(chain.len() * 2);
        let mut gap = Gap {
            a,
            b,
            moved_a: by(&moved, |run| (run.a, run.len)),
            moved_b: by(&moved, |run| (run.b, run.len)),
            effort,
            editor: &mut self.editor,
            anchors: &mut self.anchors,
        };
        let (mut at_a, mut at_b) = (0, 0);
        for run in &chain {
            gap.refine(at_a..run.a, at_b..run.b, true, &mut refined);
            refined.push(*run);
            (at_a, at_b) = (run.a + run.len, run.b + run.len);
        }
        gap.refine(
            at_a..a.len() as u32,
            at_b..b.len() as u32,
            true,
            &mut refined,
        );
        let runs = without_islands(a, b, refined);
        let mut hunks = Vec::with_capacity(runs.len() * 2 + 1);
        let (mut at_a, mut at_b) = (0, 0);
        for run in &runs {
            between(&gap, at_a..run.a, at_b..run.b, &moved, &mut hunks);
            push(
                &mut hunks,
                HunkKind::Equal,
                run.a..run.a + run.len,
                run.b..run.b + run.len,
            );
            (at_a, at_b) = (run.a + run.len, run.b + run.len);
        }
        let rest = (at_a..a.len() as u32, at_b..b.len() as u32);
        between(&gap, rest.0, rest.1, &moved, &mut hunks);
        hunks
    }
}

fn by(runs: &[Run], key: impl Fn(&Run) -> (u32, u32)) -> Vec<Range<u32>> {
    let mut ranges: Vec<_> = runs
        .iter()
        .map(|run| {
            let (start, len) = key(run);
            start..start + len
        })
        .collect();
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

/// Splits runs, sorted by `a`, into the heaviest chain that is sorted by `b`
/// too, and the rest.
///
/// Takes `O(r log r)` time: a Fenwick tree over the positions in `b` holds the
/// heaviest chain that ends before each.
fn heaviest_chain(runs: &[Run]) -> (Vec<Run>, Vec<Run>) {
    if runs.is_sorted_by_key(|run| run.b) {
        return (runs.to_vec(), Vec::new());
    }
    let mut positions: Vec<u32> = runs.iter().map(|run| run.b).collect();
    positions.sort_unstable();
    // The weight of the best chain that ends at or before each position, and
    // its last run plus one.
    let mut best = vec![(0u64, 0usize); positions.len() + 1];
    let mut before = vec![0; runs.len()];
    for (at, run) in runs.iter().enumerate() {
        let rank = positions.partition_point(|b| *b < run.b);
        let mut top = (0, 0);
        let mut node = rank;
        while node > 0 {
            top = top.max(best[node]);
            node &= node - 1;
        }
        before[at] = top.1;
        let mine = (top.0 + u64::from(run.len), at + 1);
        let mut node = rank + 1;
        while node < best.len() {
            // Of equally heavy ones the first stays.
            if mine.0 > best[node].0 {
                best[node] = mine;
            }
            node += node & node.wrapping_neg();
        }
    }
    let mut top = (0, 0);
    let mut node = positions.len();
    while node > 0 {
        if best[node].0 > top.0 {
            top = best[node];
        }
        node &= node - 1;
    }
    let mut in_chain = vec![false; runs.len()];
    let mut last = top.1;
    while last > 0 {
        in_chain[last - 1] = true;
        last = before[last - 1];
    }
    let (mut chain, mut moved) = (Vec::new(), Vec::new());
    for (run, in_chain) in runs.iter().zip(in_chain) {
        if in_chain { &mut chain } else { &mut moved }.push(*run);
    }
    (chain, moved)
}

/// Aligns the stretches between passages.
struct Gap<'a, S> {
    a: &'a [S],
    b: &'a [S],
    /// The stretches of each text that have moved, sorted; they match nothing
    /// between the passages.
    moved_a: Vec<Range<u32>>,
    moved_b: Vec<Range<u32>>,
    effort: usize,
    editor: &'a mut Editor,
    anchors: &'a mut Tiler,
}

impl<S: Symbol> Gap<'_, S> {
    /// Appends the equal runs of a stretch.
    fn refine(&mut self, a: Range<u32>, b: Range<u32>, anchors: bool, out: &mut Vec<Run>) {
        if a.is_empty() || b.is_empty() {
            return;
        }
        let first = out.len();
        let here = |moved: &[Range<u32>], range: &Range<u32>| {
            let from = moved.partition_point(|one| one.end <= range.start);
            let to = moved.partition_point(|one| one.start < range.end);
            moved[from..to].to_vec()
        };
        let (moved_a, moved_b) = (here(&self.moved_a, &a), here(&self.moved_b, &b));
        let free = |moved: &[Range<u32>], at: u32| !moved.iter().any(|one| one.contains(&at));
        let range = |range: &Range<u32>| range.start as usize..range.end as usize;
        let (left, right) = (&self.a[range(&a)], &self.b[range(&b)]);
        let lens = (left.len(), right.len());
        let equal = |i: usize, j: usize| left[i] == right[j];
        // Every moved stretch costs a step in each look-up.
        let effort = self.effort / (1 + (moved_a.len() + moved_b.len()) / 8);
        let near = !self.editor.is_far(left, right, effort)
            && match moved_a.is_empty() && moved_b.is_empty() {
                true => self.editor.runs(lens, equal, effort, out),
                false => {
                    let stays = |i: usize, j: usize| {
                        let (a, b) = (a.start + i as u32, b.start + j as u32);
                        equal(i, j) && free(&moved_a, a) && free(&moved_b, b)
                    };
                    self.editor.runs(lens, stays, effort, out)
                }
            };
        if near {
            for run in &mut out[first..] {
                run.a += a.start;
                run.b += b.start;
            }
        } else if anchors {
            out.truncate(first);
            self.anchor(a, b, out);
        }
    }

    /// Aligns a stretch on short runs, and what lies between on characters.
    fn anchor(&mut self, a: Range<u32>, b: Range<u32>, out: &mut Vec<Run>) {
        let tiler = &mut *self.anchors;
        let range = |range: &Range<u32>| range.start as usize..range.end as usize;
        tiler.tile(&self.a[range(&a)], &self.b[range(&b)], ANCHOR);
        tiler.runs_mut().sort_unstable();
        for run in tiler.runs_mut() {
            run.a += a.start;
            run.b += b.start;
        }
        let clear = |moved: &[Range<u32>], start: u32, len: u32| {
            let at = moved.partition_point(|one| one.end <= start);
            moved.get(at).is_none_or(|one| one.start >= start + len)
        };
        tiler.runs_mut().retain(|run| {
            clear(&self.moved_a, run.a, run.len) && clear(&self.moved_b, run.b, run.len)
        });
        let (chain, _) = heaviest_chain(tiler.runs());
        let (mut at_a, mut at_b) = (a.start, b.start);
        for run in chain {
            self.refine(at_a..run.a, at_b..run.b, false, out);
            out.push(run);
            (at_a, at_b) = (run.a + run.len, run.b + run.len);
        }
        self.refine(at_a..a.end, at_b..b.end, false, out);
    }
}

fn is_digit<S: Symbol>(symbol: &S) -> bool {
    (u64::from(b'0')..=u64::from(b'9')).contains(&symbol.value())
}

/// Returns the runs without the digits at their ends that belong to a changed
/// number, and without the runs that are short enough to be chance.
fn without_islands<S: Symbol>(a: &[S], b: &[S], mut runs: Vec<Run>) -> Vec<Run> {
    merge_touching(&mut runs);
    for run in &mut runs {
        let (start_a, start_b) = (run.a as usize, run.b as usize);
        let (end_a, end_b) = (start_a + run.len as usize, start_b + run.len as usize);
        let inside = &a[start_a..end_a];
        let cut_head = start_a.checked_sub(1).is_some_and(|at| is_digit(&a[at]))
            || start_b.checked_sub(1).is_some_and(|at| is_digit(&b[at]));
        let cut_tail = a.get(end_a).is_some_and(is_digit) || b.get(end_b).is_some_and(is_digit);
        let head = if cut_head {
            inside.iter().take_while(|symbol| is_digit(*symbol)).count()
        } else {
            0
        };
        let inside = &inside[head..];
        let tail = if cut_tail {
            inside
                .iter()
                .rev()
                .take_while(|symbol| is_digit(*symbol))
                .count()
        } else {
            0
        };
        *run = Run {
            a: run.a + head as u32,
            b: run.b + head as u32,
            len: run.len - (head + tail) as u32,
        };
    }
    runs.retain(|run| run.len > 0);
    let ends = (a.len() as u32, b.len() as u32);
    let mut result: Vec<Run> = Vec::with_capacity(runs.len());
    for (at, run) in runs.iter().enumerate() {
        let last = result
            .last()
            .map_or((0, 0), |run| (run.a + run.len, run.b + run.len));
        let next = runs.get(at + 1).map_or(ends, |run| (run.a, run.b));
        let before = (last.0..run.a, last.1..run.b);
        let after = (run.a + run.len..next.0, run.b + run.len..next.1);
        let size = |(a, b): &(Range<u32>, Range<u32>)| a.len().max(b.len()) as u32;
        let number = |(left, right): &(Range<u32>, Range<u32>)| {
            let text = |side: &[S], range: &Range<u32>| {
                side[range.start as usize..range.end as usize]
                    .iter()
                    .all(is_digit)
            };
            text(a, left) && text(b, right)
        };
        let chance = run.len <= ISLAND
            && run.len < size(&before)
            && run.len < size(&after)
            && !number(&before)
            && !number(&after);
        if !chance {
            result.push(*run);
        }
    }
    result
}

fn merge_touching(runs: &mut Vec<Run>) {
    runs.dedup_by(|run, last| {
        let touches = last.a + last.len == run.a && last.b + last.len == run.b;
        if touches {
            last.len += run.len;
        }
        touches
    });
}

/// Appends the hunks of a stretch without equal runs.
fn between<S>(
    gap: &Gap<'_, S>,
    a: Range<u32>,
    b: Range<u32>,
    moved: &[Run],
    hunks: &mut Vec<Hunk>,
) {
    let away = pieces(a.clone(), &gap.moved_a);
    let here = pieces(b.clone(), &gap.moved_b);
    if away.len() <= 1 && here.len() <= 1 && !away.iter().chain(&here).any(|(_, moved)| *moved) {
        plain(a, b, hunks);
        return;
    }
    let (mut at_a, mut at_b) = (a.start, b.start);
    let (mut away, mut here) = (away.into_iter().peekable(), here.into_iter().peekable());
    loop {
        match (away.peek().cloned(), here.peek().cloned()) {
            (Some((range, true)), _) => {
                let run = moved.iter().find(|run| run.a == range.start);
                let there = run.map_or(0..0, |run| run.b..run.b + run.len);
                push(hunks, HunkKind::MovedAway, range.clone(), there);
                at_a = range.end;
                away.next();
            }
            (_, Some((range, true))) => {
                let run = moved.iter().find(|run| run.b == range.start);
                let there = run.map_or(0..0, |run| run.a..run.a + run.len);
                push(hunks, HunkKind::MovedHere, there, range.clone());
                at_b = range.end;
                here.next();
            }
            (None, None) => break,
            (left, right) => {
                let left = left.map_or(at_a..at_a, |(range, _)| range);
                let right = right.map_or(at_b..at_b, |(range, _)| range);
                (at_a, at_b) = (left.end, right.end);
                plain(left, right, hunks);
                away.next();
                here.next();
            }
        }
    }
}

/// Splits a range into pieces; the flag says whether a piece has moved.
fn pieces(range: Range<u32>, moved: &[Range<u32>]) -> Vec<(Range<u32>, bool)> {
    let mut pieces = Vec::new();
    let mut at = range.start;
    let from = moved.partition_point(|one| one.end <= range.start);
    for one in moved[from..].iter().take_while(|one| one.start < range.end) {
        if one.start > at {
            pieces.push((at..one.start, false));
        }
        pieces.push((one.clone(), true));
        at = one.end;
    }
    if at < range.end {
        pieces.push((at..range.end, false));
    }
    pieces
}

fn plain(a: Range<u32>, b: Range<u32>, hunks: &mut Vec<Hunk>) {
    let kind = match (a.is_empty(), b.is_empty()) {
        (true, true) => return,
        (true, false) => HunkKind::Inserted,
        (false, true) => HunkKind::Deleted,
        (false, false) => HunkKind::Replaced,
    };
    push(hunks, kind, a, b);
}

fn push(hunks: &mut Vec<Hunk>, kind: HunkKind, a: Range<u32>, b: Range<u32>) {
    hunks.push(Hunk {
        kind,
        a: a.into(),
        b: b.into(),
    });
}
