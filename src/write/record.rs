//! One definition of each kind of records: the struct from which rows of files
//! and tables are made, and into which they are read back.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::write::table::{Cell, Kind};

/// A row: its columns, and its cells.
pub(crate) trait Record {
    /// Names and types of the columns, in their order.
    const COLUMNS: &'static [(&'static str, Kind)];

    /// Whether a cell may be [`Cell::Absent`].
    const GAPS: bool;

    /// Calls `take` with a cell for each column.
    fn with_cells<R>(&self, take: impl FnOnce(&[Cell<'_>]) -> R) -> R;
}

/// What may stand in a column.
pub(crate) trait Field {
    /// The type of the column.
    const KIND: Kind;

    /// Whether a row may lack it.
    const GAP: bool = false;

    /// Returns the JSON that the cell of a list or an object holds.
    fn json(&self) -> Option<String> {
        None
    }

    /// Returns the cell; `json` is what [`Field::json`] returned.
    fn cell<'a>(&'a self, json: Option<&'a str>) -> Cell<'a>;
}

impl Field for Cow<'_, str> {
    const KIND: Kind = Kind::Text;

    fn cell<'a>(&'a self, _: Option<&'a str>) -> Cell<'a> {
        Cell::Text(self)
    }
}

impl Field for String {
    const KIND: Kind = Kind::Text;

    fn cell<'a>(&'a self, _: Option<&'a str>) -> Cell<'a> {
        Cell::Text(self)
    }
}

impl Field for u32 {
    const KIND: Kind = Kind::Int;

    fn cell<'a>(&'a self, _: Option<&'a str>) -> Cell<'a> {
        Cell::Int((*self).into())
    }
}

impl Field for u64 {
    const KIND: Kind = Kind::Int;

    fn cell<'a>(&'a self, _: Option<&'a str>) -> Cell<'a> {
        Cell::Int(*self)
    }
}

impl Field for f64 {
    const KIND: Kind = Kind::Float;

    fn cell<'a>(&'a self, _: Option<&'a str>) -> Cell<'a> {
        Cell::Float(*self)
    }
}

impl Field for bool {
    const KIND: Kind = Kind::Text;

    fn cell<'a>(&'a self, _: Option<&'a str>) -> Cell<'a> {
        Cell::Json(if *self { "true" } else { "false" })
    }
}

impl<T: Field> Field for Option<T> {
    const KIND: Kind = T::KIND;
    const GAP: bool = true;

    fn json(&self) -> Option<String> {
        self.as_ref().and_then(T::json)
    }

    fn cell<'a>(&'a self, json: Option<&'a str>) -> Cell<'a> {
        self.as_ref().map_or(Cell::Absent, |field| field.cell(json))
    }
}

/// Makes lists and objects fields that are JSON in their cell; brackets hold
/// the type's parameter.
macro_rules! json_fields {
    ($([$($parameter:ident)?] $type:ty,)+) => {
        $(impl$(<$parameter: ::serde::Serialize + Clone>)? $crate::write::record::Field for $type {
            const KIND: $crate::write::table::Kind = $crate::write::table::Kind::Text;

            fn json(&self) -> Option<String> {
                Some($crate::write::lines::json(self))
            }

            fn cell<'a>(&'a self, json: Option<&'a str>) -> $crate::write::table::Cell<'a> {
                $crate::write::table::Cell::Json(json.unwrap_or_default())
            }
        })+
    };
}

json_fields! {
    [] [u64; 2],
    [T] Vec<T>,
    [T] Cow<'_, [T]>,
    [V] Cow<'_, BTreeMap<String, V>>,
}

/// Makes enums with names fields that hold their name.
macro_rules! named_fields {
    ($($type:ty),+) => {
        $(impl $crate::write::record::Field for $type {
            const KIND: $crate::write::table::Kind = $crate::write::table::Kind::Text;

            fn cell<'a>(&'a self, _: Option<&'a str>) -> $crate::write::table::Cell<'a> {
                $crate::write::table::Cell::Text(self.name())
            }
        })+
    };
}

/// Defines a struct whose fields are the columns of a table, in their order.
///
/// A column has the name of its field, or the one behind `as`.
macro_rules! record {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $type:ident<'a> {
            $($(#[$of_field:meta])* $field:ident $(as $name:literal)?: $kind:ty,)+
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $type<'a> {
            $($(#[$of_field])* $(#[serde(rename = $name)])? pub(crate) $field: $kind,)+
        }

        impl<'a> $crate::write::record::Record for $type<'a> {
            const COLUMNS: &'static [(&'static str, $crate::write::table::Kind)] = &[
                $((
                    $crate::write::record::column!($field $(as $name)?),
                    <$kind as $crate::write::record::Field>::KIND,
                ),)+
            ];

            const GAPS: bool = $(<$kind as $crate::write::record::Field>::GAP)||+;

            fn with_cells<R>(
                &self,
                take: impl FnOnce(&[$crate::write::table::Cell<'_>]) -> R,
            ) -> R {
                use $crate::write::record::Field;
                let json = [$(self.$field.json()),+];
                let mut json = json.iter();
                let mut next = || json.next().and_then(|json| json.as_deref());
                take(&[$(self.$field.cell(next())),+])
            }
        }
    };
}

/// The name of a column.
macro_rules! column {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident as $name:literal) => {
        $name
    };
}

pub(crate) use {column, json_fields, named_fields, record};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::lines::json;
    use crate::write::table::json_line;
    use serde::{Deserialize, Serialize};

    record! {
        /// A knife in a drawer.
        #[derive(Debug, PartialEq, Serialize, Deserialize)]
        struct Knife<'a> {
            name: Cow<'a, str>,
            edges as "sides": u32,
            #[serde(skip_serializing_if = "Option::is_none")]
            length: Option<f64>,
            sharp: bool,
            marks: Vec<u32>,
            #[serde(skip_serializing_if = "Option::is_none")]
            span: Option<[u64; 2]>,
        }
    }

    fn knife(length: Option<f64>) -> Knife<'static> {
        Knife {
            name: "切\"片".into(),
            edges: 2,
            length,
            sharp: true,
            marks: vec![3, 4],
            span: length.map(|_| [1, 2]),
        }
    }

    #[test]
    fn columns_are_the_fields_in_their_order() {
        assert_eq!(
            Knife::COLUMNS,
            [
                ("name", Kind::Text),
                ("sides", Kind::Int),
                ("length", Kind::Float),
                ("sharp", Kind::Text),
                ("marks", Kind::Text),
                ("span", Kind::Text),
            ]
        );
        const { assert!(Knife::GAPS) };
    }

    #[test]
    fn cells_and_serde_write_the_same_line_and_it_reads_back() {
        for length in [None, Some(0.5)] {
            let knife = knife(length);
            let line = knife.with_cells(|cells| json_line(Knife::COLUMNS, cells));
            assert_eq!(line, json(&knife) + "\n");
            assert_eq!(serde_json::from_str::<Knife<'_>>(&line).unwrap(), knife);
        }
    }
}
