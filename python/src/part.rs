//! A part of a larger corpus, for engines that hold the whole: what they count
//! over all documents, and what is found in a part with these counts.

use std::sync::{Arc, OnceLock};

use leitong::boilerplate::{BoilerplateOptions, WindowCounts, counted_windows};
use leitong::corpus::Corpus;
use leitong::date::{Moment, Timeline};
use leitong::hash::{TextHash, text_hash};
use leitong::near::Banding;
use leitong::near::sketch::{Sketcher, Sketching};
use leitong::relation::{StoryCounts, told_windows};
use leitong::text::normalize::Normalizer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::prelude::*;

use crate::arrays::Array;
use crate::columns::column;
use crate::documents::Documents;
use crate::errors;
use crate::job;
use crate::kernel::{AT_A_TIME, texts};
use crate::normalizers::normalizer;
use crate::options::Options;
use crate::run::Run;

/// Whole numbers of windows, counted over all documents.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Counts {
    /// Windows in ascending order, each once.
    windows: Vec<u64>,
    counts: Vec<u32>,
}

#[pymethods]
impl Counts {
    /// Takes windows and their counts in any order, as bytes of little-endian
    /// numbers of 64 and of 32 bits; a window that stands twice has the sum.
    #[new]
    fn new(windows: &[u8], counts: &[u8]) -> PyResult<Self> {
        let (windows, rest) = windows.as_chunks::<8>();
        let (counts, more) = counts.as_chunks::<4>();
        if !rest.is_empty() || !more.is_empty() || windows.len() != counts.len() {
            return Err(PyValueError::new_err(
                "windows and counts: expected as many numbers of 8 as of 4 bytes",
            ));
        }
        let windows = windows.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let counts = counts.iter().map(|bytes| u32::from_le_bytes(*bytes));
        let mut both: Vec<(u64, u32)> = windows.zip(counts).collect();
        both.sort_unstable();
        both.dedup_by(|next, first| {
            let is_same = next.0 == first.0;
            if is_same {
                first.1 = first.1.saturating_add(next.1);
            }
            is_same
        });
        let (windows, counts) = both.into_iter().unzip();
        Ok(Counts { windows, counts })
    }

    fn __len__(&self) -> usize {
        self.windows.len()
    }
}

impl Counts {
    /// Returns those of some windows that are counted, with their counts.
    fn of<'a>(&'a self, windows: &'a [u64]) -> impl Iterator<Item = (u64, u32)> + 'a {
        windows.iter().filter_map(|window| {
            let at = self.windows.binary_search(window).ok()?;
            Some((*window, self.counts[at]))
        })
    }
}

/// Calls `each` with the normalized form of every text, in parallel.
fn of_texts<T: Send, S>(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
    normalizer: Normalizer,
    threads: usize,
    start: impl Fn() -> S + Sync,
    each: impl Fn(&mut S, &[u16]) -> T + Sync,
) -> PyResult<Vec<T>> {
    let pieces = column(given, "text")?;
    job::run(py, threads, None, |_| {
        let texts = texts(&pieces);
        let made: Vec<Vec<T>> = texts
            .par_chunks(AT_A_TIME)
            .map(|texts| {
                let mut state = start();
                let mut units = Vec::new();
                let mut one = |text: &&str| {
                    units.clear();
                    normalizer.normalize_into(text, &mut units);
                    each(&mut state, &units)
                };
                texts.iter().map(&mut one).collect()
            })
            .collect();
        Ok(made.into_iter().flatten().collect())
    })
}

/// Returns for each text the key of its wording, then those of its bands.
#[pyfunction]
#[pyo3(signature = (texts_, options, threads=0))]
pub(crate) fn meeting_keys(
    py: Python<'_>,
    texts_: &Bound<'_, PyAny>,
    options: Bound<'_, PyDict>,
    threads: usize,
) -> PyResult<Array> {
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
    let lists = of_texts(
        py,
        texts_,
        normalizer(steps),
        threads,
        || Sketcher::new(sketching),
        |sketcher, units| {
            let mut keys = vec![upper(text_hash(units))];
            keys.extend(sketcher.band_keys(units).into_iter().flatten());
            Some(keys)
        },
    )?;
    Ok(Array::of_keys(&lists))
}

/// Returns the half of a hash that is enough to bring copies together.
fn upper(hash: TextHash) -> u64 {
    (hash.0 >> 64) as u64
}

