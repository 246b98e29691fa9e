//! Documents that have the wording of another one under another title, and are
//! no copies because a text that says so little is told by its title.

use crate::corpus::stub::{is_stub, title_hash};
use crate::corpus::{Corpus, DocId};
use crate::dedup::decisions::{Decisions, Outcome};
use crate::dedup::input::DedupInput;
use crate::hash::{mix, text_hash};
use crate::near::longest_told_by_title;

/// For documents without a near-duplicate the first with the same wording and
/// another title, sorted.
pub(super) struct OtherTitles(Vec<(DocId, DocId)>);

impl OtherTitles {
    /// Looks at all texts that are short enough for it; takes a pass over them
    /// if any document has no near-duplicate.
    pub(super) fn new(input: &DedupInput<'_>, decisions: &Decisions) -> Self {
        let is_alone = |doc: DocId| decisions.outcome(doc) == Outcome::Alone;
        if !input.docs().any(is_alone) {
            return OtherTitles(Vec::new());
        }
        let corpus = input.corpus;
        let may_be =
            |doc: &DocId| (1..longest_told_by_title()).contains(&corpus.normalized_len(*doc));
        let docs = corpus.docs().filter(may_be);
        let mut by_wording: Vec<(u64, DocId)> = docs
            .filter_map(|doc| Some((wording(corpus, doc)?, doc)))
            .collect();
        by_wording.sort_unstable();
        let mut found = Vec::new();
        for same in by_wording.chunk_by(|one, other| one.0 == other.0) {
            let alone = same
                .iter()
                .filter(|(_, doc)| same.len() > 1 && is_alone(*doc));
            for (_, doc) in alone {
                let others = same.iter().map(|(_, other)| *other);
                let other = others
                    .into_iter()
                    .find(|other| is_other(corpus, *doc, *other));
                found.extend(other.map(|other| (*doc, other)));
            }
        }
        found.sort_unstable();
        OtherTitles(found)
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
