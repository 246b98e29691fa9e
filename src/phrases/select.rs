//! Selects the phrases among the repeats of a corpus.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::phrases::bigrams::Bigram;
use crate::phrases::cohesion::{self, Cohesion, SplitScorer};
use crate::phrases::context::{ContextCounter, ContextStatistics, Separation};
use crate::phrases::independent::Copies;
use crate::phrases::kind::kind_of;
use crate::phrases::options::PhraseOptions;
use crate::phrases::phrase_set::PhraseSet;
use crate::phrases::prefilter::{self, PhraseCandidate};
use crate::phrases::rank::{self, Outermost};
use crate::phrases::scored::ScoredPhrase;
use crate::phrases::statistics::Statistics;
use crate::phrases::timeline::Calendar;
use crate::progress::{Progress, Stage};
use crate::suffix::Index;
use crate::suffix::interval::{self, Interval};
use crate::suffix::inverse::InverseQuery;

/// Repeats that a core takes at a time.
const A_TASK: usize = 1 << 10;

/// Returns how many repeats are judged together beside so many phrases that
/// were found: each batch passes over the suffix array once, so as many as
/// keep all cores busy and, with the phrases, fill three bytes for four
/// characters of the text.
fn batch(characters: usize, phrases: usize) -> usize {
    /// Bytes a repeat that is judged, with the ranks that are asked for.
    const A_REPEAT: usize = 64;
    let room = (characters / 4 * 3).saturating_sub(phrases * size_of::<ScoredPhrase>());
    let least = (characters / 256).max(24 * A_TASK);
    (room / A_REPEAT).max(least)
}

/// PartialInverse that a core looks through at a time.
const A_STRETCH: usize = 1 << 14;

/// Returns the phrases of a corpus, best first.
///
/// Of the options only the shortest length and the fewest documents count
/// here; the others choose among what is handed over. `index` must be the one
/// of `corpus`. Tells `progress` of the suffixes that it has passed.
///
/// # Panics
///
/// Panics after [`Index::release_lengths`].
pub fn select(
    corpus: &Corpus,
    index: &Index,
    options: &PhraseOptions,
    progress: &dyn Progress,
) -> PhraseSet {
    let statistics = Statistics::new(corpus, index);
    let calendar = Calendar::new(corpus);
    let min = (options.min_length.max(2), options.min_documents);
    let characters = index.text.len();
    // Large enough to be a map of its own, which grows without a copy.
    let mut list: Vec<ScoredPhrase> = Vec::with_capacity(32 * A_TASK);
    let mut at_once = batch(characters, 0);
    let mut candidates = Vec::with_capacity(at_once);
    progress.begin(Stage::Phrases, characters as u64);
    // A stretch sets up a number for each document.
    let stretch = A_STRETCH.max(index.text.documents());
    let stretches = interval::stretches(&index.suffixes, min.0, stretch);
    for some in stretches.chunks(4 * rayon::current_num_threads()) {
        let ranks = some.to_vec().into_par_iter();
        let found = ranks.flat_map_iter(|ranks| {
            let len = ranks.len() as u64;
            let found = prefilter::candidates(&statistics, ranks, min, corpus.len());
            progress.advance(len);
            found
        });
        candidates.par_extend(found);
        if candidates.len() >= at_once {
            append(
                &mut list,
                score_all(&statistics, corpus, &calendar, &candidates),
            );
            at_once = batch(characters, list.len());
            candidates = Vec::with_capacity(at_once);
        }
    }
    append(
        &mut list,
        score_all(&statistics, corpus, &calendar, &candidates),
    );
    list.shrink_to_fit();
    list.par_sort_unstable_by(ScoredPhrase::better);
    PhraseSet::new(list)
}