/// Returns for each document the key of its wording, by which documents count
/// once, and its counted windows.
#[pyfunction]
#[pyo3(signature = (documents, threads=0))]
pub(crate) fn windows(
    py: Python<'_>,
    documents: &Documents,
    threads: usize,
) -> PyResult<(Array, Array)> {
    let corpora = documents.0.clone();
    let found = job::run(py, threads, None, |_| {
        let corpus = &corpora.corpus;
        let docs: Vec<_> = corpus.docs().collect();
        let of = |doc: &_| {
            let key = upper(corpus.text_hash(*doc));
            (
                Some(vec![key]),
                Some(counted_windows(corpus.normalized(*doc))),
            )
        };
        Ok(docs.par_iter().map(of).collect::<Vec<_>>())
    })?;
    let (keys, windows): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    Ok((Array::of_keys(&keys), Array::of_keys(&windows)))
}

/// Returns the story of each text, and the windows that it has outside of
/// boilerplate, which `counts` tells.
#[pyfunction]
#[pyo3(signature = (texts_, counts, options, threads=0))]
pub(crate) fn told(
    py: Python<'_>,
    texts_: &Bound<'_, PyAny>,
    counts: &Counts,
    options: Bound<'_, PyDict>,
    threads: usize,
) -> PyResult<(Array, Array)> {
    let options = Options::new(options);
    let steps = options.steps()?;
    options.finish()?;
    let found = of_texts(
        py,
        texts_,
        normalizer(steps),
        threads,
        || (),
        |(), units| {
            let own = counted_windows(units);
            let known = WindowCounts::from_counts(counts.of(&own), BoilerplateOptions::default());
            told_windows(units, &known)
        },
    )?;
    let (stories, windows): (Vec<u32>, Vec<_>) = found
        .into_iter()
        .map(|(story, windows)| (story, Some(windows)))
        .unzip();
    Ok((Array::of_numbers(stories), Array::of_keys(&windows)))
}

/// Returns the zone that each date states, in minutes east of UTC.
#[pyfunction]
pub(crate) fn zones(dates: &Bound<'_, PyAny>) -> PyResult<Vec<Option<i16>>> {
    let pieces = column(dates, "date")?;
    let dates = pieces.iter().flat_map(|piece| piece.list());
    Ok(dates
        .map(|date| Moment::parse(date?).and_then(|moment| moment.zone))
        .collect())
}

/// Compares documents that are a part of a larger corpus, of which the windows
/// and their stories are counted in `counts`, `zone` is the commonest zone, and `left_out` the
/// number of documents whose partners were left out.
#[pyfunction]
#[pyo3(signature = (documents, options, counts, zone, left_out, threads=0))]
pub(crate) fn compare_part(
    py: Python<'_>,
    documents: &Documents,
    options: Bound<'_, PyDict>,
    counts: (PyRef<'_, Counts>, PyRef<'_, Counts>),
    zone: i16,
    left_out: u64,
    threads: usize,
) -> PyResult<Run> {
    let options = Options::new(options);
    let compare = options.compare()?;
    let mut scan = options.scan()?;
    options.steps()?;
    options.finish()?;
    scan.policy = scan.policy.along(Timeline::in_zone(zone));
    let corpora = documents.0.clone();
    let (windows, stories) = (&*counts.0, &*counts.1);
    let compared = job::run(py, threads, None, |ctx| {
        let own = own_windows(&corpora.corpus);
        let known = WindowCounts::from_counts(windows.of(&own), BoilerplateOptions::default());
        let told = StoryCounts::from_counts(stories.of(&own));
        let mut compared = compare.run_within(&corpora.corpus, known, &told, ctx)?;
        compared.near.search.partners_left_out += left_out;
        Ok(compared)
    })?;
    Ok(Run {
        documents: corpora,
        options: scan,
        compared: Arc::new(compared),
        found: OnceLock::new(),
        threads,
    })
}

/// Returns the counted windows of a corpus, in ascending order, each once.
fn own_windows(corpus: &Corpus) -> Vec<u64> {
    let docs: Vec<_> = corpus.docs().collect();
    let windows = docs.par_iter();
    let mut windows: Vec<u64> = windows
        .flat_map_iter(|doc| counted_windows(corpus.normalized(*doc)))
        .collect();
    windows.par_sort_unstable();
    windows.dedup();
    windows
}
