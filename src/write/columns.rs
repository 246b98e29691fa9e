//! Rows kept in memory, column by column: for programs that take them as they
//! are, without a file in between.

use bitvec::vec::BitVec;

use crate::write::table::{Cell, Kind, json_line};

/// A table in memory; Arrow arrays are made of its columns as they lie.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ColumnTable {
    columns: Vec<TableColumn>,
    rows: usize,
}

/// A column of a table in memory.
#[derive(Clone, Debug, PartialEq)]
pub struct TableColumn {
    /// Its name.
    pub name: &'static str,
    /// Its values, one a row; where there is none, an empty string or zero.
    pub values: ColumnValues,
    /// Whether each row has a value.
    pub valid: BitVec,
    /// Whether its strings are JSON.
    pub is_json: bool,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnValues {
    /// All strings one after another, and where each begins, and the end.
    Text(String, Vec<i64>),
    /// Whole numbers.
    Int(Vec<u64>),
    /// Ratios and scores.
    Float(Vec<f64>),
}

impl ColumnTable {
    /// Returns a table of these columns without a row.
    pub fn new(columns: &[(&'static str, Kind)]) -> Self {
        let column = |&(name, kind): &(&'static str, Kind)| TableColumn {
            name,
            values: match kind {
                Kind::Text => ColumnValues::Text(String::new(), vec![0]),
                Kind::Int => ColumnValues::Int(Vec::new()),
                Kind::Float => ColumnValues::Float(Vec::new()),
            },
            valid: BitVec::new(),
            is_json: false,
        };
        ColumnTable {
            columns: columns.iter().map(column).collect(),
            rows: 0,
        }
    }

    /// Returns a table of rows, their cells in the order of the columns.
    pub fn of_rows<'a, const N: usize>(
        columns: &[(&'static str, Kind)],
        rows: impl IntoIterator<Item = [Cell<'a>; N]>,
    ) -> Self {
        let mut table = ColumnTable::new(columns);
        for row in rows {
            table.push(&row);
        }
        table
    }

    /// Returns the columns, in their order.
    pub fn columns(&self) -> &[TableColumn] {
        &self.columns
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns a cell.
    ///
    /// # Panics
    ///
    /// Panics if there is no such row or column.
    pub fn cell(&self, row: usize, column: usize) -> Cell<'_> {
        let column = &self.columns[column];
        if !column.valid[row] {
            return Cell::Absent;
        }
        match &column.values {
            ColumnValues::Text(text, at) => {
                let value = &text[at[row] as usize..at[row + 1] as usize];
                match column.is_json {
                    true => Cell::Json(value),
                    false => Cell::Text(value),
                }
            }
            ColumnValues::Int(list) => Cell::Int(list[row]),
            ColumnValues::Float(list) => Cell::Float(list[row]),
        }
    }

    /// Returns a row as a JSON object, with the line's end: the very line that
    /// a file of JSON Lines has.
    ///
    /// # Panics
    ///
    /// Panics if there is no such row.
    pub fn json_line(&self, row: usize) -> String {
        let columns: Vec<(&str, Kind)> = self
            .columns
            .iter()
            .map(|column| (column.name, column.values.kind()))
            .collect();
        let cells: Vec<Cell<'_>> = (0..columns.len())
            .map(|column| self.cell(row, column))
            .collect();
        json_line(&columns, &cells)
    }

    /// Returns the table with these columns alone, in this order; names that it
    /// does not have are left out.
    pub fn select(&self, names: &[&str]) -> ColumnTable {
        let column = |name: &&str| self.columns.iter().find(|column| column.name == *name);
        ColumnTable {
            columns: names.iter().filter_map(column).cloned().collect(),
            rows: self.rows,
        }
    }

    /// Adds a row, its cells in the order of the columns.
    pub(super) fn push(&mut self, cells: &[Cell<'_>]) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(*cell);
        }
    }
}

impl TableColumn {
    fn push(&mut self, cell: Cell<'_>) {
        self.valid.push(cell != Cell::Absent);
        self.is_json |= matches!(cell, Cell::Json(_));
        match &mut self.values {
            ColumnValues::Text(text, at) => {
                if let Cell::Text(value) | Cell::Json(value) = cell {
                    text.push_str(value);
                }
                at.push(text.len() as i64);
            }
            ColumnValues::Int(list) => list.push(match cell {
                Cell::Int(number) => number,
                _ => 0,
            }),
            ColumnValues::Float(list) => list.push(match cell {
                Cell::Float(number) => number,
                _ => 0.0,
            }),
        }
    }
}

impl ColumnValues {
    fn kind(&self) -> Kind {
        match self {
            ColumnValues::Text(..) => Kind::Text,
            ColumnValues::Int(_) => Kind::Int,
            ColumnValues::Float(_) => Kind::Float,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[(&str, Kind)] = &[
        ("id", Kind::Text),
        ("line", Kind::Int),
        ("similarity", Kind::Float),
        ("members", Kind::Text),
    ];

    fn rows() -> [[Cell<'static>; 4]; 3] {
        [
            [
                Cell::Text("甲\"乙"),
                Cell::Int(u64::MAX),
                Cell::Float(0.1 + 0.2),
                Cell::Json("[\"联防\",1]"),
            ],
            [Cell::Absent; 4],
            [
                Cell::Text(""),
                Cell::Int(0),
                Cell::Float(1.0),
                Cell::Json("[]"),
            ],
        ]
    }

    #[test]
    fn cells_come_back_as_they_were_pushed() {
        let table = ColumnTable::of_rows(COLUMNS, rows());
        assert_eq!(table.rows(), 3);
        for (at, row) in rows().iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                assert_eq!(table.cell(at, column), *cell);
            }
            assert_eq!(table.json_line(at), json_line(COLUMNS, row));
        }
    }

    #[test]
    fn a_selection_has_the_named_columns_in_their_order() {
        let table = ColumnTable::of_rows(COLUMNS, rows());
        let some = table.select(&["similarity", "none", "id"]);
        let names: Vec<_> = some.columns().iter().map(|column| column.name).collect();
        assert_eq!(names, ["similarity", "id"]);
        assert_eq!(some.json_line(2), "{\"similarity\":1.0,\"id\":\"\"}\n");
        assert_eq!(some.json_line(1), "{}\n");
    }
}