/// Returns the phrases among repeats that may be some, in their order, in
/// pieces.
fn score_all(
    statistics: &Statistics<'_>,
    corpus: &Corpus,
    calendar: &Calendar,
    candidates: &[PhraseCandidate],
) -> Vec<Vec<ScoredPhrase>> {
    let Index { text, suffixes } = statistics.index;
    let mut query = InverseQuery::none(text.len());
    for PhraseCandidate { repeat, .. } in candidates {
        cohesion::ask(&mut query, statistics.index.position(repeat), repeat.length);
    }
    let ranks = query.find(suffixes);
    let scored = candidates.par_chunks(A_TASK).map(|repeats| {
        let mut scorer = Scorer {
            statistics,
            calendar,
            documents: corpus.len(),
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

/// Appends to a list that may become the largest thing in memory: it grows by
/// a sixteenth, not by as much as it has.
fn append(list: &mut Vec<ScoredPhrase>, pieces: Vec<Vec<ScoredPhrase>>) {
    let more = pieces.iter().map(Vec::len).sum();
    if list.capacity() - list.len() < more {
        list.reserve_exact(more.max(list.len() / 16));
    }
    pieces.into_iter().for_each(|piece| list.extend(piece));
}

struct Scorer<'a> {
    statistics: &'a Statistics<'a>,
    calendar: &'a Calendar,
    /// Documents of the corpus.
    documents: usize,
    context_counter: ContextCounter<'a>,
    split_scorer: SplitScorer<'a>,
    copies: Copies<'a>,
    /// The characters of the phrase at hand.
    phrase: Vec<char>,
}

impl Scorer<'_> {
    /// Fetches ahead what the judging of the next repeats reads.
    fn prefetch(&self, repeats: &[PhraseCandidate], at: usize) {
        /// Occurrences that are fetched: most strings have no more.
        const OCCURRENCES: usize = 8;
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 8) {
            self.split_scorer.prefetch_query(repeat);
        }
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 4) {
            self.split_scorer.prefetch_ranks(repeat);
        }
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 2) {
            self.split_scorer.prefetch_lengths(repeat);
        }
        if let Some(PhraseCandidate { repeat, .. }) = repeats.get(at + 1) {
            self.context_counter.prefetch(repeat, OCCURRENCES);
        }
    }

    /// Returns the repeat if it is a phrase, from the cheapest question to the
    /// dearest.
    fn score(&mut self, candidates: &PhraseCandidate) -> Option<ScoredPhrase> {
        let Statistics {
            index,
            bigrams,
            boundaries,
            ..
        } = self.statistics;
        let text = &index.text;
        let repeat = &candidates.repeat;
        let [first, last] = [candidates.first, candidates.last].map(|bigram| bigrams.at(bigram));
        let floor = rank::floor(repeat.documents, self.documents);
        let enough = rank::cohesion_needed(floor, candidates.free)?;
        let cohesion =
            self.split_scorer
                .weakest_split(repeat, [first.count(), last.count()], enough)?;
        let context = self.context_counter.measure(repeat);
        let free_left = rank::boundary(&context.left, first.begins());
        let free_right = rank::boundary(&context.right, last.ends());
        let is_cut = rank::is_cut(repeat.documents, &context, free_left, free_right);
        let apart = || rank::separation_needed(repeat.documents, &context, free_left, free_right);
        if cohesion.bits < rank::cohesion_needed(floor, free_left * free_right)?
            || is_cut && !self.stands_apart(repeat, apart())
            || self.has_dangling_word(repeat, &cohesion, &context, &first, &last)
        {
            return None;
        }
        // What one document wrote and others copied is no phrase of theirs.
        let independent = self.copies.independent(repeat);
        let floor = rank::floor(independent, self.documents);
        if independent < if is_cut { rank::ON_ITS_OWN } else { 2 }
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
        if rank::quality(&parts, &context) < floor {
            return None;
        }
        let position = index.position(repeat);
        let symbols = position..position + repeat.length;
        self.phrase.clear();
        self.phrase
            .extend(symbols.map(|at| text.character(text.at(at))));
        let kind = kind_of(&self.phrase, repeat.documents, sources, &context);
        let a_document = repeat.occurrences as f32 / repeat.documents as f32;
        let words = boundaries.outer_words(position, repeat.length);
        let score = rank::score(&self.phrase, words, a_document, &parts, &context, kind);
        Some(ScoredPhrase::new(*repeat, &parts, kind, score))
    }

    /// Returns whether the string that was surveyed last stands so far apart
    /// from its neighbours in enough documents.
    fn stands_apart(&self, repeat: &Interval, apart: Option<Separation>) -> bool {
        apart.is_some_and(|apart| {
            self.context_counter.standalone_documents(repeat, apart) >= rank::ON_ITS_OWN
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
        let dangling_head = || Outermost {
            character: head,
            information: information(position, first),
            belongs: cohesion.first_belongs,
            marked: context.left.marked,
        };
        let dangling_tail = || Outermost {
            character: tail,
            information: information(end - 1, last),
            belongs: cohesion.last_belongs,
            marked: context.right.marked,
        };
        rank::may_dangle(head) && dangling_head().is_dangling(false)
            || rank::may_dangle(tail) && dangling_tail().is_dangling(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suffix::naive;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn prop_what_is_left_out_at_a_glance_is_no_phrase(documents in naive::documents()) {
            let corpus = naive::corpus(&documents);
            let index = Index::new(&corpus).unwrap();
            let statistics = Statistics::new(&corpus, &index);
            let mut all = Vec::new();
            index.walk(2, 2, |repeat| {
                let position = index.position(&repeat);
                if statistics.boundaries.is_one_word(position, repeat.length) {
                    return;
                }
                let bigram = |at| statistics.bigrams.find(index.text.at(at), index.text.at(at + 1));
                all.push(PhraseCandidate {
                    repeat,
                    first: bigram(position).unwrap(),
                    last: bigram(position + repeat.length - 2).unwrap(),
                    free: 1.0,
                });
            });
            let candidates = prefilter::candidates(&statistics, 0..index.text.len(), (2, 2), corpus.len());
            for phrase in score_all(&statistics, &corpus, &Calendar::new(&corpus), &all).concat() {
                let kept = candidates.iter().any(|one| one.repeat == phrase.interval);
                prop_assert!(kept, "{}", index.string(&phrase.interval));
            }
        }
    }
}
