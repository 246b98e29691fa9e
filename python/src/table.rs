//! Records of the engine as Python sees them: a table that lends itself as
//! Arrow.

use std::sync::Arc;

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{
    ArrayRef, Float64Array, LargeStringArray, RecordBatch, RecordBatchIterator, UInt64Array,
};
use arrow_buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, Field, Schema};
use leitong::write::{Cell, ColumnTable, ColumnValues, TableColumn};
use pyo3::exceptions::{PyIndexError, PyKeyError, PyRuntimeError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyList, PyTuple};

use crate::nested;

/// A table of records.
#[pyclass(frozen, module = "leitong._native")]
pub(crate) struct Table(pub(crate) ColumnTable);

#[pymethods]
impl Table {
    /// The number of rows.
    fn __len__(&self) -> usize {
        self.0.rows()
    }

    /// The names of the columns.
    #[getter]
    fn names(&self) -> Vec<&'static str> {
        self.0.columns().iter().map(|column| column.name).collect()
    }

    /// The values of a column.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        let columns = self.0.columns();
        let at = columns
            .iter()
            .position(|column| column.name == name)
            .ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        let list = PyList::empty(py);
        for row in 0..self.0.rows() {
            list.append(value(py, self.0.cell(row, at))?)?;
        }
        Ok(list)
    }

    /// The values of a row, in the order of the columns.
    fn row<'py>(&self, py: Python<'py>, row: usize) -> PyResult<Bound<'py, PyTuple>> {
        if row >= self.0.rows() {
            return Err(PyIndexError::new_err(format!(
                "row {row} of {}",
                self.0.rows()
            )));
        }
        let cells = (0..self.0.columns().len()).map(|column| value(py, self.0.cell(row, column)));
        PyTuple::new(py, cells.collect::<PyResult<Vec<_>>>()?)
    }

    /// The rows that have a string in a column, as their numbers.
    fn rows_with(&self, column: &str, text: &str) -> Vec<usize> {
        let columns = self.0.columns();
        let Some(at) = columns.iter().position(|other| other.name == column) else {
            return Vec::new();
        };
        let has = |row: &usize| match self.0.cell(*row, at) {
            Cell::Text(value) | Cell::Json(value) => value == text,
            _ => false,
        };
        (0..self.0.rows()).filter(has).collect()
    }

    /// The names of the columns whose strings are JSON.
    #[getter]
    fn json_names(&self) -> Vec<&'static str> {
        let columns = self.0.columns().iter();
        columns
            .filter(|column| column.is_json)
            .map(|column| column.name)
            .collect()
    }

    /// The table with these columns alone, in this order.
    fn select(&self, names: Vec<String>) -> PyResult<Table> {
        let known = self.names();
        if let Some(name) = names.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(PyKeyError::new_err(name.clone()));
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        Ok(Table(self.0.select(&names)))
    }

    /// The rows as lines of JSON, as the command writes them.
    fn json_lines<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let lines: String = (0..self.0.rows())
            .map(|row| self.0.json_line(row))
            .collect();
        PyBytes::new(py, lines.as_bytes())
    }

    /// The table as a stream of the Arrow C interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A consumer may ask for other types and must take what there is.
        drop(requested_schema);
        let schema = Arc::new(schema(&self.0));
        let arrays = self.0.columns().iter().enumerate();
        let arrays: Vec<ArrayRef> = arrays
            .map(|(at, column)| match nested::shape(&self.0, column.name) {
                Some(shape) => nested::array(&self.0, at, shape),
                None => array(column),
            })
            .collect();
        let batches = match arrays.is_empty() {
            true => Vec::new(),
            false => vec![RecordBatch::try_new(schema.clone(), arrays)],
        };
        let reader = RecordBatchIterator::new(batches, schema);
        let stream = FFI_ArrowArrayStream::new(Box::new(reader));
        PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
    }

    /// The schema of the table, of the Arrow C interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(&schema(&self.0))
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }
}

fn value<'py>(py: Python<'py>, cell: Cell<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match cell {
        Cell::Text(text) | Cell::Json(text) => text.into_pyobject(py)?.into_any(),
        Cell::Int(number) => number.into_pyobject(py)?.into_any(),
        Cell::Float(number) => number.into_pyobject(py)?.into_any(),
        Cell::Absent => py.None().into_bound(py),
    })
}

fn schema(table: &ColumnTable) -> Schema {
    let field = |column: &TableColumn| {
        let nested = nested::shape(table, column.name);
        let kind = nested.map_or_else(
            || match column.values {
                ColumnValues::Text(..) => DataType::LargeUtf8,
                ColumnValues::Int(_) => DataType::UInt64,
                ColumnValues::Float(_) => DataType::Float64,
            },
            nested::Shape::kind,
        );
        Field::new(column.name, kind, true)
    };
    Schema::new(table.columns().iter().map(field).collect::<Vec<_>>())
}

fn array(column: &TableColumn) -> ArrayRef {
    let nulls = match column.valid.all() {
        true => None,
        false => Some(NullBuffer::from_iter(column.valid.iter().by_vals())),
    };
    match &column.values {
        ColumnValues::Text(text, at) => {
            let offsets = OffsetBuffer::new(ScalarBuffer::from(at.clone()));
            let values = Buffer::from(text.as_bytes());
            Arc::new(LargeStringArray::new(offsets, values, nulls))
        }
        ColumnValues::Int(list) => Arc::new(UInt64Array::new(list.clone().into(), nulls)),
        ColumnValues::Float(list) => Arc::new(Float64Array::new(list.clone().into(), nulls)),
    }
}
