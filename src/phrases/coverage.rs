//! How much of each document is reused: shares by length, formula share, R-measure.

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU8, AtomicU64};

use bitvec::slice::BitSlice;
use bitvec::vec::BitVec;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::mask::{FormulaMask, pieces};
use crate::phrases::kind::PhraseKind;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::scored::ScoredPhrase;
use crate::prefetch::prefetch;
use crate::suffix::Index;
use crate::suffix::whole_numbers::WholeNumbers;

/// Lengths of shared strings whose coverage is reported, in characters. 13 in a
/// row is what plagiarism checks of Chinese text ask about; 8 is two idioms; 25
/// is a clause, 50 a sentence.
pub const LENGTHS: [u32; 4] = [8, 13, 25, 50];

/// How formulaic a document is; every share is of its normalized characters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentReuse {
    /// The document's id.
    pub id: String,
    /// Number of its normalized characters.
    pub length: u32,
    /// Share inside strings of 8 characters or more that another document
    /// contains.
    pub shared_8: f64,
    /// Share inside such strings of 13 characters or more.
    pub shared_13: f64,
    /// Share inside such strings of 25 characters or more.
    pub shared_25: f64,
    /// Share inside such strings of 50 characters or more.
    pub shared_50: f64,
    /// The R-measure of Khmelev and Teahan: 0 where no character occurs in
    /// another document, 1 for a copy.
    pub r_measure: f64,
    /// Share inside formulas that are set whatever their number of documents.
    pub formula: f64,
}

/// Returns how formulaic each document is; see [`Selection::documents`].
///
/// [`Selection::documents`]: crate::phrases::Selection::documents
pub(crate) fn document_reuse(phrases: &PhraseSet, index: &Index<'_>) -> Vec<DocumentReuse> {
    // What many documents say is not therefore set (推动两国, 数据显示).
    figures(
        index,
        &in_formulas(phrases, index, ScoredPhrase::is_set_wording),
    )
}

/// Returns which characters stand inside formulas; see
/// [`Phrases::formula_mask`](crate::phrases::Phrases::formula_mask).
pub(crate) fn formula_mask(
    phrases: &PhraseSet,
    index: &Index<'_>,
    min_documents: u32,
) -> FormulaMask {
    let mut ranges = vec![(0, 0); index.corpus().len()];
    for document in 0..index.text.documents() {
        for &id in index.text.members(document) {
            ranges[id.index()] = (index.text.start(document), index.text.length(document));
        }
    }
    let inside = in_formulas(phrases, index, |formula| {
        formula.independent >= min_documents
    });
    FormulaMask::new(inside, ranges)
}

/// Returns which characters stand inside the formulas that are wanted.
fn in_formulas(
    phrases: &PhraseSet,
    index: &Index<'_>,
    is_wanted: impl Fn(&ScoredPhrase) -> bool + Sync,
) -> BitVec<u64> {
    let symbols = index.text.len();
    let mut words: Vec<AtomicU64> = Vec::new();
    words.resize_with(symbols.div_ceil(u64::BITS as usize), AtomicU64::default);
    let formulas = phrases
        .list
        .par_iter()
        .filter(|one: &ScoredPhrase| one.kind == PhraseKind::Formula && is_wanted(one));
    formulas.for_each(|scored| {
        let whole = WholeNumbers::new(&index.text, &index.suffixes);
        for position in whole.positions(scored.interval) {
            for (word, bits) in pieces(position as usize, scored.interval.length as usize) {
                // Most stand inside longer ones whose bits are set.
                if words[word].load(Relaxed) & bits != bits {
                    words[word].fetch_or(bits, Relaxed);
                }
            }
        }
    });
    let words = words.into_iter().map(AtomicU64::into_inner).collect();
    let mut inside = BitVec::from_vec(words);
    inside.truncate(symbols);
    inside
}

