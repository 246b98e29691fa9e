//! Phrases as nodes beside the documents that have them.

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::phrases::{Phrase, PhraseKind};

/// A phrase and the nodes that it is joined to.
#[derive(Clone, Debug, PartialEq)]
pub struct PhraseNode {
    /// The normalized phrase.
    pub phrase: String,
    /// The commonest surface form.
    pub display: String,
    /// Length in normalized characters.
    pub length: u32,
    /// Number of documents that contain it.
    pub documents: u32,
    /// Number of occurrences.
    pub occurrences: u64,
    /// Score among the phrases of the corpus.
    pub score: f64,
    /// What kind of phrase it is.
    pub kind: PhraseKind,
    /// Earliest date of a document that contains it.
    pub first: Option<Moment>,
    /// The documents by index (or, aggregated, their sources), each with the
    /// number of occurrences.
    pub links: Vec<(u32, u32)>,
}

impl PhraseNode {
    /// Returns a phrase as a node, with eight bytes a link instead of its
    /// occurrences.
    pub fn new(corpus: &Corpus, phrase: Phrase) -> Self {
        let mut links: Vec<(u32, u32)> = Vec::new();
        let mut first = None;
        // Occurrences are sorted by document.
        for location in &phrase.locations {
            match links.last_mut() {
                Some((doc, count)) if *doc == location.document.0 => *count += 1,
                _ => {
                    links.push((location.document.0, 1));
                    let moment = corpus.date(location.document).and_then(Moment::parse);
                    first = first.into_iter().chain(moment).reduce(Moment::earlier);
                }
            }
        }
        PhraseNode {
            phrase: phrase.phrase,
            display: phrase.display,
            length: phrase.length,
            documents: phrase.documents,
            occurrences: phrase.occurrences,
            score: phrase.score,
            kind: phrase.kind,
            first,
            links,
        }
    }

    /// Joins the phrase to groups of documents instead; `group_of` is the group
    /// of each document.
    pub fn aggregate(&mut self, group_of: &[u32]) {
        let mut groups: BTreeMap<u32, u32> = BTreeMap::new();
        for &(doc, count) in &self.links {
            *groups.entry(group_of[doc as usize]).or_default() += count;
        }
        self.links = groups.into_iter().collect();
    }
}
