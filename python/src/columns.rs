//! Columns as Python lends them: Arrow arrays and streams from any library, and
//! lists of strings.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi::{FFI_ArrowArray, from_ffi};
use arrow_array::ffi_stream::{ArrayStreamReader, FFI_ArrowArrayStream};
use arrow_array::types::{
    ArrowDictionaryKeyType, ArrowPrimitiveType, ArrowTemporalType, Date32Type, Date64Type,
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayReader, ArrayRef, PrimitiveArray, make_array, new_empty_array};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, TimeUnit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyCapsule, PyFloat, PyString};

use crate::errors;

/// The values of one column in one piece of the input.
pub(crate) enum Strings {
    /// Strings of Python, which stay where they are.
    Python(Vec<Option<PyBackedStr>>),
    /// An Arrow array of strings of any kind.
    Arrow(ArrayRef),
    /// Strings that were made of other values.
    Made(Vec<Option<String>>),
}

impl Strings {
    /// Returns the strings in order, `None` where a value is missing.
    pub(crate) fn list(&self) -> Vec<Option<&str>> {
        match self {
            Strings::Python(list) => list.iter().map(Option::as_deref).collect(),
            Strings::Made(list) => list.iter().map(Option::as_deref).collect(),
            Strings::Arrow(array) => arrow_strings(array),
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Strings::Python(list) => list.len(),
            Strings::Made(list) => list.len(),
            Strings::Arrow(array) => array.len(),
        }
    }
}

/// Returns the strings of an array of strings.
fn arrow_strings(array: &ArrayRef) -> Vec<Option<&str>> {
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().collect(),
        DataType::Utf8View => array.as_string_view().iter().collect(),
        DataType::Dictionary(key, _) => match **key {
            DataType::Int8 => dictionary::<Int8Type>(array),
            DataType::Int16 => dictionary::<Int16Type>(array),
            DataType::Int32 => dictionary::<Int32Type>(array),
            DataType::Int64 => dictionary::<Int64Type>(array),
            DataType::UInt8 => dictionary::<UInt8Type>(array),
            DataType::UInt16 => dictionary::<UInt16Type>(array),
            DataType::UInt32 => dictionary::<UInt32Type>(array),
            _ => dictionary::<UInt64Type>(array),
        },
        // `strings` lets nothing else through.
        _ => vec![None; array.len()],
    }
}

fn dictionary<K: ArrowDictionaryKeyType>(array: &ArrayRef) -> Vec<Option<&str>> {
    let array = array.as_dictionary::<K>();
    let words = arrow_strings(array.values());
    let word = |key: Option<usize>| words.get(key?).copied().flatten();
    array.keys_iter().map(word).collect()
}

/// Returns the strings of an array, numbers and dates written out.
pub(crate) fn strings(py: Python<'_>, name: &str, array: ArrayRef) -> PyResult<Strings> {
    let is_text = |kind: &DataType| {
        matches!(
            kind,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
        )
    };
    let made = match array.data_type() {
        kind if is_text(kind) => return Ok(Strings::Arrow(array)),
        DataType::Dictionary(_, words) if is_text(words) => return Ok(Strings::Arrow(array)),
        DataType::Null => vec![None; array.len()],
        DataType::Int8 => written::<Int8Type>(&array),
        DataType::Int16 => written::<Int16Type>(&array),
        DataType::Int32 => written::<Int32Type>(&array),
        DataType::Int64 => written::<Int64Type>(&array),
        DataType::UInt8 => written::<UInt8Type>(&array),
        DataType::UInt16 => written::<UInt16Type>(&array),
        DataType::UInt32 => written::<UInt32Type>(&array),
        DataType::UInt64 => written::<UInt64Type>(&array),
        DataType::Float32 => floats::<Float32Type>(&array),
        DataType::Float64 => floats::<Float64Type>(&array),
        DataType::Date32 => days::<Date32Type>(&array),
        DataType::Date64 => days::<Date64Type>(&array),
        DataType::Timestamp(unit, zone) => {
            let zone = zone.is_some();
            match unit {
                TimeUnit::Second => times::<TimestampSecondType>(&array, zone),
                TimeUnit::Millisecond => times::<TimestampMillisecondType>(&array, zone),
                TimeUnit::Microsecond => times::<TimestampMicrosecondType>(&array, zone),
                TimeUnit::Nanosecond => times::<TimestampNanosecondType>(&array, zone),
            }
        }
        other => {
            return Err(errors::column(
                py,
                name,
                &format!("expected strings, numbers or dates, got {other}"),
            ));
        }
    };
    Ok(Strings::Made(made))
}

