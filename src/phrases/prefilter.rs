//! The repeats that may be phrases, told at a glance from the plainly cut and the accidental.

use std::ops::Range;

use crate::phrases::cohesion;
use crate::phrases::context::ContextCounter;
use crate::phrases::rank;
use crate::phrases::statistics::Statistics;
use crate::suffix::Index;
use crate::suffix::interval::{self, Interval, Node};

/// A repeat that is not plainly cut.
pub(crate) struct PhraseCandidate {
    pub(crate) repeat: Interval,
    /// Its first and its last two characters.
    pub(crate) first: u32,
    /// See `first`.
    pub(crate) last: u32,
    /// How free it is on both sides together, at most.
    pub(crate) free: f32,
}

/// Longest phrase that is looked for where it is not a repeat of its own, but
/// the beginning of longer ones that a mark always cuts off.
const LONGEST_CUT_OFF: u32 = 24;

/// Repeats of so many characters are copies of documents, and no phrases.
const LONGEST: u32 = 1 << 16;

/// Nodes that are looked at together, each fetched while others are read.
const A_BLOCK: usize = 256;

/// Nodes and repeats between the fetching of one and its reading.
const AHEAD: usize = 4;

/// Returns what may be a phrase among the repeats of one stretch of the
/// ranks, in their order; of a corpus of so many documents.
///
/// Leaves out single words of scripts that part words by spaces, and
/// nothing else that would be a phrase.
pub(crate) fn candidates(
    statistics: &Statistics<'_>,
    ranks: Range<usize>,
    (min_length, min_documents): (u32, u32),
    of_documents: usize,
) -> Vec<PhraseCandidate> {
    let mut glance = CandidateFilter {
        statistics,
        context_counter: statistics.context_counter(),
        of_documents,
        min_length,
        repeats: Vec::new(),
        known: None,
        found: Vec::new(),
    };
    let mut nodes = Vec::with_capacity(A_BLOCK);
    let Index { text, suffixes } = statistics.index;
    let lengths = min_length..LONGEST;
    interval::walk_nodes(text, suffixes, ranks, lengths, min_documents, |node| {
        nodes.push(node);
        if nodes.len() == A_BLOCK {
            glance.look_at(&nodes);
            nodes.clear();
        }
    });
    glance.look_at(&nodes);
    glance.found
}

/// Looks at one repeat after another.
struct CandidateFilter<'a> {
    statistics: &'a Statistics<'a>,
    context_counter: ContextCounter<'a>,
    of_documents: usize,
    min_length: u32,
    /// Those of the nodes at hand.
    repeats: Vec<Interval>,
    /// The first two characters of the last repeat, and their pair.
    known: Option<((u32, u32), u32)>,
    found: Vec<PhraseCandidate>,
}

impl CandidateFilter<'_> {
    fn look_at(&mut self, nodes: &[Node]) {
        let mut repeats = std::mem::take(&mut self.repeats);
        repeats.clear();
        for (at, node) in nodes.iter().enumerate() {
            if let Some(next) = nodes.get(at + AHEAD) {
                self.context_counter.prefetch(&next.interval, 1);
            }
            self.candidates(node, |repeat| repeats.push(repeat));
        }
        for (at, repeat) in repeats.iter().enumerate() {
            if let Some(next) = repeats.get(at + AHEAD) {
                self.context_counter.prefetch_quick_look(next);
            }
            let candidates = self.hope(repeat);
            self.found.extend(candidates);
        }
        self.repeats = repeats;
    }

    /// Calls `found` for the strings of a node that may be phrases: itself,
    /// and its beginnings before a mark (大众创业 of 大众创业、万众创新).
    ///
    /// A string that always follows the same character is none, unless a mark
    /// stands between. What is no repeat of its own is taken up to its first
    /// comma: of a passage the clauses, not all that they can be strung to.
    fn candidates(&self, node: &Node, mut found: impl FnMut(Interval)) {
        let interval = node.interval;
        let position = self.statistics.index.position(&interval);
        let boundaries = &self.statistics.boundaries;
        if node.is_maximal {
            found(interval);
        }
        if node.outer >= LONGEST_CUT_OFF || !node.is_maximal && !boundaries.at(position).is_mark() {
            return;
        }
        for length in 1..=interval.length.min(LONGEST_CUT_OFF) {
            let boundary = boundaries.at(position + length);
            let may_end = if length < interval.length {
                boundary.is_mark()
            } else {
                !node.is_maximal
            };
            if may_end && length >= self.min_length && length > node.outer {
                found(Interval { length, ..interval });
            }
            if boundary.is_comma() {
                break;
            }
        }
    }

    /// Returns a repeat if it may be a phrase, from the cheapest question to
    /// the dearest.
    fn hope(&mut self, repeat: &Interval) -> Option<PhraseCandidate> {
        let Statistics {
            index,
            boundaries,
            bigrams,
            ..
        } = self.statistics;
        let text = &index.text;
        let position = index.position(repeat);
        if boundaries.is_one_word(position, repeat.length) {
            return None;
        }
        let last = position + repeat.length - 1;
        let ends = [position, last].map(|at| bigrams.single(text.at(at)));
        let most = cohesion::at_most(text.len(), ends);
        let floor = rank::floor(repeat.documents, self.of_documents);
        let holds = |free| rank::cohesion_needed(floor, free).is_some_and(|needed| needed <= most);
        if !holds(1.0) {
            return None;
        }
        let glance = self.context_counter.glance(repeat);
        // Repeats come in the order of their first characters.
        let symbols = (text.at(position), text.at(position + 1));
        let first = match self.known {
            Some((same, bigram)) if same == symbols => bigram,
            _ => bigrams.find(symbols.0, symbols.1)?,
        };
        self.known = Some((symbols, first));
        let last = bigrams.find(text.at(last - 1), text.at(last))?;
        let free = rank::hope(glance, &bigrams.at(first), &bigrams.at(last), floor)?;
        holds(free).then_some(PhraseCandidate {
            repeat: *repeat,
            first,
            last,
            free,
        })
    }
}
