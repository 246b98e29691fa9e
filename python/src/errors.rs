//! The errors of the engine as exceptions of Python, with the same fields.

use leitong::Error;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Returns the exception for an error: a class of `leitong.errors`, whose
/// fields are those of the error.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    make(py, error).unwrap_or_else(|failed| failed)
}

fn make(py: Python<'_>, error: &Error) -> PyResult<PyErr> {
    let fields = PyDict::new(py);
    let class = match error {
        Error::Input { path, source } => {
            fields.set_item("path", path.to_string_lossy())?;
            fields.set_item("errno", source.raw_os_error())?;
            "InputError"
        }
        Error::Output { path, source } => {
            fields.set_item("path", path.to_string_lossy())?;
            fields.set_item("errno", source.raw_os_error())?;
            "OutputError"
        }
        Error::Field {
            input,
            field,
            found,
            role,
        } => {
            fields.set_item("input", input)?;
            fields.set_item("field", field)?;
            fields.set_item("found", found.split(", ").collect::<Vec<_>>())?;
            fields.set_item("role", role)?;
            "FieldError"
        }
        Error::Format { input, .. } => {
            fields.set_item("input", input)?;
            "FormatError"
        }
        Error::Changed { input } => {
            fields.set_item("input", input)?;
            "ChangedError"
        }
        Error::Strict(skipped) => {
            fields.set_item("input", &skipped.input)?;
            fields.set_item("line", skipped.line)?;
            "RecordError"
        }
        Error::Option { option, .. } => {
            fields.set_item("option", in_python(option).replace('`', ""))?;
            "OptionError"
        }
        Error::Column { column, .. } => {
            fields.set_item("column", column)?;
            "ColumnError"
        }
        Error::Library { path, .. } => {
            fields.set_item("path", path.to_string_lossy())?;
            "LibraryError"
        }
        Error::Cancelled => "CancelledError",
        _ => "LeitongError",
    };
    let message = in_python(&error.to_string());
    raise(py, class, &message, &fields)
}

/// Returns an exception of `leitong.errors`.
fn raise(
    py: Python<'_>,
    class: &str,
    message: &str,
    fields: &Bound<'_, PyDict>,
) -> PyResult<PyErr> {
    let class = py.import("leitong.errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call((message,), Some(fields))?))
}

/// Returns the exception of an option with a value that it can't have.
pub(crate) fn option(py: Python<'_>, option: &str, what: &str) -> PyErr {
    let fields = PyDict::new(py);
    let message = format!("{option}: {}", in_python(what));
    let made = fields
        .set_item("option", option)
        .and_then(|()| raise(py, "OptionError", &message, &fields));
    made.unwrap_or_else(|failed| failed)
}

/// Returns the exception of a column that can't be read.
pub(crate) fn column(py: Python<'_>, column: &str, what: &str) -> PyErr {
    let fields = PyDict::new(py);
    let message = format!("column {column:?}: {what}");
    let made = fields
        .set_item("column", column)
        .and_then(|()| raise(py, "ColumnError", &message, &fields));
    made.unwrap_or_else(|failed| failed)
}

/// Returns the exception of a panic, which is a fault of the engine.
pub(crate) fn panicked(cause: &(dyn std::any::Any + Send)) -> PyErr {
    let text = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied());
    PyRuntimeError::new_err(format!(
        "leitong: a fault of the program ({}); please report it",
        text.unwrap_or("no message")
    ))
}

/// Returns a message of the engine with its options as Python names them:
/// between backquotes, `max-distance` becomes `max_distance`, and
/// `method exact` becomes `method="exact"`.
fn in_python(message: &str) -> String {
    let mut text = String::new();
    for (at, part) in message.split('`').enumerate() {
        if at > 0 {
            text.push('`');
        }
        if at % 2 == 0 {
            text.push_str(part);
            continue;
        }
        match part.split_once(' ') {
            // The command is named as it is.
            Some(("leitong", _)) => text.push_str(part),
            Some((name, value)) => {
                text.push_str(&format!("{}=\"{value}\"", name.replace('-', "_")));
            }
            None => text.push_str(&part.replace('-', "_")),
        }
    }
    text
}
