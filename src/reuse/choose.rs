//! The choice of phrases among the repeats of a corpus, made once for all uses.

use rayon::prelude::*;

use super::PhraseOptions;
use super::cohesion::Scales;
use super::edge::{Surroundings, Surveyor};
use super::family;
use super::gaps::Pair;
use super::index::ReuseIndex;
use super::kind::{Kind, kind_of};
use super::rank::{self, Outermost, Parts};
use super::repeat::Interval;
use super::timeline::Calendar;
use crate::corpus::Corpus;
use crate::progress::{Progress, Stage};

/// The phrases of a corpus, best first, each with its family: what records,
/// families, figures of documents and masks are all made from.
///
/// Holds where the phrases stand in the order of the suffixes, not their
/// places: about 60 bytes a phrase.
#[derive(Debug)]
pub struct Chosen {
    pub(crate) list: Vec<Choice>,
    /// For each phrase, the one that stands for its family, if it has one.
    pub(crate) families: Vec<Option<u32>>,
}

impl Chosen {
    /// Returns the number of phrases, of whatever kind.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// A repeat that was judged to be a phrase.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) interval: Interval,
    pub(crate) parts: Parts,
    pub(crate) kind: Kind,
    pub(crate) score: f64,
}

/// Repeats judged together: enough to keep all cores busy.
const AT_ONCE: usize = 1 << 16;

/// Repeats that a core takes at a time.
const A_TASK: usize = 1 << 10;

impl ReuseIndex {
    /// Returns the phrases of a corpus, best first, with their families.
    ///
    /// Of the options only the shortest length and the fewest documents count
    /// here; the others choose among what is handed over. `corpus` must be
    /// the one that the index was made of. Tells `progress` of the suffixes
    /// that it has passed.
    ///
    /// # Panics
    ///
    /// Panics after [`ReuseIndex::release_lengths`].
    pub fn choose(
        &self,
        corpus: &Corpus,
        options: &PhraseOptions,
        progress: &dyn Progress,
    ) -> Chosen {
        let calendar = Calendar::new(corpus);
        let mut list: Vec<Choice> = Vec::new();
        let mut batch = Vec::with_capacity(AT_ONCE);
        let judge_all = |batch: &mut Vec<Interval>, list: &mut Vec<Choice>| {
            let judged = batch.par_chunks(A_TASK).flat_map_iter(|repeats| {
                let mut judge = Judge {
                    index: self,
                    calendar: &calendar,
                    documents: corpus.len(),
                    surveyor: self.surveyor(),
                    scales: self.scales(),
                    first_pair: None,
                };
                repeats
                    .iter()
                    .filter_map(|repeat| judge.judge(repeat))
                    .collect::<Vec<_>>()
            });
            list.par_extend(judged);
            batch.clear();
        };
        progress.begin(Stage::Phrases, self.text.len() as u64);
        let mut passed = 0;
        self.walk(
            options.min_length.max(2),
            options.min_documents,
            |interval| {
                batch.push(interval);
                if batch.len() == AT_ONCE {
                    progress.advance(u64::from(interval.last - passed));
                    passed = interval.last;
                    judge_all(&mut batch, &mut list);
                }
            },
        );
        judge_all(&mut batch, &mut list);
        progress.advance((self.text.len() as u64).saturating_sub(u64::from(passed)));
        list.shrink_to_fit();
        list.par_sort_unstable_by(Choice::better);
        let families = family::assign(&list, &self.text, &self.suffixes);
        Chosen { list, families }
    }
}

impl Choice {
    /// The order by score; ties by documents, then by the characters.
    pub(crate) fn better(&self, other: &Choice) -> std::cmp::Ordering {
        // Suffixes are in the order of their characters, and no two repeats
        // of one length begin at one rank.
        other
            .score
            .total_cmp(&self.score)
            .then(other.interval.documents.cmp(&self.interval.documents))
            .then(self.interval.first.cmp(&other.interval.first))
            .then(self.interval.length.cmp(&other.interval.length))
    }
}

struct Judge<'a> {
    index: &'a ReuseIndex,
    calendar: &'a Calendar,
    /// Documents of the corpus.
    documents: usize,
    surveyor: Surveyor<'a>,
    scales: Scales<'a>,
    /// The pair that the last repeat began with.
    first_pair: Option<((u32, u32), Pair)>,
}

impl Judge<'_> {
    /// Returns the repeat if it is a phrase, from the cheapest
    /// question to the dearest.
    fn judge(&mut self, repeat: &Interval) -> Option<Choice> {
        let text = &self.index.text;
        let position = self.index.suffixes.positions[repeat.first as usize] as u32;
        let (first, last) = self.outer_pairs(position, repeat.length)?;
        let floor = rank::floor(repeat.documents, self.documents);
        if rank::hopeless(self.surveyor.glance(repeat), &first, &last, floor) {
            return None;
        }
        let around = self.surveyor.survey(repeat);
        if rank::is_cut(repeat.documents, &around, &first, &last) {
            return None;
        }
        let free_left = rank::boundary(&around.left, first.begins);
        let free_right = rank::boundary(&around.right, last.ends);
        let enough = rank::cohesion_needed(floor, free_left, free_right)?;
        let occurrences = repeat.last - repeat.first + 1;
        let cohesion = self
            .scales
            .weakest_split(position, repeat.length, occurrences, enough)?;
        if self.has_stray(repeat, position, &around, &first, &last) {
            return None;
        }
        let documents = self
            .surveyor
            .documents()
            .iter()
            .flat_map(|d| text.members(*d as usize));
        let sources = self.calendar.evenness(documents.copied());
        let parts = rank::parts(repeat.documents, sources, &around, cohesion, &first, &last);
        if rank::quality(&parts, &around) < floor {
            return None;
        }
        let phrase = text.slice(position, repeat.length);
        let kind = kind_of(&phrase, repeat.documents, sources, &around);
        let score = rank::score(&phrase, &parts, &around, kind);
        Some(Choice {
            interval: *repeat,
            parts,
            kind,
            score,
        })
    }

    fn outer_pairs(&mut self, position: u32, length: u32) -> Option<(Pair, Pair)> {
        let (text, gaps) = (&self.index.text, &self.index.gaps);
        let symbols = |at: u32| (text.at(at), text.at(at + 1));
        let first = symbols(position);
        // Repeats come in the order of their first characters.
        let first = match self.first_pair {
            Some((same, pair)) if same == first => pair,
            _ => *gaps.pair(first.0, first.1)?,
        };
        self.first_pair = Some((symbols(position), first));
        let last = symbols(position + length - 2);
        Some((first, *gaps.pair(last.0, last.1)?))
    }

    /// Returns whether the string last weighed begins or ends with a function
    /// character that is not its own.
    fn has_stray(
        &self,
        repeat: &Interval,
        position: u32,
        around: &Surroundings,
        first: &Pair,
        last: &Pair,
    ) -> bool {
        let text = &self.index.text;
        let occurrences = repeat.last - repeat.first + 1;
        let head = text.character(text.at(position));
        let tail = text.character(text.at(position + repeat.length - 1));
        let stray_head = || Outermost {
            character: head,
            information: first.information,
            belongs: self.scales.first_belongs(occurrences),
            marked: around.left.marked,
        };
        let stray_tail = || Outermost {
            character: tail,
            information: last.information,
            belongs: self.scales.last_belongs(occurrences),
            marked: around.right.marked,
        };
        rank::may_stray(head) && stray_head().is_stray(false)
            || rank::may_stray(tail) && stray_tail().is_stray(true)
    }
}
