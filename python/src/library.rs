//! A library: documents on disk, and what they have of a draft.

use std::path::PathBuf;
use std::sync::Arc;

use leitong::corpus::{Corpus, DocId, Document};
use leitong::library::{
    CheckOptions, Library as Snapshot, LibraryWriter, OnConflict, Settings, StoredDocument,
};
use leitong::records::check::check_json;
use leitong::report::terminal::render_check;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::documents::Documents;
use crate::errors;
use crate::job;
use crate::normalizers::normalizer;
use crate::options::Options;

/// Columns of the view.
const WIDTH: usize = 100;

/// One generation of a library, to read from.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Library(Arc<Snapshot>);

/// Adds documents to the library of a folder, which is made if it is not there;
/// returns how many were added, replaced and left as they were.
#[pyfunction]
#[pyo3(signature = (path, documents, on_conflict, threads=0, progress=None))]
pub(crate) fn library_add(
    py: Python<'_>,
    path: PathBuf,
    documents: &Documents,
    on_conflict: &str,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<(u64, u64, u64)> {
    let on_conflict: OnConflict = on_conflict
        .parse()
        .map_err(|what: String| errors::option(py, "on_conflict", &what))?;
    let corpora = documents.0.clone();
    let added = job::run(py, threads, progress.as_ref(), |ctx| {
        let was_there = path.exists();
        let mut writer = match was_there {
            true => LibraryWriter::open(&path)?,
            false => LibraryWriter::create(&path, Settings::default())?,
        };
        let added = writer.add_corpus(&corpora.corpus, on_conflict, ctx);
        if added.is_err() && !was_there {
            writer.remove_if_empty(true)?;
        }
        added
    })?;
    Ok((added.added, added.replaced, added.skipped))
}

/// A document with its fields: id, text, title, date, source.
type Given = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

#[pymethods]
impl Library {
    /// Opens a library for reading.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Library> {
        let opened = py.detach(|| Snapshot::open(&path));
        let library = opened.map_err(|error| errors::exception(py, &error))?;
        Ok(Library(Arc::new(library)))
    }

    fn __len__(&self) -> usize {
        self.0.len() as usize
    }

    /// The document with an id, if it is there.
    fn get(&self, py: Python<'_>, id: &str) -> PyResult<Option<Given>> {
        let found = self.0.get(id);
        let found = found.map_err(|error| errors::exception(py, &error))?;
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        Ok(found.map(|one| {
            (
                one.id,
                one.text,
                some(one.title),
                some(one.date),
                some(one.source),
            )
        }))
    }

    /// What the library has of a draft, as JSON and as lines of text.
    #[pyo3(signature = (draft, options, threads=0))]
    fn check(
        &self,
        py: Python<'_>,
        draft: Given,
        options: Bound<'_, PyDict>,
        threads: usize,
    ) -> PyResult<(String, String)> {
        let options = Options::new(options);
        let default = CheckOptions::default();
        let wanted = CheckOptions {
            threshold: options.get("threshold")?,
            min_length: options.get("min_length")?.unwrap_or(default.min_length),
            min_identity: options.get("min_identity")?.unwrap_or(default.min_identity),
            own: options.get("own")?.unwrap_or_default(),
            exclude_ids: options.get("without_ids")?.unwrap_or_default(),
            exclude_sources: options.get("without_sources")?.unwrap_or_default(),
        };
        options.finish()?;
        let library = self.0.clone();
        job::run(py, threads, None, |ctx| {
            let (id, text, title, date, source) = draft;
            // As a draft that was read from a file: with an id that is no
            // other's.
            let document = Document::new(id, text)
                .title(title.unwrap_or_default())
                .date(date.unwrap_or_default())
                .source(source.unwrap_or_default());
            let normalizer = normalizer(library.settings().steps);
            let corpus = Corpus::builder(normalizer).push(document).build()?;
            let draft = StoredDocument::of(&corpus, DocId(0));
            let check = library.check(&draft, &wanted, ctx)?;
            Ok((check_json(&check), render_check(&check, WIDTH)))
        })
    }
}
