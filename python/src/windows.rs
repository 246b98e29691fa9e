//! Windows of a corpus that lies on many machines: which of them stand in more
//! than one component, and in how many documents and stories.
//!
//! Documents of one wording are in one component, so the counts of components
//! add up. Most windows stand in one component alone, and whoever has that
//! component counts them there; so only those that components have in common
//! need be counted over all. Which these are is found from the upper bits of
//! their hashes, sorted and written as distances, in two bytes a window.

use leitong::boilerplate::{BoilerplateOptions, WindowCounts, WindowTally, counted_windows};
use leitong::corpus::{Corpus, DocId};
use leitong::hash::TextHash;
use leitong::relation::{StoryCounts, told_windows};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;
use rayon::prelude::*;

use crate::arrays::Array;
use crate::columns::{numbers, signed_numbers};
use crate::documents::Documents;
use crate::job;

/// Fewest stories that are counted: what stands in one decides nothing.
const LEAST_STORIES: u32 = 2;

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
        let tally = WindowTally::from_entries(windows.zip(counts));
        let (windows, counts) = tally.entries().iter().copied().unzip();
        Ok(Counts { windows, counts })
    }

    fn __len__(&self) -> usize {
        self.windows.len()
    }
}

impl Counts {
    /// Returns the count of a window, 0 if it is not there.
    fn of(&self, window: u64) -> u32 {
        let at = self.windows.binary_search(&window);
        at.map_or(0, |at| self.counts[at])
    }

    /// Returns counts of a part with those over all documents where these are
    /// larger: a window that is not counted over all stands in the part alone,
    /// or in too few documents to matter.
    fn over<'a>(
        &'a self,
        own: impl IntoIterator<Item = (u64, u32)> + 'a,
    ) -> impl Iterator<Item = (u64, u32)> + 'a {
        let own = own.into_iter();
        own.map(|(window, count)| (window, count.max(self.of(window))))
    }
}

/// Windows that stand in more than one component, by the upper bits of their
/// hashes; a few that only seem so are among them.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Shared {
    bits: u32,
    /// Upper bits of windows in ascending order.
    windows: Vec<u64>,
}

#[pymethods]
impl Shared {
    /// Takes the upper `bits` of windows in any order, as bytes of little-endian
    /// numbers of 64 bits.
    #[new]
    fn new(bits: u32, windows: &[u8]) -> PyResult<Self> {
        let (windows, rest) = windows.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(PyValueError::new_err("windows: expected 8 bytes for each"));
        }
        let windows = windows.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let mut windows: Vec<u64> = windows.collect();
        windows.sort_unstable();
        let bits = checked_bits(bits)?;
        Ok(Shared { bits, windows })
    }

    fn __len__(&self) -> usize {
        self.windows.len()
    }
}

impl Shared {
    fn has(&self, window: u64) -> bool {
        self.windows
            .binary_search(&upper_bits(window, self.bits))
            .is_ok()
    }
}

fn checked_bits(bits: u32) -> PyResult<u32> {
    match bits {
        1..=63 => Ok(bits),
        _ => Err(PyValueError::new_err("bits: expected 1 to 63")),
    }
}

fn upper_bits(window: u64, bits: u32) -> u64 {
    window >> (64 - bits)
}

/// Returns the half of a hash that is enough to bring copies together.
pub(crate) fn upper(hash: TextHash) -> u64 {
    (hash.0 >> 64) as u64
}

/// Returns the documents of each component, which stand together.
fn components(corpus: &Corpus, components: &[i64]) -> PyResult<Vec<Vec<DocId>>> {
    if components.len() != corpus.len() {
        return Err(PyValueError::new_err(format!(
            "components: expected one for each document, {}, got {}",
            corpus.len(),
            components.len()
        )));
    }
    let mut docs = corpus.docs();
    let same = components.chunk_by(|a, b| a == b);
    Ok(same
        .map(|same| docs.by_ref().take(same.len()).collect())
        .collect())
}

/// Returns the windows of some documents in ascending order, with the number of
/// different wordings that have each.
fn count(corpus: &Corpus, docs: &[DocId]) -> Vec<(u64, u32)> {
    let mut both: Vec<(u64, u64)> = Vec::new();
    for doc in docs {
        let wording = upper(corpus.text_hash(*doc));
        let windows = counted_windows(corpus.normalized(*doc));
        both.extend(windows.into_iter().map(|window| (window, wording)));
    }
    if docs.len() > 1 {
        both.sort_unstable();
        both.dedup();
    }
    let same = both.chunk_by(|a, b| a.0 == b.0);
    same.map(|same| (same[0].0, same.len() as u32)).collect()
}

/// Returns the windows of each component, and for each the number of documents
/// of different wording there that have it: of all, or of those in `shared`.
#[pyfunction]
#[pyo3(signature = (documents, of, shared=None, threads=0))]
pub(crate) fn windows(
    py: Python<'_>,
    documents: &Documents,
    of: &Bound<'_, PyAny>,
    shared: Option<PyRef<'_, Shared>>,
    threads: usize,
) -> PyResult<(Array, Array)> {
    let corpora = documents.0.clone();
    let of = components(&corpora.corpus, &signed_numbers(of)?)?;
    let shared = shared.as_deref();
    let found = job::run(py, threads, None, |_| {
        let each = of.par_iter().map(|docs| {
            let mut counts = count(&corpora.corpus, docs);
            if let Some(shared) = shared {
                counts.retain(|(window, _)| shared.has(*window));
            }
            counts
        });
        Ok(each.collect::<Vec<_>>())
    })?;
    let (windows, counts) = found.into_iter().flatten().unzip();
    Ok((Array::of_hashes(windows), Array::of_numbers(counts)))
}

