//! The native part of the Python package `leitong`: the engine, handed to
//! Python. `python/leitong/` is the package that users import.

mod arrays;
mod columns;
mod compare;
mod documents;
mod errors;
mod folder;
mod job;
mod kernel;
mod library;
mod nested;
mod normalizers;
mod options;
mod part;
mod passages;
mod phrases;
mod run;
mod table;
mod windows;

use pyo3::prelude::*;

/// As in the command: most of a run is random reads of a few large arrays.
#[global_allocator]
static MEMORY: leitong::HugePages = leitong::HugePages;

/// Runs the command `leitong` with these arguments, the program's name first,
/// and returns its exit code. For a process of its own: it takes over signals.
#[pyfunction]
fn command(py: Python<'_>, arguments: Vec<std::ffi::OsString>) -> u8 {
    py.detach(|| leitong::cli::run(arguments))
}

#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<table::Table>()?;
    module.add_class::<arrays::Array>()?;
    module.add_class::<documents::Documents>()?;
    module.add_class::<run::Run>()?;
    module.add_class::<run::Decided>()?;
    module.add_class::<library::Library>()?;
    module.add_function(wrap_pyfunction!(command, module)?)?;
    module.add_function(wrap_pyfunction!(documents::documents_from_columns, module)?)?;
    module.add_function(wrap_pyfunction!(documents::documents_from_arrow, module)?)?;
    module.add_function(wrap_pyfunction!(documents::documents_from_paths, module)?)?;
    module.add_function(wrap_pyfunction!(run::near_duplicates, module)?)?;
    module.add_function(wrap_pyfunction!(run::scan, module)?)?;
    module.add_function(wrap_pyfunction!(phrases::phrases, module)?)?;
    module.add_function(wrap_pyfunction!(passages::passages, module)?)?;
    module.add_function(wrap_pyfunction!(compare::compare, module)?)?;
    module.add_function(wrap_pyfunction!(library::library_add, module)?)?;
    module.add_function(wrap_pyfunction!(kernel::normalize, module)?)?;
    module.add_function(wrap_pyfunction!(kernel::sketch, module)?)?;
    module.add_function(wrap_pyfunction!(kernel::band_keys, module)?)?;
    module.add_function(wrap_pyfunction!(kernel::pairs, module)?)?;
    module.add_function(wrap_pyfunction!(kernel::verify, module)?)?;
    module.add_function(wrap_pyfunction!(kernel::components, module)?)?;
    module.add_class::<windows::Counts>()?;
    module.add_function(wrap_pyfunction!(part::meeting_keys, module)?)?;
    module.add_class::<windows::Shared>()?;
    module.add_function(wrap_pyfunction!(windows::windows, module)?)?;
    module.add_function(wrap_pyfunction!(windows::told, module)?)?;
    module.add_function(wrap_pyfunction!(windows::packed, module)?)?;
    module.add_function(wrap_pyfunction!(windows::met, module)?)?;
    module.add_function(wrap_pyfunction!(part::zones, module)?)?;
    module.add_function(wrap_pyfunction!(part::compare_part, module)?)?;
    Ok(())
}