fn written<T: ArrowPrimitiveType>(array: &ArrayRef) -> Vec<Option<String>>
where
    T::Native: std::fmt::Display,
{
    let numbers = array.as_primitive::<T>().iter();
    numbers
        .map(|number| number.map(|number| number.to_string()))
        .collect()
}

fn each<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    written: impl Fn(&PrimitiveArray<T>, usize) -> Option<String>,
) -> Vec<Option<String>> {
    let array = array.as_primitive::<T>();
    (0..array.len())
        .map(|row| array.is_valid(row).then(|| written(array, row)).flatten())
        .collect()
}

/// Numbers that pandas turned into fractions, because some are missing, are
/// written as the whole ones that they were; what is no number is missing.
fn floats<T: ArrowPrimitiveType>(array: &ArrayRef) -> Vec<Option<String>>
where
    T::Native: Into<f64>,
{
    each::<T>(array, |array, row| {
        let number: f64 = array.value(row).into();
        (!number.is_nan()).then(|| number.to_string())
    })
}

fn days<T: ArrowTemporalType>(array: &ArrayRef) -> Vec<Option<String>>
where
    i64: From<T::Native>,
{
    each::<T>(array, |array, row| {
        array.value_as_date(row).map(|day| day.to_string())
    })
}

/// A time with a zone is stored in UTC, and so it is written; one without is
/// written as it is.
fn times<T: ArrowTemporalType>(array: &ArrayRef, zone: bool) -> Vec<Option<String>>
where
    i64: From<T::Native>,
{
    each::<T>(array, |array, row| {
        let time = array.value_as_datetime(row)?;
        let time = time.format("%Y-%m-%dT%H:%M:%S");
        Some(format!("{time}{}", if zone { "+00:00" } else { "" }))
    })
}

/// Returns the pieces of whatever has `__arrow_c_stream__` or
/// `__arrow_c_array__`; `None` of anything else.
pub(crate) fn arrow_pieces(given: &Bound<'_, PyAny>) -> PyResult<Option<Vec<ArrayRef>>> {
    let wrong = |error: arrow_schema::ArrowError| PyTypeError::new_err(error.to_string());
    if given.hasattr("__arrow_c_stream__")? {
        let capsule = given.call_method0("__arrow_c_stream__")?;
        let capsule = capsule.cast::<PyCapsule>()?;
        let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
        // SAFETY: a capsule of this name holds a stream of the C interface;
        // what is taken out of it leaves a released one behind.
        let reader =
            unsafe { ArrayStreamReader::from_raw(stream.as_ptr().cast::<FFI_ArrowArrayStream>()) };
        let reader = reader.map_err(wrong)?;
        let kind = reader.field().data_type().clone();
        let mut pieces = Vec::new();
        for piece in reader {
            pieces.push(checked(piece.map_err(wrong)?)?);
        }
        if pieces.is_empty() {
            // No rows, but columns with names, of which one may be missing.
            pieces.push(new_empty_array(&kind));
        }
        return Ok(Some(pieces));
    }
    if given.hasattr("__arrow_c_array__")? {
        let pair = given.call_method0("__arrow_c_array__")?;
        let (schema, array): (Bound<'_, PyCapsule>, Bound<'_, PyCapsule>) = pair.extract()?;
        let schema = schema.pointer_checked(Some(c"arrow_schema"))?;
        let array = array.pointer_checked(Some(c"arrow_array"))?;
        // SAFETY: capsules of these names hold an array of the C interface and
        // its type; the array is taken out, the type stays in its capsule.
        let data = unsafe {
            let array = FFI_ArrowArray::from_raw(array.as_ptr().cast());
            from_ffi(array, schema.cast::<FFI_ArrowSchema>().as_ref())
        };
        return Ok(Some(vec![checked(make_array(data.map_err(wrong)?))?]));
    }
    Ok(None)
}

