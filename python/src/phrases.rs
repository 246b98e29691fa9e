//! Phrases that documents share.

use leitong::corpus::Corpus;
use leitong::phrases::PhraseOptions;
use leitong::pipeline::{FoundPhrases, ScanOptions};
use leitong::records::documents::document_table;
use leitong::records::families::family_table;
use leitong::records::phrases::phrase_table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::documents::{Corpora, Documents};
use crate::job;
use crate::options::Options;
use crate::table::Table;

/// Returns phrases, families and the figures of documents as tables.
pub(crate) fn tables(
    corpus: &Corpus,
    found: &FoundPhrases,
    timeline: bool,
) -> leitong::Result<(Table, Table, Table)> {
    Ok((
        Table(phrase_table(corpus, &found.list, timeline)?),
        Table(family_table(&found.families)?),
        Table(document_table(&found.documents)?),
    ))
}

fn normalized(ignore: &[String], corpus: &Corpus) -> Vec<String> {
    let normalized = |phrase: &String| {
        let mut units = Vec::new();
        corpus.normalizer().normalize_into(phrase, &mut units);
        String::from_utf16_lossy(&units)
    };
    ignore.iter().map(normalized).collect()
}

/// Returns the options with the phrases to ignore as the engine wants them.
pub(crate) fn normalized_ignore(options: ScanOptions, corpora: &Corpora) -> ScanOptions {
    ScanOptions {
        phrases: PhraseOptions {
            ignore: normalized(&options.phrases.ignore, &corpora.corpus),
            ..options.phrases
        },
        ..options
    }
}

/// Returns phrases, families and the figures of documents.
#[pyfunction]
#[pyo3(signature = (documents, options, threads=0, progress=None))]
pub(crate) fn phrases(
    py: Python<'_>,
    documents: &Documents,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<(Table, Table, Table)> {
    let options = Options::new(options);
    let mut wanted = options.phrases(None)?;
    options.steps()?;
    options.finish()?;
    let corpora = documents.0.clone();
    wanted.ignore = normalized(&wanted.ignore, &corpora.corpus);
    let found = job::run(py, threads, progress.as_ref(), |ctx| {
        let corpus = &corpora.corpus;
        let selection = wanted.run(corpus, ctx)?;
        let mut found = FoundPhrases {
            documents: selection.documents(),
            ..FoundPhrases::default()
        };
        let selected = selection.into_phrases();
        selected.each(&wanted, |some| {
            found.list.extend(some);
            Ok(())
        })?;
        // Families are those of all phrases.
        let of_all = PhraseOptions {
            top: None,
            ..wanted.clone()
        };
        found.families = selected.families(&of_all);
        tables(corpus, &found, wanted.timeline)
    })?;
    Ok(found)
}