fn figures(index: &Index<'_>, in_formula: &BitSlice<u64>) -> Vec<DocumentReuse> {
    let corpus = index.corpus();
    let shared = SharedWithOthers::new(index);
    let of_document = |document: usize| {
        let start = index.text.start(document) as usize;
        let length = index.text.length(document) as usize;
        let total = shared.sums[document];
        let lengths = &shared.lengths[start..start + length];
        let covered = LENGTHS.map(|at_least| covered(lengths, at_least));
        let share = |count: usize| count as f64 / length as f64;
        let most = length as u64 * (length as u64 + 1) / 2;
        DocumentReuse {
            id: String::new(),
            length: length as u32,
            shared_8: share(covered[0]),
            shared_13: share(covered[1]),
            shared_25: share(covered[2]),
            shared_50: share(covered[3]),
            r_measure: total as f64 / most as f64,
            formula: share(in_formula[start..start + length].count_ones()),
        }
    };
    let distinct: Vec<DocumentReuse> = (0..index.text.documents())
        .into_par_iter()
        .map(of_document)
        .collect();
    let empty = DocumentReuse {
        id: String::new(),
        length: 0,
        shared_8: 0.0,
        shared_13: 0.0,
        shared_25: 0.0,
        shared_50: 0.0,
        r_measure: 0.0,
        formula: 0.0,
    };
    let mut reuse = vec![empty; corpus.len()];
    for (document, figures) in distinct.into_iter().enumerate() {
        for &id in index.text.members(document) {
            reuse[id.index()].clone_from(&figures);
        }
    }
    for (document, figures) in corpus.docs().zip(&mut reuse) {
        corpus.id(document).clone_into(&mut figures.id);
    }
    reuse
}

/// Returns how many positions of a document lie inside strings of `at_least`
/// characters or more that others contain, given the stored length of the
/// longest one that begins at each position.
///
/// Stored lengths may be cut at `at_least`: one character after the start of a
/// long string begins its rest, which others contain too.
fn covered(lengths: &[AtomicU8], at_least: u32) -> usize {
    let mut covered = 0;
    // Where the covered stretch that began earlier ends.
    let mut end = 0;
    for (at, length) in lengths.iter().enumerate() {
        let length = length.load(Relaxed);
        let until = at + usize::from(length);
        if u32::from(length) >= at_least && until > end {
            covered += until - at.max(end);
            end = until;
        }
    }
    covered
}

/// Stands for every length that does not fit a byte.
const LONG: u32 = u8::MAX as u32;

const _: () = assert!(LENGTHS[LENGTHS.len() - 1] <= LONG);

/// For every position, the length of the longest string that begins there and
/// occurs in another document too.
///
/// A byte each: the cost of this is that they are stored at random addresses.
/// Most are short, cover nothing, and are left out.
struct SharedWithOthers {
    lengths: Vec<AtomicU8>,
    /// Sum of the lengths in each document.
    sums: Vec<u64>,
}

/// Least length that is stored; shorter ones are 0.
const SHORTEST: u32 = LENGTHS[0];

/// Ranks that a core takes at a time.
const TASK_LEN: usize = 1 << 16;

/// Ranks whose documents are looked up together: random reads, none of which
/// waits for another.
const AHEAD: usize = 1 << 9;

impl SharedWithOthers {
    /// Returns the lengths of an index.
    ///
    /// The nearest suffix of another document on either side in the order has
    /// the most in common; what lies between is of the same document.
    fn new(index: &Index<'_>) -> Self {
        let len = index.text.len();
        // No two ranks have one position, so no core waits for another.
        let mut lengths = Vec::new();
        lengths.resize_with(len, AtomicU8::default);
        let first = index.text.documents();
        let tasks = (len - first).div_ceil(TASK_LEN);
        // Each of a few shares has sums of its own: no core waits for another.
        let shares = 4 * rayon::current_num_threads();
        let none = || vec![0_u64; first];
        let sums = (0..tasks)
            .into_par_iter()
            .with_min_len(tasks.div_ceil(shares))
            .fold(none, |mut sums, task| {
                let from = first + task * TASK_LEN;
                let mut runs = Runs::of(index, &lengths, from);
                let end = len.min(from + TASK_LEN);
                while runs.rank < end {
                    runs.next(&mut sums);
                }
                sums
            })
            .reduce_with(|mut all, sums| {
                all.iter_mut().zip(sums).for_each(|(all, sum)| *all += sum);
                all
            });
        SharedWithOthers {
            lengths,
            sums: sums.unwrap_or_else(none),
        }
    }
}

