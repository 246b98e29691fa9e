//! A part of a larger corpus, for engines that hold the whole: what they count
//! over all documents, and what is found in a part with these counts.

use std::sync::{Arc, OnceLock};

use leitong::date::{Moment, Timeline};
use leitong::hash::text_hash;
use leitong::near::Banding;
use leitong::near::sketch::{Sketcher, Sketching};
use leitong::text::normalize::Normalizer;
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
use crate::windows::{Counts, known_in_part, upper};

/// Calls `each` with the normalized form of every text, in parallel.
pub(crate) fn of_texts<T: Send, S>(
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
#[pyo3(signature = (given, options, threads=0))]
pub(crate) fn meeting_keys(
    py: Python<'_>,
    given: &Bound<'_, PyAny>,
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
        given,
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

/// Returns the zone that each date states, in minutes east of UTC.
#[pyfunction]
pub(crate) fn zones(dates: &Bound<'_, PyAny>) -> PyResult<Vec<Option<i16>>> {
    let pieces = column(dates, "date")?;
    let dates = pieces.iter().flat_map(|piece| piece.list());
    Ok(dates
        .map(|date| Moment::parse(date?).and_then(|moment| moment.zone))
        .collect())
}

/// Compares documents that are a part of a larger corpus and hold whole
/// components of it: the windows that these have in common with others, and
/// their stories, are counted in `counts`; `zone` is the commonest zone, and
/// `left_out` the number of documents whose partners were left out.
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
        let (known, told) = known_in_part(&corpora.corpus, windows, stories);
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
