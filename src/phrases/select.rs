//! Selects the phrases among the repeats of a corpus.

use rayon::prelude::*;

use crate::context::Context;
use crate::corpus::Corpus;
use crate::error::Result;
use crate::phrases::bigrams::Bigram;
use crate::phrases::cohesion::{self, Cohesion, SplitScorer};
use crate::phrases::context::{ContextCounter, ContextStatistics, Separation};
use crate::phrases::dangling::{self, OuterCharacter};
use crate::phrases::form::{self, Form, is_listed_idiom};
use crate::phrases::independent::Copies;
use crate::phrases::kind::kind_of;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::prefilter::{self, PhraseCandidate};
use crate::phrases::rank;
use crate::phrases::scored::ScoredPhrase;
use crate::phrases::scored_list::{ScoredBuilder, ScoredList};
use crate::phrases::set_form;
use crate::phrases::statistics::Statistics;
use crate::phrases::timeline::Calendar;
use crate::phrases::weights::Weights;
use crate::phrases::wholeness;
use crate::progress::Stage;
use crate::spill::SpillFolder;
use crate::suffix::Index;
use crate::suffix::interval::{self, Interval};
use crate::suffix::inverse::InverseQuery;
use crate::suffix::suffix_array::SuffixArray;
use crate::suffix::whole_numbers::WholeNumbers;
use crate::text::letters;

/// Repeats that a core scores at a time.
const TASK_LEN: usize = 1 << 10;

/// Returns how many candidates are scored together when `phrases` phrases were
/// found already.
///
/// Each batch passes over the suffix array once, so as many as keep all cores
/// busy and, with the phrases, fill three bytes for four characters; where the
/// order of the suffixes is on disk, what there is room for.
fn batch_len(suffixes: &SuffixArray, phrases: usize) -> usize {
    /// Bytes a candidate takes, with the ranks of its parts.
    const CANDIDATE_BYTES: usize = 64;
    /// The same with the phrases that are found among them, which leave for the
    /// disk only then.
    const WITH_PHRASES: usize = 96;
    let characters = suffixes.positions.len();
    let free_bytes = (characters / 4 * 3).saturating_sub(phrases * size_of::<ScoredPhrase>());
    let least = (characters / 256).max(24 * TASK_LEN);
    suffixes.batch_len(WITH_PHRASES, (free_bytes / CANDIDATE_BYTES).max(least))
}

/// Ranks that a core looks through at a time.
const STRETCH_LEN: usize = 1 << 14;

/// Returns the phrases of a corpus, best first; see [`PhraseOptions::select`].
pub(crate) fn select(
    index: &Index<'_>,
    options: &PhraseOptions,
    ctx: &Context,
) -> Result<PhraseSet> {
    PhraseSet::of(select_list(index, options, ctx)?, index, ctx)
}

/// Returns the same, without what is made of them.
pub(crate) fn select_list(
    index: &Index<'_>,
    options: &PhraseOptions,
    ctx: &Context,
) -> Result<ScoredList> {
    let mut list = ScoredBuilder::within(list_folder(index, ctx));
    score_repeats(index, options, ctx, &mut list)?;
    ctx.check()?;
    let list = list.finish()?;
    ctx.check()?;
    Ok(list)
}

/// Returns the folder that phrases go to: they go where the order of the suffixes
/// is.
pub(crate) fn list_folder<'a>(index: &Index<'_>, ctx: &'a Context) -> Option<&'a SpillFolder> {
    index
        .suffixes
        .room
        .and(ctx.memory())
        .map(|folder| &**folder)
}

/// Adds the phrases of a corpus to a list, in any order.
fn score_repeats(
    index: &Index<'_>,
    options: &PhraseOptions,
    ctx: &Context,
    list: &mut ScoredBuilder<'_>,
) -> Result<()> {
    let corpus = index.corpus();
    let statistics = Statistics::new(index);
    let calendar = Calendar::new(corpus);
    let min = (options.min_length.max(2), options.min_documents);
    let characters = index.text.len();
    let mut batch = batch_len(&index.suffixes, 0);
    let mut candidates = Vec::with_capacity(batch);
    ctx.begin(Stage::Phrases, characters as u64);
    // A stretch sets up a number for each document.
    let stretch = STRETCH_LEN.max(index.text.documents());
    let stretches = interval::stretches(&index.suffixes, min.0, stretch);
    for some in stretches.chunks(4 * rayon::current_num_threads()) {
        ctx.check()?;
        let ranks = some.to_vec().into_par_iter();
        let found = ranks.flat_map_iter(|ranks| {
            let len = ranks.len();
            let found = prefilter::candidates(&statistics, ranks, min, corpus.len());
            ctx.advance(len);
            found
        });
        candidates.par_extend(found);
        if candidates.len() >= batch {
            list.append(score_all(&statistics, corpus, &calendar, &candidates))?;
            batch = batch_len(&index.suffixes, list.held());
            candidates = Vec::with_capacity(batch);
        }
    }
    list.append(score_all(&statistics, corpus, &calendar, &candidates))
}

