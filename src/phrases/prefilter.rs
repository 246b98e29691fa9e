//! The repeats that may be phrases: without those that are plainly cut or too loose.

use std::ops::Range;

use crate::phrases::cohesion;
use crate::phrases::context::{ContextCounter, SampledTightness};
use crate::phrases::form::is_listed_idiom;
use crate::phrases::rank;
use crate::phrases::set_form;
use crate::phrases::statistics::Statistics;
use crate::phrases::wholeness;
use crate::prefetch::{prefetched, with_later};
use crate::suffix::Index;
use crate::suffix::interval::{self, Interval, RepeatNode};
use crate::text::lexicon::FOLLOWING_PARTICLES;

/// A repeat that is not plainly cut.
pub(crate) struct PhraseCandidate {
    pub(crate) repeat: Interval,
    /// Index of the bigram that it begins with.
    pub(crate) first: u32,
    /// Index of the bigram that it ends with.
    pub(crate) last: u32,
    /// Upper bound of the chance that it is free on both sides.
    pub(crate) free: f32,
}

/// A repeat that does not occur by chance.
struct Coherent {
    repeat: Interval,
    /// Index of the bigram that it begins with.
    first: u32,
    /// Index of the bigram that it ends with.
    last: u32,
    /// The quality under which it is an accident.
    floor: f32,
    /// Upper bound of its cohesion, in bits.
    most_cohesion: f32,
    /// The chance that it is free on its left at best.
    left: f32,
    sampled: SampledTightness,
}

/// Longest phrase that is looked for where it is not a repeat of its own, but
/// the beginning of longer ones that a mark always cuts off.
const LONGEST_CUT_OFF: u32 = 24;

/// Repeats of this many characters are copies of documents, and no phrases.
const COPY_LENGTH: u32 = 1 << 16;

/// Nodes that are looked at together, each prefetched while others are read.
const BLOCK_LEN: usize = 256;

/// Nodes and repeats between the prefetching of one and its reading.
const AHEAD: usize = 4;

/// Returns the repeats in one stretch of the ranks that may be phrases of a
/// corpus of `of_documents` documents, in the order of the ranks.
///
/// Leaves out single words of scripts that part words by spaces, and nothing
/// else that would be a phrase.
pub(crate) fn candidates(
    statistics: &Statistics<'_>,
    ranks: Range<usize>,
    (min_length, min_documents): (u32, u32),
    of_documents: usize,
) -> Vec<PhraseCandidate> {
    let mut filter = CandidateFilter {
        statistics,
        context_counter: statistics.context_counter(),
        floor: rank::Floor::new(of_documents),
        min_length,
        separator: statistics.index.text.symbol(' '),
        particles: FOLLOWING_PARTICLES
            .chars()
            .filter_map(|particle| statistics.index.text.symbol(particle))
            .collect(),
        repeats: Vec::new(),
        coherent: Vec::new(),
        last_first: None,
        found: Vec::new(),
    };
    let mut nodes = Vec::with_capacity(BLOCK_LEN);
    let Index { text, suffixes, .. } = statistics.index;
    let lengths = min_length..COPY_LENGTH;
    interval::walk_nodes(text, suffixes, ranks, lengths, min_documents, |node| {
        nodes.push(node);
        if nodes.len() == BLOCK_LEN {
            filter.add(&nodes);
            nodes.clear();
        }
    });
    filter.add(&nodes);
    filter.found
}

/// Filters one repeat after another.
struct CandidateFilter<'a> {
    statistics: &'a Statistics<'a>,
    context_counter: ContextCounter<'a>,
    floor: rank::Floor,
    min_length: u32,
    /// The symbol that separates two numbers, if the corpus has it.
    separator: Option<u32>,
    /// The particles that may follow an idiom everywhere.
    particles: Vec<u32>,
    /// Repeats of the nodes that are looked at, a buffer.
    repeats: Vec<Interval>,
    /// Those of them that cohere, a buffer.
    coherent: Vec<Coherent>,
    /// The first two symbols of the last repeat, and the index of their bigram
    /// with its log odds of a beginning.
    last_first: Option<((u32, u32), (u32, f32))>,
    found: Vec<PhraseCandidate>,
}

