//! A column of a row group, decoded some rows at a time and read as text.

use std::borrow::Cow;
use std::fmt::Write;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
    FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

use crate::read::encoding::{self, Decoded};
use crate::read::parquet::iso::{write_date, write_time};

/// A column of a row group, and the rows of it that are decoded.
pub(super) struct ColumnBatch {
    values: ColumnValues,
    form: IntegerForm,
    max_level: i16,
    levels: Vec<i16>,
    // After `step`, the number of values up to and with the row's own.
    next: usize,
}

/// A reader and its decoded values, null ones left out.
enum ColumnValues {
    Bool(ColumnReaderImpl<BoolType>, Vec<bool>),
    Int32(ColumnReaderImpl<Int32Type>, Vec<i32>),
    Int64(ColumnReaderImpl<Int64Type>, Vec<i64>),
    Int96(ColumnReaderImpl<Int96Type>, Vec<Int96>),
    Float(ColumnReaderImpl<FloatType>, Vec<f32>),
    Double(ColumnReaderImpl<DoubleType>, Vec<f64>),
    Bytes(ColumnReaderImpl<ByteArrayType>, Vec<ByteArray>),
    Fixed(
        ColumnReaderImpl<FixedLenByteArrayType>,
        Vec<FixedLenByteArray>,
    ),
}

impl ColumnValues {
    fn new(reader: ColumnReader) -> ColumnValues {
        match reader {
            ColumnReader::BoolColumnReader(reader) => ColumnValues::Bool(reader, Vec::new()),
            ColumnReader::Int32ColumnReader(reader) => ColumnValues::Int32(reader, Vec::new()),
            ColumnReader::Int64ColumnReader(reader) => ColumnValues::Int64(reader, Vec::new()),
            ColumnReader::Int96ColumnReader(reader) => ColumnValues::Int96(reader, Vec::new()),
            ColumnReader::FloatColumnReader(reader) => ColumnValues::Float(reader, Vec::new()),
            ColumnReader::DoubleColumnReader(reader) => ColumnValues::Double(reader, Vec::new()),
            ColumnReader::ByteArrayColumnReader(reader) => ColumnValues::Bytes(reader, Vec::new()),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => {
                ColumnValues::Fixed(reader, Vec::new())
            }
        }
    }
}

fn refill<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    values: &mut Vec<T::T>,
    levels: &mut Vec<i16>,
    rows: usize,
) -> Result<usize> {
    values.clear();
    levels.clear();
    let mut read = 0;
    while read < rows {
        let (more, _, _) = reader.read_records(rows - read, Some(levels), None, values)?;
        if more == 0 {
            break;
        }
        read += more;
    }
    Ok(read)
}

impl ColumnBatch {
    /// Takes the column that `reader` reads.
    pub(super) fn new(reader: ColumnReader, descriptor: &ColumnDescriptor) -> ColumnBatch {
        ColumnBatch {
            values: ColumnValues::new(reader),
            form: IntegerForm::of(descriptor),
            max_level: descriptor.max_def_level(),
            levels: Vec::new(),
            next: 0,
        }
    }

    /// Decodes up to `rows` more rows, and returns how many there were.
    pub(super) fn read(&mut self, rows: usize) -> Result<usize> {
        self.next = 0;
        let levels = &mut self.levels;
        match &mut self.values {
            ColumnValues::Bool(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Int32(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Int64(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Int96(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Float(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Double(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Bytes(reader, values) => refill(reader, values, levels, rows),
            ColumnValues::Fixed(reader, values) => refill(reader, values, levels, rows),
        }
    }

    fn is_there(&self, row: usize) -> bool {
        self.max_level == 0 || self.levels.get(row) == Some(&self.max_level)
    }

    /// Moves on to `row`; rows come one after the other.
    pub(super) fn step(&mut self, row: usize) {
        self.next += usize::from(self.is_there(row));
    }

    /// Returns the value of `row`, which was stepped to, as text.
    pub(super) fn text<'a>(&'a self, row: usize, buffer: &'a mut String) -> Option<Decoded<'a>> {
        if !self.is_there(row) {
            return None;
        }
        let at = self.next.checked_sub(1)?;
        buffer.clear();
        // Writing to a string can't fail.
        let _ = match &self.values {
            ColumnValues::Bytes(_, values) => return Some(text_of(values.get(at)?.data())),
            ColumnValues::Fixed(_, values) => return Some(text_of(values.get(at)?.data())),
            ColumnValues::Bool(_, values) => write!(buffer, "{}", values.get(at)?),
            ColumnValues::Int32(_, values) => self.form.write(i64::from(*values.get(at)?), buffer),
            ColumnValues::Int64(_, values) => self.form.write(*values.get(at)?, buffer),
            ColumnValues::Int96(_, values) => write_time(values.get(at)?.to_nanos(), 9, "", buffer),
            ColumnValues::Float(_, values) => write!(buffer, "{}", values.get(at)?),
            ColumnValues::Double(_, values) => write!(buffer, "{}", values.get(at)?),
        };
        Some(Decoded {
            text: Cow::Borrowed(buffer),
            encoding: "UTF-8",
            replaced: 0,
        })
    }
}

fn text_of(bytes: &[u8]) -> Decoded<'_> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: "UTF-8",
            replaced: 0,
        },
        Err(_) => encoding::decode(bytes),
    }
}

/// What a whole number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum IntegerForm {
    Number,
    Unsigned(u32),
    Date,
    /// Time since 1970 in units of 10^-digits seconds; in UTC or without zone.
    Time {
        digits: u32,
        zone: &'static str,
    },
}

impl IntegerForm {
    fn of(column: &ColumnDescriptor) -> IntegerForm {
        match column.logical_type_ref() {
            Some(LogicalType::Date) => return IntegerForm::Date,
            Some(LogicalType::Timestamp(time)) => {
                let digits = match time.unit {
                    TimeUnit::MILLIS => 3,
                    TimeUnit::MICROS => 6,
                    TimeUnit::NANOS => 9,
                };
                return IntegerForm::Time {
                    digits,
                    zone: if time.is_adjusted_to_u_t_c { "Z" } else { "" },
                };
            }
            _ => {}
        }
        match column.converted_type() {
            ConvertedType::DATE => IntegerForm::Date,
            ConvertedType::TIMESTAMP_MILLIS => IntegerForm::Time {
                digits: 3,
                zone: "Z",
            },
            ConvertedType::TIMESTAMP_MICROS => IntegerForm::Time {
                digits: 6,
                zone: "Z",
            },
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 => {
                IntegerForm::Unsigned(32)
            }
            ConvertedType::UINT_64 => IntegerForm::Unsigned(64),
            _ => IntegerForm::Number,
        }
    }

    fn write(self, value: i64, into: &mut String) -> std::fmt::Result {
        match self {
            IntegerForm::Number => write!(into, "{value}"),
            IntegerForm::Unsigned(32) => write!(into, "{}", value as u32),
            IntegerForm::Unsigned(_) => write!(into, "{}", value as u64),
            IntegerForm::Date => write_date(value, into),
            IntegerForm::Time { digits, zone } => write_time(value, digits, zone, into),
        }
    }
}
