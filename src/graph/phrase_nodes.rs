//! Phrases as nodes beside the documents that have them.

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::phrases::{Phrase, PhraseKind};

/// A phrase with the nodes that it hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct PhraseNode {
    /// It, normalized.
    pub phrase: String,
    /// Its commonest surface form.
    pub display: String,
    /// Its length in normalized characters.
    pub length: u32,
    /// The documents that have it.
    pub documents: u32,
    /// Its occurrences.
    pub occurrences: u64,
    /// How high it stands among the phrases of the corpus.
    pub score: f64,
    /// What it is.
    pub kind: PhraseKind,
    /// The earliest date of a document that has it.
    pub first: Option<Moment>,
    /// The documents, by place in the corpus (or, drawn together, their
    /// sources) and how often it stands there.
    pub links: Vec<(u32, u32)>,
}

impl PhraseNode {
    /// Returns a phrase as a node, with eight bytes a link instead of its
    /// places.
    pub fn new(corpus: &Corpus, phrase: Phrase) -> Self {
        let mut links: Vec<(u32, u32)> = Vec::new();
        let mut first = None;
        // Places come document by document.
        for place in &phrase.locations {
            match links.last_mut() {
                Some((doc, count)) if *doc == place.document.0 => *count += 1,
                _ => {
                    links.push((place.document.0, 1));
                    let moment = corpus.date(place.document).and_then(Moment::parse);
                    first = first.into_iter().chain(moment).min();
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

    /// Hangs the phrase on groups of documents; `group_of` tells the group
    /// of each document.
    pub fn draw_together(&mut self, group_of: &[u32]) {
        let mut groups: BTreeMap<u32, u32> = BTreeMap::new();
        for &(doc, count) in &self.links {
            *groups.entry(group_of[doc as usize]).or_default() += count;
        }
        self.links = groups.into_iter().collect();
    }
}