/// Returns the phrases among candidates, in their order, in pieces.
pub(crate) fn score_all(
    statistics: &Statistics<'_>,
    corpus: &Corpus,
    calendar: &Calendar,
    candidates: &[PhraseCandidate],
) -> Vec<Vec<ScoredPhrase>> {
    let Index { text, suffixes, .. } = statistics.index;
    let mut query = InverseQuery::new(text.len());
    for PhraseCandidate { repeat, .. } in candidates {
        cohesion::add_parts(&mut query, statistics.index.position(repeat), repeat.length);
    }
    let ranks = query.find(suffixes);
    let scored = candidates.par_chunks(TASK_LEN).map(|repeats| {
        let mut scorer = Scorer {
            statistics,
            calendar,
            floor: rank::Floor::new(corpus.len()),
            context_counter: statistics.context_counter(),
            split_scorer: statistics.split_scorer(&ranks),
            copies: Copies::new(text, suffixes),
            phrase: Vec::new(),
        };
        let scored = (0..repeats.len()).filter_map(move |at| {
            scorer.prefetch(repeats, at);
            scorer.score(&repeats[at])
        });
        scored.collect()
    });
    scored.collect()
}

struct Scorer<'a> {
    statistics: &'a Statistics<'a>,
    calendar: &'a Calendar,
    floor: rank::Floor,
    context_counter: ContextCounter<'a>,
    split_scorer: SplitScorer<'a>,
    copies: Copies<'a>,
    /// The characters of the phrase that is scored, a buffer.
    phrase: Vec<char>,
}

