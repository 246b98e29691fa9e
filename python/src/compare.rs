//! Two texts side by side.

use leitong::near::Shingling;
use leitong::read::pick::Picked;
use leitong::report::terminal::{Comparison, ViewOptions};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::options::Options;

/// A document with its fields: id, text, title, date, source.
type Given = (
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Returns the comparison of two documents as JSON, and as lines of text
/// `width` columns wide.
#[pyfunction]
#[pyo3(signature = (a, b, options, width=100, context=None))]
pub(crate) fn compare(
    py: Python<'_>,
    a: Given,
    b: Given,
    options: Bound<'_, PyDict>,
    width: usize,
    context: Option<usize>,
) -> PyResult<(String, String)> {
    let options = Options::new(options);
    let steps = options.steps()?;
    let shingling: Shingling = options.shingling()?;
    options.finish()?;
    let documents = [a, b].map(|(id, text, title, date, source)| Picked {
        id,
        text,
        title,
        date,
        source,
        of: 1,
        warnings: Vec::new(),
    });
    if documents
        .iter()
        .any(|document| u32::try_from(document.text.len()).is_err())
    {
        return Err(PyValueError::new_err(
            "a text has 4 GiB or more; compare a part of it",
        ));
    }
    py.detach(|| {
        let comparison = Comparison::new(documents, steps, shingling);
        let json = comparison.json()?;
        let view = ViewOptions {
            width: width.max(40),
            color: false,
            context,
        };
        Ok((json, comparison.render(view)))
    })
    .map_err(|error: serde_json::Error| PyRuntimeError::new_err(error.to_string()))
}
