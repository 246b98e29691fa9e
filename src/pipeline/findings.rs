//! What a scan finds, kept in memory.

use crate::dedup::{Decisions, DedupInput, Reasons};
use crate::error::Result;
use crate::phrases::{DocumentReuse, Family, Phrase};
use crate::pipeline::link::Links;
use crate::pipeline::scan::{PhraseSink, ScanSink};

/// Keeps everything that a scan hands over: for programs that show it, and for
/// corpora whose findings fit into memory.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Why each document stays or goes, in input order.
    pub reasons: Vec<String>,
    /// Phrases, families and the figures of documents.
    pub phrases: FoundPhrases,
    /// Edges, and the passages that make them.
    pub links: Links,
}

/// The phrases of a scan, kept in memory.
#[derive(Clone, Debug, Default)]
pub struct FoundPhrases {
    /// How formulaic each document is, in input order.
    pub documents: Vec<DocumentReuse>,
    /// The phrases, best first.
    pub list: Vec<Phrase>,
    /// The families, the largest first.
    pub families: Vec<Family>,
}

impl ScanSink for Findings {
    type Phrases = FoundPhrases;

    fn compared(&mut self, input: &DedupInput<'_>, decisions: &Decisions) -> Result<()> {
        let reasons = Reasons::new(input, decisions)?;
        self.reasons = input.corpus.docs().map(|doc| reasons.of(doc)).collect();
        Ok(())
    }

    fn split(&mut self) -> (&mut FoundPhrases, impl FnMut(&Links) -> Result<()> + Send) {
        let links = &mut self.links;
        let take = |found: &Links| {
            links.clone_from(found);
            Ok(())
        };
        (&mut self.phrases, take)
    }
}

impl PhraseSink for FoundPhrases {
    fn documents(&mut self, documents: Vec<DocumentReuse>) -> Result<()> {
        self.documents = documents;
        Ok(())
    }

    fn phrases(&mut self, phrases: Vec<Phrase>, _timeline: bool) -> Result<()> {
        self.list.extend(phrases);
        Ok(())
    }

    fn families(&mut self, families: Vec<Family>) -> Result<()> {
        self.families = families;
        Ok(())
    }
}
