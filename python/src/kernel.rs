//! The stages of the engine over columns, for engines that hold the texts
//! themselves.

use leitong::corpus::DocId;
use leitong::near::sketch::{Sketcher, Sketching};
use leitong::near::{Banding, Pair, near_duplicates, shingle};
use leitong::write::{Cell, ColumnTable, Kind};
use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::prelude::*;

use crate::arrays::Array;
use crate::columns::{Strings, column};
use crate::documents::Documents;
use crate::errors;
use crate::job;
use crate::normalizers::normalizer;
use crate::options::Options;
use crate::part::of_texts;
use crate::table::Table;

/// Texts that a task takes at a time.
pub(crate) const AT_A_TIME: usize = 256;

pub(crate) fn texts(pieces: &[Strings]) -> Vec<&str> {
    let texts = pieces.iter().flat_map(Strings::list);
    texts.map(Option::unwrap_or_default).collect()
}

/// Returns the normalized texts.
#[pyfunction]
#[pyo3(signature = (given, options, threads=0))]
pub(crate) fn normalize(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    options: Bound<'_, PyDict>,
    threads: usize,
) -> PyResult<Array> {
    let options = Options::new(options);
    let steps = options.steps()?;
    options.finish()?;
    let pieces = column(given, "text")?;
    let normalized = job::run(py, threads, None, |_| {
        let normalizer = normalizer(steps);
        let texts = texts(&pieces);
        let normalized = texts.par_iter().map(|text| {
            let mut units = Vec::new();
            normalizer.normalize_into(text, &mut units);
            String::from_utf16_lossy(&units)
        });
        Ok(normalized.collect::<Vec<_>>())
    })?;
    Ok(Array::of_strings(&normalized))
}

/// Sketches every text; `None` of one that is too short to have a shingle.
fn sketched<T: Send>(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    options: Bound<'_, PyDict>,
    threads: usize,
    sketch: impl Fn(&mut Sketcher, &[u16]) -> Option<T> + Sync,
) -> PyResult<Vec<Option<T>>> {
    let options = Options::new(options);
    let near = options.near()?;
    let steps = options.steps()?;
    options.finish()?;
    let banding = Banding::solve(near.threshold, near.recall)
        .map_err(|error| errors::exception(py, &error))?;
    let sketching = Sketching {
        shingling: near.shingling,
        banding,
        seed: near.seed,
    };
    let start = || Sketcher::new(sketching);
    of_texts(py, given, normalizer(steps), threads, start, sketch)
}

/// Returns the MinHash signature of each text.
#[pyfunction]
#[pyo3(signature = (given, options, threads=0))]
pub(crate) fn sketch(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    options: Bound<'_, PyDict>,
    threads: usize,
) -> PyResult<Array> {
    let signature =
        |sketcher: &mut Sketcher, units: &[u16]| sketcher.signature(units).map(<[u32]>::to_vec);
    let lists = sketched(py, given, options, threads, signature)?;
    Ok(Array::of_signatures(&lists))
}

/// Returns the key of each band of each text.
#[pyfunction]
#[pyo3(signature = (given, options, threads=0))]
pub(crate) fn band_keys(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    options: Bound<'_, PyDict>,
    threads: usize,
) -> PyResult<Array> {
    let keys = |sketcher: &mut Sketcher, units: &[u16]| sketcher.band_keys(units);
    let lists = sketched(py, given, options, threads, keys)?;
    Ok(Array::of_keys(&lists))
}

const PAIRS: &[(&str, Kind)] = &[
    ("a", Kind::Int),
    ("b", Kind::Int),
    ("jaccard", Kind::Float),
    ("containment_a", Kind::Float),
    ("containment_b", Kind::Float),
];

/// Returns the pairs of documents by their positions, with their exact
/// similarities: without relations and clusters, which take most of the time
/// where texts are much alike.
#[pyfunction]
#[pyo3(signature = (documents, options, threads=0, progress=None))]
pub(crate) fn pairs(
    py: Python<'_>,
    documents: &Documents,
    options: Bound<'_, PyDict>,
    threads: usize,
    progress: Option<Py<PyAny>>,
) -> PyResult<Table> {
    let options = Options::new(options);
    let near = options.near()?;
    options.steps()?;
    options.finish()?;
    let corpora = documents.0.clone();
    let found = job::run(py, threads, progress.as_ref(), |ctx| {
        near_duplicates(&corpora.corpus, &near, ctx)
    })?;
    let rows = found.pairs.iter().map(|pair| {
        [
            Cell::Int(pair.a.0.into()),
            Cell::Int(pair.b.0.into()),
            Cell::Float(pair.jaccard()),
            Cell::Float(pair.containment_a()),
            Cell::Float(pair.containment_b()),
        ]
    });
    Ok(Table(ColumnTable::of_rows(PAIRS, rows)))
}

