//! `texts.jsonl.zst`: the documents that a report shows.

use std::io::Write;

use serde::Serialize;

use crate::corpus::{Corpus, DocId};
use crate::error::Result;
use crate::report::lines::push_json;
use crate::report::output::OutputDir;

#[derive(Serialize)]
struct TextRecord<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    text: &'a str,
}

/// Writes the documents, compressed; the corpus must have kept its texts.
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
            id: corpus.id(doc),
            title: corpus.title(doc),
            date: corpus.date(doc),
            source: corpus.source(doc),
            text: corpus.text(doc).unwrap_or(""),
        };
        push_json(&mut line, &record);
        line.push(b'\n');
        encoder.write_all(&line).map_err(failed)?;
    }
    encoder.finish().map_err(failed)?.finish()
}
