//! What is looked at of the documents whose wording is asked for.

use rayon::prelude::*;

use crate::boilerplate::{BoilerplateOptions, apart};
use crate::corpus::{Corpus, DocId};
use crate::span::UnitSpan;
use crate::text::letters::is_mostly_spaced;

/// Units from which on a document asked for shows fewer of its windows when
/// stories are counted.
const LONG: usize = 1_000;

/// One of so many windows of a long document is looked at: sixty and more of
/// them tell its wording as well as all.
const LONG_SAMPLE: u64 = 16;

/// A pair whose relation depends on what the corpus has of its wording.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) docs: [DocId; 2],
    /// Fewest stories that may change its relation, if neither text has
    /// boilerplate.
    pub(crate) least: f64,
    /// Whether its wording is that of a script with spaces.
    pub(crate) of_letters: bool,
}

/// Returns whether the shorter of two documents is mostly letters of a script
/// with spaces.
pub(crate) fn are_of_letters(corpus: &Corpus, docs: [DocId; 2]) -> bool {
    let [a, b] = docs.map(|doc| corpus.normalized(doc));
    is_mostly_spaced(if (a.len(), a) <= (b.len(), b) { a } else { b })
}

/// Returns the documents of some pairs, sorted.
pub(super) fn docs_of(asked: &[Asked]) -> Vec<DocId> {
    let mut docs: Vec<DocId> = asked.iter().flat_map(|asked| asked.docs).collect();
    docs.par_sort_unstable();
    docs.dedup();
    docs
}

/// What is looked at of a document that is asked for.
pub(super) struct Part<T> {
    /// Its boilerplate.
    pub(super) stretches: Vec<UnitSpan>,
    /// Sampled windows outside of it, sorted.
    pub(super) outside: Vec<T>,
}

/// Returns whether a window is looked at in a long document.
pub(super) fn is_of_long(hash: &u64) -> bool {
    hash.is_multiple_of(LONG_SAMPLE)
}

impl<T: Copy + Ord> Part<T> {
    /// Takes the sampled windows of a text in its order, the documents that have
    /// each, which of them are looked at in a long document, and what sorts
    /// them.
    pub(super) fn new(
        units: &[u16],
        options: &BoilerplateOptions,
        documents: &[u32],
        windows: &[T],
        is_of_long: impl Fn(&T) -> bool,
        sort: impl Fn(&mut Vec<T>),
    ) -> Part<T> {
        let stretches = options.stretches(units, documents);
        let mut outside = match stretches.is_empty() {
            true => windows.to_vec(),
            false => apart(units, &stretches, windows),
        };
        if units.len() > LONG {
            outside.retain(is_of_long);
            outside.shrink_to_fit();
        }
        sort(&mut outside);
        outside.dedup();
        Part { stretches, outside }
    }
}

/// The boilerplate of those documents that have any, by document.
#[derive(Default)]
pub(super) struct Stretches(Vec<(DocId, Vec<UnitSpan>)>);

impl Stretches {
    /// Returns the boilerplate of the parts of some documents, in order.
    pub(super) fn of<T>(docs: &[DocId], parts: Vec<Part<T>>) -> Stretches {
        let mut stretches = Stretches::default();
        for (doc, part) in docs.iter().zip(parts) {
            stretches.push(*doc, part.stretches);
        }
        stretches
    }

    /// Adds the boilerplate of the next document, if there is any.
    pub(super) fn push(&mut self, doc: DocId, stretches: Vec<UnitSpan>) {
        if !stretches.is_empty() {
            self.0.push((doc, stretches));
        }
    }

    /// Returns the boilerplate of a document; `None` if it has none.
    pub(super) fn get(&self, doc: DocId) -> Option<&[UnitSpan]> {
        let at = self.0.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        Some(&self.0[at].1)
    }
}
