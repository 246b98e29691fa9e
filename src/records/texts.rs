//! `texts.jsonl.zst`: the documents that a report shows.

use std::borrow::Cow;
use std::io::Write;

use serde::{Deserialize, Serialize};

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::suffix::Occurrence;
use crate::write::lines::push_json;
use crate::write::output::OutputDir;

/// Phrases that a report shows in context, and the documents that show each.
const PHRASES: usize = 10_000;
const EXAMPLES: usize = 8;

/// Documents that show phrases in context: few, because one document shows many
/// phrases.
pub struct Examples {
    docs: bitvec::vec::BitVec,
    phrases: usize,
}

impl Examples {
    /// Returns no examples yet, for a corpus of `count` documents.
    pub fn new(count: usize) -> Self {
        Examples {
            docs: bitvec::bitvec![usize, bitvec::order::Lsb0; 0; count],
            phrases: 0,
        }
    }

    /// Makes sure that a phrase has examples, given its occurrences. Phrases
    /// come best first; those after the first `PHRASES` get none.
    ///
    /// Takes one pass over the occurrences.
    pub fn take(&mut self, occurrences: &[Occurrence]) {
        self.phrases += 1;
        if self.phrases > PHRASES {
            return;
        }
        let mut docs: Vec<DocId> = occurrences
            .iter()
            .map(|occurrence| occurrence.document)
            .collect();
        docs.dedup();
        let all = docs.len();
        docs.retain(|doc| !self.docs[doc.index()]);
        let missing = EXAMPLES.saturating_sub(all - docs.len()).min(docs.len());
        // Spread over the corpus, which is often sorted by time.
        for n in 0..missing {
            self.docs.set(docs[n * docs.len() / missing].index(), true);
        }
    }

    /// Returns whether a document is an example.
    pub fn has(&self, doc: DocId) -> bool {
        self.docs[doc.index()]
    }
}

/// A line of `texts.jsonl.zst`.
#[derive(Serialize, Deserialize)]
pub(crate) struct TextRecord<'a> {
    #[serde(borrow)]
    pub(crate) id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(crate) text: Cow<'a, str>,
}

/// Writes the documents, compressed; the corpus must hold its texts.
pub fn write(dir: &OutputDir, name: &str, corpus: &Corpus, docs: &[DocId]) -> Result<()> {
    let out = dir.file(name)?;
    let path = out.path().to_owned();
    let failed = |source| crate::Error::Output {
        path: path.clone(),
        source,
    };
    let mut encoder = zstd::Encoder::new(out, zstd::DEFAULT_COMPRESSION_LEVEL).map_err(failed)?;
    let mut line = Vec::new();
    for &doc in docs {
        line.clear();
        let record = TextRecord {
            id: corpus.id(doc).into(),
            title: corpus.title(doc).map(Cow::from),
            date: corpus.date(doc).map(Cow::from),
            source: corpus.source(doc).map(Cow::from),
            text: corpus.text(doc).unwrap_or("").into(),
        };
        push_json(&mut line, &record);
        line.push(b'\n');
        encoder.write_all(&line).map_err(failed)?;
    }
    encoder.finish().map_err(failed)?.finish()
}
