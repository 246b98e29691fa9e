//! A column of a row group, decoded some rows at a time and read as text.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DataType, DoubleType, FixedLenByteArray,
    FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96, Int96Type,
};
use parquet::errors::Result;
use parquet::schema::types::ColumnDescriptor;

use crate::read::encoding::{self, Decoded};
use crate::read::parquet::Allowance;
use crate::read::parquet::iso::{Zone, write_date, write_time, write_time_of_day};

/// A column of a row group, and the rows of it that are decoded.
pub(super) struct ColumnBatch {
    values: ColumnValues,
    /// What a batch may take of the column's pages.
    allowance: Allowance,
    /// Number of rows that are decoded at a time, at the most.
    batch_rows: usize,
    /// The first row that is decoded.
    first: u64,
    form: ValueForm,
    /// The definition level of a value that is there.
    max_level: i16,
    /// Whether a row holds a list.
    is_list: bool,
    levels: Vec<i16>,
    repetitions: Vec<i16>,
    /// For each decoded row, its values; nothing if it is null.
    rows: Vec<Option<Range<usize>>>,
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
    mut repetitions: Option<&mut Vec<i16>>,
    rows: usize,
) -> Result<usize> {
    values.clear();
    levels.clear();
    if let Some(repetitions) = &mut repetitions {
        repetitions.clear();
    }
    let mut read = 0;
    while read < rows {
        let repetitions = repetitions.as_deref_mut();
        let (more, _, _) = reader.read_records(rows - read, Some(levels), repetitions, values)?;
        if more == 0 {
            break;
        }
        read += more;
    }
    Ok(read)
}