/// Returns the array if all in it is what it says: strings are UTF-8, offsets
/// lie inside.
fn checked(array: ArrayRef) -> PyResult<ArrayRef> {
    let data = array.to_data();
    match data.validate_full() {
        Ok(()) => Ok(array),
        Err(error) => Err(PyTypeError::new_err(format!(
            "no sound Arrow array: {error}"
        ))),
    }
}

/// Returns the strings of one column of Arrow, piece by piece; `None` of anything
/// else.
pub(crate) fn arrow_strings_of(
    given: &Bound<'_, PyAny>,
    name: &str,
) -> PyResult<Option<Vec<Strings>>> {
    let Some(pieces) = arrow_pieces(given)? else {
        return Ok(None);
    };
    let pieces = pieces
        .into_iter()
        .map(|piece| strings(given.py(), name, piece));
    pieces.collect::<PyResult<_>>().map(Some)
}

/// Returns a column of Python: a list of strings with `None` for missing ones,
/// or one column of Arrow, piece by piece.
pub(crate) fn column(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<Strings>> {
    if let Some(pieces) = arrow_strings_of(given, name)? {
        return Ok(pieces);
    }
    let py = given.py();
    let objects = StringObjects::new(given, name)?;
    let lent = objects.rows.iter().enumerate().map(|(row, string)| {
        let string = string.as_ref().map(|string| string.bind(py).clone());
        let lent = string.map(PyBackedStr::try_from).transpose();
        lent.map_err(|_| half_of_a_pair(py, name, row))
    });
    Ok(vec![Strings::Python(lent.collect::<PyResult<_>>()?)])
}

fn half_of_a_pair(py: Python<'_>, name: &str, row: usize) -> PyErr {
    let what = format!("row {row} has half of a surrogate pair, which is no character");
    errors::column(py, name, &what)
}

/// Strings of a list of Python, `None` where one is missing.
///
/// A string that lends its UTF-8 keeps it as long as it lives, so that lending
/// texts takes their memory twice; these are encoded some at a time instead.
pub(crate) struct StringObjects {
    rows: Vec<Option<Py<PyString>>>,
}

/// The UTF-8 of some strings in a row.
pub(crate) struct Encoded {
    text: String,
    /// Where each string ends, and whether it is there.
    ends: Vec<(usize, bool)>,
}

impl StringObjects {
    pub(crate) fn new(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Self> {
        let mut rows = Vec::with_capacity(given.len().unwrap_or(0));
        for value in given.try_iter()? {
            let value = value?;
            match value.cast::<PyString>() {
                Ok(string) => rows.push(Some(string.clone().unbind())),
                Err(_) if value.is_none() || is_missing(&value)? => rows.push(None),
                Err(_) => {
                    let what = format!(
                        "expected strings, row {} has {}",
                        rows.len(),
                        value.get_type()
                    );
                    return Err(errors::column(given.py(), name, &what));
                }
            }
        }
        Ok(StringObjects { rows })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the strings from a row on, `bytes` of them or a little more.
    pub(crate) fn encoded(
        &self,
        py: Python<'_>,
        name: &str,
        first: usize,
        bytes: usize,
    ) -> PyResult<Encoded> {
        let mut encoded = Encoded {
            text: String::with_capacity(bytes),
            ends: Vec::new(),
        };
        for (row, string) in (first..).zip(&self.rows[first..]) {
            if let Some(string) = string {
                let bytes = string.bind(py).encode_utf8();
                let bytes = bytes.map_err(|_| half_of_a_pair(py, name, row))?;
                // SAFETY: Python encoded them as UTF-8, with nothing but
                // characters among them: it fails at half of a surrogate pair.
                encoded
                    .text
                    .push_str(unsafe { std::str::from_utf8_unchecked(bytes.as_bytes()) });
            }
            encoded.ends.push((encoded.text.len(), string.is_some()));
            if encoded.text.len() >= bytes {
                break;
            }
        }
        Ok(encoded)
    }
}

impl Encoded {
    pub(crate) fn list(&self) -> Vec<Option<&str>> {
        let mut start = 0;
        let string = |&(end, is_there): &(usize, bool)| {
            let string = is_there.then_some(&self.text[start..end]);
            start = end;
            string
        };
        self.ends.iter().map(string).collect()
    }
}

/// Returns whether a value is what libraries write for a missing one: `nan`, `NA`
/// and `NaT`.
fn is_missing(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if let Ok(number) = value.cast::<PyFloat>() {
        return Ok(number.value().is_nan());
    }
    let kind = value.get_type().name()?;
    Ok(["NAType", "NaTType"].iter().any(|name| kind == *name))
}

/// Returns numbers of 64 bits of one column of Arrow.
pub(crate) fn numbers(given: &Bound<'_, PyAny>) -> PyResult<Vec<u64>> {
    primitives::<UInt64Type>(given)
}

/// Returns numbers of 64 bits with a sign of one column of Arrow.
pub(crate) fn signed_numbers(given: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    primitives::<Int64Type>(given)
}

fn primitives<T: ArrowPrimitiveType>(given: &Bound<'_, PyAny>) -> PyResult<Vec<T::Native>> {
    let mut numbers = Vec::new();
    for piece in arrow_pieces(given)?.unwrap_or_default() {
        let Some(piece) = piece
            .as_primitive_opt::<T>()
            .filter(|piece| piece.null_count() == 0)
        else {
            let what = format!(
                "expected {} without nulls, got {}",
                T::DATA_TYPE,
                piece.data_type()
            );
            return Err(PyTypeError::new_err(what));
        };
        numbers.extend_from_slice(piece.values());
    }
    Ok(numbers)
}

/// Returns the columns of a piece of a table by their names; a piece that is
/// no table is one column without a name.
pub(crate) fn fields(piece: &ArrayRef) -> Vec<(String, ArrayRef)> {
    match piece.as_struct_opt() {
        None => vec![(String::new(), piece.clone())],
        Some(table) => {
            let names = table.fields().iter().map(|field| field.name().clone());
            names.zip(table.columns().iter().cloned()).collect()
        }
    }
}

/// Returns nothing but a reference that keeps an array alive and lends its
/// strings as one: what a corpus shares instead of copying.
pub(crate) struct SharedText(ArrayRef);

impl SharedText {
    /// Returns the owner of the strings of an array, if they lie in one buffer.
    pub(crate) fn of(strings: &Strings) -> Option<Arc<SharedText>> {
        match strings {
            Strings::Arrow(array) => {
                let one = matches!(array.data_type(), DataType::Utf8 | DataType::LargeUtf8);
                one.then(|| Arc::new(SharedText(array.clone())))
            }
            _ => None,
        }
    }
}

impl AsRef<str> for SharedText {
    fn as_ref(&self) -> &str {
        // The strings between the first and the last offset: what lies
        // outside of them was not checked.
        let (bytes, first, last) = match self.0.data_type() {
            DataType::Utf8 => {
                let array = self.0.as_string::<i32>();
                let at = array.value_offsets();
                (
                    array.value_data(),
                    at[0] as usize,
                    at[at.len() - 1] as usize,
                )
            }
            _ => {
                let array = self.0.as_string::<i64>();
                let at = array.value_offsets();
                (
                    array.value_data(),
                    at[0] as usize,
                    at[at.len() - 1] as usize,
                )
            }
        };
        // SAFETY: all strings of the array were checked to be UTF-8, and they
        // follow one another without a gap.
        unsafe { std::str::from_utf8_unchecked(&bytes[first..last]) }
    }
}
