//! What a corpus has of the wording of some documents: in how many documents
//! each of their windows stands, what is boilerplate in them, and in how many
//! stories the rest stands.
//!
//! All of it depends on the texts of a pair and on two tables of whole numbers,
//! the documents of each window and the stories of each window, never on the
//! pairs that are asked for: the tables are counted here for the windows that
//! matter, or given by whoever counted them over parts of a corpus
//! ([`CorpusCounts`]).

mod hits;
mod in_memory;
mod numbers;
mod part;
mod spilled;
mod told;

use std::ops::Deref;

use rayon::prelude::*;

use crate::boilerplate::windows::sampled;
use crate::boilerplate::{LazyBoilerplate, WindowCounts, cut};
use crate::bucket_sort::sort_hashes;
use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::relation::stories::Stories;
use crate::relation::story_tally::StoryCounts;

pub(crate) use part::{Asked, are_of_letters};
use part::{Part, Stretches, docs_of, is_of_long};

/// What a whole corpus has of the wording of the documents of a part.
#[derive(Clone, Copy)]
pub struct CorpusCounts<'a> {
    /// In how many documents of different wording each window stands.
    pub windows: &'a WindowCounts,
    /// In how many stories each window stands outside of boilerplate.
    pub stories: &'a StoryCounts,
}

/// What a corpus has of the wording of some documents.
pub(crate) struct Wording<'a> {
    counts: Counts<'a>,
    stretches: Stretches,
    stories: Stories,
    /// The pairs whose stories were counted, in order; `None` for all.
    counted: Option<Vec<[DocId; 2]>>,
}

/// Counts of the windows of all documents, or of those asked for alone.
enum Counts<'a> {
    Own(WindowCounts),
    Lent(&'a WindowCounts),
}

impl Deref for Counts<'_> {
    type Target = WindowCounts;

    fn deref(&self) -> &WindowCounts {
        match self {
            Counts::Own(counts) => counts,
            Counts::Lent(counts) => counts,
        }
    }
}

impl<'a> Wording<'a> {
    /// Counts, over all documents, what has the wording of some pairs.
    ///
    /// Boilerplate is left out of stories, in each document what is boilerplate
    /// there. Documents with one wording count once, and so do documents that
    /// state the same figures: a wire story in forty papers is one story, a
    /// bulletin of forty days is forty. One of the figures, that with the least
    /// hash, stands for all, so that an edited version nearly always counts as
    /// the same story. A document without figures is told by its wording.
    ///
    /// A window stands in as many stories as documents at most, so stories are
    /// counted only for pairs whose wording stands in enough documents to
    /// change their relation.
    ///
    /// One pass over all documents, one over those that have the wording of
    /// such a pair, and one over all again if any of these may have boilerplate
    /// that no document asked for has. Takes about a byte of memory a character
    /// of the documents asked for, two of those that may have boilerplate, and
    /// sixteen megabytes; with a spill folder, `boilerplate` is counted over all
    /// documents and memory is bounded.
    ///
    /// # Errors
    ///
    /// Fails if the corpus has a spill folder that can't be written or read.
    pub(crate) fn count(
        corpus: &Corpus,
        asked: &[Asked],
        boilerplate: &'a LazyBoilerplate,
    ) -> Result<Wording<'a>> {
        if asked.is_empty() {
            return Ok(Wording {
                counts: Counts::Own(WindowCounts::default()),
                stretches: Stretches::default(),
                stories: Stories::default(),
                counted: None,
            });
        }
        corpus.expect_random_access(false);
        Ok(match corpus.spill_folder() {
            Some(spill_folder) => {
                let counts = boilerplate.get(corpus)?;
                let (stretches, stories) =
                    spilled::count(corpus, docs_of(asked), counts, spill_folder)?;
                Wording {
                    counts: Counts::Lent(counts),
                    stretches,
                    stories,
                    counted: None,
                }
            }
            None => {
                let counted = in_memory::count(corpus, asked, boilerplate);
                Wording {
                    counts: Counts::Own(counted.counts),
                    stretches: counted.stretches,
                    stories: counted.stories,
                    counted: Some(counted.pairs),
                }
            }
        })
    }

    /// Returns the same from the counts of a whole corpus of which `corpus` may
    /// be a part.
    pub(crate) fn given(corpus: &Corpus, asked: &[Asked], known: CorpusCounts<'a>) -> Wording<'a> {
        let docs = docs_of(asked);
        let options = known.windows.options();
        let parts: Vec<Part<u64>> = docs
            .par_iter()
            .map(|doc| {
                let units = corpus.normalized(*doc);
                let sample = sampled(units);
                let documents = known.windows.documents_of(&sample);
                Part::new(units, options, &documents, &sample, is_of_long, sort_hashes)
            })
            .collect();
        let mut windows: Vec<u64> = parts
            .iter()
            .flat_map(|part| &part.outside)
            .copied()
            .collect();
        windows.par_sort_unstable();
        windows.dedup();
        let mut stories = Stories::new(docs);
        for part in &parts {
            let at = |window: &u64| windows.binary_search(window).ok().map(|at| at as u32);
            stories.add(part.outside.iter().filter_map(at));
        }
        stories.set(windows.iter().map(|window| known.stories.stories(*window)));
        Wording {
            counts: Counts::Lent(known.windows),
            stretches: Stretches::of(stories.docs(), parts),
            stories,
            counted: None,
        }
    }

    /// Returns counts that hold for the windows of the documents asked for.
    pub(crate) fn counts(&self) -> &WindowCounts {
        &self.counts
    }

    /// Returns one of the documents without its boilerplate; `None` if it has
    /// none.
    pub(crate) fn without(&self, corpus: &Corpus, doc: DocId) -> Option<Vec<u16>> {
        let stretches = self.stretches.get(doc)?;
        Some(cut(corpus.normalized(doc), stretches))
    }

    /// Returns how many stories have what two of the documents share outside of
    /// boilerplate; `None` if nothing of it was looked at, or if they are too few
    /// to change the relation.
    pub(crate) fn stories(&self, corpus: &Corpus, docs: [DocId; 2]) -> Option<f64> {
        match &self.counted {
            Some(counted) if counted.binary_search(&docs).is_err() => None,
            _ => {
                let [a, b] = docs;
                self.stories.of(a, b, are_of_letters(corpus, docs))
            }
        }
    }
}