const VERIFIED: &[(&str, Kind)] = &[
    ("shared", Kind::Int),
    ("len_a", Kind::Int),
    ("len_b", Kind::Int),
    ("jaccard", Kind::Float),
    ("containment_a", Kind::Float),
    ("containment_b", Kind::Float),
];

/// Returns what the texts at positions `a` and `b` share, counted exactly.
#[pyfunction]
#[pyo3(signature = (given, a, b, options, threads=0))]
pub(crate) fn verify(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    a: Vec<u32>,
    b: Vec<u32>,
    options: Bound<'_, PyDict>,
    threads: usize,
) -> PyResult<Table> {
    let options = Options::new(options);
    let (steps, shingling) = (options.steps()?, options.shingling()?);
    options.finish()?;
    let pieces = column(given, "text")?;
    let count: usize = pieces.iter().map(Strings::len).sum();
    if a.len() != b.len() {
        let what = format!("expected as many as a, {}, got {}", a.len(), b.len());
        return Err(PyValueError::new_err(format!("b: {what}")));
    }
    if let Some(at) = a.iter().chain(&b).find(|at| **at as usize >= count) {
        return Err(PyIndexError::new_err(format!("text {at} of {count}")));
    }
    let pairs = job::run(py, threads, None, |_| {
        let normalizer = normalizer(steps);
        let texts = texts(&pieces);
        let mut wanted: Vec<u32> = a.iter().chain(&b).copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let sets: Vec<Vec<u64>> = wanted
            .par_iter()
            .map(|at| {
                let mut units = Vec::new();
                normalizer.normalize_into(texts[*at as usize], &mut units);
                shingle::set(shingling, &units)
            })
            .collect();
        let set = |at: u32| wanted.binary_search(&at).map_or(&[][..], |at| &sets[at]);
        let pairs = a.par_iter().zip(&b).map(|(&a, &b)| {
            let (left, right) = (set(a), set(b));
            Pair {
                a: DocId(a),
                b: DocId(b),
                shared: shingle::shared(left, right) as u32,
                len_a: left.len() as u32,
                len_b: right.len() as u32,
            }
        });
        Ok(pairs.collect::<Vec<_>>())
    })?;
    let rows = pairs.iter().map(|pair| {
        [
            Cell::Int(pair.shared.into()),
            Cell::Int(pair.len_a.into()),
            Cell::Int(pair.len_b.into()),
            Cell::Float(pair.jaccard()),
            Cell::Float(pair.containment_a()),
            Cell::Float(pair.containment_b()),
        ]
    });
    Ok(Table(ColumnTable::of_rows(VERIFIED, rows)))
}

/// Returns for each of `count` nodes the least node that pairs connect it with.
#[pyfunction]
pub(crate) fn components(py: Python<'_>, count: u32, a: Vec<u32>, b: Vec<u32>) -> PyResult<Array> {
    if a.len() != b.len() {
        return Err(PyValueError::new_err(format!(
            "b: expected as many as a, {}, got {}",
            a.len(),
            b.len()
        )));
    }
    if let Some(node) = a.iter().chain(&b).find(|node| **node >= count) {
        return Err(PyIndexError::new_err(format!("node {node} of {count}")));
    }
    let least = py.detach(|| {
        let mut parents: Vec<u32> = (0..count).collect();
        for (&a, &b) in a.iter().zip(&b) {
            let [a, b] = [a, b].map(|node| root(&mut parents, node));
            // The least is the root, so that a root is its component's name.
            parents[a.max(b) as usize] = a.min(b);
        }
        (0..count).map(|node| root(&mut parents, node)).collect()
    });
    Ok(Array::of_numbers(least))
}

/// Returns the root of a node, and halves the way to it.
fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let above = parents[parents[node as usize] as usize];
        parents[node as usize] = above;
        node = above;
    }
    node
}
