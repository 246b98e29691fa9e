//! Rows of named columns, as JSON Lines, CSV, TSV or Parquet, or in memory.

use std::borrow::Cow;
use std::fmt::Write;
use std::path::Path;

use rayon::prelude::*;

use crate::error::Result;
use crate::named::named_enum;
use crate::write::columns::ColumnTable;
use crate::write::lines::{Lines, Target};
use crate::write::parquet::ParquetSink;
use crate::write::record::Record;

named_enum! {
    /// The format of records; its name is also the file ending.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
    pub enum Format("format") {
        /// A JSON object a line.
        #[default]
        Jsonl = "jsonl",
        /// Comma-separated, with a header.
        Csv = "csv",
        /// Tab-separated, with a header.
        Tsv = "tsv",
        /// Apache Parquet, compressed with zstd.
        Parquet = "parquet",
    }
}

impl Format {
    /// Returns the format that a file's ending names: those of
    /// [`Format::name`], and `.ndjson` for JSON Lines.
    pub fn of_path(path: &Path) -> Option<Format> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "ndjson" => Some(Format::Jsonl),
            ending => ending.parse().ok(),
        }
    }

    /// Returns the byte between the fields of a row of text, if the format has
    /// such rows.
    pub fn delimiter(self) -> Option<u8> {
        match self {
            Format::Csv => Some(b','),
            Format::Tsv => Some(b'\t'),
            Format::Jsonl | Format::Parquet => None,
        }
    }
}

/// How tables are written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableOptions {
    /// The format.
    pub format: Format,
    /// Write CSV and TSV for spreadsheets: with a byte order mark, cells that
    /// fit, and no text that would be taken for a formula.
    pub excel: bool,
    /// Names of the columns to write, in this order; of every column if there
    /// are none. A table that has none of the columns is written whole.
    pub columns: Option<Vec<String>>,
    /// Leave out the places of phrases in their documents.
    pub no_places: bool,
}

impl From<Format> for TableOptions {
    fn from(format: Format) -> Self {
        TableOptions {
            format,
            ..TableOptions::default()
        }
    }
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Int,
    /// A ratio or a score.
    Float,
}

