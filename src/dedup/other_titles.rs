//! Documents that have the wording of another one under another title, and are
//! no copies because a text that says so little is told by its title.

use crate::corpus::stub::{is_stub, title_hash};
use crate::corpus::{Corpus, DocId};
use crate::dedup::decisions::Decisions;
use crate::dedup::input::DedupInput;
use crate::dedup::outcomes::Outcome;
use crate::error::Result;
use crate::hash::{mix, text_hash};
use crate::near::longest_told_by_title;
use crate::spill::Sorter;

/// For documents without a near-duplicate the first with the same wording and
/// another title, sorted.
pub(super) struct OtherTitles(Vec<(DocId, DocId)>);

impl OtherTitles {
    /// Looks at all texts that are short enough for it; takes a pass over them
    /// if any document has no near-duplicate.
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
        let may_be =
            |doc: &DocId| (1..longest_told_by_title()).contains(&corpus.normalized_len(*doc));
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
    /// title, if there is one.
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

/// Returns whether two documents with one hash have one wording and different
/// titles.
fn is_other(corpus: &Corpus, doc: DocId, other: DocId) -> bool {
    let titles = [doc, other].map(|doc| title_hash(corpus.title(doc)));
    titles[0] != titles[1] && corpus.normalized(doc) == corpus.normalized(other)
}