impl Scorer<'_> {
    /// Prefetches what scoring the next candidates reads.
    fn prefetch(&self, repeats: &[PhraseCandidate], at: usize) {
        /// Occurrences that are prefetched: most strings have no more.
        const OCCURRENCES: usize = 8;
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 8) {
            self.split_scorer.prefetch_query(repeat);
        }
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 4) {
            self.split_scorer.prefetch_ranks(repeat);
        }
        if let Some(PhraseCandidate {
            repeat,
            first,
            last,
            ..
        }) = repeats.get(at + 2)
        {
            self.split_scorer.prefetch_lengths(repeat);
            self.statistics.bigrams.prefetch(*first);
            self.statistics.bigrams.prefetch(*last);
        }
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 1) {
            self.context_counter.prefetch(repeat, OCCURRENCES);
        }
    }

    /// Returns the candidate as a phrase if it is one; asks the cheapest
    /// questions first.
    fn score(&mut self, candidate: &PhraseCandidate) -> Option<ScoredPhrase> {
        let Statistics {
            index,
            bigrams,
            boundaries,
            ..
        } = self.statistics;
        let text = &index.text;
        let repeat = &candidate.repeat;
        let [first, last] = [candidate.first, candidate.last].map(|bigram| bigrams.at(bigram));
        let position = index.position(repeat);
        let is_set = set_form::is_set(text, boundaries, position, repeat.length);
        let floor = set_form::floor(is_set, self.floor, repeat.documents);
        let enough = rank::cohesion_needed(floor, candidate.free)?;
        let cohesion =
            self.split_scorer
                .weakest_split(repeat, [first.count(), last.count()], enough)?;
        let mut context = self.context_counter.measure(repeat);
        // A line that ends inside a word makes no phrase of it.
        if context.one_word >= Weights::DEFAULT.majority {
            return None;
        }
        // A Korean word may end before its particle, but begins after a space.
        let head = text.character(text.at(position));
        if letters::is_korean_character(head) && context.left.open < Weights::DEFAULT.majority {
            return None;
        }
        if is_set {
            context.left.release();
            // A list goes on where its last member follows.
            let is_list = context.list_inside >= Weights::DEFAULT.majority;
            if !(is_list && self.context_counter.is_joined(repeat)) {
                context.right.release();
            }
        } else if wholeness::extension_share(&context.left) >= Weights::DEFAULT.majority
            && self.context_counter.is_object(repeat)
        {
            context.left.release();
        }
        let free_left = wholeness::boundary_chance(&context.left, first.begins());
        let free_right = wholeness::boundary_chance(&context.right, last.ends());
        let is_cut = wholeness::is_cut(repeat.documents, &context, free_left, free_right);
        let separation =
            || wholeness::separation_needed(repeat.documents, &context, free_left, free_right);
        if cohesion.bits < rank::cohesion_needed(floor, free_left * free_right)?
            || is_cut && !self.stands_apart(repeat, separation())
            || !(is_set && is_listed_idiom(text, position, repeat.length))
                && self.has_dangling_word(repeat, &cohesion, &context, &first, &last)
        {
            return None;
        }
        // What one document wrote and others copied is no phrase of theirs.
        let independent = self.copies.independent(repeat);
        // A string that only begins or ends inside numbers is none either.
        let whole = WholeNumbers::new(text, &index.suffixes).counted(*repeat)?;
        let independent = independent.min(whole.documents);
        let floor = set_form::floor(is_set, self.floor, independent);
        if independent
            < if is_cut {
                Weights::DEFAULT.standalone_documents
            } else {
                2
            }
            || rank::cohesion_needed(floor, free_left * free_right)
                .is_none_or(|needed| cohesion.bits < needed)
        {
            return None;
        }
        let sources = if self.calendar.has_sources() {
            let documents = self.context_counter.documents().iter();
            let members = documents.flat_map(|d| text.members(*d as usize));
            self.calendar.evenness(members.copied())
        } else {
            1.0
        };
        let free = (free_left, free_right);
        let parts = rank::parts(independent, sources, &context, cohesion.bits, free);
        let symbols = position..position + repeat.length;
        self.phrase.clear();
        self.phrase
            .extend(symbols.map(|at| text.character(text.at(at))));
        if dangling::is_open_frame(&self.phrase, context.right.marked) {
            return None;
        }
        let members = form::marked_members(boundaries, position, repeat.length);
        let form = Form::of(&self.phrase, members);
        if rank::quality(&parts, &context, form) < floor {
            return None;
        }
        let kind = kind_of(&self.phrase, form, repeat.documents, sources, &context);
        let words = boundaries.outer_words(position, repeat.length);
        let score = rank::score(&self.phrase, words, form, &parts, &context, kind);
        Some(ScoredPhrase::new(whole, &parts, kind, score))
    }

    /// Returns whether the string that was measured last stands that far apart
    /// from its neighbours in enough documents.
    fn stands_apart(&self, repeat: &Interval, separation: Option<Separation>) -> bool {
        separation.is_some_and(|separation| {
            self.context_counter
                .standalone_documents(repeat, separation)
                >= Weights::DEFAULT.standalone_documents
        })
    }

    /// Returns whether a string begins or ends with a function character that
    /// is not its own.
    fn has_dangling_word(
        &self,
        repeat: &Interval,
        cohesion: &Cohesion,
        context: &ContextStatistics,
        first: &Bigram,
        last: &Bigram,
    ) -> bool {
        let Statistics { index, bigrams, .. } = self.statistics;
        let text = &index.text;
        let position = index.position(repeat);
        let information =
            |at: u32, bigram| bigrams.information(text.at(at), text.at(at + 1), bigram);
        let end = position + repeat.length - 1;
        let head = text.character(text.at(position));
        let tail = text.character(text.at(end));
        if dangling::is_sign_alone(head) || dangling::is_sign_alone(tail) {
            return true;
        }
        let dangling_head = || OuterCharacter {
            character: head,
            information: information(position, first),
            belongs: cohesion.first_belongs,
            marked: context.left.marked,
        };
        let dangling_tail = || OuterCharacter {
            character: tail,
            information: information(end - 1, last),
            belongs: cohesion.last_belongs,
            marked: context.right.marked,
        };
        dangling::may_dangle(head) && dangling_head().is_dangling(false)
            || dangling::may_dangle(tail) && dangling_tail().is_dangling(true)
    }
}
