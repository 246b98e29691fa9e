//! The records of decisions: a row for each document.

use crate::dedup::{Decisions, DedupInput, Reasons};
use crate::error::Result;
use crate::write::output::OutputFile;
use crate::write::table::{Cell, Format, Kind, TableWriter};

const COLUMNS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("action", Kind::Text),
    ("cluster", Kind::Int),
    ("duplicate_of", Kind::Text),
    ("similarity", Kind::Float),
    ("relation", Kind::Text),
    ("reason", Kind::Text),
];

/// Writes `decisions.jsonl` (or `.csv`, `.parquet`): all documents in input
/// order, those that stay and those that go.
pub fn write_decisions(
    format: Format,
    out: OutputFile,
    input: &DedupInput<'_>,
    decisions: &Decisions,
) -> Result<()> {
    let reasons = Reasons::new(input, decisions);
    let mut table = TableWriter::with_gaps(format, COLUMNS.to_vec(), out)?;
    for doc in input.corpus.docs() {
        let reason = reasons.of(doc);
        let cluster = decisions
            .cluster(doc)
            .map_or(Cell::Absent, |cluster| Cell::Int(cluster.into()));
        let id = Cell::Text(input.corpus.id(doc));
        match decisions.dropped(doc) {
            Some(drop) => table.row(&[
                id,
                Cell::Text("drop"),
                cluster,
                Cell::Text(input.corpus.id(drop.of)),
                Cell::Float(drop.pair.similarity(input.measure)),
                Cell::Text(drop.relation.name()),
                Cell::Text(&reason),
            ])?,
            None => table.row(&[
                id,
                Cell::Text("keep"),
                cluster,
                Cell::Absent,
                Cell::Absent,
                Cell::Absent,
                Cell::Text(&reason),
            ])?,
        }
    }
    table.finish()
}