impl ColumnBatch {
    /// Takes the column that `reader` reads; `offset` is that of its times from
    /// UTC, in minutes.
    pub(super) fn new(
        reader: ColumnReader,
        descriptor: &ColumnDescriptor,
        offset: Option<i32>,
        allowance: Allowance,
        batch_rows: usize,
    ) -> ColumnBatch {
        ColumnBatch {
            values: ColumnValues::new(reader),
            allowance,
            batch_rows,
            first: 0,
            form: ValueForm::of(descriptor, offset),
            max_level: descriptor.max_def_level(),
            is_list: descriptor.max_rep_level() > 0,
            levels: Vec::new(),
            repetitions: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Returns whether there is a row, and decodes it and some after it if that
    /// was not yet done; rows are asked for in order.
    pub(super) fn holds(&mut self, row: u64) -> Result<bool> {
        let end = self.first + self.rows.len() as u64;
        if row < end {
            return Ok(true);
        }
        self.allowance.begin();
        self.first = end;
        if self.read(self.batch_rows)? == 0 {
            self.allowance.need();
            self.read(self.batch_rows)?;
        }
        Ok(!self.rows.is_empty())
    }

    /// Returns why a page was refused, if one was.
    pub(super) fn refusal(&self) -> Option<String> {
        self.allowance.refusal()
    }

    fn read(&mut self, rows: usize) -> Result<usize> {
        let levels = &mut self.levels;
        let lists = self.is_list.then_some(&mut self.repetitions);
        let read = match &mut self.values {
            ColumnValues::Bool(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Int32(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Int64(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Int96(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Float(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Double(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Bytes(reader, values) => refill(reader, values, levels, lists, rows),
            ColumnValues::Fixed(reader, values) => refill(reader, values, levels, lists, rows),
        }?;
        self.find_rows(read);
        Ok(read)
    }

    /// Notes which values each decoded row has.
    fn find_rows(&mut self, read: usize) {
        self.rows.clear();
        let mut value = 0;
        if self.max_level == 0 {
            self.rows.extend((0..read).map(|row| Some(row..row + 1)));
            return;
        }
        for (at, level) in self.levels.iter().enumerate() {
            let is_new = !self.is_list || self.repetitions.get(at).is_none_or(|level| *level == 0);
            let is_there = *level == self.max_level;
            let values = value..value + usize::from(is_there);
            value = values.end;
            match self.rows.last_mut() {
                Some(Some(row)) if !is_new => row.end = value,
                Some(row) if !is_new => *row = Some(values),
                // An empty list is there; a list that is null is not.
                _ => {
                    let is_row = is_there || self.is_list && *level > 0;
                    self.rows.push(is_row.then_some(values));
                }
            }
        }
    }

    /// Returns the value of a decoded row as text; those of a list joined by
    /// newlines.
    ///
    /// A list that has more than `most` bytes is cut after them.
    pub(super) fn text<'a>(
        &'a self,
        row: u64,
        most: u64,
        buffer: &'a mut String,
    ) -> Option<Decoded<'a>> {
        let row = usize::try_from(row.checked_sub(self.first)?).ok()?;
        let values = self.rows.get(row)?.clone()?;
        if !self.is_list {
            return self.value(values.start, buffer);
        }
        let mut joined = Decoded {
            text: Cow::Borrowed(""),
            encoding: "UTF-8",
            replaced: 0,
            is_certain: true,
        };
        let mut text = String::new();
        for at in values {
            let value = self.value(at, buffer)?;
            if !value.text.is_empty() {
                text.push_str(if text.is_empty() { "" } else { "\n" });
                text.push_str(&value.text);
            }
            if text.len() as u64 > most {
                break;
            }
            joined.replaced += value.replaced;
            joined.is_certain &= value.is_certain;
            joined.encoding = value.encoding;
        }
        joined.text = Cow::Owned(text);
        Some(joined)
    }

    fn value<'a>(&'a self, at: usize, buffer: &'a mut String) -> Option<Decoded<'a>> {
        buffer.clear();
        let bytes = match &self.values {
            ColumnValues::Bytes(_, values) => Some(values.get(at)?.data()),
            ColumnValues::Fixed(_, values) => Some(values.get(at)?.data()),
            _ => None,
        };
        // Writing to a string can't fail.
        let _ = match (&self.values, bytes) {
            (_, Some(bytes)) => match self.form {
                ValueForm::Uuid => write_uuid(bytes, buffer),
                ValueForm::Decimal { scale } => {
                    let (negative, digits) = digits_of(bytes);
                    write_decimal(negative, digits, scale, buffer)
                }
                ValueForm::HalfFloat => write!(buffer, "{}", half_float(bytes)),
                ValueForm::Interval => write_interval(bytes, buffer),
                ValueForm::Bytes if simdutf8::basic::from_utf8(bytes).is_err() => {
                    write_hexadecimal(bytes, buffer)
                }
                _ => return Some(text_of(bytes)),
            },
            (ColumnValues::Bool(_, values), _) => write!(buffer, "{}", values.get(at)?),
            (ColumnValues::Int32(_, values), _) => {
                self.form.write(i64::from(*values.get(at)?), buffer)
            }
            (ColumnValues::Int64(_, values), _) => self.form.write(*values.get(at)?, buffer),
            (ColumnValues::Int96(_, values), _) => {
                write_time(values.get(at)?.to_nanos(), 9, Zone::Local, buffer)
            }
            (ColumnValues::Float(_, values), _) => write!(buffer, "{}", values.get(at)?),
            (ColumnValues::Double(_, values), _) => write!(buffer, "{}", values.get(at)?),
            (ColumnValues::Bytes(..) | ColumnValues::Fixed(..), None) => Ok(()),
        };
        Some(Decoded {
            text: Cow::Borrowed(buffer),
            encoding: "UTF-8",
            replaced: 0,
            is_certain: true,
        })
    }
}

fn text_of(bytes: &[u8]) -> Decoded<'_> {
    match simdutf8::basic::from_utf8(bytes) {
        Ok(text) => Decoded {
            text: Cow::Borrowed(text),
            encoding: "UTF-8",
            replaced: 0,
            is_certain: true,
        },
        Err(_) => encoding::decode(bytes),
    }
}

/// Returns whether the number that bytes in two's complement stand for, the
/// highest byte first, is negative, and its decimal digits.
fn digits_of(bytes: &[u8]) -> (bool, String) {
    let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
    let mut number = bytes.to_vec();
    if negative {
        let mut carries = true;
        for byte in number.iter_mut().rev() {
            let (sum, carried) = (!*byte).overflowing_add(u8::from(carries));
            *byte = sum;
            carries = carried;
        }
    }
    // Divided by ten until nothing is left; a decimal has 32 bytes at most, as
    // a rule.
    let mut digits = Vec::new();
    while number.iter().any(|byte| *byte > 0) {
        let mut rest = 0;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            *byte = (value / 10) as u8;
            rest = value % 10;
        }
        digits.push(char::from(b'0' + rest as u8));
    }
    (negative, digits.iter().rev().collect())
}

/// Writes a number of 10^-`scale` units.
fn write_decimal(
    negative: bool,
    digits: String,
    scale: u32,
    into: &mut String,
) -> std::fmt::Result {
    let fraction_len = scale as usize;
    let digits = format!("{digits:0>width$}", width = fraction_len + 1);
    let (whole, fraction) = digits.split_at(digits.len() - fraction_len);
    write!(into, "{}{whole}", if negative { "-" } else { "" })?;
    if fraction_len > 0 {
        write!(into, ".{fraction}")?;
    }
    Ok(())
}

/// Returns the value of a floating-point number of 16 bits, the lowest byte
/// first (IEEE 754).
fn half_float(bytes: &[u8]) -> f32 {
    let bits = match bytes {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => return f32::NAN,
    };
    let fraction = f32::from(bits & 0x3ff);
    let magnitude = match (bits >> 10) & 0x1f {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        exponent => (1.0 + fraction / 1024.0) * 2f32.powi(i32::from(exponent) - 15),
    };
    if bits >= 0x8000 {
        -magnitude
    } else {
        magnitude
    }
}

/// Writes months, days and milliseconds as a duration of ISO 8601.
fn write_interval(bytes: &[u8], into: &mut String) -> std::fmt::Result {
    let part = |at: usize| match bytes.get(at..at + 4) {
        Some([a, b, c, d]) => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => 0,
    };
    let (months, days, millis) = (part(0), part(4), part(8));
    let (seconds, millis) = (millis / 1000, millis % 1000);
    write!(into, "P{months}M{days}DT{seconds}.{millis:03}S")
}

fn write_hexadecimal(bytes: &[u8], into: &mut String) -> std::fmt::Result {
    bytes.iter().try_for_each(|byte| write!(into, "{byte:02x}"))
}

/// Writes 16 bytes as `8-4-4-4-12` hexadecimal digits.
fn write_uuid(bytes: &[u8], into: &mut String) -> std::fmt::Result {
    for (at, byte) in bytes.iter().enumerate() {
        let dash = if matches!(at, 4 | 6 | 8 | 10) {
            "-"
        } else {
            ""
        };
        write!(into, "{dash}{byte:02x}")?;
    }
    Ok(())
}

/// What the values of a column stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueForm {
    /// What they are: text or a number.
    Plain,
    Unsigned(u32),
    Uuid,
    /// Bytes of a fixed number, which are text only if they read as such.
    Bytes,
    HalfFloat,
    Interval,
    /// Units of 10^-scale.
    Decimal {
        scale: u32,
    },
    Date,
    /// Time of day in units of 10^-digits seconds.
    TimeOfDay {
        digits: u32,
    },
    /// Time since 1970 in units of 10^-digits seconds.
    Time {
        digits: u32,
        zone: Zone,
    },
}

impl ValueForm {
    fn of(column: &ColumnDescriptor, offset: Option<i32>) -> ValueForm {
        let utc = offset.map_or(Zone::Utc, Zone::Offset);
        let digits_of = |unit: &TimeUnit| match unit {
            TimeUnit::MILLIS => 3,
            TimeUnit::MICROS => 6,
            TimeUnit::NANOS => 9,
        };
        let scale = u32::try_from(column.type_scale()).unwrap_or(0);
        match column.logical_type_ref() {
            Some(LogicalType::Date) => return ValueForm::Date,
            Some(LogicalType::Uuid) => return ValueForm::Uuid,
            Some(LogicalType::Float16) => return ValueForm::HalfFloat,
            Some(LogicalType::Decimal(_)) => return ValueForm::Decimal { scale },
            Some(LogicalType::Time(time)) => {
                let digits = digits_of(&time.unit);
                return ValueForm::TimeOfDay { digits };
            }
            Some(LogicalType::Timestamp(time)) => {
                let digits = digits_of(&time.unit);
                let zone = if time.is_adjusted_to_u_t_c {
                    utc
                } else {
                    Zone::Local
                };
                return ValueForm::Time { digits, zone };
            }
            _ => {}
        }
        match column.converted_type() {
            ConvertedType::DATE => ValueForm::Date,
            ConvertedType::DECIMAL => ValueForm::Decimal { scale },
            ConvertedType::TIME_MILLIS => ValueForm::TimeOfDay { digits: 3 },
            ConvertedType::TIME_MICROS => ValueForm::TimeOfDay { digits: 6 },
            ConvertedType::TIMESTAMP_MILLIS => ValueForm::Time {
                digits: 3,
                zone: utc,
            },
            ConvertedType::TIMESTAMP_MICROS => ValueForm::Time {
                digits: 6,
                zone: utc,
            },
            ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 => {
                ValueForm::Unsigned(32)
            }
            ConvertedType::UINT_64 => ValueForm::Unsigned(64),
            ConvertedType::INTERVAL => ValueForm::Interval,
            ConvertedType::NONE if column.physical_type() == Type::FIXED_LEN_BYTE_ARRAY => {
                ValueForm::Bytes
            }
            _ => ValueForm::Plain,
        }
    }

    fn write(self, value: i64, into: &mut String) -> std::fmt::Result {
        match self {
            ValueForm::Plain
            | ValueForm::Uuid
            | ValueForm::Bytes
            | ValueForm::HalfFloat
            | ValueForm::Interval => write!(into, "{value}"),
            ValueForm::Unsigned(32) => write!(into, "{}", value as u32),
            ValueForm::Unsigned(_) => write!(into, "{}", value as u64),
            ValueForm::Decimal { scale } => {
                write_decimal(value < 0, value.unsigned_abs().to_string(), scale, into)
            }
            ValueForm::Date => write_date(value, into),
            ValueForm::TimeOfDay { digits } => write_time_of_day(value, digits, into),
            ValueForm::Time { digits, zone } => write_time(value, digits, zone, into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_have_their_point_and_uuids_their_dashes() {
        let mut text = String::new();
        for (number, scale) in [(12_345i64, 2), (-5, 2), (7, 0), (0, 3), (i64::MIN, 1)] {
            let (negative, digits) = digits_of(&number.to_be_bytes());
            write_decimal(negative, digits, scale, &mut text).unwrap();
            text.push(' ');
        }
        assert_eq!(text, "123.45 -0.05 7 0.000 -922337203685477580.8 ");
        let power = "6277101735386680763835789423207666416102355444464034512896";
        assert_eq!(digits_of(&[0; 17]), (false, String::new()));
        assert_eq!(
            digits_of(&[&[0, 1][..], &[0; 24]].concat()),
            (false, power.to_owned())
        );
        let mut text = String::new();
        write_uuid(&[0x12; 16], &mut text).unwrap();
        assert_eq!(text, "12121212-1212-1212-1212-121212121212");
    }

    #[test]
    fn bytes_that_are_no_text_are_written_as_what_they_are() {
        let halves = [0x3c00u16, 0xc100, 0x3555, 0x0001, 0x7c00, 0x0000];
        let halves: Vec<f32> = halves
            .iter()
            .map(|h| half_float(&h.to_le_bytes()))
            .collect();
        assert_eq!(halves[..2], [1.0, -2.5]);
        assert!((halves[2] - 0.333).abs() < 0.001);
        assert_eq!(halves[3..], [2f32.powi(-24), f32::INFINITY, 0.0]);
        let mut text = String::new();
        write_interval(&[1, 0, 0, 0, 3, 0, 0, 0, 220, 5, 0, 0], &mut text).unwrap();
        assert_eq!(text, "P1M3DT1.500S");
        text.clear();
        write_hexadecimal(&[0, 255, 16], &mut text).unwrap();
        assert_eq!(text, "00ff10");
    }
}
