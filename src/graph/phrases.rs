//! Phrases as nodes beside the documents that have them.

use std::collections::BTreeMap;

use crate::corpus::Corpus;
use crate::date::Moment;
use crate::error::Result;
use crate::reuse::{Kind, PhraseOptions, each_reused_phrase};

/// A phrase with the nodes that it hangs on.
#[derive(Clone, Debug, PartialEq)]
pub struct PhraseNode {
    /// It, folded.
    pub phrase: String,
    /// Its commonest surface form.
    pub display: String,
    /// Its length in folded characters.
    pub length: u32,
    /// The documents that have it.
    pub documents: u32,
    /// Its occurrences.
    pub occurrences: u64,
    /// How high it stands among the phrases of the corpus.
    pub score: f64,
    /// What it is.
    pub kind: Kind,
    /// The earliest date of a document that has it.
    pub first: Option<Moment>,
    /// The documents, by place in the corpus (or, drawn together, their
    /// sources) and how often it stands there.
    pub links: Vec<(u32, u32)>,
}

/// Returns the phrases of a corpus as nodes, best first: as many as
/// `options.top` says.
///
/// Eight bytes a link: the most of them is `top` times the documents.
///
/// # Errors
///
/// Fails as [`crate::reuse::reused_phrases`] does.
pub fn phrase_nodes(corpus: &Corpus, options: &PhraseOptions) -> Result<Vec<PhraseNode>> {
    let mut nodes = Vec::new();
    each_reused_phrase(corpus, options, |phrases| {
        for phrase in phrases {
            let mut links: Vec<(u32, u32)> = Vec::new();
            let mut first = None;
            // Places come document by document.
            for place in &phrase.places {
                match links.last_mut() {
                    Some((doc, count)) if *doc == place.document.0 => *count += 1,
                    _ => {
                        links.push((place.document.0, 1));
                        let moment = corpus.date(place.document).and_then(Moment::parse);
                        first = first.into_iter().chain(moment).min();
                    }
                }
            }
            nodes.push(PhraseNode {
                phrase: phrase.phrase,
                display: phrase.display,
                length: phrase.length,
                documents: phrase.documents,
                occurrences: phrase.occurrences,
                score: phrase.score,
                kind: phrase.kind,
                first,
                links,
            });
        }
        Ok(())
    })?;
    Ok(nodes)
}

impl PhraseNode {
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
