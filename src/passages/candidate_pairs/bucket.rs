//! Pairs of documents from neighbouring suffixes.

use crate::passages::candidate_pairs::sums::{Sum, push};
use crate::suffix::Index;
use crate::suffix::concat::SEPARATOR;

/// The most documents of a repeat of which every two make a pair; in a larger
/// bucket each document meets only the next one in suffix order, the one with
/// which the run continues longest. So a phrase in 1,000 documents makes 999
/// pairs, not 499,500. The width of the bit set in [`Bucket::pair_repeat`].
const MAX_BUCKET: usize = u16::BITS as usize;

/// The most occurrences of a repeat that are looked at: a run of one character
/// occurs at every position of itself.
const MAX_OCCURRENCES: usize = 4 * MAX_BUCKET;

/// Ranks between prefetching and reading.
const AHEAD: usize = 64;

/// Left context of suffixes that have different characters before them, or that
/// begin a document.
const DIVERSE: u32 = u32::MAX;

/// Neighbouring suffixes, each of which shares a run with the next.
#[derive(Default)]
pub(super) struct Bucket {
    /// Position of each suffix in the concatenated text.
    positions: Vec<u32>,
    /// Document of each suffix.
    documents: Vec<u32>,
    /// The character before each suffix; [`DIVERSE`] where a document begins.
    before: Vec<u32>,
    /// Length of the prefix that each suffix shares with the previous one; 0
    /// for the first.
    lcp: Vec<u32>,
    open: Vec<OpenRepeat>,
    /// Whether each suffix was paired with the previous one by a repeat.
    paired: Vec<bool>,
    /// The documents of one repeat.
    of_repeat: Vec<u32>,
    /// For each suffix of a repeat its branch, and the index of its document.
    branches: Vec<(u32, u32)>,
}

/// A repeat whose last suffix has not been reached.
struct OpenRepeat {
    length: u32,
    /// The first of its suffixes.
    first: usize,
    /// The character before all suffixes so far, or [`DIVERSE`].
    before: u32,
}

impl Bucket {
    /// Calls `found` with each bucket that begins in a range of ranks, after
    /// `prefetch` with the positions of its suffixes.
    pub(super) fn for_each(
        &mut self,
        index: &Index<'_>,
        min_run: u32,
        ranks: std::ops::Range<usize>,
        prefetch: impl Fn(u32),
        mut found: impl FnMut(&mut Self),
    ) {
        let (text, suffixes) = (&index.text, &index.suffixes);
        let continues = |rank: usize| rank < text.len() && suffixes.lcp(rank) >= min_run;
        let mut rank = ranks.start;
        // A bucket that began before the range belongs to another task.
        while rank < ranks.end && continues(rank) {
            rank += 1;
        }
        let mut prefetched = rank;
        while rank < ranks.end {
            while prefetched < ranks.end.min(rank + AHEAD) {
                if continues(prefetched) || continues(prefetched + 1) {
                    prefetch(suffixes.positions[prefetched] as u32);
                }
                prefetched += 1;
            }
            let first = rank;
            rank += 1;
            if !continues(rank) {
                continue;
            }
            self.lcp.clear();
            self.lcp.push(0);
            while continues(rank) {
                self.lcp.push(suffixes.lcp(rank));
                rank += 1;
            }
            // Random reads that do not wait for one another.
            let positions = suffixes.positions[first..rank].iter();
            self.positions.clear();
            self.positions
                .extend(positions.map(|position| *position as u32));
            let document = |position: &u32| text.document_at(*position) as u32;
            self.documents.clear();
            self.documents.extend(self.positions.iter().map(document));
            let before =
                |position: &u32| match position.checked_sub(1).map(|before| text.at(before)) {
                    None | Some(SEPARATOR) => DIVERSE,
                    Some(symbol) => symbol,
                };
            self.before.clear();
            self.before.extend(self.positions.iter().map(before));
            found(self);
        }
    }

    /// Adds the pairs of documents of every maximal repeat that few documents
    /// contain; `weigh` returns the weight of a run outside formulas.
    pub(super) fn pair_repeats(&mut self, weigh: impl Fn(u32, u32) -> u32, sums: &mut Vec<Sum>) {
        let join = |a: u32, b: u32| if a == b { a } else { DIVERSE };
        self.open.clear();
        self.paired.clear();
        self.paired.resize(self.positions.len(), false);
        for at in 0..self.positions.len() {
            let next = self.lcp.get(at + 1).copied().unwrap_or(0);
            let (mut first, mut before) = (at, self.before[at]);
            while let Some(done) = self.open.pop_if(|open| open.length > next) {
                (first, before) = (done.first, join(done.before, before));
                if before == DIVERSE && at - first < MAX_OCCURRENCES {
                    self.pair_repeat(first..at + 1, done.length, &weigh, sums);
                }
            }
            match self.open.last_mut() {
                Some(open) if open.length == next => open.before = join(open.before, before),
                _ if next > 0 => self.open.push(OpenRepeat {
                    length: next,
                    first,
                    before,
                }),
                _ => {}
            }
        }
    }

    /// Adds the pairs of documents of one repeat, if these are few: those whose
    /// context differs on both sides.
    fn pair_repeat(
        &mut self,
        ranks: std::ops::Range<usize>,
        length: u32,
        weigh: impl Fn(u32, u32) -> u32,
        sums: &mut Vec<Sum>,
    ) {
        let documents = &mut self.of_repeat;
        documents.clear();
        documents.extend_from_slice(&self.documents[ranks.clone()]);
        documents.sort_unstable();
        documents.dedup();
        if documents.len() > MAX_BUCKET {
            return;
        }
        self.branches.clear();
        let mut branch = 0;
        for at in ranks.clone() {
            if at > ranks.start && self.lcp[at] == length {
                branch += 1;
                self.paired[at] = true;
            }
            let document = documents.partition_point(|one| *one < self.documents[at]);
            self.branches.push((branch, document as u32));
        }
        // A bit for each pair of documents.
        let mut pairs = [0_u16; MAX_BUCKET];
        for (at, &(branch, document)) in self.branches.iter().enumerate() {
            let before = self.before[ranks.start + at];
            for (other, &(other_branch, other_document)) in self.branches[..at].iter().enumerate() {
                let left = self.before[ranks.start + other];
                let differ = branch != other_branch && (before != left || before == DIVERSE);
                if differ && document != other_document {
                    pairs[document.min(other_document) as usize] |=
                        1 << document.max(other_document);
                }
            }
        }
        if pairs.iter().all(|others| *others == 0) {
            return;
        }
        let weight = weigh(self.positions[ranks.start], length);
        for (&a, mut others) in documents.iter().zip(pairs) {
            while others != 0 {
                let b = documents[others.trailing_zeros() as usize];
                others &= others - 1;
                push(sums, a, b, weight);
            }
        }
    }

    /// Adds the pair of each suffix and the previous one, if no repeat paired
    /// them and the run that they share cannot be extended to the left.
    pub(super) fn chain(&self, weigh: impl Fn(u32, u32) -> u32, sums: &mut Vec<Sum>) {
        for at in (1..self.positions.len()).filter(|at| !self.paired[*at]) {
            let [a, b] = [at - 1, at].map(|at| (self.documents[at], self.before[at]));
            if a.0 != b.0 && (a.1 != b.1 || a.1 == DIVERSE) {
                push(sums, a.0, b.0, weigh(self.positions[at], self.lcp[at]));
            }
        }
    }
}
