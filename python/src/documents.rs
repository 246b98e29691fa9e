//! The documents of a run: from lists, Arrow or files to a corpus.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use arrow_array::{Array, ArrayRef};
use leitong::corpus::{Columns, Corpus, CorpusBuilder, DocId};
use leitong::read::{self, Inputs, ReadReport};
use pyo3::exceptions::{PyIndexError, PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::columns::{
    SharedText, StringObjects, Strings, arrow_pieces, arrow_strings_of, column, fields, strings,
};
use crate::errors;
use crate::job;
use crate::normalizers::normalizer;
use crate::options::Options;

/// Documents in their order, normalized and ready to be compared.
#[pyclass(frozen, module = "leitong._native")]
#[derive(Clone)]
pub(crate) struct Documents(pub(crate) Arc<Corpora>);

/// The documents and where they come from.
pub(crate) struct Corpora {
    pub(crate) corpus: Corpus,
    pub(crate) inputs: Inputs,
    pub(crate) report: ReadReport,
    by_id: OnceLock<HashMap<String, u32>>,
}

impl Corpora {
    fn new(corpus: Corpus, inputs: Inputs, report: ReadReport) -> Self {
        Corpora {
            corpus,
            inputs,
            report,
            by_id: OnceLock::new(),
        }
    }

    /// Returns the names of the inputs.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.inputs
            .iter()
            .map(|input| input.name.as_str())
            .collect()
    }
}

/// A document with its fields: id, text, title, date, source.
type Fields = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

#[pymethods]
impl Documents {
    fn __len__(&self) -> usize {
        self.0.corpus.len()
    }

    /// The ids, in order.
    fn ids(&self) -> Vec<&str> {
        let corpus = &self.0.corpus;
        corpus.docs().map(|doc| corpus.id(doc)).collect()
    }

    /// The document at a position: id, text, title, date and source.
    fn get(&self, at: usize) -> PyResult<Fields> {
        let corpus = &self.0.corpus;
        if at >= corpus.len() {
            return Err(PyIndexError::new_err(format!(
                "document {at} of {}",
                corpus.len()
            )));
        }
        let doc = DocId(at as u32);
        let own = |text: Option<&str>| text.map(str::to_owned);
        Ok((
            corpus.id(doc).to_owned(),
            corpus.text(doc).unwrap_or("").to_owned(),
            own(corpus.title(doc)),
            own(corpus.date(doc)),
            own(corpus.source(doc)),
        ))
    }

    /// The position of the document with an id.
    fn find(&self, id: &str) -> PyResult<u32> {
        let corpus = &self.0.corpus;
        let by_id = self.0.by_id.get_or_init(|| {
            let of = |doc: DocId| (corpus.id(doc).to_owned(), doc.0);
            corpus.docs().map(of).collect()
        });
        by_id
            .get(id)
            .copied()
            .ok_or_else(|| PyKeyError::new_err(id.to_owned()))
    }

    /// The normalized text at a position.
    fn normalized(&self, at: u32) -> PyResult<String> {
        if at as usize >= self.0.corpus.len() {
            return Err(PyIndexError::new_err(at));
        }
        Ok(String::from_utf16_lossy(
            self.0.corpus.normalized(DocId(at)),
        ))
    }

    /// What a user should know of the documents and of how they were read.
    fn warnings(&self) -> Vec<String> {
        let report = &self.0.report;
        let more = report.skipped_more;
        let more = (more > 0).then(|| format!("{more} more records were left out"));
        let read = report.warnings.iter().cloned();
        let odd = self.0.corpus.warnings();
        read.chain(more)
            .chain(odd.iter().map(ToString::to_string))
            .collect()
    }

    /// Records and files that were left out: input, line (0 for a whole file)
    /// and reason.
    fn skipped(&self) -> Vec<(String, u64, String)> {
        let skipped = self.0.report.skipped.iter();
        skipped
            .map(|one| (one.input.clone(), one.line, one.what.clone()))
            .collect()
    }
}

/// Texts of one piece of the input.
enum Texts {
    Strings(Strings),
    Objects(StringObjects),
}

impl Texts {
    fn len(&self) -> usize {
        match self {
            Texts::Strings(texts) => texts.len(),
            Texts::Objects(texts) => texts.len(),
        }
    }
}

/// Bytes of texts that are encoded for each thread at a time: what the corpus
/// normalizes together.
const ENCODED: usize = 2 << 20;

/// The columns of one piece of the input.
#[derive(Default)]
struct Piece {
    rows: usize,
    ids: Option<Strings>,
    texts: Option<Texts>,
    titles: Option<Strings>,
    dates: Option<Strings>,
    sources: Option<Strings>,
}

