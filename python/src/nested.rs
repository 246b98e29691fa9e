//! Columns that hold lists and objects, as real lists and structs of Arrow.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, LargeListArray, LargeStringArray, StructArray,
    UInt64Array,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{DataType, Field, Fields};
use leitong::write::{Cell, ColumnTable};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The type of a value of JSON.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Flag,
    Number,
    Ratio,
    Text,
    List(&'static Shape),
    /// An object with these keys.
    Object(&'static [(&'static str, Shape)]),
    /// An object whose keys are data: a list of keys with their numbers.
    Counts([&'static str; 2]),
}

const SPAN: Shape = Shape::List(&Shape::Number);

const EDITS: Shape = Shape::List(&Shape::Object(&[
    ("kind", Shape::Text),
    ("what", Shape::Text),
    ("a", SPAN),
    ("b", SPAN),
]));

const VARIANTS: Shape = Shape::List(&Shape::Object(&[
    ("text", Shape::Text),
    ("count", Shape::Number),
]));

const PLACES: Shape = Shape::List(&Shape::Object(&[
    ("id", Shape::Text),
    ("start", Shape::Number),
    ("end", Shape::Number),
]));

const REPRESENTATIVE: Shape = Shape::Object(&[("id", Shape::Text), ("span", SPAN)]);

const MEMBERS: Shape = Shape::List(&Shape::Object(&[
    ("id", Shape::Text),
    ("span", SPAN),
    ("identity", Shape::Ratio),
    ("date", Shape::Text),
]));

/// Returns the shape of a column of a table, if it holds lists or objects; the
/// same whether the table has rows or not.
pub(crate) fn shape(table: &ColumnTable, column: &str) -> Option<Shape> {
    let has = |name: &str| table.columns().iter().any(|column| column.name == name);
    match column {
        "span_a" | "span_b" => Some(SPAN),
        "edits" => Some(EDITS),
        "moved" | "quoted" => Some(Shape::Flag),
        "variants" => Some(VARIANTS),
        "where" => Some(PLACES),
        "months" => Some(Shape::Counts(["month", "documents"])),
        // Clusters have a representative too, which is an id.
        "representative" if has("group") => Some(REPRESENTATIVE),
        "members" if has("group") => Some(MEMBERS),
        _ => None,
    }
}

impl Shape {
    /// Returns the type of Arrow.
    pub(crate) fn kind(self) -> DataType {
        match self {
            Shape::Flag => DataType::Boolean,
            Shape::Number => DataType::UInt64,
            Shape::Ratio => DataType::Float64,
            Shape::Text => DataType::LargeUtf8,
            Shape::List(item) => DataType::LargeList(Arc::new(item.field("item"))),
            Shape::Object(fields) => {
                let fields = fields.iter().map(|(name, shape)| shape.field(name));
                DataType::Struct(fields.collect())
            }
            Shape::Counts([key, number]) => DataType::LargeList(Arc::new(Field::new(
                "item",
                DataType::Struct(counts_fields(key, number)),
                true,
            ))),
        }
    }

    fn field(self, name: &str) -> Field {
        Field::new(name, self.kind(), true)
    }

    /// Returns an array of values; what has another shape is missing.
    fn array(self, values: &[Option<&RawValue>]) -> ArrayRef {
        match self {
            Shape::Flag => Arc::new(BooleanArray::from(parsed::<bool>(values))),
            Shape::Number => Arc::new(UInt64Array::from(parsed::<u64>(values))),
            // As the shortest digits say it; the parser of JSON may be off by the
            // last bit.
            Shape::Ratio => {
                Arc::new(Float64Array::from_iter(values.iter().map(|value| {
                    value.and_then(|value| value.get().parse::<f64>().ok())
                })))
            }
            Shape::Text => Arc::new(LargeStringArray::from(parsed::<String>(values))),
            Shape::List(item) => {
                let lists = parsed::<Vec<Box<RawValue>>>(values);
                let items: Vec<Option<&RawValue>> = lists
                    .iter()
                    .flatten()
                    .flat_map(|list| list.iter().map(|item| Some(&**item)))
                    .collect();
                let lens = lists.iter().map(|list| list.as_ref().map_or(0, Vec::len));
                Arc::new(LargeListArray::new(
                    Arc::new(item.field("item")),
                    OffsetBuffer::from_lengths(lens),
                    item.array(&items),
                    nulls(lists.iter().map(Option::is_some)),
                ))
            }
            Shape::Object(fields) => {
                let objects = parsed::<Object>(values);
                let columns = fields.iter().map(|(name, shape)| {
                    let cell = |object: &Option<Object>| {
                        object
                            .as_ref()
                            .and_then(|object| object.get(*name).cloned())
                    };
                    let cells: Vec<Option<Box<RawValue>>> = objects.iter().map(cell).collect();
                    let cells: Vec<Option<&RawValue>> =
                        cells.iter().map(Option::as_deref).collect();
                    shape.array(&cells)
                });
                let kinds: Fields = fields
                    .iter()
                    .map(|(name, shape)| shape.field(name))
                    .collect();
                Arc::new(StructArray::new(
                    kinds,
                    columns.collect(),
                    nulls(objects.iter().map(Option::is_some)),
                ))
            }
            Shape::Counts([key, number]) => {
                let objects = parsed::<BTreeMap<String, u64>>(values);
                let entries = || objects.iter().flatten().flatten();
                let keys = LargeStringArray::from_iter_values(entries().map(|(key, _)| key));
                let numbers = UInt64Array::from_iter_values(entries().map(|(_, number)| *number));
                let fields = counts_fields(key, number);
                let items = StructArray::new(
                    fields.clone(),
                    vec![Arc::new(keys), Arc::new(numbers)],
                    None,
                );
                let lens = objects
                    .iter()
                    .map(|object| object.as_ref().map_or(0, BTreeMap::len));
                Arc::new(LargeListArray::new(
                    Arc::new(Field::new("item", DataType::Struct(fields), true)),
                    OffsetBuffer::from_lengths(lens),
                    Arc::new(items),
                    nulls(objects.iter().map(Option::is_some)),
                ))
            }
        }
    }
}

type Object = BTreeMap<String, Box<RawValue>>;

fn parsed<T: for<'de> Deserialize<'de>>(values: &[Option<&RawValue>]) -> Vec<Option<T>> {
    values
        .iter()
        .map(|value| value.and_then(|value| serde_json::from_str(value.get()).ok()))
        .collect()
}

fn counts_fields(key: &str, number: &str) -> Fields {
    Fields::from(vec![
        Field::new(key, DataType::LargeUtf8, true),
        Field::new(number, DataType::UInt64, true),
    ])
}

fn nulls(valid: impl Iterator<Item = bool>) -> Option<NullBuffer> {
    let nulls: NullBuffer = valid.collect();
    (nulls.null_count() > 0).then_some(nulls)
}

/// Returns a column of a table with this shape.
pub(crate) fn array(table: &ColumnTable, column: usize, shape: Shape) -> ArrayRef {
    let values: Vec<Option<Box<RawValue>>> = (0..table.rows())
        .map(|row| match table.cell(row, column) {
            Cell::Json(text) | Cell::Text(text) => RawValue::from_string(text.to_owned()).ok(),
            _ => None,
        })
        .collect();
    let values: Vec<Option<&RawValue>> = values.iter().map(Option::as_deref).collect();
    shape.array(&values)
}