/// One cell of a row, of the type of its column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// A string.
    Text(&'a str),
    /// A list or an object as JSON: a value in JSON Lines, a string elsewhere.
    Json(&'a str),
    /// A whole number.
    Int(u64),
    /// A ratio or a score.
    Float(f64),
    /// Nothing, where a row has a gap.
    Absent,
}

impl<'a> Cell<'a> {
    /// Returns a text, or nothing if there is none.
    pub fn text_or_absent(text: Option<&'a str>) -> Self {
        text.map_or(Cell::Absent, Cell::Text)
    }

    /// Returns JSON, or nothing if there is none.
    pub(crate) fn json_or_absent(json: Option<&'a str>) -> Self {
        json.map_or(Cell::Absent, Cell::Json)
    }
}

/// Writes rows one by one; memory is bounded by a row group.
pub struct TableWriter {
    columns: Vec<(&'static str, Kind)>,
    /// The indices of the columns in a row, where these are not all of them.
    selection: Option<Vec<usize>>,
    sink: Sink,
}

enum Sink {
    Jsonl(Lines),
    Delimited(Box<Delimited>),
    Parquet(Box<ParquetSink>),
    Memory(ColumnTable),
}

impl TableWriter {
    /// Begins a table of these columns in memory, in which any cell may be
    /// [`Cell::Absent`]; [`TableWriter::into_columns`] returns it.
    fn in_memory(columns: &[(&'static str, Kind)]) -> Self {
        TableWriter {
            columns: columns.to_vec(),
            selection: None,
            sink: Sink::Memory(ColumnTable::new(columns)),
        }
    }

    /// Begins a table of one kind of records in memory, without the columns of
    /// these names; [`TableWriter::into_columns`] returns it.
    pub(crate) fn of_in_memory<T: Record>(without: &[&str]) -> Self {
        let rest = columns_without::<T>(without);
        let columns: Vec<(&'static str, Kind)> = rest.iter().map(|at| T::COLUMNS[*at]).collect();
        TableWriter {
            selection: (rest.len() < T::COLUMNS.len()).then_some(rest),
            ..TableWriter::in_memory(&columns)
        }
    }

    /// Begins a table of one kind of records, without the columns of these
    /// names.
    pub(crate) fn of<T: Record>(
        options: &TableOptions,
        without: &[&str],
        target: impl Into<Target>,
    ) -> Result<Self> {
        let rest = columns_without::<T>(without);
        let named = options.columns.iter().flatten();
        let named = named.filter_map(|name| {
            let is_named = |at: &&usize| T::COLUMNS[**at].0 == name;
            rest.iter().find(is_named).copied()
        });
        let named: Vec<usize> = named.collect();
        let selection = match named.is_empty() {
            true => rest,
            false => named,
        };
        let is_whole = selection.iter().copied().eq(0..T::COLUMNS.len());
        let selection = (!is_whole).then_some(selection);
        TableWriter::begin(options, T::COLUMNS, selection, T::GAPS, target.into())
    }

    /// Begins a table in which any cell may be [`Cell::Absent`]: left out of
    /// a JSON object, empty in CSV, null in Parquet.
    pub fn with_gaps(
        options: &TableOptions,
        columns: &[(&'static str, Kind)],
        target: impl Into<Target>,
    ) -> Result<Self> {
        let selection = selected(options, columns);
        TableWriter::begin(options, columns, selection, true, target.into())
    }

    fn begin(
        options: &TableOptions,
        all: &[(&'static str, Kind)],
        selection: Option<Vec<usize>>,
        gaps: bool,
        target: Target,
    ) -> Result<Self> {
        let columns = match &selection {
            Some(selection) => selection.iter().map(|at| all[*at]).collect(),
            None => all.to_vec(),
        };
        let sink = match options.format {
            Format::Jsonl => Sink::Jsonl(Lines::new(target)),
            Format::Csv | Format::Tsv => {
                let names = columns.iter().map(|(name, _)| *name);
                let delimiter = options.format.delimiter().unwrap_or(b',');
                let lines = Lines::new(target);
                Sink::Delimited(Box::new(Delimited::begin(
                    lines,
                    delimiter,
                    options.excel,
                    names,
                )?))
            }
            Format::Parquet => {
                let out = target.into_file()?;
                Sink::Parquet(Box::new(ParquetSink::begin(&columns, gaps, out)?))
            }
        };
        Ok(TableWriter {
            columns,
            selection,
            sink,
        })
    }

    /// Writes a row, its cells in the order of the columns.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let Some(selection) = &self.selection else {
            return self.write(cells);
        };
        let selected: Vec<Cell<'_>> = selection.iter().map(|at| cells[*at]).collect();
        self.write(&selected)
    }

    /// Writes a record of the kind that the table was begun for.
    pub(crate) fn record<T: Record>(&mut self, record: &T) -> Result<()> {
        record.with_cells(|cells| self.row(cells))
    }

    /// Writes records in their order; lines of JSON are made on all cores.
    pub(crate) fn records<T: Record + Sync>(&mut self, records: &[T]) -> Result<()> {
        /// Records that one core makes lines of before it takes the next ones.
        const EACH: usize = 1 << 10;
        let Sink::Jsonl(lines) = &mut self.sink else {
            return records.iter().try_for_each(|record| self.record(record));
        };
        let (columns, selection) = (&self.columns, &self.selection);
        let made = records.par_chunks(EACH).map(|records| {
            let mut made = String::new();
            for record in records {
                record.with_cells(|cells| match selection {
                    None => push_json_line(&mut made, columns, cells),
                    Some(selection) => {
                        let cells = selection.iter().map(|at| cells[*at]);
                        let cells: Vec<Cell<'_>> = cells.collect();
                        push_json_line(&mut made, columns, &cells);
                    }
                });
            }
            made
        });
        let made: Vec<String> = made.collect();
        made.iter().try_for_each(|made| lines.text(made))
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        debug_assert_eq!(cells.len(), self.columns.len());
        match &mut self.sink {
            Sink::Jsonl(lines) => lines.text(&json_line(&self.columns, cells)),
            Sink::Delimited(rows) => rows.row(cells),
            Sink::Parquet(sink) => sink.row(cells),
            Sink::Memory(table) => {
                table.push(cells);
                Ok(())
            }
        }
    }

    /// Returns the table of [`TableWriter::in_memory`]; one without a row if
    /// the rows went to a file, which then does not appear.
    pub fn into_columns(self) -> ColumnTable {
        match self.sink {
            Sink::Memory(table) => table,
            _ => ColumnTable::new(&self.columns),
        }
    }

    /// Writes what is buffered and lets the file appear; returns the number of
    /// cells that a spreadsheet could not hold and that were cut.
    pub fn finish(self) -> Result<u64> {
        match self.sink {
            Sink::Jsonl(lines) => lines.finish().map(|()| 0),
            Sink::Delimited(rows) => rows.finish(),
            Sink::Parquet(sink) => sink.finish().map(|()| 0),
            Sink::Memory(_) => Ok(0),
        }
    }
}

/// Returns which columns the options name; none if all are to be written.
fn selected(options: &TableOptions, columns: &[(&'static str, Kind)]) -> Option<Vec<usize>> {
    let names = options.columns.as_ref()?;
    let index = |name: &String| columns.iter().position(|(column, _)| column == name);
    let selection: Vec<usize> = names.iter().filter_map(index).collect();
    Some(selection).filter(|selection| !selection.is_empty())
}

/// Returns which columns of a kind of records do not have these names.
fn columns_without<T: Record>(without: &[&str]) -> Vec<usize> {
    let is_left = |at: &usize| !without.contains(&T::COLUMNS[*at].0);
    (0..T::COLUMNS.len()).filter(is_left).collect()
}

/// Rows of text with a byte between the fields, quoted where they must be.
struct Delimited {
    writer: csv::Writer<Lines>,
    excel: bool,
    cut: u64,
}

/// The most UTF-16 units that Excel holds in a cell.
const MAX_CELL: usize = 32_767;

impl Delimited {
    fn begin(
        mut lines: Lines,
        delimiter: u8,
        excel: bool,
        names: impl Iterator<Item = &'static str>,
    ) -> Result<Self> {
        if excel {
            // Without the mark Excel reads UTF-8 as the encoding of the system.
            lines.text("\u{feff}")?;
        }
        let writer = csv::WriterBuilder::new()
            .delimiter(delimiter)
            .from_writer(lines);
        let mut rows = Delimited {
            writer,
            excel,
            cut: 0,
        };
        rows.record(names.map(|name| Cow::Borrowed(name.as_bytes())))?;
        Ok(rows)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        let fields: Vec<Cow<'_, str>> = cells.iter().map(|cell| self.field(*cell)).collect();
        self.record(fields.iter().map(|field| Cow::Borrowed(field.as_bytes())))
    }

    fn field<'a>(&mut self, cell: Cell<'a>) -> Cow<'a, str> {
        match cell {
            Cell::Text(text) | Cell::Json(text) if self.excel => {
                let (text, is_cut) = excel_text(text);
                self.cut += u64::from(is_cut);
                text
            }
            Cell::Text(text) | Cell::Json(text) => Cow::Borrowed(text),
            Cell::Int(number) => Cow::Owned(number.to_string()),
            Cell::Float(number) => Cow::Owned(format!("{number:?}")),
            Cell::Absent => Cow::Borrowed(""),
        }
    }

    fn record<'a>(&mut self, fields: impl Iterator<Item = Cow<'a, [u8]>>) -> Result<()> {
        match self.writer.write_record(fields) {
            Ok(()) => Ok(()),
            Err(error) => Err(self.writer.get_ref().failed(error.into())),
        }
    }

    fn finish(self) -> Result<u64> {
        match self.writer.into_inner() {
            Ok(lines) => lines.finish().map(|()| self.cut),
            Err(error) => {
                let source = std::io::Error::new(error.error().kind(), error.error().to_string());
                Err(error.into_inner().get_ref().failed(source))
            }
        }
    }
}

/// Returns a text that a spreadsheet shows as text, and whether it was cut to
/// what a cell holds.
///
/// A text that begins like a formula gets an apostrophe before it.
fn excel_text(text: &str) -> (Cow<'_, str>, bool) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    // A character of UTF-8 has no more units in UTF-16 than bytes.
    let fits = text.len() < MAX_CELL || {
        text.encode_utf16().count() + usize::from(is_formula) <= MAX_CELL
    };
    if fits && !is_formula {
        return (Cow::Borrowed(text), false);
    }
    let mut cell = String::new();
    if is_formula {
        cell.push('\'');
    }
    if fits {
        cell.push_str(text);
        return (Cow::Owned(cell), false);
    }
    let mut units = cell.len() + '…'.len_utf16();
    for character in text.chars() {
        units += character.len_utf16();
        if units > MAX_CELL {
            break;
        }
        cell.push(character);
    }
    cell.push('…');
    (Cow::Owned(cell), true)
}

/// Returns the row as a JSON object, with the line's end.
pub(super) fn json_line(columns: &[(&str, Kind)], cells: &[Cell<'_>]) -> String {
    let mut line = String::new();
    push_json_line(&mut line, columns, cells);
    line
}

/// Appends the row as a JSON object, with the line's end.
fn push_json_line(line: &mut String, columns: &[(&str, Kind)], cells: &[Cell<'_>]) {
    let from = line.len();
    for ((name, _), cell) in columns.iter().zip(cells) {
        if *cell == Cell::Absent {
            continue;
        }
        line.push(if line.len() == from { '{' } else { ',' });
        push_json_string(line, name);
        line.push(':');
        // Writing to a string cannot fail.
        let _ = match cell {
            Cell::Text(text) => {
                push_json_string(line, text);
                Ok(())
            }
            Cell::Json(json) => line.write_str(json),
            Cell::Int(number) => write!(line, "{number}"),
            Cell::Float(number) => write!(line, "{number:?}"),
            Cell::Absent => Ok(()),
        };
    }
    if line.len() == from {
        line.push('{');
    }
    line.push_str("}\n");
}

/// Returns a string as JSON writes it.
pub(crate) fn json_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Appends a string as JSON writes it.
pub(crate) fn push_json_string(out: &mut String, text: &str) {
    let escaped = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().any(escaped) {
        out.push_str(&json_string(text));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::output::OutputFile;

    const COLUMNS: &[(&str, Kind)] = &[
        ("title", Kind::Text),
        ("change", Kind::Float),
        ("list", Kind::Text),
    ];

    fn written(options: &TableOptions, rows: &[[Cell<'_>; 3]]) -> (String, u64) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("table");
        let out = OutputFile::create(&path).unwrap();
        let mut table = TableWriter::with_gaps(options, COLUMNS, out).unwrap();
        for row in rows {
            table.row(row).unwrap();
        }
        let cut = table.finish().unwrap();
        (std::fs::read_to_string(path).unwrap(), cut)
    }

    #[test]
    fn csv_is_exact_unless_it_is_for_a_spreadsheet() {
        let rows = [[
            Cell::Text("=1+1, \"甲\"\n乙"),
            Cell::Float(-0.5),
            Cell::Json("[1]"),
        ]];
        let (exact, _) = written(&Format::Csv.into(), &rows);
        assert_eq!(
            exact,
            "title,change,list\n\"=1+1, \"\"甲\"\"\n乙\",-0.5,[1]\n"
        );
        let excel = TableOptions {
            format: Format::Csv,
            excel: true,
            ..TableOptions::default()
        };
        let (excel, cut) = written(&excel, &rows);
        assert_eq!(
            excel,
            "\u{feff}title,change,list\n\"'=1+1, \"\"甲\"\"\n乙\",-0.5,[1]\n"
        );
        assert_eq!(cut, 0);
    }

    #[test]
    fn tsv_parts_fields_by_tabs_and_quotes_those_inside() {
        let rows = [[Cell::Text("a\tb, c"), Cell::Absent, Cell::Absent]];
        let (tsv, _) = written(&Format::Tsv.into(), &rows);
        assert_eq!(tsv, "title\tchange\tlist\n\"a\tb, c\"\t\t\n");
    }

    #[test]
    fn text_that_looks_like_a_formula_gets_an_apostrophe() {
        for text in ["=A1", "+86", "-3℃", "@user", "\tx", "\rx"] {
            assert_eq!(excel_text(text).0, format!("'{text}"));
        }
        for text in ["", "3-1", "'=A1", "联防联控", "＝"] {
            assert_eq!(excel_text(text), (Cow::Borrowed(text), false));
        }
    }

    #[test]
    fn no_cell_is_longer_than_a_spreadsheet_holds() {
        for (text, is_cut) in [
            ("文".repeat(MAX_CELL), false),
            ("文".repeat(MAX_CELL + 1), true),
            ("𠀀".repeat(MAX_CELL / 2), false),
            ("𠀀".repeat(MAX_CELL / 2 + 1), true),
            (format!("={}", "a".repeat(MAX_CELL - 1)), true),
            (format!("={}", "a".repeat(MAX_CELL - 2)), false),
        ] {
            let (cell, cut) = excel_text(&text);
            assert!(cell.encode_utf16().count() <= MAX_CELL);
            assert_eq!(cut, is_cut, "{} units", text.encode_utf16().count());
            assert_eq!(cell.ends_with('…'), is_cut);
        }
    }

    #[test]
    fn columns_are_those_that_are_named_in_their_order() {
        let options = TableOptions {
            columns: Some(vec!["list".into(), "title".into(), "none".into()]),
            ..TableOptions::default()
        };
        let rows = [[Cell::Text("甲"), Cell::Float(1.0), Cell::Json("{\"a\":1}")]];
        assert_eq!(
            written(&options, &rows).0,
            "{\"list\":{\"a\":1},\"title\":\"甲\"}\n"
        );
        let others = TableOptions {
            format: Format::Csv,
            columns: Some(vec!["none".into()]),
            ..TableOptions::default()
        };
        assert!(written(&others, &rows).0.starts_with("title,change,list\n"));
    }

    #[test]
    fn the_ending_names_the_format() {
        for (path, format) in [
            ("a/gov.csv", Some(Format::Csv)),
            ("GOV.TSV", Some(Format::Tsv)),
            ("x.ndjson", Some(Format::Jsonl)),
            ("x.y.parquet", Some(Format::Parquet)),
            ("x.txt", None),
            ("csv", None),
        ] {
            assert_eq!(Format::of_path(Path::new(path)), format, "{path}");
        }
    }
}
