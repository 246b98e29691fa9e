//! Passages that documents share, edits included.

use leitong::corpus::DocId;
use leitong::dedup::{Provenance, Rules, Sources};
use leitong::hash::mix;
use leitong::passages::{PassageSearch, Scope, quoted_passages};
use leitong::records::passage_groups::group_table;
use leitong::records::passages::passage_table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::documents::Documents;
use crate::job;
use crate::options::Options;
use crate::table::Table;

/// Returns what two copies have in common if the rules can't tell them apart.
fn part(rules: &Rules, provenance: &Provenance, doc: DocId) -> u64 {
    let source = provenance
        .source(doc)
        .filter(|_| rules.sources != Sources::Any);
    let time = provenance.day_time(doc).filter(|_| rules.window.is_some());
    mix(source.map_or(0, u64::from)) ^ time.map_or(0, |time| time as u64)
}

/// Returns the passages, and the groups of those that several documents have.
#[pyfunction]
#[pyo3(signature = (documents, options, threads=0, progress=None))]
pub(crate) fn passages(
    py: Python<'_>,
    documents: &Documents,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<(Table, Table)> {
    let options = Options::new(options);
    let min_length = options
        .get("min_length")?
        .unwrap_or(PassageSearch::MIN_LENGTH);
    let min_identity = options
        .get("min_identity")?
        .unwrap_or(PassageSearch::MIN_IDENTITY);
    let without_quotes = options.get("without_quotes")?.unwrap_or(false);
    let rules = options.rules()?;
    options.steps()?;
    options.finish()?;
    let corpora = documents.0.clone();
    job::run(py, threads, progress.as_ref(), |ctx| {
        let corpus = &corpora.corpus;
        let provenance = Provenance::new(corpus);
        let search = PassageSearch {
            min_length,
            min_identity,
        };
        let mut found = match rules.part_copies() {
            false => search.run(corpus, ctx)?,
            true => {
                let scope = Scope {
                    admits: &|a, b| !rules.keep_apart(&provenance, a, b),
                    part: &|doc| part(&rules, &provenance, doc),
                    ..Scope::default()
                };
                search.run_within(corpus, &scope, ctx)?
            }
        };
        if without_quotes {
            let quoted = quoted_passages(corpus, &found);
            let mut quoted = quoted.iter();
            found.retain(|_| !quoted.next().is_some_and(|quoted| *quoted));
        }
        let time = |doc| provenance.time(doc).unwrap_or(i64::MAX);
        let groups = search.groups(corpus, &found, time);
        Ok((
            Table(passage_table(corpus, &found)?),
            Table(group_table(corpus, &groups)?),
        ))
    })
}
