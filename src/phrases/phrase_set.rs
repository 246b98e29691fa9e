//! The phrases of a corpus, selected once for all uses.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::context::Context;
use crate::error::Result;
use crate::phrases::kind::PhraseKind;
use crate::phrases::options::{PhraseOptions, PhraseSort};
use crate::phrases::scored_list::ScoredList;
use crate::phrases::spelling::Speller;
use crate::phrases::written::{Written, positions};
use crate::phrases::{family, family_on_disk};
use crate::suffix::Index;
use crate::suffix::interval::Interval;
use crate::suffix::occurrence;

/// The phrases of a corpus, best first, each with its family: records, families,
/// figures of documents and masks are all made from it.
///
/// Stores the suffix-array range of each phrase, not its occurrences: about 48
/// bytes a phrase.
#[derive(Debug)]
pub(crate) struct PhraseSet {
    pub(crate) list: ScoredList,
    /// Where each stands, where that is better looked up together.
    positions: Vec<u32>,
    /// For each phrase, the one that stands for its family, if it has one;
    /// computed at the first use.
    families: OnceLock<Vec<Option<u32>>>,
    /// Spellings of phrases in families that differ from the normalized phrase;
    /// computed at the first use.
    spellings: OnceLock<Spellings>,
}

/// The spelling of some phrases, by their index.
pub(crate) type Spellings = HashMap<u32, String>;

impl PhraseSet {
    pub(crate) fn new(list: ScoredList, index: &Index<'_>) -> Self {
        PhraseSet {
            positions: positions(&list, &index.suffixes),
            list,
            families: OnceLock::new(),
            spellings: OnceLock::new(),
        }
    }

    /// Returns the same, with the families known where the phrases are on disk:
    /// finding them sorts there too.
    pub(crate) fn of(list: ScoredList, index: &Index<'_>, ctx: &Context) -> Result<Self> {
        let set = PhraseSet::new(list, index);
        if let (ScoredList::Written(_), Some(spill_folder)) = (&set.list, ctx.memory()) {
            let families = family_on_disk::assign(set.written(index), spill_folder)?;
            // They are set once.
            let _ = set.families.set(families);
        }
        Ok(set)
    }

    /// Returns the phrases with their places in the text.
    pub(crate) fn written<'a>(&'a self, index: &'a Index<'_>) -> Written<'a> {
        Written {
            list: &self.list,
            positions: &self.positions,
            text: &index.text,
            suffixes: &index.suffixes,
        }
    }

    /// Returns a phrase, normalized.
    pub(crate) fn string(&self, at: u32, index: &Index<'_>) -> String {
        let length = self.list.at(at as usize).interval.length;
        let position = self.written(index).position(at);
        index.text.slice(position, length)
    }

    /// Returns, for each phrase, the one that stands for its family.
    pub(crate) fn family_of(&self, index: &Index<'_>) -> &[Option<u32>] {
        self.families
            .get_or_init(|| family::assign(self.written(index)))
    }

    /// Returns the spellings of the phrases in families that differ from the
    /// normalized phrase.
    ///
    /// Only phrases with a character that stands for a variant class are looked
    /// up, batch by batch.
    pub(crate) fn family_spellings(&self, speller: &Speller<'_>, index: &Index<'_>) -> &Spellings {
        self.spellings.get_or_init(|| {
            let families = self.family_of(index);
            let varying: Vec<u32> = (0..self.list.len() as u32)
                .into_par_iter()
                .filter(|&at| {
                    families[at as usize].is_some() && speller.may_vary(&self.string(at, index))
                })
                .collect();
            let interval = |at: &u32| self.list.at(*at as usize).interval;
            let counts = varying.iter().map(|at| interval(at).occurrences);
            let mut spellings = Spellings::new();
            for batch in occurrence::batches(counts, occurrence::batch_len(&index.suffixes)) {
                let batch = &varying[batch];
                let intervals: Vec<Interval> = batch.iter().map(interval).collect();
                let corpus = speller.corpus();
                let is_simplified = |document| speller.is_simplified(document);
                let found = occurrence::find_whole(
                    corpus,
                    &index.text,
                    &index.suffixes,
                    &intervals,
                    is_simplified,
                );
                let spelled = (0..batch.len()).into_par_iter().filter_map(|nth| {
                    if found.as_normalized(nth) {
                        return None;
                    }
                    let phrase = self.string(batch[nth], index);
                    let forms = found.forms(corpus, nth);
                    let spelled = speller.spelling(&phrase, found.of(nth), &forms);
                    (spelled != phrase).then_some((batch[nth], spelled))
                });
                spellings.extend(spelled.collect::<Vec<_>>());
            }
            spellings
        })
    }

    /// Returns a phrase of a family as it is shown.
    pub(crate) fn spelled(&self, at: u32, spellings: &Spellings, index: &Index<'_>) -> String {
        let normalized = || self.string(at, index);
        spellings.get(&at).cloned().unwrap_or_else(normalized)
    }

    /// Returns the phrases to ignore that are none of these, in the order of the
    /// options; whoever lists them may have meant another corpus.
    pub(crate) fn ignored_in_vain<'o>(
        &self,
        index: &Index<'_>,
        options: &'o PhraseOptions,
    ) -> Vec<&'o str> {
        if options.ignore.is_empty() {
            return Vec::new();
        }
        let mut left: HashSet<&str> = options.ignore.iter().map(String::as_str).collect();
        for at in 0..self.list.len() as u32 {
            left.remove(self.string(at, index).as_str());
        }
        let ignored = options.ignore.iter().map(String::as_str);
        ignored.filter(|phrase| left.remove(phrase)).collect()
    }

    /// Returns the phrases that the options ask for, in their order, as indexes
    /// into `list`.
    pub(crate) fn wanted(&self, index: &Index<'_>, options: &PhraseOptions) -> Vec<u32> {
        let ignored: HashSet<&str> = options.ignore.iter().map(String::as_str).collect();
        let is_wanted = |at: &u32| {
            let scored = self.list.at(*at as usize);
            options.kind.is_none_or(|kind| kind == scored.kind)
                && scored.interval.length >= options.min_length
                && scored.interval.documents >= options.min_documents
                && (ignored.is_empty() || !ignored.contains(self.string(*at, index).as_str()))
        };
        let mut wanted: Vec<u32> = (0..self.list.len() as u32).filter(is_wanted).collect();
        let key = |at: &u32| {
            let interval = self.list.at(*at as usize).interval;
            std::cmp::Reverse(match options.sort {
                PhraseSort::Score => 0,
                PhraseSort::Documents => interval.documents,
                PhraseSort::Length => interval.length,
            })
        };
        if options.sort != PhraseSort::Score {
            wanted.sort_by_key(key);
        }
        wanted.truncate(options.top.unwrap_or(usize::MAX));
        wanted
    }
}

/// Returns the phrases that the options ask for, in their order, normalized,
/// with their kinds.
pub(crate) fn normalized_phrases(
    phrases: &PhraseSet,
    index: &Index<'_>,
    options: &PhraseOptions,
) -> Vec<(PhraseKind, String)> {
    let wanted = phrases.wanted(index, options).into_iter();
    let normalized =
        wanted.map(|at| (phrases.list.at(at as usize).kind, phrases.string(at, index)));
    normalized.collect()
}
