//! A run: what was compared, and all that was found.

use std::sync::{Arc, OnceLock};

use leitong::Context;
use leitong::date::Moment;
use leitong::dedup::{Decisions, Policy, Rules};
use leitong::near::Measure;
use leitong::pipeline::{
    Compared, Findings, FoundPhrases, Links, ScanOptions, decide, dedup_input,
};
use leitong::records::decisions::decision_table;
use leitong::records::edges::edge_table;
use leitong::records::near::{cluster_table, pair_table};
use leitong::records::passage_groups::group_table;
use leitong::records::passages::passage_table;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::documents::{Corpora, Documents};
use crate::errors;
use crate::folder;
use crate::job;
use crate::options::Options;
use crate::phrases;
use crate::table::Table;

/// Compared documents.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Run {
    pub(crate) documents: Arc<Corpora>,
    pub(crate) options: ScanOptions,
    pub(crate) compared: Arc<Compared>,
    pub(crate) found: OnceLock<Arc<Found>>,
    pub(crate) threads: usize,
}

/// What only a scan finds.
pub(crate) struct Found {
    pub(crate) phrases: FoundPhrases,
    /// Edges, and the passages that make them.
    pub(crate) links: Links,
    /// Whether phrases have dates and sources.
    pub(crate) timeline: bool,
}

fn scan_all(
    corpora: &Corpora,
    options: &ScanOptions,
    ctx: &Context,
) -> leitong::Result<(Compared, Found)> {
    let mut findings = Findings::default();
    let scanned = options.run(&corpora.corpus, ctx, &mut findings)?;
    let corpus = &corpora.corpus;
    let is_placed =
        |doc| corpus.source(doc).is_some() || corpus.date(doc).and_then(Moment::parse).is_some();
    let found = Found {
        phrases: findings.phrases,
        links: findings.links,
        timeline: options.phrases.timeline && corpus.docs().any(is_placed),
    };
    Ok((scanned.compared, found))
}

