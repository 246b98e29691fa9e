//! The phrases of a corpus, selected once for all uses.

use std::collections::HashSet;
use std::sync::OnceLock;

use crate::phrases::family;
use crate::phrases::kind::PhraseKind;
use crate::phrases::options::{PhraseOptions, PhraseSort};
use crate::phrases::scored::ScoredPhrase;
use crate::suffix::Index;

/// The phrases of a corpus, best first, each with its family: records, families,
/// figures of documents and masks are all made from it.
///
/// Stores the suffix-array range of each phrase, not its occurrences: about 48
/// bytes a phrase.
#[derive(Debug)]
pub struct PhraseSet {
    pub(crate) list: Vec<ScoredPhrase>,
    /// For each phrase, the one that stands for its family, if it has one;
    /// computed at the first use.
    families: OnceLock<Vec<Option<u32>>>,
}

impl PhraseSet {
    pub(crate) fn new(list: Vec<ScoredPhrase>) -> Self {
        PhraseSet {
            list,
            families: OnceLock::new(),
        }
    }

    /// Returns the number of phrases, of whatever kind.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns, for each phrase, the one that stands for its family.
    pub(crate) fn family_of(&self, index: &Index) -> &[Option<u32>] {
        self.families
            .get_or_init(|| family::assign(&self.list, &index.text, &index.suffixes))
    }

    /// Returns the phrases that the options ask for, in their order, as indexes
    /// into `list`.
    pub(crate) fn wanted(&self, index: &Index, options: &PhraseOptions) -> Vec<u32> {
        let ignored: HashSet<&str> = options.ignore.iter().map(String::as_str).collect();
        let is_wanted = |at: &u32| {
            let scored = &self.list[*at as usize];
            options.kind.is_none_or(|kind| kind == scored.kind)
                && scored.interval.length >= options.min_length
                && scored.interval.documents >= options.min_documents
                && (ignored.is_empty()
                    || !ignored.contains(index.string(&scored.interval).as_str()))
        };
        let mut wanted: Vec<u32> = (0..self.list.len() as u32).filter(is_wanted).collect();
        let key = |at: &u32| {
            let interval = &self.list[*at as usize].interval;
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
pub fn normalized_phrases(
    phrases: &PhraseSet,
    index: &Index,
    options: &PhraseOptions,
) -> Vec<(PhraseKind, String)> {
    let wanted = phrases.wanted(index, options).into_iter();
    let normalized = wanted.map(|at| {
        let scored = &phrases.list[at as usize];
        (scored.kind, index.string(&scored.interval))
    });
    normalized.collect()
}