/// Runs of neighbouring suffixes of one document; the task in which a run
/// begins takes it whole.
struct Runs<'a> {
    index: &'a Index<'a>,
    lengths: &'a [AtomicU8],
    /// First rank that was not taken yet.
    rank: usize,
    /// Documents of the ranks from `first_known` on.
    documents: Vec<u32>,
    first_known: usize,
    /// What each suffix of a run shares with the last one of another document
    /// before it.
    forwards: Vec<u32>,
}

impl<'a> Runs<'a> {
    /// Returns the runs that begin at a rank or after it.
    fn of(index: &'a Index<'a>, lengths: &'a [AtomicU8], rank: usize) -> Self {
        let mut runs = Runs {
            index,
            lengths,
            rank,
            documents: Vec::with_capacity(AHEAD),
            first_known: 0,
            forwards: Vec::new(),
        };
        if rank > index.text.documents() {
            let before = runs.document(rank - 1);
            while runs.document(runs.rank) == before {
                runs.rank += 1;
            }
        }
        runs
    }

    /// Returns the document of a rank, `u32::MAX` beyond the last.
    #[inline]
    fn document(&mut self, rank: usize) -> u32 {
        let at = rank.wrapping_sub(self.first_known);
        match self.documents.get(at) {
            Some(document) => *document,
            None => self.look_up(rank),
        }
    }

    #[cold]
    fn look_up(&mut self, rank: usize) -> u32 {
        let (text, positions) = (&self.index.text, &self.index.suffixes.positions);
        let ahead = positions.slice(rank..positions.len().min(rank + AHEAD));
        let shared = |rank: usize| match rank < positions.len() {
            true => self.index.suffixes.lcp(rank),
            false => 0,
        };
        let mut before = shared(rank);
        for (after, &position) in (rank + 1..).zip(ahead) {
            let after = shared(after);
            if before.max(after) >= SHORTEST {
                prefetch(self.lengths, position as usize);
            }
            before = after;
        }
        let documents = ahead.iter().map(|p| text.document_at(*p as u32) as u32);
        self.documents.clear();
        self.documents.extend(documents);
        self.first_known = rank;
        self.documents.first().copied().unwrap_or(u32::MAX)
    }

    /// Stores what the suffixes of the next run share with others, and adds it
    /// to the sum of their document.
    fn next(&mut self, sums: &mut [u64]) {
        let (text, suffixes) = (&self.index.text, &self.index.suffixes);
        let lcp = |rank: usize| match rank < suffixes.positions.len() {
            true => suffixes.lcp(rank),
            false => 0,
        };
        let begin = self.rank;
        let document = self.document(begin);
        self.forwards.clear();
        let mut with_other = u32::MAX;
        while self.rank == begin || self.document(self.rank) == document {
            with_other = with_other.min(lcp(self.rank));
            self.forwards.push(with_other);
            self.rank += 1;
        }
        let of_document = document as usize;
        let copied = text.has_copies() && text.weight(of_document) > 1;
        // Backwards: with the next one.
        let mut with_other = lcp(self.rank);
        let mut sum = 0;
        for (nth, before) in self.forwards.iter().enumerate().rev() {
            let position = suffixes.position(begin + nth);
            let longest = match copied {
                true => text.start(of_document) + text.length(of_document) - position,
                false => with_other.max(*before),
            };
            sum += u64::from(longest);
            if longest >= SHORTEST {
                let stored = longest.min(LONG) as u8;
                self.lengths[position as usize].store(stored, Relaxed);
            }
            with_other = with_other.min(lcp(begin + nth));
        }
        sums[of_document] += sum;
    }
}