/// Compares documents.
#[pyfunction]
#[pyo3(signature = (documents, options, threads=0, progress=None))]
pub(crate) fn near_duplicates(
    py: Python<'_>,
    documents: &Documents,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Run> {
    let options = Options::new(options);
    let compare = options.compare()?;
    let scan = options.scan()?;
    options.steps()?;
    options.finish()?;
    let corpora = documents.0.clone();
    let compared = job::run(py, threads, progress.as_ref(), |ctx| {
        compare.run(&corpora.corpus, ctx)
    })?;
    Ok(Run {
        documents: corpora,
        options: scan,
        compared: Arc::new(compared),
        found: OnceLock::new(),
        threads,
    })
}

/// Finds all there is to find.
#[pyfunction]
#[pyo3(signature = (documents, options, threads=0, progress=None))]
pub(crate) fn scan(
    py: Python<'_>,
    documents: &Documents,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Run> {
    let options = Options::new(options);
    let scan = phrases::normalized_ignore(options.scan()?, &documents.0);
    options.steps()?;
    options.finish()?;
    let corpora = documents.0.clone();
    let (compared, found) = job::run(py, threads, progress.as_ref(), |ctx| {
        scan_all(&corpora, &scan, ctx)
    })?;
    Ok(Run {
        documents: corpora,
        options: scan,
        compared: Arc::new(compared),
        found: OnceLock::from(Arc::new(found)),
        threads,
    })
}

impl Run {
    /// Returns what only a scan finds; a run that was none becomes one.
    fn found(&self, py: Python<'_>, progress: Option<&Py<PyAny>>) -> PyResult<Arc<Found>> {
        if let Some(found) = self.found.get() {
            return Ok(found.clone());
        }
        let (_, found) = job::run(py, self.threads, progress, |ctx| {
            scan_all(&self.documents, &self.options, ctx)
        })?;
        Ok(self.found.get_or_init(|| Arc::new(found)).clone())
    }
}

fn engine<T>(py: Python<'_>, outcome: leitong::Result<T>) -> PyResult<T> {
    outcome.map_err(|error| errors::exception(py, &error))
}

#[pymethods]
impl Run {
    /// The documents.
    #[getter]
    fn documents(&self) -> Documents {
        Documents(self.documents.clone())
    }

    /// Whether phrases and passages were looked for.
    #[getter]
    fn is_scan(&self) -> bool {
        self.found.get().is_some()
    }

    /// The pairs.
    fn pairs(&self, py: Python<'_>) -> PyResult<Table> {
        let near = &self.compared.near;
        let made = py.detach(|| {
            pair_table(
                &self.documents.corpus,
                &near.pairs,
                &self.compared.relations,
            )
        });
        Ok(Table(engine(py, made)?))
    }

    /// The clusters, a row for each member.
    fn clusters(&self, py: Python<'_>) -> PyResult<Table> {
        let made = cluster_table(&self.documents.corpus, &self.compared.clusters);
        Ok(Table(engine(py, made)?))
    }

    /// The members of the clusters, as positions of documents.
    fn cluster_members(&self) -> Vec<Vec<u32>> {
        let clusters = self.compared.clusters.iter();
        clusters
            .map(|cluster| cluster.members().map(|member| member.doc.0).collect())
            .collect()
    }

    /// The positions of the documents of each pair.
    fn pair_positions(&self) -> (Vec<u32>, Vec<u32>) {
        let pairs = self.compared.near.pairs.iter();
        pairs.map(|pair| (pair.a.0, pair.b.0)).unzip()
    }

    /// How much there is of everything.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = PyDict::new(py);
        let clusters = &self.compared.clusters;
        let near = &self.compared.near;
        counts.set_item("documents", self.documents.corpus.len())?;
        counts.set_item("text_bytes", self.documents.corpus.text_bytes())?;
        counts.set_item("copies", near.copies.count())?;
        counts.set_item("pairs", near.pairs.len())?;
        counts.set_item("clusters", clusters.len())?;
        let sizes = clusters.iter().map(|cluster| cluster.len());
        counts.set_item("clustered", sizes.clone().sum::<usize>())?;
        counts.set_item("largest", sizes.max().unwrap_or(0))?;
        counts.set_item("partners_left_out", near.search.partners_left_out)?;
        counts.set_item("cut_short", near.search.cut_short)?;
        if let Some(found) = self.found.get() {
            counts.set_item("phrases", found.phrases.list.len())?;
            counts.set_item("families", found.phrases.families.len())?;
            counts.set_item("edges", found.links.edges.len())?;
        }
        Ok(counts)
    }

    /// The pairs by similarity: the number in each hundredth from the lowest.
    fn histogram(&self) -> Vec<(f64, u64)> {
        folder::histogram(&self.compared, self.measure())
    }

    /// What a user should know before trusting the result.
    fn warnings(&self) -> Vec<String> {
        folder::warnings(&self.documents, &self.compared)
    }

    /// The least similarity of a pair.
    #[getter]
    fn threshold(&self) -> f64 {
        self.compared.options.near.threshold
    }

    /// What a run at a higher threshold would find.
    #[pyo3(signature = (threshold, progress=None))]
    fn rethreshold(
        &self,
        py: Python<'_>,
        threshold: f64,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Run> {
        let compared = job::run(py, self.threads, progress.as_ref(), |ctx| {
            self.compared
                .at_threshold(&self.documents.corpus, threshold, ctx)
        })?;
        let mut options = self.options.clone();
        options.compare.near.threshold = threshold;
        Ok(Run {
            documents: self.documents.clone(),
            options,
            compared: Arc::new(compared),
            found: OnceLock::new(),
            threads: self.threads,
        })
    }

    /// A decision for every document.
    fn decide(&self, py: Python<'_>, options: Bound<'_, PyDict>) -> PyResult<Decided> {
        let options = Options::new(options);
        let (policy, rules) = (options.policy()?, options.rules()?);
        options.finish()?;
        self.decided(py, policy, rules)
    }

    /// The decisions by the policy of the run.
    fn decisions(&self, py: Python<'_>) -> PyResult<Decided> {
        self.decided(py, self.options.policy.clone(), self.options.rules)
    }

    /// The edges between documents.
    #[pyo3(signature = (progress=None))]
    fn edges(&self, py: Python<'_>, progress: Option<Py<PyAny>>) -> PyResult<Table> {
        let found = self.found(py, progress.as_ref())?;
        let made = py.detach(|| edge_table(&self.documents.corpus, &found.links.edges));
        Ok(Table(engine(py, made)?))
    }

    /// The groups of the passages.
    #[pyo3(signature = (progress=None))]
    fn groups(&self, py: Python<'_>, progress: Option<Py<PyAny>>) -> PyResult<Table> {
        let found = self.found(py, progress.as_ref())?;
        let made = py.detach(|| {
            let corpus = &self.documents.corpus;
            found
                .links
                .groups(corpus, &self.options.link)
                .and_then(|groups| group_table(corpus, &groups))
        });
        Ok(Table(engine(py, made)?))
    }

    /// The passages that documents share.
    #[pyo3(signature = (progress=None))]
    fn passages(&self, py: Python<'_>, progress: Option<Py<PyAny>>) -> PyResult<Table> {
        let found = self.found(py, progress.as_ref())?;
        let made = py.detach(|| passage_table(&self.documents.corpus, &found.links.passages));
        Ok(Table(engine(py, made)?))
    }

    /// The phrases, their families, and how formulaic each document is.
    #[pyo3(signature = (progress=None))]
    fn phrases(
        &self,
        py: Python<'_>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<(Table, Table, Table)> {
        let found = self.found(py, progress.as_ref())?;
        let made =
            py.detach(|| phrases::tables(&self.documents.corpus, &found.phrases, found.timeline));
        engine(py, made)
    }

    /// Writes the folder that `leitong scan` writes.
    #[pyo3(signature = (folder, progress=None))]
    fn write(
        &self,
        py: Python<'_>,
        folder: std::path::PathBuf,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<()> {
        let found = self.found(py, progress.as_ref())?;
        job::run(py, self.threads, progress.as_ref(), |_| {
            folder::write(
                &folder,
                &self.documents,
                &self.options,
                &self.compared,
                &found,
            )
        })
    }

    /// Writes the page that shows the run, of at most `limit` bytes.
    #[pyo3(signature = (path, limit=None, progress=None))]
    fn report(
        &self,
        py: Python<'_>,
        path: std::path::PathBuf,
        limit: Option<u64>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<u64> {
        let found = self.found(py, progress.as_ref())?;
        job::run(py, self.threads, progress.as_ref(), |_| {
            folder::report(
                &path,
                limit,
                &self.documents,
                &self.options,
                &self.compared,
                &found,
            )
        })
    }
}

impl Run {
    fn measure(&self) -> Measure {
        self.compared.options.near.measure
    }

    fn decided(&self, py: Python<'_>, policy: Policy, rules: Rules) -> PyResult<Decided> {
        let decisions = job::run(py, self.threads, None, |_| {
            decide(&self.documents.corpus, &self.compared, &policy, rules)
        })?;
        Ok(Decided {
            documents: self.documents.clone(),
            compared: self.compared.clone(),
            policy,
            rules,
            decisions,
        })
    }
}

/// A decision for every document.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Decided {
    documents: Arc<Corpora>,
    compared: Arc<Compared>,
    policy: Policy,
    rules: Rules,
    decisions: Decisions,
}

#[pymethods]
impl Decided {
    /// Whether each document stays, in input order.
    fn mask(&self) -> Vec<bool> {
        let docs = self.documents.corpus.docs();
        docs.map(|doc| self.decisions.is_kept(doc)).collect()
    }

    /// The number of documents that go.
    fn dropped(&self) -> usize {
        self.decisions.drops().len()
    }

    /// The decisions with their reasons, a row for each document.
    fn table(&self, py: Python<'_>) -> PyResult<Table> {
        let made = py.detach(|| {
            let input = dedup_input(
                &self.documents.corpus,
                &self.compared,
                &self.policy,
                self.rules,
            );
            decision_table(&self.documents.names(), &input, &self.decisions)
        });
        Ok(Table(engine(py, made)?))
    }
}