/// Returns the windows in `shared` that documents have outside of boilerplate,
/// which `counts` tells, and the story that each stands in.
#[pyfunction]
#[pyo3(signature = (documents, of, counts, shared, threads=0))]
pub(crate) fn told(
    py: Python<'_>,
    documents: &Documents,
    of: &Bound<'_, PyAny>,
    counts: &Counts,
    shared: &Shared,
    threads: usize,
) -> PyResult<(Array, Array)> {
    let corpora = documents.0.clone();
    let of = components(&corpora.corpus, &signed_numbers(of)?)?;
    let found = job::run(py, threads, None, |_| {
        let corpus = &corpora.corpus;
        let each = of.par_iter().map(|docs| {
            let own = count(corpus, docs);
            let known = WindowCounts::from_counts(counts.over(own), BoilerplateOptions::default());
            let mut told = told_of(corpus, docs, &known);
            told.retain(|(window, _)| shared.has(*window));
            told
        });
        Ok(each.collect::<Vec<_>>())
    })?;
    let (windows, stories) = found.into_iter().flatten().unzip();
    Ok((Array::of_hashes(windows), Array::of_numbers(stories)))
}

/// Returns the windows that documents have outside of boilerplate, with the
/// stories they stand in, in ascending order.
fn told_of(corpus: &Corpus, docs: &[DocId], known: &WindowCounts) -> Vec<(u64, u32)> {
    let mut told: Vec<(u64, u32)> = Vec::new();
    for doc in docs {
        let (story, windows) = told_windows(corpus.normalized(*doc), known);
        told.extend(windows.into_iter().map(|window| (window, story)));
    }
    told.sort_unstable();
    told.dedup();
    told
}

/// Returns what a part of a corpus, which holds whole components, has to know of
/// its windows: the documents and the stories of each.
pub(crate) fn known_in_part(
    corpus: &Corpus,
    windows: &Counts,
    stories: &Counts,
) -> (WindowCounts, StoryCounts) {
    let docs: Vec<DocId> = corpus.docs().collect();
    let own = windows.over(count(corpus, &docs));
    let known = WindowCounts::from_counts(own, BoilerplateOptions::default());
    let told = told_of(corpus, &docs, &known);
    let same = told.chunk_by(|a, b| a.0 == b.0);
    let own = same.map(|same| (same[0].0, same.len() as u32));
    let told = stories
        .over(own)
        .filter(|(_, count)| *count >= LEAST_STORIES);
    let told = StoryCounts::from_counts(told);
    (known, told)
}

/// Returns the upper `bits` of windows, in `parts` ranges of these: in each they
/// ascend, and each is written as its distance to the one before, seven bits a
/// byte.
#[pyfunction]
pub(crate) fn packed<'py>(
    py: Python<'py>,
    windows: &Bound<'py, PyAny>,
    bits: u32,
    parts: u32,
) -> PyResult<Vec<(u32, Bound<'py, PyBytes>)>> {
    let (bits, parts) = (checked_bits(bits)?, parts.max(1));
    let windows = numbers(windows)?;
    let made = py.detach(|| {
        let mut windows: Vec<u64> = windows
            .iter()
            .map(|window| upper_bits(*window, bits))
            .collect();
        windows.sort_unstable();
        let part = |window: &u64| ((u128::from(*window) * u128::from(parts)) >> bits) as u32;
        let same = windows.chunk_by(|a, b| part(a) == part(b));
        same.map(|same| (part(&same[0]), written(same)))
            .collect::<Vec<_>>()
    });
    Ok(made
        .into_iter()
        .map(|(part, bytes)| (part, PyBytes::new(py, &bytes)))
        .collect())
}

fn written(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(2 * numbers.len());
    let mut before = 0;
    for number in numbers {
        let mut distance = number - before;
        before = *number;
        while distance >= 0x80 {
            bytes.push(distance as u8 | 0x80);
            distance >>= 7;
        }
        bytes.push(distance as u8);
    }
    bytes
}

/// Adds the numbers that were written; `None` if these bytes are others.
fn read(bytes: &[u8], numbers: &mut Vec<u64>) -> Option<()> {
    let (mut number, mut distance, mut shift) = (0u64, 0u64, 0u32);
    for byte in bytes {
        distance |= u64::from(byte & 0x7f).checked_shl(shift)?;
        shift += 7;
        if byte & 0x80 == 0 {
            number = number.checked_add(distance)?;
            numbers.push(number);
            (distance, shift) = (0, 0);
        }
    }
    (shift == 0).then_some(())
}

/// Returns the windows that stand more than once in what `packed` made, as bytes
/// of little-endian numbers of 64 bits.
#[pyfunction]
pub(crate) fn met<'py>(
    py: Python<'py>,
    packed: Vec<PyBackedBytes>,
) -> PyResult<Bound<'py, PyBytes>> {
    let found = py.detach(|| {
        let mut windows = Vec::new();
        for bytes in &packed {
            read(bytes, &mut windows)?;
        }
        windows.sort_unstable();
        let same = windows.chunk_by(|a, b| a == b);
        let twice = same.filter(|same| same.len() > 1);
        Some(
            twice
                .flat_map(|same| same[0].to_le_bytes())
                .collect::<Vec<u8>>(),
        )
    });
    let found = found.ok_or_else(|| PyValueError::new_err("windows: not what was packed"))?;
    Ok(PyBytes::new(py, &found))
}