impl CandidateFilter<'_> {
    fn add(&mut self, nodes: &[RepeatNode]) {
        let mut repeats = std::mem::take(&mut self.repeats);
        repeats.clear();
        let fetch = |later: &RepeatNode| self.context_counter.prefetch(&later.interval, 1);
        for node in prefetched(nodes, AHEAD, fetch) {
            self.strings(node, |repeat| repeats.push(repeat));
        }
        let mut coherent = std::mem::take(&mut self.coherent);
        coherent.clear();
        for (repeat, later) in with_later(&repeats, AHEAD) {
            if let Some(later) = later {
                self.context_counter.prefetch_sampled_tightness(later);
            }
            coherent.extend(self.coherent(repeat));
        }
        // Where bigrams lie is only known now.
        let bigrams = &self.statistics.bigrams;
        let fetch = |later: &Coherent| bigrams.prefetch(later.last);
        for repeat in prefetched(&coherent, AHEAD, fetch) {
            self.found.extend(self.candidate(repeat));
        }
        self.coherent = coherent;
        self.repeats = repeats;
    }

    /// Calls `found` for the strings of a node that may be phrases: itself,
    /// and its prefixes before a mark (大众创业 of 大众创业、万众创新), before
    /// what separates numbers, or, of idioms, before a particle (翻天覆地 of
    /// 翻天覆地的变化).
    ///
    /// A string that always precedes the same character is none, unless a mark
    /// or a separator stands between. What is no repeat of its own is taken up
    /// to its first comma: of a passage the clauses, not all strings of them.
    fn strings(&self, node: &RepeatNode, mut found: impl FnMut(Interval)) {
        let interval = node.interval;
        let position = self.statistics.index.position(&interval);
        let boundaries = &self.statistics.boundaries;
        if self.is_separator(position) {
            return;
        }
        let last = position + interval.length - 1;
        let is_whole = node.is_maximal && !self.is_separator(last);
        if is_whole {
            found(interval);
        }
        if node.outer >= LONGEST_CUT_OFF
            || !node.is_maximal && !boundaries.marks_at(position).is_mark()
        {
            return;
        }
        for length in 1..=interval.length.min(LONGEST_CUT_OFF) {
            let boundary = boundaries.marks_at(position + length);
            let may_end = if length < interval.length {
                boundary.is_mark()
                    || self.is_separator(position + length)
                    || self.is_idiom_before_particle(position, length)
            } else {
                !node.is_maximal
            };
            if may_end
                && length >= self.min_length
                && length > node.outer
                && !self.is_separator(position + length - 1)
            {
                found(Interval { length, ..interval });
            }
            if boundary.is_comma() {
                break;
            }
        }
    }

    /// Returns whether a string is an idiom of the list with a particle behind
    /// it.
    #[inline]
    fn is_idiom_before_particle(&self, position: u32, length: u32) -> bool {
        let text = &self.statistics.index.text;
        self.particles.contains(&text.at(position + length))
            && is_listed_idiom(text, position, length)
    }

    /// Returns whether the symbol at a position separates two numbers.
    #[inline(always)]
    fn is_separator(&self, position: u32) -> bool {
        self.separator == Some(self.statistics.index.text.at(position))
    }

    /// Returns a repeat unless it is one word, or occurs too often by chance:
    /// asks the cheapest questions first.
    fn coherent(&mut self, repeat: &Interval) -> Option<Coherent> {
        let Statistics {
            index,
            boundaries,
            bigrams,
            ..
        } = self.statistics;
        let text = &index.text;
        let position = index.position(repeat);
        let last = position + repeat.length - 1;
        let ends = [position, last].map(|at| bigrams.single(text.at(at)));
        let most_cohesion = cohesion::at_most(text.len(), ends);
        let is_set = set_form::is_set(text, boundaries, position, repeat.length);
        let floor = set_form::floor(is_set, self.floor, repeat.documents);
        if !may_reach(floor, 1.0, most_cohesion) {
            return None;
        }
        let middle = repeat.first + (repeat.last - repeat.first) / 2;
        let is_one_word = [repeat.first, middle, repeat.last].iter().all(|&rank| {
            let position = index.suffixes.position(rank as usize);
            boundaries.is_one_word(position, repeat.length)
        });
        if is_one_word {
            return None;
        }
        // Repeats come in the order of their first characters.
        let symbols = (text.at(position), text.at(position + 1));
        let first = match self.last_first {
            Some((same, bigram)) if same == symbols => bigram,
            _ => {
                let first = bigrams.find(symbols.0, symbols.1)?;
                (first, bigrams.at(first).begins())
            }
        };
        self.last_first = Some((symbols, first));
        let (first, begins) = first;
        let sampled = self.context_counter.sampled_tightness(repeat);
        let left = wholeness::best_chance((sampled.left, sampled.is_all), begins, floor)?;
        // The other end of what is cut on its left need not be looked for.
        let last = bigrams.find(text.at(last - 1), text.at(last))?;
        Some(Coherent {
            repeat: *repeat,
            first,
            last,
            floor,
            most_cohesion,
            left,
            sampled,
        })
    }

    /// Returns a repeat as a candidate if it may be free enough to be a phrase.
    fn candidate(&self, coherent: &Coherent) -> Option<PhraseCandidate> {
        let Coherent {
            repeat,
            first,
            last,
            floor,
            most_cohesion,
            left,
            sampled,
        } = coherent;
        let ends = self.statistics.bigrams.at(*last).ends();
        let right = wholeness::best_chance((sampled.right, sampled.is_all), ends, *floor)?;
        let free = wholeness::best_freedom(*left, right, *floor)?;
        may_reach(*floor, free, *most_cohesion).then_some(PhraseCandidate {
            repeat: *repeat,
            first: *first,
            last: *last,
            free,
        })
    }
}

/// Returns whether a string reaches a quality if it is so free on both sides
/// together, and at most so cohesive.
fn may_reach(floor: f32, free: f32, most_cohesion: f32) -> bool {
    rank::cohesion_needed(floor, free).is_some_and(|needed| needed <= most_cohesion)
}
