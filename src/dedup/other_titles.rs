//! Documents that have the wording of another one and are no copies of it: under
//! another title, by which a text is told that says so little, or with other
//! signs, which normalizing leaves out.

use std::collections::HashSet;

use crate::corpus::stub::{is_stub, title_hash};
use crate::corpus::{Corpus, DocId};
use crate::dedup::decisions::Decisions;
use crate::dedup::input::DedupInput;
use crate::dedup::outcomes::Outcome;
use crate::error::Result;
use crate::hash::{TextHash, mix, text_hash};
use crate::near::{contradict, longest_told_by_title};
use crate::spill::Sorter;

/// For documents without a near-duplicate the first with the same wording and
/// another title or other signs, sorted.
pub(super) struct OtherTitles(Vec<(DocId, DocId)>);

impl OtherTitles {
    /// Looks at all texts that are short enough for it, and at those with the
    /// wording of one that has such signs; takes a pass over them if any document
    /// has no near-duplicate.
    ///
    /// # Errors
    ///
    /// Fails if the spill folder of the corpus can't be written or read.
    pub(super) fn new(input: &DedupInput<'_>, decisions: &Decisions) -> Result<Self> {
        let is_alone = |doc: DocId| decisions.outcome(doc) == Outcome::Alone;
        if !input.docs().any(is_alone) {
            return Ok(OtherTitles(Vec::new()));
        }
        let corpus = input.corpus;
        let is_short =
            |doc: &DocId| (1..longest_told_by_title()).contains(&corpus.normalized_len(*doc));
        let is_marked = |doc: &DocId| !is_short(doc) && corpus.marks(*doc).is_some();
        let marked = corpus.docs().filter(is_marked);
        let marked: HashSet<TextHash> = marked.map(|doc| corpus.text_hash(doc)).collect();
        let may_be = |doc: &DocId| {
            is_short(doc) || !marked.is_empty() && marked.contains(&corpus.text_hash(*doc))
        };
        let mut by_wording = Sorter::within(corpus.spill_folder());
        for doc in corpus.docs().filter(may_be) {
            if let Some(wording) = wording(corpus, doc) {
                by_wording.push([(wording >> 32) as u32, wording as u32, doc.0])?;
            }
        }
        let mut by_wording = by_wording.finish()?;
        let mut found = Vec::new();
        let mut same: Vec<DocId> = Vec::new();
        let mut last = None;
        corpus.expect_random_access(true);
        loop {
            let next = by_wording.next()?;
            let wording = next.map(|[high, low, _]| (high, low));
            if wording != last {
                let alone = same.iter().filter(|doc| same.len() > 1 && is_alone(**doc));
                for doc in alone {
                    let other = same.iter().find(|other| is_other(corpus, *doc, **other));
                    found.extend(other.map(|other| (*doc, *other)));
                }
                same.clear();
                last = wording;
            }
            match next {
                Some([_, _, doc]) => same.push(DocId(doc)),
                None => break,
            }
        }
        corpus.expect_random_access(false);
        found.sort_unstable();
        Ok(OtherTitles(found))
    }

    /// Returns the first document with the wording of this one and another
    /// title or other signs, if there is one.
    pub(super) fn of(&self, doc: DocId) -> Option<DocId> {
        let at = self.0.binary_search_by_key(&doc, |(doc, _)| *doc).ok()?;
        Some(self.0[at].1)
    }
}

/// Returns a hash of what has to be the same of two texts: of the shortest, in
/// which each sign counts, the text as it was read.
fn wording(corpus: &Corpus, doc: DocId) -> Option<u64> {
    let units = corpus.normalized(doc);
    let of_units = (text_hash(units).0 >> 64) as u64;
    match is_stub(units) {
        true => Some(mix(of_units ^ corpus.surface(doc)?.text_hash)),
        false => Some(of_units),
    }
}

/// Returns whether two documents with one hash have one wording, and different
/// titles or signs.
fn is_other(corpus: &Corpus, doc: DocId, other: DocId) -> bool {
    let titles = [doc, other].map(|doc| title_hash(corpus.title(doc)));
    let are_others = titles[0] != titles[1] || contradict(corpus, [doc, other]);
    are_others && corpus.normalized(doc) == corpus.normalized(other)
}