const ROLES: [&str; 5] = ["id", "text", "title", "date", "source"];

impl Piece {
    fn set(&mut self, role: &str, strings: Strings) {
        let column = match role {
            "text" => return self.texts = Some(Texts::Strings(strings)),
            "id" => &mut self.ids,
            "title" => &mut self.titles,
            "date" => &mut self.dates,
            _ => &mut self.sources,
        };
        *column = Some(strings);
    }
}

/// The columns beside the texts of a piece.
struct Others<'a> {
    ids: Vec<&'a str>,
    titles: Option<Vec<Option<&'a str>>>,
    dates: Option<Vec<Option<&'a str>>>,
    sources: Option<Vec<Option<&'a str>>>,
}

impl Others<'_> {
    /// Returns the columns of the rows from `first` on that have these texts.
    fn columns<'t>(&'t self, texts: &'t [Option<&'t str>], first: usize) -> Columns<'t> {
        let rows = first..first + texts.len();
        let mut columns = Columns::new(self.ids[rows.clone()].into(), texts.into());
        if let Some(titles) = &self.titles {
            columns = columns.titles(titles[rows.clone()].into());
        }
        if let Some(dates) = &self.dates {
            columns = columns.dates(dates[rows.clone()].into());
        }
        if let Some(sources) = &self.sources {
            columns = columns.sources(sources[rows].into());
        }
        columns
    }
}

/// Builds a corpus of pieces. A document without an id is named after its
/// position, from 0.
fn build(
    py: Python<'_>,
    pieces: Vec<Piece>,
    options: &Options<'_>,
    threads: usize,
    progress: Option<&Py<PyAny>>,
) -> PyResult<Documents> {
    let steps = options.steps()?;
    let building = options.building()?;
    let rows: usize = pieces.iter().map(|piece| piece.rows).sum();
    if u32::try_from(rows).is_err() {
        return Err(PyValueError::new_err(format!(
            "{rows} documents, expected fewer than 4,294,967,296; split them"
        )));
    }
    let corpus = job::run(py, threads, progress, |ctx| {
        let normalizer = normalizer(steps);
        let mut builder = CorpusBuilder::new(normalizer, building, ctx);
        let mut first = 0;
        for piece in &pieces {
            let positions: Vec<String> = (first..first + piece.rows)
                .map(|position| position.to_string())
                .collect();
            first += piece.rows;
            let mut ids: Vec<&str> = positions.iter().map(String::as_str).collect();
            if let Some(named) = &piece.ids {
                for (id, named) in ids.iter_mut().zip(named.list()) {
                    *id = named.filter(|named| !named.is_empty()).unwrap_or(id);
                }
            }
            let [titles, dates, sources] = [&piece.titles, &piece.dates, &piece.sources]
                .map(|strings| strings.as_ref().map(Strings::list));
            let others = Others {
                ids,
                titles,
                dates,
                sources,
            };
            match &piece.texts {
                None => {}
                Some(Texts::Strings(texts)) => {
                    let lent = texts.list();
                    let mut columns = others.columns(&lent, 0);
                    if let Some(owner) = SharedText::of(texts) {
                        columns = columns.shared(owner);
                    }
                    builder = builder.columns(&columns)?;
                }
                Some(Texts::Objects(texts)) => {
                    let bytes = ENCODED * rayon::current_num_threads();
                    let mut first = 0;
                    while first < texts.len() {
                        ctx.check()?;
                        let encoded = Python::attach(|py| texts.encoded(py, "text", first, bytes));
                        let encoded = match encoded {
                            Ok(encoded) => encoded,
                            Err(error) => return Ok(Err(error)),
                        };
                        let lent = encoded.list();
                        builder = builder.columns(&others.columns(&lent, first))?;
                        first += lent.len();
                    }
                }
            }
        }
        builder.build().map(Ok)
    })??;
    if corpus.len() != rows {
        // Masks have a value for every row.
        let warning = corpus.warnings().first().map(ToString::to_string);
        return Err(errors::column(py, "text", &warning.unwrap_or_default()));
    }
    Ok(Documents(Arc::new(Corpora::new(
        corpus,
        Inputs::default(),
        ReadReport::default(),
    ))))
}

