//! Passages that documents share, edits included.

use leitong::passages::PassageSearch;
use leitong::pipeline::ReuseOptions;
use leitong::records::passage_groups::group_table;
use leitong::records::passages::passage_table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::documents::Documents;
use crate::job;
use crate::options::Options;
use crate::table::Table;

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
    let given = Options::new(options);
    let options = ReuseOptions {
        passages: PassageSearch {
            min_length: given
                .get("min_length")?
                .unwrap_or(PassageSearch::MIN_LENGTH),
            min_identity: given
                .get("min_identity")?
                .unwrap_or(PassageSearch::MIN_IDENTITY),
        },
        rules: given.rules()?,
        without_quotes: given.get("without_quotes")?.unwrap_or(false),
        groups: true,
        top: None,
    };
    given.steps()?;
    given.finish()?;
    let corpora = documents.0.clone();
    job::run(py, threads, progress.as_ref(), |ctx| {
        let corpus = &corpora.corpus;
        let reuse = options.run(corpus, ctx)?;
        Ok((
            Table(passage_table(corpus, &reuse.passages)?),
            Table(group_table(corpus, &reuse.groups)?),
        ))
    })
}
