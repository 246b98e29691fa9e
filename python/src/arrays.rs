//! Arrays of the stages, lent as Arrow.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::to_ffi;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{
    Array as _, ArrayRef, LargeListArray, LargeStringArray, UInt32Array, UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList};

/// An array of strings, numbers or lists of numbers.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Array(ArrayRef);

impl Array {
    pub(crate) fn of_strings(strings: &[String]) -> Self {
        Array(Arc::new(LargeStringArray::from_iter_values(strings)))
    }

    pub(crate) fn of_numbers(numbers: Vec<u32>) -> Self {
        Array(Arc::new(UInt32Array::from(numbers)))
    }

    pub(crate) fn of_hashes(hashes: Vec<u64>) -> Self {
        Array(Arc::new(UInt64Array::from(hashes)))
    }

    /// Returns an array of lists, null where there is none.
    pub(crate) fn of_signatures(lists: &[Option<Vec<u32>>]) -> Self {
        let values = lists.iter().flatten().flatten().copied();
        Array::of_lists(Arc::new(UInt32Array::from_iter_values(values)), lists)
    }

    /// Returns an array of lists, null where there is none.
    pub(crate) fn of_keys(lists: &[Option<Vec<u64>>]) -> Self {
        let values = lists.iter().flatten().flatten().copied();
        Array::of_lists(Arc::new(UInt64Array::from_iter_values(values)), lists)
    }

    fn of_lists<T>(values: ArrayRef, lists: &[Option<Vec<T>>]) -> Self {
        let lens = lists.iter().map(|list| list.as_ref().map_or(0, Vec::len));
        let field = Field::new("item", values.data_type().clone(), false);
        Array(Arc::new(LargeListArray::new(
            Arc::new(field),
            OffsetBuffer::from_lengths(lens),
            values,
            Some(NullBuffer::from_iter(lists.iter().map(Option::is_some))),
        )))
    }
}

fn failed(error: arrow_schema::ArrowError) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

#[pymethods]
impl Array {
    fn __len__(&self) -> usize {
        self.0.len()
    }

    /// The values as a list of Python.
    fn to_list<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        match self.0.data_type() {
            DataType::LargeUtf8 => {
                let strings = self.0.as_string::<i64>();
                PyList::new(py, strings.iter().collect::<Vec<_>>())
            }
            DataType::UInt32 => PyList::new(py, self.0.as_primitive::<UInt32Type>().values()),
            DataType::UInt64 => PyList::new(py, self.0.as_primitive::<UInt64Type>().values()),
            _ => {
                let lists = self.0.as_list::<i64>();
                let list = PyList::empty(py);
                for row in lists.iter() {
                    match row {
                        None => list.append(py.None())?,
                        Some(row) if *row.data_type() == DataType::UInt32 => {
                            list.append(PyList::new(
                                py,
                                row.as_primitive::<UInt32Type>().values(),
                            )?)?;
                        }
                        Some(row) => {
                            list.append(PyList::new(
                                py,
                                row.as_primitive::<UInt64Type>().values(),
                            )?)?;
                        }
                    }
                }
                Ok(list)
            }
        }
    }

    /// The array in the Arrow C interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyCapsule>, Bound<'py, PyCapsule>)> {
        // A consumer may ask for other types and must take what there is.
        drop(requested_schema);
        let (array, schema) = to_ffi(&self.0.to_data()).map_err(failed)?;
        Ok((
            PyCapsule::new_with_value(py, schema, c"arrow_schema")?,
            PyCapsule::new_with_value(py, array, c"arrow_array")?,
        ))
    }

    /// The type of the array, of the Arrow C interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.0.data_type()).map_err(failed)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }
}