/// Returns documents of columns, each a list of strings or an Arrow array.
#[pyfunction]
#[pyo3(signature = (columns, options, threads=0, progress=None))]
pub(crate) fn documents_from_columns(
    py: Python<'_>,
    columns: &Bound<'_, PyDict>,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Documents> {
    let options = Options::new(options);
    let column_of = |role| {
        let values = columns.get_item(role)?;
        PyResult::Ok(values.filter(|values| !values.is_none()))
    };
    let Some(texts) = column_of("text")? else {
        return Err(errors::column(py, "text", "there is none"));
    };
    let texts: Vec<Texts> = match arrow_strings_of(&texts, "text")? {
        Some(pieces) => pieces.into_iter().map(Texts::Strings).collect(),
        None => vec![Texts::Objects(StringObjects::new(&texts, "text")?)],
    };
    let piece = |texts: Texts| Piece {
        rows: texts.len(),
        texts: Some(texts),
        ..Piece::default()
    };
    let mut pieces: Vec<Piece> = texts.into_iter().map(piece).collect();
    let text_lens: Vec<usize> = pieces.iter().map(|piece| piece.rows).collect();
    let total: usize = text_lens.iter().sum();
    for role in ROLES.into_iter().filter(|role| *role != "text") {
        let Some(values) = column_of(role)? else {
            continue;
        };
        let strings = column(&values, role)?;
        let own: usize = strings.iter().map(Strings::len).sum();
        if own != total {
            let what = format!("expected {total} rows, as many as texts, got {own}");
            return Err(errors::column(py, role, &what));
        }
        let lens = strings.iter().map(Strings::len);
        let strings = match lens.eq(text_lens.iter().copied()) {
            true => strings,
            // Columns of Arrow that are cut at other rows are copied.
            false => cut(&strings, &text_lens),
        };
        for (piece, strings) in pieces.iter_mut().zip(strings) {
            piece.set(role, strings);
        }
    }
    build(py, pieces, &options, threads, progress.as_ref())
}

/// Returns the same strings in pieces of these lengths.
fn cut(strings: &[Strings], lens: &[usize]) -> Vec<Strings> {
    let mut all = strings.iter().flat_map(Strings::list);
    lens.iter()
        .map(|len| {
            let some = all.by_ref().take(*len);
            Strings::Made(some.map(|text| text.map(str::to_owned)).collect())
        })
        .collect()
}

/// Returns documents of anything with the Arrow C interface: a table, whose
/// columns are named by the options, or one column of texts.
#[pyfunction]
#[pyo3(signature = (table, options, threads=0, progress=None))]
pub(crate) fn documents_from_arrow(
    py: Python<'_>,
    table: &Bound<'_, PyAny>,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Documents> {
    let options = Options::new(options);
    let mut names = Vec::new();
    for role in ROLES {
        names.push((role, options.get::<String>(role)?));
    }
    let Some(arrays) = arrow_pieces(table)? else {
        return Err(errors::column(
            py,
            "text",
            "expected a table or a column of the Arrow C interface",
        ));
    };
    let mut pieces = Vec::new();
    for array in &arrays {
        let columns = fields(array);
        let mut piece = Piece {
            rows: array.len(),
            ..Piece::default()
        };
        for (role, name) in &names {
            let wanted = name.as_deref().unwrap_or(role);
            let is_unnamed = *role == "text" && columns.len() == 1 && columns[0].0.is_empty();
            let mut found = columns
                .iter()
                .filter(|(name, _)| name == wanted || is_unnamed);
            match (found.next(), found.next()) {
                (Some(_), Some(_)) => {
                    return Err(errors::column(py, wanted, "two columns have this name"));
                }
                (Some((_, column)), None) => {
                    piece.set(role, strings(py, wanted, column.clone())?);
                }
                // A name that was chosen must be there, and so must the text.
                _ if name.is_some() || *role == "text" => {
                    return Err(no_field(py, wanted, role, &columns));
                }
                _ => {}
            }
        }
        pieces.push(piece);
    }
    build(py, pieces, &options, threads, progress.as_ref())
}

fn no_field(
    py: Python<'_>,
    field: &str,
    role: &'static str,
    columns: &[(String, ArrayRef)],
) -> PyErr {
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let error = leitong::Error::Field {
        input: "table".to_owned(),
        field: field.to_owned(),
        found: names.join(", "),
        role,
    };
    errors::exception(py, &error)
}

/// Returns documents of files and folders, as the command reads them.
#[pyfunction]
#[pyo3(signature = (paths, options, threads=0, progress=None))]
pub(crate) fn documents_from_paths(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Documents> {
    let options = Options::new(options);
    let reading = options.reading()?;
    let (inputs, corpus, report) = job::run(py, threads, progress.as_ref(), |ctx| {
        let inputs = Inputs::find(&paths)?;
        let (corpus, report) = read::read(&inputs, &reading, ctx)?;
        Ok((inputs, corpus, report))
    })?;
    Ok(Documents(Arc::new(Corpora::new(corpus, inputs, report))))
}
